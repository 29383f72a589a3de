"""A closure takes hours from the service it is said of, and a closed night is the night that begins on that day."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from ecosystem.schedule_formats import from_osm, to_osm
from surveys.hours import read_hours

NIGHTS = Schedule.daily("20:00", "08:00")
ALWAYS = Schedule.daily("00:00", "24:00")
NOON = Schedule.daily("12:00", "13:00")
OFFICE = Schedule.daily("09:00", "17:00", days=range(5))


@pytest.mark.parametrize(
    ("text", "certain", "possible"),
    [
        # the night of Saturday ends on Sunday
        ("Mon-Sun 8pm-8am (closed Sat nights)", NIGHTS - Schedule.of((5 * 1440 + 1200, 6 * 1440 + 480)), None),
        ("Daily 8pm-8am (closed overnight Saturday)", NIGHTS - Schedule.of((5 * 1440 + 1200, 6 * 1440 + 480)), None),
        ("Fri-Sun 10pm-6am; closed Sat", Schedule.daily("22:00", "06:00", days=[4, 6]), None),
        ("Fri-Sun 10pm-6am; closed 1st Sat", Schedule.daily("22:00", "06:00", days=[4, 6]), Schedule.daily("22:00", "06:00", days=[4, 5, 6])),
        # a morning, and times of the clock, are those of the day named, whichever night they fall in
        ("Daily 8pm-8am; closed Sunday mornings", NIGHTS - Schedule.of((6 * 1440, 6 * 1440 + 480)), None),
        ("Daily 8pm-8am, closed 2am-4am", NIGHTS - Schedule.daily("02:00", "04:00"), None),
        ("Daily 8pm-8am; closed Sat 2am-4am", NIGHTS - Schedule.daily("02:00", "04:00", days=[5]), None),
        # a bracket that names more days than the hours before it is about those before them too
        (
            "Mon-Thu 9-5, Fri 9-3 (closed 12-1 daily)",
            (Schedule.daily("09:00", "17:00", days=range(4)) | Schedule.daily("09:00", "15:00", days=[4])) - NOON,
            None,
        ),
        (
            "Mon-Thu 9-5, Fri 9-3 (closed 12-1 Mon-Thu)",
            (Schedule.daily("09:00", "17:00", days=range(4)) - NOON) | Schedule.daily("09:00", "15:00", days=[4]),
            None,
        ),
        # an open end is left open by an hour closed within it
        ("Mon-Fri from 9am, closed 12pm-1pm", Schedule(), Schedule.daily("09:00", "24:00", days=range(5))),
    ],
)
def test_what_a_closure_takes(text: str, certain: Schedule, possible: Schedule | None) -> None:
    reading = read_hours(text)
    assert reading.status == "read", reading.messages
    assert (reading.stated, reading.possible) == (certain, certain if possible is None else possible)


@pytest.mark.parametrize("text", ["Shelter 24/7, closed 12pm-1pm; office M-F 9-5", "Office M-F 9-5; shelter 24/7, closed 12pm-1pm"])
def test_a_closure_beside_round_the_clock_is_that_services_own(text: str) -> None:
    reading = read_hours(text)
    assert {piece.kind: piece.when for piece in reading.hours.pieces} == {"open": ALWAYS - NOON, "office": OFFICE}


def test_noon_or_midnight_is_asked_where_it_is_open_round_the_clock() -> None:
    reading = read_hours("Shelter 24/7, closed 12-1; office M-F 9-5")
    assert [(message.code, message.part) for message in reading.messages] == [("ampm_ambiguous", "12-1")]


def test_hours_on_holidays_stay_where_another_day_is_closed() -> None:
    assert "ph_hours:12:00-20:00" in read_hours("Sat & holidays 12-8; closed Monday").flags


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Mon-Fri 9-5, closed Dec. 25", "12-25"),
        ("Mon-Fri 9-5 (closed Jan 1, July 4th and December 25)", "01-01,07-04,12-25"),
        ("Closed Dec 25; Mon-Fri 9-5", "12-25"),
        ("Mon-Fri 9-5 except Dec 25", "12-25"),
    ],
)
def test_dates_of_the_year_on_which_it_is_closed(text: str, dates: str) -> None:
    hours = read_hours(text).hours
    assert hours.of_kind("open", certain_only=True) == Schedule.daily("09:00", "17:00", days=range(5))
    assert all(f"closed_dates:{dates}" in piece.flags for piece in hours.pieces)
    assert from_osm(to_osm(hours)).pieces[0].flags == (f"closed_dates:{dates}",)


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 9-5, closed Dec 24-26",
        "Mon-Fri 9-5, closed Dec 25, 2026",
        "Closed Dec 25, Mon-Fri 9-5",
        "Mon-Fri 9-5, closed Dec 24 and 25",
        "Mon-Fri 9-5, closed February 30",
        "Mon-Fri 9-5, closed July 4 at noon",
    ],
)
def test_dates_that_leave_a_doubt_are_asked_about(text: str) -> None:
    assert read_hours(text).flags == ("date",)


def test_a_range_that_may_be_a_list_stays_a_question_beside_a_closure() -> None:
    """ "T-Th" behind "M-W-F" may be Tuesday and Thursday, whatever else is closed."""
    for closed in ("", "; closed Sunday", "; closed noon-1"):
        assert read_hours("M-W-F 9-12; T-Th 1-4" + closed).flags == ("pairing",)
