"""Every command works on the demo city as a newcomer types it, and the tour of the README holds."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ecosystem.cli import PANELS, app

README = Path(__file__).parents[2] / "README.md"


def run(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def riverbend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city, built by its own command."""
    folder = tmp_path_factory.mktemp("demo") / "riverbend"
    result = run("demo", folder)
    assert result.exit_code == 0, result.output
    for edition in ("public", "partner", "analyst"):
        for name in ("map.html", "report.html", "workbook.xlsx"):
            path = folder / "out" / edition / name
            assert str(path) in result.output
            assert path.stat().st_size > 0
    return folder


def test_the_demo_may_be_made_again_in_its_own_folder(riverbend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecosystem import pipeline

    monkeypatch.setattr(pipeline, "build_city", lambda *_, **__: {})
    assert run("demo", riverbend).exit_code == 0


def test_every_planted_truth_is_found() -> None:
    scores = json.loads(run("demo", "--score", "--json", "--seed", "5").stdout)
    assert {entry["detector"] for entry in scores} >= {"gaps", "holes", "overlaps", "knowledge"}
    assert {(entry["recall"], entry["precision"]) for entry in scores} == {(1.0, 1.0)}


def test_nobody_is_on_duty_in_the_lost_weekend_and_the_number_to_call_comes_first(riverbend: Path) -> None:
    saturday = run("who", riverbend, "--need", "N01", "--area", "Westfield", "--at", "Sat 01:30")
    assert saturday.exit_code == 0
    text = " ".join(saturday.output.split())
    assert "988" in text.split("(N01)")[0]
    assert "We found no one other than police, fire or ambulance" in text
    assert "Next on duty: Monday 00:00" in text
    tuesday = json.loads(run("who", riverbend, "--need", "N01", "--area", "Westfield", "--at", "martes 14:00", "--json").stdout)
    assert tuesday["answer"]["state"] == "covered"
    assert all(visitor["proof"] for visitor in tuesday["answer"]["known"])


def test_a_somali_speaker_finds_the_advocates_until_five(riverbend: Path) -> None:
    question = ("who", riverbend, "--need", "N18", "--area", "Harbor Hill", "--language", "Somali", "--json", "--at")
    noon, evening = (json.loads(run(*question, at).stdout)["answer"] for at in ("Wed 12:00", "Wed 17:00"))
    assert any("Somali" in visitor["name"] for visitor in noon["known"])
    assert not any("Somali" in visitor["name"] for visitor in evening["known"])
    assert evening["other"]


def test_two_grants_end_at_new_year_without_a_manager_and_northbank_loses_its_mediation(riverbend: Path) -> None:
    book = json.loads(run("contracts", riverbend, "--on", "2027-01-01", "--json").stdout)
    new_year = book["horizons"][-1]
    lines = {line["contract"]["id"]: line for line in book["lines"]}
    assert len(new_year["contracts"]) == 2
    assert all(lines[key]["manager"] is None for key in new_year["contracts"])
    assert any("Northbank" in entry["name"] for entry in new_year["at_risk"])
    assert any(entry["need"] in ("N27", "N30") for entry in new_year["lost"])
    assert "nobody is named as manager" in " ".join(run("contracts", riverbend, "--on", "2027-01-01").output.split())


@pytest.mark.parametrize("name", ["gaps", "holes", "overlaps", "knowledge"])
def test_every_analysis_is_shown(riverbend: Path, name: str) -> None:
    result = run("analyze", name, riverbend)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 80


def test_the_duplicate_that_is_none_is_walked_back_to_the_answers(riverbend: Path) -> None:
    findings = json.loads(run("analyze", "overlaps", riverbend, "--about", "Harbor Hill", "--json").stdout)["findings"]
    entry = next(entry["finding"] for entry in findings if "so" in entry["finding"]["values"]["languages"])
    text = " ".join(run("explain", entry["id"], riverbend).output.split())
    assert "responses/" in text
    assert "row " in text
    assert '_languages": ' in text


def test_check_needs_a_person(riverbend: Path) -> None:
    result = run("check", riverbend)
    assert result.exit_code == 3
    assert "45 of 58 organizations that were asked answered (78%)." in result.output
    assert (riverbend / "out" / "check" / "issues.csv").is_file()


@pytest.mark.parametrize("file", ["responses/city_departments.csv", "responses/community_partners.xlsx", "boundaries/areas.geojson", "truth.csv"])
def test_every_file_can_be_inspected(riverbend: Path, file: str) -> None:
    assert run("inspect", riverbend / file).exit_code == 0
    assert json.loads(run("inspect", riverbend / file, "--json").stdout)["file"] == Path(file).name


def test_one_answer_changes_the_picture_and_diff_says_why(riverbend: Path, tmp_path: Path) -> None:
    city, before = tmp_path / "city", tmp_path / "before"
    shutil.copytree(riverbend, city)
    shutil.copytree(city / "out" / "analyst", before)
    unknown = next(
        entry["finding"]
        for entry in json.loads(run("analyze", "knowledge", city, "--about", "Westfield", "--json").stdout)["findings"]
        if entry["finding"]["kind"] == "question" and entry["finding"]["question"] == "hours"
    )
    evidence = json.loads(run("explain", unknown["id"], city, "--json").stdout)["evidence"][0]
    cell = next(fact for fact in evidence["facts"] if fact["field"] == "hours")["cells"][0]
    assert "Westfield" in evidence["name"]
    (city / "decisions" / "hours.csv").write_text(f"respondent,question,text,hours\n,hours,{cell['text']},24/7\n")
    built = run("build", city, "--edition", "analyst")
    assert built.exit_code == 0, built.output
    difference = json.loads(run("diff", before, city / "out" / "analyst", "--json").stdout)
    assert [(change["delivery"], change["field"], change["after"]) for change in difference["facts"]] == [(evidence["delivery"], "hours", "24/7")]
    closed = {change["id"]: change for change in difference["closed"]}
    assert unknown["id"] in closed
    assert any(change["kind"] == "gap_not_known" and change["causes"] for change in difference["closed"])
    assert [entry["what"] for entry in difference["inputs"]] == ["inputs/decisions/hours.csv"]
    text = " ".join(run("diff", before, city / "out" / "analyst").output.split())
    assert "hours was not known (refused), is 24/7" in text


def test_the_readme_names_every_command() -> None:
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"\becosystem ([a-z]+)\b", text))
    assert {function.__name__ for functions in PANELS.values() for function in functions} <= named


