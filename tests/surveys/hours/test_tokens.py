"""What the words of an hours text can be, and where they stand."""

from __future__ import annotations

import pytest

from surveys.hours.tokens import Clock, tokenize


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "hour", "minute", "half"),
    [
        ("9am", 9, 0, "a"),
        ("9 a.m.", 9, 0, "a"),
        ("5 :00 PM", 5, 0, "p"),
        ("900am", 9, 0, "a"),
        ("630 pm", 6, 30, "p"),
        ("7.30am", 7, 30, "a"),
        ("noon", 12, 0, "p"),
        ("12 noon", 12, 0, "p"),
        ("12:00noon", 12, 0, "p"),
        ("midnight", 12, 0, "a"),
        ("10A", 10, 0, "a"),
        ("4:00m", 4, 0, "?"),
        ("17:30", 17, 30, ""),
    ],
)
def test_times_in_every_spelling(text: str, hour: int, minute: int, half: str) -> None:
    (token,) = tokenize(text)
    assert token.kind == "time"
    assert isinstance(token.value, Clock)
    assert token.value[:3] == (hour, minute, half)


@pytest.mark.parametrize(
    ("word", "day"),
    [("Monday", 0), ("Mondays", 0), ("M", 0), ("Tues", 1), ("Th", 3), ("Saturda", 5), ("Wendsdays", 2), ("Momday", 0), ("Thurday", 3), ("sábado", 5)],
)
def test_days_in_every_spelling(word: str, day: int) -> None:
    assert [(token.kind, token.value) for token in tokenize(word)] == [("day", day)]


@pytest.mark.parametrize(
    ("letters", "days"),
    [("MTF", (0, 1, 4)), ("MWF", (0, 2, 4)), ("TTh", None), ("MTWTF", (0, 1, 2, 3, 4)), ("SMTWTFS", (0, 1, 2, 3, 4, 5, 6)), ("TR", (1, 3))],
)
def test_days_as_letters(letters: str, days: tuple[int, ...] | None) -> None:
    tokens = tokenize(letters)
    if days is None:  # mixed case is cut into days of their own
        assert [token.value for token in tokens] == [1, 3]
    else:
        assert [(token.kind, token.value) for token in tokens] == [("days", days)]


@pytest.mark.parametrize("word", ["Sonday", "Munday", "S"])
def test_a_day_that_could_be_two_is_no_day(word: str) -> None:
    assert kinds(word) == ["badday"]


@pytest.mark.parametrize("word", ["SR", "FM", "HIV", "today", "holiday-ish", "MS", "we"])
def test_words_that_look_like_days(word: str) -> None:
    assert not {"day", "days", "badday"} & set(kinds(word))


@pytest.mark.parametrize("text", ["5:3pm", "25:00", "9:75", "13 pm", "10:3A"])
def test_times_that_no_clock_has(text: str) -> None:
    assert kinds(text)[0] in ("badtime", "number")
    assert "time" not in kinds(text)


def test_words_that_stick_to_times_come_apart() -> None:
    assert kinds("9AM-6PMSaturday") == ["time", "dash", "time", "day"]
    assert kinds("5pmFriday") == ["time", "day"]


def test_odd_dashes_spaces_and_nul_cells_keep_their_places() -> None:
    text = "Mon\u00a0\u00ad\u00a0Fri, 9am\u20135pm\x00"
    tokens = tokenize(text)
    assert [token.kind for token in tokens] == ["day", "dash", "day", "comma", "time", "dash", "time"]
    assert text[tokens[2].start : tokens[2].end] == "Fri"


def test_signs_copied_from_the_source_of_a_web_page_are_signs() -> None:
    text = "Mon&nbsp;&amp;&#160;Wed, 9am &ndash; 5pm; M&wed;"
    tokens = tokenize(text)
    assert [token.kind for token in tokens] == ["day", "and", "day", "comma", "time", "dash", "time", "semi", "day", "and", "day", "semi"]
    assert [text[token.start : token.end] for token in tokens[2:6]] == ["Wed", ",", "9am", "&"]


def test_a_point_after_an_abbreviation_ends_no_sentence() -> None:
    assert kinds("Mon. - Fri.") == ["day", "dash", "day"]
    assert "stop" in kinds("Monday-Friday. Closed")


def test_round_the_clock_in_every_spelling() -> None:
    assert kinds("24/7") == kinds("24-7") == kinds("24/7/365") == kinds("24 x 7") == ["always"]
    assert kinds("24 hours") == kinds("24-hour") == kinds("24 hrs/day") == ["allday"]
