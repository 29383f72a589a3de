"""How far is the city from its goal for calls, whose part of the way is it, and which hours would help most?

Reads what `ecosystem calls build` left; a city without calls gets an empty table. Shares are of the base: calls of residents, with a known hour and
area. The distance from the goal to what is diverted today is split in four (see `ecosystem.calls.goal`); a part that is not known is said to be not
known. No divertible share is stated while more than a tenth of the calls has a type that nobody decided.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.calls import answering, measures, neighborhoods, way
from ecosystem.calls.building import Demand, read_demand
from ecosystem.calls.change import find_moves
from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.fleet import Answered, Crew, Work, send
from ecosystem.calls.goal import Shares, Split, pick_up, target_in, way_to_goal
from ecosystem.calls.levers import Levers
from ecosystem.calls.quality import QUALITY_COLUMNS
from ecosystem.calls.recode import UNKNOWN
from ecosystem.calls.unmet import Show, by_area, by_hour, by_need_and_area, by_need_and_hours, by_part_of_week, coarse, funnel_rows, shown_as
from ecosystem.coverage import Coverage
from ecosystem.edition import suppress_count
from ecosystem.errors import MissingFileError
from ecosystem.findings import CITY, Column, Finding, Findings, finding_id
from ecosystem.records import known_or
from ecosystem.schedule import DAY, Schedule, clock

MOST_LOST = 0.1
"""Crews that lose at least this share of their calls for want of teams or vehicles are named to the office."""
LEAST_SHARE = 0.001
LEAST_TIMED = 30
"""So many calls tell how long one about a need binds a team, and how often a crew is busy; fewer do not."""

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.city import Goal
    from ecosystem.findings import Value
    from ecosystem.graph import Ecosystem


class Options(base.AnalysisOptions):
    """`minutes_per_call` is how long a call binds an alternative team, for needs whose calls do not tell it.

    `shift_hours` is the length of the shift that is looked for; `most_needs` how many needs get a finding of their own.
    """

    minutes_per_call: float = Field(default=60.0, gt=0)
    shift_hours: int = Field(default=8, ge=1, le=24)
    most_needs: int = Field(default=5, ge=1)


COLUMNS = (
    Column("need", "need", "Code of the need behind the calls; BASE-... police, fire or medical; UNKNOWN where nobody decided the type."),
    Column("calls", "count", "Calls in the base, by shares where a type is several needs."),
    Column("share_of_calls", "share", "Share of all calls of the base."),
    Column("share_of_time", "share", "Share of the time units were bound, where times are known."),
    Column("divertible_low", "count", "Calls that others could answer, low estimate of the city's table."),
    Column("divertible_mid", "count", "The same, middle estimate."),
    Column("divertible_high", "count", "The same, high estimate."),
    Column("covered_known", "count", "Of the middle estimate, calls where and when somebody is known to be on duty."),
    Column("covered_possible", "count", "The same, with those who may be on duty."),
    Column("diverted", "count", "Calls answered without police by an alternative team, by phone or online; empty where not known."),
    Column("pick_up", "share", "Diverted eligible calls, of those with somebody known to be on duty."),
)


def run(eco: Ecosystem, coverage: Coverage, options: Options) -> Findings:
    """Return one row per need and the findings about goal, parts and hours. Counts below the city's minimum show in the analyst edition only."""
    demand = _demand(eco)
    if demand is None or demand.cube.empty:
        return Findings.of("diversion", COLUMNS, pd.DataFrame(columns=[column.name for column in COLUMNS]))
    case = _Case(eco, coverage, options, demand)
    table = _table(case)
    items = [*_warnings(case)]
    if case.shares.is_stated:
        items += [*_about_goal(case), *_about_shifts(case)]
    if eco.edition == "analyst":
        if case.shares.is_stated:
            items += _about_limits(case)
        items += _about_moves(case)
    shown = table if eco.edition == "analyst" else _suppressed(table, eco.city.privacy.minimum_count)
    more = _more(case)
    return Findings.of("diversion", COLUMNS, shown, items, more, {name: columns for name, columns in MORE_COLUMNS.items() if name in more})


