"""Which ground lies along a street or around a place? Lines and points of a file, as areas that reach so many metres around them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecosystem.boundaries.areas import check_areas
from ecosystem.boundaries.reading import read_shapes
from ecosystem.boundaries.reference import DEGREES
from ecosystem.boundaries.tables import as_text, listed, read_csv_table
from ecosystem.errors import GeographyError, Issue
from ecosystem.records import normalize_name

METRES_COLUMN = "radius_m"
"""A column of this name says how far each place reaches, instead of the one distance for all."""

_QUAD_SEGS = 16
_LINE_TYPES = (1, 2, 5)


def read_around(
    file: str | Path,
    *,
    around_m: float,
    within: gpd.GeoDataFrame,
    id_column: str | None = None,
    name_column: str | None = None,
    crs: Any = None,
    layer: str | None = None,
    shown: str = "",
) -> tuple[gpd.GeoDataFrame, Mapping[str, Any], tuple[Issue, ...]]:
    """Return the areas that reach `around_m` metres around streets and places (as `read_areas` does), the streets' lines, and what to tell.

    Any file that boundaries may be, or a CSV with the columns longitude and latitude. Segments of one name are one street; places of one name
    are places of their own; polygons stay as they are. A column `radius_m` gives a distance of its own to each. Everything is cut at the
    borders of `within`, the city; what lies outside of it is left out. Lines are by area id, in EPSG:4326. Raises as `read_areas` does.
    """
    path = Path(file)
    shown = shown or path.name
    if path.suffix.lower() == ".csv":
        frame, issues = _read_points(path, shown)
    else:
        frame, issues = read_shapes(path, crs=crs, layer=layer, shown=shown)
    columns = [str(column) for column in frame.columns if column != "geometry"]
    missing = [column for column in (id_column, name_column) if column is not None and column not in columns]
    if missing:
        raise GeographyError(f"{shown}: has no column {missing[0]!r}. It has {', '.join(columns) or 'none'}.")
    named = frame.assign(
        _id=[as_text(value) for value in frame[id_column or name_column]], _name=[as_text(v) for v in frame[name_column or id_column]]
    )
    shapes = named.geometry
    usable = (named["_name"] != "") & ~shapes.isna() & ~shapes.is_empty
    named = named[usable.to_numpy()].to_crs(DEGREES)
    if not len(named):
        raise GeographyError(f"{shown}: holds no street or place with a name and a shape.")
    named = _joined(named)
    metres = within.estimate_utm_crs()
    city = shapely.union_all(within.geometry.to_crs(metres).to_numpy())
    ground = named.geometry.to_crs(metres).to_numpy()
    reach = np.full(len(named), around_m)
    if METRES_COLUMN in named.columns:
        own = pd.to_numeric(named[METRES_COLUMN], errors="coerce").to_numpy(dtype="float64")
        reach = np.where(own > 0, own, reach)
    is_area = np.isin(shapely.get_type_id(ground), (3, 6))
    around = shapely.buffer(ground, np.where(is_area, 0.0, reach), quad_segs=_QUAD_SEGS)
    inside = shapely.intersects(around, city)
    if not inside.any():
        raise GeographyError(f"{shown}: nothing in it touches the city. Check its crs.")
    cut = gpd.GeoDataFrame(
        {"area_id": named["_id"].to_numpy()[inside], "name": named["_name"].to_numpy()[inside]},
        geometry=shapely.intersection(around[inside], city),
        crs=metres,
    )
    areas, mended = check_areas(cut, shown=shown, id_column="area_id", name_column="name")
    if not inside.all():
        text = f"streets or places outside the city: {int((~inside).sum())} of {len(inside)}; they are left out."
        issues = [*issues, Issue(shown, code="places_outside", severity="info", message=text)]
    is_line = np.isin(shapely.get_type_id(ground), _LINE_TYPES)
    lines = {key: shape for key, shape, counts in zip(named["_id"], named.geometry, is_line & inside, strict=True) if counts}
    return areas, lines, (*issues, *mended)


def _joined(named: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join the segments of one street; ids follow from names where they are none, and places of one name keep ids apart."""
    is_line = np.isin(shapely.get_type_id(named.geometry.to_numpy()), _LINE_TYPES)
    streets, places = named[is_line], named[~is_line]
    if len(streets):
        streets = streets.dissolve(by=streets["_name"].map(normalize_name).to_numpy(), aggfunc="first")
    joined = gpd.GeoDataFrame(pd.concat([streets, places], ignore_index=True), geometry="geometry", crs=named.crs)
    ids: list[str] = []
    seen: dict[str, int] = {}
    for key, name in zip(joined["_id"], joined["_name"], strict=True):
        area_id = normalize_name(key if key != name else name).replace(" ", "-")
        seen[area_id] = seen.get(area_id, 0) + 1
        ids.append(area_id if seen[area_id] == 1 else f"{area_id}-{seen[area_id]}")
    return joined.assign(_id=ids)


def _read_points(path: Path, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read a CSV of places with longitude and latitude (EPSG:4326). A row that names no point of the earth costs itself, and is told."""
    columns, rows = read_csv_table(path, shown)
    missing = [column for column in ("longitude", "latitude") if column not in columns]
    if missing:
        raise GeographyError(f"{shown}: needs the columns longitude and latitude; it has {listed(columns)}.")
    issues, kept, points = [], [], []
    for number, row in rows:
        try:
            longitude, latitude = float(row["longitude"]), float(row["latitude"])
        except ValueError:
            longitude = latitude = np.nan
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90) or (longitude == 0 and latitude == 0):
            written = f"{row['longitude']}, {row['latitude']}"
            text = f"{written!r} is no longitude and latitude; the place is not used."
            issues.append(Issue(shown, row=number, column="longitude", code="coordinate_refused", text=written, message=text))
            continue
        kept.append(row)
        points.append(shapely.Point(longitude, latitude))
    return gpd.GeoDataFrame({column: [row[column] for row in kept] for column in columns}, geometry=points, crs=DEGREES), issues
