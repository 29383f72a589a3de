"""How does a directory become a table of answers, and what does that cost?

A directory, whoever exported it, comes here as trees of HSDS objects (`ecosystem.hsds`): services with their organization and places. Each
service at a place is one row, each of our questions one column, and each cell knows the row of the file it came from. On the way: rules of
opening become days and hours, and one that never opens is told; coordinates that many addresses share are centers of postal codes and are
taken out; what belongs to people is dropped; every field is counted as kept, dropped or guessed, and every loss is an issue.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
import shapely.errors
import shapely.geometry

from ecosystem.errors import Issue, Severity
from ecosystem.hsds import (
    ANSWERS,
    LISTS,
    OWN_ANSWERS,
    OWN_NEEDS,
    OWN_SERVICES,
    OWN_UNITS,
    OWN_URI,
    PERSONAL_FIELDS,
    PERSONAL_OBJECTS,
    Linked,
    Record,
    is_structure,
    list_of,
    own_answer,
)
from ecosystem.schedule import DAY, DAYS, minute_of_day
from ecosystem.schedule_formats import from_hsds, is_own_notes, to_osm
from surveys.response import Origin, Row, Table, clean
from surveys.terms import services_by_term, version

STACKED = 5
"""Addresses that share one coordinate from which it is taken for the center of a postal code."""
STACKED_SHARE = 0.5
"""Where more of a directory's addresses than this stand at such coordinates, none of its coordinates is used."""
YEARS_AHEAD = 5
"""A rule of opening that has no date for so long never opens."""
EARLIEST_NIGHT, LONGEST_NIGHT = 15 * 60, 17 * 60
"""A schedule that closes before it opens and begins before this minute, or lasts for more than these minutes, is a fault and no night."""
SAYS_NOTHING = frozenset({"none", "na", "n/a", "null", "nil", "{}", "[]", "{null}", "{null,null}", "-1", "january 01, 0001", "*required*", "nan"})
"""What exports write where they know nothing."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::\d\d(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_NO_NUMBER = re.compile(r"(\d)\1{2}-\1{3}-\1{4}")
_CLOSED_STATUS = frozenset({"inactive", "defunct", "temporarily closed", "closed", "unavailable"})


@dataclass(slots=True)
class FieldCount:
    """What became of the values of one field: `kept` stand in an answer, `dropped` have no place or must not come in, `guessed` were read
    as something they do not plainly say (these are also kept)."""

    kept: int = 0
    dropped: int = 0
    guessed: int = 0


@dataclass(slots=True)
class Ledger:
    """What became of every field of a directory, and every loss; `mapped` are the terms that our table of terms knows, and how often."""

    fields: dict[str, FieldCount] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    told: set[Issue] = field(default_factory=set)
    mapped: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, *, kept: int = 0, dropped: int = 0, guessed: int = 0) -> None:
        entry = self.fields.setdefault(name, FieldCount())
        entry.kept += kept
        entry.dropped += dropped
        entry.guessed += guessed

    def tell(
        self, record: Record, code: str, message: str, *, severity: Severity = "warning", column: str = "", text: str = "", dropped: str = ""
    ) -> None:
        """Put an issue at the row of a record, once; `dropped` is the field of which a value is lost by it."""
        issue = Issue(record.file, "", record.row, column, code, severity, text, message)
        if issue in self.told:
            return
        self.told.add(issue)
        self.issues.append(issue)
        if dropped:
            self.count(dropped, dropped=1, kept=-1)

    def count_records(self, kind: str, records: Iterable[Record], *, label: str = "") -> None:
        """Count the plain values of records of one kind; lists and objects inside them are counted as their own kinds."""
        first: dict[str, Record] = {}
        for record in records:
            for name in record:
                text = record.text(name)
                if not text or (is_structure(name) and f"{kind}.{name}" not in ANSWERS):
                    continue
                header = f"{label or kind}.{name}"
                first.setdefault(header, record)
                if kind in PERSONAL_OBJECTS or name in PERSONAL_FIELDS or f"{kind}.{name}" not in ANSWERS or says_nothing(text):
                    self.count(header, dropped=1)
                else:
                    self.count(header, kept=1)
        for header, record in first.items():
            name = header.rpartition(".")[2]
            entry = self.fields[header]
            if not entry.dropped or entry.kept:
                continue
            if kind in PERSONAL_OBJECTS or name in PERSONAL_FIELDS:
                message = f"the field is about people; its {entry.dropped} values were dropped and are kept nowhere."
                self.issues.append(Issue(record.file, "", 1, header, "personal_column_dropped", "info", "", message))
            else:
                message = f"no question has a place for this field, so its {entry.dropped} values are not used."
                self.issues.append(Issue(record.file, "", 1, header, "field_dropped", "info", "", message))


@functools.lru_cache(maxsize=65_536)
def says_nothing(text: str) -> bool:
    """Whether a value is only what an export writes where it knows nothing.

    >>> says_nothing("None"), says_nothing("{NULL,NULL}"), says_nothing("999-999-9999"), says_nothing("No fee")
    (True, True, True, False)
    """
    folded = text.casefold()
    return folded in SAYS_NOTHING or folded.replace(" ", "") in SAYS_NOTHING or _NO_NUMBER.fullmatch(text) is not None


# -- trees to rows -----------------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cells:
    """The cells of one row while they are put together: question -> (text, record it stands in, its header there)."""

    found: dict[str, tuple[str, Record, str]] = field(default_factory=dict)

    def put(self, question: str, text: str, record: Record, name: str) -> None:
        text = clean(text)
        if text and question not in self.found and not says_nothing(text):
            self.found[question] = (text, record, record.columns.get(name, name))


def tabulate(linked: Linked, file: str, ledger: Ledger) -> Table | None:
    """Return the answers of a directory, one row per service at a place; None where it tells of nothing. `file` is what the table is called.

    Organizations without a service, and places without one, are rows of their own, so that nothing is lost.
    """
    rows: list[tuple[Record, _Cells]] = []
    for service in linked.services:
        places = list_of(service, "service_at_locations")
        rows += [(service, _service_row(service, place, ledger)) for place in places]
        if not places:
            rows.append((service, _service_row(service, None, ledger)))
    for location in linked.locations:
        cells = _Cells()
        _organization(cells, location.get("organization"))
        _location(cells, location, ledger)
        _types(cells, location, ledger)
        if "organization" in cells.found:
            rows.append((location, cells))
        else:
            ledger.tell(location, "listing_orphan", "nothing says whose this place is, so it is left out.", text=location.text("name"))
    for organization in linked.organizations:
        cells = _Cells()
        _organization(cells, organization)
        rows.append((organization, cells))
    rows = [(record, cells) for record, cells in rows if _is_named(record, cells, ledger)]
    if not rows:
        return None
    if ledger.mapped:
        message = (
            f"{len(ledger.mapped)} terms of its taxonomy stand for services of ours in {sum(ledger.mapped.values())} places, by our table of terms "
            f"(version {version()}): {', '.join(sorted(ledger.mapped)[:8])}. Say otherwise in codebook.toml: [choices.service_type]."
        )
        ledger.issues.append(Issue(file, code="terms_mapped", severity="info", message=message))
    return _table(rows, file)


def _is_named(record: Record, cells: _Cells, ledger: Ledger) -> bool:
    if "organization" in cells.found:
        return True
    name = cells.found["service"][0] if "service" in cells.found else record.text("name")
    ledger.tell(record, "listing_orphan", "nothing says which organization gives this service, so it is left out.", severity="error", text=name)
    return False


def _service_row(service: Record, place: Record | None, ledger: Ledger) -> _Cells:
    cells = _Cells()
    location = place.get("location") if place is not None else None
    for holder in (place, location, service):
        _own_answers(cells, holder)
    cells.put(ANSWERS["service.url"], service.text("url"), service, "url")  # tells more than that of the organization
    _organization(cells, service.get("organization"))
    for name in ("name", "description", "minimum_age", "maximum_age", "assured_date", "last_modified"):
        cells.put(ANSWERS[f"service.{name}"], service.text(name)[:10] if name == "last_modified" else service.text(name), service, name)
    if service.text("status").casefold() in _CLOSED_STATUS and not {"started", "ended"} & cells.found.keys():
        cells.put("suspended", "yes", service, "status")
    if service.text("unlisted"):
        cells.put("publish_listing", "analyst", service, "unlisted")
    _types(cells, service, ledger)
    for holder in (place, service, location):
        if isinstance(holder, Record):
            _reach(cells, holder, ledger)
    if isinstance(location, Record):
        _location(cells, location, ledger)
    for capacity in list_of(service, "capacities"):
        unit = capacity.get("unit")
        code = unit.text("identifier") if isinstance(unit, Record) and unit.text("scheme") == OWN_ANSWERS else ""
        if capacity.text("maximum"):
            cells.put(code if code in OWN_UNITS else "slots", capacity.text("maximum"), capacity, "maximum")
    return cells


def _own_answers(cells: _Cells, holder: object) -> None:
    """The answers that our own exports carry as attributes."""
    for attribute in list_of(holder, "attributes") if isinstance(holder, Record) else ():
        if (answer := own_answer(attribute)) is not None:
            cells.put(*answer, attribute, "value")


def _organization(cells: _Cells, organization: object) -> None:
    if not isinstance(organization, Record):
        return
    _own_answers(cells, organization)
    for name in ("name", "alternate_name", "website"):
        cells.put(ANSWERS[f"organization.{name}"], organization.text(name), organization, name)
    cells.put("parent", organization.text("parent_name"), organization, "parent_organization_id")


def _types(cells: _Cells, holder: Record, ledger: Ledger) -> None:
    """The terms of a service: the code of one that our table of terms knows, else its name; a plain value as it is."""
    terms, needs = [], []
    for attribute in list_of(holder, "attributes"):
        term = attribute.get("taxonomy_term")
        home = term.text("taxonomy") if isinstance(term, Record) else ""
        if home == OWN_NEEDS:
            needs.append(attribute)
        elif home == OWN_SERVICES and isinstance(term, Record):
            terms.append((term.text("code"), attribute, "taxonomy_term.code"))
        if home in (OWN_NEEDS, OWN_SERVICES, OWN_ANSWERS):
            continue
        record, name = (term, "name") if isinstance(term, Record) else (attribute, "value")
        code = next((field for field in ("code", "id") if record.text(field) in services_by_term()), "")
        if code:
            ledger.mapped[record.text(code)] += 1
        if text := record.text(code or name):
            terms.append((text.replace(";", ","), attribute, record.columns.get(name, f"taxonomy_term.{name}" if term else name)))
    if terms:
        cells.put("service_type", "; ".join(dict.fromkeys(text for text, _, _ in terms)), terms[0][1].with_fields({}), terms[0][2])
    if needs:
        cells.put("needs", "; ".join(need["taxonomy_term"].text("code") for need in needs), needs[0], "taxonomy_term.code")


def _location(cells: _Cells, location: Record, ledger: Ledger) -> None:
    cells.put("site", location.text("name"), location, "name")
    if location.text("location_type").casefold() == "virtual":
        cells.put("mode", "online", location, "location_type")
    if location.text("confidential"):
        cells.put("confidential", "yes", location, "confidential")
    for name in ("longitude", "latitude"):
        cells.put(name, location.text(name), location, name)
    _reach(cells, location, ledger)
    addresses = list_of(location, "addresses")
    usual = [address for address in addresses if address.text("address_type") != "postal"] or addresses
    if usual:
        parts = [usual[0].text(name) for name in ("address_1", "address_2", "city")]
        state = " ".join(filter(None, (usual[0].text("state_province"), usual[0].text("postal_code"))))
        if usual[0].text("address_1"):
            cells.put("address", ", ".join(filter(None, (*parts, state))), usual[0], "address_1")


def _reach(cells: _Cells, holder: Record, ledger: Ledger) -> None:
    """What a service, a place, and a service at a place may each say: hours, areas, phones, languages."""
    if not any(question.startswith("hours") for question in cells.found):
        for question, (text, record, name) in hours_of(list_of(holder, "schedules"), ledger).items():
            cells.put(question, text, record, name)
    areas = list_of(holder, "service_areas")
    if named := [area for area in areas if area.text("name") and not says_nothing(area.text("name"))]:
        cells.put("area", "; ".join(dict.fromkeys(area.text("name") for area in named)), named[0], "name")
    for area in areas:
        if area.text("extent") and not area.text("uri").startswith(OWN_URI) and (wkt := polygon_of(area, ledger)):
            cells.put("area_polygon", wkt, area, "extent")
    phones = [phone for phone in list_of(holder, "phones") if phone.text("number")]
    voice = [phone for phone in phones if phone.text("type").casefold() not in ("fax", "tty", "tdd")]
    if voice:
        number = re.sub(r'^"+|"+$', "", voice[0].text("number"))
        extension = f" x{voice[0].text('extension')}" if voice[0].text("extension") else ""
        cells.put("public_phone", number + extension, voice[0], "number")
    languages = list_of(holder, "languages")
    if languages:
        names = [_language(language) for language in languages]
        cells.put("languages", "; ".join(dict.fromkeys(filter(None, names))), languages[0], "name")


def _language(language: Record) -> str:
    name = language.text("name") or language.text("code")
    note = language.text("note").casefold()
    if note in ("staff", "interpreter", "materials"):
        return f"{name} ({note})"
    by_interpreter = bool(re.search(r"interpret|translat", note)) and "bilingual staff" not in note
    return f"{name} (interpreter)" if name and by_interpreter and "(" not in name else name


def _table(rows: Sequence[tuple[Record, _Cells]], file: str) -> Table:
    questions = list(dict.fromkeys(question for _, cells in rows for question in cells.found))
    headers: dict[str, dict[str, None]] = {question: {} for question in questions}
    for _, cells in rows:
        for question, (_, _, header) in cells.found.items():
            headers[question][header] = None
    columns = tuple(" | ".join(list(headers[question])[:3]) for question in questions)
    made = []
    for number, (record, cells) in enumerate(rows, 2):
        texts = tuple(cells.found[question][0] if question in cells.found else "" for question in questions)
        here = Origin(record.file or file, "", record.row or number)
        origins = [here]
        for question in questions:
            place = cells.found[question][1] if question in cells.found else record
            origins.append(Origin(place.file or here.file, "", place.row or here.row))
        made.append(Row(here.row, texts, tuple(origins)))
    names = tuple((question, column) for question, column in zip(questions, columns, strict=True))
    return Table(file, "", columns, tuple(made), 1, names, tuple(range(1, len(questions) + 1)))


# -- hours -------------------------------------------------------------------------------------------------------------------------------------


def hours_of(schedules: Sequence[Record], ledger: Ledger) -> dict[str, tuple[str, Record, str]]:
    """Return the hours that the schedules of one service or place come to: question -> (text, record, field).

    Plain weeks come day by day, so that one bad day costs that day; a rule with dates, numbered weekdays or every second week comes as one
    OpenStreetMap text; a schedule with no more than words as these words. What cannot be read, and what never opens, is told and left out.
    """
    plain: dict[int, list[tuple[str, Record]]] = {}
    rules: list[Record] = []
    words: list[Record] = []
    for schedule in schedules:
        if schedule.text("text"):
            words.append(schedule)
        elif is_own_notes(schedule.text("notes")):
            rules.append(schedule)
        elif "weekday" in schedule or (day_rule := _day_rule(schedule)) is None:
            days = _weekdays(schedule.text("weekday"))
            if "weekday" not in schedule:
                if schedule.text("opens_at") or schedule.text("byday") or schedule.text("freq") or schedule.text("valid_from"):
                    rules.append(schedule)
                elif schedule.text("description"):
                    words.append(schedule)
                continue
            if days is None:
                message = "the day of this schedule is no day of the week, so its hours are not used."
                ledger.tell(schedule, "schedule_refused", message, column="weekday", text=schedule.text("weekday"), dropped="schedule.weekday")
                continue
            for day in days:
                plain.setdefault(day, []).append((_span(schedule, ledger), schedule))
        else:
            for day in day_rule:
                plain.setdefault(day, []).append((_span(schedule, ledger), schedule))
    rules = [rule for rule in rules if not (rule.text("freq") or rule.text("valid_from")) or _opens(rule, ledger)]
    found: dict[str, tuple[str, Record, str]] = {}
    if rules:
        whole = [*rules, *({id(record): record for spans in plain.values() for _, record in spans}.values())]
        if text := _as_osm(whole, ledger):
            return {"hours": (text, whole[0], "schedules")}
    for day, spans in sorted(plain.items()):
        texts = [text for text, _ in spans if text != "closed"] or ["closed"]
        found[f"hours_{_WEEKDAYS[day]}"] = (", ".join(dict.fromkeys(texts)), spans[0][1], "opens_at")
    if words and not found:
        said = [word.text("text") or word.text("description") for word in words]
        found["hours"] = ("; ".join(dict.fromkeys(said)), words[0], "text" if words[0].text("text") else "description")
    return found


def _day_rule(schedule: Record) -> list[int] | None:
    """The days of a rule that says every week and no more, None for any other."""
    limits = ("count", "byweekno", "bymonthday", "byyearday", "valid_from", "valid_to", "until", "notes", "attending_type")
    if schedule.text("freq").upper() != "WEEKLY" or schedule.text("interval") not in ("", "1") or any(schedule.text(name) for name in limits):
        return None
    if not (schedule.text("opens_at") and schedule.text("closes_at")) or re.search(r"[Zz]$", schedule.text("opens_at")):
        return None
    parts = [part.strip().upper() for part in schedule.text("byday").split(",") if part.strip()]
    if any(part not in _CODES for part in parts):
        return None
    return [_CODES.index(part) for part in parts] or list(range(7))


def _weekdays(text: str) -> list[int] | None:
    """The days of a weekday of HSDS 1.x: its name, or its number from Monday = 1; a list of them."""
    days = []
    for part in re.split(r"[,;/&]| and ", text):
        name = part.strip().casefold()
        if re.fullmatch(r"[1-7]", name):
            days.append(int(name) - 1)
        elif len(name) >= 2 and (match := [day for day, code in enumerate(DAYS) if name.startswith(code.casefold())]):
            days.append(match[0])
        elif name:
            return None
    return days or None


def _span(schedule: Record, ledger: Ledger) -> str:
    """The hours of a schedule as a day's answer: "09:00-17:00", or "closed" where there are none; what is no time stays as it is."""
    texts = [schedule.text("opens_at"), schedule.text("closes_at")]
    if not any(texts):
        return "closed"
    times = [clock_time(text) or text for text in texts]
    if any(re.search(r"[ap]\.?m|^\d{1,2}$", text, re.IGNORECASE) for text in texts):
        ledger.count("schedule.opens_at", guessed=1)
    if times[1] in ("23:59", "00:00") and times[0] != times[1]:
        times[1] = "24:00"
    if times == ["00:00", "00:00"]:
        times = ["00:00", "24:00"]
    return "-".join(filter(None, times))


