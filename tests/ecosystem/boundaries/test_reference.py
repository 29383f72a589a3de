"""Where on the ground coordinates lie: systems that are missing, cannot be, or are contradicted by the coordinates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from boundary_files import lies_on, write
from ecosystem.boundaries import read_areas
from ecosystem.errors import GeographyError
from squares import UTM, frame_of, square


def feet_without_crs(tmp_path: Path) -> Path:
    write(frame_of({"a": square(0), "b": square(1)}).to_crs("EPSG:26993"), tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    return tmp_path / "areas.shp"


def test_feet_without_a_reference_system_are_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(GeographyError, match=r"areas\.shp: names no reference system, and its coordinates cannot be degrees .*crs = \"EPSG:"):
        read_areas(feet_without_crs(tmp_path), id_column="area_id")


def test_the_city_may_say_the_reference_system_a_file_does_not(tmp_path: Path) -> None:
    areas, issues = read_areas(feet_without_crs(tmp_path), id_column="area_id", crs="EPSG:26993")
    assert issues == ()
    assert lies_on(areas, "a", "b")


@pytest.mark.parametrize(("crs", "words"), [("EPSG:999999", "no reference system that is known"), ("EPSG:4326", "do not lie on the earth")])
def test_a_reference_system_that_cannot_be_is_refused(tmp_path: Path, crs: str, words: str) -> None:
    with pytest.raises(GeographyError, match=words):
        read_areas(feet_without_crs(tmp_path), id_column="area_id", crs=crs)


def test_degrees_without_a_reference_system_are_accepted_with_a_note(tmp_path: Path) -> None:
    write(frame_of({"a": square(0)}).to_crs("EPSG:4326"), tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    areas, issues = read_areas(tmp_path / "areas.shp", id_column="area_id")
    assert areas.crs == "EPSG:4326"
    assert [issue.code for issue in issues] == ["crs_assumed"]


def geojson(coordinates: Sequence[Sequence[float]], **properties: Any) -> str:
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [coordinates]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def test_geojson_in_metres_is_refused_and_read_when_the_city_says_so(tmp_path: Path) -> None:
    file = tmp_path / "areas.geojson"
    file.write_text(geojson([list(point) for point in square(0).exterior.coords], area_id="a"), encoding="utf-8")
    with pytest.raises(GeographyError, match="cannot be degrees"):
        read_areas(file, id_column="area_id")
    areas, _ = read_areas(file, id_column="area_id", crs=UTM)
    assert lies_on(areas, "a")


def test_latitude_before_longitude_is_told(tmp_path: Path) -> None:
    file = tmp_path / "areas.geojson"
    file.write_text(geojson([[45.0, -93.3], [45.1, -93.3], [45.1, -93.2], [45.0, -93.3]], area_id="a"), encoding="utf-8")
    with pytest.raises(GeographyError, match="latitude stands before longitude"):
        read_areas(file, id_column="area_id")


@pytest.mark.parametrize(("longitude", "latitude"), [(-93.27, 44.98), (-87.63, 41.88), (-80.19, 25.76), (-122.42, 37.77)])
def test_swapped_coordinates_of_any_city_of_the_country_are_refused(tmp_path: Path, longitude: float, latitude: float) -> None:
    swapped = gpd.GeoDataFrame({"area_id": ["a"]}, geometry=[box(latitude, longitude, latitude + 0.1, longitude + 0.1)], crs="EPSG:4326")
    (tmp_path / "areas.geojson").write_text(swapped.to_json(), encoding="utf-8")
    swapped.to_file(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    for name in ("areas.geojson", "areas.shp"):
        with pytest.raises(GeographyError, match="latitude stands before longitude"):
            read_areas(tmp_path / name, id_column="area_id")


@pytest.mark.parametrize(("truth", "said"), [("EPSG:26851", "EPSG:26993"), ("EPSG:26993", "EPSG:26851")])
def test_feet_said_to_be_metres_and_the_other_way_round_are_told(tmp_path: Path, truth: str, said: str) -> None:
    frame = frame_of({"a": square(0)}).to_crs(truth)
    frame.to_file(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    _, issues = read_areas(tmp_path / "areas.shp", id_column="area_id", crs=said)
    assert [(issue.code, issue.severity) for issue in issues] == [("crs_far_from_its_area", "error")]
    frame.set_crs(said, allow_override=True).to_file(tmp_path / "wrong.gpkg")
    _, issues = read_areas(tmp_path / "wrong.gpkg", id_column="area_id")
    assert [issue.code for issue in issues] == ["crs_far_from_its_area"]


def test_a_system_that_cannot_hold_the_coordinates_is_one_error(tmp_path: Path) -> None:
    far = gpd.GeoDataFrame({"area_id": ["a"]}, geometry=[box(9e9, 9e9, 9.1e9, 9.1e9)], crs="EPSG:26915")
    with pytest.raises(GeographyError, match="do not lie on the earth"):
        read_areas(write(far, tmp_path / "areas.gpkg"), id_column="area_id")


def test_a_reference_system_in_city_toml_does_not_override_the_files_own(tmp_path: Path) -> None:
    write(frame_of({"a": square(0)}), tmp_path / "areas.gpkg")
    areas, issues = read_areas(tmp_path / "areas.gpkg", id_column="area_id", crs="EPSG:26916")
    assert [issue.code for issue in issues] == ["crs_ignored"]
    assert -93.5 < areas.total_bounds[0] < -93.0
