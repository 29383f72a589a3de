"""What do we know about each organization, service and delivery, from whom, and what do we not know?

The records follow the Human Services Data Specification: an Organization has Services, a Service has Deliveries (HSDS
`service_at_location`: the service as given from one place, by one mobile team or on one line). Hours, area, eligibility, languages,
capacity and life belong to the delivery. A fact that was not answered is an `Unknown` with its reason; `None` never stands for one.
Every record is frozen; `sources` names the cell each fact came from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from ecosystem.schedule import Hours, Mode, Schedule

T = TypeVar("T")

Method = Literal["questionnaire", "interview", "public listing", "agency data"]
OWN_WORD: frozenset[Method] = frozenset({"questionnaire", "interview"})
"""How an organization speaks for itself. What others say of it (a listing, an agency's data) is no answer and never overrules one."""
UnknownReason = Literal["not_asked", "blank", "dont_know", "withheld", "refused", "redacted", "disputed"]
PublishLevel = Literal["public", "partner", "analyst"]
PUBLISH_LEVELS: tuple[PublishLevel, ...] = ("public", "partner", "analyst")
Sector = Literal["city", "county", "state", "federal", "tribal", "community", "faith", "health", "school", "resident", "business", "other", "unknown"]
Gender = Literal["women", "men", "other"]
LanguageStrength = Literal["staff", "interpreter", "materials"]
Requirement = Literal["residency", "id", "insurance", "referral", "sobriety", "police_report", "immigration_status", "fee"]
REQUIREMENTS: tuple[Requirement, ...] = ("residency", "id", "insurance", "referral", "sobriety", "police_report", "immigration_status", "fee")
RouteKind = Literal[
    "dispatch_911",
    "embedded_911",
    "hotline",
    "line_988",
    "line_311",
    "line_211",
    "police",
    "fire_ems",
    "hospital",
    "school",
    "court",
    "outreach",
    "walk_in",
    "online",
]


@dataclass(frozen=True, slots=True)
class Source:
    """The cell a fact came from: file, sheet, row (as a spreadsheet counts, header = 1), column, the text as given, and how it was asked.

    `opaque_id` stands for the cell where an edition carries no raw text; file, row and text are then empty.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    text: str = ""
    method: Method = "questionnaire"
    role: str = ""
    date: dt.date | None = None
    opaque_id: str = ""

    @property
    def id(self) -> str:
        """An opaque id that says nothing about the cell, for editions that carry no raw text."""
        return self.opaque_id or stable_id("s", self.file, self.sheet, str(self.row), self.column)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is not known, and why. Unknown is never a gap and never coverage."""

    reason: UnknownReason
    source: Source | None = None

    def __bool__(self) -> bool:
        raise TypeError("Unknown is neither true nor false; ask isinstance(value, Unknown)")


NOT_ASKED = Unknown("not_asked")
BLANK = Unknown("blank")


def known_or(value: T | Unknown, default: T) -> T:
    """Return the fact, or `default` where it is not known."""
    return default if isinstance(value, Unknown) else value


def stable_id(prefix: str, *parts: str) -> str:
    """Return an id derived from `parts` alone: the same today, tomorrow and on another machine.

    >>> stable_id("d", "harbor-hill", "advocates", "") == stable_id("d", "harbor-hill", "advocates", "")
    True
    """
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()
    return f"{prefix}-{digest}"


def normalize_name(text: str) -> str:
    """Return a name folded for comparison: no accents, case, punctuation or spare space.

    >>> normalize_name("  Willard \\u2010 Hay  "), normalize_name("Steven's Square")
    ('willard hay', 'stevens square')
    """
    if text.isascii():
        folded = text.casefold().replace("&", " and ").replace("'", "")
    else:
        folded = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ").replace("'", "").replace("’", "")
        folded = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", folded))


@dataclass(frozen=True, slots=True)
class AreaPart:
    """One piece of a service area: named areas of one geography, a radius, a drawn polygon, or the whole city.

    Of the whole city, `geography` says whether it is more: region, county, state, nation. `area_ids` name areas of `geography`. `radius_m` is
    metres around (`longitude`, `latitude`), EPSG:4326. `wkt` is a polygon in EPSG:4326. Exactly one of the four is used, as `kind` says.
    """

    kind: Literal["areas", "radius", "polygon", "citywide"]
    geography: str = ""
    area_ids: tuple[str, ...] = ()
    longitude: float = 0.0
    latitude: float = 0.0
    radius_m: float = 0.0
    wkt: str = ""


@dataclass(frozen=True, slots=True)
class CoverageArea:
    """The ground a delivery says it serves: `parts` less `exclusions`.

    `certain` False marks words that cannot be drawn exactly ("mostly", "where clients are"). `unresolved` are names that no geography of
    the city knows: the delivery may be anywhere there, so outside `parts` it counts as possible. `vintage` is the year of the boundaries meant.
    """

    parts: tuple[AreaPart, ...]
    exclusions: tuple[AreaPart, ...] = ()
    certain: bool = True
    unresolved: tuple[str, ...] = ()
    vintage: str = ""

    @property
    def is_citywide(self) -> bool:
        """Whether one of the parts is the whole city, whatever is taken out of it."""
        return any(part.kind == "citywide" for part in self.parts)


CITYWIDE = CoverageArea((AreaPart("citywide"),))


@dataclass(frozen=True, slots=True)
class Language:
    """A language a delivery works in. `code` is BCP 47 (`so`, `es`); `*` with `interpreter` is a line for every language. `when` None means
    whenever it is open."""

    code: str
    strength: LanguageStrength
    when: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may come. `ages` is (least, most) in years, each None where there is no bound; `genders` empty means everyone; `groups` are words
    for whom it is made (`youth`, `veterans`, `lgbtq`, `immigrants` ...), empty means everyone; `requirements` say what is asked at the door."""

    ages: tuple[int | None, int | None] | Unknown = NOT_ASKED
    genders: frozenset[Gender] | Unknown = NOT_ASKED
    groups: tuple[str, ...] | Unknown = NOT_ASKED
    requirements: Mapping[Requirement, bool | Unknown] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much it can do, `as_of` a date. A missing number is a bound, never 0."""

    teams: float | Unknown = NOT_ASKED
    vehicles: float | Unknown = NOT_ASKED
    slots: float | Unknown = NOT_ASKED
    beds: float | Unknown = NOT_ASKED
    caseload: float | Unknown = NOT_ASKED
    as_of: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """Whether it works on a date. Unfunded is normal; unpaid or with its contract ended is live but at risk; unknown funding never ends a life."""

    started: dt.date | None = None
    ended: dt.date | None = None
    suspended: bool | Unknown = NOT_ASKED
    paid: bool | Unknown = NOT_ASKED
    funded: bool | Unknown = NOT_ASKED

    def is_live(self, on: dt.date) -> bool:
        """Operating, not ended, not suspended by its own word. `ended` is the last day."""
        if self.started is not None and on < self.started:
            return False
        if self.ended is not None and on > self.ended:
            return False
        return not known_or(self.suspended, False)


@dataclass(frozen=True, slots=True)
class Location:
    """A place with its address and, if given, its point in EPSG:4326. A missing point is never made from an address."""

    address: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """What everyone may use to reach it: a phone as written, a web address."""

    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Publish:
    """Who may see each group of fields."""

    listing: PublishLevel = "public"
    address: PublishLevel = "public"
    hours: PublishLevel = "public"
    contact: PublishLevel = "public"


@dataclass(frozen=True, slots=True)
class Route:
    """How a need reaches a delivery. `when` is the route's own hours; unknown hours leave it possible."""

    kind: RouteKind
    when: Schedule | Unknown = NOT_ASKED
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """An agency or community organization. `key` is the invitation's key if it was invited, else derived from the name."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    sector: Sector = "unknown"
    parent: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Service:
    """What is offered. `types` are codes of the taxonomy, the first is the main one; `needs` are the needs the provider stated, NOT_ASKED
    where the questionnaire had no such question."""

    key: str
    organization: str
    name: str
    types: tuple[str, ...] | Unknown = BLANK
    needs: tuple[str, ...] | Unknown = NOT_ASKED
    description: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A service as given from one place, by one mobile team or on one line.

    `area` is the area it claims, `focus` the part it works in most, `served` where last year's clients lived. `protected` places are
    never drawn, measured or listed outside the analyst edition. `is_placeholder` marks what `redact` put in place of a protected delivery:
    citywide, placeless, counted as possible only. `is_baseline` marks police, fire and EMS: shown apart, not an answer.
    """

    id: str
    organization: str
    service: str
    name: str
    site: str = ""
    mode: Mode | Unknown = BLANK
    hours: Hours | Unknown = BLANK
    area: CoverageArea | Unknown = BLANK
    focus: CoverageArea | Unknown = NOT_ASKED
    served: CoverageArea | Unknown = NOT_ASKED
    eligibility: Eligibility = Eligibility()
    languages: tuple[Language, ...] | Unknown = NOT_ASKED
    capacity: Capacity = Capacity()
    life: Life = Life()
    routes: tuple[Route, ...] | Unknown = NOT_ASKED
    location: Location | Unknown = NOT_ASKED
    contact: Contact | Unknown = NOT_ASKED
    publish: Publish = Publish()
    protected: bool = False
    is_placeholder: bool = False
    is_baseline: bool = False
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False)


