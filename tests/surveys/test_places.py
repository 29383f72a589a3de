"""Words about places."""

from __future__ import annotations

import pytest

from ecosystem.geography import Geography
from ecosystem.records import AreaPart, CoverageArea
from surveys.places import Places, Reader, read_distance, read_polygon
from surveys.response import Problems

ALL = AreaPart("citywide")


def areas(*ids: str) -> AreaPart:
    return AreaPart("areas", "neighborhoods", ids)


@pytest.fixture
def reader(geography: Geography) -> Reader:
    return Reader(geography, frozenset({"riverbend"}), ("neighborhoods", "wards"))


def read(reader: Reader, text: str, **options: object) -> tuple[Places, list[str]]:
    tell = Problems()
    return reader.read(text, tell, **options), [problem.code for problem in tell.items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Northbank", (areas("a1"),)),
        ("the Northbank neighborhood", (areas("a1"),)),
        ("Old Mill", (areas("a2"),)),
        ("a2", (areas("a2"),)),
        ("Northbank; Mill Street", (areas("a1", "a2"),)),
        ("Mill Street, Northbank, Northbank", (areas("a1", "a2"),)),
        ("Northbank and Mill Street", (areas("a1", "a2"),)),
        ("Northbank, Mill Street, and Willard - Hay", (areas("a1", "a2", "a3"),)),
        ("Northbank\nMill Street", (areas("a1", "a2"),)),
        ("Northbank & Old Mill", (areas("a1", "a2"),)),
        ("Northbank y Mill Street", (areas("a1", "a2"),)),
        ("Willard-Hay", (areas("a3"),)),
        ("WILLARD \u2010 HAY", (areas("a3"),)),
        ("Ward 4", (AreaPart("areas", "wards", ("w4",)),)),
        ("wards 4 & 5", (AreaPart("areas", "wards", ("w4", "w5")),)),
        ("Wards 4-5", (AreaPart("areas", "wards", ("w4", "w5")),)),
        ("Northbank, ward 5", (areas("a1"), AreaPart("areas", "wards", ("w5",)))),
    ],
)
def test_names_lists_aliases_and_numbers(reader: Reader, text: str, parts: tuple[AreaPart, ...]) -> None:
    found, codes = read(reader, text)
    assert found == Places(CoverageArea(parts))
    assert codes == []


@pytest.mark.parametrize(
    "text",
    [
        "citywide",
        "City-wide",
        "city wide",
        "Entire city",
        "the whole city",
        "all of the city",
        "All neighborhoods",
        "everywhere",
        "across the city",
        "Riverbend",
        "all of Riverbend",
        "City of Riverbend",
        "toda la ciudad",
        "en toda la ciudad",
        "Todos los barrios",
        "a nivel de ciudad",
        "countywide",
    ],
)
def test_words_for_the_whole_city_in_both_languages(reader: Reader, text: str) -> None:
    assert read(reader, text) == (Places(CoverageArea((ALL,))), [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("citywide except Northbank", CoverageArea((ALL,), (areas("a1"),))),
        ("Citywide (excluding Northbank and Mill Street)", CoverageArea((ALL,), (areas("a1", "a2"),))),
        ("wards 4 & 5 except Northbank", CoverageArea((AreaPart("areas", "wards", ("w4", "w5")),), (areas("a1"),))),
        ("toda la ciudad menos Mill Street", CoverageArea((ALL,), (areas("a2"),))),
        ("mostly Northbank", CoverageArea((areas("a1"),), certain=False)),
        ("principalmente Northbank y Mill Street", CoverageArea((areas("a1", "a2"),), certain=False)),
        ("parts of Northbank", CoverageArea((areas("a1"),), certain=False)),
        ("Northbank, parts of Mill Street", CoverageArea((areas("a1", "a2"),), certain=False)),
    ],
)
def test_exclusions_and_words_that_cannot_be_drawn(reader: Reader, text: str, expected: CoverageArea) -> None:
    found, codes = read(reader, text)
    assert found.area == expected
    assert codes == []


@pytest.mark.parametrize(
    "text",
    [
        "citywide but focus on Northbank",
        "Citywide, with a focus on Northbank",
        "citywide (focus: Northbank)",
        "citywide, mostly Northbank",
        "citywide, especially in Northbank",
        "toda la ciudad, con enfoque en Northbank",
        "toda la ciudad, sobre todo en Northbank",
    ],
)
def test_a_focus_is_not_the_claim(reader: Reader, text: str) -> None:
    found, codes = read(reader, text)
    assert found == Places(CoverageArea((ALL,)), CoverageArea((areas("a1"),)))
    assert codes == []


