"""One page from one edition: `draw_page`. `shell` makes the safe HTML around it, `plain` the part that works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Findings
    from ecosystem.graph import Ecosystem


def draw_page(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> str:
    """Return the whole HTML of one edition."""
    from maps.page.goal import GOAL_MESSAGES, goal_section
    from maps.page.plain import plain_parts
    from maps.page.shell import fill_shell, render_shell
    from maps.payload import calls, codec, facts
    from maps.payload.words import all_words
    from maps.views import views

    head, sections = facts.head_and_sections(eco, coverage)
    goal, unmet = calls.goal_of(eco, coverage, results, head["languages"]), calls.unmet_of(coverage, results)
    used = [*facts.shared_messages(head), *(GOAL_MESSAGES if goal else ())]
    words = {language: all_words(language, eco.taxonomy, used) for language in head["languages"]}
    keys = sorted({key for said in words.values() for key in said if goal or not key.startswith(("calls.", "goal."))})
    head["words"] = {"keys": keys, **{language: [said.get(key, key) for key in keys] for language, said in words.items()}}
    head["views"] = [view.written(eco, coverage, results) for view in views()]
    head["first_need"] = first_need(coverage)
    if goal:
        head["goal"] = goal
    if unmet:
        head["calls"] = unmet
        sections["weeks"] = calls.pack_weeks(coverage, results)
    shell = render_shell(views(), language=head["languages"][0])
    parts = {**plain_parts(eco, coverage, head), "goal": goal_section(goal, words[head["languages"][0]]) if goal else ""}
    return fill_shell(shell, parts, codec.pack(head, sections))


def first_need(coverage: Coverage) -> int:
    """Return the row of the need that the page opens with: the first that somebody answers somewhere."""
    answered = coverage.answers_possible.any(axis=1)
    return int(answered.argmax()) if answered.any() else 0
