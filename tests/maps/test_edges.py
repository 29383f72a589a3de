"""Cities at the edge: nobody answered, no population, other slots, islands and holes, one language, no address for corrections."""

from __future__ import annotations

import types
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Polygon, box

import maps
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import Records


def draw_city(town: types.ModuleType, records: Records, geography: Geography, **values: Any) -> tuple[Coverage, str]:
    city = town.make_city()
    city = City.of({**city.model_dump(mode="json", exclude={"geographies", "survey", "analysis", "goal", "crs", "taxonomy", "population"}), **values})
    eco = Ecosystem.build(records, geography, city, edition="public")
    coverage = Coverage.of(eco, as_of=city.as_of)
    return coverage, maps.draw(eco, coverage, {})


GEOGRAPHIES = [{"id": "areas", "name": "Tracts", "file": "areas.geojson", "id_column": "area_id"}]


def test_a_city_where_nobody_answered(town: types.ModuleType) -> None:
    coverage, html = draw_city(town, Records(), town.make_geography(), geographies=GEOGRAPHIES)
    payload = maps.decode_payload(html)
    assert payload["deliveries"]["id"] == []
    assert payload["n_cube"] == 0
    assert (coverage.state("N01")[: len(coverage.area_ids) - 1] == 2).all()


@pytest.mark.parametrize("minutes", [15, 60])
def test_slots_of_other_lengths(town: types.ModuleType, minutes: int) -> None:
    coverage, html = draw_city(town, town.make_records(), town.make_geography(), geographies=GEOGRAPHIES, standards={"slot_minutes": minutes})
    assert maps.decode_payload(html)["slot_minutes"] == minutes
    assert coverage.n_slots == 10_080 // minutes


def test_a_city_without_population_shows_no_people(town: types.ModuleType) -> None:
    frame = town.make_geography().areas[["area_id", "name", "geometry"]]
    _, html = draw_city(town, town.make_records(), Geography.of(gpd.GeoDataFrame(frame, crs="EPSG:4326")), geographies=GEOGRAPHIES)
    assert maps.decode_payload(html)["areas"]["residents"] is None


def test_islands_and_holes_are_drawn(town: types.ModuleType) -> None:
    ring = Polygon(box(0, 0, 3000, 3000).exterior, [box(1000, 1000, 2000, 2000).exterior])
    pair = MultiPolygon([box(1000, 1000, 2000, 2000), box(4000, 0, 5000, 1000)])
    frame = gpd.GeoDataFrame({"area_id": ["pair", "ring"], "name": ["Pair", "Ring"]}, geometry=[pair, ring], crs="EPSG:32615")
    frame["geometry"] = frame.geometry.translate(500_000, 4_870_000)
    _, html = draw_city(town, Records(), Geography.of(frame.to_crs("EPSG:4326")), geographies=GEOGRAPHIES)
    shapes = maps.decode_payload(html)["shapes"]
    assert [len(polygon) for polygon in shapes["ring"]] == [2]
    assert [len(polygon) for polygon in shapes["pair"]] == [1, 1]
    assert 'fill-rule="evenodd"' in html


def test_a_splinter_smaller_than_the_pages_grid_is_left_out(town: types.ModuleType) -> None:
    splinter = MultiPolygon([box(0, 0, 1000, 1000), box(1500, 0, 1500.1, 0.1)])
    pierced = Polygon(box(2000, 0, 3000, 1000).exterior, [box(2500, 500, 2500.1, 500.1).exterior])
    frame = gpd.GeoDataFrame({"area_id": ["a", "b"], "name": ["A", "B"]}, geometry=[splinter, pierced], crs="EPSG:32615")
    frame["geometry"] = frame.geometry.translate(500_000, 4_870_000)
    _, html = draw_city(town, Records(), Geography.of(frame.to_crs("EPSG:4326")), geographies=GEOGRAPHIES)
    shapes = maps.decode_payload(html)["shapes"]
    assert [[len(ring) for ring in polygon] for polygon in (*shapes["a"], *shapes["b"])] == [[4], [4]]


def test_one_language_only(town: types.ModuleType) -> None:
    _, html = draw_city(town, town.make_records(), town.make_geography(), geographies=GEOGRAPHIES, languages=["es"])
    assert '<html lang="es">' in html
    assert maps.decode_payload(html)["languages"] == ["es"]
    assert "Smallwater: quién está para ayudar, dónde y cuándo" in html
    assert "Kind of help" not in html


def test_a_minimum_above_one_is_in_the_payload(town: types.ModuleType) -> None:
    coverage, html = draw_city(town, town.make_records(), town.make_geography(), geographies=GEOGRAPHIES, standards={"minimum_depth": {"N01": 2}})
    payload = maps.decode_payload(html)
    row = [need["code"] for need in payload["needs"]].index("N01")
    assert payload["needs"][row]["minimum"] == 2
    assert np.count_nonzero(coverage.state("N01") == 0) > 0
