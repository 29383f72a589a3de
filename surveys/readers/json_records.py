"""What text stands in a JSON file of records?

A list of objects (or an object that holds one such list) becomes a table: each key a column, keys of inner objects joined with dots, lists
of plain values joined with "; ", lists of number pairs written as spans ("900-1200, 1300-1700"). With `nested`, the name of the list that
holds one delivery each, every object of that list is a row and the keys around it are repeated: `services.name`, `services.openHours.1`.
"""

from __future__ import annotations

import json
from pathlib import Path

from ecosystem.errors import Issue
from surveys.response import Row, Table, Tables, clean

DEEPEST = 8


def read(path: Path, name: str, *, nested: str = "") -> Tables:
    """Return the one table of a JSON file. Never raises for what is in the file. Row n + 1 is record n, as in a spreadsheet with a header."""

    def refuse(message: str, code: str = "file_unreadable") -> Tables:
        return Tables(name, "json", issues=(Issue(name, code=code, severity="error", message=message),))

    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return refuse(f"the file is not UTF-8 at byte {error.start}. Save it as UTF-8.")
    except json.JSONDecodeError as error:
        return refuse(f"the file is not whole JSON: {error.msg} in line {error.lineno}. Export it again.")
    except RecursionError:
        return refuse("the file is nested too deep to be read.")
    records = _records(data)
    if records is None:
        return refuse("the file holds no list of records. It should be a list of objects, one per organization or service.")
    issues: list[Issue] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for number, record in enumerate(records, 2):
        if not isinstance(record, dict):
            message = "this is no record; it is left out."
            issues.append(Issue(name, row=number, code="row_malformed", severity="error", text=clean(str(record)), message=message))
            continue
        rows += [(number, row) for row in _rows(record, nested)]
    columns = tuple(dict.fromkeys(column for _, row in rows for column in row))
    if not rows:
        return refuse("the list holds no record.", "no_answers")
    table = Table(name, "", columns, tuple(Row(number, tuple(row.get(column, "") for column in columns)) for number, row in rows))
    return Tables(name, "json", "utf-8", (table,), tuple(issues))


def _records(data: object) -> list[object] | None:
    """The list of records: the data itself, or the longest list of objects in it."""
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list) and any(isinstance(item, dict) for item in value)]
        if lists:
            return max(lists, key=len)
        return [data] if data else None
    return None


def _rows(record: dict[str, object], nested: str) -> list[dict[str, str]]:
    """One row per object of the nested list, or one for the record where it has none."""
    inner = record.get(nested) if nested else None
    around = {key: value for key, value in record.items() if key != nested or not isinstance(inner, list)}
    shared = _flat(around, "")
    items = [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []
    return [{**shared, **_flat(item, f"{nested}.")} for item in items] or [shared]


def _flat(value: dict[str, object], prefix: str, depth: int = 0) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, inner in value.items():
        if isinstance(inner, dict) and depth < DEEPEST:
            flat |= _flat(inner, f"{prefix}{key}.", depth + 1)
        else:
            flat[f"{prefix}{key}"] = _text(inner)
    return flat


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        if value and all(_is_span(item) for item in value):
            return ", ".join(f"{_text(item[0])}-{_text(item[1])}" for item in value)
        if all(not isinstance(item, dict | list) for item in value):
            return "; ".join(text for item in value if (text := _text(item)))
        return clean(json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        return clean(json.dumps(value, ensure_ascii=False))
    return clean(str(value))


def _is_span(item: object) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(isinstance(number, int) and not isinstance(number, bool) for number in item)
