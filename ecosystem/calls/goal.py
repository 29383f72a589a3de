"""How far is the city from its goal, and which part of the way is whose?

The distance from the goal to the share of calls diverted today is split exactly, without clipping:

    goal - AD = (goal - DS) + (DS - CDS) + (CDS - SDS) + (SDS - AD)

*policy*: what no rule lets others answer; *coverage*: eligible calls where or when nobody is on duty; *capacity*: somebody is on duty, but no team
or vehicle is free; *not sent*: a team was free and was not sent. Where teams on duty are unknown, capacity and not sent are one number, and that is
said. A part may be negative: teams also take calls outside of their rule.

The base decides everything: of 1,794,408 Minneapolis calls in five years about 500,000 were started by officers (CNA), so 20 % is 51,800 calls a
year of residents' calls, but 71,800 of all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosystem.calls.clocks import week_starts
from ecosystem.calls.measures import ATTENDED, BOUNDS, DIVERTED, HOW
from ecosystem.calls.recode import MOST_UNKNOWN
from ecosystem.calls.uncertainty import ratio_interval

if TYPE_CHECKING:
    import pandas as pd

Bound = Literal["low", "mid", "high"]
PARTS = ("policy", "coverage", "capacity", "not_sent")


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of one base, by calls or by unit time: all from 0 to 1.

    `divertible` by low, mid, high; `covered` by (bound, known or possible); `answered` by who answered; `unknown` is the share of calls whose type
    nobody decided. `knows_answer` is False where the feed does not tell who answered anything: then diverted and attended are None.
    """

    base: float
    unknown: float
    divertible: Mapping[str, float]
    covered: Mapping[tuple[str, str], float]
    answered: Mapping[str, float]

    @classmethod
    def of(cls, sums: pd.DataFrame, *, by_time: bool = False) -> Shares:
        """Return the shares of the one row that `measures.shares` gives; `by_time` weighs calls by the seconds units were bound.

        Who answered is known by calls only.
        """
        row = sums.iloc[0].fillna(0.0)
        total = float(row["unit_s" if by_time else "n"])
        e, c = ("s", "cs") if by_time else ("e", "c")

        def share(name: str) -> float:
            return float(row[name]) / total if total else 0.0

        calls = float(row["n"])
        return cls(
            base=total,
            unknown=float(row["unknown"]) / calls if calls else 0.0,
            divertible={bound: share(f"{e}_{bound}") for bound in BOUNDS},
            covered={(bound, side): share(f"{c}_{bound}_{side}") for bound in BOUNDS for side in ("known", "possible")},
            answered={how: float(row[f"n_{how}"]) / calls if calls else 0.0 for how in HOW},
        )

    @property
    def is_stated(self) -> bool:
        """Whether a divertible share may be stated: at most a tenth of the calls has a type that nobody decided."""
        return self.base > 0 and self.unknown <= MOST_UNKNOWN

    @property
    def knows_answer(self) -> bool:
        return self.answered["not_known"] < 1 and self.base > 0

    @property
    def diverted(self) -> float | None:
        """AD: answered by an alternative alone, by phone or online."""
        return sum(self.answered[how] for how in DIVERTED) if self.knows_answer else None

    @property
    def attended(self) -> float | None:
        """AT: an alternative team went, alone or with police."""
        return sum(self.answered[how] for how in ATTENDED) if self.knows_answer else None


@dataclass(frozen=True, slots=True)
class Split:
    """The distance to the goal in its parts; `served` None where teams on duty are not known."""

    goal: float
    divertible: float
    covered: float
    served: float | None
    diverted: float

    @property
    def gap(self) -> float:
        return self.goal - self.diverted

    @property
    def parts(self) -> Mapping[str, float]:
        """The parts by name, in the order of `PARTS`; they sum to the gap. Without known teams, `capacity_or_not_sent` takes the last two places."""
        first = {"policy": self.goal - self.divertible, "coverage": self.divertible - self.covered}
        if self.served is None:
            return first | {"capacity_or_not_sent": self.covered - self.diverted}
        return first | {"capacity": self.covered - self.served, "not_sent": self.served - self.diverted}

    @classmethod
    def of(
        cls, shares: Shares, goal: float, *, served: float | None = None, bound: Bound = "mid", side: Literal["known", "possible"] = "known"
    ) -> Split:
        """Return the split of shares. Raises ValueError where the divertible share may not be stated or nobody knows who answered."""
        if not shares.is_stated:
            raise ValueError(f"{shares.unknown:.0%} of calls have a type that nobody decided; above {MOST_UNKNOWN:.0%} no divertible share is stated")
        if shares.diverted is None:
            raise ValueError("the feed does not tell who answered; name the values under [calls.answered]")
        return cls(goal, shares.divertible[bound], shares.covered[bound, side], served, shares.diverted)


