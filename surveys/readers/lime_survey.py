"""What did people answer in LimeSurvey?

One sheet: id, submitdate, lastpage, startlanguage, seed and perhaps token, dates, network address and timings, then the questions, headed
by code, by text, or by both. The parts of a question stand in brackets: `Q[SQ001]`, `Q[other]`. An answer without submitdate was not finished.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ecosystem.errors import Issue
from ecosystem.records import normalize_name
from surveys.codebook import Form
from surveys.exports import TICKED, Column, Sheet, detected, join_choices, number_repeated, take_out, unfinished, with_date
from surveys.repeated_groups import nest
from surveys.response import Table, Tables

TOOL = "LimeSurvey"

_TOOL_COLUMNS = {
    "id": {"id", "response id"},
    "submitdate": {"submitdate", "date submitted"},
    "lastpage": {"lastpage", "last page"},
    "startlanguage": {"startlanguage", "start language"},
    "seed": {"seed"},
    "token": {"token", "access code"},
    "startdate": {"startdate", "date started"},
    "datestamp": {"datestamp", "date last action"},
    "ipaddr": {"ipaddr", "ip address"},
    "refurl": {"refurl", "referrer url"},
    "interviewtime": {"interviewtime", "total time"},
}
_TIMING = re.compile(r"(?:group|question)time ?\d*|.*(?:group|question) time: .*", re.IGNORECASE)
_BOTH = re.compile(r"([A-Za-z]\w*(?:\[[^\]]*\]){0,2})\. (.+)", re.DOTALL)
_PARTS = re.compile(r"(.+?)\s*\[([^\]]*)\](?:\s*\[([^\]]*)\])?", re.DOTALL)
_NO = frozenset({"", "n", "no", "n/a"})
_CODED_OTHER = frozenset({"-oth-", "other"})


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that this table comes from LimeSurvey, "" where nothing does."""
    found = {_own(column) for column in tables[0].columns} if tables else set()
    return "columns lastpage and startlanguage" if {"lastpage", "startlanguage"} <= found else ""


def _own(header: str) -> str:
    """Which of the tool's own columns this is, "" for a question."""
    code, text = _code_and_text(header)
    for name, spellings in _TOOL_COLUMNS.items():
        if code.casefold() in spellings or (not code and text.casefold() in spellings):
            return name
    return ""


def _code_and_text(header: str) -> tuple[str, str]:
    """The code and the text in a header, each "" where it is not there.

    >>> _code_and_text("svc[SQ001]"), _code_and_text("svc[SQ001]. What do you do? [Crisis]"), _code_and_text("What do you do?")
    (('svc[SQ001]', ''), ('svc[SQ001]', 'What do you do? [Crisis]'), ('', 'What do you do?'))
    """
    both = _BOTH.fullmatch(header)
    if both:
        return both[1], both[2]
    return (header, "") if re.fullmatch(r"[A-Za-z]\w*(?:\[[^\]]*\]){0,2}", header) else ("", header)


@dataclass(frozen=True, slots=True)
class _Head:
    """The header of one column, taken apart: the question's code and text, and the code and text of its part."""

    code: str
    text: str
    part: str
    part_text: str

    @property
    def question(self) -> str:
        return self.code or self.text

    @property
    def is_other(self) -> bool:
        return self.part.casefold() == "other" or (not self.part and self.part_text.casefold() in ("other", "otro"))

    @property
    def is_part(self) -> bool:
        return bool(self.part or self.part_text)

    @classmethod
    def of(cls, header: str) -> _Head:
        code, text = _code_and_text(header)
        by_code, by_text = _PARTS.fullmatch(code), _PARTS.fullmatch(text)
        part = "_".join(piece for piece in by_code.groups()[1:] if piece) if by_code else ""
        if by_text and (by_code or not code):
            return cls(by_code[1] if by_code else code, by_text[1], part, " ".join(piece for piece in by_text.groups()[1:] if piece))
        return cls(by_code[1] if by_code else code, text, part, "")


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - LimeSurvey has no repeated groups
    """Return the answers of the first sheet as one table; other sheets stay as they are."""
    table, *others = tables.tables
    sheet = Sheet.of(table)
    issues = [*tables.issues, detected(sheet, TOOL, sign([table]) or "as you said")]
    own: Mapping[str, Column] = {name: column for column in sheet.columns if (name := _own(column.header))}
    if "submitdate" in own:
        sheet, told = unfinished(sheet, [bool(cell) for cell in own["submitdate"].cells], "submitdate is empty")
        issues += told

    def is_added(column: Column) -> bool:
        name = _own(column.header)
        return bool(name and name != "ipaddr") or _TIMING.fullmatch(column.header) is not None

    def is_theirs(column: Column) -> bool:
        return _own(column.header) == "ipaddr"

    sheet, told = take_out(sheet, added=is_added, personal=is_theirs)
    issues += told
    sheet, told = _with_questions(sheet)
    sent = own.get("submitdate") or own.get("datestamp")
    joined, _ = nest(with_date(sheet, sent), tuple(map(str, sheet.numbers)), ())
    return replace(tables, format=f"{TOOL}, {tables.format}", tables=(joined, *others), issues=(*issues, *told))


