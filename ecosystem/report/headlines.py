"""Which findings stand on the first page, and which decisions follow from them?

One rule, printed in the report's method: findings are grouped, and the groups are told in five kinds: hours with no one on duty, needs that
nobody answers, money that ends, what is not known, and help that cannot be replaced. The heaviest group of each kind comes first, then the
second of each, until there are five. Each decision is the next step of one of these findings, in the same order.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from ecosystem.findings import CITY, Finding
from ecosystem.records import Contract, Unknown, known_or
from ecosystem.report.document import Item
from ecosystem.report.grouping import Group, group_by_area, group_findings, group_shared_holes
from ecosystem.report.material import Material
from ecosystem.schedule import ALWAYS

SOON_DAYS = 183
"""A contract that ends within half a year must be talked about now."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A finding as it stands on the first page, and the decision that follows from it."""

    finding: Item
    decision: Item


def find_headlines(m: Material, most: int = 5) -> tuple[Headline, ...]:
    """Return the first `most` headlines: the heaviest of each kind, then the second of each kind, and so on."""
    by_kind = [tell(m) for tell in KINDS]
    in_turn = [headline for round_ in itertools.zip_longest(*by_kind) for headline in round_ if headline is not None]
    return tuple(in_turn[:most])


def _hours(m: Material) -> list[Headline]:
    return [_hole(m, group) for group in shared_holes(m)]


def _hole(m: Material, group: Group) -> Headline:
    first = group.findings[0]
    values = {"hours": group.when.hours if group.when else 0.0, "field": m.quoted(group.needs), "run": first.values["run"]}
    return Headline(
        Item(
            m.say("front.hole.title", **values),
            m.join(m.say("front.hole", **values, first=m.where(group.areas)), m.home_to(first.people)),
            m.say_heard("front.hole.how"),
            group.ids[:1],
            "hours",
        ),
        Item(
            m.say("decision.hole.title", **values),
            m.join(m.say("decision.hole", **values), m.next_step(first), first_hour(m, first)),
            chapter="hours",
        ),
    )


def _nobody(m: Material) -> list[Headline]:
    headlines = []
    for group in nobody_anywhere(m) + nobody_in_areas(m):
        is_city = group.areas == (CITY,)
        key = "front.nobody" if is_city else "front.nobody_in"
        values = {"field": m.quoted(group.needs), "n": len(group.needs), "first": m.where(group.areas)}
        finding = Item(
            m.say(f"{key}.title", **values),
            m.join(m.say(key, **values), "" if is_city else m.home_to(group.people)),
            m.say_heard("front.nobody.how"),
            group.ids[:1],
            "gaps",
        )
        decision = Item(m.say(f"decision.{key.removeprefix('front.')}.title", **values), m.next_step(group.findings[0]), chapter="gaps")
        headlines.append(Headline(finding, decision))
    return headlines


def _money(m: Material) -> list[Headline]:
    ending = ending_soon(m)
    if not ending:
        return []
    unmanaged = [contract for contract in ending if is_unmanaged(contract)]
    told = unmanaged or list(ending)
    by = max(contract.ends for contract in told if isinstance(contract.ends, dt.date))
    key = "front.contracts" if unmanaged else "front.contracts_end"
    names = [name for contract in told if (name := contract_name(m, contract))]
    finding = Item(
        m.say(f"{key}.title", n=len(told), date=by),
        m.say(key, n=len(told), field=names) if names else m.say("front.contracts.hidden"),
        m.say("front.contracts.how", total=len(m.eco.records.contracts)),
        chapter="funding",
    )
    decision_key = "decision.contracts" if unmanaged else "decision.contracts_end"
    return [Headline(finding, Item(m.say(f"{decision_key}.title", date=by, n=len(told)), m.say(decision_key), chapter="funding"))]


def _not_known(m: Material) -> list[Headline]:
    headlines = []
    for group in not_known_areas(m):
        silent = m.silent_in(group.areas)
        values = {"areas": group.areas, "n": len(group.needs), "orgs": silent, "field": m.quoted(group.needs)}
        key = "front.not_known" if silent else "front.not_known_answer"
        finding = Item(
            m.say("front.not_known.title", **values),
            m.say(key, **values),
            m.say("front.not_known.how"),
            group.ids[:1],
            "unknown",
        )
        decision = Item(m.say("decision.not_known.title", **values), m.next_step(group.findings[0]), chapter="unknown")
        headlines.append(Headline(finding, decision))
    return headlines


def _irreplaceable(m: Material) -> list[Headline]:
    """Help that looks alike and is not: without one of the two, somebody has nobody."""
    return [_keep(m, finding) for finding in backups(m)]


