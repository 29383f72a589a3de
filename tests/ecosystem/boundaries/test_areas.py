"""What an area of a file must have: ground, an id, a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, Polygon

from boundary_files import write
from ecosystem.boundaries import read_areas
from ecosystem.errors import GeographyError
from squares import EAST, NORTH, UTM, frame_of, square


def test_areas_without_shape_cost_themselves_only(tmp_path: Path) -> None:
    frame = frame_of({"a": square(0), "b": None, "c": Polygon(), "": None, "d": Point(EAST, NORTH)})
    areas, issues = read_areas(write(frame, tmp_path / "areas.gpkg"), id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["a"]
    assert sorted(issue.code for issue in issues) == ["area_without_ground"] * 3 + ["not_an_area"]


@pytest.mark.parametrize(("shape", "what"), [(Point(EAST, NORTH), "points"), (LineString([(EAST, NORTH), (EAST + 9, NORTH)]), "lines")])
def test_points_and_lines_are_no_boundaries(tmp_path: Path, shape: Any, what: str) -> None:
    with pytest.raises(GeographyError, match=f"holds {what}, not areas"):
        read_areas(write(frame_of({"a": shape}), tmp_path / "areas.gpkg"), id_column="area_id")


def test_ids_given_twice_or_not_at_all_are_told_together(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"k": ["1", "1", None]}, geometry=[square(0), square(1), square(2)], crs=UTM)
    with pytest.raises(GeographyError) as caught:
        read_areas(write(frame, tmp_path / "areas.gpkg"), id_column="k")
    assert "area 3 of the file has no 'k'" in str(caught.value)
    assert "1 stands in 'k' more than once" in str(caught.value)


def test_columns_that_are_not_there_are_told_together_with_those_that_are(tmp_path: Path) -> None:
    file = write(frame_of({"a": square(0)}), tmp_path / "areas.gpkg")
    with pytest.raises(GeographyError, match=r"no column 'nbhd' \(id_column\)\. It has area_id, name\.\n.*no column 'label' \(name_column\)"):
        read_areas(file, id_column="nbhd", name_column="label")


def test_numbers_as_ids_are_texts_without_decimals(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"k": [7.0, 12.0]}, geometry=[square(0), square(1)], crs=UTM)
    assert list(read_areas(write(frame, tmp_path / "areas.gpkg"), id_column="k")[0]["area_id"]) == ["12", "7"]


def test_without_an_id_column_ids_come_from_names_and_the_other_way_round(tmp_path: Path) -> None:
    frame = frame_of({"a": square(0)}, ["Willard \u2010 Hay"])
    file = write(frame, tmp_path / "areas.gpkg")
    assert list(read_areas(file, name_column="name")[0]["area_id"]) == ["willard-hay"]
    assert list(read_areas(file, id_column="area_id")[0]["name"]) == ["a"]
