"""What do the exports of all survey tools have in common?

A tool writes one answer over several columns (a ticked box each), sheets or files (repeated groups), under headers of its own. A `Sheet` is
one such sheet, column by column, while it is put in order: what the tool adds is taken out, boxes become one list of choices, a typed "other"
stands with its question. `surveys.repeated_groups` then joins its sheets to the table that a codebook lays out.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ecosystem.errors import Issue, Severity
from ecosystem.records import normalize_name
from surveys.codebook import Form
from surveys.privacy import is_personal
from surveys.response import Origin, Table
from surveys.worked_out import LISTS

TICKED = frozenset({"1", "1.0", "true", "y", "yes", "checked", "sí", "si"})
UNTICKED = frozenset({"", "0", "0.0", "false", "n", "no", "unchecked", "n/a", "na"})

_TIME_OF_DAY = re.compile(r"(\d\d:\d\d):\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_PLACE = re.compile(r"\b(?:site|address|service|program|place|office|sede|direccion|lugar)\b")
_DAYS = re.compile(r"(?:.*[/_ -])?(?:days|dias|días)", re.IGNORECASE)
_LIST_KINDS = frozenset({"choices", "types", "needs", "languages", "area", "names", "slot"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header as it stands in the file, what it may be called in a codebook (best first), and one text per row."""

    header: str
    cells: tuple[str, ...]
    names: tuple[str, ...] = ()

    def called(self) -> tuple[str, ...]:
        """Return what it may be called, the header where nothing else was said."""
        return self.names or (self.header,)

    @property
    def n_given(self) -> int:
        """How many rows have a text in it."""
        return sum(1 for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of an export, column by column; `numbers` are the rows as a spreadsheet shows them.

    `places` are where its rows stand, where they were put together from several sheets.
    """

    file: str
    name: str
    header_row: int
    numbers: tuple[int, ...]
    columns: tuple[Column, ...]
    finished: tuple[bool, ...] = ()
    places: tuple[Origin, ...] = ()

    @classmethod
    def of(cls, table: Table, *, skip: int = 0) -> Sheet:
        """Return a table as a sheet, without the first `skip` rows, which belong to the header."""
        rows = table.rows[skip:]
        cells = [tuple(row.cells[i] if i < len(row.cells) else "" for row in rows) for i in range(len(table.columns))]
        columns = tuple(Column(header, texts) for header, texts in zip(table.columns, cells, strict=True))
        return cls(table.file, table.sheet, table.header_row, tuple(row.number for row in rows), columns)

    def column(self, header: str) -> Column | None:
        """Return the first column with this header, capitals apart; None where there is none."""
        wanted = header.casefold()
        return next((column for column in self.columns if column.header.casefold() == wanted), None)

    def texts(self, header: str) -> tuple[str, ...]:
        """Return the cells of a column, blanks where there is none."""
        column = self.column(header)
        return column.cells if column is not None else ("",) * len(self.numbers)

    def issue(self, code: str, message: str, *, severity: Severity = "info", row: int = 0, column: str = "", text: str = "") -> Issue:
        """Return an issue with this sheet's place."""
        return Issue(self.file, self.name, row, column, code, severity, text, message)

    def only(self, keep: Sequence[bool]) -> Sheet:
        """Return the sheet with the rows for which `keep` is true."""
        at = [i for i, kept in enumerate(keep) if kept]
        columns = tuple(replace(column, cells=tuple(column.cells[i] for i in at)) for column in self.columns)
        finished = tuple(self.finished[i] for i in at) if self.finished else ()
        return replace(self, numbers=tuple(self.numbers[i] for i in at), columns=columns, finished=finished)

    def origin(self, at: int) -> Origin:
        """Return where a row stands."""
        return self.places[at] if self.places else Origin(self.file, self.name, self.numbers[at])

    def is_finished(self, at: int) -> bool:
        """Whether the answer in a row was sent off."""
        return self.finished[at] if self.finished else True


# -- columns that are no answers -----------------------------------------------------------------------------------------------------------------


def take_out(sheet: Sheet, *, added: Callable[[Column], bool], personal: Callable[[Column], bool]) -> tuple[Sheet, list[Issue]]:
    """Return a sheet without the columns a tool adds and those about the person who answered, and issues that name them."""
    kept: list[Column] = []
    theirs: list[Column] = []
    issues: list[Issue] = []
    for column in sheet.columns:
        if personal(column):
            message = f"the column is about the person who answered; its {column.n_given} answers were dropped and are kept nowhere."
            issues.append(sheet.issue("personal_column_dropped", message, row=sheet.header_row, column=column.header))
        elif added(column) or not (column.header or column.n_given):
            theirs += [column] if column.header else []
        else:
            kept.append(column)
    if theirs:
        names = ", ".join(column.header for column in theirs)
        message = f"the tool adds these columns; they are no answers and were left out: {names}."
        issues.append(sheet.issue("tool_columns", message, row=sheet.header_row))
    return replace(sheet, columns=tuple(kept)), issues


def with_date(sheet: Sheet, dates: Column | None) -> Sheet:
    """Return a sheet that has the time an answer was sent as its date, unless the form asks for the date itself."""
    headers = Form.read().headers
    if dates is None or any(headers.get(normalize_name(name)) == "date" for column in sheet.columns for name in column.called()):
        return sheet
    return replace(sheet, columns=(*sheet.columns, replace(dates, names=(dates.header, "timestamp"))))


def unfinished(sheet: Sheet, finished: Sequence[bool], sign: str) -> tuple[Sheet, list[Issue]]:
    """Return a sheet that knows which answers were not sent off, and an issue for each; `sign` says how the tool shows it."""
    message = f"this answer was not finished ({sign}). What it says is used; ask the organization to finish it."
    told = [sheet.issue("unfinished_answer", message, severity="warning", row=n) for n, done in zip(sheet.numbers, finished, strict=True) if not done]
    return replace(sheet, finished=tuple(finished)), told


def detected(sheet: Sheet, tool: str, sign: str) -> Issue:
    """Return the issue that says as what a file was read, and why."""
    message = f"read as an export of {tool}: {sign}. If another tool made it, name that one as the format."
    return sheet.issue("format_detected", message)


# -- names -------------------------------------------------------------------------------------------------------------------------------------


def path_names(headers: Sequence[str], separator: str, *, moved: Callable[[Sequence[int]], bool] = lambda _: False) -> list[tuple[str, ...]]:
    """Return what columns under groups may be called: the whole path, then its ends as far as no other column has the same.

    `moved` says of columns with one end whether they are one question that stood in other groups in other versions of the form.

    >>> path_names(["org/name", "contact/name", "org/type"], "/")
    [('org/name', 'org_name'), ('contact/name', 'contact_name'), ('org/type', 'org_type', 'type')]
    """
    ends = [["_".join(parts[i:]) for i in range(len(parts))] for parts in (header.split(separator) for header in headers)]
    holders: dict[str, list[int]] = {}
    for at, found in enumerate(ends):
        for end in dict.fromkeys(found):
            holders.setdefault(end, []).append(at)
    own = {end for end, at in holders.items() if len(at) == 1 or moved(at)}
    return [
        tuple(dict.fromkeys((header, *(end for i, end in enumerate(found) if end and (i == 0 or end in own)))))
        for header, found in zip(headers, ends, strict=True)
    ]


def never_together(columns: Sequence[Column]) -> Callable[[Sequence[int]], bool]:
    """Return a test whether columns all have answers, and no row has an answer in two of them."""

    def test(at: Sequence[int]) -> bool:
        cells = [columns[i].cells for i in at]
        return all(any(column) for column in cells) and not any(sum(map(bool, row)) > 1 for row in zip(*cells, strict=True))

    return test


def in_personal_group(header: str, separator: str) -> bool:
    """Whether a column stands in a group about the person who answered, so that its own name alone says too little.

    >>> in_personal_group("contact_person/phone", "/"), in_personal_group("contact/phone", "/"), in_personal_group("service/public_phone", "/")
    (True, True, False)
    """
    *groups, last = (part for part in header.split(separator) if part) if header.strip(separator) else ("",)
    return any(map(is_personal, groups)) or (bool(groups) and is_personal(f"{groups[-1]} {last}") and not is_personal(last))


def point_names(point: str, coordinate: str) -> tuple[str, ...]:
    """Return what one coordinate of a point may be called: that of a place by its own name too, for any other point is where somebody stood.

    >>> point_names("site_point", "latitude"), point_names("here", "latitude")
    (('site point latitude', 'latitude'), ('here latitude',))
    """
    name = normalize_name(point)
    whole = f"{name} {coordinate}"
    return (whole, coordinate) if _PLACE.search(name) else (whole,)


def number_repeated(sheet: Sheet, titles: Sequence[str]) -> Sheet:
    """Return a sheet where the n-th of several columns with one title asks about the n-th service.

    That is how a form without repeated groups asks about several services. A single title that comes twice is not enough for it, unless it
    is the name of the service.
    """
    keys = [normalize_name(title) for title in titles]
    repeated = {key for key, count in Counter(keys).items() if key and count > 1}
    if len(repeated) < 2 and not any(Form.read().headers.get(key) == "service" for key in repeated):
        return sheet
    seen: Counter[str] = Counter()
    columns = []
    for column, title, key in zip(sheet.columns, titles, keys, strict=True):
        seen[key] += 1
        names = (f"service{seen[key]} {title}", *column.called()) if key in repeated else column.called()
        columns.append(replace(column, names=names))
    return replace(sheet, columns=tuple(columns))


def is_list(names: Iterable[str]) -> bool:
    """Whether one of these names asks for a list in our form, so that its answer may be several choices."""
    form = Form.read()
    for name in names:
        if _DAYS.fullmatch(name):
            return True
        question = form.question(form.headers.get(normalize_name(name), ""))
        if question is not None and (question.kind in _LIST_KINDS or question.id in LISTS):
            return True
    return False


# -- choices -----------------------------------------------------------------------------------------------------------------------------------


def join_choices(choices: Iterable[str]) -> str:
    """Return choices as one text that is cut at its semicolons again, whatever else stands in them.

    >>> join_choices(["Waste, food and clothing", "Shelter"]), join_choices(["Waste, food and clothing"]), join_choices(["Food; clothing"])
    ('Waste, food and clothing; Shelter', 'Waste, food and clothing;', 'Food, clothing;')
    """
    kept = list(dict.fromkeys(choice.replace(";", ",").strip() for choice in choices if choice.strip()))
    return f"{kept[0]};" if len(kept) == 1 and "," in kept[0] else "; ".join(kept)


def is_tick(text: str) -> bool:
    """Whether a cell is a box, ticked or not."""
    return text.casefold() in TICKED or text.casefold() in UNTICKED


def join_details(columns: Sequence[Column]) -> list[Column]:
    """Return columns with "question", "question/choice", ... made one column "question" of what was ticked; a typed other takes the place of "other".

    The boxes may stand without the question's own column where our form asks for a list under that name.
    """
    joined: list[Column] = []
    at = 0
    while at < len(columns):
        column = columns[at]
        # the boxes follow their question, so that two questions with one label stay two
        boxes = _boxes_of(f"{column.header}/", columns[at + 1 :])
        parent = "" if boxes else _list_of(column.header)
        if boxes:
            joined.append(_ticked(column.header, boxes, column))
            at += 1 + len(boxes)
        elif parent and (alone := _boxes_of(f"{parent}/", columns[at:])):
            joined.append(_ticked(parent, alone, None))
            at += len(alone)
        else:
            joined.append(column)
            at += 1
    return _with_typed_other(joined)


def _boxes_of(beginning: str, columns: Sequence[Column]) -> list[Column]:
    """The columns, from the first on, that are boxes whose header begins so."""
    return list(itertools.takewhile(lambda column: column.header.startswith(beginning) and all(map(is_tick, set(column.cells))), columns))


def _list_of(header: str) -> str:
    """The longest beginning of a header whose name asks for a list, "" where none does."""
    cuts = [i for i, character in enumerate(header) if character == "/"]
    return next((header[:cut] for cut in reversed(cuts) if is_list((header[:cut], header[:cut].rpartition("/")[2]))), "")


def _ticked(header: str, boxes: Sequence[Column], summary: Column | None) -> Column:
    cells = []
    for row in range(len(boxes[0].cells)):
        choices = [box.header[len(header) + 1 :] for box in boxes if box.cells[row].casefold() in TICKED]
        # an answer that has no box (an older version of the form) stands in the question's own column alone
        text = summary.cells[row] if summary is not None else ""
        cells.append(join_choices(choices) if choices else text)
    return Column(header, tuple(cells))


def _with_typed_other(columns: list[Column]) -> list[Column]:
    by_header = {column.header: column for column in columns}
    typed: dict[str, Column] = {}
    for header, column in by_header.items():
        other = by_header.get(f"{header}_other")
        if other is not None and all(_has_other(cell) for cell, text in zip(column.cells, other.cells, strict=True) if text):
            typed[header] = other
    gone = {other.header for other in typed.values() if other.n_given or other.header}
    result = []
    for column in columns:
        if column.header in typed:
            pairs = zip(column.cells, typed[column.header].cells, strict=True)
            result.append(replace(column, cells=tuple(_put_other(cell, text) for cell, text in pairs)))
        elif column.header not in gone:
            result.append(column)
    return result


def _has_other(cell: str) -> bool:
    return any(choice.strip().casefold() in ("other", "otro", "otra") for choice in cell.split(";"))


def _put_other(cell: str, text: str) -> str:
    if not text or not _has_other(cell):
        return cell
    if cell.casefold() in ("other", "otro", "otra"):
        return text
    return join_choices([text if _has_other(choice) else choice for choice in cell.split(";")])


def split_summaries(columns: Sequence[Column]) -> list[Column]:
    """Return columns where choices that stand side by side with a space between them, all of them codes of our form, are a list."""
    result = []
    for column in columns:
        if is_list(column.called()):
            column = replace(column, cells=tuple(_split_codes(cell) for cell in column.cells))
        result.append(column)
    return result


_CODES = re.compile(r"(?:(?:N\d\d|\d\d[a-z]?|mo|tu|we|th|fr|sa|su|mon|tue|wed|thu|fri|sat|sun|[a-z]+_[a-z0-9_]+)(?:\s+|$))+")


def _split_codes(cell: str) -> str:
    if " " not in cell or ";" in cell or "," in cell:
        return cell
    words = cell.split()
    return "; ".join(words) if _CODES.fullmatch(cell) or all(word in _known_codes() for word in words) else cell


@functools.cache
def _known_codes() -> frozenset[str]:
    form = Form.read()
    return frozenset({code for choices in form.choices.values() for code in choices} | {*form.languages})


def time_of_day(text: str) -> str:
    """Return a time as a mobile form writes it without its seconds and zone; any other text as it is.

    >>> time_of_day("09:30:00.000-05:00"), time_of_day("about 9")
    ('09:30', 'about 9')
    """
    match = _TIME_OF_DAY.fullmatch(text)
    return match[1] if match else text
