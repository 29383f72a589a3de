"""What does the questionnaire look like as an XLSForm, which KoboToolbox, ODK and Survey123 read?

A workbook with the sheets `survey`, `choices` and `settings`. Services repeat, in each service its deliveries, in each delivery its stretches
of hours. Every language has columns of its own. The address of a protected or confidential place is not asked: the condition that hides it
stands in `relevant`. Beside the workbook goes `neighborhoods.csv`, the list that questions about areas are answered from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import xlsxwriter

from ecosystem.errors import InputError
from surveys.questionnaire.city_form import CITYWIDE, CityForm
from surveys.questionnaire.specification import Asked, Section
from surveys.questionnaire.template import CREATED, text_workbook

NEIGHBORHOODS = "neighborhoods.csv"
LONG_LIST = 15
"""A list with more choices than this is opened by a tap and searched by typing."""

Row = dict[str, str]


def xlsform(form: CityForm) -> bytes:
    """Return the XLSForm of a city's form. Same bytes every time; all cells are text."""
    survey, choices = survey_rows(form), choice_rows(form)
    languages = [f"::{form.texts.name(language)}" for language in form.texts.languages]
    columns = (
        *("type", "name", *(f"label{language}" for language in languages), *(f"hint{language}" for language in languages)),
        *("required", "relevant", "constraint", *(f"constraint_message{language}" for language in languages)),
        *("appearance", "calculation", "choice_filter"),
    )
    content = [value for row in (*survey, *choices) for pair in sorted(row.items()) for value in pair]
    content += [value for area in form.neighborhoods for value in (area.code, area.name)]
    language = form.default_language
    settings: Row = {
        "form_title": f"{form.word('word.title', language)}: {form.word(f'form.{form.length}', language)}",
        "form_id": f"community_safety_{form.length}",
        "version": form.version(content),
        "default_language": form.texts.name(language),
        "instance_name": "concat(${organization}, ' ', ${date})",
        "style": "pages",
    }
    buffer = io.BytesIO()
    book = text_workbook(buffer)
    book.set_properties({"title": settings["form_title"], "created": CREATED})
    head = book.add_format({"bold": True, "bottom": 1})
    _write_sheet(book, "survey", columns, survey, head)
    _write_sheet(book, "choices", ("list_name", "name", *(f"label{language}" for language in languages)), choices, head)
    _write_sheet(book, "settings", tuple(settings), [settings], head)
    book.close()
    return buffer.getvalue()


def check_xlsform(workbook: bytes, name: str) -> None:
    """Convert the XLSForm as survey tools do, and raise InputError with what they would say where a city's words or codes break it."""
    import pyxform.errors
    from pyxform.xls2xform import convert

    try:
        convert(workbook, file_type=".xlsx")
    except pyxform.errors.PyXFormError as error:
        raise InputError(f"{name}: no survey tool will take this form: {error} Look at the city's own translations, services and areas.") from error


def neighborhoods_csv(form: CityForm) -> bytes:
    """Return the list of the city's neighborhoods, the whole city first: the code an answer carries, and the name people see."""
    whole = " / ".join(form.word(f"choice.whole_city.{CITYWIDE}", language) for language in form.texts.languages)
    text = io.StringIO(newline="")
    rows = [("name", "label"), (CITYWIDE, whole), *((area.code, area.name) for area in form.neighborhoods)]
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def survey_rows(form: CityForm) -> list[Row]:
    """Return the rows of the sheet `survey`."""
    return [row for section in form.sections() for row in _section(form, section)]


def choice_rows(form: CityForm) -> list[Row]:
    """Return the rows of the sheet `choices`, each list once."""
    lists: dict[str, list[Row]] = {}
    for asked in _all_asked(form):
        if not asked.choices:
            continue
        name = form.choice_list(asked)
        lists.setdefault(
            name, [{"list_name": name, "name": choice.code} | _in_languages(form, "label", choice.key) for choice in form.choices(asked)]
        )
    return [row for rows in lists.values() for row in rows]


def _all_asked(form: CityForm, inside: str = "") -> Iterator[Asked]:
    for section in form.sections(inside):
        yield from form.asked(section)
        yield from _all_asked(form, section.id)


def _section(form: CityForm, section: Section) -> Iterator[Row]:
    kind = "repeat" if section.repeats else "group"
    row: Row = {"type": f"begin_{kind}", "name": section.id, "relevant": form.when(section.when)}
    for language in form.texts.languages:
        texts = (form.word(f"section.{section.id}.{part}", language) for part in ("title", "note"))
        row[f"label::{form.texts.name(language)}"] = "\n\n".join(text for text in texts if text)
    if not section.repeats:
        row["appearance"] = "field-list"
    yield row
    for asked in form.asked(section):
        yield _question(form, asked)
    for inner in form.sections(section.id):
        yield from _section(form, inner)
    yield {"type": f"end_{kind}", "name": section.id}


def _question(form: CityForm, asked: Asked) -> Row:
    row: Row = {"type": asked.type, "name": asked.name}
    if not asked.is_put:
        return row | {"calculation": form.xpath(asked.works_out)}
    row |= {"relevant": form.when(asked.when), "required": "yes" if asked.is_required else "", "constraint": form.xpath(asked.constraint)}
    for language in form.texts.languages:
        name = form.texts.name(language)
        row |= {f"label::{name}": form.title(asked, language), f"hint::{name}": form.note(asked, language)}
        if asked.constraint:
            row[f"constraint_message::{name}"] = form.word(f"asked.{asked.question.id}.message", language)
    if asked.type == "select_multiple_from_file":
        row |= {"type": f"{asked.type} {NEIGHBORHOODS}", "appearance": "minimal autocomplete"}
        if asked.name != "area_pick":
            row["choice_filter"] = f"name != '{CITYWIDE}'"
    elif asked.choices:
        row["type"] = f"{asked.type} {form.choice_list(asked)}"
        if len(form.choices(asked)) > LONG_LIST:
            row["appearance"] = "minimal autocomplete"
        if asked.type == "select_multiple" and not asked.is_sure:
            row["constraint"] = "count-selected(.) <= 1 or not(selected(., 'dont_know') or selected(., 'withheld'))"
            row |= _in_languages(form, "constraint_message", "word.unknown_alone")
    elif asked.question.kind == "comment":
        row["appearance"] = "multiline"
    elif asked.question.kind == "number" and not asked.constraint:
        row |= {"constraint": ". >= 0"} | _in_languages(form, "constraint_message", "word.not_negative")
    return row


def _in_languages(form: CityForm, column: str, key: str) -> Row:
    return {f"{column}::{form.texts.name(language)}": form.word(key, language) for language in form.texts.languages}


def _write_sheet(book: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: Sequence[Row], head: object) -> None:
    sheet = book.add_worksheet(name)
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column, head)
        sheet.set_column(position, position, 40 if "::" in column else 24)
    for number, row in enumerate(rows, 1):
        for position, column in enumerate(columns):
            if row.get(column):
                sheet.write_string(number, position, row[column])
    sheet.freeze_panes(1, 2)
