"""What did people answer in KoboToolbox?

An XLSX export has one sheet for the form and one for each repeated group. A group's rows name their parent by the title of the form or the
name of the group, of which the sheet's name may be the first 28 characters and "...". A CSV export has no repeated groups at all, and that is
told. Headers are names or labels, with the groups before them or not; a question of several choices has a column of all and one box each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecosystem.errors import Issue
from surveys.exports import (
    TICKED,
    UNTICKED,
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

TOOL = "KoboToolbox"

_ADDED = frozenset(
    {
        *("start", "end", "today", "audit", "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_tags", "_version_"),
        *("__version__", "_index", "_parent_index", "_parent_table_name", "_xform_id_string", "_attachments", "_geolocation", "_bamboo_dataset_id"),
        *("meta/instanceid", "meta/instancename", "meta/rootuuid", "formhub/uuid", "instanceid", "instancename", "_media_all_received", "_edited"),
    }
)
_ADDED_STARTS = ("_submission__", "_version__", "__version__")
_PERSONAL = frozenset({"deviceid", "phonenumber", "simserial", "simid", "subscriberid", "username", "email", "_submitted_by"})
_REJECTED = frozenset({"not approved", "validation_status_not_approved"})
_CUT = 28
"""Characters of a long title that a sheet's name keeps before "..."."""


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that these sheets come from KoboToolbox, "" where nothing does."""
    columns = {column.casefold() for table in tables for column in table.columns}
    if {"_parent_table_name", "_parent_index"} & columns:
        return "sheets of repeated groups with _parent_index"
    if "_index" in columns:
        return "a column _index"
    if {"_uuid", "_submission_time"} <= columns:
        return "columns _uuid and _submission_time"
    if any(_has_boxes(table) for table in tables):
        return "questions of several choices with one box for each"
    return ""


def _has_boxes(table: Table) -> bool:
    """Whether a column holds the names of the boxes beside it that are ticked, with a space between."""
    below: dict[str, list[tuple[int, str]]] = {}
    for at, name in enumerate(table.columns):
        for cut in (i for i, character in enumerate(name) if character == "/" and i):
            below.setdefault(name[:cut], []).append((at, name[cut + 1 :]))
    for at, header in enumerate(table.columns):
        boxes = below.get(header, ())
        if len(boxes) < 2 or not any(row.cells[at] for row in table.rows):
            continue
        if all(row.cells[at].split() == [n for i, n in boxes if row.cells[i].casefold() in TICKED] for row in table.rows if row.cells[at]):
            return all(row.cells[i].casefold() in TICKED | UNTICKED for row in table.rows for i, _ in boxes)
    return False


def read(tables: Tables, *, nested: str = "") -> Tables:
    """Return the answers with their repeated groups as one table; `nested` is the group that holds one delivery each."""
    found = [table for table in tables.tables if table.columns]
    roots = [table for table in found if "_parent_table_name" not in table.columns]
    if not roots:
        message = "only the sheets of repeated groups are here, not the answers they belong to. Export the whole form as XLSX."
        return replace(tables, format=TOOL, issues=(*tables.issues, found[0].issue("root_missing", message, severity="error")))
    issues = list(tables.issues)
    root, *others = roots
    sheet, keys, told = _root(root)
    issues += [detected(sheet, TOOL, sign(found) or "as you said"), *told]
    names = [table.sheet for table in found if "_parent_table_name" in table.columns]
    repeats = []
    for table in found:
        if "_parent_table_name" in table.columns:
            repeat, told = _repeat(table, names)
            repeats += repeat
            issues += told
    for table in others:
        message = "this sheet is neither the form nor a repeated group of it; it is read as it stands."
        issues.append(table.issue("sheet_apart", message, severity="info"))
    if tables.format.startswith("csv"):
        message = "a CSV export of KoboToolbox leaves out every repeated group. If the form has any, export it as XLSX."
        issues.append(root.issue("repeats_lost", message))
    joined, orphans = nest(sheet, keys, repeats, each=nested)
    counts: dict[str, int] = {}
    for group in repeats:
        counts[group.sheet.name] = counts.get(group.sheet.name, 0) + len(group.keys)
    kind = f"{TOOL}, {tables.format}"
    return replace(tables, format=kind, tables=(joined, *others), issues=(*issues, *orphans), repeats=counts)


def _root(table: Table) -> tuple[Sheet, tuple[str, ...], list[Issue]]:
    sheet = Sheet.of(table)
    issues: list[Issue] = []
    status = [text.casefold() for text in sheet.texts("_validation_status")]
    if any(text in _REJECTED for text in status):
        for number, text in zip(sheet.numbers, status, strict=True):
            if text in _REJECTED:
                message = "this answer was not approved in KoboToolbox; it is left out."
                issues.append(sheet.issue("answer_rejected", message, severity="warning", row=number))
        sheet = sheet.only([text not in _REJECTED for text in status])
    keys = sheet.texts("_index") if sheet.column("_index") is not None else tuple(map(str, range(1, len(sheet.numbers) + 1)))
    sent = next((column for name in ("_submission_time", "end", "start") if (column := sheet.column(name)) and column.n_given), None)
    sheet, told = _in_order(sheet)
    return with_date(sheet, sent), keys, issues + told


def _repeat(table: Table, names: Sequence[str]) -> tuple[list[Repeat], list[Issue]]:
    """Return the rows of one sheet as repeated groups, one for each parent they name."""
    whole = Sheet.of(table)
    parents = [_sheet_called(name, names) for name in whole.texts("_parent_table_name")]
    keys, parent_keys = whole.texts("_index"), whole.texts("_parent_index")
    sheet, issues = _in_order(whole)
    repeats = []
    for number, parent in enumerate(dict.fromkeys(parents) or [""]):
        at = [row for row, name in enumerate(parents) if name == parent]
        part = sheet.only([name == parent for name in parents])
        name = table.sheet if not number else f"{table.sheet} of {parent}"
        repeats.append(Repeat(name, part, tuple(keys[row] for row in at), tuple(parent_keys[row] for row in at), parent))
    return repeats, issues


def _sheet_called(title: str, names: Sequence[str]) -> str:
    """Return the sheet of the group with this name, which its own name may have been cut to; "" for the form itself."""
    if title in names:
        return title
    return next((name for name in names if name.endswith("...") and len(name) >= _CUT and title.startswith(name[:-3])), "")


def _in_order(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    """Return a sheet of answers alone: no columns of the tool, lists of choices, points without their spare columns, short names."""
    points = {
        column.header[1 : -len("_latitude")] for column in sheet.columns if column.header.startswith("_") and column.header.endswith("_latitude")
    }
    spare = {f"_{point}_{part}" for point in points for part in ("altitude", "precision")} | points

    def is_added(column: Column) -> bool:
        name = column.header.casefold()
        return name in _ADDED or name.startswith(_ADDED_STARTS) or column.header in spare

    def is_theirs(column: Column) -> bool:
        name = column.header
        return name.casefold() in _PERSONAL or in_personal_group(name, "/")

    versions = {text for column in sheet.columns if column.header.endswith("__version__") for text in column.cells if text}
    # boxes first: the choice "email" of "how people reach you" is nobody's address
    sheet, issues = take_out(replace(sheet, columns=tuple(join_details(sheet.columns))), added=is_added, personal=is_theirs)
    columns = sheet.columns
    moved = never_together(columns) if len(versions) > 1 else lambda _: False
    named = []
    for column, names in zip(columns, path_names([column.header for column in columns], "/", moved=moved), strict=True):
        if column.header.startswith("_") and column.header.endswith(("_latitude", "_longitude")):
            point, _, coordinate = column.header.strip("_").rpartition("_")
            names = (column.header, *point_names(point, coordinate))
        named.append(replace(column, names=names, cells=tuple(map(time_of_day, column.cells))))
    return replace(sheet, columns=tuple(split_summaries(named))), issues
