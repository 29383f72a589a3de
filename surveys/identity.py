"""Which answers are about the same organization, and what do two answers say together?

Certain, and joined without asking, are: the same invitation key; the same name but for case, accents and punctuation; another or former name
that the answer itself states, where it is no other invited organization's; a person's decision in `decisions/organizations.csv`. Names that are
merely alike are left apart (`duplicates.py` asks about them). Two answers about one delivery are merged fact by fact: where only one knows, it
holds; where they differ, both are kept as a `Dispute` and neither wins. Of disputed hours and areas, what both say is certain and what either
says is possible.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import rapidfuzz.fuzz
import rapidfuzz.process

from ecosystem.errors import Issue
from ecosystem.records import (
    OWN_WORD,
    REQUIREMENTS,
    AreaPart,
    Contact,
    CoverageArea,
    Delivery,
    Dispute,
    Eligibility,
    Invitation,
    Location,
    Publish,
    Service,
    Source,
    Unknown,
    UnknownReason,
    stable_id,
)
from ecosystem.schedule import Hours
from surveys.decisions import Decisions
from surveys.places import join
from surveys.privacy import stricter
from surveys.response import REMEMBERED, fold
from surveys.timetable import agree

LONGEST_SLUG = 60
_FORMER = re.compile(
    r"\s*[,(\[-]?\s*\b(?:formerly(?: known as)?|previously(?: known as)?|f/k/a|fka|d/b/a|dba|a/k/a|aka|also known as|antes(?: llamad[oa])?)\b[:\s]*",
    re.IGNORECASE,
)

_TELLING: tuple[UnknownReason, ...] = ("disputed", "refused", "withheld", "dont_know", "blank", "redacted", "not_asked")


# -- who is who --------------------------------------------------------------------------------------------------------------------------------


def slug(name: str) -> str:
    """Return a key derived from a name alone.

    >>> slug("Harbor Hill, Inc."), slug("???").startswith("o-")
    ('harbor-hill-inc', True)
    """
    words = "-".join(fold(name).split())
    if not words:
        return stable_id("o", name)
    return words if len(words) <= LONGEST_SLUG else f"{words[:LONGEST_SLUG].rstrip('-')}-{stable_id('o', words)[2:]}"


def safe_key(text: str) -> str:
    """Return a key that a city or a respondent gave, as it is where it may stand in a file name and a page, else derived from it.

    >>> safe_key("HH-07"), safe_key("../HH 07"), safe_key("")
    ('HH-07', 'hh-07', '')
    """
    return text if not text or (re.fullmatch(r"\w[\w-]*", text) and len(text) <= LONGEST_SLUG) else slug(text)


@functools.lru_cache(maxsize=REMEMBERED)
def stated_names(name: str) -> tuple[str, ...]:
    """Return the names that a name itself states, the present one first: what stands before and after "formerly" and the like.

    >>> stated_names("Neighborhood Safety (formerly OVP)"), stated_names("Hub d/b/a The Desk, Inc."), stated_names("Akademia")
    (('Neighborhood Safety', 'OVP'), ('Hub', 'The Desk, Inc.'), ())
    """
    pieces = [piece.strip(" ()[],;-") for piece in _FORMER.split(name)]
    return tuple(pieces) if len(pieces) > 1 and all(map(fold, pieces)) else ()


@dataclass(frozen=True, slots=True)
class Claim:
    """How one answer names its organization: name, invitation key and other names, each "" or empty where not given; and where it stands."""

    name: str
    key: str = ""
    aliases: tuple[str, ...] = ()
    source: Source | None = None


@dataclass
class Directory:
    """Which key each name and invitation key belongs to. `names` are what each organization is called; `aliases` its other names, sorted."""

    names: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    by_name: Mapping[str, str] = field(default_factory=dict)
    by_key: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Iterable[Claim], invitations: Sequence[Invitation] = (), decisions: Decisions | None = None) -> Directory:
        """Return who is who among those who answered and those who were invited."""
        return _Merger(tuple(claims), tuple(invitations), decisions or Decisions()).directory()

    def key_of(self, claim: Claim) -> str:
        """Return the organization that a claim belongs to. It must be one of those the directory was made of."""
        if claim.key and (found := self.by_key.get(_fold(claim.key))) is not None:
            return found
        return self.by_name[_fold(claim.name)]

    def find(self, text: str) -> str | None:
        """Return the key of the organization that has this name, alias or key; None where none has."""
        folded = _fold(text)
        return self.by_name.get(folded) or self.by_key.get(folded)

    def candidates(self, text: str, limit: int = 2) -> tuple[str, ...]:
        """Return the names closest to `text`, best first, none that is far off."""
        folded = fold(text)
        if not folded:
            return ()
        found = rapidfuzz.process.extract(folded, list(self.by_name), scorer=rapidfuzz.fuzz.token_sort_ratio, limit=limit, score_cutoff=75)
        return tuple(dict.fromkeys(self.names[self.by_name[name]] for name, _, _ in found))


def _fold(text: str) -> str:
    return fold(text) or text.strip()


class _Merger:
    """Joins names and keys into organizations. Names and keys are nodes of a forest; a tree is one organization."""

    def __init__(self, claims: tuple[Claim, ...], invitations: tuple[Invitation, ...], decisions: Decisions) -> None:
        self.claims, self.invitations, self.decisions = claims, invitations, decisions
        self.parent: dict[tuple[str, str], tuple[str, str]] = {}
        self.invited: dict[tuple[str, str], str] = {}
        self.issues: list[Issue] = []

    def directory(self) -> Directory:
        for invitation in self.invitations:
            node = self._add("key", invitation.key)
            self.invited[self._root(node)] = invitation.key
            self._join(node, self._add("name", invitation.name), None)
        told_apart = self.decisions.told_apart
        for one, other, decision in self.decisions.same:
            if frozenset({_fold(one), _fold(other)}) in told_apart:
                message = f"{one!r} and {other!r} are decided to be one organization and to be two; they were left apart. Take one of the rows out."
                self.issues.append(Issue(decision.file, row=decision.row, code="decision_contradicted", text=one, message=message))
                self.decisions.used.add(decision)
                continue
            known = [self._known(text) for text in (one, other)]
            if self._concerns(one, other):
                self.decisions.used.add(decision)
            self._join(known[0], known[1], None, decided=True)
        ordered = sorted(self.claims, key=lambda claim: (_fold(claim.key), _fold(claim.name), claim.aliases))
        for claim in ordered:
            name = self._add("name", claim.name or claim.key)
            if claim.key and not self._join(self._add("key", claim.key), name, None):
                message = f"the key {claim.key!r} and the name {claim.name!r} belong to two invited organizations; the key was followed."
                self._tell(claim, "key_and_name_differ", message)
        for claim in ordered:
            for alias in claim.aliases:
                if fold(alias) and not self._join(self._claim_node(claim), self._add("name", alias), claim):
                    message = f"the other name {alias!r} is another organization's; they were left apart. Decide in decisions/organizations.csv."
                    self._tell(claim, "organization_ambiguous", message)
        return self._result(ordered)

    def _claim_node(self, claim: Claim) -> tuple[str, str]:
        return ("key", _fold(claim.key)) if claim.key else ("name", _fold(claim.name))

    def _add(self, kind: str, text: str) -> tuple[str, str]:
        node = (kind, _fold(text))
        self.parent.setdefault(node, node)
        return node

    def _known(self, text: str) -> tuple[str, str]:
        key = ("key", _fold(text))
        return key if key in self.parent else self._add("name", text)

    def _concerns(self, *texts: str) -> bool:
        """Whether some answer or invitation bears one of these names."""
        folded = {_fold(text) for text in texts}
        named = {_fold(name) for claim in self.claims for name in (claim.name, claim.key, *claim.aliases)}
        return bool(folded & named) and len(folded & (named | {_fold(t) for i in self.invitations for t in (i.name, i.key)})) == len(folded)

    def _root(self, node: tuple[str, str]) -> tuple[str, str]:
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def _join(self, one: tuple[str, str], other: tuple[str, str], claim: Claim | None, *, decided: bool = False) -> bool:
        """Make two nodes one organization; False where that would make two invited ones the same and nobody `decided` that they are."""
        first, second = sorted((self._root(one), self._root(other)))
        if first == second:
            return True
        if first in self.invited and second in self.invited and not decided:
            return False
        if claim is not None and self.decisions.told_apart & {frozenset({mine, other[1]}) for mine in (one[1], _fold(claim.name))}:
            return True
        self.parent[second] = first
        if second in self.invited:
            self.invited[first] = min(self.invited.pop(second), self.invited.get(first, "\uffff"))
        return True

    def _check_different(self, by_name: Mapping[str, str], by_key: Mapping[str, str], names: Mapping[str, str]) -> None:
        """Tell where two that a person told apart are one for certain."""
        for one, other, decision in self.decisions.different:
            keys = [by_name.get(_fold(text)) or by_key.get(_fold(text)) for text in (one, other)]
            if keys[0] is not None and keys[0] == keys[1]:
                message = (
                    f"{one!r} and {other!r} are decided to be two, but answers join them as {names[keys[0]]!r}: by one invitation key, one name, "
                    "another name they state, or another decision. Take that apart first, or take this row out."
                )
                self.issues.append(Issue(decision.file, row=decision.row, code="decision_contradicted", text=one, message=message))
            if None not in keys:
                self.decisions.used.add(decision)

    def _tell(self, claim: Claim, code: str, message: str) -> None:
        source = claim.source or Source("")
        self.issues.append(Issue(source.file, source.sheet, source.row, source.column, code, "warning", source.text, message, claim.name))

    def _result(self, ordered: Sequence[Claim]) -> Directory:
        trees: dict[tuple[str, str], list[Claim]] = {}
        for claim in ordered:
            trees.setdefault(self._root(self._claim_node(claim)), []).append(claim)
        names: dict[str, str] = {}
        aliases: dict[str, tuple[str, ...]] = {}
        keys: dict[tuple[str, str], str] = {}
        invited_names = {invitation.key: invitation.name for invitation in self.invitations}
        for root in sorted({self._root(node) for node in self.parent}):
            claims = trees.get(root, [])
            own = [claim for claim in claims if claim.source is None or claim.source.method in OWN_WORD]
            given = sorted({claim.name for claim in own or claims if claim.name}) or sorted({claim.name for claim in claims if claim.name})
            if root in self.invited:
                key = self.invited[root]
                name = invited_names[key]
            elif claims:
                name = max(given, key=lambda text: (sum(claim.name == text for claim in claims), [-ord(c) for c in text])) if given else claims[0].key
                stated = sorted({claim.key for claim in claims if claim.key})
                key = safe_key(stated[0]) if stated else slug(name)
            else:
                continue
            if key in names:
                key = stable_id("o", key, name)
            keys[root], names[key] = key, name
            others = {text for claim in claims for text in (claim.name, *claim.aliases) if fold(text) and _fold(text) != _fold(name)}
            aliases[key] = tuple(sorted(others))
        by_name = {node[1]: keys[self._root(node)] for node in self.parent if node[0] == "name" and self._root(node) in keys and node[1]}
        by_key = {node[1]: keys[self._root(node)] for node in self.parent if node[0] == "key" and self._root(node) in keys}
        self._check_different(by_name, by_key, names)
        return Directory(names, aliases, tuple(self.issues), by_name, by_key)


# -- two answers about one thing ---------------------------------------------------------------------------------------------------------------


def merge_services(claims: Sequence[Service]) -> tuple[Service, tuple[Dispute, ...]]:
    """Return one service from what several answers say of it, oldest first. Types that all name are kept; needs that differ are disputed."""
    if len(claims) == 1:
        return claims[0], ()
    merge = _Facts(claims[-1].key, [claim.sources for claim in claims])
    types: tuple[str, ...] | Unknown = merge.pick("service_type", [claim.types for claim in claims], same=frozenset, settle=_common)
    needs = merge.pick("needs", [claim.needs for claim in claims], same=frozenset)
    description = next((claim.description for claim in reversed(claims) if claim.description), "")
    return replace(claims[-1], types=types, needs=needs, description=description, sources=merge.sources()), merge.disputes()


def merge_deliveries(claims: Sequence[Delivery]) -> tuple[Delivery, tuple[Dispute, ...]]:
    """Return one delivery from what several answers say of it, oldest first, and the facts in dispute. Inputs are not changed.

    What is protected in one is protected; of publish levels the strictest holds; a place that one answer withholds is withheld.
    """
    last = claims[-1]
    if len(claims) == 1:
        return last, ()
    merge = _Facts(last.id, [claim.sources for claim in claims])
    focus: CoverageArea | Unknown = merge.pick("area_focus", [claim.focus for claim in claims], settle=_common_area)
    area: CoverageArea | Unknown = merge.pick("area", [claim.area for claim in claims], settle=_either_area)
    both = _common_area([claim.area for claim in claims if not isinstance(claim.area, Unknown)])
    if "area" in merge.disputed and isinstance(focus, Unknown) and not isinstance(both, Unknown) and not isinstance(area, Unknown):
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

    def __init__(self, record: str, sources: Sequence[Mapping[str, Source]]) -> None:
        self.record, self.claimed = record, sources
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
        return settle(known)

    def pick_date(self, fact: str, values: Sequence[Any], choose: Callable[[list[Any]], Any]) -> Any:
        """Return the one date given; where they differ the one that `choose` takes, so that the doubt never ends a life."""
        known = [value for value in values if value is not None]
        if len(set(known)) > 1:
            self._dispute(fact)
        return choose(known) if known else None

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
