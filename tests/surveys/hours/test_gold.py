"""Gold tables: the open one of real texts (shared data) and our own of invented texts in other cities' styles, read by the shared scorer."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from opening_hours import OpeningHours, State

from ecosystem.schedule import DAYS, KINDS, NEVER, WEEK, Schedule
from ecosystem.schedule_formats import spans_by_day, to_osm
from surveys.hours import read_hours
from surveys.hours.table import COLUMNS, read_table

OTHER_CITIES = Path(__file__).parents[2] / "data" / "hours_gold_other_cities.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def scorer(shared_data: Path) -> ModuleType:
    """The shared scorer, as it is."""
    spec = importlib.util.spec_from_file_location("score_hours", shared_data.parent / "acceptance" / "score_hours.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answers(gold: Path, folder: Path) -> Path:
    """Write what `ecosystem hours --csv` writes for a gold table."""
    path = folder / "read.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(read_table(gold, "text"))
    return path


@pytest.mark.shared
def test_open_gold_through_the_shared_scorer(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 wrong, 0 made up, at least 98 % of the plain rows right."""
    gold = shared_data / "hours" / "open_gold.csv"
    assert scorer(shared_data).main(str(gold), str(answers(gold, tmp_path))) == 0
    told = re.search(r"(\d+) right, (\d+) wrong, (\d+) refused of (\d+) plain rows; (\d+) made up", capsys.readouterr().out)
    assert told is not None
    right, wrong, refused, plain, made_up = (int(number) for number in told.groups())
    assert (wrong, made_up) == (0, 0)
    assert right / plain >= 0.98
    assert right + refused == plain == 55


