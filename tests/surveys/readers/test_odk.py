"""Exports of ODK Central: a ZIP or a folder of CSV files, one for each repeated group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.readers import read_tables
from surveys.response import Origin

META = ["SubmissionDate", "meta-instanceID"]
TAIL = [
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
]


def files(kit: Any, *, split: bool = True, rejected: bool = False) -> dict[str, bytes]:
    def header(question: str) -> list[str]:
        name = f"service-{question}"
        if question in kit.lists and question != "area" and split:
            return [name, *(f"{name}/{choice}" for choice in kit.choices(question))]
        return [name]

    def cells(question: str, value: Any) -> list[str]:
        if question not in kit.lists or question == "area":
            return [kit.text(value)]
        ticks = [str(int(choice in value)) for choice in kit.choices(question)] if split else []
        return [" ".join(value), *ticks]

    root = [[*META, *(f"org-{question}" for question in kit.once), *TAIL]]
    service = [[*(name for question in kit.each for name in header(question)), "PARENT_KEY", "KEY"]]
    slot = [["days", "opens", "closes", "PARENT_KEY", "KEY"]]
    for number, filled in enumerate(kit.answers):
        key = f"uuid:{number}"
        tail = [key, "5", "Ana Lee", "0", "0", "", "", "collect:x", "0", "1"]
        root.append(["2026-10-01T14:00:00.000Z", key, *filled.once.values(), *tail])
        for nth, (answers, shifts) in enumerate(zip(filled.services, filled.shifts, strict=True), 1):
            own = f"{key}/service[{nth}]"
            service.append([*(cell for question in kit.each for cell in cells(question, answers[question])), key, own])
            for at, (days, opens, closes) in enumerate(shifts, 1):
                slot.append([" ".join(days), f"{opens}:00.000-05:00", f"{closes}:00.000-05:00", own, f"{own}/slot[{at}]"])
    if rejected:
        root.append(["2026-10-01T14:00:00.000Z", "uuid:9", "Nobody", *[""] * 6, "uuid:9", "", "", "0", "0", "", "rejected", "", "0", "1"])
        service.append([*[""] * (len(service[0]) - 2), "uuid:9", "uuid:9/service[1]"])
    return {"safety.csv": kit.csv(root), "safety-service.csv": kit.csv(service), "safety-slot.csv": kit.csv(slot)}


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("zipped", [True, False])
def test_same_answers_as_the_spreadsheet(kit: Any, split: bool, zipped: bool) -> None:
    export = files(kit, split=split, rejected=True)
    survey = kit.same({"safety.zip": kit.zip(export)} if zipped else {f"odk/{name}": content for name, content in export.items()})
    where = "responses/safety.zip/" if zipped else "responses/odk/"
    crisis = next(d for d in survey.records.deliveries if d.name == "Crisis team")
    assert (crisis.sources["hours"].file, crisis.sources["hours"].row) == (f"{where}safety-service.csv", 2)
    rejected = [issue for issue in survey.issues if issue.code == "answer_rejected"]
    assert [(issue.file, issue.row) for issue in rejected] == [(f"{where}safety.csv", 5)]
    assert "Ana Lee" not in repr(survey)


def test_files_of_repeated_groups_are_read_with_the_form_and_not_again(kit: Any) -> None:
    survey = kit.read_answers(files(kit))
    assert [file.file for file in survey.files if file.used] == ["responses/safety.csv"]
    assert [file.format for file in survey.files if file.used] == ["ODK Central, csv (comma)"]
    assert [issue.code for issue in survey.issues].count("read_with_another") == 2


def test_a_folder_is_one_export(kit: Any) -> None:
    folder = kit.folder / "export"
    folder.mkdir()
    for name, content in files(kit).items():
        (folder / name).write_bytes(content)
    tables = read_tables(folder, "export")
    assert tables.repeats == {"service": 3, "slot": 2}
    assert tables.tables[0].rows[1].origins[2] == Origin("export/safety-slot.csv", "", 2)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_repeat_with_no_rows_costs_no_answer_and_is_nothing_amiss(kit: Any, zipped: bool) -> None:
    heads = {name: content.splitlines(keepends=True)[0] for name, content in files(kit).items()}
    export = {**heads, "safety.csv": files(kit)["safety.csv"]}
    survey = kit.read_answers({"safety.zip": kit.zip(export)} if zipped else {f"odk/{name}": content for name, content in export.items()})
    assert sorted(organization.name for organization in survey.records.organizations) == ["Faith Patrol", "Only a Name", "Peña House"]
    assert survey.records.deliveries == ()
    assert "no_answers" not in kit.codes(survey)
    assert [(i.row, i.text) for i in survey.issues if i.code == "nothing_but_a_name"] == [(2, "Peña House"), (3, "Faith Patrol"), (4, "Only a Name")]


def test_a_repeat_without_its_form_is_told(kit: Any) -> None:
    tables = kit.tables(files(kit)["safety-service.csv"], "safety-service.csv")
    assert tables.tables == ()
    assert kit.codes(tables) == ["root_missing"]


def test_an_answer_with_issues_is_read_and_told(kit: Any) -> None:
    rows = [["SubmissionDate", "meta-instanceID", "organization", "KEY", "ReviewState"], ["2026-01-01", "a", "Hub", "a", "hasIssues"]]
    tables = kit.tables(kit.csv(rows))
    assert kit.column(tables, "organization") == ["Hub"]
    assert "answer_doubtful" in kit.codes(tables)


def test_group_names_before_a_question_are_found_and_two_that_end_alike_are_not_mixed(kit: Any) -> None:
    rows = [["SubmissionDate", "meta-instanceID", "org-name", "site-name", "org-type", "KEY"], ["2026-01-01", "a", "Hub", "North", "faith", "a"]]
    assert kit.tables(kit.csv(rows)).tables[0].names[:3] == (("org-name", "org_name"), ("site-name", "site_name"), ("org-type", "org_type", "type"))


def test_real_export_with_a_repeat(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "odk_central_singlerepeat.csv", "odk_central_singlerepeat.csv")
    assert tables.repeats == {"child": 3}
    table = tables.tables[0]
    assert [row.cells[0] for row in table.rows] == ["Alice", "Bob", "Bob", "Chelsea"]
    assert [row.cells[-2:] for row in table.rows] == [("", ""), ("Billy", "4"), ("Blaine", "6"), ("Candace", "2")]
    child = read_tables(shared_data / "surveys" / "odk_central_singlerepeat-child.csv", "odk_central_singlerepeat-child.csv")
    assert kit.codes(child) == ["read_with_another"]


def test_real_export_with_split_choices(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "odk_central_selectMultiple_split.csv", "o.csv")
    assert kit.column(tables, "q1") == ["b", "a; b"]
    assert kit.column(tables, "g1-q2") == ["m; x", "x; y; z"]
    assert "Alice" not in repr(tables)
