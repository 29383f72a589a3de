"""Exports small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from ecosystem.calls.grid import GridIndex
from ecosystem.calls.ingest import Ingest, read_incidents
from ecosystem.city import Calls

Read = Callable[..., tuple[Ingest, pd.DataFrame]]


@pytest.fixture(scope="session")
def two_squares() -> gpd.GeoDataFrame:
    """West and East share the meridian -93.25; each is 0.05 degrees wide."""
    return gpd.GeoDataFrame(
        {"area_id": ["east", "west"], "name": ["East", "West"]},
        geometry=[box(-93.25, 44.95, -93.20, 45.00), box(-93.30, 44.95, -93.25, 45.00)],
        crs="EPSG:4326",
    )


def incidents_of(ingest: Ingest) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.sql(f"select * from '{ingest.incidents}' order by received, type_final").df()


@pytest.fixture
def read(tmp_path: Path, two_squares: gpd.GeoDataFrame) -> Read:
    """Read exports given as text (a CSV) or as files; returns what the ingest says and the incidents by time."""

    def run(
        *exports: str | Path,
        beats: Mapping[str, str] | None = None,
        split_beats: Collection[str] = (),
        names: Mapping[str, str] | None = None,
        **options: Any,
    ) -> tuple[Ingest, pd.DataFrame]:
        files = []
        for number, export in enumerate(exports):
            path = export if isinstance(export, Path) else tmp_path / f"export{number}.csv"
            if isinstance(export, str):
                path.write_text(export, encoding=options.pop("encoding", "utf-8"))
            files.append(str(path))
        calls = Calls.model_validate({"files": files, **options}, context={"folder": tmp_path})
        known = names or {}
        ingest = read_incidents(
            calls, tmp_path / "work", time_zone="America/Chicago", grid=GridIndex.of(two_squares), find_area=known.get,
            beats=beats, split_beats=split_beats,
        )  # fmt: skip
        return ingest, incidents_of(ingest)

    return run
