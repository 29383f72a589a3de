"""The M of Monday behind a time is a day, and the M of "P M" an hour: the commonest word order has no silent error here."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from ecosystem.schedule import Schedule
from surveys.hours import read_hours

WEEKDAYS = range(5)


@pytest.mark.parametrize(
    ("text", "opens", "closes", "days"),
    [
        ("8-4:30 M-F", "08:00", "16:30", WEEKDAYS),
        ("8-4:30M-F", "08:00", "16:30", WEEKDAYS),
        ("8-4:30 M-Th", "08:00", "16:30", range(4)),
        ("8-4:30 M, W, F", "08:00", "16:30", (0, 2, 4)),
        ("8-4:30 M/W/F", "08:00", "16:30", (0, 2, 4)),
        ("8-4:30 M W F", "08:00", "16:30", (0, 2, 4)),
        ("9:30-5:30 M", "09:30", "17:30", (0,)),
        ("8a-5p M-F", "08:00", "17:00", WEEKDAYS),
        ("8a-5p M W F", "08:00", "17:00", (0, 2, 4)),
        ("8a-5p M", "08:00", "17:00", (0,)),
        ("8a-5p Mon-Fri", "08:00", "17:00", WEEKDAYS),
        ("8am-4:30pmM-F", "08:00", "16:30", WEEKDAYS),
        ("9 A M - 5 P M, TUE", "09:00", "17:00", (1,)),
        ("9 a m - 5 p m Tuesday", "09:00", "17:00", (1,)),
        ("9 A.M. - 5 P.M. M-F", "09:00", "17:00", WEEKDAYS),
        ("9:00m-5:00pm M-F", "09:00", "17:00", WEEKDAYS),
    ],
)
def test_times_before_days_of_one_letter(text: str, opens: str, closes: str, days: Iterable[int]) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert reading.hours.of_kind("open", certain_only=True) == Schedule.daily(opens, closes, days=days)


@pytest.mark.parametrize("text", ["Sunday 24:00", "Sunday 24:00-", "Su 24:00 until"])
def test_opening_at_the_end_of_a_day_is_refused(text: str) -> None:
    assert read_hours(text).status == "refused"
