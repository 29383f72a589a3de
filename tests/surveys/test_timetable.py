"""Hours in weekday columns, shifts and texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from ecosystem.records import Unknown
from ecosystem.schedule import ALWAYS, Hours, Mode, Piece, Schedule
from surveys.codebook import Codebook
from surveys.response import Block, Problems, Row, Table
from surveys.stated_hours import read_clock, read_day, read_days, read_shift, read_text
from surveys.timetable import Timetable, agree, read_timetable

OWN = Codebook.own()
OFFICE = Schedule.daily("09:00", "17:00", days=range(5))


def timetable(answers: Mapping[str, str], mode: Mode | None = "walk_in", decide: Callable[..., str | None] = lambda _: None) -> Timetable:
    table = Table("a.csv", "", tuple(answers), (Row(2, tuple(answers.values())),))
    columns = {question: (position,) for position, question in enumerate(answers)}
    return read_timetable(Block(table, table.rows[0], columns), OWN, mode=mode, decide=decide)


def hours(answers: Mapping[str, str], mode: Mode | None = "walk_in") -> Hours:
    read = timetable(answers, mode).hours
    assert not isinstance(read, Unknown)
    return read


def codes(answers: Mapping[str, str], mode: Mode | None = "walk_in") -> list[str]:
    return [issue.code for issue in timetable(answers, mode).issues]


WEEK = {f"hours_{day}": "09:00-12:00, 13:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")} | {"hours_sat": "closed", "hours_sun": ""}


def test_weekday_columns_shifts_and_osm_say_the_same() -> None:
    by_day = hours(WEEK).of_kind("open")
    shifts = {
        "slot1_days": "Mo-Fr",
        "slot1_opens": "09:00",
        "slot1_closes": "noon",
        "slot2_days": "weekdays",
        "slot2_opens": "1 pm",
        "slot2_closes": "17:00",
    }
    assert by_day.hours == 35
    assert hours(shifts).of_kind("open") == by_day
    assert hours({"hours": "Mo-Fr 09:00-12:00,13:00-17:00"}).of_kind("open") == by_day


def test_a_night_shift_ends_the_next_day_and_sunday_wraps_to_monday() -> None:
    assert hours({"hours_sun": "20:00-02:00"}).of_kind("open") == Schedule.daily("20:00", "02:00", days=[6])
    assert hours({"slot1_days": "Sa, Su", "slot1_opens": "22:00", "slot1_closes": "06:00"}).of_kind("open").runs()[-1] == (
        6 * 1440 + 1320,
        7 * 1440 + 360,
    )


@pytest.mark.parametrize(
    "answers",
    [
        {"hours": "Mo-Fr 09:00-05:00"},
        {"hours_mon": "09:00-05:00"},
        {"slot1_days": "Mo-Fr", "slot1_opens": "09:00", "slot1_closes": "05:00"},
        {"hours": "Mo 17:00-17:00"},
    ],
)
def test_closing_before_opening_in_the_morning_is_a_mistake_and_never_a_night_shift(answers: dict[str, str]) -> None:
    read = timetable(answers)
    assert "closes_before_opens" in [issue.code for issue in read.issues]
    assert isinstance(read.hours, Unknown)
    assert read.hours.reason == "refused"


def test_one_day_that_cannot_be_read_is_possible_all_day_and_costs_no_other_day() -> None:
    read = timetable({**WEEK, "hours_sat": "09:00-05:00", "hours_sun": "?"})
    assert not isinstance(read.hours, Unknown)
    certain, possible = read.hours.counted("walk_in")
    assert certain.hours == 35
    assert (possible - certain) == Schedule.of((5 * 1440, 7 * 1440))
    assert [issue.column for issue in read.issues] == ["hours_sat"]


def test_a_shift_without_its_times_is_possible_on_its_days() -> None:
    answers = {"slot1_days": "Mo", "slot1_opens": "09:00", "slot1_closes": "17:00", "slot2_days": "Sa", "slot2_opens": "late", "slot2_closes": ""}
    certain, possible = hours(answers).counted("walk_in")
    assert (certain.hours, possible.hours) == (8.0, 32.0)
    assert codes(answers) == ["slot_refused"]


@pytest.mark.parametrize(
    ("mode", "kind"), [("mobile", "response"), ("phone", "phone"), ("virtual", "phone"), ("walk_in", "open"), ("residential", "open"), (None, "open")]
)
def test_the_kind_of_hours_follows_the_way_of_working(mode: Mode | None, kind: str) -> None:
    assert {piece.kind for piece in hours({"hours": "24/7"}, mode).pieces} == {kind}


def test_a_stated_kind_holds_and_office_hours_leave_the_service_possible() -> None:
    assert {piece.kind for piece in hours({"hours": "24/7", "hours_kind": "de turno"}).pieces} >= {"response"}
    certain, possible = hours({"hours": "", "office_hours": "Mo-Fr 09:00-17:00"}).counted("walk_in")
    assert (certain.hours, possible) == (0.0, ALWAYS)


def test_intake_phone_and_office_hours_are_pieces_of_their_own() -> None:
    read = hours({"hours": "24/7", "intake_hours": "Mo-Fr 09:00-17:00", "phone_hours": "24/7", "office_hours": "Mo 08:00-09:00"})
    assert {piece.kind: piece.when.hours for piece in read.pieces} == {"open": 168.0, "intake": 40.0, "phone": 168.0, "office": 1.0}
    assert read.counted("walk_in")[0] == OFFICE


def test_hours_given_in_two_ways_that_differ_are_certain_only_where_both_agree() -> None:
    answers = {"hours": "Mo-Fr 09:00-15:00", **WEEK}
    certain, possible = hours(answers).counted("walk_in")
    assert (certain.hours, possible.hours) == (25.0, 40.0)
    assert codes(answers) == ["hours_twice"]


@pytest.mark.parametrize(
    "text", ["7-Sep", "Sep-7", "2026-09-07", "9-May-26", "Tue Apr 29 2025 00:00:00 GMT-0500 (Central Daylight Time)", "2026-09-07 00:00"]
)
def test_hours_that_a_spreadsheet_made_a_date_of_are_asked_for_again(text: str) -> None:
    for question in ("hours", "hours_mon"):
        read = timetable({question: text})
        assert [issue.code for issue in read.issues] == ["hours_spreadsheet_date"]
        assert isinstance(read.hours, Unknown)


@pytest.mark.parametrize("text", ["closed", "Cerrado"])
def test_hours_that_say_only_closed_are_asked_about(text: str) -> None:
    assert codes({"hours": text}) == ["hours_closed"]
    assert codes({"hours_mon": text, "hours_tue": text}) == ["hours_closed"]


def test_why_hours_are_unknown_and_where_they_stand() -> None:
    reasons = {}
    for text in ("", "don't know", "prefiero no decir", "Mo-Fr 25:00-26:00"):
        read = timetable({"hours": text}).hours
        assert isinstance(read, Unknown)
        reasons[text] = read.reason
    assert reasons == {"": "blank", "don't know": "dont_know", "prefiero no decir": "withheld", "Mo-Fr 25:00-26:00": "refused"}
    assert timetable({}).hours == Unknown("not_asked")
    source = timetable(WEEK).source
    assert source is not None
    assert source.column.startswith("hours_mon | hours_tue")


def test_a_decision_replaces_the_text() -> None:
    read = timetable({"hours": "whenever"}, decide=lambda answer: "Mo-Fr 09:00-17:00" if answer.text == "whenever" else None)
    assert not isinstance(read.hours, Unknown)
    assert read.hours.of_kind("open") == OFFICE
    assert read.source is not None
    assert read.source.text == "whenever"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-12:00, 13:00-17:00", ((540, 720), (780, 1020))),
        ("9am - 5pm", ((540, 1020),)),
        ("9 a.m. to 5 p.m.", ((540, 1020),)),
        ("0900-1700", ((540, 1020),)),
        ("7.30am – noon", ((450, 720),)),
        ("24 hours", ((0, 1440),)),
        ("0-2359", ((0, 1440),)),
        ("1900-2359", ((1140, 1440),)),
        ("00:00-24:00", ((0, 1440),)),
        ("22:00-06:00", ((1320, 1800),)),
        ("9:00 to 12:00 and 13:00 to 15:00", ((540, 720), (780, 900))),
    ],
)
def test_a_day(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert read_day(text, Problems()) == spans


@pytest.mark.parametrize("text", ["9-5", "varies", "online", "09:00", "9-", "-", "25:00-26:00", "10am - 4pm (males only)"])
def test_a_day_nobody_can_be_sure_of_is_not_read(text: str) -> None:
    assert read_day(text, Problems()) is None


def test_a_source_of_a_24_hour_clock_needs_no_am_or_pm() -> None:
    """ "830-930" may be in the evening, unless the codebook says how the source writes."""
    assert read_day("830-930", Problems()) is None
    assert read_day("830-930", Problems(), clock_24=True) == ((510, 570),)
    assert read_shift("1:00", "5:00", Problems()) is None
    assert read_shift("1:00", "5:00", Problems(), clock_24=True) == (60, 300)


def test_days_and_times() -> None:
    assert read_days("mon tue wed") == (0, 1, 2)
    assert read_days("Fridays & Saturdays") == (4, 5)
    assert read_days("Fr-Mo") == (0, 4, 5, 6)
    assert read_days("lu-vi") == (0, 1, 2, 3, 4)
    assert read_days("someday") is None
    assert [read_clock(text) for text in ("12 pm", "12am", "24:00", "13", "noon", "9", "9:75", "13pm", "")] == [
        720,
        0,
        1440,
        780,
        720,
        None,
        None,
        None,
        None,
    ]


def test_a_text_with_days_and_times_in_everyday_words_is_read_by_the_hours_reader() -> None:
    read = read_text("Monday - Friday 9am - 5pm", "open", Problems())
    assert read is not None
    assert read.of_kind("open") == OFFICE


@pytest.mark.parametrize("text", ["varies", "evenings", "call for information", "{{7*7}}", "9:00 am - 5:00 pm"])
def test_a_text_without_days_or_hours_is_refused_and_says_so(text: str) -> None:
    tell = Problems()
    assert read_text(text, "open", tell) is None
    assert [problem.code for problem in tell.items] == ["hours_refused"]
    assert tell.items[0].message


def test_agreement_keeps_what_only_one_speaks_of() -> None:
    both = agree([Hours.stated("open", OFFICE), Hours((Piece("open", OFFICE), Piece("intake", Schedule.daily("09:00", "12:00"))))])
    assert {piece.kind: piece.certain for piece in both.pieces} == {"open": True, "intake": True}
    assert agree([]) == Hours()


@pytest.mark.parametrize("text", ["Sunday 24:00", "Sunday 24:00-", "Su 24:00 until"])
def test_an_odd_text_costs_its_own_answer_and_never_the_run(text: str) -> None:
    read = timetable({"hours": text}).hours
    assert isinstance(read, Unknown)
    assert read.reason == "refused"


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("9:00-5:00", "09:00", "17:00"),
        ("8:30-4:30", "08:30", "16:30"),
        ("1:00-5:00", "13:00", "17:00"),
        ("100-500", "13:00", "17:00"),
        ("5:30-7:30pm", "17:30", "19:30"),
        ("01:00-05:00", "01:00", "05:00"),
        ("9:00-17:00", "09:00", "17:00"),
        ("10:00-11:00", "10:00", "11:00"),
        ("9:00:00 AM-5:00:00 PM", "09:00", "17:00"),
        ("midnight - 8am", "00:00", "08:00"),
        ("24:00-8:00 am", "00:00", "08:00"),
        ("7am-12am", "07:00", "24:00"),
        ("12pm-12am", "12:00", "24:00"),
        ("22:00-6:00", "22:00", "06:00"),
    ],
)
def test_a_day_and_a_shift_name_the_half_of_the_day_or_leave_it_to_the_reader_of_words(text: str, opens: str, closes: str) -> None:
    start, _, end = text.partition("-")
    stated = Schedule.daily(opens, closes, days=[1])
    assert hours({"hours_tue": text}).of_kind("open", certain_only=True) == stated
    assert hours({"slot1_days": "Tue", "slot1_opens": start, "slot1_closes": end}).of_kind("open", certain_only=True) == stated


def test_a_morning_and_an_afternoon_without_am_and_pm_are_no_night() -> None:
    stated = Schedule.daily("08:00", "12:00", days=[0]) | Schedule.daily("13:00", "17:00", days=[0])
    assert hours({"hours_mon": "8:00-12:00, 1:00-5:00"}).of_kind("open", certain_only=True) == stated


@pytest.mark.parametrize("text", ["6:00-9:00", "600-900", "all day", "todo el día", "closed?"])
def test_a_day_that_could_be_several_is_possible_and_asked_about(text: str) -> None:
    answers = {"hours_mon": text, "hours_tue": "09:00-17:00"}
    certain, possible = hours(answers).counted("walk_in")
    assert (certain.hours, possible.hours) == (8.0, 32.0)
    assert codes(answers) == ["hours_refused"]


@pytest.mark.parametrize("mode", ["mobile", "phone", "residential", "walk_in"])
def test_noon_to_eight_on_a_24_hour_clock_is_asked_about(mode: Mode) -> None:
    for answers in (
        {"hours": "Mo-Fr 12:00-08:00"},
        {"hours_mon": "12:00-08:00"},
        {"slot1_days": "Mo", "slot1_opens": "12:00", "slot1_closes": "08:00"},
    ):
        assert codes(answers, mode) == ["closes_before_opens"]


@pytest.mark.parametrize("text", ["Tuesday 9am-5pm", "Mon-Fri 9am-5pm"])
def test_the_column_of_a_day_that_names_other_days_is_asked_about(text: str) -> None:
    answers = {"hours_mon": text, "hours_wed": "09:00-17:00"}
    certain, possible = hours(answers).counted("walk_in")
    assert certain == Schedule.daily("09:00", "17:00", days=[2])
    assert possible - certain == Schedule.daily("00:00", "24:00", days=[0])
    assert codes(answers) == ["hours_refused"]


def test_a_day_of_which_only_the_telephone_is_told_is_possible() -> None:
    certain, possible = hours({"hours_mon": "24 hours by phone", "hours_tue": "09:00-17:00"}).counted("walk_in")
    assert (certain.hours, possible.hours) == (8.0, 32.0)
    assert hours({"hours_mon": "on call", "hours_tue": "09:00-17:00"}).of_kind("open").hours == 32.0


def test_what_is_asked_about_a_day_in_words_is_told() -> None:
    answers = {"hours_mon": "9am-5pm EST"}
    table = Table("a.csv", "", tuple(answers), (Row(2, tuple(answers.values())),))
    read = read_timetable(Block(table, table.rows[0], {"hours_mon": (0,)}), OWN, mode="walk_in", time_zone="America/Chicago")
    assert [issue.code for issue in read.issues] == ["hours_time_zone"]


def test_days_that_are_all_left_out_were_asked_and_left_blank() -> None:
    read = timetable({"hours_mon": "N/A", "hours_tue": "-"}).hours
    assert isinstance(read, Unknown)
    assert read.reason == "blank"


@pytest.mark.parametrize(("mode", "kind"), [("walk_in", "office"), ("walk_in", "phone"), ("residential", "office"), ("phone", "office")])
def test_stated_hours_of_another_kind_leave_the_service_possible(mode: Mode, kind: str) -> None:
    for answers in (
        {"hours": "Mo-Fr 09:00-17:00"},
        {"hours_mon": "09:00-17:00"},
        {"slot1_days": "Mo", "slot1_opens": "09:00", "slot1_closes": "17:00"},
    ):
        certain, possible = hours({**answers, "hours_kind": kind}, mode).counted(mode)
        assert (certain.hours, possible) == (0.0, ALWAYS)


def test_a_shift_that_does_not_apply_is_none() -> None:
    answers = {"slot1_days": "Mo", "slot1_opens": "9", "slot1_closes": "5", "slot2_days": "N/A", "slot2_opens": "N/A", "slot2_closes": "-"}
    assert hours(answers).counted("walk_in") == (Schedule.daily("09:00", "17:00", days=[0]),) * 2
    assert codes(answers) == []


def test_a_decision_about_a_day_keeps_its_dates() -> None:
    read = timetable({"hours_mon": "most Mondays"}, decide=lambda _: "Mo 09:00-17:00; 2027 Jan 18 off")
    assert not isinstance(read.hours, Unknown)
    assert [exception.on.isoformat() for exception in read.hours.exceptions] == ["2027-01-18"]


def test_days_that_do_not_speak_of_intake_stay_possible_beside_a_day_that_does() -> None:
    answers = {"hours_mon": "Intake 9am-12pm", "hours_tue": "09:00-17:00", "hours_wed": "varies", "hours_thu": "closed"}
    certain, possible = hours(answers).counted("walk_in")
    assert certain == Schedule.daily("09:00", "12:00", days=[0])
    assert possible - certain == Schedule.daily("09:00", "17:00", days=[1]) | Schedule.daily("00:00", "24:00", days=[2])
    assert hours({"hours_mon": "Intake 9am-12pm", "hours_tue": "09:00-17:00"}, "mobile").counted("mobile")[1].hours == 32.0


def test_the_column_of_a_day_that_names_its_own_day_may_mean_one_week_of_the_month() -> None:
    for text, certain, possible in (
        ("1st Monday 9am-12pm", 0.0, 3.0),
        ("2nd & 4th Mondays 9am-12pm", 0.0, 3.0),
        ("Mon 9am-12pm", 3.0, 3.0),
        ("every other Monday 9am-12pm", 0.0, 3.0),
    ):
        told = hours({"hours_mon": text}).counted("walk_in")
        assert (told[0].hours, told[1].hours) == (certain, possible)
