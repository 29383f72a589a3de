"""The texts that a person has to settle: a table to fill in, and its answers used on the next run.

A city keeps the table among its decisions. A row is keyed by the text as given, so that it holds wherever the text turns up again, and its
`osm` is the answer in OpenStreetMap syntax ("Mo-Fr 09:00-17:00"). Rows without an answer are open questions and change nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from ecosystem.errors import InputError, Issue
from ecosystem.schedule import Kind
from ecosystem.schedule_formats import from_osm, to_osm
from surveys.hours.read import Reading, read_hours

COLUMNS = ("text", "kind", "reason", "question", "osm")


def rows_to_fix(readings: Iterable[Reading], *, kind: Kind = "open") -> list[dict[str, str]]:
    """Return one row per text that was refused or read only in part, in the order met, with the columns `COLUMNS`.

    `osm` is empty for a refused text, and what could be read for the others, to be completed.

    >>> rows_to_fix([read_hours("9-5"), read_hours("M-F 9-5")])[0]["reason"]
    'days_missing'
    """
    rows: dict[str, dict[str, str]] = {}
    for reading in readings:
        if reading.messages and reading.text not in rows:
            rows[reading.text] = {
                "text": reading.text,
                "kind": kind,
                "reason": reading.messages[0].code,
                "question": " ".join(message.text() for message in reading.messages),
                "osm": to_osm(reading.stated) if reading.stated else "",
            }
    return list(rows.values())


def read_fixes(csv_path: Path | str) -> tuple[dict[tuple[str, Kind], Reading], list[Issue]]:
    """Return the answers of a filled-in table by (text, kind), and an issue for each answer that is not OpenStreetMap syntax.

    A file that is not there holds no answers. Raises InputError when it has no columns `text` and `osm`.
    """
    path = Path(csv_path)
    fixes: dict[tuple[str, Kind], Reading] = {}
    issues: list[Issue] = []
    if not path.is_file():
        return fixes, issues
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    missing = {"text", "osm"} - set(reader.fieldnames or ())
    if missing:
        raise InputError(f"{path.name} has no column {' and no column '.join(sorted(missing))}. Its columns should be: {', '.join(COLUMNS)}.")
    for number, row in enumerate(reader, start=2):
        text, osm = row.get("text") or "", (row.get("osm") or "").strip()
        kind = _kind(row.get("kind") or "open")
        if not osm:
            continue
        try:
            if kind is None:
                raise ValueError(f"{row.get('kind')!r} is no kind of hours. Write open, intake, response, phone or office.")
            fixes[text, kind] = Reading(text, "read", from_osm(osm, kind=kind), ("decided",))
        except ValueError as error:
            issues.append(Issue(path.name, row=number, column="osm", code="hours_fix_unread", severity="error", text=osm, message=str(error)))
    return fixes, issues


def read_decided(text: str, fixes: Mapping[tuple[str, Kind], Reading], *, kind: Kind = "open") -> Reading:
    """Return the answer of a person where there is one, else how the text is read."""
    return fixes.get((text, kind)) or read_hours(text, kind=kind)


def _kind(name: str) -> Kind | None:
    kinds: dict[str, Kind] = {"open": "open", "intake": "intake", "response": "response", "phone": "phone", "office": "office"}
    return kinds.get(name.strip())
