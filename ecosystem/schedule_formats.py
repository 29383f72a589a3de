"""How are hours said outside this program: in OpenStreetMap text, in HSDS rows, in plain words?

The week itself is `ecosystem.schedule`. Here it is written and read back:

- `to_osm`, `from_osm`: the OpenStreetMap `opening_hours` text ("Mo-Fr 09:00-17:00; PH off");
- `to_hsds`, `from_hsds`: schedule rows of the Human Services Data Specification 3;
- `in_words`, `run_in_words`: a sentence for people, in English or Spanish.

What the week alone cannot say travels as flags on a `Piece`. A flag with a colon carries a value:

    nth:1,3          only the 1st and 3rd such weekday of a month (-1 is the last)
    closed_nth:1     not on the 1st such weekday of a month
    months:9-5       from September to May
    ph_off           closed on public holidays
    ph_hours:09:00-16:00      these hours on public holidays
    closed_dates:12-25        closed on 25 December of each year

The others are plain names; `REASONS` has those that make a piece only possible, with their words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ecosystem.schedule import ALWAYS, DAY, DAYS, KINDS, NEVER, WEEK, CalendarException, Hours, Kind, Piece, Schedule, clock, minute_of_day, union

Language = Literal["en", "es"]
Spans = tuple[tuple[int, int], ...]  # (start, end) minutes of a day; an end past 1440 is the next day

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_NAMES: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTH_NAMES: dict[Language, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
}
KIND_WORDS: dict[Language, dict[Kind, str]] = {
    "en": {"open": "open", "intake": "intake", "response": "response", "phone": "phone", "office": "office"},
    "es": {"open": "abierto", "intake": "admisión", "response": "respuesta", "phone": "teléfono", "office": "oficina"},
}
REASONS: dict[Language, dict[str, str]] = {
    "en": {
        "by_appointment": "by appointment",
        "every_other_week": "every other week",
        "nth_weekday": "only some weeks of the month",
        "closed_nth": "not every week of the month",
        "seasonal": "part of the year",
        "school_year": "when school is in session",
        "open_end": "the end is not stated",
        "sun_times": "from dusk or dawn, which move with the season",
        "hours_not_stated": "the hours are not stated",
        "on_call": "on call",
        "not_staffed": "recorded messages only",
        "call_first": "call first",
        "conditional": "only under a condition",
        "varies": "it varies",
        "unclear": "not clear",
        "utc_times": "times given in UTC",
        "limited": "on some dates only",
    },
    "es": {
        "by_appointment": "con cita previa",
        "every_other_week": "cada dos semanas",
        "nth_weekday": "solo algunas semanas del mes",
        "closed_nth": "no todas las semanas del mes",
        "seasonal": "parte del año",
        "school_year": "durante el año escolar",
        "open_end": "no se indica la hora de cierre",
        "sun_times": "según la salida o la puesta del sol",
        "hours_not_stated": "no se indica el horario",
        "on_call": "de guardia",
        "not_staffed": "solo mensajes grabados",
        "call_first": "llamar antes",
        "conditional": "solo bajo una condición",
        "varies": "varía",
        "unclear": "no está claro",
        "utc_times": "horas dadas en UTC",
        "limited": "solo en algunas fechas",
    },
}
_PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "to": "to",
        "and": "and",
        "daily": "every day",
        "always": "every day, all day",
        "never": "never",
        "possible": "possible",
        "ph_off": "closed on public holidays",
        "ph_hours": "on public holidays",
        "closed_on": "closed on",
        "months": "from {first} to {last}",
        "month": "in {first}",
        "nth": "{which} of the month",
        "closed_nth": "not on the {which} of the month",
    },
    "es": {
        "to": "a",
        "and": "y",
        "daily": "todos los días",
        "always": "todos los días, las 24 horas",
        "never": "nunca",
        "possible": "posible",
        "ph_off": "cerrado los días festivos",
        "ph_hours": "los días festivos",
        "closed_on": "cerrado el",
        "months": "de {first} a {last}",
        "month": "en {first}",
        "nth": "{which} del mes",
        "closed_nth": "excepto {which} del mes",
    },
}
_ORDINALS: dict[Language, dict[int, str]] = {
    "en": {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last", -2: "second to last"},
    "es": {1: "1.º", 2: "2.º", 3: "3.º", 4: "4.º", 5: "5.º", -1: "último", -2: "penúltimo"},
}


def flag_value(flags: Iterable[str], name: str) -> str:
    """Return the value that a flag `name:value` carries, "" when there is none.

    >>> flag_value(("nth_weekday", "nth:2,4"), "nth")
    '2,4'
    """
    return next((flag.partition(":")[2] for flag in flags if flag.startswith(name + ":")), "")


# ---------------------------------------------------------------- the week as days with spans


def spans_by_day(schedule: Schedule) -> list[Spans]:
    """Return for each of the seven days the (start, end) minutes that begin on it, as people would write them.

    A run past one midnight that is shorter than a day stays whole, its end past 1440; a longer one is cut at each midnight.

    >>> spans_by_day(Schedule.daily("22:00", "06:00", days=[6]))[6]
    ((1320, 1800),)
    """
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for start, end in schedule.runs():
        if end - start < DAY:
            day = start // DAY
            days[day % 7].append((start - day * DAY, end - day * DAY))
            continue
        while start < end:
            day = start // DAY
            stop = min(end, (day + 1) * DAY)
            days[day % 7].append((start - day * DAY, stop - day * DAY))
            start = stop
    return [tuple(sorted(day)) for day in days]


def _groups(days: Sequence[Spans]) -> list[tuple[list[int], Spans]]:
    """Return the days that share their spans, in the order of the first day of each group; days without spans are left out."""
    groups: dict[Spans, list[int]] = {}
    for day, spans in enumerate(days):
        if spans:
            groups.setdefault(spans, []).append(day)
    return [(members, spans) for spans, members in groups.items()]


def _ranges(days: Sequence[int]) -> list[tuple[int, int]]:
    """Return consecutive days as (first, last) pairs; a range past Sunday is two."""
    ranges: list[tuple[int, int]] = []
    for day in days:
        if ranges and ranges[-1][1] == day - 1:
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges


# ---------------------------------------------------------------- OpenStreetMap text


def to_osm(hours: Schedule | Hours) -> str:
    """Return hours as OpenStreetMap `opening_hours` text.

    Rules are joined with `,` where a shift crosses midnight or statements overlap (`;` would cut the night short), and `||` is never
    written. Possible pieces come first, as `unknown "why"`, so that certain ones win; an nth weekday or months of the year are written as
    such. Kinds other than `open` are named in the comment. Hours without any statement are "".

    >>> to_osm(Schedule.daily("09:00", "17:00", days=range(5)) | Schedule.daily("10:00", "14:00", days=[5]))
    'Mo-Fr 09:00-17:00; Sa 10:00-14:00'
    >>> to_osm(Schedule.daily("22:00", "06:00", days=[4]) | Schedule.daily("18:00", "08:00", days=[5, 6]))
    'Fr 22:00-06:00, Sa-Su 18:00-08:00'
    """
    if isinstance(hours, Schedule):
        return _osm_week(hours) or "off"
    certain = [piece for piece in hours.pieces if piece.certain and piece.when]
    doubtful = [piece for piece in hours.pieces if not piece.certain and piece.when]
    night = any(end > DAY for piece in hours.pieces for spans in spans_by_day(piece.when) for _, end in spans)
    rules: list[str] = []
    closures: list[str] = []
    for piece in doubtful:
        nth_off = flag_value(piece.flags, "closed_nth")
        days = [day for day, spans in enumerate(spans_by_day(piece.when)) if spans]
        others = union(other.when for other in hours.pieces if other is not piece)
        if nth_off and not night and _only_reason(piece, "closed_nth") and not _begun_on(others, days):  # `off` closes nothing else
            rules += _osm_rules(piece.when)
            closures += [f"{DAYS[day]}[{nth_off}] off" for day in days]
        elif _only_reason(piece, "nth_weekday", "seasonal") and (flag_value(piece.flags, "nth") or flag_value(piece.flags, "months")):
            rules += _osm_rules(piece.when, nth=flag_value(piece.flags, "nth"), months=_osm_months(piece), comment=_osm_comment(piece))
        else:
            rules += _osm_rules(piece.when, months=_osm_months(piece), comment=_osm_comment(piece), state="unknown")
    by_comment: dict[str, Schedule] = {}
    for piece in certain:
        comment: str = "" if piece.kind == "open" else piece.kind
        by_comment[comment] = by_comment.get(comment, NEVER) | piece.when
    for comment, when in by_comment.items():
        if when == ALWAYS and not comment and not rules and len(by_comment) == 1:
            rules.append("24/7")
        else:
            rules += _osm_rules(when, comment=comment)
    separate = len(by_comment) <= 1 and not doubtful and not night
    texts = [("; " if separate else ", ").join(rules)] if rules else []
    texts += closures
    for flag in sorted({flag for piece in hours.pieces for flag in piece.flags if flag.startswith(("ph_", "closed_dates:"))}):
        name, _, value = flag.partition(":")
        if name == "ph_hours":
            texts.append(f"PH {value}")
        elif name == "closed_dates":
            texts += [f"{MONTHS[int(date[:2]) - 1]} {date[3:]} off" for date in value.split(",")]
        else:
            texts.append("PH off")
    for exception in hours.exceptions:
        spans = _osm_spans(exception.spans) or "off"
        texts.append(f"{exception.on.year} {MONTHS[exception.on.month - 1]} {exception.on.day:02d} {spans}")
    if not texts and hours.pieces:
        return "off"
    return "; ".join(texts)


def _osm_week(schedule: Schedule) -> str:
    if schedule == ALWAYS:
        return "24/7"
    night = any(end > DAY for spans in spans_by_day(schedule) for _, end in spans)
    return (", " if night else "; ").join(_osm_rules(schedule))


def _osm_rules(when: Schedule, *, nth: str = "", months: str = "", comment: str = "", state: str = "") -> list[str]:
    """Return one rule per group of days."""
    tail = (f" {state}" if state else "") + (f' "{comment}"' if comment else "")
    head = f"{months} " if months else ""
    rules = []
    for days, spans in _groups(spans_by_day(when)):
        if nth:
            names = ",".join(f"{DAYS[day]}[{nth}]" for day in days)
        else:
            names = ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in _ranges(days))
        rules.append(f"{head}{names} {_osm_spans(spans)}{tail}")
    return rules


def _osm_spans(spans: Spans) -> str:
    return ",".join(f"{clock(start)}-{_end_clock(end)}" for start, end in spans)


def _end_clock(end: int) -> str:
    return clock(end) if end <= DAY else clock(end - DAY)


def _osm_months(piece: Piece) -> str:
    months = flag_value(piece.flags, "months")
    return ",".join("-".join(MONTHS[int(month) - 1] for month in part.split("-")) for part in months.split(",")) if months else ""


def _reasons(piece: Piece) -> list[str]:
    return [flag for flag in piece.flags if flag in REASONS["en"]]


def _only_reason(piece: Piece, *names: str) -> bool:
    return bool(_reasons(piece)) and set(_reasons(piece)) <= set(names)


def _osm_comment(piece: Piece) -> str:
    words = "" if _only_reason(piece, "nth_weekday", "seasonal") else ", ".join(REASONS["en"][flag] for flag in _reasons(piece))
    text = words if piece.kind == "open" else f"{piece.kind}: {words}" if words else piece.kind
    return text.replace('"', "'")


_OSM_TOKEN = re.compile(
    r"""\s*(?:(?P<always>24/7(?![\w:]))|(?P<comment>"[^"]*")|(?P<time>\d{1,2}:\d\d(?!\d))|(?P<year>(?:19|20)\d\d(?![\d:]))|(?P<number>\d+)"""
    r"""|(?P<fallback>\|\|)|(?P<word>[A-Za-z]+)|(?P<mark>[;,\-–+\[\]:])|(?P<other>\S))""",
    re.VERBOSE,
)
_DAY_INDEX = {name: index for index, name in enumerate(DAYS)}
_MONTH_INDEX = {name: index for index, name in enumerate(MONTHS, start=1)}


