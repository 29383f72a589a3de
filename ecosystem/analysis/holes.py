"""At which hours of the week is no one on duty, and which hour would help most?

A *hole* is a maximal circular run of the week, in exact minutes, during which an area has a gap for a need: at least `gap_share` of its
residents have nobody known and nobody possible. A run past Sunday midnight ends after 10080; a hole of the whole week is one run. Over the
city, the *shared hole* of a need is the run that weighs most in residents times hours over all areas that have it, and the *first hour* is the
hour of the week in which most residents have nobody, told where it stands out. Where calls are known, areas and hours weigh by their calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.coverage import NOBODY, Coverage
from ecosystem.findings import CITY, Column, Finding, Findings, finding_id
from ecosystem.schedule import ALWAYS, NEVER, WEEK, Schedule

MANY_ALIKE = 12
"""Hours; above this many equal ones no single hour is said to help most."""

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem


class Options(base.AnalysisOptions):
    """`shortest_minutes`: runs shorter than this stand in no finding (they stay in the table)."""

    shortest_minutes: int = Field(default=30, ge=1, le=WEEK)


COLUMNS = (
    Column("need", "need", "Code of the need."),
    Column("area_id", "area", "Area."),
    Column("start", "count", "First minute of the hole, after Monday 00:00."),
    Column("end", "count", "Minute after the last, above 10080 where the hole runs past Sunday midnight."),
    Column("hours", "hours", "Length of the hole."),
    Column("residents", "people", "Residents of the area."),
    Column("person_hours", "count", "Residents times hours."),
)


def run(eco: Ecosystem, coverage: Coverage, options: Options) -> Findings:
    """Return one row per hole and the findings of areas and of the city."""
    rows: list[dict[str, object]] = []
    items: list[Finding] = []
    areas = base.inhabited(coverage)
    for need in coverage.needs:
        nobody = coverage.state_schedules(need, NOBODY)
        for area in areas:
            residents = float(coverage.area_residents[area])
            for start, end in nobody[area].runs():
                hours = (end - start) / 60
                place = {"need": need, "area_id": coverage.area_ids[area]}
                rows.append(place | {"start": start, "end": end, "hours": hours, "residents": residents, "person_hours": residents * hours})
        if all(nobody[area] == ALWAYS for area in areas):
            continue  # nobody anywhere at any time: the gap analysis says it once
        long_enough = [
            Schedule.of(*kept) if (kept := [run for run in schedule.runs() if run[1] - run[0] >= options.shortest_minutes]) else NEVER
            for schedule in nobody
        ]
        items += [_of_area(eco, coverage, need, int(area), long_enough[area]) for area in areas if long_enough[area]]
        shared = _shared_hole(coverage, need, areas, long_enough)
        if shared is not None:
            items.append(_of_city(eco, coverage, need, areas, nobody, shared))
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    return Findings.of("holes", COLUMNS, table, items)


def first_hour(coverage: Coverage, need: str, nobody: tuple[Schedule, ...]) -> tuple[int, float] | None:
    """Return (hour of the week 0-167, residents) of the hour in which most residents have nobody, None where many hours are alike.

    Minutes of the hour count by their share. Where calls are known, they are the weight and not the residents' heads alone. More than
    `MANY_ALIKE` equal hours make no one of them the first: without calls, most nights of a week are the same.
    """
    slots_per_hour = 60 // coverage.slot_minutes
    demand = coverage.demand_weight(need).reshape(len(coverage.area_ids), 168, slots_per_hour).mean(axis=2)
    share = np.zeros((len(coverage.area_ids), 168))
    for area, schedule in enumerate(nobody):
        for start, end in schedule.intervals:
            whole = range(-(-start // 60), end // 60)
            share[area, whole.start : whole.stop] += 1
            for hour in {start // 60, (end - 1) // 60}.difference(whole):
                share[area, hour] += (min(end, 60 * hour + 60) - max(start, 60 * hour)) / 60
    people = coverage.area_residents[:, None] * share
    weights = (people * demand).sum(axis=0).round(6)
    best = int(np.argmax(weights))
    if (weights == weights[best]).sum() > MANY_ALIKE:
        return None
    return best, round(float(people[:, best].sum()), 6)


def _shared_hole(coverage: Coverage, need: str, areas: NDArray[np.intp], nobody: list[Schedule]) -> tuple[int, int] | None:
    """The run that weighs most over all areas that have it, None where no two areas share one. Where nobody calls in any of them, hours count."""
    candidates = sorted({run for area in areas for run in nobody[area].runs()})

    def weight(run: tuple[int, int]) -> tuple[float, float, int]:
        when = Schedule.of(run)
        having = {int(area): float(coverage.area_residents[area]) for area in areas if when <= nobody[area]}
        if len(having) < 2:
            return (0.0, 0.0, 0)
        return (base.person_hours(coverage, need, having, when), sum(having.values()) * when.hours, -run[0])

    best = max(candidates, key=weight, default=None)
    return best if best is not None and weight(best)[1] > 0 else None


def _of_area(eco: Ecosystem, coverage: Coverage, need: str, area: int, nobody: Schedule) -> Finding:
    area_id, residents = coverage.area_ids[area], float(coverage.area_residents[area])
    longest = max(nobody.runs(), key=lambda run: (run[1] - run[0], -run[0]))
    silent, evidence = eco.silent(need, area_id), base.serving(coverage, need, area)
    message = "hole.always" if nobody == ALWAYS else "hole"
    return Finding(
        id=finding_id("hole", need=need, areas=[area_id]),
        analysis="holes",
        kind="hole",
        status="confirmed",
        message=message,
        values={
            "need": need,
            "areas": (area_id,),
            "run": longest,
            "hours": (longest[1] - longest[0]) / 60,
            "hours_in_all": nobody.hours,
            "runs": nobody.runs(),
            "n_runs": len(nobody.runs()),
            "people": residents,
            "heard": eco.heard,
            "silent": silent,
            "n_silent": len(silent),
            **base.calls_a_year(eco, coverage, [need], [area], nobody),
        },
        need=need,
        areas=(area_id,),
        when=nobody,
        people=residents,
        known=nobody.hours,
        possible=nobody.hours,
        numerator=nobody.hours,
        denominator=168.0,
        weight=base.person_hours(coverage, need, {area: residents}, nobody),
        evidence=base.source_ids(eco, evidence),
        silent=silent,
        next_step=f"{message}.next",
    )


def _of_city(
    eco: Ecosystem, coverage: Coverage, need: str, areas: NDArray[np.intp], nobody: tuple[Schedule, ...], shared: tuple[int, int]
) -> Finding:
    when = Schedule.of(shared)
    having = [int(area) for area in areas if when <= nobody[area]]
    people = round(float(coverage.area_residents[having].sum()), 6)
    first = first_hour(coverage, need, nobody)
    message = "hole.city" if first is None else "hole.city.hour"
    silent = eco.silent(need)
    area_ids = tuple(coverage.area_ids[area] for area in having)
    serving = {delivery for area in areas for delivery in base.serving(coverage, need, int(area))}
    return Finding(
        id=finding_id("hole_city", need=need, areas=[CITY]),
        analysis="holes",
        kind="hole_city",
        status="confirmed",
        message=message,
        values={
            "need": need,
            "areas": area_ids,
            "n": len(having),
            "total": len(areas),
            "run": shared,
            "hours": when.hours,
            "people": people,
            "first_hour": () if first is None else (60 * first[0], 60 * first[0] + 60),
            "first_people": 0.0 if first is None else first[1],
            "heard": eco.heard,
            "silent": silent,
            "n_silent": len(silent),
            **base.calls_a_year(eco, coverage, [need], having, when),
        },
        need=need,
        areas=(CITY,),
        when=when,
        people=people,
        known=float(len(having)),
        possible=float(len(having)),
        numerator=float(len(having)),
        denominator=float(len(areas)),
        weight=base.person_hours(coverage, need, {area: float(coverage.area_residents[area]) for area in having}, when),
        evidence=base.source_ids(eco, sorted(serving)),
        silent=silent,
        next_step="hole.city.next",
    )
