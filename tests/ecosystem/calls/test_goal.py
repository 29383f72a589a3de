"""The arithmetic of the goal: the numbers that Minneapolis published, Erlang's tables, and identities that always hold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.calls.capacity import share_blocked
from ecosystem.calls.fleet import Crew, send
from ecosystem.calls.goal import Shares, Split, goal_in_calls, pick_up, share_of_time, target_in, way_to_goal
from ecosystem.calls.measures import HOW
from ecosystem.calls.uncertainty import densest_window, moved_share, rate_ratio, ratio_interval, shrunken_rates

SHARE = st.floats(0, 1)
ALWAYS_ON = np.ones(336, dtype=bool)


def shares(unknown: float = 0.0, not_known: float = 0.0, **answered: float) -> Shares:
    how = dict.fromkeys(HOW, 0.0) | answered | {"not_known": not_known}
    return Shares(100.0, unknown, {"low": 0.1, "mid": 0.3, "high": 0.5}, {("mid", "known"): 0.2}, how)


@given(SHARE, SHARE, SHARE, st.one_of(st.none(), SHARE), SHARE)
def test_parts_sum_to_the_gap(goal: float, divertible: float, covered: float, served: float | None, diverted: float) -> None:
    split = Split(goal, divertible, covered, served, diverted)
    assert abs(sum(split.parts.values()) - split.gap) < 1e-12
    assert len(split.parts) == (3 if served is None else 4)


def test_no_divertible_share_above_a_tenth_unknown() -> None:
    assert shares(unknown=0.1).is_stated
    assert not shares(unknown=0.11).is_stated
    with pytest.raises(ValueError, match="nobody decided"):
        Split.of(shares(unknown=0.11, police=1.0), 0.2)


def test_feed_that_does_not_tell_who_answered_gives_no_split() -> None:
    silent = shares(not_known=1.0)
    assert silent.diverted is None
    with pytest.raises(ValueError, match="who answered"):
        Split.of(silent, 0.2)


def test_attended_is_not_diverted() -> None:
    # Eugene: teams went to far more calls than police were spared
    eugene = shares(alternative=0.03, both=0.14, police=0.83)
    assert (eugene.diverted, eugene.attended) == (pytest.approx(0.03), pytest.approx(0.17))


def test_nine_and_twenty_percent_of_minneapolis() -> None:
    own = goal_in_calls(1_794_408, years=5, baseline=0.09, target=0.20, officer_started=500_000)
    assert round(own.base, -3) == 259_000
    assert (round(own.now, -2), round(own.wanted, -2), round(own.missing, -2)) == (23_300, 51_800, 28_500)
    assert round(own.missing_per_day) == 78
    assert round(goal_in_calls(1_794_408, years=5, baseline=0.09, target=0.20).wanted, -2) == 71_800
    assert share_of_time(0.277, 69.2, 33.9) == pytest.approx(0.44, abs=0.005)
    assert [round(target_in(year, baseline=0.09, target=0.2, from_year=2024, to_year=2034), 4) for year in (2023, 2024, 2025, 2034, 2040)] == [
        0.09, 0.09, 0.101, 0.2, 0.2,
    ]  # fmt: skip


def fleet_of(*, vehicles: float | None, needs: frozenset[str] = frozenset({"N01"})) -> Crew:
    """Six crews that serve the one area of the city around the clock; a call takes an hour."""
    return Crew("bcr", needs, ALWAYS_ON, np.ones(1), teams=6, vehicles=vehicles, minutes=dict.fromkeys(needs, 60.0))


def test_two_thirds_for_want_of_vehicles_are_not_called_dispatch() -> None:
    # six crews, two vans: Erlang's loss with two servers is 33 % where A^2/2 (1 - .33) = .33 (1 + A)
    load = (0.33 + math.sqrt(0.33**2 + 4 * 0.335 * 0.33)) / (2 * 0.335)
    covered = {"N01": np.full((1, 336), load / 2)}  # calls of one week: so many an hour, of an hour each
    n_covered = 168 * load
    nobody_else = {"N01": np.zeros((1, 336), dtype=bool)}
    answered = send([fleet_of(vehicles=2)], covered, nobody_else, weeks=1)
    assert answered.served == pytest.approx(0.67 * n_covered)
    assert [work.crew.limit for work in answered.work] == ["vehicles"]
    share = 0.15  # of all calls are covered, and as many are diverted as find a van
    parts = Split(0.2, 0.27, share, answered.served / n_covered * share, 0.67 * share).parts
    assert parts["capacity"] == pytest.approx(0.33 * share)
    assert parts["not_sent"] == pytest.approx(0)
    # with a van for every crew: B(6, A) by the recursion, at A = 1.26 below one in a hundred
    assert answered.work[0].lost_with_all < 0.01 * n_covered


def test_unknown_vehicles_leave_capacity_and_sending_one_number() -> None:
    covered, nobody_else = {"N01": np.ones((1, 336))}, {"N01": np.zeros((1, 336), dtype=bool)}
    assert send([fleet_of(vehicles=None)], covered, nobody_else, weeks=1).served is None
    # a team that gets no call is no reason to say nothing
    assert send([fleet_of(vehicles=None, needs=frozenset({"N08"}))], covered, nobody_else, weeks=1).served == 336
    assert Split(0.2, 0.3, 0.2, None, 0.1).parts["capacity_or_not_sent"] == pytest.approx(0.1)


def test_erlang_loss_agrees_with_published_tables() -> None:
    # offered erlangs and servers of the classic tables: B = 0.01 at (0.869, 4), (4.46, 10), (12.0, 20); 1/2 at (1, 1)
    for load, teams, blocked in ((0.869, 4, 0.01), (4.461, 10, 0.01), (12.03, 20, 0.01), (1.0, 1, 0.5)):
        assert float(share_blocked(load, teams)) == pytest.approx(blocked, rel=0.01)
    assert float(share_blocked(2.0, 0)) == 1.0


def weeks(first: int, counts: list[tuple[float, float]]) -> pd.DataFrame:
    """Weeks of (calls, of which an alternative took)."""
    rows = [{"week": first + number, "n": n, "n_alternative": taken} for number, (n, taken) in enumerate(counts)]
    return pd.DataFrame(rows).assign(**{f"n_{how}": 0.0 for how in HOW if how != "alternative"})


def test_way_to_the_goal_says_where_each_year_stands() -> None:
    # week 2869 begins on Monday 30 December 2024 and is the first of 2025 by ISO 8601
    last_of_2024 = weeks(2866, [(1000, 150)] * 3)
    of_2025 = weeks(2869, [(1000, 80), (1000, 100)] * 26)
    of_2026 = weeks(2921, [(1000, 0)] * 4 + [(1000, 224)] * 4)
    way = {"baseline": 0.09, "target": 0.2, "from_year": 2024, "to_year": 2034}
    years = way_to_goal(pd.concat([last_of_2024, of_2025, of_2026]), **way)
    assert [(year.year, year.weeks) for year in years] == [(2024, 3), (2025, 52), (2026, 8)]
    assert [year.diverted for year in years] == pytest.approx([0.15, 0.09, 0.112])
    assert [year.wanted for year in years] == pytest.approx([0.09, 0.101, 0.112])
    assert [year.status for year in years] == ["ahead", "behind", "not_known"]
    assert all(year.low <= year.diverted <= year.high for year in years)
    assert way_to_goal(weeks(2869, [(1000, 500)]), **way)[0].status == "not_known"  # one week has no interval
    silent = of_2025.assign(n_alternative=0.0, n_not_known=of_2025["n"])
    assert way_to_goal(silent, **way) == ()


def test_pick_up_is_taken_over_covered() -> None:
    assert pick_up(46, 100) == 0.46  # STAR 2023
    assert pick_up(0, 0) is None


def test_bootstrap_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for trial in range(200):
        base = rng.poisson(500, 52).astype(float)
        low, high = ratio_interval(rng.binomial(base.astype(int), 0.09).astype(float), base, seed=trial, draws=400)
        held += low <= 0.09 <= high
    assert 0.88 <= held / 200 <= 0.99
    assert ratio_interval(base, base, seed=1) == (1.0, 1.0)
    assert math.isnan(ratio_interval(np.array([1.0]), np.array([2.0]))[0])
    assert ratio_interval(base, base + 1, seed=3) == ratio_interval(base, base + 1, seed=3)


def test_thin_cells_are_drawn_to_the_mean_and_thick_ones_are_not() -> None:
    counts, exposure = np.array([4.0, 400.0, 100.0, 600.0]), np.array([1.0, 100.0, 100.0, 100.0])
    rate, low, high = shrunken_rates(counts, exposure)
    mean = counts.sum() / exposure.sum()
    assert abs(rate[0] - 4) > abs(rate[1] - 4)
    assert rate[2] == pytest.approx(1.0, abs=0.1)
    assert ((low < rate) & (rate < high)).all()
    assert high[0] - low[0] > high[1] - low[1]
    even, _, _ = shrunken_rates(np.array([10.0, 10.0]), np.array([1.0, 1.0]))
    assert even.tolist() == [10, 10]
    assert mean > 0


def test_rate_ratio_has_the_textbook_interval() -> None:
    ratio, low, high = rate_ratio((40, 20), (1000, 1000))
    assert ratio == 2
    assert (low, high) == (
        pytest.approx(2 * math.exp(-1.96 * math.sqrt(3 / 40)), rel=1e-3),
        pytest.approx(2 * math.exp(1.96 * math.sqrt(3 / 40)), rel=1e-3),
    )
    assert math.isnan(rate_ratio((0, 5), (1, 1))[0])


def test_need_that_moved_is_seen() -> None:
    assert moved_share(np.array([10.0, 0, 0]), np.array([0, 5.0, 5.0])) == 1
    assert moved_share(np.array([2.0, 2]), np.array([7.0, 7])) == 0
    late = np.zeros(336)
    late[[334, 335, 0, 1]] = 5
    assert densest_window(late, slots=4) == (334, 1.0)
