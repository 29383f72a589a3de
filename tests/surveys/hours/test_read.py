"""The grammar, form by form: every expected week worked out by hand from the text."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule, minute_of_day
from ecosystem.schedule_formats import flag_value, from_osm
from surveys.hours import read_hours, restate


def week(text: str) -> Schedule:
    """The week of an expected value, written as OpenStreetMap text."""
    return from_osm(text).of_kind("open", certain_only=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 1 days
        ("M-F 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("MTF 9:30am - Noon and 2pm - 4:30pm; WTh 9:30am - Noon", "Mo,Tu,Fr 09:30-12:00,14:00-16:30; We,Th 09:30-12:00"),
        ("Tu/Th 10am-2pm", "Tu,Th 10:00-14:00"),
        ("T-W 10am-2pm", "Tu,We 10:00-14:00"),
        ("Mon&Thur 10am-2pm", "Mo,Th 10:00-14:00"),
        ("Su-Th 10am-2pm", "Su,Mo,Tu,We,Th 10:00-14:00"),
        ("M-W-F 10am-2pm", "Mo,We,Fr 10:00-14:00"),
        ("daily 10am-2pm", "Mo-Su 10:00-14:00"),
        ("Every day 10am-2pm", "Mo-Su 10:00-14:00"),
        ("10am-2pm 7 days/week", "Mo-Su 10:00-14:00"),
        ("Weekdays 10am-2pm; weekends 11am-1pm", "Mo-Fr 10:00-14:00; Sa,Su 11:00-13:00"),
        ("Mon-Wed, Fri 10am-2pm", "Mo-We,Fr 10:00-14:00"),
        ("Evry Saturda 10am-2pm; Wendsdays 9am-1pm", "Sa 10:00-14:00; We 09:00-13:00"),
        # 2 times
        ("M-F 8-4:30", "Mo-Fr 08:00-16:30"),
        ("M-F 10-12:30 and 2-5", "Mo-Fr 10:00-12:30,14:00-17:00"),
        ("M-F 8:30 - 5:30 pm", "Mo-Fr 08:30-17:30"),
        ("Wed 5:30 - 8:30 pm", "We 17:30-20:30"),
        ("Sat 9 - 11am, 5 - 8pm", "Sa 09:00-11:00,17:00-20:00"),
        ("Sat 10:30am - 12am", "Sa 10:30-24:00"),
        ("Fri 7pm until 7am", "Fr 19:00-07:00"),
        ("Monday 900am till 630 pm", "Mo 09:00-18:30"),
        # 3 order
        ("9:00 am - 5:00 pm, Monday - Friday", "Mo-Fr 09:00-17:00"),
        ("9-5 M-Th, 9-4 F", "Mo-Th 09:00-17:00; Fr 09:00-16:00"),
        ("Mon 9-5 Tue 9-7 Wed 9-5", "Mo,We 09:00-17:00; Tu 09:00-19:00"),
        ("Mo-Th 11 AM - 10 PM / Fri-Sat 11 AM - 10:30 PM", "Mo-Th 11:00-22:00; Fr,Sa 11:00-22:30"),
        ("Monday, Tuesday; 12:00pm - 9:00 pm", "Mo,Tu 12:00-21:00"),
        ("Mon-Thu (7:00am-7:00pm) Fri(9:00am-5:00pm)", "Mo-Th 07:00-19:00; Fr 09:00-17:00"),
        ("TUE/FRI 6-7PM/11AM-12PM", "Tu 18:00-19:00; Fr 11:00-12:00"),
        ("M/W,F/SAT 9A-1P/10A-4P/10A-6PM", "Mo 09:00-13:00; We,Fr 10:00-16:00; Sa 10:00-18:00"),
        # 4 closures
        ("M-F 8-4:30, closed noon-1", "Mo-Fr 08:00-12:00,13:00-16:30"),
        ("M-F 8-5; closed for lunch 12-1", "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("M-F 8am-5pm (except lunch 12pm-1pm, Mon; 1pm-2pm, Tue)", "Mo 08:00-12:00,13:00-17:00; Tu 08:00-13:00,14:00-17:00; We-Fr 08:00-17:00"),
        ("M-F 8-5; closed 9:30-1:00 Thursdays", "Mo-We,Fr 08:00-17:00; Th 08:00-09:30,13:00-17:00"),
        ("Daily 8am-5pm, closed Sundays", "Mo-Sa 08:00-17:00"),
        ("M-F 9-12, 1-5, closed Wed afternoon", "Mo,Tu,Th,Fr 09:00-12:00,13:00-17:00; We 09:00-12:00"),
        ("M-F 9am-5pm; closed Wednesday afternoons", "Mo,Tu,Th,Fr 09:00-17:00; We 09:00-12:00"),
        ("M-F 9am-5pm except holidays and Wed", "Mo,Tu,Th,Fr 09:00-17:00"),
        ("M-F 7am-7pm (Closed Mondays 10:00-1:15 for staff meeting)", "Mo 07:00-10:00,13:15-19:00; Tu-Fr 07:00-19:00"),
        ("Sunday: Closed; Monday: 9am-5pm", "Mo 09:00-17:00"),
        ("Mon 8am-2pm; Sun Close - Close", "Mo 08:00-14:00"),
        ("Daily except Sunday 9-5", "Mo-Sa 09:00-17:00"),
        ("12pm-7pm daily (closed for adoptions on Wednesdays)", "Mo-Su 12:00-19:00"),
        # round the clock and over several days
        ("24/7", "24/7"),
        ("24 hours a day, 7 days a week", "24/7"),
        ("Sat-Sun 24 hours", "Sa-Su 00:00-24:00"),
        ("Friday 6pm - Monday 8am", "Fr 18:00-24:00; Sa,Su 00:00-24:00; Mo 00:00-08:00"),
        # overnight
        ("Nightly 8pm-7am", "Mo-Su 20:00-07:00"),
        ("Sun 10pm-6am", "Su 22:00-06:00"),
        ("Daily intake 7:00 pm and clients must leave by 7:00 am each day.", "Mo-Su 19:00-07:00"),
        # numbers that are no times
        ("Ages 12-18: Mon 3-6pm", "Mo 15:00-18:00"),
        ("Room 204, Mon 3-6pm", "Mo 15:00-18:00"),
        ("M-F 9am-5pm, call 612-555-0100", "Mo-Fr 09:00-17:00"),
    ],
)
def test_stated_weeks(text: str, expected: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read", reading.messages
    assert reading.stated == week(expected)


@pytest.mark.parametrize(
    ("text", "certain", "possible", "flag"),
    [
        ("1st & 3rd Wed 10am-noon", "off", "We 10:00-12:00", "nth:1,3"),
        ("2nd and 4th Saturday of the month 10am-noon", "off", "Sa 10:00-12:00", "nth:2,4"),
        ("last Friday 5-7pm", "off", "Fr 17:00-19:00", "nth:-1"),
        ("SAT(1,3) 10AM-12PM", "off", "Sa 10:00-12:00", "nth:1,3"),
        ("TUE(2ND),THUR 9AM-2PM", "Th 09:00-14:00", "Tu,Th 09:00-14:00", "nth:2"),
        ("M-Th 9am-5pm; closed 3rd Tuesday 1:30-5", "Mo,We,Th 09:00-17:00; Tu 09:00-13:30", "Mo-Th 09:00-17:00", "closed_nth:3"),
        ("WED(CLOSED 5TH WED) 1:30-4PM", "off", "We 13:30-16:00", "closed_nth:5"),
        ("Mon 9am-5pm; every other Tuesday 9am-5pm", "Mo 09:00-17:00", "Mo,Tu 09:00-17:00", "every_other_week"),
        ("Sept-May: Sat 10am-noon; Wed 6am-7:30pm", "off", "Sa 10:00-12:00; We 06:00-19:30", "months:9-5"),
        ("Mon-Fri 3-6pm (school year)", "off", "Mo-Fr 15:00-18:00", "school_year"),
        ("Summer: Mon 8am-4pm", "off", "Mo 08:00-16:00", "seasonal"),
        ("Mon 9am-5pm; Summer hours: Mon 9am-3pm", "Mo 09:00-15:00", "Mo 09:00-17:00", "seasonal"),
        ("Mon-Fri 9am-5pm (except August)", "off", "Mo-Fr 09:00-17:00", "months:9-7"),
        ("Monday 1pm until food runs out", "off", "Mo 13:00-24:00", "open_end"),
        ("Tuesday after 12pm", "off", "Tu 12:00-24:00", "open_end"),
        ("Dusk to dawn daily", "off", "Mo-Su 16:00-08:30", "sun_times"),
        ("By appointment only", "off", "24/7", "by_appointment"),
        ("M-F, by appointment", "off", "Mo-Fr 00:00-24:00", "by_appointment"),
        ("Mon 9-5; Sat by appointment", "Mo 09:00-17:00", "Mo 09:00-17:00; Sa 00:00-24:00", "by_appointment"),
        ("Mon-Thu 10am-4pm; Friday online only", "Mo-Th 10:00-16:00", "Mo-Th 10:00-16:00; Fr 00:00-24:00", "online"),
        ("Mon 9-5; on call 24/7", "Mo 09:00-17:00", "24/7", "on_call"),
        ("Mon 9-5; program hours vary", "Mo 09:00-17:00", "24/7", "varies"),
        ("Mon-Fri 9:00pm - 9:00pm; Sat 10:00am - 4:00pm", "Sa 10:00-16:00", "Mo-Fr 00:00-24:00; Sa 10:00-16:00", "zero_length"),
        ("Mon 9:30am - 11:30am; 1:00am - 3:00pm", "Mo 09:30-11:30", "Mo 00:00-24:00", "ampm_fault"),
    ],
)
def test_what_the_week_alone_cannot_say_is_possible(text: str, certain: str, possible: str, flag: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read", reading.messages
    assert reading.stated == week(certain)
    assert reading.possible == week(possible)
    assert flag in reading.flags


def test_hours_by_appointment_are_stated_but_only_possible() -> None:
    reading = read_hours("By appointment only; Monday-Friday 8:30am-4:30pm")
    assert reading.stated == week("Mo-Fr 08:30-16:30")
    assert reading.hours.of_kind("open", certain_only=True) == Schedule()
    assert read_hours("Mon-Fri 9am-5pm, or by appointment").hours.of_kind("open", certain_only=True).hours == 40


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Office: M-F 9am-5pm; Hotline: 24/7", {"office": 40, "phone": 168}),
        ("M-F 9am-5pm (Administrative); Intake M-F 9am-12pm", {"office": 40, "intake": 15}),
        ("8am-4pm M-F; Program Open 24 hours", {"open": 168}),
        ("Hotline 24/7", {"phone": 168}),
        ("walk-in Monday 1:30pm-4pm", {"open": 2.5}),
        ("24-hour answering machine", {"office": 168, "open": 168}),  # nobody answers: never counted; the hours are not known
        ("Mobile crisis response 24/7; Office M-F 8-5", {"response": 168, "office": 45}),
        ("Crisis line and shelter: 24/7", {"phone": 168, "open": 168}),
        ("Office hours: M-F 9am-5pm", {"open": 40}),  # alone, they are the hours
        ("Administration: M-F 9am-5pm", {"office": 40, "open": 168}),
        ("M-F 9am-5pm, response within 24 hours", {"open": 40}),
        ("988 Lifeline 24/7", {"phone": 168}),
    ],
)
def test_labels_say_the_kind(text: str, kinds: dict[str, float]) -> None:
    hours = read_hours(text).hours
    assert {piece.kind: hours.of_kind(piece.kind).hours for piece in hours.pieces} == kinds


def test_a_machine_never_counts() -> None:
    hours = read_hours("24-hour answering machine; M-F 9am-5pm").hours
    certain, _ = hours.counted("phone")
    assert not certain
    assert hours.counted("walk_in")[0].hours == 40


def test_unlabelled_hours_take_the_callers_kind() -> None:
    assert read_hours("M-F 9am-5pm", kind="phone").hours.of_kind("phone").hours == 40
    assert read_hours("M-F 9am-5pm; Office 24/7", kind="response").hours.of_kind("response").hours == 40


def test_last_intake_ends_the_intake_not_the_opening() -> None:
    hours = read_hours("M-F 9am-5pm, last intake 3pm").hours
    assert hours.of_kind("open").hours == 40
    assert hours.of_kind("intake").hours == 30


def test_holidays_are_flags() -> None:
    assert "ph_off" in read_hours("M-F 8am-5pm, except on public holidays").hours.pieces[0].flags
    assert "ph_off" in read_hours("M-F 9am-5pm; closed federal holidays").flags
    saturday = read_hours("Saturday & holidays 12pm-8pm").hours.pieces[0]
    assert flag_value(saturday.flags, "ph_hours") == "12:00-20:00"


def test_holiday_on_an_nth_weekday_is_two_flags_of_one_possible_day() -> None:
    (first_monday,) = read_hours("1st Monday 9am-5pm, closed holidays").hours.pieces
    assert first_monday.when == week("Mo 09:00-17:00")
    assert not first_monday.certain
    assert {"nth_weekday", "nth:1", "ph_off"} == set(first_monday.flags)
    # a month's first Monday or a holiday, say Labor Day, which is both
    open_then = read_hours("1st Monday and holidays 9am-5pm")
    assert {"nth:1", "ph_hours:09:00-17:00"} <= set(open_then.flags)
    assert not open_then.hours.of_kind("open", certain_only=True)


def test_night_shift_is_wall_time_whatever_the_clocks_do() -> None:
    hours = read_hours("Saturday 22:00-06:00").hours
    (shift,) = hours.pieces
    assert shift.when.hours == 8
    assert shift.when == Schedule.of((5 * 1440 + 22 * 60, 6 * 1440 + 6 * 60))
    assert (shift.certain, shift.flags, hours.exceptions) == (True, (), ())


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "empty", ""),
        ("   ", "empty", ""),
        ("9:00 am - 5:00 pm", "days_missing", "9:00 am - 5:00 pm"),
        ("M-F", "hours_missing", "M-F"),
        ("Every Third Thursday", "hours_missing", "Every Third Thursday"),
        ("Mon; Tue; Wed;", "hours_missing", "Mon"),
        ("M-F 9:00pm - 9:00pm", "zero_length", "9:00pm - 9:00pm"),
        ("Mon 3-11", "ampm_ambiguous", "3-11"),
        ("Mon 1:00am - 3:00pm", "ampm_fault", "1:00am - 3:00pm"),
        ("Daily 5am-11pm", "too_long", "5am-11pm"),
        ("Mon 9am-5:3pm", "badtime", "5:3"),
        ("Monday, 7 days a week", "every_day", "Monday"),
        ("7-Sep", "spreadsheet_date", "7-Sep"),
        ("Tue Apr 29 2025 00:00:00 GMT-0500 (Central Daylight Time)", "spreadsheet_date", "Tue Apr"),
        ("Saturday, August 23, 2008, 10am-2pm", "date", "August 23, 2008"),
        ("6/14/10 - 8/6/10 Mon 9am-5pm", "date", "6/14/10"),
        ("Evenings", "daypart", "Evenings"),
        ("varies", "varies", "varies"),
        ("Hours vary based on program scheduling", "varies", "Hours vary"),
        ("Mon-Fri 9-5, hours vary by site", "varies", "Mon-Fri"),
        ("Please call", "call", "Please call"),
        ("TBD", "no_hours", "TBD"),
        ("Closed until further notice", "closed_now", "Closed"),
        ("Temporarily closed", "closed_now", "Temporarily"),
        ("Mon-Fri 9-5, Wed 9-12", "contradiction", "Wed 9-12"),
        ("Mon-Wed 9am-4pm; Wed and Fri closed", "contradiction", "Wed and Fri closed"),
        ("Mon 9am-5pm, closed Tue, Wed 9am-5pm", "pairing", "closed Tue"),
        ("THUR, SAT 3-5PM/10AM-12PM", "pairing", "THUR, SAT"),
        ("Mon-Fri 9-5 except Wed 9-3", "except", "except Wed"),
        ("Office Hours: M-F 8am-4pm; Lunch: 11am-noon", "lunch", "Lunch: 11am-noon"),
        ("Mon 1pm-4pm, closed for lunch", "lunch_hours", "closed"),
        ("Munday 9-5", "badday", "Munday"),
        ("M-F 9-5, S 10-2", "badday", "S"),
        ("Two Saturdays a month 9-12", "month_week", "Two Saturdays"),
        ("Mon-Fri 9-5 unless it snows", "not_understood", "unless it snows"),
        ("Mon-Fri approximately 9-5", "not_understood", "approximately 9-5"),
        ("Mon-Fri 9-5; when school is in session", "condition", "when"),
        ("Mon-Fri 9-5 (walk-ins until 3)", "bracket", "walk-ins"),
        ("Shelter 7-7 daily", "overnight", "7-7"),
        ("Tuesday until 7pm", "end_only", "7pm"),
        ("Saturday, all day", "all day", "all"),
        ("Mon 9-25", "number", "9"),
        ("Mon 9am5pm", "chain", "5pm"),
        ("Open Monday at 9 to Friday at 5", "chain", "9"),
        ("x" * 3000, "too_long_text", "x"),
    ],
)
def test_refused_with_what_to_ask_and_where(text: str, code: str, part: str) -> None:
    reading = read_hours(text)
    assert reading.status == "refused"
    (message,) = reading.messages
    assert message.code == code
    assert message.part.startswith(part[:20])
    assert 0 <= message.start <= message.end <= len(text)
    assert "?" in message.text() or "Write" in message.text()
    assert "¿" in message.text("es") or "Escr" in message.text("es")
    assert not reading.hours.pieces
    assert not reading.possible


def test_the_place_of_a_question_points_at_the_words() -> None:
    text = "Mon 9am-5pm; Tue 9pm-9pm"
    (message,) = read_hours(text).messages
    assert text[message.start : message.end] == "9pm-9pm"
    assert "(character 18)" in message.text()
    assert "(carácter 18)" in message.text("es")


def test_restatement_in_both_languages() -> None:
    reading = read_hours("9-5 M-Th, 9-4 F; 24/7 hotline; 2nd Sat 10am-noon")
    assert restate(reading) == (
        "open: Monday to Thursday 09:00-17:00; Friday 09:00-16:00; open: possible: Saturday 10:00-12:00 (2nd of the month); phone: every day, all day"
    )
    assert restate(reading, "es").startswith("abierto: lunes a jueves 09:00-17:00; viernes 09:00-16:00; abierto: posible: sábado")
    assert restate(read_hours("Mon 9am-5pm; Tue 9pm-9pm")).endswith("has no length. When does it end?")


def test_a_text_is_read_the_same_in_either_order_and_with_any_separator() -> None:
    expected = week("Mo,We 09:00-12:00; Fr 13:00-17:00")
    for text in (
        "Mon & Wed 9am-12pm; Fri 1pm-5pm",
        "9am-12pm Mon & Wed; 1pm-5pm Fri",
        "9am-12pm, Monday and Wednesday, 1pm-5pm, Friday",
        "Monday, Wednesday: 9:00 AM to 12:00 PM\nFriday: 1:00 PM to 5:00 PM",
        "Mon/Wed 9a-12p / Fri 1p-5p",
        "mon, wed 0900-1200; fri 1300-1700",
        "Fri. 1 p.m.–5 p.m., Mon. and Wed. 9 a.m.–noon",
    ):
        assert read_hours(text).stated == expected, text
    assert minute_of_day("09:00") == expected.on_day(0)[0][0]
