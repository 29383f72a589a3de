"""Which rows of a repeated group belong to which answer, and how do they become one table?

A tool writes each repeated group as a sheet or file of its own, whose rows name their parent. `nest` joins them to the answers: one group makes
the rows, every other becomes numbered columns, and a group that was renamed between versions of the form is one again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ecosystem.errors import Issue
from ecosystem.records import normalize_name
from surveys.codebook import Form
from surveys.exports import Column, Sheet
from surveys.response import Origin, Row, Table


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeated group: its name, its rows, and per row the key of the row and of the answer (or the row of another group) it belongs to."""

    name: str
    sheet: Sheet
    keys: tuple[str, ...]
    parent_keys: tuple[str, ...]
    parent: str = ""


@dataclass(slots=True)
class _Group:
    """A repeated group with the groups inside it, and its rows by the key of what they belong to."""

    repeat: Repeat
    inner: list[_Group] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def known(self) -> int:
        """How many questions of our form it holds, with those inside it."""
        headers = Form.read().headers
        own = sum(1 for column in self.repeat.sheet.columns if any(normalize_name(name) in headers for name in column.called()))
        return own + sum(group.known() for group in self.inner)

    def widest(self, keys: Iterable[str]) -> int:
        return max((len(self.rows.get(key, ())) for key in keys), default=0)


def nest(root: Sheet, keys: Sequence[str], repeats: Sequence[Repeat], *, each: str = "") -> tuple[Table, list[Issue]]:
    """Return one table of a root sheet and its repeated groups, and issues about rows that belong to no answer.

    One group makes the rows: the one called `each`, else the one that holds most questions of our form. Every other group, and every group
    inside it, becomes numbered columns ("slot1_days", "slot2_days"). An answer without any row of the group keeps a row of its own.
    """
    repeats, issues = _joined_versions(repeats)
    groups = {repeat.name: _Group(repeat) for repeat in repeats}
    top: list[_Group] = []
    for group in groups.values():
        above = groups.get(group.repeat.parent)
        (top if above is None else above.inner).append(group)
        known_keys = set(keys if above is None else above.repeat.keys)
        for at, key in enumerate(group.repeat.parent_keys):
            if key in known_keys:
                group.rows.setdefault(key, []).append(at)
            else:
                message = f"this row of the repeated group '{group.repeat.name}' belongs to no answer in the export ({key!r}); it is left out."
                sheet = group.repeat.sheet
                issues.append(sheet.issue("repeat_orphan", message, severity="error", row=sheet.numbers[at]))
    main = next((group for group in top if group.repeat.name.casefold() == each.casefold()), None) if each else None
    if main is None and top:
        main = max(top, key=lambda group: (group.known(), bool(group.inner), -top.index(group)))
    parts = [_Part(root)]
    _number(parts, [group for group in top if group is not main], 0, keys, "")
    if main is not None:
        parts.append(_Part(main.repeat.sheet, main, 0, 0, ""))
        _number(parts, main.inner, len(parts) - 1, main.repeat.keys, "")
    return _rows(root, keys, parts, main), issues


def _joined_versions(repeats: Sequence[Repeat]) -> tuple[list[Repeat], list[Issue]]:
    """Return repeated groups where one that was renamed between versions of the form is one again, and issues that tell it.

    Two groups at one place are one where they ask the same questions of our form and no answer has rows in both.
    """
    done = list(repeats)
    issues: list[Issue] = []
    while (pair := next(((one, other) for one, other in itertools.combinations(done, 2) if _are_versions(one, other)), None)) is not None:
        older, newer = pair
        if older.sheet.name != newer.sheet.name:
            message = f"the repeated groups '{older.name}' and '{newer.name}' ask the same and no answer has both; they are read as one, renamed."
            issues.append(newer.sheet.issue("repeat_renamed", message, row=newer.sheet.header_row))
        at = done.index(older)
        done = [_under(entry, older.name, newer.name) for entry in done if entry not in pair]
        done.insert(at, _one_of(older, newer))
    return done, issues


def _are_versions(one: Repeat, other: Repeat) -> bool:
    """Whether two repeated groups are one of which the form changed the name."""
    if one.parent != other.parent or not (one.keys and other.keys) or not set(one.parent_keys).isdisjoint(other.parent_keys):
        return False
    asked = _questions(one.sheet)
    return one.sheet.name == other.sheet.name or (len(asked) > 1 and _questions(other.sheet) == asked)


def _questions(sheet: Sheet) -> frozenset[str]:
    headers = Form.read().headers
    names = (normalize_name(name) for column in sheet.columns for name in column.called())
    return frozenset(headers[name] for name in names if name in headers)


