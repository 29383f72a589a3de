"""What did people answer in Qualtrics?

Three rows of headers: a code that the author may change, the question in the language of the account, and an ImportId that never changes,
by which columns are told apart here. Older exports have two rows (V1, V2 ...; names); where somebody took the row of ids out, codes tell columns
apart. Questions of several choices stand in one column or in one for each choice; a typed "other" stands in a column that ends in _TEXT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.exports import Column, Sheet, detected, is_list, join_choices, number_repeated, take_out, unfinished, with_date
from surveys.repeated_groups import nest
from surveys.response import Table, Tables, clean

TOOL = "Qualtrics"

_PERSONAL = frozenset(
    {"ipaddress", "recipientlastname", "recipientfirstname", "recipientemail", "externaldatareference", "externalreference", "locationlatitude"}
    | {"locationlongitude", "locationaccuracy", "emailaddress", "name"}
)
_ADDED = frozenset(
    {"startdate", "enddate", "status", "progress", "duration", "finished", "recordeddate", "_recordid", "responseid", "responseset"}
    | {"distributionchannel", "userlanguage", "duration (in seconds)", "mail sent", "q_recaptchascore", "q_relevantidduplicate"}
)
_ALWAYS_THERE = ("StartDate", "EndDate", "RecordedDate", "Progress")
"""Codes that stand in every export, in every language; below them are dates and numbers alone."""
_NOT_FINISHED = frozenset({"0", "false", "falsch", "falso", "faux", "no"})
_TESTS = frozenset({"1", "2", "8", "survey preview", "umfragevorschau", "survey test", "spam", "vista previa de la encuesta"})
_IMPORT_ID = re.compile(r"(?:(?P<loop>\d+)_)?(?P<question>QID\d+)(?:_(?P<choice>x?\d+))?(?P<text>_TEXT)?")
_LOOP_CODE = re.compile(r"(\d+)_(.+)")


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that this table comes from Qualtrics, "" where nothing does."""
    if not tables or not tables[0].rows:
        return ""
    table = tables[0]
    if any(_import_id(cell) for row in table.rows[:2] for cell in row.cells[:3]):
        return "a row of headers with ImportId"
    if _is_legacy(table):
        return "two rows of headers, V1 above ResponseID"
    return "columns StartDate, EndDate, RecordedDate and Progress" if {*_ALWAYS_THERE} <= {*table.columns} else ""


def _is_legacy(table: Table) -> bool:
    return bool(table.rows) and table.columns[0] == "V1" and table.rows[0].cells[0].casefold() == "responseid"


def _has_titles(table: Table) -> bool:
    """Whether the questions, in whatever language, stand in the first row below the codes."""
    below = [table.rows[0].cells[table.columns.index(code)] for code in _ALWAYS_THERE if code in table.columns]
    return any(below) and not any(re.search(r"\d", text) for text in below)


def _import_id(cell: str) -> str:
    """The id in a cell such as {"ImportId":"QID2_TEXT"}, "" for any other text."""
    if not cell.startswith("{"):
        return ""
    try:
        data = json.loads(cell)
    except ValueError:
        return ""
    return str(data.get("ImportId", "")) if isinstance(data, dict) else ""


