"""When did it happen, by the clock on the wall?

Hours of need and hours of duty are both wall time, so times stay local and carry no zone. A feed may write local time, real UTC, or local time
with a UTC label (Minneapolis does); which of them cannot be seen in the file, so the city says it where a label is there. Twice a year the wall
clock lies: one hour does not exist and one comes twice. Rates therefore count the hours that really passed (`exposure`).
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosystem.calls.engine import named, quoted
from ecosystem.errors import InputError

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

Clock = Literal["local", "utc", "local_labelled_utc"]

SLOTS = 336
"""Half hours of the week: slot 0 begins Monday 00:00."""
FIRST_MONDAY = dt.date(1970, 1, 5)
"""Weeks are counted from this Monday on."""

_HOURS = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
_YEAR_FIRST = tuple(f"{date}{gap}{hour}" for date, gap in (("%Y-%m-%d", " "), ("%Y-%m-%d", "T"), ("%Y/%m/%d", " ")) for hour in _HOURS[2:])
_NAMED = tuple(f"{date} {hour}" for date in ("%d-%b-%Y", "%d %b %Y", "%b %d %Y") for hour in _HOURS)
_MONTH_FIRST = tuple(f"{date} {hour}" for date in ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y") for hour in _HOURS)
_DAY_FIRST = tuple(f"{date} {hour}" for date in ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y") for hour in _HOURS)
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%m/%d/%y")
_LABEL = r"(\.0+)?(Z|[+-]00(:?00)?)$"
_NINES = str.maketrans("0123456789", "9" * 10)
_WEEK = 7 * 86_400_000_000
_OFFSET = r"(?:\.\d+)?[+-](0[1-9]|1[0-4])(:?[0-5]\d)?$"


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """How one column writes its times: formats by falling frequency, dates without a time apart; `has_label` where it says UTC."""

    formats: tuple[str, ...] = ()
    dates_only: tuple[str, ...] = ()
    has_label: bool = False
    has_offset: bool = False
    is_epoch: Literal["", "s", "ms"] = ""

    def joined(self, other: TimeColumn) -> TimeColumn:
        """Return the column with what another look at it found added."""
        return TimeColumn(
            tuple(dict.fromkeys(self.formats + other.formats)),
            tuple(dict.fromkeys(self.dates_only + other.dates_only)),
            self.has_label or other.has_label,
            self.has_offset or other.has_offset,
            self.is_epoch,
        )


def sample_of(connection: duckdb.DuckDBPyConnection, relation: str, column: str, *, rows: int = 5_000) -> list[str]:
    """Return values of a column as text, without blanks."""
    text = f"trim(cast({named(column)} as varchar))"
    return [str(row[0]) for row in connection.execute(f"select {text} from {relation} where nullif({text}, '') is not null limit {rows}").fetchall()]


def find_formats(connection: duckdb.DuckDBPyConnection, values: Sequence[str]) -> TimeColumn:
    """Return how values write their times.

    Values of one shape (digits aside) share a format, so one of each shape is tried. Where a date could be month first or day first in every
    value, it is month first, as American systems write it; one first number above 12 and no second one turns that round.
    """
    alike: dict[str, list[str]] = {}
    for value in values:
        alike.setdefault(value.translate(_NINES), []).append(value)
    epochs = [sum(len(group) for look, group in alike.items() if re.fullmatch(pattern, look)) for pattern in ("9{9,10}", "9{12,13}")]
    if values and max(epochs) > len(values) / 2:
        return TimeColumn(has_label=True, is_epoch="ms" if epochs[1] >= epochs[0] else "s")
    labelled = offset = False
    numbers: list[tuple[int, int]] = []
    shapes: dict[str, tuple[str, int]] = {}
    for look, group in alike.items():
        bare = {look: group}
        if ":" in look and re.search(r"(?:Z|[+-]99(?::?99)?)$", look):
            labelled |= any(re.search(_LABEL, value) for value in group)
            offset |= any(re.search(_OFFSET, value) for value in group)
            bare = {}
            for value in group:
                without = re.sub(_OFFSET, "", re.sub(_LABEL, "", value))
                bare.setdefault(without.translate(_NINES), []).append(without)
        if found := re.match(r"(9{1,2})[/.-](9{1,2})[/.-]9", look):
            (first, end), (second, last) = found.span(1), found.span(2)
            numbers += [(int(value[first:end]), int(value[second:last])) for value in group]
        for form, those in bare.items():
            shape = re.sub(r"[A-Za-z]{3,}", "Mon", form)
            best, n = shapes.get(shape, ("", 0))
            shapes[shape] = (max(best, max(those)), n + len(those))
    day_first = any(first > 12 for first, _ in numbers) and not any(second > 12 for _, second in numbers)
    common = sorted(shapes.values(), key=lambda pair: (-pair[1], pair[0]))[:40]
    formats: dict[str, int] = {}
    dates: dict[str, int] = {}
    for value, n in common:
        for known, counted in (((_DAY_FIRST if day_first else _MONTH_FIRST) + _YEAR_FIRST + _NAMED, formats), (_DATES, dates)):
            tried = ", ".join(f"try_strptime($1, {quoted(form)}) is not null" for form in known)
            reads = [form for form, does in zip(known, connection.execute(f"select {tried}", [value]).fetchall()[0], strict=True) if does]
            if reads:
                counted[reads[0]] = counted.get(reads[0], 0) + n
                break
    return TimeColumn(_by_count(formats), _by_count(dates), labelled, offset)


def _by_count(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda form: (-counts[form], form)))


def check_clock(columns: dict[str, TimeColumn], clock: Clock | None, *, file: str) -> Clock:
    """Return the clock of a file. Raises InputError where its times say that they are UTC and the city does not say whether that is true."""
    labelled = [name for name, column in columns.items() if column.has_label]
    if clock is None and labelled:
        raise InputError(
            f"{file}: the times in {', '.join(labelled)} are labelled as UTC. Some feeds label local time so, and every hour would be off. "
            'Look up one call whose hour you know, then write under [calls] either clock = "utc" or clock = "local_labelled_utc".'
        )
    return clock or "local"


def time_sql(text: str, how: TimeColumn, clock: Clock, time_zone: str) -> str:
    """Return the SQL of the naive local time in a text; NULL where it is blank or cannot be read. A date without a time is midnight."""
    if how.is_epoch:
        number = f"try_cast({text} as bigint)"
        moment = f"make_timestamp_ms({number})" if how.is_epoch == "ms" else f"make_timestamp_ms({number} * 1000)"
    elif how.formats or how.dates_only:
        bare = f"regexp_replace({text}, {quoted(_LABEL)}, '')" if how.has_label else text
        bare = f"regexp_replace({bare}, {quoted(_OFFSET)}, '')" if how.has_offset else bare
        moment = f"try_strptime({bare}, [{', '.join(quoted(form) for form in how.formats + how.dates_only)}])"
    else:
        moment = "cast(null as timestamp)"
    return f"timezone({quoted(time_zone)}, timezone('UTC', {moment}))" if clock == "utc" else moment


def slot_sql(moment: str) -> str:
    """Return the SQL of the half hour of the week a local time lies in, 0 to 335."""
    return f"cast({_into_week(moment)} // 1800000000 as smallint)"


def week_sql(moment: str) -> str:
    """Return the SQL of the number of the week (Monday to Sunday) a local time lies in."""
    return f"cast(({_since_first_monday(moment)} - {_into_week(moment)}) // {_WEEK} as integer)"


def _since_first_monday(moment: str) -> str:
    days = (FIRST_MONDAY - dt.date(1970, 1, 1)).days
    return f"(epoch_us({moment}) - {days * 86_400_000_000})"


def _into_week(moment: str) -> str:
    """Microseconds since Monday 00:00, by plain numbers, which are quicker than a calendar; the remainder of times before 1970 is negative in SQL."""
    return f"(({_since_first_monday(moment)} % {_WEEK} + {_WEEK}) % {_WEEK})"


def week_starts(week: int) -> dt.date:
    """Return the Monday of a numbered week.

    >>> week_starts(0), week_starts(2956)
    (datetime.date(1970, 1, 5), datetime.date(2026, 8, 31))
    """
    return FIRST_MONDAY + dt.timedelta(weeks=week)


def exposure(first: dt.date, last: dt.date, time_zone: str) -> NDArray[np.float64]:
    """Return how many real hours each half-hour slot of the week had from `first` to `last`, both whole days: 336 numbers.

    On the night that clocks go forward, 02:00 to 03:00 has no hour; on the night that they go back, 01:00 to 02:00 has two.
    """
    zone = zoneinfo.ZoneInfo(time_zone)
    start = dt.datetime.combine(first, dt.time(), zone).astimezone(dt.UTC)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    hours = np.zeros(SLOTS)
    quarter = dt.timedelta(minutes=15)  # some zones are off by a quarter of an hour
    moment = start
    while moment < end:
        wall = moment.astimezone(zone)
        hours[wall.weekday() * 48 + wall.hour * 2 + wall.minute // 30] += 0.25
        moment += quarter
    return hours


def doubtful_hours(first: dt.date, last: dt.date, time_zone: str) -> tuple[tuple[dt.datetime, dt.datetime, str], ...]:
    """Return the wall hours from `first` to `last` that do not exist ("missing") or come twice ("twice"), as (start, end, which)."""
    zone = zoneinfo.ZoneInfo(time_zone)
    found: list[tuple[dt.datetime, dt.datetime, str]] = []
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        before = dt.datetime.combine(day, dt.time(), zone).utcoffset()
        after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone).utcoffset()
        if before == after or before is None or after is None:
            continue
        minute = dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
        while (minute + dt.timedelta(minutes=1)).astimezone(zone).utcoffset() == before:
            minute += dt.timedelta(minutes=1)
        turn = minute.astimezone(zone).replace(tzinfo=None) + dt.timedelta(minutes=1)
        shift = after - before
        found.append((turn, turn + shift, "missing") if shift > dt.timedelta(0) else (turn + shift, turn, "twice"))
    return tuple(found)
