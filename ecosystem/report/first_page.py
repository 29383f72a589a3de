"""What must a council member know who reads one page only?

Five things that are strong, five findings, five decisions, who was heard, and how far the goal for calls is.
"""

from __future__ import annotations

from ecosystem.report.document import FirstPage, Items, Response
from ecosystem.report.drawing import dots
from ecosystem.report.headlines import find_headlines
from ecosystem.report.material import Material
from ecosystem.report.strengths import find_strengths


def write_first_page(m: Material) -> FirstPage:
    """Return the first page of a run."""
    headlines = find_headlines(m)
    return FirstPage(
        response=_response(m),
        strengths=Items(find_strengths(m), is_numbered=True),
        findings=Items(tuple(headline.finding for headline in headlines), is_numbered=True),
        decisions=Items(tuple(headline.decision for headline in headlines), is_numbered=True),
        titles=(m.say("assets"), m.say("front.findings"), m.say("decisions")),
        how_to_read=(m.say("how_to_read.unknown"), m.say("how_to_read.people"), m.say("how_to_read.places")),
        goal=_goal(m),
    )


def _goal(m: Material) -> tuple[str, str] | None:
    """How far the goal for calls is, and the vehicles that are missing where that is the limit."""
    goals = m.findings("diversion", "diversion_goal")
    if not goals:
        return None
    limits = [finding for finding in m.findings("diversion", "diversion_limit") if finding.group == "vehicles"]
    said = [m.catalogue.text(f"{finding.message}.title", finding.values) + "." for finding in limits[:1]]
    return m.catalogue.text(f"{goals[0].message}.title", goals[0].values), " ".join([goals[0].sentence(m.catalogue), *said])


def _response(m: Material) -> Response:
    answered, asked = m.answered
    not_asked = [invitation.key for invitation in m.eco.records.invitations if not invitation.asked]
    words = []
    if asked:
        words.append(m.say("answered", answered=answered, asked=asked, share=answered / asked))
    else:
        words.append(m.say("front.nobody_asked"))
    if not_asked:
        words.append(m.say("not_asked", orgs=not_asked))
    return Response(
        title=m.say("front.heard"),
        sentence=" ".join(words),
        drawing=dots(answered, asked, alt=m.say("front.heard.alt", answered=answered, asked=asked)),
    )
