"""What a file is."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ecosystem.errors import InputError, MissingFileError
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
    ("name", "content", "seen_as", "layers"),
    [
        (
            "ask.json",
            '{"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 3857}, "exceededTransferLimit": true, "features": [{"attributes": '
            '{"N": 1}, "geometry": {"rings": [[[-10386000, 5621000], [-10386000, 5622000], [-10385000, 5622000], [-10386000, 5621000]]]}}]}',
            "Esri JSON",
            [("features", 1, "EPSG:3857", ("N",))],
        ),
        (
            "a.kml",
            "<kml><Document><Folder><name>Wards</name><Placemark><name>1</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
            "-93,45 -93,46 -92,46 -93,45</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>",
            "KML",
            [("Wards", 1, "EPSG:4326", ("Name", "description"))],
        ),
        (
            "t.json",
            '{"type": "Topology", "arcs": [[[-93, 45], [-93, 46], [-92, 46], [-93, 45]]], "objects": {"wards": {"type": "Polygon", "arcs": [[0]]}}}',
            "TopoJSON",
            None,
        ),
    ],
)
def test_other_boundary_formats_are_known_by_what_stands_in_them(
    tmp_path: Path, name: str, content: str, seen_as: str, layers: list[tuple[str, int, str, tuple[str, ...]]] | None
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    seen = inspect_file(tmp_path / name)
    assert (seen.kind, seen.format) == ("boundaries", seen_as)
    if layers is not None:
        assert [(layer.name, layer.features, layer.crs, layer.columns) for layer in seen.layers] == layers
    assert [issue.code for issue in seen.issues] == (["server_cut_off"] if name == "ask.json" else [])
    json.dumps(seen.as_dict())


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


def test_repeats_choices_and_the_tool_are_named(tmp_path: Path) -> None:
    book = tmp_path / "answers.xlsx"
    main = [["organization", "reach", "reach/text", "reach/visit", "_index"], ["Hub", "text visit", "1", "1", "1"], ["Inn", "visit", "0", "1", "2"]]
    programs = [["service", "_index", "_parent_table_name", "_parent_index"], ["Meals", "1", "Form", "1"], ["Beds", "2", "Form", "1"]]
    with pd.ExcelWriter(book) as writer:
        for name, rows in (("Form", main), ("program", programs)):
            pd.DataFrame(rows[1:], columns=rows[0]).to_excel(writer, sheet_name=name, index=False)
    seen = inspect_file(book)
    assert seen.repeats == {"program": 2}
    assert seen.multi_selects == {"reach": 2}
    assert "KoboToolbox" in seen.detected
    assert seen.unmapped == ("reach",)
    plain = seen.as_dict()
    assert (plain["repeats"], plain["multi_selects"], plain["format"]) == ({"program": 2}, {"reach": 2}, "KoboToolbox, workbook")


def test_a_format_that_is_said_goes_before_what_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("Timestamp,Organization,Email Address\n2026-01-01,Hub,a@b.org\n", encoding="utf-8")
    assert inspect_file(path).format == "Google Forms, csv (comma)"
    plain = inspect_file(path, format="spreadsheet")
    assert (plain.format, plain.detected.split(".")[0]) == ("csv (comma)", "read as a plain table: as you said")
    kobo = inspect_file(path, format="KoboToolbox")
    assert kobo.format == "KoboToolbox, csv (comma)"
    assert "as you said" in kobo.detected
    with pytest.raises(InputError, match="no format"):
        inspect_file(path, format="goggle")