FUNNEL = ("rows", "units", "incidents", "by_flag", "duplicates", "by_type", "community", "with_hour", "in_area", "in_window")
"""The steps from the rows of the exports to the base of all shares, in order."""

MORE_COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "calls_sure": way.SURE_COLUMNS,
    "calls_years": way.YEAR_COLUMNS,
    "calls_base": way.BASE_COLUMNS,
    "calls_levers": way.LEVER_COLUMNS,
    "calls_answered": answering.ANSWERED_COLUMNS,
    "calls_responses": answering.RESPONSE_COLUMNS,
    "calls_windows": answering.WINDOW_COLUMNS,
    "calls_areas": neighborhoods.AREA_COLUMNS,
    "calls_parts": neighborhoods.PART_COLUMNS,
    "calls_groups": neighborhoods.GROUP_COLUMNS,
    "calls_types": answering.TYPE_COLUMNS,
    "calls_quality": QUALITY_COLUMNS,
}
"""The tables beside the one by need that stand in the workbook, and what their columns mean."""


def _more(case: _Case) -> dict[str, pd.DataFrame]:
    """The tables beside the one by need, those of `MORE_COLUMNS` and what map and report draw: calls nobody is on duty for by area, part of the
    week and hour, and how the base came about. A table that rests on something not known is not there."""
    demand, shares, minimum = case.demand, case.shares, case.minimum
    show = shown_as(demand.per_year, minimum=minimum)
    more = {"funnel": funnel_rows(FUNNEL, dict(demand.funnel)), "quality": demand.quality}
    states = (shares.is_stated, shares.knows_answer)
    sums = neighborhoods.sums_by_area(case.cells, case.coverage.area_ids)
    residents = case.coverage.area_residents if case.eco.geography.has_residents else np.zeros(len(sums))
    calls = {need: case.levers.n[row] for row, need in enumerate(case.levers.needs) if need in case.coverage.needs}
    opened = {"known": case.open_known, "possible": case.open_possible}
    more["calls_areas"] = neighborhoods.by_area(sums, residents, demand.summaries, demand.per_year, minimum=minimum, states=states)
    more["calls_groups"] = neighborhoods.by_group(sums, residents, case.groups, demand.per_year, minimum=minimum, states=states)
    more["calls_responses"] = answering.responses(demand.summaries, case.eco.taxonomy.needs, minimum=minimum)
    more["calls_windows"] = answering.windows(calls, opened, demand.profile, years=demand.years, minimum=minimum)
    if shares.knows_answer:
        more["calls_answered"] = answering.answered(demand.summaries, minimum=minimum)
        if case.tells_diverted:
            more |= _goal_tables(case)
    if shares.is_stated:
        more["areas"] = by_area(case.levers, demand.cube, show)
        more["needs"] = by_need_and_area(case.levers, show)
        more["parts"] = by_part_of_week(case.levers, show)
        more["hours"] = by_hour(case.levers, show)
        more["weeks"] = by_need_and_hours(case.levers, case.open_possible, show, least=case.eco.city.privacy.minimum_count)
        more["calls_parts"] = neighborhoods.by_part(case.levers, residents, demand.per_year, minimum=minimum)
        more["calls_sure"] = _sure(case)
        more["calls_levers"] = _levers(case, show)
    more["calls_types"] = answering.decided(demand.types, demand.summaries, on=demand.last_day)
    if minimum:  # who decided may be a person's name
        few_of = more["calls_types"]["calls"] < minimum
        more["calls_types"] = more["calls_types"][~few_of].assign(decided_by="").reset_index(drop=True)
    more["calls_quality"] = demand.quality[[column.name for column in QUALITY_COLUMNS]]
    if minimum:
        few = more["calls_quality"]["n"].between(0, minimum, inclusive="neither")
        more["calls_quality"] = more["calls_quality"][~few].reset_index(drop=True)
        more |= {name: coarse(more[name], columns) for name, columns in MORE_COLUMNS.items() if name in more and name not in _NOT_SMALL}
    return more


_NOT_SMALL = ("calls_quality", "calls_sure", "calls_years")
"""Tables that hold no count of a few calls: what is left out of them is left out whole."""


