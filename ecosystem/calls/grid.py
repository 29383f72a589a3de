"""In which area did a call happen, exactly, for millions of calls at once?

Most points lie well inside an area. A grid of small cells is laid over the areas; a cell that no border touches belongs to one area (or to none)
with everything in it, so a point there needs a table look-up and no geometry. Only points in cells that a border touches are tested exactly, and
each distinct place once. The answer is that of `Geography.locate_all`: covered by the area, the lowest id on a shared edge.

Both tables, cells and border points, join on plain numbers, so the same two joins run on any engine that knows no geometry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

OUTSIDE, BORDER = -1, -2
CELLS_PER_SIDE = 512


@dataclass(frozen=True, slots=True, eq=False)
class GridIndex:
    """Cells over the areas of one geography, in degrees (EPSG:4326).

    `area_of_cell` is int32 (columns * rows): the row of the area in `areas`, OUTSIDE, or BORDER where only an exact test can tell. The cell of a
    point is floor((longitude - west) * per_longitude) * rows + floor((latitude - south) * per_latitude).
    """

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    per_longitude: float
    per_latitude: float
    area_of_cell: NDArray[np.int32]
    area_ids: tuple[str, ...]
    geometries: NDArray[np.object_]

    @classmethod
    def of(cls, areas: gpd.GeoDataFrame, *, cells_per_side: int = CELLS_PER_SIDE) -> GridIndex:
        """Return the index of a frame with area_id and geometry in EPSG:4326."""
        geometries = np.asarray(areas.geometry.to_numpy(), dtype=object)
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(geometries))
        per_longitude, per_latitude = cells_per_side / max(east - west, 1e-9), cells_per_side / max(north - south, 1e-9)
        columns, rows = int(np.floor((east - west) * per_longitude)) + 1, int(np.floor((north - south) * per_latitude)) + 1
        grid = np.zeros((columns, rows), dtype=np.int32)
        for part in _segments(geometries):
            (left, low), (right, high) = part.min(axis=1).T, part.max(axis=1).T
            first = np.column_stack([np.floor((left - west) * per_longitude), np.floor((low - south) * per_latitude)]).astype(np.int64)
            last = np.column_stack([np.floor((right - west) * per_longitude), np.floor((high - south) * per_latitude)]).astype(np.int64)
            _mark(grid, first, last)
        # a cell without a border lies in the same areas as its middle
        free = np.flatnonzero(grid.ravel() != BORDER)
        middle = np.column_stack([west + (free // rows + 0.5) / per_longitude, south + (free % rows + 0.5) / per_latitude])
        cells = grid.ravel()
        cells[free] = _by_runs(geometries, middle, free, rows)
        ids = tuple(str(area_id) for area_id in areas["area_id"])
        return cls(west, south, east, north, columns, rows, per_longitude, per_latitude, cells, ids, geometries)

    @property
    def border_share(self) -> float:
        """The share of cells that a border touches."""
        return float((self.area_of_cell == BORDER).mean())

    def locate_all(self, longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return per point the row of its area, OUTSIDE where there is none or a coordinate is not a number."""
        inside = (longitudes >= self.west) & (longitudes <= self.east) & (latitudes >= self.south) & (latitudes <= self.north)
        found = np.full(len(longitudes), OUTSIDE, dtype=np.int32)
        where = np.flatnonzero(inside)
        column = ((longitudes[where] - self.west) * self.per_longitude).astype(np.int64)
        row = ((latitudes[where] - self.south) * self.per_latitude).astype(np.int64)
        found[where] = self.area_of_cell[column * self.rows + row]
        border = np.flatnonzero(found == BORDER)
        if len(border):
            points = np.column_stack([longitudes[border], latitudes[border]])
            distinct, which = np.unique(points.view(np.complex128).ravel(), return_inverse=True)
            found[border] = self.locate_exactly(distinct.real, distinct.imag)[which]
        return found

    def locate_exactly(self, longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the same by testing every point against the polygons."""
        return _covered_by(self.geometries, np.column_stack([longitudes, latitudes]))

    def cells(self) -> pd.DataFrame:
        """Return the cells that are not outside: `cell` and `area`, BORDER where an exact test decides."""
        import pandas as pd

        kept = np.flatnonzero(self.area_of_cell != OUTSIDE)
        return pd.DataFrame({"cell": kept.astype(np.int32), "area": self.area_of_cell[kept]})

    def cell_sql(self, longitude: str, latitude: str) -> str:
        """Return the SQL of a point's cell, NULL outside of the grid; plain arithmetic that every engine knows."""
        inside = f"{longitude} between {self.west!r} and {self.east!r} and {latitude} between {self.south!r} and {self.north!r}"
        column = f"cast(floor(({longitude} - {self.west!r}) * {self.per_longitude!r}) as integer)"
        row = f"cast(floor(({latitude} - {self.south!r}) * {self.per_latitude!r}) as integer)"
        return f"case when {inside} then {column} * {self.rows} + {row} end"


def _segments(geometries: NDArray[np.object_], *, at_once: int = 200_000) -> list[NDArray[np.float64]]:
    """All border segments, (n, 2 ends, lon lat); long ones stay whole and mark the cells of their whole box, which is only slower."""
    rings = shapely.get_rings(shapely.get_parts(geometries))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(ring[1:] == ring[:-1])
    pairs = np.stack([coordinates[same], coordinates[same + 1]], axis=1)
    pairs = _halve(pairs)
    return [pairs[start : start + at_once] for start in range(0, len(pairs), at_once)]


def _halve(pairs: NDArray[np.float64], *, pieces: int = 16) -> NDArray[np.float64]:
    """Cut segments that are long against the whole into pieces, each a little longer than its share, so that rounding leaves no gap."""
    if not len(pairs):
        return pairs
    extent = pairs.reshape(-1, 2).max(axis=0) - pairs.reshape(-1, 2).min(axis=0)
    for _ in range(3):
        length = np.abs(pairs[:, 1] - pairs[:, 0])
        is_long = (length > extent / 256).all(axis=1)
        if not is_long.any():
            break
        start, step = pairs[is_long, 0], (pairs[is_long, 1] - pairs[is_long, 0]) / pieces
        numbers = np.arange(pieces)
        begins = start[:, None, :] + step[:, None, :] * (numbers - 1e-6)[None, :, None]
        ends = start[:, None, :] + step[:, None, :] * (numbers + 1 + 1e-6)[None, :, None]
        pairs = np.concatenate([pairs[~is_long], np.stack([begins, ends], axis=2).reshape(-1, 2, 2)])
    return pairs


def _mark(grid: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64]) -> None:
    """Mark the cells of every segment's box as BORDER. The cell of a point never falls as a coordinate grows, so no cell is missed."""
    first = np.maximum(first, 0)
    last = np.minimum(last, np.array(grid.shape) - 1)
    width = last - first
    for across in range(int(width[:, 0].max(initial=0)) + 1):
        reaching = np.flatnonzero(width[:, 0] >= across)
        for up in range(int(width[reaching, 1].max(initial=0)) + 1):
            chosen = reaching[width[reaching, 1] >= up]
            grid[first[chosen, 0] + across, first[chosen, 1] + up] = BORDER


def _by_runs(geometries: NDArray[np.object_], middle: NDArray[np.float64], free: NDArray[np.intp], rows: int) -> NDArray[np.int32]:
    """The area of free cells: those that follow one another in a column without a border between them share it, so each run is tested once."""
    starts = np.ones(len(free), dtype=bool)
    starts[1:] = (np.diff(free) != 1) | (free[1:] % rows == 0)
    run = np.cumsum(starts) - 1
    found: NDArray[np.int32] = _covered_by(geometries, middle[starts])[run]
    return found


def _covered_by(geometries: NDArray[np.object_], points: NDArray[np.float64]) -> NDArray[np.int32]:
    found = np.full(len(points), len(geometries), dtype=np.int32)
    shapes = np.asarray(shapely.points(points), dtype=object)
    shapely.prepare(geometries)  # a tree's own predicate prepares the points, which are simple, and not the areas
    which, area = shapely.STRtree(geometries).query(shapes)
    inside = shapely.covers(geometries[area], shapes[which])
    np.minimum.at(found, which[inside], area[inside].astype(np.int32))
    found[found == len(geometries)] = OUTSIDE
    return found
