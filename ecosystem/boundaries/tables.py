"""What stands in this table, and how is it said in a message? CSV files beside boundaries, and the words messages are made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecosystem.errors import InputError


def read_csv_table(file: Path, shown: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the columns of a CSV and its rows as (row number as a spreadsheet counts, {column: text}), every cell a text without spare space.

    Comma, semicolon or tab; UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises InputError for a web page or a
    file without a header.
    """
    raw = file.read_bytes()
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise InputError(f"{shown}: is a web page, not a table. Download the CSV itself.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    header = text.split("\n", 1)[0].split("\r", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [cell.strip() for cell in next(reader, [])]
    if not any(columns):
        raise InputError(f"{shown}: is empty. The first row must name the columns.")
    rows = []
    for number, cells in enumerate(reader, 2):
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        if any(cell.strip() for cell in cells):
            rows.append((number, {column: cell.strip() for column, cell in zip(columns, padded, strict=False)}))
    return columns, rows


def as_text(value: Any) -> str:
    """Return an id or name as text: whole numbers without their decimals, nothing for a missing value."""
    if value is None or (not isinstance(value, str) and bool(pd.isna(value))):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def listed(items: Sequence[Any], most: int = 8) -> str:
    """Return the first `most` items with commas, and how many more there are."""
    return ", ".join(str(item) for item in items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def quoted(text: str) -> str:
    """Return a text as it stands between quotes in city.toml."""
    return '"' + text.replace('"', '\\"') + '"'


def shown_path(file: Path, folder: Path) -> str:
    """Return how messages call a file: its path inside the city folder, else its name; never a path of this machine."""
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name
