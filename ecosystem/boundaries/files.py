"""What boundary file is this, by what stands in it, and which layers does it have?

The format is told from the content, and each content goes to the one reader that is meant for it: GDAL, left to choose, also knows formats
that send it to the network. Nothing is fetched and nothing is unpacked to disk.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import geopandas as gpd
import pandas as pd
import pyogrio

from ecosystem.boundaries.archive import BOUNDARY_SUFFIXES, boundary_members, read_member
from ecosystem.boundaries.esri import cut_off, read_esri_json
from ecosystem.boundaries.kml import read_kml
from ecosystem.boundaries.reference import topojson_crs
from ecosystem.errors import GeographyError, Issue, MissingFileError

Kind = Literal["GeoJSON", "GeoJSONSeq", "TopoJSON", "Esri JSON", "KML", "other"]

_SNIFFED = 65_536
_READ_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError)


@dataclass(frozen=True, slots=True)
class MapFile:
    """A boundary file that was looked at: its format, the layers with shapes, and how to read one of them with what is to be told of it."""

    format: str
    layers: tuple[str, ...]
    read: Callable[[str], tuple[gpd.GeoDataFrame, list[Issue]]]


def open_map(path: Path, shown: str) -> MapFile:
    """Return what a file of boundaries is: GeoJSON, TopoJSON, Esri JSON, KML, KMZ, shapefile, GeoPackage; or a zip of one of them.

    In a zip of several, each is a layer called by its name. Raises MissingFileError, or GeographyError for an empty file, a web page, a
    table without shapes, and everything that cannot be read.
    """
    if not path.exists():
        raise MissingFileError(f"{shown}: there is no such boundary file.")
    if path.is_dir():
        return _with_gdal(str(path), shown)
    if path.stat().st_size == 0:
        raise GeographyError(f"{shown}: the file is empty. Export it again.")
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
        file.seek(max(0, path.stat().st_size - _SNIFFED))
        tail = file.read()
    if head.startswith(b"PK") or path.suffix.lower() in (".zip", ".kmz"):
        return _zipped(path, shown)
    return _by_content(_kind(head, tail, shown), str(path), path.read_bytes, tail, shown)


def _zipped(path: Path, shown: str) -> MapFile:
    members = boundary_members(path, shown)
    suffix = next(suffix for suffix in BOUNDARY_SUFFIXES if any(member.lower().endswith(suffix) for member in members))
    members = [member for member in members if member.lower().endswith(suffix)]
    if suffix == ".kml":  # the first in the archive is the document, the others are what it links to (OGC 12-007r2, annex C)
        members = sorted(members, key=lambda member: (PurePosixPath(member).name.lower() != "doc.kml", member.count("/")))[:1]
    opened = {}
    for member in members:
        where = f"{shown}/{PurePosixPath(member).name}"

        def content(member: str = member, where: str = where) -> bytes:
            return read_member(path, member, where)

        head = read_member(path, member, where, _SNIFFED)
        kind = "other" if suffix in (".shp", ".gpkg") else _kind(head, b"", where)
        opened[PurePosixPath(member).stem] = _by_content(kind, f"/vsizip/{{{path.as_posix()}}}/{member}", content, b"", where)
    first = next(iter(opened.values()))
    if len(opened) == 1:
        return MapFile(f"{first.format} in a zip" if first.format != "KML" else "KMZ", first.layers, first.read)
    whole = {name: one for name, one in opened.items() if len(one.layers) == 1}
    return MapFile(f"{first.format} in a zip", tuple(whole), lambda name: whole[name].read(whole[name].layers[0]))


def _kind(head: bytes, tail: bytes, shown: str) -> Kind:
    """Tell a text format by its content. Raises GeographyError for web pages and for GML."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<") or start[:4] in (b"\xff\xfe<\x00", b"\xfe\xff\x00<"):
        if re.search(rb"<(?:\w+:)?kml\b", head.replace(b"\x00", b"")):
            return "KML"
        if b"opengis.net/gml" in head:
            raise GeographyError(f"{shown}: is GML, which is not read. Save it as GeoJSON or GeoPackage.")
        raise GeographyError(f"{shown}: is a web page, not a boundary file. Download the GeoJSON, shapefile or GeoPackage itself.")
    if start[:1] not in (b"{", b"[", b"\x1e"):
        return "other"
    both = head + tail
    if re.search(rb'"type"\s*:\s*"Topology"', both) and b'"arcs"' in both:
        return "TopoJSON"
    if not re.search(rb'"type"\s*:\s*"(?:Feature|Polygon|MultiPolygon|GeometryCollection)', both) and re.search(
        rb'"(?:rings|attributes|spatialReference|geometryType|error|objectIdFieldName)"\s*:', both
    ):
        return "Esri JSON"
    return "GeoJSONSeq" if start[:1] == b"\x1e" or re.match(rb'\{[^\n]*"Feature"[^\n]*\}\s*\n\s*\{', start) else "GeoJSON"