def test_an_unknown_name_stays_with_its_closest_names_and_nothing_is_guessed(reader: Reader) -> None:
    tell = Problems()
    found = reader.read("Northbank; Milstreet", tell)
    assert found.area == CoverageArea((areas("a1"),), unresolved=("Milstreet",))
    (problem,) = tell.items
    assert (problem.code, problem.text) == ("area_unknown", "Milstreet")
    assert "Mill Street" in problem.message


def test_an_exclusion_nobody_knows_makes_the_area_uncertain(reader: Reader) -> None:
    found, codes = read(reader, "citywide except Atlantis")
    assert found.area == CoverageArea((ALL,), certain=False)
    assert codes == ["area_unknown"]


def test_zip_codes_stay_open_where_the_city_has_no_zip_boundaries(reader: Reader) -> None:
    tell = Problems()
    found = reader.read("55411, 55412", tell)
    assert found.area == CoverageArea((), unresolved=("55411", "55412"))
    assert all("ZIP" in problem.message for problem in tell.items)


@pytest.mark.parametrize(
    "text", ["where clients are", "varies", "our part of town", "=1+1", "{{7*7}}", "<script>x</script>", "((((", "a" * 3000, "¿?"]
)
def test_words_that_are_no_place_are_kept_as_they_are(reader: Reader, text: str) -> None:
    found, codes = read(reader, text)
    assert found.area is not None
    assert found.area.parts == ()
    assert "".join(found.area.unresolved)[:5].strip() == text[:5].strip()
    assert set(codes) <= {"area_unknown"}


# -- distances and shapes ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("2 miles", 3218.688),
        ("2mi", 3218.688),
        ("within 1500 m", 1500.0),
        ("3 km", 3000.0),
        ("1,5 km", 1500.0),
        ("half a mile", 804.672),
        ("1/2 mile", 804.672),
        ("½ mile radius", 804.672),
        ("a mile", 1609.344),
        ("una milla", 1609.344),
        ("500 feet", 152.4),
        ("dos kilómetros", 2000.0),
        ("nearby", None),
        ("2", None),
        ("1/0 mile", None),
        ("2 mirrors", None),
    ],
)
def test_distances_in_miles_metres_and_kilometres(text: str, metres: float | None) -> None:
    assert read_distance(text) == (None if metres is None else pytest.approx(metres))


def test_a_distance_is_measured_from_the_place_and_never_from_an_address(reader: Reader) -> None:
    around = (-93.29, 45.01)
    found, codes = read(reader, "2 miles around Mill Street Library", around=around)
    assert found.area == CoverageArea((AreaPart("radius", longitude=-93.29, latitude=45.01, radius_m=pytest.approx(3218.688)),))
    assert codes == []
    found, codes = read(reader, "2 miles around Mill Street Library")
    assert found.area == CoverageArea((), unresolved=("2 miles around Mill Street Library",))
    assert codes == ["radius_without_place"]


def test_a_distance_around_a_confidential_place_would_show_where_it_is(reader: Reader) -> None:
    found, codes = read(reader, "within 2 miles", around=(-93.29, 45.01), is_confidential=True)
    assert found.area == CoverageArea((), unresolved=("within 2 miles",))
    assert codes == ["radius_of_confidential"]


def test_polygons() -> None:
    tell = Problems()
    area = read_polygon("POLYGON ((-93.3 45, -93.2 45, -93.2 45.1, -93.3 45))", tell)
    assert area is not None
    assert area.parts[0].kind == "polygon"
    assert tell.items == []


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON ((-93.3 45, -93.2 45.1, -93.2 45, -93.3 45.1, -93.3 45))", "polygon_repaired"),
        ("POLYGON ((500000 4980000, 510000 4980000, 510000 4990000, 500000 4980000))", "polygon_refused"),
        ("POLYGON ((0 0, 1", "polygon_refused"),
        ("POINT (-93 45)", "polygon_refused"),
        ("POLYGON EMPTY", "polygon_refused"),
        ("POLYGON ((0 0, 0 0, 0 0, 0 0))", "polygon_refused"),
        ("{{7*7}}", "polygon_refused"),
    ],
)
def test_polygons_that_are_not_quite_one(wkt: str, code: str) -> None:
    tell = Problems()
    read_polygon(wkt, tell)
    assert [problem.code for problem in tell.items] == [code]


# -- decisions ---------------------------------------------------------------------------------------------------------------------------------


def test_a_decision_says_what_a_name_means(reader: Reader) -> None:
    decided = {"the flats": "Northbank; Mill Street", "our people": "none", "up there": "citywide", "typo": "Atlantis"}
    decide = decided.get
    assert read(reader, "the flats; Willard - Hay", decide=decide) == (Places(CoverageArea((areas("a1", "a2", "a3"),))), [])
    assert read(reader, "our people", decide=decide) == (Places(None), [])
    assert read(reader, "up there", decide=decide) == (Places(CoverageArea((ALL,))), [])
    assert "area_unknown" in read(reader, "Northbank; typo", decide=decide)[1]
