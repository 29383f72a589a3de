"""Every format of a run: the same bytes twice, text that stays text, nothing an edition hides, tables that agree with the findings."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from ecosystem import export
from ecosystem.analysis import analyze
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.diff import diff, read_outputs
from ecosystem.edition import Edition, find_leaks, redact
from ecosystem.errors import Issue, NameUnknownError
from ecosystem.export import rows
from ecosystem.findings import Column, Finding, Findings
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.messages import Catalogue
from ecosystem.outputs import OutputFolder
from ecosystem.records import Contact, Contract, Invitation, Location, Organization, Publish, Records, Response, Service, Source
from ecosystem.schedule import Schedule
from ecosystem.taxonomy import Taxonomy

TAXONOMY = Taxonomy.read()
HOSTILE = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1",
    '=HYPERLINK("https://example.invalid")',
    "007",
    "1e5",
    "https://example.invalid",
    "\x00\x0bx\ud800y",
]
WEEK = Schedule.daily("08:00", "20:00", days=range(5))


@dataclasses.dataclass(frozen=True)
class Survey:
    records: Records
    issues: tuple[Issue, ...] = ()
    history: Mapping[str, tuple[Mapping[str, str], ...]] = dataclasses.field(default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True)
class Run:
    """What the pipeline hands to an exporter."""

    survey: Survey
    edition: Edition
    eco: Ecosystem
    coverage: Coverage
    results: Mapping[str, Findings]

    @property
    def city(self) -> City:
        return self.eco.city

    @property
    def geography(self) -> Geography:
        return self.eco.geography

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.survey.issues

    @property
    def history(self) -> Mapping[str, tuple[Mapping[str, str], ...]]:
        return self.survey.history

    @property
    def call_sources(self) -> Mapping[str, str]:
        return {}

    @property
    def catalogue(self) -> Catalogue:
        return self.catalogue_in(self.city.language)

    @property
    def findings_table(self) -> pd.DataFrame:
        return rows.findings_table(self)

    @property
    def sent_table(self) -> pd.DataFrame:
        return rows.sending(self)

    def catalogue_in(self, language: str) -> Catalogue:
        return Catalogue.read(language, TAXONOMY, self.eco.names)


Answer = tuple[Organization, Service, Any]
Give = Callable[..., Answer]


@pytest.fixture(scope="session")
def records(give: Give, ground: Geography) -> Records:
    """A crisis team, a club with hostile words, a shelter, a street team, two silent organizations and a contract."""
    inside = ground.areas.geometry.iloc[0].representative_point()
    shelter_point = Location("1420 Maple Street", inside.x, inside.y)
    clinic_point = Location("99 Oak Avenue", inside.x + 0.005, inside.y)
    organizations, services, deliveries = [], [], []
    for number, text in enumerate(HOSTILE):
        organization, service, delivery = give(f"org{number}", "02b", WEEK, "ash", mode="walk_in")
        organizations.append(dataclasses.replace(organization, name=text))
        services.append(dataclasses.replace(service, name=text, description=text))
        deliveries.append(dataclasses.replace(delivery, name=text, site=text, contact=Contact(text, text)))
    for organization, service, delivery in (
        give("owls", "02a", WEEK, "ash birch", sources={"hours": Source("responses.csv", "", 2, "hours", "Mon-Fri 8-8")}),
        give("clinic", "11d", WEEK, "ash", mode="walk_in", location=clinic_point),
        give(
            "harbor",
            "04c",
            WEEK,
            "ash",
            mode="residential",
            location=shelter_point,
            contact=Contact("612-555-0100"),
            publish=Publish(contact="analyst"),
        ),
        give("walkers", "05a", Schedule.daily("20:00", "02:00"), "birch"),
        give("mute", None, None, None, mode=None),
    ):
        organizations.append(organization)
        services.append(service)
        deliveries.append(delivery)
    return Records.of(
        organizations,
        services,
        deliveries,
        [*(Invitation(o.key, o.name, o.sector) for o in organizations), Invitation("hush", "Hush"), Invitation("far", "Far", asked=False)],
        [Response(o.key, date=dt.date(2026, 3, 1)) for o in organizations],
        [Contract("c1", "City", "owls", "owls/crew", "Crisis", 200_000.0, dt.date(2026, 1, 1), dt.date(2026, 12, 31))],
    )


@pytest.fixture(scope="session")
def run_of(records: Records, ground: Geography, settings: City) -> Callable[[Edition], Run]:
    def build(edition: Edition) -> Run:
        eco = Ecosystem.build(redact(records, edition, taxonomy=TAXONOMY), ground, settings, TAXONOMY, edition=edition)
        coverage = Coverage.of(eco, as_of=settings.as_of)
        issue = Issue("responses.csv", row=14, column="hours", text="=9-25", message="'9-25' is not a time range.")
        return Run(Survey(records, (issue,)), edition, eco, coverage, analyze(eco, coverage, settings))

    return build


@pytest.fixture(scope="session")
def analyst(run_of: Callable[[Edition], Run]) -> Run:
    return run_of("analyst")


@pytest.fixture(scope="session")
def public(run_of: Callable[[Edition], Run]) -> Run:
    return run_of("public")


def written(folder: Path, run: Run, *names: str) -> Path:
    with OutputFolder(folder) as out:
        for name in names or export.EXPORTS:
            export.write(name, run, out)
    return folder


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# -------------------------------------------------------------------------------------------------------------------------- every format


@pytest.mark.parametrize("name", export.EXPORTS)
@pytest.mark.parametrize("edition", ["public", "analyst"])
def test_the_same_run_gives_the_same_bytes(tmp_path: Path, run_of: Callable[[Edition], Run], edition: Edition, name: str) -> None:
    first, second = written(tmp_path / "a", run_of(edition), name), written(tmp_path / "b", run_of(edition), name)
    files = sorted(path.name for path in first.iterdir())
    assert files
    assert files == sorted(path.name for path in second.iterdir())
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes(), file


def test_the_files_of_a_build_are_those_of_the_design(tmp_path: Path, analyst: Run, public: Run) -> None:
    everyone = {
        "findings.csv",
        "findings.json",
        "coverage.csv",
        "coverage.parquet",
        "sent.csv",
        "workbook.xlsx",
        "ecosystem.gpkg",
        "ecosystem.graphml",
        "manifest.json",
    }
    assert {path.name for path in written(tmp_path / "public", public).iterdir()} == everyone
    assert {path.name for path in written(tmp_path / "analyst", analyst).iterdir()} == everyone | {"issues.csv"}


def test_the_public_edition_gives_nothing_away_and_the_analyst_one_holds_it(tmp_path: Path, records: Records, analyst: Run, public: Run) -> None:
    crs = public.geography.crs
    assert find_leaks(written(tmp_path / "public", public), records, "public", crs, taxonomy=TAXONOMY) == []
    found = {leak.file.split(" ")[0] for leak in find_leaks(written(tmp_path / "analyst", analyst), records, "public", crs, taxonomy=TAXONOMY)}
    assert found == {"ecosystem.gpkg", "workbook.xlsx", "manifest.json"}


def test_an_unknown_format_names_those_there_are(tmp_path: Path, public: Run) -> None:
    with OutputFolder(tmp_path / "x") as out, pytest.raises(NameUnknownError, match="tables, workbook, gpkg, graphml, manifest"):
        export.write("pdf", public, out)


def test_a_city_without_answers_has_all_its_tables(tmp_path: Path, ground: Geography, settings: City) -> None:
    eco = Ecosystem.build(Records(), ground, settings, TAXONOMY)
    coverage = Coverage.of(eco, as_of=settings.as_of)
    run = Run(Survey(Records()), "analyst", eco, coverage, analyze(eco, coverage, settings))
    folder = written(tmp_path / "out", run)
    assert len(sheets(folder / "workbook.xlsx")["Who is here"]) == 1
    assert len(gpd.read_file(folder / "ecosystem.gpkg", layer="deliveries")) == 0


# ---------------------------------------------------------------------------------------------------------------------------------- tables


def test_findings_say_the_same_in_every_table(tmp_path: Path, analyst: Run) -> None:
    folder = written(tmp_path / "out", analyst)
    table = pd.read_csv(folder / "findings.csv", keep_default_na=False)
    listed = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    assert listed["city"] == "Smallville"
    assert listed["edition"] == "analyst"
    assert list(table["id"]) == [finding["id"] for finding in listed["findings"]] == [finding.id for finding in rows.all_findings(analyst)]
    assert [finding["sentence"]["en"].lstrip("=+-@") for finding in listed["findings"]] == [text.lstrip("'=+-@") for text in table["finding"]]
    assert {"Ash", "Birch", "the whole city"} >= set(table["area_names"]) - {""} >= {"Ash"}
    sheet = sheets(folder / "workbook.xlsx")["Findings"]
    assert [row[0] for row in sheet[1:]] == list(table["id"])


def test_coverage_stretches_are_the_slots_in_fewer_rows(tmp_path: Path, analyst: Run) -> None:
    """N01 in Ash: the owls from 8 to 20 on weekdays; Ash has 1,000 residents and the whole of it is served."""
    folder = written(tmp_path / "out", analyst, "tables")
    stretches = pd.read_csv(folder / "coverage.csv", keep_default_na=False)
    slots = pd.read_parquet(folder / "coverage.parquet")
    ash = stretches[(stretches["need"] == "N01") & (stretches["area_id"] == "ash")]
    assert [tuple(row) for row in ash[["day", "starts", "ends", "share_known", "state"]].itertuples(index=False)][:4] == [
        ("Mo", "00:00", "08:00", 0.0, "nobody"),
        ("Mo", "08:00", "20:00", 1.0, "covered"),
        ("Mo", "20:00", "24:00", 0.0, "nobody"),
        ("Tu", "00:00", "08:00", 0.0, "nobody"),
    ]
    assert len(slots) == 3 * 3 * 336
    minutes = pd.to_timedelta(stretches["ends"].replace("24:00", "1 days 00:00") + ":00") - pd.to_timedelta(stretches["starts"] + ":00")
    weighted = (minutes.dt.total_seconds() / 1800 * stretches["share_possible"]).groupby([stretches["need"], stretches["area_id"]]).sum()
    exact = slots.astype({"need": str, "area_id": str}).groupby(["need", "area_id"])["share_possible"].sum()
    assert weighted.to_dict() == pytest.approx(exact.to_dict())


def test_the_history_of_waves_is_for_analysts(tmp_path: Path, analyst: Run, public: Run) -> None:
    history = {"changes.csv": ({"organization": "hub", "before": "=1+1", "after": "24/7"},), "waves.csv": ()}
    runs = [dataclasses.replace(run, survey=dataclasses.replace(run.survey, history=history)) for run in (analyst, public)]
    folders = [written(tmp_path / name, run, "tables") for name, run in zip(("analyst", "public"), runs, strict=True)]
    assert [(folder / "changes.csv").exists() for folder in folders] == [True, False]
    assert pd.read_csv(folders[0] / "changes.csv").iloc[0]["after"] == "24/7"
    assert "\n=1" not in (folders[0] / "changes.csv").read_text(encoding="utf-8-sig")
    assert ",=1" not in (folders[0] / "changes.csv").read_text(encoding="utf-8-sig")
    assert not (folders[0] / "waves.csv").exists()


def test_issues_are_for_analysts(tmp_path: Path, analyst: Run) -> None:
    table = pd.read_csv(written(tmp_path / "out", analyst, "tables") / "issues.csv", keep_default_na=False)
    (row,) = table[table["file"] == "responses.csv"].to_dict("records")
    assert row["text"] == "'=9-25"
    assert row["row"] == 14


def test_counts_of_few_people_and_what_tells_them_are_left_out(analyst: Run, public: Run) -> None:
    said: dict[str, Any] = {"need": "N01", "people": 7.0, "when": Schedule(), "heard": (1, 2), "silent": (), "n_silent": 0}
    few = Finding("f-1", "few", "gap", "confirmed", "gap.city", said, need="N01", people=7.0, numerator=7.0, weight=70.0)
    columns = (Column("residents", "people", "People."), Column("person_hours", "count", "People times hours."), Column("hours", "hours", "Hours."))
    table = pd.DataFrame({"residents": [7.0, 12.0, 0.0], "person_hours": [70.0, 120.0, 0.0], "hours": [10.0, 10.0, 10.0]})
    findings = Findings.of("few", columns, table, [few])
    for run, shown in ((analyst, [7.0, 12.0, 0.0]), (public, [None, 12.0, 0.0])):
        with_few = dataclasses.replace(run, results={"few": findings})
        found = rows.analysis_table(with_few, "few")
        assert [None if pd.isna(value) else value for value in found["residents"]] == shown
        assert found["person_hours"].isna().to_list() == [value is None for value in shown]
        assert list(found["hours"]) == [10.0, 10.0, 10.0]
        row = rows.findings_table(with_few).iloc[0]
        assert [None if pd.isna(row[name]) else row[name] for name in ("people", "numerator", "weight")] == (
            [7.0, 7.0, 70.0] if shown[0] else [None] * 3
        )


# -------------------------------------------------------------------------------------------------------------------------------- workbook


def test_no_cell_of_the_workbook_is_evaluated(tmp_path: Path, analyst: Run) -> None:
    path = written(tmp_path / "out", analyst, "workbook") / "workbook.xlsx"
    with zipfile.ZipFile(path) as members:
        for name in members.namelist():
            text = members.read(name).decode("utf-8", "replace")
            assert "<f>" not in text, name
            assert "<hyperlink " not in text, name
        assert not [name for name in members.namelist() if "externalLink" in name or "vbaProject" in name]
    cells = {cell for row in sheets(path)["Who is here"] for cell in row}
    for text in HOSTILE[:-1]:
        assert text in cells, text
    assert "xy" in cells


def test_the_workbook_is_the_one_that_the_library_writes(tmp_path: Path, analyst: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = written(tmp_path / "ours", analyst, "workbook") / "workbook.xlsx"
    monkeypatch.setattr("ecosystem.export.workbook._quick_sheet", lambda: None)
    theirs = written(tmp_path / "theirs", analyst, "workbook") / "workbook.xlsx"
    assert ours.read_bytes() == theirs.read_bytes()


def test_the_workbook_has_a_sheet_per_table_with_its_notes(tmp_path: Path, analyst: Run) -> None:
    path = written(tmp_path / "out", analyst, "workbook") / "workbook.xlsx"
    found = sheets(path)
    assert list(found) == [
        "Read me",
        "Who is here",
        "Findings",
        "Gaps",
        "Hours with no one",
        "Overlaps",
        "What we know",
        "Who can be sent",
        "Not known",
        "Who was asked",
        "Columns",
    ]
    assert found["Read me"][0][0] == "Smallville"
    assert ["gaps", "gap_hours", next(c.note for c in analyst.results["gaps"].columns if c.name == "gap_hours")] in found["Columns"]
    states = {row[0]: row[2] for row in found["Who was asked"][1:]}
    assert (states["Owls"], states["Hush"], states["Far"]) == ("answered", "asked, no answer yet", "not asked")
    assert any(row[0] == "Mute" for row in found["Not known"])
    with zipfile.ZipFile(path) as members:
        assert "pane" in members.read("xl/worksheets/sheet2.xml").decode()
        assert "autoFilter" in members.read("xl/worksheets/sheet2.xml").decode()


def test_the_workbook_speaks_the_language_of_the_city(tmp_path: Path, analyst: Run) -> None:
    spanish = dataclasses.replace(analyst, eco=dataclasses.replace(analyst.eco, city=analyst.city.model_copy(update={"languages": ("es", "en")})))
    assert "Quién está aquí" in sheets(written(tmp_path / "out", spanish, "workbook") / "workbook.xlsx")


# ------------------------------------------------------------------------------------------------------------------------------ GIS, graph


def test_the_geopackage_has_areas_and_the_places_the_edition_may_show(tmp_path: Path, analyst: Run, public: Run) -> None:
    areas = gpd.read_file(written(tmp_path / "public", public, "gpkg") / "ecosystem.gpkg", layer="areas")
    assert areas.crs == "EPSG:4326"
    assert list(areas["name"]) == ["Ash", "Birch", "Park"]
    assert list(areas["residents"]) == [1000.0, 2000.0, 0.0]
    gaps = public.results["gaps"].table.set_index(["need", "area_id"])["gap_hours"]
    assert areas.set_index("area_id")["gap_hours_N01"]["birch"] == gaps["N01", "birch"]
    shown = gpd.read_file(tmp_path / "public" / "ecosystem.gpkg", layer="deliveries")
    known = gpd.read_file(written(tmp_path / "analyst", analyst, "gpkg") / "ecosystem.gpkg", layer="deliveries")
    assert list(shown["organization"]) == ["Clinic"]
    assert list(known["organization"]) == ["Clinic", "Harbor"]


def test_the_geopackage_carries_the_date_of_the_city(tmp_path: Path, public: Run) -> None:
    path = written(tmp_path / "out", public, "gpkg") / "ecosystem.gpkg"
    with sqlite3.connect(path) as connection:
        dates = {date for (date,) in connection.execute("select last_change from gpkg_contents")}
    connection.close()
    assert dates == {"2026-10-01T00:00:00.000Z"}
    assert "OGR_CURRENT_DATE" not in os.environ


def test_the_graph_reads_back_with_its_sources(tmp_path: Path, analyst: Run) -> None:
    graph = nx.read_graphml(written(tmp_path / "out", analyst, "graphml") / "ecosystem.graphml", force_multigraph=True)
    assert set(graph.nodes) == {rows.storable(node) for node in analyst.eco.graph.nodes}
    assert graph.number_of_edges() == analyst.eco.graph.number_of_edges()
    owls = next(key for key, delivery in analyst.eco.deliveries.items() if delivery.organization == "owls")
    assert graph.nodes[f"delivery:{owls}"]["sources"] == Source("responses.csv", "", 2, "hours").id


# -------------------------------------------------------------------------------------------------------------------------------- manifest


def test_the_manifest_names_inputs_versions_and_options_but_no_path_and_no_time(tmp_path: Path, analyst: Run, settings: City) -> None:
    folder = tmp_path / "city"
    for name in ("boundaries/areas.geojson", "responses/a.csv", "responses/.DS_Store", "decisions/hours.csv", "out/public/map.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "city.toml").write_text("x")
    values = {"name": "Smallville", "time_zone": "UTC", "as_of": dt.date(2026, 10, 1)}
    areas = {"id": "areas", "name": "Areas", "file": "boundaries/areas.geojson", "id_column": "area_id"}
    city = City.of({**values, "geographies": [areas]}, file=folder / "city.toml")
    run = dataclasses.replace(analyst, eco=dataclasses.replace(analyst.eco, city=city))
    manifest = json.loads((written(tmp_path / "out", run) / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"city.toml", "boundaries/areas.geojson", "responses/a.csv", "decisions/hours.csv"}
    # printf x | sha256sum
    assert manifest["inputs"]["city.toml"] == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert manifest["versions"]["safety-ecosystem-mapper"] == "0.1.0"
    assert {"python", "pandas", "networkx"} <= set(manifest["versions"])
    assert manifest["lattice_error"] == analyst.geography.lattice_error
    assert manifest["counts"]["asked"] == 16
    assert {"workbook.xlsx", "findings.csv"} <= set(manifest["outputs"])
    text = json.dumps(manifest)
    assert str(tmp_path) not in text
    public = dataclasses.replace(run, edition="public")
    assert set(export_manifest(public)["inputs"]) == {"files", "all"}


def export_manifest(run: Run) -> dict[str, Any]:
    from ecosystem.export.manifest import manifest

    return manifest(run)


def test_two_runs_can_be_compared_by_their_folders(tmp_path: Path, analyst: Run) -> None:
    first, second = (read_outputs(written(tmp_path / name, analyst)) for name in ("a", "b"))
    difference = diff(first, second)
    assert difference.is_empty
    assert difference.same == len(rows.all_findings(analyst))
    assert len(first.facts) == len(analyst.eco.deliveries)


def test_storable_text_survives_xml_sqlite_and_spreadsheets() -> None:
    assert rows.storable("a\x00\x0b\ud800\uffffb\tc\nd é 🧯") == "ab\tc\nd é 🧯"