def _with_questions(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    """Return a sheet where the boxes of a question are one column, and every other part of a question is one of its own."""
    heads = [_Head.of(column.header) for column in sheet.columns]
    families: dict[str, list[int]] = {}
    for at, head in enumerate(heads):
        families.setdefault(head.question if head.is_part or head.code else f"{head.question}\x1f{at}", []).append(at)
    for at, head in enumerate(heads):
        # "Q" and "Q[other]" are one question by their text too
        if not head.code and not head.is_part and head.text in families:
            families[head.text] = sorted([*families[head.text], at])
            del families[f"{head.text}\x1f{at}"]
    columns: dict[int, Column] = {}
    titles: dict[int, str] = {}
    for family in families.values():
        for at, column in _one_question(sheet, heads, family):
            columns[at] = column
            titles[at] = heads[at].text
    order = sorted(columns)
    return number_repeated(replace(sheet, columns=tuple(columns[at] for at in order)), [titles[at] for at in order]), []


def _one_question(sheet: Sheet, heads: Sequence[_Head], family: Sequence[int]) -> list[tuple[int, Column]]:
    others = [at for at in family if heads[at].is_other]
    parts = [at for at in family if heads[at].is_part and not heads[at].is_other and not heads[at].part.endswith("comment")]
    whole = [at for at in family if not heads[at].is_part]
    comments = [(at, _alone(sheet.columns[at], heads[at])) for at in family if heads[at].part.endswith("comment")]
    n_rows = len(sheet.numbers)
    typed = ["".join(sheet.columns[at].cells[row] for at in others) for row in range(n_rows)]
    if (
        parts
        and not whole
        and all(cell.casefold() in TICKED | _NO for at in parts for cell in sheet.columns[at].cells)
        and _is_one_list(heads, parts)
    ):
        cells = []
        for row in range(n_rows):
            ticked = [heads[at].part_text or heads[at].part for at in parts if sheet.columns[at].cells[row].casefold() in TICKED]
            cells.append(join_choices([*ticked, typed[row]]))
        head = heads[parts[0]]
        return [(parts[0], Column(head.question, tuple(cells), _names(head.code, head.text))), *comments]
    if len(whole) == 1 and others and not parts:
        at = whole[0]
        cells = [
            text if text and (cell.casefold() in _CODED_OTHER or not cell) else cell
            for cell, text in zip(sheet.columns[at].cells, typed, strict=True)
        ]
        return [(at, replace(sheet.columns[at], cells=tuple(cells), names=_names(heads[at].code, heads[at].text))), *comments]
    return [(at, _alone(sheet.columns[at], heads[at])) for at in family]


def _is_one_list(heads: Sequence[_Head], parts: Sequence[int]) -> bool:
    """Whether the parts are choices, not lines that our form asks one by one."""
    form = Form.read()
    known = [form.question(name) for at in parts for name in _names(f"{heads[at].code}_{heads[at].part}", "")]
    return not any(question is not None for question in known)


def _alone(column: Column, head: _Head) -> Column:
    if not head.is_part:
        return replace(column, names=_names(head.code, head.text))
    code = f"{head.code}_{head.part}" if head.part else ""
    text = f"{head.text} {head.part_text}" if head.part_text else ""
    return replace(column, names=tuple(dict.fromkeys((*_names(code, text), *([head.part_text] if head.part_text else ())))) or (column.header,))


def _names(code: str, text: str) -> tuple[str, ...]:
    """What a column may be called. A code has no "_" in LimeSurvey, so the id of our form that it spells without one is a name too."""
    names = [_spelled(code), code] if code else []
    return tuple(dict.fromkeys(name for name in (*names, text) if name))


def _spelled(code: str) -> str:
    """Return the id of our form that a code spells, its number of a service before it; the code as it is where it spells none.

    >>> _spelled("servicetype"), _spelled("service2servicetype"), _spelled("service_SQ002_hours"), _spelled("Q1")
    ('service_type', 'service2_service_type', 'service2_hours', 'Q1')
    """
    ids = {question.replace("_", ""): question for question in Form.read().questions}
    whole = ids.get(code.casefold().replace("_", ""))
    if whole is not None:
        return whole
    match = re.fullmatch(r"service_?(?:SQ)?0*(\d+)_?(.+)", code, re.IGNORECASE)
    inner = ids.get(normalize_name(match[2]).replace(" ", "")) if match else None
    return f"service{match[1]}_{inner}" if match and inner else code
