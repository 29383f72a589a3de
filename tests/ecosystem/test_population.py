"""Who lives where: tables as offices write them, census blocks, and what is done with what they leave out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from shapely.geometry import Point, box

from ecosystem.city import City
from ecosystem.errors import GeographyError, InputError, MissingFileError
from ecosystem.geography import Geography
from ecosystem.lattice import lattice_error_of
from ecosystem.population import read_count, read_counts, with_population

UTM = "EPSG:32615"
EAST, NORTH = 478_000.0, 4_980_000.0
NAMES = {"01": "Ash", "02": "Birch - Elm", "03": "Camden Industrial"}


def square(column: int) -> Any:
    return box(EAST + column * 1_000, NORTH, EAST + column * 1_000 + 1_000, NORTH + 1_000)


@pytest.fixture
def geography() -> Geography:
    frame = gpd.GeoDataFrame({"area_id": list(NAMES), "name": list(NAMES.values())}, geometry=[square(column) for column in range(3)], crs=UTM)
    return Geography.of(frame, aliases={"Old Ash": "01", "New Ash": "01"}, crs=UTM)


def city_of(folder: Path, **population: Any) -> City:
    entry = {"id": "areas", "name": "Areas", "file": "areas.geojson", "id_column": "area_id"}
    values = {"name": "Riverbend", "time_zone": "America/Chicago", "as_of": "2026-01-01", "geographies": [entry], "population": population}
    return City.of(values, file=folder / "city.toml")


def attached(geography: Geography, folder: Path, table: str, **population: Any) -> Geography:
    (folder / "population.csv").write_text(table, encoding="utf-8")
    keys = {"file": "population.csv", "name_column": "name", "residents_column": "residents", **population}
    return with_population(geography, city_of(folder, **{key: value for key, value in keys.items() if value is not None}))


def codes(geography: Geography) -> list[str]:
    return sorted(issue.code for issue in geography.issues)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("382,578", 382_578),
        (" -   ", 0),
        ("–", 0),
        ("0", 0),
        ("1 204", 1_204),
        ("1\u00a0204", 1_204),
        ("36.0", 36),
        ("12.5", 12.5),
        ("1,234,567", 1_234_567),
    ],
)
def test_counts_are_read_as_tables_write_them(text: str, count: float) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["X", "n/a", "-5", "1,23", "12%", "about 40", "1e3", "0x10", "=1+1"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no count of people"):
        read_count(text)


def test_an_empty_cell_is_not_known() -> None:
    assert math.isnan(read_count("  "))


def test_without_a_population_the_geography_stays_as_it_is(geography: Geography, tmp_path: Path) -> None:
    city = city_of(tmp_path, file="p.csv", name_column="n", residents_column="r").model_copy(update={"population": None})
    assert with_population(geography, city) is geography


def test_residents_are_matched_by_name_and_the_row_for_the_city_is_not_added(geography: Geography, tmp_path: Path) -> None:
    table = 'name,residents\nASH,"1,200"\nBirch \u2010 Elm,800\nCamden Industrial, -   \nCity of Riverbend,2000\n'
    people = attached(geography, tmp_path, table)
    assert people.areas["residents"].tolist() == [1_200, 800, 0]
    assert people.units.residents.sum() == 2_000
    assert people.has_residents
    assert people.estimated == ()
    assert codes(people) == ["no_residents", "total_row"]
    assert geography.areas["residents"].tolist() == pytest.approx([100, 100, 100])


def test_a_row_for_the_city_that_does_not_fit_is_told(geography: Geography, tmp_path: Path) -> None:
    people = attached(geography, tmp_path, "name,residents\nAsh,1000\nBirch - Elm,1000\nCamden Industrial,0\nTotal,2500\n")
    assert people.areas["residents"].sum() == 2_000
    message = next(str(issue) for issue in people.issues if issue.code == "total_differs")
    assert message.startswith("population.csv row 5, \"name\": 'Total' says 2,500 residents, but the areas have 2,000 together.")


def test_a_row_of_another_name_that_holds_the_sum_is_the_row_for_the_city(geography: Geography, tmp_path: Path) -> None:
    people = attached(geography, tmp_path, "name,residents\nAsh,1000\nBirch - Elm,1000\nCamden Industrial,0\nRiverbend (all 3),2001\n")
    assert "total_row" in codes(people)
    assert "area_unknown" not in codes(people)


def test_ids_match_with_and_without_leading_zeros(geography: Geography, tmp_path: Path) -> None:
    people = attached(geography, tmp_path, "area,residents\n1,10\n02,20\n3.0,40\n17,5\n", id_column="area", name_column=None)
    assert people.areas["residents"].tolist() == [10, 20, 40]
    assert codes(people) == ["area_unknown"]


def test_an_unknown_name_is_left_out_with_the_closest_names(geography: Geography, tmp_path: Path) -> None:
    people = attached(geography, tmp_path, "name,residents\nAsh,10\nBirch,20\nCamden Industrial,30\n")
    message = next(str(issue) for issue in people.issues if issue.code == "area_unknown")
    assert message == (
        "population.csv row 3, \"name\": 'Birch' is no area of areas; its row (20 residents) is left out. "
        "Closest are Birch - Elm; give it in the aliases if it is one of them."
    )
    # Ash and Camden have 40 people on 2 km2; Birch - Elm has 1 km2 and is not known.
    assert people.areas["residents"].tolist() == pytest.approx([10, 20, 30])
    assert people.estimated == ("02",)


def test_an_area_the_table_does_not_have_is_not_known_and_not_empty(geography: Geography, tmp_path: Path) -> None:
    people = attached(geography, tmp_path, "name,residents\nAsh,1000\nBirch - Elm,3000\n")
    assert people.areas["residents"].tolist() == pytest.approx([1_000, 3_000, 2_000])
    assert people.estimated == ("03",)
    message = next(str(issue) for issue in people.issues if issue.code == "residents_unknown")
    assert (
        message == "population.csv: areas without a count of residents: 1 (Camden Industrial); each is counted at the density of the others together."
    )


def test_a_count_that_cannot_be_read_is_not_known(geography: Geography, tmp_path: Path) -> None:
    people = attached(geography, tmp_path, "name,residents\nAsh,1000\nBirch - Elm,X\nCamden Industrial,1000\n")
    assert people.areas["residents"].tolist() == pytest.approx([1_000, 1_000, 1_000])
    issue = next(issue for issue in people.issues if issue.code == "count_refused")
    assert (issue.file, issue.row, issue.column, issue.text) == ("population.csv", 3, "residents", "X")


def test_two_names_of_one_area_are_added_and_one_name_twice_is_not(geography: Geography, tmp_path: Path) -> None:
    table = "name,residents\nOld Ash,100\nNew Ash,200\nnew ash,999\nBirch - Elm,5\nCamden Industrial,0\n"
    people = attached(geography, tmp_path, table)
    assert people.areas["residents"].tolist() == [300, 5, 0]
    assert {"area_added", "area_twice"} <= set(codes(people))


def test_a_name_for_two_areas_is_divided_by_their_ground(tmp_path: Path) -> None:
    wide = box(EAST + 1_000, NORTH, EAST + 4_000, NORTH + 1_000)
    write_areas(tmp_path, {"a": square(0), "b": wide})
    (tmp_path / "aliases.csv").write_text("alias,area_id\nBoth,a\nBoth,b\n", encoding="utf-8")
    (tmp_path / "population.csv").write_text("name,residents\nBoth,400\n", encoding="utf-8")
    entry = {"id": "areas", "name": "Areas", "file": "areas.gpkg", "id_column": "area_id", "aliases": "aliases.csv"}
    values = {"name": "R", "time_zone": "UTC", "as_of": "2026-01-01", "geographies": [entry]}
    population = {"file": "population.csv", "name_column": "name", "residents_column": "residents"}
    city = City.of({**values, "population": population}, file=tmp_path / "city.toml", must_exist=True)
    assert with_population(Geography.read(city), city).areas["residents"].tolist() == pytest.approx([100, 300], rel=1e-3)


def write_areas(folder: Path, shapes: dict[str, Any]) -> None:
    gpd.GeoDataFrame({"area_id": list(shapes)}, geometry=list(shapes.values()), crs=UTM).to_file(folder / "areas.gpkg", layer="areas")


def test_groups_come_from_columns_and_missing_ones_from_the_groups_share(geography: Geography, tmp_path: Path) -> None:
    table = "name,residents,lep\nAsh,1000,100\nBirch - Elm,3000,\nCamden Industrial,1000,300\n"
    people = attached(geography, tmp_path, table, groups={"limited_english": "lep"})
    units = people.units
    by_area = np.bincount(units.area_index, weights=units.groups["limited_english"])
    # 400 of 2,000 where it is known: one in five, so 600 of 3,000.
    assert by_area.tolist() == pytest.approx([100, 600, 300])


def test_a_group_larger_than_its_area_is_told(geography: Geography, tmp_path: Path) -> None:
    table = "name,residents,lep\nAsh,10,100\nBirch - Elm,30,1\nCamden Industrial,10,3\n"
    people = attached(geography, tmp_path, table, groups={"limited_english": "lep"})
    issue = next(issue for issue in people.issues if issue.code == "group_exceeds")
    assert issue.message == "'limited_english' counts 100 people in Ash, more than its 10 residents."


def test_a_workbook_reads_like_a_csv_with_its_header_below_a_title(geography: Geography, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Notes"])
    sheet = book.create_sheet("People")
    for row in (
        ["Residents by neighborhood"],
        [],
        ["id", "name", "residents"],
        [1, "Ash", 1_200],
        [2, "Birch - Elm", " -   "],
        [3, "Camden Industrial", 7.0],
    ):
        sheet.append(row)
    book.save(tmp_path / "population.xlsx")
    people = with_population(geography, city_of(tmp_path, file="population.xlsx", id_column="id", residents_column="residents"))
    assert people.areas["residents"].tolist() == [1_200, 0, 7]


def test_rows_of_a_workbook_count_as_a_spreadsheet_shows_them(geography: Geography, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in ([], ["name", "residents"], ["Ash", 5], ["Birch - Elm", "many"], ["Camden Industrial", 0]):
        book.active.append(row)
    book.save(tmp_path / "population.xlsx")
    city = city_of(tmp_path, file="population.xlsx", name_column="name", residents_column="residents")
    assert city.population is not None
    issue = next(issue for issue in read_counts(city.population, geography, city).issues if issue.code == "count_refused")
    assert issue.row == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.csv", b"area,people\nAsh,5\n", r"p\.csv: has no column 'name', 'residents', it has area, people"),
        ("p.csv", b"", r"p\.csv: is empty"),
        ("p.csv", b"<html><body>Login</body></html>", "is a web page, not a table"),
        ("p.xlsx", b"<html><body>Login</body></html>", "cannot be read as a workbook"),
    ],
)
def test_a_table_that_cannot_be_one_is_one_clear_error(geography: Geography, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        with_population(geography, city_of(tmp_path, file=name, name_column="name", residents_column="residents"))


def test_a_missing_table_is_a_missing_file_error(geography: Geography, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        with_population(geography, city_of(tmp_path, file="p.csv", name_column="name", residents_column="residents"))


def test_a_table_of_other_areas_is_an_error(geography: Geography, tmp_path: Path) -> None:
    with pytest.raises(GeographyError, match="no area of 'areas' has a count of residents"):
        attached(geography, tmp_path, "name,residents\nElsewhere,5\n")


# --- Blocks ------------------------------------------------------------------------------------------------------------------------------


def write_blocks(folder: Path, shapes: list[Any], **columns: list[Any]) -> None:
    gpd.GeoDataFrame(columns, geometry=shapes, crs=UTM).to_file(folder / "blocks.gpkg")


def spot(x: float, y: float) -> Point:
    return Point(EAST + x, NORTH + y)


def test_blocks_alone_give_residents_and_units(geography: Geography, tmp_path: Path) -> None:
    shapes = [spot(100, 100), spot(900, 900), spot(1_500, 500), spot(9_000, 500)]
    write_blocks(tmp_path, shapes, POP20=[30, 10, 60, 5], LEP=[3, 7, 0, 0])
    city = city_of(tmp_path, blocks="blocks.gpkg", blocks_residents_column="POP20", groups={"lep": "LEP"})
    people = with_population(geography, city)
    assert people.areas["residents"].tolist() == [40, 60, 0]
    units = people.units
    assert units.residents[units.area_index == 0].tolist() == [30, 10]
    assert units.groups["lep"][units.area_index == 0].tolist() == [3, 7]
    assert units.residents[units.area_index == 1].tolist() == [60]
    assert (units.area_index == 2).sum() == 256
    assert np.bincount(units.area_index, weights=units.share).tolist() == pytest.approx([1, 1, 1])
    message = next(issue.message for issue in people.issues if issue.code == "blocks_outside")
    assert message == "blocks that lie in no area: 1 of 4, with 5 residents; they are left out."


def test_a_table_says_how_many_and_blocks_say_where(geography: Geography, tmp_path: Path) -> None:
    shapes = [box(EAST + 100, NORTH, EAST + 300, NORTH + 200), box(EAST + 700, NORTH, EAST + 900, NORTH + 200)]
    write_blocks(tmp_path, shapes, POP20=[30, 10])
    table = "name,residents,lep\nAsh,1000,100\nBirch - Elm,500,50\nCamden Industrial,0,0\n"
    more = {"blocks": "blocks.gpkg", "blocks_residents_column": "POP20", "groups": {"lep": "lep"}}
    people = attached(geography, tmp_path, table, **more)
    units = people.units
    assert people.areas["residents"].tolist() == [1_000, 500, 0]
    assert units.residents[units.area_index == 0].tolist() == [750, 250]
    assert units.groups["lep"][units.area_index == 0].tolist() == [75, 25]
    assert units.residents[units.area_index == 1].sum() == 500
    assert (units.area_index == 1).sum() == 256


def test_the_error_of_blocks_is_that_of_their_effective_number(geography: Geography, tmp_path: Path) -> None:
    # Equal blocks, 10 x 10 in each area: the effective number is 100.
    spots = [spot(1_000 * area + 50 + 100 * x, 50 + 100 * y) for area in range(3) for x in range(10) for y in range(10)]
    write_blocks(tmp_path, spots, POP20=[7] * 300)
    people = with_population(geography, city_of(tmp_path, blocks="blocks.gpkg", blocks_residents_column="POP20"))
    assert people.lattice_error == pytest.approx(lattice_error_of(100))


def test_a_block_on_a_shared_edge_is_counted_once(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"area_id": ["b", "a"], "name": ["B", "A"]}, geometry=[box(-93.2, 45, -93.1, 45.1), box(-93.3, 45, -93.2, 45.1)], crs="EPSG:4326"
    )
    gpd.GeoDataFrame({"POP20": [40]}, geometry=[Point(-93.2, 45.05)], crs="EPSG:4326").to_file(tmp_path / "blocks.gpkg")
    people = with_population(Geography.of(frame), city_of(tmp_path, blocks="blocks.gpkg", blocks_residents_column="POP20"))
    assert people.areas["residents"].tolist() == [40, 0]


def test_blocks_without_their_column_are_an_error(geography: Geography, tmp_path: Path) -> None:
    write_blocks(tmp_path, [spot(1, 1)], POP10=[3])
    with pytest.raises(InputError, match=r"blocks\.gpkg: has no column 'POP20' \(blocks_residents_column\)\. It has POP10"):
        with_population(geography, city_of(tmp_path, blocks="blocks.gpkg", blocks_residents_column="POP20"))