def delivery_id(organization: str, service: str, site: str) -> str:
    """Return the id of a delivery: from organization key, service and site, never from a row number or the hours."""
    return stable_id("d", organization, normalize_name(service), normalize_name(site))


@dataclass(frozen=True, slots=True)
class Invitation:
    """One organization on the list of those who matter, asked or not. `likely_needs` are need codes and `areas` area ids it may serve."""

    key: str
    name: str
    sector: Sector = "unknown"
    likely_needs: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    asked: bool = True
    size: float = 1.0
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Response:
    """One questionnaire sent back, or talk held: by which role, when, in which wave. `superseded` is an earlier answer kept as history.

    With a `method` that is not in `OWN_WORD` it is what a listing says of the organization, which has not answered by that.
    """

    organization: str
    role: str = ""
    date: dt.date | None = None
    wave: str = ""
    is_complete: bool = True
    superseded: bool = False
    source: Source | None = None
    method: Method = "questionnaire"


@dataclass(frozen=True, slots=True)
class Contract:
    """A funding line: who pays whom for what, until when, and who at the funder manages it. `service` empty means the whole organization."""

    id: str
    funder: str
    organization: str
    service: str = ""
    program: str = ""
    amount_usd: float | Unknown = BLANK
    starts: dt.date | Unknown = BLANK
    ends: dt.date | Unknown = BLANK
    manager: str | Unknown = BLANK
    includes: str = ""
    is_paid: bool | Unknown = NOT_ASKED
    is_renewable: bool | Unknown = NOT_ASKED
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Referral:
    """People are sent from one organization to another. `target` is an organization key, or "" with `target_name` where nobody here has that
    name; `claimed_by` says whose word it is."""

    origin: str
    target: str
    target_name: str
    claimed_by: Literal["origin", "target", "both"] = "origin"
    ride: bool | Unknown = NOT_ASKED
    warm_handoff: bool | Unknown = NOT_ASKED
    written_criteria: bool | Unknown = NOT_ASKED
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """An answer in the provider's own words (barriers, gaps seen, what more money would do). Analyst edition only."""

    organization: str
    question: str
    text: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two sources about one fact that differ: both are kept. Of two answers, what both say is certain and what either says is possible; where
    a listing differs from the organization's own answer, the answer holds."""

    record: str
    fact: str
    claims: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """All records of one city in one edition. Order carries no meaning; `Records.of` sorts by key, so that the order of answers cannot matter."""

    organizations: tuple[Organization, ...] = ()
    services: tuple[Service, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    responses: tuple[Response, ...] = ()
    contracts: tuple[Contract, ...] = ()
    referrals: tuple[Referral, ...] = ()
    comments: tuple[Comment, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @classmethod
    def of(
        cls,
        organizations: Iterable[Organization] = (),
        services: Iterable[Service] = (),
        deliveries: Iterable[Delivery] = (),
        invitations: Iterable[Invitation] = (),
        responses: Iterable[Response] = (),
        contracts: Iterable[Contract] = (),
        referrals: Iterable[Referral] = (),
        comments: Iterable[Comment] = (),
        disputes: Iterable[Dispute] = (),
    ) -> Records:
        """Return the records in their one order. Raises ValueError for two organizations, services or deliveries of one id."""
        records = cls(
            tuple(sorted(organizations, key=lambda o: o.key)),
            tuple(sorted(services, key=lambda s: s.key)),
            tuple(sorted(deliveries, key=lambda d: d.id)),
            tuple(sorted(invitations, key=lambda i: i.key)),
            tuple(sorted(responses, key=lambda r: (r.organization, r.wave, str(r.date), r.role, r.superseded))),
            tuple(sorted(contracts, key=lambda c: c.id)),
            tuple(sorted(referrals, key=lambda r: (r.origin, r.target, r.target_name))),
            tuple(sorted(comments, key=lambda c: (c.organization, c.question, c.text))),
            tuple(sorted(disputes, key=lambda d: (d.record, d.fact))),
        )
        for what, keys in (
            ("organizations", [o.key for o in records.organizations]),
            ("services", [s.key for s in records.services]),
            ("deliveries", [d.id for d in records.deliveries]),
        ):
            twice = sorted({a for a, b in itertools.pairwise(keys) if a == b})
            if twice:
                raise ValueError(f"two {what} have the id {', '.join(twice)}")
        return records

    def organization(self, key: str) -> Organization:
        """Return the organization with this key; raises KeyError."""
        for organization in self.organizations:
            if organization.key == key:
                return organization
        raise KeyError(key)

    def service_of(self, delivery: Delivery) -> Service:
        """Return the service a delivery gives."""
        return next(s for s in self.services if s.key == delivery.service)

    @property
    def answered(self) -> frozenset[str]:
        """Keys of the organizations that sent a questionnaire back or were talked to."""
        return frozenset(r.organization for r in self.responses if r.method in OWN_WORD)
