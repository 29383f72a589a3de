"""Every measure on a town of two areas and a dozen calls, worked out by hand; then on San Diego, and on two engines."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from ecosystem.calls import engine, measures
from ecosystem.calls.goal import Shares, Split
from ecosystem.calls.ingest import read_incidents
from ecosystem.calls.recode import CallType, CallTypes, read_codes
from ecosystem.city import Calls
from ecosystem.errors import InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONDAY_10, SATURDAY_1 = 20, 5 * 48 + 2
WEEK = 2956


def call(type_final: str, slot: float, area_id: str | None = "west", how: str = "police", **facts: Any) -> dict[str, Any]:
    row = {"type_initial": type_final, "type_final": type_final, "priority": "2", "source": "911", "is_officer_started": False, "is_duplicate": False}
    row |= {
        "week": WEEK,
        "slot": slot,
        "how": how,
        "first": None,
        "n_rows": 1,
        "n_units": 1,
        "unit_s": 600,
        "response_s": 300,
        "area_id": area_id,
        "beat": None,
    }
    return row | {"place": "point"} | facts


# ten community calls in the base: four crises (two on Saturday night), four noise, one assault, one that nobody decided
CALLS = [
    call("CRISIS", MONDAY_10, how="alternative", unit_s=3600),
    call("CRISIS", MONDAY_10, unit_s=3600),
    call("CRISIS", SATURDAY_1, unit_s=3600),
    call("CRISIS", SATURDAY_1, "east", how="both", unit_s=3600),
    call("NOISE", MONDAY_10),
    call("NOISE", MONDAY_10, how="online"),
    call("NOISE", SATURDAY_1, response_s=900),
    call("NOISE", SATURDAY_1, response_s=None),
    call("ASSAULT", SATURDAY_1, unit_s=7200),
    call("STRANGE", MONDAY_10, unit_s=None),
    call("PATROL", MONDAY_10),  # out by type
    call("NOISE", MONDAY_10, is_officer_started=True),  # out by flag
    call("NOISE", MONDAY_10, is_duplicate=True),
    call("NOISE", float("nan")),  # hour not known
    call("NOISE", MONDAY_10, None, beat="7"),  # area not known
]
TYPES = CallTypes(
    (
        CallType("CRISIS", needs=(("N01", 1.0),), tier="A", low=0.5, mid=0.75, high=1.0, decided_by="Board"),
        CallType("NOISE", needs=(("N08", 0.5), ("N14", 0.5)), tier="A", low=0.4, mid=0.8, high=1.0, decided_by="Board"),
        CallType("ASSAULT", needs=(("N26", 1.0),), tier="XP", decided_by="Board"),
        CallType("PATROL", needs=(("EXCL-OFFICER", 1.0),), decided_by="Board"),
        CallType("STRANGE", needs=(("N03", 1.0),), mid=1.0, high=1.0),  # proposed, not decided
    )
)
COVERAGE = pd.DataFrame(
    [("N01", "west", MONDAY_10, 1.0, 1.0), ("N01", "east", SATURDAY_1, 0.0, 1.0), ("N08", "west", SATURDAY_1, 0.5, 1.0)],
    columns=["need", "area_id", "slot", "share_known", "share_possible"],
)


def as_incidents(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    kinds = {"week": "Int64", "slot": "Int64", "unit_s": "Int64", "response_s": "Int64"}
    return frame.astype(kinds).assign(
        first=frame["first"].astype("string"), area_id=frame["area_id"].astype("string"), beat=frame["beat"].astype("string")
    )


class Town:
    """The three tables on a backend."""

    def __init__(self, backend: Any, rows: list[dict[str, Any]] = CALLS) -> None:
        self.backend = backend
        self.incidents: ir.Table = engine.table(backend, "incidents", as_incidents(rows))
        self.types: ir.Table = engine.table(backend, "types", TYPES.table())
        self.coverage: ir.Table = engine.table(backend, "coverage", COVERAGE)
        self.cube = measures.cube(self.incidents, self.types)

    def fetch(self, expression: ir.Table) -> pd.DataFrame:
        return engine.fetch(expression, self.backend)


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(engine.connect())


def test_funnel_tells_apart_flag_type_and_place(town: Town) -> None:
    row = town.fetch(measures.funnel(town.incidents, town.types)).iloc[0]
    assert (row.units, row.incidents, row.by_flag, row.duplicates, row.by_type) == (15, 15, 1, 1, 1)
    assert (row.community, row.with_hour, row.in_area, row.unknown) == (12, 11, 10, 1)


def test_cube_counts_calls_by_need_area_and_half_hour(town: Town) -> None:
    cells = town.fetch(town.cube).set_index(["need", "area_id", "slot"])
    assert cells["n"].sum() == 10
    assert cells.at[("N08", "west", MONDAY_10), "n"] == 1.0  # two noise calls, half of each
    assert cells.at[("N08", "west", MONDAY_10), "e_low"] == pytest.approx(0.4)
    assert cells.at[("N01", "west", MONDAY_10), "unit_s"] == 7200
    assert cells.at[("UNKNOWN", "west", MONDAY_10), "n"] == 1
    assert "EXCL-OFFICER" not in cells.index.get_level_values("need")
    assert set(measures.CUBE_COLUMNS) == set(town.fetch(town.cube).columns)


def test_shares_by_calls_and_by_time(town: Town) -> None:
    sums = town.fetch(measures.shares(town.cube, town.coverage))
    calls = Shares.of(sums)
    assert calls.base == 10
    assert calls.divertible == pytest.approx({"low": 0.36, "mid": 0.62, "high": 0.8})  # 4 x .5/.75/1 and 4 x .4/.8/1 of 10
    # on duty: two crises on Monday (1.5), half of the noise half of two calls on Saturday (.8 x .5)
    assert calls.covered["mid", "known"] == pytest.approx((1.5 + 0.4) / 10)
    assert calls.covered["mid", "possible"] == pytest.approx((1.5 + 0.75 + 0.8) / 10)
    assert (calls.diverted, calls.attended, calls.unknown) == (pytest.approx(0.2), pytest.approx(0.2), pytest.approx(0.1))
    time = Shares.of(sums, by_time=True)
    assert time.base == 4 * 3600 + 4 * 600 + 7200
    assert time.divertible["mid"] == pytest.approx((0.75 * 14_400 + 0.8 * 2_400) / 24_000)


def test_time_on_task_stands_beside_calls(town: Town) -> None:
    needs = town.fetch(measures.by_need(town.cube, town.coverage)).set_index("need")
    assert needs.at["N26", "n"] == 1
    assert needs.at["N26", "unit_s"] / needs["unit_s"].sum() == pytest.approx(0.3)
    assert needs.at["N01", "taken"] == 1
    assert needs.at["N01", "covered_known"] == pytest.approx(1.5)
    assert needs.at["UNKNOWN", "timed_n"] == 0


def test_time_on_task_has_both_shares(town: Town) -> None:
    needs = measures.time_on_task(town.fetch(measures.by_need(town.cube, town.coverage))).set_index("need")
    # 24,000 seconds in all: four crises of an hour, one assault of two hours, four noise calls of ten minutes
    assert needs.loc["N26", ["share_of_calls", "share_of_time", "minutes_per_call"]].tolist() == pytest.approx([0.1, 0.3, 120])
    assert needs.loc["N01", ["share_of_calls", "share_of_time", "minutes_per_call"]].tolist() == pytest.approx([0.4, 0.6, 60])
    assert needs.loc["UNKNOWN", ["share_of_time", "share_timed"]].tolist() == [0, 0]


def test_groups_of_areas_are_compared_with_the_rest(town: Town) -> None:
    groups = engine.table(town.backend, "groups", pd.DataFrame({"area_id": ["west", "east"], "group": ["A", "B"]}))
    table = measures.compare_groups(town.fetch(measures.by_group(town.cube, town.coverage, groups)), {"A": 900, "B": 500}).set_index("group")
    assert table["n"].to_dict() == {"A": 9, "B": 1}
    assert table["calls_per_1000"].to_dict() == pytest.approx({"A": 10, "B": 2})
    reach = 1.959964 * (1 / 9 + 1 / 1) ** 0.5
    assert table.loc["A", ["ratio", "ratio_low", "ratio_high"]].tolist() == pytest.approx([5, 5 * np.exp(-reach), 5 * np.exp(reach)], rel=1e-6)
    assert table.at["A", "pick_up"] == pytest.approx(2 / 1.9)  # a crisis and a noise call taken; 1.9 eligible with somebody on duty
    assert table.at["B", "covered"] == 0
    assert table["note"].to_dict() == {"A": "", "B": measures.FEW_CALLS}
    one = engine.table(town.backend, "one", pd.DataFrame({"area_id": ["west"], "group": ["A"]}))
    alone = measures.compare_groups(town.fetch(measures.by_group(town.cube, town.coverage, one)), {"A": 900})
    assert alone["ratio"].isna().all()
    assert alone["note"].tolist() == [measures.FEW_CALLS]


def test_unmet_demand_says_where_and_when(town: Town) -> None:
    cells = town.fetch(measures.unmet(town.cube, town.coverage)).set_index(["need", "area_id", "slot"])
    assert cells.at[("N01", "west", SATURDAY_1), "unmet"] == pytest.approx(0.75)
    assert cells.at[("N01", "east", SATURDAY_1), "unmet_at_least"] == 0
    assert cells.at[("N08", "west", SATURDAY_1), "unmet"] == pytest.approx(0.4)
    assert cells["unmet"].sum() == pytest.approx(6.2 - 1.9)
    assert cells.at[("N01", "west", SATURDAY_1), "unmet_s"] == pytest.approx(0.75 * 3600)


def test_response_times_carry_their_share_of_valid_rows(town: Town) -> None:
    told = town.fetch(measures.summaries(town.incidents, town.types)).set_index(["by", "value"])
    assert told.at[("need", "N01"), "median_min"] == 5
    assert told.loc[("need", "N08"), ["counted", "valid"]].tolist() == [4, 3]
    assert told.at[("need", "N08"), "p90_min"] == pytest.approx(13)  # of 5, 5, 15: 5 + .8 x 10
    # ten calls, four of them of two needs; nine with a time: four crises of an hour, one assault of two hours, four noise calls of ten minutes
    assert told.loc[("all", ""), ["n", "counted", "timed_n", "unit_s"]].tolist() == [10, 14, 9, 24_000]
    assert told.loc[("how", "alternative"), ["n", "unit_s"]].tolist() == [1, 3600]
    assert told.loc[("type", "NOISE"), ["n", "changed"]].tolist() == [4, 0]
    assert told.at[("need", "EXCL-OFFICER"), "n"] == 1  # no call of the base, and told beside it


def test_backup_of_alternative_teams_by_area(town: Town) -> None:
    areas = town.fetch(measures.by_area(town.cube, town.coverage)).set_index("area_id")
    assert areas.loc["east", ["n", "n_both"]].tolist() == [1, 1]
    assert areas.at["west", "n_alternative"] == 1


def test_type_is_read_by_the_row_that_held_on_its_day() -> None:
    days = CallTypes(
        (
            CallType("X", needs=(("N03", 1.0),), valid_to=pd.Timestamp("2026-09-06").date(), decided_by="Board"),
            CallType("X", needs=(("N08", 1.0),), valid_from=pd.Timestamp("2026-09-07").date(), decided_by="Board"),
        )
    )
    backend = engine.connect()
    # week 2956 begins on Monday 31 August 2026
    incidents = engine.table(backend, "i", as_incidents([call("X", 6 * 48 + 47, week=2956), call("X", 0, week=2957)]))
    cells = engine.fetch(measures.cube(incidents, engine.table(backend, "t", days.table())), backend)
    assert dict(zip(cells["need"], cells["slot"], strict=True)) == {"N03": 335, "N08": 0}


def test_new_and_vanished_types_raise_an_alarm() -> None:
    table = pd.DataFrame({"type": ["OLD", "NEW", "ALWAYS", "RARE"], "n": [50, 50, 50, 3], "first": [0, 30, 0, 30], "last": [20, 52, 52, 52]})
    changed = measures.changed_types(table)
    assert changed[["type", "change", "week"]].to_numpy().tolist() == [["OLD", "vanished", 20], ["NEW", "new", 30]]
    backend = engine.connect()
    weeks = engine.fetch(measures.type_weeks(engine.table(backend, "i", as_incidents(CALLS))), backend)
    assert weeks.set_index("type").at["CRISIS", "n"] == 4


def test_coverage_of_other_slot_lengths_becomes_half_hours() -> None:
    hours = pd.DataFrame({"need": "N01", "area_id": "west", "slot": [0, 1], "share_known": [1.0, 0.5], "share_possible": 1.0})
    assert measures.half_hours(hours, 60)[["slot", "share_known"]].to_numpy().tolist() == [[0, 1], [1, 1], [2, 0.5], [3, 0.5]]
    quarters = pd.DataFrame({"need": "N01", "area_id": "west", "slot": [0, 1], "share_known": [1.0, 0.0], "share_possible": [1.0, 0.0]})
    assert measures.half_hours(quarters, 15)[["slot", "share_known", "share_possible"]].to_numpy().tolist() == [[0, 0.5, 0.5]]


def test_demand_weighs_coverage_with_mean_one() -> None:
    cells = pd.DataFrame({"need": ["N01", "N01", "N08"], "area_id": ["west", "east", "gone"], "slot": [2, 3, 0], "n": [30.0, 10.0, 5.0]})
    weights = measures.demand_weights(cells, needs=("N01", "N08"), area_ids=("east", "west"))
    assert set(weights) == {"N01"}
    assert weights["N01"].mean() == pytest.approx(1)
    assert weights["N01"][1, 2] == 3 * weights["N01"][0, 3]
    assert measures.demand_weights(cells, needs=("N01",), area_ids=("east", "west"), slot_minutes=60)["N01"].shape == (2, 168)
    assert measures.demand_weights(cells, needs=("N01",), area_ids=("east", "west"), slot_minutes=15)["N01"].shape == (2, 672)


def test_weeks_and_profile_add_up(town: Town) -> None:
    weeks = town.fetch(measures.weeks(town.incidents, town.types))
    assert weeks.groupby("week")["n"].sum().to_dict() == {WEEK: 10}
    assert weeks.set_index("need").at["N01", "e_low"] == 2
    cells = town.fetch(measures.with_coverage(measures.weekly_cells(town.incidents, town.types), town.coverage))
    assert (cells["e_mid"] * cells["open_known"]).sum() == pytest.approx(1.9)
    by_year = town.fetch(measures.profile(town.incidents, town.types, needs=("N01",)))
    assert by_year["n"].sum() == 4
    assert set(by_year["years_ago"]) == {0}


def test_unknown_backend_says_what_to_install() -> None:
    with pytest.raises(InputError, match=r"ibis-framework\[nosuch\]"):
        engine.connect("nosuch://here")


# -- another engine --------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if not os.environ.get("ECOSYSTEM_SPARK"):
        pytest.skip("a step of its own, since the engine takes long to start: set ECOSYSTEM_SPARK=1")
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install 'safety-ecosystem-mapper[spark]'")
    if shutil.which("java") is None:
        pytest.skip("pyspark needs Java, and there is none on this machine")
    import ibis
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.sql.session.timeZone": "UTC"}
    with engine.quiet():
        builder = SparkSession.builder.master("local[2]").appName("calls")
        for key, value in settings.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        yield ibis.pyspark.connect(session)
        session.stop()


def test_two_engines_give_equal_numbers(town: Town, spark: Any) -> None:
    with engine.quiet():
        other = Town(spark)
        names = ("cube", "shares", "by_need", "by_area", "by_group", "unmet", "weeks", "weekly_cells", "funnel", "spread", "summaries", "profile")
        for name in names:
            mine, theirs = (_ask(one, name) for one in (town, other))
            keys = [column for column in mine.columns if mine[column].dtype.kind not in "fiu"] + [c for c in ("slot", "week") if c in mine.columns]
            mine, theirs = (
                frame.astype(dict.fromkeys(keys, str)).sort_values(keys, ignore_index=True) if keys else frame for frame in (mine, theirs)
            )
            pd.testing.assert_frame_equal(mine, theirs, check_dtype=False, rtol=1e-9, atol=1e-9)


def _ask(town: Town, name: str) -> pd.DataFrame:
    if name == "cube":
        return town.fetch(town.cube)
    if name == "by_group":
        groups = engine.table(town.backend, "groups", pd.DataFrame({"area_id": ["west", "east"], "group": ["A", "B"]}))
        return town.fetch(measures.by_group(town.cube, town.coverage, groups))
    if name == "spread":
        beats = engine.table(town.backend, "beats", pd.DataFrame({"beat": ["7", "7"], "area_id": ["west", "east"], "weight": [0.3, 0.6]}))
        return town.fetch(measures.funnel(measures.spread(town.incidents, beats), town.types))
    if name in ("funnel", "profile", "weeks", "weekly_cells", "summaries"):
        return town.fetch(getattr(measures, name)(town.incidents, town.types))
    return town.fetch(getattr(measures, name)(town.cube, town.coverage))


# -- San Diego ---------------------------------------------------------------------------------------------------------------------------------


def test_goal_identity_holds_on_san_diego(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "san_diego_calls"
    export = folder / "pd_calls_for_service_2023_datasd.csv"
    beats = {str(beat): str(beat) for beat in range(1, 1000)}
    lists = {"phone": ["R"], "nobody": ["CAN", "W"]}
    calls = Calls.model_validate({"files": [str(export)], "answered": lists, "duplicates": ["DUP", "V"]})
    ingest = read_incidents(calls, tmp_path, time_zone="America/Los_Angeles", beats=beats)
    with duckdb.connect() as connection:
        found = dict(connection.sql(f"select type_final, count(*) from '{ingest.incidents}' where type_final is not null group by 1").fetchall())
    codes = read_codes(folder / "pd_cfs_calltypes_datasd.csv")
    types = CallTypes().with_proposals(found, codes).decided_by("a test", pd.Timestamp("2026-10-01").date())
    backend = engine.connect()
    incidents = engine.parquet(backend, ingest.incidents, "incidents")
    table = engine.table(backend, "types", types.table())
    cells = measures.cube(incidents, table)
    rng = np.random.default_rng(1)
    open_cells = engine.fetch(cells.select("need", "area_id", "slot"), backend)
    open_cells = open_cells.assign(share_known=rng.uniform(0, 1, len(open_cells)), share_possible=1.0)
    shares = Shares.of(engine.fetch(measures.shares(cells, engine.table(backend, "coverage", open_cells)), backend))
    funnel = engine.fetch(measures.funnel(incidents, table), backend).iloc[0]
    assert (funnel.units, funnel.incidents) == (26_595, 26_595)
    with duckdb.connect() as connection:
        stops = "'T', 'MPSSTP', '1149', '1150', '1151', 'SELENF', 'FOOT', 'FD', 'MTG', 'FU'"  # traffic stops, patrols, meetings, follow-ups
        sure = connection.sql(f"select count(*) from '{ingest.incidents}' where type_final in ({stops}) and not is_duplicate").fetchall()[0][0]
    assert sure > 6_000
    assert sure <= funnel.by_type <= 26_595 - funnel.duplicates
    assert funnel.by_type + funnel.community == 26_595 - funnel.duplicates
    assert shares.base == pytest.approx(funnel.in_area, rel=1e-12)
    if shares.is_stated:
        split = Split.of(shares, 0.2, served=shares.covered["mid", "known"] * 0.9)
        assert abs(sum(split.parts.values()) - split.gap) < 1e-12
    else:
        with pytest.raises(ValueError, match="nobody decided"):
            Split.of(shares, 0.2)
        split = Split(0.2, shares.divertible["mid"], shares.covered["mid", "known"], None, shares.diverted or 0.0)
        assert abs(sum(split.parts.values()) - split.gap) < 1e-12