def _sure(case: _Case) -> pd.DataFrame:
    shares, time = case.shares, Shares.of(case.sums, by_time=True)
    by_week = way.weekly(case.demand.weeks, case.demand.weekly_cells(), case.open_known, case.coverage.area_ids)
    covered = shares.covered["mid", "known"]
    taken = float(case.sums["taken"].sum())
    told: dict[str, float | None] = {
        "divertible": shares.divertible["mid"],
        "divertible_low": shares.divertible["low"],
        "divertible_high": shares.divertible["high"],
    }
    told |= {"covered": covered, "diverted": shares.diverted, "attended": shares.attended, "pick_up": pick_up(taken, covered * shares.base)}
    by_time = {"divertible": time.divertible["mid"], "covered": time.covered["mid", "known"]} if time.base else {}
    seconds = case.demand.summaries[case.demand.summaries["by"] == "how"].set_index("value")["unit_s"]
    if seconds.sum() > 0:
        by_time |= {name: float(seconds.reindex(ways).sum() / seconds.sum()) for name, ways in _WAYS.items()}
    return way.sure(by_week, told, by_time, knows_answer=case.tells_diverted)


_WAYS = {"diverted": list(measures.DIVERTED), "attended": list(measures.ATTENDED)}


def _goal_tables(case: _Case) -> dict[str, pd.DataFrame]:
    """What the goal means in calls a year, and where the city should be by now; none without a goal."""
    goal, demand, diverted = case.eco.city.goal, case.demand, case.shares.diverted
    if goal is None or goal.target_share is None or diverted is None:
        return {}
    officers = demand.funnel.get("officers_in_window", 0.0)
    tables = {"calls_base": way.bases(case.shares.base, officers, demand.per_year, diverted=diverted, target=goal.target_share)}
    ends = _way(goal)
    if ends is not None:
        by_week = demand.weeks.drop(columns="need").groupby("week", as_index=False).sum()
        tables["calls_years"] = way.years(way_to_goal(by_week, **ends), **ends)
    return tables


def _levers(case: _Case, show: Show) -> pd.DataFrame:
    shares, answered = case.shares, case.answered
    vehicles = None if answered.served is None else sum(work.lost - work.lost_with_all for work in answered.work)
    not_sent = None if answered.served is None or shares.diverted is None else answered.served - shares.diverted * shares.base
    high = (shares.divertible["high"] - shares.divertible["mid"]) * shares.base
    options = case.options
    return way.levers_of(case.levers, show, hours=options.shift_hours, limit=options.most_needs, vehicles=vehicles, not_sent=not_sent, high=high)


@dataclass(frozen=True)
class _Case:
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
            on_duty = _half_hours(coverage.slots_known[column].astype(bool), coverage.slot_minutes)
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


def levers_for(demand: Demand, coverage: Coverage) -> Levers:
    """Return what answers "what if" for a city: its calls, and who is known to be on duty."""
    called = set(demand.cube["need"].unique())
    opened = {need: half_hour_shares(coverage.share_known(need), coverage.slot_minutes) for need in coverage.needs if need in called}
    return Levers.of_arrays(demand.cube, opened, area_ids=coverage.area_ids)


def half_hour_shares(shares: NDArray[np.float64], slot_minutes: int) -> NDArray[np.float64]:
    """Return shares (areas, slots) by half hours: hours are repeated, quarters of an hour averaged."""
    if slot_minutes == 60:
        return np.repeat(shares, 2, axis=1)
    halves: NDArray[np.float64] = shares.reshape(len(shares), SLOTS, -1).mean(axis=2)
    return halves


def _demand(eco: Ecosystem) -> Demand | None:
    if eco.city.calls is None:
        return None
    try:
        return read_demand(eco.city)
    except MissingFileError:
        return None


