"""How far is the city from its goal for calls, whose part of the way is it, and which hours would help most?

Reads what `ecosystem calls build` left; a city without calls gets an empty table. Shares are of the base: calls of residents, with a known hour and
area. The distance from the goal to what is diverted today is split in four (see `ecosystem.calls.goal`); a part that is not known is said to be not
known. No divertible share is stated while more than a tenth of the calls has a type that nobody decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np
import pandas as pd

from ecosystem.analysis import base
from ecosystem.analysis.calls_and_cover import LEAST_TIMED, Case, Options
from ecosystem.calls import answering, measures, neighborhoods, way
from ecosystem.calls.building import Demand, read_demand
from ecosystem.calls.change import find_moves
from ecosystem.calls.fleet import Work
from ecosystem.calls.goal import Shares, Split, pick_up, target_in, way_to_goal
from ecosystem.calls.quality import QUALITY_COLUMNS
from ecosystem.calls.unmet import Show, by_area, by_hour, by_need_and_area, by_need_and_hours, by_part_of_week, coarse, funnel_rows, shown_as
from ecosystem.coverage import Coverage
from ecosystem.edition import suppress_count
from ecosystem.errors import MissingFileError
from ecosystem.findings import CITY, Column, Finding, Findings, finding_id
from ecosystem.schedule import DAY, Schedule, clock

MOST_LOST = 0.1
"""Crews that lose at least this share of their calls for want of teams or vehicles are named to the office."""
LEAST_SHARE = 0.001

if TYPE_CHECKING:
    from ecosystem.city import Goal
    from ecosystem.findings import Value
    from ecosystem.graph import Ecosystem


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
    case = Case(eco, coverage, options, demand)
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


def _more(case: Case) -> dict[str, pd.DataFrame]:
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


def _sure(case: Case) -> pd.DataFrame:
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


def _goal_tables(case: Case) -> dict[str, pd.DataFrame]:
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


def _levers(case: Case, show: Show) -> pd.DataFrame:
    shares, answered = case.shares, case.answered
    vehicles = None if answered.served is None else sum(work.lost - work.lost_with_all for work in answered.work)
    not_sent = None if answered.served is None or shares.diverted is None else answered.served - shares.diverted * shares.base
    high = (shares.divertible["high"] - shares.divertible["mid"]) * shares.base
    options = case.options
    return way.levers_of(case.levers, show, hours=options.shift_hours, limit=options.most_needs, vehicles=vehicles, not_sent=not_sent, high=high)


def _demand(eco: Ecosystem) -> Demand | None:
    if eco.city.calls is None:
        return None
    try:
        return read_demand(eco.city)
    except MissingFileError:
        return None


def _table(case: Case) -> pd.DataFrame:
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


def _about_goal(case: Case) -> Iterator[Finding]:
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


def _all(case: Case, what: Literal["teams", "vehicles"]) -> float:
    """Teams, or vehicles, of the crews that lose too many calls for want of vehicles; of all crews where none does."""
    works = [work for group in _short(case.answered.work) for work in group if work.crew.limit == "vehicles"]
    short = [work.crew for work in works or case.answered.work]
    return sum(float(getattr(crew, what) or 0) for crew in short)


def _about_shifts(case: Case) -> Iterator[Finding]:
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


def _about_limits(case: Case) -> Iterator[Finding]:
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


def _about_moves(case: Case) -> Iterator[Finding]:
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


def _warnings(case: Case) -> Iterator[Finding]:
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
