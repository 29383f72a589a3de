"""Who pays for what, until when, and who looks after it?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ecosystem.presentation import money_text
from ecosystem.records import Contract, Unknown
from ecosystem.report.document import Block, Chapter, Heading, Paragraph, Table
from ecosystem.report.headlines import SOON_DAYS, contract_name, ending_soon, is_unmanaged
from ecosystem.report.material import Material


def write(m: Material) -> Chapter | None:
    """Return the chapter of contracts; None where the edition knows none."""
    contracts = m.eco.records.contracts
    if not contracts:
        return None
    unmanaged = sum(is_unmanaged(contract) for contract in contracts)
    until = m.city.as_of + dt.timedelta(days=SOON_DAYS)
    ending = ending_soon(m)
    blocks: list[Block] = [
        Paragraph(m.say("funding.lead", n=len(contracts)), "lead"),
        Paragraph(m.say("funding.soon", n=len(ending), date=until)),
        Paragraph(m.say("funding.unmanaged", n=unmanaged, total=len(contracts))),
        Paragraph(m.say("funding.life"), "note"),
    ]
    table = _by_contract(m) if any(contract_name(m, contract) for contract in contracts) else _by_funder(m)
    return Chapter("funding", m.say("funding"), (*blocks, Heading(table.caption), table))


def _by_contract(m: Material) -> Table:
    header = (m.column("ends"), m.column("pays_for"), m.column("funder"), m.column("amount"), m.column("manager"))
    rows = tuple(_row(m, contract) for contract in _by_end(m.eco.records.contracts))
    hidden = {column for column in range(len(header)) if all(row[column] == m.catalogue.text("unknown.redacted") for row in rows)}
    shown = [column for column in range(len(header)) if column not in hidden]
    numbers = frozenset(place for place, column in enumerate(shown) if column == 3)
    return Table(m.say("funding.table"), tuple(header[c] for c in shown), tuple(tuple(row[c] for c in shown) for row in rows), numbers)


def _by_funder(m: Material) -> Table:
    """Return how many contracts of each funder end on each day, for an edition that does not say whom they pay."""
    counts: dict[tuple[str, str], list[int]] = {}
    for contract in _by_end(m.eco.records.contracts):
        pair = counts.setdefault((_ends(m, contract), contract.funder), [0, 0])
        pair[0] += 1
        pair[1] += is_unmanaged(contract)
    header = (m.column("ends"), m.column("funder"), m.column("contracts"), m.column("unmanaged"))
    rows = tuple((ends, funder, str(n), str(unmanaged)) for (ends, funder), (n, unmanaged) in counts.items())
    return Table(m.say("funding.by_funder"), header, rows, numbers=frozenset((2, 3)))


def _by_end(contracts: Iterable[Contract]) -> list[Contract]:
    """Return contracts by the day they end and who pays; those without a day last."""
    return sorted(contracts, key=lambda c: (isinstance(c.ends, Unknown), "" if isinstance(c.ends, Unknown) else c.ends.isoformat(), c.funder, c.id))


def _row(m: Material, contract: Contract) -> tuple[str, ...]:
    amount = _said(m, contract.amount_usd) if isinstance(contract.amount_usd, Unknown) else money_text(contract.amount_usd)
    manager = contract.manager
    if isinstance(manager, Unknown):
        manager = m.say("funding.nobody_named") if is_unmanaged(contract) else _said(m, manager)
    return (_ends(m, contract), contract_name(m, contract) or m.catalogue.text("unknown.redacted"), contract.funder, amount, manager)


def _ends(m: Material, contract: Contract) -> str:
    return _said(m, contract.ends) if isinstance(contract.ends, Unknown) else m.date(contract.ends)


def _said(m: Material, unknown: Unknown) -> str:
    return m.catalogue.text(f"unknown.{unknown.reason}")
