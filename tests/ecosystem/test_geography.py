"""Areas on the ground: what is mended, what is refused, who is counted where, and which names mean which area.

The city of these tests lies near 93 degrees west, 45 north, in UTM zone 15 north (EPSG:32615). Areas are squares of 1 km unless named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from ecosystem.city import City
from ecosystem.errors import GeographyError, NameUnknownError
from ecosystem.geography import Geography
from ecosystem.lattice import lattice_error_of, make_lattice
from ecosystem.records import CITYWIDE, AreaPart, CoverageArea
from squares import EAST, NORTH, UTM, frame_of, square


def three_areas(**columns: Sequence[Any]) -> Geography:
    shapes = {"a": square(0), "b": square(1), "c": square(2)}
    return Geography.of(frame_of(shapes, ["Ash", "Birch", "Cedar - Elm"], **columns), crs=UTM)


def lon_lat(x: float, y: float) -> tuple[float, float]:
    point = gpd.GeoSeries([Point(x, y)], crs=UTM).to_crs("EPSG:4326").iloc[0]
    return point.x, point.y


def radius(x: float, y: float, radius_m: float) -> AreaPart:
    longitude, latitude = lon_lat(x, y)
    return AreaPart("radius", longitude=longitude, latitude=latitude, radius_m=radius_m)


def drawn(shape: Any) -> AreaPart:
    return AreaPart("polygon", wkt=gpd.GeoSeries([shape], crs=UTM).to_crs("EPSG:4326").iloc[0].wkt)


def named(*area_ids: str, geography: str = "areas") -> AreaPart:
    return AreaPart("areas", geography, area_ids)


def test_an_area_without_a_name_is_called_by_its_id() -> None:
    geography = Geography.of(frame_of({"a": square(0), "b": square(1)}, ["Ash", ""]))
    assert geography.area_names == {"a": "Ash", "b": "b"}
    assert [issue.code for issue in geography.issues] == ["name_missing"]


def test_a_frame_without_a_reference_system_is_an_error_at_the_door() -> None:
    with pytest.raises(GeographyError, match="has no reference system"):
        Geography.of(frame_of({"a": square(0)}, crs=None))


def test_heights_are_dropped() -> None:
    high = Polygon([(x, y, 5.0) for x, y in square(0).exterior.coords])
    assert not Geography.of(frame_of({"a": high})).areas.geometry.has_z.any()


# --- Cities ------------------------------------------------------------------------------------------------------------------------------


def city_of(folder: Path, *geographies: dict[str, str], **more: Any) -> City:
    values = {"name": "Test", "time_zone": "America/Chicago", "as_of": "2026-01-01", "geographies": list(geographies), **more}
    return City.of(values, file=folder / "city.toml", must_exist=True)


def entry(key: str, file: str, **more: str) -> dict[str, str]:
    return {"id": key, "name": key.title(), "file": file, "id_column": "area_id", "name_column": "name", **more}


def test_problems_of_all_boundary_files_are_told_at_once(tmp_path: Path) -> None:
    frame_of({"a": square(0)}).to_file(tmp_path / "one.gpkg")
    (tmp_path / "two.geojson").write_text("<html></html>", encoding="utf-8")
    city = city_of(tmp_path, entry("one", "one.gpkg", id_column="nope"), entry("two", "two.geojson"))
    with pytest.raises(GeographyError) as caught:
        Geography.read(city)
    assert "one.gpkg: has no column 'nope'" in str(caught.value)
    assert "two.geojson: is a web page" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_city_reads_its_geographies_aliases_and_titles(tmp_path: Path) -> None:
    frame_of({"a": square(0), "b": square(1)}, ["Ash", "Birch"]).to_file(tmp_path / "areas.geojson")
    frame_of({"p1": box(EAST, NORTH, EAST + 2_000, NORTH + 1_000)}, ["First Precinct"]).to_file(tmp_path / "precincts.gpkg")
    (tmp_path / "aliases.csv").write_text("alias,area_id\nThe Ashes,a\nTwin Woods,a\nTwin Woods,b\nOaks,z\n", encoding="utf-8")
    city = city_of(tmp_path, entry("areas", "areas.geojson", aliases="aliases.csv"), entry("precincts", "precincts.gpkg"), crs="EPSG:26915")
    geography = Geography.read(city)
    assert geography.crs == "EPSG:26915"
    assert geography.area_ids == ("a", "b")
    assert dict(geography.titles) == {"areas": "Areas", "precincts": "Precincts"}
    assert geography.find("the ashes") == named("a")
    assert geography.find("twin woods") == named("a", "b")
    assert geography.find("first precinct") == named("p1", geography="precincts")
    assert [str(issue) for issue in geography.issues] == ["aliases.csv row 5, \"area_id\": 'z' is no area of Areas; the alias 'Oaks' is not used."]


def test_geographies_that_lie_apart_are_told() -> None:
    geography = Geography.of(frame_of({"a": square(0)}), layers={"far": frame_of({"x": square(90)})})
    assert [issue.code for issue in geography.issues] == ["layer_apart"]


def test_a_system_that_does_not_measure_in_metres_is_refused() -> None:
    for crs in ("EPSG:4326", "EPSG:2263"):
        with pytest.raises(GeographyError, match="does not measure in metres"):
            Geography.of(frame_of({"a": square(0)}), crs=crs)


def test_the_frames_given_are_not_changed() -> None:
    frame = frame_of({"b": square(1), "a": square(0)}, residents=[1, 2])
    before = frame.copy()
    geography = Geography.of(frame)
    geography.simplified(10)
    geography.membership(CITYWIDE)[:] = False
    assert frame.equals(before)
    assert frame.crs == before.crs
    assert geography.membership(CITYWIDE).all()


# --- Polygons that need mending ----------------------------------------------------------------------------------------------------------


def test_a_bow_tie_is_repaired_and_told_with_its_area_before_and_after() -> None:
    bow_tie = Polygon([(EAST, NORTH), (EAST + 1_000, NORTH + 1_000), (EAST + 1_000, NORTH), (EAST, NORTH + 1_000)])
    geography = Geography.of(frame_of({"a": bow_tie}), crs=UTM)
    assert geography.areas.geometry.is_valid.all()
    assert [issue.code for issue in geography.issues] == ["polygon_repaired"]
    assert "0 m2 before, 500,0" in geography.issues[0].message
    assert geography.areas["residents"].sum() == pytest.approx(50, rel=1e-4)


def test_a_hole_that_crosses_its_shell_keeps_the_ground_that_is_sure() -> None:
    # Shell 800 m x 800 m; the hole, 400 m x 600 m, sticks 200 m out of it, so 400 m x 400 m are cut away: 480,000 m2 are left.
    shell = [(0, 0), (800, 0), (800, 800), (0, 800)]
    hole = [(200, 400), (600, 400), (600, 1_000), (200, 1_000)]
    crossing = Polygon([(EAST + x, NORTH + y) for x, y in shell], [[(EAST + x, NORTH + y) for x, y in hole]])
    geography = Geography.of(frame_of({"a": crossing}), crs=UTM)
    assert geography.areas["residents"].sum() == pytest.approx(48, rel=1e-3)


def test_an_area_without_ground_is_left_out_and_told() -> None:
    geography = Geography.of(frame_of({"a": square(0), "b": Polygon(), "c": Polygon([(EAST, NORTH)] * 4)}))
    assert geography.area_ids == ("a",)
    assert {issue.text for issue in geography.issues if issue.code == "area_without_ground"} == {"b", "c"}


def test_who_lives_where_two_areas_overlap_is_counted_in_the_lower_id() -> None:
    wide = box(EAST + 800, NORTH, EAST + 2_000, NORTH + 1_000)
    geography = Geography.of(frame_of({"b": wide, "a": square(0)}), crs=UTM)
    assert [issue.code for issue in geography.issues] == ["areas_overlap"]
    assert "overlap on 200,000 m2" in geography.issues[0].message
    units = geography.units
    assert (units.x[units.area_index == 1] > EAST + 1_000).all()
    assert geography.areas["residents"].tolist() == pytest.approx([100, 100])
    assert geography.locate(*lon_lat(EAST + 900, NORTH + 500)) == "a"


def test_slivers_are_counted_and_not_listed() -> None:
    geography = Geography.of(frame_of({"a": square(0), "b": box(EAST + 999.99, NORTH, EAST + 2_000, NORTH + 1_000)}), crs=UTM)
    assert [(issue.code, issue.severity) for issue in geography.issues] == [("slivers", "info")]
    assert "pairs of areas that overlap by less than 50 m2: 1 (10.0 m2 in all)" in geography.issues[0].message


def test_an_area_inside_another_belongs_in_a_geography_of_its_own() -> None:
    inner = box(EAST + 100, NORTH + 100, EAST + 300, NORTH + 300)
    with pytest.raises(GeographyError, match="Area b lies wholly inside other areas"):
        Geography.of(frame_of({"a": square(0), "b": inner}))


def test_two_areas_of_one_name_are_told_and_the_name_means_neither() -> None:
    geography = Geography.of(frame_of({"a": square(0), "b": square(1)}, ["Hill", "HILL"]))
    assert [issue.code for issue in geography.issues] == ["name_twice"]
    assert geography.find("Hill") is None
    assert geography.find("b") == named("b")


# --- Units -------------------------------------------------------------------------------------------------------------------------------

SHAPES = {
    "square": square(0),
    "river": box(EAST, NORTH, EAST + 12_000, NORTH + 30),
    "slanted river": shapely.affinity.rotate(box(EAST, NORTH, EAST + 12_000, NORTH + 30), 31),
    "two islands": MultiPolygon([box(EAST, NORTH, EAST + 100, NORTH + 100), box(EAST + 60_000, NORTH + 80_000, EAST + 60_300, NORTH + 80_100)]),
    "ring": Point(EAST, NORTH).buffer(1_000).difference(Point(EAST, NORTH).buffer(960)),
    "tiny": box(EAST, NORTH, EAST + 0.5, NORTH + 0.5),
    "comb": shapely.union_all(
        [box(EAST, NORTH, EAST + 1_000, NORTH + 10), *(box(EAST + 90 * i, NORTH, EAST + 90 * i + 20, NORTH + 900) for i in range(9))]
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_area_has_256_points_of_its_own_inside(name: str) -> None:
    shape = SHAPES[name]
    index, x, y = make_lattice(np.array([shape, shape], dtype=object))
    assert np.bincount(index).tolist() == [256, 256]
    assert shapely.contains_xy(shape.buffer(1e-6), x, y).all()
    assert len({*zip(x[index == 0].tolist(), y[index == 0].tolist(), strict=True)}) == 256


def test_points_of_a_square_are_the_plain_lattice() -> None:
    index, x, y = make_lattice(np.array([box(0, 0, 1_600, 1_600)], dtype=object))
    expected = sorted((50.0 + 100 * row, 50.0 + 100 * column) for row in range(16) for column in range(16))
    np.testing.assert_allclose(sorted(zip(y.tolist(), x.tolist(), strict=True)), expected, atol=1e-6)
    assert index.dtype == np.int32


@pytest.mark.parametrize("name", ["two islands", "ring", "comb", "slanted river"])
def test_each_point_stands_for_the_same_ground(name: str) -> None:
    shape = SHAPES[name]
    west, south, east, north = shape.bounds
    _, x, y = make_lattice(np.array([shape], dtype=object))
    for half in (box(west, south, (west + east) / 2, north), box(west, south, east, (south + north) / 2)):
        exact = shape.intersection(half).area / shape.area
        counted = shapely.contains_xy(half, x, y).mean()
        assert counted == pytest.approx(exact, abs=0.02)


def crooked(seed: int) -> Polygon:
    """A made-up neighborhood: streets at right angles on three sides, a crooked bank on the fourth."""
    random = np.random.default_rng(seed)
    bank = [(1_000 + 250 * random.uniform(-1, 1), 100 * step) for step in range(1, 12)]
    return Polygon([(0, 0), (1_000, 0), *bank, (600, 1_200), (600, 900), (0, 900)])


def measured_errors(shapes: Sequence[Polygon], discs: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Errors of counted shares against exact ones, for random discs that cover 1 to 99 % of an area."""
    random = np.random.default_rng(20_261_001)
    index, x, y = make_lattice(np.array(shapes, dtype=object))
    errors = []
    for row, shape in enumerate(shapes):
        side = math.sqrt(shape.area)
        west, south, east, north = shape.bounds
        own_x, own_y = x[index == row], y[index == row]
        for _ in range(discs):
            r = side * random.uniform(0.3, 3)
            cx, cy = random.uniform(west - r, east + r), random.uniform(south - r, north + r)
            exact = Point(cx, cy).buffer(r, quad_segs=64).intersection(shape).area / shape.area
            if 0.01 < exact < 0.99:
                errors.append(abs((np.hypot(own_x - cx, own_y - cy) <= r).mean() - exact))
    return np.array(errors)