@dataclass(frozen=True, slots=True)
class _Head:
    """The three headers of a column."""

    code: str
    text: str
    id: str

    @property
    def key(self) -> str:
        return (self.id or self.code).casefold()


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - Qualtrics has no repeated groups, only loops
    """Return the answers of the first sheet as one table; other sheets stay as they are."""
    table, *others = tables.tables
    if not table.rows:
        return tables
    ids = next((n for n, row in enumerate(table.rows[:2]) if any(_import_id(cell) for cell in row.cells)), None)
    is_legacy = ids is None and _is_legacy(table)
    skip = ids + 1 if ids is not None else int(is_legacy or _has_titles(table))
    sheet = Sheet.of(table, skip=skip)
    texts = [_plain(text) for text in table.rows[0].cells] if skip and ids != 0 else list(table.columns)
    found = [_import_id(cell) for cell in table.rows[ids].cells] if ids is not None else [""] * len(table.columns)
    heads = [_head(code, text, own, is_legacy=is_legacy) for code, text, own in zip(table.columns, texts, found, strict=True)]
    by_id: Mapping[str, Column] = {head.key: column for head, column in zip(heads, sheet.columns, strict=True)}
    issues = [*tables.issues, detected(sheet, TOOL, sign([table]) or "as you said")]

    tests = [text.casefold() in _TESTS for text in by_id["status"].cells] if "status" in by_id else [False] * len(sheet.numbers)
    message = "this is a test or a preview of the form, not an answer; it is left out."
    issues += [sheet.issue("answer_is_test", message, severity="warning", row=n) for n, test in zip(sheet.numbers, tests, strict=True) if test]
    sheet = sheet.only([not test for test in tests])
    by_id = {head.key: column for head, column in zip(heads, sheet.columns, strict=True)}
    if "finished" in by_id:
        done = [text.casefold() not in _NOT_FINISHED for text in by_id["finished"].cells]
        sheet, told = unfinished(sheet, done, "Finished is no")
        issues += told
    head_of = {id(column): head for column, head in zip(sheet.columns, heads, strict=True)}
    sent = next((by_id[name] for name in ("recordeddate", "enddate", "startdate") if name in by_id), None)

    theirs = _PERSONAL if is_legacy or ids is not None else _PERSONAL - {"name"}  # a code that the author chose

    def is_theirs(column: Column) -> bool:
        return head_of[id(column)].key in theirs

    sheet, told = take_out(sheet, added=lambda column: head_of[id(column)].key in _ADDED, personal=is_theirs)
    issues += told
    sheet = _with_questions(sheet, [head_of[id(column)] for column in sheet.columns])
    joined, _ = nest(with_date(sheet, sent), tuple(map(str, sheet.numbers)), ())
    return replace(tables, format=f"{TOOL}, {tables.format}", tables=(joined, *others), issues=tuple(issues))


def _head(code: str, text: str, own: str, *, is_legacy: bool) -> _Head:
    """The headers of a column. In an older export the second row holds the names of the tool's columns and the questions of all others."""
    if is_legacy and re.fullmatch(r"V\d+", code):
        return _Head(text, text, "")
    return _Head(code, text, own)


