"""Whose hours are they, for whom, and do they end? What is said of it is never lost: it is asked, or keeps the hours open."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Kind, Schedule
from surveys.hours import read_hours

WEEK = Schedule.daily("09:00", "17:00", days=range(5))  # Mon-Fri 9-5


@pytest.mark.parametrize(
    ("text", "hours", "quoted"),
    [
        ("TUE(SR ONLY)/WED 11AM-1PM/4-6PM", Schedule.of((1440 + 660, 1440 + 780), (2880 + 960, 2880 + 1080)), ["SR ONLY"]),
        ("M(SR)/TUE-FRI 10AM-1PM", Schedule.daily("10:00", "13:00", days=range(5)), ["SR"]),
        ("WED/THUR(SRS) 10:30AM-12:30PM", Schedule.daily("10:30", "12:30", days=[2, 3]), ["SRS"]),
        ("Women only Mon 6-8pm; men Tue 6-8pm", Schedule.daily("18:00", "20:00", days=[0, 1]), ["Women only", "men"]),
        ("Sat 9am-noon members only", Schedule.daily("09:00", "12:00", days=[5]), ["members only"]),
        ("Sat 9am-noon by referral", Schedule.daily("09:00", "12:00", days=[5]), ["referral"]),
        ("Mon-Fri 9-5. Members only.", WEEK, ["Members only"]),
        ("Mon-Fri 9-5; only for women", WEEK, ["women"]),
        ("Mon-Fri 9-5, current clients only", WEEK, ["clients only"]),
        ("Tribal members: Mon-Fri 9-5", WEEK, ["members"]),
        ("Residents of Ward 4 only: Mon-Fri 9-5", WEEK, ["Residents"]),
        ("Clinic Mon-Fri 9-5 available only to patients", WEEK, ["patients"]),
    ],
)
def test_hours_for_some_people_keep_their_minutes_and_are_asked_about(text: str, hours: Schedule, quoted: list[str]) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert reading.stated == hours
    assert "who_may_come" in reading.flags
    assert [(message.code, message.part) for message in reading.messages] == [("who_else", part) for part in quoted]


@pytest.mark.parametrize("text", ["Women only 1st Mon 6-8pm", "Women only Mon 6-8pm by appointment"])
def test_hours_for_some_people_may_be_possible_only(text: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert reading.possible == Schedule.daily("18:00", "20:00", days=[0])
    assert "who_may_come" in reading.flags


@pytest.mark.parametrize(
    "text", ["Women's group Mon-Fri 9-5", "Senior center: Mon-Fri 9-5", "Adult education Mon-Fri 9-5", "Mon-Fri 9-5, referrals accepted"]
)
def test_things_named_after_people_are_for_everybody(text: str) -> None:
    reading = read_hours(text)
    assert reading.stated == WEEK
    assert "who_may_come" not in reading.flags
    assert reading.messages == ()


@pytest.mark.parametrize(("text", "label"), [("9am-5pm M-F office 24/7 hotline", "office"), ("8-5 M-F intake 9-12 Sat office", "intake")])
def test_a_name_between_two_hours_with_a_name_behind_the_second_is_asked_about(text: str, label: str) -> None:
    reading = read_hours(text)
    assert (reading.status, reading.flags) == ("refused", ("whose_label",))
    assert reading.messages[0].part == label


@pytest.mark.parametrize(
    ("text", "part", "code"),
    [
        ("Office Mon-Fri 9-5; clinic Tue/Thu 1-7; pharmacy same as clinic", "pharmacy same as clinic", "left_out"),
        ("Office Mon-Fri 9-5; pharmacy same hours", "pharmacy same hours", "left_out"),
        ("Shelter check-in 5pm, must leave by 8am, daily", "Shelter check-in 5pm, must leave by 8am, daily", "last_entry"),
    ],
)
def test_what_is_not_taken_up_is_asked_about(text: str, part: str, code: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert [(message.part, message.code) for message in reading.messages] == [(part, code)]


@pytest.mark.parametrize("text", ["Doors open at 6pm nightly", "Overnight shelter opens 6pm daily", "Night shelter: daily from 6pm"])
def test_an_open_end_where_people_sleep_lasts_past_midnight(text: str) -> None:
    reading = read_hours(text)
    assert reading.stated == Schedule()
    assert reading.possible == Schedule.daily("18:00", "12:00")
    assert "open_end" in reading.flags


def test_an_open_end_elsewhere_ends_with_the_day() -> None:
    assert read_hours("Bingo Fri 6pm").possible == Schedule.daily("18:00", "24:00", days=[4])


@pytest.mark.parametrize("text", ["Mon--Fri 9-5", "Mon -- Fri 9-5", "Mon \u2013\u2013 Fri 9am-5pm"])
def test_two_dashes_between_days_are_one(text: str) -> None:
    assert read_hours(text).stated == WEEK


def test_a_dash_in_the_place_of_times_is_asked_about() -> None:
    reading = read_hours("M 9-5 T 9-5 W -- Th 9-5 F 9-5")
    assert [(message.code, message.part) for message in reading.messages] == [("hours_missing", "W")]


def test_an_end_without_a_beginning_is_asked_about() -> None:
    assert [(message.code, message.part) for message in read_hours("Mon-Fri open-5pm").messages] == [("end_only", "5pm")]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Call center", "phone"),
        ("Crisis line", "phone"),
        ("Food line", "open"),
        ("Front line", "open"),
        ("Line dancing", "open"),
        ("Machine shop", "open"),
        ("Recording studio", "open"),
    ],
)
def test_lines_and_machines_that_nobody_calls(label: str, kind: Kind) -> None:
    reading = read_hours(f"{label}: Mon-Fri 9-5; Clinic: Sat 9-5")
    assert {piece.kind for piece in reading.hours.pieces if piece.when & WEEK} == {kind}
    assert "not_staffed" not in reading.flags


def test_the_word_in_front_of_a_phone_number_is_no_label() -> None:
    reading = read_hours("Hours: M-F 9-5 Phone: 612-555-0100")
    assert {piece.kind: piece.when for piece in reading.hours.pieces} == {"open": WEEK}


@pytest.mark.parametrize("label", ["Línea de crisis", "Línea de ayuda", "Teléfono"])
def test_spanish_lines_are_no_places(label: str) -> None:
    reading = read_hours(f"Oficina: lunes a viernes 9am-5pm. {label}: 24/7")
    assert {piece.kind: piece.when for piece in reading.hours.pieces} == {"office": WEEK, "phone": Schedule.daily("00:00", "24:00")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the clinic is not open round the clock, nor are the showers a team
        ("daily, 7pm-7am - Clinic, Helpline: 24 hours", {"open": Schedule.daily("19:00", "07:00"), "phone": Schedule.daily("00:00", "24:00")}),
        (
            "24/7 program, intake Mon-Fri 9-11am",
            {"open": Schedule.daily("00:00", "24:00"), "intake": Schedule.daily("09:00", "11:00", days=range(5))},
        ),
        (
            "Mobile team - Mon-Fri 7pm-7am\ndaily 1-4pm showers",
            {"response": Schedule.daily("19:00", "07:00", days=range(5)), "open": Schedule.daily("13:00", "16:00")},
        ),
    ],
)
def test_a_place_named_behind_its_hours_ends_them(text: str, expected: dict[str, Schedule]) -> None:
    pieces = read_hours(text).hours.pieces
    assert {
        kind: Schedule.of(*(run for piece in pieces if piece.kind == kind for run in piece.when)) for kind in {p.kind for p in pieces}
    } == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the second "daily" begins hours of its own; a name behind a dash ends them
        (
            "daily, 1-4pm - Mobile team, daily, 4pm-midnight - Admin office",
            {"response": Schedule.daily("13:00", "16:00"), "office": Schedule.daily("16:00", "24:00")},
        ),
        (
            "Intake Mon-Fri 1-4pm, daily, noon-6pm - Walk-in, Office daily 10-2",
            {
                "intake": Schedule.daily("13:00", "16:00", days=range(5)),
                "open": Schedule.daily("12:00", "18:00"),
                "office": Schedule.daily("10:00", "14:00"),
            },
        ),
        # "in 24 hours" is a delay, "walk-in 24 hours" is none
        ("Office Mon-Fri 9-5; Walk-in 24 hours a day", {"office": WEEK, "open": Schedule.daily("00:00", "24:00")}),
        ("Office Mon-Fri 9-5; results in 24 hours", {"open": WEEK}),
    ],
)
def test_each_service_has_its_own_hours(text: str, expected: dict[str, Schedule]) -> None:
    pieces = read_hours(text).hours.pieces
    assert {piece.kind: piece.when for piece in pieces if piece.certain} == expected


@pytest.mark.parametrize(
    "text",
    ["volunteers only 9-5 M-F", "Volunteer hours: M-F 9-5", "Donation drop-off M-F 9-5", "M-F 9-5 (donations accepted)", "Board meeting M-F 9-5"],
)
def test_hours_for_those_who_give_or_meet_are_not_hours_for_those_who_come(text: str) -> None:
    hours = read_hours(text).hours
    assert hours.of_kind("open", certain_only=True).hours == 0
    assert hours.of_kind("open").hours == 168  # when it is open is not stated
    assert hours.of_kind("office").hours == 40


@pytest.mark.parametrize(
    "text", ["Volunteer lawyers M-F 9-5", "Volunteers welcome M-F 9-5", "M-F 9-5 (Volunteer Center)", "Pantry M-F 9-5; donations Sat 9-12"]
)
def test_a_service_of_volunteers_is_open(text: str) -> None:
    assert read_hours(text).hours.of_kind("open", certain_only=True).hours == 40


@pytest.mark.parametrize("text", ["24/7 (?)", "Mon 9am-5pm (?)"])
def test_a_question_mark_in_brackets_is_a_doubt(text: str) -> None:
    assert read_hours(text).flags == ("not_understood",)
