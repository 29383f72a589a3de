"""What did people answer in REDCap?

One row per record, and one more for each time a repeated instrument was filled in (redcap_repeat_instrument, redcap_repeat_instance) or for
each event (redcap_event_name). The data dictionary, a file beside it, gives labels for codes and says which fields identify a person; those
are dropped. Each choice of a checkbox is a column `field___code`, in which a minus is written "_". An instrument is finished where its
`..._complete` is 2. Exports with labels in place of names and codes are read too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecosystem.errors import Issue
from ecosystem.records import normalize_name
from surveys.exports import TICKED, Column, Sheet, detected, join_choices, take_out, unfinished, with_date
from surveys.repeated_groups import Repeat, nest
from surveys.response import Row, Table, Tables

TOOL = "REDCap"

_BOX = re.compile(r"(.+?)___(_?\w+)")
_LABELLED_BOX = re.compile(r"(.+) \(choice=(.+)\)")
_ADDED = frozenset({"redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group"})
_LABELLED = {"Event Name": "redcap_event_name", "Repeat Instrument": "redcap_repeat_instrument", "Repeat Instance": "redcap_repeat_instance"}
_RECORDS = frozenset({"record_id", "study_id", "participant_id", "subject_id"})
_COMPLETE = {"complete": "2", "unverified": "1", "incomplete": "0"}
_FIELD, _FORM, _TYPE, _LABEL = "variable field name", "form name", "field type", "field label"
_CHOICES, _IDENTIFIER, _CHECK = "choices calculations or slider labels", "identifier", "text validation type or show slider number"


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the data dictionary."""

    name: str
    instrument: str
    kind: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    is_identifier: bool = False

    def meaning(self, text: str) -> str:
        """The words for a code."""
        if self.kind in ("yesno", "truefalse"):
            return {"1": "yes", "0": "no", "TRUE": "yes", "FALSE": "no"}.get(text, text)
        return self.choices.get(text, text)


def is_dictionary(table: Table) -> bool:
    """Whether a table is a data dictionary."""
    return {_FIELD, _FORM, _TYPE} <= {normalize_name(column) for column in table.columns}


def fits(dictionaries: Sequence[Table], tables: Sequence[Table]) -> int:
    """Return how many columns of a table a data dictionary knows; 0 where it knows no more than half of them, or is none."""
    if not (dictionaries and all(map(is_dictionary, dictionaries)) and tables and not any(map(is_dictionary, tables))):
        return 0
    known = set(_dictionary(dictionaries))
    asked = [c for c in tables[0].columns if not c.endswith(("_complete", "_timestamp")) and not c.startswith("redcap_")]
    found = sum(1 for column in asked if (box[1] if (box := _BOX.fullmatch(column)) else column) in known)
    return found if 2 * found > len(asked) else 0


def sign(tables: Sequence[Table]) -> str:
    """Return what shows that this table comes from REDCap, "" where nothing does."""
    table = next((table for table in tables if not is_dictionary(table)), None)
    if table is None:
        return "a data dictionary" if tables else ""
    columns = set(table.columns)
    if "redcap_repeat_instrument" in columns or "redcap_event_name" in columns or "Repeat Instrument" in columns:
        return "a column redcap_repeat_instrument or redcap_event_name"
    completes = [at for at, column in enumerate(table.columns) if column.endswith("_complete") or column == "Complete?"]
    if any(_BOX.fullmatch(column) or _LABELLED_BOX.fullmatch(column) for column in columns) and completes:
        return "columns with ___ for each choice and _complete for each instrument"
    if completes and table.columns[0] in _RECORDS and _are_states(table, completes):
        return "a record id, and _complete for each instrument"
    return ""


def _are_states(table: Table, positions: Sequence[int]) -> bool:
    return all(row.cells[at] in ("", "0", "1", "2") for row in table.rows for at in positions)


def read(tables: Tables, *, nested: str = "") -> Tables:
    """Return the records of each project with their repeated instruments as one table; `nested` is the instrument of one delivery each.

    Of several dictionaries each table takes the one that knows most of its columns. Sheets of anything else stay as they are.
    """
    dictionaries = [table for table in tables.tables if is_dictionary(table)]
    data = [table for table in tables.tables if not is_dictionary(table)]
    if not data:
        message = "this is a data dictionary; it is read with the data it stands beside."
        told = [found.issue("read_with_another", message, severity="info") for found in dictionaries]
        return replace(tables, format=f"{TOOL} dictionary", tables=(), issues=(*tables.issues, *told))
    issues = list(tables.issues)
    joined: list[Table] = []
    counts: dict[str, int] = {}
    for number, table in enumerate(data):
        if number and not sign([table]):
            joined.append(table)
            continue
        fitting = max(dictionaries, key=lambda dictionary: fits([dictionary], [table]), default=None)
        is_fitting = fitting is not None and (len(data) == 1 or fits([fitting], [table]) > 0)
        made, told, rows = _read_table(table, _dictionary([fitting]) if fitting is not None and is_fitting else {}, nested)
        joined.append(made)
        issues += told
        counts |= rows
    kind = f"{TOOL}, {tables.format}" + (" with dictionary" if dictionaries else "")
    return replace(tables, format=kind, tables=tuple(joined), issues=tuple(issues), repeats=counts)


