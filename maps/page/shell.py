"""How is a folium map made into a page that is safe to hand out?

folium and branca compile the text they render as Jinja templates again, so no text that a person wrote may ever pass through them (a
provider's `{{...}}` would run as code). Here they render only what this package ships: the map, its options, and a frame full of marks
such as `<!--slot:city-->`. The frame is then cut at its marks, and only after that come the city's name, the tables and the data, escaped
for where they stand; nothing that is put in is ever searched for marks.

The page carries all it needs (Leaflet's own script and style from the package xstatic-leaflet, ours from `maps/assets`) and a
Content-Security-Policy that allows exactly these scripts and styles, by their SHA-256, and nothing else: no request, no injected script. Leaflet is
half of all bytes, so it travels deflated like the data; the page puts its text into a script element, and the browser runs it because the policy
names the SHA-256 of that text.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Figure
from folium.template import Template

from ecosystem.presentation import ACCENT, GROUND, HIGHLIGHT, INK, LINE, MUTED, PAPER, PATTERN_INK
from maps.page.squeeze import squeeze_script, squeeze_style
from maps.payload import codec
from maps.payload.facts import ELEMENT_ID
from maps.payload.words import fill, own_words

if TYPE_CHECKING:
    from maps.payload.view import View

SCRIPTS = (
    "app/unpack.js", "app/cube.js", "app/words.js", "app/elements.js", "app/state.js", "app/serving.js", "app/demand.js", "app/map.js",
    "app/controls.js", "app/time.js", "app/heatmap.js", "app/city.js", "app/place.js", "app/table.js", "app/asked.js",
)  # fmt: skip
"""Our modules in the order they are joined; the views' modules follow, then `app/main.js`."""

MAP_ID = "city"
LEAFLET_ID = "leaflet"
_MAP_OPTIONS: dict[str, Any] = {
    "tiles": None,
    "location": [0, 0],
    "zoom_start": 10,
    "zoom_control": False,
    "attribution_control": False,
    "keyboard": False,
    "scroll_wheel_zoom": False,
    "box_zoom": False,
    "zoom_snap": 0.05,
    "zoom_delta": 0.5,
    "max_zoom": 18,
    "zoom_animation": False,
    "fade_animation": False,
    "bounce_at_zoom_limits": False,
}

_UNUSED_IN_LEAFLET = re.compile(
    r"popup|tooltip|control|\.leaflet-(?:bar|top|bottom|left|right)|zoom-anim\b|zoom-hide|crosshair|attribution|canvas|div-icon|tile|image-layer|shadow|zoom-box|lvml|@media|oldie|vml"
)
_SLOT = re.compile(r"<!--slot:([a-z-]+)-->")


class SafeMap(folium.Map):  # type: ignore[misc]
    """A folium map that brings no style, no script and no meta of its own beyond the call that makes it."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []
    _template = Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>{% endmacro %}
        {% macro script(this, kwargs) %}var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
        center: {{ this.location|tojson }}, dragging: !L.Browser.mobile, ...{{ this.options|tojavascript }} });{% endmacro %}
        """
    )


class SafeFigure(Figure):  # type: ignore[misc]
    """The HTML around a map: a language, a title, a policy, and everything inside `body`."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="<!--slot:language-->">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="<!--slot:policy-->">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<title><!--slot:title--></title>\n<!--slot:styles-->\n<!--slot:early-->\n</head>\n<body>\n<!--slot:defs-->\n"
        "<!--slot:before-->{{ this.html.render(**kwargs) }}<!--slot:after-->\n"
        "<!--slot:payload-->\n<!--slot:leaflet-->{{ this.script.render(**kwargs) }}<!--slot:app-->\n</body>\n</html>\n"
    )


def render_shell(views: Sequence[View], *, language: str) -> str:
    """Return the page without data: all of our own text, Leaflet, and marks where data goes. The same for every city of a language."""
    figure, leaflet_map = SafeFigure(), SafeMap(**_MAP_OPTIONS)
    leaflet_map._id = MAP_ID
    figure.add_child(leaflet_map)
    frame, make_map = _without_script(figure.render())
    leaflet = f"{_leaflet_script()}\n{make_map}"
    before, after = re.sub(r"\n\s+", "\n", _asset("page.html")).split("<!--slot:map-->")
    parts = {
        "styles": f"<style>{_leaflet_style()}{_style(views)}</style>",
        "early": f"<script>{_squeezed('early.js')}</script>",
        "defs": _pattern_definitions(views),
        "before": _with_words(before, language),
        "after": _with_words(after, language),
        "leaflet": f"<!-- {_leaflet_notice()} -->\n{_data_element(LEAFLET_ID, codec.to_text(codec.deflate(leaflet.encode())))}",
        "app": f"<script>{_app(views)}</script>",
    }
    # marks inside these parts (city, legend ...) and those of the frame that are not here stay for fill_shell
    shell = _cut_and_fill(frame, parts, keep_others=True)
    return _cut_and_fill(shell, {"policy": policy_of(shell, packed=(leaflet,))}, keep_others=True)


def fill_shell(shell: str, parts: Mapping[str, str], payload: str) -> str:
    """Return the page: `parts` are HTML that is already escaped, by the name of their mark; `payload` is text without any letter that HTML reads."""
    return _cut_and_fill(shell, {**parts, "payload": _data_element(ELEMENT_ID, payload)}, keep_others=False)


def _data_element(name: str, text: str) -> str:
    return f'<script id="{name}" type="application/json">"{text}"</script>'


def _without_script(frame: str) -> tuple[str, str]:
    """Return the frame without the script that folium wrote, and that script: it runs after Leaflet, from the same packed text."""
    before, after = "<!--slot:leaflet-->", "<!--slot:app-->"
    head, rest = frame.split(before)
    script, tail = rest.split(after)
    return f"{head}{before}\n{after}{tail}", script.strip()


def _cut_and_fill(frame: str, parts: Mapping[str, str], *, keep_others: bool) -> str:
    pieces = _SLOT.split(frame)
    for at in range(1, len(pieces), 2):
        name = pieces[at]
        if name in parts:
            pieces[at] = parts[name]
        elif keep_others:
            pieces[at] = f"<!--slot:{name}-->"
        else:
            raise KeyError(f"the page has a place for {name!r}, which nothing fills")
    return "".join(pieces)


def policy_of(html: str, *, packed: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy that allows the scripts and styles that stand in this HTML, the scripts `packed` in it, and nothing else."""

    def sources(element: str, *more: str) -> str:
        found = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
        return " ".join(dict.fromkeys(f"'sha256-{_digest(text)}'" for text in (*found, *more)))

    return f"default-src 'none'; script-src {sources('script', *packed)}; style-src {sources('style')}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _with_words(html: str, language: str) -> str:
    """Put our own words into `data-t` elements and `data-t-label` attributes; words with values come from `plain_parts` or the script."""
    words = own_words(language)

    def text(found: re.Match[str]) -> str:
        pattern = words[found[2]]
        return found[0] + (f"<!--slot:word-{_slug(found[2])}-->" if "{" in pattern else escape(fill(pattern)))

    def label(found: re.Match[str]) -> str:
        return f'{found[0]} aria-label="{escape(fill(words[found[1]]))}"'

    html = re.sub(r'data-t-label="([a-z_.]+)"', label, html)
    return re.sub(r'(<[^<>]*data-t="([a-z_.]+)"[^<>]*>)', text, html)


