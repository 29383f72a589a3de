"""A town of six neighborhoods and a park, small enough to check by hand.

Squares of 1 km, two rows of three, and the park north of them: a1 a2 a3 in the south, b1 b2 b3 in the north. 196 points stand for each.
All text that a provider, a respondent or a boundary file could have written comes from `text`, so that a test can make it hostile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from ecosystem.analysis import analyze, diversion
from ecosystem.analysis.base import Results
from ecosystem.analysis.calls_and_cover import Case
from ecosystem.calls.building import Demand
from ecosystem.calls.measures import CUBE_COLUMNS
from ecosystem.calls.unmet import by_need_and_area, by_need_and_hours, shown_as
from ecosystem.city import City, Goal
from ecosystem.coverage import Coverage
from ecosystem.findings import Findings
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


def make_town_with_calls(text: Text = as_given, *, edition: str = "public") -> tuple[Ecosystem, Coverage, Results]:
    """Return the town with a goal of 20 % and 1,000 calls of 52 weeks, 50 of them answered by phone.

    Others could answer 180 (low 120, high 240). About noise or dispute (N08): 60 on Saturdays from 13:00 to 14:00 in a3, where nobody ever is; 84
    from Monday to Friday from 13:00 to 14:00 in a1, where the Westside Circle is on duty; six, too few to show, on Sundays at 03:00 in a1, where
    the Corner Store is, whose crews and vehicles nobody asked for. About a crisis (N01): 30 on Sundays at 10:00 in b1, where the Quiet House may be.
    """
    eco, coverage, results = make_town(text, edition=edition)
    goal = Goal(text=text("20 % of calls"), target_share=0.2, baseline_share=0.05)
    eco = replace(eco, city=eco.city.model_copy(update={"goal": goal}))
    rows = [
        ("N08", "a3", 48 * 5 + 26, 120, 60),
        ("N08", "a1", 48 * 6 + 6, 12, 6),
        ("N01", "b1", 48 * 6 + 20, 40, 30),
        ("BASE-POLICE", "a3", 0, 660, 0),
    ]
    rows += [("N08", "a1", 48 * day + 26, 33.6, 16.8) for day in range(5)]
    cube = pd.DataFrame(rows, columns=["need", "area_id", "slot", "n", "e_mid"])
    cube = cube.assign(e_low=cube["e_mid"] * 2 / 3, e_high=cube["e_mid"] * 4 / 3, n_phone=50.0 * (cube["n"] == 660))
    cube = cube.assign(n_police=cube["n"] - cube["n_phone"], **{name: 0.0 for name in CUBE_COLUMNS if name not in (*cube, "n_police")})
    quality = pd.DataFrame({"rule": [f"suppressed: {text('assault')}"], "n": [0.0], "share": [0.0]})
    profile = pd.DataFrame({"need": [], "area_id": [], "years_ago": [], "slot": [], "n": []})
    nothing = pd.DataFrame()
    demand = Demand(Path(), cube, {}, quality, profile, dt.date(2025, 9, 29), dt.date(2026, 9, 27), nothing, nothing)
    case = Case(eco, coverage, diversion.Options(), demand)
    show = shown_as(demand.per_year, minimum=0 if edition == "analyst" else 10)
    more = {"needs": by_need_and_area(case.levers, show), "weeks": by_need_and_hours(case.levers, case.open_possible, show, least=10)}
    items = [*diversion._warnings(case), *diversion._about_goal(case), *diversion._about_shifts(case)]
    found = Findings.of("diversion", diversion.COLUMNS, diversion._table(case), items, more)
    return eco, coverage, {**results, "diversion": found}