@dataclass(slots=True)
class _Rule:
    """One rule of an opening_hours text, before the rules are laid over one another."""

    position: int
    adds: bool
    days: list[int] = field(default_factory=list)
    nth: tuple[int, ...] = ()
    months: str = ""
    holidays: bool = False
    date: tuple[int | None, int, int] | None = None  # year or None, month, day
    spans: list[tuple[int, int]] = field(default_factory=list)
    open_ends: list[tuple[int, int]] = field(default_factory=list)
    state: Literal["open", "unknown", "off"] = "open"
    comment: str = ""
    fallback: bool = False

    def when(self) -> Schedule:
        """Return the minutes of the rule's days and spans; a rule without spans means whole days."""
        spans = self.spans or ([] if self.open_ends else [(0, DAY)])
        return Schedule.of(*((day * DAY + start, day * DAY + end) for day in self.days for start, end in spans))

    def after(self) -> Schedule:
        """Return the minutes from each open end to midnight."""
        return Schedule.of(*((day * DAY + start, day * DAY + end) for day in self.days for start, end in self.open_ends))


def from_osm(text: str, *, kind: Kind = "open") -> Hours:
    """Return OpenStreetMap `opening_hours` text as Hours.

    Reads the everyday part: 24/7; days, lists and ranges; several spans; `off`; public holidays (`PH`, kept as flags); months and nth
    weekdays (pieces that are only possible in a usual week); `+`, `unknown` and comments; dates of one year (exceptions). A comment that
    begins with one of our kinds names the kind; the others are notes and the kind is `kind`. A later rule replaces the shifts that *begin*
    on its days, so a Friday night shift is whole whatever Saturday says. Raises ValueError naming the position and the part that is not
    read (school holidays, weeks of the year, sun times, `||` other than a comment).

    >>> from_osm("Mo-Fr 09:00-12:00,13:00-17:00; PH off").of_kind("open").hours
    35.0
    >>> from_osm("week 1-53/2 Mo 10:00-12:00")
    Traceback (most recent call last):
    ...
    ValueError: opening hours 'week 1-53/2 Mo 10:00-12:00', position 1: 'week' is not read here. Write days and times such as 'Mo-Fr 09:00-17:00'.
    """
    rules = _OsmText(text).rules()
    return _lay(rules, kind)


