"""What did people answer in SurveyMonkey?

Two rows of headers: each question once, with blank cells after it that belong to it, and below it the choices, "Response", "Open-Ended
Response" or "Other (please specify)". A ticked choice repeats its own text; a text under a choice was typed beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ecosystem.records import normalize_name
from surveys.exports import Column, Sheet, detected, is_list, join_choices, number_repeated, take_out, with_date
from surveys.privacy import is_personal
from surveys.repeated_groups import nest
from surveys.response import Table, Tables, clean, text_key

TOOL = "SurveyMonkey"

_IDS = frozenset({"respondentid", "respondent id"})
_ADDED = frozenset({"respondent id", "respondentid", "collector id", "collectorid", "startdate", "enddate", "date created", "date modified"})
_PERSONAL = frozenset({"ip address", "email address", "first name", "last name", "lastname", "firstname"})
_WHOLE = frozenset({"", "response", "open ended response", "respuesta", "respuesta abierta"})
_CONTACT = re.compile(r"\b(contact|respondent|about you|your (name|information)|contacto|sobre usted|sus datos)\b")
_TYPED = re.compile(r"other|otr[oa]|please|specif|explain|elaborate|describe|details|list", re.IGNORECASE)
_LONGEST_LABEL = 30
"""A choice longer than this is not put before what was typed beside it."""


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that this table comes from SurveyMonkey, "" where nothing does."""
    if not tables or not tables[0].columns or not tables[0].rows:
        return ""
    table = tables[0]
    if table.columns[0].casefold() not in _IDS or table.rows[0].cells[0]:
        return ""
    second = {normalize_name(cell) for cell in table.rows[0].cells}
    if "" in table.columns or second & {"response", "open ended response"}:
        return "RespondentID, and blank headers that belong to the question before them"
    return ""


def plain(text: str) -> str:
    """Return a header without HTML, padding and what nobody sees.

    >>> plain("Yes<br />Please\\u00a0explain "), plain("  Name\\x00 ")
    ('Yes Please explain', 'Name')
    """
    return " ".join(clean(re.sub(r"<[^>]*>", " ", text)).split())


@dataclass(frozen=True, slots=True)
class _Head:
    """The question a column belongs to, what stands below it in the second row, and the beginning of that before a line break."""

    question: str
    choice: str
    short: str


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - SurveyMonkey has no repeated groups
    """Return the answers of the first sheet as one table, one column for each question or line of it; other sheets stay as they are."""
    table, *others = tables.tables
    if not table.rows:
        return tables
    sheet = Sheet.of(table, skip=1)
    below = table.rows[0].cells
    heads: list[_Head] = []
    question = ""
    for at, header in enumerate(table.columns):
        question = plain(header) or question
        choice = below[at] if at < len(below) else ""
        heads.append(_Head(question, plain(choice), plain(re.split(r"<br\s*/?>", choice, maxsplit=1)[0])))
    issues = [*tables.issues, detected(sheet, TOOL, sign([table]) or "as you said")]
    sent = next((c for name in ("EndDate", "Date Modified", "StartDate", "Date Created") if (c := sheet.column(name)) and c.n_given), None)
    families = _families(heads)
    boxed = {_key(heads, family) for family in families if _has_boxes(sheet, heads, family)}
    made = [
        part
        for family in families
        for part in _one_question([sheet.columns[at] for at in family], [heads[at] for at in family], are_boxes=_key(heads, family) in boxed)
    ]
    lines = Counter(normalize_name(line) for _, line in made if line)
    theirs = {column.header for column, line in made if _is_about_respondent(column.header, line)}
    columns = [replace(c, names=(c.header, line)) if line and lines[normalize_name(line)] == 1 else c for c, line in made]
    sheet = number_repeated(replace(sheet, columns=tuple(columns)), [column.header for column in columns])
    sheet, told = take_out(sheet, added=_is_added, personal=lambda column: column.header in theirs)
    joined, _ = nest(with_date(sheet, sent), tuple(map(str, sheet.numbers)), ())
    return replace(tables, format=f"{TOOL}, {tables.format}", tables=(joined, *others), issues=(*issues, *told))


