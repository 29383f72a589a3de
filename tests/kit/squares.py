"""Areas of a made-up city: squares side by side, near 93 degrees west, 45 north, in UTM zone 15 north (EPSG:32615), 1 km wide unless named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
from shapely.geometry import Polygon, box

UTM = "EPSG:32615"
EAST, NORTH = 478_000.0, 4_980_000.0
"""The south-west corner of the city, in metres."""


def square(column: int, row: int = 0, size: float = 1_000.0) -> Polygon:
    return box(EAST + column * 1_000, NORTH + row * 1_000, EAST + column * 1_000 + size, NORTH + row * 1_000 + size)


def frame_of(shapes: Mapping[str, Any], names: Sequence[str] = (), crs: Any = UTM, **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    data = {"area_id": list(shapes), "name": list(names) or [f"Area {key}" for key in shapes], **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes.values()), crs=crs)
