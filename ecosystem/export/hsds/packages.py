"""How are tables of HSDS packed: as trees in JSON, one per service with pages that list them, and as CSV files in a zip with their data package?"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecosystem.hsds import OBJECTS, Record, broken_links, link
from ecosystem.outputs import spreadsheet_safe

PAGE = 500
"""Services per page."""
_UNIQUE = ("id",)
_DATES = frozenset({"valid_from", "valid_to", "dtstart", "until", "assured_date"})
_TIMES = frozenset({"opens_at", "closes_at"})
_DATE_TIMES = frozenset({"updated", "last_modified"})
_URIS = frozenset({"url", "uri", "website", "term_uri"})
_FREE = frozenset({"name", "alternate_name", "description", "number", "address_1", "city", "value", "identifier", "source", "notes"})
"""Fields with text of people, which a spreadsheet could take for a formula."""
_REQUIRED: Mapping[str, frozenset[str]] = {
    "organization": frozenset({"name", "description"}),
    "service": frozenset({"name", "status", "organization_id"}),
    "location": frozenset({"location_type"}),
    "service_at_location": frozenset({"service_id", "location_id"}),
    "address": frozenset({"address_1", "city", "state_province", "postal_code", "country", "address_type"}),
    "phone": frozenset({"number"}),
    "attribute": frozenset({"link_id", "link_entity", "taxonomy_term_id"}),
    "taxonomy": frozenset({"name", "description"}),
    "taxonomy_term": frozenset({"name", "description"}),
    "organization_identifier": frozenset({"organization_id", "identifier_type", "identifier"}),
    "service_capacity": frozenset({"service_id", "unit_id", "available", "updated"}),
    "unit": frozenset({"name"}),
}
"""What a row must have, besides its id."""


def trees_of(tables: Mapping[str, Sequence[Record]]) -> list[dict[str, Any]]:
    """Return one tree per service, with its organization, places and terms in it. Raises ValueError where a pointer leads nowhere."""
    if broken := broken_links(tables):
        first = broken[0]
        raise ValueError(f"{len(broken)} pointers lead nowhere, first {first.kind}.{first.field} = {first.value}")
    return [_plain(service) for service in link(tables).services]


def organizations_of(tables: Mapping[str, Sequence[Record]]) -> list[dict[str, Any]]:
    """Return every organization as a tree, without its services."""
    alone = {kind: rows for kind, rows in tables.items() if kind not in ("service", "service_at_location", "location")}
    return [_plain(organization) for organization in link(alone).organizations]


def pages(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number, page) as an API of HSDS gives them, at least one. Shapes of areas with a name are left out: the file of the service has them."""
    n_pages = max(1, -(-len(items) // PAGE))
    for number in range(1, n_pages + 1):
        contents = [_without_shapes(item) for item in items[(number - 1) * PAGE : number * PAGE]]
        yield (
            number,
            {
                "total_items": len(items),
                "total_pages": n_pages,
                "page_number": number,
                "size": len(contents),
                "first_page": number == 1,
                "last_page": number == n_pages,
                "empty": not contents,
                "contents": contents,
            },
        )


def to_zip(tables: Mapping[str, Sequence[Record]], *, version: str, name: str, about: str) -> bytes:
    """Return the tables as CSV files (UTF-8, ids first) with `datapackage.json`, the same bytes for the same tables."""
    columns = {kind: _columns(rows) for kind, rows in tables.items()}
    package = {
        "profile": "tabular-data-package",
        "name": f"hsds-{version}",
        "title": name,
        "description": about,
        "resources": [_resource(kind, columns) for kind in tables],
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, rows in tables.items():
            _put(archive, f"{OBJECTS[kind].table}.csv", _csv(rows, columns[kind]))
        _put(archive, "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")
    return written.getvalue()


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name)  # of 1 January 1980
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text.encode("utf-8", "replace"))


def _columns(rows: Sequence[Record]) -> list[str]:
    """The columns of a table: id, pointers, then the rest as rows have them."""
    found = dict.fromkeys(column for row in rows for column in row)
    return sorted(found, key=lambda column: (column != "id", not column.endswith("_id")))


def _csv(rows: Sequence[Record], columns: Sequence[str]) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(column, row.get(column, "")) for column in columns])
    return written.getvalue()


def _cell(column: str, value: Any) -> str:
    text = str(value)
    is_phone = column == "number" and text[:1] == "+" and text[1:].replace(" ", "").replace("-", "").isdigit()
    return spreadsheet_safe(text) if column in _FREE and not is_phone else text


def _resource(kind: str, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """One table of a data package. Pointers to tables that are not in it cannot be there, and are not declared."""
    keys = [
        {"fields": name, "reference": {"resource": target, "fields": "id"}}
        for name, target in OBJECTS[kind].links.items()
        if name in columns[kind] and target in columns
    ]
    if kind == "organization" and "parent_organization_id" in columns[kind]:
        keys.append({"fields": "parent_organization_id", "reference": {"resource": "", "fields": "id"}})
    schema: dict[str, Any] = {"fields": [_field(kind, column) for column in columns[kind]], "primaryKey": "id"}
    return {
        "name": kind,
        "path": f"{OBJECTS[kind].table}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {**schema, "foreignKeys": keys} if keys else schema,
    }


def _field(kind: str, column: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": column, "type": "string"}
    if column in OBJECTS[kind].numbers:
        made["type"] = "number"
    elif column in _DATES:
        made["type"] = "date"
    elif column in _TIMES:
        made["type"] = "time"
        made["format"] = "any"
    elif column in _DATE_TIMES:
        made["type"] = "datetime"
        made["format"] = "any"
    elif column == "id" or column.endswith("_id"):
        made["format"] = "uuid"
    elif column in _URIS:
        made["format"] = "uri"
    if column == "id" or column in _REQUIRED.get(kind, ()):
        made["constraints"] = {"required": True, "unique": True} if column in _UNIQUE else {"required": True}
    return made


def _plain(value: Any) -> Any:
    """A tree as JSON has it: names of parents, which only readers need, are gone."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items() if name != "parent_name"}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _without_shapes(value: Any) -> Any:
    if isinstance(value, Mapping):
        hidden = ("extent", "extent_type") if "uri" in value else ()
        return {name: _without_shapes(inner) for name, inner in value.items() if name not in hidden}
    return [_without_shapes(item) for item in value] if isinstance(value, list) else value
