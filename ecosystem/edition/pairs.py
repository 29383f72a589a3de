"""Is a pair of numbers a place that an edition hides?

In degrees (either order, with or without sign, whole numbers of 1e-4 to 1e-7 degrees) or in metres of the city's CRS, within a distance of a
hidden place. A pair that is an open point, such as a vertex of a boundary, is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.edition.hidden import Hidden
from ecosystem.edition.spelling import Point, distance_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_SAME_M = 2.0
"""A pair this close to an open point is that point: 1e-5 degrees, the precision of the page, are about 1 m."""
_SCALES = (1.0, 1e4, 1e5, 1e6, 1e7)


class HiddenPairs:
    """Tells pairs of numbers that are a point near a hidden place from those that are not, or that are an open point."""

    def __init__(self, hidden: Hidden, crs: Any, buffer_m: float, open_points: Numbers) -> None:
        self._buffer_m = buffer_m
        owners: dict[Point, str] = {}
        for secret in hidden.secrets:
            if secret.point is not None:
                owners.setdefault(secret.point, secret.delivery)
        self._owners = [owners[point] for point in hidden.points]
        self._points = np.array(hidden.points, dtype="float64").reshape(-1, 2)
        open_all = np.vstack([open_points, np.array(hidden.open_points, dtype="float64").reshape(-1, 2)])
        self._open = [_around(open_all, point, buffer_m) for point in self._points]
        self._metres = np.zeros((0, 2))
        self._open_metres: list[Numbers] = []
        if crs is not None and len(self._points):
            from pyproj import Transformer

            project = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
            self._metres = np.stack(project(self._points[:, 0], self._points[:, 1]), axis=1)
            self._open_metres = [np.stack(project(near[:, 0], near[:, 1]), axis=1) for near in self._open]
        least = [np.abs(self._points).min() - 0.1, np.abs(self._metres).min(initial=np.inf) - buffer_m] if len(self._points) else [np.inf]
        self._least = float(min(least))

        latitudes = sorted((scale * low, scale * high) for low, high in self._windows(1) for scale in _SCALES)
        self._latitudes = latitudes + [(north - buffer_m, north + buffer_m) for north in np.abs(self._metres[:, 1]).tolist()]
        self._written = [tuple(_beginnings(*window) for window in windows) for windows in zip(self._windows(0), self._windows(1), strict=True)]
        self._written += [tuple(_hundreds(value, buffer_m) for value in point) for point in np.abs(self._metres).tolist()]

    def _windows(self, axis: int) -> list[tuple[float, float]]:
        """Return (lowest, highest) longitude (axis 0) or latitude (axis 1), without sign, of what is near each hidden point."""
        reach = self._buffer_m / 111_000.0
        wide = [1.0 if axis else 1.0 / max(float(np.cos(np.radians(latitude))), 0.01) for latitude in self._points[:, 1]]
        return [(abs(value) - reach * w, abs(value) + reach * w) for value, w in zip(self._points[:, axis].tolist(), wide, strict=True)]

    def may_be_in(self, numbers: Iterable[float]) -> bool:
        """Return whether one of some numbers can be the latitude or northing of something near a hidden place. Quick, for small lists."""
        return any(low <= abs(number) <= high for number in numbers if abs(number) >= self._least for low, high in self._latitudes)

    def may_be_written_in(self, text: str) -> bool:
        """Return whether text can hold both coordinates of something near a hidden place, from the first digits of each. Quick, for long text."""
        return any(all(any(digits in text for digits in beginnings) for beginnings in pair) for pair in self._written)

    def near(self, one: Numbers, other: Numbers) -> Iterator[tuple[str, str]]:
        """Yield (delivery, unit) for hidden places that a pair (one[i], other[i]) is near, in either order."""
        one, other = np.abs(one), np.abs(other)
        large = (one >= self._least) & (other >= self._least)
        if not large.any():
            return
        one, other = one[large], other[large]
        for row, (longitude, latitude) in enumerate(np.abs(self._points)):
            reach = self._buffer_m / 111_000.0
            wide = reach / max(np.cos(np.radians(latitude)), 0.01)
            for scale in _SCALES:
                for x, y in ((one, other), (other, one)):
                    close = (np.abs(x / scale - longitude) <= wide) & (np.abs(y / scale - latitude) <= reach)
                    if close.any() and self._is_secret_in_degrees(row, x[close] / scale, y[close] / scale):
                        yield self._owners[row], "degrees"
        for row, (east, north) in enumerate(np.abs(self._metres)):
            for x, y in ((one, other), (other, one)):
                close = np.hypot(x - east, y - north) <= self._buffer_m
                if close.any() and not self._are_open(np.stack([x[close], y[close]], axis=1), np.abs(self._open_metres[row]), 1.0):
                    yield self._owners[row], "metres"

    def _is_secret_in_degrees(self, row: int, x: Numbers, y: Numbers) -> bool:
        hidden = (abs(float(self._points[row, 0])), abs(float(self._points[row, 1])))
        pairs = np.array([(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True) if distance_m((a, b), hidden) <= self._buffer_m]).reshape(-1, 2)
        metres_per_degree = np.array([111_195.0 * np.cos(np.radians(hidden[1])), 111_195.0])
        return len(pairs) > 0 and not self._are_open(pairs * metres_per_degree, np.abs(self._open[row]) * metres_per_degree, 1.0)

    def _are_open(self, pairs: Numbers, open_points: Numbers, metres_per_unit: float) -> bool:
        """Return whether every pair is an open point."""
        if not len(open_points):
            return False
        gaps = np.hypot(pairs[:, None, 0] - open_points[None, :, 0], pairs[:, None, 1] - open_points[None, :, 1]) * metres_per_unit
        return bool((gaps.min(axis=1) <= _SAME_M).all())


def _beginnings(low: float, high: float) -> tuple[str, ...]:
    """Return how every number of degrees between two begins, to two decimals: with a point, a comma, or as a whole number of small units."""
    found = set()
    for hundredths in range(math.floor(low * 100), math.floor(high * 100) + 1):
        whole = f"{hundredths / 100:.2f}"
        found |= {
            whole,
            whole.replace(".", ","),
            whole.replace(".", ""),
            whole.rstrip("0").rstrip("."),
            whole.rstrip("0").rstrip(".").replace(".", ","),
        }
    return tuple(sorted(found))


def _hundreds(value: float, buffer_m: float) -> tuple[str, ...]:
    """Return how every number of metres within a distance of a value begins."""
    return tuple(
        str(hundreds) if hundreds else "" for hundreds in range(math.floor((value - buffer_m) / 100), math.floor((value + buffer_m) / 100) + 1)
    )


def _around(points: Numbers, center: Numbers, buffer_m: float) -> Numbers:
    """Return the points of a box around a center, which are all that can excuse a pair near it."""
    reach = (buffer_m + 50.0) / 111_000.0
    wide = reach / max(float(np.cos(np.radians(center[1]))), 0.01)
    kept: Numbers = points[(np.abs(points[:, 0] - center[0]) <= wide) & (np.abs(points[:, 1] - center[1]) <= reach)]
    return kept
