"""Who can come for a need, to a place, at a minute of the week, for this person?

Three lists, in the words of the cube. *Known*: certainly there at that minute for that need and person, in the place or a part of it.
*Possible*: may be open, not confirmed, with the reasons why it is not. *Other*: certainly there then, but not for this person (another
language or age). Police, fire and EMS are the baseline, apart. The state of the place follows the rule of areas: covered where fewer than
`gap_share` of its residents have nobody known, nobody where at least `gap_share` have nobody known and nobody possible, else not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosystem.coverage import Coverage, Presence, Resident, fits
from ecosystem.graph import answered_needs
from ecosystem.query.facts import Fact, facts_of
from ecosystem.records import AreaPart, Contact, CoverageArea, Unknown, known_or, normalize_name
from ecosystem.schedule import DAY, WEEK, Schedule

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem
    from ecosystem.messages import Catalogue

State = Literal["covered", "not_known", "nobody", "no_residents"]
Doubt = Literal["hours", "mode", "area", "needs", "person", "conditional", "placeholder"]

_DAY_WORDS = (
    ("mo", "mon", "monday", "lu", "lun", "lunes"),
    ("tu", "tue", "tues", "tuesday", "ma", "mar", "martes"),
    ("we", "wed", "weds", "wednesday", "mi", "mie", "miercoles"),
    ("th", "thu", "thur", "thurs", "thursday", "ju", "jue", "jueves"),
    ("fr", "fri", "friday", "vi", "vie", "viernes"),
    ("sa", "sat", "saturday", "sab", "sabado"),
    ("su", "sun", "sunday", "do", "dom", "domingo"),
)
_DAYS = {word: day for day, words in enumerate(_DAY_WORDS) for word in words}
_CLOCK_WORDS = {"noon": DAY // 2, "midday": DAY // 2, "mediodia": DAY // 2, "midnight": 0, "medianoche": 0}
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*h?\s*(?:([ap])\s*\.?\s*m\b\.?)?")
_FILLERS = ("at", "on", "a las", "a la", "el", "los", "de la manana", "de la tarde", "de la noche")


def minute_of_week(text: str) -> int:
    """Return the minute after Monday 00:00 that a day and a time mean, in English or Spanish; raises ValueError saying how to write it.

    >>> minute_of_week("Sat 01:30"), minute_of_week("saturday 1:30 am"), minute_of_week("sábado a la 1.30")
    (7290, 7290, 7290)
    >>> minute_of_week("Friday 11pm"), minute_of_week("viernes 23h"), minute_of_week("Fri noon")
    (7140, 7140, 6480)
    >>> minute_of_week("Sunday 24:00")
    0
    """
    how = f"{text!r} is not a day and a time. Write a day and a clock time, for example 'Sat 01:30', 'Friday 11 pm' or 'sábado 01:30'."
    folded = normalize_name_keeping_time(text)
    match = re.match(r"([a-z]+)\.?,?\s+(.*)$", folded)
    if match is None or match[1] not in _DAYS:
        raise ValueError(how)
    day, clock = _DAYS[match[1]], match[2].strip()
    half = "p" if re.search(r"de la (tarde|noche)$", clock) else "a" if clock.endswith("de la manana") else ""
    for filler in _FILLERS:
        clock = re.sub(rf"(^{filler}\s+|\s+{filler}$)", "", clock).strip()
    if clock in _CLOCK_WORDS:
        return day * DAY + _CLOCK_WORDS[clock]
    read = _CLOCK.fullmatch(clock)
    if read is None:
        raise ValueError(how)
    hour, minute, half = int(read[1]), int(read[2] or 0), read[3] or half
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(how)
        hour = hour % 12 + (12 if half == "p" else 0)
    elif read[2] is None and "h" not in clock and hour <= 12:
        raise ValueError(f"{text!r} could be morning or evening. Write am or pm, or the time as 01:00 or 13:00.")
    if minute > 59 or hour * 60 + minute > DAY:
        raise ValueError(how)
    return (day * DAY + hour * 60 + minute) % WEEK


def normalize_name_keeping_time(text: str) -> str:
    """Return the text without accents and case, one space between words; what belongs to a time of day stays.

    >>> normalize_name_keeping_time(" Sábado  01:30 ")
    'sabado 01:30'
    """
    words = text.split()
    return " ".join(normalize_name(word) if word.isalpha() else word.casefold() for word in words)


@dataclass(frozen=True, slots=True)
class Visitor:
    """One delivery that can or may come. `share` is the share of the place's residents it reaches (known or possible, as its list says);
    `doubts` say why it is only possible; `until` is the minute of the week when it stops being there, None where that is not known or never."""

    delivery: str
    organization: str
    name: str
    share: float
    doubts: tuple[Doubt, ...]
    phone: str
    url: str
    routes: tuple[str, ...]
    until: int | None
    proof: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class NextVisit:
    """Who is the first to be certainly there after the asked minute, and when."""

    delivery: str
    name: str
    start: int
    minutes_away: int


@dataclass(frozen=True, slots=True)
class WhoCanCome:
    """The answer to one question: the state of the place and everybody who is or may be there. `areas` are the main areas the place lies in;
    `silent` are keys of organizations that did not answer and could change this."""

    need: str
    place: AreaPart
    areas: tuple[str, ...]
    minute: int
    resident: Resident
    state: State
    known: tuple[Visitor, ...]
    possible: tuple[Visitor, ...]
    other: tuple[Visitor, ...]
    baseline: tuple[Visitor, ...]
    next_known: NextVisit | None
    silent: tuple[str, ...]


def who_can_come(
    eco: Ecosystem,
    *,
    need: str,
    place: AreaPart,
    minute: int,
    as_of: dt.date | None = None,
    resident: Resident | None = None,
    words: Catalogue | None = None,
) -> WhoCanCome:
    """Return who can come for `need` (a code) to `place` (areas of any geography) at `minute` of the week, for this person.

    Counted on `as_of`, by default the date of the city. `words` puts the proofs in a reader's words. Raises NameUnknownError for a need that
    the city does not look at.
    """
    resident = resident or Resident()
    as_of = as_of or eco.city.as_of
    coverage = Coverage.of(eco, as_of=as_of, resident=resident)
    units = _Place(eco, coverage, place)
    row = coverage.index(need)
    known: list[Visitor] = []
    possible: list[Visitor] = []
    depth_known, depth_possible = units.nobody(), units.nobody()
    coming: list[NextVisit] = []
    for column in np.flatnonzero(coverage.answers_possible[row]):
        presence = coverage.presence(coverage.deliveries[column])
        in_known, in_possible = units.of(presence.member_known), units.of(presence.member_possible)
        here = in_known & presence.answers[need]
        if minute in presence.known and here.any():
            depth_known += here
            known.append(_visitor(eco, presence.id, units.share(here), (), presence.known, minute, words))
        else:
            if minute in presence.possible and in_possible.any():
                doubts = _doubts(eco, presence, need, minute, resident, is_area_known=not (in_possible & ~in_known).any())
                possible.append(_visitor(eco, presence.id, units.share(in_possible), doubts, None, minute, words))
            if presence.known and here.any():
                start = _next_start(presence.known, minute)
                coming.append(NextVisit(presence.id, eco.names.deliveries[presence.id], start % WEEK, start - minute))
        depth_possible += in_possible & (minute in presence.possible)
    listed = {visitor.delivery for visitor in (*known, *possible)}
    return WhoCanCome(
        need=need,
        place=place,
        areas=units.areas,
        minute=minute,
        resident=resident,
        state=units.state(depth_known, depth_possible, int(coverage.minimum[row])),
        known=_ordered(known),
        possible=_ordered(possible),
        other=_ordered(_others(eco, need, place, minute, as_of, listed, resident, words)),
        baseline=_ordered(_baseline(eco, minute, words)),
        next_known=min(coming, key=lambda visit: (visit.minutes_away, visit.delivery), default=None),
        silent=tuple(sorted({key for area in units.areas for key in eco.silent(need, area)})),
    )


class _Place:
    """The units of a place and what share of its residents a membership of classes reaches."""

    def __init__(self, eco: Ecosystem, coverage: Coverage, place: AreaPart) -> None:
        inside = eco.geography.membership(CoverageArea((place,)))
        self._class = coverage.unit_class[inside]
        residents = eco.geography.units.residents[inside]
        self._residents = float(residents.sum())
        self._weight = residents / self._residents if self._residents else np.full(len(residents), 1 / max(len(residents), 1))
        self._gap_share = coverage.gap_share
        self.areas = tuple(eco.geography.area_ids[row] for row in np.unique(eco.geography.units.area_index[inside]))

    def nobody(self) -> NDArray[np.int64]:
        return np.zeros(len(self._class), dtype=np.int64)

    def of(self, member: NDArray[np.bool_]) -> NDArray[np.bool_]:
        here: NDArray[np.bool_] = member[self._class]
        return here

    def share(self, here: NDArray[np.bool_]) -> float:
        return round(float(self._weight[here].sum()), 9)

    def state(self, known: NDArray[np.int64], possible: NDArray[np.int64], minimum: int) -> State:
        if not self._residents:
            return "no_residents"
        if 1 - self.share(known >= minimum) < self._gap_share - 1e-9:
            return "covered"
        return "nobody" if 1 - self.share(possible >= minimum) >= self._gap_share - 1e-9 else "not_known"


def _visitor(
    eco: Ecosystem, delivery_id: str, share: float, doubts: tuple[Doubt, ...], hours: Schedule | None, minute: int, words: Catalogue | None
) -> Visitor:
    delivery = eco.deliveries[delivery_id]
    contact = known_or(delivery.contact, Contact())
    return Visitor(
        delivery=delivery_id,
        organization=delivery.organization,
        name=eco.names.deliveries[delivery_id],
        share=share,
        doubts=doubts,
        phone=contact.phone,
        url=contact.url,
        routes=tuple(route.kind for route in known_or(delivery.routes, ()) if isinstance(route.when, Unknown) or minute in route.when),
        until=_end_of_run(hours, minute) if hours is not None else None,
        proof=facts_of(eco, delivery_id, words, only=("service_type", "needs", "mode", "hours", "area", "area_focus", "ages", "languages")),
    )


def _doubts(eco: Ecosystem, presence: Presence, need: str, minute: int, resident: Resident, is_area_known: bool) -> tuple[Doubt, ...]:
    """Why a delivery is only possible at this minute, the most basic reason first."""
    delivery = eco.deliveries[presence.id]
    if delivery.is_placeholder:
        return ("placeholder",)
    doubts: list[Doubt] = []
    if isinstance(delivery.hours, Unknown):
        doubts.append("hours")
    elif isinstance(delivery.mode, Unknown):
        doubts.append("mode")
    elif minute not in presence.known:
        doubts.append("conditional")
    if not is_area_known:
        doubts.append("area")
    if not answered_needs(eco.services[delivery.service], eco.taxonomy)[need].certain:
        doubts.append("needs")
    if fits(delivery, resident) is None:
        doubts.append("person")
    return tuple(doubts) or ("conditional",)


def _others(
    eco: Ecosystem,
    need: str,
    place: AreaPart,
    minute: int,
    as_of: dt.date,
    listed: set[str],
    resident: Resident,
    words: Catalogue | None,
) -> Iterator[Visitor]:
    """Those who are certainly there at that minute, but not for this person."""
    if resident == Resident():
        return
    everyone = Coverage.of(eco, as_of=as_of)
    units = _Place(eco, everyone, place)
    for column in np.flatnonzero(everyone.answers_known[everyone.index(need)]):
        presence = everyone.presence(everyone.deliveries[column])
        reached = units.of(presence.member_known)
        if presence.id not in listed and minute in presence.known and reached.any():
            yield _visitor(eco, presence.id, units.share(reached), (), presence.known, minute, words)


def _baseline(eco: Ecosystem, minute: int, words: Catalogue | None) -> Iterator[Visitor]:
    """Police, fire and EMS, whatever the need: nobody is to think that there is no one to call."""
    for delivery in eco.records.deliveries:
        if delivery.is_baseline:
            yield _visitor(eco, delivery.id, 1.0, (), None, minute, words)


def _ordered(visitors: Iterable[Visitor]) -> tuple[Visitor, ...]:
    """Those who reach most residents first, ties by name."""
    return tuple(sorted(visitors, key=lambda visitor: (-visitor.share, visitor.name, visitor.delivery)))


def _end_of_run(hours: Schedule, minute: int) -> int | None:
    """The minute of the week when the run around `minute` ends, None for always."""
    for start, end in hours.runs():
        if end - start < WEEK and (start <= minute < end or start <= minute + WEEK < end):
            return end % WEEK
    return None


def _next_start(hours: Schedule, minute: int) -> int:
    """The first minute at or after `minute` at which a run begins; it may lie past the week."""
    return min(start if start >= minute else start + WEEK for start, _ in hours.runs())
