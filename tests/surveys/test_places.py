"""Words about places."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.records import AreaPart, CoverageArea
from surveys.distances import read_distance
from surveys.places import Places, Reader, read_polygon
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
    found, codes = read(reader, "2 miles around Mill Street Library", around=around, own_names=("Friends of Reading", "Mill Street Library"))
    assert found.area == CoverageArea((AreaPart("radius", longitude=-93.29, latitude=45.01, radius_m=pytest.approx(3218.688)),))
    assert codes == []
    found, codes = read(reader, "2 miles around our office")
    assert found.area == CoverageArea((), unresolved=("2 miles around our office",))
    assert codes == ["radius_without_place"]


def test_a_distance_from_a_place_that_nobody_knows_is_not_measured_from_the_provider(reader: Reader) -> None:
    found, codes = read(reader, "2 miles around Mill Street Library", around=(-93.29, 45.01))
    assert found.area == CoverageArea((), unresolved=("2 miles around Mill Street Library",))
    assert codes == ["area_unknown"]


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


# --- A city with everything that people name -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Three neighborhoods; precincts by name; council and fire districts by number; ZIPs, of which one crosses the city's border; tracts;
    two streets; a school."""
    folder = tmp_path_factory.mktemp("city")
    layers: dict[str, list[tuple[str, str, shapely.Geometry]]] = {
        "neighborhoods": [(f"a{i}", name, box(i, 0, i + 1, 1)) for i, name in enumerate(("Northbank", "Whittier", "Phillips and Pond"))],
        "police_precincts": [("p1", "First Precinct", box(0, 0, 1, 1)), ("p4", "Fourth Precinct", box(1, 0, 3, 1))],
        "council_districts": [("1", "1", box(0, 0, 2, 1)), ("3", "3", box(2, 0, 3, 1))],
        "fire_districts": [("1", "1", box(0, 0, 3, 0.5)), ("2", "2", box(0, 0.5, 3, 1))],
        "zips": [("55411", "55411", box(0, 0, 1, 1)), ("55422", "55422", box(2.5, 0, 9, 1))],
        "tracts": [("27053104801", "Census Tract 1048.01", box(0, 0, 1, 1)), ("27053104802", "Census Tract 1048.02", box(1, 0, 2, 1))],
        "streets": [
            ("lake", "E LAKE ST", LineString([(0, 0.5), (3, 0.5)])),
            ("5", "5TH AVE S", LineString([(0.5, 0), (0.5, 1)])),
            ("c", "CEDAR AVE", LineString([(2, 0), (2, 1)])),
        ],
        "places": [("s", "Roosevelt High School", Point(1.5, 0.5))],
    }
    geographies = []
    for key, rows in layers.items():
        shapes = [shapely.affinity.translate(shapely.affinity.scale(shape, 1000, 1000, origin=(0, 0)), 478_000, 4_980_000) for _, _, shape in rows]
        gpd.GeoDataFrame({"k": [row[0] for row in rows], "n": [row[1] for row in rows]}, geometry=shapes, crs="EPSG:32615").to_file(
            folder / f"{key}.gpkg"
        )
        around = {"around_m": 200} if key in ("streets", "places") else {}
        geographies.append({"id": key, "name": key, "file": f"{key}.gpkg", "id_column": "k", "name_column": "n", **around})
    values = {"name": "Riverbend", "time_zone": "America/Chicago", "as_of": "2026-01-01", "geographies": geographies}
    geography = Geography.read(City.of(values, file=folder / "city.toml", must_exist=True))
    wider = {"lake county": "county", "minnesota": "state", "twin cities": "region"}
    return Reader(geography, frozenset({"riverbend"}), tuple(geography.layers), {"zips": "2020"}, wider)


def part(layer: str, *ids: str) -> AreaPart:
    return AreaPart("areas", layer, ids)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4th Precinct", part("police_precincts", "p4")),
        ("Fourth Precinct", part("police_precincts", "p4")),
        ("precinct 4", part("police_precincts", "p4")),
        ("1st & 4th precincts", part("police_precincts", "p1", "p4")),
        ("district 3", part("council_districts", "3")),
        ("Council District 1", part("council_districts", "1")),
        ("fire districts 1 and 2", part("fire_districts", "1", "2")),
        ("tract 1048.01", part("tracts", "27053104801")),
        ("census tracts 1048.01, 1048.02", part("tracts", "27053104801", "27053104802")),
        ("27053104801", part("tracts", "27053104801")),
        ("Phillips and Pond", part("neighborhoods", "a2")),
        ("along Lake Street", part("streets", "lake")),
        ("Lake Street corridor", part("streets", "lake")),
        ("the E. Lake St. corridor", part("streets", "lake")),
        ("a lo largo de Lake Street", part("streets", "lake")),
        ("Lake Street", part("streets", "lake")),
        ("Roosevelt High School", part("places", "s")),
    ],
)
def test_areas_of_every_geography_streets_and_places_are_found(full: Reader, text: str, expected: AreaPart) -> None:
    assert read(full, text) == (Places(CoverageArea((expected,))), [])


@pytest.mark.parametrize("text", ["55411, 55422", "ZIP codes 55411 and 55422", "zip: 55411-1234; 55422", "Códigos postales 55411 y 55422"])
def test_zips_are_a_geography_with_a_vintage(full: Reader, text: str) -> None:
    assert read(full, text) == (Places(CoverageArea((part("zips", "55411", "55422"),), vintage="2020")), [])


