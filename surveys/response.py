"""What did somebody answer, and in which cell?

A `Table` is one sheet of answers as text: named columns and numbered rows. Where an export spreads one answer over several sheets or files,
a row of the table is put together from them, and each part of it knows its `Origin`. A `Block` is the answers of one organization or of one
delivery in such a row: question -> `Answer`, each of which knows its cell. A `Problem` is something wrong with an answer before it is
known where; `Answer.issue` puts the place to it.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from ecosystem.errors import Issue, Severity
from ecosystem.records import Method, Source, normalize_name

_INVISIBLE = str.maketrans({"\x00": None, "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u00ad": "-"})
REMEMBERED = 65_536
"""Texts whose folded form is kept at hand."""
LONGEST_QUOTE = 300
"""Characters of an answer that a message quotes; the issue itself carries the whole text."""


def clean(text: str) -> str:
    """Return the text of a cell without what nobody meant to type: NUL bytes, no-break spaces, soft hyphens (typed as dashes), outer space.

    >>> clean(" Mon\\u00a0\\u00ad Fri\\x00\\r\\n")
    'Mon - Fri'
    """
    if text.isascii():
        text = text.replace("\x00", "")
    else:
        text = text.translate(_INVISIBLE)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def quoted(text: str) -> str:
    """Return an answer in quotes for a message, cut where it is long."""
    return repr(text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "...")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an answer: a stable code, what to do, and the part of the text that is meant ("" for the whole)."""

    code: str
    message: str
    severity: Severity = "warning"
    text: str = ""


class Tell(Protocol):
    """How a reader of one answer reports a problem with it."""

    def __call__(self, code: str, message: str, *, severity: Severity = "warning", text: str = "") -> None: ...


