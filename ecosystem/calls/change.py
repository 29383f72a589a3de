"""Has need moved, in place or in time, while coverage stayed where it was?

Two years of calls about one need are laid over the coverage of today: the *fit* is the share of calls at a place and an hour with somebody on duty.
Where today's coverage fits the calls of then clearly better than those of now, it follows a map of yesterday. Calls that only police may answer
count as well, since they show where and when trouble is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.uncertainty import moved_share

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_CALLS = 100
"""Fewer calls a year say nothing about where and when they come."""
LESS_FIT = 0.1
"""Coverage that fits by so much less now than then has not followed."""
MARKED = 2.0
"""An area or an hour stands out with so many times its equal share."""


@dataclass(frozen=True, slots=True)
class Move:
    """How the calls of one need moved: calls in both years, the fit of today's coverage to each, and where and when the calls are now.

    `areas` are those with at least twice an equal share now and more than then, sorted; `window` is the longest run of hours of the day with at
    least twice an equal share each, (first, after the last) in hours, above 24 past midnight, None where no hour stands out. `moved` is the share
    of calls that is at another place or hour of the day than then.
    """

    need: str
    years: int
    calls_now: float
    calls_then: float
    fit_now: float
    fit_then: float
    areas: tuple[str, ...]
    window: tuple[int, int] | None
    moved: float


def find_moves(profile: pd.DataFrame, open_now: Mapping[str, Floats], area_ids: Sequence[str], *, years: int) -> tuple[Move, ...]:
    """Return the needs whose calls have left the coverage behind, by need.

    `profile` has calls by need, area_id, years_ago and slot (half hours); `open_now` per need (areas, 336) the share of residents with somebody
    known to be on duty; `years` how many whole years the profile holds: the oldest is compared with the last.
    """
    if years < 2:
        return ()
    moves = []
    for need in sorted(set(profile["need"]) & set(open_now)):
        of_need = profile[profile["need"] == need]
        now, then = (_cells(of_need[of_need["years_ago"] == ago], area_ids) for ago in (0, years - 1))
        if min(now.sum(), then.sum()) < LEAST_CALLS or not open_now[need].any():
            continue
        fit_now, fit_then = (float((cells * open_now[need]).sum() / cells.sum()) for cells in (now, then))
        if fit_then - fit_now >= LESS_FIT - 1e-9:
            window, moved = _window(_by_hour(now).sum(axis=0)), moved_share(_by_hour(then).ravel(), _by_hour(now).ravel())
            places = _places(now.sum(axis=1), then.sum(axis=1), area_ids)
            moves.append(Move(need, years - 1, float(now.sum()), float(then.sum()), fit_now, fit_then, places, window, moved))
    return tuple(moves)


def _cells(rows: pd.DataFrame, area_ids: Sequence[str]) -> Floats:
    """Calls as an array (areas, 336)."""
    row_of = {area_id: row for row, area_id in enumerate(area_ids)}
    kept = rows[rows["area_id"].isin(list(area_ids))]
    cells = np.zeros((len(area_ids), SLOTS))
    np.add.at(
        cells, (kept["area_id"].map(row_of).to_numpy(dtype=np.int64), kept["slot"].to_numpy(dtype=np.int64)), kept["n"].to_numpy(dtype=np.float64)
    )
    return cells


def _by_hour(cells: Floats) -> Floats:
    """Calls by area and hour of the day."""
    hours: Floats = cells.reshape(len(cells), 7, 24, 2).sum(axis=(1, 3))
    return hours


def _places(now: Floats, then: Floats, area_ids: Sequence[str]) -> tuple[str, ...]:
    share_now, share_then = now / now.sum(), then / then.sum()
    marked = (share_now >= MARKED / len(area_ids)) & (share_now > share_then)
    return tuple(sorted(area_id for area_id, is_marked in zip(area_ids, marked, strict=True) if is_marked))


def _window(hours: Floats) -> tuple[int, int] | None:
    marked = hours / hours.sum() >= MARKED / 24
    if not marked.any() or marked.all():
        return None
    runs = []
    for start in np.flatnonzero(marked & ~np.roll(marked, 1)).tolist():
        length = 1
        while marked[(start + length) % 24]:
            length += 1
        runs.append((length, float(hours[np.arange(start, start + length) % 24].sum()), -start))
    length, _, start = max(runs)
    return -start, -start + length
