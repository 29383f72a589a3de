"""The same areas as files of every format in which a city may send them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import box

from squares import EAST, NORTH, UTM, frame_of, square
from written import as_zip


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
    path.write_bytes(as_zip(members))
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
