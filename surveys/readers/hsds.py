"""What does an export in the Human Services Data Specification say?

HSDS comes as JSON (a service, an organization, a list, a page of an API) or as tables that point to each other (CSV files in a folder or a
ZIP, sheets of a workbook), in versions 3.1 and 3.0, under the older names of 1.x and 2.x, or as Ohana wrote it. All become the same trees,
and those the same table of answers (`surveys.listings`). Pointers that lead nowhere are told, each with its row.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from ecosystem.errors import Issue
from ecosystem.hsds import ONLY_3_1, ONLY_OLD, TABLES, Linked, Record, as_records, link, organizations_in, rename, services_in, table_of
from ecosystem.outputs import spreadsheet_safe
from surveys.directory_faults import tell_faults, tell_faults_in_trees
from surveys.listing_losses import Ledger, as_counts, count_trees, says_nothing
from surveys.listings import tabulate
from surveys.response import Row, Table, Tables
from surveys.stacked import places_in, places_of, unstack

LONGEST_CLOSURE = 31
"""Days of one holiday; a longer one is told and left out."""

_POINTERS = frozenset({"service_id", "location_id", "organization_id", "service_at_location_id"})
_NEEDED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "organization": (frozenset({"id", "name"}), frozenset({"description", "alternate_name", "legal_status", "website", "url"})),
    "service": (frozenset({"id", "name"}), frozenset({"organization_id", "location_id", "program_id"})),
    "location": (frozenset({"id"}), frozenset({"organization_id", "location_type", "transportation"})),
    "service_at_location": (frozenset({"service_id", "location_id"}), frozenset({"id"})),
    "address": (frozenset({"location_id", "address_1"}), frozenset({"postal_code"})),
    "phone": (frozenset({"number"}), _POINTERS),
    "contact": (frozenset({"name"}), _POINTERS),
    "schedule": (frozenset({"opens_at", "closes_at"}), _POINTERS),
    "taxonomy_term": (frozenset({"name"}), frozenset({"taxonomy_id", "parent_id", "id"})),
    "taxonomy": (frozenset({"id", "name"}), frozenset({"uri", "version"})),
    "unit": (frozenset({"id", "name"}), frozenset({"scheme", "identifier", "uri"})),
    "program": (frozenset({"id", "name"}), frozenset({"organization_id"})),
    "attribute": (frozenset(), frozenset({"link_id", "taxonomy_id", "taxonomy_term_id"})),
    "metadata": (frozenset({"resource_id"}), frozenset({"resource_type", "last_action_type"})),
    "meta_table_description": (frozenset(), frozenset({"character_set"})),
    "url": (frozenset({"url"}), frozenset({"label", "organization_id", "service_id"})),
    "accessibility": (frozenset({"location_id"}), frozenset({"id"})),
}
"""Columns by which a table of each kind is known: all of the first, and one of the second. Others need a pointer to what they belong to."""
_OHANA_LISTS = {"languages": "language", "service_areas": "service_area"}


def kind_of(table: Table) -> str:
    """Return which kind of object a table holds, "" for none of HSDS: by its name and its columns."""
    kind = table_of(table.sheet or PurePosixPath(table.file).stem)
    if not kind:
        return ""
    columns = {column.casefold() for column in table.columns}
    every, some = _NEEDED.get(kind, (frozenset(), _POINTERS))
    return kind if every <= columns and some & columns else ""


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that these are tables of HSDS, "" where nothing does."""
    kinds = [(table, kind) for table in tables if (kind := kind_of(table))]
    return f"the table '{PurePosixPath(kinds[0][0].file).name}' has the columns of {kinds[0][1]}" if kinds else ""


