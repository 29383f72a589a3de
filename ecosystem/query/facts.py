"""What do we know about one delivery, field by field, and from which cells?

A `Fact` is one field with what we took the answer to mean (`text`), or why it is not known (`unknown`), and the cells it came from.
With a catalogue the text is in a reader's words; without one it is neutral: codes, hours as OpenStreetMap text, names of areas. Fields that
nobody asked about are left out: there is nothing to walk back to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosystem.records import AreaPart, CoverageArea, Delivery, Language, Route, Service, Source, Unknown
from ecosystem.schedule import Hours, Schedule
from ecosystem.schedule_formats import in_words, to_osm

if TYPE_CHECKING:
    from ecosystem.geography import Geography
    from ecosystem.graph import Ecosystem
    from ecosystem.messages import Catalogue
    from ecosystem.taxonomy import Need, ServiceType


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a delivery. `unknown` is the reason it is not known ("" where it is); `text` is then empty."""

    field: str
    text: str
    unknown: str = ""
    cells: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    """How a field is read from the records, and the names its cells may have in `sources` (questions of the form)."""

    name: str
    read: Callable[[Service, Delivery], object]
    cells: tuple[str, ...] = ()


def _life(name: str) -> Callable[[Service, Delivery], object]:
    return lambda _, delivery: getattr(delivery.life, name)


def _capacity(name: str) -> Callable[[Service, Delivery], object]:
    return lambda _, delivery: getattr(delivery.capacity, name)


_FIELDS: tuple[_Field, ...] = (
    _Field("service_type", lambda service, _: service.types),
    _Field("needs", lambda service, _: service.needs),
    _Field("mode", lambda _, delivery: delivery.mode),
    _Field("hours", lambda _, delivery: delivery.hours, ("intake_hours", "phone_hours", "office_hours")),
    _Field("area", lambda _, delivery: delivery.area, ("area_radius", "area_except")),
    _Field("area_focus", lambda _, delivery: delivery.focus),
    _Field("area_served", lambda _, delivery: delivery.served),
    _Field("ages", lambda _, delivery: delivery.eligibility.ages),
    _Field("genders", lambda _, delivery: delivery.eligibility.genders),
    _Field("groups", lambda _, delivery: delivery.eligibility.groups),
    _Field("languages", lambda _, delivery: delivery.languages),
    _Field("teams", _capacity("teams")),
    _Field("vehicles", _capacity("vehicles")),
    _Field("slots", _capacity("slots")),
    _Field("beds", _capacity("beds")),
    _Field("caseload", _capacity("caseload")),
    _Field("routes", lambda _, delivery: delivery.routes),
    _Field(
        "phone",
        lambda _, delivery: delivery.contact if isinstance(delivery.contact, Unknown) else delivery.contact.phone,
        ("contact",),
    ),
    _Field("started", _life("started")),
    _Field("ended", _life("ended")),
    _Field("suspended", _life("suspended")),
    _Field("paid", _life("paid")),
    _Field("funded", _life("funded")),
)

FIELDS: tuple[str, ...] = tuple(field.name for field in _FIELDS)
"""The fields a delivery has, in the order they are shown."""


def facts_of(eco: Ecosystem, delivery_id: str, words: Catalogue | None = None, *, only: Iterable[str] = ()) -> tuple[Fact, ...]:
    """Return what we know of a delivery, in the order of FIELDS; with `only`, those fields. Raises KeyError for an id that is none.

    Whether it ended or is suspended, and who pays, is told only where somebody said so.
    """
    delivery = eco.deliveries[delivery_id]
    service = eco.services[delivery.service]
    wanted = frozenset(only) or frozenset(FIELDS)
    facts = []
    for field in _FIELDS:
        if field.name not in wanted:
            continue
        value = field.read(service, delivery)
        cells = _cells(field, service, delivery, value)
        if isinstance(value, Unknown):
            if value.reason != "not_asked":
                facts.append(Fact(field.name, "", value.reason, cells))
        elif value is not None and value != "":
            facts.append(Fact(field.name, _say(field.name, value, eco, words), cells=cells))
    return tuple(facts)