def _keep(m: Material, finding: Finding) -> Headline:
    keeper = finding.values.get("keeper", finding.deliveries[0])
    key = "front.keep.language" if finding.message != "overlap.redundancy" else "front.keep"
    values = {**finding.values, "delivery": keeper, "deliveries": finding.deliveries, "need": finding.need}
    return Headline(
        Item(m.catalogue.text(f"{finding.message}.title", finding.values), m.say(key, **values), m.say("front.keep.how"), (finding.id,), "overlaps"),
        Item(m.say("decision.keep.title", delivery=keeper), m.next_step(finding), chapter="overlaps"),
    )


KINDS: tuple[Callable[[Material], list[Headline]], ...] = (_hours, _nobody, _money, _not_known, _irreplaceable)


# --------------------------------------------------------------------------------------------------- the groups that first page and chapters share


def shared_holes(m: Material) -> tuple[Group, ...]:
    """Return the runs of the week that many neighborhoods share, over the needs that share them. A whole week is a gap and told there.

    Holes of needs that somebody answers when called stand before those of needs that keep office hours; then the heavier first.
    """
    groups = group_shared_holes(finding for finding in m.findings("holes", "hole_city") if finding.when != ALWAYS)
    return tuple(sorted(groups, key=lambda group: not any(m.is_response(need) for need in group.needs)))


def first_hour(m: Material, finding: Finding) -> str:
    """Return which hour would help most people, in words; empty where many hours are alike."""
    hour = finding.values.get("first_hour")
    return m.say("first_hour", first_hour=hour) if hour else ""


def backups(m: Material) -> list[Finding]:
    """Return the pairs of which one cannot be replaced. Those that look most alike come first, since they are taken for the same most easily:
    of one kind of service, told apart by a language; then the heavier."""

    def kinds(finding: Finding) -> set[str]:
        services = [m.eco.services[m.eco.deliveries[delivery].service] for delivery in finding.deliveries]
        return {types[0] if (types := known_or(service.types, ())) else service.key for service in services}

    found = [finding for finding in m.findings("overlaps", "overlap") if finding.values.get("verdict") == "redundancy"]
    return sorted(found, key=lambda finding: (len(kinds(finding)) > 1, finding.message == "overlap.redundancy", -finding.weight, finding.id))


def nobody_anywhere(m: Material) -> tuple[Group, ...]:
    """Return the needs that nobody in the city answers, as one group if there are any."""
    return group_findings(m.findings("gaps", "gap_city"))


def nobody_in_areas(m: Material) -> tuple[Group, ...]:
    """Return the groups of areas where nobody answers a need at any hour, though somebody does elsewhere."""
    return group_findings(finding for finding in m.findings("gaps", "gap") if finding.when == ALWAYS)


def not_known_areas(m: Material) -> tuple[Group, ...]:
    """Return per area what is not known there, the area with most needs in doubt first; needs in doubt in every area say nothing of one."""
    findings = m.findings("gaps", "gap_not_known")
    areas_of: dict[str, set[tuple[str, ...]]] = {}
    for finding in findings:
        areas_of.setdefault(finding.need, set()).add(finding.areas)
    everywhere = {need for need, areas in areas_of.items() if len(areas) >= len(m.inhabited) > 1}
    local = [finding for finding in findings if finding.need not in everywhere]
    groups = group_by_area(local)
    return tuple(sorted(groups, key=lambda group: (-len(m.silent_in(group.areas)), -len(group.needs))))


def ending_soon(m: Material) -> tuple[Contract, ...]:
    """Return the contracts that end within `SOON_DAYS` after the city's date, the next one first."""
    until = m.city.as_of + dt.timedelta(days=SOON_DAYS)
    ending = [(contract.ends, contract.id, contract) for contract in m.eco.records.contracts if isinstance(contract.ends, dt.date)]
    return tuple(contract for ends, _, contract in sorted(ending, key=lambda entry: entry[:2]) if m.city.as_of <= ends <= until)


def is_unmanaged(contract: Contract) -> bool:
    """Whether the place for its manager was left empty; hidden or never asked is something else."""
    return isinstance(contract.manager, Unknown) and contract.manager.reason in ("blank", "dont_know")


def contract_name(m: Material, contract: Contract) -> str:
    """Return what a contract pays for, with who receives it; empty where the edition shows neither."""
    organization = m.eco.names.organizations.get(contract.organization, contract.organization)
    return f"{contract.program} ({organization})" if contract.program and organization else contract.program or organization