def word_slots(language: str) -> dict[str, str]:
    """Return the words of `page.html` that hold a value, by the name of their mark."""
    keys = re.findall(r'data-t="([a-z_.]+)"', _asset("page.html"))
    return {f"word-{_slug(key)}": own_words(language)[key] for key in keys if "{" in own_words(language)[key]}


def _slug(key: str) -> str:
    return re.sub(r"[^a-z]", "-", key)


def _pattern_definitions(views: Sequence[View]) -> str:
    """The hatching and the dots, for the map, the legend, the drawing and print."""
    classes = {entry.key: entry for view in views for entry in view.classes if entry.pattern}
    shapes = {
        "hatch": '<path d="M0 0V8" stroke="{ink}" stroke-width="1.6"/>',
        "dots": '<circle cx="2" cy="2" r="1.1" fill="{ink}"/><circle cx="6" cy="6" r="1.1" fill="{ink}"/>',
    }
    turn = {"hatch": ' patternTransform="rotate(45)"', "dots": ""}
    patterns = "".join(
        f'<pattern id="pattern-{entry.key}" width="8" height="8" patternUnits="userSpaceOnUse"{turn[entry.pattern]}>'
        f'<rect width="8" height="8" fill="{entry.color}"/>{shapes[entry.pattern].format(ink=PATTERN_INK[entry.key])}</pattern>'
        for entry in classes.values()
    )
    return f'<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false"><defs>{patterns}</defs></svg>'


def _style(views: Sequence[View]) -> str:
    """Our style sheet, led by the colors that map and report share."""
    named = {"ink": INK, "muted": MUTED, "paper": PAPER, "ground": GROUND, "line": LINE, "accent": ACCENT, "highlight": HIGHLIGHT}
    classes = {entry.key: entry for view in views for entry in view.classes}
    variables = "".join(f"--{name}:{color};" for name, color in named.items())
    fills = "".join(f".is-{entry.key}{{--fill:{entry.color};color:{entry.ink}}}" for entry in classes.values())
    return squeeze_style(f":root{{{variables}}}{fills}{_asset('page.css')}")


def _app(views: Sequence[View]) -> str:
    """All modules in one function, so that nothing of theirs is global but what they say."""
    modules = [*SCRIPTS, *(view.script for view in views), "app/main.js"]
    return '(function () {"use strict";' + "\n".join(map(_squeezed, modules)) + "})();"


@functools.cache
def _squeezed(module: str) -> str:
    return squeeze_script(_asset(module))


@functools.cache
def _asset(name: str) -> str:
    return resources.files("maps").joinpath("assets", *name.split("/")).read_text("utf-8").replace("\r", "")


def _leaflet_notice() -> str:
    """Who wrote Leaflet, as its file says, for whoever reads the page's source."""
    notice = " ".join(_leaflet_script().split("*/")[0].removeprefix("/*").replace("@preserve", "").replace("*", " ").split())
    assert "--" not in notice
    return notice


@functools.cache
def _leaflet_script() -> str:
    """Leaflet itself, with its notice, without the note on its source map."""
    text = _leaflet_file("leaflet.js")
    assert "</script" not in text
    return re.sub(r"\n?//# sourceMappingURL=\S*", "", text).strip()


@functools.cache
def _leaflet_style() -> str:
    """The rules of Leaflet's style for what the page uses: no pop-ups, controls, tiles or marker images, nothing that would fetch."""
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", squeeze_style(_leaflet_file("leaflet.css")))
    kept = []
    for selectors, body in rules:
        wanted = [one for one in selectors.split(",") if not _UNUSED_IN_LEAFLET.search(one)]
        body = re.sub(r"(^|;)-(?:ms|moz)-[^;]*", r"\1", body).strip(";")
        if wanted and body and "url(" not in body:
            kept.append(f"{','.join(wanted)}{{{body}}}")
    return "".join(kept)


def _leaflet_file(name: str) -> str:
    from xstatic.pkg import leaflet

    return Path(leaflet.BASE_DIR, name).read_text("utf-8").replace("\r", "")
