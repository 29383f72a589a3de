"""A beat in several areas counts in each by its share; what nobody can split is named and not guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ecosystem.calls import engine, measures
from ecosystem.calls.beats import Beats, read_beats
from ecosystem.calls.ingest import Ingest
from ecosystem.calls.recode import CallType, CallTypes

AREAS = {"West": "west", "East": "east"}
TYPES = CallTypes((CallType("NOISE", needs=(("N08", 1.0),), mid=0.5, high=1.0, decided_by="Board"),))


def beats_of(folder: Path, text: str) -> Beats:
    path = folder / "beats.csv"
    path.write_text(text, encoding="utf-8")
    return read_beats(path, AREAS.get)


def test_beat_file_with_shares(tmp_path: Path) -> None:
    beats = beats_of(tmp_path, "beat,area,share\n1,West,\n2,West,0.25\n2,East,0.75\n3,East,0.4\n4,West,0.5\n4,West,0.5\n")
    assert beats.issues == ()
    assert beats.areas == {"1": {"west": 1.0}, "2": {"west": 0.25, "east": 0.75}, "3": {"east": 0.4}, "4": {"west": 1.0}}
    assert (beats.whole, beats.split) == ({"1": "west", "4": "west"}, {"2", "3"})
    assert beats.table().to_numpy().tolist() == [["2", "east", 0.75], ["2", "west", 0.25], ["3", "east", 0.4]]
    assert read_beats(None, AREAS.get).areas == {}


def test_what_cannot_be_split_is_named(tmp_path: Path) -> None:
    beats = beats_of(tmp_path, "beat,area,share\n1,West,\n1,East,\n2,West,0.7\n2,East,0.7\n3,North,1\n4,West,much\n5,West,-1\n6,East,1\n")
    assert beats.areas == {"6": {"east": 1.0}}
    assert sorted((issue.row, issue.column, issue.text) for issue in beats.issues) == [
        (2, "share", "1"), (4, "share", "2"), (6, "area", "North"), (7, "share", "much"), (8, "share", "-1"),
    ]  # fmt: skip


def test_calls_of_a_split_beat_count_by_shares(read: Callable[..., tuple[Ingest, pd.DataFrame]], tmp_path: Path) -> None:
    # P1 lies in west by its point whatever its beat; P2 and P3 are known by their beats only; of beat 3 six tenths are outside of the city
    beats = beats_of(tmp_path, "beat,area,share\n2,West,0.25\n2,East,0.75\n3,East,0.4\n9,West,1\n")
    ingest, incidents = read(
        "incident_no,received,call_type,lat,lon,beat\n"
        "P1,2026-03-02 10:00,NOISE,44.97,-93.28,2\n"
        "P2,2026-03-02 10:10,NOISE,,,2\n"
        "P3,2026-03-02 10:20,NOISE,,,3\n"
        "P4,2026-03-02 10:25,NOISE,,,9\n"
        "P5,2026-03-02 10:28,NOISE,,,8\n",
        beats=beats.whole,
        split_beats=beats.split,
    )
    assert incidents["beat"].fillna("").tolist() == ["", "2", "3", "", ""]
    assert incidents["place"].tolist() == ["point", "beat", "beat", "beat", "missing"]
    assert incidents["area_id"].fillna("").tolist() == ["west", "", "", "west", ""]
    backend = engine.connect()
    spread = measures.spread(engine.parquet(backend, ingest.incidents, "incidents"), engine.table(backend, "beats", beats.table()))
    types = engine.table(backend, "types", TYPES.table())
    cells = engine.fetch(measures.cube(spread, types), backend).set_index("area_id")
    assert cells["n"].to_dict() == pytest.approx({"west": 2.25, "east": 1.15})
    assert cells["e_mid"].to_dict() == pytest.approx({"west": 1.125, "east": 0.575})
    funnel = engine.fetch(measures.funnel(spread, types), backend).iloc[0]
    assert (funnel.units, funnel.incidents, funnel.community) == (pytest.approx(5), pytest.approx(5), pytest.approx(5))
    assert funnel.in_area == pytest.approx(3.4)