def _is_added(column: Column) -> bool:
    name = column.header.casefold()
    return name in _ADDED or (name.startswith("custom data") and not column.n_given)


def _is_about_respondent(header: str, line: str) -> bool:
    """Whether a column, or a line of a question about the person who answers, is about that person."""
    if not line:
        return header.casefold() in _PERSONAL
    in_block = _CONTACT.search(normalize_name(header)) is not None
    return in_block and (normalize_name(line) == "name" or is_personal(line) or is_personal(f"your {line}"))


def _families(heads: Sequence[_Head]) -> list[list[int]]:
    """The columns of each question: a header and the blank ones after it."""
    families: list[list[int]] = []
    for at, head in enumerate(heads):
        if at and head.question == heads[at - 1].question and normalize_name(head.choice) not in _WHOLE:
            families[-1].append(at)
        else:
            families.append([at])
    return families


def _key(heads: Sequence[_Head], family: Sequence[int]) -> tuple[str, ...]:
    """By what a question is known that is asked again: its words and its choices."""
    return (heads[family[0]].question, *(heads[at].choice for at in family))


def _has_boxes(sheet: Sheet, heads: Sequence[_Head], family: Sequence[int]) -> bool:
    """Whether somebody ticked one of a question's columns, or our form asks for a list under that question and nobody answered it."""
    if any(_is_tick(sheet.columns[at], heads[at]) for at in family):
        return True
    return len(family) > 1 and is_list((heads[family[0]].question,)) and not any(sheet.columns[at].n_given for at in family)


def _one_question(columns: Sequence[Column], heads: Sequence[_Head], *, are_boxes: bool) -> list[tuple[Column, str]]:
    """Return the columns of one question: one where they are choices, else one for each line of it, with that line."""
    question = heads[0].question
    first = heads[0].choice
    if len(columns) == 1 and (normalize_name(first) in _WHOLE or not first):
        return [(replace(columns[0], header=question), "")]
    is_response = normalize_name(first) in _WHOLE
    is_blank = not any(column.n_given for column in columns) and _TYPED.match(heads[-1].choice) is not None
    if not (are_boxes or is_response or is_blank):
        lines = [head.choice.rstrip(" :") for head in heads]
        return [(replace(column, header=f"{question} {line}".strip()), line) for column, line in zip(columns, lines, strict=True)]
    cells = []
    for row in range(len(columns[0].cells)):
        given = [(c.cells[row], head) for c, head in zip(columns, heads, strict=True) if c.cells[row]]
        cells.append(join_choices([_as_choice(text, head) for text, head in given]) if not is_response else _answer(given))
    return [(Column(question, tuple(cells)), "")]


def _is_tick(column: Column, head: _Head) -> bool:
    return column.n_given > 0 and any(_same(cell, head) for cell in column.cells)


def _same(cell: str, head: _Head) -> bool:
    key = text_key(plain(cell))
    return key in (text_key(head.choice), text_key(head.short))


def _as_choice(text: str, head: _Head) -> str:
    """What one filled cell says: the choice, what was typed, or both ("Yes: 612-555-0199")."""
    if _same(text, head):
        return head.short
    label = head.short.rstrip(" :")
    if len(label) > _LONGEST_LABEL or _TYPED.search(label):
        return text
    return f"{label}: {text}"


def _answer(given: Sequence[tuple[str, _Head]]) -> str:
    """The answer to a question of one choice with a line for "other"."""
    texts = [text for text, head in given if not (len(given) > 1 and _TYPED.match(text) and normalize_name(head.choice) in _WHOLE)]
    return texts[0] if len(texts) == 1 else join_choices(texts)
