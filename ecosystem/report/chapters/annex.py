"""The data behind the report in short form: who is here, and what the tables hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ecosystem.findings import CITY, Column, Findings
from ecosystem.presentation import about, hours_text, money_text, number, share_text
from ecosystem.records import Contact, known_or
from ecosystem.report.document import Block, Chapter, Heading, Paragraph, Table
from ecosystem.report.material import Material
from ecosystem.report.strengths import live_services, organizations_with_services
from ecosystem.schedule import Schedule
from ecosystem.schedule_formats import in_words

EXAMPLES = 2
"""So many rows of each table are shown; all of them stand in the workbook."""


def write(m: Material) -> Chapter | None:
    """Return the annex."""
    blocks: list[Block] = [Paragraph(m.say("annex.lead"), "lead")]
    directory = _directory(m)
    if directory.rows:
        blocks += [Heading(directory.caption), directory]
    for name, findings in m.results.items():
        if name == "diversion" and m.city.calls is None:
            continue
        blocks += [Heading(m.say("analysis", field=name)), _columns(m, findings)]
    return Chapter("annex", m.say("annex"), tuple(blocks))


def _directory(m: Material) -> Table:
    """Return who is here with what, and the phone that everyone may use."""
    phones: dict[str, dict[str, None]] = {}
    for delivery in m.eco.records.deliveries:
        phone = known_or(delivery.contact, Contact()).phone
        if phone and not delivery.is_baseline:
            phones.setdefault(delivery.organization, {})[phone] = None
    services: dict[str, list[str]] = {}
    for key in live_services(m):
        services.setdefault(m.eco.services[key].organization, []).append(m.eco.services[key].name)
    rows = []
    for key in sorted(organizations_with_services(m)):
        organization = m.eco.organizations[key]
        sector = m.say("sector", sector=organization.sector)
        rows.append((organization.name, sector, "; ".join(sorted(services[key])), ", ".join(sorted(phones.get(key, {})))))
    rows.sort(key=lambda row: (row[0].casefold(), row))
    header = (m.column("organization"), m.column("sector"), m.column("services"), m.column("phone"))
    return Table(m.say("annex.directory"), header, tuple(rows), note=m.say("annex.directory.note"))


def _columns(m: Material, findings: Findings) -> Table:
    """Return the columns of a table with what they mean, and its first rows as examples, turned so that they fit on a page."""
    examples = findings.table.head(EXAMPLES).to_dict("records")
    rows = tuple(
        (column.name, _note(m, findings, column), *(_cell(m, column, record[column.name]) for record in examples)) for column in findings.columns
    )
    header = (m.column("name"), m.column("meaning"), *(m.say("annex.example", n=number) for number in range(1, len(examples) + 1)))
    return Table(
        m.say("annex.columns", first=m.say("analysis", field=findings.analysis)),
        header,
        rows,
        note=m.say("annex.rows", n=len(examples), total=len(findings.table)),
    )


def _note(m: Material, findings: Findings, column: Column) -> str:
    """Return what a column means: in the report's words where it has them, else as the analysis says."""
    key = f"note.{findings.analysis}.{column.name}"
    return m.say(key) if f"report.{key}" in m.catalogue else column.note


def _cell(m: Material, column: Column, value: object) -> str:
    """Return one cell in the words of its column's kind; empty where there is no value."""
    names: Mapping[str, Mapping[str, str]] = {
        "area": m.eco.names.areas,
        "organization": m.eco.names.organizations,
        "delivery": m.eco.names.deliveries,
    }
    if value is None or value != value:
        return ""
    if column.kind == "area" and value == CITY:
        return m.catalogue.text("area.city")
    if column.kind in names:
        return names[column.kind].get(str(value), str(value))
    if column.kind == "need":
        return m.say("need", need=str(value)) if value else ""
    if isinstance(value, Schedule):
        return in_words(value, m.language)
    if isinstance(value, dt.date):
        return m.date(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if column.kind == "people":
            return about(value, m.language)
        if column.kind == "share":
            return share_text(value, m.language)
        if column.kind == "hours":
            return hours_text(value, m.language)
        return money_text(value) if column.kind == "usd" else number(value, 1)
    return str(value)
