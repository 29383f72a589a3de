"""What does the empty form look like? A CSV file with the header alone, and a workbook with notes, drop-downs and the codes to choose from.

Both are made from `questions.toml`, so that what the form asks is what the codebook reads. The header holds the ids of the questions, the
same in every language; what each means stands beside it in English and Spanish.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

import xlsxwriter

from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Form, Question

ANSWER_ROWS = 500
"""Rows of the workbook that have drop-downs."""

_CREATED = dt.datetime(2026, 1, 1)  # a fixed date, so that the same form has the same bytes


def form_csv() -> bytes:
    """Return our empty form as CSV: the header, one column per question; UTF-8 with a byte order mark, which spreadsheets need.

    >>> form_csv().decode("utf-8-sig").split(",")[:2]
    ['organization', 'invitation_key']
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow([question.id for question in _asked(Form.read())])
    return text.getvalue().encode("utf-8-sig")


def form_xlsx(taxonomy: Taxonomy | None = None) -> bytes:
    """Return our empty form as a workbook: `answers` to fill in, `notes` on every column, `codes` of services and needs. Same bytes every time.

    Each header has its note in English and Spanish; columns with a list to choose from have a drop-down. Nothing in it is a formula.
    """
    form, taxonomy = Form.read(), taxonomy or Taxonomy.read()
    questions = _asked(form)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": "Community safety questionnaire", "created": _CREATED})
    styles = {
        "organization": book.add_format({"bold": True, "bg_color": "#DCE9F5", "border": 1, "text_wrap": True, "valign": "top"}),
        "delivery": book.add_format({"bold": True, "bg_color": "#E8F1DF", "border": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bottom": 1}),
    }
    answers, notes, codes = book.add_worksheet("answers"), book.add_worksheet("notes"), book.add_worksheet("codes")
    lists = book.add_worksheet("lists")
    lists.hide()
    for position, question in enumerate(questions):
        answers.write_string(0, position, question.id, styles[question.scope])
        answers.write_comment(0, position, _comment(question), {"x_scale": 2.5, "y_scale": 1.6, "author": ""})
        answers.set_column(position, position, max(12, len(question.id) + 2), styles["text"])
        words = _words(form, question)
        if words and question.kind in ("choice", "yes_no"):
            for row, word in enumerate(words):
                lists.write_string(row, position, word)
            column = xlsxwriter.utility.xl_col_to_name(position)
            # other words are taken too, so the list only warns
            answers.data_validation(
                1,
                position,
                ANSWER_ROWS,
                position,
                {"validate": "list", "source": f"=lists!${column}$1:${column}${len(words)}", "error_type": "warning", "ignore_blank": True},
            )
    answers.freeze_panes(1, 1)
    _write_notes(notes, form, questions, styles["head"], styles["wrapped"])
    _write_codes(codes, taxonomy, styles["head"])
    book.close()
    return buffer.getvalue()


def _asked(form: Form) -> list[Question]:
    return [question for question in form.questions.values() if question.in_form]


def _comment(question: Question) -> str:
    return "\n\n".join(f"{question.title[language]}\n{question.note[language]}" for language in ("en", "es"))


def _words(form: Form, question: Question) -> list[str]:
    """The words to choose from, in English; for drop-downs and notes."""
    choices = form.choices.get(question.choice_list, {})
    return [words[0] for words in choices.values()]


def _write_notes(sheet: xlsxwriter.worksheet.Worksheet, form: Form, questions: list[Question], head: object, wrapped: object) -> None:
    titles = ("column", "asked", "English", "", "español", "", "choices", "opciones")
    for position, title in enumerate(titles):
        sheet.write_string(0, position, title, head)
    for row, question in enumerate(questions, 1):
        choices = form.choices.get(question.choice_list, {})
        asked = "once" if question.scope == "organization" else "for each service"
        english, spanish = ("; ".join(words[language] for words in choices.values()) for language in (0, 1))
        texts = (question.id, asked, question.title["en"], question.note["en"], question.title["es"], question.note["es"], english, spanish)
        for position, text in enumerate(texts):
            sheet.write_string(row, position, text, wrapped)
    for position, width in enumerate((26, 16, 30, 50, 30, 50, 50, 50)):
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 1)


def _write_codes(sheet: xlsxwriter.worksheet.Worksheet, taxonomy: Taxonomy, head: object) -> None:
    for position, title in enumerate(("for", "code", "English", "español")):
        sheet.write_string(0, position, title, head)
    rows = [("service_type", service.code, service.name) for service in taxonomy.services.values() if not service.is_baseline]
    rows += [("needs", need.code, need.name) for need in taxonomy.needs.values()]
    for row, (column, code, name) in enumerate(rows, 1):
        for position, text in enumerate((column, code, name["en"], name["es"])):
            sheet.write_string(row, position, text)
    for position, width in enumerate((14, 8, 60, 60)):
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)