def test_the_error_that_is_printed_holds_for_99_of_100_discs() -> None:
    errors = measured_errors([crooked(seed) for seed in range(12)], discs=150)
    assert len(errors) > 800
    assert np.quantile(errors, 0.99) < lattice_error_of(256)
    assert np.quantile(errors, 0.99) > lattice_error_of(256) / 3
    assert three_areas().lattice_error == lattice_error_of(256)


def test_without_a_population_every_area_counts_by_its_ground() -> None:
    geography = Geography.of(frame_of({"a": square(0), "b": box(EAST + 1_000, NORTH, EAST + 4_000, NORTH + 1_000)}), crs=UTM)
    assert not geography.has_residents
    assert geography.areas["residents"].tolist() == pytest.approx([100.0, 300.0])
    assert geography.units.residents.sum() == pytest.approx(400.0)


def test_residents_are_spread_evenly_over_an_areas_points() -> None:
    geography = three_areas(residents=[1_000, 2_000, 0], somali=[10, 500, 0])
    assert geography.has_residents
    assert geography.areas["residents"].tolist() == [1_000, 2_000, 0]
    assert np.unique(geography.units.residents).tolist() == [0, 1_000 / 256, 2_000 / 256]
    assert geography.units.residents.sum() == 3_000
    assert geography.estimated == ()


