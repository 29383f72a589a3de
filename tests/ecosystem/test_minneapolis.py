"""The real boundaries, names and residents of Minneapolis, and files from elsewhere that are wrong in real ways.

Expected numbers were measured independently of this code; see the notes beside the data.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ecosystem.boundaries import read_areas
from ecosystem.city import City
from ecosystem.errors import GeographyError
from ecosystem.geography import Geography
from ecosystem.lattice import lattice_error_of
from ecosystem.population import read_counts, with_population
from ecosystem.records import AreaPart, CoverageArea, normalize_name
from surveys.places import Reader
from surveys.response import Problems

pytestmark = pytest.mark.shared

OTHER_NAMES = {
    "CARAG": "South Uptown",
    "ECCO": "East Bde Maka Ska",
    "West Calhoun": "West Maka Ska",
    "Prospect Park": "Prospect Park - East River Road",
    "Prospect Park - East River": "Prospect Park - East River Road",
    "University": "University of Minnesota",
    "Stevens Square": "Steven's Square - Loring Heights",
    "Northrup": "Northrop",
    "Cedar-Isles": "Cedar - Isles - Dean",
    "Nicollet Island": "Nicollet Island - East Bank",
    "Columbia": "Columbia Park",
}
"""What neighborhoods were or are also called; the city renamed the first three."""

FILE_ENDING = r"(-(n|neig|neigh\w*|h|ho|hous\w*|p|po|pop\w*|e|ed|edu\w*|inc\w*))?( \(1\))?\.csv$"
"""What a table's file name has after the neighborhood, cut off after 30 characters."""


@pytest.fixture(scope="module")
def boundaries(shared_data: Path) -> Path:
    return shared_data / "minneapolis" / "boundaries"


