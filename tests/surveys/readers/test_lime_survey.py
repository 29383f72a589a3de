"""Exports of LimeSurvey: headings by code, by text, or both; parts in brackets; answers that were not sent off."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest

from surveys.codebook import Form
from surveys.readers import read_tables

Heading = Literal["code", "text", "both"]
HEAD = ["id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr", "refurl"]
HEAD_TEXT = [
    *("Response ID", "Date submitted", "Last page", "Start language", "Seed", "Access code", "Date started", "Date last action"),
    *("IP address", "Referrer URL"),
]
OWN = ["1", "2026-10-01 09:14:00", "4", "en", "99", "tok", "2026-10-01 09:01:00", "2026-10-01 09:14:00", "192.0.2.1", ""]


def groups(kit: Any, heading: Heading, *, yes: str = "Y", no: str = "") -> bytes:
    """A group of questions about each of two services; codes have no "_"."""
    form = Form.read()

    def head(question: str, nth: int = 0, part: str = "") -> str:
        asked = form.question(question)
        assert asked is not None
        bracket = f"[{part}]" if part else ""
        code = (f"service{nth}" if nth else "") + question.replace("_", "") + bracket
        text = (f"Service {nth}: " if nth else "") + asked.title["en"] + (f" {bracket}" if part else "")
        return {"code": code, "text": text, "both": f"{code}. {text}"}[heading]

    own = {"code": HEAD, "text": HEAD_TEXT, "both": [f"{a}. {b}" for a, b in zip(HEAD, HEAD_TEXT, strict=True)]}[heading]
    header = [*own, *(head(question) for question in kit.once)]
    for nth in (1, 2):
        for question in (*kit.each, *kit.shifts):
            header += [head(question, nth, choice) for choice in kit.choices(question)] if question in kit.lists else [head(question, nth)]
    rows = [[*header, "interviewtime", "groupTime12"]]
    for filled in kit.answers:
        row = [*OWN, *filled.once.values()]
        for at in (0, 1):
            answers = filled.services[at] if at < len(filled.services) else {}
            for question in kit.each:
                value = answers.get(question, "")
                row += [yes if choice in value else no for choice in kit.choices(question)] if question in kit.lists else [value]
            row += kit.shift_texts(filled.shifts[at] if at < len(filled.shifts) else ())
        rows.append([*row, "61.2", "12.0"])
    return bytes(kit.csv(rows, encoding="utf-8-sig", quoting=1))


@pytest.mark.parametrize("heading", ["code", "text", "both"])
@pytest.mark.parametrize(("yes", "no"), [("Y", ""), ("Yes", "No")])
def test_same_answers_as_the_spreadsheet(kit: Any, heading: Heading, yes: str, no: str) -> None:
    survey = kit.same({"lime.csv": groups(kit, heading, yes=yes, no=no)})
    assert "192.0.2.1" not in repr(survey)


def test_an_answer_that_was_not_sent_off_is_listed_and_not_complete(kit: Any) -> None:
    rows = [["id", "submitdate", "lastpage", "startlanguage", "organization", "service"], ["1", "", "2", "es", "Inn", "Beds"]]
    survey = kit.read_answers({"lime.csv": kit.csv(rows)})
    assert [issue.row for issue in survey.issues if issue.code == "unfinished_answer"] == [2]
    assert "nothing_but_a_name" not in [issue.code for issue in survey.issues]
    assert [response.is_complete for response in survey.records.responses] == [False]
    assert len(survey.records.deliveries) == 1


def test_lines_with_texts_are_columns_and_a_typed_other_takes_the_place_of_its_code(kit: Any) -> None:
    rows = [
        ["id", "submitdate", "lastpage", "startlanguage", "hours[mon]", "hours[tue]", "mode", "mode[other]"],
        ["1", "2026-01-01", "1", "en", "9-5", "closed", "-oth-", "By boat"],
    ]
    tables = kit.tables(kit.csv(rows))
    assert [names[0] for names in tables.tables[0].names] == ["hours_mon", "hours_tue", "mode", "submitdate"]
    assert tables.tables[0].rows[0].cells == ("9-5", "closed", "By boat", "2026-01-01")


def test_real_shape(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "synthetic_limesurvey_codes.csv", "l.csv")
    assert tables.encoding == "utf-8-sig"
    assert kit.column(tables, "orgname") == ["Example Outreach", "Example Shelter"]
    assert kit.column(tables, "svc") == ["SQ001", "Warming center"]
    assert [row.is_finished for row in tables.tables[0].rows] == [True, False]
    assert "tokA" not in repr(tables)
