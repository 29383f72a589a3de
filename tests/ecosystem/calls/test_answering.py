"""Who answered and how fast, when calls come, how neighborhoods differ, how sure shares are: all by hand from a few calls."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ecosystem.calls import answering, neighborhoods, way
from ecosystem.calls.goal import way_to_goal
from ecosystem.calls.levers import Levers
from ecosystem.calls.measures import CUBE_COLUMNS, HOW
from ecosystem.calls.recode import CallType, CallTypes
from ecosystem.calls.unmet import coarse, shown_as


def summaries(*rows: dict[str, object]) -> pd.DataFrame:
    nothing = {"by": "how", "value": "", "n": 0.0, "unit_s": 0.0, "timed_n": 0.0, "counted": 0, "changed": 0.0, "valid": 0}
    return pd.DataFrame([nothing | {"median_min": float("nan"), "p90_min": float("nan")} | row for row in rows])


# 100 calls: 60 police of half an hour each, 30 an alternative team of an hour each, 10 by phone, no time known
ANSWERS = summaries(
    {"value": "police", "n": 60.0, "unit_s": 60 * 1800.0, "timed_n": 60.0, "counted": 60, "valid": 45, "median_min": 8.0, "p90_min": 20.0},
    {"value": "alternative", "n": 30.0, "unit_s": 30 * 3600.0, "timed_n": 30.0, "counted": 30, "valid": 9, "median_min": 12.0, "p90_min": 30.0},
    {"value": "phone", "n": 10.0, "counted": 10},
)


def test_answers_by_calls_and_by_time_with_the_share_that_has_an_arrival() -> None:
    table = answering.answered(ANSWERS).set_index("how")
    assert list(table.index) == ["alternative", "phone", "police"]
    assert table["share_of_calls"].tolist() == [0.3, 0.1, 0.6]
    assert table["share_of_time"].tolist() == [0.5, 0.0, 0.5]
    assert table.loc["police", ["minutes_per_call", "with_arrival", "median_min", "p90_min"]].tolist() == [30, 0.75, 8, 20]
    assert np.isnan(table.at["phone", "with_arrival"])  # nobody goes, so nobody arrives
    public = answering.answered(ANSWERS, minimum=10).set_index("how")
    assert public.loc["alternative", ["median_min", "p90_min", "with_arrival"]].isna().all()  # nine arrivals are too few
    assert public.at["alternative", "calls"] == 30


def test_count_that_is_not_shown_cannot_be_worked_out_from_the_rest() -> None:
    few = summaries({"value": "police", "n": 93.0, "counted": 93}, {"value": "both", "n": 7.0, "counted": 7})
    table = coarse(answering.answered(few, minimum=10), answering.ANSWERED_COLUMNS).set_index("how")
    assert table.loc["both"].isna().all()
    assert table.at["police", "calls"] == 90  # of 100 in all
    assert table.at["police", "share_of_calls"] == 0.93


def test_busiest_hours_pass_midnight_and_say_who_is_on_duty_then() -> None:
    calls = np.zeros((2, 336))
    calls[0, [44, 46]] = 30  # Monday 22:00 and 23:00
    calls[1, 48 + 6] = 30  # Tuesday 03:00
    calls[1, 24] = 10  # Monday at noon
    duty = np.zeros((2, 336))
    duty[0] = 1.0
    profile = pd.DataFrame(
        [("N01", "a", 2, 24, 120.0), ("N01", "a", 0, 24, 30.0), ("N01", "b", 0, 24, 90.0)], columns=["need", "area_id", "years_ago", "slot", "n"]
    )
    opened = {"known": {"N01": duty}, "possible": {"N01": np.ones((2, 336))}}
    (row,) = answering.windows({"N01": calls}, opened, profile, years=3).to_dict("records")
    assert (row["calls"], row["share_in_window"], row["last_hour"] - row["first_hour"]) == (100, 0.9, 8)
    assert row["first_hour"] <= 22 < 27 < row["last_hour"]
    assert (row["on_duty_known"], row["on_duty_possible"]) == (pytest.approx(60 / 90, abs=1e-6), 1)
    assert (row["years_ago"], row["calls_then"], row["calls_now"], row["moved"]) == (2, 120, 120, 0.75)
    assert answering.windows({"N01": calls / 20}, opened, profile, years=3, minimum=10).empty


def test_types_carry_who_decided_and_what_they_began_as() -> None:
    types = CallTypes((CallType("NOISE", needs=(("N08", 0.5), ("N14", 0.5)), mid=0.5, high=0.8, decided_by="Board", review_by=dt.date(2027, 1, 1)),))
    seen = summaries(
        {"by": "type", "value": "NOISE", "n": 40.0, "counted": 80, "changed": 20.0}, {"by": "type", "value": "ODD", "n": 9.0, "counted": 9}
    )
    table = answering.decided(types, seen, on=dt.date(2026, 9, 1)).set_index("type")
    assert table.loc["NOISE", ["calls", "needs", "changed", "review_by"]].tolist() == [40, "N08 50%; N14 50%", 0.25, "2027-01-01"]
    assert table.loc["ODD", ["calls", "decided_by"]].tolist() == [9, ""]


# -- how sure, how far ------------------------------------------------------------------------------------------------------------------------


def weeks(*taken: float) -> pd.DataFrame:
    """Weeks from the first of 2025 on, of 100 calls each, half of them such that others could answer."""
    rows = [{"week": 2869 + number, "need": "N01", "n": 100.0, "e_mid": 50.0, "n_alternative": one, "taken": one} for number, one in enumerate(taken)]
    frame = pd.DataFrame(rows)
    return frame.assign(**{name: 0.0 for name in (*(f"n_{how}" for how in HOW), "e_low", "e_high") if name not in frame})


def test_shares_carry_the_interval_of_other_weeks_and_that_of_the_table() -> None:
    cells = pd.DataFrame({"week": [2869, 2870], "need": "N01", "area_id": "a", "slot": [0, 1], "e_mid": [40.0, 40.0]})
    opened = {"N01": np.zeros((1, 336))}
    opened["N01"][0, 0] = 0.5
    by_week = way.weekly(weeks(8.0, 10.0), cells.astype({"need": "category", "area_id": "category"}), opened, ("a",))
    assert by_week["covered"].tolist() == [20, 0]
    told = {"divertible": 0.5, "divertible_low": 0.2, "divertible_high": 0.9, "covered": 0.1, "diverted": 0.09, "attended": 0.09, "pick_up": 0.9}
    table = way.sure(by_week, told, {"divertible": 0.6}, knows_answer=True).set_index("measure")
    assert table.loc["divertible", ["low", "high", "lowest", "highest", "by_time"]].tolist() == [0.5, 0.5, 0.2, 0.9, 0.6]
    # of two weeks drawn twice, both are the first in a quarter of the draws: the interval reaches from one week to the other
    assert table.loc["diverted", ["low", "high"]].tolist() == [0.08, 0.1]
    assert table.loc["covered", ["low", "high"]].tolist() == [0, 0.2]
    assert "diverted" not in way.sure(by_week, told, {}, knows_answer=False).set_index("measure").index


def test_years_on_the_way_and_what_the_goal_means_in_calls() -> None:
    ends = {"baseline": 0.09, "target": 0.2, "from_year": 2024, "to_year": 2034}
    by_week = weeks(*[9.0] * 52).drop(columns="need")
    table = way.years(way_to_goal(by_week, **ends), baseline=0.09, target=0.2, from_year=2024, to_year=2034).set_index("year")
    assert table["wanted"].tolist() == [0.09, 0.101, 0.112, 0.2]
    assert table.loc["2025", ["weeks", "diverted", "low", "high", "status"]].tolist() == [52, 0.09, 0.09, 0.09, "behind"]
    assert table["status"].tolist() == ["", "behind", "to_come", "to_come"]
    # Minneapolis: 259,000 residents' calls a year, 359,000 with those of officers; 9 % and 20 % of the first, 20 % of the second
    base = way.bases(258_881.6, 100_000.0, 1.0, diverted=0.09, target=0.2).set_index("base")
    assert base["now"].round(-2).tolist() == [23_300, 23_300]
    assert base["wanted"].round(-2).tolist() == [51_800, 71_800]
    assert base["missing_per_day"].round().tolist() == [78, 133]


def test_levers_are_told_each_alone() -> None:
    cube = pd.DataFrame({"need": ["N01", "N17"], "area_id": "a", "slot": [0, 100], "n": [100.0, 200.0], "e_mid": [50.0, 0.0]})
    cube = cube.assign(**{name: 0.0 for name in CUBE_COLUMNS if name not in cube})
    levers = Levers.of_arrays(cube, {}, area_ids=("a",))
    table = way.levers_of(levers, shown_as(2.0), hours=8, limit=5, vehicles=None, not_sent=-3.0, high=20.0).set_index("lever")
    assert table["calls"].to_dict() == {"shifts": 100, "always": 100, "rules": 40, "rule": 380}
    assert table.at["rule", "share"] == pytest.approx(190 / 300, abs=1e-6)


# -- neighborhoods ------------------------------------------------------------------------------------------------------------------------------


NO_ARRIVALS = summaries({"value": "police"})


def area_sums(n: list[float], e: list[float], covered: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame({"n": n, "e_mid": e, "covered": covered}, index=[f"a{number}" for number in range(len(n))])
    return frame.assign(taken=frame["covered"] / 2, n_alternative=frame["covered"] / 2, n_both=0.0)


def test_thin_neighborhood_is_drawn_to_the_rate_of_all_and_a_small_count_not_shown() -> None:
    sums = area_sums([400.0, 400.0, 8.0], [200.0, 100.0, 8.0], [0.0, 0.0, 0.0])
    residents = np.array([1_000.0, 1_000.0, 10.0])
    table = neighborhoods.by_area(sums, residents, NO_ARRIVALS, 1.0, states=(True, True)).set_index("area_id")
    assert table.at["a0", "per_1000"] == 400
    assert table.at["a0", "unmet"] == pytest.approx(200, rel=0.05)  # many calls stay what they are
    assert table.at["a2", "unmet"] < 4  # eight of ten residents' calls are drawn far towards the rate of all, 308 of 2,010
    assert (table["unmet_low"] < table["unmet"]).all()
    assert (table["unmet"] < table["unmet_high"]).all()
    public = neighborhoods.by_area(sums, residents, NO_ARRIVALS, 1.0, minimum=10, states=(True, True)).set_index("area_id")
    assert public.loc["a2"].isna().all()


def test_fifths_of_the_city_are_compared_by_rates() -> None:
    sums = area_sums([30.0, 10.0, *[20.0] * 8], [15.0] * 10, [10.0] * 10)
    members = {"newcomers": np.array([90.0, 0.0, *[50.0] * 8])}
    table = neighborhoods.by_group(sums, np.full(10, 100.0), members, 1.0, states=(True, True))
    # a fifth of 1,000 residents are two areas: 50 calls of 200 residents where most live, 30 of 200 where fewest do
    assert table[["fifth", "areas", "per_1000"]].to_numpy().tolist() == [["most", 2, 250], ["least", 2, 150]]
    reach = np.exp(1.959964 * (1 / 50 + 1 / 30) ** 0.5)
    assert table.loc[0, ["ratio", "ratio_low", "ratio_high"]].tolist() == pytest.approx([5 / 3, 5 / 3 / reach, 5 / 3 * reach], rel=1e-5)
    assert table.loc[0, ["covered", "pick_up"]].tolist() == pytest.approx([2 / 3, 0.5], abs=1e-6)
    assert neighborhoods.by_group(sums.head(4), np.full(4, 100.0), {"newcomers": members["newcomers"][:4]}, 1.0, states=(True, True)).empty
