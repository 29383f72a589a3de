"""Streets and named places: the ground along them, from corner to corner, and around them.

The city is three squares of 1 km side by side. Lake Street runs through its middle from west to east, in two halves, and beyond the city on
both sides; 5th Avenue crosses it 600 m from the west border, Cedar Avenue after 2,600 m; 5th Street runs beside it and Loop Road crosses it
twice. Streets reach 200 m to each side.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from ecosystem.city import City
from ecosystem.errors import CityError, GeographyError
from ecosystem.geography import Geography
from ecosystem.records import AreaPart, CoverageArea

UTM = "EPSG:32615"
EAST, NORTH = 478_000.0, 4_980_000.0
STREETS = {
    "W LAKE ST": [(-500, 500), (1500, 500)],
    "E LAKE ST": [(1500, 500), (3500, 500)],
    "5TH AVE S": [(600, -100), (600, 1100)],
    "5TH ST": [(0, 900), (3000, 900)],
    "CEDAR AVE": [(2600, 480), (2600, 1100)],
    "LOOP RD": [(300, 0), (300, 1000), (2900, 1000), (2900, 0)],
    "SUBURB AVE": [(9000, 0), (9000, 1000)],
}


def at(points: list[tuple[float, float]]) -> LineString:
    return LineString([(EAST + x, NORTH + y) for x, y in points])


def streets() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": list(STREETS)}, geometry=[at(points) for points in STREETS.values()], crs=UTM)


def city(folder: Path, **streets_entry: Any) -> City:
    squares = [box(EAST + 1000 * i, NORTH, EAST + 1000 * (i + 1), NORTH + 1000) for i in range(3)]
    gpd.GeoDataFrame({"area_id": ["a", "b", "c"], "name": ["Ash", "Birch", "Cedar"]}, geometry=squares, crs=UTM).to_file(folder / "areas.gpkg")
    areas = {"id": "areas", "name": "Areas", "file": "areas.gpkg", "id_column": "area_id", "name_column": "name"}
    entry = {"id": "streets", "name": "Streets", "file": "streets.gpkg", "name_column": "name", "around_m": 200, **streets_entry}
    values = {"name": "Test", "time_zone": "America/Chicago", "as_of": "2026-01-01", "crs": UTM, "geographies": [areas, entry]}
    return City.of(values, file=folder / "city.toml", must_exist=True)


@pytest.fixture
def geography(tmp_path: Path) -> Geography:
    streets().to_file(tmp_path / "streets.gpkg")
    return Geography.read(city(tmp_path))


def ground_of(geography: Geography, part: AreaPart) -> Any:
    """The ground of a part inside the city, in metres."""
    if part.kind == "polygon":
        shapes = gpd.GeoSeries([shapely.from_wkt(part.wkt)], crs="EPSG:4326").to_crs(UTM)
    else:
        layer = geography.layers[part.geography]
        shapes = layer[layer["area_id"].isin(part.area_ids)].geometry.to_crs(UTM)
    return shapely.intersection(shapely.union_all(shapes.to_numpy()), box(EAST, NORTH, EAST + 3000, NORTH + 1000))


@pytest.mark.parametrize("name", ["Lake Street", "lake st", "Lake St."])
def test_a_street_without_its_direction_is_all_of_it_and_ends_at_the_citys_border(geography: Geography, name: str) -> None:
    part = geography.along(name)
    assert part == AreaPart("areas", "streets", ("e-lake-st", "w-lake-st"))
    assert ground_of(geography, part).area == pytest.approx(3000 * 400, rel=1e-4)
    layer = geography.layers["streets"].geometry.to_crs(UTM)
    assert layer.total_bounds == pytest.approx([EAST, NORTH, EAST + 3000, NORTH + 1000], abs=0.01)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("East Lake Street", ("e-lake-st",)),
        ("Lake St W", ("w-lake-st",)),
        ("Fifth Avenue South", ("5th-ave-s",)),
        ("5th Ave", ("5th-ave-s",)),
        ("Cedar", ("cedar-ave",)),
        ("5th", None),  # Avenue or Street
        ("North Lake Street", None),
        ("Suburb Avenue", None),  # not in this city
        ("Lake", ("e-lake-st", "w-lake-st")),
    ],
)
def test_a_street_is_found_by_the_names_people_use_and_never_guessed(geography: Geography, name: str, ids: tuple[str, ...] | None) -> None:
    assert geography.along(name) == (None if ids is None else AreaPart("areas", "streets", ids))


@pytest.mark.parametrize(("start", "end"), [("5th", "Cedar"), ("Cedar Avenue", "5th Avenue South")])
def test_a_street_from_corner_to_corner(geography: Geography, start: str, end: str) -> None:
    part = geography.along("Lake St", (start, end))
    assert part is not None
    expected = box(EAST + 600, NORTH + 300, EAST + 2600, NORTH + 700)
    assert ground_of(geography, part).area == pytest.approx(2000 * 400, rel=1e-3)
    assert shapely.hausdorff_distance(ground_of(geography, part), expected) < 1.0


@pytest.mark.parametrize("corners", [("5th", "Loop Road"), ("5th", "Nowhere"), ("5th Street", "Cedar"), ("5th", "5th")])
def test_a_corner_that_is_none_or_not_one_leaves_the_street_uncut_and_undrawn(geography: Geography, corners: tuple[str, str]) -> None:
    assert geography.along("Lake Street", corners) is None


def test_who_lives_along_a_street_is_counted_by_the_points_inside(geography: Geography) -> None:
    part = geography.along("5th Ave S")
    assert part is not None
    inside = geography.membership(CoverageArea((part,)))
    share = np.bincount(geography.units.area_index, weights=geography.units.share * inside, minlength=3)
    assert share == pytest.approx([0.4, 0, 0], abs=0.05)


def test_a_distance_from_a_street_is_measured_from_its_line(geography: Geography) -> None:
    street, area = geography.along("Lake Street"), geography.find("Ash")
    assert street is not None
    assert area is not None
    assert ground_of(geography, geography.around(street, 300)).area == pytest.approx(3000 * 600, rel=1e-3)
    assert ground_of(geography, geography.around(area, 500)).area == pytest.approx(1500 * 1000, rel=1e-3)


def test_what_lies_outside_the_city_is_told(geography: Geography) -> None:
    (issue,) = [issue for issue in geography.issues if issue.file == "streets.gpkg"]
    assert (issue.code, issue.severity, issue.message) == ("places_outside", "info", "streets or places outside the city: 1 of 7; they are left out.")


def test_places_of_a_table_reach_as_far_as_each_says(tmp_path: Path) -> None:
    points = gpd.GeoSeries([Point(EAST + 1500, NORTH + 500), Point(EAST + 100, NORTH + 100), Point(EAST + 2500, NORTH + 500)], crs=UTM).to_crs(
        "EPSG:4326"
    )
    rows = [
        f"{name},{point.x},{point.y},{reach}"
        for name, point, reach in zip(("Lincoln High", "Library", "Library"), points, (300, "", 50), strict=True)
    ]
    table = "\n".join(["name,longitude,latitude,radius_m", *rows, "Nowhere,,,", "Null,0,0,"])
    (tmp_path / "places.csv").write_text(table, encoding="utf-8")
    geography = Geography.read(city(tmp_path, id="places", file="places.csv", around_m=100))
    school = geography.find("Lincoln High")
    assert school == AreaPart("areas", "places", ("lincoln-high",))
    assert ground_of(geography, school).area == pytest.approx(np.pi * 300**2, rel=2e-3)
    assert ground_of(geography, AreaPart("areas", "places", ("library",))).area == pytest.approx(np.pi * 100**2, rel=2e-3)
    assert geography.find("Library") is None  # there are two
    assert [(issue.code, issue.row) for issue in geography.issues] == [("coordinate_refused", 5), ("coordinate_refused", 6), ("name_twice", 0)]


def test_polygons_of_named_places_stay_as_they_are(tmp_path: Path) -> None:
    shape = box(EAST + 100, NORTH + 100, EAST + 300, NORTH + 300)
    gpd.GeoDataFrame({"name": ["Housing site"]}, geometry=[shape], crs=UTM).to_file(tmp_path / "streets.gpkg")
    geography = Geography.read(city(tmp_path))
    part = geography.find("housing site")
    assert part is not None
    assert ground_of(geography, part).area == pytest.approx(40_000, rel=1e-6)
    assert geography.along("Housing site") is None


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (streets().rename(columns={"name": "label"}), "has no column 'name'. It has label"),
        (streets().assign(name=""), "holds no street or place with a name and a shape"),
        (streets().translate(500_000).to_frame("geometry").assign(name="x"), "nothing in it touches the city"),
    ],
)
def test_a_file_of_streets_that_cannot_be_used_is_one_clear_error(tmp_path: Path, frame: gpd.GeoDataFrame, words: str) -> None:
    frame.to_file(tmp_path / "streets.gpkg")
    with pytest.raises(GeographyError, match=words):
        Geography.read(city(tmp_path))


def test_a_table_of_places_needs_their_coordinates(tmp_path: Path) -> None:
    (tmp_path / "streets.csv").write_text("name,address\nLibrary,1 Main St\n", encoding="utf-8")
    with pytest.raises(GeographyError, match="needs the columns longitude and latitude; it has name, address"):
        Geography.read(city(tmp_path, file="streets.csv"))


def test_streets_cannot_be_the_main_geography() -> None:
    values = {"name": "Test", "time_zone": "America/Chicago", "as_of": "2026-01-01"}
    with pytest.raises(CityError, match="the main geography must be areas that cover the city"):
        City.of({**values, "geographies": [{"id": "s", "name": "S", "file": "s.gpkg", "name_column": "name", "around_m": 200}]})


def test_ground_around_streets_and_places_is_never_given_on(geography: Geography) -> None:
    assert set(geography.layers) == {"areas", "streets"}
    assert set(geography.boundaries) == {"areas"}
