"""What does the export of a directory's own software say?

Every such format is one file of `mappings/`: how its tables are known by their columns, and which fields of which HSDS objects the columns of
a row are. The objects become trees and the trees answers, as from HSDS itself (`surveys.listings`). A mapping:

    title = "iCarol"
    [[table]]
    name = "resources"
    columns = ["ResourceAgencyNum", "TaxonomyLevelName"]  # a table that has all of these is this one
    header = ["name", "url"]                  # the columns of a file that has no header; `begins` is how its first cell begins
    join = { agencies = "agency_id" }         # the row of another table, by its `key` (its columns are then "agencies.name")
    key = "Number"                            # the column that tells its rows apart; default "id"
    [[table.object]]
    kind = "location"                         # an object of HSDS that each row tells of
    when = { Level = ["Site", "Program"] }    # only rows with one of these; `unless`: only others
    unless_named_in = "ParentNumber"          # not of a row to which another row points in this column
    split = "Terms | list"                    # one object for each item, which is the column "item"
    fields = { id = "Number", name = ["SiteName", "Name"], address_1 = "{Number} {Street}", location_type = "= virtual" }

A field is a column, or "row", the number of the row; the first of several that says something; a text with columns in braces; or a constant
after "=". After a bar stands how the cell is read: `list` (commas, line breaks, or the braces of a database), `literal:key` (one key of the
objects written into a cell), `yes` (only where it says yes), `match:expression` (the first group of a regular expression).
"""

from __future__ import annotations

import ast
import functools
import importlib.resources
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from ecosystem.errors import Issue
from ecosystem.hsds import Record, is_structure, link
from surveys.directory_faults import tell_faults
from surveys.listing_losses import Ledger, as_counts, says_nothing
from surveys.listings import tabulate
from surveys.privacy import is_personal, looks_personal
from surveys.response import Row, Table, Tables
from surveys.stacked import places_of, unstack

YES = frozenset({"yes", "true", "y", "1", "t"})

_BARE = frozenset({"service", "location", "service_at_location"})
"""Kinds of object that are there even where nothing else is known of them."""

FieldSpec = str | tuple[str, ...]


class ObjectMap(BaseModel):
    """An object of HSDS that the rows of a table tell of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    when: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    unless_named_in: str = ""
    split: str = ""
    fields: Mapping[str, FieldSpec]

    def says(self, name: str) -> bool:
        """Whether a field holds more than a pointer or a constant."""
        return not is_structure(name) and not str(self.fields[name]).startswith("=")


class TableMap(BaseModel):
    """One table of a format: how it is known, and what its rows tell of."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str
    columns: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    begins: str = ""
    key: str = "id"
    join_: Mapping[str, str] = Field(default_factory=dict, alias="join")
    structure: tuple[str, ...] = ()
    objects: tuple[ObjectMap, ...] = Field(default=(), alias="object")

    def is_of(self, table: Table) -> bool:
        """Whether a table is this one, by its columns or, where it has no header, by how it begins."""
        if self.begins:
            return len(table.columns) == len(self.header) and table.columns[0].startswith(self.begins)
        return bool(self.columns) and set(self.columns) <= set(table.columns)

    def used(self, form: DirectoryMap) -> dict[str, bool]:
        """Return the columns that a format uses of this table, and whether it reads them as something they do not plainly say."""
        own = [(spec, entry) for entry in self.objects for field in entry.fields.values() for spec in _specs(field)]
        found = {column: guessed for spec, _ in own for column, guessed in _columns_of(spec)}
        found |= {column: guessed for entry in self.objects if entry.split for column, guessed in _columns_of(entry.split)}
        found |= {column: False for entry in self.objects for column in (*entry.when, *entry.unless)}
        found |= dict.fromkeys(self.join_.values(), False)
        found |= dict.fromkeys((entry.unless_named_in for entry in self.objects), False)
        for other in form.table:
            specs = [spec for entry in other.objects for field in entry.fields.values() for spec in _specs(field)]
            joined = [column for spec in specs for column in _columns_of(spec) if column[0].startswith(f"{self.name}.")]
            found |= {column.partition(".")[2]: guessed for column, guessed in joined}
        return found