def test_groups_are_columns_of_the_areas() -> None:
    frame = frame_of({"b": square(1), "a": square(0)}, residents=[100, 300], somali=[10, 60])
    units = Geography.of(frame, groups={"somali_speakers": "somali"}).units
    assert units.groups["somali_speakers"][units.area_index == 0].sum() == 60
    assert units.groups["somali_speakers"][units.area_index == 1].sum() == 10


def test_an_area_whose_residents_are_not_known_counts_at_the_density_of_the_others() -> None:
    shapes = {"a": square(0), "b": square(1), "c": box(EAST + 2_000, NORTH, EAST + 4_000, NORTH + 1_000)}
    geography = Geography.of(frame_of(shapes, residents=[1_000, 3_000, math.nan]), crs=UTM)
    # 4,000 people on 2 km2; c has 2 km2.
    assert geography.areas["residents"].tolist() == pytest.approx([1_000, 3_000, 4_000])
    assert geography.estimated == ("c",)
    assert [issue.code for issue in geography.issues] == ["residents_unknown"]


def test_counts_below_zero_or_none_at_all_are_errors() -> None:
    with pytest.raises(GeographyError, match="below 0"):
        three_areas(residents=[1, -2, 3])
    with pytest.raises(GeographyError, match="no area of 'areas' has a count"):
        three_areas(residents=[math.nan] * 3)


