"""Is the city folder as a real city would have it, with the mess in known amounts, and do the analyses find what is true in it?"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ecosystem.coverage import COVERED, NOBODY, NOT_KNOWN
from ecosystem.demo import score_city, write_city
from ecosystem.demo.city_folder import files_of
from ecosystem.demo.facts import Fact, read_truth
from ecosystem.demo.intent import Missing, minutes_of
from ecosystem.demo.questionnaires import as_osm
from ecosystem.demo.score import differences, score
from ecosystem.demo.story import plant
from ecosystem.errors import MissingFileError
from ecosystem.findings import Column, Finding, Findings
from ecosystem.pipeline import Run, run_city
from ecosystem.schedule_formats import from_osm

STORIES = {
    "The lost weekend",
    "Four vans for six crews",
    "Yesterday's map",
    "The 57-hour ride",
    "The wrong kind of victim",
    "The duplicate that isn't",
    "Two signatures",
    "The blank that isn't a gap",
    "The confidential shelter",
    "The volunteers",
    "The one who disagrees",
}


@pytest.fixture(scope="module", params=[0, 7])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_city(write_city(tmp_path_factory.mktemp("riverbend"), seed=request.param))


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return files_of(plant(0))


def table(raw: bytes, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode(encoding), newline=""), delimiter=delimiter))


def partners(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    header, *lines = CalamineWorkbook.from_filelike(io.BytesIO(files["responses/community_partners.xlsx"])).get_sheet_by_index(0).to_python()
    return [{str(column): str(cell) for column, cell in zip(header, line, strict=True)} for line in lines]


# -- what the analyses find ----------------------------------------------------------------------------------------------------------------


def test_every_analysis_finds_all_that_is_true_and_nothing_else(run: Run) -> None:
    missed, invented = differences(run.results, read_truth(run.city.folder / "truth.csv"))
    assert (missed, invented) == ([], [])
    for line in score_city(run):
        assert (line["recall"], line["precision"]) == (1.0, 1.0), line
        assert line["planted"] == line["found"] >= 2


def test_every_story_stands_in_the_truth(run: Run) -> None:
    planted = {fact.story for fact in read_truth(run.city.folder / "truth.csv") if fact.story}
    assert planted == STORIES


def test_every_problem_of_the_answers_is_one_that_was_planted(run: Run) -> None:
    codes = {issue.code for issue in run.survey.issues}
    assert {"hours_refused", "ages_refused", "number_refused", "answered_twice", "encoding", "required_empty"} <= codes
    assert not codes & {"area_unknown", "choice_unknown", "decision_unused", "organization_not_invited"}


def test_forty_five_organizations_answered(run: Run) -> None:
    asked = set(run.eco.asked)
    assert (len(asked), len(asked & run.eco.records.answered)) == (58, 45)
    assert run.eco.records.answered <= asked


def test_the_four_silent_ones_of_westfield_are_named(run: Run) -> None:
    westfield = next(area for area, name in run.geography.area_names.items() if name == "Westfield")
    silent = set(run.eco.silent("N30", westfield))
    assert {"westfield-council", "westfield-family", "westfield-gym"} <= silent
    assert "west-end-ministry" in run.eco.silent("N27", westfield)


def test_two_hours_of_one_organization_are_a_dispute(run: Run) -> None:
    disputes = [dispute for dispute in run.eco.records.disputes if dispute.fact == "hours"]
    assert len(disputes) == 1
    assert len(disputes[0].claims) == 2


def test_saturday_at_0130_on_the_public_map(tmp_path: Path) -> None:
    run = run_city(write_city(tmp_path, seed=0), "public")
    saturday_0130 = (5 * 24 + 1) * 2 + 1
    names = [run.geography.area_names[area] for area in run.coverage.area_ids]
    lived_in = run.coverage.area_residents > 0
    crisis, mediation = (run.coverage.state(need)[:, saturday_0130] for need in ("N01", "N30"))
    assert [name for name, state, lived in zip(names, crisis, lived_in, strict=True) if lived and state != NOBODY] == ["Stonebridge"]
    assert {name: int(state) for name, state, lived in zip(names, mediation, lived_in, strict=True) if lived and state != NOBODY} == {
        "Westfield": NOT_KNOWN
    }


def test_one_corrected_answer_changes_westfield(tmp_path: Path) -> None:
    folder = write_city(tmp_path, seed=0)
    decision = "respondent,question,text,hours\nWestfield Youth Table,hours,varies,Fr-Sa 18:00-24:00\n"
    (folder / "decisions" / "hours.csv").write_text(decision, encoding="utf-8")
    run = run_city(folder)
    (westfield,) = [i for i, area in enumerate(run.coverage.area_ids) if run.geography.area_names[area] == "Westfield"]
    state = run.coverage.state("N30")[westfield]
    assert ((state == COVERED).sum(), (state == NOT_KNOWN).sum()) == (24, 0)
    missed, invented = differences(run.results, read_truth(folder / "truth.csv"))
    assert {(fact.kind, fact.need) for fact in missed if fact.analysis == "gaps"} == {("gap_not_known", "N30")}
    assert {(fact.kind, fact.need) for fact in invented if fact.analysis == "gaps"} == {("gap", "N30")}


# -- the files -----------------------------------------------------------------------------------------------------------------------------


def test_same_seed_same_bytes(tmp_path: Path, files: Mapping[str, bytes]) -> None:
    written = write_city(tmp_path, seed=0)
    again = {path.relative_to(written).as_posix(): path.read_bytes() for path in written.rglob("*") if path.is_file()}
    assert {name: content for name, content in again.items() if name != "truth.csv"} == files
    assert files_of(plant(1)) != files


@pytest.mark.parametrize("seed", range(5))
def test_mess_is_there_for_every_seed(seed: int) -> None:
    files = files_of(plant(seed))
    city, health = table(files["responses/city_departments.csv"]), table(files["responses/hospitals_and_schools.csv"], "cp1252", ";")
    workbook = partners(files)
    by_name: dict[str, list[dict[str, str]]] = {}
    for line in workbook:
        by_name.setdefault(line["organization"], []).append(line)
    # hours as people write them, hours that nobody can read, a closing time before opening
    assert {row["service"]: row["hours"] for row in city}["Library navigators"] == "Mon-Fri 8am-5pm"
    assert by_name["Westfield Youth Table"][0]["service1_hours"] == "varies"
    assert ("09:00", "05:00") in {(row["First shift: opens"], row["First shift: closes"]) for row in health}
    # aliases and misspelt areas
    assert "Harbour Hil" in by_name["Harbor Hill Somali Advocates"][0]["service1_area"]
    assert "Central Business District" in by_name["Lantern Street Survivor Services"][0]["service1_area"]
    assert {row["organization"] for row in city if not row["invitation_key"]} == {"Neighborhood Safety (formerly OVP)"}
    # blanks of every kind
    assert by_name["Doorway Youth House"][0]["service1_hours"] == "prefer not to say"
    assert {row["service"]: row["languages"] for row in city}["Street outreach"] == "don't know"
    assert not by_name["Second Start Jobs"][0]["service1_area"]
    assert "needs" not in {column.lower() for column in health[0]}
    # a duplicate answer, and two that differ
    first, second = by_name["Riverbend Mediation Center"]
    assert {k: v for k, v in first.items() if k not in ("date", "respondent_role")} == {
        k: v for k, v in second.items() if k not in ("date", "respondent_role")
    }
    here, there = by_name["Reentry Bridge"]
    assert here["service1_hours_mon"] != there["service1_hours_mon"]
    # mixed dates, an interpreter line, ages in words, a ZIP list across the city line
    assert len({"".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in row["date"]) for row in city}) >= 4
    assert "all languages" in {row["languages"] for row in city}
    assert by_name["Rising Mentors"][0]["service1_age_min"] == "middle schoolers"
    assert "55210; 55211; 55299" in by_name["St. Brendan Pantry"][0].values()
    # formulas as answers, template code and script in names
    everything = " ".join([*(cell for line in workbook for cell in line.values()), *(cell for row in [*city, *health] for cell in row.values())])
    for planted in ("=SUM(B2:B9)", "=HYPERLINK(", "@SUM(1,1)", "=1+1", "{{7*7}}", "{% for x in range(3) %}", "<script>window.__hit=1</script>"):
        assert planted in everything


def test_no_cell_of_the_workbook_is_a_formula_or_a_number(files: Mapping[str, bytes]) -> None:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files["responses/community_partners.xlsx"])).get_sheet_by_index(0)
    assert {type(cell) for line in sheet.to_python() for cell in line} == {str}


def test_the_older_form_is_not_utf_8(files: Mapping[str, bytes]) -> None:
    with pytest.raises(UnicodeDecodeError):
        files["responses/hospitals_and_schools.csv"].decode("utf-8")


def test_hours_stand_in_the_syntax_of_openstreetmap() -> None:
    for provision in plant(0).provisions:
        if not isinstance(provision.hours, Missing):
            assert from_osm(as_osm(provision.hours)).of_kind("open").minutes == sum(minutes_of(provision.hours))


def test_nothing_in_the_folder_names_a_person_or_a_place_that_exists(files: Mapping[str, bytes]) -> None:
    text = b"\n".join(content for name, content in files.items() if not name.endswith(".xlsx")).decode("utf-8", "replace")
    assert "@" not in text.replace("safety@riverbend.example", "").replace("@SUM(1,1)", "")


# -- scoring -------------------------------------------------------------------------------------------------------------------------------


def results_of(*found: Finding) -> dict[str, Findings]:
    import pandas as pd

    columns = (Column("need", "need", "Code."),)
    return {"gaps": Findings.of("gaps", columns, pd.DataFrame({"need": []}), found)}


def gap(need: str) -> Finding:
    from ecosystem.schedule import Schedule

    return Finding(need, "gaps", "gap", "confirmed", "gap", need=need, areas=("rb01",), when=Schedule.of((0, 60)))


def test_score_counts_what_is_missed_and_what_is_invented() -> None:
    truth = [Fact("gaps", "gap", need, "rb01", amount="1 h") for need in ("N01", "N02", "N03", "N04")]
    line = score(results_of(gap("N01"), gap("N02"), gap("N09")), truth)[0]
    assert line == {"detector": "gaps", "recall": 0.5, "precision": 2 / 3, "planted": 4, "found": 3}


def test_a_gap_with_other_hours_is_not_the_gap() -> None:
    truth = [Fact("gaps", "gap", "N01", "rb01", amount="48 h")]
    assert score(results_of(gap("N01")), truth)[0]["recall"] == 0.0


def test_facts_of_an_analysis_that_does_not_exist_wait() -> None:
    truth = [Fact("handoff", "wait", "N01", "city", amount="57 h"), Fact("gaps", "gap", "N01", "rb01", amount="1 h")]
    assert [line["detector"] for line in score(results_of(gap("N01")), truth)] == ["gaps"]


def test_a_city_that_is_no_demo_cannot_be_scored(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"truth\.csv"):
        score_city(tmp_path)
