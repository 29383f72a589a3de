"""A word beside days and times that is not known to be harmless never leaves them certain; a word in the place of a day is asked about."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from surveys.hours import read_hours

WEEK = Schedule.daily("09:00", "17:00", days=range(5))  # Mon-Fri 9-5
NEVER = Schedule()


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Mon-Fri hopefully 9-5", "hopefully"),
        ("Hopefully: Mon-Fri 9-5", "Hopefully"),  # an adverb is no label
        ("Mon-Fri kaput 9-5", "kaput"),
        ("Mon-Fri 9-5 kaput", "kaput"),
        ("Mon-Fri 9-5 (kaput)", "kaput"),
        ("Mon-Fri 9-5 irregularly", "irregularly"),
        ("Provisional M-F 9-5", "Provisional"),
        ("Mon-Fri 9-5 or later", "later"),
        ("To be confirmed: Mon-Fri 9-5", "confirmed"),
        ("Interim: Mon-Fri 9-5", "Interim"),
        ("Mon-Fri 9-5. Hopefully.", "Hopefully"),  # a fragment is about the hours beside it
        ("Mon-Fri 9-5; to be confirmed", "be confirmed"),
        ("Perhaps. Mon-Fri 9-5", "Perhaps"),
        ("Zeta Mon-Fri 9-5", "Zeta"),  # a name without a colon could be anything
        ("Quasi lunes a viernes 9am-5pm", "Quasi"),
    ],
)
def test_an_unknown_word_makes_hours_only_possible_and_is_quoted(text: str, quoted: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert (reading.stated, reading.possible) == (NEVER, WEEK)
    assert "unclear" in reading.flags
    assert [(message.part, message.code) for message in reading.messages] == [(quoted, "not_understood")]


@pytest.mark.parametrize(
    "text",
    [
        "Cold weather only: Mon-Fri 9-5",
        "Extreme weather: Mon-Fri 9-5",
        "Emergency only: Mon-Fri 9-5",
        "In case of emergency Mon-Fri 9-5",
        "Mon-Fri 9-5 as needed",
        "Mon-Fri 9-5 as available",
        "Mon-Fri 9-5 snow days",
        "Game days: Mon-Fri 9-5",
    ],
)
def test_a_condition_beside_hours_makes_them_only_possible(text: str) -> None:
    reading = read_hours(text)
    assert (reading.stated, reading.possible) == (NEVER, WEEK)
    assert "conditional" in reading.flags
    assert [message.code for message in reading.messages] == ["condition"]


@pytest.mark.parametrize(
    "text",
    [
        "Zeta: Mon-Fri 9-5",  # in front of a colon stands a name
        "Mon-Fri 9-5 (Zeta)",  # as in brackets, when it is written as one
        "BCR operates Mon-Fri 9-5",  # in capitals
        "Temporary housing: Mon-Fri 9-5",
        "Violence interrupters Mon-Fri 9-5",
        "Zeta clinic Mon-Fri 9-5",  # in front of a known thing
        "Mon-Fri 9-5 at Zeta Park",  # behind "at"
        "Grief counseling Mon-Fri 9-5",
        "Spay neuter clinic: Mon-Fri 9-5",
        "Mon-Fri 9-5 for newborns",
        "Registration desk open Mon-Fri 9-5",
        "Mon-Fri 9-5, first come first served",
        "Mon-Fri 9-5 (call first)",
        "Mon-Fri 9-5 in the church basement room",
    ],
)
def test_names_and_things_leave_hours_certain(text: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read"
    assert {piece.when for piece in reading.hours.pieces if piece.certain} == {WEEK}
    assert reading.messages == ()


def test_a_sentence_with_unknown_words_is_named_and_leaves_hours_certain() -> None:
    reading = read_hours("Mon-Fri 9-5. Zorgle the fnord blarg wug.")
    assert reading.stated == WEEK
    assert [(message.part, message.code) for message in reading.messages] == [("Zorgle the fnord blarg wug", "left_out")]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Mon-Fir 9-5", "Fir"),
        ("Mon-Fry 9-5", "Fry"),
        ("Mon thru Fir 9-5", "Fir"),
        ("9-5 Mon-Fir", "Fir"),
        ("Mon, Thues 9-5", "Thues"),
        ("Mon, Turs 9-5", "Turs"),
        ("Mon, Sund 9-5", "Sund"),
        ("9-5 Mon & Turs", "Turs"),
        ("Mon Tus Wed 9-5", "Tus"),
        ("Turs-Fri 9-5", "Turs"),
        ("Turs, Wed 9-5", "Turs"),
        ("MON/UE 5-7PM", "UE"),
        ("Mon, mercredi 9-5", "mercredi"),
        ("Lunes a Vierns 9am-5pm", "Vierns"),
        ("lunes, miercoles y juves 9am-5pm", "juves"),
    ],
)
def test_a_misspelt_day_is_asked_about(text: str, quoted: str) -> None:
    reading = read_hours(text)
    assert reading.status == "refused"
    assert [(message.part, message.code) for message in reading.messages] == [(quoted, "notday")]


@pytest.mark.parametrize("text", ["Monday Bingo 1-3pm", "Monday - Clinic 1-3pm", "Mondays: Yoga 1-3pm", "Monday, drop-in 1-3pm"])
def test_what_happens_on_a_day_is_no_day(text: str) -> None:
    assert read_hours(text).stated == Schedule.daily("13:00", "15:00", days=[0])


def test_words_between_days_and_times_of_two_sentences_are_not_lost() -> None:
    assert read_hours("Mon-Fri approx. 9-5").status == "refused"
