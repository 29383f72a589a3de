"""Which minutes times without am or pm mean, and when nobody can tell."""

from __future__ import annotations

import pytest

from ecosystem.schedule import DAY
from surveys.hours.clauses import Span
from surveys.hours.times import Refused, fault_of, resolve
from surveys.hours.tokens import Clock, tokenize


def clock_of(text: str) -> Clock:
    (token,) = tokenize(text)
    assert isinstance(token.value, Clock)
    return token.value


def ranges(*texts: str, days: int = 5, military: bool = False, daypart: str = "") -> tuple[tuple[int, int], ...]:
    spans = [Span(clock_of(first), clock_of(last), (0, 1)) for first, _, last in (text.partition("-") for text in texts)]
    return resolve(spans, days, [daypart] if daypart else [], military=military)[0]


def hours(start: float, end: float) -> tuple[tuple[int, int], ...]:
    return ((int(start * 60), int(end * 60)),)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("9-5", 9, 17),
        ("8-4:30", 8, 16.5),
        ("1-5", 13, 17),
        ("10-12", 10, 12),
        ("12-8", 12, 20),
        ("7-7", 7, 19),
        ("9-9", 9, 21),
        ("11-1", 11, 13),
        ("8:30-5:30pm", 8.5, 17.5),
        ("5:30-8:30pm", 17.5, 20.5),
        ("9-11am", 9, 11),
        ("9-12pm", 9, 12),
        ("11-1pm", 11, 13),
        ("8-8pm", 8, 20),
        ("12-5pm", 12, 17),
        ("10am-6", 10, 18),
        ("9am-12", 9, 12),
        ("5pm-9", 17, 21),
        ("10am-4:00m", 10, 16),
        ("6-12am", 18, 24),
        ("7pm-7am", 19, 31),
        ("9:00-17:00", 9, 17),
        ("22:00-6:00", 22, 30),
        ("midnight-8am", 0, 8),
        ("noon-midnight", 12, 24),
    ],
)
def test_one_reading_is_taken(text: str, start: float, end: float) -> None:
    assert ranges(text) == hours(start, end)


@pytest.mark.parametrize("text", ["3-11", "7-9", "6-8", "8-9", "9-11", "9-9:30", "8-8:30", "9am-10", "12-12", "13-5"])
def test_several_readings_are_asked_about(text: str) -> None:
    with pytest.raises(Refused) as caught:
        ranges(text)
    assert caught.value.code == "ampm_ambiguous"


def test_eight_to_nine_pm_on_all_weekdays_could_be_a_working_day() -> None:
    with pytest.raises(Refused):
        ranges("8-9pm", days=5)
    assert ranges("8-9pm", days=1) == hours(20, 21)


def test_times_beside_one_another_settle_each_other() -> None:
    assert ranges("7-9:30", "3:30-6") == ((420, 570), (930, 1080))
    assert ranges("9-11", "1-3") == ((540, 660), (780, 900))


def test_a_part_of_the_day_settles_and_contradicts() -> None:
    assert ranges("6-8", daypart="evening") == hours(18, 20)
    assert ranges("9-11", daypart="morning") == hours(9, 11)
    with pytest.raises(Refused):
        ranges("8-12", daypart="evening")


def test_a_24_hour_clock_is_taken_at_its_word() -> None:
    assert ranges("9:00-12:00", military=True) == hours(9, 12)
    assert fault_of(600, 240 + DAY, military=True) == "ampm_fault"  # 10:00-4:00 in such a text
    assert fault_of(60, 300, military=True) == "ampm_fault"  # 1:00-5:00


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (9, 17, ""),
        (19, 31, ""),  # 7 pm - 7 am
        (17, 33, ""),  # 5 pm - 9 am
        (12, 27, ""),  # noon - 3 am
        (11, 25, ""),  # 11 am - 1 am
        (0, 24, ""),
        (6, 22, ""),
        (21, 21, "zero_length"),
        (1, 15, "ampm_fault"),  # 1 am - 3 pm
        (9, 29, "ampm_fault"),  # 9 am - 5 am
        (9, 25.5, "ampm_fault"),  # 9 am - 1:30 am
        (21, 36, "ampm_fault"),  # 9 pm - noon
        (5.5, 22, "too_long"),
    ],
)
def test_what_cannot_be_meant(start: float, end: float, code: str) -> None:
    assert fault_of(int(start * 60), int(end * 60), military=False) == code
