"""What do two answers about one thing say together?

They are merged fact by fact: where only one knows, it holds; where they differ, both are kept as a `Dispute` and neither wins. Of disputed
hours and areas, what both say is certain and what either says is possible. A listing never overrules an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ecosystem.records import (
    REQUIREMENTS,
    AreaPart,
    Contact,
    CoverageArea,
    Delivery,
    Dispute,
    Eligibility,
    Location,
    Publish,
    Service,
    Source,
    Unknown,
    UnknownReason,
)
from ecosystem.schedule import Hours
from surveys.places import join
from surveys.privacy import stricter
from surveys.response import fold
from surveys.timetable import agree

_TELLING: tuple[UnknownReason, ...] = ("disputed", "refused", "withheld", "dont_know", "blank", "redacted", "not_asked")


def merge_services(claims: Sequence[Service], *, later_wins: bool = False) -> tuple[Service, tuple[Dispute, ...]]:
    """Return one service from what several answers say of it, oldest first, and the facts in which they differ.

    Types that all name are kept; needs that differ are disputed. With `later_wins` the newest that is known holds.
    """
    if len(claims) == 1:
        return claims[0], ()
    merge = _Facts(claims[-1].key, [claim.sources for claim in claims], later_wins=later_wins)
    types: tuple[str, ...] | Unknown = merge.pick("service_type", [claim.types for claim in claims], same=frozenset, settle=_common)
    needs = merge.pick("needs", [claim.needs for claim in claims], same=frozenset)
    description = next((claim.description for claim in reversed(claims) if claim.description), "")
    return replace(claims[-1], types=types, needs=needs, description=description, sources=merge.sources()), merge.disputes()


def merge_deliveries(claims: Sequence[Delivery], *, later_wins: bool = False) -> tuple[Delivery, tuple[Dispute, ...]]:
    """Return one delivery from what several answers say of it, oldest first, and the facts in which they differ. Inputs are not changed.

    With `later_wins` the newest that is known holds, else facts that differ are in dispute. What is protected in one is protected; of publish
    levels the strictest holds; a place that one answer withholds is withheld.
    """
    last = claims[-1]
    if len(claims) == 1:
        return last, ()
    merge = _Facts(last.id, [claim.sources for claim in claims], later_wins=later_wins)
    focus: CoverageArea | Unknown = merge.pick("area_focus", [claim.focus for claim in claims], settle=_common_area)
    area: CoverageArea | Unknown = merge.pick("area", [claim.area for claim in claims], settle=_either_area)
    both = _common_area([claim.area for claim in claims if not isinstance(claim.area, Unknown)])
    if "area" in merge.disputed and later_wins:
        focus = next(claim.focus for claim in reversed(claims) if not isinstance(claim.area, Unknown))  # a focus is a part of its own area
    elif "area" in merge.disputed and isinstance(focus, Unknown) and not isinstance(both, Unknown) and not isinstance(area, Unknown):
        # what it focuses on is known and what it claims beyond that is possible: just what a disputed area is
        area, focus = replace(area, certain=True), both
    eligibility = Eligibility(
        ages=merge.pick("ages", [claim.eligibility.ages for claim in claims]),
        genders=merge.pick("genders", [claim.eligibility.genders for claim in claims]),
        groups=merge.pick("groups", [claim.eligibility.groups for claim in claims], same=frozenset),
        requirements={
            name: merge.pick(f"requires_{name}", [claim.eligibility.requirements[name] for claim in claims if name in claim.eligibility.requirements])
            for name in REQUIREMENTS
            if any(name in claim.eligibility.requirements for claim in claims)
        },
    )
    capacity = replace(
        last.capacity,
        teams=merge.pick("teams", [claim.capacity.teams for claim in claims]),
        vehicles=merge.pick("vehicles", [claim.capacity.vehicles for claim in claims]),
        slots=merge.pick("slots", [claim.capacity.slots for claim in claims]),
        beds=merge.pick("beds", [claim.capacity.beds for claim in claims]),
        caseload=merge.pick("caseload", [claim.capacity.caseload for claim in claims]),
    )
    life = replace(
        last.life,
        started=merge.pick_date("started", [claim.life.started for claim in claims], min),
        ended=merge.pick_date("ended", [claim.life.ended for claim in claims], max),
        suspended=merge.pick("suspended", [claim.life.suspended for claim in claims]),
        paid=merge.pick("paid", [claim.life.paid for claim in claims]),
        funded=merge.pick("funded", [claim.life.funded for claim in claims]),
    )
    locations = [claim.location for claim in claims]
    withheld = next((value for value in locations if isinstance(value, Unknown) and value.reason == "withheld"), None)
    delivery = replace(
        last,
        mode=merge.pick("mode", [claim.mode for claim in claims]),
        hours=merge.pick("hours", [claim.hours for claim in claims], same=_hours_meaning, settle=agree),
        area=area,
        focus=focus,
        served=merge.pick("area_served", [claim.served for claim in claims]),
        eligibility=eligibility,
        languages=merge.pick("languages", [claim.languages for claim in claims], same=frozenset),
        capacity=capacity,
        life=life,
        routes=merge.pick("routes", [claim.routes for claim in claims], same=frozenset),
        location=withheld if withheld is not None else merge.pick("address", locations, same=_place),
        contact=merge.pick("contact", [claim.contact for claim in claims], settle=_both_contacts),
        publish=_strictest([claim.publish for claim in claims]),
        protected=any(claim.protected for claim in claims),
    )
    hidden = {"address", "longitude", "latitude"} if withheld is not None else set()
    if later_wins and isinstance(focus, Unknown):
        hidden.add("area_focus")
    sources = {fact: source for fact, source in merge.sources().items() if fact not in hidden}
    return replace(delivery, sources=sources), tuple(dispute for dispute in merge.disputes() if dispute.fact not in hidden)


_BESIDE: Mapping[str, Callable[[Any], Hashable]] = {
    "mode": lambda mode: cast(Hashable, mode),
    "hours": lambda hours: _hours_meaning(hours),
    "area": lambda area: (frozenset(area.parts), frozenset(area.exclusions)),
    "languages": lambda languages: frozenset(language.code for language in languages),
}
"""The facts in which a listing is held beside an answer, and what makes two of them the same."""


def beside_listing(own: Delivery, listed: Delivery) -> tuple[Delivery, tuple[Dispute, ...]]:
    """Return what an organization says of a delivery, with what a listing says beside it; and where the two differ.

    The listing never overrules: what the organization answered stays, and a listing that says otherwise is a dispute. What it left blank
    stays unknown, and so possible, with the cell of the listing as a hint of whom and what to ask; what it withheld gets none. Only a public
    phone or web address that it did not give is taken over, unless it withheld them or the place is protected.
    """
    changes: dict[str, Any] = {}
    disputes: list[Dispute] = []
    sources = dict(own.sources)
    for fact, meaning in _BESIDE.items():
        mine, theirs = getattr(own, fact), getattr(listed, fact)
        if isinstance(theirs, Unknown):
            continue
        if not isinstance(mine, Unknown):
            if meaning(mine) != meaning(theirs):
                claims = [cells[fact] for cells in (own.sources, listed.sources) if fact in cells]
                disputes.append(Dispute(own.id, fact, tuple(claims)))
        elif mine.reason in ("blank", "dont_know"):
            changes[fact] = Unknown(mine.reason, listed.sources.get(fact))
    if isinstance(own.contact, Unknown) and own.contact.reason != "withheld" and not own.protected and isinstance(listed.contact, Contact):
        changes["contact"] = listed.contact
        sources |= {fact: cell for fact, cell in listed.sources.items() if fact == "contact"}
    return replace(own, **changes, sources=sources), tuple(disputes)


def beside_listed_service(own: Service, listed: Service) -> Service:
    """Return a service with its types as a listing has them where the organization gave none: what they answer is then possible, not known."""
    if not isinstance(own.types, Unknown) or own.types.reason == "withheld" or isinstance(listed.types, Unknown):
        return own
    cell = listed.sources.get("service_type")
    needs = Unknown("blank", cell) if isinstance(own.needs, Unknown) else own.needs
    return replace(own, types=listed.types, needs=needs, sources={**({"service_type": cell} if cell is not None else {}), **own.sources})


def as_possible(delivery: Delivery) -> Delivery:
    """Return a delivery that only a listing names, of an organization that answered and did not name it: its hours are possible."""
    if isinstance(delivery.hours, Unknown):
        return delivery
    pieces = tuple(replace(piece, certain=False) for piece in delivery.hours.pieces)
    return replace(delivery, hours=replace(delivery.hours, pieces=pieces))


class _Facts:
    """Picks the value of each fact of one record from several claims, oldest first, and keeps what is in dispute."""

    def __init__(self, record: str, sources: Sequence[Mapping[str, Source]], *, later_wins: bool) -> None:
        self.record, self.claimed, self.later_wins = record, sources, later_wins
        self.disputed: dict[str, Dispute] = {}

    def pick(
        self,
        fact: str,
        values: Sequence[Any],
        *,
        same: Callable[[Any], Hashable] = lambda value: cast(Hashable, value),
        settle: Callable[[Sequence[Any]], Any] = lambda _: Unknown("disputed"),
    ) -> Any:
        """Return the one known value; where known ones differ (by `same`), what `settle` makes of them. The value is of the type of `values`."""
        known = [value for value in values if not isinstance(value, Unknown)]
        if not known:
            unknown = [value for value in values if isinstance(value, Unknown)]
            return min(unknown, key=lambda value: (_TELLING.index(value.reason), value.source.id if value.source else ""))
        if len({same(value) for value in known}) == 1:
            return known[-1]
        self._dispute(fact)
        return known[-1] if self.later_wins else settle(known)

    def pick_date(self, fact: str, values: Sequence[Any], choose: Callable[[list[Any]], Any]) -> Any:
        """Return the one date given; where they differ the one that `choose` takes, so that the doubt never ends a life."""
        known = [value for value in values if value is not None]
        if len(set(known)) > 1:
            self._dispute(fact)
        return (known[-1] if self.later_wins else choose(known)) if known else None

    def _dispute(self, fact: str) -> None:
        claims = [sources[fact] for sources in self.claimed if fact in sources]
        self.disputed[fact] = Dispute(self.record, fact, tuple(sorted(claims, key=lambda s: (str(s.date), s.role, s.file, s.sheet, s.row, s.column))))

    def sources(self) -> dict[str, Source]:
        """The sources of all facts: of each the newest claim's."""
        return {fact: source for sources in self.claimed for fact, source in sources.items()}

    def disputes(self) -> tuple[Dispute, ...]:
        return tuple(self.disputed.values())


