"""From a city folder to its outputs: the same bytes twice, whole or not at all, and nothing of a protected place."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from ecosystem import pipeline
from ecosystem.edition import EDITIONS
from ecosystem.errors import EcosystemError, LeakError
from ecosystem.records import Records

CITY = """
name = "Smallville"
time_zone = "America/Chicago"
as_of = 2026-10-01
languages = ["en"]
[[geographies]]
id = "areas"
name = "Areas"
file = "areas.geojson"
id_column = "area_id"
name_column = "name"
[standards]
needs = ["N01", "N18"]
[[baseline]]
name = "Police"
service = "03d"
"""

SHELTER = {"organization": "Safe Haven", "service": "Shelter", "service_type": "04c", "mode": "residential", "area": "citywide", "hours": "24/7"}
SHELTER |= {"address": "417 Orchard Street", "longitude": "-93.2401", "latitude": "44.9702", "public_phone": "555-0142"}
CREW = {"organization": "Owls", "service": "Crisis crew", "service_type": "02a", "mode": "mobile", "area": "Ash", "hours": "Mo-Fr 09:00-17:00"}


def square(west: float) -> list[list[list[float]]]:
    east = west + 0.01
    return [[[west, 44.96], [east, 44.96], [east, 44.98], [west, 44.98], [west, 44.96]]]


def small_city(folder: Path, answers: Iterable[Mapping[str, str]]) -> Path:
    features = [
        {"type": "Feature", "properties": {"area_id": key, "name": key.title()}, "geometry": {"type": "Polygon", "coordinates": square(west)}}
        for key, west in (("ash", -93.25), ("birch", -93.24))
    ]
    (folder / "responses").mkdir(parents=True)
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    answers = list(answers)
    columns = sorted({column for answer in answers for column in answer})
    with (folder / "responses" / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(answers)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_two_builds_in_two_places_give_the_same_bytes(tmp_path: Path) -> None:
    small_city(tmp_path / "one", [CREW, SHELTER])
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for place in ("one", "two"):
        assert set(pipeline.build_city(tmp_path / place)) == set(EDITIONS)
    first, second = contents(tmp_path / "one" / "out"), contents(tmp_path / "two" / "out")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    expected = {"map.html", "report.html", "workbook.xlsx", "findings.csv", "findings.json", "coverage.csv", "coverage.parquet"}
    expected |= {"ecosystem.gpkg", "ecosystem.graphml", "manifest.json", "sent.csv"}
    assert {Path(name).name for name in first if name.startswith("public")} == expected
    assert {Path(name).name for name in first if name.startswith("analyst")} == expected | {"issues.csv"}


def test_protected_place_is_in_no_byte_of_public_and_partner_and_in_analyst(tmp_path: Path) -> None:
    small_city(tmp_path / "city", [CREW, SHELTER])
    pipeline.build_city(tmp_path / "city")
    for edition in ("public", "partner"):
        for name, data in contents(tmp_path / "city" / "out" / edition).items():
            for trace in (b"417 Orchard", b"93.2401", b"44.9702"):
                assert trace not in data, (edition, name)
    analyst = b"".join(contents(tmp_path / "city" / "out" / "analyst").values())
    assert b"417 Orchard" in analyst


def test_a_leak_stops_the_build_and_leaves_the_last_good_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_city(tmp_path / "city", [CREW, SHELTER])
    pipeline.build_city(folder, ["public"])
    before = contents(folder / "out")

    def forget(records: Records, *_: object, **__: object) -> Records:
        return records

    monkeypatch.setattr(pipeline, "redact", forget)
    with pytest.raises(LeakError):
        pipeline.build_city(folder, ["public"])
    assert contents(folder / "out") == before


def test_an_error_in_the_middle_leaves_the_last_good_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_city(tmp_path / "city", [CREW])
    pipeline.build_city(folder, ["public"])
    before = contents(folder / "out")

    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("the report broke")

    monkeypatch.setattr(pipeline.report, "write_report", fail)
    with pytest.raises(RuntimeError, match="the report broke"):
        pipeline.build_city(folder, ["public"])
    assert contents(folder / "out") == before
    assert [path.name for path in (folder / "out").iterdir()] == ["public"]


def test_city_without_answers_still_has_its_outputs(tmp_path: Path) -> None:
    folder = small_city(tmp_path / "city", [])
    (folder / "responses" / "answers.csv").unlink()
    run = pipeline.run_city(folder)
    assert len(run.coverage.deliveries) == 0
    assert {finding.kind for finding in run.results["gaps"]} == {"gap_city"}
    pipeline.build_city(folder, ["public"])


def test_baseline_is_in_the_graph_and_answers_nothing(tmp_path: Path) -> None:
    run = pipeline.run_city(small_city(tmp_path / "city", [CREW]))
    assert any(delivery.is_baseline for delivery in run.eco.deliveries.values())
    assert len(run.coverage.deliveries) == 1


def test_folder_that_is_no_city_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EcosystemError, match=r"city\.toml"):
        pipeline.build_city(tmp_path)


def test_hostile_answers_are_built_as_text(tmp_path: Path, shared_data: Path) -> None:
    hostile = json.loads((shared_data.parent / "acceptance" / "hostile_strings.json").read_text(encoding="utf-8"))
    fields = ("organization", "service", "description", "site", "address", "area", "hours", "languages", "public_phone", "website", "barriers")
    answers = [CREW | {field: text.replace("\x00", "") for field in fields} | {"invitation_key": f"k{i}"} for i, text in enumerate(hostile)]
    answers += [
        CREW | {"organization": f"Plain {i}", field: text}
        for i, text in enumerate(hostile)
        for field in fields[i % len(fields) : i % len(fields) + 1]
    ]
    folder = small_city(tmp_path / "city", answers)
    pipeline.build_city(folder, ["analyst"])
    page = (folder / "out" / "analyst" / "map.html").read_text(encoding="utf-8")
    assert "<script>window.__hit" not in page
    assert "uid=" not in page
    with (folder / "out" / "analyst" / "issues.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_needs_of_findable_groups_are_on_no_map(tmp_path: Path) -> None:
    coach = CREW | {"organization": "Larks", "service": "Coaching", "service_type": "05c", "mode": "walk-in"}
    folder = small_city(tmp_path / "city", [CREW, coach])
    (folder / "city.toml").write_text(CITY.replace('"N18"', '"N18", "N22"'), encoding="utf-8")
    run = pipeline.run_city(folder)
    assert "N22" in run.coverage.needs
    page = pipeline.maps.draw(run.eco, run.coverage, run.results)
    shown = [need["code"] for need in pipeline.maps.decode_payload(page)["needs"]]
    assert shown == ["N01", "N18"]
