"""What is really so in Riverbend, before anybody writes it down badly?

An `Intent` is one invented city, clean: who was asked and who answered, every delivery with its hours, ground, people and money, and
which of these facts its provider kept back. `ecosystem.demo.story` plants one per seed; `ecosystem.demo.questionnaires` puts the mess on
it; `ecosystem.demo.truth` works out from it, by brute force, what a right analysis must find.

Terms: a `Provision` is one delivery of one service. A fact is a value or `Missing`, with how it is missing. A `Week` is a list of shifts.
An `Extent` is the ground a provision serves. Nothing here is shared with the code that is put to the test.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from ecosystem.demo.ground import Ground

T = TypeVar("T")

LANGUAGE_CODES: Mapping[str, str] = {"English": "en", "Spanish": "es", "Somali": "so", "all languages": "*"}
"""Languages as the form names them, by code; `*` is an interpreter line for every one."""

AS_OF = dt.date(2026, 10, 1)
RESIDENTS = 214_000
MINUTES = 10_080
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Form = Literal["city", "partners", "health"]
"""Which file an organization answered in: each has questions of its own."""
How = Literal["not asked", "blank", "don't know", "withheld", "unreadable"]
Strength = Literal["staff", "interpreter", "materials"]
Mode = Literal["walk-in", "by appointment", "mobile", "phone", "online", "residential", "in an institution"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the answer does not tell, how it does not, and what stands in the cell instead."""

    how: How
    text: str = ""


NOT_ASKED = Missing("not asked")
BLANK = Missing("blank")


@dataclass(frozen=True, slots=True)
class Shift:
    """From `opens` to `closes` ("HH:MM", "24:00") on each of `days` (0 = Monday). Closing at or before opening is the next day."""

    days: tuple[int, ...]
    opens: str
    closes: str

    @property
    def length(self) -> int:
        """Minutes of one shift."""
        start, end = _minute(self.opens), _minute(self.closes)
        return end - start if end > start else end - start + 1_440


Week = tuple[Shift, ...]


def week(text: str) -> Week:
    """Return shifts written as "Mo-Fr 08:00-17:00, Sa 10:00-14:00", "daily 06:00-22:00" or "24/7".

    >>> week("Fr-Su 21:00-03:00")[0].days, week("24/7")[0].length
    ((4, 5, 6), 1440)
    """
    shifts = []
    for part in text.replace("24/7", "daily 00:00-24:00").split(", "):
        match = re.fullmatch(r"(daily|[A-Z][a-z](?:-[A-Z][a-z])?) (\d\d:\d\d)-(\d\d:\d\d)", part)
        if not match:
            raise ValueError(f"{part!r} is not a shift")
        first, last = (0, 6) if match[1] == "daily" else (DAYS.index(match[1][:2]), DAYS.index(match[1][-2:]))
        shifts.append(Shift(tuple(range(first, last + 1)), match[2], match[3]))
    return tuple(shifts)


def minutes_of(shifts: Week) -> bytearray:
    """Return one byte per minute of the week, 1 where a shift runs, minute by minute and past Sunday midnight.

    >>> sum(minutes_of(week("Mo-Fr 00:00-24:00"))), minutes_of(week("Su 23:00-01:00"))[0]
    (7200, 1)
    """
    minutes = bytearray(MINUTES)
    for shift in shifts:
        for day in shift.days:
            start = day * 1_440 + _minute(shift.opens)
            for minute in range(start, start + shift.length):
                minutes[minute % MINUTES] = 1
    return minutes


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


@dataclass(frozen=True, slots=True)
class Extent:
    """The ground a provision serves: the whole city, whole areas by id, or a shape that cuts through areas.

    `said` is how its provider puts it, e.g. "Precinct 1; Precinct 2". `but` are ids of areas it leaves out and `but_said` its words for them.
    `wkt` is a shape in EPSG:4326; `circle` is (longitude, latitude, radius in metres).
    """

    said: str
    citywide: bool = False
    areas: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()
    but_said: str = ""
    wkt: str = ""
    circle: tuple[float, float, float] | None = None

    @property
    def is_cut(self) -> bool:
        """Whether it may serve a part of an area."""
        return bool(self.wkt) or self.circle is not None


CITYWIDE = Extent("citywide", citywide=True)


