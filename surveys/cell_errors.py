"""Which cells of a spreadsheet hold an error instead of an answer?

A formula that went wrong shows #REF!, #N/A and the like; what stood there is lost, so the cell is unknown, and where it stands is told. A CSV file
holds the error as its text. A workbook of the XLSX kind marks it, and the library that reads workbooks gives it as an empty cell; so its sheets
are looked through here.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from posixpath import join, normpath

_ERROR = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|ERROR!|GETTING_DATA)|#{4,}|Err:\d{3}"
)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>/]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})</")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^<>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)/?>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')

MESSAGE = "the cell holds an error of the spreadsheet and no answer, so it is unknown. Mend the formula or type the value, and save the file again."


def is_error(text: str) -> bool:
    """Whether the text of a cell is an error that a spreadsheet shows.

    >>> is_error("#REF!"), is_error("Err:502"), is_error("########"), is_error("#1 Oak Street")
    (True, True, True, False)
    """
    return text[:1] in ("#", "E") and _ERROR.fullmatch(text) is not None


def errors_in_workbook(path: Path) -> Mapping[str, Mapping[tuple[int, int], str]]:
    """Return, per sheet of an XLSX workbook, its cells that hold an error: (row, column), each counted from 1 -> the error as it shows.

    Empty for workbooks of other kinds and for what cannot be opened. Never raises for what is in the file.
    """
    try:
        with zipfile.ZipFile(path) as book:
            inside = set(book.namelist())
            if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= inside:
                return {}
            sheets = [_attributes(found) for found in _SHEET.findall(book.read("xl/workbook.xml").decode("utf-8", "replace"))]
            relations = [_attributes(found) for found in _RELATION.findall(book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace"))]
            targets = {entry.get("Id"): normpath(join("xl", entry.get("Target", ""))).lstrip("/") for entry in relations}
            parts = {entry.get("name", ""): targets.get(entry.get("r:id"), "") for entry in sheets}
            return {name: found for name, part in parts.items() if part in inside and (found := _errors_in(book.read(part)))}
    except (OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return {}  # what is wrong with the file is told where it is read


def _errors_in(sheet: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in sheet:
        return {}
    found: dict[tuple[int, int], str] = {}
    for cell in _CELL.finditer(sheet):
        place, value = _PLACE.search(cell[1]), _VALUE.search(cell[2])
        if b't="e"' in cell[1] and place and value:
            found[int(place[2]), _column(place[1])] = html.unescape(value[1].decode("utf-8", "replace"))
    return found


def _column(letters: bytes) -> int:
    """Return the number of a column by its letters.

    >>> _column(b"A"), _column(b"AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(text)}
