"""Which needs does nobody answer, where, at which hours, for how many people?

For each need and area, by half-hours of the week: *gap* (at least `gap_share` of the residents have nobody known and nobody possible),
*not known* (neither covered nor a gap: an answer is missing) and *part of the area* (covered or not known as a whole, but some residents have
nobody). A need that nobody answers anywhere at any time is one finding about the city instead of one per area.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.coverage import COVERED, NOBODY, NOT_KNOWN, Coverage
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


def run(eco: Ecosystem, coverage: Coverage, options: Options) -> Findings:
    """Return the table need x area and its findings."""
    rows: list[dict[str, object]] = []
    items: list[Finding] = []
    for need in coverage.needs:
        share_known, share_possible = coverage.share_known(need), coverage.share_possible(need)
        state = coverage.state(need)
        areas = base.inhabited(coverage)
        kinds = _kinds(share_known, share_possible, state, options)
        rows += _rows(coverage, need, areas, share_known[areas], share_possible[areas], {kind.name: kind.at[areas] for kind in kinds}, state[areas])
        if len(areas) and (share_possible[areas] == 0).all():
            items.append(_nobody_anywhere(eco, coverage, need))
        else:
            for area in areas:
                items += _of_area(eco, coverage, need, area, share_known[area], share_possible[area], kinds)
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    return Findings.of("gaps", COLUMNS, table, items)


@dataclass(frozen=True)
class _Kind:
    """One kind of finding of a need in areas: at which slots it holds, `at` (areas, slots), and for which `share` of the residents."""

    name: str
    status: Status
    message: str
    at: NDArray[np.bool_]
    share: NDArray[np.float64]

    @cached_property
    def is_in(self) -> NDArray[np.bool_]:
        """Whether an area has it at any time, (areas,)."""
        return np.asarray(self.at.any(axis=1))


def _kinds(
    share_known: NDArray[np.float64], share_possible: NDArray[np.float64], state: NDArray[np.uint8], options: Options
) -> tuple[_Kind, _Kind, _Kind]:
    nobody = 1 - share_possible
    parts = (state != NOBODY) & (nobody >= max(options.part_share, 1e-9) - 1e-9)
    return (
        _Kind("gap", "confirmed", "gap.confirmed", state == NOBODY, nobody),
        _Kind("gap_not_known", "not_known", "gap.not_known", state == NOT_KNOWN, share_possible - share_known),
        _Kind("gap_part", "part", "gap.part", parts, nobody),
    )


def _rows(
    coverage: Coverage,
    need: str,
    areas: NDArray[np.intp],
    share_known: NDArray[np.float64],
    share_possible: NDArray[np.float64],
    at: Mapping[str, NDArray[np.bool_]],
    state: NDArray[np.uint8],
) -> list[dict[str, object]]:
    """Return the rows of a need. The arrays, (areas, slots), hold these areas alone."""
    residents, hours = coverage.area_residents[areas], coverage.slot_minutes / 60
    columns: dict[str, list[float]] = {
        "residents": residents.tolist(),
        "gap_hours": (at["gap"].sum(axis=1) * hours).tolist(),
        "not_known_hours": (at["gap_not_known"].sum(axis=1) * hours).tolist(),
        "part_hours": (at["gap_part"].sum(axis=1) * hours).tolist(),
        "covered_hours": ((state == COVERED).sum(axis=1) * hours).tolist(),
        "person_hours_nobody": [round(count, 6) for count in (residents * (1 - share_possible).sum(axis=1) * hours).tolist()],
        "share_of_week_known": share_known.mean(axis=1).tolist(),
        "share_of_week_possible": share_possible.mean(axis=1).tolist(),
        "worst_share_nobody": (1 - share_possible).max(axis=1).tolist(),
    }
    return [
        {"need": need, "area_id": coverage.area_ids[area], **{name: cells[row] for name, cells in columns.items()}} for row, area in enumerate(areas)
    ]


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
    kinds: tuple[_Kind, ...],
) -> Iterator[Finding]:
    area_id, residents = coverage.area_ids[area], float(coverage.area_residents[area])
    hours = coverage.slot_minutes / 60
    for of_kind in kinds:
        if not of_kind.is_in[area]:
            continue
        kind, message, at, share = of_kind.name, of_kind.message, of_kind.at[area], of_kind.share[area]
        silent, demand = eco.silent(need, area_id), coverage.demand_weight(need)[area]
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
            status=of_kind.status,
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
