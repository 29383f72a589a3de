"""Exports of KoboToolbox: repeated groups inside repeated groups, boxes, typed others. Counts of real files were taken by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.readers import read_tables
from surveys.response import Origin

TITLE = "Community safety provider questionnaire 2026"  # 44 characters; the sheet is called by the first 28 and "..."


def sheets(kit: Any, *, path: str = "", details: bool = True, summary: bool = True) -> dict[str, list[list[object]]]:
    def boxes(question: str, choices: list[str]) -> list[str]:
        return ([question] if summary else []) + ([f"{question}/{choice}" for choice in choices] if details else [])

    def ticks(chosen: list[str], choices: list[str]) -> list[str]:
        return ([" ".join(chosen)] if summary else []) + ([str(int(choice in chosen)) for choice in choices] if details else [])

    def columns(question: str) -> list[str]:
        name = f"{path}{question}"
        return boxes(name, kit.choices(question)) if question in kit.lists and question != "area" else [name]

    root: list[list[object]] = [["start", "end", *kit.once, "_id", "_uuid", "_submission_time", "__version__", "_submitted_by", "_index"]]
    service: list[list[object]] = [[*(c for q in kit.each for c in columns(q)), "_index", "_parent_table_name", "_parent_index"]]
    days = ["mo", "tu", "sa"]
    slot: list[list[object]] = [[*boxes(f"{path}slot/days", days), f"{path}slot/opens", f"{path}slot/closes"]]
    slot[0] += ["_index", "_parent_table_name", "_parent_index"]
    for number, filled in enumerate(kit.answers, 1):
        time = "2026-10-01T09:00:00.000-05:00"
        root.append([time, time, *filled.once.values(), 900 + number, "u", time, "v1", "ana@example.org", number])
        for answers, shifts in zip(filled.services, filled.shifts, strict=True):
            cells: list[object] = []
            for question in kit.each:
                value = answers[question]
                # names of areas have spaces, so no tool can write them side by side; this form asks for them as text
                as_boxes = question in kit.lists and question != "area"
                cells += ticks(value, kit.choices(question)) if as_boxes else [kit.text(value)]
            service.append([*cells, len(service), TITLE, number])
            for chosen, opens, closes in shifts:
                slot.append([*ticks(list(chosen), days), f"{opens}:00.000-05:00", f"{closes}:00.000-05:00", len(slot), "service", len(service) - 1])
    return {f"{TITLE[:28]}...": root, "service": service, "slot": slot}


@pytest.mark.parametrize("path", ["", "service/", "services/service/"])
@pytest.mark.parametrize(("details", "summary"), [(True, True), (False, True), (True, False)])
def test_same_answers_as_the_spreadsheet(kit: Any, path: str, details: bool, summary: bool) -> None:
    survey = kit.same({"export.xlsx": kit.xlsx(sheets(kit, path=path, details=details, summary=summary))})
    crisis = next(d for d in survey.records.deliveries if d.name == "Crisis team")
    assert (crisis.sources["hours"].sheet, crisis.sources["hours"].row) == ("service", 2)
    drop_in = next(d for d in survey.records.deliveries if d.name == "Drop-in")
    assert (drop_in.sources["hours"].sheet, drop_in.sources["hours"].row) == ("slot", 2)
    assert "ana@example.org" not in repr(survey)


def test_repeats_hang_on_the_full_title_and_every_row_knows_its_sheets(kit: Any) -> None:
    tables = kit.tables(kit.xlsx(sheets(kit)), "export.xlsx")
    assert tables.repeats == {"service": 3, "slot": 2}
    (table,) = tables.tables
    assert len(table.rows) == 4  # three services, and an organization without any
    drop_in = table.rows[1]
    name = f"{TITLE[:28]}..."
    assert drop_in.origins[:3] == (Origin("export.xlsx", name, 2), Origin("export.xlsx", "service", 3), Origin("export.xlsx", "slot", 2))
    assert table.rows[3].cells[0] == "Only a Name"
    assert table.rows[3].origins[1] == Origin("export.xlsx", name, 4)


def test_the_time_of_sending_is_the_date_where_the_form_does_not_ask(kit: Any) -> None:
    content = [["organization", "end", "_index"], ["Hub", "2026-03-14T14:18:35.000-04:00", 1]]
    survey = kit.read_answers({"export.xlsx": kit.xlsx({"Form": content})})
    assert [str(response.date) for response in survey.records.responses] == ["2026-03-14"]
    assert survey.records.responses[0].source.column == "organization"


def test_repeats_with_no_rows_cost_no_answer(kit: Any) -> None:
    content = sheets(kit)
    inner = {**content, "slot": content["slot"][:1]}
    tables = kit.tables(kit.xlsx(inner), "export.xlsx")
    assert tables.repeats == {"service": 3, "slot": 0}
    assert len(tables.tables[0].rows) == 4  # three services, and an organization without any
    outer = {**inner, "service": content["service"][:1]}
    tables = kit.tables(kit.xlsx(outer), "export.xlsx")
    assert tables.repeats == {"service": 0, "slot": 0}
    assert kit.column(tables, "organization") == ["Peña House", "Faith Patrol", "Only a Name"]
    assert not [issue for issue in tables.issues if issue.severity != "info"]


def test_a_group_with_no_rows_beside_its_newer_version_changes_nothing(kit: Any) -> None:
    content = sheets(kit)
    with_old = {f"{TITLE[:28]}...": content[f"{TITLE[:28]}..."], "program": content["service"][:1], **content}
    kit.same({"export.xlsx": kit.xlsx(with_old)})


def test_a_repeat_that_belongs_to_nobody_is_told_and_costs_itself(kit: Any) -> None:
    content = sheets(kit)
    content["service"][1][-1] = 77
    tables = kit.tables(kit.xlsx(content), "export.xlsx")
    assert "repeat_orphan" in kit.codes(tables)
    assert len(tables.tables[0].rows) == 3  # Drop-in, Night walk, Only a Name


def test_csv_says_that_repeats_are_lost(kit: Any) -> None:
    tables = kit.tables(kit.csv([["organization", "_uuid", "_submission_time", "_index"], ["Hub", "u", "2026-01-01", "1"]], delimiter=";", quoting=1))
    assert tables.format == "KoboToolbox, csv (semicolon)"
    assert "repeats_lost" in kit.codes(tables)


def test_not_available_in_a_split_column_is_not_ticked_and_an_answer_without_a_box_is_kept(kit: Any) -> None:
    rows = [["needs", "needs/N01", "needs/N02", "_index"], ["N01", "1", "n/a", "1"], ["N09", "n/a", "n/a", "2"]]
    assert kit.column(kit.tables(kit.csv(rows)), "needs") == ["N01", "N09"]


def test_choices_with_commas_stay_whole(kit: Any) -> None:
    rows = [["What?", "What?/Waste, food and clothing", "What?/Shelter/beds", "_index"], ["x y", "1", "0", "1"], ["x y", "1", "1", "2"]]
    assert kit.column(kit.tables(kit.csv(rows)), "What?") == ["Waste, food and clothing;", "Waste, food and clothing; Shelter/beds"]


def test_a_contact_persons_phone_is_no_public_phone(kit: Any) -> None:
    rows = [["organization", "contact_person/phone", "contact_person/name", "_index"], ["Hub", "612-555-0199", "Ana", "1"]]
    tables = kit.tables(kit.csv(rows))
    assert "Ana" not in repr(tables.tables)
    assert "0199" not in repr(tables.tables)
    assert kit.codes(tables).count("personal_column_dropped") == 2


def test_answers_that_were_not_approved_are_left_out_and_told(kit: Any) -> None:
    rows = [["organization", "_validation_status", "_index"], ["Hub", "Not Approved", "1"], ["Inn", "Approved", "2"]]
    tables = kit.tables(kit.csv(rows))
    assert kit.column(tables, "organization") == ["Inn"]
    assert [(i.row) for i in tables.issues if i.code == "answer_rejected"] == [2]


def test_real_export_with_a_repeat(shared_data: Path) -> None:
    tables = read_tables(shared_data / "surveys" / "kobo_grouped_repeat.xlsx", "k.xlsx")
    assert tables.repeats == {"houshold_member_repeat": 13}
    (table,) = tables.tables
    at = [table.columns.index(name) for name in ("household_location", "household_member_name")]
    by_hand = {
        "montreal": "peter", "marseille": "kyle linda", "rocky mountains": "morty", "toronto": "tony mary", "new york": "emma parker",
        "boston": "amadou esteban suzie fiona phillip",
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for row in table.rows:
        found.setdefault(row.cells[at[0]], []).append(row.cells[at[1]])
    assert {place: " ".join(names) for place, names in found.items()} == by_hand


def test_real_export_with_choices_and_typed_others(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "kobo_select_multiple_or_other.xlsx", "k.xlsx")
    assert kit.column(tables, "fav_emperor") == ["Nero", "augustus", "Marcus Aurelius"]
    assert kit.column(tables, "fav_emperors") == ["caligula; Commodus", "julius; tiberius", "julius; augustus"]


def test_real_csv_exports(shared_data: Path, kit: Any) -> None:
    repeat = read_tables(shared_data / "surveys" / "kobo_grouped_repeat.csv", "k.csv")
    assert len(repeat.tables[0].rows) == 6
    assert "repeats_lost" in kit.codes(repeat)
    choices = read_tables(shared_data / "surveys" / "kobo_select_multiple.csv", "k.csv")
    assert [len(cell.split(";")) for cell in kit.column(choices, "dietary_accommodations")] == [1, 2, 4]
