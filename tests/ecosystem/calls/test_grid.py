"""The grid gives what exact tests give, for any point and any shape."""

from __future__ import annotations

from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from ecosystem.calls.grid import BORDER, OUTSIDE, GridIndex
from ecosystem.geography import Geography


def star(x: float, y: float, radius: float, points: int, seed: int) -> Polygon:
    """A jagged shape around a point."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, points))
    reach = radius * rng.uniform(0.3, 1.0, points)
    return Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])).buffer(0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([4, 17, 64]))
def test_grid_is_exact_for_overlapping_jagged_shapes(seed: int, cells: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [star(rng.uniform(-93.3, -93.2), rng.uniform(44.9, 45.0), 0.05, int(rng.integers(5, 60)), int(rng.integers(2**31))) for _ in range(6)]
    areas = gpd.GeoDataFrame({"area_id": list("abcdef")}, geometry=shapes, crs="EPSG:4326")
    grid = GridIndex.of(areas, cells_per_side=cells)
    longitudes, latitudes = rng.uniform(-93.36, -93.14, 2_000), rng.uniform(44.84, 45.06, 2_000)
    corners = shapely.get_coordinates(areas.geometry.to_numpy())
    longitudes, latitudes = np.concatenate([longitudes, corners[:, 0], [np.nan]]), np.concatenate([latitudes, corners[:, 1], [44.9]])
    np.testing.assert_array_equal(grid.locate_all(longitudes, latitudes), grid.locate_exactly(longitudes, latitudes))


def test_shared_edge_belongs_to_the_lowest_id_as_in_geography(two_squares: gpd.GeoDataFrame) -> None:
    geography = Geography.of(two_squares)
    grid = GridIndex.of(geography.areas)
    longitudes = np.array([-93.30, -93.25, -93.2500001, -93.20, -93.19])
    latitudes = np.full(5, 44.97)
    expected = geography.locate_all(longitudes, latitudes)
    np.testing.assert_array_equal(grid.locate_all(longitudes, latitudes), expected)
    assert [grid.area_ids[row] if row >= 0 else "" for row in expected] == ["west", "east", "west", "east", ""]


def test_long_straight_borders_are_followed_closely() -> None:
    triangle = gpd.GeoDataFrame({"area_id": ["a"]}, geometry=[Polygon([(0, 0), (1, 0), (0, 1)])], crs="EPSG:4326")
    grid = GridIndex.of(triangle, cells_per_side=256)
    assert grid.border_share < 0.05


def test_cells_join_in_sql_as_in_python(two_squares: gpd.GeoDataFrame) -> None:
    grid = GridIndex.of(two_squares)
    rng = np.random.default_rng(3)
    points = pd.DataFrame({"lon": rng.uniform(-93.31, -93.19, 5_000), "lat": rng.uniform(44.94, 45.01, 5_000)})
    with duckdb.connect() as connection:
        connection.register("points", points)
        connection.register("cells", grid.cells())
        inside = f"select *, {grid.cell_sql('lon', 'lat')} as cell from points"
        query = f"select lon, lat, coalesce(area, {OUTSIDE}) as area from ({inside}) left join cells using (cell)"
        joined = connection.sql(query).df()
    inner = joined[joined["area"] != BORDER]
    assert len(inner) > 4_500
    np.testing.assert_array_equal(inner["area"], grid.locate_exactly(inner["lon"].to_numpy(), inner["lat"].to_numpy()))


def test_area_with_a_hole_and_one_of_two_parts() -> None:
    ring = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    parts = shapely.MultiPolygon([box(1.2, 1.2, 1.8, 1.8), box(5, 0, 6, 1)])
    grid = GridIndex.of(gpd.GeoDataFrame({"area_id": ["ring", "two"]}, geometry=[ring, parts], crs="EPSG:4326"), cells_per_side=64)
    points = np.array([[0.5, 0.5], [1.1, 1.1], [1.5, 1.5], [5.5, 0.5], [4.0, 0.5]])
    assert grid.locate_all(points[:, 0].copy(), points[:, 1].copy()).tolist() == [0, -1, 1, 1, -1]


def test_fires_of_minneapolis(shared_data: Path) -> None:
    folder = shared_data / "minneapolis"
    areas = gpd.read_file(folder / "boundaries" / "Minneapolis_Neighborhoods.geojson").rename(columns={"BDNAME": "area_id"})
    areas = areas.sort_values("area_id", ignore_index=True)
    fires = pd.read_csv(folder / "demand" / "mfd_fires_2012_2022.csv")
    rows = GridIndex.of(areas).locate_all(fires["longitude"].to_numpy(), fires["latitude"].to_numpy())
    by_area = pd.Series(areas["area_id"].to_numpy()[rows[rows >= 0]]).value_counts()
    without = int(fires["longitude"].isna().sum())
    assert (len(fires), int((rows >= 0).sum()), without, int((rows < 0).sum()) - without) == (13_973, 13_862, 24, 87)
    assert [int(by_area[name]) for name in ("Whittier", "Jordan", "Hawthorne")] == [565, 543, 540]
