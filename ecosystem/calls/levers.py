"""What would move the city towards its goal, and by how many calls?

A lever is a change of hours, of what may be answered, or of how often a free team is sent. All of it is arithmetic on the saved cube, held as arrays
(needs, areas, half hours), so an answer takes milliseconds and never reads a call again. Sums are calls in the time the cube covers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.recode import BASELINE, UNKNOWN
from ecosystem.errors import NameUnknownError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody on duty for some needs, in some areas (empty: all), in these half hours of the week."""

    needs: tuple[str, ...]
    slots: tuple[int, ...]
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is different: openings, the share of calls of a need that others may answer, and the share of covered calls that is sent to them.

    `eligibility` replaces a need's mean estimate. `sent` None keeps what is diverted today and sends every newly covered call at the rate at which
    covered calls are sent today. `answered_by_rule` are shares of a need's calls that a rule ends without anybody going (verified alarms): they
    leave the base, and are not counted as diverted.
    """

    openings: tuple[Opening, ...] = ()
    eligibility: Mapping[str, float] = field(default_factory=dict)
    sent: float | None = None
    answered_by_rule: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Calls in the time of the cube: base, divertible, covered, diverted; shares of the base beside them."""

    base: float
    divertible: float
    covered: float
    diverted: float

    def share(self, what: float) -> float:
        return what / self.base if self.base else 0.0


@dataclass(frozen=True, eq=False)
class Levers:
    """The cube as arrays: calls `n`, eligible calls `e`, and `open`, each (needs, areas, 336); `diverted` and `n_total` are sums."""

    needs: tuple[str, ...]
    area_ids: tuple[str, ...]
    n: NDArray[np.float64]
    e: NDArray[np.float64]
    open: NDArray[np.float64]
    diverted: float
    rest: float

    @classmethod
    def of(cls, cells: pd.DataFrame, coverage: pd.DataFrame, *, area_ids: Sequence[str]) -> Levers:
        """Return the levers of a fetched cube and a coverage table by half hours."""
        shape = (len(area_ids), SLOTS)
        opened: dict[str, NDArray[np.float64]] = {}
        kept = coverage[coverage["area_id"].isin(area_ids)]
        rows = kept["area_id"].map({area: row for row, area in enumerate(area_ids)}).to_numpy(dtype=np.int64)
        for need, at in kept.groupby("need").indices.items():
            opened[str(need)] = np.zeros(shape)
            opened[str(need)][rows[at], kept["slot"].to_numpy(dtype=np.int64)[at]] = kept["share_known"].to_numpy(dtype=np.float64)[at]
        return cls.of_arrays(cells, opened, area_ids=area_ids)

    @classmethod
    def of_arrays(cls, cells: pd.DataFrame, opened: Mapping[str, NDArray[np.float64]], *, area_ids: Sequence[str]) -> Levers:
        """Return the levers of a fetched cube and, per need, the share of residents with somebody known to be on duty, (areas, 336)."""
        is_need = ~cells["need"].isin([*BASELINE, UNKNOWN])
        needs = tuple(sorted(map(str, cells.loc[is_need, "need"].unique())))
        shape = (len(needs), len(area_ids), SLOTS)

        row_of = {area: row for row, area in enumerate(area_ids)}
        kept = cells[is_need & cells["area_id"].isin(area_ids)]
        where = (_codes(kept["need"], {need: row for row, need in enumerate(needs)}), _codes(kept["area_id"], row_of))

        def array(column: str) -> NDArray[np.float64]:
            filled = np.zeros(shape)
            filled[*where, kept["slot"].to_numpy(dtype=np.int64)] = kept[column].to_numpy(dtype=np.float64)
            return filled

        diverted = float(cells[["n_alternative", "n_phone", "n_online"]].to_numpy().sum())
        return cls(
            needs, tuple(area_ids), array("n"), array("e_mid"),
            np.stack([opened.get(need, np.zeros(shape[1:])) for need in needs]) if needs else np.zeros(shape), diverted,
            float(cells.loc[~is_need, "n"].sum()),
        )  # fmt: skip

    def answer(self, change: Change | None = None) -> Outcome:
        """Return what is divertible, covered and diverted with a change; without one, today. Raises NameUnknownError for a need that gets no call."""
        change = change or Change()
        n, e, opened = self.n, self.e, self.open
        covered_today = float((e * opened).sum())
        if change.answered_by_rule or change.eligibility:
            n, e = n.copy(), e.copy()
        for need, share in change.eligibility.items():
            e[self._row(need)] = n[self._row(need)] * share
        for need, share in change.answered_by_rule.items():
            n[self._row(need)] *= 1 - share
            e[self._row(need)] *= 1 - share
        if change.openings:
            opened = opened.copy()
            for opening in change.openings:
                areas = [self.area_ids.index(area) for area in opening.areas] or list(range(len(self.area_ids)))
                for need in opening.needs:
                    opened[np.ix_([self._row(need)], areas, list(opening.slots))] = 1.0
        covered = float((e * opened).sum())
        rate = change.sent if change.sent is not None else (self.diverted / covered_today if covered_today else 0.0)
        diverted = self.diverted if change.sent is None and not change.openings and not change.eligibility else rate * covered
        return Outcome(float(n.sum()) + self.rest, float(e.sum()), covered, diverted)

    def best_shifts(self, *, hours: int = 8, limit: int = 5) -> tuple[tuple[str, int, float], ...]:
        """Return the shifts that would cover most eligible calls nobody is on duty for: (need, first half hour, calls), city-wide, best first.

        One shift per need; a shift is `hours` of the same day of every week and may run past midnight.
        """
        missing = (self.e * (1 - self.open)).sum(axis=1)
        wrapped = np.concatenate([missing, missing[:, : 2 * hours]], axis=1).cumsum(axis=1)
        wrapped = np.concatenate([np.zeros((len(self.needs), 1)), wrapped], axis=1)
        gains = wrapped[:, 2 * hours : 2 * hours + SLOTS] - wrapped[:, :SLOTS]
        found = []
        for need, gain, calls in zip(self.needs, gains, missing, strict=True):
            if gain.max() > 0:  # of equal shifts the first that begins with calls
                best = np.flatnonzero((gain.round(9) == gain.max().round(9)) & (calls > 0))
                found.append((need, int(best[0]) if len(best) else int(np.argmax(gain)), float(gain.max())))
        return tuple(sorted(found, key=lambda item: (-item[2], item[0]))[:limit])

    def _row(self, need: str) -> int:
        if need not in self.needs:
            raise NameUnknownError(f"{need!r} gets no call in this cube; it has {', '.join(self.needs)}")
        return self.needs.index(need)


def _codes(names: pd.Series[str], row_of: Mapping[str, int]) -> NDArray[np.int64]:
    """The row of each name; every name must have one."""
    column = names.astype("category")
    rows = np.array([row_of.get(str(name), -1) for name in column.cat.categories], dtype=np.int64)
    found: NDArray[np.int64] = rows[column.cat.codes.to_numpy()]
    return found


def slots_of(start: int, hours: float) -> tuple[int, ...]:
    """Return the half hours of the week of a shift that starts at a half hour and may run past Sunday midnight.

    >>> slots_of(335, 1.0)
    (335, 0)
    """
    return tuple((start + number) % SLOTS for number in range(round(2 * hours)))