def _by_content(kind: Kind, target: str, content: Callable[[], bytes], tail: bytes, shown: str) -> MapFile:
    if kind == "KML":
        frames = read_kml(content(), shown)
        return MapFile("KML", tuple(frames), lambda name: (frames[name], []))
    if kind == "Esri JSON":
        frame, told = read_esri_json(content(), shown)
        return MapFile("Esri JSON", ("features",), lambda _: (frame, told))
    if kind == "TopoJSON":
        crs = topojson_crs(content(), shown)
        opened = _with_gdal(f"TopoJSON:{target}", shown)

        def placed(name: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
            frame, told = opened.read(name)
            return frame.set_crs(crs, allow_override=True), told

        return MapFile("TopoJSON", opened.layers, placed)
    if kind == "other":
        return _with_gdal(target, shown)
    opened = _with_gdal(f"{kind}:{target}", shown)
    if not re.search(rb'"exceededTransferLimit"\s*:\s*true', tail):
        return opened

    def cut(name: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
        frame, told = opened.read(name)
        return frame, [*told, cut_off(len(frame), shown)]

    return MapFile(opened.format, opened.layers, cut)


def _with_gdal(target: str, shown: str) -> MapFile:
    """Open a file with the driver that its target begins with, else with the one for its kind of content."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # told when the layer is read
        try:
            rows = pyogrio.list_layers(target)
            layers = tuple(str(name) for name, geometry in rows if geometry is not None)
            driver = str(pyogrio.read_info(target, layer=layers[0])["driver"]) if layers else ""
        except _READ_ERRORS as error:
            raise _unreadable(error, target, shown) from error
    if not layers:
        raise GeographyError(f"{shown}: is a table without shapes, not a boundary file. Give the GeoJSON, shapefile or GeoPackage of the areas.")

    def read(name: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                frame = gpd.read_file(target, layer=name)
        except _READ_ERRORS as error:
            raise _unreadable(error, target, shown) from error
        texts = sorted({str(warning.message) for warning in caught if not issubclass(warning.category, DeprecationWarning)})
        if driver == "ESRI Shapefile":
            frame, reread = _in_utf8(frame)
            texts += ["the file does not name its encoding; its texts are UTF-8 and were read so."] if reread else []
        return frame, [Issue(shown, code="boundary_warning", severity="info", message=text) for text in texts]

    return MapFile(driver, layers, read)


def _unreadable(error: Exception, target: str, shown: str) -> GeographyError:
    hint = " A shapefile needs its .shp, .shx, .dbf and .prj side by side." if target.lower().endswith(".shp") else ""
    reason = f" ({str(error).split(';')[-1].strip().rstrip('.')})" if "parsing" in str(error) else ""
    return GeographyError(f"{shown}: cannot be read as GeoJSON, shapefile or GeoPackage{reason}. Export it again.{hint}")


def _in_utf8(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, bool]:
    """Read texts again that a shapefile without a .cpg keeps in UTF-8 and the library took for Latin-1 ("PeÃ±uelas")."""
    reread = {}
    for column in frame.columns[[pd.api.types.is_string_dtype(dtype) for dtype in frame.dtypes]]:
        foreign = [value for value in frame[column] if isinstance(value, str) and not value.isascii()]
        try:
            if foreign and all(value.encode("latin-1").decode("utf-8") for value in foreign):
                reread[column] = [value.encode("latin-1").decode("utf-8") if isinstance(value, str) else value for value in frame[column]]
        except UnicodeError:
            continue
    return (frame.assign(**reread) if reread else frame), bool(reread)