class DirectoryMap(BaseModel):
    """One format of a directory."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    table: tuple[TableMap, ...]

    def table_of(self, table: Table) -> TableMap | None:
        """Return which table of the format this is, None for none; where several fit, the one known by most columns."""
        fitting = [entry for entry in self.table if entry.is_of(table)]
        return max(fitting, key=lambda entry: len(entry.columns)) if fitting else None


@functools.cache
def formats() -> tuple[DirectoryMap, ...]:
    """Return the formats that come with the tool, in order of their file names."""
    folder = importlib.resources.files("surveys").joinpath("readers", "mappings")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(DirectoryMap.model_validate(tomllib.loads(entry.read_text(encoding="utf-8"))) for entry in files)


def format_of(tables: Sequence[Table]) -> DirectoryMap | None:
    """Return the format that most of these tables belong to, None for none."""
    counts = [(sum(entry.table_of(table) is not None for table in tables), entry) for entry in formats()]
    most = max(counts, key=lambda found: found[0], default=(0, None))
    return most[1] if most[0] else None


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that these tables are the export of a directory, "" where nothing does."""
    found = format_of(tables)
    if found is None:
        return ""
    known = next(entry for table in tables if (entry := found.table_of(table)) is not None)
    return f"it has the columns of {found.title}: {', '.join(known.columns[:3]) or known.begins}"


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - all tools are called alike
    """Return the answers in the export of a directory's software. Tables of other kinds are named and left out."""
    found = format_of(tables.tables)
    if found is None:
        message = "this is the export of no directory that we know. Map its columns in codebook.toml."
        return replace(tables, tables=(), issues=(*tables.issues, Issue(tables.file, code="format_unknown", severity="error", message=message)))
    message = f"read as the export of a directory: {sign(tables.tables)}. If something else made it, name that as the format."
    ledger = Ledger(issues=[*tables.issues, Issue(tables.file, code="format_detected", severity="info", message=message)])
    by_name: dict[str, list[Table]] = {}
    for table in tables.tables:
        entry = found.table_of(table)
        if entry is None:
            ledger.issues.append(table.issue("sheet_skipped", f"this is no table of {found.title} and is left out.", severity="info"))
        else:
            by_name.setdefault(entry.name, []).append(_with_header(table, entry))
    reader = _Reader(found, by_name, ledger)
    records = reader.records()
    tell_faults(records, ledger)
    unstack(places_of(records), ledger)
    linked = link(records)
    for broken in linked.broken:
        message = f"no {broken.target} has the id {broken.value!r}, so this pointer of the {broken.kind} leads nowhere."
        ledger.tell(broken.record, "link_broken", message, column=broken.record.columns.get(broken.field, broken.field), text=broken.value)
    answers = tabulate(linked, tables.file, ledger)
    made = (answers,) if answers is not None else ()
    return Tables(tables.file, found.title, tables.encoding, made, tuple(ledger.issues), method="public listing", fields=as_counts(ledger.fields))


def _with_header(table: Table, entry: TableMap) -> Table:
    """A table whose first row is no header, under the columns it should have; rows that only say what to fill in are left out."""
    if not entry.begins:
        return table
    first = Row(table.header_row, table.columns)
    rows = tuple(row for row in (first, *table.rows) if not row.cells[0].startswith(entry.begins))
    return replace(table, columns=entry.header, rows=rows)


class _Reader:
    """The tables of one directory while objects are made of their rows."""

    def __init__(self, form: DirectoryMap, tables: Mapping[str, Sequence[Table]], ledger: Ledger) -> None:
        self.form, self.tables, self.ledger = form, tables, ledger
        self.found: dict[str, dict[str, Record]] = {}
        self.by_key: dict[str, dict[str, dict[str, str]]] = {}
        self.named: dict[str, frozenset[str]] = {}
        self.passed_over: Counter[tuple[str, str]] = Counter()
        for entry in form.table:
            rows = [self._cells(table, row) for table in tables.get(entry.name, ()) for row in table.rows]
            if any(entry.name in other.join_ for other in form.table):
                self.by_key[entry.name] = {cells.get(entry.key, ""): cells for cells in reversed(rows)}
            for column in {made.unless_named_in for made in entry.objects} - {""}:
                self.named[column] = frozenset(cells.get(column, "") for cells in rows)

    @staticmethod
    def _cells(table: Table, row: Row) -> dict[str, str]:
        return {column: "" if says_nothing(text) else text for column, text in zip(table.columns, row.cells, strict=False)}

    def records(self) -> dict[str, list[Record]]:
        """Return the objects of all rows, one per id; what a later row knows beyond the first is taken too."""
        for entry in self.form.table:
            for table in self.tables.get(entry.name, ()):
                self.count(entry, table)
                for row in table.rows:
                    cells = {"row": str(row.number), **self._cells(table, row)}
                    for other, column in entry.join_.items():
                        joined = self.by_key.get(other, {}).get(cells.get(column, ""), {})
                        cells |= {f"{other}.{name}": text for name, text in joined.items()}
                    for made in entry.objects:
                        self.add(made, cells, table, row, entry)
        self.tell_passed_over()
        return {kind: list(records.values()) for kind, records in self.found.items()}

    def tell_passed_over(self) -> None:
        """Tell what rows say that are not used since others stand for them."""
        for (name, column), n_values in sorted(self.passed_over.items()):
            (table, *_) = self.tables[name]
            message = f"{n_values} of its values stand in rows to which others point, and are not used, since those others have their own."
            self.ledger.issues.append(table.issue("field_dropped", message, severity="info", row=table.header_row, column=column))
            self.ledger.count(f"{name}.{column}", dropped=n_values, kept=-n_values)

    def add(self, made: ObjectMap, cells: dict[str, str], table: Table, row: Row, entry: TableMap) -> None:
        if any(cells.get(column, "") not in texts for column, texts in made.when.items()):
            return
        if any(cells.get(column, "") in texts for column, texts in made.unless.items()):
            return
        if made.unless_named_in and cells.get(entry.key, "") in self.named[made.unless_named_in]:
            if made.kind in ("schedule", "location", "address"):
                unused = {column for name, spec in made.fields.items() if made.says(name) and (column := _value(spec, cells)[1])}
                self.passed_over.update((entry.name, column) for column in unused)
            return
        for item in read_cell(made.split, cells) if made.split else [""]:
            fields, columns = {}, {}
            for name, spec in made.fields.items():
                text, column = _value(spec, {**cells, "item": item} if made.split else cells)
                if text:
                    fields[name] = text
                    columns[name] = made.split.partition("|")[0].strip() if column == "item" else column
            if (made.split and not item) or not (made.kind in _BARE or any(made.says(name) for name in fields)):
                continue
            records = self.found.setdefault(made.kind, {})
            key = fields.get("id") or f"row {table.file} {row.number} {len(records)}"
            if key in records:
                records[key].update({name: text for name, text in fields.items() if not records[key].get(name)})
            else:
                records[key] = Record(fields, file=table.file, row=row.number, columns=columns)

    def count(self, entry: TableMap, table: Table) -> None:
        """Count the cells of each column, and tell the columns that are not used."""
        used = entry.used(self.form)
        for position, column in enumerate(table.columns):
            texts = [row.cells[position] for row in table.rows if position < len(row.cells) and row.cells[position]]
            blank = sum(map(says_nothing, texts))
            name = f"{entry.name}.{column}"
            if not texts or column in entry.structure:
                continue
            if column in used:
                given = len(texts) - blank
                self.ledger.count(name, kept=given, dropped=blank, guessed=given if used[column] else 0)
                if blank:
                    message = f"{blank} of its values say nothing (none, NA and the like) and are taken as blank."
                    self.ledger.issues.append(table.issue("says_nothing", message, severity="info", row=table.header_row, column=column))
                continue
            self.ledger.count(name, dropped=len(texts))
            if is_personal(column) or looks_personal(texts):
                code, message = "personal_column_dropped", f"the column is about people; its {len(texts)} values were dropped and are kept nowhere."
            else:
                code, message = "field_dropped", f"no question has a place for this column, so its {len(texts)} values are not used."
            self.ledger.issues.append(table.issue(code, message, severity="info", row=table.header_row, column=column))


