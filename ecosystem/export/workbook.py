"""All tables of an edition in one workbook that anyone can open: `workbook.xlsx`.

Text is typed as text: no cell is a formula, a link or a number that a spreadsheet made of somebody's words. The first row of each sheet stays in
view and filters; a comment on a heading says what the column means, and the sheet "columns" lists them all for those who cannot see comments.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ecosystem.export.rows import Run, analysis_table, asked, heading, inventory, more_tables, storable, unknowns

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.findings import Column
    from ecosystem.outputs import OutputFolder

LONGEST_CELL = 32_767
"""Characters that a cell of a workbook can hold."""
MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can hold."""
_WIDEST, _NARROWEST = 60, 9
_READ = (
    *("id", "analysis", "status", "need_name", "area_names", "deliveries", "finding", "when", "people"),
    *("known", "possible", "could_change_it", "next_step", "question"),
)
"""The columns of findings that people read; codes, fractions and evidence are in findings.csv."""
_FORMATS = {"share": "0%", "hours": "0.0", "people": "#,##0", "count": "#,##0.##", "usd": "$#,##0"}


def write(run: Run, out: OutputFolder) -> None:
    """Write the workbook."""
    import xlsxwriter

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        midnight = dt.datetime.combine(run.city.as_of, dt.time())
        book.set_properties({"title": f"{storable(run.city.name)} ({run.edition})", "created": midnight})
        formats = _Formats(book)
        tables, columns = _tables(run)
        _write_read_me(book, run, formats, tables)
        for name, table in tables.items():
            _write_table(book, run, formats, name, table, columns.get(name, ()))
        _write_table(book, run, formats, "columns", _columns(columns), ())
    out.write_bytes("workbook.xlsx", written.getvalue())


class _Formats:
    """The few looks a cell can have."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format({"bold": True, "bg_color": "#E8E8E8", "border": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.numbers = {kind: book.add_format({"num_format": shape, "valign": "top"}) for kind, shape in _FORMATS.items()}
        self.number = book.add_format({"valign": "top"})


def _tables(run: Run) -> tuple[dict[str, pd.DataFrame], dict[str, tuple[Column, ...]]]:
    """The tables by the name of their sheet, in order; and what the columns of those mean that declare them."""
    shown = [name for name in run.results if name != "diversion" or run.city.calls is not None]
    more = more_tables(run)
    tables = {
        "inventory": inventory(run),
        "findings": run.findings_table[list(_READ)],
        **{name: analysis_table(run, name) for name in shown},
        **{name: table for name, (table, _) in more.items()},
        "sent": run.sent_table,
        "unknowns": unknowns(run),
        "asked": asked(run),
    }
    return tables, {name: run.results[name].columns for name in shown} | {name: columns for name, (_, columns) in more.items()}


def _columns(declared: Mapping[str, tuple[Column, ...]]) -> pd.DataFrame:
    import pandas as pd

    rows = [(name, column.name, column.note) for name, columns in declared.items() for column in columns]
    return pd.DataFrame(rows, columns=["sheet", "column", "meaning"], dtype="object")


def _write_read_me(book: Any, run: Run, formats: _Formats, tables: Mapping[str, pd.DataFrame]) -> None:
    say = run.catalogue
    sheet = book.add_worksheet(say.text("export.sheet.read_me"))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    answered = sum(key in run.eco.records.answered for key in run.eco.asked)
    _put(sheet, 0, 0, run.city.name, formats.title)
    lines: list[tuple[str, str]] = [
        (say.text(f"edition.{run.edition}"), say.text(f"edition.{run.edition}.about")),
        (say.text("export.as_of"), say.text("export.date", {"date": run.city.as_of})),
        (say.text("export.answers"), say.text("export.answers.about", {"answered": answered, "asked": len(run.eco.asked)})),
        (say.text("state.not_known"), say.text("export.not_known.about")),
        ("", ""),
        *((_sheet_name(run, name), _about(run, name, len(table))) for name, table in tables.items()),
        (_sheet_name(run, "columns"), say.text("export.about.columns")),
        ("", ""),
        ("", say.text("emergency")),
    ]
    for row, (left, right) in enumerate(lines, start=2):
        _put(sheet, row, 0, left, formats.text)
        _put(sheet, row, 1, right, formats.text)


def _about(run: Run, name: str, rows: int) -> str:
    key = f"export.about.{name}" if f"export.about.{name}" in run.catalogue else "export.about.analysis"
    text = run.catalogue.text(key, {"field": name, "n": rows})
    return text if rows <= MOST_ROWS else f"{text} {run.catalogue.text('export.cut', {'n': MOST_ROWS})}"


def _sheet_name(run: Run, name: str) -> str:
    key = f"export.sheet.{name}"
    return (run.catalogue.text(key) if key in run.catalogue else name)[:31]


def _write_table(book: Any, run: Run, formats: _Formats, name: str, table: pd.DataFrame, declared: tuple[Column, ...]) -> None:
    notes, kinds = {column.name: column.note for column in declared}, {column.name: column.kind for column in declared}
    sheet = book.add_worksheet(_sheet_name(run, name), _quick_sheet())
    sheet.freeze_panes(1, 0)
    if len(table.columns):
        sheet.autofilter(0, 0, max(1, min(len(table), MOST_ROWS)), len(table.columns) - 1)
    for column, title in enumerate(table.columns):
        # the columns of an analysis keep the names by which its notes, the command line and other tools know them
        _put(sheet, 0, column, str(title) if declared else heading(run.catalogue, str(title)), formats.heading)
        if note := notes.get(str(title)):
            sheet.write_comment(0, column, note, {"x_scale": 2, "author": ""})
        number_format = formats.numbers.get(kinds.get(str(title), ""), formats.number)
        cells = list(table.iloc[:MOST_ROWS, column])
        for row, value in enumerate(cells, start=1):
            _put(sheet, row, column, value, formats.text, number_format)
        sheet.set_column(column, column, _width(str(title), cells))


@cache
def _quick_sheet() -> Any:
    """The kind of sheet that writes a text or number with a look of its own at once, as the library would after asking what else a cell can be."""
    from xlsxwriter.utility import xl_rowcol_to_cell_fast as place
    from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

    class QuickSheet(Worksheet):  # type: ignore[misc]  # the library has no types
        # as they are without looking whether the place is written as in "A1"
        write_string, write_number = Worksheet._write_string, Worksheet._write_number

        def _write_cell(self, row: int, col: int, cell: Any) -> None:
            kind = type(cell)
            if kind is CellStringTuple and cell.format:
                self.fh.write(f'<c r="{place(row, col)}" s="{cell.format._get_xf_index()}" t="s"><v>{cell.string}</v></c>')
            elif kind is CellNumberTuple and cell.format:
                self.fh.write(f'<c r="{place(row, col)}" s="{cell.format._get_xf_index()}"><v>{cell.number:.16G}</v></c>')
            else:
                super()._write_cell(row, col, cell)

    return QuickSheet


def _put(sheet: Any, row: int, column: int, value: Any, text_format: Any, number_format: Any = None) -> None:
    """Write one cell by its type, never by what its text looks like."""
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, storable(value)[:LONGEST_CELL], text_format)
    elif value is not None and math.isfinite(value):
        sheet.write_number(row, column, value, number_format)


def _width(title: str, cells: Iterable[Any]) -> float:
    """Wide enough for most of the column, narrow enough to see others beside it."""
    lengths = sorted(len(value) if isinstance(value, str) else 8 for value in cells if value is not None)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    return float(min(_WIDEST, max(_NARROWEST, len(title) + 2, usual + 1)))
