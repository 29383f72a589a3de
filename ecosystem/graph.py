"""Who is connected to whom, for what, and where did we learn it?

`Ecosystem` holds one city's records in one edition as a networkx MultiDiGraph on its geography. Nodes are organizations, services,
deliveries, areas, needs, routes, funders and agreements; edges say operates, delivers, covers, answers, reached_by, refers_to and funds.
Every node and edge carries `kind` and `sources` (ids of the cells it came from). The graph holds summaries; where and when is asked of
`ecosystem.coverage`, which reads the same two rules from here: what a delivery answers (`answered_needs`) and where (`served_units`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np

from ecosystem.messages import Names
from ecosystem.records import (
    CoverageArea,
    Delivery,
    Invitation,
    Organization,
    Records,
    Service,
    Source,
    Unknown,
    known_or,
    normalize_name,
)
from ecosystem.taxonomy import Taxonomy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.city import City
    from ecosystem.geography import Geography

PRIMARY_TYPES = 3
"""How many of the service types a provider ticked count as what it does; the rest are kept as words (design: one service ticks 14 boxes)."""
SUPPORT = 0.5


class Answer(NamedTuple):
    """How a service answers a need: weight 1 alone, 0.5 in support; certain where the provider said it or was never asked."""

    weight: float
    certain: bool


def answered_needs(service: Service, taxonomy: Taxonomy) -> dict[str, Answer]:
    """Return how a service answers each need, by need code.

    A need the provider stated is certain; its weight comes from the crosswalk, the reviewed judgement of what answers alone, and a need that
    the crosswalk does not join to its kind of service is support (0.5). A need that follows from the crosswalk is certain if the
    questionnaire did not ask for needs and possible if it asked and got no answer. A service of unknown type may answer alone what it
    stated, possibly; without stated needs it answers nothing here and its organization is named among the silent.
    """
    stated, types = service.needs, service.types
    if isinstance(types, Unknown):
        return {} if isinstance(stated, Unknown) else {need: Answer(1.0, False) for need in stated}
    crosswalk: dict[str, float] = {}
    for code in types[:PRIMARY_TYPES]:
        for need, weight in taxonomy.needs_of(code).items():
            crosswalk[need] = max(weight, crosswalk.get(need, 0.0))
    if not isinstance(stated, Unknown):
        return {need: Answer(crosswalk.get(need, SUPPORT), True) for need in stated}
    return {need: Answer(weight, stated.reason == "not_asked") for need, weight in crosswalk.items()}


def served_units(delivery: Delivery, geography: Geography) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (known, possible) membership of every unit of `geography` in the delivery's area, possible including known.

    What it focuses on is known and what it claims beyond that is possible; without a focus the claim is known. An area that is not known, or
    holds names nobody could place, may be anywhere. Words that cannot be drawn exactly are possible only.
    """
    n_units = len(geography.units.residents)
    nowhere = np.zeros(n_units, dtype=bool)
    everywhere = np.ones(n_units, dtype=bool)

    def drawn(area: CoverageArea) -> NDArray[np.bool_]:
        return geography.membership(area)

    area, focus = delivery.area, delivery.focus
    possible = everywhere if isinstance(area, Unknown) or area.unresolved else drawn(area)
    if not isinstance(focus, Unknown):
        known = drawn(focus) if focus.certain else nowhere
        if focus.unresolved:
            possible = everywhere
    elif isinstance(area, Unknown) or not area.certain:
        known = nowhere
    else:
        known = drawn(area)
    if delivery.is_placeholder:
        known = nowhere
    return known, possible | known


