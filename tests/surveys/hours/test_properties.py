"""What holds for every text: nothing raises, nothing takes long, and what is read survives being written."""

from __future__ import annotations

import csv
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.schedule import KINDS, Piece, Schedule
from ecosystem.schedule_formats import from_hsds, from_osm, to_hsds, to_osm
from surveys.hours import read_hours, restate
from surveys.hours.meaning import Understanding
from surveys.hours.messages import Message
from surveys.hours.plain import read_plain
from surveys.hours.read import Reading, is_military
from surveys.hours.table import row_of
from surveys.hours.times import Refused
from surveys.hours.tokens import tokenize
from surveys.hours.walk import read_clauses


def words(text: str) -> list[str]:
    return text.split()


PARTS = [
    *words(
        """
        Mon Tue-Fri Mondays MWF TTh weekdays daily 9-5 9am 5pm noon 8:30-12 13:00-17:00 630pm 24/7 24-hours closed except lunch holidays 1st 2nd&4th
        last every other Sept-May summer school year dusk dawn until after at from between by appointment vary call no not unless Office: Hotline
        Intake ( ) , ; - / & : . | 12 0 99 2008 6/14/10 7-Sep S Sonday evening all day ages 12-18 x é ß İ ٣ ①
        """
    ),
    "\n",
    "\x00",
    "",
]
TEXTS = (
    "9:00 am - 5:00 pm, Monday - Friday; 10:00 am - 2:00 pm, Saturday (closed holidays)",
    "Office: M-F 8-4:30, closed noon-1; Hotline 24/7; Intake Mon & Wed 9-11am",
    "TUE/THUR/1ST SAT 10AM-12PM/1-3PM/10AM-12PM",
    "Sept-May: Mon-Thu 3-6pm, except lunch 12-1; every other Tuesday 9am-8:30pm",
    "Friday 6pm - Monday 8am; by appointment only",
)


def mutated(source: random.Random) -> str:
    """A text made of parts, or a real one cut and mixed."""
    if source.random() < 0.5:
        return " ".join(source.choice(PARTS) for _ in range(source.randint(1, 12)))
    text = source.choice(TEXTS)
    for _ in range(source.randint(1, 5)):
        start = source.randint(0, len(text))
        end = source.randint(start, min(len(text), start + 8))
        middle = source.choice(("", source.choice(PARTS), chr(source.randint(1, 0x2FFF)), source.choice(TEXTS)[:12]))
        text = text[:start] + middle + text[end:]
    return text


def check(text: str) -> Reading:
    """Read a text and everything made of the reading."""
    reading = read_hours(text)
    assert (reading.status == "read") == bool(reading.hours.pieces)
    assert reading.status == "read" or reading.messages
    assert all(0 <= message.start <= message.end <= len(text) for message in reading.messages)
    assert restate(reading)
    assert restate(reading, "es")
    assert row_of(reading)["text"] == text
    return reading


def test_ten_thousand_random_and_mutated_texts_raise_nothing() -> None:
    source = random.Random(20260309)
    statuses = {check(mutated(source)).status for _ in range(10_000)}
    assert statuses == {"read", "refused"}


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_at_all_raises_nothing(text: str) -> None:
    assert check(text).text == text


def test_what_is_read_survives_osm_and_hsds() -> None:
    """Text -> pieces -> OSM -> pieces, and -> HSDS rows -> pieces, keep the certain and the possible minutes."""
    source = random.Random(7)
    survived = 0
    for _ in range(4_000):
        reading = read_hours(mutated(source))
        if reading.status == "refused":
            continue
        certain = reading.hours.of_kind(*KINDS, certain_only=True)
        for again in (from_osm(to_osm(reading.hours)), from_hsds(to_hsds(reading.hours))):
            assert again.of_kind(*KINDS, certain_only=True) == certain, reading.text
            assert again.of_kind(*KINDS) == reading.possible, reading.text
        survived += 1
    assert survived > 200


@given(
    st.lists(st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]), min_size=1, max_size=7, unique=True),
    st.integers(0, 95),
    st.integers(1, 64),
)
@settings(max_examples=200, deadline=None)
def test_a_week_written_in_words_is_read_back(days: list[str], start: int, length: int) -> None:
    """A schedule written with am and pm comes back; one that cannot be meant is asked about, never changed."""
    first, last = start * 15, start * 15 + length * 15
    clock = [f"{minute % 1440 // 60 % 12 or 12}:{minute % 60:02d} {'am' if minute % 1440 < 720 else 'pm'}" for minute in (first, last)]
    reading = read_hours(f"{', '.join(days)} {clock[0]} - {clock[1]}")
    index = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    expected = Schedule.of(*((index.index(day) * 1440 + first, index.index(day) * 1440 + last) for day in days))
    assert reading.status == "refused" or reading.stated == expected
    if first >= 6 * 60 and last <= 23 * 60:
        assert reading.stated == expected or last - first > 16 * 60


Read = tuple[set[tuple[object, ...]], tuple[Message, ...]] | tuple[str, tuple[int, int], str]


def as_read(pieces: tuple[Piece, ...], messages: Sequence[Message]) -> Read:
    return {(piece.when, piece.certain, piece.note, piece.flags) for piece in pieces}, tuple(messages)


