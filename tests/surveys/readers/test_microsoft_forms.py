"""Exports of Microsoft Forms: titles with a number when asked again, lists that end in ";", no-break spaces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.codebook import Form
from surveys.readers import read_tables

HEAD = ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time"]
OWN = ["1", "10/1/26 9:01:00", "10/1/26 9:14:00", "ana@example.org", "Ana Lee", ""]


def rows(kit: Any, *, head: list[str], own: list[str]) -> list[list[str]]:
    form = Form.read()

    def title(question: str, nth: int = 1) -> str:
        asked = form.question(question)
        assert asked is not None
        return asked.title["en"] + (str(nth) if nth > 1 else "") + "\u00a0"

    each = (*kit.each, *kit.shifts)
    found = [[*head, *(title(question) for question in kit.once), *(title(question, nth) for nth in (1, 2) for question in each)]]
    for filled in kit.answers:
        row = [*own, *filled.once.values()]
        for nth in (0, 1):
            answers = filled.services[nth] if nth < len(filled.services) else {}
            for question in kit.each:
                value = answers.get(question, "")
                row.append("".join(f"{choice};" for choice in value) if isinstance(value, list) else value)
            row += kit.shift_texts(filled.shifts[nth] if nth < len(filled.shifts) else ())
        found.append(row)
    return found


@pytest.mark.parametrize("written", ["workbook", "utf-8", "cp1252"])
def test_same_answers_as_the_spreadsheet(kit: Any, written: str) -> None:
    content = rows(kit, head=HEAD, own=OWN)
    if written == "workbook":
        survey = kit.same({"form.xlsx": kit.xlsx({"Sheet1": content})})
    else:
        survey = kit.same({"form.csv": kit.csv(content, encoding=written)})
    assert "Ana Lee" not in repr(survey)
    assert "ana@example.org" not in repr(survey)


def test_spanish_headers(kit: Any) -> None:
    head = ["Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre"]
    survey = kit.same({"form.xlsx": kit.xlsx({"Sheet1": rows(kit, head=head, own=OWN[:5])})})
    assert "Ana Lee" not in repr(survey)


def test_completion_is_the_date_and_points_and_feedback_are_no_answers(kit: Any) -> None:
    header = [
        "Id",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "Total points",
        "Organization",
        "Points - Organization",
        "Feedback - Organization",
    ]
    content = kit.csv([header, ["1", "2026-03-02 09:01", "2026-03-02 09:14", "anonymous", "", "5", "Hub", "1", "ok"]])
    assert kit.tables(content).tables[0].columns == ("Organization", "Completion time")
    assert [str(response.date) for response in kit.read_answers({"form.csv": content}).records.responses] == ["2026-03-02"]


def test_a_dash_of_windows_is_read(kit: Any) -> None:
    content = kit.csv([[*HEAD[:5], "Organization", "Hours"], [*OWN[:5], "Hub", "Mon–Fri 9–5"]], encoding="cp1252")
    assert kit.column(kit.tables(content), "Hours") == ["Mon–Fri 9–5"]


def test_a_choice_with_a_comma_stays_whole(kit: Any) -> None:
    needs = "Person living outside, or an encampment;"
    content = kit.csv([[*HEAD[:5], "Organization", "Service", "Needs it answers"], [*OWN[:5], "Hub", "Talk", needs]])
    assert kit.read_answers({"form.csv": content}).records.services[0].needs == ("N06",)


def test_real_shape(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "synthetic_msforms.xlsx", "m.xlsx")
    assert kit.column(tables, "Organization name") == ["Example Outreach", "Example Shelter; Annex"]
    assert kit.column(tables, "Which services do you run?") == ["Crisis response; Violence interruption", "Shelter"]
    assert kit.column(tables, "Hours of operation") == ["M-F 8-4:30, closed noon-1", "24/7"]
    assert kit.column(tables, "Hours of operation2") == ["by appointment", ""]