def clock_time(text: str) -> str:
    """Return a time as it stands in schedules as HH:MM, "" where it is none.

    >>> clock_time("9am"), clock_time("4:00 PM"), clock_time("09:00:00Z"), clock_time("12 a.m."), clock_time("noon")
    ('09:00', '16:00', '09:00', '00:00', '')
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return ""
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[3].casefold() == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if hour * 60 + minute <= 1440 and minute < 60 else ""


def _opens(schedule: Record, ledger: Ledger) -> bool:
    """Whether a rule has any date in the years after it begins; one that has none, or cannot be read, is told."""
    try:
        opens = any(True for _ in _dates(schedule))
    except ValueError as error:
        message = f"the rule of this schedule cannot be read ({error}), so its hours are not used."
        ledger.tell(schedule, "schedule_refused", message, column="freq", text=_rule_text(schedule), dropped="schedule.freq")
        return False
    if not opens:
        message = "the rule of this schedule never opens: no day fits all its parts. Its hours are not used; ask when it is open."
        ledger.tell(schedule, "schedule_never_opens", message, column="freq", text=_rule_text(schedule), dropped="schedule.freq")
    return opens


def _dates(schedule: Record) -> Iterator[dt.date]:
    """Yield the days on which a schedule opens, from its beginning for some years; `until` and `valid_to` are the last day, whole.

    A rule whose parts never meet ends here too, which it does not everywhere.
    """
    begin = _date(schedule.text("dtstart")) or _date(schedule.text("valid_from")) or dt.date(2026, 1, 1)
    freq = schedule.text("freq").upper()
    if not freq:
        yield begin
        return
    if freq not in ("WEEKLY", "MONTHLY"):
        raise ValueError(f"{schedule.text('freq')!r} is neither WEEKLY nor MONTHLY")
    ends = [end for name in ("until", "valid_to") if (end := _date(schedule.text(name))) is not None]
    last = min([*ends, begin + dt.timedelta(366 * YEARS_AHEAD)])
    interval = max(1, int(float(schedule.text("interval") or 1)))
    days = _by_day(schedule.text("byday"))
    month_days, weeks, year_days = (_numbers(schedule, name) for name in ("bymonthday", "byweekno", "byyearday"))
    for after in range((last - begin).days + 1):
        day = begin + dt.timedelta(after)
        months = (day.year - begin.year) * 12 + day.month - begin.month
        periods = (after + begin.weekday()) // 7 if freq == "WEEKLY" else months
        fits = periods % interval == 0
        fits = fits and (any(code == day.weekday() and (not nth or nth in _nth(day)) for code, nth in days) if days else True)
        fits = fits and (not month_days or day.day in month_days or day.day - _length(day) - 1 in month_days)
        fits = fits and (not weeks or day.isocalendar().week in weeks)
        fits = fits and (not year_days or day.timetuple().tm_yday in year_days)
        if fits and not days and not month_days and not year_days:
            fits = day.weekday() == begin.weekday() if freq == "WEEKLY" else day.day == begin.day
        if fits:
            yield day


def _by_day(text: str) -> list[tuple[int, int]]:
    """The days of a rule as (weekday, which one of the month or 0)."""
    days = []
    for part in filter(None, re.split(r"[,\s]+", text.upper())):
        match = _BYDAY.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no day")
        days.append((_CODES.index(match[2]), int(match[1] or 0)))
    return days


def _nth(day: dt.date) -> tuple[int, int]:
    """Which such weekday of its month a day is, counted from the first and from the last."""
    return (day.day - 1) // 7 + 1, -((_length(day) - day.day) // 7 + 1)


def _length(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _numbers(schedule: Record, name: str) -> list[int]:
    return [int(part) for part in schedule.text(name).split(",") if part.strip()]


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def _rule_text(schedule: Record) -> str:
    names = ("freq", "interval", "byday", "byweekno", "bymonthday", "byyearday", "count", "dtstart", "until", "valid_from", "valid_to")
    rule = [f"{name}={schedule.text(name)}" for name in names if schedule.text(name)]
    return "; ".join([*rule, f"{schedule.text('opens_at')}-{schedule.text('closes_at')}"])


def _is_fault(opens: str, closes: str) -> bool:
    """Whether a schedule closes before it opens and can be no night: it begins too early or lasts too long."""
    times = [time for text in (opens, closes) if (time := clock_time(text))]
    if len(times) < 2 or times[0] <= times[1] or times[1] == "00:00":
        return False
    begin, end = (minute_of_day(time) for time in times)
    return begin < EARLIEST_NIGHT or end + DAY - begin > LONGEST_NIGHT


def _as_osm(schedules: Sequence[Record], ledger: Ledger) -> str:
    """The OpenStreetMap text of rules; one that cannot be read is told and left out."""
    rows = []
    for schedule in schedules:
        row = {name: schedule.text(name) for name in schedule if not isinstance(schedule[name], dict | list)}
        if "weekday" in row:
            row |= {"freq": "WEEKLY", "byday": ",".join(_CODES[day] for day in _weekdays(row["weekday"]) or ())}
        row |= {name: clock_time(row[name]) or row[name] for name in ("opens_at", "closes_at") if row.get(name)}
        row["notes"] = row.get("notes", "") if is_own_notes(row.get("notes", "")) else ""
        if not row["notes"] and _is_fault(row.get("opens_at", ""), row.get("closes_at", "")):
            message = "it closes before it opens, too early or too long for a night; am or pm may be wrong. Its hours are not used."
            ledger.tell(schedule, "closes_before_opens", message, column="opens_at", text=_rule_text(schedule), dropped="schedule.opens_at")
            continue
        try:
            from_hsds([row])
        except ValueError as error:
            ledger.tell(
                schedule,
                "schedule_refused",
                f"{error} Its hours are not used.",
                column="opens_at",
                text=_rule_text(schedule),
                dropped="schedule.opens_at",
            )
            continue
        rows.append(row)
    return to_osm(from_hsds(rows))


# -- places ------------------------------------------------------------------------------------------------------------------------------------


def polygon_of(area: Record, ledger: Ledger) -> str:
    """Return the drawn area of a service as WKT, "" where it is none; GeoJSON geometry, feature, or a text of either."""
    if area.text("extent_type").casefold() not in ("", "geojson"):
        message = f"areas drawn as {area.text('extent_type')} are not read; only GeoJSON is."
        ledger.tell(area, "extent_refused", message, column="extent", text=area.text("extent")[:80], dropped="service_area.extent")
        return ""
    try:
        drawn: Any = json.loads(area.text("extent"))
        shape = shapely.geometry.shape(drawn["geometry"] if drawn.get("type") == "Feature" else drawn)
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        message = "the drawn area is no GeoJSON geometry, so it is not used; the name of the area is."
        ledger.tell(area, "extent_refused", message, column="extent", text=area.text("extent")[:80], dropped="service_area.extent")
        return ""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        ledger.tell(
            area,
            "extent_refused",
            f"the drawn area is a {shape.geom_type}, no polygon, so it is not used.",
            column="extent",
            dropped="service_area.extent",
        )
        return ""
    return str(shape.wkt)


@dataclass(frozen=True)
class Stacked:
    """Points (longitude, latitude as written) at which no place is, and the words that say so."""

    points: frozenset[tuple[str, str]] = frozenset()
    message: str = ""


def stacked_points(places: Sequence[tuple[tuple[str, str], str]]) -> Stacked:
    """Return the points at which at least `STACKED` addresses stand, all points where these hold more than `STACKED_SHARE` of the addresses.

    `places` are points as written, each with its address; places without a point do not count.
    """
    points: dict[tuple[str, str], set[str]] = {}
    for point, address in places:
        if all(point):
            points.setdefault(point, set()).add(street_line(address))
    points = {point: at - {""} for point, at in points.items()}
    stacked = {point for point, at in points.items() if len(at) >= STACKED}
    if not stacked:
        return Stacked()
    addresses = set().union(*points.values())
    every = len(set().union(*(points[point] for point in stacked))) > STACKED_SHARE * len(addresses)
    n_taken = sum(1 for point, _ in places if point in stacked)
    written = {address for point, address in places if all(point) and address}
    what = "none of its coordinates is used" if every else f"the {n_taken} points at {len(stacked)} of them are not used"
    message = (
        f"{len(written):,} addresses have only {len(points)} different coordinates, up to {max(map(len, points.values()))} at one: they are "
        f"centers of postal codes, so {what}, and nothing is found out about a neighborhood from them. Get coordinates made from the addresses."
    )
    return Stacked(frozenset(points if every else stacked), message)


def unstack(places: Sequence[tuple[Record, str]], ledger: Ledger) -> None:
    """Take out the coordinates at which many addresses stand: they are the centers of postal codes, and no place is there.

    `places` are locations, each with its address; their coordinates are taken out in place.
    """
    located = [(place, address) for place, address in places if place.text("longitude") and place.text("latitude")]
    found = stacked_points([(_point(place), address) for place, address in located])
    if not found.points:
        return
    taken = [place for place, _ in located if _point(place) in found.points]
    message = found.message
    first = located[0][0]
    ledger.issues.append(Issue(first.file, "", 1, first.columns.get("latitude", "latitude"), "coordinates_stacked", "warning", "", message))
    for name in ("longitude", "latitude"):
        header = first.columns.get(name, name)
        counted = next((entry for entry in ledger.fields if entry.rpartition(".")[2] == header), f"location.{name}")
        ledger.count(counted, dropped=len(taken), kept=-len(taken))
        for place in taken:
            del place[name]


def places_of(tables: Mapping[str, Sequence[Record]]) -> list[tuple[Record, str]]:
    """Return the locations of tables, each with the first line of its address."""
    lines: dict[str, str] = {}
    for address in tables.get("address", ()):
        lines.setdefault(address.text("location_id"), address.text("address_1"))
    return [(location, lines.get(location.text("id"), "")) for location in tables.get("location", ())]


def places_in(services: Iterable[Record]) -> list[tuple[Record, str]]:
    """Return the locations in trees, each with the first line of its address."""
    found = []
    for service in services:
        for place in list_of(service, "service_at_locations"):
            if isinstance(location := place.get("location"), Record):
                lines = [address.text("address_1") for address in list_of(location, "addresses")]
                found.append((location, next(filter(None, lines), "")))
    return found


def _point(place: Record) -> tuple[str, str]:
    return place.text("longitude"), place.text("latitude")


def street_line(address: str) -> str:
    """Return the first part of an address, which tells two places from each other."""
    return " ".join(address.casefold().split(",")[0].split())


# -- losses ------------------------------------------------------------------------------------------------------------------------------------


def count_trees(services: Iterable[Record], ledger: Ledger) -> None:
    """Count the fields of trees: each object once, by the file and the path to it."""
    kinds = {plural: kind for kind, plural in LISTS.items()} | {"service_at_locations": "service_at_location", "attributes": "attribute"}
    singles = {"organization": "organization", "location": "location", "program": "program", "taxonomy_term": "taxonomy_term", "unit": "unit"}
    by_kind: dict[str, dict[tuple[str, str], Record]] = {}
    unnamed: Counter[str] = Counter()

    def walk(kind: str, record: Record) -> None:
        unnamed[kind] += 1
        by_kind.setdefault(kind, {}).setdefault((kind, record.text("id") or str(unnamed[kind])), record)
        for name, value in record.items():
            if isinstance(value, Record):
                walk(singles.get(name, name), value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, Record):
                        walk(kinds.get(name, name), item)

    for service in services:
        walk("service", service)
    for kind, records in by_kind.items():
        ledger.count_records(kind, records.values())


def as_counts(fields: Mapping[str, FieldCount]) -> dict[str, tuple[int, int, int]]:
    """Return counts as (kept, dropped, guessed) per field, in order of the fields."""
    return {name: (entry.kept, entry.dropped, entry.guessed) for name, entry in sorted(fields.items())}
