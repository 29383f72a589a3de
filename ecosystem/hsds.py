"""What are the objects of the Human Services Data Specification called, what do they hold, and which of our questions does a field answer?

One map for both ways, in and out. Its names are those of HSDS 3.1; 3.0 is a part of it, and the older names of 1.x, 2.x and of Ohana are
renamed on the way in (`rename`). HSDS comes as tables that point to each other or as trees in JSON, one per service; `link` makes trees of
tables and says which of their pointers lead nowhere. `ANSWERS` says which question of our form a field answers; fields that are not in it
have no place in our records, and a reader tells how many values that costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Record(dict[str, Any]):
    """One object of HSDS: its fields, and the file and row it stands in (0 where it has none). `columns` are the headers its fields came from."""

    __slots__ = ("columns", "file", "row")

    def __init__(self, fields: Mapping[str, Any] | None = None, *, file: str = "", row: int = 0, columns: Mapping[str, str] | None = None) -> None:
        super().__init__(fields or {})
        self.file, self.row = file, row
        self.columns: Mapping[str, str] = columns or {}

    def with_fields(self, fields: Mapping[str, Any]) -> Record:
        """Return a record at the same place with other fields."""
        return Record(fields, file=self.file, row=self.row, columns=self.columns)

    def text(self, name: str) -> str:
        """Return a field as text, "" where it is not there or is no plain value."""
        value = self.get(name)
        if value is None or isinstance(value, dict | list):
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()


@dataclass(frozen=True, slots=True)
class HsdsObject:
    """One kind of object: its table in HSDS 3, its older tables, what its fields point to, which fields are numbers, and older field names.

    `links` are the pointers the official data package declares: a value that leads nowhere is an error.
    """

    name: str
    table: str
    older_tables: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)


_PLACES = {"service_id": "service", "location_id": "location", "service_at_location_id": "service_at_location"}

OBJECTS: Mapping[str, HsdsObject] = {
    entry.name: entry
    for entry in (
        HsdsObject("organization", "organizations", numbers=frozenset({"year_incorporated"}), renamed={"url": "website"}),
        HsdsObject("program", "programs", links={"organization_id": "organization"}),
        HsdsObject(
            "service",
            "services",
            links={"organization_id": "organization", "program_id": "program"},
            numbers=frozenset({"minimum_age", "maximum_age"}),
            renamed={"website": "url", "eligibility": "eligibility_description"},
        ),
        HsdsObject("location", "locations", links={"organization_id": "organization"}, numbers=frozenset({"latitude", "longitude"})),
        HsdsObject(
            "service_at_location", "service_at_location", ("services_at_location",), links={"service_id": "service", "location_id": "location"}
        ),
        HsdsObject("address", "addresses", ("physical_addresses", "postal_addresses", "mail_addresses"), links={"location_id": "location"}),
        HsdsObject(
            "phone",
            "phones",
            links={"contact_id": "contact", "organization_id": "organization", **_PLACES},
            numbers=frozenset({"extension"}),
            renamed={"number_type": "type"},
        ),
        HsdsObject("contact", "contacts", links={"organization_id": "organization", **_PLACES}),
        HsdsObject(
            "schedule",
            "schedules",
            ("regular_schedules", "holiday_schedules"),
            links=_PLACES,
            numbers=frozenset({"timezone", "count", "interval"}),
            renamed={"start_date": "valid_from", "end_date": "valid_to"},
        ),
        HsdsObject(
            "service_area",
            "service_areas",
            links={"service_id": "service", "service_at_location_id": "service_at_location"},
            renamed={"service_area": "name"},
        ),
        HsdsObject(
            "language",
            "languages",
            links={"location_id": "location", "phone_id": "phone", "service_id": "service"},
            renamed={"language": "name"},
        ),
        HsdsObject(
            "accessibility",
            "accessibility",
            ("accessibility_for_disabilities",),
            links={"location_id": "location"},
            renamed={"accessibility": "description"},
        ),
        HsdsObject("funding", "funding", links={"organization_id": "organization", "service_id": "service"}),
        HsdsObject("cost_option", "cost_options", links={"service_id": "service"}, numbers=frozenset({"amount"})),
        HsdsObject("required_document", "required_documents", links={"service_id": "service"}),
        HsdsObject("organization_identifier", "organization_identifiers", links={"organization_id": "organization"}),
        HsdsObject("attribute", "attributes", ("services_taxonomy",), links={"taxonomy_term_id": "taxonomy_term"}),
        HsdsObject("taxonomy", "taxonomies"),
        HsdsObject("taxonomy_term", "taxonomy_terms", ("taxonomy",), links={"taxonomy_id": "taxonomy"}),
        HsdsObject("metadata", "metadata"),
        HsdsObject("meta_table_description", "meta_table_descriptions"),
        HsdsObject(
            "service_capacity",
            "service_capacity",
            links={"service_id": "service", "unit_id": "unit"},
            numbers=frozenset({"available", "maximum"}),
        ),
        HsdsObject("unit", "units"),
        HsdsObject("url", "url", ("urls",), links={"organization_id": "organization", "service_id": "service"}),
        HsdsObject("eligibility", "eligibility", links={"service_id": "service"}),
        HsdsObject("payment_accepted", "payments_accepted", links={"service_id": "service"}),
    )
}
"""Every kind of object, by its name. The last two are of 1.x and 2.x only."""

TABLES: Mapping[str, str] = {table: entry.name for entry in OBJECTS.values() for table in (entry.table, *entry.older_tables)}
"""Kinds of object by the names of their tables, old and new."""
ONLY_OLD = frozenset(table for entry in OBJECTS.values() for table in entry.older_tables) | {"eligibility", "payments_accepted"}
"""Tables that only HSDS 1.x, 2.x and Ohana have."""
ONLY_3_1 = frozenset({"service_capacity", "units", "url", "urls"})
"""Tables that HSDS 3.1 brought."""

LISTS: Mapping[str, str] = {
    "phone": "phones",
    "contact": "contacts",
    "schedule": "schedules",
    "service_area": "service_areas",
    "language": "languages",
    "accessibility": "accessibility",
    "funding": "funding",
    "cost_option": "cost_options",
    "required_document": "required_documents",
    "organization_identifier": "organization_identifiers",
    "address": "addresses",
    "service_capacity": "capacities",
    "url": "additional_urls",
}
"""The list of a tree that holds the objects of each kind."""
HELD_BY: Mapping[str, tuple[str, ...]] = {
    "service": (
        "phone", "schedule", "service_area", "language", "funding", "cost_option", "required_document", "contact", "service_capacity", "url",
    ),
    "service_at_location": ("phone", "schedule", "service_area", "contact"),
    "location": ("phone", "schedule", "language", "accessibility", "address", "contact"),
    "organization": ("phone", "funding", "organization_identifier", "contact", "url"),
}  # fmt: skip
"""What the tree of each kind of object holds lists of."""

ANSWERS: Mapping[str, str] = {
    "organization.name": "organization",
    "organization.alternate_name": "also_known_as",
    "organization.parent_organization_id": "parent",
    "organization.website": "website",
    "service.name": "service",
    "service.description": "description",
    "service.url": "website",
    "service.status": "suspended",
    "service.minimum_age": "age_min",
    "service.maximum_age": "age_max",
    "service.assured_date": "date",
    "service.last_modified": "date",
    "service.unlisted": "publish_listing",
    "location.name": "site",
    "location.location_type": "mode",
    "location.longitude": "longitude",
    "location.latitude": "latitude",
    "location.confidential": "confidential",
    "address.address_1": "address",
    "address.address_2": "address",
    "address.city": "address",
    "address.state_province": "address",
    "address.postal_code": "address",
    "phone.number": "public_phone",
    "phone.extension": "public_phone",
    "service_area.name": "area",
    "service_area.extent": "area_polygon",
    "language.name": "languages",
    "language.code": "languages",
    "language.note": "languages",
    "schedule.freq": "hours",
    "schedule.interval": "hours",
    "schedule.byday": "hours",
    "schedule.weekday": "hours",
    "schedule.opens_at": "hours",
    "schedule.closes_at": "hours",
    "schedule.valid_from": "hours",
    "schedule.valid_to": "hours",
    "schedule.dtstart": "hours",
    "schedule.until": "hours",
    "schedule.count": "hours",
    "schedule.byweekno": "hours",
    "schedule.bymonthday": "hours",
    "schedule.byyearday": "hours",
    "schedule.closed": "hours",
    "schedule.text": "hours",
    "taxonomy_term.name": "service_type",
    "attribute.value": "service_type",
    "service_capacity.maximum": "slots",
}
"""The question of our form that a field answers. `confidential`, `unlisted` and `text` are ours: what a vendor's export says beyond HSDS."""

