"""OpenStreetMap text in a column of hours is read by its own syntax, and never surer than it is. Expected values by hand from its specification."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from surveys.hours import read_hours
from surveys.response import Problems
from surveys.stated_hours import read_text

WORKDAYS = range(5)
MORNING, AFTERNOON = Schedule.daily("09:00", "12:00", days=WORKDAYS), Schedule.daily("13:00", "17:00", days=WORKDAYS)


@pytest.mark.parametrize(
    ("text", "stated", "flags"),
    [
        ("Mo-Fr 09:00-12:00,13:00-17:00; PH off", MORNING | AFTERNOON, {"ph_off"}),
        ("Mo-Fr 08:00-18:00; PH closed", Schedule.daily("08:00", "18:00", days=WORKDAYS), {"ph_off"}),
        ("Mo-Su,PH 10:00-20:00", Schedule.daily("10:00", "20:00"), {"ph_hours:10:00-20:00"}),
        ("Mo-Fr 09:00-17:00; Dec 25 off", Schedule.daily("09:00", "17:00", days=WORKDAYS), {"closed_dates:12-25"}),
        ("Mo-Su 09:00-17:00; We off", Schedule.daily("09:00", "17:00", days=(0, 1, 3, 4, 5, 6)), set()),
        ('Mo-Fr 09:00-17:00 "phone"', Schedule.daily("09:00", "17:00", days=WORKDAYS), set()),
    ],
)
def test_what_only_openstreetmap_says_is_read(text: str, stated: Schedule, flags: set[str]) -> None:
    reading = read_hours(text)
    assert (reading.status, reading.stated, reading.messages) == ("read", stated, ())
    assert set(reading.flags) == flags


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("We[2,4] 10:00-12:00", "nth_weekday"),
        ("Su[-1] 10:00-12:00", "nth_weekday"),
        ('Mo-Fr 09:00-17:00 "by appointment"', "by_appointment"),
        ('Mo-Fr 09:00-17:00 unknown "by appointment"', "by_appointment"),
        ('"by appointment"', "by_appointment"),
        ('Mo-Fr 09:00-17:00 "only in summer"', "seasonal"),
        ("Mo-Fr 09:00-17:00; SH off", "unclear"),
    ],
)
def test_what_a_week_cannot_say_is_only_possible(text: str, reason: str) -> None:
    """In the reading by itself and in the answers of a city alike."""
    hours = read_text(text, "open", Problems())
    assert hours is not None
    for pieces in (read_hours(text).hours.pieces, hours.pieces):
        assert pieces
        assert not any(piece.certain for piece in pieces)
        assert all(reason in piece.flags for piece in pieces)


@pytest.mark.parametrize("text", ["Mo-Fr 09:00-05:00; PH off", "Mo-Fr 21:00-20:00; PH off", "week 1-53/2 Mo 09:00-12:00", "Su off", "PH off"])
def test_what_cannot_be_meant_or_is_not_known_leaves_nothing_certain(text: str) -> None:
    assert not any(piece.certain and piece.when for piece in read_hours(text).hours.pieces)
