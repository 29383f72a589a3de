"""When is a service of a directory open, by its rules of opening?

HSDS writes hours as rules: days of the week or of the month, from a date to a date, from an hour to an hour. Those that hold every week become
one text of hours per kind; one that never opens, cannot be read or closes before it opens is told.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence

from ecosystem.hsds import (
    Record,
)
from ecosystem.schedule import DAY, Hours, Schedule, minute_of_day
from ecosystem.schedule_formats import from_hsds, is_own_notes, to_osm
from surveys.hours import read_hours
from surveys.listing_losses import Ledger

YEARS_AHEAD = 5
"""A rule of opening that has no date for so long never opens."""
EARLIEST_NIGHT, LONGEST_NIGHT = 15 * 60, 17 * 60
"""A schedule that closes before it opens and begins before this minute, or lasts for more than these minutes, is a fault and no night."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::\d\d(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_BARE = re.compile(r"\d(?:[:.]\d\d(?::00)?)?|1[0-2]")  # 9:00, 9, 12: no word of am or pm, nor of a 24-hour clock
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")


def hours_of(schedules: Sequence[Record], ledger: Ledger) -> dict[str, tuple[str, Record, str]]:
    """Return the hours that the schedules of one service or place come to: question -> (text, record, field).

    Plain weeks come day by day, so that one bad day costs that day; a rule with dates, numbered weekdays or every second week comes as one
    OpenStreetMap text; a schedule with no more than words as these words. What cannot be read, and what never opens, is told and left out.
    """
    military = any(_is_late(schedule.text(name)) for schedule in schedules for name in ("opens_at", "closes_at"))
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
                plain.setdefault(day, []).append((_span(schedule, ledger, military=military), schedule))
        elif not day_rule:
            message = "this schedule names no day of the week, so its hours are not used. Ask on which days they hold."
            ledger.tell(schedule, "schedule_refused", message, column="byday", text=_rule_text(schedule), dropped="schedule.opens_at")
        else:
            for day in day_rule:
                plain.setdefault(day, []).append((_span(schedule, ledger, military=military), schedule))
    rules = [rule for rule in rules if not (rule.text("freq") or rule.text("valid_from")) or _opens(rule, ledger)]
    found: dict[str, tuple[str, Record, str]] = {}
    if rules:
        whole = [*rules, *({id(record): record for spans in plain.values() for _, record in spans}.values())]
        if text := _as_osm(whole, ledger, military=military):
            for word in words:
                message = "these words stand beside schedules with dates, which are used alone. Ask whether the words change them."
                ledger.tell(word, "schedule_refused", message, column="text", text=word.text("text") or word.text("description"))
            return {"hours": (text, whole[0], "schedules")}
    for day, spans in sorted(plain.items()):
        texts = [text for text, _ in spans if text != "closed"] or ["closed"]
        found[f"hours_{_WEEKDAYS[day]}"] = (", ".join(dict.fromkeys(texts)), spans[0][1], "opens_at")
    if words:
        said = [word.text("text") or word.text("description") for word in words]
        found["hours"] = ("; ".join(dict.fromkeys(said)), words[0], "text" if words[0].text("text") else "description")
    return found


def _day_rule(schedule: Record) -> list[int] | None:
    """The days of a rule that says every week and no more, or nothing beside its hours; None for any other.

    A rule that names no day has that of its `dtstart`, else none.
    """
    limits = ("count", "byweekno", "bymonthday", "byyearday", "valid_from", "valid_to", "until", "attending_type")
    weekly = schedule.text("freq").upper() == "WEEKLY" or not any(schedule.text(name) for name in ("freq", "byday", "dtstart"))
    if not weekly or schedule.text("interval") not in ("", "1") or any(schedule.text(name) for name in limits):
        return None
    if not (schedule.text("opens_at") and schedule.text("closes_at")) or re.search(r"[Zz]$", schedule.text("opens_at")):
        return None
    parts = [part.strip().upper() for part in schedule.text("byday").split(",") if part.strip()]
    if any(part not in _CODES for part in parts):
        return None
    try:
        begin = _date(schedule.text("dtstart"))
    except ValueError:
        begin = None
    return [_CODES.index(part) for part in parts] or ([] if begin is None else [begin.weekday()])