PERSONAL_OBJECTS = frozenset({"contact"})
"""Kinds of object that are about people; nothing of them is kept."""
PERSONAL_FIELDS = frozenset({"email", "assurer_email", "attention", "updated_by", "admin_emails"})
"""Fields of any object that are about people."""
OWN_SERVICES, OWN_NEEDS, OWN_ANSWERS = (f"safety-ecosystem-mapper {name}" for name in ("services", "needs", "answers"))
"""The taxonomies of our exports: service types, needs, and answers that HSDS has no field for (the term is the question, the value the answer)."""
OWN_QUESTIONS = frozenset(
    (
        *("sector", "also_known_as", "parent", "mode", "address", "area", "area_except", "area_focus", "area_served", "area_radius"),
        *("ages", "genders", "groups", "caseload", "routes", "started", "ended", "suspended", "funded"),
        *(f"requires_{what}" for what in ("residency", "id", "insurance", "referral", "sobriety", "police_report", "immigration_status", "fee")),
    )
)
"""The questions whose answers our exports carry as attributes."""
OWN_UNITS = ("teams", "vehicles", "slots", "beds")
"""The questions about size whose answers our exports carry as capacities, by the unit."""
OWN_URI = "urn:x-safety-ecosystem-mapper:"
"""How the names begin that our exports give to areas, terms and units."""
STRUCTURE = frozenset({"id", "address_type", "parent_id", "taxonomy_detail", "link_type", "extent_type", "wkst", "country"})
"""Fields that say how objects hang together; they are used, and answer nothing by themselves."""


