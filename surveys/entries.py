"""Which rows of a table are answers, whose, and what about the table as a whole is to be told?

A row that repeats the header or sums up the others is no answer, and one that names nobody is left out; each is told. What concerns a whole
column is told once: dates that may be read two ways, columns nobody asked for, required questions left empty or not asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ecosystem.errors import Issue, Severity
from ecosystem.records import OWN_WORD
from surveys.asking import Setting, decide_answers
from surveys.codebook import Layout
from surveys.corrections import ResponseKey
from surveys.identity import Claim, stated_names
from surveys.privacy import is_personal, looks_personal
from surveys.response import Block, Problem, Problems, Row, Table, fold, split_list
from surveys.stacked import stacked_points
from surveys.values import DateOrder, date_order, is_ambiguous, read_date

_TOTALS = frozenset({"total", "totals", "grand total", "sum", "subtotal", "count", "average", "total general", "suma", "promedio"})


@dataclass(frozen=True)
class Entry:
    """One row of answers: what it says about the organization, its deliveries, and how to read them."""

    block: Block
    deliveries: tuple[Block, ...]
    claim: Claim
    role: str
    date: dt.date | None
    wave: str
    setting: Setting

    @property
    def is_own_word(self) -> bool:
        """Whether the organization speaks for itself: in a questionnaire or an interview."""
        return self.block.method in OWN_WORD

    @property
    def response(self) -> ResponseKey:
        """What makes rows one questionnaire sent back."""
        return ResponseKey(self.block.table.file, self.block.table.sheet, self.wave, str(self.date or ""), self.role)

    @property
    def age(self) -> tuple[str, str, str, str]:
        """What answers are put in order by, oldest first; never the row."""
        return (str(self.date or ""), self.role, self.block.table.file, "\x1f".join(self.block.row.cells))


@dataclass(frozen=True, slots=True)
class Entries:
    """The rows of one table that are answers, what was wrong with the table, and what became of its columns (question, unmapped, personal)."""

    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...]
    columns: Mapping[str, str]


def read_entries(layout: Layout, setting: Setting, wave: str) -> Entries:
    """Return the rows of one table that are answers; `wave` is that of rows that name none."""
    return _TableReader(layout, setting, wave).read()


class _TableReader:
    """One table while its rows are taken."""

    def __init__(self, layout: Layout, setting: Setting, wave: str) -> None:
        self.layout, self.setting, self.wave = layout, setting, wave
        self.issues: list[Issue] = list(layout.issues())

    def read(self) -> Entries:
        layout = self.layout
        rows = [layout.blocks(row) for row in layout.table.rows if any(row.cells) and not self.is_no_answer(row)]
        deliveries = [delivery for _, offered in rows for delivery in offered]
        setting = replace(self.setting, codebook=layout.codebook, orders=self.date_orders(), stacked=self.stacked(deliveries))
        entries = tuple(entry for block, offered in rows if (entry := self.entry(block, offered, setting)) is not None)
        self.count_empty(deliveries)
        columns = self.columns()
        return Entries(entries, tuple(self.issues), columns)

    def stacked(self, deliveries: list[Block]) -> frozenset[tuple[str, str]]:
        """Return the points of a table, as written, that stand for no place, and tell them."""
        places = [((block.text("longitude"), block.text("latitude")), block.text("address")) for block in deliveries]
        found = stacked_points(places)
        if found.points:
            answer = next(block.answer("latitude") for block in deliveries if (block.text("longitude"), block.text("latitude")) in found.points)
            column = answer.column if answer is not None else ""
            self.issues.append(self.layout.table.issue("coordinates_stacked", found.message, row=self.layout.table.header_row, column=column))
        return found.points

    def is_no_answer(self, row: Row) -> bool:
        """Whether a row is the header once more, or sums up those above it; both are told."""
        table = self.layout.table
        given = [(column, cell) for column, cell in zip(table.columns, row.cells, strict=False) if cell]
        if len(given) > 1 and all(cell == column for column, cell in given):
            self.issues.append(table.issue("header_again", "this row is the header once more; it is left out.", severity="info", row=row.number))
            return True
        named = [row.cells[at] for at in self.layout.organization.get("organization", ()) if at < len(row.cells) and row.cells[at]]
        if not named or fold(named[0]) not in _TOTALS:
            return False
        message = "this row sums up the others and is no answer; it is left out. If an organization is called so, write its whole name."
        self.issues.append(table.issue("totals_row", message, row=row.number, text=named[0]))
        return True

    def entry(self, block: Block, deliveries: tuple[Block, ...], setting: Setting) -> Entry | None:
        name, key = block.text("organization"), block.text("invitation_key")
        block = decide_answers(block, (name, key), setting.decisions)
        named, keyed = block.answer("organization"), block.answer("invitation_key")
        why = setting.codebook.why_unknown
        name = named.text if named is not None and why(named.text) is None else ""
        key = keyed.text if keyed is not None and why(keyed.text) is None else ""
        where = named or keyed or named if named is not None else keyed
        assert where is not None
        if not name and not key:
            message = "the row names no organization, so nobody knows whose answer it is; it is left out. Write the name or the invitation key."
            self.issues.append(where.issue(Problem("organization_missing", message, "error", where.text or _glimpse(block))))
            return None
        problems = Problems()
        date = None
        dated = block.answer("date")
        if dated and why(dated.text) is None:
            date = read_date(dated.text, problems, order=setting.orders.get(dated.column, "month first"))
            self.issues += [dated.issue(problem) for problem in problems.items]
        aliases = block.text("also_known_as")
        wave = block.answer("wave")
        role = block.text("respondent_role")
        if "@" in role:
            role = ""
        return Entry(
            block,
            deliveries,
            Claim(name, key, (*(split_list(aliases) if why(aliases) is None else ()), *stated_names(name)), where.source(role, date)),
            role if why(role) is None else "",
            date,
            wave.text if wave and why(wave.text) is None else self.wave,
            setting,
        )

    # -- columns ---------------------------------------------------------------------------------------------------------------------------

    def columns(self) -> dict[str, str]:
        """Tell the columns that nobody asked for, and drop those about the person who answered."""
        table = self.layout.table
        fate: dict[str, str] = {}
        for part in (self.layout.organization, self.layout.defaults, *self.layout.deliveries):
            for question, positions in part.items():
                fate |= {table.columns[position]: question for position in positions}
        for position in self.layout.unmapped:
            header = table.columns[position]
            texts = [row.cells[position] for row in table.rows if position < len(row.cells)]
            n_given = sum(1 for text in texts if text)
            if is_personal(header) or looks_personal(texts):
                message = f"the column is about the person who answered; its {n_given} answers were dropped and are kept nowhere."
                self.issues.append(table.issue("personal_column_dropped", message, severity="info", row=table.header_row, column=header))
                fate[header] = "personal"
            elif n_given or header:
                name = header or f"column {position + 1}"
                message = f"no question has this name, so its {n_given} answers are not used. Map it in codebook.toml, or list it there under ignore."
                severity: Severity = "warning" if n_given else "info"
                self.issues.append(table.issue("column_unmapped", message, severity=severity, row=table.header_row, column=name))
                fate[name] = "unmapped"
        return fate

    def date_orders(self) -> dict[str, DateOrder | None]:
        """How each column of dates writes month and day; what stays open is told once per column."""
        orders: dict[str, DateOrder | None] = {}
        for part in (self.layout.organization, self.layout.defaults, *self.layout.deliveries):
            for question, positions in part.items():
                asked = self.layout.codebook.form.question(question)
                if asked is None or asked.kind != "date":
                    continue
                for position in positions:
                    header = self.layout.table.columns[position]
                    texts = [row.cells[position] for row in self.layout.table.rows]
                    order = orders[header] = date_order(texts)
                    self.tell_ambiguous(self.layout.table, position, order)
        return orders

    def tell_ambiguous(self, table: Table, position: int, order: DateOrder | None) -> None:
        dates = [(row.number, row.cells[position]) for row in table.rows]
        open_ones = [(number, text) for number, text in dates if is_ambiguous(text)]
        is_settled = any(re.match(r"\d{1,2}/\d{1,2}/", text) and not is_ambiguous(text) and not _same_both_ways(text) for _, text in dates)
        if not open_ones or (order == "month first" and is_settled):
            return
        how = "day first, as others of the column must be" if order == "day first" else "month first"
        message = f"{len(open_ones)} in this column could be month/day or day/month; read {how}. Write dates as 2026-03-04."
        number, text = open_ones[0]
        severity: Severity = "warning" if order is None else "info"
        self.issues.append(table.issue("date_ambiguous", message, severity=severity, row=number, column=table.columns[position], text=text))

    def count_empty(self, deliveries: Sequence[Block]) -> None:
        """Tell how many rows leave a required question empty, and which were not asked at all."""
        asked = self.layout.asked | {*self.layout.codebook.constants}
        for question in self.layout.codebook.form.questions.values():
            if not question.required or question.scope != "delivery":
                continue
            stands_for = {question.id, *_INSTEAD.get(question.id, ())}
            present = {name for name in asked if name in stands_for or (question.id == "hours" and name.startswith("slot"))}
            if not present:
                message = f"the form does not ask '{question.title['en']}', so it stays unknown for every delivery of this file."
                header_row = self.layout.table.header_row
                self.issues.append(self.layout.table.issue("question_not_asked", message, severity="info", row=header_row, column=question.id))
                continue
            empty = [block for block in deliveries if not any(block.text(name) for name in present)]
            if empty:
                holding = (positions for part in self.layout.deliveries for name, positions in part.items() if name in present)
                header = next((self.layout.table.columns[positions[0]] for positions in holding), question.id)
                where = f"{len(empty)} of {len(deliveries)} answers (first in row {empty[0].row.number})"
                message = f"{where} leave '{question.title['en']}' empty, so it is unknown there. Ask them."
                self.issues.append(self.layout.table.issue("required_empty", message, row=self.layout.table.header_row, column=header))


_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "hours": ("hours_mon", "hours_tue", "hours_wed", "hours_thu", "hours_fri", "hours_sat", "hours_sun"),
    "area": ("area_radius", "area_polygon"),
}


def _same_both_ways(text: str) -> bool:
    parts = re.split(r"\D", text)
    return len(parts) > 1 and parts[0].lstrip("0") == parts[1].lstrip("0")


def _glimpse(block: Block) -> str:
    """The first texts of a row, to find it by."""
    return " | ".join([cell for cell in block.row.cells if cell][:4])
