"""The command line speaks plainly, refuses with one message, and never acts on what somebody typed into a questionnaire."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from typer.testing import CliRunner

from ecosystem.cli import PANELS, app
from ecosystem.cli.screen import as_json, plain
from ecosystem.errors import Issue
from ecosystem.records import Contact, Contract, Delivery, Invitation, Language, Organization, Records, Route, Service, Source, Unknown
from ecosystem.schedule import ALWAYS, Schedule

Answer = tuple[Organization, Service, Delivery]
COMMANDS = [function.__name__ for functions in PANELS.values() for function in functions]
WEEKDAYS = Schedule.daily("08:00", "20:00", days=range(5))
HOSTILE = "[bold red]Owls[/bold red] \x1b[31m\x07 {{ 7*7 }} :smile:"
SHOWN = "[bold red]Owls[/bold red] [31m {{ 7*7 }} :smile:"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, give: Callable[..., Answer], ground: Any) -> Path:
    """A city folder whose answers are already read: the crew of somebody with a hostile name, one that did not tell its hours, and the police."""
    import surveys
    from ecosystem import pipeline
    from ecosystem.city import City
    from ecosystem.taxonomy import Taxonomy

    settings = City.of(
        {
            "name": "Smallville",
            "time_zone": "America/Chicago",
            "as_of": dt.date(2026, 10, 1),
            "geographies": [{"id": "areas", "name": "Areas", "file": "areas.geojson", "id_column": "area_id"}],
            "standards": {"needs": ["N01", "N08", "N14"]},
            "emergency": {"en": {"words": "Call 911."}},
        },
        file=tmp_path / "city.toml",
    )
    cell = Source("spring.csv", row=14, column="Hours", text=HOSTILE, role="director")
    owls = give(
        "owls",
        "02a",
        WEEKDAYS,
        "ash birch",
        contact=Contact("612-555-0100"),
        routes=(Route("dispatch_911"),),
        languages=(Language("en", "staff"),),
        sources={"hours": cell},
    )
    owls = (Organization("owls", HOSTILE), owls[1], owls[2])
    answers = [
        owls,
        give("larks", "02a", None, "birch", languages=(Language("so", "staff"),)),
        give("police", "03d", ALWAYS, "city", is_baseline=True, contact=Contact("911")),
    ]
    agreement = Contract("c-1", "State [grant]", "owls", program="nights", amount_usd=120_000.0, ends=dt.date(2026, 12, 31), manager=Unknown("blank"))
    records = Records.of(
        [organization for organization, _, _ in answers],
        [service for _, service, _ in answers],
        [delivery for _, _, delivery in answers],
        [Invitation("owls", HOSTILE), Invitation("larks", "Larks"), Invitation("hush", "Hush", sector="county")],
        [surveys_response("owls"), surveys_response("larks")],
        [agreement],
    )
    issues = (
        Issue("spring.csv", row=14, column="Hours", code="hours_refused", text="[i]9-5", message="'[i]9-5' has no days."),
        Issue("spring.csv", row=2, code="note", severity="info", message="read as month first."),
    )
    survey = surveys.Survey(records, issues, ())
    inputs = pipeline.Inputs(settings, Taxonomy.read(), ground, survey)
    monkeypatch.setattr(pipeline, "read_inputs", lambda *_, **__: inputs)
    return tmp_path


def surveys_response(key: str) -> Any:
    from ecosystem.records import Response

    return Response(key, role="director", date=dt.date(2026, 9, 1), source=Source("spring.csv", row=14))


# ----------------------------------------------------------------------------------------------------------------------- what it is made of


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_and_what_each_option_means(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.split("\n\n")[1].split()) > 4
    for line in result.output.splitlines():
        if line.startswith(("  --", "  -h")):
            option = line.split()[0]
            rest = result.output.split(option, 1)[1].strip()
            assert rest, option


def test_help_lists_every_command_with_a_sentence() -> None:
    output = run("--help").output
    for command in COMMANDS:
        assert f"\n  {command} " in output
    assert "..." not in output.split("Options:")[1]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from ecosystem.cli import app; assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "print(sorted({'pandas', 'geopandas', 'networkx', 'pydantic', 'numpy', 'scipy', 'shapely', 'folium', 'surveys', 'maps'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_python_m_ecosystem_is_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "ecosystem", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "ecosystem")


# ---------------------------------------------------------------------------------------------------------------------------------- errors


def test_an_error_is_one_message_on_standard_error_and_code_2(tmp_path: Path) -> None:
    result = run("build", str(tmp_path))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert "ecosystem init" in result.stderr


@pytest.mark.parametrize("arguments", [["--debug", "build"], ["build", "--debug"]])
def test_debug_shows_where_it_happened_wherever_it_stands(arguments: list[str], tmp_path: Path) -> None:
    result = run(*arguments, str(tmp_path))
    assert result.exit_code == 2
    assert "Traceback" in result.stderr


def test_a_bug_of_ours_is_one_message_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from ecosystem import pipeline

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("[red]oops")

    monkeypatch.setattr(pipeline, "build_city", broken)
    result = run("build", str(tmp_path))
    assert result.exit_code == 2
    assert "ZeroDivisionError: [red]oops" in result.stderr
    assert "--debug" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["analyze", "gasp", "x"], "gaps, holes, overlaps"),
        (["analyze", "gaps"], "name the city folder"),
        (["analyze", "gaps", "x", "--json", "--csv"], "one of --json and --csv"),
        (["who", "x", "--need", "N01", "--area", "a", "--at", "sometime"], "Sat 01:30"),
        (["contracts", "x", "--on", "soon"], "2027-01-01"),
        (["hours"], "one text in quotes"),
        (["hours", "9-5", "--csv", "x.csv"], "one text in quotes"),
        (["hours", "--csv", "x.csv"], "--column"),
        (["demo", "--json"], "--score"),
        (["inspect", "nothing.csv"], "there is no such file"),
        (["diff", "a", "b"], "findings.json"),
        (["bild", "x"], "build"),
    ],
)
def test_a_wrong_call_says_what_to_write_instead(arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


# ---------------------------------------------------------------------------------------------------------------------- text stays text


def test_text_keeps_letters_and_loses_what_a_terminal_would_act_on() -> None:
    assert plain("Niño \u0627\u200c\u0628 \x1b]0;x\x07\u202e\x00\ud800\n!") == "Niño \u0627\u200c\u0628 ]0;x !"
    assert plain("a\x1b\nb", keep_lines=True) == "a\nb"


def test_json_says_why_something_is_not_known() -> None:
    assert as_json({"a": Unknown("blank"), "b": WEEKDAYS, "c": (dt.date(2026, 1, 2), {"z", "y"}), "d": float("nan"), "e": 1 / 3}) == {
        "a": {"unknown": "blank"},
        "b": "Mo-Fr 08:00-20:00",
        "c": ["2026-01-02", ["y", "z"]],
        "d": None,
        "e": 0.333333333,
    }


# ------------------------------------------------------------------------------------------------------------------------------- questions


def ask(city: Path, *more: str, area: str = "Ash", at: str = "Sat 01:30", need: str = "N01") -> Any:
    return run("who", str(city), "--need", need, "--area", area, "--at", at, *more)


def test_who_names_the_crew_its_route_phone_and_proof(city: Path) -> None:
    result = ask(city, at="martes 14:00")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert SHOWN in text
    assert "612-555-0100" in text
    assert "sent by 911" in text
    assert 'spring.csv row 14 (director), "Hours"' in text
    assert "\x1b" not in result.output


def test_who_never_leaves_somebody_without_a_number_to_call(city: Path) -> None:
    text = " ".join(ask(city).output.split())
    assert text.startswith("Call 911.")
    assert "We found no one other than police, fire or ambulance" in text
    assert "Next on duty: Monday 08:00, in 54 h 30 min" in text
    assert "Always there: police, fire or ambulance Police 911" in text


def test_who_says_not_confirmed_and_why(city: Path) -> None:
    text = " ".join(ask(city, area="birch").output.split())
    assert "May be open - not confirmed" in text
    assert "its hours are not known" in text


def test_who_asks_for_a_language_by_name_and_tells_who_else_is_there(city: Path) -> None:
    text = " ".join(ask(city, "--language", "Somali", at="Tue 14:00").output.split())
    assert "not for this person as far as we know" in text
    result = ask(city, "--language", "Klingon")
    assert result.exit_code == 2
    assert "so (Somali)" in result.stderr


def test_who_in_json(city: Path) -> None:
    answer = json.loads(ask(city, "--json", "--age", "16", at="Tue 14:00").stdout)
    assert answer["emergency"] == ["Call 911."]
    assert answer["answer"]["state"] == "not_known"
    assert answer["answer"]["resident"]["age"] == 16
    assert [visitor["doubts"] for visitor in answer["answer"]["possible"]] == [["person"]]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"need": "crisis"}, "N01"),
        ({"need": "xyzzy"}, "N37"),
        ({"need": "mobile crisis"}, "N01"),
        ({"area": "Asch"}, "Did you mean Ash"),
        ({"need": "Noise or disputes"}, "N08"),
    ],
)
def test_who_names_candidates_on_a_miss(city: Path, options: dict[str, str], told: str) -> None:
    result = ask(city, **options)
    assert result.exit_code == 2
    assert told in result.stderr


def test_contracts_tell_who_manages_and_what_would_go_dark(city: Path) -> None:
    text = " ".join(run("contracts", str(city), "--on", "2027-01-01").output.split())
    assert "State [grant]" in text
    assert "$120,000" in text
    assert "nobody named" in text
    assert "Working, but at risk" in text
    assert "Mental-health crisis in Ash: 60 hours of the week" in text
    assert "not a service that ends" in text


def test_contracts_without_a_date_show_every_coming_end(city: Path) -> None:
    assert "New by January 1, 2027" in run("contracts", str(city)).output
    book = json.loads(run("contracts", str(city), "--json").stdout)
    assert [horizon["on"] for horizon in book["horizons"]] == ["2027-01-01"]
    assert book["lines"][0]["manager"] is None


# --------------------------------------------------------------------------------------------------------------------------------- results


@pytest.mark.parametrize("name", ["gaps", "holes", "overlaps", "knowledge"])
def test_every_analysis_is_a_table_that_fits_80_columns(city: Path, name: str) -> None:
    result = run("analyze", name, str(city))
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 80
    assert f"{name}: " in result.output


def test_analyze_for_programs_gives_every_row_and_finding(city: Path) -> None:
    result = json.loads(run("analyze", "gaps", str(city), "--json").stdout)
    assert len(result["rows"]) == 3 * 2  # three needs, two areas where somebody lives
    assert {column["name"] for column in result["columns"]} == set(result["rows"][0])
    assert all(entry["sentence"] and entry["finding"]["id"].startswith("f-") for entry in result["findings"])
    csv = run("analyze", "gaps", str(city), "--csv").stdout
    assert csv.lstrip("\ufeff").startswith('"need","area_id"')


def test_analyze_about_one_place_leaves_the_others_out(city: Path) -> None:
    result = json.loads(run("analyze", "gaps", str(city), "--about", "ASH", "--json").stdout)
    assert {row["area_id"] for row in result["rows"]} == {"ash"}
    assert [entry["finding"]["areas"] for entry in result["findings"]] == [["ash"]]


def test_analyze_lists_the_analyses() -> None:
    assert run("analyze", "list").output.split()[:2] == ["gaps", "holes"]


def test_explain_walks_from_a_prefix_to_the_cell(city: Path) -> None:
    findings = json.loads(run("analyze", "gaps", str(city), "--json").stdout)["findings"]
    entry = next(entry["finding"] for entry in findings if entry["finding"]["areas"] == ["ash"] and entry["finding"]["need"] == "N01")
    result = run("explain", entry["id"][:8], str(city))
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "spring.csv row 14 (director)" in text
    assert '"Hours": ' + SHOWN in text
    assert "Hush (county): was asked and did not answer" in text
    assert json.loads(run("explain", entry["id"], str(city), "--json").stdout)["finding"]["id"] == entry["id"]


def test_explain_in_the_public_edition_shows_no_text_of_an_answer(city: Path) -> None:
    findings = json.loads(run("analyze", "gaps", str(city), "--edition", "public", "--json").stdout)["findings"]
    for entry in findings:
        output = run("explain", entry["finding"]["id"], str(city), "--edition", "public").output
        assert "spring.csv" not in output


def test_explain_of_an_unknown_id_is_refused(city: Path) -> None:
    result = run("explain", "f-nothing", str(city))
    assert result.exit_code == 2
    assert "no finding" in result.stderr


def test_diff_tells_what_changed_and_because_of_what(tmp_path: Path) -> None:
    finding = {"id": "f-1", "kind": "gap", "need": "N01", "areas": ["ash"], "weight": 1.0, "sentence": {"en": "Nobody [b]in[/b] Ash."}}
    facts = {"name": HOSTILE, "organization": "owls", "needs": ["N01"], "areas": ["ash"], "facts": {"hours": "24/7"}}
    for name, findings, deliveries in (("a", [finding], {}), ("b", [], {"d-1": facts})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "findings.json").write_text(json.dumps({"findings": findings}))
        (tmp_path / name / "manifest.json").write_text(json.dumps({"facts": deliveries, "options": {"gap_share": len(findings)}}))
    result = run("diff", str(tmp_path / "a"), str(tmp_path / "b"))
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "0 opened, 1 closed, 0 changed, 0 the same." in text
    assert "Nobody [b]in[/b] Ash." in text
    assert f"because {SHOWN}: appeared" in text
    assert "options/gap_share: 1 -> 0" in text
    difference = json.loads(run("diff", str(tmp_path / "a"), str(tmp_path / "b"), "--json").stdout)
    assert difference["closed"][0]["causes"][0]["movement"] == "appeared"


# -------------------------------------------------------------------------------------------------------------------------------- check


def test_check_writes_the_issues_and_asks_for_a_person(city: Path) -> None:
    result = run("check", str(city))
    assert result.exit_code == 3
    text = " ".join(result.output.split())
    assert "2 of 3 organizations that were asked answered (67%)." in text
    assert "No answer yet: Hush." in text
    assert "'[i]9-5' has no days." in text
    written = (city / "out" / "check" / "issues.csv").read_text(encoding="utf-8-sig").splitlines()
    assert written[0].startswith('"file","sheet","row","column"')
    assert len(written) == 3


def test_check_says_what_to_ask_first(city: Path) -> None:
    result = run("check", str(city))
    assert "What to ask first" in result.output
    header, *_ = (city / "out" / "check" / "follow_ups.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith('"organization","service","site","question","status","asked_on","answer","answered_on","note"')
    asked = json.loads(run("check", str(city), "--json").stdout)["ask"]
    larks = next(row for row in asked if row["organization"] == "larks" and row["question"] == "hours")
    assert int(larks["settles"]) > 0
    quick = json.loads(run("check", str(city), "--json", "--quick").stdout)["ask"]
    assert {row["settles"] for row in quick} == {"0"}
    assert len(quick) == len(asked)


def test_check_in_json(city: Path) -> None:
    result = run("check", str(city), "--json")
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert (told["counts"]["asked"], told["counts"]["answered"], told["counts"]["deliveries"]) == (3, 2, 2)
    assert told["silent"] == ["Hush"]


# ---------------------------------------------------------------------------------------------------------------------------------- hours


def test_hours_are_told_back_in_words_and_as_a_week() -> None:
    result = run("hours", "M-F 8-4:30, closed noon-1")
    assert result.exit_code == 0
    assert "Monday to Friday 08:00-12:00 and 13:00-16:30" in result.output
    assert "Mo ................########..#######..............." in result.output


def test_a_line_that_is_staffed_round_the_clock_does_not_hide_when_the_team_comes() -> None:
    lines = run("hours", "Mobile crisis team M-F 4pm-midnight, Sat by appointment 10-2; hotline 24/7").output.splitlines()
    assert [line for line in lines if line.startswith("Sa ")] == ["Sa ....................????????....................", "Sa " + 48 * "#"]
    assert "40 hours a week, perhaps 44" in lines


def test_hours_that_are_refused_say_what_to_ask() -> None:
    result = run("hours", "9-5", "--language", "es", "--json")
    told = json.loads(result.stdout)
    assert (told["status"], told["osm"]) == ("refused", "")
    assert "carácter" in told["words"]


def test_hours_of_a_column_are_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    path.write_text("name,when\na,M-F 8-4:30\nb,9-5\nc,\n")
    assert run("hours", "--csv", str(path), "--column", "when").stdout_bytes.startswith(b'"text","status","intervals"')  # no byte order mark
    rows = json.loads(run("hours", "--csv", str(path), "--column", "when", "--json").stdout)
    assert [(row["text"], row["status"], row["osm"]) for row in rows] == [
        ("M-F 8-4:30", "read", "Mo-Fr 08:00-16:30"),
        ("9-5", "refused", ""),
        ("", "refused", ""),
    ]
    assert run("hours", "--csv", str(path), "--column", "when").stdout.count("\n") == 4
    missing = run("hours", "--csv", str(path), "--column", "hours")
    assert missing.exit_code == 2
    assert "name, when" in missing.stderr


def test_inspect_shows_columns_and_personal_data(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("organization,hours,e-mail\nOwls [x],24/7,me@example.org\n")
    result = run("inspect", str(path))
    assert result.exit_code == 0
    assert "organization" in result.output
    assert "Personal data" in result.output
    assert "plain table" in result.output
    assert json.loads(run("inspect", str(path), "--json").stdout)["kind"] == "answers"
    assert json.loads(run("inspect", str(path), "--json", "--format", "Google Forms").stdout)["format"] == "Google Forms, csv (comma)"
    assert run("inspect", str(path), "--format", "goggle").exit_code == 2


# ------------------------------------------------------------------------------------------------------------------------------- new city


def test_a_full_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("mine")
    for command in ("init", "demo"):
        result = run(command, str(tmp_path))
        assert result.exit_code == 2
        assert "not empty" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["keep.txt"]


def test_a_new_city_can_be_read_as_soon_as_its_map_is_there(tmp_path: Path) -> None:
    from ecosystem.city import City

    folder = tmp_path / "new-town"
    result = run("init", str(folder), "--time-zone", "America/Denver")
    assert result.exit_code == 0, result.output
    assert "A folder for New Town is ready." in result.output
    assert sorted(path.name for path in folder.iterdir()) == [
        "boundaries",
        "city.toml",
        "contracts.csv",
        "decisions",
        "form",
        "invited.csv",
        "responses",
    ]
    area = {"type": "Feature", "properties": {"area_id": "a", "name": "A"}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
    (folder / "boundaries" / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}))
    (folder / "responses" / "empty.csv").write_bytes((folder / "form" / "form.csv").read_bytes())
    city = City.read(folder)
    assert (city.name, city.time_zone) == ("New Town", "America/Denver")
    checked = run("check", str(folder), "--json")
    assert checked.exit_code in (0, 3), checked.output
    assert json.loads(checked.stdout)["counts"]["asked"] == 0
    assert [issue["code"] for issue in json.loads(checked.stdout)["issues"] if issue["severity"] == "error"] == ["no_answers"]


SQUARE = [[-93.0, 45.0], [-92.99, 45.0], [-92.99, 45.01], [-93.0, 45.01], [-93.0, 45.0]]


def test_init_from_an_export_drafts_a_mapping_that_check_uses(tmp_path: Path) -> None:
    export = tmp_path / "theirs.csv"
    export.write_text("Name of your agency,The program you run,When are you open?,e-mail\nHub,Crisis line,24/7,ana@example.org\n", encoding="utf-8")
    city = tmp_path / "city"
    result = run("init", str(city), "--from", str(export))
    assert result.exit_code == 0
    assert "When are you open?" in result.output
    assert '"When are you open?" = "hours"' in (city / "codebook.toml").read_text(encoding="utf-8")
    assert (city / "responses" / "theirs.csv").read_bytes() == export.read_bytes()
    areas = gpd.GeoDataFrame({"area_id": ["a"], "name": ["Northbank"]}, geometry=[shapely.box(-93.3, 45, -93.2, 45.1)], crs="EPSG:4326")
    areas.to_file(city / "boundaries" / "areas.geojson", driver="GeoJSON")
    checked = run("check", str(city), "--json")
    assert json.loads(checked.stdout)["counts"]["deliveries"] == 1
    assert run("init", str(tmp_path / "other"), "--from", str(tmp_path / "nothing.csv")).exit_code == 2
    assert not (tmp_path / "other").exists()


def test_check_names_places_that_were_not_found_with_the_closest_and_who_answered_by_sector(tmp_path: Path) -> None:
    city = tmp_path / "city"
    assert run("init", str(city)).exit_code == 0
    areas = gpd.GeoDataFrame({"area_id": ["a"], "name": ["Northbank"]}, geometry=[shapely.box(-93.3, 45, -93.2, 45.1)], crs="EPSG:4326")
    areas.to_file(city / "boundaries" / "areas.geojson", driver="GeoJSON")
    (city / "invited.csv").write_text("key,name,sector,asked\nhub,Hub,community,yes\ninn,Inn,faith,yes\n", encoding="utf-8")
    rows = "Hub,Desk,walk-in,Nortbank,24/7\nHub,Line,phone,citywide,9-5\n"
    (city / "responses" / "answers.csv").write_text("organization,service,mode,area,hours\n" + rows, encoding="utf-8")
    text = " ".join(run("check", str(city), "--quick").output.split())
    assert "By sector: faith 0 of 1, community 1 of 1." in text
    assert "responses/answers.csv csv (comma) 2 5 read" in text
    assert "1 Nortbank Northbank" in text.split("Places that were not found")[1]
    assert "1 text of hours to settle" in text
    told = json.loads(run("check", str(city), "--quick", "--json").stdout)
    assert told["places_not_found"] == [{"times": 1, "text": "Nortbank", "closest": "Northbank"}]


def test_check_says_of_a_directory_what_became_of_its_values(tmp_path: Path) -> None:
    city = tmp_path / "city"
    assert run("init", str(city)).exit_code == 0
    areas = gpd.GeoDataFrame({"area_id": ["a"], "name": ["Northbank"]}, geometry=[shapely.box(-93.3, 45, -93.2, 45.1)], crs="EPSG:4326")
    areas.to_file(city / "boundaries" / "areas.geojson", driver="GeoJSON")
    for name, table in {
        "organizations": "id,name,description\no1,Hub,\n",  # kept 1
        "services": "id,organization_id,name,status\ns1,o1,Meals,active\n",  # kept 2
        "schedules": "id,service_id,freq,byday,opens_at,closes_at\nh1,s1,WEEKLY,MO,9am,5pm\n",  # kept 4, the hours written as no clock does
        "contacts": "id,service_id,name,email\nc1,s1,Ana Person,ana@example.org\n",  # dropped 2
    }.items():
        file = city / "responses" / "listing" / f"{name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(table, encoding="utf-8")
    text = " ".join(run("check", str(city), "--quick").output.split())
    assert "responses/listing/contacts.csv: 7 values kept, 2 dropped, 1 guessed." in text
    assert "Ana Person" not in text


@pytest.mark.shared
def test_init_from_an_export_takes_the_files_beside_it_that_belong_to_it(tmp_path: Path, shared_data: Path) -> None:
    surveys = shared_data / "surveys"
    together = run("init", str(tmp_path / "data"), "--from", str(surveys / "redcap_survey_data.csv"))
    assert {path.name for path in (tmp_path / "data" / "responses").iterdir()} == {"redcap_survey_data.csv", "redcap_survey_dictionary.csv"}
    assert "it was guessed" in " ".join(together.output.split())
    alone = run("init", str(tmp_path / "alone"), "--from", str(surveys / "redcap_survey_dictionary.csv"))
    assert "belongs to another file" in " ".join(alone.output.split())
    assert "it was guessed" not in " ".join(alone.output.split())  # nothing was drafted, so there is nothing to correct
