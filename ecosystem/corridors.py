"""Which ground is "Lake Street from 5th to Cedar"? A street's line, cut where two others cross it.

Lines are in metres of the city's reference system. A cross street may be named without its kind ("5th"): it is the one that crosses, and if
several do at different corners, none is meant.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ecosystem.gazetteer import DIRECTIONS, STREET_WORDS, in_full
from ecosystem.records import normalize_name

CROSSING_M = 30.0
"""Lines that come this near to each other cross: centerlines of wide streets end before they meet."""

ONE_CORNER_M = 150.0
"""Crossings that lie no further apart are one corner: streets with two carriageways, streets that are offset by a few houses."""


@dataclass(frozen=True, eq=False)
class Streets:
    """The streets of one geography: `lines` (EPSG:4326) and `names` by area id, and how far to each side of its line a street reaches."""

    lines: Mapping[str, Any]
    names: Mapping[str, str]
    reach_m: float

    @functools.cached_property
    def _in_full(self) -> dict[str, str]:
        return {key: in_full(normalize_name(name)) for key, name in self.names.items()}

    def called(self, text: str) -> list[str]:
        """Return the ids of the one street that a text means, in its directions (East and West Lake Street); none where it could mean several."""
        found = streets_called(text, self._in_full)
        kinds = {_without_direction(self._in_full[key]) for key in found}
        return sorted(found) if len(kinds) == 1 else []

    def between(self, street: str, corners: tuple[str, str], placed: Callable[[Iterable[str]], list[Any]]) -> Any:
        """Return the ground along a street between two corners, in metres; None where a name is none, or not one, of its corners.

        `placed` gives the lines of ids in metres.
        """
        ids = self.called(street)
        if not ids:
            return None
        line = shapely.union_all(placed(ids))
        ends = [corner_of(line, placed(key for key in streets_called(corner, self._in_full) if key not in ids)) for corner in corners]
        return None if ends[0] is None or ends[1] is None else street_between(line, (ends[0], ends[1]), self.reach_m)


def street_between(street: Any, corners: tuple[Any, Any], reach_m: float) -> Any:
    """Return the ground within `reach_m` of `street` between two corners (points); the whole breadth of the bends between them counts."""
    start, end = (np.array(shapely.get_coordinates(corner)[0]) for corner in corners)
    along = end - start
    length = float(np.hypot(*along))
    across = np.array([-along[1], along[0]])
    strip = shapely.Polygon([start + across, end + across, end - across, start - across])
    part = shapely.intersection(street, strip)
    return shapely.buffer(part, reach_m, quad_segs=16, cap_style="flat") if length > 0 and not part.is_empty else None


def corner_of(street: Any, cross: Iterable[Any]) -> Any:
    """Return the one point of `street` where the lines in `cross` meet it; None where they do not, or meet it at several corners."""
    points: list[Any] = []
    for line in cross:
        met = shapely.intersection(street, line)
        if met.is_empty:
            if shapely.distance(street, line) > CROSSING_M:
                continue
            met = shapely.Point(shapely.get_coordinates(shapely.shortest_line(street, line))[0])
        points.append(met)
    if not points:
        return None
    together = shapely.union_all(points)
    west, south, east, north = together.bounds
    return together.centroid if max(east - west, north - south) <= ONE_CORNER_M else None


def streets_called(text: str, names: Mapping[str, str]) -> list[str]:
    """Return the ids of the streets that a text can mean, with or without the direction and the kind. `names` by id are written in full.

    >>> streets_called("5th", {"a": "5th avenue south", "b": "5th street", "c": "15th avenue"})
    ['a', 'b']
    >>> streets_called("Lake St", {"a": "east lake street", "b": "west lake street", "c": "lake place"})
    ['a', 'b']
    """
    wanted = in_full(normalize_name(text))
    exact = [key for key, name in names.items() if name == wanted]
    if exact:
        return exact
    plain, bare = _without_direction(wanted), _bare(wanted)
    found = [key for key, name in names.items() if _without_direction(name) == plain and _fits(wanted, name)]
    if found or plain != bare:
        return found
    return [key for key, name in names.items() if _bare(name) == bare and _fits(wanted, name)]


def _fits(wanted: str, name: str) -> bool:
    """Whether a direction that was said is the street's."""
    return not (set(wanted.split()) & DIRECTIONS) or set(wanted.split()) & DIRECTIONS == set(name.split()) & DIRECTIONS


def _without_direction(name: str) -> str:
    words = name.split()
    return " ".join(word for word in words if word not in DIRECTIONS) or name


def _bare(name: str) -> str:
    words = _without_direction(name).split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in STREET_WORDS else " ".join(words)
