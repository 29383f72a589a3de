"""Which hours does one cell state: a text, the column of a weekday, a shift?

A text is OpenStreetMap syntax, 24/7, or as people write it; a day has times (09:00-12:00, 9am-5pm, 0900-1700). What cannot be read is told and not
guessed. A shift that ends at or before its start ends the next day where that is plausible, else it is taken for a mistake.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from ecosystem.schedule import ALWAYS, DAY, Hours, Kind, Mode
from ecosystem.schedule_formats import from_osm
from surveys.hours.osm_texts import LONGEST_NIGHT, NIGHT_BEGINS, is_osm
from surveys.response import REMEMBERED, Problem, Problems, Tell, fold, quoted

CRISIS_NIGHT_BEGINS = 13 * 60
"""When a night shift may begin for teams, lines and places to sleep; it may be of any length. 12:00-08:00 may be meant as noon to 8 pm."""

_CLOSED = frozenset({"closed", "cerrado", "off", "none", "no", "not open", "no abre", "cerrada", "0"})
_WHOLE_DAY = frozenset({"24 hours", "24 hrs", "24hrs", "24h", "24 hour", "24 7", "24 hours a day", "open 24 hours", "24 horas"})
_DAY_WORDS = {
    word: day
    for day, words in enumerate(
        [
            "monday mon mo m lunes lun lu",
            "tuesday tues tue tu martes mar ma",
            "wednesday weds wed we w miercoles mie mi",
            "thursday thurs thur thu th jueves jue ju",
            "friday fri fr f viernes vie vi",
            "saturday sat sa sabado sab",
            "sunday sun su domingo dom do",
        ]
    )
    for word in words.split()
}
_DAY_GROUPS = {
    "daily": range(7),
    "every day": range(7),
    "all": range(7),
    "all days": range(7),
    "all week": range(7),
    "7 days": range(7),
    "7 days a week": range(7),
    "todos los dias": range(7),
    "todos": range(7),
    "cada dia": range(7),
    "diario": range(7),
    "weekdays": range(5),
    "entre semana": range(5),
    "dias laborables": range(5),
    "weekends": (5, 6),
    "weekend": (5, 6),
    "fines de semana": (5, 6),
    "fin de semana": (5, 6),
}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SPREADSHEET_DATE = re.compile(
    rf"\d{{1,2}}-{_MONTH}\.?(?:-\d{{2,4}})?|{_MONTH}-\d{{1,4}}"
    r"|\d{4}-\d\d-\d\d(?:[ T][\d:.]+)?|(?!24/7/)\d{1,2}/\d{1,2}/\d{2,4}(?: [\d:]+(?: [ap]m)?)?|[a-z]{3} [a-z]{3} \d{1,2} \d{4} .*gmt.*",
    re.IGNORECASE,
)
_NAMED_TIMES = {"noon": 720, "12 noon": 720, "mediodia": 720, "mediodía": 720, "midnight": DAY, "12 midnight": DAY, "medianoche": DAY, "0": 0}
_TIME = r"(\d{1,2})(?:[:.h](\d{2})(?::00)?)?\s*([ap])?\.?(?:m\.?)?"
_CLOCK = re.compile(_TIME, re.IGNORECASE)
_HALF = re.compile(r"[ap]\.?(?:m\.?)?", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"\d\d[:.h]?\d\d.*")
_OSM_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


# -- one text ----------------------------------------------------------------------------------------------------------------------------------


def read_text(text: str, kind: Kind, tell: Tell, *, mode: Mode | None = None) -> Hours | None:
    """Return the hours of a text: 24/7, OpenStreetMap syntax, else as people write them. None where it is refused, which is told.

    >>> read_text("Mo-Fr 07:30-24:00", "open", Problems()).of_kind("open").hours
    82.5
    """
    hours, told = _text_read(text, kind, mode)
    for problem in told:
        tell(problem.code, problem.message, severity=problem.severity, text=problem.text)
    return hours


@functools.lru_cache(maxsize=REMEMBERED)
def _text_read(text: str, kind: Kind, mode: Mode | None) -> tuple[Hours | None, tuple[Problem, ...]]:
    """What `read_text` returns and tells, kept at hand: many write the same hours."""
    problems = Problems()
    hours = _read_text(text, kind, problems, mode)
    return hours, tuple(problems.items)


def _read_text(text: str, kind: Kind, tell: Tell, mode: Mode | None) -> Hours | None:
    if _SPREADSHEET_DATE.fullmatch(text.strip()):
        tell("hours_spreadsheet_date", _spreadsheet_date(text))
        return None
    if fold(text) in _WHOLE_DAY and "?" not in text:
        return Hours.stated(kind, ALWAYS)
    if fold(text) in _CLOSED:
        tell("hours_closed", "the hours are given as closed. If the service is paused or has ended, say so in its own column.")
        return None
    if not is_osm(text):
        return _read_words(text, kind, tell)
    for match in _OSM_SPAN.finditer(text):
        start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if not _is_plausible(start, end, mode) and start < DAY and end <= DAY:
            tell("closes_before_opens", _closes_before_opens(match[0]))
            return None
    try:
        hours = from_osm(text, kind=kind)
    except ValueError as error:
        tell("hours_refused", str(error))
        return None
    if not hours.pieces:
        tell("hours_refused", f"{quoted(text)} names no hour when it is open. Write days and times, such as Mo-Fr 09:00-17:00.")
        return None
    return hours


def _read_words(text: str, kind: Kind, tell: Tell) -> Hours | None:
    """Read hours as people write them."""
    from surveys.hours import read_hours

    try:
        reading = read_hours(text, kind=kind)
    except ValueError:  # a text may cost its own answer, never the run
        tell("hours_refused", f"{quoted(text)} cannot be read. Write days and times, such as Mo-Fr 09:00-17:00.")
        return None
    if reading.status == "refused":
        tell("hours_refused", " ".join(message.text() for message in reading.messages))
        return None
    for message in reading.messages:
        tell("hours_note", message.text(), severity="info")
    return reading.hours


# -- one day, one shift ------------------------------------------------------------------------------------------------------------------------


def read_day(
    text: str, tell: Tell, *, mode: Mode | None = None, whole_day: frozenset[str] = frozenset(), clock_24: bool = False
) -> tuple[tuple[int, int], ...] | None:
    """Return the (start, end) minutes of a day column, () where it is closed; an end past 1440 is the next day.

    Times are of a 24-hour clock or have am/pm (09:00-12:00, 9am-5pm, 0900-1700). None for others (9-5, 1:00-5:00), which only a reader of words
    can judge, and where nobody can tell. `whole_day` are spans by which the source means 24 hours; with `clock_24` all its times are of such a clock.

    >>> read_day("09:00-12:00, 13:00-17:00", Problems()), read_day("closed", Problems()), read_day("1900-2359", Problems())
    (((540, 720), (780, 1020)), (), ((1140, 1440),))
    """
    folded = fold(text)
    if "?" in text:
        return None
    if folded in _CLOSED:
        return ()
    if folded in _WHOLE_DAY or folded == "24":
        return ((0, DAY),)
    if _SPREADSHEET_DATE.fullmatch(text.strip()):
        tell("hours_spreadsheet_date", _spreadsheet_date(text))
        return None
    spans = []
    times = []
    for piece in re.split(r"[;,/\n&]|\band\b|\by\b", text):
        span = re.sub(r"\s*([-–—]|\bto\b|\buntil\b|\btill\b|\ba\b(?!\.))\s*", "-", piece.strip())
        if not span:
            continue
        if span.replace(" ", "") in whole_day:
            spans.append((0, DAY, span))
            continue
        opens, dash, closes = span.partition("-")
        start, end = read_clock(opens), read_clock(closes)
        if not dash or start is None or end is None:
            return None
        times += [opens, closes]
        spans.append((start, end, piece.strip()))
    if not clock_24 and not _is_sure(times):
        return None
    read = []
    for start, end, written in spans:
        shift = _shift(start, end, mode)
        if shift is None:
            tell("closes_before_opens", _closes_before_opens(written), text=text)
            return None
        read.append(shift)
    return tuple(read)


def _is_sure(times: Sequence[str]) -> bool:
    """Whether each of these times names its half of the day, or all are of a 24-hour clock: 13:00 is among them, or all have two digits as 09:00."""
    bare = [time.strip() for time in times if time.strip().casefold() not in _NAMED_TIMES]
    halves = [time for time in bare if _HALF.search(time)]
    of_day = [minute for time in bare if time not in halves and (minute := read_clock(time)) is not None]
    if halves:
        return all(minute >= 13 * 60 for minute in of_day)
    return any(minute >= 13 * 60 or minute < 60 for minute in of_day) or all(map(_TWO_DIGITS.fullmatch, bare))


def _shift(start: int, end: int, mode: Mode | None) -> tuple[int, int] | None:
    """A shift as (start, end) minutes of its day, past 1440 where it ends the next day; None where it may not be meant as written."""
    start, end = start % DAY, DAY if end in (0, DAY - 1) else end
    if not _is_plausible(start, end, mode):
        return None
    return start, end if end > start else end + DAY


def read_clock(text: str) -> int | None:
    """Return the minute of the day of 09:30, 9:30 pm, 9am, 0930, noon, midnight (24:00); None for a bare hour, which may be am or pm.

    >>> read_clock("7.30am"), read_clock("0"), read_clock("2359"), read_clock("12 am"), read_clock("9")
    (450, 0, 1439, 0, None)
    """
    folded = text.strip().casefold().replace("a.m.", "am").replace("p.m.", "pm")
    if folded in _NAMED_TIMES:
        return _NAMED_TIMES[folded]
    if re.fullmatch(r"\d{3,4}", folded):
        hour, minute, half = int(folded[:-2]), int(folded[-2:]), ""
    else:
        match = _CLOCK.fullmatch(folded)
        if match is None or (match[2] is None and match[3] is None and int(match[1]) < 13):
            return None
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= DAY else None


def read_days(text: str) -> tuple[int, ...] | None:
    """Return days of the week (0 = Monday) of Mo-Fr, Sat & Sun, weekdays, "mon tue", lunes a viernes; None where one cannot be read.

    >>> read_days("Su-Th"), read_days("lunes a viernes"), read_days("sa, do")
    ((0, 1, 2, 3, 6), (0, 1, 2, 3, 4), (5, 6))
    """
    folded = fold(re.sub(r"\s*(?:[-–—]|\b(?:to|through|thru|a|al)\b)\s*", " to ", text))
    if folded in _DAY_GROUPS:
        return tuple(_DAY_GROUPS[folded])
    days: set[int] = set()
    words = [word for word in folded.split() if word not in ("and", "y", "e", "the", "los", "las", "el")]
    at = 0
    while at < len(words):
        first = _day(words[at])
        if first is None:
            return None
        if at + 2 < len(words) and words[at + 1] == "to":
            last = _day(words[at + 2])
            if last is None:
                return None
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            at += 3
        else:
            days.add(first)
            at += 1
    return tuple(sorted(days)) or None


def names_a_day(text: str) -> bool:
    """Whether a text has the name of a weekday in it, of three letters or more.

    >>> names_a_day("1st Mondays 9-12"), names_a_day("we open at 9 am")
    (True, False)
    """
    return any(len(word) > 2 and _day(word) is not None for word in fold(text).split())


def _day(word: str) -> int | None:
    found = _DAY_WORDS.get(word)
    return found if found is not None else _DAY_WORDS.get(word.removesuffix("s"))


def read_shift(opens: str, closes: str, tell: Tell, *, mode: Mode | None = None, clock_24: bool = False) -> tuple[int, int] | None:
    """Return the (start, end) minutes of a shift that opens and closes at these times; an end past 1440 is the next day.

    None where they cannot be read, which is told, and without a word for times of an unknown half of the day (1:00 to 5:00, 9 to 5), which only
    a reader of words can judge, unless the source writes its times on a 24-hour clock (`clock_24`).

    >>> read_shift("22:00", "6 am", Problems()), read_shift("9am", "", Problems()), read_shift("9:00", "5:00", Problems())
    ((1320, 1800), None, None)
    """
    start, end = read_clock(opens), read_clock(closes)
    if start is None or end is None:
        if not (_CLOCK.fullmatch(opens.strip()) and _CLOCK.fullmatch(closes.strip())):
            tell("slot_refused", "a shift needs its days, when it opens and when it closes. Write times as 09:30 or 9:30 pm.")
        return None
    if not clock_24 and not _is_sure([opens, closes]):
        return None
    shift = _shift(start, end, mode)
    if shift is None:
        tell("closes_before_opens", _closes_before_opens(f"{opens}-{closes}"))
    return shift


def _is_plausible(start: int, end: int, mode: Mode | None) -> bool:
    """Whether a shift may be meant as written: it ends after it starts, is the whole day, or may be a night shift."""
    if end > start or (start == 0 and end in (0, DAY)):
        return True
    if end == start:
        return False
    if mode in ("mobile", "phone", "residential"):
        return start >= CRISIS_NIGHT_BEGINS
    return start >= NIGHT_BEGINS and end + DAY - start <= LONGEST_NIGHT


def _closes_before_opens(span: str) -> str:
    return f"{quoted(span)} closes at or before it opens, too early or too long for a night. Write 17:00 if 5 pm was meant, else each day by itself."


def _spreadsheet_date(text: str) -> str:
    return f"{quoted(text)} is a date: a spreadsheet probably made it of hours such as 9-7. Ask for the hours again; write them as 09:00-19:00."
