"""Cells, rows, blocks and what is cleaned of them."""

from __future__ import annotations

import pytest

from surveys.response import Block, Problem, Row, Table, clean, split_list, text_key

TABLE = Table("a.csv", "Sheet 1", ("name", "phone", "phone 2", ""), (Row(2, ("Hub", "1", "2", "")), Row(3, ("Nub", "1", "1", ""))))
COLUMNS = {"organization": (0,), "public_phone": (1, 2)}


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("Mon \u00ad Fri", "Mon - Fri"),
        ("\u00a0Hub\u00a0House ", "Hub House"),
        ("a\x00b", "ab"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("\ufeffBOM inside", "\ufeffBOM inside"),
    ],
)
def test_only_what_nobody_meant_to_type_is_taken_out(given: str, cleaned: str) -> None:
    assert clean(given) == cleaned


def test_an_answer_knows_its_cell() -> None:
    answer = Block(TABLE, TABLE.rows[0], COLUMNS).answer("organization")
    assert answer is not None
    assert (answer.text, answer.file, answer.sheet, answer.row, answer.column) == ("Hub", "a.csv", "Sheet 1", 2, "name")
    issue = answer.issue(Problem("odd", "say it again"), "hub")
    assert str(issue) == 'a.csv sheet Sheet 1 row 2, "name": say it again'


def test_a_question_not_asked_is_not_a_blank_one() -> None:
    block = Block(TABLE, TABLE.rows[0], COLUMNS)
    assert block.answer("hours") is None
    assert not Block(TABLE, Row(4, ("", "", "", "")), COLUMNS).answer("organization")


def test_several_columns_of_one_question_are_joined_and_each_text_said_once() -> None:
    texts = [Block(TABLE, row, COLUMNS).text("public_phone") for row in TABLE.rows]
    assert texts == ["1; 2", "1"]


def test_constants_answer_for_every_row_but_fill_no_row() -> None:
    block = Block(TABLE, Row(5, ("", "", "", "")), COLUMNS, {"area": "citywide"})
    assert block.text("area") == "citywide"
    assert block.is_empty()


def test_lists_are_cut_at_semicolons_before_commas() -> None:
    assert split_list("Smith, Jones and Co; Hub") == ["Smith, Jones and Co", "Hub"]
    assert split_list("a, b (c, d)") == ["a", "b (c, d)"]


def test_texts_that_differ_in_punctuation_are_different_answers() -> None:
    assert text_key("Mon, Fri 9-5") != text_key("Mon-Fri 9-5")