def read(tables: Tables, *, nested: str = "") -> Tables:  # noqa: ARG001 - all tools are called alike
    """Return the answers in tables of HSDS. Tables of other kinds are named and left out."""
    message = f"read as HSDS: {sign(tables.tables)}. If something else made it, name that as the format."
    ledger = Ledger(issues=[*tables.issues, Issue(tables.file, code="format_detected", severity="info", message=message)])
    records: dict[str, list[Record]] = {}
    for table in tables.tables:
        kind = kind_of(table)
        if not kind:
            ledger.issues.append(table.issue("sheet_skipped", "this is no table of HSDS and is left out.", severity="info"))
            continue
        records.setdefault(kind, []).extend(_records(table, kind, ledger))
    version = _version(tables.tables)
    for kind, found in records.items():
        ledger.count_records(kind, found)
    tell_faults(records, ledger)
    _unfold_lists(records)
    _expand_closures(records, ledger)
    unstack(places_of(records), ledger)
    linked = link(records)
    for broken in linked.broken:
        message = f"no {broken.target} has the id {broken.value!r}, so this pointer of the {broken.kind} leads nowhere."
        ledger.tell(broken.record, "link_broken", message, column=broken.field, text=broken.value)
    if not records.get("organization"):
        message = "there is no table of organizations beside it, so nobody knows whose services these are. Put all tables into one folder or ZIP."
        ledger.issues.append(Issue(tables.file, code="no_organization_column", severity="error", message=message))
    return _answers(linked, tables.file, f"HSDS {version}, tables", tables.encoding, ledger)


def _answers(linked: Linked, file: str, form: str, encoding: str, ledger: Ledger) -> Tables:
    table = tabulate(linked, file, ledger)
    tables = (table,) if table is not None else ()
    return Tables(file, form, encoding, tables, tuple(ledger.issues), method="public listing", fields=as_counts(ledger.fields))


def _records(table: Table, kind: str, ledger: Ledger) -> list[Record]:
    name = (table.sheet or PurePosixPath(table.file).stem).casefold()
    headers = [column.casefold().lstrip("'") for column in table.columns]
    if kind == "taxonomy_term" and "id" not in headers and "taxonomy_id" in headers:
        headers[headers.index("taxonomy_id")] = "id"
    found = []
    blank: Counter[str] = Counter()
    for row in table.rows:
        fields = {header: _unguarded(text) for header, text in zip(headers, row.cells, strict=False) if text and not says_nothing(text)}
        blank.update(header for header, text in zip(headers, row.cells, strict=False) if text and says_nothing(text))
        if fields:
            renamed = rename(kind, name, fields)
            if kind == "schedule" and "weekday" in headers:
                renamed.setdefault("weekday", "")
            found.append(Record(renamed, file=table.file, row=row.number))
    for header, n_values in sorted(blank.items()):
        ledger.count(f"{kind}.{header}", dropped=n_values)
        message = f"{n_values} of its values say nothing (none, NA and the like) and are taken as blank."
        ledger.issues.append(table.issue("says_nothing", message, severity="info", row=table.header_row, column=header))
    return found


def _unguarded(text: str) -> str:
    """A text without the mark that keeps a spreadsheet from taking it for a formula; only text that could be one has it."""
    return text[1:] if text[0] == "'" and spreadsheet_safe(text[1:]) == text else text


def _version(tables: Sequence[Table]) -> str:
    stems = {table.sheet or PurePosixPath(table.file).stem for table in tables}
    names = {name for stem in stems for name in TABLES if stem.casefold().endswith(name)}
    columns = {(table_of(table.sheet or PurePosixPath(table.file).stem), column.casefold()) for table in tables for column in table.columns}
    if ("service", "location_id") in columns:
        return "1.x as Ohana wrote it"
    if names & ONLY_OLD or ("service", "eligibility") in columns:
        return "1.x or 2.x"
    return "3.1" if names & ONLY_3_1 or ("service_area", "service_at_location_id") in columns else "3.0"


def _unfold_lists(records: dict[str, list[Record]]) -> None:
    """Make objects of the lists that Ohana writes into one cell, and say of its virtual places that they are."""
    for kind in ("service", "location"):
        for record in records.get(kind, ()):
            for name, inner in _OHANA_LISTS.items():
                for text in filter(None, map(str.strip, re.split(r"[,;]", str(record.pop(name, "") or "")))):
                    item = Record({"name": text, f"{kind}_id": record.text("id")}, file=record.file, row=record.row, columns={"name": name})
                    records.setdefault(inner, []).append(item)
            if str(record.pop("virtual", "")).casefold() == "true":
                record["location_type"] = "virtual"