def is_structure(name: str) -> bool:
    """Whether a field only says how objects hang together."""
    return name in STRUCTURE or name.endswith("_id") or name in ("link_entity", "taxonomy_ids")


def table_of(stem: str) -> str:
    """Return the kind of object whose table a file is by its name, "" for none; what stands before the table's name is no matter.

    >>> table_of("services"), table_of("output_regular_schedules"), table_of("answers")
    ('service', 'schedule', '')
    """
    name = stem.casefold()
    for table in sorted(TABLES, key=len, reverse=True):
        if name == table or name.endswith((f"_{table}", f"-{table}", f".{table}")):
            return TABLES[table]
    return ""


def rename(kind: str, table: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a row under the names of HSDS 3; values are as they were, except for what only older tables say by their name.

    >>> rename("language", "languages", {"language": "Somali", "service_id": "7"})
    {'name': 'Somali', 'service_id': '7'}
    >>> rename("address", "postal_addresses", {"address_1": "PO Box 9"})["address_type"]
    'postal'
    """
    renamed = OBJECTS[kind].renamed
    result: dict[str, str] = {}
    for name, value in fields.items():
        new = renamed.get(name, name)
        if new != name and fields.get(new):
            new = name
        result[new] = value
    if kind == "address" and not result.get("address_type"):
        result["address_type"] = "postal" if "postal" in table or "mail" in table else "physical"
    if table.endswith("services_taxonomy"):
        result = {**result, "link_id": result.get("service_id", ""), "link_entity": "service", "taxonomy_term_id": result.get("taxonomy_id", "")}
    return result


# -- tables to trees ---------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Broken:
    """A pointer that leads nowhere: the record, its kind, the field, the value, and the kind it should lead to."""

    record: Record
    kind: str
    field: str
    value: str
    target: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Trees made of tables: services, each with its organization and places; organizations and locations that no service names; what is broken."""

    services: tuple[Record, ...]
    organizations: tuple[Record, ...] = ()
    locations: tuple[Record, ...] = ()
    broken: tuple[Broken, ...] = ()


def broken_links(tables: Mapping[str, Sequence[Record]]) -> tuple[Broken, ...]:
    """Return the pointers of tables that lead nowhere, as the data package of HSDS declares them.

    >>> broken_links({"location": [Record({"id": "1", "organization_id": "7"})]})[0].value
    '7'
    """
    ids = {kind: {record.text("id") for record in records} for kind, records in tables.items()}
    found = []
    for kind, records in tables.items():
        for name, target in OBJECTS[kind].links.items():
            known = ids.get(target, set())
            found += [Broken(record, kind, name, value, target) for record in records if (value := record.text(name)) and value not in known]
    return tuple(found)


def link(tables: Mapping[str, Sequence[Record]]) -> Linked:
    """Return the trees that tables make, in the order of the services, and the pointers that lead nowhere. The tables are not changed."""
    return _Linker(tables).linked()


class _Linker:
    """Tables while trees are made of them."""

    def __init__(self, tables: Mapping[str, Sequence[Record]]) -> None:
        self.tables = tables
        self.by_id = {kind: {record.text("id"): record for record in reversed(records)} for kind, records in tables.items()}
        self.held: dict[tuple[str, str, str], list[Record]] = {}
        for kind, records in tables.items():
            for record in records:
                for name in OBJECTS[kind].links:
                    if value := record.text(name):
                        self.held.setdefault((kind, name, value), []).append(record)
        self.terms = self._terms()

    def linked(self) -> Linked:
        services = [self.service(record) for record in self.tables.get("service", ())]
        used = {record.text("organization_id") for record in self.tables.get("service", ())}
        used |= {service["organization"].text("id") for service in services if "organization" in service}
        placed = {record.text("location_id") for record in self.tables.get("service_at_location", ())}
        placed |= {record.text("location_id") for record in self.tables.get("service", ())}
        locations = [self.location(record, alone=True) for record in self.tables.get("location", ()) if record.text("id") not in placed]
        used |= {record["organization"].text("id") for record in locations if "organization" in record}
        organizations = [self.organization(record) for record in self.tables.get("organization", ()) if record.text("id") not in used]
        return Linked(tuple(services), tuple(organizations), tuple(locations), broken_links(self.tables))

    def service(self, record: Record) -> Record:
        tree = self.tree("service", record)
        places = list(self.held.get(("service_at_location", "service_id", record.text("id")), ()))
        if not places and record.text("location_id") in self.by_id.get("location", {}):
            # Ohana: a service stands at one location
            places = [record.with_fields({"id": record.text("id"), "location_id": record.text("location_id")})]
        tree["service_at_locations"] = [self.service_at_location(place) for place in places]
        own = self.by_id.get("organization", {}).get(record.text("organization_id"))
        if own is None:
            at = (self.by_id.get("location", {}).get(place.text("location_id")) for place in places)
            keys = (place.text("organization_id") for place in at if place is not None)
            own = next((self.by_id["organization"][key] for key in keys if key in self.by_id.get("organization", {})), None)
        tree.update(self.of_organization(own, record))
        if (program := self.by_id.get("program", {}).get(record.text("program_id"))) is not None:
            tree["program"] = program.with_fields({name: value for name, value in program.items() if name != "organization_id"})
        if terms := self.terms.get(record.text("id")):
            tree["attributes"] = terms
        for capacity in list_of(tree, "capacities"):
            if (unit := self.by_id.get("unit", {}).get(str(capacity.pop("unit_id", "")))) is not None:
                capacity["unit"] = unit.with_fields(unit)
        return tree

    def service_at_location(self, record: Record) -> Record:
        tree = self.tree("service_at_location", record)
        if (location := self.by_id.get("location", {}).get(record.text("location_id"))) is not None:
            tree["location"] = self.location(location)
        return tree

    def location(self, record: Record, *, alone: bool = False) -> Record:
        tree = self.tree("location", record)
        tree.setdefault("location_type", "physical")
        own = self.by_id.get("organization", {}).get(record.text("organization_id"))
        if alone:
            tree.update(self.of_organization(own, record))
        if alone and (terms := self.terms.get(record.text("id"))):
            tree["attributes"] = terms
        return tree

    def of_organization(self, own: Record | None, record: Record) -> dict[str, Record]:
        """The organization of a service or place; where the pointer leads nowhere, one that is called by the id."""
        if own is not None:
            return {"organization": self.organization(own)}
        key = record.text("organization_id")
        return {"organization": record.with_fields({"id": key, "name": f"Organization {key}"})} if key else {}

    def organization(self, record: Record) -> Record:
        tree = self.tree("organization", record)
        parent = self.by_id.get("organization", {}).get(record.text("parent_organization_id"))
        if parent is not None and parent is not record:
            tree["parent_name"] = parent.text("name")
        return tree

    def tree(self, kind: str, record: Record) -> Record:
        tree = record.with_fields(_typed(kind, record))
        for inner in HELD_BY[kind]:
            found = self.held.get((inner, f"{kind}_id", record.text("id")), ())
            if found:
                tree[LISTS[inner]] = [item.with_fields(_typed(inner, item)) for item in found]
        own = [item for item in self.terms.get(record.text("id"), ()) if item.text("link_entity") == kind]
        if own:
            tree["attributes"] = own
        return tree

    def _terms(self) -> dict[str, list[Record]]:
        """The attributes of each object, with their terms; `taxonomy_ids` of 2.x and Ohana are attributes too."""
        terms = self.by_id.get("taxonomy_term", {})
        found: dict[str, list[Record]] = {}
        for record in self.tables.get("attribute", ()):
            item = record.with_fields(_typed("attribute", record))
            if (term := terms.get(record.text("taxonomy_term_id"))) is not None:
                item["taxonomy_term"] = term.with_fields({name: value for name, value in term.items() if not name.endswith("taxonomy_id")})
            found.setdefault(record.text("link_id"), []).append(item)
        for record in self.tables.get("service", ()):
            for key in filter(None, re.split(r"[,;\s]+", record.text("taxonomy_ids"))):
                if key in terms:
                    item = record.with_fields({"id": f"{record.text('id')} {key}", "link_entity": "service", "taxonomy_term": terms[key]})
                    found.setdefault(record.text("id"), []).append(item)
        return found


def _typed(kind: str, record: Record) -> dict[str, Any]:
    """The fields of a row as JSON has them: without blanks and pointers to what holds it, numbers as numbers."""
    result: dict[str, Any] = {}
    for name, value in record.items():
        if (
            value in ("", None)
            or (name in OBJECTS[kind].links and name not in ("taxonomy_id", "unit_id"))
            or name in ("link_id", "taxonomy_ids", "location_id")
        ):
            continue
        result[name] = _number(value) if name in OBJECTS[kind].numbers else value
    return result


def _number(value: Any) -> Any:
    """A text as the number it is, as it was where it is none."""
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() and "." not in value else number


# -- trees -------------------------------------------------------------------------------------------------------------------------------------


def is_service(data: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a service: it has a name, and an organization or a status beside it."""
    return "name" in data and ("organization" in data or "organization_id" in data or "service_at_locations" in data) and "services" not in data


def services_in(data: object) -> Iterator[Mapping[str, Any]]:
    """Yield the services in JSON of any packaging: one service, one service at a location, an organization, a list, a page of an API."""
    for found in _objects_in(data):
        if isinstance(found.get("services"), list) and "name" in found:
            organization = {name: value for name, value in found.items() if name not in ("services", "locations", "programs")}
            for service in found["services"]:
                if isinstance(service, Mapping):
                    yield {**service, "organization": service.get("organization") or organization}
        elif isinstance(found.get("service"), Mapping) and ("location" in found or "id" in found):
            place = {name: value for name, value in found.items() if name != "service"}
            yield {**found["service"], "service_at_locations": [place]}
        elif is_service(found):
            yield found


def organizations_in(data: object) -> Iterator[Mapping[str, Any]]:
    """Yield the organizations in JSON of any packaging that come without their services: their `description` tells them from other objects."""
    for found in _objects_in(data):
        if {"id", "name", "description"} <= found.keys() and found.keys() & _ONLY_ORGANIZATIONS and not found.get("services"):
            yield found


def _objects_in(data: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, of a page of an API, or the one object that the JSON is."""
    if isinstance(data, list):
        for item in data:
            yield from _objects_in(item)
    elif isinstance(data, Mapping):
        if isinstance(data.get("contents"), list):
            yield from _objects_in(data["contents"])
        else:
            yield data


_ONLY_ORGANIZATIONS = frozenset({"legal_status", "year_incorporated", "parent_organization_id", "organization_identifiers", "tax_status", "tax_id"})


def own_answer(attribute: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the question and the answer of an attribute that our exports made of an answer, None for any other."""
    term = attribute.get("taxonomy_term")
    if not isinstance(term, Mapping) or term.get("taxonomy") != OWN_ANSWERS or term.get("code") not in OWN_QUESTIONS:
        return None
    return str(term["code"]), str(attribute.get("value") or "")


def as_records(value: Any, *, file: str, row: int) -> Any:
    """Return JSON with every object of it as a `Record` at one place."""
    if isinstance(value, Mapping):
        return Record({str(name): as_records(inner, file=file, row=row) for name, inner in value.items()}, file=file, row=row)
    if isinstance(value, list):
        return [as_records(item, file=file, row=row) for item in value]
    return value


def list_of(record: Mapping[str, Any], name: str) -> list[Record]:
    """Return the objects of a list in a tree, none where there is no such list."""
    value = record.get(name)
    items: Iterable[Any] = value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, Record)]
