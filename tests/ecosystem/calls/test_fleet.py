"""Who takes which call and how often nobody is free; whether calls have left coverage behind; what is shown of calls without anybody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosystem.calls.change import find_moves
from ecosystem.calls.fleet import Crew, send
from ecosystem.calls.levers import Levers
from ecosystem.calls.unmet import CUTS, by_area, by_need_and_hours, by_part_of_week, shown_as

ALWAYS_ON = np.ones(336, dtype=bool)
NOBODY_ELSE = {"N01": np.zeros((2, 336), dtype=bool)}


def crew(name: str, reach: tuple[float, float], teams: float | None, vehicles: float | None) -> Crew:
    return Crew(name, frozenset({"N01"}), ALWAYS_ON, np.array(reach), teams, vehicles, {"N01": 60.0})


def calls(west: float, east: float) -> dict[str, np.ndarray]:
    """So many calls an hour in each of two areas, over one week."""
    return {"N01": np.stack([np.full(336, west / 2), np.full(336, east / 2)])}


def test_crews_of_two_banks_do_not_lend_each_other_vans() -> None:
    # one call an hour of an hour each on each bank: B(2, 1) = (1/2) / (1 + 1 + 1/2) = 1/5; with a third van B(3, 1) = 1/16
    answered = send([crew("west", (1, 0), 3, 2), crew("east", (0, 1), 3, 2)], calls(1, 1), NOBODY_ELSE, weeks=1)
    assert answered.served == pytest.approx(336 * 4 / 5)
    assert [(work.crew.limit, work.allotted, work.lost) for work in answered.work] == [("vehicles", 168, pytest.approx(168 / 5))] * 2
    assert answered.work[0].lost_with_all == pytest.approx(168 / 16)


def test_calls_are_shared_by_how_many_can_go() -> None:
    # three of four teams are the first crew's: B(3, .75) = (.75^3/6) / (1 + .75 + .75^2/2 + .75^3/6); the other has B(1, .25) = .2
    answered = send([crew("a", (1, 0), 3, 3), crew("b", (1, 0), 1, 1)], calls(1, 0), NOBODY_ELSE, weeks=1)
    assert [work.allotted for work in answered.work] == [pytest.approx(126), pytest.approx(42)]
    top = 0.75**3 / 6
    assert [work.lost for work in answered.work] == [pytest.approx(126 * top / (1 + 0.75 + 0.28125 + top)), pytest.approx(42 * 0.2)]


def test_form_that_answers_as_well_is_never_busy() -> None:
    answered = send([crew("a", (1, 1), 1, 1)], calls(5, 5), {"N01": np.ones((2, 336), dtype=bool)}, weeks=1)
    assert answered.served == pytest.approx(10 * 168)


def test_team_without_a_vehicle_at_all_walks_and_one_that_did_not_say_is_not_known() -> None:
    assert (crew("walkers", (1, 0), 2, 0).can_go, crew("walkers", (1, 0), 2, 0).limit) == (2, "teams")
    answered = send([crew("a", (1, 0), 2, 2), crew("b", (0, 1), 2, None)], calls(1, 1), NOBODY_ELSE, weeks=1)
    assert (answered.served, answered.not_told) == (None, ("b",))
    assert send([crew("b", (0, 1), 2, None)], calls(1, 0), NOBODY_ELSE, weeks=1).not_told == ()


# -- moved ----------------------------------------------------------------------------------------------------------------------------------


def profile(hours_now: range, areas_now: tuple[str, ...]) -> pd.DataFrame:
    """120 calls a year: two years ago at 18:00 in a0, last year spread over hours of Monday and areas."""
    then = [{"need": "N21", "area_id": "a0", "years_ago": 2, "slot": 36, "n": 120.0}]
    cells = [(area, 2 * (hour % 24)) for area in areas_now for hour in hours_now]
    now = [{"need": "N21", "area_id": area, "years_ago": 0, "slot": slot, "n": 120 / len(cells)} for area, slot in cells]
    return pd.DataFrame(then + now)


def test_calls_that_moved_across_the_river_and_into_the_night() -> None:
    areas = tuple(f"a{n}" for n in range(10))
    opened = np.zeros((10, 336))
    opened[0, 28:44] = 1.0  # Monday 14:00 to 22:00 where calls came from two years ago
    (move,) = find_moves(profile(range(22, 27), ("a3", "a7")), {"N21": opened}, areas, years=3)
    assert (move.fit_then, move.fit_now, move.moved, move.years) == (1.0, 0.0, 1.0, 2)
    assert (move.areas, move.window) == (("a3", "a7"), (22, 27))


def test_coverage_that_followed_is_no_finding() -> None:
    areas = ("a0", "a1")
    frame = profile(range(18, 19), ("a1",))
    assert find_moves(frame, {"N21": np.ones((2, 336))}, areas, years=3) == ()
    few = frame.assign(n=frame["n"] / 2)
    only_then = np.stack([np.ones(336), np.zeros(336)])
    assert len(find_moves(frame, {"N21": only_then}, areas, years=3)) == 1
    assert find_moves(few, {"N21": only_then}, areas, years=3) == ()
    assert find_moves(frame, {"N21": only_then}, areas, years=1) == ()


# -- what is shown --------------------------------------------------------------------------------------------------------------------------


def test_few_calls_are_not_shown_and_others_rounded() -> None:
    cube = pd.DataFrame({"need": "N08", "area_id": ["east", "west"], "slot": [0, 10], "n": [9.0, 53.0], "e_mid": [9.0, 53.0]})
    cube = cube.assign(n_alternative=0.0, n_phone=0.0, n_online=0.0)
    levers = Levers.of_arrays(cube, {}, area_ids=("east", "west"))
    public, analyst = shown_as(1.0, minimum=10), shown_as(1.0)
    table = by_area(levers, cube, public)
    assert table["unmet"].isna().tolist() == [True, False]
    assert table.set_index("area_id").at["west", "unmet"] == 50
    assert by_area(levers, cube, analyst)["unmet"].tolist() == [9, 53]
    parts = by_part_of_week(levers, analyst)
    assert parts[parts["unmet"] > 0].to_numpy().tolist() == [["east", 0, 9 / 5], ["west", 1, 53 / 5]]


def test_week_is_cut_as_finely_as_the_calls_allow() -> None:
    # east: 40 on Monday at 5:00 and 20 on Tuesday at 12:00; west: two each at noon of every day, so 10 on weekdays and 4 at the weekend
    rows = [("east", 10, 40.0), ("east", 72, 20.0), *(("west", 48 * day + 24, 2.0) for day in range(7))]
    cube = pd.DataFrame([("N08", area, slot, n, n) for area, slot, n in rows], columns=["need", "area_id", "slot", "n", "e_mid"])
    cube = cube.assign(n_alternative=0.0, n_phone=0.0, n_online=0.0)
    known, possible = np.zeros((2, 336)), np.zeros((2, 336))
    known[0, 10], possible[0, 10] = 0.25, 0.75
    levers = Levers.of_arrays(cube, {"N08": known}, area_ids=("east", "west"))
    table = by_need_and_hours(levers, {"N08": possible}, shown_as(1.0), least=10).set_index(["area_id", "part"])
    assert table["cut"].groupby("area_id").first().to_dict() == {"east": "hours", "west": "week", "city": "hours"}
    assert table.loc[("east", 5), ["calls", "nobody", "not_known"]].tolist() == [40, 10, 20]
    assert table.loc[("east", 36), ["calls", "nobody", "not_known"]].tolist() == [20, 20, 0]
    assert table.loc[("west", 0), "calls"] == 14
    more = by_need_and_hours(levers, {"N08": possible}, shown_as(1.0), least=4).set_index(["area_id", "part"])
    assert more.loc["west", "cut"].unique().tolist() == ["hours_of_day"]
    assert (more.loc[("west", 12), "calls"], more.loc[("west", 36), "calls"]) == (10, 4)


def test_parts_of_the_week_are_those_people_name() -> None:
    def hours(cut: str, part: int) -> list[int]:
        return np.flatnonzero(CUTS[cut] == part).tolist()

    assert hours("hours_of_day", 24 + 3) == [5 * 24 + 3, 6 * 24 + 3]
    assert hours("parts", 5) == [24 * day + hour for day in range(5) for hour in range(20, 24)]
    assert hours("halves", 3) == [24 * day + hour for day in (5, 6) for hour in (*range(8), *range(20, 24))]
    assert [int(part_of.max()) + 1 for part_of in CUTS.values()] == [168, 48, 12, 4, 1]
