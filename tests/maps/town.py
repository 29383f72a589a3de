"""A town of six neighborhoods and a park, small enough to check by hand. Loaded by path, since test folders are no packages.

Squares of 1 km, two rows of three, and the park north of them: a1 a2 a3 in the south, b1 b2 b3 in the north. 196 points stand for each.
All text that a provider, a respondent or a boundary file could have written comes from `text`, so that a test can make it hostile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import geopandas as gpd
from shapely.geometry import box

from ecosystem.analysis import analyze
from ecosystem.analysis.base import Results
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import (
    BLANK,
    CITYWIDE,
    AreaPart,
    Contact,
    CoverageArea,
    Delivery,
    Eligibility,
    Invitation,
    Language,
    Life,
    Location,
    Organization,
    Records,
    Response,
    Service,
    delivery_id,
)
from ecosystem.schedule import ALWAYS, Hours, Schedule

AS_OF = dt.date(2026, 10, 1)
CORNER = (500_000.0, 4_870_000.0)

Text = Callable[[str], str]


def as_given(text: str) -> str:
    return text


def make_city(text: Text = as_given, languages: tuple[str, ...] = ("en", "es")) -> City:
    return City.of(
        {
            "name": text("Smallwater"),
            "time_zone": "America/Chicago",
            "as_of": AS_OF,
            "languages": list(languages),
            "geographies": [{"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}],
            "contact": {"name": text("Office of Violence Prevention"), "corrections": "safety@smallwater.example"},
            "baseline": [{"name": text("Smallwater Police"), "service": "03d", "phone": "911"}],
        }
    )


def make_geography(text: Text = as_given) -> Geography:
    squares = [(f"{row}{column}", column - 1, 0 if row == "a" else 1) for row in "ab" for column in (1, 2, 3)]
    squares.append(("park", 1, 2))
    names = {"a1": "Alder", "a2": "Birch", "a3": "Cedar", "b1": "Dogwood", "b2": "Elm", "b3": "Fir", "park": "Great Park"}
    ground = [box(CORNER[0] + 1000 * x, CORNER[1] + 1000 * y, CORNER[0] + 1000 * (x + 1), CORNER[1] + 1000 * (y + 1)) for _, x, y in squares]
    residents = {"a1": 4_000, "a2": 2_000, "a3": 1_000, "b1": 3_000, "b2": 600, "b3": 5, "park": 0}
    ids = [area for area, _, _ in squares]
    frame = gpd.GeoDataFrame(
        {"area_id": ids, "name": [text(names[area]) for area in ids], "residents": [residents[area] for area in ids]},
        geometry=ground,
        crs="EPSG:32615",
    )
    return Geography.of(frame.to_crs("EPSG:4326"), crs="EPSG:32615")


def make_records(text: Text = as_given) -> Records:
    organizations: dict[str, Organization] = {}
    services: list[Service] = []
    deliveries: list[Delivery] = []

    def add(organization: str, name: str, types: object, **facts: object) -> None:
        key = organization.casefold().replace(" ", "-")
        organizations.setdefault(key, Organization(key, text(organization), sector="community"))
        service = f"s-{len(services)}"
        services.append(Service(service, key, text(name), types=types))  # type: ignore[arg-type]
        values: dict[str, object] = {"mode": "mobile", "area": CITYWIDE, **facts}
        deliveries.append(Delivery(delivery_id(key, name, ""), key, service, text(name), **values))  # type: ignore[arg-type]

    weekdays = Schedule.daily("08:00", "18:00", days=range(5))
    add("Crisis Crew", "Mobile crisis team", ("02a",), hours=Hours.stated("response", weekdays), contact=Contact(text("612-555-0101"), ""))
    add("Crisis Crew", "Second van", ("02a",), hours=Hours.stated("response", Schedule.daily("10:15", "20:00", days=(0, 1, 2))))
    add(
        "Help Line",
        "Crisis line",
        ("01c",),
        mode="phone",
        hours=Hours.stated("phone", Schedule.daily("20:00", "02:00", days=(4, 5))),
        contact=Contact(text("(612) 555-0188"), text("https://line.example/help")),
        languages=(Language("es", "staff"), Language("*", "interpreter")),
        eligibility=Eligibility(ages=(16, None), groups=(text("youth"),)),
    )
    west = CoverageArea((AreaPart("areas", "areas", ("a1", "b1")),))
    half = CoverageArea((AreaPart("radius", longitude=-93.0 + 0.0062, latitude=43.984, radius_m=700.0),))
    add("Westside Circle", "Mediation", ("09c",), mode="walk_in", area=west, hours=Hours.stated("open", Schedule.daily("12:00", "21:00")))
    add("Corner Store", "Street mediation", ("09c",), area=half, hours=Hours.stated("response", ALWAYS))
    add(
        "Quiet House",
        "Talking room",
        ("02a",),
        mode="walk_in",
        area=west,
        hours=BLANK,
        location=Location(text("12 Oak Street"), -92.995, 43.985),
        contact=Contact(text("not listed"), text("javascript:window.__hit=1")),
    )
    add("Food Shelf", "Groceries", ("11a",), mode="walk_in", hours=Hours.stated("open", weekdays))
    add("Gone Group", "Closed program", ("02a",), hours=Hours.stated("response", ALWAYS), life=Life(ended=dt.date(2026, 1, 1)))
    answered = tuple(organizations)
    invitations = [
        *(Invitation(key, organizations[key].name, "community") for key in answered),
        Invitation("silent", text("Silent Services"), "county", likely_needs=("N08",), areas=("a3",)),
        Invitation("county", text("Wood County"), "county", asked=False),
    ]
    return Records.of(organizations.values(), services, deliveries, invitations, [Response(key, date=AS_OF) for key in answered])


def make_town(text: Text = as_given, *, edition: str = "public", languages: tuple[str, ...] = ("en", "es")) -> tuple[Ecosystem, Coverage, Results]:
    """Return what `maps.draw` takes."""
    city = make_city(text, languages)
    eco = Ecosystem.build(make_records(text), make_geography(text), city, edition=edition)
    coverage = Coverage.of(eco, as_of=AS_OF)
    return eco, coverage, analyze(eco, coverage, city)
