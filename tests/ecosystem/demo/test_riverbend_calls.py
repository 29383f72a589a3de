"""Are Riverbend's calls a city's calls, is what is true in them counted right, and does the mess change none of it?"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from ecosystem.demo import cad, calls_truth, describe_city, write_city
from ecosystem.demo.call_types import NEW_SYSTEM, OVERDUE, TYPES
from ecosystem.demo.calls import CRISIS_DESKS, DESKS, HISTORY_START, START, WEEKS, Calls, make_calls
from ecosystem.demo.ground import Ground, Plot, Ring, in_degrees
from ecosystem.demo.intent import RESIDENTS, Extent, Intent, Party, People, Provision, minutes_of, told, week
from ecosystem.demo.score import agrees
from ecosystem.demo.story import plant
from ecosystem.demo.world import World, build_world
from ecosystem.pipeline import Run, run_city
from ecosystem.records import delivery_id

SEED = 3
SATURDAY, MONDAY = 5 * 1_440, 7 * 1_440


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(plant(SEED))


@pytest.fixture(scope="module")
def calls(world: World) -> Calls:
    return make_calls(world)


def of_kinds(calls: Calls, *names: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(calls.kind, [row for row, kind in enumerate(TYPES) if kind.name in names])


# -- the clean calls -------------------------------------------------------------------------------------------------------------------------


def test_residents_call_as_often_as_in_a_city(calls: Calls) -> None:
    """Minneapolis: about 1.29 million calls of residents in five years, 425,000 residents: 0.61 a year each."""
    a_year = len(calls.kind) / WEEKS * 52 / RESIDENTS
    assert 0.55 < a_year < 0.70


def test_nine_per_cent_are_answered_by_somebody_else(calls: Calls) -> None:
    assert (calls.desk >= 0).mean() == pytest.approx(0.09, abs=0.0005)
    assert calls.is_eligible[calls.desk >= 0].all(), "nobody takes a call that others may not take"


def test_crisis_teams_take_67_per_cent_for_want_of_vans(calls: Calls) -> None:
    """Of the eligible crisis calls that came while a crisis team was on duty; the rest found every van out, and none was just not sent."""
    crisis = of_kinds(calls, "Mental Health Crisis", "Suicidal Person") & calls.is_eligible & (calls.given_to >= 0)
    taken, lost = int((calls.desk[crisis] >= 0).sum()), int(calls.is_lost[crisis].sum())
    assert taken + lost == crisis.sum()
    assert taken / crisis.sum() == pytest.approx(0.67, abs=0.015)


def test_no_desk_has_more_units_out_than_vehicles(world: World, calls: Calls) -> None:
    """Looked at whenever one leaves: those of its desk who left before and are not back yet."""
    names = [name for name, _ in DESKS.values()]
    vehicles = {"CRISIS WEST": 2, "CRISIS EAST": 2, "CRISIS PAIR": 1, "RESPONDERS": 4, "ANIMAL CARE": 4, "NIGHT WALK": 1}
    for desk, most in vehicles.items():
        out = np.flatnonzero(calls.desk == names.index(desk))
        start = calls.received[out]
        end = start + calls.minutes[out] * 60
        at_once = max((int(((start <= at) & (end > at)).sum()) for at in start), default=0)
        assert at_once <= most, desk
        if desk in CRISIS_DESKS[:2]:
            assert at_once == most


def test_nobody_is_sent_who_is_not_on_duty(world: World, calls: Calls) -> None:
    places = {name: key for key, (name, _) in DESKS.items()}
    for number, (name, _) in enumerate(DESKS.values()):
        sent = np.flatnonzero(calls.desk == number)
        provision = next(p for p in world.intent.provisions if p.key[:2] == places[name] and p.mode not in ("by appointment",))
        on_duty = np.frombuffer(bytes(minutes_of(told(provision.hours, ()))), dtype=np.uint8)
        assert on_duty[calls.received[sent] // 60 % 10_080].all(), name


def test_at_the_weekend_nobody_takes_a_crisis_call(world: World, calls: Calls) -> None:
    minute = calls.received // 60 % 10_080
    weekend = of_kinds(calls, "Mental Health Crisis", "Suicidal Person") & (minute >= SATURDAY) & (minute < MONDAY)
    stonebridge = calls.area_ids.index(world.intent.ground.named("Stonebridge").id)
    assert weekend.sum() > 500
    assert set(calls.area[weekend & (calls.desk >= 0)].tolist()) <= {stonebridge}


def test_nobody_calls_from_the_park(world: World, calls: Calls) -> None:
    lived_in = [world.intent.people[area].residents > 0 for area in calls.area_ids]
    assert set(calls.area.tolist()) == set(np.flatnonzero(lived_in).tolist())


def test_shots_moved_across_the_river_and_into_the_night(world: World, calls: Calls) -> None:
    _, area, seconds = calls.shots
    year = 52 * 7 * 86_400
    places = np.array(calls.area_ids)[area]
    hour = seconds // 3600 % 24
    then = seconds < year
    assert np.isin(places[then], world.intent.shootings_then).mean() > 0.65
    assert np.isin(places[then], world.intent.shootings_now).mean() < 0.1
    now = seconds >= 3 * year
    assert np.isin(places[now], world.intent.shootings_now).mean() > 0.65
    assert ((hour[then] >= 15) & (hour[then] < 22)).mean() > 0.7
    assert ((hour[now] >= 22) | (hour[now] < 3)).mean() > 0.7


def test_the_hour_that_comes_twice_has_calls_and_the_one_left_out_has_none(calls: Calls) -> None:
    moments = [HISTORY_START + dt.timedelta(seconds=int(second)) for second in calls.shots[2]]
    assert len([moment for moment in moments if moment.date() == dt.date(2025, 11, 2) and moment.hour == 1]) >= 2
    assert not [moment for moment in moments if moment.date() in (dt.date(2024, 3, 10), dt.date(2026, 3, 8)) and moment.hour == 2]


def test_same_seed_same_calls(world: World, calls: Calls) -> None:
    again = make_calls(world)
    for name in ("kind", "area", "received", "desk", "minutes", "is_lost"):
        assert np.array_equal(getattr(again, name), getattr(calls, name))


# -- the truth, worked out by hand -----------------------------------------------------------------------------------------------------------


def square(south_m: float) -> Ring:
    corners = np.array([(0, south_m), (1_000, south_m), (1_000, south_m + 1_000), (0, south_m + 1_000)])
    ring = [(float(x), float(y)) for x, y in in_degrees(corners)]
    return (*ring, ring[0])


def a_town() -> World:
    """Two areas. A crisis team of 3 crews with 2 vans serves the north from Monday to Friday by day; nobody serves the south."""
    plots = (Plot("n", "North", square(1_000), "west", "p1"), Plot("s", "South", square(0), "west", "p1"))
    north, south = (Extent(area, areas=frozenset(area)) for area in "ns")
    team = Provision("west-bank-crisis", "Mobile crisis team", ("02a",), ("N01",), "mobile", week("Mo-Fr 08:00-20:00"), north)
    outreach = Provision("steady-streets", "Street outreach", ("05a",), ("N21",), "mobile", week("daily 14:00-22:00"), south)
    provisions = (replace(team, teams=3, vehicles=2), outreach)
    parties = (Party("west-bank-crisis", "West", "city", "city"), Party("steady-streets", "Steady", "community", "partners"))
    return build_world(Intent(0, Ground(plots, (), ()), {"n": People(1_000), "s": People(1_000)}, parties, provisions, ()))


def some_calls(*lines: tuple[str, str, float, str]) -> Calls:
    """Calls given as (kind, area, hours after the start, what became of it: taken, lost or police); one shot in the north each year before."""
    kinds = {kind.name: row for row, kind in enumerate(TYPES)}
    what = np.array([line[3] for line in lines])
    kind = np.array([kinds[line[0]] for line in lines])
    given = np.where(what == "police", -1, 0)
    n = len(lines)
    years = np.arange(4) * 52 * 7 * 86_400
    return Calls(
        ("n", "s"),
        kind,
        np.array([("n", "s").index(line[1]) for line in lines]),
        np.array([int(line[2] * 3600) for line in lines]),
        need=np.array([next(iter(TYPES[row].shares)) for row in kind]),
        desk=np.where(what == "taken", 0, -1),
        given_to=given,
        minutes=np.zeros(n),
        is_eligible=given >= 0,
        is_lost=what == "lost",
        open_share=np.zeros(n),
        shots=(np.full(4, kinds["Shots Fired"]), np.array([1, 1, 1, 0]), years + np.array([15, 15, 15, 23]) * 3600),
    )


def test_a_town_of_twenty_calls() -> None:
    """Ten crises (e .4 .65 .85), eight of them in the north: Monday 10:00 six (4 taken, 2 lost), Saturday 01:00 two; in the south two, Saturday
    03:30. Nine fire alarms (e 0) and one shot at Monday 23:00 in the north.

    By hand, of 20 calls: low 4.0 / 20 = 20 %, high 8.5 / 20 = 42.5 %; diverted 4 / 20 = 20 %. Middle 6.5 / 20 = 32.5 %: policy 20 - 32.5 = -12.5.
    On duty for six: 6 x .65 / 20 = 19.5 %: coverage 13.0; lost 2 / 20 = 10.0; not sent 19.5 - 10 - 20 = -10.5. Served 4 of 6: 67 %. With nobody:
    4 x .65 = 2.6 calls, all within Saturday 01:00 (minute 7260) and 8 hours later.
    """
    crises = [("Mental Health Crisis", "n", 10, "taken")] * 4 + [("Mental Health Crisis", "n", 10, "lost")] * 2
    crises += [("Mental Health Crisis", "n", 121, "police")] * 2 + [("Mental Health Crisis", "s", 123.5, "police")] * 2
    calls = some_calls(*crises, *[("Fire Alarm", "n", 30, "police")] * 9, ("Shots Fired", "n", 23, "police"))
    town = a_town()
    crew, outreach = (delivery_id(*p.key) for p in town.intent.provisions)
    found = {(fact.kind, fact.need, fact.group): fact for fact in calls_truth.facts_of_calls(town, calls)}
    amounts = {key: fact.amount.split(" (")[0] for key, fact in found.items()}
    assert amounts == {
        ("diversion_share", "", ""): "20.0 to 42.5 %",
        ("diversion_goal", "", ""): "20.0 of 20.0 %",
        ("diversion_policy", "", ""): "-12.5 points",
        ("diversion_coverage", "", ""): "13.0 points",
        ("diversion_capacity", "", ""): "10.0 points",
        ("diversion_not_sent", "", ""): "-10.5 points",
        ("diversion_limit", "N01", "vehicles"): "2/3 67 %",
        ("diversion_shift", "N01", ""): "7260-7740 of 2.6",
        ("diversion_moved", "N21", ""): "23:00-00:00 in n",
        ("diversion_left_out", "", "vulnerable adults"): "",
    }
    assert found["diversion_limit", "N01", "vehicles"].deliveries == crew
    assert found["diversion_moved", "N21", ""].deliveries == outreach


def test_a_call_of_two_needs_counts_by_shares() -> None:
    counted = calls_truth.calls_by_need(some_calls(("Shots Fired", "n", 0.6, "police"), ("Fight", "s", 167.9, "police")))
    assert {need: float(cells.sum()) for need, cells in counted.items() if cells.any()} == {"N21": 0.5, "N26": 1.2, "N27": 0.3}
    assert (counted["N21"][0, 1], counted["N27"][1, 335]) == (0.5, 0.3)


@pytest.mark.parametrize(
    ("true", "found", "same"),
    [
        ("48 h", "48 h", True),
        ("48 h", "48.0 h", False),
        ("2.3 points (±0.5)", "2.8 points", True),
        ("2.3 points (±0.5)", "2.9 points", False),
        ("-2.4 points (±0.1)", "2.4 points", False),
        ("4/6 67 % (±4)", "4/6 70.9 %", True),
        ("4/6 67 % (±4)", "4/6 71.2 %", False),
        ("7260-7740 of 2.6 (±0.1)", "7290-7770 of 2.6", False),
        ("9.0 of 20.0 % (±0.1)", "9.0 of 20.0 points", False),
    ],
)
def test_amounts_agree_within_their_tolerance(true: str, found: str, same: bool) -> None:
    assert agrees(true, found) is same


# -- the exports -----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exports(world: World, calls: Calls) -> tuple[Mapping[str, bytes], cad.Mess]:
    return cad.call_files(world.intent, calls)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_two_systems_two_date_styles_and_days_uploaded_again(exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    files, _ = exports
    old, new = rows_of(files[cad.OLD_EXPORT]), rows_of(files[cad.NEW_EXPORT])
    assert old[0]["Call_Received"].startswith("06/29/2026 ")
    again = [row for row in new if row["Create_Time"] and row["Create_Time"] < NEW_SYSTEM.isoformat() and row["Create_Time"] > "2026"]
    assert {row["Create_Time"][:10] for row in again} == {"2026-08-28", "2026-08-29", "2026-08-30"}
    known = {row["Incident_Number"] for row in old}
    assert {row["CAD_ID"] for row in again} <= known
    assert {"Unkown Trouble"} == {row["Final_Call_Type"] for row in old if "Trouble" in row["Final_Call_Type"]}
    later = [row for row in new if row["Create_Time"] >= NEW_SYSTEM.isoformat()]
    assert {"Unknown Trouble"} == {row["Problem_Final"] for row in later if "Trouble" in row["Problem_Final"]}


def test_several_rows_types_that_changed_and_places_that_are_none(exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    old = rows_of(exports[0][cad.OLD_EXPORT])
    units = defaultdict(set)
    for row in old:
        units[row["Incident_Number"]].add(row["Unit"])
    assert 1.1 < sum(map(len, units.values())) / len(units) < 1.35
    assert 0.03 < sum(bool(row["Initial_Call_Type"]) for row in old) / len(old) < 0.1
    places = Counter("zero" if row["Latitude"] == "0" else "missing" if not row["Latitude"] else "point" for row in old)
    assert min(places.values()) > 200


def test_no_export_is_large_or_names_anybody(exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    files, _ = exports
    assert sum(map(len, files.values())) < 9_000_000
    words = {row["Agency"] for row in rows_of(files[cad.OLD_EXPORT])}
    assert words <= {"RPD", "EMS", "FIRE", *(name for name, _ in DESKS.values())}


def test_the_table_of_types_says_who_decided_and_until_when(exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    table = {row["name"]: row for row in rows_of(exports[0][cad.TYPES_FILE])}
    assert [name for name, row in table.items() if not row["decided_by"]] == ["Code 77"]
    assert [name for name, row in table.items() if row["review_by"] and row["review_by"] < "2026-10-01"] == [OVERDUE]
    assert table["Unkown Trouble"]["valid_to"] == "2026-08-30"
    assert table["Unknown Trouble"]["valid_from"] == "2026-08-31"
    assert all(float(row["low"]) <= float(row["mid"]) <= float(row["high"]) for row in table.values())


# -- what the pipeline makes of them -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(world: World, calls: Calls, exports: tuple[Mapping[str, bytes], cad.Mess], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_city(write_city(tmp_path_factory.mktemp("riverbend"), seed=world.intent.seed))


def test_the_funnel_holds_every_piece_of_mess(run: Run, calls: Calls, exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    """Shots fired before the full export stand in the funnel too, and not in the window."""
    mess, shots, demand = exports[1], len(calls.shots[0]), run.inputs.demand
    assert demand is not None
    funnel = demand.funnel
    assert funnel["rows"] == mess.rows + shots
    assert funnel["incidents"] == mess.incidents + shots
    assert funnel["by_flag"] == mess.officer_started
    assert funnel["duplicates"] == mess.second_calls
    assert funnel["by_type"] == pytest.approx(mess.by_type_only + mess.paper)
    uncounted = mess.no_place + mess.outside + mess.no_time
    assert funnel["community"] == pytest.approx(mess.residents_calls + uncounted + shots)
    assert funnel["with_hour"] == pytest.approx(mess.residents_calls + mess.no_place + mess.outside + shots)
    assert funnel["in_area"] == pytest.approx(mess.residents_calls + shots)
    assert funnel["in_window"] == pytest.approx(len(calls.kind))
    assert (demand.first_day, demand.last_day, demand.years) == (START.date(), dt.date(2026, 9, 27), 4)


def test_the_quality_table_counts_the_mess(run: Run, exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    mess, demand = exports[1], run.inputs.demand
    assert demand is not None
    counted = demand.quality.set_index("rule")["n"]
    assert counted["repeated_row"] == mess.repeated_rows
    assert counted["place_by_beat_or_name"] == mess.placed_by_beat
    assert counted["place_outside"] == mess.outside
    assert counted["place_missing"] + counted["place_zero"] == mess.no_place
    assert counted["received_blank"] > 0
    assert counted["received_unreadable"] > 0
    for rule, planted in (("cleared_before_dispatched", cad.WRONG_ORDER), ("bound_over_a_day", cad.OVER_A_DAY)):
        assert planted <= counted[rule] <= planted + 0.2 * planted + 2, "some stand twice"
    assert counted["hour_twice"] >= 2
    assert counted["hour_missing"] == 0
    assert f"suppressed: {cad.SUPPRESSED}" in counted.index


def test_every_call_lands_in_its_area_hour_and_need(run: Run, calls: Calls) -> None:
    """The whole cube equals the clean calls, cell by cell."""
    demand = run.inputs.demand
    assert demand is not None
    expected = {
        (need, calls.area_ids[area], slot): float(cells[area, slot])
        for need, cells in calls_truth.calls_by_need(calls).items()
        for area, slot in np.argwhere(cells > 0).tolist()
    }
    found = {(row.need, row.area_id, row.slot): row.n for row in demand.cube.itertuples()}
    assert found == pytest.approx(expected)


def test_who_answered_is_told_apart(run: Run, calls: Calls, exports: tuple[Mapping[str, bytes], cad.Mess]) -> None:
    demand = run.inputs.demand
    assert demand is not None
    names = np.array([*(name for name, _ in DESKS.values()), "RPD"])[calls.desk]
    online, phone = int((names == "ONLINE").sum()), int(np.isin(names, ("311", "REPORT DESK")).sum())
    sums = demand.cube[["n_alternative", "n_phone", "n_online", "n_both"]].sum().to_dict()
    alone = int((calls.desk >= 0).sum()) - online - phone
    assert sums == pytest.approx({"n_alternative": alone, "n_phone": phone, "n_online": online, "n_both": exports[1].both})


def test_the_minutes_of_a_crisis_call_come_from_the_calls(run: Run, calls: Calls) -> None:
    """The file of incidents says how long vans were out: the mean of the clean minutes, to the second."""
    demand = run.inputs.demand
    assert demand is not None
    query = "select avg(unit_s) from read_parquet($1) where type_final = 'Suicidal Person' and how = 'alternative'"
    (seconds,) = duckdb.execute(query, [str(demand.incidents)]).fetchall()[0]
    taken = of_kinds(calls, "Suicidal Person") & (calls.desk >= 0)
    assert seconds / 60 == pytest.approx(float(np.maximum(calls.minutes[taken], 5).mean()), abs=0.02)


def test_the_three_stories_are_found_and_true(run: Run, world: World, calls: Calls) -> None:
    """Four vans for six crews, the lost weekend, yesterday's map."""
    findings = {(finding.kind, finding.need): finding for finding in run.results["diversion"]}
    vans = findings["diversion_limit", "N01"]
    assert (vans.values["vehicles"], vans.values["teams"], vans.group) == (4, 6, "vehicles")
    assert vans.known == pytest.approx(0.67, abs=0.04)
    start, end = findings["diversion_shift", "N01"].values["run"]  # type: ignore[misc]
    assert SATURDAY <= start < end <= MONDAY
    moved = findings["diversion_moved", "N21"]
    assert moved.values["window"] == "22:00-03:00"
    assert set(moved.values["areas"]) == set(world.intent.shootings_now)  # type: ignore[arg-type]
    goal, capacity = findings["diversion_goal", ""], findings["diversion_capacity", ""]
    assert goal.known == pytest.approx(0.09, abs=0.0005)
    assert capacity.known is not None
    assert capacity.known == pytest.approx(float(calls.is_lost.mean()), abs=0.005)


def test_only_types_that_the_new_system_renamed_are_said_to_be_new(run: Run) -> None:
    """Shots fired of the years before make no type of the full export a new one."""
    doubts = {issue.text for issue in run.issues if issue.code == "calls_doubtful"}
    assert doubts == {"suppressed: vulnerable adults", "type new: Crash - No Injury", "type new: Unknown Trouble"}


def test_the_demo_says_what_it_holds(run: Run, calls: Calls) -> None:
    words = "30 neighborhoods, 214,000 residents, 58 organizations asked, 45 answered"
    assert describe_city(run.city.folder) == f"{words}, {len(calls.kind):,} calls of residents in 13 weeks"


def test_before_the_calls_are_counted_the_demo_does_not_count_them(tmp_path: Path) -> None:
    assert describe_city(write_city(tmp_path, seed=2)).endswith("45 answered")


def test_old_files_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "mine.txt").write_text("stays", encoding="utf-8")
    write_city(tmp_path, seed=1)
    assert (tmp_path / "calls" / "mine.txt").read_text(encoding="utf-8") == "stays"
