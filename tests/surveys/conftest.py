"""A small city to read answers in: three neighborhoods in a row, three wards that cut them otherwise, and one alias."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import surveys
from answers import ReadAnswers
from ecosystem.geography import Geography
from ecosystem.taxonomy import Taxonomy

WEST, SOUTH, STEP = -93.30, 45.00, 0.02


def squares(n: int, *, width: float = STEP) -> list[shapely.Polygon]:
    return [shapely.box(WEST + width * i, SOUTH, WEST + width * (i + 1), SOUTH + STEP) for i in range(n)]


@pytest.fixture(scope="session")
def geography() -> Geography:
    names = gpd.GeoDataFrame(
        {"area_id": ["a1", "a2", "a3"], "name": ["Northbank", "Mill Street", "Willard - Hay"]}, geometry=squares(3), crs="EPSG:4326"
    )
    wards = gpd.GeoDataFrame({"area_id": ["w4", "w5"], "name": ["Ward 4", "Ward 5"]}, geometry=squares(2, width=0.03), crs="EPSG:4326")
    return Geography.of(names, layers={"wards": wards}, aliases={"Old Mill": "a2", "Northside": "Northbank"}, main="neighborhoods")


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return Taxonomy.read()


@pytest.fixture
def read_answers(tmp_path: Path, geography: Geography, taxonomy: Taxonomy) -> ReadAnswers:
    return ReadAnswers(tmp_path, geography, taxonomy)


@pytest.fixture
def codes() -> Callable[[surveys.Survey], list[str]]:
    """The codes of the issues of a survey, less those that say what a short test table does not ask."""
    quiet = {"question_not_asked", "required_empty"}

    def of(survey: surveys.Survey) -> list[str]:
        return sorted(issue.code for issue in survey.issues if issue.code not in quiet)

    return of
