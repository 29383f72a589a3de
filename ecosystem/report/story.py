"""In which order is the report told?

First page, what is strong, where nobody was found, hours with no one on duty, calls and the goal, how calls are answered, where several work side
by side, what is not known, who pays until when, method, annex. A chapter is a module with `write(material)`; adding one costs a file and a line in
`CHAPTERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from ecosystem.report.chapters import annex, answers, assets, calls, funding, gaps, hours, method, overlaps, unknown
from ecosystem.report.document import Chapter, Report
from ecosystem.report.first_page import write_first_page
from ecosystem.report.material import Material, Run
from ecosystem.report.page import write_page

CHAPTERS: tuple[Callable[[Material], Chapter | None], ...] = (
    assets.write,
    gaps.write,
    hours.write,
    calls.write,
    answers.write,
    overlaps.write,
    unknown.write,
    funding.write,
    method.write,
    annex.write,
)
"""The chapters in their order; one that has nothing to tell returns None."""


def write_report(run: Run, language: str) -> str:
    """Return the report of a run as one HTML document in `language`, the same bytes on every call.

    `run` needs `eco`, `coverage` and `results` of one edition; text from answers is only ever shown as text. By custom the report in the
    city's first language is `report.html`, in another `report.LANGUAGE.html`. Raises NameUnknownError for a language without messages.
    """
    return write_page(compose(Material.of(run, language)))


def compose(m: Material) -> Report:
    """Return the report of a run before it takes the form of a page."""
    city, language = m.city, m.language
    subtitle = [m.say("as_of", date=city.as_of), m.catalogue.text(f"edition.{m.eco.edition}")]
    if city.contact.name:
        subtitle.insert(0, city.contact.name)
    if city.goal is not None:
        reached = [finding.known for finding in m.findings("diversion", "diversion_goal") if finding.known is not None]
        subtitle.append(m.say("goal.today", first=city.goal.text, share=reached[0]) if reached else m.say("goal", first=city.goal.text))
    correction = None
    if city.contact.corrections:
        subject = quote(f"{m.say('wrong')}: {city.name}, {city.as_of.isoformat()}", safe="")
        correction = (m.say("wrong"), f"mailto:{quote(city.contact.corrections, safe='@.+-_')}?subject={subject}")
    return Report(
        language=language,
        title=m.say("title", city=city.name),
        subtitle=tuple(subtitle),
        emergency=city.emergency_words(language),
        first_page=write_first_page(m),
        chapters=tuple(chapter for write in CHAPTERS if (chapter := write(m)) is not None),
        contents_title=m.say("contents"),
        closing=(
            m.say("closing", date=city.as_of),
            m.catalogue.text(f"edition.{m.eco.edition}.about"),
            m.say("closing.explain"),
        ),
        correction=correction,
        words={"as_table": m.say("as_table"), "more": m.say("read_more")},
    )
