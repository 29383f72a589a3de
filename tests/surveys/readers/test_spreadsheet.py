"""CSV files and workbooks as they really come."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter

from surveys.readers import read_tables
from surveys.readers.spreadsheet import read_csv
from surveys.response import Table, Tables


def rows(tables: Tables) -> list[tuple[str, ...]]:
    (table,) = tables.tables
    return [row.cells for row in table.rows]


def codes(tables: Tables) -> list[str]:
    return [issue.code for issue in tables.issues]


ROWS = [("Peña House", "Mo-Fr 09:00-12:00, 13:00-17:00"), ("Hub", "24/7")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "mac_roman"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ", "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_delimiter_and_line_end_gives_the_same_cells(encoding: str, delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in [("organization", "hours"), *ROWS])
    tables = read_csv(text.encode(encoding), "a.csv")
    assert tables.tables[0].columns == ("organization", "hours")
    assert rows(tables) == ROWS
    assert codes(tables) == ([] if encoding.startswith("utf-8") else ["encoding"])


def test_an_encoding_that_is_not_utf_8_is_said() -> None:
    tables = read_csv("name,x\nPeña,1\n".encode("cp1252"), "a.csv")
    assert tables.encoding == "cp1252"
    assert "cp1252" in tables.issues[0].message


@pytest.mark.parametrize(
    "text",
    [
        "Peña",
        "José",
        "García",
        "Martínez",
        "Clínica",
        "policía",
        "según",
        "más",
        "atención",
        "don’t",
        "“Food” bank",
        "9:00 – 17:00",
        "CAFÉ",
        "• Meals",
    ],
)
def test_a_file_from_an_older_mac_is_told_from_one_from_windows(text: str) -> None:
    for encoding in ("mac_roman", "cp1252"):
        tables = read_csv(f"name,x\n{text},1\n".encode(encoding), "a.csv")
        assert (rows(tables), codes(tables)) == ([(text, "1")], ["encoding"])


@pytest.mark.parametrize(
    "text", ["Mon–Fri 9–5", "food—hot meals", "Kids’ meals", "ma’am", "O’Brien", "Adult–oriented", "‘open’", "São Paulo", "90° ½ ©"]
)
def test_dashes_and_quotes_of_windows_are_not_taken_for_letters_of_a_mac(text: str) -> None:
    assert rows(read_csv(f"name,x\n{text},1\n".encode("cp1252"), "a.csv")) == [(text, "1")]


def test_nul_bytes_no_break_spaces_and_soft_hyphens_are_cleaned() -> None:
    tables = read_csv("\ufeffname\u00a0,\u00a0hours\n\u00a0Hub\x00,Mon \u00ad Fri\n".encode(), "a.csv")
    assert tables.tables[0].columns == ("name", "hours")
    assert rows(tables) == [("Hub", "Mon - Fri")]


def test_line_breaks_inside_quotes_belong_to_the_answer_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    tables = read_csv(b'name,notes\r\n\r\nHub,"one\r\ntwo, ""three"""\r\nNub,x\r\n', "a.csv")
    (table,) = tables.tables
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("Hub", 'one\ntwo, "three"')), (4, ("Nub", "x"))]


def test_a_row_with_quotes_that_were_not_doubled_is_cut_at_the_marks_between_cells_and_told() -> None:
    tables = read_csv(b'"name","what","fee"\n"Food Bank","lets people "shop" for food, all week","None"\n"Hub","x","y"\n', "a.csv")
    assert rows(tables) == [("Food Bank", 'lets people "shop" for food, all week', "None"), ("Hub", "x", "y")]
    (issue,) = tables.issues
    assert (issue.code, issue.row) == ("row_repaired", 2)
    assert issue.text == '"Food Bank","lets people "shop" for food, all week","None"'


def test_a_row_nobody_can_cut_costs_that_row_only() -> None:
    tables = read_csv(b"name,what\nHub,a,b,c\nNub,x\n", "a.csv")
    assert rows(tables) == [("Nub", "x")]
    (issue,) = tables.issues
    assert (issue.code, issue.severity, issue.row, issue.text) == ("row_malformed", "error", 2, "Hub,a,b,c")


def test_a_short_row_is_filled_up_and_told() -> None:
    tables = read_csv(b"name,what,fee\nHub,a\nNub,b,c,,\n", "a.csv")
    assert rows(tables) == [("Hub", "a", ""), ("Nub", "b", "c")]
    assert [(issue.code, issue.row) for issue in tables.issues] == [("row_short", 2)]