def _expand_closures(records: dict[str, list[Record]], ledger: Ledger) -> None:
    """Make one schedule per day of the holidays of 1.x; what is no date is told."""
    kept: list[Record] = []
    for record in records.get("schedule", ()):
        if "closed" not in record:
            kept.append(record)
            continue
        first, last = _day(record.text("valid_from")), _day(record.text("valid_to"))
        if first is None or last is None or not 0 <= (last - first).days < LONGEST_CLOSURE:
            message = "the days of this holiday are no dates of one month at most, so it is not used. Write them as 2026-12-24."
            given = f"{record.text('valid_from')} - {record.text('valid_to')}"
            lost = "schedule.valid_from" if record.text("valid_from") else ""
            ledger.tell(record, "holiday_refused", message, severity="info", text=given, dropped=lost)
            continue
        for after in range((last - first).days + 1):
            day = (first + dt.timedelta(after)).isoformat()
            fields = {name: value for name, value in record.items() if name not in ("closed", "weekday")}
            kept.append(record.with_fields({**fields, "valid_from": day, "valid_to": day}))
    if "schedule" in records:
        records["schedule"] = kept


def _day(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%B %d, %Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


# -- JSON --------------------------------------------------------------------------------------------------------------------------------------


def read_json(path: Path, name: str) -> Tables | None:
    """Return the answers in a JSON file of HSDS; None where it is none, so that another reader may try. Never raises for what is in it."""
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if isinstance(data, dict) and "resources" in data and ("profile" in data or path.name == "datapackage.json"):
        message = "this describes the tables beside it and holds no answers; it is not needed."
        return Tables(name, "data package", issues=(Issue(name, code="read_with_another", severity="info", message=message),))
    if isinstance(data, dict) and (tables := _tables_in(data, name)):
        return read(Tables(name, "json", "utf-8", tables))
    found = [service for service in services_in(data) if _is_hsds(service)]
    alone = [organization for organization in organizations_in(data) if _is_organization(organization)]
    if not found and not alone:
        return None
    ledger = Ledger()
    organizations = [as_records(organization, file=name, row=number) for number, organization in enumerate(alone, 2)]
    services = [as_records(service, file=name, row=number) for number, service in enumerate(found, 2)]
    for record in (*services, *organizations):
        _drop_people(record, ledger)
    if isinstance(data, dict) and isinstance(pages := data.get("total_pages"), int) and pages > 1:
        message = f"this is page {data.get('page_number')} of {pages}. Put all pages into the folder."
        ledger.issues.append(Issue(name, code="page_of_many", severity="info", message=message))
    tell_faults_in_trees(services, ledger)
    count_trees(services, ledger)
    ledger.count_records("organization", organizations)
    unstack(places_in(services), ledger)
    return _answers(Linked(tuple(services), tuple(organizations)), name, "HSDS 3, JSON", "utf-8", ledger)


def _tables_in(data: Mapping[str, Any], name: str) -> tuple[Table, ...]:
    """The tables in a JSON object that holds a list under the name of each, () where it is none."""
    if "organizations.csv" not in data and "services.csv" not in data:
        return ()
    tables = []
    for key, rows in data.items():
        records = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        columns = tuple(dict.fromkeys(str(column) for row in records for column in row))
        cells = [tuple("" if row.get(column) is None else str(row[column]) for column in columns) for row in records]
        tables.append(Table(name, key.removesuffix(".csv"), columns, tuple(Row(number, texts) for number, texts in enumerate(cells, 2))))
    return tuple(tables)


def _is_hsds(service: Mapping[str, Any]) -> bool:
    organization = service.get("organization")
    return "id" in service and isinstance(organization, Mapping) and _is_organization(organization)


def _is_organization(organization: Mapping[str, Any]) -> bool:
    return "id" in organization and "name" in organization


def _drop_people(record: Record, ledger: Ledger) -> None:
    """Take what is about people out of a tree, all the way down; how much it was is counted."""
    for name, value in list(record.items()):
        if name == "contacts" and isinstance(value, list):
            ledger.count("contact.name", dropped=len(value))
            del record[name]
        elif isinstance(value, Record):
            _drop_people(value, ledger)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, Record):
                    _drop_people(item, ledger)
