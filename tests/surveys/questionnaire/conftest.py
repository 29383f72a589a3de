"""A city's own questionnaire: three neighborhoods, the taxonomy as it comes, and one kind of service that the city protects in addition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.taxonomy import Taxonomy
from surveys.questionnaire.city_form import CityForm
from surveys.questionnaire.specification import Length

MakeForm = Callable[[Length], CityForm]


@pytest.fixture(scope="session")
def city_in() -> Callable[[Path], City]:
    return _city


@pytest.fixture
def city(tmp_path: Path) -> City:
    return _city(tmp_path)


def _city(folder: Path) -> City:
    areas = {"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}
    values = {
        "name": "Riverbend",
        "time_zone": "America/Chicago",
        "as_of": dt.date(2026, 10, 1),
        "geographies": [areas],
        "survey": {"responses": "responses", "wave": "2026"},
        "privacy": {"protected_services": ["09a"]},
        "contact": {"name": "Office of Neighborhood Safety", "corrections": "safety@riverbend.example"},
    }
    return City.of(values, file=folder / "city.toml")


@pytest.fixture
def make_form(city: City, geography: Geography, taxonomy: Taxonomy) -> MakeForm:
    return lambda length: CityForm.of(city, geography, taxonomy, length)
