"""Records in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from surveys.readers import read_tables


def read(tmp_path: Path, data: object, nested: str = "") -> list[dict[str, str]]:
    path = tmp_path / "records.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    tables = read_tables(path, "records.json", nested=nested).tables
    return [dict(zip(table.columns, row.cells, strict=True)) for table in tables for row in table.rows]


def test_inner_objects_become_columns_with_dots_and_lists_become_text(tmp_path: Path) -> None:
    record = {"name": "Hub", "place": {"lat": 45.5, "lon": -93}, "tags": ["a", "b", None], "open": True, "none": None, "big": 1e3}
    assert read(tmp_path, [record]) == [
        {"name": "Hub", "place.lat": "45.5", "place.lon": "-93", "tags": "a; b", "open": "yes", "none": "", "big": "1000"}
    ]


def test_each_object_of_the_nested_list_is_a_row_with_what_stands_around_it(tmp_path: Path) -> None:
    records = [{"name": "Hub", "services": [{"name": "Desk", "hours": {"1": [[900, 1200], [1300, 1700]]}}, {"name": "Line"}]}, {"name": "Nub"}]
    rows = read(tmp_path, records, "services")
    assert [(row["name"], row["services.name"], row["services.hours.1"]) for row in rows] == [
        ("Hub", "Desk", "900-1200, 1300-1700"), ("Hub", "Line", ""), ("Nub", "", ""),
    ]  # fmt: skip


def test_an_object_that_holds_the_list_is_looked_into(tmp_path: Path) -> None:
    assert read(tmp_path, {"count": 2, "results": [{"name": "Hub"}, {"name": "Nub"}]}) == [{"name": "Hub"}, {"name": "Nub"}]


@pytest.mark.parametrize("text", ['[{"name": "Hub"', "[1, 2]", "[]", "{}", "[" * 5000])
def test_what_holds_no_records_is_told_and_never_raises(tmp_path: Path, text: str) -> None:
    path = tmp_path / "records.json"
    path.write_text(text, encoding="utf-8")
    tables = read_tables(path, "records.json")
    assert not tables.tables
    assert tables.issues
    assert all(issue.message for issue in tables.issues)


def test_an_item_that_is_no_record_costs_that_item(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text('[{"name": "Hub"}, 7, {"name": "Nub"}]', encoding="utf-8")
    tables = read_tables(path, "records.json")
    assert [row.number for row in tables.tables[0].rows] == [2, 4]
    assert [(issue.code, issue.row, issue.text) for issue in tables.issues] == [("row_malformed", 3, "7")]
