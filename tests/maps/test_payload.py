"""What the page carries is the coverage it was drawn from, to the last cell, and nothing that no page shows."""

from __future__ import annotations

import datetime as dt
import types
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import maps
from ecosystem.coverage import Coverage
from maps.payload import codec, facts


def rebuilt_states(payload: dict[str, Any], need: int) -> np.ndarray:
    """The states of a need from a decoded payload, by the rules of the product and slot by slot: slow and plain."""
    class_area, weight = np.array(payload["class_area"]), np.array(payload["class_weight"], dtype=float)
    minutes, n_slots = payload["slot_minutes"], 7 * 24 * 60 // payload["slot_minutes"]
    minimum, states = payload["needs"][need]["minimum"], []

    def shares(answers: np.ndarray, schedules: list[Any], members: list[list[int]], slot: int) -> np.ndarray:
        depth = np.zeros(len(class_area), dtype=int)
        for delivery in np.flatnonzero(answers[need]):
            if any(start <= slot * minutes and (slot + 1) * minutes <= end for start, end in schedules[delivery]):
                depth[members[delivery]] += 1
        whole = np.bincount(class_area, weights=weight)
        reached = np.bincount(class_area, weights=weight * (depth >= minimum))
        return (reached / np.where(whole > 0, whole, 1)).round(9)

    lived_in = np.bincount(class_area, weights=weight) > 0
    for slot in range(n_slots):
        known = shares(payload["answers_known"], payload["schedules_known"], payload["members_known"], slot)
        possible = shares(payload["answers_possible"], payload["schedules_possible"], payload["members_possible"], slot)
        state = np.where(1 - known < payload["gap_share"] - 1e-9, 0, 1)
        state[1 - possible >= payload["gap_share"] - 1e-9] = 2
        state[~lived_in] = 3
        states.append(state)
    return np.stack(states, axis=1)


@pytest.mark.parametrize("need", ["N01", "N02", "N08", "N34"])
def test_every_cell_of_the_cube_can_be_rebuilt(drawn: tuple[Any, Any, Any], html: str, need: str) -> None:
    coverage: Coverage = drawn[1]
    payload = maps.decode_payload(html)
    row = [entry["code"] for entry in payload["needs"]].index(need)
    assert np.array_equal(rebuilt_states(payload, row), coverage.state(need))


def test_what_is_known_and_what_is_possible_travel_apart(drawn: tuple[Any, Any, Any], html: str) -> None:
    eco, coverage, _ = drawn
    payload = maps.decode_payload(html)
    row = next(i for i, delivery in enumerate(payload["deliveries"]["id"]) if eco.deliveries[delivery].name == "Talking room")
    assert payload["schedules_known"][row].minutes == 0
    assert payload["schedules_possible"][row].minutes == 7 * 24 * 60
    assert payload["deliveries"]["hours_known"][row] == 0
    assert list(coverage.deliveries) == payload["deliveries"]["id"][: payload["n_cube"]]


def test_only_the_living_and_only_what_a_page_shows(html: str) -> None:
    payload = maps.decode_payload(html)
    assert "Closed program" not in payload["deliveries"]["name"]
    assert set(payload["deliveries"]) == set(facts._delivery_columns())
    assert "source" not in str(sorted(payload))


def test_points_are_the_published_places_to_a_metre(html: str) -> None:
    points = maps.decode_payload(html)["points"]
    assert list(points.values()) == [(-92.995, 43.985)]


def test_shapes_touch_after_simplifying_and_keep_their_ground(drawn: tuple[Any, Any, Any], html: str) -> None:
    shapes = maps.decode_payload(html)["shapes"]
    polygons = [shapely.Polygon(shape[0][0]) for shape in shapes.values()]
    assert all(polygon.is_valid for polygon in polygons)
    joined = shapely.union_all(polygons)
    assert joined.geom_type == "Polygon"
    assert joined.area == pytest.approx(sum(polygon.area for polygon in polygons), rel=1e-3)
    assert joined.area == pytest.approx(drawn[0].geography.areas.union_all().area, rel=1e-3)