def test_of_a_zip_across_the_city_line_only_the_part_in_the_city_counts(full: Reader) -> None:
    found, _ = read(full, "55422")
    assert found.area is not None
    geography = full.gazetteer
    assert isinstance(geography, Geography)
    units = geography.units
    inside = geography.membership(found.area)
    assert [round(float((units.share * inside)[units.area_index == row].sum()), 2) for row in range(3)] == [0, 0, 0.5]


@pytest.mark.parametrize(
    ("text", "wider"),
    [
        ("countywide", "county"),
        ("county-wide", "county"),
        ("entire county", "county"),
        ("todo el condado", "county"),
        ("Lake County", "county"),
        ("all of Lake County", "county"),
        ("statewide", "state"),
        ("Minnesota", "state"),
        ("State of Minnesota", "state"),
        ("a nivel estatal", "state"),
        ("Twin Cities", "region"),
        ("metro-wide", "region"),
        ("nationwide", "nation"),
    ],
)
def test_who_serves_more_than_the_city_serves_it_and_that_is_kept(full: Reader, text: str, wider: str) -> None:
    found, codes = read(full, text)
    assert found.area == CoverageArea((AreaPart("citywide", wider),))
    assert found.area.is_citywide
    assert codes == []


def test_a_county_that_nobody_said_holds_the_city_stays_open(full: Reader) -> None:
    found, codes = read(full, "Dakota County")
    assert found.area == CoverageArea((), unresolved=("Dakota County",))
    assert codes == ["area_unknown"]


@pytest.mark.parametrize(
    "text", ["Lake Street from 5th to Cedar", "along E Lake St between 5th Avenue and Cedar Ave", "Lake St corridor from Cedar - 5th"]
)
def test_a_street_from_corner_to_corner(full: Reader, text: str) -> None:
    found, codes = read(full, text)
    assert codes == []
    assert found.area is not None
    (drawn,) = found.area.parts
    shape = gpd.GeoSeries([shapely.from_wkt(drawn.wkt)], crs="EPSG:4326").to_crs("EPSG:32615").iloc[0]
    assert shape.area == pytest.approx(1500 * 400, rel=1e-3)
    assert found.area.certain


def test_a_corner_that_is_not_there_leaves_the_answer_open(full: Reader) -> None:
    found, codes = read(full, "Whittier, Lake Street from 5th to Main")
    assert found.area == CoverageArea((part("neighborhoods", "a1"),), unresolved=("Lake Street from 5th to Main",))
    assert codes == ["corner_unknown"]


@pytest.mark.parametrize("text", ["near Lake Street", "around Roosevelt High School", "cerca de Whittier", "in and around Whittier"])
def test_near_a_place_is_possible_and_not_certain(full: Reader, text: str) -> None:
    found, codes = read(full, text)
    assert found.area is not None
    assert not found.area.certain
    assert len(found.area.parts) == 1
    assert codes == []


@pytest.mark.parametrize(
    ("text", "m2"),
    [
        ("within 2 blocks of Lake Street", 3000 * 400 + 3.1416 * 200**2),
        ("2 blocks from Lake Street", 3000 * 400 + 3.1416 * 200**2),
        ("a 500 metros de Whittier", 1000 * 1000 + 4 * 1000 * 500 + 3.1416 * 500**2),
        ("500 m around Whittier", 1000 * 1000 + 4 * 1000 * 500 + 3.1416 * 500**2),
        ("within 300 m of Roosevelt High School", 3.1416 * 500**2),
    ],
)
def test_a_distance_from_a_named_place_is_measured_from_it_and_not_from_the_provider(full: Reader, text: str, m2: float) -> None:
    for around in (None, (-93.29, 45.01)):
        found, codes = read(full, text, around=around)
        assert codes == []
        assert found.area is not None
        (drawn,) = found.area.parts
        shape = gpd.GeoSeries([shapely.from_wkt(drawn.wkt)], crs="EPSG:4326").to_crs("EPSG:32615").iloc[0]
        assert shape.area == pytest.approx(m2, rel=2e-3)


def test_a_geography_is_known_by_its_title_too() -> None:
    frame = gpd.GeoDataFrame({"area_id": ["1", "3"], "name": ["1", "3"]}, geometry=[box(-93, 45, -92.9, 45.1), box(-92.9, 45, -92.8, 45.1)], crs=4326)
    reader = Reader(Geography.of(frame, main="x"), layers=("x",), titles={"x": "Fire districts"})
    assert read(reader, "fire district 3") == (Places(CoverageArea((part("x", "3"),))), [])


@pytest.mark.parametrize("text", ["21st street and Whittier", "Whittier & 21st Ave", "www.example.org/whittier", "2/F", "whittier@example.org"])
def test_words_of_an_address_are_no_list_of_places(full: Reader, text: str) -> None:
    found, codes = read(full, text)
    assert found.area == CoverageArea((), unresolved=(text,))
    assert codes == ["area_unknown"]


def test_a_number_that_two_geographies_have_is_neithers(full: Reader) -> None:
    found, codes = read(full, "district 1")
    assert found.area == CoverageArea((), unresolved=("district 1",))
    assert codes == ["area_unknown"]


def test_a_street_named_like_nothing_known_is_listed_with_the_closest(full: Reader) -> None:
    tell = Problems()
    found = full.read("along Lak Street", tell)
    assert found.area == CoverageArea((), unresolved=("along Lak Street",))
    (problem,) = tell.items
    assert problem.code == "area_unknown"
    assert "E LAKE ST" in problem.message
