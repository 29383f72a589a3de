"""Where do two organizations work on the same need for the same people, and what does that mean?

Looks at every pair of deliveries of different organizations that answer a need in common and certainly share residents. `shared_area` is
residents both serve over residents the smaller serves, `shared_hours` minutes both are there over minutes the shorter is there. Verdicts,
in this order (GAO's words; a pair is never called a duplicate here, since that takes capacity, language, culture and eligibility of both):

- *paper*: they share residents only through a claim to serve the whole city: in person, no focus stated, and less than a tenth of its residents
  are in the shared ground;
- *complement*: same ground, no common hour: a relay;
- *redundancy*: same ground, same hours, and without one of them some area loses its only cover, for everyone or for those who speak one of
  its languages: worth protecting;
- *shared*: same ground, same hours, and others are there as well: worth a talk, not a cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from ecosystem.analysis import base
from ecosystem.coverage import COVERED, Coverage, Presence, Resident
from ecosystem.findings import Column, Finding, Findings, finding_id
from ecosystem.records import Delivery, Unknown, known_or
from ecosystem.schedule import Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem

Verdict = Literal["paper", "complement", "redundancy", "shared"]


class Options(base.AnalysisOptions):
    """`same_area` and `same_hours`: the least shares at which two count as working on the same ground and at the same hours (design: 0.5).
    `diluted`: a claim to the whole city counts as paper below this share of its residents (design: 0.10)."""

    same_area: float = Field(default=0.5, gt=0, le=1)
    same_hours: float = Field(default=0.5, gt=0, le=1)
    diluted: float = Field(default=0.10, ge=0, le=1)


COLUMNS = (
    Column("delivery_a", "delivery", "One delivery of the pair."),
    Column("delivery_b", "delivery", "The other."),
    Column("needs", "text", "Needs both answer alone, by code."),
    Column("verdict", "text", "paper, complement, redundancy or shared; empty where they share little ground or few hours."),
    Column("shared_residents", "people", "Residents both certainly serve."),
    Column("shared_area", "share", "Shared residents over the residents the smaller of both serves."),
    Column("shared_hours", "hours", "Hours of the week both are certainly there."),
    Column("shared_time", "share", "Shared hours over the hours of the shorter of both."),
    Column("only_through_a", "text", "Where `a` alone keeps an area covered: 'everyone' or languages."),
    Column("only_through_b", "text", "The same for `b`."),
)


def run(eco: Ecosystem, coverage: Coverage, options: Options) -> Findings:
    """Return one row per pair that shares residents and a finding per pair with a verdict."""
    irreplaceable = _irreplaceable(eco, coverage)
    rows: list[dict[str, object]] = []
    items: list[Finding] = []
    for a, b, needs in _pairs(coverage):
        shared = coverage.residents_in(a.member_known & b.member_known)
        of_a, of_b = (coverage.residents_in(side.member_known) for side in (a, b))
        if shared <= 0:
            continue
        both = a.known & b.known
        shared_area = round(shared / min(of_a, of_b), 9)
        shared_time = both.minutes / min(a.known.minutes, b.known.minutes)
        only_a, only_b = (_only_through(irreplaceable, side.id, needs) for side in (a, b))
        claims = [shared / whole for side, whole in ((a, of_a), (b, of_b)) if _claims_the_city(eco.deliveries[side.id])]
        verdict: Verdict | Literal[""] = ""
        if claims and all(share < options.diluted for share in claims):
            verdict = "paper"
        elif shared_area >= options.same_area and not both:
            verdict = "complement"
        elif shared_area >= options.same_area and shared_time >= options.same_hours:
            verdict = "redundancy" if only_a or only_b else "shared"
        row = {
            "delivery_a": a.id,
            "delivery_b": b.id,
            "needs": ";".join(needs),
            "verdict": verdict,
            "shared_residents": shared,
            "shared_area": shared_area,
            "shared_hours": both.hours,
            "shared_time": shared_time,
            "only_through_a": ";".join(only_a),
            "only_through_b": ";".join(only_b),
        }
        rows.append(row)
        if verdict:
            items.append(_finding(eco, coverage, a, b, needs, verdict, row, only_a, only_b))
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    return Findings.of("overlaps", COLUMNS, table, items)


def _pairs(coverage: Coverage) -> Iterator[tuple[Presence, Presence, tuple[str, ...]]]:
    """Pairs of deliveries of different organizations with known hours, ground and at least one need in common, each pair once."""
    presences = {}
    for row, _ in enumerate(coverage.needs):
        for column in np.flatnonzero(coverage.answers_known[row]):
            delivery = coverage.deliveries[column]
            if delivery not in presences:
                presences[delivery] = coverage.presence(delivery)
    usable = [presence for _, presence in sorted(presences.items()) if presence.known and presence.member_known.any()]
    for a, b in combinations(usable, 2):
        needs = tuple(need for need in coverage.needs if a.answers.get(need) and b.answers.get(need))
        if needs and a.organization != b.organization:
            yield a, b, needs


def _only_through(
    irreplaceable: Mapping[tuple[str, str], Mapping[str, float | None]], delivery: str, needs: tuple[str, ...]
) -> dict[str, float | None]:
    """For whom a delivery alone keeps some area covered, over the needs of a pair, and the most people any of them counts."""
    only: dict[str, float | None] = {}
    for need in needs:
        for who, number in irreplaceable.get((delivery, need), {}).items():
            only[who] = max((n for n in (only.get(who), number) if n is not None), default=None)
    return dict(sorted(only.items()))


def _claims_the_city(delivery: Delivery) -> bool:
    """Whether it says it serves the whole city in person without saying where it works most; a telephone really does."""
    in_person = not isinstance(delivery.mode, Unknown) and delivery.mode not in ("phone", "virtual")
    return in_person and isinstance(delivery.focus, Unknown) and not isinstance(delivery.area, Unknown) and delivery.area.is_citywide


def _irreplaceable(eco: Ecosystem, coverage: Coverage) -> Mapping[tuple[str, str], Mapping[str, float | None]]:
    """Per (delivery, need): for whom some area would lose its cover without it, and how many people live there.

    For whom: 'everyone' and the languages its staff speak; the people of a language are counted where the city has a group of its speakers,
    else None. English is not asked, since an English speaker is everyone. Languages count only where a delivery names them.
    """
    languages: dict[str, set[str]] = {}
    for delivery in coverage.deliveries:
        for spoken in known_or(eco.deliveries[delivery].languages, ()):
            if spoken.strength == "staff" and spoken.code not in ("en", "*"):
                languages.setdefault(spoken.code, set()).add(delivery)
    cubes = [("everyone", coverage, set(coverage.deliveries))]
    for code, speakers in sorted(languages.items()):
        cubes.append((code, Coverage.of(eco, as_of=eco.city.as_of, resident=Resident(language=code)), speakers))
    found: dict[tuple[str, str], dict[str, float | None]] = {}
    for who, cube, deliveries in cubes:
        inhabited = base.inhabited(cube)
        people = cube.area_residents if who == "everyone" else _speakers(eco, who)
        covered = {need: (cube.state(need) == COVERED)[inhabited] for need in cube.needs}
        for delivery in sorted(deliveries & set(cube.deliveries)):
            presence = cube.presence(delivery)
            without = cube.without(delivery)
            for need, is_known in presence.answers.items():
                losing = (covered[need] & (without.state(need) != COVERED)[inhabited]).any(axis=1)
                if is_known and losing.any():
                    number = None if people is None else round(float(people[inhabited][losing].sum()), 6)
                    found.setdefault((delivery, need), {})[who] = number
    return found


def _speakers(eco: Ecosystem, language: str) -> NDArray[np.float64] | None:
    """Speakers of a language per area, None where the population table does not count them."""
    group = eco.city.population.languages.get(language, "") if eco.city.population else ""
    units = eco.geography.units
    if group not in units.groups:
        return None
    return np.bincount(units.area_index, weights=units.groups[group], minlength=len(eco.geography.area_ids)).astype(np.float64)


def _finding(
    eco: Ecosystem,
    coverage: Coverage,
    a: Presence,
    b: Presence,
    needs: tuple[str, ...],
    verdict: Verdict,
    row: Mapping[str, object],
    only_a: Mapping[str, float | None],
    only_b: Mapping[str, float | None],
) -> Finding:
    shared_classes = a.member_known & b.member_known & (coverage.class_residents > 0)
    rows = np.unique(coverage.class_area[shared_classes]).tolist()
    areas = tuple(coverage.area_ids[area] for area in rows)
    when = a.known & b.known if verdict != "complement" else a.known | b.known
    keeper, only = (a.id, only_a) if only_a else (b.id, only_b)
    shared, hours = float(str(row["shared_residents"])), float(str(row["shared_hours"]))
    languages = tuple(who for who in only if who != "everyone")
    counted = [number for who, number in only.items() if who != "everyone" and number is not None]
    speakers = sum(counted) if counted and len(counted) == len(languages) else None
    message = f"overlap.{verdict}"
    if verdict == "redundancy" and "everyone" not in only:
        message = "overlap.redundancy.language" if speakers is None else "overlap.redundancy.speakers"
    return Finding(
        id=finding_id("overlap", deliveries=[a.id, b.id]),
        analysis="overlaps",
        kind="overlap",
        status="strength" if verdict in ("complement", "redundancy") else "information",
        message=message,
        values={
            "deliveries": (a.id, b.id),
            "need": needs[0],
            "needs": needs,
            "verdict": verdict,
            "areas": areas,
            "n": len(areas),
            "people": shared,
            "hours": hours,
            "share": float(str(row["shared_area"])),
            "share_hours": float(str(row["shared_time"])),
            "keeper": keeper,
            "languages": languages,
            "speakers": speakers,
            **base.calls_a_year(eco, coverage, needs, rows, when),
        },
        need=needs[0],
        areas=areas,
        deliveries=(a.id, b.id),
        when=when,
        people=shared,
        known=float(str(row["shared_area"])),
        possible=float(str(row["shared_area"])),
        numerator=shared,
        denominator=min(coverage.residents_in(side.member_known) for side in (a, b)),
        weight=_weight(coverage, needs, shared_classes, shared, when if hours else a.known | b.known),
        evidence=base.source_ids(eco, (a.id, b.id)),
        next_step=f"overlap.{verdict}.next",
    )


def _weight(coverage: Coverage, needs: tuple[str, ...], classes: NDArray[np.bool_], shared: float, when: Schedule) -> float:
    """Residents both serve, times hours; where calls are known, the mean over the needs with areas and hours weighted by calls."""
    if not any(need in coverage.demand for need in needs):
        return shared * when.hours
    people = np.bincount(coverage.class_area[classes], weights=coverage.class_residents[classes], minlength=len(coverage.area_ids))
    by_area = {int(area): float(people[area]) for area in np.flatnonzero(people)}
    return float(sum(base.person_hours(coverage, need, by_area, when) for need in needs)) / len(needs)