# --- Which points a service area holds -------------------------------------------------------------------------------------------------


def share_by_area(geography: Geography, mask: Any) -> list[float]:
    people = np.bincount(geography.units.area_index, weights=geography.units.share * mask, minlength=len(geography.areas))
    return [float(share) for share in people]


def test_named_areas_the_city_and_nothing() -> None:
    geography = three_areas()
    assert share_by_area(geography, geography.membership(CoverageArea((named("a", "c"),)))) == [1, 0, 1]
    assert share_by_area(geography, geography.membership(CITYWIDE)) == [1, 1, 1]
    assert share_by_area(geography, geography.membership(CoverageArea(()))) == [0, 0, 0]


def test_exclusions_are_taken_off() -> None:
    geography = three_areas()
    assert share_by_area(geography, geography.membership(CoverageArea(CITYWIDE.parts, exclusions=(named("b"),)))) == [1, 0, 1]


def test_a_radius_is_in_metres_on_the_ground() -> None:
    # 400 m around a point of b hold 0.16 pi of its square kilometre; 1 mile around its middle holds it all.
    geography = three_areas()
    part = share_by_area(geography, geography.membership(CoverageArea((radius(EAST + 1_520, NORTH + 470, 400),))))
    assert part == pytest.approx([0, 0.16 * math.pi, 0], abs=0.01)
    assert share_by_area(geography, geography.membership(CoverageArea((radius(EAST + 1_500, NORTH + 500, 1_609.344),)))) == [1, 1, 1]


