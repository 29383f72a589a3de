"""Where do several work side by side, and why is that no reason to cut?

Pairs come from the overlap analysis with its verdict. What is worth keeping stands first. The word for two of the same is never used: that
takes the capacity, languages, culture and eligibility of both, and the word of both.
"""

from __future__ import annotations

from ecosystem.findings import Finding
from ecosystem.report.document import Block, Chapter, Heading, Item, Items, Paragraph
from ecosystem.report.headlines import backups
from ecosystem.report.material import Material

VERDICTS = ("redundancy", "complement", "shared", "paper")
MOST_PAIRS = 6


def write(m: Material) -> Chapter | None:
    """Return the chapter of overlaps; None where the analysis was not run."""
    if m.table("overlaps") is None:
        return None
    blocks: list[Block] = [
        Paragraph(m.say("overlaps.lead"), "lead"),
        Paragraph(m.catalogue.text("overlap.condition") + " " + m.say("overlaps.caution"), "caution"),
    ]
    found = m.findings("overlaps", "overlap")
    for verdict in VERDICTS:
        pairs = backups(m) if verdict == "redundancy" else [finding for finding in found if finding.values.get("verdict") == verdict]
        if pairs:
            blocks += [Heading(m.say(f"overlaps.{verdict}", n=len(pairs))), Paragraph(m.say(f"overlaps.{verdict}.about"))]
            blocks.append(Items(tuple(_item(m, finding) for finding in pairs[:MOST_PAIRS])))
            blocks.append(Paragraph(m.say("next", first=m.next_steps(pairs[:MOST_PAIRS]))))
            if len(pairs) > MOST_PAIRS:
                blocks.append(Paragraph(m.say("more", n=len(pairs) - MOST_PAIRS), "note"))
    if not found:
        blocks.append(Paragraph(m.say("nothing_found")))
    return Chapter("overlaps", m.say("overlaps"), tuple(blocks))


def _item(m: Material, finding: Finding) -> Item:
    title = m.catalogue.text(f"{finding.message}.title", finding.values)
    how = m.say("overlaps.how", share=finding.values.get("share"), hours=finding.values.get("hours"))
    return Item(title, finding.sentence(m.catalogue), how, (finding.id,))
