"""Exports of Google Forms: the download and the sheet behind the form, sections asked again, dates that a spreadsheet made of hours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.codebook import Form
from surveys.readers import read_tables


def titles(questions: tuple[str, ...], language: str) -> list[str]:
    found = [Form.read().question(question) for question in questions]
    return [question.title[language] for question in found if question is not None]


def sections(kit: Any, *, joined_with: str, time: str, language: str, mail: bool = False) -> bytes:
    """The section about a service asked twice, under the same titles."""
    first = {"en": "Timestamp", "es": "Marca temporal"}[language]
    header = [first, *(["Email Address"] if mail else []), *titles(kit.once, language), *(titles((*kit.each, *kit.shifts), language) * 2)]
    rows = [header]
    for filled in kit.answers:
        row = [time, *(["ana@example.org"] if mail else []), *filled.once.values()]
        for nth in (0, 1):
            answers = filled.services[nth] if nth < len(filled.services) else {}
            for question in kit.each:
                value = answers.get(question, "")
                row.append(joined_with.join(value) if isinstance(value, list) else value)
            row += kit.shift_texts(filled.shifts[nth] if nth < len(filled.shifts) else ())
        rows.append(row)
    return bytes(kit.csv(rows, quoting=1))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("joined_with", "time"),
    [
        (";", "2026/10/01 9:14:07 AM CST"),
        (", ", "10/1/2026 9:14:07"),
        (", ", "Thu Oct 01 2026 09:14:07 GMT-0500 (Central Daylight Time)"),
    ],
)
def test_same_answers_as_the_spreadsheet(kit: Any, language: str, joined_with: str, time: str) -> None:
    survey = kit.same({"form.csv": sections(kit, joined_with=joined_with, time=time, language=language, mail=language == "en")})
    assert "ana@example.org" not in repr(survey)


@pytest.mark.parametrize("time", ["2026/03/02 9:14:07 AM CST", "3/2/2026 9:14:07", "Mon Mar 02 2026 18:20:07 GMT-0600 (Central Standard Time)"])
def test_the_timestamp_is_the_date_where_the_form_does_not_ask(kit: Any, time: str) -> None:
    survey = kit.read_answers({"form.csv": kit.csv([["Timestamp", "Organization", "Service"], [time, "Hub", "Meals"]])})
    assert [str(response.date) for response in survey.records.responses] == ["2026-03-02"]


def test_choices_with_commas_are_cut_where_they_are_known_and_the_rest_is_told(kit: Any) -> None:
    chosen = "Noise, or a dispute in words between neighbors, customers or others, Person living outside, or an encampment, rides home"
    rows = [["Timestamp", "Organization", "Service", "Needs it answers"], ["3/2/2026 9:14:07", "Hub", "Talk", chosen]]
    survey = kit.read_answers({"form.csv": kit.csv(rows)})
    assert survey.records.services[0].needs == ("N08", "N06")
    assert [issue.text for issue in survey.issues if issue.code == "needs_unknown"] == ["rides home"]


def test_a_date_among_hours_is_told_and_not_guessed(kit: Any) -> None:
    damaged = "Tue Apr 29 2025 00:00:00 GMT-0500 (Central Daylight Time)"
    rows = [
        ["Timestamp", "Organization", "Service", "Hours"],
        ["3/2/2026 9:14:07", "Hub", "Meals", damaged],
        ["3/3/2026 9:14:07", "Inn", "Beds", "24/7"],
    ]
    survey = kit.read_answers({"form.csv": kit.csv(rows)})
    assert [(issue.row, issue.column) for issue in survey.issues if issue.code == "date_damage"] == [(2, "Hours")]
    meals = next(delivery for delivery in survey.records.deliveries if delivery.name == "Meals")
    assert not getattr(meals.hours, "pieces", ()) or not any(piece.certain for piece in meals.hours.pieces)


def test_one_title_that_comes_twice_is_no_second_service(kit: Any) -> None:
    tables = kit.tables(kit.csv([["Timestamp", "Organization", "Hours", "Hours"], ["3/2/2026 9:14:07", "Hub", "Mo 9-5", "by appointment"]]))
    assert tables.tables[0].names == (("timestamp",), ("Organization",), ("Hours",), ("Hours",))


def test_real_shapes(shared_data: Path, kit: Any) -> None:
    column = "Which services do you run? (check all)"
    download = read_tables(shared_data / "surveys" / "synthetic_google_forms_download.csv", "g.csv")
    assert kit.column(download, column) == ["Waste, food and clothing;Crisis response", "Shelter"]
    sheet = read_tables(shared_data / "surveys" / "synthetic_google_sheet_form_responses_1.csv", "g.csv")
    assert kit.column(sheet, "Organization name") == ["Example Outreach", "Example Shelter"]
    assert [(issue.row, issue.text) for issue in sheet.issues if issue.code == "date_damage"] == [(3, "9/5/2026")]
