"""An ordinal or "every other" in front of a list of days is about every day of the list: none of them is stated for every week."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from surveys.hours import read_hours

MO, TU, WE, TH, FR, SA, SU = range(7)
NEVER = Schedule()


def window(days: tuple[int, ...]) -> Schedule:
    """6-8 pm on some days."""
    return Schedule.daily("18:00", "20:00", days=days)


@pytest.mark.parametrize(
    ("text", "days", "flags"),
    [
        ("First Tuesday and Thursday 6-8pm", (TU, TH), {"nth_weekday", "nth:1"}),
        ("1st and 3rd Tues, Thurs 6-8pm", (TU, TH), {"nth_weekday", "nth:1,3"}),
        ("1st Monday and Wednesday of the month 6-8pm", (MO, WE), {"nth_weekday", "nth:1"}),
        ("1st Monday Wednesday 6-8pm", (MO, WE), {"nth_weekday", "nth:1"}),
        ("6-8pm 2nd Saturday and Sunday", (SA, SU), {"nth_weekday", "nth:2"}),
        ("Last Friday and Saturday of the month 6-8pm", (FR, SA), {"nth_weekday", "nth:-1"}),
        ("2nd & 4th Mon/Wed 6-8pm", (MO, WE), {"nth_weekday", "nth:2,4"}),
        ("Every other Mon, Wed, Fri 6-8pm", (MO, WE, FR), {"every_other_week"}),
        ("Every other Tue and Thu 6-8pm", (TU, TH), {"every_other_week"}),
        ("Alternate Mondays and Fridays 6-8pm", (MO, FR), {"every_other_week"}),
        ("Every other Mon, Wed-Fri 6-8pm", (MO, WE, TH, FR), {"every_other_week"}),
    ],
)
def test_every_day_of_the_list_is_only_possible(text: str, days: tuple[int, ...], flags: set[str]) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert reading.stated == NEVER
    assert reading.possible == window(days)
    assert flags <= set(reading.flags)


@pytest.mark.parametrize(
    ("text", "every_week", "some_weeks"),
    [
        ("1st & 3rd Tuesday and every Thursday 6-8pm", (TH,), (TU,)),  # "every" begins anew
        ("Every Tuesday and every other Thursday 6-8pm", (TU,), (TH,)),
        ("TUE(2ND),THUR 6-8PM", (TH,), (TU,)),  # behind its day, the ordinal is about that day
        ("1st Monday 6-8pm and Wednesday 6-8pm", (WE,), (MO,)),  # times stand between
        ("Monday and 2nd Saturday 6-8pm", (MO,), (SA,)),
        ("2nd Sat, Mon-Fri 6-8pm", (MO, TU, WE, TH, FR), (SA,)),  # nobody means a second Monday-Friday
    ],
)
def test_a_day_with_words_of_its_own_keeps_them(text: str, every_week: tuple[int, ...], some_weeks: tuple[int, ...]) -> None:
    reading = read_hours(text)
    assert reading.stated == window(every_week)
    assert reading.possible == window(every_week) | window(some_weeks)


def test_two_ordinals_in_a_list_are_about_their_own_days() -> None:
    by_flags = {piece.flags[-1]: piece.when for piece in read_hours("1st Tue, 3rd Thu 6-8pm").hours.pieces}
    assert by_flags == {"nth:1": window((TU,)), "nth:3": window((TH,))}
