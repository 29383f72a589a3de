"""Drawings are well-formed, say the same in words, and take nothing from data as markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ecosystem.presentation import HOLE_CLASSES, NOBODY, OPEN_CLASSES
from ecosystem.report.drawing import AreaShape, Drawing, bar, city_map, dots, swatch, week

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"/><script>window.__hit=1</script><a href="javascript:1">&amp;'
WEEK = [["always"] * 24 for _ in range(5)] + [["nobody"] * 24, ["nobody"] * 12 + ["not_known"] * 12]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", HOSTILE]


def parse(drawing: Drawing) -> ET.Element:
    return ET.fromstring(drawing.svg)


def all_drawings() -> list[Drawing]:
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    return [
        week(WEEK, HOLE_CLASSES, DAYS, prefix="week-1", alt=HOSTILE),
        bar(0.4, 0.7, prefix="bar-1", alt=HOSTILE),
        dots(3, 45, alt=HOSTILE),
        city_map([AreaShape((square,), "nobody", HOSTILE)], HOLE_CLASSES, width=20, height=20, prefix="map", alt=HOSTILE),
        swatch(NOBODY, "legend"),
    ]


@pytest.mark.parametrize("number", range(5))
def test_text_from_data_stays_text(number: int) -> None:
    root = parse(all_drawings()[number])
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "defs", "pattern", "rect", "path", "circle", "g", "text", "title"}
    assert not any(name.startswith("on") or name == "style" for element in root.iter() for name in element.attrib)


def test_every_fill_that_is_a_pattern_is_defined_in_the_same_drawing() -> None:
    for drawing in all_drawings():
        root = parse(drawing)
        defined = {element.attrib["id"] for element in root.iter(f"{SVG}pattern")}
        used = {value[5:-1] for element in root.iter() if (value := element.attrib.get("fill", "")).startswith("url(")}
        assert used == defined


def test_picture_has_words_unless_it_only_decorates() -> None:
    assert parse(bar(0.5, 0.5, prefix="b", alt="half")).attrib["aria-label"] == "half"
    assert parse(bar(0.5, 0.5, prefix="b")).attrib["aria-hidden"] == "true"


def test_week_draws_equal_hours_as_one_mark() -> None:
    root = parse(week(WEEK, HOLE_CLASSES, DAYS, prefix="w", alt="week"))
    marks = [element for element in root.findall(f"{SVG}rect") if "opacity" not in element.attrib]
    assert len(marks) == 5 + 1 + 2
    assert {round(float(mark.attrib["width"])) for mark in marks} == {302, 151}


def test_bar_fills_what_is_certain_and_dots_what_is_possible() -> None:
    widths = [element.attrib["width"] for element in parse(bar(0.25, 0.75, prefix="b")).findall(f"{SVG}rect")]
    assert widths == ["160", "80", "40", "159.2"]  # the whole week, the possible half, the certain quarter, the outline
    assert "pattern" not in bar(0.5, 0.5, prefix="b").svg


def test_dots_stand_for_organizations_asked() -> None:
    circles = list(parse(dots(45, 58, alt="")).iter(f"{SVG}circle"))
    assert len(circles) == 58
    assert sum("stroke-dasharray" in circle.attrib for circle in circles) == 13
    assert len(list(parse(dots(0, 0, alt="")).iter(f"{SVG}circle"))) == 0


def test_nobody_and_not_known_are_told_by_more_than_color() -> None:
    patterned = {entry.key for entry in OPEN_CLASSES if "<pattern" in swatch(entry, "x").svg}
    assert patterned == {"nobody", "not_known"}