@pytest.mark.parametrize("n_rows", [3, 500])
def test_a_quotation_mark_never_closed_costs_its_row_and_not_the_rest_of_the_file(n_rows: int) -> None:
    lines = ["name,what,fee", 'Bad,"open,none', *(f"Hub {n},x,y" for n in range(n_rows))]
    tables = read_csv("\n".join(lines).encode(), "a.csv")
    assert rows(tables)[-n_rows:] == [(f"Hub {n}", "x", "y") for n in range(n_rows)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n \n", "file_empty"),
        (b"\xff\xfe", "file_empty"),
        (b",,,\n,,\n", "file_empty"),
        (b"name,hours\n", "no_answers"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "html_not_table"),
        (b"\xef\xbb\xbf\n<!doctype html>\n<p>Sign in", "html_not_table"),
        (b"%PDF-1.7 ...", "pdf_not_table"),
        (bytes(range(256)) * 4, "file_unreadable"),
        (b"PK\x03\x04 broken", "file_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "file_unreadable"),
    ],
)
def test_a_file_that_is_no_table_says_what_it_is(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    tables = read_tables(path, "responses/answers.csv")
    assert code in codes(tables)
    assert all(issue.file == "responses/answers.csv" and issue.message for issue in tables.issues)


def test_a_csv_that_only_begins_like_a_page_is_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("<script>,hours\nHub,24/7\n", encoding="utf-8")
    assert rows(read_tables(path, "a.csv")) == [("Hub", "24/7")]


# -- workbooks ---------------------------------------------------------------------------------------------------------------------------------


def workbook(tmp_path: Path) -> Path:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    dates, times = book.add_format({"num_format": "m/d/yyyy"}), book.add_format({"num_format": "h:mm"})
    sheet = book.add_worksheet("Answers")
    sheet.write_row(1, 0, ["organization", "date", "opens", "teams", "share", "open?", "sum", "text"])
    sheet.write_string(3, 0, "Peña\u00a0House")
    sheet.write_datetime(3, 1, dt.datetime(2026, 9, 7), dates)
    sheet.write_datetime(3, 2, dt.time(9, 30), times)
    sheet.write_number(3, 3, 12)
    sheet.write_number(3, 4, 0.5)
    sheet.write_boolean(3, 5, True)
    sheet.write_formula(3, 6, "=1+1", value=2)
    sheet.write_string(3, 7, "=1+1")
    book.add_worksheet("Empty")
    book.add_worksheet("Other").write_string(0, 0, "note")
    book.close()
    path = tmp_path / "answers.xlsx"
    path.write_bytes(buffer.getvalue())
    return path


def test_cells_of_a_workbook_are_text_with_their_sheet_and_row(tmp_path: Path) -> None:
    tables = read_tables(workbook(tmp_path), "answers.xlsx")
    answers, other = tables.tables
    assert isinstance(answers, Table)
    assert (answers.sheet, answers.header_row, other.sheet) == ("Answers", 2, "Other")
    assert [(row.number, row.cells) for row in answers.rows] == [(4, ("Peña House", "2026-09-07", "09:30", "12", "0.5", "TRUE", "2", "=1+1"))]


# -- errors of a spreadsheet -------------------------------------------------------------------------------------------------------------------


def test_cells_with_an_error_are_empty_and_told_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("First").write_string(0, 0, "note")
    sheet = book.add_worksheet("An & swers")
    sheet.write_row(0, 0, ["organization", "hours", "teams"])
    sheet.write_string(1, 0, "Hub")
    sheet.write_blank(1, 1, None, book.add_format({"bold": True}))
    sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 0, "=hub()", None, "#NAME?")
    sheet.write_string(2, 1, "#N/A")
    sheet.write_string(2, 2, "#1 team")
    book.close()
    tables = read_tables(path, "answers.xlsx")
    assert [row.cells for row in tables.tables[1].rows] == [("Hub", "", ""), ("", "", "#1 team")]
    told = [(issue.sheet, issue.row, issue.column, issue.text) for issue in tables.issues if issue.code == "cell_error"]
    assert told == [
        ("An & swers", 2, "teams", "#DIV/0!"), ("An & swers", 3, "organization", "#NAME?"), ("An & swers", 3, "hours", "#N/A"),
    ]  # fmt: skip


def test_errors_in_a_csv_file_are_no_answers() -> None:
    tables = read_csv(b"organization,hours,teams\nHub,#REF!,2\n#1 Hub,24/7,########\n", "a.csv")
    assert rows(tables) == [("Hub", "", "2"), ("#1 Hub", "24/7", "")]
    assert [(issue.code, issue.row, issue.column) for issue in tables.issues] == [("cell_error", 2, "hours"), ("cell_error", 3, "teams")]
