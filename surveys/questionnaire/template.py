"""What does the questionnaire look like as a spreadsheet? One row for each service as given from one place, by one team or on one line.

`form_csv` and `form_xlsx` are the form of no city in particular, with the ids of the questions as header, the same in every language.
`spreadsheet` is a city's own, in one language: titles as header, drop-downs, the city's neighborhoods. All are made from `questions.toml`, so
that what the form asks is what the codebook reads; nothing in them is a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Form, Question
from surveys.questionnaire.city_form import CITYWIDE, CityForm

ANSWER_ROWS = 500
"""Rows of the workbook that have drop-downs."""
CREATED = dt.datetime(2026, 1, 1)
"""A fixed date, so that the same form has the same bytes."""

_SINGLE = frozenset({"choice", "yes_no"})


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its header, what its note says, and the words to choose from; `is_list` where an answer may be several of them."""

    question: Question
    header: str
    comment: str
    words: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        return self.question.kind not in _SINGLE


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

    Each header has its note in English and Spanish; columns with a list to choose from have a drop-down.
    """
    form, taxonomy = Form.read(), taxonomy or Taxonomy.read()
    columns = []
    for question in _asked(form):
        comment = "\n\n".join(f"{question.title[language]}\n{question.note[language]}" for language in ("en", "es"))
        choices = form.choices.get(question.choice_list, {}) if question.kind in _SINGLE else {}
        columns.append(_Column(question, question.id, comment, tuple(words[0] for words in choices.values())))
    notes = [("column", "asked", "English", "", "español", "", "choices", "opciones")]
    for question in _asked(form):
        found = form.choices.get(question.choice_list, {})
        english, spanish = ("; ".join(words[language] for words in found.values()) for language in (0, 1))
        asked = "once" if question.scope == "organization" else "for each service"
        notes.append((question.id, asked, question.title["en"], question.note["en"], question.title["es"], question.note["es"], english, spanish))
    codes: list[tuple[str, ...]] = [("for", "code", "English", "español")]
    codes += [("service_type", service.code, *service.name.values()) for service in taxonomy.services.values() if not service.is_baseline]
    codes += [("needs", need.code, *need.name.values()) for need in taxonomy.needs.values()]
    sheets = (("notes", notes, (26, 16, 30, 50, 30, 50, 50, 50)), ("codes", codes, (14, 8, 60, 60)))
    return _workbook("Community safety questionnaire", columns, sheets)


def spreadsheet(form: CityForm, language: str) -> bytes:
    """Return a city's form as a workbook in one language, with drop-downs of choices, services, needs and the city's own neighborhoods.

    An answer that may be several choices has a drop-down too, which takes anything else that is typed: more names with semicolons between.
    """
    whole_city = form.word(f"choice.whole_city.{CITYWIDE}", language)
    areas = (whole_city, *(area.name for area in form.neighborhoods))
    protected = form.word("word.protected", language)
    columns = []
    notes = [tuple(form.word(f"word.{word}", language) for word in ("column", "asked", "note", "choices"))]
    for question in form.specification.in_spreadsheet(form.length):
        title, note = (form.word(f"question.{question.id}.{part}", language) for part in ("title", "note"))
        words = areas if question.kind == "area" else _words(form, question, language)
        columns.append(_Column(question, title, f"{title}\n{note}", words))
        asked = form.word("word.once" if question.scope == "organization" else "word.each", language)
        shown = "; ".join(words) if question.choice_list else ""
        notes.append((title, asked, f"{note} {protected}" if question.id == "address" else note, shown))
    codes = [tuple(form.word(f"word.{word}", language) for word in ("column", "code", "meaning"))]
    for question_id, choices in (("service_type", form.services), ("needs", form.needs)):
        title = form.word(f"question.{question_id}.title", language)
        marked = ((choice, "■ " if choice.is_protected else "") for choice in choices)
        codes += [(title, choice.code, mark + form.word(choice.key, language)) for choice, mark in marked]
    codes.append(("", "", protected))
    neighborhoods = [(form.word("word.areas", language),), *((name,) for name in areas)]
    sheets = (("notes", notes, (40, 16, 70, 60)), ("codes", codes, (24, 8, 80)), ("neighborhoods", neighborhoods, (40,)))
    return _workbook(f"{form.word('word.title', language)}: {form.word(f'form.{form.length}', language)}", columns, sheets)


def text_workbook(buffer: io.BytesIO) -> xlsxwriter.Workbook:
    """Return an empty workbook that takes every text as text."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(buffer, options)


def _asked(form: Form) -> list[Question]:
    return [question for question in form.questions.values() if question.in_form]


def _words(form: CityForm, question: Question, language: str) -> tuple[str, ...]:
    """The words to choose from in a language; services and needs with their codes."""
    if question.kind in ("types", "needs"):
        choices = form.services if question.kind == "types" else form.needs
        return tuple(f"{choice.code} {form.word(choice.key, language)}" for choice in choices)
    listed = form.specification.form.choices.get(question.choice_list, {})
    return tuple(form.word(f"choice.{question.choice_list}.{code}", language) for code in listed)


def _workbook(title: str, columns: Sequence[_Column], sheets: Sequence[tuple[str, Sequence[Sequence[str]], Sequence[int]]]) -> bytes:
    """Write the sheet of answers, the sheets that explain it, and the hidden one with the words of the drop-downs."""
    buffer = io.BytesIO()
    book = text_workbook(buffer)
    book.set_properties({"title": title, "created": CREATED})
    styles = {
        "organization": book.add_format({"bold": True, "bg_color": "#DCE9F5", "border": 1, "text_wrap": True, "valign": "top"}),
        "delivery": book.add_format({"bold": True, "bg_color": "#E8F1DF", "border": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bottom": 1}),
    }
    answers = book.add_worksheet("answers")
    explained = [book.add_worksheet(name) for name, _, _ in sheets]
    lists = book.add_worksheet("lists")
    lists.hide()
    for position, column in enumerate(columns):
        answers.write_string(0, position, column.header, styles[column.question.scope])
        answers.write_comment(0, position, column.comment, {"x_scale": 2.5, "y_scale": 1.6, "author": ""})
        answers.set_column(position, position, min(30, max(12, len(column.header) + 2)), styles["text"])
        if not column.words:
            continue
        for row, word in enumerate(column.words):
            lists.write_string(row, position, word)
        name = xlsxwriter.utility.xl_col_to_name(position)
        rule = {"validate": "list", "source": f"=lists!${name}$1:${name}${len(column.words)}", "ignore_blank": True}
        # other words are taken too: of one choice the program warns, of a list it says nothing
        rule |= {"show_error": False} if column.is_list else {"error_type": "warning"}
        answers.data_validation(1, position, ANSWER_ROWS, position, rule)
    answers.freeze_panes(1, 1)
    for sheet, (_, rows, widths) in zip(explained, sheets, strict=True):
        for number, texts in enumerate(rows):
            for position, text in enumerate(texts):
                sheet.write_string(number, position, text, styles["wrapped"] if number else styles["head"])
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        sheet.freeze_panes(1, 1)
    book.close()
    return buffer.getvalue()
