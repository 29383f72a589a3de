"""Which reader can read this file? One file each; a reader turns a file into `Tables` of text and knows nothing of questions.

`read_tables` looks at what a file is, not at what it is called. A new reader is one module with `read(path, name, options)` and one line
in `READERS`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Protocol, cast

from ecosystem.errors import Issue
from surveys.response import Tables

READERS: dict[str, str] = {
    "json": "surveys.readers.json_records",
    "workbook": "surveys.readers.spreadsheet",
    "csv": "surveys.readers.spreadsheet",
}
"""Formats by name, and the module that reads each; imported when first needed."""

READ_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".json", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
"""Files of a folder of answers that are read; others are named and left."""

_HEAD = 4096
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"<meta", b"<script")


class Reader(Protocol):
    """A module that reads one kind of file."""

    def read(self, path: Path, name: str, *, nested: str = "") -> Tables: ...


def sniff(path: Path) -> str:
    """Return what a file is by its first bytes: json, workbook, html, pdf, binary, empty or csv. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
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


def read_tables(path: Path, name: str, *, nested: str = "") -> Tables:
    """Return the tables of a file; `name` is what issues call it, `nested` the list in a JSON record that holds one delivery each.

    Never raises for what is in the file: a file that cannot be read is Tables with no table and an issue that says what to do.
    """
    try:
        kind = sniff(path)
    except OSError as error:
        message = f"the file cannot be opened ({error.strerror}). Check that it is not open elsewhere and may be read."
        return _unreadable(name, "", "file_unreadable", message)
    if kind == "empty":
        return _unreadable(name, "empty", "file_empty", "the file is empty. Export the answers again.")
    if kind == "html":
        message = "this is a web page, whatever its name ends in. Open it in a browser or a spreadsheet, and save the table as CSV or XLSX."
        return _unreadable(name, "html", "html_not_table", message)
    if kind == "binary":
        return _unreadable(name, "binary", "file_unreadable", "this is no table and no text. Export the answers as CSV or XLSX.")
    if kind == "pdf":
        return _unreadable(name, "pdf", "pdf_not_table", "this is a PDF. Ask for the answers as CSV or XLSX.")
    reader = cast(Reader, importlib.import_module(READERS[kind]))
    return reader.read(path, name, nested=nested)


def _unreadable(name: str, kind: str, code: str, message: str) -> Tables:
    return Tables(name, kind, issues=(Issue(name, code=code, severity="error", message=message),))
