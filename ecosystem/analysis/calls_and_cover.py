"""What do a city's calls and its coverage say together: which calls come while who is on duty, in which half hours?

The analysis `diversion` and whoever asks "what if" stand on this one laying of the calls over the coverage.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.calls import measures
from ecosystem.calls.building import Demand
from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.fleet import Answered, Crew, send
from ecosystem.calls.goal import Shares
from ecosystem.calls.levers import Levers
from ecosystem.calls.recode import UNKNOWN
from ecosystem.coverage import Coverage
from ecosystem.edition import suppress_count
from ecosystem.records import known_or

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem

LEAST_TIMED = 30
"""So many calls tell how long one about a need binds a team, and how often a crew is busy; fewer do not."""


class Options(base.AnalysisOptions):
    """`minutes_per_call` is how long a call binds an alternative team, for needs whose calls do not tell it.

    `shift_hours` is the length of the shift that is looked for; `most_needs` how many needs get a finding of their own.
    """

    minutes_per_call: float = Field(default=60.0, gt=0)
    shift_hours: int = Field(default=8, ge=1, le=24)
    most_needs: int = Field(default=5, ge=1)


@dataclass(frozen=True)
class Case:
    """One city's calls laid over its coverage. `cells` are the cube with the open shares beside; `levers` the same as arrays."""

    eco: Ecosystem
    coverage: Coverage
    options: Options
    demand: Demand

    @property
    def minimum(self) -> int:
        """Counts of fewer calls than this are not shown: none for analysts."""
        return 0 if self.eco.edition == "analyst" else self.eco.city.privacy.minimum_count

    @property
    def tells_diverted(self) -> bool:
        """Whether the share answered without police may be told with decimals: it is known, and rests on enough calls."""
        diverted = self.shares.diverted
        return diverted is not None and not 0 < diverted * self.shares.base < self.minimum

    @cached_property
    def groups(self) -> dict[str, NDArray[np.float64]]:
        """People of each group of residents per area."""
        units, n_areas = self.eco.geography.units, len(self.coverage.area_ids)
        return {name: np.bincount(units.area_index, weights=people, minlength=n_areas).astype(np.float64) for name, people in units.groups.items()}

    def shown(self, calls: float, factor: float = 1.0) -> float | None:
        """A count of calls times a factor; None where so few calls may not be shown in this edition."""
        if self.eco.edition != "analyst" and suppress_count(abs(calls), minimum=self.eco.city.privacy.minimum_count) is None:
            return None
        return calls * factor

    @cached_property
    def open_known(self) -> dict[str, NDArray[np.float64]]:
        """Per need (areas, 336): the share of residents with somebody known to be on duty."""
        return self._by_half_hour(self.coverage.share_known)

    @cached_property
    def open_possible(self) -> dict[str, NDArray[np.float64]]:
        return self._by_half_hour(self.coverage.share_possible)

    def _by_half_hour(self, share: Callable[[str], NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
        cube, profile = self.demand.cube, self.demand.profile
        called = {*cube.loc[cube["e_high"] > 0, "need"].unique(), *profile["need"].unique()}
        return {need: half_hour_shares(share(need), self.coverage.slot_minutes) for need in self.coverage.needs if need in called}

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cube with `open_known` and `open_possible`, 0 where nobody answers the need or the area is none of ours."""
        cube = self.demand.cube
        row_of = {area_id: row for row, area_id in enumerate(self.coverage.area_ids)}
        areas = cube["area_id"].astype("category")
        rows = np.array([*(row_of.get(area_id, -1) for area_id in areas.cat.categories), -1], dtype=np.int64)[areas.cat.codes]
        slots = cube["slot"].to_numpy(dtype=np.int64)
        shares = {}
        for side, opened in (("open_known", self.open_known), ("open_possible", self.open_possible)):
            shares[side] = np.zeros(len(cube))
            for need, at in cube.groupby("need", observed=True).indices.items():
                if need in opened:
                    shares[side][at] = np.where(rows[at] >= 0, opened[str(need)][rows[at], slots[at]], 0.0)
        return cube.assign(**shares)

    @cached_property
    def sums(self) -> pd.DataFrame:
        """The row of sums that `Shares` are made of: what `measures.shares` computes anywhere, here on the saved cube."""
        cells = self.cells
        row = {name: float(cells[name].sum()) for name in measures.CUBE_COLUMNS if name not in ("need", "area_id", "slot")}
        row["unknown"] = float(cells.loc[cells["need"] == UNKNOWN, "n"].sum())
        for bound, side in itertools.product(measures.BOUNDS, ("known", "possible")):
            row[f"c_{bound}_{side}"] = float((cells[f"e_{bound}"] * cells[f"open_{side}"]).sum())
            row[f"cs_{bound}_{side}"] = float((cells[f"s_{bound}"] * cells[f"open_{side}"]).sum())
        return pd.DataFrame([row])

    @cached_property
    def shares(self) -> Shares:
        return Shares.of(self.sums)

    @cached_property
    def levers(self) -> Levers:
        return Levers.of_arrays(self.demand.cube, self.open_known, area_ids=self.coverage.area_ids)

    @cached_property
    def covered(self) -> dict[str, NDArray[np.float64]]:
        """Eligible calls with somebody known to be on duty, per need (areas, 336)."""
        covered = self.levers.e * self.levers.open
        return {need: covered[row] for row, need in enumerate(self.levers.needs) if covered[row].any()}

    @cached_property
    def minutes_per_call(self) -> Mapping[str, float]:
        """Per need the mean minutes that a call bound an alternative team, where the calls tell of enough of them."""
        sums = self.demand.cube.groupby("need")[["alternative_timed_n", "alternative_s"]].sum()
        told = sums[sums["alternative_timed_n"] >= LEAST_TIMED]
        return {str(need): float(row["alternative_s"] / row["alternative_timed_n"] / 60) for need, row in told.iterrows()}

    @cached_property
    def answered(self) -> Answered:
        """What the crews on duty can serve."""
        coverage = self.coverage
        reach = coverage.share_of_residents(coverage.member_known.toarray().astype(bool))
        crews, by_others = [], {need: np.zeros(calls.shape, dtype=bool) for need, calls in self.covered.items()}
        for column, delivery_id in enumerate(coverage.deliveries):
            delivery = self.eco.deliveries[delivery_id]
            needs = frozenset(need for row, need in enumerate(coverage.needs) if coverage.answers_known[row, column] and need in self.covered)
            on_duty = half_hours_of(coverage.slots_known[column].astype(bool), coverage.slot_minutes)
            if not needs or not on_duty.any():
                continue
            if delivery.mode == "mobile":
                teams, vehicles = (known_or(getattr(delivery.capacity, name), None) for name in ("teams", "vehicles"))
                minutes = {need: self.minutes_per_call.get(need, self.options.minutes_per_call) for need in needs}
                crews.append(Crew(delivery_id, needs, on_duty, reach[:, column], teams, vehicles, minutes))
            else:
                for need in needs:
                    by_others[need] |= np.outer(reach[:, column] > 0, on_duty)
        return send(crews, self.covered, by_others, weeks=self.demand.n_weeks)


def half_hour_shares(shares: NDArray[np.float64], slot_minutes: int) -> NDArray[np.float64]:
    """Return shares (areas, slots) by half hours: hours are repeated, quarters of an hour averaged."""
    if slot_minutes == 60:
        return np.repeat(shares, 2, axis=1)
    halves: NDArray[np.float64] = shares.reshape(len(shares), SLOTS, -1).mean(axis=2)
    return halves


def half_hours_of(slots: NDArray[np.bool_], slot_minutes: int) -> NDArray[np.bool_]:
    if slot_minutes == 60:
        return np.repeat(slots, 2)
    halves: NDArray[np.bool_] = slots.reshape(SLOTS, -1).min(axis=1)
    return halves
