"""Exports of REDCap: repeated instruments, checkboxes, the data dictionary, events, instruments that are not complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.readers import read_tables

DICTIONARY = [
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels", "Field Note"),
    *("Text Validation Type OR Show Slider Number", "Identifier?"),
]
WORDS = {"mobile": "Mobile", "walk_in": "Walk-in", "yes": "Yes", "no": "No"}


def field(name: str, form: str, kind: str = "text", label: str = "", choices: str = "", identifier: str = "") -> list[str]:
    return [name, form, "", kind, label, choices, "", "", identifier]


def project(kit: Any, *, dictionary: bool) -> dict[str, bytes]:
    """One record for each organization, and the instrument "service" again for each service."""
    each = (*kit.each, *kit.shifts)
    codes = {question: {choice: str(at if at < 2 else -at) for at, choice in enumerate(kit.choices(question), 1)} for question in kit.lists}
    modes = {"mobile": "1", "walk_in": "2"}

    def boxes(question: str) -> list[str]:
        if not dictionary:
            return [f"{question}___{choice.lower()}" for choice in kit.choices(question)]
        return [f"{question}___{code.replace('-', '_')}" for code in codes[question].values()]

    def as_boxes(question: str) -> bool:
        return question in kit.lists and (dictionary or question != "area")  # a code has no spaces

    service = [name for question in each for name in (boxes(question) if as_boxes(question) else [question])]
    head = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "organization_timestamp", *kit.once]
    head += ["contact_name", "organization_complete", *service, "service_complete"]
    rows = [head]
    for number, filled in enumerate(kit.answers, 1):
        base = [str(number), "", "", "2026-10-01 09:00", *filled.once.values(), "Ana Lee", "2"]
        rows.append([*base, *[""] * (len(service) + 1)])
        for nth, (answers, shifts) in enumerate(zip(filled.services, filled.shifts, strict=True), 1):
            row = [str(number), "service", str(nth), *[""] * (len(base) - 3)]
            for question in kit.each:
                value = answers[question]
                if as_boxes(question):
                    row += [str(int(choice in value)) for choice in kit.choices(question)]
                elif dictionary and question == "mode":
                    row.append(modes[value])
                elif dictionary and question == "requires_id":
                    row.append({"yes": "1", "no": "0", "": ""}[value])
                else:
                    row.append(kit.text(value))
            rows.append([*row, *kit.shift_texts(shifts), "2"])
    files = {"data.csv": kit.csv(rows)}
    if dictionary:
        fields = [DICTIONARY, field("record_id", "organization"), *(field(question, "organization") for question in kit.once)]
        fields.append(field("contact_name", "organization", label="Your name", identifier="y"))
        for question in each:
            if question in kit.lists:
                words = " | ".join(f"{code}, {choice}" for choice, code in codes[question].items())
                fields.append(field(question, "service", "checkbox", choices=words))
            elif question == "mode":
                fields.append(field(question, "service", "radio", choices="1, Mobile | 2, Walk-in"))
            else:
                fields.append(field(question, "service", "yesno" if question == "requires_id" else "text"))
        files["dictionary.csv"] = kit.csv(fields)
    return files


@pytest.mark.parametrize("dictionary", [True, False])
def test_same_answers_as_the_spreadsheet(kit: Any, dictionary: bool) -> None:
    survey = kit.same(project(kit, dictionary=dictionary))
    assert "Ana Lee" not in repr(survey)
    codes = [issue.code for issue in survey.issues]
    assert ("dictionary_missing" in codes) is not dictionary
    assert ("read_with_another" in codes) is dictionary
    night = next(d for d in survey.records.deliveries if d.name == "Night walk")
    assert night.sources["hours"].row == 6  # below the header: a record, its two services, a record


def test_a_project_as_zip(kit: Any) -> None:
    kit.same({"redcap.zip": kit.zip(project(kit, dictionary=True))})


def test_an_instrument_that_is_not_complete_is_an_unfinished_answer(kit: Any) -> None:
    rows = [["record_id", "organization", "service", "needs___n01", "main_complete"], ["1", "Hub", "Meals", "0", "2"], ["2", "Inn", "Beds", "1", "1"]]
    survey = kit.read_answers({"data.csv": kit.csv(rows)})
    assert [issue.row for issue in survey.issues if issue.code == "unfinished_answer"] == [3]
    assert {r.organization: r.is_complete for r in survey.records.responses} == {"hub": True, "inn": False}


def test_events_of_one_record_share_what_only_one_of_them_says(kit: Any) -> None:
    rows = [
        ["record_id", "redcap_event_name", "organization", "hours", "main_complete"],
        ["1", "baseline_arm_1", "Hub", "24/7", "2"],
        ["1", "later_arm_1", "", "Mo 9-5", "2"],
    ]
    tables = kit.tables(kit.csv(rows))
    assert [row.cells for row in tables.tables[0].rows] == [("Hub", "24/7"), ("Hub", "Mo 9-5")]


def test_an_export_with_labels_is_read(kit: Any) -> None:
    rows = [
        ["Record ID", "Repeat Instrument", "Repeat Instance", "Organization", "Complete?", "Service", "Groups (choice=Youth)", "Complete?"],
        ["1", "", "", "Hub", "Complete", "", "", ""],
        ["1", "Service", "1", "", "", "Meals", "Checked", "Complete"],
        ["1", "Service", "2", "", "", "Beds", "Unchecked", "Incomplete"],
    ]
    tables = kit.tables(kit.csv(rows))
    assert tables.repeats == {"Service": 2}
    assert [row.cells for row in tables.tables[0].rows] == [("Hub", "Meals", "Youth"), ("Hub", "Beds", "")]


def test_a_minus_in_a_code_is_an_underscore_in_its_column(kit: Any) -> None:
    rows = [["record_id", "why___1", "why____99", "main_complete"], ["1", "1", "1", "2"], ["2", "0", "1", "2"]]
    tables = kit.tables(kit.csv(rows))
    assert kit.column(tables, "why") == ["1; -99", "-99"]


def test_real_project_with_a_repeated_instrument(shared_data: Path, kit: Any) -> None:
    name = "redcap_repeating_instruments_data.csv"
    tables = read_tables(shared_data / "surveys" / name, name)
    assert tables.repeats == {"bp": 4}
    (table,) = tables.tables
    at = [table.columns.index(column) for column in ("sex", "race", "date_bp", "bp_systolic")]
    assert [tuple(row.cells[i] for i in at) for row in table.rows] == [
        ("Female", "White", "2019-10-14", "110"),
        ("Female", "White", "2019-10-14", "111"),
        ("Female", "White", "2019-10-14", "112"),
        ("Male", "Unknown / Not Reported", "2004-04-04", "114"),
    ]
    assert not {"first_name", "dob"} & set(table.columns)


def test_real_project_with_checkboxes(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "redcap_simple_data.csv", "redcap_simple_data.csv")
    assert kit.column(tables, "race") == [
        "White",
        "Native Hawaiian or Other Pacific Islander; White",
        "Black or African American; White",
        "Asian; White",
        "American Indian/Alaska Native; Unknown / Not Reported",
    ]
    assert [row.is_finished for row in tables.tables[0].rows] == [False, False, True, True, False]
    for text in ("Nutmeg", "nutty@mouse.com", "321-1111", "Rose Cottage"):
        assert text not in repr(tables)
    survey = read_tables(shared_data / "surveys" / "redcap_survey_data.csv", "redcap_survey_data.csv")
    assert kit.column(survey, "consent") == ["I consent", ""]
    assert "aaa@bbb.com" not in repr(survey)


def test_two_projects_side_by_side_take_their_own_dictionaries(kit: Any) -> None:
    def data(name: str) -> bytes:
        return bytes(kit.csv([["record_id", "organization", name, "main_complete"], ["1", f"Hub {name}", "1", "2"]]))

    def words(name: str) -> bytes:
        fields = [field("record_id", "main"), field("organization", "main"), field(name, "main", "radio", choices=f"1, Word of {name}")]
        return bytes(kit.csv([DICTIONARY, *fields]))

    files = {"a.csv": data("one"), "b.csv": words("one"), "c.csv": data("two"), "d.csv": words("two")}
    tables = kit.tables(kit.zip(files), "both.zip")
    assert sorted(row.cells for table in tables.tables for row in table.rows) == [("Hub one", "Word of one"), ("Hub two", "Word of two")]
    survey = kit.read_answers(files)
    assert sorted(file.file for file in survey.files if file.used) == ["responses/a.csv", "responses/c.csv"]
