"""How was this made: words, thresholds, rules for what is not known, and versions?"""

from __future__ import annotations

from importlib import metadata

from ecosystem.presentation import number, share_text
from ecosystem.report.document import Chapter, Heading, Item, Items, Paragraph, Table
from ecosystem.report.material import Material

DISTRIBUTION = "safety-ecosystem-mapper"
WORDS = ("need", "service", "covered", "not_known", "nobody", "part", "hole", "known_possible", "people")
RULES = ("unknown", "silent", "life", "baseline", "overlap")


def write(m: Material) -> Chapter | None:
    """Return the chapter of method."""
    return Chapter(
        "method",
        m.say("method"),
        (
            Paragraph(m.say("method.lead"), "lead"),
            Heading(m.say("method.words")),
            Items(tuple(Item(m.say(f"method.word.{word}.title"), m.say(f"method.word.{word}")) for word in WORDS)),
            Heading(m.say("method.rules")),
            Items(tuple(Item(m.say(f"method.rule.{rule}.title"), m.say(f"method.rule.{rule}")) for rule in RULES)),
            Heading(m.say("method.first_page")),
            Paragraph(m.say("method.first_page.strengths")),
            Paragraph(m.say("method.first_page.findings")),
            Paragraph(m.say("method.first_page.decisions")),
            Heading(m.say("method.numbers")),
            _thresholds(m),
        ),
    )


def _thresholds(m: Material) -> Table:
    standards, taxonomy = m.city.standards, m.eco.taxonomy
    deeper = {need: standards.minimum(need) for need in m.coverage.needs if standards.minimum(need) > 1}
    labels = [f"{m.say('need', need=need)}: {minimum}" for need, minimum in deeper.items()]
    rows = [
        (m.say("method.date"), m.date(m.city.as_of)),
        (m.say("method.gap_share"), share_text(standards.gap_share, m.language)),
        (m.say("method.slot"), m.say("method.slot.value", n=standards.slot_minutes)),
        (m.say("method.minimum"), "; ".join([m.say("method.minimum.value"), *labels])),
        (m.say("method.lattice"), _lattice(m)),
        (m.say("method.residents"), m.say("method.residents.yes" if m.geography.has_residents else "method.residents.no")),
        (m.say("method.needs"), str(len(m.coverage.needs))),
        (m.say("method.edition"), m.catalogue.text(f"edition.{m.eco.edition}") + ". " + m.catalogue.text(f"edition.{m.eco.edition}.about")),
        (m.say("method.taxonomy"), taxonomy.version),
        (m.say("method.version"), _version()),
    ]
    for name, table in sorted(m.city.analysis.items()):
        rows += [(m.say("method.option", first=name, last=option), str(value)) for option, value in sorted(table.items())]
    return Table(m.say("method.numbers"), (m.column("what"), m.column("value")), tuple(rows))


def _lattice(m: Material) -> str:
    error = m.geography.lattice_error
    return m.say("method.lattice.none") if error <= 0 else m.say("method.lattice.value", first=number(100 * error, 1))


def _version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "-"
