"""How is a number drawn, small enough for a phone and the same on every run?

Every figure is SVG written by hand: marks, a few words, patterns for *nobody* and *not known*. A `Drawing` carries its alternative text.
Text from data is escaped here, once, in `_text`; attributes are numbers and our own words only.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecosystem.presentation import INK, LINE, MUTED, NO_RESIDENTS, NOBODY, NOT_KNOWN, PAPER, PART_LOOKS, PATTERN_INK, MapClass

_TRACK = "#e6e9ec"
KNOWN_FILL = "#1b5fa0"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG picture, with words for those who do not see it. `alt` empty: it decorates a text that says the same.

    `svg` is the only markup that a page takes as it is; only this module makes one.
    """

    svg: str
    alt: str = ""


def _number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _attributes(**values: str | float) -> str:
    return "".join(f' {key.replace("_", "-")}="{value if isinstance(value, str) else _number(value)}"' for key, value in values.items())


def _rect(x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> str:
    return f"<rect{_attributes(x=x, y=y, width=width, height=height, fill=fill, **more)}/>"


def _text(x: float, y: float, words: str, *, size: float = 11, anchor: str = "start", fill: str = INK) -> str:
    return f"<text{_attributes(x=x, y=y, font_size=size, text_anchor=anchor, fill=fill)}>{html.escape(words)}</text>"


def _svg(width: float, height: float, content: Iterable[str], alt: str, css_class: str) -> Drawing:
    spoken = f' role="img" aria-label="{html.escape(alt)}"' if alt else ' aria-hidden="true"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" viewBox="0 0 {_number(width)} {_number(height)}"'
    return Drawing(f'{head} width="{_number(width)}" height="{_number(height)}"{spoken} focusable="false">{"".join(content)}</svg>', alt)


def _pattern(key: str, pattern: str, color: str, size: float) -> str:
    """Return a pattern of our own: hatch lines or dots on the color of its class."""
    box = f'<pattern id="{key}" patternUnits="userSpaceOnUse" width="{_number(size)}" height="{_number(size)}"'
    ground = _rect(0, 0, size, size, color)
    if pattern == "hatch":
        line = f'<path d="M0 0H{_number(size)}" stroke="{PATTERN_INK["nobody"]}" stroke-width="1.4"/>'
        return f'{box} patternTransform="rotate(45)">{ground}{line}</pattern>'
    middle = size / 2
    dot = f"<circle{_attributes(cx=middle, cy=middle, r=size / 5, fill=PATTERN_INK['not_known'])}/>"
    return f"{box}>{ground}{dot}</pattern>"


class Palette:
    """The fills of one drawing: a class's color, or its pattern under a name that no other drawing of the page uses."""

    def __init__(self, prefix: str, classes: Sequence[MapClass]) -> None:
        """Take classes by key; `prefix` is one of our own words, such as "week-3"."""
        self._classes = {entry.key: entry for entry in classes}
        self._prefix = prefix
        self._used: dict[str, None] = {}

    def fill(self, key: str) -> str:
        """Return the fill of a class, and remember that its pattern is needed."""
        entry = self._classes[key]
        if not entry.pattern:
            return entry.color
        self._used[key] = None
        return f"url(#{self._prefix}-{key})"

    def defs(self, size: float = 6) -> str:
        """Return the patterns used so far; call it after the last `fill`."""
        drawn = [_pattern(f"{self._prefix}-{key}", self._classes[key].pattern, self._classes[key].color, size) for key in self._used]
        return f"<defs>{''.join(drawn)}</defs>" if drawn else ""


def swatch(entry: MapClass, prefix: str) -> Drawing:
    """Return the little box of a legend."""
    palette = Palette(prefix, [entry])
    box = _rect(0.5, 0.5, 23, 13, palette.fill(entry.key), stroke=MUTED, stroke_width=0.7)
    return _svg(24, 14, [palette.defs(5), box], "", "swatch")


def week(cells: Sequence[Sequence[str]], classes: Sequence[MapClass], days: Sequence[str], *, prefix: str, alt: str) -> Drawing:
    """Return a week as 7 rows (Monday first) of 24 hours; each cell is the key of its class."""
    left, top, width, height = 34.0, 15.0, 12.6, 15.0
    palette = Palette(prefix, classes)
    marks = []
    for hour in range(0, 25, 6):
        marks.append(_text(left + hour * width, 11, f"{hour:02d}", size=10, anchor="middle" if 0 < hour < 24 else "start" if hour == 0 else "end"))
    for day, row in enumerate(cells):
        y = top + day * height
        marks.append(_text(0, y + height - 4, days[day], size=11))
        for start, end in _runs(row):
            marks.append(_rect(left + start * width, y, (end - start) * width, height - 1.5, palette.fill(row[start])))
    for hour in range(6, 24, 6):
        marks.append(_rect(left + hour * width - 0.4, top, 0.8, 7 * height - 1.5, PAPER, opacity=0.75))
    return _svg(left + 24 * width + 1, top + 7 * height, [palette.defs(), *marks], alt, "week")


def _runs(row: Sequence[str]) -> list[tuple[int, int]]:
    """Return the (start, end) of equal neighbors."""
    starts = [at for at in range(len(row)) if at == 0 or row[at] != row[at - 1]]
    return list(zip(starts, [*starts[1:], len(row)], strict=True))


def bar(known: float, possible: float, *, prefix: str, alt: str = "") -> Drawing:
    """Return one bar of shares 0 to 1: known filled, what is only possible dotted, the rest empty."""
    width, height = 160.0, 14.0
    palette = Palette(prefix, [NOT_KNOWN])
    marks = [_rect(0, 0, width, height, _TRACK)]
    if possible > known:
        marks.append(_rect(width * known, 0, width * (possible - known), height, palette.fill("not_known")))
    if known > 0:
        marks.append(_rect(0, 0, width * known, height, KNOWN_FILL))
    marks.append(f"<rect{_attributes(x=0.4, y=0.4, width=width - 0.8, height=height - 0.8, fill='none', stroke=MUTED, stroke_width=0.8)}/>")
    return _svg(width, height, [palette.defs(5), *marks], alt, "bar")


def dots(filled: int, total: int, *, alt: str) -> Drawing:
    """Return one dot per organization asked, filled where it answered; twenty to a row."""
    step, per_row = 15.0, 20
    rows = max(1, -(-total // per_row))
    marks = []
    for number in range(total):
        x, y = 7 + number % per_row * step, 7 + number // per_row * step
        look = {"fill": KNOWN_FILL} if number < filled else {"fill": PAPER, "stroke": MUTED, "stroke_width": "1.4", "stroke_dasharray": "2 1.6"}
        marks.append(f"<circle{_attributes(cx=x, cy=y, r=5.2, **look)}/>")
    return _svg(per_row * step, rows * step, marks, alt, "dots")


@dataclass(frozen=True, slots=True)
class AreaShape:
    """An area on the page: rings of (x, y) in page units, y downward; the key of its class; what to say when pointed at."""

    rings: tuple[tuple[tuple[float, float], ...], ...]
    key: str
    words: str


def city_map(shapes: Sequence[AreaShape], classes: Sequence[MapClass], *, width: float, height: float, prefix: str, alt: str) -> Drawing:
    """Return the areas of the city, each filled with its class."""
    palette = Palette(prefix, [*classes, NOBODY, NOT_KNOWN, NO_RESIDENTS])
    marks = []
    for shape in shapes:
        path = "".join(f"M{'L'.join(f'{_number(x)} {_number(y)}' for x, y in ring)}Z" for ring in shape.rings)
        words = f"<title>{html.escape(shape.words)}</title>"
        marks.append(f'<path d="{path}" fill="{palette.fill(shape.key)}" fill-rule="evenodd">{words}</path>')
    group = f'<g stroke="{PAPER}" stroke-width="1.2" stroke-linejoin="round">{"".join(marks)}</g>'
    outline = f"<rect{_attributes(x=0.5, y=0.5, width=width - 1, height=height - 1, fill='none', stroke=LINE)}/>"
    return _svg(width, height, [palette.defs(7), group, outline], alt, "city")


def grid(
    cells: Sequence[Sequence[str]],
    classes: Sequence[MapClass],
    rows: Sequence[str],
    columns: Sequence[str],
    groups: Sequence[tuple[str, int]],
    *,
    prefix: str,
    alt: str,
) -> Drawing:
    """Return named rows against columns, each cell the key of its class; `groups` are headings over so many columns each."""
    left, top, width, height = 150.0, 30.0, 27.0, 16.0
    palette = Palette(prefix, classes)
    marks, start = [], 0
    for words, span in groups:
        marks.append(_text(left + start * width, 11, words))
        start += span
    marks += [_text(left + number * width + 2, 25, words, size=10) for number, words in enumerate(columns)]
    for number, (name, row) in enumerate(zip(rows, cells, strict=True)):
        y = top + number * height
        shown = name if len(name) <= 24 else f"{name[:23]}…"
        marks.append(_text(0, y + height - 4, shown))
        marks += [_rect(left + at * width, y, width - 1, height - 1, palette.fill(key), stroke=LINE, stroke_width=0.5) for at, key in enumerate(row)]
    edges = [sum(span for _, span in groups[: number + 1]) for number in range(len(groups) - 1)]
    marks += [_rect(left + edge * width - 1.5, top, 2, len(rows) * height, INK) for edge in edges]
    return _svg(left + len(columns) * width + 1, top + len(rows) * height + 1, [palette.defs(), *marks], alt, "grid")


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar: the key of its look (`PART_LOOKS`), its share, and its words. A share below zero is told and not drawn."""

    key: str
    share: float
    words: str


def parts_bar(
    segments: Sequence[Segment], *, goal: float, goal_words: str, between: tuple[float, float, float], between_words: str, alt: str
) -> tuple[Drawing, tuple[tuple[Drawing, str], ...]]:
    """Return a bar of shares that follow one another, a line at the goal, and a bracket from low over mid to high; and its legend."""
    width, height, top, left = 600.0, 34.0, 24.0, 2.0
    scale = (width - 2 * left) / (1.08 * max(goal, between[2], sum(max(0.0, segment.share) for segment in segments), 0.01))
    patterns: list[str] = []
    marks = [_rect(left, top, width - 2 * left, height, _TRACK)]
    at = 0.0
    legend = []
    for segment in segments:
        look = PART_LOOKS[segment.key]
        fill = look.color
        if look.pattern:
            fill = f"url(#way-{segment.key})"
            patterns.append(_pattern_as(f"way-{segment.key}", look, 7))
        if segment.share > 0:
            marks.append(_rect(left + at * scale, top, segment.share * scale, height, fill, stroke=PAPER, stroke_width=1))
            at += segment.share
        box = _rect(0.5, 0.5, 23, 13, look.color if not look.pattern else f"url(#legend-{segment.key})", stroke=MUTED, stroke_width=0.7)
        own = [f"<defs>{_pattern_as(f'legend-{segment.key}', look, 5)}</defs>"] if look.pattern else []
        legend.append((_svg(24, 14, [*own, box], "", "swatch"), segment.words))
    x = left + goal * scale
    marks += [
        _rect(x - 1.5, top - 8, 3, height + 16, INK),
        _text(min(x, width - 4), 11, goal_words, anchor="middle" if 60 < x < width - 60 else "end"),
    ]
    low, mid, high = (left + share * scale for share in between)
    y = top + height + 14
    marks += [
        _rect(low, y, high - low, 2, INK),
        _rect(low - 1, y - 4, 2, 10, INK),
        _rect(high - 1, y - 4, 2, 10, INK),
        _rect(mid - 2.5, y - 4, 5, 10, INK),
    ]
    marks.append(_text(min(low, width - 240), y + 22, between_words))
    return _svg(width, y + 28, [f"<defs>{''.join(patterns)}</defs>", *marks], alt, "way"), tuple(legend)


def _pattern_as(key: str, look: MapClass, size: float) -> str:
    return _pattern(key, look.pattern, look.color, size)
