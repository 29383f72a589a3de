"""Days whose closing alone is told apart, days that are left out, and brackets with numbers that are no times."""

from __future__ import annotations

import pytest

from surveys.hours import read_hours
from surveys.hours.table import intervals


def week(**times: str) -> str:
    return "; ".join(f"{day} {span}" for day, span in times.items() if span)


def weekdays(times: str, **other: str) -> str:
    return week(**{**dict.fromkeys(("Mo", "Tu", "We", "Th", "Fr"), times), **other})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M-F 8-4:30, W until 7pm", weekdays("08:00-16:30", We="08:00-19:00")),
        ("Mon-Thurs 9a-8p Fri til 5pm", weekdays("09:00-20:00", Fr="09:00-17:00")),
        ("Mon-Fri 9-5 (Wed until 8pm)", weekdays("09:00-17:00", We="09:00-20:00")),
        ("Mon-Fri 9-5, Fri closes at 3 pm", weekdays("09:00-17:00", Fr="09:00-15:00")),
        ("M-F 8-5, closes at noon on Wednesdays", weekdays("08:00-17:00", We="08:00-12:00")),
        ("M-F 8-5 (till 7pm on Tues)", weekdays("08:00-17:00", Tu="08:00-19:00")),
        ("Mon-Fri 9-12, 1-5, Wed until 7 p.m.", weekdays("09:00-12:00,13:00-17:00", We="09:00-12:00,13:00-19:00")),
        ("Lunes a viernes 9am-5pm; jueves hasta las 7pm", weekdays("09:00-17:00", Th="09:00-19:00")),
        # days left out
        ("Mon-Fri 9-5 but not Thursdays", weekdays("09:00-17:00", Th="")),
        ("Mon-Fri (not Wed) 9-5", weekdays("09:00-17:00", We="")),
        ("Mon-Fri 9-5, no services Thursday", weekdays("09:00-17:00", Th="")),
        ("Not open on Mondays. Mon-Fri 9-5", ""),  # the day is named as open and as closed: asked
        ("M-F 9-5 but closed Wed afternoons", weekdays("09:00-17:00", We="09:00-12:00")),
        ("Every day but Sunday 9-5", weekdays("09:00-17:00", Sa="09:00-17:00")),
        ("Mon-Fri 9-5 closed 12-1 for lunch, Sat 9-12", weekdays("09:00-12:00,13:00-17:00", Sa="09:00-12:00")),
        ("Mon-Fri 9-5, lunch break 12-1", weekdays("09:00-12:00,13:00-17:00")),
        # how teams write the evening shift
        ("Mon-Fri 14:00-02:00", weekdays("14:00-02:00")),
        # brackets
        ("Mon-Fri 4-6 (Rm 205)", weekdays("16:00-18:00")),
        ("Mon-Fri 4-6pm (ages 10 and up)", weekdays("16:00-18:00")),
        ("Mon-Fri 9-5 (including holidays)", weekdays("09:00-17:00")),
    ],
)
def test_days_told_apart(text: str, expected: str) -> None:
    reading = read_hours(text)
    assert intervals(reading.stated) == expected
    assert reading.status == ("read" if expected else "refused")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Office M-F 9-5; clinic Tue until 8", "not_understood"),  # when does the clinic open?
        ("Mon-Fri 9-5, Wed until 8 or 9", "number"),
        ("Mon-Fri 1pm-5pm, Wed until noon", "contradiction"),
        ("24/7, Wed until 8pm", "end_only"),
        ("M-F 8-4:30, W until 7", "ampm_ambiguous"),  # the half of the day is not said
        ("Mon, Tue, Thu, Fri 9-5. Wed until 8pm", "end_only"),  # from when?
        ("Closed to walk-ins Wed; M-F 9-5", "not_understood"),  # open by appointment then?
        ("Mon-Fri 13:00-5:00", "ampm_ambiguous"),
        ("Mon-Fri 9-5 (call 8-4)", "bracket"),  # other hours, not a number to call
        ("Mon-Fri 9-5 not Wed 9-12", "not_understood"),
    ],
)
def test_what_is_not_clear_stays_refused(text: str, code: str) -> None:
    assert read_hours(text).flags == (code,)


def test_hours_on_call_in_brackets_are_possible() -> None:
    hours = read_hours("Mon-Fri 9-5 (on-call nights and weekends)").hours
    assert intervals(hours.of_kind("open", certain_only=True)) == weekdays("09:00-17:00")
    assert [piece.certain for piece in hours.pieces if "on_call" in piece.flags] == [False]


def test_on_call_alone_in_brackets_is_about_the_hours_before_it() -> None:
    assert read_hours("Advocates come to the hospital 24/7 (on call)").hours.of_kind("open", certain_only=True).hours == 0