def _columns_of(spec: str) -> list[tuple[str, bool]]:
    """The columns a specification names, and whether the cell is read as something it does not plainly say."""
    column, _, how = (part.strip() for part in spec.partition("|"))
    if column.startswith("="):
        return []
    if "{" in column:
        return [(name, bool(how)) for name in re.findall(r"\{([^}]+)\}", column)]
    return [(column, how.startswith(("literal", "match")))]


def _specs(spec: FieldSpec) -> tuple[str, ...]:
    return (spec,) if isinstance(spec, str) else spec


def _value(spec: FieldSpec, cells: Mapping[str, str]) -> tuple[str, str]:
    """Return the text of a field and the column it stands in: the first specification that says something."""
    for one in _specs(spec):
        column, _, how = (part.strip() for part in one.partition("|"))
        if column.startswith("="):
            return column[1:].strip(), ""
        if "{" in column:
            names = re.findall(r"\{([^}]+)\}", column)
            if all(cells.get(name) for name in names):
                return re.sub(r"\{([^}]+)\}", lambda match: cells[match[1]], column), names[0]
            continue
        text = "; ".join(read_cell(one, cells)) if how else cells.get(column, "")
        if text:
            return text, column
    return "", ""


def read_cell(spec: str, cells: Mapping[str, str]) -> list[str]:
    """Return what a cell says, read as the specification says.

    >>> read_cell("tags | list", {"tags": '{women,"substance use",NULL}'}), read_cell("open | yes", {"open": "No"})
    (['women', 'substance use'], [])
    >>> read_cell("areas | literal:county", {"areas": "[{'county': 'Brevard', 'city': None}]"})
    ['Brevard']
    >>> read_cell("point | match:is ([0-9.]+),", {"point": "Geolocation is 41.88, -87.62"})
    ['41.88']
    """
    column, _, how = (part.strip() for part in spec.partition("|"))
    text = cells.get(column, "")
    name, _, argument = how.partition(":")
    if name == "yes":
        return ["yes"] if text.casefold() in YES else []
    if name == "list":
        inner = text[1:-1] if text.startswith("{") and text.endswith("}") else text
        quoted = [found[1] or found[0] for found in re.findall(r'("([^"]*)"|[^,;\n]+)', inner)]
        return list(dict.fromkeys(item.strip() for item in quoted if item.strip() and item.strip().casefold() != "null"))
    if name == "match":
        match = re.search(argument, text)
        return [match[1]] if match else []
    if name == "literal":
        found = [str(item.get(argument) or "").strip() for item in _objects(text)]
        return list(dict.fromkeys(item for item in found if item))
    return [text] if text else []


def _objects(text: str) -> list[Mapping[str, object]]:
    """The objects written into a cell, as JSON or as Python writes them; none where it is neither."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return []
    items = value if isinstance(value, list | tuple) else [value]
    return [item for item in items if isinstance(item, Mapping)]
