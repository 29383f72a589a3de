"""The page rebuilds the cube: every cell equals the coverage it was drawn from, and every number on screen comes from those cells."""

from __future__ import annotations

import datetime as dt
import json
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import maps
from ecosystem.coverage import NOBODY, NOT_KNOWN, Coverage
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import Records

EVERY_CELL = """() => {
  const { data, cube } = window.ecosystemMap, all = { state: [], depth: [], organizations: [], nobody: [], notKnown: [] };
  for (let need = 0; need < data.nNeeds; need++)
    for (let area = 0; area < data.nAreas; area++) {
      for (let slot = 0; slot < data.nSlots; slot++) {
        all.state.push(cube.state(need, area, slot));
        all.depth.push(cube.depth(need, area, slot));
        all.organizations.push(cube.organizations(need, area, slot));
      }
      all.nobody.push(cube.hoursOf(need, area, 2));
      all.notKnown.push(cube.hoursOf(need, area, 1));
    }
  return all;
}"""


@pytest.fixture(scope="module")
def cells(town_file: Path, browser: Any) -> dict[str, Any]:
    """Every cell of the page's own cube, asked for once."""
    page = browser.new_page()
    page.goto(town_file.as_uri())
    page.wait_for_selector("html.is-ready")
    found: dict[str, Any] = json.loads(page.evaluate(f"JSON.stringify(({EVERY_CELL})())"))
    page.close()
    return found


def test_every_cell_equals_the_coverage(drawn: tuple[Any, Any, Any], cells: dict[str, Any]) -> None:
    _, coverage, _ = drawn
    shape = (len(coverage.needs), len(coverage.area_ids), coverage.n_slots)

    state = np.stack([coverage.state(need) for need in coverage.needs])
    depth = np.stack([coverage.area_depth(need) for need in coverage.needs])
    assert np.array_equal(np.reshape(cells["state"], shape), state)
    assert np.array_equal(np.reshape(cells["depth"], shape), depth)
    for key, wanted in (("nobody", NOBODY), ("notKnown", NOT_KNOWN)):
        hours = [[schedule.hours for schedule in coverage.state_schedules(need, wanted)] for need in coverage.needs]
        assert np.allclose(np.reshape(cells[key], shape[:2]), hours)


def test_organizations_count_once_however_many_of_their_teams_are_there(drawn: tuple[Any, Any, Any], cells: dict[str, Any]) -> None:
    _, coverage, _ = drawn
    shape = (len(coverage.needs), len(coverage.area_ids), coverage.n_slots)
    found = np.reshape(cells["organizations"], shape)
    for row, need in enumerate(coverage.needs):
        by_class = coverage.organizations(need)
        expected = np.zeros(shape[1:], dtype=int)
        for level in range(1, int(by_class.max(initial=0)) + 1):
            expected[1 - coverage.share_of_residents(by_class >= level) < coverage.gap_share - 1e-9] = level
        assert np.array_equal(found[row], expected)
    need, tuesday_noon = coverage.index("N01"), 48 + 24
    assert np.reshape(cells["depth"], shape)[need, 0, tuesday_noon] == 2
    assert found[need, 0, tuesday_noon] == 1


def test_hours_with_no_one_on_duty_are_those_of_the_analysis(drawn: tuple[Any, Any, Any], cells: dict[str, Any]) -> None:
    _, coverage, results = drawn
    table = results["holes"].table
    hours = np.reshape(cells["nobody"], (len(coverage.needs), len(coverage.area_ids)))
    by_place = table.groupby(["need", "area_id"])["hours"].sum()
    assert len(by_place)
    for (need, area), expected in by_place.items():
        assert hours[coverage.index(need), coverage.area_ids.index(area)] == expected


def test_the_sentence_the_table_and_the_map_agree(drawn: tuple[Any, Any, Any], town_file: Path, open_page: Callable[..., Any]) -> None:
    _, coverage, _ = drawn
    page = open_page(town_file, "v=open&n=N08&t=Tu1300")
    state = coverage.state("N08")[:, 48 + 26]
    n_nobody = int((state == NOBODY).sum())
    assert page.inner_text("#headline") == f"{n_nobody} of 6 neighborhoods have no one on duty for noise or dispute."
    words = page.locator("#areas-body .col-state").all_inner_texts()
    assert sum("nobody" in text for text in words) == n_nobody
    fills = page.evaluate("[...document.querySelectorAll('path.area')].map((path) => path.getAttribute('fill'))")
    assert sum(fill == "url(#pattern-nobody)" for fill in fills) == n_nobody


