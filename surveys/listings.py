"""How does a directory become a table of answers, and what does that cost?

A directory, whoever exported it, comes here as trees of HSDS objects (`ecosystem.hsds`): services with their organization and places. Each
service at a place is one row, each of our questions one column, and each cell knows the row of the file it came from. Rules of opening become
days and hours (`listing_hours.py`), what belongs to people is dropped, and every loss is counted and told (`listing_losses.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
import shapely.errors
import shapely.geometry

from ecosystem.errors import Issue
from ecosystem.hsds import (
    ANSWERS,
    OWN_ANSWERS,
    OWN_NEEDS,
    OWN_SERVICES,
    OWN_UNITS,
    OWN_URI,
    Linked,
    Record,
    list_of,
    own_answer,
)
from surveys.listing_hours import hours_of
from surveys.listing_losses import Ledger, says_nothing
from surveys.response import Origin, Row, Table, clean
from surveys.terms import known_code, version

_CLOSED_STATUS = frozenset({"inactive", "defunct", "temporarily closed", "closed", "unavailable"})


@dataclass(slots=True)
class _Cells:
    """The cells of one row while they are put together: question -> (text, record it stands in, its header there)."""

    found: dict[str, tuple[str, Record, str]] = field(default_factory=dict)

    def put(self, question: str, text: str, record: Record, name: str) -> None:
        text = clean(text)
        if text and question not in self.found and not says_nothing(text):
            self.found[question] = (text, record, record.columns.get(name, name))


def tabulate(linked: Linked, file: str, ledger: Ledger) -> Table | None:
    """Return the answers of a directory, one row per service at a place; None where it tells of nothing. `file` is what the table is called.

    Organizations without a service, and places without one, are rows of their own, so that nothing is lost.
    """
    rows: list[tuple[Record, _Cells]] = []
    for service in linked.services:
        places = list_of(service, "service_at_locations")
        rows += [(service, _service_row(service, place, ledger)) for place in places]
        if not places:
            rows.append((service, _service_row(service, None, ledger)))
    for location in linked.locations:
        cells = _Cells()
        _organization(cells, location.get("organization"))
        _location(cells, location, ledger)
        _types(cells, location, ledger)
        if "organization" in cells.found:
            rows.append((location, cells))
        else:
            ledger.tell(location, "listing_orphan", "nothing says whose this place is, so it is left out.", text=location.text("name"))
    for organization in linked.organizations:
        cells = _Cells()
        _organization(cells, organization)
        rows.append((organization, cells))
    rows = [(record, cells) for record, cells in rows if _is_named(record, cells, ledger)]
    if not rows:
        return None
    if ledger.mapped:
        message = (
            f"{len(ledger.mapped)} terms of its taxonomy stand for services of ours in {sum(ledger.mapped.values())} places, by our table of terms "
            f"(version {version()}): {', '.join(sorted(ledger.mapped)[:8])}. Say otherwise in codebook.toml: [choices.service_type]."
        )
        ledger.issues.append(Issue(file, code="terms_mapped", severity="info", message=message))
    return _table(rows, file)


def _is_named(record: Record, cells: _Cells, ledger: Ledger) -> bool:
    if "organization" in cells.found:
        return True
    name = cells.found["service"][0] if "service" in cells.found else record.text("name")
    ledger.tell(record, "listing_orphan", "nothing says which organization gives this service, so it is left out.", severity="error", text=name)
    return False


def _service_row(service: Record, place: Record | None, ledger: Ledger) -> _Cells:
    cells = _Cells()
    location = place.get("location") if place is not None else None
    for holder in (place, location, service):
        _own_answers(cells, holder)
    cells.put(ANSWERS["service.url"], service.text("url"), service, "url")  # tells more than that of the organization
    _organization(cells, service.get("organization"))
    for name in ("name", "description", "minimum_age", "maximum_age", "assured_date", "last_modified"):
        cells.put(ANSWERS[f"service.{name}"], service.text(name)[:10] if name == "last_modified" else service.text(name), service, name)
    if service.text("status").casefold() in _CLOSED_STATUS and not {"started", "ended"} & cells.found.keys():
        cells.put("suspended", "yes", service, "status")
    if service.text("unlisted"):
        cells.put("publish_listing", "analyst", service, "unlisted")
    _types(cells, service, ledger)
    for holder in (place, service, location):
        if isinstance(holder, Record):
            _reach(cells, holder, ledger)
    if isinstance(location, Record):
        _location(cells, location, ledger)
    for capacity in list_of(service, "capacities"):
        unit = capacity.get("unit")
        code = unit.text("identifier") if isinstance(unit, Record) and unit.text("scheme") == OWN_ANSWERS else ""
        if capacity.text("maximum"):
            cells.put(code if code in OWN_UNITS else "slots", capacity.text("maximum"), capacity, "maximum")
    return cells


def _own_answers(cells: _Cells, holder: object) -> None:
    """The answers that our own exports carry as attributes."""
    for attribute in list_of(holder, "attributes") if isinstance(holder, Record) else ():
        if (answer := own_answer(attribute)) is not None:
            cells.put(*answer, attribute, "value")


def _organization(cells: _Cells, organization: object) -> None:
    if not isinstance(organization, Record):
        return
    _own_answers(cells, organization)
    for name in ("name", "alternate_name", "website"):
        cells.put(ANSWERS[f"organization.{name}"], organization.text(name), organization, name)
    cells.put("parent", organization.text("parent_name"), organization, "parent_organization_id")


def _types(cells: _Cells, holder: Record, ledger: Ledger) -> None:
    """The terms of a service: the code of one that our table of terms knows, else its name; a plain value as it is."""
    terms, needs = [], []
    for attribute in list_of(holder, "attributes"):
        term = attribute.get("taxonomy_term")
        home = term.text("taxonomy") if isinstance(term, Record) else ""
        if home == OWN_NEEDS:
            needs.append(attribute)
        elif home == OWN_SERVICES and isinstance(term, Record):
            terms.append((term.text("code"), attribute, "taxonomy_term.code"))
        if home in (OWN_NEEDS, OWN_SERVICES, OWN_ANSWERS):
            continue
        record, name = (term, "name") if isinstance(term, Record) else (attribute, "value")
        code = next(filter(None, (known_code(record.text(field)) for field in ("code", "id"))), "")
        if code:
            ledger.mapped[code] += 1
        if text := code or record.text(name):
            terms.append((text.replace(";", ","), attribute, record.columns.get(name, f"taxonomy_term.{name}" if term else name)))
    if terms:
        cells.put("service_type", "; ".join(dict.fromkeys(text for text, _, _ in terms)), terms[0][1].with_fields({}), terms[0][2])
    if needs:
        cells.put("needs", "; ".join(need["taxonomy_term"].text("code") for need in needs), needs[0], "taxonomy_term.code")


def _location(cells: _Cells, location: Record, ledger: Ledger) -> None:
    cells.put("site", location.text("name"), location, "name")
    if location.text("location_type").casefold() == "virtual":
        cells.put("mode", "online", location, "location_type")
    if location.text("confidential"):
        cells.put("confidential", "yes", location, "confidential")
    for name in ("longitude", "latitude"):
        cells.put(name, location.text(name), location, name)
    _reach(cells, location, ledger)
    addresses = list_of(location, "addresses")
    usual = [address for address in addresses if address.text("address_type") != "postal"] or addresses
    if usual:
        parts = [usual[0].text(name) for name in ("address_1", "address_2", "city")]
        state = " ".join(filter(None, (usual[0].text("state_province"), usual[0].text("postal_code"))))
        if usual[0].text("address_1"):
            cells.put("address", ", ".join(filter(None, (*parts, state))), usual[0], "address_1")


def _reach(cells: _Cells, holder: Record, ledger: Ledger) -> None:
    """What a service, a place, and a service at a place may each say: hours, areas, phones, languages."""
    if not any(question.startswith("hours") for question in cells.found):
        for question, (text, record, name) in hours_of(list_of(holder, "schedules"), ledger).items():
            cells.put(question, text, record, name)
    areas = list_of(holder, "service_areas")
    if named := [area for area in areas if area.text("name") and not says_nothing(area.text("name"))]:
        cells.put("area", "; ".join(dict.fromkeys(area.text("name") for area in named)), named[0], "name")
    for area in areas:
        if area.text("extent") and not area.text("uri").startswith(OWN_URI) and (wkt := polygon_of(area, ledger)):
            cells.put("area_polygon", wkt, area, "extent")
    phones = [phone for phone in list_of(holder, "phones") if phone.text("number")]
    voice = [phone for phone in phones if phone.text("type").casefold() not in ("fax", "tty", "tdd")]
    if voice:
        number = re.sub(r'^"+|"+$', "", voice[0].text("number"))
        extension = f" x{voice[0].text('extension')}" if voice[0].text("extension") else ""
        cells.put("public_phone", number + extension, voice[0], "number")
    languages = list_of(holder, "languages")
    if languages:
        names = [_language(language) for language in languages]
        cells.put("languages", "; ".join(dict.fromkeys(filter(None, names))), languages[0], "name")


def _language(language: Record) -> str:
    name = language.text("name") or language.text("code")
    note = language.text("note").casefold()
    if note in ("staff", "interpreter", "materials"):
        return f"{name} ({note})"
    by_interpreter = bool(re.search(r"interpret|translat", note)) and "bilingual staff" not in note
    return f"{name} (interpreter)" if name and by_interpreter and "(" not in name else name


def _table(rows: Sequence[tuple[Record, _Cells]], file: str) -> Table:
    questions = list(dict.fromkeys(question for _, cells in rows for question in cells.found))
    headers: dict[str, dict[str, None]] = {question: {} for question in questions}
    for _, cells in rows:
        for question, (_, _, header) in cells.found.items():
            headers[question][header] = None
    columns = tuple(" | ".join(list(headers[question])[:3]) for question in questions)
    made = []
    for number, (record, cells) in enumerate(rows, 2):
        texts = tuple(cells.found[question][0] if question in cells.found else "" for question in questions)
        here = Origin(record.file or file, "", record.row or number)
        origins = [here]
        for question in questions:
            place = cells.found[question][1] if question in cells.found else record
            origins.append(Origin(place.file or here.file, "", place.row or here.row))
        made.append(Row(here.row, texts, tuple(origins)))
    names = tuple((question, column) for question, column in zip(questions, columns, strict=True))
    return Table(file, "", columns, tuple(made), 1, names, tuple(range(1, len(questions) + 1)))


def polygon_of(area: Record, ledger: Ledger) -> str:
    """Return the drawn area of a service as WKT, "" where it is none; GeoJSON geometry, feature, or a text of either."""
    if area.text("extent_type").casefold() not in ("", "geojson"):
        message = f"areas drawn as {area.text('extent_type')} are not read; only GeoJSON is."
        ledger.tell(area, "extent_refused", message, column="extent", text=area.text("extent")[:80], dropped="service_area.extent")
        return ""
    try:
        drawn: Any = json.loads(area.text("extent"))
        shape = shapely.geometry.shape(drawn["geometry"] if drawn.get("type") == "Feature" else drawn)
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        message = "the drawn area is no GeoJSON geometry, so it is not used; the name of the area is."
        ledger.tell(area, "extent_refused", message, column="extent", text=area.text("extent")[:80], dropped="service_area.extent")
        return ""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        ledger.tell(
            area,
            "extent_refused",
            f"the drawn area is a {shape.geom_type}, no polygon, so it is not used.",
            column="extent",
            dropped="service_area.extent",
        )
        return ""
    return str(shape.wkt)