def _table(case: _Case) -> pd.DataFrame:
    cells, shares = case.cells, case.shares
    sums = cells.assign(covered_known=cells["e_mid"] * cells["open_known"], covered_possible=cells["e_mid"] * cells["open_possible"])
    wanted = ["n", "unit_s", "taken", *(f"e_{bound}" for bound in measures.BOUNDS), *(f"n_{how}" for how in measures.HOW)]
    needs = sums.groupby("need", as_index=False, sort=True, observed=True)[[*wanted, "covered_known", "covered_possible"]].sum()
    seconds = float(needs["unit_s"].sum())
    estimates = 1.0 if shares.is_stated else np.nan
    answers = 1.0 if shares.knows_answer else np.nan
    rows = pd.DataFrame(
        {
            "need": needs["need"].astype("str"),
            "calls": needs["n"],
            "share_of_calls": needs["n"] / needs["n"].sum(),
            "share_of_time": needs["unit_s"] / seconds if seconds else np.nan,
            **{f"divertible_{bound}": needs[f"e_{bound}"] * estimates for bound in measures.BOUNDS},
            **{f"covered_{side}": needs[f"covered_{side}"] * estimates for side in ("known", "possible")},
            "diverted": needs[[f"n_{how}" for how in measures.DIVERTED]].sum(axis=1) * answers,
            "pick_up": needs["taken"] / needs["covered_known"].where(needs["covered_known"] > 0) * estimates * answers,
        }
    )
    counts = [column.name for column in COLUMNS if column.kind in ("count", "share")]
    rows[counts] = rows[counts].astype("float64").round(6)
    return rows[[column.name for column in COLUMNS]]


