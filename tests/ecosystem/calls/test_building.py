"""From raw file to findings, as a city does it: review, decide, build, analyze."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosystem.analysis import analyze, diversion
from ecosystem.analysis.calls_and_cover import Case
from ecosystem.calls import engine, measures
from ecosystem.calls.building import Demand, build, demand_of, is_fresh, read_demand, review
from ecosystem.calls.levers import Change, Levers, Opening
from ecosystem.calls.recode import CallTypes
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.errors import CityError, MissingFileError, NameUnknownError, OutputError
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.messages import LANGUAGES, Catalogue
from ecosystem.records import Capacity
from ecosystem.schedule import ALWAYS, Schedule
from ecosystem.taxonomy import Taxonomy

WEEKDAYS = Schedule.daily("00:00", "24:00", days=range(5))
NEEDS = tuple(Taxonomy.read().needs)

# one week from Monday 7 September 2026: a crisis call every hour in Ash, taken by the team on weekdays at even hours; 168 assaults in Birch
HOURS = [dt.datetime(2026, 9, 7) + dt.timedelta(hours=hour) for hour in range(168)]


def export(*, minutes: int = 60) -> str:
    """The week as CSV; a call binds the crisis team for so many minutes."""
    rows = ["incident_no,received,dispatched,cleared,call_type,unit,source,area"]
    for number, hour in enumerate(HOURS):
        taken = hour.weekday() < 5 and hour.hour % 2 == 0
        end = hour + dt.timedelta(minutes=minutes if taken else 60)
        rows.append(f"C{number},{hour},{hour},{end},MENTAL HEALTH CRISIS,{'BCR1' if taken else 'U1'},911,Ash")
        rows.append(f"A{number},{hour},{hour},{hour + dt.timedelta(minutes=20)},ASSAULT,U2,911,Birch")
        rows.append(f"T{number},{hour},{hour},{hour},TRAFFIC STOP,U3,OFFICER,Birch")
    return "\n".join(rows)


@pytest.fixture
def city(tmp_path: Path, settings: City) -> City:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "export.csv").write_text(export(), encoding="utf-8")
    areas = {"id": "areas", "name": "Areas", "file": "areas.geojson", "id_column": "id"}
    values = {"name": "Smallville", "time_zone": "America/Chicago", "as_of": settings.as_of, "geographies": [areas]}
    values |= {"standards": {"needs": ["N01", "N08", "N14"]}, "calls": {"files": ["calls"], "answered": {"alternative": ["BCR*"]}}}
    values |= {"goal": {"text": "20 %", "target_share": 0.4, "baseline_share": 0.09}}
    return City.of(values, file=tmp_path / "city.toml")


def decide(city: City) -> None:
    path = city.folder / "calls" / "call_types.csv"
    CallTypes.read(path, needs=NEEDS).decided_by("Board", dt.date(2026, 9, 1)).write(path)


@pytest.fixture
def demand(city: City, ground: Geography) -> Demand:
    review(city)
    decide(city)
    return build(city, ground)


def test_review_proposes_and_a_second_one_changes_nothing(city: City) -> None:
    first = review(city)
    assert (first.n_types, first.n_open, first.share_open, first.share_unknown, first.n_for_most) == (3, 3, 1.0, 0.0, 3)
    assert {(one.column, one.value): (one.n, one.named) for one in first.values} == {
        ("source", "911"): (336, ""), ("source", "OFFICER"): (168, ""), ("unit", "BCR1"): (60, "answered.alternative"),
        ("unit", "U1"): (108, ""), ("unit", "U2"): (168, ""), ("unit", "U3"): (168, ""),
    }  # fmt: skip
    assert "N01" in first.codes.read_text(encoding="utf-8")
    written = first.path.read_bytes()
    again = review(city)
    assert again.path.read_bytes() == written
    assert sorted(path.name for path in (city.folder / "out").glob("*")) == []


def test_build_writes_the_demand_side_whole(demand: Demand) -> None:
    assert sorted(path.name for path in demand.folder.iterdir()) == [
        "cube.parquet",
        "funnel.parquet",
        "incidents.parquet",
        "inputs.json",
        "profile.parquet",
        "quality.csv",
        "quality.parquet",
        "summaries.parquet",
        "weekly_cells.parquet",
        "weeks.parquet",
    ]
    assert {name: demand.funnel[name] for name in ("rows", "incidents", "by_flag", "by_type", "community", "in_area")} == {
        "rows": 504, "incidents": 504, "by_flag": 168, "by_type": 0, "community": 336, "in_area": 336,
    }  # fmt: skip
    crises = demand.cube[demand.cube["need"] == "N01"]
    assert (crises["n"].sum(), set(crises["area_id"]), demand.n_weeks) == (168, {"ash"}, 1)


def test_commands_say_what_is_missing(city: City, settings: City, ground: Geography) -> None:
    with pytest.raises(CityError, match=r"\[calls\]"):
        review(settings)
    with pytest.raises(MissingFileError, match="ecosystem calls build"):
        read_demand(city)


def analyzed(town: Callable[..., Ecosystem], give: Callable[..., object], city: City, **facts: object) -> tuple[Ecosystem, Coverage]:
    eco = town(give("owls", "02a", WEEKDAYS, "ash birch", **facts), city=city)
    return eco, Coverage.of(eco, as_of=city.as_of)


def test_distance_to_the_goal_is_split_by_hand(demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    # 336 calls, 168 crises (low .4, mid .65, high .85); on duty 120 of 168 hours; taken 60. One team of ample number: capacity is no limit
    eco, coverage = analyzed(town, give, city, capacity=Capacity(teams=20, vehicles=20))
    findings = diversion.run(eco, coverage, diversion.Options())
    (share,) = findings.of_kind("diversion_share")
    assert (share.known, share.possible) == (pytest.approx(0.2), pytest.approx(0.425))
    (goal,) = findings.of_kind("diversion_goal")
    assert goal.values["diverted"] == pytest.approx(60 / 336)
    parts = {finding.kind: float(finding.known or 0) for finding in findings if finding.kind.removeprefix("diversion_") in goal.values}
    assert parts["diversion_policy"] == pytest.approx(0.4 - 0.325)
    assert parts["diversion_coverage"] == pytest.approx(0.325 * 48 / 168)
    assert parts["diversion_capacity"] == pytest.approx(0, abs=1e-9)
    assert parts["diversion_not_sent"] == pytest.approx(0.325 * 120 / 168 - 60 / 336)
    four = sum(amount for kind, amount in parts.items() if kind != "diversion_goal")
    assert abs(four - (0.4 - 60 / 336)) < 1e-12
    (shift,) = findings.of_kind("diversion_shift")
    assert shift.values["run"] == (5 * 1440, 5 * 1440 + 480)  # Saturday 00:00: the first eight of 48 equal hours
    assert shift.known == pytest.approx(8 * 0.65)
    row = findings.table.set_index("need").loc["N01"]
    assert (row.calls, row.share_of_calls, row.share_of_time, row.pick_up) == (168, 0.5, 0.75, pytest.approx(60 / (0.65 * 120), abs=1e-6))


def test_unknown_vehicles_are_said_to_be_unknown(demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    findings = diversion.run(*analyzed(town, give, city), diversion.Options())
    assert not findings.of_kind("diversion_not_sent")
    assert findings.of_kind("diversion_capacity_or_not_sent")
    for language in LANGUAGES:
        catalogue = Catalogue.read(language, Taxonomy.read())
        for finding in findings:
            for key in (finding.message, f"{finding.message}.title", finding.next_step):
                assert catalogue.text(key, finding.values)


def test_few_vans_for_many_crews_are_capacity(demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    # one van, load .65 calls an hour of an hour each: Erlang B(1, .65) = .65 / 1.65
    findings = diversion.run(*analyzed(town, give, city, capacity=Capacity(teams=6, vehicles=1)), diversion.Options())
    (capacity,) = findings.of_kind("diversion_capacity")
    assert capacity.known == pytest.approx(0.325 * 120 / 168 * 0.65 / 1.65)


def test_minutes_a_call_takes_come_from_the_calls(city: City, ground: Geography, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    """One van, .65 eligible calls at every full hour, 120 minutes each: 1.3 at once. B(1, A) = A / (1 + A); on Monday 00:00 only one half of it is
    there, since nobody is on duty before."""
    (city.folder / "calls" / "export.csv").write_text(export(minutes=120), encoding="utf-8")
    review(city)
    decide(city)
    build(city, ground)
    findings = diversion.run(*analyzed(town, give, city, capacity=Capacity(teams=3, vehicles=1)), diversion.Options(minutes_per_call=5))
    (capacity,) = findings.of_kind("diversion_capacity")
    assert capacity.known == pytest.approx(0.65 * (0.65 / 1.65 + 119 * 1.3 / 2.3) / 336)


def test_rows_before_the_full_export_count_in_no_share(city: City, ground: Geography) -> None:
    """Full from Wednesday on: five of seven days, of which each has 24 crises and 24 assaults."""
    review(city)
    decide(city)
    calls = city.calls.model_copy(update={"complete_from": dt.date(2026, 9, 9)})  # type: ignore[union-attr]
    demand = build(city.model_copy(update={"calls": calls}), ground)
    assert (demand.first_day, demand.last_day) == (dt.date(2026, 9, 9), dt.date(2026, 9, 13))
    assert demand.cube["n"].sum() == 2 * 24 * 5
    assert demand.n_weeks == pytest.approx(5 / 7)
    assert demand.funnel["in_area"] == 336, "the steps before say what is in the files"


def test_undecided_types_refuse_a_share(city: City, ground: Geography, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    review(city)
    build(city, ground)
    findings = diversion.run(*analyzed(town, give, city), diversion.Options())
    assert [finding.kind for finding in findings] == ["diversion_types_not_known"]
    assert findings.table["divertible_mid"].isna().all()


def test_city_without_calls_has_an_empty_table(town: Callable[..., Ecosystem], give: Callable[..., object], settings: City) -> None:
    findings = diversion.run(*analyzed(town, give, settings), diversion.Options())
    assert (len(findings), len(findings.table)) == (0, 0)


def test_small_counts_stay_with_the_analyst(demand: Demand) -> None:
    table = pd.DataFrame({column.name: [5.0, 500.0] for column in diversion.COLUMNS}).assign(need=["N01", "N08"])
    shown = diversion._suppressed(table, 10).set_index("need")
    assert shown.loc["N01"].isna().all()
    assert shown.at["N08", "calls"] == 500


def test_warning_where_a_feed_leaves_kinds_of_calls_out(city: City, ground: Geography) -> None:
    many = ["incident_no,received,call_type,area"] + [f"N{n},2026-09-07 10:00,NOISE,Ash" for n in range(1_000)]
    (city.folder / "calls" / "export.csv").write_text("\n".join(many), encoding="utf-8")
    rules = build(city, ground).quality["rule"].tolist()
    assert [rule for rule in rules if rule.startswith("suppressed?")] == [
        "suppressed? mental health", "suppressed? domestic violence", "suppressed? sexual assault",
    ]  # fmt: skip


def test_beats_place_calls_by_shares_and_broken_rows_are_told(city: City, ground: Geography) -> None:
    lines = ["incident_no,received,call_type,beat"] + [f"N{n},2026-09-07 10:00,NOISE COMPLAINT,{1 + n % 2}" for n in range(20)]
    (city.folder / "calls" / "export.csv").write_text("\n".join(lines), encoding="utf-8")
    (city.folder / "calls" / "beats.csv").write_text("beat,area,share\n1,Ash,0.3\n1,Birch,0.7\n2,Ash,\n3,Nowhere,1\n", encoding="utf-8")
    assert city.calls is not None
    beaten = city.model_copy(update={"calls": city.calls.model_copy(update={"beats": city.folder / "calls" / "beats.csv"})})
    demand = build(beaten, ground)
    assert demand.cube.groupby("area_id")["n"].sum().to_dict() == pytest.approx({"ash": 3 + 10, "birch": 7})
    assert (demand.funnel["incidents"], demand.funnel["in_area"]) == (20, 20)
    assert [(issue.code, issue.text) for issue in demand.issues if issue.text.startswith("beat")] == [("calls_doubtful", "beat not placed, row 5")]


# -- levers ----------------------------------------------------------------------------------------------------------------------------------


def cells(n: int = 10) -> pd.DataFrame:
    """Ten noise calls in west at every half hour, eight of ten for others; five assaults at slot 0."""
    rows = [{"need": "N08", "area_id": "west", "slot": slot, "n": float(n), "e_mid": 0.8 * n} for slot in range(336)]
    rows.append({"need": "BASE-XP", "area_id": "west", "slot": 0, "n": 5.0, "e_mid": 0.0})
    return pd.DataFrame(rows).assign(n_alternative=0.0, n_phone=0.0, n_online=lambda frame: frame["e_mid"] / 16)


def weekdays() -> pd.DataFrame:
    return pd.DataFrame({"need": "N08", "area_id": "west", "slot": range(240), "share_known": 1.0, "share_possible": 1.0})


def test_levers_answer_by_hand() -> None:
    levers = Levers.of(cells(), weekdays(), area_ids=("east", "west"))
    today = levers.answer()
    assert (today.base, today.divertible, today.covered) == (3365, pytest.approx(2688), pytest.approx(1920))
    assert today.diverted == pytest.approx(168)
    weekend = levers.answer(Change(openings=(Opening(("N08",), tuple(range(240, 336))),)))
    assert weekend.covered == pytest.approx(2688)
    assert weekend.diverted == pytest.approx(168 * 336 / 240)
    assert levers.answer(Change(eligibility={"N08": 0.5})).divertible == pytest.approx(1680)
    assert levers.answer(Change(sent=1.0)).diverted == pytest.approx(1920)
    rule = levers.answer(Change(answered_by_rule={"N08": 0.5}))
    assert (rule.base, rule.diverted) == (1685, today.diverted)  # a rule changes the base, not what was diverted
    assert levers.best_shifts(hours=8) == (("N08", 240, pytest.approx(16 * 8)),)
    with pytest.raises(NameUnknownError, match="N99"):
        levers.answer(Change(eligibility={"N99": 1.0}))


def test_coverage_takes_the_weights_of_demand(demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    _, coverage = analyzed(town, give, city)
    weights = measures.demand_weights(demand.cube, needs=coverage.needs, area_ids=coverage.area_ids, slot_minutes=coverage.slot_minutes)
    weighted = replace(coverage, demand=weights)
    ash = coverage.area_ids.index("ash")
    assert weighted.demand_weight("N01")[ash].sum() == pytest.approx(weights["N01"].sum())
    assert (weighted.demand_weight("N08") == 1).all()
    assert ALWAYS.hours == 168


# -- built again only where something changed, and what the calls change elsewhere -----------------------------------------------------------


def test_calls_are_built_again_where_an_input_changed(demand: Demand, city: City, ground: Geography) -> None:
    def built(of: City) -> int:
        demand_of(of, ground)
        return (city.folder / "out" / "calls" / "cube.parquet").stat().st_ino

    first = built(city)
    assert is_fresh(city)
    assert built(city) == first
    export_file = city.folder / "calls" / "export.csv"
    text = export_file.read_text(encoding="utf-8")
    export_file.write_text(text, encoding="utf-8")  # the same bytes at another time are no change
    assert built(city) == first
    export_file.write_text(text.replace("BCR1", "XXX1"), encoding="utf-8")
    assert not is_fresh(city)
    assert built(city) != first
    settings = city.calls
    assert settings is not None
    other = city.model_copy(update={"calls": settings.model_copy(update={"officer_started": ("911",)})})
    other._file = city.file
    assert not is_fresh(other)
    assert demand_of(other.model_copy(update={"calls": None}), ground) is None


def test_no_output_says_where_an_export_lies(demand: Demand, city: City, ground: Geography, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("delivered")
    (city.folder / "calls" / "export.csv").rename(elsewhere / "export.csv")
    settings = city.calls
    assert settings is not None
    moved = city.model_copy(update={"calls": settings.model_copy(update={"files": (elsewhere / "export.csv",)})})
    moved._file = city.file
    names = list(build(moved, ground).sources)
    assert [name.split(" (")[0] for name in names] == ["calls/call_types.csv", "export.csv"]
    assert "delivered" not in (city.folder / "out" / "calls" / "inputs.json").read_text(encoding="utf-8")
    assert is_fresh(moved)


def test_shares_on_the_saved_cube_are_those_of_the_portable_measures(
    demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]
) -> None:
    eco, coverage = analyzed(town, give, city)
    backend = engine.connect()
    cells = engine.table(backend, "cube", demand.cube)
    opened = engine.table(backend, "coverage", measures.half_hours(coverage.table(), coverage.slot_minutes))
    portable = engine.fetch(measures.shares(cells, opened), backend).iloc[0].fillna(0)
    own = Case(eco, coverage, diversion.Options(), demand).sums.iloc[0]
    assert {name: own[name] for name in portable.index} == pytest.approx(dict(portable))
    needs = engine.fetch(measures.by_need(cells, opened), backend).set_index("need")
    table = diversion.run(eco, coverage, diversion.Options()).table.set_index("need")
    assert table["covered_known"].to_dict() == pytest.approx(needs["covered_known"].round(6).to_dict())


def test_calls_weigh_gaps_and_holes_and_change_no_finding_else(
    demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]
) -> None:
    eco, plain = analyzed(town, give, city)
    calls = measures.calls_by_slot(demand.cube, needs=plain.needs, area_ids=plain.area_ids, slot_minutes=plain.slot_minutes)
    weighted = plain.with_calls(calls, weeks=demand.n_weeks)
    for name in ("gaps", "holes", "overlaps"):
        before, after = (analyze(eco, cube, city, only=name)[name] for cube in (plain, weighted))
        assert {finding.id for finding in before} == {finding.id for finding in after}
        pd.testing.assert_frame_equal(before.table, after.table)
        of_others = {finding.id: finding for finding in before if finding.need != "N01"}
        assert {finding.id: finding for finding in after if finding.need != "N01"} == of_others
    holes = {finding.areas: finding for finding in analyze(eco, weighted, city, only="holes")["holes"] if finding.need == "N01"}
    # all 168 crises are in Ash, one an hour: its weekend has 48 of them a week; residents of both areas weigh as much as before in all
    assert holes[("ash",)].values["calls_a_year"] == pytest.approx(48 * 365.25 / 7)
    assert holes[("birch",)].values["calls_a_year"] == 0
    assert holes[("ash",)].weight == pytest.approx(weighted.area_residents.sum() * 48)
    assert holes[("birch",)].weight == 0


def test_few_calls_are_not_told_outside_the_office(demand: Demand, city: City, town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    from ecosystem.analysis import base

    eco, plain = analyzed(town, give, city)
    calls = {"N01": np.zeros((len(plain.area_ids), plain.n_slots))}
    calls["N01"][plain.area_ids.index("ash"), :2] = 4.0
    cube = plain.with_calls(calls, weeks=52.0)
    hour, half = Schedule.of((0, 60)), Schedule.of((0, 30))
    assert base.calls_a_year(eco, cube, ["N01"], [0], hour)["calls_a_year"] == pytest.approx(8 * 365.25 / 364)
    public = replace(eco, edition="public")
    assert base.calls_a_year(public, cube, ["N01"], [0], hour) == {}
    assert base.calls_a_year(public, cube, ["N08"], [0], half) == {}


def test_calls_that_cannot_be_read_are_an_issue_and_not_the_end(city: City, ground: Geography) -> None:
    from ecosystem.pipeline import _read_calls

    (city.folder / "calls" / "export.csv").write_text("colour,shape\nred,round\n", encoding="utf-8")
    found, (issue,) = _read_calls(city, ground, lambda _: None)
    assert found is None
    assert (issue.code, issue.severity) == ("calls_unreadable", "error")
    assert "[calls.columns]" in issue.message


def test_who_met_another_build_that_ended_meanwhile_builds_itself(city: City, ground: Geography, monkeypatch: pytest.MonkeyPatch) -> None:
    export_file = city.folder / "calls" / "export.csv"
    export_file.write_text(export(minutes=45), encoding="utf-8")
    met = iter([OutputError("it is being written by another run")])

    def build_after_another(*given: object, **more: object) -> Demand:
        for error in met:
            raise error
        return build(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("ecosystem.calls.building.build", build_after_another)
    assert demand_of(city, ground) is not None
    assert is_fresh(city)


def test_an_output_that_cannot_be_written_is_an_error_and_no_endless_wait(city: City, ground: Geography, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object, **more: object) -> Demand:
        raise OutputError("the disk is full")

    (city.folder / "calls" / "export.csv").write_text(export(minutes=50), encoding="utf-8")
    monkeypatch.setattr("ecosystem.calls.building.build", fail)
    with pytest.raises(OutputError, match="disk is full"):
        demand_of(city, ground)


def test_the_same_calls_are_the_same_bytes(city: City, ground: Geography, tmp_path: Path) -> None:
    def written() -> dict[str, bytes]:
        build(city, ground)
        return {path.name: path.read_bytes() for path in sorted((city.folder / "out" / "calls").iterdir())}

    first = written()
    os.utime(city.folder / "calls" / "export.csv", (1_700_000_000, 1_700_000_000))
    assert written() == first
    assert {"incidents.parquet", "cube.parquet", "inputs.json", "quality.csv"} <= first.keys()