def _one_of(older: Repeat, newer: Repeat) -> Repeat:
    """One repeated group with the rows of two; its keys say which of them a row came from."""

    def key_of(column: Column) -> str:
        headers = Form.read().headers
        names = [normalize_name(name) for name in column.called()]
        return next((headers[name] for name in names if name in headers), names[-1])

    n_old, n_new = len(older.keys), len(newer.keys)
    columns: dict[str, Column] = {key_of(column): replace(column, cells=(*column.cells, *[""] * n_new)) for column in older.sheet.columns}
    for column in newer.sheet.columns:
        at = columns.get(key_of(column))
        before = at.cells[:n_old] if at is not None else ("",) * n_old
        columns[key_of(column)] = replace(at or column, cells=(*before, *column.cells))
    sheets = (older.sheet, newer.sheet)
    places = tuple(sheet.origin(at) for sheet in sheets for at in range(len(sheet.numbers)))
    sheet = replace(older.sheet, columns=tuple(columns.values()), numbers=(*older.sheet.numbers, *newer.sheet.numbers), places=places)
    keys = tuple(f"{repeat.name}\x1f{key}" for repeat in (older, newer) for key in repeat.keys)
    return Repeat(older.name, sheet, keys, (*older.parent_keys, *newer.parent_keys), older.parent)


def _under(repeat: Repeat, older: str, newer: str) -> Repeat:
    """A repeated group whose parent became one with another."""
    if repeat.parent not in (older, newer):
        return repeat
    return replace(repeat, parent=older, parent_keys=tuple(f"{repeat.parent}\x1f{key}" for key in repeat.parent_keys))


@dataclass(slots=True)
class _Part:
    """Columns of the joined table that come from one sheet: the group, the part it hangs on, and which of the rows there (0 the first)."""

    sheet: Sheet
    group: _Group | None = None
    above: int = -1
    nth: int = 0
    prefix: str = ""

    def names(self, column: Column) -> tuple[str, ...]:
        if not self.prefix or self.group is None:
            return column.called()
        prefixes = [self.prefix]
        bare = {name for other in self.sheet.columns for name in other.called()}
        if {"opens", "closes"} <= bare and not self.prefix.startswith("slot"):
            prefixes.append(f"slot{self.nth + 1}")
        own = self.group.repeat.name
        return tuple(f"{prefix}_{name.removeprefix(own + '_')}" for prefix in prefixes for name in reversed(column.called()))


def _number(parts: list[_Part], groups: Sequence[_Group], above: int, keys: Sequence[str], prefix: str) -> None:
    for group in groups:
        for nth in range(group.widest(keys)):
            own = f"{prefix}{group.repeat.name}{nth + 1}"
            parts.append(_Part(group.repeat.sheet, group, above, nth, own))
            inner = [group.repeat.keys[rows[nth]] for key in keys if len(rows := group.rows.get(key, [])) > nth]
            _number(parts, group.inner, len(parts) - 1, inner, f"{own}_")


def _rows(root: Sheet, keys: Sequence[str], parts: Sequence[_Part], main: _Group | None) -> Table:
    columns = [(number, column, part.names(column)) for number, part in enumerate(parts) for column in part.sheet.columns]
    rows: list[Row] = []
    for at, key in enumerate(keys):
        own = main.rows.get(key) if main is not None else None
        shown: Sequence[int | None] = own or [None]
        for main_at in shown:
            found: list[int | None] = []
            for part in parts:
                found.append(_row_of_part(part, found, parts, at, key, main, main_at))
            cells = tuple(column.cells[row] if (row := found[number]) is not None else "" for number, column, _ in columns)
            here = Origin(root.file, root.name, root.numbers[at])
            origins = tuple(part.sheet.origin(row) if row is not None else here for part, row in zip(parts, found, strict=True))
            number = main.repeat.sheet.numbers[main_at] if main is not None and main_at is not None else root.numbers[at]
            rows.append(Row(number, cells, origins if len(parts) > 1 else (), root.is_finished(at)))
    sheet = main.repeat.sheet if main is not None else root
    return Table(
        sheet.file,
        sheet.name,
        tuple(column.header for _, column, _ in columns),
        tuple(rows),
        sheet.header_row,
        tuple(names for _, _, names in columns),
        tuple(number for number, _, _ in columns),
    )


def _row_of_part(
    part: _Part, found: Sequence[int | None], parts: Sequence[_Part], at: int, key: str, main: _Group | None, main_at: int | None
) -> int | None:
    """Which row of its sheet a part shows beside the rows that the parts before it show."""
    if part.group is None:
        return at
    if part.group is main:
        return main_at
    above = found[part.above]
    if above is None:
        return None
    upper = parts[part.above].group
    rows = part.group.rows.get(key if upper is None else upper.repeat.keys[above], [])
    return rows[part.nth] if part.nth < len(rows) else None
