"""What did people answer in Google Forms?

Either the download (`2026/03/02 9:14:07 AM CST`, choices joined with ";") or the sheet behind the form (`3/2/2026 9:14:07`, choices joined
with ", ", which the codebook cuts where it knows the choices). A section asked again has its titles again. A spreadsheet may have made dates
of hours; such cells are told and left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ecosystem.errors import Issue
from ecosystem.records import normalize_name
from surveys.codebook import Form
from surveys.exports import Column, Sheet, detected, number_repeated, take_out
from surveys.repeated_groups import nest
from surveys.response import Table, Tables

TOOL = "Google Forms"

_TIMESTAMPS = frozenset({"timestamp", "marca temporal", "horodateur", "zeitstempel", "carimbo de data hora"})
_PERSONAL = frozenset({"username", "email address", "nombre de usuario", "direccion de correo electronico"})
_ADDED = frozenset({"score", "puntuacion"})
_DATE = re.compile(
    r"\d{1,2}/\d{1,2}/\d{4}(?: [\d:]+(?: [AP]M)?)?|\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{1,2}"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT.*"
)


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that this table comes from Google Forms, "" where nothing does."""
    first = next((table for table in tables if table.columns), None)
    return "the first column is Timestamp" if first is not None and normalize_name(first.columns[0]) in _TIMESTAMPS else ""


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - Google Forms has no repeated groups
    """Return the answers of the sheets of forms as a table each; other sheets stay as they are."""
    issues = list(tables.issues)
    done = []
    for table in tables.tables:
        if sign([table]) or len(tables.tables) == 1:
            made, told = _read(table)
            issues += told
            done.append(made)
        else:
            done.append(table)
    return replace(tables, format=f"{TOOL}, {tables.format}", tables=tuple(done), issues=tuple(issues))


def _read(table: Table) -> tuple[Table, list[Issue]]:
    sheet = Sheet.of(table)
    issues = [detected(sheet, TOOL, sign([table]) or "as you said")]
    sheet = number_repeated(sheet, table.columns)
    headers = Form.read().headers
    asked = any(headers.get(normalize_name(column.header)) == "date" for column in sheet.columns[1:])

    def is_theirs(column: Column) -> bool:
        return normalize_name(column.header) in _PERSONAL

    def is_added(column: Column) -> bool:
        name = normalize_name(column.header)
        return name in _ADDED or (asked and name in _TIMESTAMPS)

    sheet, told = take_out(sheet, added=is_added, personal=is_theirs)
    columns = [replace(c, names=("timestamp",)) if normalize_name(c.header) in _TIMESTAMPS else c for c in sheet.columns]
    sheet = replace(sheet, columns=tuple(columns))
    issues += told + [issue for column in sheet.columns if column.names != ("timestamp",) for issue in _damaged(sheet, column)]
    joined, _ = nest(sheet, tuple(map(str, sheet.numbers)), ())
    return joined, issues


def _damaged(sheet: Sheet, column: Column) -> list[Issue]:
    """Tell the cells that are dates in a column where most are not."""
    dates = [(number, cell) for number, cell in zip(sheet.numbers, column.cells, strict=True) if _DATE.fullmatch(cell)]
    form = Form.read()
    question = form.question(form.headers.get(normalize_name(column.header), ""))
    if not dates or (question is not None and question.kind == "date"):
        return []
    if question is None and 2 * len(dates) > column.n_given:
        return []
    message = "this is a date where others wrote text: the spreadsheet probably made it of something like 9-5. Ask for the answer again."
    return [sheet.issue("date_damage", message, severity="warning", row=number, column=column.header, text=cell) for number, cell in dates]
