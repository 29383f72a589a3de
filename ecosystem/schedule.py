"""At which minutes of the week is somebody there?

A `Schedule` is a set of minutes of the week: half-open intervals [start, end) in minutes after Monday 00:00, local wall time, that
wrap past Sunday midnight. `Hours` is everything a delivery says about its hours: pieces of a kind (open, intake, response, phone,
office), each certain or only possible, and calendar exceptions. Which of the pieces count for coverage depends on how the delivery
works; `Hours.counted` holds that rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAY = 1_440
WEEK = 7 * DAY
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Kind = Literal["open", "intake", "response", "phone", "office"]
KINDS: tuple[Kind, ...] = ("open", "intake", "response", "phone", "office")
Mode = Literal["walk_in", "appointment", "mobile", "phone", "virtual", "residential", "institution"]


def minute_of_day(clock: str) -> int:
    """Return the minutes after midnight of "HH:MM"; "24:00" is 1440.

    >>> minute_of_day("07:30"), minute_of_day("24:00")
    (450, 1440)
    """
    hours, _, minutes = clock.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
        raise ValueError(f"{clock!r} is not a time of day. Write it as '07:30'.")
    value = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or value > DAY:
        raise ValueError(f"{clock!r} is not a time of day. Write it between '00:00' and '24:00'.")
    return value


def clock(minute: int) -> str:
    """Return a minute of the day or of the week as "HH:MM"; the end of a day is "24:00".

    >>> clock(450), clock(1440), clock(1441)
    ('07:30', '24:00', '00:01')
    """
    if minute and minute % DAY == 0:
        return "24:00"
    return f"{minute % DAY // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A set of minutes of the week.

    `intervals` are sorted, disjoint, not touching, and lie within [0, 10080); a run past Sunday midnight is stored as two and joined
    again by `runs`. Build one with `of`, `daily` or `weekly`, which accept any order, overlaps and shifts past midnight. Sets of
    minutes have the algebra of sets: `|`, `&`, `-`, `~`, `<=`.

    >>> late = Schedule.daily("20:00", "02:00", days=[6])      # Sunday evening into Monday
    >>> late.intervals
    ((0, 120), (9840, 10080))
    >>> late.runs()
    ((9840, 10200),)
    """

    intervals: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        last = -1
        for start, end in self.intervals:
            if not (last < start < end <= WEEK):
                raise ValueError(f"intervals {self.intervals} are not sorted, disjoint and within one week; build a Schedule with Schedule.of")
            last = end

    @classmethod
    def of(cls, *intervals: tuple[int, int]) -> Schedule:
        """Return the minutes covered by half-open (start, end) pairs, in minutes after Monday 00:00.

        Starts may be any whole number; ends lie after their start and may run past the week, where they wrap. A pair of a week or more is
        every minute. Raises ValueError where an end does not lie after its start.
        """
        pieces = sorted(intervals)
        last = -1
        for start, end in pieces:
            if start <= last or end <= start:
                break
            last = end
        else:
            if last <= WEEK:
                return _checked(tuple(pieces))
        pieces = []
        for start, end in intervals:
            if end <= start:
                raise ValueError(f"an interval must end after it starts, not ({start}, {end}); for a shift past midnight add {DAY} to the end")
            if end - start >= WEEK:
                return ALWAYS
            length, start = end - start, start % WEEK
            if start + length <= WEEK:
                pieces.append((start, start + length))
            else:
                pieces += [(start, WEEK), (0, start + length - WEEK)]
        return _checked(_merge(pieces))

    @classmethod
    def daily(cls, opens: str, closes: str, *, days: Iterable[int] = range(7)) -> Schedule:
        """Return "HH:MM" to "HH:MM" on each of `days` (0 = Monday). Closing at or before opening is the next day.

        >>> Schedule.daily("07:30", "24:00", days=range(5)).hours      # Minneapolis crisis teams at their start
        82.5
        """
        start, end = minute_of_day(opens), minute_of_day(closes)
        if end <= start:
            end += DAY
        return cls.of(*((day * DAY + start, day * DAY + end) for day in days))

    @classmethod
    def weekly(cls, days: Mapping[str, Sequence[tuple[str, str]]]) -> Schedule:
        """Return the union of ("HH:MM", "HH:MM") pairs per day, keyed Mo, Tu, We, Th, Fr, Sa, Su."""
        return union(cls.daily(opens, closes, days=[DAYS.index(day)]) for day, spans in days.items() for opens, closes in spans)

    @property
    def minutes(self) -> int:
        """How many minutes of the week."""
        return sum(end - start for start, end in self.intervals)

    @property
    def hours(self) -> float:
        """How many hours of the week."""
        return self.minutes / 60

    def runs(self) -> tuple[tuple[int, int], ...]:
        """Return the maximal circular runs; the one past Sunday midnight comes last and ends after 10080. Every minute is one run (0, 10080)."""
        runs = self.intervals
        if len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == WEEK:
            runs = (*runs[1:-1], (runs[-1][0], WEEK + runs[0][1]))
        return runs

    def slots(self, minutes: int = 30) -> NDArray[np.bool_]:
        """Return one bool per slot of the week, shape (10080 / minutes,): True where the slot is wholly open."""
        import numpy as np

        if WEEK % minutes:
            raise ValueError(f"a week has no whole number of {minutes}-minute slots; use 15, 30 or 60")
        is_open = np.zeros(WEEK // minutes, dtype=bool)
        for start, end in self.intervals:
            is_open[-(-start // minutes) : end // minutes] = True
        return is_open

    def on_day(self, day: int) -> tuple[tuple[int, int], ...]:
        """Return the (start, end) minutes of the day that fall on `day` (0 = Monday), cut at midnight."""
        day_start = day * DAY
        return tuple(
            (max(start, day_start) - day_start, min(end, day_start + DAY) - day_start)
            for start, end in self.intervals
            if start < day_start + DAY and end > day_start
        )

    def __contains__(self, minute: int) -> bool:
        return any(start <= minute % WEEK < end for start, end in self.intervals)

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.intervals)

    def __or__(self, other: Schedule) -> Schedule:
        if not self.intervals or not other.intervals:
            return self if self.intervals else other
        return _checked(_merge([*self.intervals, *other.intervals]))

    def __invert__(self) -> Schedule:
        edges = [0, *(edge for interval in self.intervals for edge in interval), WEEK]
        return Schedule(tuple((start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end))

    def __and__(self, other: Schedule) -> Schedule:
        return ~(~self | ~other)

    def __sub__(self, other: Schedule) -> Schedule:
        return self & ~other

    def __le__(self, other: Schedule) -> bool:
        theirs = iter(other.intervals)
        their_start, their_end = next(theirs, (WEEK, WEEK))
        for start, end in self.intervals:
            while their_end < end and their_start < WEEK:
                their_start, their_end = next(theirs, (WEEK, WEEK))
            if not (their_start <= start and end <= their_end):
                return False
        return True


def _checked(intervals: tuple[tuple[int, int], ...]) -> Schedule:
    """Return a schedule of intervals that are known to be sorted, disjoint, not touching and within the week."""
    schedule = object.__new__(Schedule)
    object.__setattr__(schedule, "intervals", intervals)
    return schedule


def _merge(pieces: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    begun, reached = 0, -1  # of the last one
    for start, end in sorted(pieces):
        if start > reached:
            merged.append((start, end))
            begun, reached = start, end
        elif end > reached:
            reached = end
            merged[-1] = (begun, reached)
    return tuple(merged)


NEVER = Schedule()
ALWAYS = Schedule(((0, WEEK),))

PARTS_OF_WEEK: Mapping[str, Schedule] = {
    "weekday_day": Schedule.daily("08:00", "17:00", days=range(5)),
    "weekday_evening": Schedule.daily("17:00", "22:00", days=range(5)),
    "weekday_night": Schedule.daily("22:00", "08:00", days=(6, 0, 1, 2, 3)),
    "weekend_day": Schedule.daily("08:00", "22:00", days=(5, 6)),
    "weekend_night": Schedule.daily("22:00", "08:00", days=(4, 5)),
}
"""The parts of the week that report and map speak of, and that partners see of street teams. Together they are the week, each minute once."""


def union(schedules: Iterable[Schedule]) -> Schedule:
    """Return the minutes that at least one schedule has; none of nothing."""
    return _checked(_merge([interval for schedule in schedules for interval in schedule.intervals]))


def find_holes(schedules: Iterable[Schedule], *, within: Schedule = ALWAYS) -> Schedule:
    """Return the minutes of the week within `within` when none of `schedules` is open.

    Schedules of those who did not answer must be left out by the caller.

    >>> find_holes([Schedule.daily("08:00", "20:00")]).hours
    84.0
    """
    return within - union(schedules)


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement about hours: what kind, when in a usual week, and whether it is certain.

    A piece is not certain (`certain=False`) when the week alone cannot say it: by appointment, every other week, a season, an open end, on
    call without a stated response. `flags` say which (e.g. `by_appointment`, `ampm_inferred`, `nth_weekday`); `note` is the wording kept
    for people.
    """

    kind: Kind
    when: Schedule
    certain: bool = True
    note: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarException:
    """A date on which the usual week does not hold: `spans` are the (start, end) minutes of that day, empty when closed."""

    on: dt.date
    spans: tuple[tuple[int, int], ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Everything a delivery says about its hours: pieces of a usual week and dated exceptions."""

    pieces: tuple[Piece, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()

    @classmethod
    def stated(cls, kind: Kind, when: Schedule) -> Hours:
        """Return hours of one certain piece."""
        return cls((Piece(kind, when),))

    def of_kind(self, *kinds: Kind, certain_only: bool = False) -> Schedule:
        """Return the union of the pieces of these kinds; with `certain_only`, of the certain ones."""
        return union(piece.when for piece in self.pieces if piece.kind in kinds and (piece.certain or not certain_only))

    def counted(self, mode: Mode | None) -> tuple[Schedule, Schedule]:
        """Return (certain, possible) minutes that count for coverage, possible including certain.

        Mobile teams count by their response, lines by their phone hours, places by their intake where it is stated and else by their open
        hours; office hours never count. A mobile team or a line that states only open hours is possible then, and so is everything that
        works by appointment only. `mode` None means that the way of working is not known: whatever is stated is possible.

        >>> Hours.stated("office", ALWAYS).counted("walk_in") == (NEVER, NEVER)
        True
        """
        if mode is None:
            return NEVER, self.of_kind("open", "intake", "response", "phone")
        if mode == "mobile":
            main: tuple[Kind, ...] = ("response",)
        elif mode in ("phone", "virtual"):
            main = ("phone",)
        elif any(piece.kind == "intake" for piece in self.pieces):
            main = ("intake",)
        else:
            main = ("open",)
        certain, possible = self.of_kind(*main, certain_only=True), self.of_kind(*main)
        if not any(piece.kind in main for piece in self.pieces) and mode in ("mobile", "phone", "virtual"):
            possible = self.of_kind("open", "intake")
        if mode == "appointment":
            certain = NEVER
        return certain, certain | possible