@dataclass(frozen=True)
class Ecosystem:
    """One city's community safety ecosystem in one edition: the graph, the records it was built from, and its geography."""

    graph: nx.MultiDiGraph[str]
    records: Records
    geography: Geography
    city: City
    taxonomy: Taxonomy
    edition: str = "analyst"

    @classmethod
    def build(cls, records: Records, geography: Geography, city: City, taxonomy: Taxonomy | None = None, *, edition: str = "analyst") -> Ecosystem:
        """Return the graph of `records`, which must already be redacted for `edition`. Without `taxonomy` by the packaged one. Inputs stay as
        they are."""
        taxonomy = taxonomy or Taxonomy.read()
        return cls(_draw(records, geography, taxonomy), records, geography, city, taxonomy, edition)

    @cached_property
    def organizations(self) -> Mapping[str, Organization]:
        """Organizations by key."""
        return {organization.key: organization for organization in self.records.organizations}

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """Services by key."""
        return {service.key: service for service in self.records.services}

    @cached_property
    def deliveries(self) -> Mapping[str, Delivery]:
        """Deliveries by id."""
        return {delivery.id: delivery for delivery in self.records.deliveries}

    @cached_property
    def names(self) -> Names:
        """What people call areas, organizations (those invited included) and deliveries."""
        organizations = {invitation.key: invitation.name for invitation in self.records.invitations}
        organizations |= {organization.key: organization.name for organization in self.records.organizations}
        deliveries = {}
        for delivery in self.records.deliveries:
            place = f" ({delivery.site})" if delivery.site else ""
            deliveries[delivery.id] = f"{organizations.get(delivery.organization, delivery.organization)}: {delivery.name}{place}"
        return Names(areas=dict(self.geography.area_names), organizations=organizations, deliveries=deliveries)

    def silent(self, need: str = "", area_id: str = "") -> tuple[str, ...]:
        """Return keys of the organizations that could change what we know of a need in an area but did not tell us.

        Those are the invited that did not answer or were never asked, if their likely needs and areas allow it (an empty list allows all), and
        those that answered, or are in a listing, without a word on what kind of service they give.
        """
        keys = {
            invitation.key
            for invitation in self._invited_and_silent
            if (not need or not invitation.likely_needs or need in invitation.likely_needs)
            and (not area_id or not invitation.areas or area_id in invitation.areas)
        }
        return tuple(sorted(keys | self._without_kind))

    @cached_property
    def _invited_and_silent(self) -> tuple[Invitation, ...]:
        answered = self.records.answered
        return tuple(invitation for invitation in self.records.invitations if invitation.key not in answered)

    @cached_property
    def _without_kind(self) -> frozenset[str]:
        with_kind = {service.organization for service in self.records.services if answered_needs(service, self.taxonomy) or _has_type(service)}
        told_of = {response.organization for response in self.records.responses}
        return frozenset(told_of - with_kind - {d.organization for d in self.records.deliveries if d.is_baseline})

    @cached_property
    def heard(self) -> tuple[int, int]:
        """How many of those asked answered, and how many were asked."""
        answered = self.records.answered
        return sum(key in answered for key in self.asked), len(self.asked)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Keys of the organizations that were asked."""
        return tuple(invitation.key for invitation in self.records.invitations if invitation.asked)


def _has_type(service: Service) -> bool:
    return not isinstance(service.types, Unknown)


def _source_ids(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return tuple(sorted({source.id for source in sources.values()}))


def _draw(records: Records, geography: Geography, taxonomy: Taxonomy) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for area_id, name in geography.area_names.items():
        graph.add_node(f"area:{area_id}", kind="area", name=name, sources=())
    for code, need in taxonomy.needs.items():
        graph.add_node(f"need:{code}", kind="need", name=need.name["en"], sources=())
    for organization in records.organizations:
        graph.add_node(
            f"organization:{organization.key}",
            kind="organization",
            name=organization.name,
            sector=organization.sector,
            sources=_source_ids(organization.sources),
        )
    _draw_services(graph, records, geography, taxonomy)
    _draw_relations(graph, records)
    return graph


def _draw_services(graph: nx.MultiDiGraph[str], records: Records, geography: Geography, taxonomy: Taxonomy) -> None:
    answers: dict[str, dict[str, Answer]] = {}
    for service in records.services:
        node, sources = f"service:{service.key}", _source_ids(service.sources)
        graph.add_node(node, kind="service", name=service.name, types=";".join(known_or(service.types, ())), sources=sources)
        graph.add_edge(f"organization:{service.organization}", node, key="operates", kind="operates", sources=sources)
        answers[service.key] = answered_needs(service, taxonomy)
        for need, answer in answers[service.key].items():
            graph.add_edge(node, f"need:{need}", key="answers", kind="answers", weight=answer.weight, certain=answer.certain, sources=sources)
    residents, area_index = geography.units.residents, geography.units.area_index
    n_areas = len(geography.area_ids)
    everyone = np.bincount(area_index, weights=residents, minlength=n_areas)
    for delivery in records.deliveries:
        node, sources = f"delivery:{delivery.id}", _source_ids(delivery.sources)
        mode = "" if isinstance(delivery.mode, Unknown) else delivery.mode
        graph.add_node(node, kind="delivery", name=delivery.name, site=delivery.site, mode=mode, is_baseline=delivery.is_baseline, sources=sources)
        graph.add_edge(f"service:{delivery.service}", node, key="delivers", kind="delivers", sources=sources)
        known, possible = served_units(delivery, geography)
        of_area = {True: np.bincount(area_index, weights=residents * known, minlength=n_areas)}
        of_area[False] = np.bincount(area_index, weights=residents * possible, minlength=n_areas)
        touched = np.bincount(area_index, weights=possible, minlength=n_areas) > 0
        for row in np.flatnonzero(touched):
            whole = everyone[row]
            share_known = float(of_area[True][row] / whole) if whole else 0.0
            share_possible = float(of_area[False][row] / whole) if whole else 0.0
            area = f"area:{geography.area_ids[row]}"
            graph.add_edge(node, area, key="covers", kind="covers", share_known=share_known, share_possible=share_possible, sources=sources)
        for route in known_or(delivery.routes, ()):
            if f"route:{route.kind}" not in graph:
                graph.add_node(f"route:{route.kind}", kind="route", name=route.kind, sources=())
            graph.add_edge(node, f"route:{route.kind}", key="reached_by", kind="reached_by", rule=route.rule, sources=sources)


def _draw_relations(graph: nx.MultiDiGraph[str], records: Records) -> None:
    for referral in records.referrals:
        origin, target = f"organization:{referral.origin}", f"organization:{referral.target}"
        if not referral.target:
            target = f"organization:?{normalize_name(referral.target_name)}"
            graph.add_node(target, kind="organization", name=referral.target_name, sector="unknown", sources=())
        graph.add_edge(
            origin,
            target,
            key="refers_to",
            kind="refers_to",
            claimed_by=referral.claimed_by,
            ride=_said(referral.ride),
            warm_handoff=_said(referral.warm_handoff),
            sources=(referral.source.id,) if referral.source else (),
        )
    for contract in records.contracts:
        funder = f"funder:{normalize_name(contract.funder)}"
        agreement, sources = f"agreement:{contract.id}", _source_ids(contract.sources)
        graph.add_node(funder, kind="funder", name=contract.funder, sources=())
        graph.add_node(
            agreement,
            kind="agreement",
            name=contract.program,
            starts=_said(contract.starts),
            ends=_said(contract.ends),
            manager=_said(contract.manager),
            amount_usd=_said(contract.amount_usd),
            sources=sources,
        )
        graph.add_edge(funder, agreement, key="funds", kind="funds", sources=sources)
        receiver = f"service:{contract.service}" if f"service:{contract.service}" in graph else f"organization:{contract.organization}"
        if receiver in graph:  # the public edition does not say whom a contract pays
            graph.add_edge(agreement, receiver, key="funds", kind="funds", sources=sources)


def _said(value: object) -> str:
    """A fact as graph text: 'unknown' with its reason where it is not known, yes / no for booleans."""
    if isinstance(value, Unknown):
        return f"unknown ({value.reason})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