def test_the_hour_is_the_citys_and_not_the_readers(town_file: Path, open_page: Callable[..., Any]) -> None:
    from zoneinfo import ZoneInfo

    page = open_page(town_file, "t=We1200", timezone_id="Asia/Tokyo")
    for until in ("data.city.clock.until", "data.city.clock.until = 0"):  # by the page's own table, and after its end by the browser's
        page.evaluate(f"() => {{ const {{ data }} = window.ecosystemMap; {until}; window.ecosystemMap.update({{ slot: 0 }}); }}")
        page.click("#now")
        now = dt.datetime.now(ZoneInfo("America/Chicago"))
        expected = now.weekday() * 48 + now.hour * 2 + now.minute // 30
        assert (int(page.input_value("#hour")) - expected) % 336 in (0, 335)


def test_a_step_of_the_hour_is_quick(town_file: Path, open_page: Callable[..., Any]) -> None:
    """The median of a week of steps, layout included: a machine that runs many tests at once says little about its slowest ones."""
    page = open_page(town_file, "v=open&n=N01&t=Mo0000&a=a1")
    steps = page.evaluate("""() => {
      const times = [], { update, data } = window.ecosystemMap;
      for (let slot = 1; slot < data.nSlots; slot++) {
        const from = performance.now();
        update({ slot });
        document.body.offsetHeight;
        times.push(performance.now() - from);
      }
      return times.sort((a, b) => a - b);
    }""")
    assert steps[len(steps) // 2] <= 8.0


@pytest.mark.shared
def test_all_175392_cells_of_the_reference_city_equal_those_of_numpy(
    reference: types.ModuleType, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    made = reference.load_reference()
    eco, coverage = reference.reference_city(made)
    file = tmp_path / "map.html"
    file.write_text(maps.draw(eco, coverage, {}), "utf-8")
    hours = open_page(file).evaluate("""() => {
      const { data, cube } = window.ecosystemMap, hours = [];
      for (let need = 0; need < data.nNeeds; need++)
        for (let area = 0; area < data.nAreas; area++)
          for (let hour = 0; hour < 168; hour++) hours.push(cube.depth(need, area, 2 * hour));
      return JSON.stringify(hours);
    }""")
    depth = np.reshape(json.loads(hours), made.AV.shape)
    assert depth.size == 175_392
    assert np.array_equal(depth, made.AV)


@pytest.mark.parametrize("edge", ["nobody answered", "hour slots", "no population"])
def test_pages_of_edge_cities_open_and_agree(town: types.ModuleType, tmp_path: Path, open_page: Callable[..., Any], edge: str) -> None:
    city, geography, records = town.make_city(), town.make_geography(), town.make_records()
    if edge == "hour slots":
        city = city.model_copy(update={"standards": city.standards.model_copy(update={"slot_minutes": 60})})
    elif edge == "nobody answered":
        records = Records()
    else:
        geography = Geography.of(geography.areas[["area_id", "name", "geometry"]])
    eco = Ecosystem.build(records, geography, city, edition="public")
    coverage = Coverage.of(eco, as_of=city.as_of)
    file = tmp_path / "map.html"
    file.write_text(maps.draw(eco, coverage, {}), "utf-8")
    page = open_page(file, "v=assets&n=N01&t=Tu1200&a=a2")
    states = page.evaluate("""() => { const { data, cube } = window.ecosystemMap;
      return data.areas.ids.map((_, area) => Array.from({ length: data.nSlots }, (__, slot) => cube.state(0, area, slot))); }""")
    assert np.array_equal(states, coverage.state(coverage.needs[0]))
    for view in ("open", "holes", "overlap", "assets"):
        page.evaluate("view => window.ecosystemMap.update({ view })", view)
    assert page.locator("#areas-head th").count() == (4 if edge == "no population" else 5)
