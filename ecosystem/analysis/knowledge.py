"""What do we not know, who did not tell us, and which question would settle most?

Measures in one table: *response rate* (answered of asked, over all, by sector and by size class, by heads and weighted by size), *old answers*
(organizations whose newest answer is older than the city allows), *unknown field* (share of deliveries whose answer to a field is unknown, over
the city and per area) and *question* (one delivery, one field: how many findings that are not known, and how many person-hours, an answer would
settle). Fields that the questionnaire never asked are not counted as unknown; what a listing says of an organization is no answer of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.coverage import Coverage
from ecosystem.findings import CITY, Column, Finding, Findings, finding_id
from ecosystem.records import OWN_WORD, Delivery, Service, Unknown

if TYPE_CHECKING:
    from ecosystem.graph import Ecosystem


class Options(base.AnalysisOptions):
    """`questions`: how many of the questions that settle most become findings; the table has all."""

    questions: int = Field(default=20, ge=0)


COLUMNS = (
    Column("measure", "text", "response_rate, response_rate_by_size, old_answers, unknown_field or question."),
    Column("name", "text", "Sector (or 'all') or size class of a response rate; field of an unknown share or of a question."),
    Column("area_id", "area", "Area of an unknown share; 'city' otherwise."),
    Column("delivery", "delivery", "Delivery to ask, for a question."),
    Column("numerator", "count", "Answered; with an old answer; unknown; findings that would be settled."),
    Column("denominator", "count", "Asked; with a dated answer; deliveries asked about the field; findings not known in all."),
    Column("share", "share", "Numerator over denominator."),
    Column("by_size", "share", "Response rate weighted by the size of the organizations."),
    Column("person_hours", "count", "Person-hours of the week that are not known and that the answer would settle."),
)

FACTS: Mapping[str, Callable[[Service, Delivery], object]] = {
    "type": lambda service, _: service.types,
    "needs": lambda service, _: service.needs,
    "mode": lambda _, delivery: delivery.mode,
    "hours": lambda _, delivery: delivery.hours,
    "area": lambda _, delivery: delivery.area,
    "languages": lambda _, delivery: delivery.languages,
    "ages": lambda _, delivery: delivery.eligibility.ages,
    "teams": lambda _, delivery: delivery.capacity.teams,
    "vehicles": lambda _, delivery: delivery.capacity.vehicles,
    "routes": lambda _, delivery: delivery.routes,
}
"""The fields that coverage rests on, and how to read each."""

SIZE_CLASSES = (0, 10, 50, 250)
"""Where the classes of size begin, in staff as `invited.csv` gives it: those of the OECD for enterprises (micro, small, medium, large)."""

SETTLING = ("hours", "area", "mode", "needs")
"""The fields whose answer moves a delivery from possible to known."""


def run(eco: Ecosystem, coverage: Coverage, results: base.Results, options: Options) -> Findings:
    """Return the table of the three measures and their findings."""
    rows: list[dict[str, object]] = []
    items: list[Finding] = []
    _response_rates(eco, rows, items)
    _response_rates_by_size(eco, rows)
    _old_answers(eco, rows, items)
    _unknown_fields(eco, coverage, rows, items)
    _questions(eco, results, options, rows, items)
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    for column in COLUMNS:
        if column.kind in ("count", "share"):
            table[column.name] = table[column.name].astype(float)
    return Findings.of("knowledge", COLUMNS, table, items)


def _response_rates(eco: Ecosystem, rows: list[dict[str, object]], items: list[Finding]) -> None:
    asked = [invitation for invitation in eco.records.invitations if invitation.asked]
    not_asked = tuple(invitation.key for invitation in eco.records.invitations if not invitation.asked)
    answered = eco.records.answered
    for sector in ("all", *sorted({invitation.sector for invitation in asked})):
        group = [invitation for invitation in asked if sector in ("all", invitation.sector)]
        if not group:
            continue
        did = [invitation for invitation in group if invitation.key in answered]
        silent = tuple(sorted(invitation.key for invitation in group if invitation.key not in answered))
        size = sum(invitation.size for invitation in group)
        share = len(did) / len(group)
        by_size = sum(invitation.size for invitation in did) / size if size else share
        rows.append(_row("response_rate", sector, numerator=len(did), denominator=len(group), share=share, by_size=by_size))
        items.append(
            Finding(
                id=finding_id("response_rate", group=str(sector)),
                analysis="knowledge",
                kind="response_rate",
                status="information",
                message="knowledge.response_rate" if sector == "all" else "knowledge.response_rate.sector",
                values={
                    "sector": str(sector),
                    "answered": len(did),
                    "asked": len(group),
                    "share": share,
                    "by_size": by_size,
                    "silent": silent,
                    "n_silent": len(silent),
                    "not_asked": not_asked if sector == "all" else (),
                    "n_not_asked": len(not_asked) if sector == "all" else 0,
                },
                areas=(CITY,),
                group=str(sector),
                known=share,
                possible=share,
                numerator=float(len(did)),
                denominator=float(len(group)),
                weight=1e15 if sector == "all" else float(len(silent)),
                silent=silent,
                next_step="knowledge.response_rate.next",
            )
        )


def _response_rates_by_size(eco: Ecosystem, rows: list[dict[str, object]]) -> None:
    """One row per size class, smallest first; none where the list tells no sizes (then all weigh the same)."""
    asked = [invitation for invitation in eco.records.invitations if invitation.asked]
    if len({invitation.size for invitation in asked}) < 2:
        return
    answered = eco.records.answered
    for at, least in enumerate(SIZE_CLASSES):
        below = SIZE_CLASSES[at + 1] if at + 1 < len(SIZE_CLASSES) else float("inf")
        group = [invitation for invitation in asked if least <= invitation.size < below]
        if group:
            did = [invitation for invitation in group if invitation.key in answered]
            size = sum(invitation.size for invitation in group)
            name = f"{max(least, 1):g}-{below - 1:g}" if below < float("inf") else f"{least:g}+"
            share = len(did) / len(group)
            by_size = sum(invitation.size for invitation in did) / size if size else share
            rows.append(_row("response_rate_by_size", name, numerator=len(did), denominator=len(group), share=share, by_size=by_size))


def _old_answers(eco: Ecosystem, rows: list[dict[str, object]], items: list[Finding]) -> None:
    """Organizations whose newest answer is older than `old_after_days` of the city on its date."""
    newest: dict[str, dt.date] = {}
    for response in eco.records.responses:
        if response.method in OWN_WORD and response.date is not None:
            newest[response.organization] = max(response.date, newest.get(response.organization, response.date))
    since = eco.city.as_of - dt.timedelta(days=eco.city.survey.old_after_days)
    old = tuple(sorted(key for key, date in newest.items() if date < since))
    if not old:
        return
    share = len(old) / len(newest)
    rows.append(_row("old_answers", "all", numerator=len(old), denominator=len(newest), share=share))
    items.append(
        Finding(
            id=finding_id("old_answers"),
            analysis="knowledge",
            kind="old_answers",
            status="information",
            message="knowledge.old_answers",
            values={"n": len(old), "total": len(newest), "date": since.isoformat(), "orgs": old},
            areas=(CITY,),
            known=share,
            possible=share,
            numerator=float(len(old)),
            denominator=float(len(newest)),
            weight=float(len(old)),
            next_step="knowledge.old_answers.next",
        )
    )


def _unknown_fields(eco: Ecosystem, coverage: Coverage, rows: list[dict[str, object]], items: list[Finding]) -> None:
    deliveries = [d for d in eco.records.deliveries if not (d.is_baseline or d.is_placeholder)]
    areas_of = {delivery: _areas_of(coverage, delivery) for delivery in coverage.deliveries}
    for name, read in FACTS.items():
        values = {delivery.id: read(eco.services[delivery.service], delivery) for delivery in deliveries}
        asked = {key: value for key, value in values.items() if not (isinstance(value, Unknown) and value.reason == "not_asked")}
        unknown = tuple(sorted(key for key, value in asked.items() if isinstance(value, Unknown)))
        if not asked:
            continue
        share = len(unknown) / len(asked)
        rows.append(_row("unknown_field", name, numerator=len(unknown), denominator=len(asked), share=share))
        for area_id in coverage.area_ids:
            here = [key for key in asked if area_id in areas_of.get(key, ())]
            if here:
                blank = sum(key in unknown for key in here)
                rows.append(_row("unknown_field", name, area_id, numerator=blank, denominator=len(here), share=blank / len(here)))
        if unknown:
            items.append(
                Finding(
                    id=finding_id("unknown_field", group=name),
                    analysis="knowledge",
                    kind="unknown_field",
                    status="not_known",
                    message="knowledge.unknown_field",
                    values={"field": name, "n": len(unknown), "total": len(asked), "share": share},
                    areas=(CITY,),
                    deliveries=unknown,
                    group=name,
                    known=share,
                    possible=share,
                    numerator=float(len(unknown)),
                    denominator=float(len(asked)),
                    weight=float(len(unknown)),
                    evidence=unknown,
                    next_step="knowledge.unknown_field.next",
                    question=name,
                )
            )


def _areas_of(coverage: Coverage, delivery: str) -> frozenset[str]:
    rows = np.unique(coverage.class_area[coverage.presence(delivery).member_possible])
    return frozenset(coverage.area_ids[row] for row in rows)


def _questions(eco: Ecosystem, results: base.Results, options: Options, rows: list[dict[str, object]], items: list[Finding]) -> None:
    not_known = [finding for findings in results.values() for finding in findings if finding.kind == "gap_not_known"]
    settles: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in not_known:
        for delivery_id in finding.deliveries:
            delivery = eco.deliveries[delivery_id]
            if delivery.is_placeholder:
                continue
            for name in SETTLING:
                value = FACTS[name](eco.services[delivery.service], delivery)
                if isinstance(value, Unknown) and value.reason != "not_asked":
                    settles[delivery_id, name].append(finding)
    ranked = sorted(settles, key=lambda key: (-sum(finding.weight for finding in settles[key]), key))
    for rank, (delivery_id, name) in enumerate(ranked):
        findings = settles[delivery_id, name]
        person_hours = sum(finding.weight for finding in findings)
        share = len(findings) / len(not_known)
        rows.append(
            _row("question", name, delivery=delivery_id, numerator=len(findings), denominator=len(not_known), share=share, person_hours=person_hours)
        )
        if rank < options.questions:
            organization = eco.deliveries[delivery_id].organization
            items.append(
                Finding(
                    id=finding_id("question", deliveries=[delivery_id], group=name),
                    analysis="knowledge",
                    kind="question",
                    status="not_known",
                    message="knowledge.question",
                    values={"org": organization, "delivery": delivery_id, "field": name, "n": len(findings), "total": len(not_known)},
                    areas=tuple(sorted({area for finding in findings for area in finding.areas})),
                    deliveries=(delivery_id,),
                    group=name,
                    numerator=float(len(findings)),
                    denominator=float(len(not_known)),
                    weight=person_hours,
                    evidence=base.source_ids(eco, (delivery_id,)),
                    next_step="knowledge.question.next",
                    question=name,
                )
            )


def _row(measure: str, name: str, area_id: str = CITY, *, delivery: str = "", **numbers: float) -> dict[str, object]:
    row: dict[str, object] = {"measure": measure, "name": name, "area_id": area_id, "delivery": delivery}
    for column in COLUMNS[4:]:
        row[column.name] = numbers.get(column.name, float("nan"))
    return row
