"""Which areas are in this answer of an ArcGIS server (`f=json`: attributes and rings), in which reference system, and are they all?"""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from ecosystem.boundaries.esri_curves import straighten
from ecosystem.errors import GeographyError, Issue


def read_esri_json(content: bytes, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Return the areas with their attributes, in the reference system that the answer names if any, and what is to be told.

    Rings are put together by GDAL's ESRIJSON reader (which is a shell, which a hole), once curves are points. Raises GeographyError for what
    is no such answer, and for an error that the server sent instead of areas.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise GeographyError(f"{shown}: cannot be read as Esri JSON ({str(error)[:80]}). Export it again, best as GeoJSON.") from error
    if not isinstance(answer, dict) or "error" in answer:
        error_said = answer.get("error") if isinstance(answer, dict) else None
        said = str(error_said.get("message", "")) if isinstance(error_said, dict) else ""
        raise GeographyError(f"{shown}: the server sent an error instead of areas{f' ({said[:100]})' if said else ''}. Download the file again.")
    features = answer.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise GeographyError(f"{shown}: has no list of features; ask the server for /query with f=geojson, or for its features with f=json.")
    if not features:
        return gpd.GeoDataFrame({}, geometry=[], crs=_reference_system(answer)), []
    told: list[Issue] = []
    if answer.get("exceededTransferLimit"):
        told.append(cut_off(len(features), shown))
    features, unread = _without_curves(features)
    if unread:
        text = f"areas with curved borders that cannot be read: {unread}. Ask the server again with returnTrueCurves=false."
        told.append(Issue(shown, code="curves_not_read", severity="error", message=text))
    try:
        frame = pyogrio.read_dataframe(_plain(answer, features))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError) as error:
        raise GeographyError(f"{shown}: cannot be read as Esri JSON. Export it again, best as GeoJSON.") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        frame = gpd.GeoDataFrame(frame, geometry=np.full(len(frame), None))
    return frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy())).set_crs(_reference_system(answer), allow_override=True), told


def cut_off(features: int, shown: str) -> Issue:
    """Say that a server sent only the first of its areas (`exceededTransferLimit`)."""
    text = f"the server cut its answer off after {features:,} areas. Ask it for the rest, or download the whole file."
    return Issue(shown, code="server_cut_off", severity="error", message=text)


def _without_curves(features: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Return features with points in place of their curves, and how many have curves that cannot be read."""
    straight, unread = [], 0
    for feature in features:
        geometry = feature.get("geometry")
        if isinstance(geometry, dict) and "curveRings" in geometry:
            try:
                geometry = {"rings": [straighten(ring) for ring in geometry["curveRings"]]}
            except (TypeError, ValueError):
                unread += 1
            feature = {**feature, "geometry": {**feature["geometry"], **geometry}}
        straight.append(feature)
    return straight, unread


def _plain(answer: dict[str, Any], features: list[dict[str, Any]]) -> bytes:
    """The answer without its reference system, which is read by its own rules, and with what makes it known as one."""
    kept = {key: value for key, value in answer.items() if key in ("fields", "fieldAliases", "hasZ", "hasM")}
    rows = [{"attributes": feature.get("attributes") or {}, "geometry": _rings(feature.get("geometry"))} for feature in features]
    return json.dumps({"displayFieldName": "", "geometryType": answer.get("geometryType", "esriGeometryPolygon"), **kept, "features": rows}).encode()


def _rings(geometry: object) -> dict[str, Any] | None:
    if not isinstance(geometry, dict):
        return None
    return {key: value for key, value in geometry.items() if key not in ("spatialReference", "curveRings")}


def _reference_system(answer: dict[str, Any]) -> CRS | None:
    """Return the system by `latestWkid`, `wkid` (EPSG's number, else Esri's own) or `wkt`, of the answer or of its first shape."""
    first: dict[str, Any] = next((feature["geometry"] for feature in answer.get("features", []) if isinstance(feature.get("geometry"), dict)), {})
    for holder in (answer, first):
        named = holder.get("spatialReference")
        if not isinstance(named, dict):
            continue
        for key in ("latestWkid", "wkid"):
            for authority in ("EPSG", "ESRI"):
                try:
                    return CRS.from_authority(authority, int(named[key]))
                except (KeyError, TypeError, ValueError, CRSError):
                    continue
        try:
            return CRS.from_wkt(str(named["wkt"]))
        except (KeyError, CRSError):
            continue
    return None