def facts_by_delivery(eco: Ecosystem) -> dict[str, dict[str, object]]:
    """Return what an edition says of each delivery, by id, in neutral words: what two runs are compared by.

    Each has `name`, `organization` (key), `needs` (codes it answers alone), `areas` (ids of areas it certainly or possibly serves) and `facts`
    (field -> text, "unknown: reason" where it is not known). `eco` is redacted already, so this holds nothing its edition hides.
    """
    facts: dict[str, dict[str, object]] = {}
    for delivery_id, delivery in sorted(eco.deliveries.items()):
        if delivery.is_baseline:
            continue
        node = f"delivery:{delivery_id}"
        areas = sorted(target.removeprefix("area:") for _, target, kind in eco.graph.out_edges(node, keys=True) if kind == "covers")
        answered = sorted(
            target.removeprefix("need:")
            for _, target, data in eco.graph.out_edges(f"service:{delivery.service}", data=True)
            if data["kind"] == "answers" and data["weight"] >= 1
        )
        said = {fact.field: f"unknown: {fact.unknown}" if fact.unknown else fact.text for fact in facts_of(eco, delivery_id)}
        name = eco.names.deliveries[delivery_id]
        facts[delivery_id] = {"name": name, "organization": delivery.organization, "needs": answered, "areas": areas, "facts": said}
    return facts


def _cells(field: _Field, service: Service, delivery: Delivery, value: object) -> tuple[Source, ...]:
    sources: Mapping[str, Source] = {**service.sources, **delivery.sources}
    cells = [sources[name] for name in (field.name, *field.cells) if name in sources]
    if isinstance(value, Unknown) and value.source is not None:
        cells.append(value.source)
    return tuple(dict.fromkeys(cells))


def _say(field: str, value: object, eco: Ecosystem, words: Catalogue | None) -> str:
    if isinstance(value, Hours):
        return _hours(value, words)
    if isinstance(value, CoverageArea):
        return area_in_words(value, eco.geography)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if field == "ages" and isinstance(value, tuple):
        return _ages(value)
    if isinstance(value, tuple | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        if not items:
            return "everyone" if field in ("genders", "groups") else "none"
        return "; ".join(_item(field, item, eco, words) for item in items)
    return _term(field, str(value), words)


def _hours(hours: Hours, words: Catalogue | None) -> str:
    if words is None:
        return to_osm(hours)
    return in_words(hours, "es" if words.language == "es" else "en")


def _ages(ages: tuple[int | None, int | None]) -> str:
    least, most = ages
    if least is None and most is None:
        return "any age"
    return f"{least}+" if most is None else f"up to {most}" if least is None else f"{least}-{most}"


def _item(field: str, item: object, eco: Ecosystem, words: Catalogue | None) -> str:
    if isinstance(item, Language):
        when = f", {in_words(item.when)}" if item.when is not None else ""
        return f"{_term('language', item.code, words)} ({item.strength}{when})"
    if isinstance(item, Route):
        when = f" ({in_words(item.when)})" if isinstance(item.when, Schedule) else ""
        return f"{_term('route', item.kind, words)}{when}"
    terms: Mapping[str, Need | ServiceType] = {}
    if field in ("service_type", "needs"):
        terms = {**eco.taxonomy.services, **eco.taxonomy.needs}
    if words is not None and str(item) in terms:
        name = terms[str(item)].name
        return f"{item} {name.get(words.language, name['en'])}"
    return _term(field, str(item), words)


def _term(field: str, code: str, words: Catalogue | None) -> str:
    """A code of a closed list in words."""
    if words is None:
        return code
    key = f"{field}.{code}"
    return words.text(key) if key in words else code


def area_in_words(area: CoverageArea, geography: Geography) -> str:
    """Return a service area as a text: names of areas, "citywide", a radius, what is left out and what nobody could place.

    The point of a radius is not told: it may be somebody's address.
    """
    text = "; ".join(_part(part, geography) for part in area.parts) or "nowhere"
    if area.exclusions:
        text += " except " + "; ".join(_part(part, geography) for part in area.exclusions)
    if area.unresolved:
        text += f" and places not found: {'; '.join(area.unresolved)}"
    return text if area.certain else f"{text} (roughly)"


_WHOLE = {"region": "the whole region", "county": "countywide", "state": "statewide", "nation": "nationwide"}


def _part(part: AreaPart, geography: Geography) -> str:
    if part.kind == "citywide":
        return _WHOLE.get(part.geography, "citywide")
    if part.kind == "radius":
        return f"within {part.radius_m:,.0f} m of a point"
    if part.kind == "polygon":
        return "a drawn area"
    layer = geography.layers.get(part.geography)
    if layer is None:
        return ", ".join(part.area_ids)
    names = dict(zip(layer["area_id"], layer["name"], strict=True))
    return ", ".join(str(names.get(area_id, area_id)) for area_id in part.area_ids)
