"""Which needs does nobody answer, where, at which hours, for how many people?

For each need and area, by half-hours of the week: *gap* (at least `gap_share` of the residents have nobody known and nobody possible),
*not known* (neither covered nor a gap: an answer is missing) and *part of the area* (covered or not known as a whole, but some residents have
nobody). A need that nobody answers anywhere at any time is one finding about the city instead of one per area.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.coverage import NOBODY, NOT_KNOWN, Coverage
from ecosystem.findings import CITY, Column, Finding, Findings, Status, finding_id
from ecosystem.records import Unknown
from ecosystem.schedule import ALWAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem


class Options(base.AnalysisOptions):
    """`part_share`: the least share of an area's residents with nobody that is told as a part of the area; below the error of the lattice of
    units (about 2 %) a share is no finding."""

    part_share: float = Field(default=0.02, ge=0, le=1)


COLUMNS = (
    Column("need", "need", "Code of the need."),
    Column("area_id", "area", "Area."),
    Column("residents", "people", "Residents of the area."),
    Column(
        "gap_hours",
        "hours",
        "Hours of the week with a gap: half-hours when at least gap_share of the residents have nobody known and nobody possible.",
    ),
    Column("not_known_hours", "hours", "Hours of the week that are neither covered nor a gap: an answer is missing."),
    Column("part_hours", "hours", "Hours of the week without a gap when at least part_share of the residents have nobody."),
    Column("covered_hours", "hours", "Hours of the week that are covered."),
    Column("person_hours_nobody", "count", "Residents times hours of the week with nobody known and nobody possible."),
    Column("share_of_week_known", "share", "Lower bound: share of person-hours with somebody known."),
    Column("share_of_week_possible", "share", "Upper bound: share of person-hours with somebody known or possible."),
    Column("worst_share_nobody", "share", "Largest share of residents with nobody at one time."),
)


def run(eco: Ecosystem, coverage: Coverage, options: base.AnalysisOptions) -> Findings:
    """Return the table need x area and its findings."""
    if not isinstance(options, Options):
        raise TypeError(f"gaps takes its own Options, not {type(options).__name__}")
    rows: list[dict[str, object]] = []
    items: list[Finding] = []
    for need in coverage.needs:
        share_known, share_possible = coverage.share_known(need), coverage.share_possible(need)
        state = coverage.state(need)
        areas = base.inhabited(coverage)
        rows += [_row(coverage, need, area, share_known[area], share_possible[area], state[area], options) for area in areas]
        if len(areas) and (share_possible[areas] == 0).all():
            items.append(_nobody_anywhere(eco, coverage, need))
        else:
            for area in areas:
                items += _of_area(eco, coverage, need, area, share_known[area], share_possible[area], state[area], options)
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    return Findings.of("gaps", COLUMNS, table, items)


def _parts(state: NDArray[np.uint8], share_possible: NDArray[np.float64], options: Options) -> NDArray[np.bool_]:
    parts: NDArray[np.bool_] = (state != NOBODY) & (1 - share_possible >= max(options.part_share, 1e-9) - 1e-9)
    return parts


def _row(
    coverage: Coverage,
    need: str,
    area: np.intp,
    share_known: NDArray[np.float64],
    share_possible: NDArray[np.float64],
    state: NDArray[np.uint8],
    options: Options,
) -> dict[str, object]:
    residents = float(coverage.area_residents[area])
    hours = coverage.slot_minutes / 60
    parts = _parts(state, share_possible, options)
    return {
        "need": need,
        "area_id": coverage.area_ids[area],
        "residents": residents,
        "gap_hours": float((state == NOBODY).sum() * hours),
        "not_known_hours": float((state == NOT_KNOWN).sum() * hours),
        "part_hours": float(parts.sum() * hours),
        "covered_hours": float((state == 0).sum() * hours),
        "person_hours_nobody": round(float(residents * (1 - share_possible).sum() * hours), 6),
        "share_of_week_known": float(share_known.mean()),
        "share_of_week_possible": float(share_possible.mean()),
        "worst_share_nobody": float((1 - share_possible).max()),
    }


def _nobody_anywhere(eco: Ecosystem, coverage: Coverage, need: str) -> Finding:
    silent = eco.silent(need)
    people = round(float(coverage.area_residents.sum()), 6)
    return Finding(
        id=finding_id("gap_city", need=need, areas=[CITY]),
        analysis="gaps",
        kind="gap_city",
        status="confirmed",
        message="gap.city",
        values={
            "need": need,
            "when": ALWAYS,
            "people": people,
            "heard": eco.heard,
            "silent": silent,
            "n_silent": len(silent),
            **base.calls_a_year(eco, coverage, [need], base.inhabited(coverage).tolist(), ALWAYS),
        },
        need=need,
        areas=(CITY,),
        when=ALWAYS,
        people=people,
        known=0.0,
        possible=0.0,
        numerator=0.0,
        denominator=people,
        weight=people * 168,
        silent=silent,
        next_step="gap.city.next",
    )


def _of_area(
    eco: Ecosystem,
    coverage: Coverage,
    need: str,
    area: np.intp,
    share_known: NDArray[np.float64],
    share_possible: NDArray[np.float64],
    state: NDArray[np.uint8],
    options: Options,
) -> Iterator[Finding]:
    area_id, residents = coverage.area_ids[area], float(coverage.area_residents[area])
    silent = eco.silent(need, area_id)
    demand, hours = coverage.demand_weight(need)[area], coverage.slot_minutes / 60
    kinds: tuple[tuple[str, Status, str, NDArray[np.bool_], NDArray[np.float64]], ...] = (
        ("gap", "confirmed", "gap.confirmed", state == NOBODY, 1 - share_possible),
        ("gap_not_known", "not_known", "gap.not_known", state == NOT_KNOWN, share_possible - share_known),
        ("gap_part", "part", "gap.part", _parts(state, share_possible, options), 1 - share_possible),
    )
    for kind, status, message, at, share in kinds:
        if not at.any():
            continue
        when = base.slots_to_schedule(at, coverage.slot_minutes)
        people = round(residents * float(share[at].max()), 6)
        if kind == "gap_not_known":
            evidence = base.serving(coverage, need, int(area), certain=False)
            question = _question(eco, evidence)
        else:
            evidence, question = base.serving(coverage, need, int(area)), ""
        yield Finding(
            id=finding_id(kind, need=need, areas=[area_id]),
            analysis="gaps",
            kind=kind,
            status=status,
            message=message,
            values={
                "need": need,
                "areas": (area_id,),
                "hours": when.hours,
                "when": when,
                "people": people,
                "share": float(share[at].max()),
                "heard": eco.heard,
                "silent": silent,
                "n_silent": len(silent),
                "deliveries": evidence,
                **base.calls_a_year(eco, coverage, [need], [int(area)], when),
            },
            need=need,
            areas=(area_id,),
            deliveries=evidence if kind == "gap_not_known" else (),
            when=when,
            people=people,
            known=float(share_known[at].mean()),
            possible=float(share_possible[at].mean()),
            numerator=float(at.sum() * hours),
            denominator=168.0,
            weight=round(float((residents * share * demand)[at].sum() * hours), 6),
            evidence=base.source_ids(eco, evidence),
            silent=silent,
            next_step=f"{message}.next",
            question=question,
        )


def _question(eco: Ecosystem, delivery_ids: tuple[str, ...]) -> str:
    """The one field whose answer would settle most of these deliveries; hours where none is unknown (the answer was conditional)."""
    fields = ("hours", "area", "mode", "languages")
    counts = {name: sum(isinstance(getattr(eco.deliveries[d], name), Unknown) for d in delivery_ids) for name in fields}
    best = max(fields, key=lambda name: counts[name])
    return best if counts[best] else "hours"
