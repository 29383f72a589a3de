"""What an ArcGIS server answers: its reference systems, and an answer that it cut off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from boundary_files import as_esri, lies_on, text_file, town
from ecosystem.boundaries import read_areas
from ecosystem.errors import GeographyError
from squares import UTM, frame_of, square


def esri(tmp_path: Path, frame: gpd.GeoDataFrame, reference: dict[str, Any] | None, **more: Any) -> Path:
    return text_file(tmp_path / "query.json", json.dumps({**as_esri(frame, reference), **more}))


@pytest.mark.parametrize(
    ("reference", "crs"),
    [
        ({"wkid": 4326}, "EPSG:4326"),
        ({"wkid": 102100, "latestWkid": 3857}, "EPSG:3857"),
        ({"wkid": 103734}, "ESRI:103734"),  # the county's own feet, which EPSG does not know
        ({"wkid": 26915}, "EPSG:26915"),
    ],
)
def test_the_number_of_the_reference_system_is_epsgs_or_esris(tmp_path: Path, reference: dict[str, Any], crs: str) -> None:
    areas, issues = read_areas(esri(tmp_path, frame_of({"a": square(0)}).to_crs(crs), reference), id_column="area_id")
    assert issues == ()
    assert lies_on(areas, "a")


def test_a_reference_system_in_words_or_in_the_shape_is_read_and_none_is_asked_for(tmp_path: Path) -> None:
    frame = frame_of({"a": square(0)})
    assert lies_on(read_areas(esri(tmp_path, frame, {"wkt": frame.crs.to_wkt("WKT1_ESRI")}), id_column="area_id")[0], "a")
    answer = as_esri(frame, None)
    answer["features"][0]["geometry"]["spatialReference"] = {"wkid": 32615}
    assert lies_on(read_areas(text_file(tmp_path / "own.json", json.dumps(answer)), id_column="area_id")[0], "a")
    with pytest.raises(GeographyError, match="names no reference system, and its coordinates cannot be degrees"):
        read_areas(esri(tmp_path, frame, None), id_column="area_id")
    assert lies_on(read_areas(esri(tmp_path, frame, None), id_column="area_id", crs=UTM)[0], "a")


@pytest.mark.parametrize("form", ["Esri JSON", "GeoJSON"])
def test_an_answer_that_the_server_cut_off_is_told(tmp_path: Path, form: str) -> None:
    frame = frame_of({"a": square(0)}).to_crs("EPSG:4326")
    if form == "GeoJSON":
        file = text_file(tmp_path / "query.geojson", json.dumps({**json.loads(frame.to_json()), "exceededTransferLimit": True}))
    else:
        file = esri(tmp_path, frame, {"wkid": 4326}, exceededTransferLimit=True)
    areas, issues = read_areas(file, id_column="area_id")
    assert len(areas) == 1
    assert [issue.severity for issue in issues] == ["error"]
    assert "the server cut its answer off after 1 areas" in issues[0].message


def test_an_area_of_an_answer_without_rings_is_left_out_and_told(tmp_path: Path) -> None:
    answer = as_esri(town().to_crs("EPSG:4326"), {"wkid": 4326})
    answer["features"][0]["geometry"] = None
    answer["features"][1]["geometry"] = {"rings": []}
    areas, issues = read_areas(text_file(tmp_path / "query.json", json.dumps(answer)), id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["10"]
    assert [(issue.code, issue.text) for issue in issues] == [("area_without_ground", "01"), ("area_without_ground", "02")]
