"""Which minutes of the day do times such as "9-5" or "8:30 - 5:30 pm" mean?

Times with am and pm, or on a 24-hour clock, are taken as written. Others are read only where one reading is possible; `resolve` raises
`Refused` with the readings that are. `fault_of` says when times that are clear cannot be meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, product

from ecosystem.schedule import DAY, Schedule, clock
from surveys.hours.clauses import Span
from surveys.hours.tokens import Clock

Minutes = tuple[int, int]  # (start, end) minutes of the day; an end past 1440 is the next day

NIGHT_OVER = 36 * 60  # minutes of the day, past midnight: by then a night that began on it is over
EARLIEST, LATEST = 6 * 60, 23 * 60  # a time without am or pm lies between these minutes of the day
NIGHTS = frozenset({"night", "overnight"})
LONGEST_INFERRED, LONGEST, LONGEST_TO_MIDNIGHT = 14 * 60, 16 * 60, 17 * 60


class Refused(Exception):
    """A part of the text could mean several things, or nothing known."""

    def __init__(self, code: str, place: tuple[int, int], hint: str = "") -> None:
        super().__init__(code)
        self.code, self.place, self.hint = code, place, hint


def minute_at(clock_: Clock, half: str) -> int:
    """Return the minute of the day of a time in the half "a" or "p"; with "", as on a 24-hour clock."""
    hour = clock_.hour
    if half == "a" or half == "p":
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + clock_.minute


def half_of(time: Clock) -> str:
    """Return the half of the day that is written, "" where none is or it is garbled."""
    return time.half if time.half in ("a", "p") else ""


def readings_of(span: Span, days: int, *, military: bool) -> tuple[list[Minutes], bool]:
    """Return the readings of a range, and whether am or pm had to be inferred."""
    if span.all_day:
        return [(0, DAY)], False
    if span.start is None or span.end is None:
        raise TypeError("a range that is open on one side has no readings")
    found, inferred = _readings(span.start, span.end, days >= 5, military)
    return list(found), inferred


def _readings(first: Clock, last: Clock, most_days: bool, military: bool) -> tuple[tuple[Minutes, ...], bool]:
    half1, half2 = half_of(first), half_of(last)
    fixed1 = bool(half1) or first.military
    fixed2 = bool(half2) or last.military
    if military and (first.bare or last.bare) and not (half1 or half2 or first.military or last.military) and last[:2] <= first[:2]:
        military = False  # "10-2" beside "14:00-18:00" is no night of 16 hours
    if (fixed1 and fixed2) or (military and not half1 and not half2) or (first.military and not half2) or (last.military and not half1):
        start, end = minute_at(first, half1), minute_at(last, half2)
        if start == end and (half1 or start == 0):
            return (((start, start) if start else (0, DAY)),), False
        if end < start < min(end + DAY // 2, 16 * 60) and first.hour > 12 and not half2 and last.hour:
            return ((start, end + DAY), (start, end + DAY // 2)), False  # "13-5": the second time of a 12-hour clock?
        return ((start, end if end > start else end + DAY),), False
    if fixed1 and half1:
        start = minute_at(first, half1)
        length = (minute_at(last, "a") - start) % 720 or 720
        found = [(start, start + length)]
        if length <= 120:
            found.append((start, start + length + 720))
        return tuple(found), True
    if fixed2 and half2:
        same = (first.hour % 12, first.minute) < (last.hour % 12, last.minute)
        end = minute_at(last, half2)
        start = minute_at(first, half2 if same else "a" if half2 == "p" else "p")
        found = [(start, end if end > start else end + DAY)]
        if not same and half2 == "a" and 7 <= first.hour <= 11 and (last.hour == 12 or 4 <= last.hour <= 6):
            found.append((minute_at(first, "a"), minute_at(last, "p")))  # "9-12am", "8:30-4:30 am": is it the half that is wrong?
        if same and half2 == "p" and 7 <= first.hour <= 9 and most_days and end - start <= 120:
            found.append((minute_at(first, "a"), end))
        return tuple(found), True
    found = []
    start, end = minute_at(first, "a"), minute_at(last, "a")
    for begins, ends in ((start, end), (start, end + 720), (start + 720, end), (start + 720, end + 720)):
        if begins >= EARLIEST and ends <= LATEST and 0 < ends - begins <= LONGEST_INFERRED:
            found.append((begins, ends))
    if len(found) == 1 and found[0][1] == LATEST:
        found.insert(0, (found[0][0] - 720, LATEST - 720))  # "3-11" could be the night shift's end or the morning's
    return tuple(found), True


def resolve(spans: Sequence[Span], days: int, dayparts: Sequence[str], *, military: bool) -> tuple[tuple[Minutes, ...], bool]:
    """Return the ranges of a list in minutes of the day, and whether am or pm was inferred. Ranges of a list follow one another."""
    choices = [readings_of(span, days, military=military) for span in spans]
    if dayparts and NIGHTS.issuperset(dayparts):
        choices = [([*found, *_by_night(span)], was) for span, (found, was) in zip(spans, choices, strict=True)]
    inferred = any(was for _, was in choices)
    if all(len(found) == 1 for found, _ in choices) and not (inferred and dayparts):
        readings = [tuple(found[0] for found, _ in choices)]
    else:
        readings = [
            reading
            for reading in product(*(found for found, _ in choices))
            if all(before[1] <= after[0] for before, after in pairwise(reading)) and fits(reading, dayparts)
        ]
    if len(readings) != 1:
        unclear, found = next(((span, found) for span, (found, _) in zip(spans, choices, strict=True) if len(found) != 1), (spans[0], choices[0][0]))
        could = " or ".join(f"{clock(start)}-{clock(end if end <= DAY else end - DAY)}" for start, end in found) or "several times"
        raise Refused("ampm_ambiguous", unclear.place, could)
    return readings[0], inferred


def _by_night(span: Span) -> list[Minutes]:
    """Return the reading over midnight of times without am or pm, where nights are named: "Fri nights 10-2"."""
    first, last = span.start, span.end
    if first is None or last is None or first.half or last.half or first.military or last.military:
        return []
    start, end = minute_at(first, "p"), minute_at(last, "a") + DAY
    return [(start, end)] if end - start <= LONGEST_INFERRED else []


@lru_cache(maxsize=8192)
def range_of(first: Clock, last: Clock, most_days: bool, military: bool) -> tuple[Minutes, bool] | None:
    """Return a range whose times have one plausible reading, and whether am or pm was inferred; None where judgement is needed."""
    readings, inferred = _readings(first, last, most_days, military)
    if len(readings) != 1 or fault_of(*readings[0], military=military) or readings[0] == (0, DAY) or readings[0][1] == DAY - 1:
        return None
    return readings[0], inferred


def ranges_of(spans: Sequence[Span], days: int, *, military: bool) -> tuple[tuple[Minutes, ...], bool] | None:
    """Return ranges that have one plausible reading each and follow one another, as `resolve` does; None where judgement is needed."""
    minutes: list[Minutes] = []
    any_inferred = False
    before = 0
    for span in spans:
        found = range_of(span.start, span.end, days >= 5, military) if span.start is not None and span.end is not None else None
        if found is None or found[0][0] < before:
            return None
        before = found[0][1]
        minutes.append(found[0])
        any_inferred = any_inferred or found[1]
    return tuple(minutes), any_inferred


@lru_cache(maxsize=4096)
def week_of(days: tuple[int, ...], spans: tuple[Minutes, ...]) -> Schedule:
    """Return the minutes of the week of ranges on each of some days."""
    return Schedule.of(*[(day * DAY + start, day * DAY + end) for day in days for start, end in spans])


DAYPART_HOURS = {"morning": (300, 780), "afternoon": (690, 1110), "evening": (960, 1440), "night": (1020, 1860), "overnight": (1020, 2160)}


def fits(reading: Sequence[Minutes], dayparts: Sequence[str]) -> bool:
    """Whether the ranges lie in the one part of the day that is named ("evening"); True where none is, or several are."""
    if len(set(dayparts)) != 1:
        return True
    earliest, latest = DAYPART_HOURS[dayparts[0]]
    return all(earliest <= start and end <= latest for start, end in reading)


def fault_of(start: int, end: int, *, military: bool) -> str:
    """Return the code of what is wrong with a range of clear times, "" when nothing is."""
    length = end - start
    if length == 0:
        return "zero_length"
    if (start, length) == (0, DAY) or (start <= 1 and end == DAY - 1):
        return ""
    if start < 4 * 60 and 9 * 60 <= end < DAY - 1:
        return "ampm_fault"  # 1:00 am - 3:00 pm
    if length > (LONGEST_TO_MIDNIGHT if end == DAY else LONGEST):
        return "ampm_fault" if end > DAY else "too_long"
    if end > DAY + 12 * 60 - 1 or (end > DAY and start < 10 * 60):
        return "ampm_fault"  # 9 pm - noon, 9 am - 1 am
    if military and 0 < start < end <= 6 * 60:
        return "ampm_fault"  # 1:00-5:00 beside 13:00-17:00
    return ""
