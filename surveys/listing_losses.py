"""What became of every value of a directory: kept, dropped or guessed; and which losses are told?

A directory is somebody else's form: most of its fields have no place among our questions. Each is counted by its name, each loss is an issue at
the row it concerns, and what belongs to people is dropped and kept nowhere.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ecosystem.errors import Issue, Severity
from ecosystem.hsds import (
    ANSWERS,
    LISTS,
    PERSONAL_FIELDS,
    PERSONAL_OBJECTS,
    Record,
    is_structure,
)

SAYS_NOTHING = frozenset({"none", "na", "n/a", "null", "nil", "{}", "[]", "{null}", "{null,null}", "-1", "january 01, 0001", "*required*", "nan"})
"""What exports write where they know nothing."""

_NO_NUMBER = re.compile(r"(\d)\1{2}-\1{3}-\1{4}")


@dataclass(slots=True)
class FieldCount:
    """What became of the values of one field: `kept` stand in an answer, `dropped` have no place or must not come in, `guessed` were read
    as something they do not plainly say (these are also kept)."""

    kept: int = 0
    dropped: int = 0
    guessed: int = 0


@dataclass(slots=True)
class Ledger:
    """What became of every field of a directory, and every loss; `mapped` are the terms that our table of terms knows, and how often."""

    fields: dict[str, FieldCount] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    told: set[Issue] = field(default_factory=set)
    mapped: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, *, kept: int = 0, dropped: int = 0, guessed: int = 0) -> None:
        entry = self.fields.setdefault(name, FieldCount())
        entry.kept += kept
        entry.dropped += dropped
        entry.guessed += guessed

    def tell(
        self, record: Record, code: str, message: str, *, severity: Severity = "warning", column: str = "", text: str = "", dropped: str = ""
    ) -> None:
        """Put an issue at the row of a record, once; `dropped` is the field of which a value is lost by it."""
        issue = Issue(record.file, "", record.row, column, code, severity, text, message)
        if issue in self.told:
            return
        self.told.add(issue)
        self.issues.append(issue)
        if dropped:
            self.count(dropped, dropped=1, kept=-1)

    def count_records(self, kind: str, records: Iterable[Record], *, label: str = "") -> None:
        """Count the plain values of records of one kind; lists and objects inside them are counted as their own kinds."""
        first: dict[str, Record] = {}
        for record in records:
            for name in record:
                text = record.text(name)
                if not text or (is_structure(name) and f"{kind}.{name}" not in ANSWERS):
                    continue
                header = f"{label or kind}.{name}"
                first.setdefault(header, record)
                if kind in PERSONAL_OBJECTS or name in PERSONAL_FIELDS or f"{kind}.{name}" not in ANSWERS or says_nothing(text):
                    self.count(header, dropped=1)
                else:
                    self.count(header, kept=1)
        for header, record in first.items():
            name = header.rpartition(".")[2]
            entry = self.fields[header]
            if not entry.dropped or entry.kept:
                continue
            if kind in PERSONAL_OBJECTS or name in PERSONAL_FIELDS:
                message = f"the field is about people; its {entry.dropped} values were dropped and are kept nowhere."
                self.issues.append(Issue(record.file, "", 1, header, "personal_column_dropped", "info", "", message))
            else:
                message = f"no question has a place for this field, so its {entry.dropped} values are not used."
                self.issues.append(Issue(record.file, "", 1, header, "field_dropped", "info", "", message))


@functools.lru_cache(maxsize=65_536)
def says_nothing(text: str) -> bool:
    """Whether a value is only what an export writes where it knows nothing.

    >>> says_nothing("None"), says_nothing("{NULL,NULL}"), says_nothing("999-999-9999"), says_nothing("No fee")
    (True, True, True, False)
    """
    folded = text.casefold()
    return folded in SAYS_NOTHING or folded.replace(" ", "") in SAYS_NOTHING or _NO_NUMBER.fullmatch(text) is not None


def count_trees(services: Iterable[Record], ledger: Ledger) -> None:
    """Count the fields of trees: each object once, by the file and the path to it."""
    kinds = {plural: kind for kind, plural in LISTS.items()} | {"service_at_locations": "service_at_location", "attributes": "attribute"}
    singles = {"organization": "organization", "location": "location", "program": "program", "taxonomy_term": "taxonomy_term", "unit": "unit"}
    by_kind: dict[str, dict[tuple[str, str], Record]] = {}
    unnamed: Counter[str] = Counter()

    def walk(kind: str, record: Record) -> None:
        unnamed[kind] += 1
        by_kind.setdefault(kind, {}).setdefault((kind, record.text("id") or str(unnamed[kind])), record)
        for name, value in record.items():
            if isinstance(value, Record):
                walk(singles.get(name, name), value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, Record):
                        walk(kinds.get(name, name), item)

    for service in services:
        walk("service", service)
    for kind, records in by_kind.items():
        ledger.count_records(kind, records.values())


def as_counts(fields: Mapping[str, FieldCount]) -> dict[str, tuple[int, int, int]]:
    """Return counts as (kept, dropped, guessed) per field, in order of the fields."""
    return {name: (entry.kept, entry.dropped, entry.guessed) for name, entry in sorted(fields.items())}
