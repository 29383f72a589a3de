"""A sentence without days and times is about the hours beside it where it says when they hold: then none of them is certain."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from surveys.hours import read_hours

WEEK = Schedule.daily("09:00", "17:00", days=range(5))  # Mon-Fri 9-5
SHORT_FRIDAY = Schedule.daily("09:00", "17:00", days=range(4)) | Schedule.daily("09:00", "15:00", days=[4])  # Mon-Thu 9-5; Fri 9-3
SATURDAY = Schedule.daily("09:00", "12:00", days=[5])
NIGHTS = Schedule.daily("20:00", "08:00")
NEVER = Schedule()


@pytest.mark.parametrize(
    ("text", "hours", "flag"),
    [
        ("Mon-Fri 9-5. Summer only.", WEEK, "seasonal"),
        ("Mon-Fri 9-5. Seasonal.", WEEK, "seasonal"),
        ("Mon-Fri 9-5. (Winter only)", WEEK, "seasonal"),
        ("Mon-Fri 9-5. Not open in summer.", WEEK, "seasonal"),
        ("Mon-Fri 9-5. Open October to April.", WEEK, "months:10-4"),
        ("Daily 8pm-8am. December through March.", NIGHTS, "months:12-3"),
        ("Mon-Thu 9-5; Fri 9-3; Sept-May", SHORT_FRIDAY, "months:9-5"),
        ("Mon-Thu 9-5; Fri 9-3. Sept-May only.", SHORT_FRIDAY, "months:9-5"),
        ("(Sept-May) Mon-Thu 9-5; Fri 9-3", SHORT_FRIDAY, "months:9-5"),
        ("Mon-Thu 9-5, Fri 9-3, summer only", SHORT_FRIDAY, "seasonal"),
        ("Mon-Thu 9-5, Fri 9-3 during the school year", SHORT_FRIDAY, "school_year"),
        ("Mon-Thu 9-5, Fri 9-3 biweekly", SHORT_FRIDAY, "every_other_week"),
        ("Mon-Thu 9-5; Fri 9-3. School year only.", SHORT_FRIDAY, "school_year"),
        ("Mon-Fri 9-5. Only during the school year.", WEEK, "school_year"),
        ("Mon-Fri 9-5. Every other week.", WEEK, "every_other_week"),
        ("Mon-Fri 9-5. Alternating weeks.", WEEK, "every_other_week"),
        ("Mon-Fri 9-5. In season.", WEEK, "seasonal"),
        ("Mon-Fri 9-5. Odd weeks.", WEEK, "limited"),
        ("Mon-Fri 9-5. Biweekly.", WEEK, "every_other_week"),
        ("Every other week; Mon-Fri 9-5", WEEK, "every_other_week"),  # in front, it holds for what follows
        ("lunes a viernes 9am-5pm. Cada dos semanas.", WEEK, "every_other_week"),
    ],
)
def test_hours_are_only_possible(text: str, hours: Schedule, flag: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert (reading.stated, reading.possible) == (NEVER, hours)
    assert flag in reading.flags


@pytest.mark.parametrize(
    ("text", "hours", "quoted", "code"),
    [
        ("Mon-Fri 9-5. Monthly.", WEEK, "Monthly", "month_week"),
        ("Monthly; Sat 9-12", SATURDAY, "Monthly", "month_week"),
        ("Once a month; Sat 9-12", SATURDAY, "Once a month", "month_week"),
        ("Mon-Fri 9-5. First week of month.", WEEK, "First week of month", "month_week"),
        ("Mon-Fri 9-5. 1st and 3rd weeks.", WEEK, "1st and 3rd weeks", "month_week"),
        ("Sat 9-12; dates on website", SATURDAY, "dates on website", "which_dates"),
        ("Mon-Fri 9-5. Follows school closings.", WEEK, "Follows school closings", "condition"),
        ("Mon-Fri 9-5. Same as school district calendar.", WEEK, "Same as school district calendar", "condition"),
        ("Daily 8pm-8am. Weather dependent.", NIGHTS, "Weather dependent", "condition"),
        ("Daily 8pm-8am. If below freezing.", NIGHTS, "If below freezing", "condition"),
        ("Mon-Fri 9-5. Emergencies only.", WEEK, "Emergencies only", "condition"),
        ("Mon-Fri 9-5. Hours are approximate.", WEEK, "Hours are approximate", "not_understood"),
    ],
)
def test_hours_are_only_possible_and_the_sentence_is_asked_about(text: str, hours: Schedule, quoted: str, code: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert (reading.stated, reading.possible) == (NEVER, hours)
    assert [(message.part, message.code) for message in reading.messages] == [(quoted, code)]


@pytest.mark.parametrize(
    ("text", "quoted", "code"),
    [
        ("Mon-Fri 9-5. Program ended.", "Program ended", "closed_now"),
        ("Program ended. Mon-Fri 9-5", "Program ended", "closed_now"),
        ("Mon-Fri 9-5. Program on hiatus.", "Program on hiatus", "closed_now"),
        ("Mon-Fri 9-5. On pause.", "On pause", "closed_now"),
        ("Mon-Fri 9-5. On hold.", "On hold", "closed_now"),
        ("Mon-Fri 9-5 on hold", "Mon-Fri 9-5 on hold", "closed_now"),
        ("Ended: Mon-Fri 9-5", "Ended: Mon-Fri 9-5", "closed_now"),
        ("Mon-Fri 9-5. Not yet open.", "Not yet open", "not_now"),
        ("Not yet open. Mon-Fri 9-5", "Not yet open", "not_now"),
        ("Mon-Fri 9-5. Opening soon.", "Opening soon", "not_now"),
    ],
)
def test_hours_that_do_not_hold_now_are_refused(text: str, quoted: str, code: str) -> None:
    reading = read_hours(text)
    assert reading.status == "refused"
    assert [(message.part, message.code) for message in reading.messages] == [(quoted, code)]


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 9-5. Bring ID.",
        "Mon-Fri 9-5. Serves all families.",
        "Mon-Fri 9-5. Families may visit once a month.",  # how often somebody may come, not when it is open
        "Mon-Fri 9-5. Please call as soon as possible.",
        "Mon-Fri 9-5. If you need help, call 911.",
        "Mon-Fri 9-5. Alternate phone number 612-555-0100.",
        "Mon-Fri 9-5. Open year round.",
        "Mon-Fri 9-5. Closed holidays.",
    ],
)
def test_a_sentence_about_anything_else_leaves_the_hours_certain(text: str) -> None:
    assert read_hours(text).stated == WEEK


def test_no_walk_ins_is_flagged_and_leaves_the_hours_certain() -> None:
    reading = read_hours("Daily 8pm-8am. No walk-ins.")
    assert reading.stated == NIGHTS
    assert "no_walk_in" in reading.flags


def test_a_season_in_a_line_of_its_own_heads_what_follows() -> None:
    reading = read_hours("Mon-Fri 9-5\nSummer hours\nMon-Thu 9-3")
    # the whole year has Friday 9-5, and what both seasons have on the other days
    assert reading.stated == Schedule.daily("09:00", "15:00", days=range(4)) | Schedule.daily("09:00", "17:00", days=[4])
