"""What is there to build on: organizations, services, hours, languages."""

from __future__ import annotations

from collections.abc import Callable

from ecosystem.coverage import counted_minutes
from ecosystem.presentation import DAY_PARTS
from ecosystem.records import Delivery, known_or
from ecosystem.report.document import Block, Chapter, Heading, Items, Paragraph, Table
from ecosystem.report.material import Material
from ecosystem.report.strengths import find_strengths, languages_spoken, live_services, organizations_with_services
from ecosystem.schedule import Schedule


def write(m: Material) -> Chapter | None:
    """Return the chapter of what is strong."""
    organizations, services = organizations_with_services(m), live_services(m)
    listed = len(organizations - m.eco.records.answered)
    lead = m.say("assets.lead.listed" if listed else "assets.lead", n=len(organizations), total=len(services), listed=listed)
    blocks: list[Block] = [Paragraph(lead, "lead")]
    strengths = find_strengths(m, most=20)
    if strengths:
        blocks += [Items(strengths)]
    for make in (_by_sector, _by_kind, _by_part_of_the_week, _languages):
        table = make(m)
        if table.rows:
            blocks += [Heading(table.caption), table]
    return Chapter("assets", m.say("assets"), tuple(blocks))


def _by_sector(m: Material) -> Table:
    sectors = sorted({m.eco.organizations[key].sector for key in organizations_with_services(m)})
    rows = []
    for sector in sectors:
        keys = {key for key in organizations_with_services(m) if m.eco.organizations[key].sector == sector}
        services = sum(m.eco.organizations[m.eco.services[service].organization].sector == sector for service in live_services(m))
        rows.append((len(keys), m.say("sector", sector=sector), services))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return Table(
        m.say("assets.sectors"),
        (m.column("sector"), m.column("organizations"), m.column("services")),
        tuple((name, str(organizations), str(services)) for organizations, name, services in rows),
        numbers=frozenset((1, 2)),
    )


def _by_kind(m: Material) -> Table:
    taxonomy = m.eco.taxonomy
    services: dict[str, set[str]] = {}
    for key in live_services(m):
        for code in known_or(m.eco.services[key].types, ()):
            if code in taxonomy.services:
                services.setdefault(taxonomy.services[code].group, set()).add(key)
    rows = []
    for group in taxonomy.groups:
        if group in services:
            organizations = {m.eco.services[key].organization for key in services[group]}
            name = taxonomy.groups[group].get(m.language, taxonomy.groups[group]["en"])
            rows.append((name, str(len(services[group])), str(len(organizations))))
    return Table(
        m.say("assets.kinds"),
        (m.column("kind"), m.column("services"), m.column("organizations")),
        tuple(rows),
        numbers=frozenset((1, 2)),
        note=m.say("assets.kinds.note"),
    )


def _by_part_of_the_week(m: Material) -> Table:
    live = [d for d in m.eco.records.deliveries if not (d.is_baseline or d.is_placeholder) and d.life.is_live(m.city.as_of)]
    known = {delivery.id: counted_minutes(delivery)[0] for delivery in live}

    def count(holds: Callable[[Schedule], bool]) -> str:
        return str(sum(holds(schedule) for schedule in known.values()))

    def touches(part: Schedule) -> Callable[[Schedule], bool]:
        return lambda hours: bool(hours & part)

    def fills(part: Schedule) -> Callable[[Schedule], bool]:
        return lambda hours: part <= hours

    rows = [(f"{part.label[m.language]} ({part.hours[m.language]})", count(touches(part.when)), count(fills(part.when))) for part in DAY_PARTS]
    without = sum(1 for delivery in live if not known[delivery.id])
    return Table(
        m.say("assets.hours"),
        (m.column("part"), m.column("some"), m.column("whole")),
        tuple(rows) if live else (),
        numbers=frozenset((1, 2)),
        note=m.say("assets.hours.note", total=len(live), n=without),
    )


def _languages(m: Material) -> Table:
    spoken = languages_spoken(m)
    rows = tuple((m.say("language", field=code), str(staff), str(interpreter)) for code, (staff, interpreter) in spoken.items())
    answered = [d for d in m.eco.records.deliveries if _names_languages(d) and d.life.is_live(m.city.as_of)]
    return Table(
        m.say("assets.languages"),
        (m.column("languages"), m.column("staff"), m.column("interpreter")),
        rows,
        numbers=frozenset((1, 2)),
        note=m.say("assets.languages.note", n=len(answered)),
    )


def _names_languages(delivery: Delivery) -> bool:
    return not delivery.is_baseline and isinstance(delivery.languages, tuple)