def test_a_drawn_polygon_may_cross_itself() -> None:
    geography = three_areas()
    west_half = box(EAST, NORTH, EAST + 500, NORTH + 1_000)
    assert share_by_area(geography, geography.membership(CoverageArea((drawn(west_half),)))) == pytest.approx([0.5, 0, 0])
    bow_tie = Polygon([(EAST, NORTH), (EAST + 1_000, NORTH + 1_000), (EAST + 1_000, NORTH), (EAST, NORTH + 1_000)])
    assert share_by_area(geography, geography.membership(CoverageArea((drawn(bow_tie),)))) == pytest.approx([0.5, 0, 0], abs=0.04)


@pytest.mark.parametrize(
    "wkt", ["POLYGON ((", "POINT (1 2)", "POLYGON EMPTY", "", "POLYGON ((478000 4980000, 479000 4980000, 479000 4981000, 478000 4980000))"]
)
def test_a_polygon_that_cannot_be_read_is_refused(wkt: str) -> None:
    with pytest.raises(GeographyError):
        three_areas().membership(CoverageArea((AreaPart("polygon", wkt=wkt),)))


def test_areas_of_another_geography_need_not_nest() -> None:
    districts = frame_of({"x": box(EAST, NORTH, EAST + 1_500, NORTH + 1_000), "y": box(EAST + 1_500, NORTH, EAST + 3_000, NORTH + 1_000)})
    shapes = {"a": square(0), "b": square(1), "c": square(2)}
    geography = Geography.of(frame_of(shapes), layers={"districts": districts}, crs=UTM)
    assert share_by_area(geography, geography.membership(CoverageArea((named("x", geography="districts"),)))) == [1, 0.5, 0]
    assert share_by_area(geography, geography.membership(CoverageArea((named("y", geography="districts"),)))) == [0, 0.5, 1]


def test_areas_of_another_geography_may_overlap() -> None:
    catchments = frame_of({"x": box(EAST, NORTH, EAST + 2_000, NORTH + 1_000), "y": box(EAST + 1_000, NORTH, EAST + 3_000, NORTH + 1_000)})
    geography = Geography.of(frame_of({"a": square(0), "b": square(1), "c": square(2)}), layers={"catchments": catchments}, crs=UTM)
    assert share_by_area(geography, geography.membership(CoverageArea((named("x", geography="catchments"),)))) == [1, 1, 0]
    assert share_by_area(geography, geography.membership(CoverageArea((named("y", geography="catchments"),)))) == [0, 1, 1]


