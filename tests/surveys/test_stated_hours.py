"""A text about hours means the same in the answers of a city as in `ecosystem hours`, and none of them becomes more than it says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ecosystem.schedule import ALWAYS, KINDS, Hours, Schedule
from surveys.hours import read_hours
from surveys.response import Problems
from surveys.stated_hours import read_text


@pytest.mark.parametrize("text", ["Open", "open", "Mo-Fr", "Sa, Su", "22:00-06:00", "09:00-12:00, 13:00-17:00", "Unknown", "unknown", "Mo-Fr open"])
def test_days_without_times_and_times_without_days_are_asked_about(text: str) -> None:
    """OpenStreetMap syntax has them mean the whole day and every day; a provider who writes so has not said it."""
    problems = Problems()
    assert read_text(text, "open", problems) is None
    assert [problem.code for problem in problems.items] == ["hours_refused"]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Monday-Friday, 8:30-4:30", Schedule.daily("08:30", "16:30", days=range(5))),
        ("M-F 9:00-5:00", Schedule.daily("09:00", "17:00", days=range(5))),
        ("Mon 12:00-8:00", Schedule.daily("12:00", "20:00", days=[0])),
        ("Mo 08:00-10:00", Schedule.daily("08:00", "10:00", days=[0])),
        ("24/7/365", ALWAYS),
    ],
)
def test_usual_forms_are_read_alike(text: str, stated: Schedule) -> None:
    hours = read_text(text, "open", Problems())
    assert hours is not None
    assert hours.of_kind("open", certain_only=True) == read_hours(text).stated == stated


@pytest.mark.parametrize("text", ["Mo-Fr 09:00-05:00", "Mo 17:00-17:00", "Tu-Su 12:00-03:00"])
def test_a_24_hour_clock_that_runs_back_is_asked_about(text: str) -> None:
    assert read_text(text, "open", Problems()) is None
    assert read_hours(text).status == "refused"


def meaning(hours: Hours | None) -> object:
    return None if hours is None else {kind: (hours.of_kind(kind, certain_only=True), hours.of_kind(kind)) for kind in KINDS}


@pytest.mark.shared
def test_every_real_text_means_the_same_to_both(shared_data: Path) -> None:
    folder = shared_data / "directories"
    columns = {
        "sf211_icarol/sf_only.csv": "HoursOfOperation",
        "nyc_food_gap/efap_geo.csv": "DAYS",
        "ilao_legal_aid/input_locations.csv": "Hours of operation",
    }
    texts: set[str] = set()
    for path, column in columns.items():
        with (folder / path).open(newline="", encoding="utf-8") as file:
            texts |= {row[column] for row in csv.DictReader(file) if row[column].strip()}
    assert len(texts) == 1_190
    for text in texts:
        reading = read_hours(text)
        assert meaning(read_text(text, "open", Problems())) == meaning(reading.hours if reading.status == "read" else None), text
