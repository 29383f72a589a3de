"""What an ArcGIS server answers: its reference systems, and an answer that it cut off."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from boundary_files import as_esri, lies_on, text_file, town
from ecosystem.boundaries import read_areas
from ecosystem.boundaries.esri_curves import straighten
from ecosystem.errors import GeographyError
from squares import UTM, frame_of, square


def esri(tmp_path: Path, frame: gpd.GeoDataFrame, reference: dict[str, Any] | None, **more: Any) -> Path:
    return text_file(tmp_path / "query.json", json.dumps({**as_esri(frame, reference), **more}))


@pytest.mark.parametrize(
    ("reference", "crs"),
    [
        ({"wkid": 4326}, "EPSG:4326"),
        ({"wkid": 102100, "latestWkid": 3857}, "EPSG:3857"),
        ({"wkid": 103734}, "ESRI:103734"),  # the county's own feet, which EPSG does not know
        ({"wkid": 26915}, "EPSG:26915"),
    ],
)
def test_the_number_of_the_reference_system_is_epsgs_or_esris(tmp_path: Path, reference: dict[str, Any], crs: str) -> None:
    areas, issues = read_areas(esri(tmp_path, frame_of({"a": square(0)}).to_crs(crs), reference), id_column="area_id")
    assert issues == ()
    assert lies_on(areas, "a")


def test_a_reference_system_in_words_or_in_the_shape_is_read_and_none_is_asked_for(tmp_path: Path) -> None:
    frame = frame_of({"a": square(0)})
    assert lies_on(read_areas(esri(tmp_path, frame, {"wkt": frame.crs.to_wkt("WKT1_ESRI")}), id_column="area_id")[0], "a")
    answer = as_esri(frame, None)
    answer["features"][0]["geometry"]["spatialReference"] = {"wkid": 32615}
    assert lies_on(read_areas(text_file(tmp_path / "own.json", json.dumps(answer)), id_column="area_id")[0], "a")
    with pytest.raises(GeographyError, match="names no reference system, and its coordinates cannot be degrees"):
        read_areas(esri(tmp_path, frame, None), id_column="area_id")
    assert lies_on(read_areas(esri(tmp_path, frame, None), id_column="area_id", crs=UTM)[0], "a")


@pytest.mark.parametrize("form", ["Esri JSON", "GeoJSON"])
def test_an_answer_that_the_server_cut_off_is_told(tmp_path: Path, form: str) -> None:
    frame = frame_of({"a": square(0)}).to_crs("EPSG:4326")
    if form == "GeoJSON":
        file = text_file(tmp_path / "query.geojson", json.dumps({**json.loads(frame.to_json()), "exceededTransferLimit": True}))
    else:
        file = esri(tmp_path, frame, {"wkid": 4326}, exceededTransferLimit=True)
    areas, issues = read_areas(file, id_column="area_id")
    assert len(areas) == 1
    assert [issue.severity for issue in issues] == ["error"]
    assert "the server cut its answer off after 1 areas" in issues[0].message


def test_an_area_of_an_answer_without_rings_is_left_out_and_told(tmp_path: Path) -> None:
    answer = as_esri(town().to_crs("EPSG:4326"), {"wkid": 4326})
    answer["features"][0]["geometry"] = None
    answer["features"][1]["geometry"] = {"rings": []}
    areas, issues = read_areas(text_file(tmp_path / "query.json", json.dumps(answer)), id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["10"]
    assert [(issue.code, issue.text) for issue in issues] == [("area_without_ground", "01"), ("area_without_ground", "02")]


def on_circle(x: float, y: float, *, around: tuple[float, float], radius: float) -> bool:
    return abs(math.hypot(x - around[0], y - around[1]) - radius) < 1e-6


@pytest.mark.parametrize(
    ("ring", "ground"),
    [
        # half a disc of radius 1 km: over the line, under it, and by its center
        ([[0, 0], {"c": [[2000, 0], [1000, 1000]]}, [0, 0]], math.pi / 2),
        ([[0, 0], {"c": [[2000, 0], [1000, -1000]]}, [0, 0]], math.pi / 2),
        ([[0, 0], {"a": [[2000, 0], [1000, 0], 0, 1]}, [0, 0]], math.pi / 2),
        # from the east by the west to the south: three quarters of the disc; by the south-east: the fourth
        ([[1000, 0], {"c": [[0, -1000], [-1000, 0]]}, [0, 0], [1000, 0]], math.pi * 3 / 4),
        ([[1000, 0], {"c": [[0, -1000], [600, -800]]}, [0, 0], [1000, 0]], math.pi / 4),
        # an ellipse of 3 km by 1 km that stands upright, whole; and the half of one that lies
        ([[0, 3000], {"a": [[0, 3000], [0, 0], 0, 1, math.pi / 2, 3000, 1 / 3]}], math.pi * 3),
        ([[3000, 0], {"a": [[-3000, 0], [0, 0], 0, 0, 0, 3000, 1 / 3]}, [3000, 0]], math.pi * 3 / 2),
        # x = 9t^2 - 6t^3, y = 6t(1 - t) in km: the integral of y dx is that of 108 t^2 (1 - t)^2, which is 108 / 30
        ([[0, 0], {"b": [[3000, 0], [0, 2000], [3000, 2000]]}, [0, 0]], 3.6),
        # three points on a line are no circle
        ([[0, 0], {"c": [[2000, 0], [1000, 0]]}, [2000, 1000], [0, 0]], 1.0),
    ],
)
def test_a_curve_becomes_points_that_lie_on_it(ring: list[Any], ground: float) -> None:
    assert shapely.Polygon(straighten(ring)).area / 1e6 == pytest.approx(ground, rel=5e-5)


def test_the_points_of_an_arc_lie_on_its_circle_and_its_lines_within_a_centimeter() -> None:
    ring = straighten([[0, 0, 7], {"c": [[2000, 0, 7], [1000, 1000]]}, [0, 0, 7]])
    assert all(on_circle(x, y, around=(1000, 0), radius=1000) for x, y in ring)
    assert (ring[0], ring[-2], ring[-1]) == ([0, 0], [2000, 0], [0, 0])
    middles = [((x + u) / 2, (y + v) / 2) for (x, y), (u, v) in itertools.pairwise(ring[:-1])]
    assert all(1000 - math.hypot(x - 1000, y) < 0.01 for x, y in middles)


@pytest.mark.parametrize("more", [{}, {"hasZ": True, "hasM": True}])
def test_an_area_with_a_curved_border_is_read_and_one_that_cannot_be_is_told(tmp_path: Path, more: dict[str, Any]) -> None:
    answer = as_esri(frame_of({"a": square(0), "b": square(1), "c": square(2)}), {"wkid": 26915})
    disc = [[479_000, 4_980_000, 0, 0], {"c": [[481_000, 4_980_000, 0, 0], [480_000, 4_981_000]]}, [479_000, 4_980_000, 0, 0]]
    for at, curves in enumerate(([disc], [[[479_000, 4_980_000], {"x": 1}]])):
        answer["features"][at]["geometry"] = {"curveRings": curves}
    areas, issues = read_areas(text_file(tmp_path / "query.json", json.dumps({**answer, **more})), id_column="area_id")
    assert list(areas["area_id"]) == ["a", "c"]
    assert areas.to_crs("EPSG:26915").area.iloc[0] / 1e6 == pytest.approx(math.pi / 2, rel=2e-5)
    assert [issue.code for issue in issues] == ["curves_not_read", "area_without_ground"]
    assert "cannot be read: 1." in issues[0].message


@pytest.mark.parametrize(
    "ring",
    [
        [{"c": [[1, 0], [0, 1]]}], [[0, 0], {"c": [[0, 0], [1, 1]]}], [[0, 0], {"c": [[1, 0]]}], [[0, 0], {"a": [[1, 0], [0, 0], 0, 1]}],
        [[0, 0], {"a": [[2, 0], [1, 0], 0, 1, 0, 1, 0]}], [[0, 0], ["x", 1]], [[0, 0], {"q": [[1, 0]]}], [0, 1], [["NaN", 0]],
    ],
)  # fmt: skip
def test_what_is_no_curve_is_refused(ring: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        straighten(ring)