def _weekdays(text: str) -> list[int] | None:
    """The days of a weekday of HSDS 1.x: its name, or its number from Monday = 1; a list or a range of them. None where it says anything else."""
    names = re.sub(r"\b([1-7])\b", lambda number: calendar.day_name[int(number[1]) - 1], text)
    hours = read_hours(f"{names} 9am-5pm").hours
    days = [day for day in range(7) if Schedule.daily("09:00", "17:00", days=[day]) & hours.of_kind("open")]
    return days if hours == Hours.stated("open", Schedule.daily("09:00", "17:00", days=days)) and days else None


def _span(schedule: Record, ledger: Ledger, *, military: bool) -> str:
    """The hours of a schedule as a day's answer: "09:00-17:00", or "closed" where there are none; what is no time stays as it is.

    "1:00-5:00" stays so where no other time is of a 24-hour clock (`military`): it says nothing of am and pm. Words beside the times come with
    them where they make the hours less than certain.
    """
    texts = [schedule.text("opens_at"), schedule.text("closes_at")]
    said = [text for name in ("description", "notes") if (text := schedule.text(name))]
    if not any(texts):
        return "; ".join(said) or "closed"
    bare = not military and _is_bare(*texts)
    times = [(text if bare and _BARE.fullmatch(text) else clock_time(text)) or text for text in texts]
    if any(re.search(r"[ap]\.?m|^\d{1,2}$", text, re.IGNORECASE) for text in texts):
        ledger.count("schedule.opens_at", guessed=1)
    if times[1] in ("23:59", "00:00") and times[0] != times[1]:
        times[1] = "24:00"
    if times == ["00:00", "00:00"]:
        times = ["00:00", "24:00"]
    span = "-".join(filter(None, times))
    return next((f"{span} ({words})" for words in said if _limits(words)), span)


@functools.lru_cache(maxsize=8192)
def _limits(words: str) -> bool:
    """Whether words beside the hours of a day are understood, and make them less than certain: "By appointment only"."""
    reading = read_hours(f"Monday 9am-5pm ({words})")
    return bool(reading.hours.pieces) and not any(piece.certain for piece in reading.hours.pieces)


def _is_bare(opens: str, closes: str) -> bool:
    """Whether times say nothing of am and pm, as "1:00" to "5:00" does; what closes before it opens is a fault in any case."""
    return any(map(_BARE.fullmatch, (opens, closes))) and clock_time(opens) < clock_time(closes)


def _is_late(text: str) -> bool:
    """Whether a time is written as only a 24-hour clock has it."""
    return bool(re.match(r"(?:0|1[3-9]|2\d)", text)) and not re.search("[ap]", text, re.IGNORECASE)


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


def _as_osm(schedules: Sequence[Record], ledger: Ledger, *, military: bool) -> str:
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
        if not row["notes"] and not (clock_time(row.get("opens_at", "")) and clock_time(row.get("closes_at", ""))):
            if "weekday" not in row or any(row.get(name) for name in ("opens_at", "closes_at", "description")):
                message = "it does not say from when until when it is open. Its hours are not used; ask for them."
                ledger.tell(schedule, "schedule_refused", message, column="opens_at", text=_rule_text(schedule), dropped="schedule.opens_at")
            continue
        opens, closes = schedule.text("opens_at"), schedule.text("closes_at")
        if not military and _is_bare(opens, closes):
            as_written = Schedule.daily(clock_time(opens), clock_time(closes), days=[0])
            if read_hours(f"Monday {opens}-{closes}").stated != as_written:
                message = "its times say neither am nor pm. Its hours are not used; ask for them."
                ledger.tell(schedule, "schedule_refused", message, column="opens_at", text=_rule_text(schedule), dropped="schedule.opens_at")
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