def _plain(text: str) -> str:
    return clean(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def _with_questions(sheet: Sheet, heads: Sequence[_Head]) -> Sheet:
    """Return a sheet where the columns of one question of several choices are one, and a typed other stands in it."""
    families: dict[tuple[str, str], list[int]] = {}
    for at, head in enumerate(heads):
        match = _IMPORT_ID.fullmatch(head.id) or _IMPORT_ID.fullmatch(head.code)
        if match is not None:
            families.setdefault((match["loop"] or "", match["question"]), []).append(at)
        elif (code := re.fullmatch(r"(.+?)(?:_(\d+))?(_TEXT)?", head.code)) and (code[2] or code[3]):
            families.setdefault(("code", code[1]), []).append(at)
        else:
            families.setdefault(("code", head.code), []).append(at)
    columns: dict[int, Column] = {}
    titles: dict[int, str] = {}
    for family in families.values():
        for at, column, title in _one_question(sheet, heads, family):
            columns[at], titles[at] = column, title
    order = sorted(columns)
    return number_repeated(replace(sheet, columns=tuple(columns[at] for at in order)), [titles[at] for at in order])


def _one_question(sheet: Sheet, heads: Sequence[_Head], family: Sequence[int]) -> list[tuple[int, Column, str]]:
    """Return the columns of one question with their place and title, joined where they are choices of one list."""
    texts = [at for at in family if len(family) > 1 and (heads[at].id or heads[at].code).endswith("_TEXT")]
    plain = [at for at in family if at not in texts]
    base, labels = _labels([heads[at].text for at in family])
    label = dict(zip(family, labels, strict=True))
    if len(plain) > 1 and _are_boxes([sheet.columns[at] for at in plain], [label[at] for at in plain], base):
        other = {at: next((t for t in texts if _stem(heads[t]) == _stem(heads[at])), None) for at in plain}
        cells = []
        for row in range(len(sheet.numbers)):
            ticked = [at for at in plain if sheet.columns[at].cells[row]]
            cells.append(join_choices((sheet.columns[t].cells[row] if (t := other[at]) is not None else "") or label[at] for at in ticked))
        first = heads[plain[0]]
        code = re.sub(r"_\d+$", "", first.code)
        names = _names(code, base, re.sub(r"_x?\d+$", "", first.id))
        return [(plain[0], Column(code, tuple(cells), names), base)]
    if len(plain) == 1 and texts:
        at = plain[0]
        column = sheet.columns[at]
        cells = []
        for row, cell in enumerate(column.cells):
            for text in texts:
                cell = _typed(cell, label[text], sheet.columns[text].cells[row])
            cells.append(cell)
        names = _names(heads[at].code, re.sub(r" - Selected Choice$", "", heads[at].text), heads[at].id)
        return [(at, replace(column, cells=tuple(cells), names=names), names[1] if len(names) > 1 else names[0])]
    return [(at, replace(sheet.columns[at], names=_names(*_three(heads[at]))), heads[at].text) for at in family]


def _three(head: _Head) -> tuple[str, str, str]:
    return head.code, head.text, head.id


def _stem(head: _Head) -> str:
    return (head.id or head.code).removesuffix("_TEXT")


def _names(code: str, text: str, own: str) -> tuple[str, ...]:
    """What a column may be called: its code (of a loop, by the number of the service), its question, its ImportId."""
    loop = _LOOP_CODE.fullmatch(code)
    names = (f"service{loop[1]} {loop[2]}", f"service{loop[1]} {text}") if loop else (code, text)
    return tuple(dict.fromkeys(name for name in (*names, own) if name)) or (code,)


def _labels(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the question that several columns share, and what each adds to it.

    >>> _labels(["Which needs? - Shootings", "Which needs? - Other (please specify)", "Which needs? - Other (please specify) - Text"])
    ('Which needs?', ['Shootings', 'Other (please specify)', 'Other (please specify)'])
    """
    shared = _shared(texts)
    cut = shared.rfind(" - ") if " - " in shared else shared.rfind("-")
    base = shared[:cut].strip() if cut > 0 and len(texts) > 1 else shared.strip()
    after = len(shared[: cut + (3 if " - " in shared else 1)]) if cut > 0 else 0
    return base, [re.sub(r"\s*-\s*(?:Text|Selected Choice)$", "", text[after:]).strip() for text in texts]


def _shared(texts: Sequence[str]) -> str:
    """The characters that all texts begin with."""
    first, last = min(texts), max(texts)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))]


def _are_boxes(columns: Sequence[Column], labels: Sequence[str], question: str) -> bool:
    """Whether each column holds nothing but its own choice, or 1, and no row ticks all of them as a table of numbers would.

    Boxes that nobody ticked are boxes where our form asks for a list under that question.
    """
    for column, label in zip(columns, labels, strict=True):
        given = {cell for cell in column.cells if cell}
        if len(given) > 1 or not given <= {label, clean(label), "1"}:
            return False
    rows = list(zip(*(column.cells for column in columns), strict=True))
    is_numbers = all(cell in ("", "1") for row in rows for cell in row)
    if not any(any(row) for row in rows):
        return is_list((question,))
    return not (is_numbers and all(all(row) for row in rows))


def _typed(cell: str, label: str, text: str) -> str:
    """Return an answer with what was typed in place of the choice "other"."""
    if not text:
        return cell
    if label and label in cell:
        return cell.replace(label, text)
    return f"{cell},{text}" if cell and text not in cell else cell or text
