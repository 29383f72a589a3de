"""What did people answer in ODK Central?

An export is a ZIP or folder of CSV files: `form.csv`, and `form-group.csv` for each repeated group, whose rows name their parent's KEY in
PARENT_KEY. Groups of questions stand before a name with "-" between. Answers that were rejected on review are left out and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ecosystem.errors import Issue
from surveys.exports import (
    Column,
    Sheet,
    detected,
    in_personal_group,
    join_details,
    never_together,
    path_names,
    point_names,
    split_summaries,
    take_out,
    time_of_day,
    with_date,
)
from surveys.repeated_groups import Repeat, nest
from surveys.response import Table, Tables

TOOL = "ODK Central"

_ADDED = frozenset(
    {
        *("submissiondate", "meta-instanceid", "meta-instancename", "instanceid", "instancename", "meta-entity-label", "key", "parent_key"),
        *("submitterid", "attachmentspresent", "attachmentsexpected", "status", "reviewstate", "edits", "formversion", "start", "end", "today"),
    }
)
_PERSONAL = frozenset({"submittername", "deviceid", "phonenumber", "simserial", "subscriberid", "username", "email"})


def is_root(table: Table) -> bool:
    """Whether a table holds answers."""
    columns = set(table.columns)
    return "KEY" in columns and "PARENT_KEY" not in columns and bool({"meta-instanceID", "instanceID", "SubmissionDate"} & columns)


def is_child(table: Table) -> bool:
    """Whether a table holds the rows of a repeated group."""
    return {"KEY", "PARENT_KEY"} <= set(table.columns)


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that these tables come from ODK Central, "" where nothing does."""
    if any(is_root(table) for table in tables):
        return "columns KEY and meta-instanceID"
    return "columns KEY and PARENT_KEY" if any(is_child(table) for table in tables) else ""


def read(tables: Tables, *, nested: str = "") -> Tables:
    """Return the answers of each form with their repeated groups as one table; `nested` is the group that holds one delivery each."""
    issues = list(tables.issues)
    roots = [table for table in tables.tables if is_root(table)]
    children = [table for table in tables.tables if is_child(table)]
    if not roots:
        message = "these are rows of a repeated group; the file of the answers they belong to is not beside it. Export the form again as ZIP."
        issues += [table.issue("root_missing", message, severity="error") for table in children or tables.tables]
        return replace(tables, format=TOOL, tables=(), issues=tuple(issues))
    without_rows = {child.file for child in children if not child.rows}  # a repeated group that nobody filled in is nothing amiss
    issues = [issue for issue in issues if issue.code != "no_answers" or issue.file not in without_rows]
    joined: list[Table] = []
    counts: dict[str, int] = {}
    left = list(children)
    for root in roots:
        mine = [child for child in left if len(roots) == 1 or _stem(child).startswith(f"{_stem(root)}-")]
        left = [child for child in left if child not in mine]
        table, told, rows = _read_form(root, mine, nested)
        joined.append(table)
        issues += told
        counts |= rows
    message = "the form these rows of a repeated group belong to is not in the export; they are left out."
    issues += [child.issue("root_missing", message, severity="error") for child in left]
    others = tuple(table for table in tables.tables if table not in roots and table not in children)
    return replace(tables, format=f"{TOOL}, {tables.format}", tables=(*joined, *others), issues=tuple(issues), repeats=counts)


def _stem(table: Table) -> str:
    return PurePosixPath(table.file).stem


def _read_form(root: Table, children: Sequence[Table], nested: str) -> tuple[Table, list[Issue], dict[str, int]]:
    sheet = Sheet.of(root)
    issues = [detected(sheet, TOOL, sign([root]))]
    rejected = {key for key, state in zip(sheet.texts("KEY"), sheet.texts("ReviewState"), strict=True) if state.casefold() == "rejected"}
    for number, key, state in zip(sheet.numbers, sheet.texts("KEY"), sheet.texts("ReviewState"), strict=True):
        if key in rejected:
            message = "this answer was rejected on review; it is left out."
            issues.append(sheet.issue("answer_rejected", message, severity="warning", row=number))
        elif state.casefold() == "hasissues":
            message = "on review this answer was marked as having issues. Look at it in ODK Central."
            issues.append(sheet.issue("answer_doubtful", message, severity="warning", row=number))
    sheet = sheet.only([key not in rejected for key in sheet.texts("KEY")])
    keys, sent = sheet.texts("KEY"), sheet.column("SubmissionDate")
    sheet, told = _in_order(sheet)
    issues += told
    owners = {key: child for child in children for key in Sheet.of(child).texts("KEY")}
    repeats = []
    for child in children:
        rows = Sheet.of(child)
        rows = rows.only([parent.split("/")[0] not in rejected for parent in rows.texts("PARENT_KEY")])
        own, parents = rows.texts("KEY"), rows.texts("PARENT_KEY")
        above = [_group_name(root, owners[parent]) if parent in owners else "" for parent in parents]
        rows, told = _in_order(rows)
        issues += told
        # a group whose parent was renamed between versions of the form hangs on both
        for number, name in enumerate(dict.fromkeys(above) or [""]):
            at = [row for row, found in enumerate(above) if found == name]
            part = rows.only([found == name for found in above])
            called = _group_name(root, child) + (f" of {name}" if number else "")
            repeats.append(Repeat(called, part, tuple(own[row] for row in at), tuple(parents[row] for row in at), name))
    table, orphans = nest(with_date(sheet, sent), keys, repeats, each=nested)
    return table, issues + orphans, {repeat.name: len(repeat.keys) for repeat in repeats}


def _group_name(root: Table, child: Table) -> str:
    """The name of a repeated group: what its file's name has after the form's, else the last of its rows' keys (".../child[1]")."""
    stem = _stem(child)
    keys = [row.cells[child.columns.index("KEY")] for row in child.rows[:1]]
    by_key = keys[0].rpartition("/")[2].partition("[")[0] if keys else ""
    return by_key or stem.removeprefix(f"{_stem(root)}-")


def _in_order(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    def is_theirs(column: Column) -> bool:
        return column.header.casefold() in _PERSONAL or in_personal_group(column.header, "-")

    versions = {text for text in sheet.texts("FormVersion") if text}
    # boxes first: the choice "email" of "how people reach you" is nobody's address
    sheet = replace(sheet, columns=tuple(join_details(sheet.columns)))
    sheet, issues = take_out(sheet, added=lambda column: column.header.casefold() in _ADDED, personal=is_theirs)
    columns = sheet.columns
    moved = never_together(columns) if len(versions) > 1 else lambda _: False
    names = path_names([column.header for column in columns], "-", moved=moved)
    named = [replace(column, names=own, cells=tuple(map(time_of_day, column.cells))) for column, own in zip(columns, names, strict=True)]
    return replace(sheet, columns=tuple(split_summaries(_with_points(named)))), issues


def _with_points(columns: Sequence[Column]) -> list[Column]:
    """Return columns where a place's point ("site-Latitude") is also known as its coordinate alone; altitude and accuracy are left out."""
    points = {column.header.removesuffix("-Latitude") for column in columns if column.header.endswith("-Latitude")}
    spare = {f"{point}-{part}" for point in points for part in ("Altitude", "Accuracy")}
    kept = []
    for column in columns:
        point, _, coordinate = column.header.rpartition("-")
        if coordinate in ("Latitude", "Longitude") and point in points:
            column = replace(column, names=(column.header, *point_names(point, coordinate.lower())))
        if column.header not in spare:
            kept.append(column)
    return kept
