"""The empty form, and that it is read back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl

from answers import ReadAnswers
from surveys.codebook import Codebook, Form
from surveys.questionnaire import form_csv, form_xlsx
from surveys.readers import read_tables

ASKED = [question.id for question in Form.read().questions.values() if question.in_form]


def test_the_form_asks_every_question_once_in_order() -> None:
    assert form_csv().decode("utf-8-sig").strip().split(",") == ASKED
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx()))
    assert [cell.value for cell in book["answers"][1]] == ASKED


def test_every_header_has_its_note_in_both_languages_and_choices_a_drop_down() -> None:
    form = Form.read()
    sheet = openpyxl.load_workbook(io.BytesIO(form_xlsx()))["answers"]
    for cell in sheet[1]:
        question = form.questions[cell.value]
        assert cell.comment is not None
        assert question.note["en"] in cell.comment.text
        assert question.note["es"] in cell.comment.text
    columns = {str(rule.sqref).split("2:")[0] for rule in sheet.data_validations.dataValidation}
    by_id = {cell.value: cell.column_letter for cell in sheet[1]}
    assert {by_id["mode"], by_id["sector"], by_id["confidential"], by_id["publish_hours"]} <= columns


def test_words_of_every_drop_down_are_understood() -> None:
    form, codebook = Form.read(), Codebook.own()
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx()))
    for position, question_id in enumerate(ASKED, 1):
        words = [row[0].value for row in book["lists"].iter_rows(min_col=position, max_col=position) if row[0].value]
        for word in words:
            assert codebook.choice(question_id, word) in form.choices[form.questions[question_id].choice_list]


def test_the_form_has_the_same_bytes_every_time_and_no_formula() -> None:
    assert form_xlsx() == form_xlsx()
    with zipfile.ZipFile(io.BytesIO(form_xlsx())) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_an_empty_form_that_comes_back_is_no_answer_and_only_its_first_sheet_is_one(read_answers: ReadAnswers, tmp_path: Path) -> None:
    survey = read_answers({"form.xlsx": form_xlsx(), "form.csv": form_csv()})
    assert survey.records.responses == ()
    assert {issue.code for issue in survey.issues if issue.severity != "info"} <= {"no_answers"}
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_xlsx())
    layouts = [Codebook.own().layout(table) for table in read_tables(path, "form.xlsx").tables]
    assert [layout.table.sheet for layout in layouts if layout.has_organization] == ["answers"]


def test_a_filled_form_is_read_back(read_answers: ReadAnswers) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx()))
    sheet = book["answers"]
    at = {cell.value: cell.column for cell in sheet[1]}
    answers = {
        "organization": "Hub",
        "service": "Desk",
        "service_type": "02a",
        "mode": "walk-in",
        "area": "Northbank",
        "hours": "24/7",
        "confidential": "no",
    }
    for question, text in answers.items():
        sheet.cell(2, at[question], text)
    buffer = io.BytesIO()
    book.save(buffer)
    survey = read_answers({"form.xlsx": buffer.getvalue()})
    (delivery,) = survey.records.deliveries
    assert (delivery.organization, delivery.mode) == ("hub", "walk_in")
    assert survey.records.services[0].types == ("02a",)
    assert {issue.code for issue in survey.issues} <= {"sheet_skipped"}
