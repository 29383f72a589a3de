"""Which points stand for the ground of an area?

A lattice of points of equal ground in every polygon, and how far a share counted over them may lie from the true one.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

POINTS_PER_AREA = 256
"""The lattice points of an area. A power of two, so that shares of an area are exact numbers and one half is one half."""


def lattice_error_of(points: float) -> float:
    """Return the error of the share of an area found by counting lattice points, at the 99th percentile, 0 to 1.

    The coefficient of error of an area estimated by a square lattice is 0.269 sqrt(b / sqrt(a)) n^(-3/4), with b the length of the edge and
    a the area (Gundersen and Jensen 1987, J. Microscopy 147:229, after Matern). The edge that matters is the one that cuts the area. Its
    length is taken as 2.5 sqrt(a), which makes the formula fit what was measured on real neighborhoods, whose own edges are crooked: 1.6 %
    in Minneapolis, 1.8 % in Chicago, 1.1 % in a square (256 points, discs of 0.3 to 3 times the area's width; see the tests).

    >>> round(lattice_error_of(256), 4)
    0.0171
    """
    return 2.576 * 0.269 * math.sqrt(2.5) * math.pow(points, -0.75)


def make_lattice(
    polygons: NDArray[np.object_], points_per_area: int = POINTS_PER_AREA
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Return (polygon index, x, y) of a lattice inside every polygon: exactly `points_per_area` points each, in a fixed order.

    Rows run west to east through the whole polygon and are strung together, every other one backwards; on that line the points lie at equal
    distances, so that each stands for the same ground. In a square that is the plain square lattice. Rows lie as far apart as the points,
    closer where a polygon is thin (a third of its mean width, 2 area / perimeter), so that no arm of it is missed. Coordinates are the
    polygons' own, projected metres. The work grows with a polygon's height, never with its bounding box.
    """
    area, length = shapely.area(polygons), shapely.length(polygons)
    spacing = np.sqrt(area / points_per_area)
    spacing = np.minimum(spacing, np.maximum(2 * area / length / 3, spacing / 8))
    polygon, y, start, end = _cut_rows(polygons, spacing)
    missed = np.setdiff1d(np.arange(len(polygons)), polygon)
    while len(missed):
        spacing[missed] /= 2
        polygon, y, start, end = _cut_rows(polygons, spacing)
        missed = np.setdiff1d(np.arange(len(polygons)), polygon)
    until = np.cumsum(np.abs(end - start))
    last = np.searchsorted(polygon, np.arange(len(polygons)), side="right") - 1
    first = np.searchsorted(polygon, np.arange(len(polygons)), side="left")
    before = np.where(first > 0, until[first - 1], 0.0)
    which = np.repeat(np.arange(len(polygons), dtype=np.int32), points_per_area)
    step = np.tile((np.arange(points_per_area) + 0.5) / points_per_area, len(polygons))
    along = before[which] + step * (until[last] - before)[which]
    piece = np.clip(np.searchsorted(until, along, side="right"), first[which], last[which])
    left = until[piece] - along
    x = end[piece] - np.sign(end[piece] - start[piece]) * left
    order = np.lexsort((x, y[piece], which))
    return which[order], x[order], y[piece][order]


def _cut_rows(
    polygons: NDArray[np.object_], spacing: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Cut each polygon by rows `spacing` apart: (polygon, y, x at the start, x at the end) of every piece, in the order of the line."""
    west, south, east, north = shapely.bounds(polygons).T
    rows = np.maximum(1, np.round((north - south) / spacing)).astype(np.intp)
    height = (north - south) / rows
    polygon = np.repeat(np.arange(len(polygons)), rows)
    row = np.arange(rows.sum()) - np.repeat(np.cumsum(rows) - rows, rows)
    y = south[polygon] + (row + 0.5) * height[polygon]
    ends = np.stack([np.column_stack([west[polygon] - 1, y]), np.column_stack([east[polygon] + 1, y])], axis=1)
    pieces, line = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), polygons[polygon]), return_index=True)
    low, _, high, _ = shapely.bounds(pieces).T
    is_line = (shapely.get_type_id(pieces) == 1) & (high > low)
    low, high, line = low[is_line], high[is_line], line[is_line]
    backwards = row[line] % 2 == 1
    start, end = np.where(backwards, high, low), np.where(backwards, low, high)
    order = np.lexsort((np.where(backwards, -low, low), line))
    line = line[order]
    return polygon[line], y[line], start[order], end[order]