def test_counts_below_the_least_one_may_show_are_not_in_the_page(html: str) -> None:
    payload = maps.decode_payload(html)
    assert dict(zip(payload["areas"]["ids"], payload["areas"]["residents"], strict=True))["b3"] == 1


def test_weights_are_exact_on_a_lattice(drawn: tuple[Any, Any, Any]) -> None:
    coverage: Coverage = drawn[1]
    weights = facts.class_weights(coverage)
    for area in range(len(coverage.area_ids)):
        rows, residents = coverage.class_area == area, coverage.area_residents[area]
        if residents > 0:
            assert weights[rows] / weights[rows].sum() == pytest.approx(
                coverage.class_residents[rows] / coverage.class_residents[rows].sum(), abs=1e-12
            )


def test_weights_of_uneven_blocks_are_rounded_and_change_no_state(drawn: tuple[Any, Any, Any]) -> None:
    coverage: Coverage = drawn[1]
    blocks = coverage.class_residents * np.linspace(0.71731, 1.31937, len(coverage.class_residents))
    uneven = replace(coverage, class_residents=blocks, _depths={})
    weights = facts.class_weights(uneven)
    assert weights.max() <= 1_000
    rounded = replace(uneven, class_residents=weights.astype(float), _depths={})
    assert all(np.array_equal(uneven.state(need), rounded.state(need)) for need in uneven.needs)


def test_a_cube_made_from_arrays_has_the_minutes_of_its_slots(drawn: tuple[Any, Any, Any]) -> None:
    coverage: Coverage = drawn[1]
    known, _ = facts._schedules(replace(coverage, schedules_known=(), schedules_possible=()))
    slots = np.stack([schedule.slots(coverage.slot_minutes) for schedule in known])
    assert np.array_equal(slots, coverage.slots_known.astype(bool))


def test_the_clock_of_the_city_changes_on_the_sundays_of_the_law(html: str) -> None:
    clock = maps.decode_payload(html)["city"]["clock"]
    changes = [(dt.datetime.fromtimestamp(60 * minute, dt.UTC).isoformat(), offset) for minute, offset in clock["offsets"]]
    assert changes[1:4] == [("2026-03-08T08:00:00+00:00", -300), ("2026-11-01T07:00:00+00:00", -360), ("2027-03-14T08:00:00+00:00", -300)]
    assert len(changes) == 13


def test_a_page_without_a_payload_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no payload"):
        maps.decode_payload("<html></html>")


def test_the_analyst_and_the_public_payload_have_one_form(town: types.ModuleType) -> None:
    analyst = maps.decode_payload(maps.draw(*town.make_town(edition="analyst")))
    assert analyst["edition"] == "analyst"
    assert analyst["format"] == facts.FORMAT


@given(st.lists(st.integers(0, 2**62)))
def test_varints_come_back(numbers: list[int]) -> None:
    reader = codec.Reader(codec.varints(numbers))
    assert [reader.next() for _ in numbers] == numbers
    assert reader.is_at_end()


@given(st.lists(st.one_of(st.none(), st.sets(st.integers(0, 500)))))
def test_sets_of_rows_come_back(sets: list[set[int] | None]) -> None:
    packed = codec.pack_run_sets(None if rows is None else np.array(sorted(rows), dtype=np.int64) for rows in sets)
    assert codec.unpack_run_sets(packed) == [None if rows is None else sorted(rows) for rows in sets]


@given(st.binary())
def test_bytes_come_back_from_text_that_html_does_not_read(data: bytes) -> None:
    text = codec.to_text(data)
    assert codec.from_text(text) == data
    assert not set(text) & set("<>&\"'\\`")


