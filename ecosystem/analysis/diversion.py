"""How far is the city from its goal for calls, whose part of the way is it, and which hours would help most?

Reads what `ecosystem calls build` left; a city without calls gets an empty table. Shares are of the base: calls of residents, with a known hour and
area. The distance from the goal to what is diverted today is split in four (see `ecosystem.calls.goal`); a part that is not known is said to be not
known. No divertible share is stated while more than a tenth of the calls has a type that nobody decided.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.calls import engine, measures
from ecosystem.calls.building import Demand, read_demand
from ecosystem.calls.capacity import Pool, Team, make_pools, share_served
from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.goal import Shares, Split, pick_up, target_in
from ecosystem.calls.levers import Levers
from ecosystem.coverage import Coverage
from ecosystem.edition import suppress_count
from ecosystem.errors import MissingFileError
from ecosystem.findings import CITY, Column, Finding, Findings, finding_id
from ecosystem.records import known_or
from ecosystem.schedule import Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.findings import Value
    from ecosystem.graph import Ecosystem


class Options(base.AnalysisOptions):
    """`minutes_per_call` is how long a call binds an alternative team. `from_year` and `to_year` are when the way to the goal begins and ends.

    `shift_hours` is the length of the shift that is looked for; `most_needs` how many needs get a finding of their own.
    """

    minutes_per_call: float = Field(default=60.0, gt=0)
    from_year: int | None = None
    to_year: int | None = None
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


def run(eco: Ecosystem, coverage: Coverage, options: base.AnalysisOptions) -> Findings:
    """Return one row per need and the findings about goal, parts and hours. Counts below the city's minimum show in the analyst edition only."""
    if not isinstance(options, Options):
        raise TypeError(f"diversion takes its own Options, not {type(options).__name__}")
    demand = _demand(eco)
    if demand is None or demand.cube.empty:
        return Findings.of("diversion", COLUMNS, pd.DataFrame(columns=[column.name for column in COLUMNS]))
    open_hours = measures.half_hours(coverage.table(), coverage.slot_minutes)
    backend = engine.connect()
    cells, opened = engine.table(backend, "cube", demand.cube), engine.table(backend, "coverage", open_hours)
    sums = engine.fetch(measures.shares(cells, opened), backend)
    shares, time = Shares.of(sums), Shares.of(sums, by_time=True)
    needs = engine.fetch(measures.by_need(cells, opened), backend)
    levers = Levers.of(demand.cube, open_hours, area_ids=coverage.area_ids)
    items = [*_warnings(demand, shares)]
    if shares.is_stated:
        items += _about_goal(eco, coverage, options, demand, shares, time, levers)
        items += _about_shifts(options, demand, levers)
    table = _table(needs, shares)
    return Findings.of("diversion", COLUMNS, table if eco.edition == "analyst" else _suppressed(table, eco.city.privacy.minimum_count), items)


def _demand(eco: Ecosystem) -> Demand | None:
    if eco.city.calls is None:
        return None
    try:
        return read_demand(eco.city)
    except MissingFileError:
        return None


