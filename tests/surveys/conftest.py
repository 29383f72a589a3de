"""A small city to read answers in: three neighborhoods in a row, three wards that cut them otherwise, and one alias."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import pytest
import shapely
import xlsxwriter

import surveys
from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.taxonomy import Taxonomy

WEST, SOUTH, STEP = -93.30, 45.00, 0.02


class ReadAnswers(Protocol):
    """Reads a city folder made of these files; `responses` maps file names to text, bytes or a Markdown table."""

    def __call__(
        self,
        responses: Mapping[str, str | bytes] | str,
        *,
        invited: str = "",
        contracts: str = "",
        codebook: str = "",
        own_questionnaire: str = "",
        decisions: Mapping[str, str] | None = None,
        protected: tuple[str, ...] = (),
        wave: str = "",
        formats: Mapping[str, str] | None = None,
    ) -> surveys.Survey: ...


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


def table_csv(table: str) -> str:
    """Return a Markdown table, as it stands in a test, as CSV."""
    rows = [[cell.strip().replace("<br>", "\n") for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(row for row in rows if not set("".join(row)) <= {"-", ":"})
    return text.getvalue()


@pytest.fixture
def read_answers(tmp_path: Path, geography: Geography, taxonomy: Taxonomy) -> ReadAnswers:
    numbers = itertools.count()

    def read(
        responses: Mapping[str, str | bytes] | str,
        *,
        invited: str = "",
        contracts: str = "",
        codebook: str = "",
        own_questionnaire: str = "",
        decisions: Mapping[str, str] | None = None,
        protected: tuple[str, ...] = (),
        wave: str = "",
        formats: Mapping[str, str] | None = None,
    ) -> surveys.Survey:
        folder = tmp_path / f"city{next(numbers)}"
        (folder / "responses").mkdir(parents=True)
        (folder / "decisions").mkdir()
        if isinstance(responses, str):
            responses = {"answers.csv": responses}
        for name, content in responses.items():
            if isinstance(content, str):
                content = (table_csv(content) if content.lstrip().startswith("|") else content).encode()
            path = folder / "responses" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, text in (("invited.csv", invited), ("contracts.csv", contracts), ("codebook.toml", codebook)):
            if text:
                (folder / name).write_text(table_csv(text) if text.lstrip().startswith("|") else text, encoding="utf-8")
        if own_questionnaire:
            (folder / "questionnaire").mkdir()
            (folder / "questionnaire" / "codebook.toml").write_text(own_questionnaire, encoding="utf-8")
        for name, text in (decisions or {}).items():
            (folder / "decisions" / name).write_text(table_csv(text) if text.lstrip().startswith("|") else text, encoding="utf-8")
        values = {
            "name": "Riverbend",
            "time_zone": "America/Chicago",
            "as_of": dt.date(2026, 10, 1),
            "geographies": [{"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}],
            "survey": {"responses": "responses", "wave": wave, "formats": formats or {}, **({"codebook": "codebook.toml"} if codebook else {})},
            "privacy": {"protected_services": list(protected)},
        }
        return surveys.read(City.of(values, file=folder / "city.toml"), geography, taxonomy)

    return read


@pytest.fixture
def codes() -> Callable[[surveys.Survey], list[str]]:
    """The codes of the issues of a survey, less those that say what a short test table does not ask."""
    quiet = {"question_not_asked", "required_empty"}

    def of(survey: surveys.Survey) -> list[str]:
        return sorted(issue.code for issue in survey.issues if issue.code not in quiet)

    return of


@pytest.fixture(scope="session")
def kit_xlsx() -> Callable[[Mapping[str, Sequence[Sequence[str]]]], bytes]:
    """Writes sheets of text as a workbook."""

    def write(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, at, cell)
        book.close()
        return buffer.getvalue()

    return write
