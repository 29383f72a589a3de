"""What did people answer in Microsoft Forms?

One sheet: ID, Start time, Completion time, Email, Name, perhaps Last modified time, then the questions, whose titles may end in a no-break
space. A title asked again ends in 2, 3. Choices are joined with ";" and end with one. Quiz forms add points and feedback to every question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ecosystem.records import normalize_name
from surveys.exports import Column, Sheet, detected, join_choices, number_repeated, take_out, with_date
from surveys.repeated_groups import nest
from surveys.response import Table, Tables

TOOL = "Microsoft Forms"

_STARTS = frozenset({"start time", "hora de inicio"})
_ENDS = frozenset({"completion time", "hora de finalizacion"})
_PERSONAL = frozenset({"email", "name", "correo electronico", "nombre"})
_ADDED = frozenset({"id", "last modified time", "hora de la ultima modificacion", "total points", "quiz feedback", "language", "grade posted time"})
_QUIZ = re.compile(r"(?:points|feedback|puntos|comentarios) - .+", re.IGNORECASE)


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that this table comes from Microsoft Forms, "" where nothing does."""
    names = {normalize_name(column) for column in tables[0].columns} if tables else set()
    return "columns Start time and Completion time" if names & _STARTS and names & _ENDS else ""


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - Microsoft Forms has no repeated groups
    """Return the answers as one table; other sheets stay as they are."""
    table, *others = tables.tables
    sheet = Sheet.of(table)
    issues = [*tables.issues, detected(sheet, TOOL, sign([table]) or "as you said")]
    last = max((at for at, c in enumerate(table.columns) if normalize_name(c) in _STARTS | _ENDS), default=-1)
    head = {id(column) for column in sheet.columns[: last + 5] if normalize_name(column.header) in _PERSONAL | _ADDED}
    sent = next((column for column in sheet.columns if normalize_name(column.header) in _ENDS), None)

    def is_added(column: Column) -> bool:
        name = normalize_name(column.header)
        return name in _STARTS | _ENDS or _QUIZ.fullmatch(column.header) is not None or (name in _ADDED and id(column) in head)

    def is_theirs(column: Column) -> bool:
        return id(column) in head and normalize_name(column.header) in _PERSONAL

    sheet, told = take_out(sheet, added=is_added, personal=is_theirs)
    titles = _titles([column.header for column in sheet.columns])
    columns = [
        replace(column, cells=tuple(map(_choices, column.cells)), names=tuple(dict.fromkeys((column.header, title))))
        for column, title in zip(sheet.columns, titles, strict=True)
    ]
    sheet = number_repeated(replace(sheet, columns=tuple(columns)), titles)
    joined, _ = nest(with_date(sheet, sent), tuple(map(str, sheet.numbers)), ())
    return replace(tables, format=f"{TOOL}, {tables.format}", tables=(joined, *others), issues=(*issues, *told))


def _titles(headers: Sequence[str]) -> list[str]:
    """Return titles as they were asked: without the number that a title gets when it is asked again.

    >>> _titles(["Hours", "Hours2", "Hours3", "Ward 4"])
    ['Hours', 'Hours', 'Hours', 'Ward 4']
    """
    known = set(headers)
    titles = []
    for header in headers:
        match = re.fullmatch(r"(.*\D)(\d+)", header)
        base = match[1].rstrip() if match else ""
        again = (
            match is not None and all(base in known if n == 1 else f"{match[1]}{n}" in known for n in range(1, int(match[2]))) and int(match[2]) > 1
        )
        titles.append(base if again else header)
    return titles


def _choices(cell: str) -> str:
    """A list of choices ends with ";"; any other text stays as it is."""
    return join_choices(cell.split(";")) if cell.endswith(";") else cell
