"""A shelter that nobody may find, told by its provider with everything one may answer, and ways to look through records."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

from ecosystem.records import (
    BLANK,
    AreaPart,
    Capacity,
    Contact,
    CoverageArea,
    Delivery,
    Language,
    Life,
    Location,
    Organization,
    Publish,
    Records,
    Route,
    Service,
    Source,
    Unknown,
)
from ecosystem.schedule import ALWAYS, Hours, Schedule
from ecosystem.taxonomy import Taxonomy

TAXONOMY = Taxonomy.read()
REDACTED = Unknown("redacted")
LONGITUDE, LATITUDE = -93.2650, 44.9778
ADDRESS, PHONE = "1420 N. Maple Street, Riverbend", "612-555-0100"
SHELTER = Location(ADDRESS, LONGITUDE, LATITUDE)
CELL = Source("responses.csv", "", 14, "address", ADDRESS, role="director", date=dt.date(2026, 3, 1))
EVENING = Hours.stated("open", Schedule.daily("18:00", "08:00"))


def named(*areas: str) -> CoverageArea:
    return CoverageArea((AreaPart("areas", "areas", areas),))


def around(longitude: float, latitude: float) -> CoverageArea:
    return CoverageArea((AreaPart("radius", longitude=longitude, latitude=latitude, radius_m=2000.0),))


def delivery(key: str, service: str, **facts: Any) -> Delivery:
    facts = {"organization": "harbor", "name": "Night door", "mode": "walk_in", "hours": EVENING, "area": named("a1"), **facts}
    return Delivery(id=key, service=service, **facts)


def service(key: str, *types: str, organization: str = "harbor", **facts: Any) -> Service:
    return Service(key, organization, facts.pop("name", "Night door"), types=types or BLANK, **facts)


def records_of(*deliveries: Delivery, services: tuple[Service, ...] = (), **rest: Any) -> Records:
    organizations = rest.pop("organizations", (Organization("harbor", "Harbor Hill"), Organization("other", "Other House")))
    return Records.of(organizations, services, deliveries, **rest)


def shelter_records(**facts: Any) -> Records:
    """A shelter of a protected type with everything a provider may answer."""
    shelter = delivery(
        "d-shelter",
        "harbor/maple-house",
        **{
            "name": "Maple House",
            "site": "Maple House",
            "location": SHELTER,
            "contact": Contact(PHONE, "https://harbor.example/maple-house"),
            "area": around(LONGITUDE, LATITUDE),
            "capacity": Capacity(beds=12.0, caseload=9.0),
            "life": Life(paid=False),
            "routes": (Route("walk_in", ALWAYS, "knock at 1420 Maple"),),
            "languages": (Language("so", "staff"),),
            "publish": Publish(contact="analyst"),
            "sources": {"address": CELL},
            **facts,
        },
    )
    return records_of(
        shelter, services=(service("harbor/maple-house", "04c", name="Maple House", needs=("N04",), description="At 1420 Maple St, ring twice"),)
    )


def texts(value: Any) -> Iterator[str]:
    """Every text anywhere in records."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def all_text(records: Records) -> str:
    return "\n".join(texts(records)).casefold()


def only(records: Records) -> Delivery:
    (found,) = records.deliveries
    return found
