"""The page is one safe file: nothing a person wrote was compiled or can run, the policy names exactly what stands in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import types
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import maps
from ecosystem.graph import Ecosystem
from ecosystem.presentation import LANGUAGES
from maps.page import squeeze
from maps.payload import codec
from maps.payload.words import fill, own_words

ASSETS = Path(maps.__file__).parent / "assets"
MODULES = sorted(ASSETS.rglob("*.js"))
VOID = {"meta", "input", "br", "hr", "img", "link"}


class Outline(HTMLParser):
    """Elements in order, with attributes and the text right inside; raises where an element is closed that is not open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.elements[self._open[-1]][2].append(data)

    @classmethod
    def of(cls, html: str) -> Outline:
        outline = cls()
        outline.feed(html)
        outline.close()
        assert outline._open == []
        return outline

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, "".join(text)) for name, attributes, text in self.elements if name == tag]


def digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


# ------------------------------------------------------------------------------------------------------------------------------- the file


def test_two_draws_give_the_same_bytes(town: types.ModuleType, html: str) -> None:
    assert maps.draw(*town.make_town()) == html


def test_html_is_well_formed_and_says_its_language(html: str) -> None:
    outline = Outline.of(html)
    assert html.startswith("<!DOCTYPE html>\n")
    assert outline.all("html")[0][0]["lang"] == "en"
    assert outline.all("title") == [({}, "Smallwater: who is there to help, where and when")]
    viewport = next(attributes["content"] for attributes, _ in outline.all("meta") if attributes.get("name") == "viewport")
    assert viewport == "width=device-width, initial-scale=1"
    ids = [attributes["id"] for _, attributes, _ in outline.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for _, attributes, _ in outline.elements:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for target in (attributes.get(name) or "").split():
                assert target in ids
    assert [tag for tag, _, _ in outline.elements if tag == "h1"] == ["h1"]


def test_the_policy_names_every_script_and_style_and_nothing_else(html: str) -> None:
    outline = Outline.of(html)
    policy = next(attributes["content"] for attributes, _ in outline.all("meta") if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    scripts = [text for attributes, text in outline.all("script") if attributes.get("type") != "application/json"]
    assert len(scripts) == 2
    packed = next(text for attributes, text in outline.all("script") if attributes.get("id") == "leaflet")
    leaflet = codec.inflate(codec.from_text(json.loads(packed))).decode()
    assert leaflet.startswith("/* @preserve\n * Leaflet 1.9.")
    assert leaflet.count("var map_city = L.map(") == 1
    assert rules["script-src"] == [digest(text) for text in (*scripts, leaflet)]
    assert rules["style-src"] == [digest(text) for _, text in outline.all("style")]
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]


def test_nothing_in_the_page_leads_to_the_network(html: str) -> None:
    outline = Outline.of(html)
    for tag, attributes, _ in outline.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("src") is None
        if "href" in attributes:
            assert str(attributes["href"]).startswith(("#", "tel:"))
        assert tag not in ("link", "iframe", "object", "base", "form", "img")
    assert all("url(" not in text for _, text in outline.all("style"))


def test_the_file_is_small(html: str) -> None:
    assert len(html.encode()) <= 200_000


# ----------------------------------------------------------------------------------------------------------------------- the goal for calls


def test_the_goal_and_its_parts_stand_in_the_html(town: types.ModuleType, html: str) -> None:
    page = maps.draw(*town.make_town_with_calls(lambda text: f"{text} <i>{{n}}"))
    section = page[page.index('<section class="card goal-card"') :].split("</section>")[0]
    text = re.sub(r"<[^>]*>", " ", section)
    assert "Of 100 calls, 18 could go to someone other than police; today 5 do; the goal is 20." in text
    assert re.findall(r"<td>([^<]*)</td>", section)[2:] == ["9.2", "12 – 18 – 24", "2", "20"]
    assert "assault &lt;i&gt;{n}" in section
    assert section.count("<svg") == 7
    assert "goal-card" not in html.split("</style>")[1]


def test_what_is_not_known_of_the_goal_is_not_said(town: types.ModuleType) -> None:
    eco, coverage, results = town.make_town_with_calls()
    found = results["diversion"]

    def section(eco: Ecosystem, *, without: str) -> str:
        kept = tuple(finding for finding in found if not re.fullmatch(without, finding.kind))
        page = maps.draw(eco, coverage, {**results, "diversion": replace(found, items=kept)})
        return re.sub(r"<[^>]*>", " ", page[page.index('<section class="card goal-card"') :].split("</section>")[0])

    parts = "diversion_(goal|policy|coverage|capacity.*|not_sent)"
    answer_not_known = section(eco, without=parts)
    assert "18 could go to someone other than police; the goal is 20. How many do today is not known." in answer_not_known
    assert "Answered without police" not in answer_not_known
    types_not_known = section(eco, without=f"{parts}|diversion_share")
    assert "Of 100 calls" not in types_not_known
    assert "leaves out calls" in types_not_known
    goal_not_known = section(replace(eco, city=eco.city.model_copy(update={"goal": None})), without=parts)
    assert "Of 100 calls, 18 could go to someone other than police." in goal_not_known
    assert "The goal" not in goal_not_known


# ------------------------------------------------------------------------------------------------------------------------- hostile answers


@pytest.fixture(scope="module")
def hostile(town: types.ModuleType) -> tuple[str, list[str]]:
    """A town whose every text is hostile, and those texts."""
    strings = [
        "{{cycler.__init__.__globals__.os.popen(dict(id=1)|join).read()}}", "{{7*7}}", "{% print(7*7) %}", "{% raw %}", "{# comment", "{{", "%}",
        "</script><script>window.__hit=1</script>", "</title></style>", "<!-- <script>", "-->", "<!--slot:payload-->", "<!--slot:city-->",
        "${7*7}", "`", "\\", "C:\\20190221", "%s %(name)s {name} {0}", "$name", "line\u2028separator", "\u202eright to left", "&lt;b&gt;", "\"'",
        "x onmouseover=window.__hit=1", "=1+1", "\U0001f9ef",
    ]  # fmt: skip
    given: list[str] = []

    def text(usual: str) -> str:
        given.append(f"{usual} {strings[len(given) % len(strings)]}")
        return given[-1]

    return maps.draw(*town.make_town(text)), given


def test_no_template_is_evaluated(hostile: tuple[str, list[str]]) -> None:
    html, given = hostile
    shown = "".join(text for tag, _, parts in Outline.of(html).elements if tag != "script" for text in parts)
    assert "uid=" not in html
    assert any("{{cycler" in text for text in given)
    payload = maps.decode_payload(html)
    names = payload["organizations"]["names"] + payload["deliveries"]["name"] + payload["areas"]["names"]
    assert all(name in given for name in names)
    assert all(name in shown for name, residents in zip(payload["areas"]["names"], payload["areas"]["residents"], strict=True) if residents)


def test_hostile_text_stays_text(hostile: tuple[str, list[str]], html: str) -> None:
    evil, _ = hostile
    outline, usual = Outline.of(evil), Outline.of(html)
    assert len(outline.all("script")) == 4
    assert {tag for tag, _, _ in outline.elements} == {tag for tag, _, _ in usual.elements}
    n_elements = [sum(tag not in ("text", "a") for tag, _, _ in one.elements) for one in (outline, usual)]  # names that fit, phones that are phones
    assert n_elements[0] == n_elements[1]
    assert "<!--slot:" not in re.sub(r"&lt;!--slot", "", evil)


def test_what_is_packed_is_one_json_string_each_without_markup(hostile: tuple[str, list[str]]) -> None:
    packed = [text for attributes, text in Outline.of(hostile[0]).all("script") if attributes.get("type") == "application/json"]
    assert len(packed) == 2
    for data in packed:
        assert isinstance(json.loads(data), str)
        assert not set(data[1:-1]) & set("<>&\"'\\`")


# ------------------------------------------------------------------------------------------------------------------------------- our parts


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_modules_make_no_markup_from_text(module: Path) -> None:
    code = module.read_text("utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "fetch(",
        "XMLHttpRequest",
        "localStorage",
    ):
        assert word not in code
    assert len(code.splitlines()) < 400
    assert code.startswith("// ")


def test_every_module_is_in_the_page_once(html: str) -> None:
    from maps.page.shell import SCRIPTS
    from maps.views import views

    used = ["early.js", *SCRIPTS, *(view.script for view in views()), "app/main.js"]
    assert sorted(used) == sorted(path.relative_to(ASSETS).as_posix() for path in MODULES)


def test_every_language_has_every_word_and_the_same_places_for_values() -> None:
    def values(pattern: str) -> set[str]:
        return set(re.findall(r"\{([a-z_]+)[|}]", pattern))

    english = own_words("en")
    for language in LANGUAGES:
        words = own_words(language)
        assert set(words) == set(english)
        assert [key for key in words if values(words[key]) - values(english[key])] == []
        assert list(words) == sorted(words)


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    code = "".join(path.read_text("utf-8") for path in MODULES) + (ASSETS / "page.html").read_text("utf-8")
    code += "".join(path.read_text("utf-8") for folder in ("page", "payload") for path in (ASSETS.parent / folder).glob("*.py"))
    asked = set(re.findall(r'(?:say|sayOr)\(\s*["\'`]([a-z_.]+)["\'`]', code)) | set(re.findall(r'data-t(?:-label)?="([a-z_.]+)"', code))
    asked |= {key for pair in re.findall(r'\? "([a-z_]+\.[a-z_.]+)" : "([a-z_]+\.[a-z_.]+)"', code) for key in pair}
    words = own_words("en")
    shared = ("edition.", "language.", "mode.", "requirement.", "sector.", "strength.")
    assert sorted(key for key in asked if key not in words and not key.startswith(shared) and not key.endswith(".")) == []
    stems = set(re.findall(r'[`"]([a-z_]+(?:\.[a-z_]+)*)\.\$\{', code))
    unused = [key for key in words if key not in asked and f'"{key}"' not in code and not any(key.startswith(f"{stem}.") for stem in stems)]
    assert unused == []


def test_values_are_put_in_and_never_read_as_patterns() -> None:
    assert fill("{city}: {n|one|many}", {"city": "{n|a|b}", "n": 2}) == "{n|a|b}: many"


def test_squeezing_leaves_strings_templates_and_expressions_alone() -> None:
    code = 'const a = `x  ${ b ? `y  ${ c }` : "  " }  z`; // note\nconst d = /[/"]\\s+ \\//g; /* e */ if (a  +  +b) { return a - -b; }'
    squeezed = squeeze.squeeze_script(code)
    assert '`x  ${ b ? `y  ${ c }` : "  " }  z`' in squeezed
    assert '/[/"]\\s+ \\//g' in squeezed
    assert "note" not in squeezed
    assert "+ +b" in squeezed or "+ + b" in squeezed
    assert "- -b" in squeezed or "- - b" in squeezed


def test_every_asset_beside_a_gap_names_no_score() -> None:
    for language in LANGUAGES:
        text = " ".join(own_words(language).values()).casefold().split()
        for word in ("E2SFCA", "Erlang", "GVI", "HVIP", "score", "rank", "depth", "hole"):
            assert word.casefold() not in text
