"""Which reader can read this file? One file each; a reader turns a file into `Tables` of text and knows nothing of questions.

`read_tables` looks at what a file is, not at what it is called: first how it is written (CSV, workbook, JSON, ZIP), then which survey tool
made it, by its columns. A new way of writing is one module with `read(path, name, nested)` and one line in `READERS`; a new tool is one module
with `sign(tables)` and `read(tables, nested)` and one line in `TOOLS`.
"""

from __future__ import annotations

import importlib
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Protocol, cast

from ecosystem.errors import InputError, Issue
from surveys.response import Table, Tables

READERS: dict[str, str] = {
    "json": "surveys.readers.json_records",
    "workbook": "surveys.readers.spreadsheet",
    "csv": "surveys.readers.spreadsheet",
}
"""Ways of writing by name, and the module that reads each; imported when first needed."""

TOOLS: dict[str, str] = {
    "qualtrics": "surveys.readers.qualtrics",
    "odk": "surveys.readers.odk",
    "kobo": "surveys.readers.kobo",
    "redcap": "surveys.readers.redcap",
    "lime_survey": "surveys.readers.lime_survey",
    "survey_monkey": "surveys.readers.survey_monkey",
    "microsoft_forms": "surveys.readers.microsoft_forms",
    "google_forms": "surveys.readers.google_forms",
    "hsds": "surveys.readers.hsds",
    "directory": "surveys.readers.directories",
}
"""Survey tools, HSDS and the exports of directories by name, in the order in which a file is asked whether one of them made it."""

PLAIN = "spreadsheet"
"""The format that says that no tool made a file: its first row is the header."""

_ALSO_CALLED = {
    "kobotoolbox": "kobo",
    "odkcentral": "odk",
    "google": "google_forms",
    "googleform": "google_forms",
    "microsoft": "microsoft_forms",
    "msforms": "microsoft_forms",
    "none": PLAIN,
    "csv": PLAIN,
    "table": PLAIN,
}
"""What people call a format, in letters alone, beside its own name."""

READ_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".json", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip"})
"""Files of a folder of answers that are read; others are named and left."""

MOST_BYTES = 1_000_000_000
"""What the files of a ZIP may come to unpacked."""

_TABLE_SUFFIXES = READ_SUFFIXES - {".zip", ".json"}
_HEAD = 4096
_HEADER = 65_536
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"<meta", b"<script")


class Reader(Protocol):
    """A module that reads one kind of file."""

    def read(self, path: Path, name: str, *, nested: str = "") -> Tables: ...


class Tool(Protocol):
    """A module that puts the tables of one survey tool in order. `sign` says what shows that a table comes from it, "" where nothing does."""

    def sign(self, tables: Sequence[Table]) -> str: ...

    def read(self, tables: Tables, *, nested: str = "") -> Tables: ...


def sniff(path: Path) -> str:
    """Return what a file is by its first bytes: json, workbook, zip, html, pdf, binary, empty or csv. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    if head.startswith(b"PK"):
        return "workbook" if _is_workbook(path) else "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if head.startswith(b"%PDF"):
        return "pdf"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\x00", b"")[:200].lower()
    if start.startswith(_WEB_PAGE) and b"," not in start.split(b"\n")[0]:
        return "html"
    if start[:1] in (b"{", b"[") and path.suffix.lower() not in (".csv", ".tsv"):
        return "json"
    return "binary" if _is_binary(head) else "csv"


def _is_binary(head: bytes) -> bool:
    """Whether the bytes are no text in any encoding we read: many control characters that UTF-16 does not explain."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or max(head[0::2].count(0), head[1::2].count(0)) * 2 > 0.8 * len(head):
        return False
    return sum(byte < 9 or 13 < byte < 27 for byte in head) * 20 > len(head)


