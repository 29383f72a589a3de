"""Which areas does a beat lie in, and how many of its calls in each?

Where an export has no coordinates, the beat is all that is known of a place. Beats follow borders of their own, so one may lie in several areas: the
city's file then gives the share of the beat's calls in each, and calls are counted by these shares. Without shares nobody knows how to split a
beat of several areas; such calls stay without an area, and the file's rows are named.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.errors import Issue

if TYPE_CHECKING:
    import pandas as pd

SHARES = ("share", "weight")
"""Headers of the column that says which share of a beat's calls an area has."""


@dataclass(frozen=True, slots=True)
class Beats:
    """The beats of a city: `areas` has the share of calls per area, for each beat; the shares of a beat sum to 1 at most.

    A rest is outside of all areas. `issues` are the rows of the file that could not be used.
    """

    areas: Mapping[str, Mapping[str, float]]
    issues: tuple[Issue, ...] = ()

    @property
    def whole(self) -> Mapping[str, str]:
        """The area of each beat that lies in one."""
        return {beat: next(iter(areas)) for beat, areas in self.areas.items() if len(areas) == 1 and next(iter(areas.values())) == 1}

    @property
    def split(self) -> frozenset[str]:
        """Beats whose calls are counted by shares."""
        return frozenset(self.areas) - frozenset(self.whole)

    def table(self) -> pd.DataFrame:
        """Return the beats that are split, as `measures.spread` joins them: one row per beat and area with `weight`."""
        import pandas as pd

        rows = [(beat, area_id, share) for beat in sorted(self.split) for area_id, share in sorted(self.areas[beat].items())]
        return pd.DataFrame(rows, columns=["beat", "area_id", "weight"]).astype({"beat": "str", "area_id": "str", "weight": "float64"})


def read_beats(path: Path | None, find_area: Callable[[str], str | None]) -> Beats:
    """Return the beats of a city's file: beat, area and, where a beat lies in several areas, a share (0 to 1) under the header `share`.

    A row that cannot be used costs that row, and is named: an area that is not known, a share that is none. A beat on several rows without shares,
    or with shares that sum to more than 1, is left out as a whole.
    """
    if path is None:
        return Beats({})
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig", "replace"), newline="")))
    headers = [header.strip().casefold() for header in lines[0]] if lines else []
    at = next((number for number, header in enumerate(headers) if header in SHARES), None)
    found: dict[str, dict[str, float]] = {}
    first_row: dict[str, int] = {}
    unshared: set[str] = set()
    issues: list[Issue] = []

    def tell(row: int, column: str, text: str, message: str) -> None:
        issues.append(Issue(file=path.name, row=row, column=column, text=text, code="beat_not_placed", message=message, severity="warning"))

    for row, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line]
        if len(cells) < 2 or not cells[0]:
            continue
        beat, name = cells[:2]
        area_id = find_area(name)
        if area_id is None:
            tell(row, "area", name, f"beat {beat}: {name!r} is no area of the city. Write the area as the boundaries name it.")
            continue
        text = cells[at] if at is not None and at < len(cells) else ""
        try:
            share = float(text) if text else 1.0
        except ValueError:
            share = -1.0
        if not 0 < share <= 1:
            tell(row, "share", text, f"beat {beat}: the share {text!r} is none. Write a number above 0, up to 1.")
            continue
        if not text:
            unshared.add(beat)
        first_row.setdefault(beat, row)
        areas = found.setdefault(beat, {})
        areas[area_id] = areas.get(area_id, 0.0) + share if text else 1.0
    for beat, areas in list(found.items()):
        if len(areas) > 1 and beat in unshared:
            tell(first_row[beat], "share", beat, f"beat {beat} lies in {len(areas)} areas. Say under 'share' which share of its calls each has.")
        elif sum(areas.values()) > 1 + 1e-9:
            tell(first_row[beat], "share", beat, f"beat {beat}: its shares sum to {sum(areas.values()):g}. Write shares that sum to 1.")
        else:
            continue
        del found[beat]
    return Beats(found, tuple(issues))