def test_an_area_or_geography_that_does_not_exist_is_named() -> None:
    geography = three_areas()
    with pytest.raises(NameUnknownError, match="areas has no area with the id z"):
        geography.membership(CoverageArea((named("a", "z"),)))
    with pytest.raises(NameUnknownError, match="there is no geography 'wards'"):
        geography.membership(CoverageArea((named("a", geography="wards"),)))


def test_shares_of_areas_would_not_give_the_union_but_units_do() -> None:
    # Two discs of 300 m, 300 m apart: their union is 2 pi r^2 less the lens r^2 (2 pi / 3 - sqrt(3) / 2).
    geography = three_areas()
    area = CoverageArea((radius(EAST + 1_350, NORTH + 500, 300), radius(EAST + 1_650, NORTH + 500, 300)))
    union = 0.09 * (2 * math.pi - (2 * math.pi / 3 - math.sqrt(3) / 2))
    assert share_by_area(geography, geography.membership(area))[1] == pytest.approx(union, abs=lattice_error_of(256))


PARTS = st.one_of(
    st.sets(st.sampled_from("abc"), max_size=3).map(lambda ids: named(*sorted(ids))),
    st.tuples(st.integers(-500, 3_500), st.integers(-500, 1_500), st.integers(0, 2_000)).map(
        lambda disc: radius(EAST + disc[0], NORTH + disc[1], disc[2])
    ),
    st.tuples(st.integers(0, 2_000), st.integers(1, 1_000)).map(
        lambda span: drawn(box(EAST + span[0], NORTH, EAST + span[0] + span[1], NORTH + 700))
    ),
    st.just(AreaPart("citywide")),
)
GROUND = three_areas(residents=[100, 200, 300])


@given(st.lists(PARTS, max_size=4), st.lists(PARTS, max_size=3))
@settings(max_examples=60, deadline=None)
def test_membership_is_the_union_of_the_parts_less_the_exclusions(parts: list[AreaPart], exclusions: list[AreaPart]) -> None:
    alone = [GROUND.membership(CoverageArea((part,))) for part in parts]
    off = [GROUND.membership(CoverageArea((part,))) for part in exclusions]
    nothing = np.zeros(len(GROUND.units), dtype=bool)
    expected = np.logical_or.reduce([nothing, *alone]) & ~np.logical_or.reduce([nothing, *off])
    assert (GROUND.membership(CoverageArea(tuple(parts), tuple(exclusions))) == expected).all()


@given(st.integers(100, 900), st.integers(0, 5_000), st.integers(-500, 1_500), st.integers(-500, 1_500), st.integers(100, 1_500))
@settings(max_examples=40, deadline=None)
def test_splitting_an_area_keeps_the_totals_of_the_city(cut: int, people: int, x: int, y: int, radius_m: int) -> None:
    whole = Geography.of(frame_of({"a": square(0), "b": square(1)}, residents=[people, 700]), crs=UTM)
    west, east = box(EAST, NORTH, EAST + cut, NORTH + 1_000), box(EAST + cut, NORTH, EAST + 1_000, NORTH + 1_000)
    halves = [people * cut / 1_000, people * (1_000 - cut) / 1_000]
    split = Geography.of(frame_of({"a1": west, "a2": east, "b": square(1)}, residents=[*halves, 700]), crs=UTM)
    area = CoverageArea((radius(EAST + x, NORTH + y, radius_m),))
    served = [float(geography.units.residents[geography.membership(area)].sum()) for geography in (whole, split)]
    assert split.units.residents.sum() == pytest.approx(whole.units.residents.sum())
    assert served[0] == pytest.approx(served[1], abs=2 * 0.03 * (people + 700))


def test_membership_is_remembered_and_does_not_depend_on_the_order_of_asking() -> None:
    one, other = three_areas(), three_areas()
    disc, words = CoverageArea((radius(EAST + 900, NORTH + 100, 400),)), CoverageArea((named("b"),))
    first = [one.membership(disc), one.membership(words), one.membership(disc)]
    second = [other.membership(words), other.membership(disc)]
    assert (first[0] == first[2]).all()
    assert (first[0] == second[1]).all()
    assert (first[1] == second[0]).all()


