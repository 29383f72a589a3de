"""Folders, zips and layers: which part of a file is meant, and a file that holds no areas is one clear error."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import box

from boundary_files import as_topojson, folder_of, lies_on, text_file, town, write, zipped
from ecosystem.boundaries import read_areas
from ecosystem.errors import GeographyError, MissingFileError
from squares import UTM, frame_of, square


def test_a_topojson_drawn_for_a_screen_is_refused_with_what_to_write(tmp_path: Path) -> None:
    file = text_file(tmp_path / "areas.topojson", json.dumps(as_topojson(frame_of({"a": box(200, 300, 400, 500)}, crs=None))))
    with pytest.raises(GeographyError, match="its coordinates cannot be degrees"):
        read_areas(file, id_column="area_id")


def test_a_topojson_of_several_objects_needs_one_chosen(tmp_path: Path) -> None:
    topology = as_topojson(town().to_crs("EPSG:4326"))
    topology["objects"]["wards"] = topology["objects"]["neighborhoods"]
    file = text_file(tmp_path / "city.json", json.dumps(topology))
    with pytest.raises(GeographyError, match="has the layers neighborhoods, wards"):
        read_areas(file, id_column="area_id")
    assert len(read_areas(file, id_column="area_id", layer="wards")[0]) == 3


def test_areas_of_a_folder_may_be_called_by_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "areas"
    folder.mkdir()
    for name, column in (("Ash", 0), ("Birch", 1)):
        shape = gpd.GeoSeries([square(column)], crs=UTM).to_crs("EPSG:4326")
        (folder / f"{name}.geojson").write_text(json.dumps(shapely.geometry.mapping(shape.iloc[0])), encoding="utf-8")
    areas, issues = read_areas(folder, name_column="file")
    assert issues == ()
    assert list(areas["name"]) == ["Ash", "Birch"]
    assert lies_on(areas, "a", "b")


def test_a_broken_file_of_a_folder_costs_its_area_and_no_other(tmp_path: Path) -> None:
    folder = folder_of(town(), tmp_path / "areas")
    (folder / "Birch.geojson").write_text("{", encoding="utf-8")
    areas, issues = read_areas(folder, id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["01", "10"]
    assert [(issue.file, issue.code, issue.severity) for issue in issues] == [("areas/Birch.geojson", "boundary_file_broken", "error")]
    for file in folder.iterdir():
        file.write_text("{", encoding="utf-8")
    with pytest.raises(GeographyError, match="areas: none of its files can be read"):
        read_areas(folder, id_column="area_id")


def test_a_zip_of_several_shapefiles_needs_one_chosen(tmp_path: Path) -> None:
    for name in ("wards", "areas"):
        frame_of({"a": square(0)}).to_file(tmp_path / f"{name}.shp")
    file = zipped(tmp_path / "city.zip", {f"GIS data/{part.name}": part.read_bytes() for part in tmp_path.iterdir()})
    with pytest.raises(GeographyError, match="has the layers areas, wards"):
        read_areas(file, id_column="area_id")
    assert lies_on(read_areas(file, id_column="area_id", layer="wards")[0], "a")


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecosystem.boundaries.archive.MOST_BYTES", 10_000)
    for name in ("bomb.kmz", "bomb.zip"):
        with pytest.raises(GeographyError, match="would unpack to more than"):
            read_areas(zipped(tmp_path / name, {"doc.kml": " " * 20_000}), name_column="Name")


@pytest.mark.parametrize("member", ["../../evil.geojson", "/evil.geojson", "a/../../evil.geojson", "..\\evil.geojson"])
def test_a_path_out_of_the_zip_is_not_looked_at(tmp_path: Path, member: str) -> None:
    file = zipped(tmp_path / "areas.zip", {member: town().to_crs("EPSG:4326").to_json()})
    with pytest.raises(GeographyError, match="holds no boundary file"):
        read_areas(file, id_column="area_id")
    assert [path.name for path in tmp_path.rglob("*")] == ["areas.zip"]


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    file = zipped(tmp_path / "areas.zip", {"areas.geojson": "{}"})
    content = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    file.write_bytes(bytes(content))
    with pytest.raises(GeographyError, match=r"areas\.geojson in it is locked with a password"):
        read_areas(file, id_column="area_id")


def test_a_geopackage_of_several_layers_needs_one_chosen(tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg"
    frame_of({"a": square(0)}).to_file(file, layer="neighborhoods")
    frame_of({"p1": square(0), "p2": square(1)}).to_file(file, layer="precincts")
    with pytest.raises(GeographyError, match="has the layers neighborhoods, precincts"):
        read_areas(file, id_column="area_id")
    with pytest.raises(GeographyError, match="has no layer 'wards'"):
        read_areas(file, id_column="area_id", layer="wards")
    assert len(read_areas(file, id_column="area_id", layer="precincts")[0]) == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("areas.geojson", b"", "the file is empty"),
        ("areas.geojson", b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page, not a boundary file"),
        ("areas.geojson", b'{"type": "FeatureCollection", "feat', "cannot be read as GeoJSON, shapefile or GeoPackage"),
        ("areas.csv", b"area_id,name\na,Ash\n", "is a table without shapes"),
        ("areas.gpkg", b"not a database at all", "cannot be read as GeoJSON"),
        ("areas.zip", b"PK\x05\x06" + bytes(18), "holds no boundary file"),
        ("areas.zip", b"PK\x03\x04torn", "is a broken zip file"),
        ("areas.geojson", b'{"error": {"code": 400, "message": "Invalid URL"}}', r"the server sent an error instead of areas \(Invalid URL\)"),
        ("areas.json", b'{"currentVersion": 11, "geometryType": "esriGeometryPolygon"}', "has no list of features"),
        ("areas.json", b'{"type": "gdal_streamed_alg", "command_line": "gdal vector read x"}', "cannot be read as GeoJSON"),
        ("areas.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "is a web page, not a boundary file"),
        ("areas.gml", b'<wfs:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>', "is GML, which is not read"),
        ("areas.topojson", b'{"type": "Topology", "arcs": []}', "is broken TopoJSON"),
        ("areas.kml", b"<kml><Document><Placemark></Document></kml>", "is broken KML"),
        ("areas.kml", b"<kml><Document/></kml>", "holds no areas at all"),
        ("areas.pdf", b"%PDF-1.7", "cannot be read as GeoJSON"),
        ("areas.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no areas at all"),
        (
            "areas.geojson",
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"area_id": 1}, "geometry": null}]}',
            "no area in it has any ground",
        ),
    ],
)
def test_a_file_that_holds_no_areas_is_one_clear_error(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GeographyError, match=words) as caught:
        read_areas(tmp_path / name, id_column="area_id")
    assert str(tmp_path) not in str(caught.value)


def test_a_missing_file_is_a_missing_file_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_areas(tmp_path / "areas.geojson", id_column="area_id")


def test_a_shapefile_torn_apart_says_what_belongs_together(tmp_path: Path) -> None:
    write(frame_of({"a": square(0)}), tmp_path / "whole.shp")
    shutil.copy(tmp_path / "whole.shp", tmp_path / "areas.shp")
    with pytest.raises(GeographyError, match=r"needs its \.shp, \.shx, \.dbf and \.prj side by side"):
        read_areas(tmp_path / "areas.shp", id_column="area_id")


@pytest.mark.parametrize(("encoding", "notes"), [("UTF-8", ["boundary_warning"]), ("ISO-8859-1", [])])
def test_names_with_accents_survive_a_shapefile_that_does_not_say_its_encoding(tmp_path: Path, encoding: str, notes: list[str]) -> None:
    frame_of({"a": square(0), "b": square(1)}, ["Peñuelas", "Birch"]).to_file(tmp_path / "areas.shp", encoding=encoding)
    (tmp_path / "areas.cpg").unlink()
    areas, issues = read_areas(tmp_path / "areas.shp", id_column="area_id", name_column="name")
    assert list(areas["name"]) == ["Peñuelas", "Birch"]
    assert [issue.code for issue in issues] == notes
