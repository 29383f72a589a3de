"""Who can be sent now? A table for call takers: per need, areas and hours of the week, who is on duty, by the rule of `who_can_come`.

*Known* are certainly there then, in the area or a part of it; *possible* may be there, not confirmed. The hours are exact minutes and the state of an
area is that of the cube. Areas with the same answer at every minute stand in one row; hours when nobody was found have a row as well, so that no
blank is taken for an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.coverage import STATES, open_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.coverage import Coverage


@dataclass(frozen=True, slots=True)
class Sending:
    """Who is on duty for a need in some areas from minute `start` to minute `end` of the week: ids of deliveries, certain ones and others."""

    need: str
    areas: tuple[str, ...]
    start: int
    end: int
    state: str
    known: tuple[str, ...]
    possible: tuple[str, ...]


def who_can_be_sent(coverage: Coverage) -> tuple[Sending, ...]:
    """Return who can be sent for every need, area and minute of the week, by need, areas and time. Needs the schedules."""
    rows: list[Sending] = []
    for need in coverage.needs:
        row = coverage.index(need)
        columns = np.flatnonzero(coverage.answers_possible[row])
        edges, states = coverage.exact_states(need)
        sure = coverage.areas_known[:, columns] & coverage.answers_known[row, columns]
        maybe = coverage.areas_possible[:, columns]
        is_open = {
            "known": open_between([coverage.schedules_known[column] for column in columns], edges).astype(bool),
            "possible": open_between([coverage.schedules_possible[column] for column in columns], edges).astype(bool),
        }
        alike: dict[bytes, list[int]] = {}
        for area in range(len(coverage.area_ids)):
            alike.setdefault(sure[area].tobytes() + maybe[area].tobytes() + states[area].tobytes(), []).append(area)
        for areas in alike.values():
            known = sure[areas[0]][:, None] & is_open["known"]
            possible = maybe[areas[0]][:, None] & is_open["possible"] & ~known
            answers = [
                (STATES[states[areas[0], at]], _ids(coverage, columns, known[:, at]), _ids(coverage, columns, possible[:, at]))
                for at in range(len(edges) - 1)
            ]
            names = tuple(coverage.area_ids[area] for area in areas)
            for (state, certain, others), stretch in groupby(range(len(answers)), key=answers.__getitem__):
                first, *rest = stretch
                last = rest[-1] if rest else first
                rows.append(Sending(need, names, int(edges[first]), int(edges[last + 1]), state, certain, others))
    return tuple(rows)


def _ids(coverage: Coverage, columns: NDArray[np.intp], chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(coverage.deliveries[column] for column in columns[chosen])
