"""What is in this boundary file, and can it be placed on the ground?

The door for boundary files (GeoJSON, shapefile, zipped shapefile, GeoPackage) and the tables beside them. A frame leaves here in EPSG:4326
with the columns area_id, name, geometry, sorted, valid, one row per area; what was mended on the way is an issue, what cannot be mended is
one GeographyError that says where, what and what to write.
"""

from __future__ import annotations

import csv
import io
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from ecosystem.errors import GeographyError, InputError, Issue, MissingFileError
from ecosystem.records import normalize_name

DEGREES = "EPSG:4326"

_FIELDS = ["area_id", "name", "geometry"]
_POLYGON_TYPES = (3, 6)


def read_areas(
    file: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    crs: Any = None,
    layer: str | None = None,
    shown: str = "",
) -> tuple[gpd.GeoDataFrame, tuple[Issue, ...]]:
    """Return the areas of a boundary file (area_id, name, geometry; EPSG:4326; sorted by area_id) and what was mended.

    GeoJSON, shapefile in any reference system, zipped shapefile, GeoPackage. `crs` is used where the file carries none, or is GeoJSON whose
    coordinates cannot be degrees. `shown` is how messages call the file. Raises MissingFileError, or GeographyError with all its problems.
    """
    path = Path(file)
    shown = shown or path.name
    frame, warned = open_boundaries(path, layer, shown)
    issues = [Issue(shown, code="boundary_warning", severity="info", message=text) for text in warned]
    frame, found = with_crs(frame, crs, shown)
    areas, mended = check_areas(frame, shown=shown, id_column=id_column, name_column=name_column)
    return areas, (*issues, *found, *mended)