def _suppressed(table: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """The table without the numbers of needs that have too few calls, or too few diverted ones, and with the others not exact."""
    shown = table.copy()
    for name in ("calls", "diverted"):
        small = shown[name].notna() & shown[name].map(
            lambda count: suppress_count(float(count), minimum=minimum) is None if count == count else False
        )
        columns = [column.name for column in COLUMNS if column.name != "need"] if name == "calls" else ["diverted", "pick_up"]
        shown.loc[small, columns] = np.nan
    return coarse(shown, COLUMNS)


def _about_goal(case: _Case) -> Iterator[Finding]:
    """The divertible share, and where the city has a goal and the feed tells who answered, the way to it in its parts."""
    shares, per_year = case.shares, case.demand.per_year
    time = Shares.of(case.sums, by_time=True)
    values: dict[str, Value] = {
        "calls": round(shares.base),
        "low": shares.divertible["low"],
        "mid": shares.divertible["mid"],
        "high": shares.divertible["high"],
        "time": time.divertible["mid"] if time.base else None,
        "covered": shares.covered["mid", "known"],
        "covered_possible": shares.covered["mid", "possible"],
        "unknown": shares.unknown,
        "first_day": case.demand.first_day.isoformat(),
        "last_day": case.demand.last_day.isoformat(),
    }
    yield _finding(
        "diversion_share", "diversion.share", values, known=shares.divertible["low"], possible=shares.divertible["high"], weight=shares.base
    )
    goal = case.eco.city.goal
    if goal is None or goal.target_share is None:
        return
    if shares.diverted is None:
        yield _finding(
            "diversion_answer_not_known", "diversion.answer_not_known", {"calls": round(shares.base)}, status="not_known", weight=shares.base
        )
        return
    served = None if case.answered.served is None else case.answered.served / shares.base
    split = Split.of(shares, goal.target_share, served=served)
    if not case.tells_diverted:  # so few that the exact share would tell them
        split = replace(split, diverted=max(round(split.diverted, 2), LEAST_SHARE))
    ends_of_way = _way(goal)
    wanted = goal.target_share if ends_of_way is None else target_in(case.eco.city.as_of.year, **ends_of_way)
    ends = {bound: Split.of(shares, goal.target_share, served=served, bound=bound).parts["policy"] for bound in ("low", "high")}
    values = {
        "goal": goal.target_share,
        "diverted": split.diverted,
        "attended": shares.attended if case.tells_diverted else None,
        "wanted": wanted,
        "gap": split.gap,
        "calls": round(shares.base),
        "missing": max(0.0, split.gap) * shares.base * per_year,
        "policy_low": ends["low"],
        "policy_high": ends["high"],
        **split.parts,
    }
    yield _finding(
        "diversion_goal",
        "diversion.goal" if split.gap > 0 else "diversion.goal.met",
        values,
        known=split.diverted,
        possible=split.diverted,
        numerator=case.shown(split.diverted * shares.base) if case.tells_diverted else None,
        weight=shares.base,
        of=shares.base,
    )
    for part, amount in split.parts.items():
        message = f"diversion.{part}" if amount >= 0 or part == "coverage" else f"diversion.{part}.below"
        told: dict[str, Value] = {"share": abs(amount), "calls": case.shown(amount * shares.base, per_year), "gap": split.gap}
        if part == "not_sent":
            told["pick_up"] = pick_up(split.diverted, split.served or 0.0)
        if part == "capacity":  # where nobody is told by name
            told |= {"teams": _all(case, "teams"), "vehicles": _all(case, "vehicles")}
        yield _finding(
            f"diversion_{part}",
            message,
            told,
            known=amount,
            possible=amount,
            numerator=case.shown(amount * shares.base),
            weight=max(0.0, amount) * shares.base,
            of=shares.base,
        )


class _Ends(TypedDict):
    """Where the straight way to the goal begins and ends."""

    baseline: float
    target: float
    from_year: int
    to_year: int


def _way(goal: Goal) -> _Ends | None:
    """The ends of the way; None where city.toml does not say all four numbers."""
    if goal.baseline_share is None or goal.target_share is None or goal.baseline_year is None or goal.target_year is None:
        return None
    return {"baseline": goal.baseline_share, "target": goal.target_share, "from_year": goal.baseline_year, "to_year": goal.target_year}


def _all(case: _Case, what: Literal["teams", "vehicles"]) -> float:
    """Teams, or vehicles, of the crews that lose too many calls for want of vehicles; of all crews where none does."""
    works = [work for group in _short(case.answered.work) for work in group if work.crew.limit == "vehicles"]
    short = [work.crew for work in works or case.answered.work]
    return sum(float(getattr(crew, what) or 0) for crew in short)


def _half_hours(slots: NDArray[np.bool_], slot_minutes: int) -> NDArray[np.bool_]:
    if slot_minutes == 60:
        return np.repeat(slots, 2)
    halves: NDArray[np.bool_] = slots.reshape(SLOTS, -1).min(axis=1)
    return halves


def _about_shifts(case: _Case) -> Iterator[Finding]:
    """The shift that would cover most eligible calls nobody is on duty for, need by need."""
    per_year, levers, hours = case.demand.per_year, case.levers, case.options.shift_hours
    missing = (levers.e * (1 - levers.open)).sum(axis=(1, 2))
    for need, first, calls in levers.best_shifts(hours=hours, limit=case.options.most_needs):
        start = 30 * first
        unmet = float(missing[levers.needs.index(need)])
        if case.shown(calls) is None:
            continue
        values: dict[str, Value] = {
            "need": need,
            "run": (start, start + 60 * hours),
            "calls": calls * per_year,
            "unmet": unmet * per_year,
            "share": calls / unmet,
        }
        when = Schedule.of((start, start + 60 * hours))
        yield _finding(
            "diversion_shift", "diversion.shift", values, need=need, known=calls, possible=calls, numerator=calls, weight=calls, of=unmet, when=when
        )


def _about_limits(case: _Case) -> Iterator[Finding]:
    """Crews that lose a tenth of their calls or more, by what limits them: vehicles or teams. Those that share a need are told together."""
    for works in _short(case.answered.work):
        ids, limit = tuple(sorted(work.crew.id for work in works)), works[0].crew.limit
        lost, allotted = sum(work.lost for work in works), sum(work.allotted for work in works)
        by_need = {need: sum(work.by_need.get(need, 0.0) for work in works) for work in works for need in work.by_need}
        need = min(by_need, key=lambda code: (-round(by_need[code], 6), code))
        values: dict[str, Value] = {
            "need": need,
            "deliveries": ids,
            "limit": limit,
            "teams": sum(float(work.crew.teams or 0) for work in works),
            "vehicles": sum(float(work.crew.vehicles or 0) for work in works),
            "served": 1 - lost / allotted,
            "served_with_all": 1 - sum(work.lost_with_all for work in works) / allotted,
            "calls": lost * case.demand.per_year,
        }
        yield _finding(
            "diversion_limit",
            f"diversion.limit.{limit}",
            values,
            need=need,
            group=limit,
            deliveries=ids,
            known=1 - lost / allotted,
            possible=1 - lost / allotted,
            numerator=lost,
            weight=lost,
            of=allotted,
            evidence=base.source_ids(case.eco, ids),
        )


def _short(works: tuple[Work, ...]) -> list[list[Work]]:
    """Crews that lose too much, those of one limit that lose calls about the same need together."""
    groups: list[list[Work]] = []
    for work in works:
        if work.allotted < LEAST_TIMED or work.lost < MOST_LOST * work.allotted - 1e-9:
            continue
        needs = {need for need, lost in work.by_need.items() if lost > 0}
        linked = [group for group in groups if any(other.crew.limit == work.crew.limit and needs & set(other.by_need) for other in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([work, *(other for group in linked for other in group)])
    return groups


def _about_moves(case: _Case) -> Iterator[Finding]:
    """Needs whose calls have moved away from where and when somebody is on duty."""
    coverage, demand = case.coverage, case.demand
    for move in find_moves(demand.profile, case.open_known, coverage.area_ids, years=demand.years):
        row = coverage.index(move.need)
        ids = tuple(
            sorted(
                delivery
                for column, delivery in enumerate(coverage.deliveries)
                if coverage.answers_known[row, column] and coverage.slots_known[column].any() and len(coverage.member_known[:, [column]].indices)
            )
        )
        window = None if move.window is None else (60 * move.window[0], 60 * move.window[1])
        values: dict[str, Value] = {
            "need": move.need,
            "years": move.years,
            "calls": move.calls_now,
            "then": move.fit_then,
            "now": move.fit_now,
            "moved": move.moved,
            "areas": move.areas,
            "window": "" if window is None else f"{clock(window[0] % DAY)}-{clock(window[1] % DAY)}",
            "deliveries": ids,
        }
        yield _finding(
            "diversion_moved",
            "diversion.moved" if move.areas and window else "diversion.moved.anywhere",
            values,
            need=move.need,
            deliveries=ids,
            known=move.fit_now,
            possible=move.fit_now,
            numerator=move.fit_now * move.calls_now,
            weight=(move.fit_then - move.fit_now) * move.calls_now,
            of=move.calls_now,
            evidence=base.source_ids(case.eco, ids),
        )


def _warnings(case: _Case) -> Iterator[Finding]:
    """What makes the figures smaller or less sure than they look."""
    shares = case.shares
    if not shares.is_stated:
        values: dict[str, Value] = {"share": shares.unknown, "n": round(shares.unknown * shares.base), "calls": round(shares.base)}
        yield _finding("diversion_types_not_known", "diversion.types_not_known", values, status="not_known", weight=shares.base)
    quality = case.demand.quality
    for row in quality[quality["rule"].str.startswith("suppressed")].itertuples():
        what = str(row.rule).split(" ", 1)[1]
        message = "diversion.left_out.maybe" if str(row.rule).startswith("suppressed?") else "diversion.left_out"
        yield _finding("diversion_left_out", message, {"what": what}, status="not_known", group=what, weight=shares.base)


def _finding(
    kind: str,
    message: str,
    values: Mapping[str, Value],
    *,
    status: str = "information",
    need: str = "",
    group: str = "",
    deliveries: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
    known: float | None = None,
    possible: float | None = None,
    numerator: float | None = None,
    weight: float = 0.0,
    of: float | None = None,
    when: Schedule | None = None,
) -> Finding:
    return Finding(
        id=finding_id(kind, need="" if deliveries and group else need, areas=[CITY], deliveries=deliveries if group else (), group=group),
        analysis="diversion",
        kind=kind,
        status="not_known" if status == "not_known" else "information",
        message=message,
        values=values,
        need=need,
        areas=(CITY,),
        deliveries=deliveries,
        evidence=evidence,
        group=group,
        when=when,
        known=known,
        possible=possible,
        numerator=numerator,
        denominator=of,
        weight=weight,
        next_step=f"{message}.next",
    )
