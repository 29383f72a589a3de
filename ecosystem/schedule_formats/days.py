"""How does a week look day by day, as people write it?"""

from __future__ import annotations

from collections.abc import Sequence

from ecosystem.schedule import DAY, Schedule, clock

Spans = tuple[tuple[int, int], ...]  # (start, end) minutes of a day; an end past 1440 is the next day


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


def days_alike(days: Sequence[Spans]) -> list[tuple[list[int], Spans]]:
    """Return the days that share their spans, in the order of the first day of each group; days without spans are left out."""
    groups: dict[Spans, list[int]] = {}
    for day, spans in enumerate(days):
        if spans:
            groups.setdefault(spans, []).append(day)
    return [(members, spans) for spans, members in groups.items()]


def day_ranges(days: Sequence[int]) -> list[tuple[int, int]]:
    """Return consecutive days as (first, last) pairs; a range past Sunday is two."""
    ranges: list[tuple[int, int]] = []
    for day in days:
        if ranges and ranges[-1][1] == day - 1:
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges


def end_clock(end: int) -> str:
    """Return the end of a span as "HH:MM", also where it lies on the next day."""
    return clock(end) if end <= DAY else clock(end - DAY)


def begun_on(when: Schedule, days: Sequence[int]) -> Schedule:
    """Return the part of `when` whose shifts begin on `days`."""
    return Schedule.of(*((day * DAY + start, day * DAY + end) for day, spans in enumerate(spans_by_day(when)) if day in days for start, end in spans))


def spans_text(spans: Spans) -> str:
    """Return spans as "09:00-12:00,22:00-06:00"."""
    return ",".join(f"{clock(start)}-{end_clock(end)}" for start, end in spans)