def test_every_command_the_readme_types_is_understood() -> None:
    """Options and commands in its code blocks exist; what they do is tested above."""
    blocks = re.findall(r"```(?:sh|powershell)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    options = set(re.findall(r"--[a-z-]+", " ".join(run(function.__name__, "--help").output for panel in PANELS.values() for function in panel)))
    for line in "\n".join(blocks).splitlines():
        typed = re.match(r"\s*ecosystem ([a-z]+)(.*?)(?:#|$)", line)
        if typed:
            assert set(re.findall(r"--[a-z-]+", typed[2])) <= options | {"--version"}, line


def test_the_directory_goes_out_in_hsds_and_says_what_it_cost(riverbend: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hsds"
    result = run("export", "hsds", riverbend, "--to", folder)
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "51 deliveries, 41 organizations, 50 services" in text  # of 63 deliveries 10 may not be told of and 2 are police and fire
    assert "Withheld, because this edition may not tell of them: 12 contracts, 10 deliveries, 8 organizations" in text
    assert "HSDS requires a description" in text
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(list((folder / "services").iterdir())) == 50
    assert run("export", "hsds", riverbend, "--to", folder).exit_code == 0  # an earlier export is replaced, by the same bytes
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    other = run("export", "hsds", riverbend, "--to", riverbend)
    assert other.exit_code == 2
    assert "no earlier export" in " ".join(other.stderr.split())
    assert (riverbend / "city.toml").is_file()


def test_what_if_somebody_were_always_there_and_always_sent(riverbend: Path) -> None:
    def suppose(*options: str) -> dict[str, dict[str, float]]:
        told = run("suppose", riverbend, *options, "--json")
        assert told.exit_code == 0, told.output
        return dict(json.loads(told.stdout))

    everyone = suppose("--need", "N01", "--need", "N09", "--eligible", "N08=0", "--sent", "1")
    today, then = everyone["today"], everyone["then"]
    assert today["diverted"] < today["somebody_on_duty"] < today["others_could_answer"] < today["calls"]
    assert then["others_could_answer"] < today["others_could_answer"]  # nobody else may answer N08 now
    assert then["somebody_on_duty"] > today["somebody_on_duty"]
    assert then["diverted"] == then["somebody_on_duty"]
    ended = suppose("--rule", "N01=100%")
    assert 0 < ended["today"]["calls"] - ended["then"]["calls"] < 0.1 * today["calls"]
    assert ended["then"]["diverted"] == ended["today"]["diverted"]  # a rule changes the base, not what was diverted
    one = suppose("--need", "N01", "--hours", "Sat-Sun 6pm-2am", "--area", "Westfield")
    everywhere = suppose("--need", "N01", "--hours", "Sat-Sun 6pm-2am")
    assert 0 < one["then"]["somebody_on_duty"] - one["today"]["somebody_on_duty"] < everywhere["then"]["somebody_on_duty"] - today["somebody_on_duty"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "say what to suppose"),
        (("--need", "N01", "--hours", "evenings"), "from when until when"),
        (("--eligible", "N01=2"), "NEED=SHARE"),
        (("--need", "N01", "--area", "Nowhere Hill"), "no area is called"),
    ],
)
def test_what_cannot_be_supposed_is_told(riverbend: Path, options: tuple[str, ...], told: str) -> None:
    refused = run("suppose", riverbend, *options)
    assert refused.exit_code == 2
    assert told in " ".join(refused.output.split())


def test_nothing_is_supposed_while_more_than_a_tenth_of_the_calls_is_undecided(riverbend: Path, tmp_path: Path) -> None:
    city = tmp_path / "undecided"
    shutil.copytree(riverbend, city, ignore=shutil.ignore_patterns("out"))
    (city / "calls" / "call_types.csv").unlink()
    refused = run("suppose", city, "--need", "N01")
    assert refused.exit_code == 2
    assert "nobody decided" in " ".join(refused.output.split())