def _table(needs: pd.DataFrame, shares: Shares) -> pd.DataFrame:
    seconds = float(needs["unit_s"].sum())
    estimates = 1.0 if shares.is_stated else np.nan
    answers = 1.0 if shares.knows_answer else np.nan
    rows = pd.DataFrame(
        {
            "need": needs["need"],
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
    return rows[[column.name for column in COLUMNS]].sort_values("need", ignore_index=True)


def _suppressed(table: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """The table without the numbers of needs that have too few calls, or too few diverted ones."""
    shown = table.copy()
    for name in ("calls", "diverted"):
        small = shown[name].notna() & shown[name].map(
            lambda count: suppress_count(float(count), minimum=minimum) is None if count == count else False
        )
        columns = [column.name for column in COLUMNS if column.name != "need"] if name == "calls" else ["diverted", "pick_up"]
        shown.loc[small, columns] = np.nan
    return shown


def _about_goal(
    eco: Ecosystem, coverage: Coverage, options: Options, demand: Demand, shares: Shares, time: Shares, levers: Levers
) -> Iterator[Finding]:
    """The divertible share, and where the city has a goal and the feed tells who answered, the way to it in its parts."""
    mid = shares.divertible["mid"]
    values: dict[str, Value] = {
        "calls": round(shares.base),
        "low": shares.divertible["low"],
        "mid": mid,
        "high": shares.divertible["high"],
        "time": time.divertible["mid"] if time.base else None,
        "covered": shares.covered["mid", "known"],
        "covered_possible": shares.covered["mid", "possible"],
        "unknown": shares.unknown,
    }
    yield _finding(
        "diversion_share", "diversion.share", values, known=shares.divertible["low"], possible=shares.divertible["high"], weight=shares.base
    )
    goal = eco.city.goal
    if goal is None or goal.target_share is None:
        return
    if shares.diverted is None:
        yield _finding(
            "diversion_answer_not_known", "diversion.answer_not_known", {"calls": round(shares.base)}, status="not_known", weight=shares.base
        )
        return
    pools = _pools(eco, coverage, options, demand, levers)
    served = None if pools is None else share_served(pools, _covered_by_need(levers)) * shares.covered["mid", "known"]
    split = Split.of(shares, goal.target_share, served=served)
    wanted = goal.target_share
    if goal.baseline_share is not None and options.from_year is not None and options.to_year is not None:
        wanted = target_in(
            eco.city.as_of.year, baseline=goal.baseline_share, target=goal.target_share, from_year=options.from_year, to_year=options.to_year
        )
    per_year = 52.1775 / demand.n_weeks
    values = {
        "goal": goal.target_share,
        "diverted": split.diverted,
        "attended": shares.attended,
        "wanted": wanted,
        "gap": split.gap,
        "calls": round(shares.base),
        "missing": max(0.0, split.gap) * shares.base * per_year,
        **split.parts,
    }
    yield _finding(
        "diversion_goal",
        "diversion.goal",
        values,
        known=split.diverted,
        possible=split.diverted,
        numerator=split.diverted * shares.base,
        weight=shares.base,
        of=shares.base,
    )
    for part, amount in split.parts.items():
        message = f"diversion.{part}"
        told: dict[str, Value] = {"share": amount, "calls": amount * shares.base * per_year, "gap": split.gap}
        if part == "not_sent":
            told["pick_up"] = pick_up(split.diverted, split.served or 0.0)
        yield _finding(
            f"diversion_{part}",
            message,
            told,
            known=amount,
            possible=amount,
            numerator=amount * shares.base,
            weight=max(0.0, amount) * shares.base,
            of=shares.base,
        )


def _pools(eco: Ecosystem, coverage: Coverage, options: Options, demand: Demand, levers: Levers) -> tuple[Pool, ...] | None:
    """Mobile teams of the coverage as pools; None where one that gets calls did not say how many teams and vehicles it has."""
    teams = []
    for column, delivery_id in enumerate(coverage.deliveries):
        delivery = eco.deliveries[delivery_id]
        if delivery.mode != "mobile":
            continue
        answers = frozenset(need for row, need in enumerate(coverage.needs) if coverage.answers_known[row, column])
        on_duty = _half_hours(coverage.slots_known[column].astype(bool), coverage.slot_minutes)
        numbers = {name: known_or(getattr(delivery.capacity, name), math.nan) for name in ("teams", "vehicles")}
        known: Mapping[str, float | None] = {name: None if math.isnan(number) else float(number) for name, number in numbers.items()}
        teams.append(Team(delivery_id, answers, on_duty, known["teams"], known["vehicles"], options.minutes_per_call))
    hours = demand.n_weeks * 0.5
    return make_pools(teams, {need: calls / hours for need, calls in _covered_by_need(levers).items()})


def _half_hours(slots: NDArray[np.bool_], slot_minutes: int) -> NDArray[np.bool_]:
    if slot_minutes == 60:
        return np.repeat(slots, 2)
    halves: NDArray[np.bool_] = slots.reshape(SLOTS, -1).min(axis=1)
    return halves


def _covered_by_need(levers: Levers) -> dict[str, NDArray[np.float64]]:
    """Eligible calls with somebody known to be on duty, per need and half hour."""
    covered = (levers.e * levers.open).sum(axis=1)
    return {need: covered[row] for row, need in enumerate(levers.needs) if covered[row].any()}


def _about_shifts(options: Options, demand: Demand, levers: Levers) -> Iterator[Finding]:
    """The shift that would cover most eligible calls nobody is on duty for, need by need."""
    per_year = 52.1775 / demand.n_weeks
    missing = (levers.e * (1 - levers.open)).sum(axis=(1, 2))
    for need, first, calls in levers.best_shifts(hours=options.shift_hours, limit=options.most_needs):
        start = 30 * first
        unmet = float(missing[levers.needs.index(need)])
        values: dict[str, Value] = {
            "need": need,
            "run": (start, start + 60 * options.shift_hours),
            "calls": calls * per_year,
            "unmet": unmet * per_year,
            "share": calls / unmet,
        }
        when = Schedule.of((start, start + 60 * options.shift_hours))
        yield _finding(
            "diversion_shift", "diversion.shift", values, need=need, known=calls, possible=calls, numerator=calls, weight=calls, of=unmet, when=when
        )


def _warnings(demand: Demand, shares: Shares) -> Iterator[Finding]:
    """What makes the figures smaller or less sure than they look."""
    if not shares.is_stated:
        values: dict[str, Value] = {"share": shares.unknown, "n": round(shares.unknown * shares.base), "calls": round(shares.base)}
        yield _finding("diversion_types_not_known", "diversion.types_not_known", values, status="not_known", weight=shares.base)
    for row in demand.quality[demand.quality["rule"].str.startswith("suppressed")].itertuples():
        what = str(row.rule).split(" ", 1)[1]
        yield _finding("diversion_left_out", "diversion.left_out", {"what": what}, status="not_known", group=what, weight=shares.base)


def _finding(
    kind: str,
    message: str,
    values: Mapping[str, Value],
    *,
    status: str = "information",
    need: str = "",
    group: str = "",
    known: float | None = None,
    possible: float | None = None,
    numerator: float | None = None,
    weight: float = 0.0,
    of: float | None = None,
    when: Schedule | None = None,
) -> Finding:
    return Finding(
        id=finding_id(kind, need=need, areas=[CITY], group=group),
        analysis="diversion",
        kind=kind,
        status="not_known" if status == "not_known" else "information",
        message=message,
        values=values,
        need=need,
        areas=(CITY,),
        group=group,
        when=when,
        known=known,
        possible=possible,
        numerator=numerator,
        denominator=of,
        weight=weight,
        next_step=f"{message}.next",
    )
