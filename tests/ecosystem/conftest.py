"""A city of three areas and a few services, small enough to work every answer out by hand.

Ash (1,000 residents), Birch (2,000) and the Park (nobody lives there) are equal squares side by side, about 1 km wide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import geopandas as gpd
import pytest
from shapely.geometry import box

from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import (
    BLANK,
    CITYWIDE,
    NOT_ASKED,
    AreaPart,
    CoverageArea,
    Delivery,
    Invitation,
    Organization,
    Records,
    Response,
    Service,
    delivery_id,
)
from ecosystem.schedule import Hours, Schedule

AS_OF = dt.date(2026, 10, 1)


@pytest.fixture(scope="session")
def ground() -> Geography:
    frame = gpd.GeoDataFrame(
        {"area_id": ["ash", "birch", "park"], "name": ["Ash", "Birch", "Park"], "residents": [1000.0, 2000.0, 0.0]},
        geometry=[box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), box(2000, 0, 3000, 1000)],
        crs="EPSG:26915",
    )
    return Geography.of(frame.assign(geometry=frame.translate(478_000, 4_980_000)), crs="EPSG:26915")


@pytest.fixture(scope="session")
def settings() -> City:
    areas = {"id": "areas", "name": "Areas", "file": "areas.geojson", "id_column": "area_id"}
    needs = ["N01", "N08", "N14"]
    return City.of({"name": "Smallville", "time_zone": "America/Chicago", "as_of": AS_OF, "geographies": [areas], "standards": {"needs": needs}})


Answer = tuple[Organization, Service, Delivery]


@pytest.fixture(scope="session")
def give() -> Callable[..., Answer]:
    """Build one organization with one service given once: `give("owls", "02a", hours, "ash birch")`."""

    def build(
        organization: str,
        types: str | None,
        hours: Schedule | None,
        areas: str | None,
        *,
        mode: str | None = "mobile",
        needs: Sequence[str] | None = None,
        sector: str = "community",
        **facts: object,
    ) -> Answer:
        key = f"{organization}/crew"
        kind = "response" if mode == "mobile" else "phone" if mode == "phone" else "open"
        place: object = BLANK
        if areas == "city":
            place = CITYWIDE
        elif areas is not None:
            place = CoverageArea((AreaPart("areas", "areas", tuple(areas.split())),))
        return (
            Organization(organization, organization.title(), sector=sector),  # type: ignore[arg-type]
            Service(
                key, organization, "crew", types=BLANK if types is None else tuple(types.split()), needs=NOT_ASKED if needs is None else tuple(needs)
            ),
            Delivery(
                id=delivery_id(organization, "crew", ""),
                organization=organization,
                service=key,
                name="crew",
                mode=BLANK if mode is None else mode,  # type: ignore[arg-type]
                hours=BLANK if hours is None else Hours.stated(kind, hours),  # type: ignore[arg-type]
                area=place,  # type: ignore[arg-type]
                **facts,  # type: ignore[arg-type]
            ),
        )

    return build


@pytest.fixture(scope="session")
def town(ground: Geography, settings: City) -> Callable[..., Ecosystem]:
    """Build the ecosystem of some answers; each answering organization was asked, as were the `silent` ones."""

    def build(*answers: Answer, silent: Sequence[Invitation] = (), city: City = settings, geography: Geography = ground) -> Ecosystem:
        organizations = {organization.key: organization for organization, _, _ in answers}
        records = Records.of(
            organizations.values(),
            {service.key: service for _, service, _ in answers}.values(),
            [delivery for _, _, delivery in answers],
            [*(Invitation(o.key, o.name, o.sector) for o in organizations.values()), *silent],
            [Response(key, date=AS_OF) for key in organizations],
        )
        return Ecosystem.build(records, geography, city)

    return build
