"""How far does a season, a closure or a doubt reach, where several hours stand side by side?"""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from surveys.hours import read_hours

WEEK = Schedule.daily("09:00", "17:00", days=range(5))  # Mon-Fri 9-5
NOON = Schedule.daily("12:00", "13:00", days=range(4))  # Mon-Thu 12-1


@pytest.mark.parametrize(
    "text",
    ["Winter: M-F 10-4. Summer: M-F 9-5.", "Summer: Mon-Fri 9-5; Winter: Mon-Fri 10-4", "Verano: lun-vie 9am-5pm. Invierno: lun-vie 10am-4pm."],
)
def test_each_season_keeps_its_own_hours(text: str) -> None:
    pieces = read_hours(text).hours.pieces
    assert {piece.when for piece in pieces} == {WEEK, Schedule.daily("10:00", "16:00", days=range(5))}
    assert all(not piece.certain and "seasonal" in piece.flags for piece in pieces)


def test_a_season_in_brackets_is_about_the_hours_in_them() -> None:
    hours = read_hours("Mon-Fri 9-5 (summer hours: Mon-Thu 9-5, Fri 9-1)").hours
    common = Schedule.daily("09:00", "17:00", days=range(4)) | Schedule.daily("09:00", "13:00", days=[4])
    assert hours.of_kind("open", certain_only=True) == common
    assert hours.of_kind("open") == WEEK


def test_a_closure_in_brackets_may_be_about_the_days_before_its_own() -> None:
    reading = read_hours("Mon-Thu 9-5, Fri 9-3 (closed 12-1)")
    whole = Schedule.daily("09:00", "17:00", days=range(4)) | Schedule.daily("09:00", "12:00", days=[4]) | Schedule.daily("13:00", "15:00", days=[4])
    assert reading.hours.of_kind("open", certain_only=True) == whole - NOON
    assert reading.hours.of_kind("open") == whole
    assert [(message.code, message.part) for message in reading.messages] == [("pairing", "closed 12-1")]


def test_a_closure_in_brackets_is_not_about_the_days_behind_it() -> None:
    reading = read_hours("Mon-Thu 9-5 (closed 12-1); Fri 9-3")
    assert reading.stated == (Schedule.daily("09:00", "17:00", days=range(4)) - NOON) | Schedule.daily("09:00", "15:00", days=[4])
    assert reading.messages == ()


def test_a_window_and_holidays_are_both_taken_away() -> None:
    reading = read_hours("Mon-Thu 9-5 except noon-1 and court holidays")
    assert reading.stated == Schedule.daily("09:00", "17:00", days=range(4)) - NOON
    assert "ph_off" in reading.flags


@pytest.mark.parametrize("text", ["Mon-Fri 9-5; closed to new clients", "Closed to new applicants. Mon-Fri 9-5"])
def test_closed_to_newcomers_is_no_holiday(text: str) -> None:
    reading = read_hours(text)
    assert reading.stated == WEEK
    assert set(reading.flags) == {"ampm_inferred", "who_may_come"}
    assert [message.code for message in reading.messages] == ["who_else"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("M-W-F 9-12; T-Th 1-4", "pairing"),  # Tuesday to Thursday, or Tuesday and Thursday?
        ("Youth drop in M-W-F 12p-5p; T-Th 12p-7p", "pairing"),
        ("Old hours M-F 10-2, new hours M-F 9-5", "not_now"),
        ("Mon-Fri 9AM/5PM", "chain"),
        ("Mon-Fri 9-5, closed to the public", "closed_now"),
    ],
)
def test_what_could_be_two_things_is_refused(text: str, code: str) -> None:
    assert read_hours(text).flags == (code,)


def test_a_clause_for_everybody_ends_the_label_before_it() -> None:
    pieces = read_hours("Somali speaking staff on Tuesdays 9-12; M-F 9-5 general").hours.pieces
    assert {piece.kind: piece.when for piece in pieces} == {"office": Schedule.daily("09:00", "12:00", days=[1]), "open": WEEK}


def test_around_the_clock_for_emergencies_is_a_condition() -> None:
    hours = read_hours("Office Mon-Fri 9-5; emergencies 24/7").hours
    assert hours.of_kind("open", certain_only=True) == Schedule()
    assert [piece.flags for piece in hours.pieces if not piece.certain] == [("conditional",)]