@dataclass(slots=True)
class Problems:
    """A `Tell` that keeps what it is told.

    >>> tell = Problems()
    >>> tell("age_refused", "write a number")
    >>> tell.items[0].code
    'age_refused'
    """

    items: list[Problem] = field(default_factory=list)

    def __call__(self, code: str, message: str, *, severity: Severity = "warning", text: str = "") -> None:
        self.items.append(Problem(code, message, severity, text))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stands: file, sheet, and its number as a spreadsheet shows it."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of answers: its number as a spreadsheet shows it, and one text per column.

    `origins` are the rows it was put together from, one per part of the table; empty where it stands in the file as it is. `is_finished` is
    False where the tool says that the respondent did not send the answer off.
    """

    number: int
    cells: tuple[str, ...]
    origins: tuple[Origin, ...] = ()
    is_finished: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of answers. `columns` are the headers, cleaned; `header_row` is where they stand; rows come in the order of the file.

    `names` are, per column, what it may be called in a codebook, best first (a code, the text of the question, its last part); empty where
    every column is called as its header. `parts` says per column which of a row's origins it stands in.
    """

    file: str
    sheet: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header_row: int = 1
    names: tuple[tuple[str, ...], ...] = ()
    parts: tuple[int, ...] = ()

    def names_of(self, position: int) -> tuple[str, ...]:
        """Return what a column may be called, best first."""
        return self.names[position] if self.names else (self.columns[position],)

    def origin(self, row: Row, position: int) -> Origin:
        """Return where the cell of a row in a column stands."""
        return row.origins[self.parts[position]] if row.origins else Origin(self.file, self.sheet, row.number)

    def with_header(self, index: int) -> Table:
        """Return the table whose header is its row `index` (counted from 0 below the present header); what stood above is left out."""
        header = self.rows[index]
        columns = tuple(map(clean, header.cells))
        return replace(self, columns=columns, rows=self.rows[index + 1 :], header_row=header.number, names=())

    def issue(self, code: str, message: str, *, severity: Severity = "warning", row: int = 0, column: str = "", text: str = "") -> Issue:
        """Return an issue with this table's file and sheet."""
        return Issue(self.file, self.sheet, row, column, code, severity, text, message)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything one file held: its tables, how it was read (`format`, `encoding`), and what was wrong with it.

    `repeats` are the repeated groups that were joined to their answers: name -> rows. `method` is how its answers were taken, where the
    format says so; `fields` are, of a directory, the values of each field: (kept, dropped, guessed).
    """

    file: str
    format: str
    encoding: str = ""
    tables: tuple[Table, ...] = ()
    issues: tuple[Issue, ...] = ()
    repeats: Mapping[str, int] = field(default_factory=dict, hash=False)
    method: Method | None = None
    fields: Mapping[str, tuple[int, int, int]] = field(default_factory=dict, hash=False)


class Answer(NamedTuple):
    """The text somebody gave to a question, cleaned, with its cell. An empty text is a question left blank."""

    question: str
    text: str
    file: str
    sheet: str
    row: int
    column: str
    method: Method = "questionnaire"

    def __bool__(self) -> bool:
        return bool(self.text)

    def source(self, role: str = "", date: dt.date | None = None) -> Source:
        """Return the cell as the source of a fact."""
        return Source(self.file, self.sheet, self.row, self.column, self.text, self.method, role, date)

    def issue(self, problem: Problem, organization: str = "") -> Issue:
        """Return a problem with this answer as an issue with its place."""
        text = problem.text or self.text
        return Issue(self.file, self.sheet, self.row, self.column, problem.code, problem.severity, text, problem.message, organization)


@dataclass(frozen=True, slots=True)
class Block:
    """The answers of one organization or one delivery in a row: which columns hold which question.

    `columns` maps a question to the positions of its columns; several are joined with "; ". `constants` are answers the codebook gives for
    every row; `replaced` are answers a person decided, by question.
    """

    table: Table
    row: Row
    columns: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)
    method: Method = "questionnaire"

    def answer(self, question: str) -> Answer | None:
        """Return the answer to a question; None where it was not asked, an empty text where it was left blank."""
        positions = self.columns.get(question)
        if positions is None:
            constant = self.constants.get(question)
            if constant is None:
                return None
            return Answer(question, constant, self.table.file, self.table.sheet, self.row.number, "", self.method)
        if len(positions) == 1 and not self.replaced and not self.row.origins:
            only, cells = positions[0], self.row.cells
            text = cells[only] if only < len(cells) else ""
            return Answer(question, text, self.table.file, self.table.sheet, self.row.number, self.table.columns[only], self.method)
        texts: list[str] = []
        where = positions[0] if positions else -1
        for position in positions:
            text = self.row.cells[position] if position < len(self.row.cells) else ""
            if text and text not in texts:
                where = position if not texts else where
                texts.append(text)
        column = " | ".join(self.table.columns[position] for position in positions)
        text = self.replaced.get(question, "; ".join(texts))
        if not self.row.origins:
            return Answer(question, text, self.table.file, self.table.sheet, self.row.number, column, self.method)
        origin = self.table.origin(self.row, where)
        return Answer(question, text, origin.file, origin.sheet, origin.row, column, self.method)

    def is_asked(self, question: str) -> bool:
        """Whether the question was asked; `answer` is None where it was not."""
        return question in self.columns or question in self.constants

    def text(self, question: str) -> str:
        """Return the text of an answer, empty where it was not asked or left blank."""
        positions = self.columns.get(question)
        if positions is not None and len(positions) == 1 and not self.replaced:
            only, cells = positions[0], self.row.cells
            return cells[only] if only < len(cells) else ""
        answer = self.answer(question)
        return answer.text if answer is not None else ""

    def asked(self) -> tuple[str, ...]:
        """Return the questions of this block, in order."""
        return tuple(sorted({*self.columns, *self.constants}))

    def is_empty(self, questions: Iterable[str] | None = None) -> bool:
        """Whether no column of it (or of `questions`) holds a text; constants do not count."""
        for question in self.columns if questions is None else questions:
            for position in self.columns.get(question, ()):
                if position < len(self.row.cells) and self.row.cells[position]:
                    return False
        return True


def issue_at(source: Source, code: str, message: str, organization: str, *, severity: Severity = "warning", text: str | None = None) -> Issue:
    """Return an issue with the place of a source, and its text where no other is given."""
    given = source.text if text is None else text
    return Issue(source.file, source.sheet, source.row, source.column, code, severity, given, message, organization)


def split_list(text: str) -> list[str]:
    """Return the items of a list written with semicolons or line breaks, else with commas.

    >>> split_list("Spanish (staff); Somali"), split_list("English, Spanish"), split_list("")
    (['Spanish (staff)', 'Somali'], ['English', 'Spanish'], [])
    """
    pieces = re.split(r"[;\n]", text) if re.search(r"[;\n]", text) else re.split(r",(?![^(]*\))", text)
    return [piece.strip() for piece in pieces if piece.strip()]


@functools.lru_cache(maxsize=REMEMBERED)
def fold(text: str) -> str:
    """Return `normalize_name(text)`, kept at hand: the same words come again and again."""
    return normalize_name(text)


@functools.lru_cache(maxsize=REMEMBERED)
def text_key(text: str) -> str:
    """Return what two texts are compared by to be the same answer: without case, spare space, or kinds of dash; punctuation counts.

    >>> text_key("Mon\u2013Fri  9-5") == text_key(" mon-fri 9-5"), text_key("Mon, Fri 9-5") == text_key("Mon-Fri 9-5")
    (True, False)
    """
    return re.sub(r"[\u2010-\u2015\u2212]", "-", " ".join(clean(text).casefold().split()))