@pytest.mark.shared
def test_second_gold_through_the_shared_scorer(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 wrong, 0 made up, at least 95 % of the plain rows right: a grammar, not a list of strings."""
    assert scorer(shared_data).main(str(OTHER_CITIES), str(answers(OTHER_CITIES, tmp_path))) == 0
    assert " 0 wrong, " in capsys.readouterr().out


def minutes(text: str) -> frozenset[int]:
    """The minutes of a gold answer, worked out here without the scorer, so that this test runs where it is not."""
    found: set[int] = set()
    for piece in filter(None, (piece.strip() for piece in text.split(";"))):
        day, _, spans = piece.partition(" ")
        for span in spans.split(","):
            start, end = (int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d\d):(\d\d)", span))
            first = DAYS.index(day) * 1440 + start
            found.update(minute % WEEK for minute in range(first, first + (end - start if end > start else end - start + 1440)))
    return frozenset(found)


def minutes_of(schedule: Schedule) -> frozenset[int]:
    return frozenset(minute for start, end in schedule for minute in range(start, end))


def test_second_gold_without_the_scorer() -> None:
    plain = right = 0
    for row in rows_of(OTHER_CITIES):
        reading = read_hours(row["text"])
        if row["intervals"] and "{" not in row["intervals"]:
            plain += 1
            assert reading.status == "refused" or minutes_of(reading.stated) == minutes(row["intervals"]), row["text"]
            right += reading.status == "read"
        elif not row["intervals"]:
            assert not reading.stated, row["text"]
    assert plain >= 70
    assert right / plain >= 0.95


# The conditional rows of the open gold: which weekly hours are possible as the gold says, besides the certain ones. Worked out by hand from the
# notation of the gold: `Tu[2]` the second Tuesday, `{..}` a season, `HH:MM+` an open end (until midnight), `off` a closure.
CONDITIONAL = re.compile(r"\{|\[-?\d|\+|\boff\b|\bPH\b")


def gold_answer(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """The (certain, possible) minutes of a gold answer with conditions."""
    certain: set[int] = set()
    possible: set[int] = set()
    doubtful_days: set[str] = set()
    for piece in re.split(r"[;|]", re.sub(r"\[[^\]\d-][^\]]*\]", "", text)):
        piece = piece.strip()
        if not piece or piece.startswith("PH"):
            continue
        if piece.endswith(" off"):
            doubtful_days.add(piece[:2])
            continue
        conditional = bool(re.search(r"\{|\[|\+", piece))
        piece = re.sub(r"\{[^}]*\}\s*", "", piece)
        piece = re.sub(r"\[[^\]]*\]", "", piece)
        piece = re.sub(r"(\d\d:\d\d)\+", r"\1-24:00", piece)
        possible |= minutes(piece)
        if not conditional:
            certain |= minutes(piece)
    for day in doubtful_days:
        certain -= set(range(DAYS.index(day) * 1440, DAYS.index(day) * 1440 + 1440))
    return frozenset(certain), frozenset(possible)


@pytest.mark.shared
def test_conditional_rows_of_the_open_gold_are_possible_as_it_says(shared_data: Path) -> None:
    rows = [row for row in rows_of(shared_data / "hours" / "open_gold.csv") if CONDITIONAL.search(row["intervals"])]
    assert len(rows) == 16
    for row in rows:
        reading = read_hours(row["text"])
        assert reading.status == "read", row["text"]
        certain, possible = gold_answer(row["intervals"])
        assert minutes_of(reading.stated) == certain, row["text"]
        assert minutes_of(reading.possible) == possible, row["text"]


MONDAY = dt.datetime(2026, 3, 9)


def evaluated(osm: str, states: set[State]) -> Schedule:
    """The minutes of the week from 9 March 2026 at which opening-hours-py gives one of the states."""
    found = []
    for start, end, state, _ in OpeningHours(osm).intervals(MONDAY - dt.timedelta(days=7), MONDAY + dt.timedelta(days=8)):
        first, last = (int((moment - MONDAY).total_seconds() // 60) for moment in (start, end))
        if state in states and max(first, 0) < min(last, WEEK):
            found.append((max(first, 0), min(last, WEEK)))
    return Schedule.of(*found) if found else NEVER


@pytest.mark.shared
def test_emitted_osm_is_read_by_another_reader_to_the_same_minutes(shared_data: Path) -> None:
    """Certain minutes are open, and nothing is open or unknown that is not possible."""
    checked = 0
    for path in (shared_data / "hours" / "open_gold.csv", OTHER_CITIES):
        for row in rows_of(path):
            reading = read_hours(row["text"])
            if reading.status == "refused":
                continue
            osm = to_osm(reading.hours)
            certain = reading.hours.of_kind(*KINDS, certain_only=True)
            assert certain <= evaluated(osm, {State.OPEN}), osm
            assert evaluated(osm, {State.OPEN, State.UNKNOWN}) <= reading.possible, osm
            if all(piece.certain for piece in reading.hours.pieces):
                assert evaluated(osm, {State.OPEN}) == certain, osm
            assert "||" not in osm
            checked += 1
    assert checked > 130


@pytest.mark.shared
def test_emitted_osm_means_what_the_gold_osm_means(shared_data: Path) -> None:
    """Over eight weeks of dates, our text and the gold's own are open at the same minutes, wherever the gold's can be evaluated."""
    compared = 0
    for row in rows_of(shared_data / "hours" / "open_gold.csv"):
        reading = read_hours(row["text"])
        gold = row["osm_opening_hours"]
        # `||` stops opening-hours-py after a day; `+` is no certain end; nth weekdays beside other kinds are told as unknown
        if reading.status == "refused" or not gold or "||" in gold or "+" in gold or "unknown" in gold or gold.startswith('"') or '"' in gold:
            continue
        span = (MONDAY, MONDAY + dt.timedelta(weeks=8))

        def is_open(osm: str, span: tuple[dt.datetime, dt.datetime] = span) -> list[tuple[dt.datetime, dt.datetime]]:
            return [(start, end) for start, end, state, _ in OpeningHours(osm).intervals(*span) if state == State.OPEN]

        assert is_open(to_osm(reading.hours)) == is_open(gold), row["text"]
        compared += 1
    assert compared >= 45


def test_days_of_the_gold_are_written_as_the_scorer_reads_them() -> None:
    night = read_hours("Mon-Fri 10pm-6am; Sat 9am-5pm")
    assert [len(spans) for spans in spans_by_day(night.stated)] == [1, 1, 1, 1, 1, 1, 0]
