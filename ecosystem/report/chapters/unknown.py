"""What do we not know, who did not answer, and which question would settle most?"""

from __future__ import annotations

from collections.abc import Sequence

from ecosystem.coverage import counted_minutes
from ecosystem.findings import Finding
from ecosystem.presentation import share_text
from ecosystem.records import OWN_WORD, Dispute, Source, Unknown
from ecosystem.report.document import Block, Cell, Chapter, Heading, Item, Items, Paragraph, Table
from ecosystem.report.drawing import bar
from ecosystem.report.grouping import Group, merge_areas
from ecosystem.report.headlines import not_known_areas
from ecosystem.report.material import Material
from ecosystem.schedule_formats import in_words

MOST_AREAS = 6
MOST_QUESTIONS = 10


def write(m: Material) -> Chapter | None:
    """Return the chapter of what is not known."""
    blocks: list[Block] = [Paragraph(m.say("unknown.lead"), "lead"), *_who_answered(m)]
    areas = _alike(not_known_areas(m), m)
    if areas:
        blocks += [Heading(m.say("unknown.areas")), Items(tuple(_area(m, group) for group in areas[:MOST_AREAS]))]
        blocks.append(Paragraph(m.say("next", first=m.next_steps(group.findings[0] for group in areas[:MOST_AREAS]))))
        if len(areas) > MOST_AREAS:
            blocks.append(Paragraph(m.say("more", n=len(areas) - MOST_AREAS), "note"))
    questions = m.findings("knowledge", "question")
    if questions:
        blocks += [Heading(m.say("unknown.questions")), Paragraph(m.say("unknown.questions.lead")), _questions(m, questions)]
    fields = m.findings("knowledge", "unknown_field")
    if fields:
        blocks += [Heading(m.say("unknown.fields")), _fields(m, fields)]
    if m.eco.records.disputes:
        blocks += [Heading(m.say("unknown.disputes")), *_disputes(m)]
    return Chapter("unknown", m.say("knowledge"), tuple(blocks))


def _who_answered(m: Material) -> list[Block]:
    rates = [finding for finding in m.findings("knowledge", "response_rate") if finding.group != "all"]
    blocks: list[Block] = []
    if rates:
        rows: list[tuple[Cell, ...]] = []
        ordered = sorted(rates, key=lambda finding: (-(finding.denominator or 0.0), finding.group))
        for number, finding in enumerate(ordered):
            share = finding.known or 0.0
            sector = m.say("sector", sector=finding.group)
            heard = m.say("unknown.of", answered=finding.numerator, asked=finding.denominator)
            rows.append((sector, bar(share, share, prefix=f"sector-{number}"), heard, ", ".join(m.names(finding.silent)) or m.say("none")))
        header = (m.column("sector"), m.column("share_answered"), m.column("answered"), m.column("silent"))
        blocks += [Heading(m.say("unknown.sectors")), Table(m.say("unknown.sectors"), header, tuple(rows)), *_by_size(m)]
    blocks += [Paragraph(finding.sentence(m.catalogue)) for finding in m.findings("knowledge", "old_answers")]
    not_asked = [invitation.key for invitation in m.eco.records.invitations if not invitation.asked]
    if not_asked:
        blocks.append(Paragraph(m.say("unknown.not_asked", field=m.names(not_asked), n=len(not_asked))))
    return blocks


def _by_size(m: Material) -> list[Block]:
    """Who answered by size, where the list of those asked tells sizes; and the rate if large ones count for more."""
    table = m.table("knowledge")
    found = [] if table is None else table[table["measure"] == "response_rate_by_size"].to_dict("records")
    if not found:
        return []
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(found):
        heard = m.say("unknown.of", answered=row["numerator"], asked=row["denominator"])
        rows.append((str(row["name"]).replace("-", "–"), bar(row["share"], row["share"], prefix=f"size-{number}"), heard))
    total = next(finding for finding in m.findings("knowledge", "response_rate") if finding.group == "all")
    header = (m.column("staff_size"), m.column("share_answered"), m.column("answered"))
    return [Table(m.say("unknown.sizes"), header, tuple(rows)), Paragraph(m.say("unknown.by_size", share=total.values["by_size"]), "note")]