@dataclass(frozen=True, slots=True)
class GoalInCalls:
    """A goal in calls a year, for one base: `now` diverted today, `wanted` at the goal, `missing` between the two."""

    base: float
    now: float
    wanted: float

    @property
    def missing(self) -> float:
        return self.wanted - self.now

    @property
    def missing_per_day(self) -> float:
        return self.missing / 365


def goal_in_calls(calls: float, *, years: float, baseline: float, target: float, officer_started: float = 0.0) -> GoalInCalls:
    """Return what shares mean in calls a year. `officer_started` calls are taken out of the base; leave it 0 to keep them in.

    >>> round(goal_in_calls(1_794_408, years=5, baseline=0.09, target=0.20, officer_started=500_000).missing_per_day)
    78
    """
    base = (calls - officer_started) / years
    return GoalInCalls(base, baseline * base, target * base)


def share_of_time(share_of_calls: float, minutes: float, other_minutes: float) -> float:
    """Return the share of time that a share of calls takes when these take `minutes` each and all others `other_minutes`.

    >>> round(share_of_time(0.277, 69.2, 33.9), 2)
    0.44
    """
    own = share_of_calls * minutes
    return own / (own + (1 - share_of_calls) * other_minutes)


def target_in(year: float, *, baseline: float, target: float, from_year: float, to_year: float) -> float:
    """Return the share the city should have reached in a year, on a straight way from baseline to target; flat before and after.

    >>> round(target_in(2029, baseline=0.09, target=0.20, from_year=2024, to_year=2034), 3)
    0.145
    """
    way = min(1.0, max(0.0, (year - from_year) / (to_year - from_year)))
    return baseline + (target - baseline) * way


Status = Literal["ahead", "behind", "not_known"]


@dataclass(frozen=True, slots=True)
class YearOfGoal:
    """One year on the way: the share diverted with its interval (95 %), the share that the way asks for by then, and how many weeks are known.

    `status` is ahead or behind only where the whole interval is on one side of what is asked for, not_known otherwise.
    """

    year: int
    weeks: int
    diverted: float
    low: float
    high: float
    wanted: float

    @property
    def status(self) -> Status:
        if self.low >= self.wanted:
            return "ahead"
        return "behind" if self.high < self.wanted else "not_known"


def way_to_goal(
    weeks: pd.DataFrame, *, baseline: float, target: float, from_year: float, to_year: float, block: int = 4, seed: int = 0
) -> tuple[YearOfGoal, ...]:
    """Return the years so far, against a straight way from baseline to target.

    `weeks` are the rows of `measures.weeks`; a week counts for the year of its Thursday, as in ISO 8601. Intervals draw runs of `block` weeks of a
    year, so one week alone has none, and its status is not known. Years in which the feed does not tell who answered are left out.
    """
    years = (weeks["week"].map(week_starts) + dt.timedelta(days=3)).map(lambda day: day.year)
    found = []
    for year, rows in weeks.groupby(years, sort=True):
        calls = rows["n"].to_numpy(dtype=np.float64)
        diverted = rows[[f"n_{how}" for how in DIVERTED]].sum(axis=1).to_numpy(dtype=np.float64)
        if calls.sum() <= 0 or rows["n_not_known"].sum() >= calls.sum():
            continue
        low, high = ratio_interval(diverted, calls, seed=seed, block=min(block, len(rows)))
        wanted = target_in(float(str(year)), baseline=baseline, target=target, from_year=from_year, to_year=to_year)
        found.append(YearOfGoal(int(str(year)), len(rows), float(diverted.sum() / calls.sum()), low, high, wanted))
    return tuple(found)


def pick_up(taken: float, covered: float) -> float | None:
    """Return the share of eligible calls, with somebody on duty, that were diverted; None where there were none."""
    return taken / covered if covered > 0 else None
