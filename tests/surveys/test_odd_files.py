"""Files as they really come, all invented: `inspect` and `check` end with issues, never with a traceback, and no good row is lost.

Each file holds two good answers, Hub (24/7) and Inn (Mo-Fr 09:00-17:00), and something odd beside them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from surveys.inspect import inspect_file

HEAD = ["organization", "service", "mode", "hours"]
HUB, INN = ["Hub", "Meals", "walk-in", "24/7"], ["Inn", "Beds", "walk-in", "Mo-Fr 09:00-17:00"]


def lines(*rows: list[str], delimiter: str = ",", end: str = "\n") -> str:
    return end.join(delimiter.join(row) for row in rows) + end


PLAIN = lines(HEAD, HUB, INN)


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, HUB, INN):
        sheet.append(row)
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def merged_header(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Who keeps people safe, 2026"
    sheet.merge_cells("A1:D1")
    sheet["A2"] = "About you"
    sheet["B2"] = "About the service"
    sheet.merge_cells("B2:D2")


def totals_row(book: openpyxl.Workbook) -> None:
    book.active.append(["Total", "2", "", ""])


def hidden_sheets(book: openpyxl.Workbook) -> None:
    hidden = book.create_sheet("lists")
    hidden.sheet_state = "hidden"
    for word in ("walk-in", "phone"):
        hidden.append([word])
    very = book.create_sheet("old")
    very.sheet_state = "veryHidden"
    very.append(["x"])


def formulas(book: openpyxl.Workbook) -> None:
    book.active["F1"] = "sum"
    book.active["F2"] = "=SUM(1,2)"
    book.active["F3"] = '=HYPERLINK("http://x.example","y")'


def errors(book: openpyxl.Workbook) -> None:
    book.active["E1"] = "teams"
    book.active["E2"] = "#REF!"
    book.active["E3"] = "#N/A"


def nested_repeats() -> bytes:
    """Kobo: three levels, a group without rows, titles longer than a sheet's name, and a row whose parent is gone."""
    title = "Who keeps people safe in our town, the long form of 2026"
    sheets: Mapping[str, list[list[str]]] = {
        title[:28] + "...": [["organization", "_index"], ["Hub", "1"], ["Inn", "2"], ["Owl", "3"]],
        "service": [
            ["service_name", "_index", "_parent_table_name", "_parent_index"],
            *(["Meals", "1", title, "1"], ["Beds", "2", title, "2"], ["Lost", "3", title, "99"]),
        ],
        "delivery": [
            ["mode", "_index", "_parent_table_name", "_parent_index"],
            *(["walk_in", "1", "service", "1"], ["phone", "2", "service", "1"], ["walk_in", "3", "service", "2"]),
        ],
        "slot": [
            ["days", "opens", "closes", "_index", "_parent_table_name", "_parent_index"],
            *(["mo tu we th fr sa su", "00:00", "24:00", "1", "delivery", "1"], ["mo tu we th fr", "09:00", "17:00", "2", "delivery", "3"]),
        ],
        "empty": [["note", "_index", "_parent_table_name", "_parent_index"]],
    }
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


LONGITUDINAL = lines(
    [
        "record_id",
        "redcap_event_name",
        "redcap_repeat_instrument",
        "redcap_repeat_instance",
        "organization",
        "main_complete",
        *HEAD[1:],
        "s_complete",
    ],
    ["1", "wave_1_arm_1", "", "", "Hub", "2", "", "", "", ""],
    ["1", "wave_1_arm_1", "s", "1", "", "", *HUB[1:], "2"],
    ["2", "wave_1_arm_1", "", "", "Inn", "2", "", "", "", ""],
    ["2", "wave_2_arm_1", "s", "1", "", "", *INN[1:], "2"],
    ["3", "wave_2_arm_1", "", "", "", "0", "", "", "", ""],
)
TWO_HEADERS = lines(["", "", "About the service", ""], HEAD, HUB, INN)
WEB_PAGE = "<html><body><table><tr><th>organization</th></tr><tr><td>Hub</td></tr></table></body></html>"
WIDE = lines([*HEAD, *(f"extra {n}" for n in range(10_000))], [*HUB, *["x"] * 10_000], [*INN, *["y"] * 10_000])

