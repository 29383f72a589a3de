""" "24 hours" is an opening around the clock only where it is one: a delay, a fax or a count of days is none."""

from __future__ import annotations

import pytest

from ecosystem.schedule import ALWAYS, Schedule
from surveys.hours import read_hours

WEEK = Schedule.daily("09:00", "17:00", days=range(5))  # Mon-Fri 9-5


@pytest.mark.parametrize(
    "said",
    [
        "24 hr turnaround",
        "must be sober 24 hours",
        "clean 24 hours",
        "24 hour stay limit",
        "calls returned in 24 hours",
        "reply in 24 hrs",
        "call back after 24 hours",
        "results in 24 hours",
        "allow 24 hours",
        "please allow 24 hrs for response",
        "24 hour cancellation policy",
        "24 hour surveillance",
        "within 24 hours",
        "24 hours notice",
        "24 hr fax",
    ],
)
def test_a_delay_is_no_opening(said: str) -> None:
    reading = read_hours(f"Mon-Fri 9-5; {said}")
    assert (reading.stated, reading.possible) == (WEEK, WEEK)


def test_a_delay_in_brackets_is_no_opening() -> None:
    assert read_hours("Mon-Fri 9-5 (24 hr cancellation)").possible == WEEK


@pytest.mark.parametrize(
    "said",
    [
        "24 hr ATM",
        "24 hr drop box",
        "leave a message 24/7",
        "email anytime",
        "answering service 24/7",
        "parking 24/7",
        "building access 24/7",
        "24/7 nurse",
        "24/7 for residents",
        "24/7 members",
        "24/7 by referral only",
        "24/7 in emergencies",
        "24/7 kaput",
    ],
)
def test_what_is_no_place_for_everybody_is_never_certain_around_the_clock(said: str) -> None:
    reading = read_hours(f"Mon-Fri 9-5; {said}")
    assert reading.status == "read"
    assert reading.stated == WEEK
    assert reading.messages


@pytest.mark.parametrize(
    "text", ["Almost 24/7", "24 hours except when staff is out", "24 hrs, 5 days/wk", "24 hours a day, 5 days a week", "24 hours 6 days per week"]
)
def test_nearly_around_the_clock_is_not_stated(text: str) -> None:
    assert read_hours(text).stated == Schedule()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("24/7, 365 days", "open"),
        ("24 hours, 7 days a week", "open"),
        ("Emergency room 24 hours", "open"),
        ("24 hour residential treatment", "open"),
        ("Open 24 hours for detox", "open"),
        ("24-hour nurse line", "phone"),
        ("24-hour hotline", "phone"),
    ],
)
def test_around_the_clock_stays_certain_where_it_is_said_of_a_place_or_line(text: str, kind: str) -> None:
    reading = read_hours(text)
    assert [(piece.kind, piece.when, piece.certain) for piece in reading.hours.pieces] == [(kind, ALWAYS, True)]


def test_counted_days_beside_named_days_change_nothing() -> None:
    assert read_hours("Mon-Fri 24 hours, 5 days a week").stated == Schedule.daily("00:00", "24:00", days=range(5))


@pytest.mark.parametrize(
    "text",
    [
        "24 hours a day, 7 days a week, 365 days a year",
        "7 days a week, 365 days a year, 24 hours",
        "24 hours per day/7 days per week/365 days per year",
        "twenty-four hours a day, seven days a week",
    ],
)
def test_every_day_may_be_said_more_than_once(text: str) -> None:
    assert read_hours(text).stated == ALWAYS


def test_around_the_clock_on_the_weekend_stands_beside_the_nights_of_the_week() -> None:
    nights = Schedule.daily("17:00", "08:00", days=range(5))
    weekend = Schedule.daily("00:00", "24:00", days=(5, 6))
    assert read_hours("Mon-Fri 5pm-8am and 24 hours on weekends").stated == nights | weekend


def test_an_end_that_is_open_belongs_to_no_day_behind_and() -> None:
    """ "After 5pm and weekends" is not the weekend from 5pm on: which days is it about?"""
    assert read_hours("After 5pm and weekends").flags == ("days_missing",)


def test_every_day_but_a_holiday() -> None:
    reading = read_hours("9am to 9pm every day but Christmas")
    assert (reading.stated, reading.flags) == (Schedule.daily("09:00", "21:00"), ("closed_named_holidays",))
