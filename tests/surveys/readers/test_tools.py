"""What holds for the exports of every survey tool: which tool is seen, which is told, and that no file ends in an exception."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from ecosystem.errors import InputError
from surveys.readers import read_tables, tool_of

SURVEY_TOOLS = ("qualtrics", "odk", "kobo", "redcap", "lime_survey", "survey_monkey", "microsoft_forms", "google_forms")
BY_HAND = {
    "kobo_grouped_repeat.csv": "kobo",
    "kobo_grouped_repeat.xlsx": "kobo",
    "kobo_select_multiple.csv": "kobo",
    "kobo_select_multiple_or_other.xlsx": "kobo",
    "odk_central_selectMultiple_split.csv": "odk",
    "odk_central_singlerepeat.csv": "odk",
    "qualtrics_sample_german_ui.csv": "qualtrics",
    "redcap_repeating_instruments_data.csv": "redcap",
    "redcap_simple_data.csv": "redcap",
    "redcap_survey_data.csv": "redcap",
    "surveymonkey_provider_questionnaire_redacted.csv": "survey_monkey",
    "surveymonkey_starwars.csv": "survey_monkey",
    "synthetic_google_forms_download.csv": "google_forms",
    "synthetic_google_sheet_form_responses_1.csv": "google_forms",
    "synthetic_limesurvey_codes.csv": "lime_survey",
    "synthetic_msforms.xlsx": "microsoft_forms",
    "our_provider_xlsform_prototype.xlsx": "",
}
"""Real and hand-made exports, and the tool each is of."""


@pytest.mark.parametrize("name", BY_HAND)
def test_each_export_is_seen_as_that_of_its_tool_and_told(shared_data: Path, name: str) -> None:
    tables = read_tables(shared_data / "surveys" / name, name)
    plain = read_tables(shared_data / "surveys" / name, name, format="spreadsheet")
    assert tool_of(plain.tables) == BY_HAND[name]
    assert ("format_detected" in [issue.code for issue in tables.issues]) is bool(BY_HAND[name])


def test_our_own_spreadsheet_is_of_no_tool(kit: Any) -> None:
    tables = kit.tables(kit.csv([["organization", "service", "date", "hours"], ["Hub", "Meals", "2026-01-01", "24/7"]]))
    assert tables.format == "csv (comma)"
    assert tables.tables[0].names == ()


def test_a_format_that_is_named_goes_before_what_is_seen(kit: Any) -> None:
    rows = [["Timestamp", "Organization", "Organization"], ["2026-01-01", "Hub", ""]]
    plain = kit.tables(kit.csv(rows), format="spreadsheet")
    assert plain.format == "csv (comma)"
    named = kit.tables(kit.csv([["When", "Email Address", "Organization"], ["2026-01-01", "a@b.org", "Hub"]]), format="google_forms")
    assert named.format == "Google Forms, csv (comma)"
    assert "a@b.org" not in repr(named)
    with pytest.raises(InputError, match="'goggle' is no format"):
        kit.tables(kit.csv(rows), format="goggle")


def test_city_toml_may_name_the_format_of_a_file(kit: Any) -> None:
    rows = [["Timestamp", "Organization", "Service"], ["2026-01-01", "Hub", "Meals"]]
    survey = kit.read_answers({"a.csv": kit.csv(rows), "b.csv": kit.csv(rows)}, formats={"a*": "spreadsheet"})
    assert [file.format for file in survey.files] == ["csv (comma)", "Google Forms, csv (comma)"]


def test_a_codebook_may_name_the_format(kit: Any) -> None:
    rows = [["Timestamp", "Organization", "Service"], ["2026-01-01", "Hub", "Meals"]]
    survey = kit.read_answers({"a.csv": kit.csv(rows)}, codebook='format = "spreadsheet"\n')
    assert [file.format for file in survey.files] == ["csv (comma)"]


@pytest.mark.parametrize("tool", SURVEY_TOOLS)
@pytest.mark.parametrize("name", BY_HAND)
def test_any_file_under_any_format_ends_without_an_exception(shared_data: Path, name: str, tool: str) -> None:
    read_tables(shared_data / "surveys" / name, name, format=tool)


@pytest.mark.parametrize("tool", SURVEY_TOOLS)
def test_small_and_odd_files_end_without_an_exception(kit: Any, tool: str) -> None:
    for content in (b"a", b"a,b\n", b",\n1,2\n", b"a,a,a\n1,2,3\n,,\n", b"KEY,PARENT_KEY\n1,1\n", b"V1\nResponseID\n", b'Q1\n"{""ImportId"":1}"\n'):
        kit.tables(content, format=tool)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", [name for name in BY_HAND if name.endswith(".csv") and "starwars" not in name])
def test_damaged_exports_end_without_an_exception(shared_data: Path, kit: Any, name: str, seed: int) -> None:
    chance = random.Random(f"{name} {seed}")
    lines = (shared_data / "surveys" / name).read_bytes().split(b"\n")
    for _ in range(6):
        damaged = [line for line in lines if chance.random() > 0.15]
        at = chance.randrange(len(damaged)) if damaged else 0
        damaged[at : at + 1] = [damaged[at][: chance.randrange(len(damaged[at]) + 1)], b'"x", y;z'] if damaged else []
        kit.tables(b"\n".join(damaged), name)


def test_a_zip_of_one_file_is_that_file(kit: Any) -> None:
    content = kit.csv([["Timestamp", "Organization", "Service"], ["2026-01-01", "Hub", "Meals"]])
    survey = kit.read_answers({"answers.zip": kit.zip({"Form.csv": content, "__MACOSX/._Form.csv": b"\x00\x05", "photo.jpg": b"\xff\xd8"})})
    assert [(file.format, file.used) for file in survey.files] == [("zip of Google Forms, csv (comma)", True)]
    assert survey.records.organizations[0].sources["organization"].file == "responses/answers.zip/Form.csv"


@pytest.mark.parametrize("cut", [0, 10, 60, -30, -8])
def test_a_broken_zip_is_told(kit: Any, cut: int) -> None:
    whole = kit.zip({"a.csv": b"organization\nHub\n" * 50})
    tables = kit.tables(whole[:cut] if cut else b"PK\x03\x04" + b"\x00" * 30, "a.zip")
    assert [(issue.code, issue.severity) for issue in tables.issues] == [("file_unreadable", "error")]


def test_a_zip_without_tables_is_told(kit: Any) -> None:
    assert kit.codes(kit.tables(kit.zip({"readme.md": b"x"}), "a.zip")) == ["file_empty"]


def test_a_question_with_one_label_in_two_places_stays_two(kit: Any) -> None:
    header = ["What?", "What?/A", "What?/B", "What?", "What?/A", "What?/C", "_index"]
    tables = kit.tables(kit.csv([header, ["A", "1", "0", "A C", "1", "1", "1"]]))
    assert tables.tables[0].columns == ("What?", "What?")
    assert tables.tables[0].rows[0].cells == ("A", "A; C")


def test_a_question_that_moved_to_another_group_between_versions_is_one(kit: Any) -> None:
    header = ["organization", "old/service", "new/service", "__version__", "_index"]
    rows = [header, ["Hub", "Meals", "", "v1", "1"], ["Inn", "", "Beds", "v2", "2"]]
    survey = kit.read_answers({"a.csv": kit.csv(rows)})
    assert sorted(delivery.name for delivery in survey.records.deliveries) == ["Beds", "Meals"]


def test_labels_in_spanish_are_read(kit: Any) -> None:
    need = "Persona en crisis de salud mental, sin arma"
    header = ["Su organización/Organización", "Servicio", "Necesidades que atiende", f"Necesidades que atiende/{need}", "_index"]
    survey = kit.read_answers({"a.csv": kit.csv([header, ["Casa", "Crisis", need, "1", "1"]])})
    assert survey.records.services[0].needs == ("N01",)
    assert survey.records.organizations[0].name == "Casa"


def test_a_codebook_names_the_group_that_holds_one_delivery_each(kit: Any) -> None:
    main = [["organization", "_index"], ["Hub", 1]]
    programs = [["titulo", "_index", "_parent_table_name", "_parent_index"], ["Meals", 1, "Form", 1], ["Beds", 2, "Form", 1]]
    contacts = [["organization", "service", "_index", "_parent_table_name", "_parent_index"], ["x", "y", 1, "Form", 1]]
    content = kit.xlsx({"Form": main, "contacts": contacts, "programs": programs})
    codebook = 'list = "programs"\n[columns]\ntitulo = "service"\n'
    survey = kit.read_answers({"a.xlsx": content}, codebook=codebook)
    assert sorted(delivery.name for delivery in survey.records.deliveries) == ["Beds", "Meals"]
    assert [organization.name for organization in survey.records.organizations] == ["Hub"]


def test_a_choice_called_email_is_nobodys_address(kit: Any) -> None:
    chosen = {
        "kobo": [["reach", "reach/email", "reach/text", "_index"], ["email", "1", "0", "1"]],
        "odk": [["g-reach", "g-reach/email", "g-reach/text", "KEY", "meta-instanceID"], ["email", "1", "0", "a", "a"]],
        "redcap": [["record_id", "reach___email", "reach___text", "main_complete"], ["1", "1", "0", "2"]],
        "lime_survey": [["id", "submitdate", "lastpage", "startlanguage", "reach[email]", "reach[text]"], ["1", "2026-01-01", "1", "en", "Y", ""]],
        "survey_monkey": [["RespondentID", "reach", ""], ["", "email", "text"], ["1", "email", ""]],
        "qualtrics": [["Q1_1", "Q1_2"], ["reach? - email", "reach? - text"], ['{"ImportId":"QID1_1"}', '{"ImportId":"QID1_2"}'], ["email", ""]],
    }
    for tool, rows in chosen.items():
        table = kit.tables(kit.csv(rows)).tables[0]
        assert [row.cells[0] for row in table.rows] == ["email"], tool


def test_the_point_of_a_place_is_its_own_and_any_other_point_is_not(kit: Any) -> None:
    parts = ("", "_latitude", "_longitude", "_altitude", "_precision")
    header = ["organization", "service", *(f"{'_' if part else ''}site_point{part}" for part in parts), "_here_latitude", "_here_longitude", "_index"]
    cells = ["Hub", "Meals", "45.01 -93.29 0 5", "45.01", "-93.29", "0", "5", "45.5", "-93.5", "1"]
    kobo = kit.read_answers({"a.csv": kit.csv([header, cells])})
    header = ["organization", "service", *(f"site-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")), "here-Latitude"]
    cells = ["Hub", "Meals", "45.01", "-93.29", "0", "5", "45.5"]
    odk = kit.read_answers({"a.csv": kit.csv([[*header, "KEY", "meta-instanceID"], [*cells, "a", "a"]])})
    for survey in (kobo, odk):
        (delivery,) = survey.records.deliveries
        assert (delivery.location.longitude, delivery.location.latitude) == (-93.29, 45.01)
        assert "45.5" not in repr(survey.records)