def _is_workbook(path: Path) -> bool:
    """Whether a ZIP is a workbook; one that cannot be opened counts as what its name says."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in ("[Content_Types].xml", "content.xml") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return path.suffix.lower() != ".zip"


def format_called(name: str) -> str:
    """Return the format that people call so, "" for no name. Raises InputError where there is none, with those that there are.

    >>> format_called("SurveyMonkey"), format_called("Google Forms"), format_called("limesurvey"), format_called("")
    ('survey_monkey', 'google_forms', 'lime_survey', '')
    """
    letters = "".join(filter(str.isalnum, name.casefold()))
    known = {entry.replace("_", ""): entry for entry in (*TOOLS, PLAIN)} | _ALSO_CALLED
    if letters and letters not in known:
        raise InputError(f"'{name}' is no format. Choose one of {', '.join((*TOOLS, PLAIN))}.")
    return known[letters] if letters else ""


def read_tables(path: Path, name: str, *, nested: str = "", format: str = "") -> Tables:  # noqa: A002 - what the command line calls it
    """Return the tables of a file, a ZIP or a folder of one export; `name` is what issues call it.

    `nested` names the list of a JSON record, or the repeated group of an export, that holds one delivery each. `format` names the tool that
    made the file (a key of TOOLS), or "spreadsheet" for none; without it the tool is found out and told. Never raises for what is in a
    file: one that cannot be read is Tables with no table and an issue that says what to do. Raises InputError for an unknown format.
    """
    format = format_called(format)  # noqa: A001
    if path.is_dir():
        return _read_folder(path, name, nested, format)
    read = _read_file(path, name, nested)
    if read.format == "zip":
        return _read_zip(path, name, nested, format)
    return _as_export(read, nested, format, path)


def companions(path: Path) -> tuple[Path, ...]:
    """Return the files beside a file that are read together with it (an ODK form's repeated groups, a REDCap dictionary), in order of names.

    Empty for a folder, for a file that stands alone, and for one that is itself read with another.
    """
    read = Tables(path.name, "folder") if path.is_dir() else _read_file(path, path.name, "")
    belonging = _COMPANIONS.get(tool_of(read.tables))
    together = belonging(read, path, "") if belonging is not None else None
    names = {table.file for table in together.tables} - {path.name} if together is not None else set()
    return tuple(path.with_name(name) for name in sorted(names))


def _read_file(path: Path, name: str, nested: str) -> Tables:
    """Return the tables of one file as they are written."""
    try:
        kind = sniff(path)
    except OSError as error:
        message = f"the file cannot be opened ({error.strerror}). Check that it is not open elsewhere and may be read."
        return _unreadable(name, "", "file_unreadable", message)
    if kind == "zip":
        return Tables(name, "zip")
    if kind == "empty":
        return _unreadable(name, "empty", "file_empty", "the file is empty. Export the answers again.")
    if kind == "html":
        message = "this is a web page, whatever its name ends in. Open it in a browser or a spreadsheet, and save the table as CSV or XLSX."
        return _unreadable(name, "html", "html_not_table", message)
    if kind == "binary":
        return _unreadable(name, "binary", "file_unreadable", "this is no table and no text. Export the answers as CSV or XLSX.")
    if kind == "pdf":
        return _unreadable(name, "pdf", "pdf_not_table", "this is a PDF. Ask for the answers as CSV or XLSX.")
    if kind == "json" and not nested and (directory := _hsds_json(path, name)) is not None:
        return directory
    reader = cast(Reader, importlib.import_module(READERS[kind]))
    return reader.read(path, name, nested=nested)


def _hsds_json(path: Path, name: str) -> Tables | None:
    from surveys.readers import hsds

    return hsds.read_json(path, name)


def _unreadable(name: str, kind: str, code: str, message: str) -> Tables:
    return Tables(name, kind, issues=(Issue(name, code=code, severity="error", message=message),))


# -- survey tools --------------------------------------------------------------------------------------------------------------------------------


def tool_of(tables: Sequence[Table]) -> str:
    """Return which survey tool made these tables (a key of TOOLS), "" for none that we know."""
    return next((name for name in TOOLS if tables and _tool(name).sign(tables)), "")


def _tool(name: str) -> Tool:
    return cast(Tool, importlib.import_module(TOOLS[name]))


def _as_export(read: Tables, nested: str, format: str, path: Path | None) -> Tables:  # noqa: A002
    """Return the tables of a file put in order by the tool that made it, with the files beside it that belong to it."""
    if not read.tables or format == PLAIN or read.format == "json" or read.method is not None:
        return read
    tool = format or tool_of(read.tables)
    if not tool:
        return read
    if path is not None and tool in _COMPANIONS:
        together = _COMPANIONS[tool](read, path, nested)
        if together is None:
            message = "this belongs to another file beside it and is read with that one."
            return Tables(read.file, tool, read.encoding, issues=(Issue(read.file, code="read_with_another", severity="info", message=message),))
        read = together
    return _tool(tool).read(read, nested=nested)


def _odk_files(read: Tables, path: Path, nested: str) -> Tables | None:
    """The answers of an ODK form with the files of its repeated groups; None for one of these where the form's own file is there."""
    from surveys.readers import odk

    if not any(map(odk.is_root, read.tables)):
        roots = [other for other in _beside(path) if path.stem.startswith(f"{other.stem}-")]
        return None if any(any(map(odk.is_root, _of(other, read, nested).tables)) for other in roots) else read
    children = [_of(other, read, nested) for other in _beside(path) if other.stem.startswith(f"{path.stem}-")]
    return _with_tables(read, [child for child in children if any(map(odk.is_child, child.tables))])


def _redcap_files(read: Tables, path: Path, nested: str) -> Tables | None:
    """The records of a REDCap project with the data dictionary beside them; None for a dictionary where its records are there.

    Of several dictionaries it is the one that knows most columns, and that knows more than half of them.
    """
    from surveys.readers import redcap

    if all(map(redcap.is_dictionary, read.tables)):
        return None if any(redcap.fits(read.tables, _head_of(other).tables) for other in _beside(path)) else read
    dictionaries = [_of(other, read, nested) for other in _beside(path) if all(map(redcap.is_dictionary, _head_of(other).tables))]
    fitting = [other for other in dictionaries if redcap.fits(other.tables, read.tables)]
    return _with_tables(read, sorted(fitting, key=lambda other: -redcap.fits(other.tables, read.tables))[:1])


def _head_of(path: Path) -> Tables:
    """The first rows of a CSV file, to see its columns without reading it whole; no table where it cannot be opened."""
    from surveys.readers import spreadsheet

    try:
        with path.open("rb") as file:
            return spreadsheet.read_csv(file.read(_HEADER), path.name)
    except OSError:
        return Tables(path.name, "csv")


def _directory_files(tool: str) -> Callable[[Tables, Path, str], Tables | None]:
    """Return what reads the tables of a directory with those beside them, all together where the first of them in order of names is read."""

    def together(read: Tables, path: Path, nested: str) -> Tables | None:
        beside = {other: _of(other, read, nested) for other in _beside(path)}
        mine = {other: part for other, part in beside.items() if part.tables and tool_of(part.tables) == tool}
        return _with_tables(read, mine.values()) if all(path < other for other in mine) else None

    return together


_COMPANIONS = {"odk": _odk_files, "redcap": _redcap_files, "hsds": _directory_files("hsds"), "directory": _directory_files("directory")}
"""Tools whose exports are several files side by side, and what belongs to a file of it."""


def _beside(path: Path) -> list[Path]:
    """The other CSV files of a folder, in order."""
    return sorted(other for other in path.parent.iterdir() if other != path and other.suffix.lower() == ".csv" and other.is_file())


def _of(path: Path, read: Tables, nested: str) -> Tables:
    return _read_file(path, str(PurePosixPath(read.file).with_name(path.name)), nested)


def _with_tables(read: Tables, others: Iterable[Tables]) -> Tables:
    together = [read, *others]
    return replace(
        read,
        tables=tuple(table for part in together for table in part.tables),
        issues=tuple(issue for part in together for issue in part.issues),
    )


# -- several files as one export -----------------------------------------------------------------------------------------------------------------


def _read_folder(path: Path, name: str, nested: str, format: str) -> Tables:  # noqa: A002
    files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}
    return _read_files(files, name, nested, format, "folder")


