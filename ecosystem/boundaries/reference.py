"""In which reference system are these coordinates? Named by the file, said in city.toml, or plain from the numbers; never guessed."""

from __future__ import annotations

import json
import math
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from ecosystem.boundaries.tables import quoted
from ecosystem.errors import GeographyError, Issue

DEGREES = "EPSG:4326"

NO_CITY_SOUTH_OF = -60.0
"""Degrees of latitude. A file whose areas all lie below has latitude and longitude swapped (Chicago would be at 88 degrees south)."""

FAR_DEGREES = 1.0
"""So far outside the area that a reference system is made for, its use is told."""


def with_crs(frame: gpd.GeoDataFrame, crs: Any, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Return the frame in the reference system it has, is said to have (`crs`), or plainly is in.

    A frame without one is read as EPSG:4326 where its coordinates can be degrees, with an Issue. Coordinates that cannot be degrees are
    refused with what to write in city.toml; feet are never taken for degrees. Raises GeographyError.
    """
    given = parse_crs(crs, shown) if crs is not None else None
    if not len(frame) or bool(frame.geometry.isna().all()):
        return (frame if frame.crs is not None else frame.set_crs(DEGREES)), []
    in_degrees = can_be_degrees(frame)
    if frame.crs is not None and (in_degrees or not frame.crs.is_geographic):
        issues = _misplaced(frame, frame.crs.name, shown)
        if given is not None and not given.equals(frame.crs, ignore_axis_order=True):
            text = f"city.toml says crs = {quoted(str(crs))}, but the file itself says {frame.crs.name}; the file is followed."
            issues.append(Issue(shown, code="crs_ignored", text=str(crs), message=text))
        return frame, issues
    if given is not None:
        placed = frame.set_crs(given, allow_override=True)
        if (given.is_geographic and not in_degrees) or not can_be_degrees(placed.to_crs(DEGREES)):
            raise GeographyError(
                f"{shown}: with crs = {quoted(str(crs))} the areas do not lie on the earth. Ask who made the file for its reference system."
            )
        return placed, _misplaced(placed, str(crs), shown)
    if in_degrees:
        _refuse_swapped(frame, shown)
        text = "the file names no reference system; its coordinates can be degrees and are read as longitude and latitude (EPSG:4326)."
        return frame.set_crs(DEGREES), [Issue(shown, code="crs_assumed", message=text)]
    _refuse_swapped(frame, shown)
    west, south, east, north = frame.total_bounds
    names = "names no reference system, and its coordinates" if frame.crs is None else "counts as longitude and latitude, but its coordinates"
    raise GeographyError(
        f"{shown}: {names} cannot be degrees (x {west:.6g} to {east:.6g}, y {south:.6g} to {north:.6g}). Say in city.toml, below its file, which "
        'system they are in: crs = "EPSG:..." (feet of a state plane, e.g. "EPSG:3435" for Illinois East; metres of UTM, e.g. "EPSG:26915").'
    )


def _refuse_swapped(frame: gpd.GeoDataFrame, shown: str) -> None:
    """Raise GeographyError where latitude stands before longitude: y beyond the poles, or all of it where no city is, below 60 degrees south."""
    west, south, east, north = frame.total_bounds
    beyond_a_pole = max(-south, north) > 90 and max(-south, north) <= 180 and max(-west, east) <= 90
    if beyond_a_pole or (north < NO_CITY_SOUTH_OF and south >= -90 and max(-west, east) <= 90):
        raise GeographyError(f"{shown}: latitude stands before longitude (x runs from {west:.6g} to {east:.6g}). Export it with longitude first.")


def _misplaced(frame: gpd.GeoDataFrame, name: str, shown: str) -> list[Issue]:
    """Tell areas that lie far from where their reference system is used: feet and metres mixed, or the zone of another place."""
    if frame.crs.is_geographic:
        _refuse_swapped(frame, shown)
        return []
    west, south, east, north = frame.to_crs(DEGREES).total_bounds
    if not np.isfinite([west, south, east, north]).all():
        raise GeographyError(f"{shown}: says {name}, but its coordinates do not lie on the earth there. Export it again, as GeoJSON.")
    used = frame.crs.area_of_use
    if used is None or used.west > used.east:
        return []
    x, y = (west + east) / 2, (south + north) / 2
    if used.west - FAR_DEGREES <= x <= used.east + FAR_DEGREES and used.south - FAR_DEGREES <= y <= used.north + FAR_DEGREES:
        return []
    text = (
        f"in {name} the areas lie around longitude {x:.1f}, latitude {y:.1f}, but that system is for {used.west:.0f} to {used.east:.0f}, "
        f"{used.south:.0f} to {used.north:.0f}. If that is the wrong place, feet and metres may be mixed, or the zone is another: correct crs."
    )
    return [Issue(shown, code="crs_far_from_its_area", severity="error", text=name, message=text)]


def parse_crs(crs: Any, shown: str) -> CRS:
    """Return the reference system that a text such as EPSG:26915 names. Raises GeographyError, which says it of the file `shown`."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise GeographyError(f"{shown}: crs = {quoted(str(crs))} is no reference system that is known. Write it as EPSG:26915.") from error


def can_be_degrees(frame: gpd.GeoDataFrame) -> bool:
    """Return whether all coordinates could be (longitude, latitude) in degrees; an empty frame could."""
    west, south, east, north = frame.total_bounds
    return bool(math.isnan(west) or (-180 <= west <= east <= 180 and -90 <= south <= north <= 90))


def topojson_crs(content: bytes, shown: str) -> CRS:
    """Return the system that a TopoJSON names for itself or for its first object (an old habit), else EPSG:4326.

    Raises GeographyError for a name that nobody knows, or for what is no JSON.
    """
    try:
        topology = json.loads(content.decode("utf-8-sig"))
        holders = [topology, *topology["objects"].values()]
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise GeographyError(f"{shown}: is broken TopoJSON and cannot be read. Export it again.") from error
    for holder in holders:
        named = holder.get("crs") if isinstance(holder, dict) else None
        if isinstance(named, dict) and isinstance(named.get("properties"), dict) and "name" in named["properties"]:
            return parse_crs(str(named["properties"]["name"]), shown)
    return CRS.from_user_input(DEGREES)
