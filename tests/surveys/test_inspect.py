"""What a file is."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from ecosystem.errors import MissingFileError
from surveys.inspect import inspect_file


def test_answers_with_their_columns_questions_and_personal_data(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes("organization;Your e-mail;Hours of service;Shoe size;notes\nPeña;a@b.org;24/7;44;call 612-555-0123\n".encode("cp1252"))
    seen = inspect_file(path)
    assert (seen.kind, seen.format, seen.encoding) == ("answers", "csv (semicolon)", "cp1252")
    (table,) = seen.tables
    assert [(column.name, column.question) for column in table.columns][2] == ("Hours of service", "hours")
    assert seen.personal == ("Your e-mail", "notes")
    assert seen.unmapped == ("Shoe size",)
    plain = json.loads(json.dumps(seen.as_dict()))
    assert plain["tables"][0]["rows"] == 1
    assert plain["issues"][0]["code"] == "encoding"
    assert "a@b.org" not in json.dumps(plain)


def test_a_table_that_names_no_organization_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert [issue.code for issue in inspect_file(path).issues] == ["no_organization_column"]


def test_boundaries_with_their_reference_system(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[shapely.box(-93.3, 45, -93.2, 45.1)], crs="EPSG:4326")
    frame.to_file(tmp_path / "areas.geojson", driver="GeoJSON")
    frame.to_crs("EPSG:26915").to_file(tmp_path / "areas.gpkg", driver="GPKG", layer="first")
    frame.to_crs("EPSG:2264").to_file(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    degrees, metres, feet = (inspect_file(tmp_path / f"areas.{suffix}") for suffix in ("geojson", "gpkg", "shp"))
    assert (degrees.kind, degrees.layers[0].crs, degrees.layers[0].features) == ("boundaries", "EPSG:4326", 1)
    assert (metres.layers[0].name, metres.layers[0].crs) == ("first", "EPSG:26915")
    assert feet.layers[0].crs == ""
    (issue,) = feet.issues
    assert issue.code == "crs_missing"
    assert "cannot be degrees" in issue.message
    json.dumps(feet.as_dict())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b'{"type": "FeatureCollection"'),
        ("a.gpkg", b"SQLite format 3\x00 not one"),
        ("a.shp", b"\x00\x00"),
        ("a.zip", b"PK\x03\x04"),
        ("a.csv", b""),
        ("a.dbf", bytes(range(256))),
    ],
)
def test_a_broken_file_is_told_and_never_raises(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    seen = inspect_file(path)
    assert seen.kind == "unknown"
    assert seen.issues
    json.dumps(seen.as_dict())


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        inspect_file(tmp_path / "none.csv")
    with pytest.raises(MissingFileError, match="folder"):
        inspect_file(tmp_path)
