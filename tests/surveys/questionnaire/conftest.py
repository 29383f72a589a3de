"""A city's own questionnaire: three neighborhoods, the taxonomy as it comes, and one kind of service that the city protects in addition."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import surveys
from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.records import Unknown
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


def _facts(value: object) -> object:
    """A record without the cells its facts came from."""
    if isinstance(value, Unknown):
        return ("unknown", value.reason)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value) if field.name not in ("source", "sources")]
        return {name: _facts(getattr(value, name)) for name in fields}
    if isinstance(value, tuple | list):
        return tuple(map(_facts, value))
    if isinstance(value, Mapping):
        return {key: _facts(inner) for key, inner in value.items()}
    return value


@pytest.fixture(scope="session")
def facts_of() -> Callable[[surveys.Survey], dict[str, object]]:
    """All records of a survey by kind, without the cells they came from."""
    kinds = ("organizations", "services", "deliveries", "responses", "referrals", "comments", "disputes")
    return lambda survey: {kind: _facts(getattr(survey.records, kind)) for kind in kinds}
