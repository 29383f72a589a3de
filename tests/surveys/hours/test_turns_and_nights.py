"""Where the order turns from times first to days first, a day replaces that of "daily", and "nights" says which half of the day is meant."""

from __future__ import annotations

import pytest

from surveys.hours import read_hours
from surveys.hours.table import intervals


def days(names: str, times: str) -> str:
    return "; ".join(f"{name} {times}" for name in names.split())


WEEKDAYS, DAILY = "Mo Tu We Th Fr", "Mo Tu We Th Fr Sa Su"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9am-5pm Mon-Thu, Fri 9am-3pm", days("Mo Tu We Th", "09:00-17:00") + "; Fr 09:00-15:00"),
        ("Open 24 hours Mon-Fri, Sat-Sun 8am-8pm", days(WEEKDAYS, "00:00-24:00") + "; " + days("Sa Su", "08:00-20:00")),
        ("9-5 Mon, Tue 6-8pm Wed", days("Mo Tu", "09:00-17:00") + "; We 18:00-20:00"),  # times first throughout
        ("Daily 9-5, Sundays 12-5", days("Mo Tu We Th Fr Sa", "09:00-17:00") + "; Su 12:00-17:00"),
        ("Open every day 8-8; Sun 10-6", days("Mo Tu We Th Fr Sa", "08:00-20:00") + "; Su 10:00-18:00"),
        ("Daily 9-5; Walk-in Wed 10-12", days(DAILY, "09:00-17:00")),  # another service
        ("Fri nights 10-2", "Fr 22:00-02:00"),
        ("Night shelter 8-6 daily", days(DAILY, "20:00-06:00")),
        ("Overnight shelter 9-7 daily", days(DAILY, "21:00-07:00")),
        ("Friday night 6-9", "Fr 18:00-21:00"),
    ],
)
def test_one_reading_is_possible(text: str, expected: str) -> None:
    reading = read_hours(text)
    assert reading.messages == ()
    assert intervals(reading.stated) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Open Mon-Fri 9-5; Wed 9-12", "contradiction"),
        ("Daily 9-5, 1st Sun 12-5", "contradiction"),
        ("Nightly 9-6", "overnight"),
        ("Nights and weekends 24 hours", "daypart"),  # when does a night begin?
        ("Sunday night service 6-7", "ampm_ambiguous"),  # an hour, or thirteen
    ],
)
def test_two_readings_are_asked_about(text: str, code: str) -> None:
    assert read_hours(text).flags == (code,)