# --- Points ------------------------------------------------------------------------------------------------------------------------------


def test_a_point_is_located_and_a_shared_edge_belongs_to_the_lowest_id() -> None:
    geography = Geography.of(
        frame_of({"2": box(-93.2, 45.0, -93.1, 45.1), "1": box(-93.3, 45.0, -93.2, 45.1)}, crs="EPSG:4326"),
    )
    assert geography.locate(-93.25, 45.05) == "1"
    assert geography.locate(-93.15, 45.05) == "2"
    assert geography.locate(-93.2, 45.05) == "1"
    assert geography.locate(0.0, 0.0) is None
    assert geography.locate(math.nan, 45.0) is None
    assert geography.locate_all([-93.2, 0, -93.15, math.nan], [45.05, 0, 45.05, math.nan]).tolist() == [0, -1, 1, -1]


def test_points_are_located_in_other_geographies_too() -> None:
    districts = frame_of({"x": box(EAST, NORTH, EAST + 1_500, NORTH + 1_000), "y": box(EAST + 1_500, NORTH, EAST + 3_000, NORTH + 1_000)})
    geography = Geography.of(frame_of({"a": square(0), "b": square(1)}), layers={"districts": districts})
    longitude, latitude = lon_lat(EAST + 1_700, NORTH + 500)
    assert geography.locate_all([longitude], [latitude], "districts").tolist() == [1]
    assert geography.locate_all([longitude], [latitude]).tolist() == [1]


# --- Names -------------------------------------------------------------------------------------------------------------------------------

NAMES = {
    "1": "Willard - Hay",
    "2": "Steven's Square - Loring Heights",
    "3": "St. Anthony East",
    "4": "McKinley",
    "5": "Peñuelas",
    "6": "Humboldt Industrial Area",
    "7": "Phillips West",
    "8": "East Phillips",
}


def gazetteer(**more: Any) -> Geography:
    shapes = {key: square(column) for column, key in enumerate(NAMES)}
    return Geography.of(frame_of(shapes, list(NAMES.values())), **more)


@pytest.mark.parametrize(
    ("text", "area_id"),
    [
        ("Willard - Hay", "1"),
        ("WILLARD \u2010 HAY", "1"),
        ("willard-hay ", "1"),
        ("Willard/Hay neighborhood", "1"),
        ("Stevens Square \u2013 Loring Heights", "2"),
        ("STEVEN’S SQUARE LORING HEIGHTS", "2"),
        ("St Anthony East", "3"),
        ("Mc Kinley", "4"),
        ("the McKinley area", "4"),
        ("Penuelas", "5"),
        ("Barrio Peñuelas", "5"),
        ("Humboldt Industrial", "6"),
        ("Phillips East", "8"),
        ("7", "7"),
    ],
)
def test_a_name_means_its_area_however_it_is_spelled(text: str, area_id: str) -> None:
    assert gazetteer().find(text) == named(area_id)


@pytest.mark.parametrize("text", ["Phillips", "City of Minneapolis", "", " ", "-", "the neighborhood", "Willard", "St. Anthony", "99"])
def test_a_name_that_no_area_or_several_have_means_none(text: str) -> None:
    assert gazetteer().find(text) is None


def test_the_main_geography_wins_a_shared_name_and_a_shared_number_means_none() -> None:
    wards = frame_of({"1": square(0), "9": square(1)}, ["McKinley", "Ninth Ward"])
    geography = gazetteer(layers={"wards": wards})
    assert geography.find("McKinley") == named("4")
    assert geography.find("McKinley", "wards") == named("1", geography="wards")
    assert geography.find("ninth ward") == named("9", geography="wards")
    assert geography.find("1") is None
    assert geography.find("1", "wards") == named("1", geography="wards")
    assert geography.find("9") == named("9", geography="wards")
    with pytest.raises(NameUnknownError):
        geography.find("1", "precincts")


