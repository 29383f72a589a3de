"""Who pays for what, until when, and who looks after it?"""

from __future__ import annotations

import datetime as dt

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
    ordered = sorted(contracts, key=lambda c: (not isinstance(c.ends, dt.date), str(c.ends) if isinstance(c.ends, dt.date) else "", c.id))
    header = (m.column("ends"), m.column("pays_for"), m.column("funder"), m.column("amount"), m.column("manager"))
    table = Table(m.say("funding.table"), header, tuple(_row(m, contract) for contract in ordered), numbers=frozenset((3,)))
    return Chapter("funding", m.say("funding"), (*blocks, Heading(table.caption), table))


def _row(m: Material, contract: Contract) -> tuple[str, ...]:
    ends = _said(m, contract.ends) if isinstance(contract.ends, Unknown) else m.date(contract.ends)
    amount = _said(m, contract.amount_usd) if isinstance(contract.amount_usd, Unknown) else money_text(contract.amount_usd)
    manager = contract.manager
    if isinstance(manager, Unknown):
        manager = m.say("funding.nobody_named") if is_unmanaged(contract) else _said(m, manager)
    return (ends, contract_name(m, contract), contract.funder, amount, manager)


def _said(m: Material, unknown: Unknown) -> str:
    return m.catalogue.text(f"unknown.{unknown.reason}")