def open_boundaries(path: Path, layer: str | None, shown: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the shapes of a file as they are, in the reference system it names if any, and the library's warnings.

    Raises MissingFileError, or GeographyError for an empty file, a web page, a table without shapes, or several layers and none chosen.
    """
    if not path.exists():
        raise MissingFileError(f"{shown}: there is no such boundary file.")
    if path.is_file() and path.stat().st_size == 0:
        raise GeographyError(f"{shown}: the file is empty. Export it again.")
    if path.is_file() and path.suffix.lower() not in (".kml", ".gml") and _starts_like_a_web_page(path):
        raise GeographyError(f"{shown}: is a web page, not a boundary file. Download the GeoJSON, shapefile or GeoPackage itself.")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            layers = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
            if layer is None and len(layers) > 1:
                raise GeographyError(f"{shown}: has the layers {', '.join(layers)}. Say which one in city.toml: layer = {quoted(layers[0])}")
            if layer is not None and layer not in layers:
                raise GeographyError(f"{shown}: has no layer {layer!r}, it has {', '.join(layers) or 'none'}.")
            frame = gpd.read_file(path, layer=layer) if layers else None
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError) as error:
        hint = " A shapefile needs its .shp, .shx, .dbf and .prj side by side." if path.suffix.lower() == ".shp" else ""
        reason = f" ({str(error).split(';')[-1].strip().rstrip('.')})" if "parsing" in str(error) else ""
        raise GeographyError(f"{shown}: cannot be read as GeoJSON, shapefile or GeoPackage{reason}. Export it again.{hint}") from error
    if frame is None or not isinstance(frame, gpd.GeoDataFrame):
        raise GeographyError(f"{shown}: is a table without shapes, not a boundary file. Give the GeoJSON, shapefile or GeoPackage of the areas.")
    notes = sorted({str(warning.message) for warning in caught if not issubclass(warning.category, DeprecationWarning)})
    if path.suffix.lower() in (".shp", ".zip"):
        frame, reread = _in_utf8(frame)
        notes += ["the file does not name its encoding; its texts are UTF-8 and were read so."] if reread else []
    return frame, notes


def _starts_like_a_web_page(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


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


def with_crs(frame: gpd.GeoDataFrame, crs: Any, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Return the frame in the reference system it has, is said to have (`crs`), or plainly is in.

    A frame without one is read as EPSG:4326 where its coordinates can be degrees, with an Issue. Coordinates that cannot be degrees are
    refused with what to write in city.toml; feet are never taken for degrees. Raises GeographyError.
    """
    given = parse_crs(crs, shown) if crs is not None else None
    if not len(frame) or bool(frame.geometry.isna().all()):
        return (frame if frame.crs is not None else frame.set_crs(DEGREES)), []
    can_be_degrees = _can_be_degrees(frame)
    if frame.crs is not None and (can_be_degrees or not frame.crs.is_geographic):
        if given is not None and not given.equals(frame.crs, ignore_axis_order=True):
            text = f"city.toml says crs = {quoted(str(crs))}, but the file itself says {frame.crs.name}; the file is followed."
            return frame, [Issue(shown, code="crs_ignored", text=str(crs), message=text)]
        return frame, []
    if given is not None:
        placed = frame.set_crs(given, allow_override=True)
        if (given.is_geographic and not can_be_degrees) or not _can_be_degrees(placed.to_crs(DEGREES)):
            raise GeographyError(
                f"{shown}: with crs = {quoted(str(crs))} the areas do not lie on the earth. Ask who made the file for its reference system."
            )
        return placed, []
    if can_be_degrees:
        text = "the file names no reference system; its coordinates can be degrees and are read as longitude and latitude (EPSG:4326)."
        return frame.set_crs(DEGREES), [Issue(shown, code="crs_assumed", message=text)]
    west, south, east, north = frame.total_bounds
    if min(west, -east) >= -90 and min(south, -north) >= -180:
        raise GeographyError(f"{shown}: latitude stands before longitude (x runs from {west:.6g} to {east:.6g}). Export it with longitude first.")
    names = "names no reference system, and its coordinates" if frame.crs is None else "counts as longitude and latitude, but its coordinates"
    raise GeographyError(
        f"{shown}: {names} cannot be degrees (x {west:.6g} to {east:.6g}, y {south:.6g} to {north:.6g}). Say in city.toml, below its file, which "
        'system they are in: crs = "EPSG:..." (feet of a state plane, e.g. "EPSG:3435" for Illinois East; metres of UTM, e.g. "EPSG:26915").'
    )


def check_areas(frame: gpd.GeoDataFrame, *, shown: str, id_column: str | None, name_column: str | None) -> tuple[gpd.GeoDataFrame, tuple[Issue, ...]]:
    """Return a frame as areas: columns area_id, name, geometry; EPSG:4326; valid; sorted by area_id; with what was mended.

    Without `id_column` the ids are made from the names ("Willard - Hay" is "willard-hay"). Polygons that cross themselves are repaired
    (`shapely.make_valid`, method structure) and told with their area before and after. Raises GeographyError with all problems at once.
    """
    problems: list[str] = []
    if frame.crs is None:
        problems.append("has no reference system. Set it before, e.g. frame.set_crs('EPSG:4326').")
    elif not len(frame):
        problems.append("holds no areas at all.")
    elif frame.crs.is_geographic and not _can_be_degrees(frame):
        problems.append("says degrees, but its coordinates cannot be degrees.")
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    for key, column in (("id_column", id_column), ("name_column", name_column)):
        if column is not None and column not in columns and len(frame):
            problems.append(f"has no column {column!r} ({key}). It has {', '.join(columns) or 'none'}.")
    if id_column is None and name_column is None:
        problems.append("needs an id_column or a name_column.")
    if problems:
        raise GeographyError("\n".join(f"{shown}: {problem}" for problem in problems))

    names = [as_text(value) for value in frame[name_column]] if name_column is not None else []
    ids = [as_text(value) for value in frame[id_column]] if id_column is not None else [normalize_name(name).replace(" ", "-") for name in names]
    names = names or list(ids)
    source = id_column or name_column
    blank = [number for number, area_id in enumerate(ids, 1) if not area_id]
    if blank:
        problems.append(f"area {listed(blank)} of the file has no {source!r}. Every area needs one.")
    twice = sorted({area_id for area_id in ids if area_id and ids.count(area_id) > 1})
    if twice:
        problems.append(f"{listed(twice)} stands in {source!r} more than once. Give each area an id of its own, or join its parts to one area.")
    if problems:
        raise GeographyError("\n".join(f"{shown}: {problem}" for problem in problems))

    areas = gpd.GeoDataFrame({"area_id": ids, "name": names}, geometry=shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs).to_crs(DEGREES)
    areas = areas.sort_values("area_id", ignore_index=True)
    issues = [
        Issue(shown, code="name_missing", text=area_id, message=f"the area {area_id!r} has no name; it is called by its id.")
        for area_id, name in zip(areas["area_id"], areas["name"], strict=True)
        if not name
    ]
    areas["name"] = areas["name"].where(areas["name"] != "", areas["area_id"])
    areas, mended = _repaired(areas, shown)
    issues += mended
    keys = [normalize_name(name) for name in areas["name"]]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        same = [f"{row.name} ({row.area_id})" for row, other in zip(areas.itertuples(index=False), keys, strict=True) if other == key]
        issues.append(Issue(shown, code="name_twice", text=key, message=f"{listed(same)} have one name; an answer with it can mean none of them."))
    return areas[_FIELDS], tuple(issues)


def _repaired(areas: gpd.GeoDataFrame, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Make every geometry a valid polygon; what has no ground is left out and told."""
    issues: list[Issue] = []
    shapes = areas.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    if np.isin(kinds, (0, 1, 2, 4, 5, -1)).all() and (kinds >= 0).any():
        what = "points" if np.isin(kinds, (0, 4)).any() else "lines"
        raise GeographyError(f"{shown}: holds {what}, not areas. Give the file of the boundaries.")
    fixed = [shape if kind in _POLYGON_TYPES else polygons_of(shape) for shape, kind in zip(shapes, kinds, strict=True)]
    fixed_array = np.array(fixed, dtype=object)
    broken = np.flatnonzero(~shapely.is_valid(fixed_array) & ~shapely.is_missing(fixed_array))
    if len(broken):
        metres = areas.iloc[broken].estimate_utm_crs()
        mended = shapely.make_valid(fixed_array[broken], method="structure", keep_collapsed=False)
        before = gpd.GeoSeries(fixed_array[broken], crs=DEGREES).to_crs(metres).area
        after = gpd.GeoSeries(mended, crs=DEGREES).to_crs(metres).area
        for row, old, new, shape in zip(broken, before, after, mended, strict=True):
            reason = shapely.is_valid_reason(fixed_array[row]).split("[")[0].lower()
            text = (
                f"the area {areas['name'].iloc[row]!r} was no valid polygon ({reason}) and was repaired: {old:,.0f} m2 before, {new:,.0f} m2 after."
            )
            issues.append(Issue(shown, code="polygon_repaired", text=str(areas["area_id"].iloc[row]), message=text))
            fixed_array[row] = shape if shapely.get_type_id(shape) in _POLYGON_TYPES else polygons_of(shape)
    has_ground = ~shapely.is_missing(fixed_array) & (shapely.area(fixed_array) > 0)
    for row in np.flatnonzero(~has_ground):
        text = f"the area {areas['name'].iloc[row]!r} has no ground and is left out."
        issues.append(Issue(shown, code="area_without_ground", severity="error", text=str(areas["area_id"].iloc[row]), message=text))
    if not has_ground.any():
        raise GeographyError(f"{shown}: no area in it has any ground.")
    kept = areas.set_geometry(gpd.GeoSeries(fixed_array, index=areas.index, crs=DEGREES))
    return kept[has_ground].reset_index(drop=True), issues


def polygons_of(shape: Any) -> Any:
    """Return the polygons inside a collection as one geometry; None where there are none."""
    if shape is None:
        return None
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if shapely.get_type_id(part) == 3]
    return shapely.multipolygons(parts) if parts else None


def parse_crs(crs: Any, shown: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise GeographyError(f"{shown}: crs = {quoted(str(crs))} is no reference system that is known. Write it as EPSG:26915.") from error


def _can_be_degrees(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return bool(math.isnan(west) or (-180 <= west <= east <= 180 and -90 <= south <= north <= 90))


def read_csv_table(file: Path, shown: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the columns of a CSV and its rows as (row number as a spreadsheet counts, {column: text}), every cell a text without spare space.

    Comma, semicolon or tab; UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises InputError for a web page or a
    file without a header.
    """
    raw = file.read_bytes()
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise InputError(f"{shown}: is a web page, not a table. Download the CSV itself.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    header = text.split("\n", 1)[0].split("\r", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [cell.strip() for cell in next(reader, [])]
    if not any(columns):
        raise InputError(f"{shown}: is empty. The first row must name the columns.")
    rows = []
    for number, cells in enumerate(reader, 2):
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        if any(cell.strip() for cell in cells):
            rows.append((number, {column: cell.strip() for column, cell in zip(columns, padded, strict=False)}))
    return columns, rows


def as_text(value: Any) -> str:
    """Return an id or name as text: whole numbers without their decimals, nothing for a missing value."""
    if value is None or (not isinstance(value, str) and bool(pd.isna(value))):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def listed(items: Sequence[Any], most: int = 8) -> str:
    return ", ".join(str(item) for item in items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def shown_path(file: Path, folder: Path) -> str:
    """Return how messages call a file: its path inside the city folder, else its name; never a path of this machine."""
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name