def _read_zip(path: Path, name: str, nested: str, format: str) -> Tables:  # noqa: A002
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_table(entry.filename)]
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                return _unreadable(name, "zip", "zip_too_large", f"unpacked, its files hold more than {MOST_BYTES:,} bytes. Send them one by one.")
            files = {}
            for number, entry in enumerate(entries):
                # a name of our own: what a ZIP calls its files may point anywhere
                files[entry.filename] = Path(folder) / f"{number}{PurePosixPath(entry.filename).suffix}"
                files[entry.filename].write_bytes(archive.read(entry))
            return _read_files(files, name, nested, format, "zip")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        message = f"the ZIP cannot be opened ({error}). If it has a password, take it off; else download it again."
        return _unreadable(name, "zip", "file_unreadable", message)


def _is_table(name: str) -> bool:
    path = PurePosixPath(name)
    is_page = path.suffix.lower() == ".json" and path.name != "datapackage.json"
    return (path.suffix.lower() in _TABLE_SUFFIXES or is_page) and not any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _read_files(files: Mapping[str, Path], name: str, nested: str, format: str, kind: str) -> Tables:  # noqa: A002
    """Return the tables of several files: those of ODK, REDCap and a directory together, every other by itself."""
    parts = [_read_file(path, f"{name}/{inner}", nested) for inner, path in sorted(files.items()) if _is_table(inner)]
    if not parts:
        message = "no file in it is a table of answers (CSV or XLSX). Export the answers again."
        return _unreadable(name, kind, "file_empty", message)
    made = ["" if part.method is not None else format or tool_of(part.tables) for part in parts]
    read: list[Tables] = []
    for tool in _COMPANIONS:
        mine = [part for part, by in zip(parts, made, strict=True) if by == tool]
        if mine:
            read.append(_as_export(_with_tables(mine[0], mine[1:]), nested, tool, None))
    read += [_as_export(part, nested, by or PLAIN, None) for part, by in zip(parts, made, strict=True) if by not in _COMPANIONS]
    formats = ", ".join(dict.fromkeys(part.format for part in read))
    repeats = {repeat: rows for part in read for repeat, rows in part.repeats.items()}
    encoding = next((part.encoding for part in read if part.encoding), "")
    methods = {part.method for part in read}
    method = methods.pop() if len(methods) == 1 else None
    whole = replace(_with_tables(read[0], read[1:]), method=method, fields=_sum_fields(read))
    return replace(whole, file=name, format=f"{kind} of {formats}", encoding=encoding, repeats=repeats)


def _sum_fields(read: Iterable[Tables]) -> dict[str, tuple[int, int, int]]:
    """Add up what became of the values of each field in several files."""
    total: dict[str, tuple[int, int, int]] = {}
    for part in read:
        for name, (kept, dropped, guessed) in part.fields.items():
            before = total.get(name, (0, 0, 0))
            total[name] = (before[0] + kept, before[1] + dropped, before[2] + guessed)
    return total