def in_the_short_way(text: str) -> Read | None:
    """What a text says by the short way, or how it is refused; None where that leaves it to the long way."""
    try:
        plain = read_plain(text, "open")
    except Refused as refused:
        return refused.code, refused.place, refused.hint
    return None if plain is None else as_read(*plain)


def in_the_long_way(text: str) -> Read:
    tokens = tokenize(text)
    understanding = Understanding(text, read_clauses(tokens), "open", military=is_military(tokens))
    try:
        return as_read(understanding.pieces(), understanding.messages)
    except Refused as refused:
        return refused.code, refused.place, refused.hint


def test_the_short_way_reads_as_the_long_way() -> None:
    """Plain texts are read in one step; the steps of the long way give the same pieces and questions."""
    source = random.Random(3)
    days = [
        "Mon",
        "Tue-Thu",
        "M-F",
        "Sat, Sun",
        "daily",
        "MWF",
        "Tu/Th",
        "Mon. and Wed.",
        "Sunday closed, Monday",
        "closed Sunday; Friday",
        "Mo, We",
        "holidays",
        "WED(1,3)",
        "MON/SAT (2ND & 4TH)",
    ]
    times = [
        "9-5",
        "9am-5pm",
        "8:30-12, 1-5",
        "10pm-6am",
        "1-9",
        "7-9",
        "noon-8",
        "3am-6pm",
        "9am-9am",
        "8-8",
        "8am-8pm",
        "13:00-17:00",
        "9 a.m.-5 p.m.",
        "24-7",
    ]
    between = ["/", "; ", ", ", " ", ". ", "\n", " and ", " / ", ": ", " & ", ",and ", " to ", " closed ", "; closed "]
    compared = Counter[str]()
    for _ in range(6_000):
        parts = [source.choice(days), source.choice(times)] * source.randint(1, 3)
        parts = [source.choice(days) if part in days else source.choice(times) for part in parts]
        if source.random() < 0.4:
            parts.reverse()
        text = (
            parts[0]
            + "".join(source.choice(between) + part for part in parts[1:])
            + source.choice(["", "", ".", ";", ",", "; Sat closed", "; closed Sat"])
        )
        short = in_the_short_way(text)
        if short is not None:
            assert short == in_the_long_way(text), text
            compared["refused" if len(short) == 3 else "read"] += 1
    assert compared["read"] > 400
    assert compared["refused"] > 50


def test_the_short_way_asks_as_the_long_way() -> None:
    """A week of seven days, some with times that cannot be meant: the same days hold and the same questions are asked."""
    source = random.Random(5)
    names = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
    usual = ["9:00-17:00", "8:30-12:00 , 13:00-16:30", "10am-6pm", "8:30-4:30", "Closed", "18:00-2:00"]
    odd = ["21:00-20:00", "10:00-6:00", "9:00-9:00", "10pm-6pm", "0:00-23:59", "5:00-23:00", "9:00-17:00 , 16:00-4:00", "8-10"]
    asked = 0
    for _ in range(1_500):
        said = [f"{name}: {source.choice(odd if source.random() < 0.15 else usual)}" for name in names]
        text = source.choice([" ", "  ", "; ", ", "]).join(said)
        short = in_the_short_way(text)
        if short is not None:
            assert short == in_the_long_way(text), text
            asked += len(short) == 2 and len(short[1]) > 0
    assert asked > 100


@pytest.mark.shared
def test_the_short_way_reads_real_directories_as_the_long_way(shared_data: Path) -> None:
    with (shared_data / "directories" / "ilao_legal_aid" / "input_locations.csv").open(newline="", encoding="utf-8") as file:
        texts = {row["Hours of operation"] for row in csv.DictReader(file)}
    with (shared_data / "directories" / "sf211_icarol" / "sf_only.csv").open(newline="", encoding="utf-8") as file:
        texts |= {row["HoursOfOperation"] for row in csv.DictReader(file)}
    short = {text: in_the_short_way(text) for text in texts}
    assert sum(said is not None for said in short.values()) > 450
    for text, said in short.items():
        assert said is None or said == in_the_long_way(text), text


def test_time_is_linear_in_the_length() -> None:
    """Eight times the text takes no more than some twenty times as long, whatever it is made of; the longest texts are not read at all."""
    human = ("Mon 9-5; ", "(9-5) ", "((", "Mon, Tue & ", "9-5/", "Office: closed Mon ", "1st & ", "word ", "closed ")
    for unit in (*human, "Mo,", "Mo 09:00, ", "Mo 09:00-10:00,", "Jan ", "Jan-Feb Mo 09:00 ", "Mo[1] ", "24/7; "):
        short, long = unit * (240 // len(unit)), unit * (1920 // len(unit))

        def seconds(text: str) -> float:
            best = 1e9
            for _ in range(5):
                begun = time.process_time()
                read_hours.__wrapped__(text)
                best = min(best, time.process_time() - begun)
            return best

        assert seconds(long) < 24 * seconds(short) + 0.02, unit
    assert read_hours("Mon 9-5; " * 1000).messages[0].code == "too_long_text"


def test_refusals_are_exceptions_only_inside() -> None:
    understanding = Understanding("9-5", read_clauses(tokenize("9-5")), "open", military=False)
    caught = ""
    try:
        understanding.pieces()
    except Refused as refused:
        caught = refused.code
    assert caught == read_hours("9-5").messages[0].code == "days_missing"
