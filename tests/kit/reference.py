"""The reference city of the acceptance figures as an ecosystem: 87 jagged neighborhoods, 300 services, 12 needs.

The city itself is not in this repository: it is made by `acceptance/map_reference.py` of the shared folder (environment variable
ECOSYSTEM_SHARED), whose `AV` (needs, areas, hours) is the depth computed by numpy alone.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import shape

from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import CITYWIDE, AreaPart, Contact, CoverageArea, Delivery, Location, Organization, Records, Response, Service
from ecosystem.schedule import Hours, Schedule

SHARED = Path(os.environ.get("ECOSYSTEM_SHARED", Path(__file__).parents[3] / "shared"))
NEEDS = ("N01", "N21", "N28", "N18", "N06", "N04", "N13", "N37", "N30", "N31", "N03", "N16")
TYPES = ("02a", "05a", "08b", "06a", "02j", "04b", "02f", "06i", "09b", "10a", "02b", "02h")


def load_reference() -> Any:
    """Return the module that makes the city; skips the test where it is not there."""
    path = SHARED / "acceptance" / "map_reference.py"
    if not path.exists():
        pytest.skip(f"needs the reference city {path} (set ECOSYSTEM_SHARED)")
    spec = importlib.util.spec_from_file_location("map_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference_city(reference: Any) -> tuple[Ecosystem, Coverage]:
    """The 87 areas and 300 services as records, each service answering the need of its category."""
    ids = [f"a{row:02d}" for row in range(reference.N)]
    features = reference.geo["features"]
    frame = gpd.GeoDataFrame(
        {"area_id": ids, "name": reference.names[: reference.N], "residents": [feature["properties"]["pop"] for feature in features]},
        geometry=[shape(feature["geometry"]) for feature in features],
        crs="EPSG:4326",
    )
    organizations, services, deliveries = {}, [], []
    for given in reference.SERV:
        key = given["agency"].casefold().replace(" ", "-")
        organizations[key] = Organization(key, given["agency"])
        services.append(Service(f"s{given['id']}", key, given["name"], types=(TYPES[given["cat"]],), needs=(NEEDS[given["cat"]],)))
        hours = Schedule.of(*((60 * hour, 60 * hour + 60) for hour, is_open in enumerate(given["hours"]) if is_open))
        served = tuple(area for area, is_served in zip(ids, given["cov"], strict=True) if is_served)
        deliveries.append(
            Delivery(
                f"d{given['id']:04d}",
                key,
                f"s{given['id']}",
                given["name"],
                mode="walk_in",
                hours=Hours.stated("open", hours),
                area=CITYWIDE if len(served) == len(ids) else CoverageArea((AreaPart("areas", "areas", served),)),
                location=Location(given["address"], given["lon"], given["lat"]),
                contact=Contact(given["phone"]),
            )
        )
    city = City.of(
        {
            "name": "Reference",
            "time_zone": "America/Chicago",
            "as_of": dt.date(2026, 10, 1),
            "languages": ["en", "es"],
            "geographies": [{"id": "areas", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id"}],
            "standards": {"needs": list(NEEDS)},
        }
    )
    records = Records.of(organizations.values(), services, deliveries, [], [Response(key) for key in organizations])
    eco = Ecosystem.build(records, Geography.of(frame), city, edition="public")
    return eco, Coverage.of(eco, as_of=city.as_of)
