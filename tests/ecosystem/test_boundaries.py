"""Boundary files as people really send them: the same areas in every format, what is mended, what is refused, and what to do about it.

The city of these tests lies near 93 degrees west, 45 north, in UTM zone 15 north (EPSG:32615). Areas are squares of 1 km unless named.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from ecosystem.boundaries import read_areas, read_csv_table
from ecosystem.city import City
from ecosystem.errors import GeographyError, MissingFileError
from ecosystem.geography import Geography

UTM = "EPSG:32615"
EAST, NORTH = 478_000.0, 4_980_000.0
"""The south-west corner of the city, in metres."""


def square(column: int, row: int = 0, size: float = 1_000.0) -> Polygon:
    return box(EAST + column * 1_000, NORTH + row * 1_000, EAST + column * 1_000 + size, NORTH + row * 1_000 + size)


def frame_of(shapes: Mapping[str, Any], names: Sequence[str] = (), crs: Any = UTM, **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    data = {"area_id": list(shapes), "name": list(names) or [f"Area {key}" for key in shapes], **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes.values()), crs=crs)


# --- Files -------------------------------------------------------------------------------------------------------------------------------


def lies_on(areas: gpd.GeoDataFrame, *ids: str) -> bool:
    """Whether the areas are the squares a, b, ... of this file, to a metre."""
    squares = np.array([square("ab".index(key)) for key in ids], dtype=object)
    return bool((shapely.hausdorff_distance(areas.geometry.to_crs(UTM).to_numpy(), squares) < 1).all())


def write(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".zip":
        folder = path.parent / "zipped"
        folder.mkdir()
        frame.to_file(folder / "areas.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
    elif path.suffix == ".gpkg":
        frame.to_file(path, layer="areas")
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("name", ["areas.geojson", "areas.shp", "areas.zip", "areas.gpkg"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:26915", "EPSG:26851"])
def test_every_format_and_reference_system_gives_the_same_areas(tmp_path: Path, name: str, crs: str) -> None:
    shapes = {"b": square(1), "a": square(0)}
    written = frame_of(shapes, ["Birch", "Ash"]).to_crs("EPSG:4326" if name.endswith("geojson") else crs)
    areas, issues = read_areas(write(written, tmp_path / name), id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["a", "b"]
    assert list(areas["name"]) == ["Ash", "Birch"]
    assert list(areas.columns) == ["area_id", "name", "geometry"]
    assert areas.crs == "EPSG:4326"
    assert issues == ()
    assert lies_on(areas, "a", "b")


def test_a_reference_system_of_ones_own_is_read_from_the_prj(tmp_path: Path) -> None:
    own = "+proj=lcc +lat_0=44.79 +lon_0=-93.38 +lat_1=44.88 +lat_2=45.13 +x_0=152400 +y_0=30480 +a=6378418.941 +rf=298.257 +units=us-ft +no_defs"
    write(frame_of({"a": square(0)}).to_crs(own), tmp_path / "areas.shp")
    areas, issues = read_areas(tmp_path / "areas.shp", id_column="area_id")
    assert issues == ()
    assert lies_on(areas, "a")


# --- Every format, the same city ---------------------------------------------------------------------------------------------------------


def town() -> gpd.GeoDataFrame:
    """Three neighborhoods: one with a lake cut out, one in two parts, one with an accent and an id that begins with zero."""
    lake = box(EAST + 300, NORTH + 300, EAST + 600, NORTH + 600)
    shapes = {"01": square(0).difference(lake), "02": shapely.union_all([square(1), square(3)]), "10": square(2)}
    return frame_of(shapes, ["Ash & Lake", "Birch", "Peñuelas"])


def rings_of(shape: Any) -> list[list[tuple[float, float]]]:
    """The rings of a polygon or several, shells clockwise and holes the other way, as Esri writes them."""
    parts = [shapely.geometry.polygon.orient(part, -1.0) for part in shapely.get_parts(shape)]
    return [list(ring.coords) for part in parts for ring in (part.exterior, *part.interiors)]


def as_esri(frame: gpd.GeoDataFrame, reference: dict[str, Any] | None) -> dict[str, Any]:
    rows = zip(frame["area_id"], frame["name"], frame.geometry, strict=True)
    features = [{"attributes": {"area_id": key, "name": name}, "geometry": {"rings": rings_of(shape)}} for key, name, shape in rows]
    fields = [{"name": name, "type": "esriFieldTypeString", "alias": name, "length": 50} for name in ("area_id", "name")]
    answer = {"displayFieldName": "name", "geometryType": "esriGeometryPolygon", "fields": fields, "features": features}
    return answer if reference is None else {**answer, "spatialReference": reference}


def as_topojson(frame: gpd.GeoDataFrame, **more: Any) -> dict[str, Any]:
    """Every ring an arc of its own: no shared borders, no quantizing, which the format allows."""
    arcs: list[Any] = []
    geometries = []
    for key, name, shape in zip(frame["area_id"], frame["name"], frame.geometry, strict=True):
        parts = []
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors]
            parts.append([[len(arcs) + number] for number in range(len(rings))])
            arcs += [list(ring.coords) for ring in rings]
        geometries.append({"type": "MultiPolygon", "arcs": parts, "properties": {"area_id": key, "name": name}})
    return {"arcs": arcs, "objects": {"neighborhoods": {"type": "GeometryCollection", "geometries": geometries}}, "type": "Topology", **more}


def as_kml(frame: gpd.GeoDataFrame, name: str = "Neighborhoods") -> str:
    def ring(points: Any, side: str) -> str:
        text = " ".join(f"{x!r},{y!r},0" for x, y in points.coords)
        return f"<{side}><LinearRing><coordinates>{text}</coordinates></LinearRing></{side}>"

    def placemark(key: str, title: str, shape: Any) -> str:
        parts = [
            ring(part.exterior, "outerBoundaryIs") + "".join(ring(hole, "innerBoundaryIs") for hole in part.interiors)
            for part in shapely.get_parts(shape)
        ]
        polygons = "".join(f"<Polygon><tessellate>1</tessellate>{part}</Polygon>" for part in parts)
        title = title.replace("&", "&amp;")
        data = f'<SchemaData schemaUrl="#s"><SimpleData name="area_id">{key}</SimpleData><SimpleData name="name">{title}</SimpleData></SchemaData>'
        return f"<Placemark><name>{title}</name><ExtendedData>{data}</ExtendedData><MultiGeometry>{polygons}</MultiGeometry></Placemark>"

    degrees = frame.to_crs("EPSG:4326")
    rows = "".join(placemark(*row) for row in zip(degrees["area_id"], degrees["name"], degrees.geometry, strict=True))
    schema = '<Schema id="s"><SimpleField name="area_id" type="int"/><SimpleField name="name" type="string"/></Schema>'
    document = f"<Document><name>City</name>{schema}<Folder><name>{name}</name>{rows}</Folder></Document>"
    return f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">{document}</kml>'


def zipped(path: Path, members: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def folder_of(frame: gpd.GeoDataFrame, path: Path) -> Path:
    path.mkdir()
    for row in range(len(frame)):
        frame.iloc[[row]].to_crs("EPSG:4326").to_file(path / f"{frame['name'].iloc[row]}.geojson")
    return path


def text_file(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


STATE_PLANE = {"wkid": 103737, "latestWkid": 26851}
FORMATS: dict[str, Callable[[gpd.GeoDataFrame, Path], Path]] = {
    "GeoJSON": lambda frame, folder: write(frame.to_crs("EPSG:4326"), folder / "areas.geojson"),
    "GeoJSON that names its system": lambda frame, folder: write(frame, folder / "areas.geojson"),
    "GeoJSON, a line per area": lambda frame, folder: text_file(
        folder / "areas.geojsonl", "\n".join(json.dumps(feature) for feature in frame.to_crs("EPSG:4326").iterfeatures())
    ),
    "shapefile": lambda frame, folder: write(frame.to_crs("EPSG:26851"), folder / "areas.shp"),
    "zipped shapefile": lambda frame, folder: write(frame, folder / "areas.zip"),
    "GeoPackage": lambda frame, folder: write(frame, folder / "areas.gpkg"),
    "TopoJSON": lambda frame, folder: text_file(folder / "areas.json", json.dumps(as_topojson(frame.to_crs("EPSG:4326")))),
    "TopoJSON that names its system": lambda frame, folder: text_file(
        folder / "areas.topojson", json.dumps(as_topojson(frame, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32615"}}))
    ),
    "Esri JSON": lambda frame, folder: text_file(folder / "areas.json", json.dumps(as_esri(frame.to_crs("EPSG:3857"), {"wkid": 102100}))),
    "Esri JSON in feet": lambda frame, folder: text_file(folder / "query.json", json.dumps(as_esri(frame.to_crs("EPSG:26851"), STATE_PLANE))),
    "KML": lambda frame, folder: text_file(folder / "areas.kml", as_kml(frame)),
    "KMZ": lambda frame, folder: zipped(folder / "areas.kmz", {"files/a.png": b"", "files/other.kml": "<kml/>", "doc.kml": as_kml(frame)}),
    "zipped GeoJSON": lambda frame, folder: zipped(
        folder / "download.zip", {"__MACOSX/._a.geojson": b"x", "export/a.geojson": frame.to_crs("EPSG:4326").to_json()}
    ),
    "a folder": lambda frame, folder: folder_of(frame, folder / "areas"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_one_city_is_the_same_in_every_format(tmp_path: Path, name: str) -> None:
    expected = town()
    areas, issues = read_areas(FORMATS[name](expected, tmp_path), id_column="area_id", name_column="name")
    assert issues == ()
    assert list(areas["area_id"]) == ["01", "02", "10"]
    assert list(areas["name"]) == ["Ash & Lake", "Birch", "Peñuelas"]
    assert areas.crs == "EPSG:4326"
    ground = areas.geometry.to_crs(UTM)
    assert ground.area.to_numpy() == pytest.approx([910_000, 2_000_000, 1_000_000], rel=1e-6)
    assert shapely.hausdorff_distance(ground.to_numpy(), expected.geometry.to_numpy()).max() < 0.01


@pytest.mark.shared
@pytest.mark.parametrize("name", FORMATS)
def test_minneapolis_is_the_same_geography_in_every_format(tmp_path: Path, shared_data: Path, name: str) -> None:
    source = gpd.read_file(shared_data / "minneapolis" / "boundaries" / "Minneapolis_Neighborhoods.geojson")
    columns = {"area_id": source["BDNUM"].astype(str), "name": source["BDNAME"]}
    frame = gpd.GeoDataFrame(columns, geometry=source.geometry, crs=source.crs).to_crs(UTM)
    file = FORMATS[name](frame, tmp_path)
    entry = {"id": "areas", "name": "Areas", "file": file.name, "id_column": "area_id", "name_column": "name"}
    values = {"name": "Minneapolis", "time_zone": "America/Chicago", "as_of": "2026-01-01", "crs": UTM, "geographies": [entry]}
    geography = Geography.read(City.of(values, file=tmp_path / "city.toml", must_exist=True))
    expected = frame.set_index("area_id")
    assert [issue for issue in geography.issues if issue.severity != "info"] == []
    assert dict(geography.area_names) == expected["name"].to_dict()
    hectares = dict(zip(geography.area_ids, geography.areas["residents"], strict=True))
    assert hectares == pytest.approx((expected.area / 10_000).to_dict(), rel=1e-6)
    assert sum(hectares.values()) == pytest.approx(expected.area.sum() / 10_000, rel=1e-6)


@pytest.mark.parametrize("name", FORMATS)
def test_reading_one_file_twice_gives_the_same_areas(tmp_path: Path, name: str) -> None:
    file = FORMATS[name](town(), tmp_path)
    first, second = (read_areas(file, name_column="name")[0] for _ in range(2))
    assert first.equals(second)


# --- KML ---------------------------------------------------------------------------------------------------------------------------------


RING = "-93.3,45 -93.2,45 -93.2,45.1 -93.3,45.1 -93.3,45"
DRAWN = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon>"


def kml(tmp_path: Path, body: str, head: str = "") -> Path:
    return text_file(
        tmp_path / "areas.kml", f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'
    )


def test_a_kml_is_named_by_its_placemarks_or_by_the_table_that_arcgis_writes(tmp_path: Path) -> None:
    table = "<html><body><table><tr><td>Ash</td></tr><tr><td><table><tr><td>BDNUM</td><td>07</td></tr></table></td></tr></table></body></html>"
    file = kml(tmp_path, f"<Placemark><name>Ash</name><description><![CDATA[{table}]]></description>{DRAWN}</Placemark>")
    areas, issues = read_areas(file, id_column="BDNUM", name_column="Name")
    assert issues == ()
    assert [tuple(row) for row in areas[["area_id", "name"]].to_numpy()] == [("07", "Ash")]


def test_columns_of_a_kml_keep_their_names(tmp_path: Path) -> None:
    data = "".join(f'<Data name="{name}"><value>{name}!</value></Data>' for name in ("ID", "begin", "NAME", "Name"))
    file = kml(tmp_path, f"<Placemark><name>Ash</name><ExtendedData>{data}</ExtendedData>{DRAWN}</Placemark>")
    for column, value in (("ID", "ID!"), ("begin", "begin!"), ("NAME", "NAME!"), ("Name", "Ash"), ("Name_", "Name!")):
        assert list(read_areas(file, id_column=column)[0]["area_id"]) == [value]


def test_labels_beside_the_areas_of_a_kml_are_left_out_and_told(tmp_path: Path) -> None:
    label = "<Placemark><name>Ash</name><Point><coordinates>-93.25,45.05,0</coordinates></Point></Placemark>"
    border = "<Placemark><name>Main</name><LineString><coordinates>-93.25,45.05 -93.2,45</coordinates></LineString></Placemark>"
    areas, issues = read_areas(kml(tmp_path, f"<Placemark><name>Ash</name>{DRAWN}</Placemark>{label}{border}"), name_column="Name")
    assert list(areas["name"]) == ["Ash"]
    assert [(issue.code, issue.message) for issue in issues] == [("not_an_area", "1 points and 1 lines stand beside the areas and are left out.")]


def test_folders_of_a_kml_are_layers_and_a_star_takes_all(tmp_path: Path) -> None:
    folders = "".join(f"<Folder><name>{name}</name><Placemark><name>{name} 1</name>{DRAWN}</Placemark></Folder>" for name in ("North", "South"))
    file = kml(tmp_path, folders)
    with pytest.raises(GeographyError, match=r'has the layers North, South\. Say which one in city\.toml: layer = "North"'):
        read_areas(file, name_column="Name")
    assert list(read_areas(file, name_column="Name", layer="South")[0]["name"]) == ["South 1"]
    assert list(read_areas(file, name_column="Name", layer="*")[0]["name"]) == ["North 1", "South 1"]


def test_a_kml_that_only_points_to_the_web_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    file = kml(tmp_path, "<NetworkLink><Link><href>http://127.0.0.1:9/areas.kml</href></Link></NetworkLink>")
    with pytest.raises(GeographyError, match="only points to a file on the web, and nothing is fetched"):
        read_areas(file, name_column="Name")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd">',
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_kml_with_a_document_type_is_refused(tmp_path: Path, head: str, encoding: str) -> None:
    file = kml(tmp_path, f"<Placemark><name>&x;</name>{DRAWN}</Placemark>", head)
    file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    with pytest.raises(GeographyError, match="declares a document type"):
        read_areas(file, name_column="Name")


@pytest.mark.parametrize(("coordinates", "words"), [("a,b c,d e,f", "coordinates that are no numbers"), ("-93.3,45 -93.2,45", "has any ground")])
def test_a_placemark_that_encloses_nothing_is_told(tmp_path: Path, coordinates: str, words: str) -> None:
    with pytest.raises(GeographyError, match=words):
        read_areas(kml(tmp_path, f"<Placemark><name>Ash</name>{DRAWN.replace(RING, coordinates)}</Placemark>"), name_column="Name")


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GeographyError, match=r"too deep|broken KML"):
        read_areas(kml(tmp_path, f"{'<Folder>' * 5_000}<Placemark>{DRAWN}</Placemark>{'</Folder>' * 5_000}"), name_column="Name")


# --- Esri JSON ---------------------------------------------------------------------------------------------------------------------------


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


# --- TopoJSON, folders, zips -------------------------------------------------------------------------------------------------------------


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


# --- Reference systems -------------------------------------------------------------------------------------------------------------------


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


def test_areas_without_shape_cost_themselves_only(tmp_path: Path) -> None:
    frame = frame_of({"a": square(0), "b": None, "c": Polygon(), "": None, "d": Point(EAST, NORTH)})
    areas, issues = read_areas(write(frame, tmp_path / "areas.gpkg"), id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["a"]
    assert sorted(issue.code for issue in issues) == ["area_without_ground"] * 3 + ["not_an_area"]


def test_a_reference_system_in_city_toml_does_not_override_the_files_own(tmp_path: Path) -> None:
    write(frame_of({"a": square(0)}), tmp_path / "areas.gpkg")
    areas, issues = read_areas(tmp_path / "areas.gpkg", id_column="area_id", crs="EPSG:26916")
    assert [issue.code for issue in issues] == ["crs_ignored"]
    assert -93.5 < areas.total_bounds[0] < -93.0


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


# --- Tables ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_tables_are_read_in_every_usual_dress(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    lines = [["alias", "name"], ["Barrio", " Peñuelas "], [], ["Far"]]
    (tmp_path / "aliases.csv").write_bytes(newline.join(delimiter.join(line) for line in lines).encode(encoding))
    columns, rows = read_csv_table(tmp_path / "aliases.csv", "aliases.csv")
    assert columns == ["alias", "name"]
    assert rows == [(2, {"alias": "Barrio", "name": "Peñuelas"}), (4, {"alias": "Far", "name": ""})]
