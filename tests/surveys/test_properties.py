"""Laws of reading answers: nothing raises, a blank only takes its own fact away, order means nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.geography import Geography
from ecosystem.records import Delivery, Unknown
from ecosystem.schedule import Hours, Schedule, union
from ecosystem.taxonomy import Taxonomy
from surveys.asking import Respondent, Setting
from surveys.codebook import Codebook, Form
from surveys.interpret import Offer, read_offer
from surveys.places import Reader
from surveys.readers.spreadsheet import decode, read_csv
from surveys.response import Block, Row, Table
from surveys.timetable import agree

ReadOffer = Callable[[dict[str, str]], Offer]
QUESTIONS = [question.id for question in Form.read().questions.values() if question.scope == "delivery"]
GOOD = {
    "service": "Desk", "description": "Help", "service_type": "02a", "needs": "N01", "mode": "walk-in", "address": "1 Oak St", "longitude": "-93.29",
    "latitude": "45.01", "area": "Northbank", "area_except": "Mill Street", "area_focus": "Northbank", "area_served": "Northbank",
    "hours": "Mo-Fr 09:00-17:00", "intake_hours": "Mo 09:00-10:00", "age_min": "12", "age_max": "24", "genders": "women", "groups": "youth",
    "languages": "Spanish", "requires_id": "no", "teams": "2", "started": "2026-01-01", "suspended": "no", "funded": "yes", "routes": "911",
    "public_phone": "612-555-0100", "website": "https://example.org", "publish_hours": "partner",
}  # fmt: skip
FACT = {
    "mode": "mode", "area": "area", "area_focus": "focus", "area_served": "served", "languages": "languages", "routes": "routes",
}  # fmt: skip


@pytest.fixture(scope="module")
def offer(geography: Geography, taxonomy: Taxonomy) -> ReadOffer:
    setting = Setting(Codebook.own(), taxonomy, Reader(geography, frozenset({"riverbend"}), tuple(geography.layers)))

    def read(answers: dict[str, str]) -> Offer:
        table = Table("a.csv", "", tuple(answers), (Row(2, tuple(answers.values())),))
        block = Block(table, table.rows[0], {question: (position,) for position, question in enumerate(answers)})
        return read_offer(block, Respondent("hub", ("Hub",), "director", dt.date(2026, 9, 1)), setting)

    return read


def delivery(answers: dict[str, str], offer: ReadOffer) -> Delivery:
    found = offer(answers).delivery
    assert found is not None
    return found


WORDS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789:-,;/. apmAPM+", max_size=30),
    st.sampled_from(
        ["Mo-Fr", "9-5", "citywide", "except", "focus on", "mostly", "2 miles", "POLYGON((0 0,1 1", "12-17", "3/4/2026", "N01", "?", "all"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.lists(WORDS, max_size=3).map(" ".join), min_size=len(QUESTIONS), max_size=len(QUESTIONS)))
def test_no_answer_raises_and_every_refusal_says_why(offer: ReadOffer, texts: list[str]) -> None:
    answered = offer(dict(zip(QUESTIONS, texts, strict=True)))
    assert all(issue.message and issue.code and issue.file == "a.csv" for issue in answered.issues)


@pytest.mark.parametrize("question", sorted(GOOD))
def test_blanking_one_answer_takes_its_own_fact_away_and_no_other(offer: ReadOffer, question: str) -> None:
    """The delivery stays, nothing else becomes known or changes, and what was known becomes unknown rather than none."""
    full, less = delivery(GOOD, offer), delivery({**GOOD, question: ""}, offer)
    if question in FACT:
        value = getattr(less, FACT[question])
        assert isinstance(value, Unknown)
        assert value.reason == "blank"
    names = ["mode", "area", "focus", "served", "languages", "routes", "contact", "publish", "life"]
    touched = {
        "area": {"area"}, "area_except": {"area"}, "area_focus": {"focus"}, "area_served": {"served"}, "public_phone": {"contact"},
        "website": {"contact"}, "publish_hours": {"publish"}, "started": {"life"}, "suspended": {"life"}, "funded": {"life"}, "mode": {"mode"},
    }  # fmt: skip
    for name in names:
        if name not in touched.get(question, {question}):
            assert getattr(less, name) == getattr(full, name)
    if question not in ("hours", "intake_hours"):
        assert less.hours == full.hours


def test_blank_hours_beside_intake_hours_are_never_closed(offer: ReadOffer) -> None:
    hours = delivery({**GOOD, "hours": "", "intake_hours": "", "office_hours": "Mo 09:00-10:00"}, offer).hours
    assert isinstance(hours, Hours)
    assert hours.counted("walk_in")[1].hours == 168


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=400))
def test_no_bytes_raise(raw: bytes) -> None:
    text, encoding = decode(raw)
    assert isinstance(text, str)
    assert encoding
    read_csv(raw, "a.csv")


CELL = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r\n\u00a0\u00ad\u202f\u2007"), max_size=20).map(str.strip)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL).filter(any), min_size=1, max_size=6), delimiter=st.sampled_from([",", ";", "\t"]))
def test_what_a_spreadsheet_wrote_is_read_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("organization", "service", "hours"), *rows])
    (table,) = read_csv(text.getvalue().encode("utf-8-sig"), "a.csv").tables
    assert [row.cells for row in table.rows] == [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]


SPANS = st.lists(st.tuples(st.integers(0, 10_079), st.integers(30, 2_000)), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(claims=st.lists(SPANS, min_size=1, max_size=4), order=st.randoms(use_true_random=False))
def test_agreement_is_between_the_claims_and_does_not_depend_on_their_order(claims: list[list[tuple[int, int]]], order: object) -> None:
    schedules = [Schedule.of(*((start, start + length) for start, length in claim)) for claim in claims]
    hours = [Hours.stated("open", schedule) for schedule in schedules]
    certain, possible = agree(hours).counted("walk_in")
    assert all(certain <= schedule for schedule in schedules)
    assert possible == union(schedules)
    shuffled = list(hours)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert agree(shuffled).counted("walk_in") == (certain, possible)
    assert agree([replace(one) for one in hours[:1]]) == hours[0]