class _OsmText:
    """The tokens of an opening_hours text and the position reached in them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []  # what it is, as written, where
        for match in _OSM_TOKEN.finditer(text.rstrip()):
            what = match.lastgroup or "other"
            self.tokens.append((what, match[what], match.start(what)))
        self.at = 0

    def rules(self) -> list[_Rule]:
        """Return the rules in the order written."""
        if not self.tokens:
            raise ValueError("opening hours text is empty. Write for example 'Mo-Fr 09:00-17:00'.")
        rules = [self._rule(adds=False)]
        while self.at < len(self.tokens):
            kind, value, _ = self.tokens[self.at]
            if value not in (";", ",") and kind != "fallback":
                raise self._unread()
            self.at += 1
            if self.at == len(self.tokens):
                if value == ";":
                    break
                self.at -= 1
                raise self._unread()
            rule = self._rule(adds=value == ",")
            rule.fallback = kind == "fallback"
            rules.append(rule)
        return rules

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        where = self.at + ahead
        return self.tokens[where][:2] if where < len(self.tokens) else ("", "")

    def _take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _unread(self, hint: str = "Write days and times such as 'Mo-Fr 09:00-17:00'.") -> ValueError:
        if self.at < len(self.tokens):
            _, value, start = self.tokens[self.at]
            return ValueError(f"opening hours {self.text!r}, position {start + 1}: {value!r} is not read here. {hint}")
        return ValueError(f"opening hours {self.text!r}, position {len(self.text) + 1}: the text ends too early. {hint}")

    def _rule(self, *, adds: bool) -> _Rule:
        rule = _Rule(self.tokens[self.at][2], adds)
        begun = self.at
        if self._peek()[0] == "always":
            self._take()
            rule.days, rule.spans = list(range(7)), [(0, DAY)]
        else:
            self._dates(rule)
            self._days(rule)
            self._times(rule)
        kind, value = self._peek()
        if kind == "word" and value.lower() in ("off", "closed", "unknown", "open"):
            self._take()
            rule.state = "off" if value.lower() in ("off", "closed") else "unknown" if value.lower() == "unknown" else "open"
        if self._peek()[0] == "comment":
            rule.comment = self._take()[1:-1]
        if self.at == begun:
            raise self._unread()
        only_comment = self.at - begun == 1 and bool(rule.comment)
        if only_comment:
            rule.state = "unknown"
        if not rule.days and not rule.holidays and rule.date is None:
            rule.days = list(range(7))
        return rule

    def _dates(self, rule: _Rule) -> None:
        year = int(self._take()) if self._peek()[0] == "year" else None
        if self._peek()[1] not in _MONTH_INDEX:
            if year is not None:
                raise self._unread("After a year write a month and a day, such as '2027 Dec 25 off'.")
            return
        parts: list[str] = []
        while self._peek()[1] in _MONTH_INDEX:
            month = _MONTH_INDEX[self._take()]
            if self._peek()[0] == "number":
                day = int(self._take())
                if not 1 <= day <= _month_days(month) or self._peek()[1] in ("-", "–") or parts:
                    self.at -= 1
                    raise self._unread("Ranges of dates are not read; write months ('Sep-May') or one date ('Dec 25 off').")
                rule.date = (year, month, day)
                return
            last = month
            if self._peek()[1] in ("-", "–"):
                self._take()
                if self._peek()[1] not in _MONTH_INDEX:
                    raise self._unread("Write a range of months as 'Sep-May'.")
                last = _MONTH_INDEX[self._take()]
            parts.append(f"{month}-{last}" if last != month else f"{month}")
            if self._peek()[1] == "," and self._peek(1)[1] in _MONTH_INDEX:
                self._take()
        if year is not None:
            self.at -= 1
            raise self._unread("A year needs a date, such as '2027 Dec 25 off'.")
        rule.months = ",".join(parts)
        if self._peek()[1] == ":":
            self._take()

    def _days(self, rule: _Rule) -> None:
        plain: list[int] = []
        while True:
            kind, value = self._peek()
            if value == "PH":
                self._take()
                rule.holidays = True
            elif value in _DAY_INDEX:
                first = last = _DAY_INDEX[self._take()]
                if self._peek()[1] in ("-", "–") and self._peek(1)[1] in _DAY_INDEX:
                    self._take()
                    last = _DAY_INDEX[self._take()]
                if self._peek()[1] == "[":
                    nth = self._nth()
                    if rule.nth not in ((), nth) or plain or last != first:
                        raise self._unread("Write nth weekdays of different kinds as rules of their own.")
                    rule.nth = nth
                else:
                    plain.append(first)
                    if rule.nth:
                        raise self._unread("Write nth weekdays and every-week days as rules of their own.")
                rule.days += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
            elif kind == "word" and value.lower() not in ("off", "closed", "unknown", "open"):
                raise self._unread()
            else:
                return
            following = self._peek(1)[1]
            if self._peek()[1] == "," and (following in _DAY_INDEX or following == "PH"):
                self._take()
                continue
            return

    def _nth(self) -> tuple[int, ...]:
        self._take()
        found: list[int] = []
        while True:
            sign = -1 if self._peek()[1] in ("-", "–") else 1
            if sign < 0:
                self._take()
            if self._peek()[0] != "number":
                raise self._unread("Write the week of the month as 'We[1]' or 'We[-1]'.")
            first = last = int(self._take())
            if sign > 0 and self._peek()[1] in ("-", "–") and self._peek(1)[0] == "number":
                self._take()
                last = int(self._take())
            found += [sign * number for number in range(first, last + 1)]
            mark = self._peek()[1]
            if mark not in (",", "]") or not all(1 <= abs(number) <= 5 for number in found):
                raise self._unread("Write the week of the month as 'We[1]' or 'We[-1]'.")
            self._take()
            if mark == "]":
                return tuple(found)

    def _times(self, rule: _Rule) -> None:
        while self._peek()[0] == "time":
            start = self._minute(DAY)
            if self._peek()[1] == "+":
                self._take()
                rule.open_ends.append((start, DAY if start < DAY else 2 * DAY))
            else:
                if self._peek()[1] not in ("-", "–") or self._peek(1)[0] != "time":
                    raise self._unread("A time needs an end: write '09:00-17:00'.")
                self._take()
                end = self._minute(2 * DAY)
                if end <= start:
                    end += DAY
                if end - start > DAY:
                    self.at -= 1
                    raise self._unread("A span cannot be longer than a day.")
                rule.spans.append((start, end))
                if self._peek()[1] == "+":
                    self._take()
                    rule.open_ends.append((end, DAY if end < DAY else 2 * DAY))
            if self._peek()[1] == "," and self._peek(1)[0] == "time":
                self._take()
            else:
                return

    def _minute(self, most: int) -> int:
        hours, minutes = (int(part) for part in self._peek()[1].split(":"))
        if minutes > 59 or hours * 60 + minutes > most:
            raise self._unread("Write times between 00:00 and 24:00.")
        self._take()
        return hours * 60 + minutes


def _month_days(month: int) -> int:
    return 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def _lay(rules: Sequence[_Rule], kind: Kind) -> Hours:
    """Lay the rules over one another, the later over the earlier, into pieces and exceptions."""
    pieces: list[Piece] = []
    exceptions: list[CalendarException] = []
    flags: list[str] = []
    for rule in rules:
        if rule.fallback:
            if not rule.comment or rule.spans or rule.open_ends:
                raise ValueError(f"opening hours, position {rule.position + 1}: '||' is read only before a comment, such as '|| \"by appointment\"'.")
            flags.append("also_by_appointment" if "appointment" in rule.comment.lower() else "conditional")
            continue
        if rule.date is not None:
            year, month, day = rule.date
            if year is not None:
                exceptions.append(CalendarException(dt.date(year, month, day), tuple(rule.spans) if rule.state != "off" else (), rule.comment))
            elif rule.state == "off" and not rule.spans:
                flags.append(f"closed_dates:{month:02d}-{day:02d}")
            else:
                raise ValueError(f"opening hours, position {rule.position + 1}: hours on a date need a year; without one only 'Dec 25 off' is read.")
            continue
        if rule.holidays:
            flags.append("ph_off" if rule.state == "off" else f"ph_hours:{_osm_spans(tuple(rule.spans) or ((0, DAY),))}")
        if rule.days:
            pieces = _lay_one(pieces, rule, kind)
    dates = sorted(flag.partition(":")[2] for flag in flags if flag.startswith("closed_dates:"))
    flags = [flag for flag in flags if not flag.startswith("closed_dates:")] + ([f"closed_dates:{','.join(dates)}"] if dates else [])
    if flags and not pieces:
        pieces = [Piece(kind, NEVER, certain=False)]
    return Hours(tuple(replace(piece, flags=(*piece.flags, *dict.fromkeys(flags))) for piece in pieces), tuple(exceptions))


def _lay_one(pieces: list[Piece], rule: _Rule, kind: Kind) -> list[Piece]:
    named, note = _kind_of_comment(rule.comment, kind)
    limits: list[str] = []
    if rule.nth:
        limits += ["nth_weekday", f"nth:{','.join(str(number) for number in rule.nth)}"]
    if rule.months:
        limits += ["seasonal", f"months:{rule.months}"]
    if rule.state == "off":
        taken = rule.when() if rule.spans else None
        if not limits:
            return [piece for piece in (_without(piece, rule.days, taken) for piece in pieces) if piece.when] or [Piece(kind, NEVER)]
        off = [f"closed_nth:{','.join(str(number) for number in rule.nth)}", "closed_nth"] if rule.nth else ["seasonal"]
        return _doubt(pieces, rule.days, taken or _begun_on(ALWAYS, rule.days), (*off, *(["limited"] if rule.nth and rule.months else [])))
    if not rule.adds and pieces:
        if limits:
            pieces = _doubt(pieces, rule.days, _begun_on(ALWAYS, rule.days) - rule.when(), ("limited",))
        else:
            pieces = [piece for piece in (_without(piece, rule.days, None) for piece in pieces) if piece.when]
    reasons = [*limits, *_reasons_of_comment(note)]
    if rule.state == "unknown" and not _reasons_of_comment(note):
        reasons.append("by_appointment" if "appointment" in note.lower() else "conditional")
    certain = rule.state == "open" and not limits
    if rule.spans or not rule.open_ends:
        pieces = [*pieces, Piece(named, rule.when(), certain, note, tuple(reasons) if not certain else ())]
    if rule.open_ends:
        pieces = [*pieces, Piece(named, rule.after(), False, note, (*reasons, "open_end"))]
    return pieces


def _kind_of_comment(comment: str, kind: Kind) -> tuple[Kind, str]:
    for name in KINDS:
        if comment == name or comment.startswith(f"{name}: "):
            return name, comment[len(name) + 2 :]
    return kind, comment


def _reasons_of_comment(note: str) -> list[str]:
    return [flag for flag, words in REASONS["en"].items() if words in note]


def _begun_on(when: Schedule, days: Sequence[int]) -> Schedule:
    """Return the part of `when` whose shifts begin on `days`."""
    return Schedule.of(*((day * DAY + start, day * DAY + end) for day, spans in enumerate(spans_by_day(when)) if day in days for start, end in spans))


def _without(piece: Piece, days: Sequence[int], taken: Schedule | None) -> Piece:
    return replace(piece, when=piece.when - (_begun_on(piece.when, days) if taken is None else taken))


def _doubt(pieces: Sequence[Piece], days: Sequence[int], taken: Schedule, flags: tuple[str, ...]) -> list[Piece]:
    """Make certain pieces only possible in the minutes `taken` of the shifts that begin on `days`."""
    out: list[Piece] = []
    for piece in pieces:
        touched = _begun_on(piece.when, days) & taken
        if not piece.certain or not touched:
            out.append(piece)
            continue
        if piece.when - touched:
            out.append(replace(piece, when=piece.when - touched))
        out.append(replace(piece, when=touched, certain=False, flags=(*piece.flags, *flags)))
    return out


# ---------------------------------------------------------------- HSDS rows

HSDS_COLUMNS = ("freq", "interval", "byday", "opens_at", "closes_at", "valid_from", "valid_to", "attending_type", "description", "notes")
_HSDS_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HSDS_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_HSDS_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?")
_HSDS_LIMITS = ("byweekno", "bymonthday", "byyearday", "count")


def to_hsds(hours: Hours) -> list[dict[str, str]]:
    """Return hours as HSDS 3 schedule rows with the columns `HSDS_COLUMNS`; ids and links are the caller's.

    One row per window of time: `WEEKLY` with its days, or `MONTHLY` with numbered days ("2TU"). A window past midnight closes before it
    opens and its notes say so; midnight at the end of a day is "00:00". `notes` also name the kind and why a window is only possible, in
    words that `from_hsds` reads back; `description` is the wording of the provider. HSDS has no form for "closed on public holidays":
    the notes say it. A dated exception is a row valid on that day alone, without times when closed.

    >>> [(row["freq"], row["byday"], row["opens_at"], row["closes_at"]) for row in to_hsds(from_osm("Mo-Fr 09:00-12:00,13:00-17:00"))]
    [('WEEKLY', 'MO,TU,WE,TH,FR', '09:00', '12:00'), ('WEEKLY', 'MO,TU,WE,TH,FR', '13:00', '17:00')]
    """
    rows: list[dict[str, str]] = []
    for piece in hours.pieces:
        windows: dict[tuple[int, int], list[int]] = {}
        for day, spans in enumerate(spans_by_day(piece.when)):
            for span in spans:
                windows.setdefault(span, []).append(day)
        nth = flag_value(piece.flags, "nth") if not piece.certain else ""
        for (start, end), days in windows.items():
            numbers = nth.split(",") if nth else [""]
            rows.append(
                _hsds_row(
                    freq="MONTHLY" if nth else "WEEKLY",
                    byday=",".join(number + _HSDS_DAYS[day] for number in numbers for day in days),
                    opens_at=clock(start),
                    closes_at=clock(end % DAY),
                    attending_type="by appointment" if "by_appointment" in piece.flags else "",
                    description=piece.note,
                    notes=_hsds_notes(piece, end),
                )
            )
        if not windows:
            rows.append(_hsds_row(description=piece.note, notes=_hsds_notes(piece, 0)))
    for exception in hours.exceptions:
        date = exception.on.isoformat()
        for start, end in exception.spans or ((-1, -1),):
            times = {"opens_at": clock(start), "closes_at": clock(end % DAY)} if end > 0 else {"notes": "closed on this day"}
            rows.append(_hsds_row(valid_from=date, valid_to=date, description=exception.label, **times))
    return rows


def _hsds_row(**values: str) -> dict[str, str]:
    return {column: values.get(column, "") for column in HSDS_COLUMNS}


def _hsds_notes(piece: Piece, end: int) -> str:
    notes = [] if piece.kind == "open" else [f"kind: {piece.kind}"]
    if not piece.certain:
        notes.append("possible")
    notes += [f"flag: {flag}" for flag in piece.flags if not flag.startswith("nth")]
    if end == DAY:
        notes.append("closes at midnight")
    elif end > DAY:
        notes.append("closes the next day")
    return "; ".join(notes)


def from_hsds(rows: Iterable[Mapping[str, str]], *, kind: Kind = "open", as_of: dt.date | None = None) -> Hours:
    """Return HSDS 3 schedule rows as Hours; rows written by `to_hsds` come back as they were.

    Days and times are read as local wall time; an offset such as "-05:00" is that wall time's own, and a time in UTC ("Z") makes the row
    only possible, since the city's offset changes in the year. Also only possible: every second week (`interval` 2), numbered weekdays,
    rules by week, month day, year day or count, and rows valid in part of the year. With `as_of`, rows not valid on that day are left out
    and valid ones count as certain. Closing at or before opening is the next day; "23:59" is midnight. A row without times says nothing
    unless it is a dated closure. Raises ValueError naming the row and the value that is no day or time.

    >>> from_hsds([{"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "22:00", "closes_at": "06:00"}]).of_kind("open").hours
    16.0
    """
    pieces: dict[tuple[Kind, bool, str, tuple[str, ...]], Schedule] = {}
    exceptions: dict[tuple[dt.date, str], tuple[tuple[int, int], ...]] = {}
    for number, row in enumerate(rows, start=1):
        values = {key: str(value or "").strip() for key, value in row.items()}
        first, last = _hsds_date(values, "valid_from", number), _hsds_date(values, "valid_to", number)
        span, utc = _hsds_span(values, number)
        if first is not None and first == last and not values.get("byday"):
            key = (first, values.get("description", ""))
            exceptions[key] = exceptions.get(key, ()) + ((span,) if span else ())
            continue
        if as_of is not None and ((first and as_of < first) or (last and as_of > last)):
            continue
        notes = [note.strip() for note in values.get("notes", "").split(";")]
        ours: list[str] = [note[6:] for note in notes if note.startswith("flag: ")]
        named = next((name for name in KINDS if f"kind: {name}" in notes), kind)
        days, nth = _hsds_days(values, number)
        flags = list(ours)
        doubts: list[str] = []
        if nth:
            doubts.append("nth_weekday")
            flags = ["nth_weekday", f"nth:{nth}", *flags]
        if values.get("interval") not in (None, "", "1"):
            doubts.append("every_other_week")
        if any(values.get(column) for column in _HSDS_LIMITS) or (values.get("freq") == "MONTHLY" and not nth):
            doubts.append("limited")
        if last is not None and as_of is None:
            doubts.append("seasonal")
        if utc:
            doubts.append("utc_times")
        flags += [doubt for doubt in doubts if doubt not in flags]
        certain = not doubts and "possible" not in notes
        if span is None and not ours and not notes[0].startswith("possible"):
            continue
        when = Schedule.of(*((day * DAY + span[0], day * DAY + span[1]) for day in days)) if span and days else NEVER
        group = (named, certain, values.get("description", ""), tuple(flags))
        pieces[group] = pieces.get(group, NEVER) | when
    return Hours(
        tuple(Piece(named, when, certain, note, flags) for (named, certain, note, flags), when in pieces.items()),
        tuple(CalendarException(on, tuple(sorted(spans)), label) for (on, label), spans in exceptions.items()),
    )


def _hsds_span(values: Mapping[str, str], number: int) -> tuple[tuple[int, int] | None, bool]:
    """Return (start, end) minutes of the day, or None without times, and whether a time is in UTC."""
    texts = [values.get("opens_at", ""), values.get("closes_at", "")]
    if not all(texts):
        return None, False
    minutes, utc = [], False
    for text, column in zip(texts, ("opens_at", "closes_at"), strict=True):
        match = _HSDS_TIME.fullmatch(text)
        if not match:
            raise ValueError(f"schedule row {number}, {column}: {text!r} is not a time of day. Write it as '09:00'.")
        minutes.append(minute_of_day(f"{match[1]}:{match[2]}"))
        utc = utc or match[3] == "Z"
    start, end = minutes
    if end == DAY - 1:
        end = DAY
    return (start, end if end > start else end + DAY), utc


def _hsds_days(values: Mapping[str, str], number: int) -> tuple[list[int], str]:
    text = values.get("byday", "").upper().replace(" ", "")
    if not text:
        return list(range(7)), ""
    days: list[int] = []
    nth: list[str] = []
    for part in text.split(","):
        match = _HSDS_BYDAY.fullmatch(part)
        if not match:
            raise ValueError(f"schedule row {number}, byday: {part!r} is not a day. Write days as 'MO,TU' or '2TU'.")
        days.append(_HSDS_DAYS.index(match[2]))
        if match[1]:
            nth.append(str(int(match[1])))
    return sorted(set(days)), ",".join(dict.fromkeys(nth))


def _hsds_date(values: Mapping[str, str], column: str, number: int) -> dt.date | None:
    text = values.get(column, "")
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"schedule row {number}, {column}: {text!r} is not a date. Write it as '2027-03-14'.") from None


# ---------------------------------------------------------------- plain words


def in_words(schedule: Schedule | Hours, language: Language = "en") -> str:
    """Return hours as a sentence for people. Runs of a day or more are told by their ends.

    For `Hours`, each kind is named unless everything is `open`, and what is only possible says so and why.

    >>> in_words(Schedule.daily("09:00", "17:00", days=range(5)))
    'Monday to Friday 09:00-17:00'
    >>> in_words(Schedule.daily("00:00", "24:00", days=[5, 6]), "es")
    'de sábado 00:00 a lunes 00:00'
    >>> in_words(ALWAYS)
    'every day, all day'
    """
    _check_language(language)
    if isinstance(schedule, Schedule):
        return _week_in_words(schedule, language)
    parts: list[str] = []
    several = any(piece.kind != "open" for piece in schedule.pieces)
    for kind in KINDS:
        certain = schedule.of_kind(kind, certain_only=True)
        label = f"{KIND_WORDS[language][kind]}: " if several else ""
        if certain:
            parts.append(label + _week_in_words(certain, language))
        for piece in schedule.pieces:
            if piece.kind == kind and not piece.certain and piece.when:
                words = _week_in_words(piece.when, language)
                why = ", ".join(_doubts_in_words(piece, language))
                parts.append(f"{label}{_PHRASES[language]['possible']}: {words}" + (f" ({why})" if why else ""))
    parts += _holidays_in_words(schedule, language)
    return "; ".join(parts) or _PHRASES[language]["never"]


def run_in_words(start: int, end: int, language: Language = "en") -> str:
    """Return one circular run, in minutes after Monday 00:00 (the end may lie past the week), as words.

    >>> run_in_words(7200, 10080)
    'Saturday 00:00 to Monday 00:00'
    >>> run_in_words(9840, 10200, "es")
    'de domingo 20:00 a lunes 02:00'
    >>> run_in_words(480, 1440)
    'Monday 08:00-24:00'
    """
    _check_language(language)
    if end <= start:
        raise ValueError(f"a run must end after it starts, not ({start}, {end}); add {WEEK} to an end past Sunday")
    phrases, names = _PHRASES[language], DAY_NAMES[language]
    if end - start >= WEEK:
        return phrases["always"]
    first = names[start // DAY % 7]
    if (end - 1) // DAY == start // DAY:
        return f"{first} {clock(start % DAY)}-{clock(end)}"
    words = f"{first} {clock(start % DAY)} {phrases['to']} {names[end // DAY % 7]} {clock(end % DAY)}"
    return f"de {words}" if language == "es" else words


def _check_language(language: str) -> None:
    if language not in DAY_NAMES:
        raise ValueError(f"hours are told in English ('en') or Spanish ('es'), not in {language!r}")


def _week_in_words(schedule: Schedule, language: Language) -> str:
    phrases = _PHRASES[language]
    if schedule == ALWAYS:
        return phrases["always"]
    if not schedule:
        return phrases["never"]
    long_runs = [run for run in schedule.runs() if run[1] - run[0] > DAY]
    short = schedule - Schedule.of(*long_runs) if long_runs else schedule
    parts = []
    for days, spans in _groups(spans_by_day(short)):
        times = f" {phrases['and']} ".join(f"{clock(start)}-{_end_clock(end)}" for start, end in spans)
        parts.append((days[0], f"{_days_in_words(days, language)} {times}"))
    parts += [(start // DAY, run_in_words(start, end, language)) for start, end in long_runs]
    return "; ".join(words for _, words in sorted(parts, key=lambda part: part[0]))


def _days_in_words(days: Sequence[int], language: Language) -> str:
    phrases, names = _PHRASES[language], DAY_NAMES[language]
    if len(days) == 7:
        return phrases["daily"]
    words: list[str] = []
    for first, last in _ranges(days):
        if last - first >= 2:
            words.append(f"{names[first]} {phrases['to']} {names[last]}")
        else:
            words += [names[day] for day in range(first, last + 1)]
    return f" {phrases['and']} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _doubts_in_words(piece: Piece, language: Language) -> list[str]:
    phrases = _PHRASES[language]
    words: list[str] = []
    for flag in piece.flags:
        name, _, value = flag.partition(":")
        if name in ("nth", "closed_nth") and value:
            which = f" {phrases['and']} ".join(_ORDINALS[language].get(int(number), number) for number in value.split(","))
            words.append(phrases[name].format(which=which))
        elif name == "months":
            for part in value.split(","):
                ends = [MONTH_NAMES[language][int(month) - 1] for month in part.split("-")]
                words.append(phrases["months" if len(ends) > 1 else "month"].format(first=ends[0], last=ends[-1]))
        elif name in REASONS[language] and not (
            (name == "nth_weekday" and flag_value(piece.flags, "nth"))
            or (name == "closed_nth" and flag_value(piece.flags, "closed_nth"))
            or (name == "seasonal" and flag_value(piece.flags, "months"))
        ):
            words.append(REASONS[language][name])
    return words


def _holidays_in_words(hours: Hours, language: Language) -> list[str]:
    phrases = _PHRASES[language]
    words: list[str] = []
    for flag in sorted({flag for piece in hours.pieces for flag in piece.flags}):
        name, _, value = flag.partition(":")
        if name == "ph_off":
            words.append(phrases["ph_off"])
        elif name == "ph_hours":
            words.append(f"{phrases['ph_hours']} {value}")
        elif name == "closed_dates":
            words += [f"{phrases['closed_on']} {int(date[3:])} {MONTH_NAMES[language][int(date[:2]) - 1]}" for date in value.split(",")]
    for exception in hours.exceptions:
        times = f" {phrases['and']} ".join(f"{clock(start)}-{_end_clock(end)}" for start, end in exception.spans)
        words.append(f"{exception.on.isoformat()} {times}" if times else f"{phrases['closed_on']} {exception.on.isoformat()}")
    return words


__all__ = [
    "HSDS_COLUMNS",
    "Language",
    "flag_value",
    "from_hsds",
    "from_osm",
    "in_words",
    "run_in_words",
    "spans_by_day",
    "to_hsds",
    "to_osm",
]
