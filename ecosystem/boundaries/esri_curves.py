"""Which points lie on the curved border of an area of an ArcGIS server (`curveRings`), close enough that straight lines do for it?

A ring is a list of points [x, y] and of curves, each of which begins where what stands before it ends: a circular arc {"c": [end, a point on it]},
an arc of an ellipse {"a": [end, center, is minor, is clockwise, rotation, half of the major axis, minor by major axis]}, of which the last three
are left out for a circle, and a cubic Bezier curve {"b": [end, first control point, second control point]} (Esri, geometry objects). Curves are
drawn in the coordinates they are given in. Points are complex numbers here: x + y * 1j.
"""

from __future__ import annotations

import cmath
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

STEP = np.radians(0.25)
"""The angle between two points of an arc: the lines between them keep within 2.4 millionths of its radius, 1 cm at 4 km."""
BEZIER_POINTS = 256
LEAST_POINTS = 8

Points = npt.NDArray[np.complex128]


def straighten(ring: Sequence[Any]) -> list[list[float]]:
    """Return a ring with points in place of its curves, [x, y] each. Raises ValueError for what is no point and no curve, and for an arc that
    its points leave open (a circle through a point given twice)."""
    points: list[complex] = []
    for part in ring:
        try:
            if not isinstance(part, Mapping):
                points.append(_point(part))
            elif points:
                points += list(_curve(points[-1], part))
            else:
                raise ValueError("a ring begins with a curve")
        except (TypeError, IndexError, KeyError, ZeroDivisionError, OverflowError) as error:
            raise ValueError(f"neither a point nor a curve: {part!r}"[:100]) from error
    return [[point.real, point.imag] for point in points]


def _point(given: Sequence[Any]) -> complex:
    point = complex(float(given[0]), float(given[1]))
    if not cmath.isfinite(point):
        raise ValueError("a point without its numbers")
    return point


def _curve(start: complex, curve: Mapping[str, Any]) -> Points:
    """The points of a curve behind its start, its end the last of them."""
    ((kind, given),) = curve.items()
    end = _point(given[0])
    if kind == "c":
        return _through(start, _point(given[1]), end)
    if kind == "a":
        _, center, _, clockwise, *ellipse = given
        rotation, ratio = (float(ellipse[0]), float(ellipse[2])) if ellipse else (0.0, 1.0)
        return _arc(start, end, _point(center), clockwise=bool(clockwise), rotation=rotation, ratio=ratio)
    if kind == "b":
        first, second = _point(given[1]), _point(given[2])
        t = np.arange(1, BEZIER_POINTS + 1) / BEZIER_POINTS
        points = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end
        return np.asarray(points, dtype=np.complex128)
    raise KeyError(kind)


def _through(start: complex, inner: complex, end: complex) -> Points:
    """The arc of the circle through three points; a straight line where they lie on one."""
    a, b = inner - start, end - start
    across = (a.conjugate() * b).imag
    if min(abs(a), abs(b), abs(end - inner)) == 0:
        raise ValueError("an arc through a point given twice")
    if abs(across) <= 1e-12 * abs(a) * abs(b):
        return np.array([inner, end])
    center = start + 1j * (abs(a) ** 2 * b - abs(b) ** 2 * a) / (-2 * across)
    return _arc(start, end, center, clockwise=across < 0)


def _arc(start: complex, end: complex, center: complex, *, clockwise: bool, rotation: float = 0.0, ratio: float = 1.0) -> Points:
    """The arc of an ellipse from start to end, the whole of it where they are one point. `rotation` is that of the major axis, in radians
    counterclockwise; `ratio` the minor axis by the major."""
    turn = complex(np.cos(rotation), np.sin(rotation))

    def on_circle(point: complex) -> complex:
        along = (point - center) / turn
        return complex(along.real, along.imag / ratio)

    first, last = on_circle(start), on_circle(end)
    swept = (np.angle(last) - np.angle(first)) % (2 * np.pi) if start != end else 0.0
    swept = swept - 2 * np.pi if clockwise else swept or 2 * np.pi
    steps = max(LEAST_POINTS, int(np.ceil(abs(swept) / STEP)))
    share = np.arange(1, steps + 1) / steps
    circle = first * np.exp(1j * swept * share) * (1 + share * (abs(last) / abs(first) - 1))
    points = center + (circle.real + 1j * ratio * circle.imag) * turn
    points[-1] = end
    return np.asarray(points, dtype=np.complex128)
