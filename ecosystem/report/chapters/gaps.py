"""Where was nobody found, at any hour, and how much of the week does each need have somebody?"""

from __future__ import annotations

from ecosystem.findings import CITY
from ecosystem.presentation import share_text
from ecosystem.report.document import Block, Cell, Chapter, Heading, Item, Items, Paragraph, Table
from ecosystem.report.drawing import bar
from ecosystem.report.grouping import Group, group_findings
from ecosystem.report.headlines import nobody_anywhere, nobody_in_areas
from ecosystem.report.material import Material

MOST_GROUPS = 8
"""So many groups are told; the rest stands in the workbook."""


def write(m: Material) -> Chapter | None:
    """Return the chapter of gaps; None where the analysis was not run."""
    if m.table("gaps") is None:
        return None
    blocks: list[Block] = [Paragraph(m.say("gaps.lead"), "lead"), Paragraph(m.say_heard("gaps.unknown"), "note")]
    nobody = nobody_anywhere(m) + nobody_in_areas(m)
    blocks += [Heading(m.say("gaps.never"))]
    blocks += groups_as_items(m, nobody, "gaps.never") if nobody else [Paragraph(m.say("gaps.never.none"))]
    parts = group_findings(m.findings("gaps", "gap_part"))
    if parts:
        blocks += [Heading(m.say("gaps.part")), Paragraph(m.say("gaps.part.lead")), *groups_as_items(m, parts, "gaps.part")]
    table = need_by_need(m)
    if table.rows:
        blocks += [Heading(table.caption), Paragraph(m.say("gaps.needs.lead")), table]
    return Chapter("gaps", m.say("gaps"), tuple(blocks))


def groups_as_items(m: Material, groups: tuple[Group, ...], key: str, most: int = MOST_GROUPS) -> list[Block]:
    """Return the heaviest groups as items, and a sentence that says how many more there are."""
    told = groups[:most]
    blocks: list[Block] = [Items(tuple(_item(m, group, key) for group in told))]
    steps = m.next_steps(group.findings[0] for group in told)
    if steps:
        blocks.append(Paragraph(m.say("next", first=steps)))
    if len(groups) > most:
        blocks.append(Paragraph(m.say("more", n=len(groups) - most), "note"))
    return blocks


def _item(m: Material, group: Group, key: str) -> Item:
    first = m.say("where.city") if group.areas == (CITY,) else m.where(group.areas)
    title = m.say(f"{key}.title", field=m.quoted(group.needs), first=first)
    when = m.say("when", when=group.when) if group.when is not None and key == "gaps.part" else ""
    return Item(title, m.join(m.home_to(group.people), when), m.could_change(group.silent), group.ids[:1])


def need_by_need(m: Material) -> Table:
    """Return for each need how much of the week the residents have somebody, known and possible, best first; weighed by residents."""
    table = m.table("gaps")
    rows: list[tuple[float, float, str]] = []
    if table is not None and not table.empty:
        for need, part in table.groupby("need", observed=True, sort=True):
            residents = part["residents"].to_numpy(float)
            weights = residents / residents.sum()
            known = round(float((part["share_of_week_known"].to_numpy(float) * weights).sum()), 9)
            possible = round(float((part["share_of_week_possible"].to_numpy(float) * weights).sum()), 9)
            rows.append((known, possible, str(need)))
    rows.sort(key=lambda row: (-row[0], -row[1], row[2]))
    cells: list[tuple[Cell, ...]] = []
    for number, (known, possible, need) in enumerate(rows):
        label = m.say("need", need=need)
        picture = bar(known, possible, prefix=f"need-{number}")
        cells.append((label, picture, share_text(known, m.language), share_text(possible, m.language)))
    return Table(
        m.say("gaps.needs"),
        (m.column("need"), m.column("week"), m.column("known"), m.column("possible")),
        tuple(cells),
        numbers=frozenset((2, 3)),
        note=m.say("gaps.needs.note"),
    )
