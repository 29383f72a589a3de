"""What text stands in the cells of a CSV file or a workbook?

Every cell is text, cleaned of what nobody meant to type. A CSV file may be in UTF-8, UTF-16, Windows-1252 or Mac Roman and use a comma,
semicolon, tab or bar; which one is found out and said. A row with too many or too few cells is told with its text and kept where its cells can
be told apart. Of a workbook every sheet is read; dates come as 2026-10-01, times as 09:30, and a formula as the value last computed for it. A
cell that holds an error of the spreadsheet (#REF!) comes empty, and is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import python_calamine

from ecosystem.errors import Issue, Severity
from surveys.cell_errors import MESSAGE, errors_in_workbook, is_error
from surveys.response import Row, Table, Tables, clean

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_ROWS = 60
TELLING_LINES = 2_000
"""Lines with letters beyond English that are looked at to tell Windows-1252 from Mac Roman."""
LONGEST_CELL_LINES = 200
"""A cell with more lines than this is a quotation mark that was never closed."""

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_ODD = re.compile(
    r"[a-z][À-ÖØ-ÞŠŽŸ]|[A-Za-z][†‡„ˆ‰·˙¸¯˘˚˝˛ˇ¨∆√][A-Za-z]|[a-z][‡·˙]|[†‡·˙][a-z]|[ƒ\ufffd]|[\d ][ÐÑ][\d ]|(?<!\w)[ÒÓ](?=[A-Z]?[a-z])"
    r"|\d¡|¥ [A-Z]|[aeiou][–œ][aeiou]|[b-df-hj-np-tv-z]œ[a-z]|[cs]i—n|ñ(?![aeiouáéíóú])"
    r"|[A-Za-z][a-z]’(?!(?:s|t|d|m|re|ve|ll|am|all|clock)\b)[a-z]"
)
"""What stands in words only where a text was read in the wrong one of Windows-1252 and Mac Roman: JosŽ, donÕt, m·s, Pe–a, Garc’a, MonñFri."""

_SEPARATOR = re.compile(r'"?sep=([,;|\t]|\\t)"?')
"""A first line by which a spreadsheet program says how the cells below are parted."""

csv.field_size_limit(16 * 1024 * 1024)


def read(path: Path, name: str, *, nested: str = "") -> Tables:  # noqa: ARG001 - all readers are called alike
    """Return the tables of a CSV file or a workbook. Never raises for what is in the file."""
    with path.open("rb") as file:
        is_workbook = file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    return _read_workbook(path, name) if is_workbook else read_csv(path.read_bytes(), name)


# -- CSV ---------------------------------------------------------------------------------------------------------------------------------------


class _Record(NamedTuple):
    """One record of a CSV file: its number as a spreadsheet shows it, its cells, and the lines [begin, end) it was written in."""

    number: int
    cells: list[str]
    begin: int
    end: int


def decode(raw: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding: by its byte order mark, else UTF-16 by its NUL bytes, else UTF-8, else Windows-1252 or Mac Roman.

    >>> decode("Peña".encode("cp1252")), decode("Peña".encode("mac_roman"))
    (('Peña', 'cp1252'), ('Peña', 'mac_roman'))
    """
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace"), "utf-8-sig"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace"), "utf-16"
    sample = raw[:2000]
    if len(sample) > 3 and sample.count(0) > len(sample) // 4:
        return raw.decode("utf-16-le" if sample[1] == 0 else "utf-16-be", "replace"), "utf-16"
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        told_by = b"\n".join(itertools.islice((line for line in raw.splitlines() if not line.isascii()), TELLING_LINES))
    as_windows, as_mac = (len(_ODD.findall(told_by.decode(encoding, "replace"))) for encoding in ("cp1252", "mac_roman"))
    for encoding in ("mac_roman", "cp1252") if as_mac < as_windows else ("cp1252",):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def read_csv(raw: bytes, name: str) -> Tables:
    """Return the one table of the bytes of a CSV file."""
    text, encoding = decode(raw)
    text = text.replace("\x00", "")
    issues: list[Issue] = []

    def tell(code: str, message: str, *, severity: Severity = "warning", row: int = 0, written: str = "") -> None:
        issues.append(Issue(name, "", row, "", code, severity, written, message))

    if encoding in ("cp1252", "latin-1", "mac_roman", "utf-16"):
        message = f"the file is not UTF-8; it was read as {encoding}. Look whether names with accents are right; if not, save it as 'CSV UTF-8'."
        tell("encoding", message, severity="info")
    if "\ufffd" in text:
        tell("encoding_broken", "the file holds bytes that are no text in its encoding; they show as \ufffd. Export it again as 'CSV UTF-8'.")
    lines = list(io.StringIO(text, newline=""))
    said = _SEPARATOR.fullmatch(lines[0].strip()) if lines else None
    delimiter = said[1].replace("\\t", "\t") if said else find_delimiter(text)
    width = 0
    table: Table | None = None
    rows: list[Row] = []
    for record in _records(lines, delimiter):
        if not any(record.cells) or (said and not record.begin):
            continue
        if table is None:
            width = len(record.cells)
            table = Table(name, "", tuple(clean(cell.lstrip("\ufeff")) for cell in record.cells), (), record.number)
            continue
        written = "".join(lines[record.begin : record.end]).strip("\r\n") if len(record.cells) != width else ""
        cells = _fit(record.cells, width)
        if len(cells) > width:
            repaired = _split_at_quotes(written, delimiter)
            if len(repaired) == width:
                cells = repaired
                message = "quotation marks inside a cell were not doubled; the row was cut at the marks between cells. Check whether it is right."
                tell("row_repaired", message, row=record.number, written=written)
            else:
                message = f"the row has {len(cells)} cells under {width} columns, and nobody can tell which is which; it is left out. Mend it."
                tell("row_malformed", message, severity="error", row=record.number, written=written)
                continue
        elif len(cells) < width:
            missing = width - len(cells)
            message = f"the row has {len(cells)} cells under {width} columns; the last {missing} are taken as blank. Check that none is missing."
            tell("row_short", message, row=record.number, written=written)
            cells += [""] * missing
        for at, cell in enumerate(cells):
            if is_error(cell):
                issues.append(table.issue("cell_error", MESSAGE, row=record.number, column=table.columns[at], text=cell))
                cells[at] = ""
        rows.append(Row(record.number, tuple(cells)))
    if table is None:
        tell("file_empty", "the file holds no text. Export the answers again.", severity="error")
        return Tables(name, "csv", encoding, issues=tuple(issues))
    if not rows:
        tell("no_answers", "there is a header and no answer below it.")
    return Tables(name, f"csv ({_NAMES[delimiter]})", encoding, (Table(name, "", table.columns, tuple(rows), table.header_row),), tuple(issues))


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows most evenly into more than one cell; the comma where none does.

    >>> find_delimiter("organization;hours\\nHarbor Hill;Mo-Fr 09:00-12:00, 13:00-17:00\\n")
    ';'
    """
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter, skipinitialspace=True)
        widths = [len(cells) for cells in itertools.islice((cells for cells in reader if any(cells)), SNIFFED_ROWS)]
        if not widths or widths[0] < 2:
            continue
        score = sum(width == widths[0] for width in widths) / len(widths) + min(widths[0], 50) / 200
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(lines: Sequence[str], delimiter: str) -> Iterator[_Record]:
    """Yield the records of a CSV file. A quotation mark that is never closed costs its own line, not the rest of the file."""
    number, begin, width = 0, 0, 0
    while begin < len(lines):
        start = begin
        reader = csv.reader(itertools.islice(lines, start, None), delimiter=delimiter, skipinitialspace=delimiter != "\t")
        for cells in reader:
            end = start + reader.line_num
            number += 1
            width = width or len(cells)
            if end - begin > 1 and len(cells) != width:
                alone = _split_at_quotes(lines[begin], delimiter)
                if len(alone) == width or end == len(lines) or end - begin > LONGEST_CELL_LINES:
                    yield _Record(number, alone, begin, begin + 1)
                    begin += 1
                    break
            yield _Record(number, [clean(cell) for cell in cells], begin, end)
            begin = end
        else:
            return


def _fit(cells: list[str], width: int) -> list[str]:
    """Drop empty cells beyond the last column."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


