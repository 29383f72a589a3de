"""Who was asked, and which contracts does the office know of? The two lists a city keeps itself: `invited.csv` and `contracts.csv`.

`invited.csv`: key, name, sector, likely_needs (;), areas (;), asked (yes/no), size. `contracts.csv`: id, funder, organization, service,
program, amount_usd, starts, ends, manager, includes, paid, renewable. Columns may stand in any order; a row that cannot be used is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast, get_args

from ecosystem.errors import Issue
from ecosystem.records import Contract, Invitation, Sector, Source, Unknown, normalize_name, stable_id
from ecosystem.taxonomy import Taxonomy
from surveys import places
from surveys.codebook import Codebook
from surveys.identity import Directory, safe_key, slug
from surveys.readers import read_tables
from surveys.response import Answer, Block, Problem, Problems, Table, Tell, quoted, split_list
from surveys.values import date_order, read_date, read_money, read_number, read_yes_no

T = TypeVar("T")

_HEADERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "invited": {
        "key": ("key", "invitation key", "clave"),
        "name": ("name", "organization", "organization name", "nombre"),
        "sector": ("sector", "type"),
        "likely_needs": ("likely needs", "needs"),
        "areas": ("areas", "area", "neighborhoods"),
        "asked": ("asked", "invited", "was asked"),
        "size": ("size", "staff", "weight"),
    },
    "contracts": {
        "id": ("id", "contract", "contract id", "number"),
        "funder": ("funder", "funded by", "source"),
        "organization": ("organization", "provider", "vendor", "grantee"),
        "service": ("service",),
        "program": ("program",),
        "amount_usd": ("amount usd", "amount"),
        "starts": ("starts", "start", "start date"),
        "ends": ("ends", "end", "end date", "expires"),
        "manager": ("manager", "contract manager"),
        "includes": ("includes", "scope"),
        "paid": ("paid",),
        "renewable": ("renewable",),
    },
}


class _List:
    """One of the lists while it is read: its rows as blocks of named cells, and what is wrong with them."""

    def __init__(self, path: Path, name: str, kind: str, needed: Sequence[str]) -> None:
        self.codebook = Codebook.own()
        self.issues: list[Issue] = []
        tables = read_tables(path, name)
        self.issues += [issue for issue in tables.issues if issue.code != "no_answers"]
        self.blocks: list[Block] = []
        for table in tables.tables[:1]:
            columns = self._columns(table, kind)
            missing = [column for column in needed if column not in columns]
            if missing:
                message = f"the column {', '.join(missing)} is missing; the list needs {', '.join(_HEADERS[kind])}."
                self.issues.append(table.issue("columns_missing", message, severity="error", row=table.header_row))
                continue
            self.orders = {q: date_order(row.cells[p[0]] for row in table.rows) for q, p in columns.items() if q in ("starts", "ends")}
            self.blocks = [Block(table, row, columns) for row in table.rows if any(row.cells)]

    def _columns(self, table: Table, kind: str) -> dict[str, tuple[int, ...]]:
        known = {normalize_name(header): column for column, headers in _HEADERS[kind].items() for header in (column, *headers)}
        columns: dict[str, tuple[int, ...]] = {}
        for position, header in enumerate(table.columns):
            column = known.get(normalize_name(header))
            if column is not None and column not in columns:
                columns[column] = (position,)
            elif header:
                message = f"the column '{header}' is not used; the list knows {', '.join(_HEADERS[kind])}."
                self.issues.append(table.issue("column_unmapped", message, severity="info", row=table.header_row, column=header))
        return columns

    def of_somebody(self, column: str, fix: str) -> Iterator[tuple[Block, Answer]]:
        """Yield the rows that name an organization in `column`, each with that cell; rows that do not are told, and `fix` says what to do."""
        for block in self.blocks:
            answer = block.answer(column)
            assert answer is not None
            if answer:
                yield block, answer
            else:
                self.tell(answer, "organization_missing", f"the row names no organization and is left out. {fix}", error=True)

    def tell(self, answer: Answer, code: str, message: str, *, error: bool = False) -> None:
        self.issues.append(answer.issue(Problem(code, message, "error" if error else "warning")))

    def read(self, block: Block, column: str, reader: Callable[[str, Tell], T | None]) -> T | Unknown:
        answer = block.answer(column)
        if answer is None:
            return Unknown("not_asked")
        reason = self.codebook.why_unknown(answer.text)
        if reason == "dont_know":
            return Unknown("dont_know", answer.source())
        if reason is not None:
            return Unknown("withheld" if reason == "withheld" else "blank", answer.source())
        problems = Problems()
        value = reader(answer.text, problems)
        self.issues += [answer.issue(problem) for problem in problems.items]
        return Unknown("refused", answer.source()) if value is None else value

    def sources(self, block: Block) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for column in block.columns:
            answer = block.answer(column)
            if answer:
                found[column] = replace(answer.source(), method="agency data")
        return found


def read_invited(
    path: Path, name: str, *, taxonomy: Taxonomy, reader: places.Reader, main: str, decide: Callable[[str], str | None] = lambda _: None
) -> tuple[tuple[Invitation, ...], tuple[Issue, ...]]:
    """Return everyone on the list of invited organizations, sorted by key, and what is wrong with the list.

    Their areas are those of `main`, the id of the main geography.
    """
    rows = _List(path, name, "invited", ["name"])
    found: dict[str, Invitation] = {}
    for block, answer in rows.of_somebody("name", "Write its name."):
        key = safe_key(block.text("key")) or slug(answer.text)
        if key in found:
            message = f"the key {quoted(key)} stands twice; the first row holds. Give each organization a key of its own."
            rows.tell(block.answer("key") or answer, "duplicate_id", message)
            continue

        def sector_of(text: str, tell: Tell) -> Sector | None:
            code = rows.codebook.choice("sector", text)
            if code in get_args(Sector):
                return cast(Sector, code)
            tell("choice_unknown", f"{quoted(text)} is no sector. Use {', '.join(get_args(Sector))}.", severity="warning")
            return None

        def needs_of(text: str, tell: Tell) -> tuple[str, ...]:
            codes = []
            for item in split_list(text):
                code = taxonomy.find_need(item)
                if code is None:
                    tell("needs_unknown", f"{quoted(item)} is no need of the taxonomy. Use its code or name.", text=item)
                elif code not in codes:
                    codes.append(code)
            return tuple(codes)

        def areas_of(text: str, tell: Tell) -> tuple[str, ...]:
            area = reader.read(text, tell, decide=decide).area
            parts = area.parts if area is not None else ()
            for part in parts:
                if part.kind == "areas" and part.geography != main:
                    tell("area_of_other_geography", f"{quoted(text)} names areas of '{part.geography}'; the list needs areas of '{main}'.")
            return tuple(sorted({area_id for part in parts if part.geography == main for area_id in part.area_ids}))

        asked = rows.read(block, "asked", lambda text, tell: read_yes_no("yes_no", text, rows.codebook, tell))
        size = rows.read(block, "size", read_number)
        sector: Sector | Unknown = rows.read(block, "sector", sector_of)
        needs = rows.read(block, "likely_needs", needs_of)
        areas = rows.read(block, "areas", areas_of)
        found[key] = Invitation(
            key=key,
            name=answer.text,
            sector="unknown" if isinstance(sector, Unknown) else sector,
            likely_needs=() if isinstance(needs, Unknown) else needs,
            areas=() if isinstance(areas, Unknown) else areas,
            asked=True if isinstance(asked, Unknown) else asked,
            size=1.0 if isinstance(size, Unknown) else size,
            sources=rows.sources(block),
        )
    return tuple(sorted(found.values(), key=lambda invitation: invitation.key)), tuple(rows.issues)


def read_contracts(path: Path, name: str, directory: Directory) -> tuple[tuple[Contract, ...], tuple[Issue, ...]]:
    """Return the contracts the office knows of, sorted by id, and what is wrong with the list.

    An organization that nobody knows is kept, by a key of its name.
    """
    rows = _List(path, name, "contracts", ["organization"])
    found: dict[str, Contract] = {}
    seen: set[tuple[str, ...]] = set()
    for block, answer in rows.of_somebody("organization", "Write who is funded."):
        organization = directory.find(answer.text)
        if organization is None:
            close = directory.candidates(answer.text)
            hint = f" Closest: {', '.join(close)}." if close else ""
            message = f"{quoted(answer.text)} has neither answered nor been invited.{hint} Decide in decisions/organizations.csv."
            rows.tell(answer, "organization_unknown", message)
            organization = slug(answer.text)
        starts = rows.read(block, "starts", lambda text, tell: read_date(text, tell, order=rows.orders.get("starts", "month first")))
        ends = rows.read(block, "ends", lambda text, tell: read_date(text, tell, order=rows.orders.get("ends", "month first")))
        if not isinstance(starts, Unknown) and not isinstance(ends, Unknown) and ends < starts:
            rows.tell(block.answer("ends") or answer, "ends_before_starts", f"the contract ends {ends}, before it starts {starts}. Check both dates.")
        texts = [block.text(column) for column in _HEADERS["contracts"]]
        key = block.text("id") or stable_id("c", *texts)
        contract = Contract(
            id=key,
            funder=block.text("funder"),
            organization=organization,
            service=block.text("service"),
            program=block.text("program"),
            amount_usd=rows.read(block, "amount_usd", read_money),
            starts=starts,
            ends=ends,
            manager=rows.read(block, "manager", lambda text, _: text),
            includes=block.text("includes"),
            is_paid=rows.read(block, "paid", lambda text, tell: read_yes_no("yes_no", text, rows.codebook, tell)),
            is_renewable=rows.read(block, "renewable", lambda text, tell: read_yes_no("yes_no", text, rows.codebook, tell)),
            sources=rows.sources(block),
        )
        if tuple(texts) in seen:
            rows.tell(block.answer("id") or answer, "duplicate_row", "the row stands twice; it is counted once.")
            continue
        seen.add(tuple(texts))
        if key in found:
            message = f"the id {quoted(key)} stands for two contracts; both are kept. Give each its own id."
            rows.tell(block.answer("id") or answer, "duplicate_id", message)
            contract = replace(contract, id=f"{key}-{stable_id('c', *texts)[2:]}")
        found[contract.id] = contract
    return tuple(sorted(found.values(), key=lambda contract: contract.id)), tuple(rows.issues)