@dataclass(frozen=True, slots=True)
class Provision:
    """One delivery of one service, as it really is, less what its provider did not tell.

    `hours` are those that count for coverage by its way of working; `intake` are a place's admission hours, which then count instead.
    `second_hours` are what another person of the same organization answered. `needs` are the needs stated.
    """

    organization: str
    service: str
    types: tuple[str, ...] | Missing
    needs: tuple[str, ...] | Missing
    mode: Mode | Missing
    hours: Week | Missing
    extent: Extent | Missing
    focus: Extent | None = None
    intake: Week | None = None
    second_hours: Week | None = None
    site: str = ""
    languages: tuple[tuple[str, Strength], ...] | Missing = BLANK
    ages: tuple[int | None, int | None] | Missing = BLANK
    teams: int | Missing = BLANK
    vehicles: int | Missing = BLANK
    beds: int | None = None
    routes: tuple[str, ...] | Missing = BLANK
    refers_to: tuple[str, ...] = ()
    ride: bool | None = None
    phone: str = ""
    address: str = ""
    place: tuple[float, float] | None = None
    confidential: bool = False
    started: dt.date | None = None
    ended: dt.date | None = None
    suspended: bool = False
    funded: bool | None = None
    paid: bool | None = None
    description: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this delivery and no other: organization, service, site."""
        return self.organization, self.service, self.site

    def is_live(self, on: dt.date) -> bool:
        """Operating, not ended, not suspended by its own word; money never ends it."""
        begun = self.started is None or self.started <= on
        return begun and (self.ended is None or on <= self.ended) and not self.suspended


@dataclass(frozen=True, slots=True)
class Party:
    """One organization on the list of those who matter. `form` is the file it answered in, None where it did not answer.

    `areas` are area ids it is known to serve (empty: anywhere), `likely_needs` need codes. `alias` is what its respondent called it instead of
    its name; `comments` are its own words: (question, text).
    """

    key: str
    name: str
    sector: str
    form: Form | None
    likely_needs: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    asked: bool = True
    size: int = 10
    alias: str = ""
    role: str = "director"
    answered_on: dt.date | None = None
    also_known_as: str = ""
    comments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """A funding line known to the office. `service` empty means the whole organization; `manager` None means nobody is named."""

    id: str
    funder: str
    organization: str
    service: str
    program: str
    amount_usd: int
    starts: dt.date
    ends: dt.date
    manager: str | None
    includes: str = ""
    paid: bool | None = None
    renewable: bool | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Residents of one area, and how many of them are of each group."""

    residents: int
    somali_speakers: int = 0
    limited_english: int = 0
    youth: int = 0


@dataclass(frozen=True, slots=True)
class Intent:
    """One clean city. `parties` include those who did not answer and those who were never asked."""

    seed: int
    ground: Ground
    people: Mapping[str, People]
    parties: tuple[Party, ...]
    provisions: tuple[Provision, ...]
    grants: tuple[Grant, ...]
    as_of: dt.date = AS_OF
    gap_share: float = 0.5
    slot_minutes: int = 30
    shootings_then: tuple[str, ...] = ()
    """Areas where most shootings were three years ago, by id: where outreach still walks."""
    shootings_now: tuple[str, ...] = ()
    """Areas where most shootings are today, between 22:00 and 03:00."""
    eligible_calls_a_week: int = field(default=0)
    """Calls a week that a crisis team could take."""

    @property
    def asked(self) -> tuple[Party, ...]:
        """Those who were asked."""
        return tuple(party for party in self.parties if party.asked)

    @property
    def answered(self) -> tuple[Party, ...]:
        """Those who answered."""
        return tuple(party for party in self.parties if party.form is not None)

    @property
    def silent(self) -> tuple[Party, ...]:
        """Those who were asked and did not answer."""
        return tuple(party for party in self.parties if party.asked and party.form is None)

    def party(self, key: str) -> Party:
        """Return the party with this key; raises KeyError."""
        for party in self.parties:
            if party.key == key:
                return party
        raise KeyError(key)

    def provision(self, organization: str, service: str = "") -> Provision:
        """Return an organization's provision, the one of this service if named; raises KeyError."""
        for provision in self.provisions:
            if provision.organization == organization and service in ("", provision.service):
                return provision
        raise KeyError(organization)


def told(fact: T | Missing, default: T) -> T:
    """Return a fact, or `default` where it is missing."""
    return default if isinstance(fact, Missing) else fact