def _read_table(table: Table, fields: Mapping[str, _Field], nested: str) -> tuple[Table, list[Issue], dict[str, int]]:
    """Return the records of one project, what was told, and how many rows each repeated instrument has."""
    table = _with_names(table)
    whole = Sheet.of(table)
    issues = [detected(whole, TOOL, sign([table]) or "as you said")]
    if not fields:
        message = "no data dictionary stands beside this file, so codes have no labels and nobody knows which fields identify a person. Add it."
        issues.append(whole.issue("dictionary_missing", message, severity="warning"))
    sections = _sections(table, fields)
    instruments, events = whole.texts("redcap_repeat_instrument"), whole.texts("redcap_event_name")
    instances, records = whole.texts("redcap_repeat_instance"), whole.texts(table.columns[0])
    kinds = [name or (f"event {event}" if instance else "") for name, instance, event in zip(instruments, instances, events, strict=True)]
    keys = [f"{record}\x1f{event}" for record, event in zip(records, events, strict=True)]
    repeated = [name for name in dict.fromkeys(kinds) if name]
    own = {name: _columns_of(whole, sections, name, [kind == name for kind in kinds]) for name in repeated}
    taken = {header for columns in own.values() for header in columns}

    only_repeats = set(keys) - {key for key, kind in zip(keys, kinds, strict=True) if not kind}
    firsts = {key: keys.index(key) for key in only_repeats}
    is_root = [not kind or firsts.get(key) == at for at, (key, kind) in enumerate(zip(keys, kinds, strict=True))]
    root = whole.only(is_root)
    blank = [header for header in taken if not any(root.texts(header))] if not only_repeats else list(taken)
    root = replace(root, columns=tuple(column for column in root.columns if column.header not in blank))
    root_keys = [key for key, is_first in zip(keys, is_root, strict=True) if is_first]
    root = _with_other_events(root, records=[key.split("\x1f")[0] for key in root_keys])

    sent = _sent(root)
    states = [column for column in root.columns if column.header.endswith("_complete")]
    done = [all(column.cells[at] in ("", "2") for column in states) for at in range(len(root.numbers))]
    root, told = unfinished(root, done, "an instrument is not marked complete")
    issues += told
    root, told = _in_order(root, fields, table.columns[0])
    issues += told
    repeats = []
    for name in repeated:
        part = whole.only([kind == name for kind in kinds])
        part = replace(part, columns=tuple(column for column in part.columns if column.header in own[name]))
        part, told = _in_order(part, fields, table.columns[0])
        issues += [issue for issue in told if issue not in issues]
        at = [row for row, kind in enumerate(kinds) if kind == name]
        repeats.append(Repeat(name, part, tuple(map(str, at)), tuple(keys[row] for row in at)))
    joined, orphans = nest(with_date(root, sent), root_keys, repeats, each=nested)
    return joined, issues + orphans, {repeat.name: len(repeat.keys) for repeat in repeats}


# -- the dictionary ------------------------------------------------------------------------------------------------------------------------------


def _dictionary(tables: Sequence[Table]) -> dict[str, _Field]:
    fields: dict[str, _Field] = {}
    for table in tables:
        at = {normalize_name(column): position for position, column in enumerate(table.columns)}

        def text(row: Row, name: str, at: Mapping[str, int] = at) -> str:
            return row.cells[at[name]] if name in at else ""

        for row in table.rows:
            kind = text(row, _TYPE).casefold()
            choices = {} if kind in ("calc", "slider", "sql") else _choices(text(row, _CHOICES))
            identifies = text(row, _IDENTIFIER).casefold() in ("y", "yes") or text(row, _CHECK).casefold() == "email"
            name = text(row, _FIELD)
            fields[name] = _Field(name, text(row, _FORM), kind, text(row, _LABEL), choices, identifies)
    return fields


def _choices(text: str) -> dict[str, str]:
    """Return the labels of codes.

    >>> _choices("1, Crisis | -99, Food, and clothing")
    {'1': 'Crisis', '-99': 'Food, and clothing'}
    """
    pairs = [piece.partition(",") for piece in text.split("|")]
    return {code.strip(): label.strip() for code, comma, label in pairs if comma and code.strip()}


# -- rows and columns ----------------------------------------------------------------------------------------------------------------------------


def _with_names(table: Table) -> Table:
    """Return a table exported with labels under the names that an export of data has for the tool's own columns."""
    if not any(column in _LABELLED or column == "Complete?" for column in table.columns):
        return table
    number = 0
    columns: list[str] = []
    for column in table.columns:
        if column == "Complete?":
            number += 1
            columns.append(f"instrument{number}_complete")
        else:
            columns.append(_LABELLED.get(column, column))
    states = {at for at, column in enumerate(columns) if column.endswith("_complete")}
    rows = tuple(
        replace(row, cells=tuple(_COMPLETE.get(cell.casefold(), cell) if at in states else cell for at, cell in enumerate(row.cells)))
        for row in table.rows
    )
    return replace(table, columns=tuple(columns), rows=rows)