GOOD: Mapping[str, tuple[str, bytes]] = {
    "cp1252": ("a.csv", PLAIN.replace("Hub", "Peña Hub").encode("cp1252")),
    "utf-16": ("a.csv", PLAIN.encode("utf-16")),
    "utf-16 without a mark": ("a.csv", PLAIN.encode("utf-16-le")),
    "mojibake": ("a.csv", PLAIN.replace("Meals", "CafÃ©").encode()),
    "one bad byte": ("a.csv", PLAIN.replace("Meals", "Me\x00als").encode() + b"\xff\xfe\n"),
    "semicolons in a .csv": ("a.csv", lines(HEAD, HUB, INN, delimiter=";").encode()),
    "tabs in a .csv": ("a.csv", lines(HEAD, HUB, INN, delimiter="\t").encode()),
    "bars in a .txt": ("a.txt", lines(HEAD, HUB, INN, delimiter="|").encode()),
    "old Mac line ends": ("a.csv", lines(HEAD, HUB, INN, end="\r").encode()),
    "sep= line of a spreadsheet": ("a.csv", ("sep=;\n" + lines(HEAD, HUB, INN, delimiter=";")).encode()),
    "a title and blank lines above": ("a.csv", ("Answers of 2026,,,\n,,,\n" + PLAIN).encode()),
    "two rows of headers": ("a.csv", TWO_HEADERS.encode()),
    "a header that comes again": ("a.csv", lines(HEAD, HUB, HEAD, INN).encode()),
    "duplicate headers": ("a.csv", lines([*HEAD, "hours"], [*HUB, ""], [*INN, ""]).encode()),
    "blank headers": ("a.csv", lines([*HEAD, "", ""], [*HUB, "", "x"], [*INN, "", ""]).encode()),
    "10,000 columns more": ("a.csv", WIDE.encode()),
    "rows that are too long and too short": ("a.csv", lines(HEAD, HUB, ["Owl", "Night", "walk-in", "24/7", "x", "y"], ["Elk"], INN).encode()),
    "a quote never closed": ("a.csv", lines(HEAD, HUB, ['"Owl', "Night", "walk-in", "24/7"], INN).encode()),
    "totals below": ("a.xlsx", workbook(totals_row)),
    "merged header cells": ("a.xlsx", workbook(merged_header)),
    "hidden sheets": ("a.xlsx", workbook(hidden_sheets)),
    "formulas": ("a.xlsx", workbook(formulas)),
    "errors in cells": ("a.xlsx", workbook(errors)),
    "a workbook called .csv": ("a.csv", workbook(lambda _: None)),
    "a CSV called .xlsx": ("a.xlsx", PLAIN.encode()),
    "nested repeats of Kobo": ("a.xlsx", nested_repeats()),
    "REDCap with events and repeats": ("a.csv", LONGITUDINAL.encode()),
}  # fmt: skip
EXPECTED_ISSUE = {
    "cp1252": "encoding", "utf-16": "encoding", "utf-16 without a mark": "encoding", "duplicate headers": "column_twice",
    "10,000 columns more": "column_unmapped", "rows that are too long and too short": "row_malformed",
    "a header that comes again": "header_again", "totals below": "totals_row", "nested repeats of Kobo": "repeat_orphan",
    "formulas": "column_unmapped",
    "REDCap with events and repeats": "unfinished_answer",
}  # fmt: skip
BAD: Mapping[str, tuple[str, bytes]] = {
    "a web page called .csv": ("a.csv", WEB_PAGE.encode()),
    "a web page called .xls": ("a.xls", WEB_PAGE.encode()),
    "a PDF called .csv": ("a.csv", b"%PDF-1.7\n" + bytes(range(256))),
    "a picture called .xlsx": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "nothing": ("a.csv", b""),
    "only a mark": ("a.csv", b"\xff\xfe"),
    "only a header": ("a.csv", b"organization,service\n"),
    "only blanks": ("a.csv", b",,,\n,,,\n"),
    "a workbook cut in half": ("a.xlsx", workbook(lambda _: None)[:1500]),
    "a ZIP in a ZIP": ("a.zip", b""),
    "JSON that ends too soon": ("a.json", b'[{"organization": "Hub"'),
}


def zip_in_zip() -> bytes:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", PLAIN)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    return outer.getvalue()


@pytest.mark.parametrize("what", GOOD)
def test_check_keeps_both_good_answers_of_an_odd_file(what: str, read_answers: Any) -> None:
    name, content = GOOD[what]
    survey = read_answers({name: content})
    hours = {}
    for delivery in survey.records.deliveries:
        hours.setdefault(delivery.organization, []).append(delivery.hours)
    by_name = {organization.name.replace("Peña ", ""): hours.get(organization.key, []) for organization in survey.records.organizations}
    known = {name: {given.of_kind("open").hours for given in found if hasattr(given, "of_kind")} for name, found in by_name.items()}
    assert known["Hub"] == {168.0}
    assert known["Inn"] == {40.0}
    if what in EXPECTED_ISSUE:
        assert EXPECTED_ISSUE[what] in {issue.code for issue in survey.issues}
    assert all(issue.message and issue.file for issue in survey.issues)


@pytest.mark.parametrize("what", GOOD)
def test_inspect_of_an_odd_file_says_what_it_is(what: str, tmp_path: Path) -> None:
    name, content = GOOD[what]
    (tmp_path / name).write_bytes(content)
    seen = inspect_file(tmp_path / name)
    assert seen.kind == "answers"
    assert seen.detected
    assert "organization" in {column.question for table in seen.tables for column in table.columns}
    seen.as_dict()


@pytest.mark.parametrize("what", BAD)
def test_a_file_without_answers_is_told_and_costs_the_others_nothing(what: str, read_answers: Any, tmp_path: Path) -> None:
    name, content = BAD[what]
    content = content or (zip_in_zip() if what == "a ZIP in a ZIP" else b"")
    survey = read_answers({name: content, "good.csv": PLAIN})
    assert sorted(organization.name for organization in survey.records.organizations) == ["Hub", "Inn"]
    assert [issue for issue in survey.issues if issue.file == f"responses/{name}" and issue.message]
    (tmp_path / name).write_bytes(content)
    assert inspect_file(tmp_path / name).issues


def test_a_totals_row_is_no_organization_that_answered(read_answers: Any) -> None:
    survey = read_answers({"a.xlsx": GOOD["totals below"][1]})
    assert [organization.name for organization in survey.records.organizations] == ["Hub", "Inn"]
    assert [issue.text for issue in survey.issues if issue.code == "totals_row"] == ["Total"]