def _split_at_quotes(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line by the marks between them alone: a quotation mark beside a delimiter ends or begins a cell.

    >>> _split_at_quotes('"Food Bank","lets people "shop" for food, all week","None"', ",")
    ['Food Bank', 'lets people "shop" for food, all week', 'None']
    """
    line = line.strip()
    if line.count('"') < 2:
        return [clean(cell).strip('"') for cell in line.split(delimiter)]
    if line.startswith('"'):
        line = line[1:]
    if line.endswith('"'):
        line = line[:-1]
    return [clean(cell).replace('""', '"') for cell in re.split(rf'"\s*{re.escape(delimiter)}\s*"', line)]


# -- workbooks ---------------------------------------------------------------------------------------------------------------------------------


def _read_workbook(path: Path, name: str) -> Tables:
    issues: list[Issue] = []
    tables: list[Table] = []
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        message = f"this cannot be opened as a workbook ({error}). If it has a password, save it without one; else save it as XLSX or CSV again."
        return Tables(name, "workbook", issues=(Issue(name, code="file_unreadable", severity="error", message=message),))
    errors = errors_in_workbook(path)
    for sheet in book.sheet_names:
        try:
            grid = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except (python_calamine.CalamineError, ValueError) as error:
            message = f"the sheet cannot be read ({error}). Save it again."
            issues.append(Issue(name, sheet, code="sheet_unreadable", severity="error", message=message))
            continue
        table = _sheet_table(name, sheet, grid)
        if table is not None:
            table, found = _without_errors(table, errors.get(sheet, {}))
            issues += found
            tables.append(table)
    if not tables:
        issues.append(Issue(name, code="file_empty", severity="error", message="the workbook holds no text. Export the answers again."))
    elif not any(table.rows for table in tables):
        issues.append(Issue(name, code="no_answers", message="there is a header and no answer below it."))
    return Tables(name, "workbook", "", tuple(tables), tuple(issues))


def _sheet_table(name: str, sheet: str, grid: Sequence[Sequence[object]]) -> Table | None:
    header: tuple[str, ...] | None = None
    header_row = 0
    rows: list[Row] = []
    for number, values in enumerate(grid, 1):
        cells = [cell_text(value) for value in values]
        if not any(cells):
            continue
        if header is None:
            while not cells[-1]:
                cells.pop()
            header, header_row = tuple(cells), number
            continue
        rows.append(Row(number, tuple(cells)))
    if header is None:
        return None
    widest = max((len(row.cells) for row in rows), default=0)
    used = max((i + 1 for row in rows for i, cell in enumerate(row.cells) if cell), default=0)
    width = max(len(header), min(widest, used))
    header += ("",) * (width - len(header))
    return Table(name, sheet, header, tuple(Row(row.number, row.cells[:width] + ("",) * (width - len(row.cells))) for row in rows), header_row)


def _without_errors(table: Table, marked: Mapping[tuple[int, int], str]) -> tuple[Table, list[Issue]]:
    """Return a sheet with its errors as empty cells, and each of them as an issue; `marked` are those that the workbook marks as errors."""
    written = {(row.number, at + 1): cell for row in table.rows for at, cell in enumerate(row.cells) if is_error(cell)}
    found = {place: text for place, text in sorted({**written, **marked}.items()) if place[0] > table.header_row}
    if not found:
        return table, []
    issues = []
    for (row, column), text in found.items():
        header = table.columns[column - 1] if column <= len(table.columns) else ""
        issues.append(table.issue("cell_error", MESSAGE, row=row, column=header or f"column {column}", text=text))
    rows = tuple(Row(row.number, tuple("" if is_error(cell) else cell for cell in row.cells)) for row in table.rows)
    return replace(table, rows=rows), issues


def cell_text(value: object) -> str:
    """Return what a cell of a workbook shows, as text that does not depend on the computer's language.

    >>> cell_text(3.0), cell_text(dt.datetime(2026, 9, 7)), cell_text(dt.time(9, 30)), cell_text(True)
    ('3', '2026-09-07', '09:30', 'TRUE')
    """
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        if value.date() <= dt.date(1900, 1, 1):
            return value.strftime("%H:%M")
        return value.isoformat(" ", "minutes")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return clean(str(value))