def _common(claims: Sequence[tuple[str, ...]]) -> tuple[str, ...] | Unknown:
    shared = tuple(code for code in claims[-1] if all(code in claim for claim in claims))
    return shared or Unknown("disputed")


def _hours_meaning(hours: Hours) -> Hashable:
    return frozenset((piece.kind, piece.when, piece.certain) for piece in hours.pieces), frozenset(hours.exceptions)


def _place(location: Location) -> Hashable:
    return fold(location.address), location.longitude, location.latitude


def _both_contacts(claims: Sequence[Contact]) -> Contact:
    phones = dict.fromkeys(claim.phone for claim in claims if claim.phone)
    urls = dict.fromkeys(claim.url for claim in claims if claim.url)
    return Contact(" / ".join(phones), list(urls)[-1] if urls else "")


def _strictest(levels: Sequence[Publish]) -> Publish:
    result = levels[0]
    for other in levels[1:]:
        result = Publish(
            stricter(result.listing, other.listing),
            stricter(result.address, other.address),
            stricter(result.hours, other.hours),
            stricter(result.contact, other.contact),
        )
    return result


def _either_area(claims: Sequence[CoverageArea]) -> CoverageArea | Unknown:
    """The ground any claim names, not certain. Exclusions hold where all make them."""
    joined = join([replace(claim, exclusions=()) for claim in claims])
    assert joined is not None
    exclusions = tuple(part for part in claims[0].exclusions if all(part in claim.exclusions for claim in claims))
    return replace(joined, exclusions=exclusions, certain=False)


def _common_area(claims: Sequence[CoverageArea]) -> CoverageArea | Unknown:
    """The ground all claims name, as far as it can be said without drawing: whole city, named areas of one geography, equal parts."""
    if not claims or not all(claim.certain for claim in claims):
        return Unknown("disputed")
    parts = list(claims[0].parts)
    for claim in claims[1:]:
        parts = _common_parts(parts, list(claim.parts))
    exclusions = tuple(dict.fromkeys(part for claim in claims for part in claim.exclusions))
    return CoverageArea(tuple(parts), exclusions) if parts else Unknown("disputed")


def _common_parts(ones: list[AreaPart], others: list[AreaPart]) -> list[AreaPart]:
    if any(part.kind == "citywide" for part in others):
        return ones
    if any(part.kind == "citywide" for part in ones):
        return others
    shared: list[AreaPart] = []
    for one in ones:
        for other in others:
            if one == other:
                shared.append(one)
            elif one.kind == other.kind == "areas" and one.geography == other.geography:
                ids = tuple(sorted(set(one.area_ids) & set(other.area_ids)))
                if ids:
                    shared.append(AreaPart("areas", one.geography, ids))
    return shared
