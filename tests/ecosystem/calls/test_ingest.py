"""Each trap of real exports, in an export of a few rows whose incidents are counted by hand."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
import pytest

from ecosystem.calls.clocks import doubtful_hours, exposure
from ecosystem.calls.columns import find_columns
from ecosystem.calls.engine import sorted_parts
from ecosystem.calls.grid import GridIndex
from ecosystem.calls.ingest import INCIDENT_COLUMNS, Ingest, read_incidents
from ecosystem.city import Calls
from ecosystem.errors import InputError, MissingFileError
from ecosystem.schedule_formats import from_osm

Read = Callable[..., tuple[Ingest, pd.DataFrame]]


def count(ingest: Ingest, rule: str) -> float:
    return float(ingest.quality.set_index("rule").at[rule, "n"])


def test_rows_of_units_become_one_incident_and_their_time_is_summed(read: Read) -> None:
    ingest, incidents = read(
        "incident_no,received,dispatched,arrived,cleared,call_type,unit\n"
        "P1,2026-03-02 10:00:00,2026-03-02 10:01:00,2026-03-02 10:11:00,2026-03-02 10:31:00,FIGHT,U1\n"
        "P1,2026-03-02 10:00:00,2026-03-02 10:02:00,2026-03-02 10:09:00,2026-03-02 10:12:00,FIGHT,U2\n"
        "P2,2026-03-02 12:00:00,2026-03-02 12:01:00,,2026-03-02 12:02:00,NOISE,U1\n"
    )
    assert (ingest.n_rows, ingest.n_units, ingest.n_incidents) == (3, 3, 2)
    assert incidents["unit_s"].tolist() == [30 * 60 + 10 * 60, 60]
    assert incidents["n_units"].tolist() == [2, 1]
    assert incidents["response_s"].tolist()[0] == 9 * 60
    assert incidents["response_s"].isna().tolist() == [False, True]


def test_blanks_that_begin_late_split_no_incident_and_no_type(read: Read) -> None:
    early = "".join(f"A{number},2026-03-02 10:00:00,NOISE,U1\n" for number in range(6_000))
    numbers = ("B1", " B1", "B1 ", "\u00a0B1", "  ", "\u00a0")
    late = "".join(
        f"{number},2026-03-02 11:00:00,{kind},U{unit}\n" for unit, (number, kind) in enumerate(zip(numbers, ("NOISE", "NOISE ") * 3, strict=True))
    )
    ingest, incidents = read(f"incident_no,received,call_type,unit\n{early}{late}")
    assert (ingest.n_rows, ingest.n_incidents) == (6_006, 6_000 + 1 + 2)
    assert incidents["n_units"].max() == 4
    assert count(ingest, "no_incident_number") == 2
    assert set(incidents["type_final"]) == {"NOISE"}


def test_busiest_places_are_counted_over_all_rows(read: Read) -> None:
    rows = [f"{44.96 + place / 1000},-93.28" for place in range(12) for _ in range(place + 1)]  # 1 to 12 rows: the ten busiest have 12 + 11 + ... + 3
    text = "".join(f"P{number},2026-03-02 10:00,N,{row}\n" for number, row in enumerate(rows))
    assert count(read(f"incident_no,received,call_type,lat,lon\n{text}")[0], "top_ten_places") == sum(range(3, 13))
    assert count(read("incident_no,received,call_type,lat,lon\nP1,2026-03-02 10:00,N,44.96,-93.28\n")[0], "top_ten_places") == 1


def test_numbers_are_sorted_in_parts_with_equals_together() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select (i * 7 % 1000)::ubigint as number from range(5000) r(i)")
        parts = list(sorted_parts(connection, "number", "t where number is not null", 45_000_000))
    assert len(parts) == 3
    assert sum(len(part) for part in parts) == 5_000
    assert all((part[1:] >= part[:-1]).all() for part in parts)
    seen = [set(part.tolist()) for part in parts]
    assert set().union(*seen) == set(range(1000))
    assert sum(map(len, seen)) == 1000  # no number is in two parts


@pytest.mark.parametrize("at_once", [1, 1_000_000])
def test_rows_of_an_incident_are_merged_alike_in_one_part_or_in_many(read: Read, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr("ecosystem.calls.ingest.MOST_AT_ONCE", at_once)
    ingest, incidents = read(
        "incident_no,received,dispatched,arrived,cleared,initial_call_type,final_call_type,priority,source,unit,lat,lon\n"
        "P1,2026-03-02 10:00,2026-03-02 10:05,2026-03-02 10:20,2026-03-02 10:15,B,Y,1,,U1,,\n"  # as early as the next row
        "P1,2026-03-02 10:00,2026-03-02 10:05,,2026-03-02 10:15,A,Z,2,911,BCR1,44.97,-93.28\n"
        "P1,2026-03-02 10:00,2026-03-02 10:05,,2026-03-02 10:12,A,Z,2,911,BCR1,44.97,-93.28\n"  # the same stint, cleared earlier
        "P1,2026-03-02 10:01,2026-03-02 10:07,2026-03-02 10:09,,C,X,3,WEB,BCR1,44.97,-93.22\n"  # another stint; neither first nor last
        "P2,,,,,,N,,,,0,0\n"
        "P2,,,,,,N,,,,0,0\n"
        "P2,,,,,,M,,,,,\n"
        "P3,2026-03-02 12:00,,,,N,N,,,U9,44.97,-93.22\n",
        answered={"alternative": ["BCR*"]},
    )
    assert (ingest.n_rows, ingest.n_units, ingest.n_incidents) == (8, 7, 3)
    one, three, two = (row._asdict() for row in incidents.itertuples())  # by time, unknown ones last
    assert [one[name] for name in ("type_initial", "type_final", "priority", "source")] == ["A", "Z", "2", "911"]  # ties: A before B, Z after Y
    assert [one[name] for name in ("n_rows", "n_units", "unit_s", "response_s")] == [4, 2, 600 + 600, 9 * 60]
    assert [one[name] for name in ("how", "first", "area_id", "place")] == ["both", "alternative", "west", "point"]
    assert (two["type_initial"], two["type_final"], two["n_rows"], two["n_units"], two["place"]) == ("M", "N", 2, 1, "missing")
    assert pd.isna([two["received"], two["unit_s"], two["source"], two["area_id"], two["first"]]).all()
    assert (three["n_rows"], three["n_units"], three["area_id"]) == (1, 1, "east")


def test_repeated_upload_is_counted_once(read: Read) -> None:
    row = "P1,2026-03-02 10:00:00,FIGHT,U1\n"
    ingest, incidents = read(f"incident_no,received,call_type,unit\n{row}{row}", f"incident_no,received,call_type,unit\n{row}")
    assert (ingest.n_rows, ingest.n_units, ingest.n_incidents) == (3, 1, 1)
    assert count(ingest, "repeated_row") == 2
    assert incidents["n_rows"].tolist() == [1]


def test_initial_and_final_type_are_both_kept(read: Read) -> None:
    ingest, incidents = read(
        "incident_no,received,dispatched,initial_call_type,final_call_type,unit\n"
        "P1,2026-03-02 10:00,2026-03-02 10:05,CHECK WELFARE,CHECK WELFARE,U1\n"
        "P1,2026-03-02 10:00,2026-03-02 10:25,OVERDOSE,OVERDOSE,U2\n"
        "P2,2026-03-02 11:00,2026-03-02 11:05,NOISE,,U2\n"
    )
    assert incidents[["type_initial", "type_final"]].to_numpy().tolist() == [["CHECK WELFARE", "OVERDOSE"], ["NOISE", "NOISE"]]
    assert count(ingest, "no_change_of_type") == 1


def test_several_date_formats_are_read_and_the_broken_are_unknown(read: Read) -> None:
    ingest, incidents = read(
        "incident_no,received,call_type\n"
        "P1,03/02/2026 10:00:00 PM,NOISE\n"
        "P2,2026-03-02 22:00:00,NOISE\n"
        "P3,3/2/2026 22:00,NOISE\n"
        "P4,0/0/0000 00:00,NOISE\n"
        "P5,,NOISE\n"
        "P6,2026-03-02T22:00:00-06:00,NOISE\n"
    )
    assert incidents["received"].dropna().unique().tolist() == [pd.Timestamp("2026-03-02 22:00")]
    assert incidents["slot"].dropna().tolist() == [44.0] * 4  # Monday 22:00
    assert (count(ingest, "received_unreadable"), count(ingest, "received_blank")) == (1, 1)


def test_format_that_begins_late_in_a_file_is_found(read: Read) -> None:
    early = "".join(f"A{number},03/02/2026 10:00:00 PM,NOISE\n" for number in range(6_000))
    ingest, incidents = read(f"incident_no,received,call_type\n{early}P1,2026-03-03 22:00:00,NOISE\n")
    assert count(ingest, "received_unreadable") == 0
    assert incidents["received"].max() == pd.Timestamp("2026-03-03 22:00")


def test_day_first_dates_are_seen_by_a_day_above_twelve(read: Read) -> None:
    _, incidents = read("incident_no,received,call_type\nP1,02/03/2026 10:00,NOISE\nP2,25/03/2026 10:00,NOISE\n")
    assert incidents["received"].tolist() == [pd.Timestamp("2026-03-02 10:00"), pd.Timestamp("2026-03-25 10:00")]


def test_date_without_a_time_has_no_hour(read: Read) -> None:
    ingest, incidents = read("incident_no,received,call_type\nP1,2026-03-02,NOISE\n")
    assert incidents["slot"].isna().all()
    assert incidents["week"].tolist() == [(dt.date(2026, 3, 2) - dt.date(1970, 1, 5)).days // 7]
    assert count(ingest, "date_without_time") == 1


def test_label_of_utc_needs_the_citys_word(read: Read) -> None:
    text = "incident_no,received,call_type\nP1,2026-07-06T03:00:00Z,NOISE\n"
    with pytest.raises(InputError, match="labelled as UTC"):
        read(text)
    assert read(text, clock="local_labelled_utc")[1]["received"].tolist() == [pd.Timestamp("2026-07-06 03:00")]
    assert read(text, clock="utc")[1]["received"].tolist() == [pd.Timestamp("2026-07-05 22:00")]  # Chicago is five hours behind in July


def test_officer_started_work_is_told_by_its_flag(read: Read) -> None:
    _, incidents = read("incident_no,received,call_type,source\nP1,2026-03-02 10:00,TRAFFIC STOP,OFFICER\nP2,2026-03-02 11:00,NOISE,911\n")
    assert incidents["is_officer_started"].tolist() == [True, False]


def test_who_answered_has_five_values_and_knows_who_came_first(read: Read) -> None:
    lists = {"alternative": ["BCR*"], "phone": ["TRU"], "online": ["WEB"], "nobody": ["CAN"]}
    _, incidents = read(
        "incident_no,received,arrived,call_type,unit\n"
        "P1,2026-03-02 10:00,2026-03-02 10:10,N,BCR1\n"
        "P2,2026-03-02 11:00,2026-03-02 11:10,N,BCR1\n"
        "P2,2026-03-02 11:00,2026-03-02 11:20,N,U1\n"
        "P3,2026-03-02 12:00,,N,TRU\n"
        "P4,2026-03-02 13:00,,N,WEB\n"
        "P5,2026-03-02 14:00,,N,U7\n"
        "P6,2026-03-02 15:00,,N,CAN\n",
        answered=lists,
    )
    assert incidents["how"].tolist() == ["alternative", "both", "phone", "online", "police", "nobody"]
    assert incidents["first"].fillna("").tolist() == ["", "alternative", "", "", "", ""]


def test_without_lists_of_the_city_nobody_knows_who_answered(read: Read) -> None:
    _, incidents = read("incident_no,received,call_type,unit\nP1,2026-03-02 10:00,N,BCR1\n")
    assert incidents["how"].tolist() == ["not_known"]


def test_places_come_from_points_then_names_then_beats(read: Read) -> None:
    ingest, incidents = read(
        "incident_no,received,call_type,lat,lon,neighborhood,beat\n"
        "P1,2026-03-02 10:00,N,44.97,-93.28,,\n"
        "P2,2026-03-02 11:00,N,0,0,,\n"
        "P3,2026-03-02 12:00,N,,,West Side,\n"
        "P4,2026-03-02 13:00,N,,,,12\n"
        "P5,2026-03-02 14:00,N,,,,99\n"
        "P6,2026-03-02 15:00,N,44.97,-93.10,West Side,12\n"
        "P7,2026-03-02 16:00,N,44.97,-93.25,,\n",
        names={"West Side": "west"},
        beats={"12": "east"},
    )
    assert incidents["area_id"].fillna("").tolist() == ["west", "", "west", "east", "", "", "east"]
    assert incidents["place"].tolist() == ["point", "zero", "name", "beat", "missing", "outside", "border"]
    shares = ("place_zero", "place_missing", "place_outside", "place_by_beat_or_name", "place_near_border")
    assert [count(ingest, rule) for rule in shares] == [1, 1, 1, 2, 1]


def test_no_point_address_or_number_is_kept(read: Read) -> None:
    ingest, incidents = read("incident_no,received,call_type,lat,lon,block_address\nP1,2026-03-02 10:00,N,44.97,-93.28,1100 BATES ST\n")
    assert tuple(incidents.columns) == tuple(INCIDENT_COLUMNS)
    content = ingest.incidents.read_bytes()
    assert b"BATES" not in content
    assert b"P1" not in content
    assert [path.name for path in ingest.incidents.parent.iterdir()] == ["incidents.parquet"]


def test_times_that_cannot_be_are_dropped_and_counted(read: Read) -> None:
    ingest, incidents = read(
        "incident_no,received,dispatched,cleared,call_type\n"
        "P1,2026-03-02 10:00,2026-03-02 10:05,2026-03-02 10:01,N\n"
        "P2,2026-03-02 11:00,2026-03-02 11:05,2026-03-04 11:01,N\n"
        "P3,2026-03-02 12:00,,2026-03-02 12:30,N\n"
    )
    assert incidents["unit_s"].isna().all()
    assert [count(ingest, rule) for rule in ("cleared_before_dispatched", "bound_over_a_day", "no_unit_time")] == [1, 1, 1]


def test_nights_when_the_clock_changes_are_named(read: Read) -> None:
    # Chicago 2026: 8 March 02:00-03:00 does not exist, 1 November 01:00-02:00 comes twice
    ingest, _ = read("incident_no,received,call_type\nP1,2026-03-08 02:30,N\nP2,2026-11-01 01:30,N\nP3,2026-11-01 02:30,N\n")
    assert (count(ingest, "hour_missing"), count(ingest, "hour_twice")) == (1, 1)
    spring, autumn = doubtful_hours(dt.date(2026, 1, 1), dt.date(2026, 12, 31), "America/Chicago")
    assert spring == (dt.datetime(2026, 3, 8, 2), dt.datetime(2026, 3, 8, 3), "missing")
    assert autumn == (dt.datetime(2026, 11, 1, 1), dt.datetime(2026, 11, 1, 2), "twice")


def test_exposure_counts_the_hours_that_really_passed() -> None:
    hours = exposure(dt.date(2026, 1, 1), dt.date(2026, 12, 31), "America/Chicago")
    assert hours.sum() == 365 * 24
    by_hour = hours.reshape(168, 2).sum(axis=1)
    sunday = 6 * 24
    assert by_hour[sunday + 1] == 53  # 52 Sundays, one of them with a second 01:00
    assert by_hour[sunday + 2] == 51  # and one without a 02:00
    assert by_hour[3 * 24 + 12] == 53  # 2026 begins and ends on a Thursday


@pytest.mark.parametrize(
    ("monday", "real_hours"),
    [
        (dt.date(2026, 3, 2), 7),  # Chicago: on Sunday, 8 March, 01:59 is followed by 03:00
        (dt.date(2026, 7, 6), 8),
        (dt.date(2026, 10, 26), 9),  # on Sunday, 1 November, 01:59 is followed by 01:00
    ],
)
def test_night_shift_is_wall_time_and_lasts_as_long_as_its_night(monday: dt.date, real_hours: int) -> None:
    shift = from_osm("Sa 22:00-06:00").of_kind("open")
    assert (shift.hours, shift.runs()) == (8, ((5 * 1440 + 22 * 60, 6 * 1440 + 6 * 60),))
    passed = exposure(monday, monday + dt.timedelta(days=6), "America/Chicago")
    assert passed[shift.slots()].sum() == real_hours


def test_feed_that_leaves_calls_out_says_so(read: Read) -> None:
    ingest, _ = read("incident_no,received,call_type\nP1,2026-03-02 10:00,N\n", suppressed_types=["mental health"])
    row = ingest.quality.set_index("rule").loc["suppressed: mental health"]
    assert "too low" in row.note
    assert pd.isna(row.n)


def test_rows_without_a_number_are_incidents_of_their_own(read: Read) -> None:
    ingest, _ = read("incident_no,received,call_type\n,2026-03-02 10:00,N\n,2026-03-02 10:00,N\n")
    assert (ingest.n_incidents, count(ingest, "no_incident_number")) == (2, 2)


def test_every_format_gives_the_same_incidents(read: Read, tmp_path: Path) -> None:
    times = ["2026-03-02 10:00:00", "2026-03-03 23:45:00"]
    frame = pd.DataFrame({"incident_no": ["P1", "P2"], "received": times, "call_type": ["NOISE", "FIGHT"]})
    frame = frame.assign(lat=[44.97, 44.96], lon=[-93.28, -93.22])
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "latin.csv", index=False, encoding="latin-1")
    frame.assign(received=pd.to_datetime(frame["received"])).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.json").write_text(frame.to_json(orient="records"))
    (tmp_path / "a.jsonl").write_text(frame.to_json(orient="records", lines=True))
    if importlib.util.find_spec("openpyxl"):
        frame.to_excel(tmp_path / "a.xlsx", index=False)
    features = [{"attributes": {k: row[k] for k in ("incident_no", "received", "call_type")}, "geometry": {"x": row["lon"], "y": row["lat"]}}
                for row in frame.to_dict("records")]  # fmt: skip
    (tmp_path / "b.json").write_text(json.dumps({"geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 4326}, "features": features}))
    expected = read(tmp_path / "a.csv")[1]
    assert expected["area_id"].tolist() == ["west", "east"]
    assert expected["slot"].tolist() == [20, 48 + 47]
    for path in sorted(tmp_path.glob("*.*")):
        pd.testing.assert_frame_equal(read(path)[1], expected)


def test_latin_1_file_is_read(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("incident_no,received,call_type\nP1,2026-03-02 10:00,NIÑO PERDIDO\n".encode("latin-1"))
    assert read(path)[1]["type_final"].tolist() == ["NIÑO PERDIDO"]


def test_file_that_is_no_export_says_what_to_do(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column is recognized as the type or the time"):
        read("a,b\n1,2\n")
    (tmp_path / "broken.xlsx").write_bytes(b"nothing")
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        read(tmp_path / "broken.xlsx")
    with pytest.raises(MissingFileError, match="no such file"):
        read(tmp_path / "absent.csv")


def test_city_names_columns_that_are_not_recognized() -> None:
    assert find_columns(["Nr", "When", "What"], {"received": "when", "type_final": "What", "incident": "Nr"})["received"] == "When"
    with pytest.raises(InputError, match="is no role"):
        find_columns(["Nr", "date_time", "type"], {"colour": "Nr"})
    with pytest.raises(InputError, match="names no column"):
        find_columns(["Nr", "date_time", "type"], {"unit": "Car"})


# -- real exports --------------------------------------------------------------------------------------------------------------------------


def test_minneapolis_sample(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "minneapolis"
    areas = gpd.read_file(folder / "boundaries" / "Minneapolis_Neighborhoods.geojson").rename(columns={"BDNAME": "area_id"})
    export = folder / "demand" / "mpls_Incidents_Reported_911_sample.esri.json"
    lists = {"alternative": ["BCR"], "fire_medical": ["FIRE"]}
    calls = Calls.model_validate({"files": [str(export)], "clock": "local_labelled_utc", "answered": lists})
    ingest = read_incidents(calls, tmp_path, time_zone="America/Chicago", grid=GridIndex.of(areas.sort_values("area_id", ignore_index=True)))
    raw = [feature["attributes"] for feature in json.loads(export.read_text())["features"]]
    with duckdb.connect() as connection:
        incidents = connection.sql(f"select * from '{ingest.incidents}' order by received, area_id").df()
    located = incidents.dropna(subset="area_id")
    named = sorted(row["Neighborhood__GIS_"] for row in raw if row["Neighborhood__GIS_"])
    assert len(incidents) == 13
    assert sorted(located["area_id"]) == named
    assert len(named) == 12
    assert count(ingest, "place_zero") == 1
    victory = incidents[incidents["area_id"] == "Victory"].iloc[0]  # call 26-280179
    assert (victory.received.hour, victory.received.minute) == (5, 28)
    assert incidents["how"].value_counts().to_dict() == {"police": 7, "fire_medical": 4, "alternative": 2}


def test_san_diego_calls_stay_what_they_are(shared_data: Path, tmp_path: Path) -> None:
    export = shared_data / "san_diego_calls" / "pd_calls_for_service_2023_datasd.csv"
    ingest = read_incidents(Calls.model_validate({"files": [str(export)]}), tmp_path, time_zone="America/Los_Angeles")
    assert (ingest.n_rows, ingest.n_incidents) == (26_595, 26_595)
    with duckdb.connect() as connection:
        (first,) = connection.sql(f"select slot from '{ingest.incidents}' order by received limit 1").fetchall()[0]
    assert first == 6 * 48  # 1 January 2023 is a Sunday: day 1 of the feed
