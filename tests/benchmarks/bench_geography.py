"""How fast are areas made ready for counting, against what geopandas does for the same?

    python tests/benchmarks/bench_geography.py

88 areas of 400 vertices get 256 points of equal ground each, and a service area of 1.6 km is counted in them. The baseline puts as many random
points into each area with `GeoSeries.sample_points`, and counts the same circle with `geopandas.overlay`. Each figure is the least CPU time of
some runs in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas as gpd
import shapely

from ecosystem.geography import Geography
from ecosystem.records import AreaPart, CoverageArea

EAST, NORTH, SIDE = 478_000.0, 4_977_000.0, 1_000.0
"""Metres in EPSG:26915: the corner of the first square, and the side of each."""
CENTRE, RADIUS = (EAST + 3_000, NORTH + 3_000), 1_600.0


def areas() -> gpd.GeoDataFrame:
    """Return 8 x 11 squares with a vertex every ten metres."""
    corners = [(EAST + SIDE * column, NORTH + SIDE * row) for row in range(8) for column in range(11)]
    squares = [shapely.segmentize(shapely.box(x, y, x + SIDE, y + SIDE), 10) for x, y in corners]
    names = [f"{number:02d}" for number in range(len(squares))]
    return gpd.GeoDataFrame({"area_id": names, "name": names}, geometry=squares, crs="EPSG:26915")


def ours(frame: gpd.GeoDataFrame) -> float:
    """Return how many areas the service area covers, as a sum of shares."""
    geography = Geography.of(frame)
    longitude, latitude = gpd.GeoSeries([shapely.Point(CENTRE)], crs=frame.crs).to_crs("EPSG:4326").iloc[0].coords[0]
    inside = geography.membership(CoverageArea((AreaPart("radius", longitude=longitude, latitude=latitude, radius_m=RADIUS),)))
    return float(inside.sum() / (len(inside) / len(frame)))


def peers(frame: gpd.GeoDataFrame) -> float:
    """Return the same from geopandas."""
    frame.geometry.sample_points(256, rng=0)
    circle = gpd.GeoDataFrame(geometry=[shapely.Point(CENTRE).buffer(RADIUS)], crs=frame.crs)
    return float((gpd.overlay(frame, circle).area / SIDE**2).sum())


def least(what: Callable[[gpd.GeoDataFrame], float], frame: gpd.GeoDataFrame) -> tuple[float, float]:
    seconds, covered = [], 0.0
    for _ in range(5):
        start = time.process_time()
        covered = what(frame)
        seconds.append(time.process_time() - start)
    return min(seconds), covered


def main() -> None:
    frame = areas()
    (baseline, theirs), (mine, own) = least(peers, frame), least(ours, frame)
    print(f"geopandas, random points and overlay: {1000 * baseline:.0f} ms (the baseline), {theirs:.2f} areas covered")
    print(f"points of equal ground and their count: {1000 * mine:.0f} ms (asked 1,500), {mine / baseline:.2f}x, {own:.2f} areas covered")


if __name__ == "__main__":
    main()
