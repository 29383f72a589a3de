"""Exports of SurveyMonkey: two rows of headers, ticked choices that repeat their text, texts typed under a choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.codebook import Form
from surveys.readers import read_tables

HEAD = ["RespondentID", "CollectorID", "StartDate", "EndDate", "IP Address", "Email Address", "First Name", "LastName", "Custom Data"]
OWN = ["1001", "9001", "10/01/2026 09:00:00", "10/01/2026 09:14:00", "192.0.2.1", "ana@example.org", "Ana", "Lee", ""]


def pages(kit: Any, *, nul: bool) -> bytes:
    """The page about a service asked twice, under the same questions."""
    form = Form.read()
    blank = "\x00" if nul else ""

    def title(question: str) -> str:
        asked = form.question(question)
        assert asked is not None
        return asked.title["en"].replace(" ", "\u00a0" if nul else " ")

    first, second = [*HEAD], [blank] * len(HEAD)
    for question in kit.once:
        first.append(title(question))
        second.append("Open-Ended Response")
    for _ in (1, 2):
        for question in (*kit.each, *kit.shifts):
            choices = kit.choices(question) if question in kit.lists else ["Open-Ended Response"]
            first += [title(question), *[""] * (len(choices) - 1)]
            second += [f"   {choice}   " for choice in choices] if len(choices) > 1 else choices
    rows = [first, second]
    for filled in kit.answers:
        row = [*OWN, *filled.once.values()]
        for nth in (0, 1):
            answers = filled.services[nth] if nth < len(filled.services) else {}
            for question in kit.each:
                value = answers.get(question, "")
                row += [choice if choice in value else "" for choice in kit.choices(question)] if question in kit.lists else [value]
            row += kit.shift_texts(filled.shifts[nth] if nth < len(filled.shifts) else ())
        rows.append(row)
    return bytes(kit.csv(rows))


@pytest.mark.parametrize("nul", [False, True])
def test_same_answers_as_the_spreadsheet(kit: Any, nul: bool) -> None:
    survey = kit.same({"monkey.csv": pages(kit, nul=nul)})
    for text in ("192.0.2.1", "ana@example.org", "'Ana'"):
        assert text not in repr(survey)


def test_texts_typed_under_a_choice_stand_with_it(kit: Any) -> None:
    rows = [
        ["Respondent ID", "Organization", "Hotline?", "", "Languages", "", "", ""],
        ["", "Open-Ended Response", "No", "Yes<br />Please give the number", "English", "Spanish", "Spanish", "Other (please specify)"],
        ["1", "Hub", "No", "", "English", "Spanish", "Spanish", "Oromo, and more"],
        ["2", "Inn", "", "612-555-0199", "", "", "", "Oromo"],
    ]
    tables = kit.tables(kit.csv(rows))
    assert tables.tables[0].columns == ("Organization", "Hotline?", "Languages")
    assert kit.column(tables, "Hotline?") == ["No", "Yes: 612-555-0199"]
    assert kit.column(tables, "Languages") == ["English; Spanish; Oromo, and more", "Oromo"]
    assert [row.number for row in tables.tables[0].rows] == [3, 4]


def test_one_choice_with_a_line_for_other(kit: Any) -> None:
    rows = [
        ["RespondentID", "Kind", ""],
        ["", "Response", "Other (please specify)"],
        ["1", "School", ""],
        ["2", "Other (please specify)", "A library"],
    ]
    assert kit.column(kit.tables(kit.csv(rows)), "Kind") == ["School", "A library"]


def test_lines_of_one_question_are_columns_of_their_own_and_the_contacts_are_dropped(kit: Any) -> None:
    rows = [
        ["RespondentID", "Contact information", "", "", "Hours", ""],
        ["", "Name", "Name of Organization", "Phone Number", "Monday:", "Tuesday:"],
        ["1", "Ana Lee", "Hub", "612-555-0199", "9 - 11am", "closed"],
    ]
    tables = kit.tables(kit.csv(rows))
    assert tables.tables[0].names == (
        ("Contact information Name of Organization", "Name of Organization"),
        ("Hours Monday", "Monday"),
        ("Hours Tuesday", "Tuesday"),
    )
    assert "Ana Lee" not in repr(tables)
    assert "0199" not in repr(tables)


def test_real_questionnaire_of_providers(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "surveymonkey_provider_questionnaire_redacted.csv", "s.csv")
    (table,) = tables.tables
    assert [row.number for row in table.rows] == [3, 4, 5, 6]

    def n_choices(start: str) -> list[int]:
        header = next(column for column in table.columns if column.startswith(start))
        return [len([item for item in cell.split(";") if item.strip()]) for cell in kit.column(tables, header)]

    # filled cells of each question, counted in the file by hand
    assert n_choices("Based on the above requirements") == [13, 12, 2, 16]
    assert n_choices("Which languages") == [1, 2, 1, 1]
    assert n_choices("Does your organization provide any of the following") == [4, 3, 0, 6]
    assert n_choices("From where are your clients referred") == [3, 2, 1, 4]
    assert n_choices("Please select all the groups") == [2, 0, 2, 3]  # 'Coalition for the Homeless' stands twice among the choices
    assert n_choices("Which of the following are required of your volunteers") == [5, 2, 2, 5]
    hotline = next(column for column in table.columns if "24/7 emergency hotline" in column)
    assert kit.column(tables, hotline) == ["No", "No", "No", "Yes: 612-555-0199"]
    thursday = next(column for column in table.columns if column.endswith("Thursday"))
    assert kit.column(tables, thursday) == ["9-6", "7.30am - 8pm", "online", "10am - 4pm"]
    assert "\x00" not in repr(tables)
    assert "contact0@example.org" not in repr(tables)


def test_real_survey_that_is_not_utf_8(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "surveymonkey_starwars.csv", "s.csv")
    (table,) = tables.tables
    assert tables.encoding == "cp1252"
    assert len(table.rows) == 1186
    ranked = [column for column in table.columns if column.startswith("Please rank")]
    assert len(ranked) == 6
    assert [sum(1 for cell in kit.column(tables, column) if cell) for column in ranked] == [835, 836, 835, 836, 836, 836]
    seen = next(column for column in table.columns if column.startswith("Which of the following Star Wars films"))
    ticks = [cell.count("Star Wars: Episode") for cell in kit.column(tables, seen)]
    assert sum(ticks) == 673 + 571 + 550 + 607 + 758 + 738  # the six columns of the file
    assert sum(1 for n in ticks if n) == 835
    gender = kit.column(tables, "Gender")
    assert sum(1 for cell in gender if cell) == 1046
