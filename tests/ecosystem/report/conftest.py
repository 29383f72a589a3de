"""A small town with one of everything a report tells: a weekend hole, a need without an answer, silence, contracts, a dispute, two languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from ecosystem.analysis import analyze
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.findings import Findings
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import BLANK, Contact, Contract, Dispute, Invitation, Language, Records, Source
from ecosystem.report.material import Material
from ecosystem.schedule import ALWAYS, Schedule

WEEKDAYS = Schedule.daily("00:00", "24:00", days=range(5))
OFFICE = Schedule.daily("08:00", "17:00", days=range(5))


@dataclass(frozen=True)
class TownRun:
    """What a report reads of a run."""

    eco: Ecosystem
    coverage: Coverage
    results: Mapping[str, Findings]


def run_of(eco: Ecosystem) -> TownRun:
    """Run the analyses on an ecosystem."""
    coverage = Coverage.of(eco, as_of=eco.city.as_of)
    return TownRun(eco, coverage, analyze(eco, coverage, eco.city))


def contracts() -> tuple[Contract, ...]:
    """Return one grant that ends soon without a manager, one with, and one that runs on."""
    year_end = dt.date(2026, 12, 31)
    return (
        Contract("c1", "City", "wrens", program="Night mediation", amount_usd=120_000.0, ends=year_end),
        Contract("c2", "City", "owls", program="Crisis team", amount_usd=500_000.0, ends=year_end, manager="A. Clerk"),
        Contract("c3", "State", "hawks", program="Animal care", amount_usd=BLANK, ends=dt.date(2028, 6, 30), manager="B. Clerk"),
    )


@pytest.fixture(scope="session")
def small_town(town: Callable[..., Ecosystem], give: Callable[..., object]) -> Ecosystem:
    """Owls: crisis team on weekdays. Hawks: animals, always. Wrens: disputes, hours blank, in Ash. County not asked, Mute silent in Ash."""
    city = City.of(
        {
            "name": "Smallville",
            "time_zone": "America/Chicago",
            "as_of": dt.date(2026, 10, 1),
            "languages": ["en", "es"],
            "geographies": [{"id": "areas", "name": "Areas", "file": "areas.geojson", "id_column": "area_id"}],
            "standards": {"needs": ["N01", "N08", "N14", "N37"]},
            "contact": {"name": "Safety Office", "corrections": "safety@smallville.example"},
        }
    )
    spoken = (Language("so", "staff"), Language("es", "interpreter"))
    eco = town(
        give("owls", "02a", WEEKDAYS, "ash birch", languages=spoken, contact=Contact("555-0101")),
        give("hawks", "02g", ALWAYS, "city", sector="city"),
        give("wrens", "02b", None, "ash"),
        silent=[Invitation("county", "Oak County", "county", asked=False), Invitation("mute", "Mute House", "faith", areas=("ash",))],
        city=city,
    )
    claims = (Source("a.csv", text="9 to 5", role="director"), Source("b.csv", text="all day"))
    records = replace(eco.records, contracts=contracts(), disputes=(Dispute(eco.records.deliveries[0].id, "hours", claims),))
    return Ecosystem.build(records, eco.geography, city)


@pytest.fixture(scope="session")
def small_run(small_town: Ecosystem) -> TownRun:
    return run_of(small_town)


@pytest.fixture(scope="session")
def english(small_run: TownRun) -> Material:
    return Material.of(small_run, "en")


@pytest.fixture(scope="session")
def run_again() -> Callable[[Records, Geography, City], TownRun]:
    """Run the analyses on other records."""
    return lambda records, geography, city: run_of(Ecosystem.build(records, geography, city))
