"""The table that the command line writes, the picture of a week, and the questions settled by a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.errors import InputError, MissingFileError
from ecosystem.schedule import ALWAYS, NEVER, Schedule
from surveys.hours.table import COLUMNS, read_table, week_picture


def test_one_row_out_for_each_row_in(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    path.write_text('name,hours\nA,"M-F 9-12, 1-5"\nB,Fri 10pm-2am; 1st Sat 9-12\nC,varies\nD,\n', encoding="utf-8-sig")
    rows = read_table(path, "hours")
    assert [tuple(row) for row in rows] == [COLUMNS] * 4
    assert [row["status"] for row in rows] == ["read", "read", "refused", "refused"]
    first, second, third, fourth = rows
    assert first["intervals"].startswith("Mo 09:00-12:00,13:00-17:00; Tu 09:00-12:00,13:00-17:00")
    assert (second["intervals"], second["possible_intervals"]) == ("Fr 22:00-02:00", "Fr 22:00-02:00; Sa 09:00-12:00")
    assert (second["kinds"], second["osm"]) == ("open; open (possible)", "Sa[1] 09:00-12:00, Fr 22:00-02:00")
    assert "nth:1" in second["flags"]
    assert third["intervals"] == third["osm"] == ""
    assert "the hours vary" in third["message"]
    assert "No hours are given" in fourth["message"]


def test_a_file_of_windows_1252_is_read(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    path.write_bytes('hours\n"Monday \u2013 Friday, 9am\u00ad5pm"\n'.encode("cp1252"))
    assert read_table(path, "hours")[0]["intervals"].startswith("Mo 09:00-17:00; Tu 09:00-17:00")


def test_a_wrong_column_or_path_is_told(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    path.write_text("name,times\n", encoding="utf-8")
    with pytest.raises(InputError, match="name, times"):
        read_table(path, "hours")
    with pytest.raises(MissingFileError, match="not there"):
        read_table(tmp_path / "none.csv", "hours")


def test_a_run_of_several_days_is_cut_at_midnight(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    path.write_text("hours\nFri 6pm - Sun 6am\n24/7\n", encoding="utf-8")
    run, always = read_table(path, "hours")
    assert run["intervals"] == "Fr 18:00-24:00; Sa 00:00-24:00; Su 00:00-06:00"
    assert always["intervals"].startswith("Mo 00:00-24:00; Tu 00:00-24:00")


def test_week_picture_shows_whole_part_possible_and_nobody() -> None:
    picture = week_picture(Schedule.daily("08:15", "10:00", days=[0]), possible=Schedule.daily("12:00", "13:00", days=[1])).splitlines()
    assert len(picture) == 8
    assert picture[1] == "Mo " + "." * 16 + "+" + "#" * 3 + "." * 28
    assert picture[2] == "Tu " + "." * 24 + "??" + "." * 22
    assert picture[7] == "Su " + "." * 48
    assert week_picture(ALWAYS).count("#") == 336
    assert week_picture(NEVER).count(".") == 336