def test_an_alias_means_its_area_and_never_takes_a_name_away() -> None:
    geography = gazetteer(aliases={"Northside": "McKinley", "East Phillips": "7", "CARAG": "3"})
    assert geography.find("north-side") == named("4")
    assert geography.find("carag") == named("3")
    assert geography.find("East Phillips") == named("8")


def test_an_alias_of_no_area_is_an_error() -> None:
    with pytest.raises(GeographyError, match="the aliases 'Northside' stand for no area"):
        gazetteer(aliases={"Northside": "Nowhere"})


def test_candidates_are_the_closest_names_for_a_person_to_choose_from() -> None:
    geography = gazetteer(aliases={"CARAG": "3"})
    assert {name for _, name, _ in geography.candidates("Phillips", limit=2)} == {"Phillips West", "East Phillips"}
    assert geography.candidates("Mckinly", limit=1)[0][:2] == ("areas", "McKinley")
    assert geography.candidates("KARAG", limit=1)[0][:2] == ("areas", "St. Anthony East")
    scores = [score for _, _, score in geography.candidates("Humbolt", limit=8)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 100 for score in scores)
    assert geography.candidates("") == ()


# --- Drawing -----------------------------------------------------------------------------------------------------------------------------


def test_simplified_neighbors_still_share_their_border() -> None:
    border = [(EAST + 1_000 + (20 if step % 2 else -20), NORTH + 20 * step) for step in range(51)]
    west = Polygon([(EAST, NORTH), *border, (EAST, NORTH + 1_000)])
    east = Polygon([(EAST + 2_000, NORTH), (EAST + 2_000, NORTH + 1_000), *reversed(border)])
    geography = Geography.of(frame_of({"a": west, "b": east}), crs=UTM)
    drawn_areas = geography.simplified(200)
    assert drawn_areas.crs == "EPSG:4326"
    assert list(drawn_areas.columns) == ["area_id", "name", "geometry"]
    flat = drawn_areas.to_crs(UTM).geometry.to_numpy()
    assert shapely.get_num_coordinates(flat).sum() < 20
    assert shapely.area(shapely.intersection(flat[0], flat[1])) < 1e-3
    assert shapely.area(shapely.union_all(flat)) == pytest.approx(2_000_000, rel=0.01)


def test_areas_that_overlap_can_be_simplified() -> None:
    wide = shapely.segmentize(box(EAST + 800, NORTH + 3, EAST + 2_000, NORTH + 1_000), 7)
    geography = Geography.of(frame_of({"a": shapely.segmentize(square(0), 11), "b": wide}), layers={"own": frame_of({"x": square(0), "y": wide})})
    for layer in ("areas", "own"):
        drawn_areas = geography.simplified(20, layer).to_crs(UTM)
        assert drawn_areas.geometry.is_valid.all()
        assert drawn_areas.geometry.area.min() > 900_000


def test_simplifying_never_loses_an_area() -> None:
    tiny = box(EAST + 1_000, NORTH, EAST + 1_010, NORTH + 10)
    drawn_areas = Geography.of(frame_of({"a": square(0), "b": tiny})).simplified(500)
    assert list(drawn_areas["area_id"]) == ["a", "b"]
    assert not drawn_areas.geometry.is_empty.any()
    assert drawn_areas.geometry.is_valid.all()


def test_other_geographies_can_be_simplified_too() -> None:
    geography = Geography.of(frame_of({"a": square(0)}), layers={"districts": frame_of({"x": square(0), "y": square(1)})})
    assert list(geography.simplified(10, "districts")["area_id"]) == ["x", "y"]


def test_eighty_eight_areas_are_placed_and_counted() -> None:
    shapes = {f"{row:02d}{column:02d}": shapely.segmentize(square(column, row), 10) for row in range(8) for column in range(11)}
    frame = frame_of(shapes)
    geography = Geography.of(frame)
    inside = geography.membership(CoverageArea((radius(EAST + 3_000, NORTH + 3_000, 1_600),)))
    assert len(geography.units) == 88 * 256
    assert inside.sum() / 256 == pytest.approx(math.pi * 1.6**2, rel=0.01)  # squares of a kilometre