def _sections(table: Table, fields: Mapping[str, _Field]) -> dict[str, str]:
    """Return the instrument each column belongs to: by the dictionary, else the next `..._complete` after it."""
    found: dict[str, str] = {}
    instrument = ""
    for column in reversed(table.columns):
        if column.endswith("_complete"):
            instrument = column.removesuffix("_complete")
        box = _BOX.fullmatch(column)
        known = fields.get(box[1] if box else column)
        found[column] = known.instrument if known is not None and known.instrument else instrument
    return found


def _columns_of(whole: Sheet, sections: Mapping[str, str], name: str, is_row: Sequence[bool]) -> set[str]:
    """The columns of a repeated instrument: those of its section, and any other that its rows fill."""
    first = whole.columns[0].header
    slug = re.sub(r"\W+", "_", name.casefold())
    found = {column.header for column in whole.columns if sections.get(column.header, "") in (name, slug)}
    found |= {c.header for c in whole.columns if any(cell for cell, mine in zip(c.cells, is_row, strict=True) if mine)}
    return found - {first} - _ADDED


def _with_other_events(root: Sheet, *, records: Sequence[str]) -> Sheet:
    """Return root rows where a blank field of one event has what the same record says in its first event that says it."""
    if len(set(records)) == len(records):
        return root
    columns = []
    for column in root.columns:
        first: dict[str, str] = {}
        for record, cell in zip(records, column.cells, strict=True):
            if cell:
                first.setdefault(record, cell)
        is_state = column.header.endswith(("_complete", "_timestamp"))
        columns.append(
            column if is_state else replace(column, cells=tuple(c or first.get(r, "") for r, c in zip(records, column.cells, strict=True)))
        )
    return replace(root, columns=tuple(columns))


def _sent(root: Sheet) -> Column | None:
    """The time the last instrument was sent off, by its `..._timestamp`."""
    times = [column for column in root.columns if column.header.endswith("_timestamp")]
    if not any(column.n_given for column in times):
        return None
    cells = [max((c.cells[at] for c in times if c.cells[at][:1].isdigit()), default="") for at in range(len(root.numbers))]
    return Column(times[-1].header, tuple(cells))


def _in_order(sheet: Sheet, fields: Mapping[str, _Field], record: str) -> tuple[Sheet, list[Issue]]:
    """Return a sheet of answers alone: labels for codes, one column for each checkbox, nothing that identifies a person."""

    def base(header: str) -> str:
        box = _BOX.fullmatch(header)
        return box[1] if box else header

    def is_theirs(column: Column) -> bool:
        known = fields.get(base(column.header))
        return column.header == "redcap_survey_identifier" or (known is not None and known.is_identifier)

    def is_added(column: Column) -> bool:
        name = column.header
        return name in _ADDED or name == record or name.endswith("_complete") or (name.endswith("_timestamp") and name not in fields)

    sheet, issues = take_out(sheet, added=is_added, personal=is_theirs)
    boxes: dict[str, list[tuple[str, Column]]] = {}
    columns: list[Column] = []
    for column in sheet.columns:
        box = _BOX.fullmatch(column.header) or _LABELLED_BOX.fullmatch(column.header)
        if box is None:
            columns.append(_labelled(column, fields.get(column.header)))
        else:
            if box[1] not in boxes:
                columns.append(Column(box[1], (), (box[1],)))
            boxes.setdefault(box[1], []).append((box[2], column))
    done = [_joined(column.header, boxes[column.header], fields.get(column.header)) if column.header in boxes else column for column in columns]
    return replace(sheet, columns=tuple(done)), issues


def _labelled(column: Column, known: _Field | None) -> Column:
    if known is None:
        return column
    names = tuple(dict.fromkeys(name for name in (column.header, known.label) if name))
    return replace(column, names=names, cells=tuple(map(known.meaning, column.cells)))


def _joined(header: str, boxes: Sequence[tuple[str, Column]], known: _Field | None) -> Column:
    """One column of the labels of all ticked boxes."""
    labels = {_suffix(code): label for code, label in known.choices.items()} if known is not None else {}
    cells = []
    for row in range(len(boxes[0][1].cells)):
        ticked = [
            labels.get(code, code.replace("_", "-", 1) if code.startswith("_") else code)
            for code, box in boxes
            if box.cells[row].casefold() in TICKED
        ]
        cells.append(join_choices(ticked))
    names = (header, known.label) if known is not None and known.label else (header,)
    return Column(header, tuple(cells), names)


def _suffix(code: str) -> str:
    """The end of a checkbox's column for a code.

    >>> _suffix("N01"), _suffix("-99")
    ('n01', '_99')
    """
    return re.sub(r"[^a-z0-9_]", "_", code.casefold())