def _alike(groups: Sequence[Group], m: Material) -> tuple[Group, ...]:
    """Return areas in doubt about the same needs as one group, if no silent organization is known to work in one of them alone."""
    return merge_areas(groups, lambda group: m.silent_in(group.areas))


def _area(m: Material, group: Group) -> Item:
    silent = m.silent_in(group.areas)
    words = m.say("unknown.area", n=len(group.needs), field=m.quoted(group.needs))
    how = m.say("unknown.area.silent", orgs=m.names(silent), n=len(silent)) if silent else m.say("unknown.area.how")
    return Item(m.say("unknown.area.title", first=m.where(group.areas)), words, how, group.ids[:1])


def _questions(m: Material, questions: Sequence[Finding]) -> Table:
    rows = []
    for finding in questions[:MOST_QUESTIONS]:
        delivery = m.eco.names.deliveries.get(finding.deliveries[0], finding.deliveries[0])
        rows.append((delivery, m.say("field", field=finding.question), str(int(finding.numerator or 0))))
    header = (m.column("ask"), m.column("about"), m.column("settles"))
    return Table(m.say("unknown.questions"), header, tuple(rows), numbers=frozenset((2,)))


def _fields(m: Material, fields: Sequence[Finding]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, finding in enumerate(fields):
        known = 1 - (finding.known or 0.0)
        heard = m.say("unknown.of", answered=(finding.denominator or 0.0) - (finding.numerator or 0.0), asked=finding.denominator)
        name = m.say("field", field=finding.group)
        rows.append((name, bar(known, known, prefix=f"field-{number}"), heard, share_text(finding.known or 0.0, m.language)))
    header = (m.column("question"), m.column("share_answered"), m.column("answered"), m.column("unknown_share"))
    return Table(m.say("unknown.fields"), header, tuple(rows), numbers=frozenset((3,)), note=m.say("unknown.fields.note"))


def _disputes(m: Material) -> list[Block]:
    disputes = m.eco.records.disputes
    is_shown = any(claim.text for dispute in disputes for claim in dispute.claims)
    words = m.catalogue.text("disputed") if is_shown else m.say("unknown.disputes.hidden")
    return [Paragraph(words), Items(tuple(_dispute(m, dispute) for dispute in disputes))]


def _dispute(m: Material, dispute: Dispute) -> Item:
    """Tell a dispute: for hours what both say and what only one says, and both answers as they were given, where the edition carries them."""
    names = {**m.eco.names.organizations, **m.eco.names.deliveries}
    said = [m.say("unknown.claim", first=claim.text, last=_who(m, claim)) for claim in dispute.claims if claim.text]
    title = m.say("unknown.dispute", first=names.get(dispute.record, dispute.record), field=dispute.fact)
    hours = _disputed_hours(m, dispute) if dispute.fact == "hours" else ""
    return Item(title, m.join(hours, m.say("unknown.dispute.how")), " ".join(said))


def _who(m: Material, claim: Source) -> str:
    if claim.method not in OWN_WORD:
        return m.say("unknown.claim.listing")
    return claim.role or m.say("unknown.claim.somebody")


def _disputed_hours(m: Material, dispute: Dispute) -> str:
    delivery = m.eco.deliveries.get(dispute.record)
    if delivery is None or isinstance(delivery.hours, Unknown):
        return ""
    both, either = counted_minutes(delivery)
    if not either - both:
        return ""  # a listing says otherwise: the answer holds
    return m.say("unknown.dispute.hours", first=in_words(both, m.language), last=in_words(either - both, m.language))
