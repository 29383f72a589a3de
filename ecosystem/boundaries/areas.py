"""Is every area of this file named once, whole, and on the ground?"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from ecosystem.boundaries.reference import DEGREES, can_be_degrees
from ecosystem.boundaries.tables import as_text, listed
from ecosystem.errors import GeographyError, Issue
from ecosystem.records import normalize_name

_FIELDS = ["area_id", "name", "geometry"]
_POLYGON_TYPES = (3, 6)
_POINT_TYPES = (0, 4)
_LINE_TYPES = (1, 2, 5)


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
    elif frame.crs.is_geographic and not can_be_degrees(frame):
        problems.append("says degrees, but its coordinates cannot be degrees.")
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    for key, column in (("id_column", id_column), ("name_column", name_column)):
        if column is not None and column not in columns and len(frame):
            problems.append(f"has no column {column!r} ({key}). It has {', '.join(columns) or 'none'}.")
    if id_column is None and name_column is None:
        problems.append("needs an id_column or a name_column.")
    if problems:
        raise GeographyError("\n".join(f"{shown}: {problem}" for problem in problems))

    frame, strangers = _without_points_and_lines(frame, shown)
    names = [as_text(value) for value in frame[name_column]] if name_column is not None else []
    ids = [as_text(value) for value in frame[id_column]] if id_column is not None else [normalize_name(name).replace(" ", "-") for name in names]
    names = names or list(ids)
    source = id_column or name_column
    has_shape = [shape is not None and not shape.is_empty for shape in frame.geometry]
    blank = [number for number, area_id in enumerate(ids, 1) if not area_id and has_shape[number - 1]]
    if blank:
        problems.append(f"area {listed(blank)} of the file has no {source!r}. Every area needs one.")
    twice = sorted({area_id for area_id in ids if area_id and ids.count(area_id) > 1})
    if twice:
        problems.append(f"{listed(twice)} stands in {source!r} more than once. Give each area an id of its own, or join its parts to one area.")
    if problems:
        raise GeographyError("\n".join(f"{shown}: {problem}" for problem in problems))

    kept = [bool(area_id) for area_id in ids]
    if not all(kept):
        text = f"rows with neither {source!r} nor a shape: {kept.count(False)}; they are left out."
        strangers.append(Issue(shown, code="area_without_ground", message=text))
        ids, names, frame = [area_id for area_id in ids if area_id], [name for name, is_kept in zip(names, kept, strict=True) if is_kept], frame[kept]
    areas = gpd.GeoDataFrame({"area_id": ids, "name": names}, geometry=shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs).to_crs(DEGREES)
    areas = areas.sort_values("area_id", ignore_index=True)
    issues = strangers + [
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


def _without_points_and_lines(frame: gpd.GeoDataFrame, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Leave out the points and lines beside the areas, such as the labels of a KML, and tell them. Raises GeographyError where there is no area."""
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    points, lines = np.isin(kinds, _POINT_TYPES), np.isin(kinds, _LINE_TYPES)
    strange = points | lines
    if not strange.any():
        return frame, []
    if (strange | (kinds < 0)).all():
        raise GeographyError(f"{shown}: holds {'points' if points.any() else 'lines'}, not areas. Give the file of the boundaries.")
    counts = [f"{count} {what}" for what, count in (("points", points.sum()), ("lines", lines.sum())) if count]
    text = f"{' and '.join(counts)} stand beside the areas and are left out."
    return frame[~strange], [Issue(shown, code="not_an_area", message=text)]


def _repaired(areas: gpd.GeoDataFrame, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Make every geometry a valid polygon; what has no ground is left out and told."""
    issues: list[Issue] = []
    shapes = areas.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
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