@given(st.integers(0, 20), st.integers(0, 40), st.randoms(use_true_random=False))
def test_bits_come_back(n_rows: int, n_columns: int, random: Any) -> None:
    matrix = np.array([[random.random() < 0.5 for _ in range(n_columns)] for _ in range(n_rows)], dtype=bool).reshape(n_rows, n_columns)
    assert np.array_equal(codec.unpack_bits(codec.pack_bits(matrix), n_rows, n_columns), matrix)


def test_shapes_with_holes_and_islands_come_back() -> None:
    outer, hole = [(-93.0, 44.0), (-92.9, 44.0), (-92.9, 44.1)], [(-92.95, 44.02), (-92.93, 44.02), (-92.93, 44.04)]
    island = [(-93.2, 43.9), (-93.1, 43.9), (-93.1, 43.95)]
    shapes = [[[outer, hole], [island]], [[island]]]
    assert codec.unpack_shapes(codec.pack_shapes(shapes)) == shapes


# -- calls ------------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_calls(town: types.ModuleType) -> dict[str, Any]:
    """The payload of the public edition of the town with its 1,000 calls."""
    return maps.decode_payload(maps.draw(*town.make_town_with_calls()))


def week(payload: dict[str, Any], need: str, area: str) -> dict[str, Any]:
    row = [entry["code"] for entry in payload["needs"]].index(need)
    week: dict[str, Any] = payload["weeks"][row][[*payload["areas"]["ids"], "city"].index(area)]
    return week


def told(week: dict[str, Any], name: str) -> dict[int, int]:
    return {part: count for part, count in enumerate(week[name]) if count}


def test_the_way_to_the_goal_travels_as_the_analysis_gives_it(with_calls: dict[str, Any]) -> None:
    goal = with_calls["goal"]
    assert (goal["sentence"], goal["words"]) == ("goal.way", {"could": "18", "now": "5", "goal": "20"})
    assert (goal["low"], goal["could"], goal["high"], goal["now"], goal["goal"], goal["policy"]) == (12, 18, 24, 5, 20, 2)
    assert list(goal["parts"]) == ["capacity_or_not_sent", "coverage"]
    assert goal["now"] + sum(goal["parts"].values()) == pytest.approx(18)
    assert "leaves out calls of one kind: assault" in goal["notes"][1]["en"]


def test_calls_by_hour_are_rounded_and_too_few_are_not_shown(with_calls: dict[str, Any]) -> None:
    tuesday, saturday, sunday = 24 + 13, 5 * 24 + 13, 6 * 24
    birch = week(with_calls, "N08", "a1")
    assert birch["cut"] == "hours"
    assert told(birch, "calls") == {24 * day + 13: 20 for day in range(5)} | {sunday + 3: -1}
    assert told(week(with_calls, "N08", "a3"), "nobody") == told(week(with_calls, "N08", "a3"), "calls") == {saturday: 60}
    city = week(with_calls, "N08", "city")
    assert (city["calls"][tuesday], city["nobody"][tuesday], city["calls"][saturday], city["nobody"][saturday]) == (20, 0, 60, 60)
    perhaps = week(with_calls, "N01", "b1")
    assert (told(perhaps, "calls"), told(perhaps, "nobody"), told(perhaps, "not_known")) == ({sunday + 10: 30}, {}, {sunday + 10: 30})


def test_the_analyst_sees_few_calls_too(town: types.ModuleType) -> None:
    analyst = maps.decode_payload(maps.draw(*town.make_town_with_calls(edition="analyst")))
    assert told(week(analyst, "N08", "a1"), "calls") == {24 * day + 13: 17 for day in range(5)} | {6 * 24 + 3: 6}


def test_a_city_without_calls_has_no_word_of_them(html: str) -> None:
    payload = maps.decode_payload(html)
    assert not {"goal", "calls"} & set(payload)
    assert payload["weeks"] == [None] * len(payload["needs"])
    assert not [key for key in payload["words"]["keys"] if key.startswith(("calls.", "goal.", "report.calls."))]
