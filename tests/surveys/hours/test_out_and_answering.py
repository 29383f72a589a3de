"""Who comes, who answers and which ages may come: words that change what certain hours are worth."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Kind, Schedule
from surveys.hours import read_hours

WEEK = Schedule.daily("09:00", "17:00", days=range(5))  # Mon-Fri 9-5
ALWAYS = Schedule.daily("00:00", "24:00")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Street outreach", "response"),
        ("Violence interrupters", "response"),
        ("Out on the street", "response"),
        ("On the block", "response"),
        ("Equipo móvil de crisis", "response"),
        ("Mobile crisis", "response"),
        ("Responding to calls", "response"),
        ("Mobile mental health", "response"),
        # these stop at a place where people come to them
        ("Mobile clinic", "open"),
        ("Mobile food pantry", "open"),
        ("Mobile showers", "open"),
        # how soon, not who comes
        ("Response within 24 hours", "open"),
        ("We respond within 24 hours", "open"),
    ],
)
def test_who_comes_and_what_people_come_to(label: str, kind: Kind) -> None:
    for text in (f"{label} Mon-Fri 9am-5pm", f"{label} Mon-Fri 9am-5pm; office Sat 1-3pm"):
        pieces = read_hours(text).hours.pieces
        assert [(piece.kind, piece.certain) for piece in pieces if piece.when == WEEK] == [(kind, True)]


@pytest.mark.parametrize("text", ["24/7 hotline, live M-F 9-5", "Hotline: 24/7, live answer M-F 9-5", "24-hour crisis line; staffed Mon-Fri 9-5"])
def test_a_line_is_certain_only_while_a_person_answers(text: str) -> None:
    pieces = read_hours(text).hours.pieces
    assert {(piece.kind, piece.certain): piece.when for piece in pieces} == {("phone", True): WEEK, ("phone", False): ALWAYS}
    assert all("not_staffed" in piece.flags for piece in pieces if not piece.certain)


@pytest.mark.parametrize("text", ["24/7 hotline staffed by advocates", "Crisis line answered 24/7", "24/7 online chat"])
def test_a_line_that_is_answered_around_the_clock_is_certain(text: str) -> None:
    assert read_hours(text).hours.of_kind("phone", certain_only=True) == ALWAYS


@pytest.mark.parametrize("text", ["24/7 online; phone Mon-Fri 9-5", "Apply online 24/7. Phones: Mon-Fri 9-5"])
def test_a_website_is_no_place_and_no_line(text: str) -> None:
    hours = read_hours(text).hours
    assert {piece.kind: piece.when for piece in hours.pieces if piece.certain} == {"phone": WEEK}
    assert {piece.kind for piece in hours.pieces if not piece.certain} == {"office"}


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("Ages 12-17: Mon-Fri 9-5", "Ages 12-17"),
        ("Mon-Fri 9-5 for ages 13-18", "ages 13-18"),
        ("Grades 6 to 12, Mon-Fri 9-5", "Grades 6 to 12"),
        ("Over 18 Mon-Fri 9-5", "Over 18"),
        ("18 years and older, Mon-Fri 9-5", "18 years and older"),
    ],
)
def test_ages_that_may_come_are_flagged_and_asked_about(text: str, ages: str) -> None:
    reading = read_hours(text)
    assert reading.stated == WEEK
    assert "who_may_come" in reading.flags
    assert [(message.code, message.part) for message in reading.messages] == [("who_else", ages)]


def test_all_ages_are_everybody() -> None:
    assert read_hours("All ages Mon-Fri 9-5").messages == ()


def test_a_number_to_call_before_hours_makes_them_those_of_a_phone() -> None:
    hours = read_hours("Single adults call 612-555-0110 Mon-Fri 9am-5pm").hours
    assert {piece.kind: piece.when for piece in hours.pieces} == {"phone": WEEK}


@pytest.mark.parametrize("text", ["Evening mediations Mon-Fri 9-5 by appt", "Evening appointments: Mon-Fri 9-5"])
def test_hours_in_the_evening_by_appointment_are_only_possible(text: str) -> None:
    assert read_hours(text.replace("9-5", "5-8pm")).hours.of_kind("open", certain_only=True).hours == 0


@pytest.mark.parametrize("text", ["Mon-Fri 9-5, evenings by appointment", "Mon-Fri 9-5; evening appointments available"])
def test_evenings_by_appointment_beside_hours_leave_them_certain(text: str) -> None:
    assert read_hours(text).hours.of_kind("open", certain_only=True) == WEEK