@pytest.fixture(scope="module")
def city(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    """Minneapolis with its neighborhoods, the shapefile of the county as a second and fire districts as a third geography."""
    folder = tmp_path_factory.mktemp("minneapolis")
    with (folder / "aliases.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("alias", "name"), *OTHER_NAMES.items()])
    files = shared_data / "minneapolis"
    main = {"id": "neighborhoods", "name": "Neighborhoods", "file": str(files / "boundaries/Minneapolis_Neighborhoods.geojson"), "id_column": "BDNUM"}
    county = {"id": "county", "name": "County file", "file": str(files / "boundaries/NEIGHBORHOODS.shp"), "name_column": "BDNAME"}
    fire = {"id": "fire", "name": "Fire districts", "file": str(files / "boundaries/Fire_Districts.geojson"), "id_column": "FID"}
    values: dict[str, Any] = {
        "name": "Minneapolis",
        "time_zone": "America/Chicago",
        "as_of": "2026-10-01",
        "geographies": [{**main, "name_column": "BDNAME", "aliases": "aliases.csv"}, county, fire],
        "population": {
            "file": str(files / "demographics/mpls-neighborhood-population-2010-2000.csv"),
            "name_column": "Neighborhood",
            "residents_column": "2010 Population",
        },
    }
    return City.of(values, file=folder / "city.toml", must_exist=True)


@pytest.fixture(scope="module")
def geography(city: City) -> Geography:
    return with_population(Geography.read(city), city)


@pytest.mark.parametrize(
    ("file", "column", "areas", "repaired"),
    [
        ("Minneapolis_Neighborhoods.geojson", "BDNAME", 87, 0),
        ("Minneapolis_GeoJson_Updated.geojson", "BDNAME", 87, 0),
        ("NEIGHBORHOODS.shp", "BDNAME", 87, 0),
        ("minneapolis.topo.json", "title", 87, 14),
        ("clickthathood_minneapolis.geojson", "name", 85, 1),
    ],
)
def test_every_version_of_the_boundaries_has_its_areas_in_the_same_place(boundaries: Path, file: str, column: str, areas: int, repaired: int) -> None:
    frame, issues = read_areas(boundaries / file, name_column=column)
    assert len(frame) == areas
    assert sum(issue.code == "polygon_repaired" for issue in issues) == repaired
    assert frame.geometry.is_valid.all()
    assert frame.total_bounds == pytest.approx([-93.32910837, 44.89058851, -93.19432852, 45.05124626], abs=1e-3)


def test_neighborhoods_of_both_cities_come_from_a_kmz_too(boundaries: Path) -> None:
    frame, issues = read_areas(boundaries / "twin-cities-neighborhoods-2012.kmz", name_column="Name")
    assert len(frame) == 104
    assert sum(issue.code == "polygon_repaired" for issue in issues) == 1
    assert not frame.geometry.has_z.any()


def test_a_geopackage_of_the_boundaries_gives_the_same_areas(boundaries: Path, tmp_path: Path) -> None:
    source, _ = read_areas(boundaries / "Minneapolis_Neighborhoods.geojson", id_column="BDNUM", name_column="BDNAME")
    source.to_crs("EPSG:26915").to_file(tmp_path / "neighborhoods.gpkg")
    again, issues = read_areas(tmp_path / "neighborhoods.gpkg", id_column="area_id", name_column="name")
    assert issues == ()
    assert list(again["name"]) == list(source["name"])
    assert shapely.hausdorff_distance(again.geometry.to_numpy(), source.geometry.to_numpy()).max() < 1e-8


def test_the_countys_own_reference_system_lands_on_the_citys_file(geography: Geography) -> None:
    official = geography.layers["neighborhoods"].set_index("name").geometry
    county = geography.layers["county"]
    current = {"CARAG": "South Uptown", "ECCO": "East Bde Maka Ska", "West Calhoun": "West Maka Ska"}
    for name, shape in zip(county["name"], county.geometry, strict=True):
        assert shapely.hausdorff_distance(shape, official[current.get(name, name)]) < 1e-6


def test_feet_without_a_reference_system_are_refused_and_read_when_named(shared_data: Path) -> None:
    file = shared_data / "messy" / "Chicago77.shp"
    with pytest.raises(GeographyError, match=r"Chicago77\.shp: names no reference system, and its coordinates cannot be degrees .*crs = \"EPSG:"):
        read_areas(file, id_column="AREA_NUMBE")
    areas, issues = read_areas(file, id_column="AREA_NUMBE", name_column="COMMUNITY", crs="EPSG:3435")
    assert len(areas) == 77
    assert issues == ()
    assert areas.total_bounds == pytest.approx([-87.940, 41.645, -87.524, 42.023], abs=0.002)


def test_degrees_without_a_reference_system_are_accepted_with_a_note(shared_data: Path) -> None:
    areas, issues = read_areas(shared_data / "messy" / "10740.shp", id_column="STFID")
    assert len(areas) == 195
    assert areas.crs == "EPSG:4326"
    assert [issue.code for issue in issues] == ["crs_assumed"]


def test_three_crossing_polygons_of_san_francisco_are_repaired(shared_data: Path) -> None:
    areas, issues = read_areas(shared_data / "san_francisco_providers" / "clickthathood_san_francisco.geojson", name_column="name")
    assert len(areas) == 37
    assert [issue.code for issue in issues] == ["polygon_repaired"] * 3


# --- Names -------------------------------------------------------------------------------------------------------------------------------


def crosswalk(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "minneapolis" / "name_crosswalk_derived.csv", dtype=str, keep_default_na=False)


def test_every_name_in_use_means_its_official_neighborhood(shared_data: Path, geography: Geography) -> None:
    rows = crosswalk(shared_data)
    rows = rows[rows["how"].isin(["spatial", "name"]) & ~rows["name_in_source"].str.endswith(".csv") & (rows["name_in_source"] != "Phillips")]
    assert len(rows) == 768
    for row in rows.itertuples(index=False):
        part = geography.find(str(row.name_in_source))
        assert part is not None, row
        assert part == AreaPart("areas", "neighborhoods", (row.BDNUM,)), row
        assert geography.area_names[part.area_ids[0]] == row.official_BDNAME


def test_names_cut_off_in_file_names_are_found_or_are_the_closest_candidate(shared_data: Path, geography: Geography) -> None:
    rows = crosswalk(shared_data)
    rows = rows[(rows["how"] == "name") & rows["name_in_source"].str.endswith(".csv")]
    assert len(rows) == 255
    for row in rows.itertuples(index=False):
        name = re.sub(FILE_ENDING, "", str(row.name_in_source))
        part = geography.find(name)
        found = geography.area_names[part.area_ids[0]] if part is not None else geography.candidates(name, limit=1)[0][1]
        assert found == row.official_BDNAME, row


def in_answers(geography: Geography, text: str) -> tuple[CoverageArea | None, list[str]]:
    """What a provider's words mean, and the kinds of problems with them."""
    tell = Problems()
    reader = Reader(geography, frozenset({"minneapolis"}), tuple(geography.layers))
    return reader.read(text, tell).area, [problem.code for problem in tell.items]


def test_every_name_in_use_means_its_neighborhood_in_answers_too_and_none_means_another(shared_data: Path, geography: Geography) -> None:
    rows = crosswalk(shared_data)
    outcome = {"right": 0, "closest": 0, "open": 0, "citywide": 0}
    for row in rows.itertuples(index=False):
        name = re.sub(FILE_ENDING, "", str(row.name_in_source))
        if name != row.name_in_source:
            name = name.replace("-", " ")
        area, codes = in_answers(geography, name)
        assert area is not None
        if row.how == "unmatched_or_citywide" or name == "Phillips":
            assert all(part.kind == "citywide" for part in area.parts), row
            outcome["citywide" if area.parts else "open"] += 1
        elif area.parts:
            assert area == CoverageArea((AreaPart("areas", "neighborhoods", (row.BDNUM,)),)), row
            assert codes == []
            outcome["right"] += 1
        else:
            assert area.unresolved, row
            assert codes == ["area_unknown"], row
            assert row.how == "manual" or geography.candidates(name, 1)[0][1] == row.official_BDNAME, row
            outcome["closest"] += 1
    # all 1,041 rows: none wrong; open with the right name on top are 12 names cut off in file names and 2 that only a person can know ("U of M")
    assert outcome == {"right": 1018, "closest": 14, "open": 6, "citywide": 3}


@pytest.mark.parametrize(
    "text", ["City of Minneapolis", "Minneapolis", "Phillips", "Camden", "Northeast", "Powderhorn", "North River Ind. Area", "Southwest"]
)
def test_the_city_its_communities_and_phillips_mean_no_single_neighborhood(geography: Geography, text: str) -> None:
    assert geography.find(text, "neighborhoods") is None


def test_phillips_is_offered_as_its_three_neighborhoods(geography: Geography) -> None:
    names = {name for layer, name, _ in geography.candidates("Phillips", limit=6) if layer == "neighborhoods"}
    assert names == {"Phillips West", "East Phillips", "Midtown Phillips"}


# --- Residents ---------------------------------------------------------------------------------------------------------------------------


def test_the_city_has_382578_residents_in_2010_and_its_own_row_is_not_added(city: City, geography: Geography) -> None:
    assert geography.areas["residents"].sum() == 382_578
    assert geography.units.residents.sum() == pytest.approx(382_578)
    assert geography.estimated == ()
    assert city.population is not None
    counts = read_counts(city.population, geography, city)
    assert counts.total == 382_578
    assert len(counts.residents) == 87
    assert [issue.code for issue in counts.issues] == ["total_row"]


def test_another_year_is_another_column(city: City, geography: Geography) -> None:
    assert city.population is not None
    earlier = city.population.model_copy(update={"residents_column": "2000 Population"})
    counts = read_counts(earlier, geography, city)
    assert sum(counts.residents.values()) == counts.total == 382_618


def test_areas_where_nobody_lives_are_kept_and_named(geography: Geography) -> None:
    empty = geography.areas.loc[geography.areas["residents"] == 0, "name"]
    assert sorted(empty) == ["Camden Industrial", "Humboldt Industrial Area"]
    assert [issue.code for issue in geography.issues] == ["total_row", "no_residents"]


# --- Points and units ----------------------------------------------------------------------------------------------------------------------


def test_every_fire_is_counted_once_in_its_neighborhood(shared_data: Path, geography: Geography) -> None:
    fires = pd.read_csv(shared_data / "minneapolis" / "demand" / "mfd_fires_2012_2022.csv")
    rows = geography.locate_all(fires["longitude"].to_numpy(), fires["latitude"].to_numpy())
    assert len(rows) == 13_973
    assert (rows >= 0).sum() == 13_862
    assert fires["longitude"].isna().sum() == 24
    counts = dict(zip(geography.areas["name"], np.bincount(rows[rows >= 0], minlength=87).tolist(), strict=True))
    assert (counts["Whittier"], counts["Jordan"], counts["Hawthorne"]) == (565, 543, 540)


def test_units_lie_in_their_own_neighborhood(geography: Geography) -> None:
    units = geography.units
    assert np.bincount(units.area_index).tolist() == [256] * 87
    points = gpd.GeoSeries(gpd.points_from_xy(units.x, units.y), crs=geography.crs).to_crs("EPSG:4326")
    rows = geography.locate_all(points.x.to_numpy(), points.y.to_numpy())
    assert (rows == units.area_index).all()


def test_neighborhoods_do_not_nest_in_fire_districts_and_shares_are_right(geography: Geography) -> None:
    own = geography.layers["neighborhoods"].geometry.to_crs(geography.crs).to_numpy()
    districts = geography.layers["fire"]
    for area_id, shape in zip(districts["area_id"], districts.geometry.to_crs(geography.crs), strict=True):
        inside = geography.membership(CoverageArea((AreaPart("areas", "fire", (area_id,)),)))
        counted = np.bincount(geography.units.area_index, weights=geography.units.share * inside)
        exact = shapely.area(shapely.intersection(own, shape)) / shapely.area(own)
        assert np.abs(counted - exact).max() < 0.03
        assert np.abs(counted - exact).mean() < 0.003


def test_the_error_that_is_printed_is_the_error_measured(geography: Geography) -> None:
    own = geography.layers["neighborhoods"].geometry.to_crs(geography.crs).to_numpy()
    random = np.random.default_rng(20_261_001)
    units, errors = geography.units, []
    for row, shape in enumerate(own):
        west, south, east, north = shape.bounds
        x, y = units.x[units.area_index == row], units.y[units.area_index == row]
        for _ in range(20):
            r = shape.area**0.5 * random.uniform(0.3, 3)
            cx, cy = random.uniform(west - r, east + r), random.uniform(south - r, north + r)
            exact = shapely.Point(cx, cy).buffer(r, quad_segs=32).intersection(shape).area / shape.area
            if 0.01 < exact < 0.99:
                errors.append(abs((np.hypot(x - cx, y - cy) <= r).mean() - exact))
    assert geography.lattice_error == lattice_error_of(256)
    assert np.quantile(errors, 0.99) == pytest.approx(geography.lattice_error, rel=0.3)


def test_the_map_of_the_city_is_drawn_with_few_points_and_no_gaps(geography: Geography) -> None:
    drawn = geography.simplified(20)
    shapes = drawn.geometry.to_crs(geography.crs).to_numpy()
    before = shapely.get_num_coordinates(geography.areas.geometry.to_numpy()).sum()
    assert shapely.get_num_coordinates(shapes).sum() < before / 8
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.union_all(shapes)), rel=1e-6)
    assert [normalize_name(name) for name in drawn["name"]] == [normalize_name(name) for name in geography.areas["name"]]
