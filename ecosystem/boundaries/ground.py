"""Which ground is each area's own, and do the areas lie where a city can?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from ecosystem.boundaries.tables import listed
from ecosystem.errors import GeographyError, Issue

SLIVER_M2 = 50.0
"""An overlap of two areas below this many square metres is noise of digitizing: counted, not listed."""


def own_ground(areas: gpd.GeoDataFrame, metres: CRS, shown: str) -> tuple[NDArray[np.object_], list[Issue]]:
    """Return the polygons in metres, what two areas share given to the lower id, and the overlaps."""
    polygons = shapely.make_valid(areas.geometry.to_crs(metres).to_numpy(), method="structure", keep_collapsed=False)
    if shapely.coverage_is_valid(polygons):
        return polygons, []
    issues: list[Issue] = []
    lower, higher = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    lower, higher = lower[lower < higher], higher[lower < higher]
    shared = shapely.intersection(polygons[lower], polygons[higher])
    shared_m2 = shapely.area(shared)
    names = list(areas["name"])
    own = polygons.copy()
    for i, j, m2 in sorted(zip(lower.tolist(), higher.tolist(), shared_m2.tolist(), strict=True)):
        if m2 > SLIVER_M2:
            own[j] = shapely.difference(own[j], polygons[i])
            text = f"{names[i]} and {names[j]} overlap on {m2:,.0f} m2; who lives there is counted in {names[i]}, the lower id."
            issues.append(Issue(shown, code="areas_overlap", text=f"{areas['area_id'].iloc[i]}, {areas['area_id'].iloc[j]}", message=text))
    buried = [names[row] for row in np.flatnonzero(shapely.area(own) <= 1e-3 * np.minimum(shapely.area(polygons), 1_000.0))]
    if buried:
        raise GeographyError(
            f"{shown}: {listed(buried)} lies wholly inside other areas. Put it in a geography of its own, or cut it out of the others."
        )
    slivers = (shared_m2 > 0) & (shared_m2 <= SLIVER_M2)
    if slivers.any():
        text = f"pairs of areas that overlap by less than {SLIVER_M2:.0f} m2: {slivers.sum()} ({shared_m2[slivers].sum():.1f} m2 in all)."
        issues.append(Issue(shown, code="slivers", severity="info", message=text))
    return own, issues


def size_issues(areas: gpd.GeoDataFrame, metres: CRS, shown: str) -> list[Issue]:
    """Return an issue where the areas reach further than a city can, 500 km, measured in the projected system `metres`; none otherwise."""
    west, south, east, north = areas.geometry.to_crs(metres).total_bounds
    if max(east - west, north - south) <= 500_000:
        return []
    text = f"the areas reach over {max(east - west, north - south) / 1000:,.0f} km. If that is no city, the reference system is wrong: set crs."
    return [Issue(shown, code="areas_too_large", message=text)]


def apart_issues(layer: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, shown: str, main: str) -> list[Issue]:
    """Return an issue where a layer lies wholly beside the areas of `main`; none otherwise. Both are in one reference system."""
    if shapely.box(*layer.total_bounds).intersects(shapely.box(*areas.total_bounds)):
        return []
    return [Issue(shown, code="layer_apart", severity="error", message=f"none of its areas touches the ground of {main!r}. Check its crs.")]
