"""Which areas does this KML draw, and what does it say of each?

Read here and not through GDAL, whose KML readers rename columns ("ID" becomes "ID2"), invent empty layers and differ from build to build.
KML is always longitude and latitude (OGC 12-007r2, 4.1). Links to other files (NetworkLink, schemaLocation, styles) are never followed and a
document type, the door to entities, is refused.
"""

from __future__ import annotations

import html.parser
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import shapely

from ecosystem.boundaries.reference import DEGREES
from ecosystem.errors import GeographyError


def read_kml(content: bytes, shown: str) -> dict[str, gpd.GeoDataFrame]:
    """Return the placemarks by layer, in EPSG:4326. A layer is an outermost folder that holds some; those in none are called by the document.

    Columns: `Name` and `description` of the placemark, then its ExtendedData (Data and SchemaData) by their own names, then the rows of a
    table of two columns in the description, as ArcGIS writes its attributes. Raises GeographyError for what is no KML, or only points to one.
    """
    root = _parse(content, shown)
    layers: dict[str, list[dict[str, Any]]] = {}
    try:
        for layer, placemark in _placemarks(root, ""):
            layers.setdefault(layer, []).append(_row(placemark, shown))
    except RecursionError as error:
        raise GeographyError(f"{shown}: its folders lie too deep in each other. Export it again.") from error
    if not layers and any(_tag(element) == "NetworkLink" for element in root.iter()):
        raise GeographyError(
            f"{shown}: only points to a file on the web, and nothing is fetched. Open it in Google Earth, and save the areas themselves as KML."
        )
    frames = {}
    for layer, rows in layers.items():
        columns = dict.fromkeys(column for row in rows for column in row)
        values = {column: [row.get(column) for row in rows] for column in columns if column != "geometry"}
        frames[layer or "placemarks"] = gpd.GeoDataFrame(values, geometry=[row["geometry"] for row in rows], crs=DEGREES)
    return frames


def _parse(content: bytes, shown: str) -> ET.Element:
    try:
        return ET.fromstring(content, parser=ET.XMLParser(target=_WithoutDocumentType()))
    except _DocumentType:
        raise GeographyError(f"{shown}: declares a document type, which KML does not have. Save it again from Google Earth or a GIS.") from None
    except (ET.ParseError, LookupError, ValueError) as error:
        raise GeographyError(f"{shown}: is broken KML ({str(error).split(':')[-1].strip()}) and cannot be read. Export it again.") from error


class _DocumentType(Exception):
    pass


class _WithoutDocumentType(ET.TreeBuilder):
    """Builds the tree; stops at a document type before any entity of it exists."""

    def doctype(self, *_: object) -> None:
        raise _DocumentType


def _placemarks(element: ET.Element, layer: str) -> Iterator[tuple[str, ET.Element]]:
    """Yield (layer, placemark). The outermost folder gives its name; a document only where no folder is around or inside it."""
    for child in element:
        tag = _tag(child)
        if tag == "Placemark":
            yield layer, child
        elif tag == "Folder":
            yield from _placemarks(child, layer or _said(child, "name"))
        elif tag == "Document":
            inner = list(_placemarks(child, layer))
            yield from ((found or _said(child, "name"), placemark) for found, placemark in inner)


def _row(placemark: ET.Element, shown: str) -> dict[str, Any]:
    name, description = _said(placemark, "name"), _said(placemark, "description")
    row: dict[str, Any] = {"Name": name or None, "description": description or None}
    for element in placemark.iter():
        if _tag(element) == "Data":
            row[_column(element.get("name", ""))] = _said(element, "value")
        elif _tag(element) == "SimpleData":
            row[_column(element.get("name", ""))] = (element.text or "").strip()
    if "<t" in description.lower():
        for key, value in _cells(description):
            row.setdefault(key, value)
    shapes = [shape for child in placemark for shape in _shapes(child, shown, name)]
    row["geometry"] = None if not shapes else shapes[0] if len(shapes) == 1 else _together(shapes)
    return row


def _column(name: str) -> str:
    """Return the name of a column of ExtendedData; one called as a column of ours, or as nothing, gets a name of its own."""
    return f"{name or 'data'}_" if name in ("", "Name", "description", "geometry") else name


def _cells(description: str) -> list[tuple[str, str]]:
    """Return the rows of two cells in an HTML table.

    >>> _cells("<table><tr><td>BDNUM</td><td>7</td></tr><tr><td>a title alone</td></tr></table>")
    [('BDNUM', '7')]
    """
    reader = _TableReader()
    reader.feed(description)
    return [(row[0], row[1]) for row in reader.rows if len(row) == 2 and row[0] and row[0] not in ("Name", "description", "geometry")]


class _TableReader(html.parser.HTMLParser):
    """Collects the texts of table cells, row by row. ArcGIS nests its table in a cell of another, so the innermost row counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the signature of the library
        if tag == "tr":
            self.rows.append([])
            self._in_cell = False
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th", "tr")

    def handle_data(self, data: str) -> None:
        if self._in_cell and self.rows[-1]:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data.strip()}".strip()


def _shapes(element: ET.Element, shown: str, name: str) -> Iterator[Any]:
    tag = _tag(element)
    if tag == "MultiGeometry":
        for child in element:
            yield from _shapes(child, shown, name)
    elif tag == "Polygon":
        shells = [ring for side in element if _tag(side) == "outerBoundaryIs" for ring in _rings(side, shown, name)]
        holes = [ring for side in element if _tag(side) == "innerBoundaryIs" for ring in _rings(side, shown, name)]
        if shells:
            yield shapely.Polygon(shells[0], holes)
    elif tag in ("LineString", "LinearRing", "Point"):
        points = _coordinates(element, shown, name)
        if tag == "Point" and points:
            yield shapely.points(points[0])
        elif len(points) > 1:
            yield shapely.linestrings(points)


def _rings(side: ET.Element, shown: str, name: str) -> list[list[tuple[float, float]]]:
    """Rings of at least three corners; less encloses nothing."""
    rings = [_coordinates(ring, shown, name) for ring in side if _tag(ring) == "LinearRing"]
    return [ring for ring in rings if len(set(ring)) > 2]


def _coordinates(element: ET.Element, shown: str, name: str) -> list[tuple[float, float]]:
    """Return (longitude, latitude) pairs; heights are dropped. Spaces after a comma, as hands write them, are allowed."""
    text = re.sub(r"\s*,\s*", ",", _said(element, "coordinates"))
    try:
        return [(float(numbers[0]), float(numbers[1])) for numbers in (point.split(",") for point in text.split())]
    except (ValueError, IndexError) as error:
        raise GeographyError(f"{shown}: the placemark {name!r} has coordinates that are no numbers. Export it again.") from error


def _together(shapes: list[Any]) -> Any:
    if all(shapely.get_type_id(shape) == 3 for shape in shapes):
        return shapely.multipolygons(shapes)
    return shapely.geometrycollections(shapes)


def _said(element: ET.Element, tag: str) -> str:
    """Return the text of a child, empty where it has none."""
    return next(("".join(child.itertext()).strip() for child in element if _tag(child) == tag), "")


def _tag(element: ET.Element) -> str:
    """The name of an element without its namespace: KML 2.0 to 2.3 and Google's own differ in nothing else that is read here."""
    return str(element.tag).rpartition("}")[2]
