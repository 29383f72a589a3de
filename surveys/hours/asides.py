"""What does a sentence without days and times say about the hours beside it?

"Mon-Fri 9-5. Every other week." holds every other week, "Program ended." no more. `aside_of` looks for the words that say so: in which weeks, on
which dates, under which condition, or not now. A sentence about anything else (who pays, what to bring, whom to call) says nothing of this.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from surveys.hours.clauses import Clause
from surveys.hours.harmless import is_fragment
from surveys.hours.labels import has_run, without
from surveys.hours.statements import Statement
from surveys.hours.words import CALLING, STOPPED, VARIES, WALK_IN, words_of


class Aside(NamedTuple):
    """What a sentence says: `reason` makes the hours beside it only possible; `question` is the code of what to ask, `refuses` without hours."""

    reason: str = ""
    question: str = ""
    refuses: bool = False
    flag: str = ""


# the service runs no more, or not for a while
_ENDED = STOPPED | words_of("ended hiatus pause paused inactive terminated dissolved")
_STOPPING = _ENDED | {"hold", "break", "longer"}
# it does not run yet, or ran once
_NOT_NOW = words_of("tba tbd tbc pending planned proposed formerly previously yet soon")
_WEEKS = words_of("week weeks wk wks semana semanas")
_SECOND = words_of("other otra alternating two dos")
_SEASONS = words_of("summer winter spring fall autumn seasonal year verano invierno otoño primavera")
_MONTHLY = words_of("month months monthly mes mensual")
# dates that the text does not give
_DATED = words_of(
    "calendar calendario dates fechas quarterly annual annually yearly semiannual semiannually lent ramadan semester quarter selected select"
)
_CONDITIONS = words_of(
    """
    weather permitting dependent depending depends contingent subject follows follow closings temperature temperatures freezing snow activated
    activation clima
    """
)
# those that are conditions beside days and times too, where others may name a service
_WEATHER = words_of("weather temperature temperatures clima")
_SOME_DAYS = words_of("hot cold snow snowy rain rainy pay game event feast fast")  # "on cold nights"
CONDITIONAL = _WEATHER | _SOME_DAYS | {"emergency", "emergencies", "needed", "available"}
# words that make the hours themselves vague, where hours are spoken of
_VAGUE = words_of(
    """
    usually sometimes approximate approximately approx about around tentative tentatively typically normally generally mostly mainly often
    occasionally possibly probably maybe perhaps limited may might irregular sporadic sporadically intermittent intermittently aproximado
    """
)
_HOURS = words_of("hours hour open opens times time schedule schedules days operate operates operating horario")
# a sentence about these is not about when it is open
_VISITORS = words_of(
    "visit visits client clients family families household households person people per each fee fees cost dues membership income exam exams"
)
_POINTERS = words_of("phone number contact location locations site sites address parking")
_SPEAKING_TO = words_of("you your need please we us our")


def aside_of(words: Sequence[str]) -> Aside | None:
    """Return what a sentence says about the hours beside it, None where it says nothing about them.

    >>> aside_of(["every", "other", "week"]), aside_of(["program", "ended"]).refuses, aside_of(["bring", "id"])
    (Aside(reason='every_other_week', question='', refuses=False, flag=''), True, None)
    """
    have = set(words)
    return _not_now(words, have) or _some_weeks(have) or _condition(words, have)


def is_stopped(words: Sequence[str]) -> bool:
    """Whether words say that the service does not run now."""
    if _STOPPING.isdisjoint(words):
        return False
    return not _ENDED.isdisjoint(words) or any(has_run(words, *run) for run in (("on", "hold"), ("on", "break"), ("no", "longer")))


def is_conditional(words: Sequence[str]) -> bool:
    """Whether words beside days and times make them hold under a condition only: the weather, an emergency, as needed."""
    if CONDITIONAL.isdisjoint(words):
        return False
    emergency = not {"emergency", "emergencies"}.isdisjoint(words) and not {"only", "case"}.isdisjoint(words)
    days = not _SOME_DAYS.isdisjoint(words) and any(
        before in _SOME_DAYS and after in ("day", "days", "night", "nights") for before, after in pairwise(words)
    )
    runs = (("as", "needed"), ("as", "available"), ("in", "emergencies"), ("in", "an", "emergency"))
    return emergency or days or not _WEATHER.isdisjoint(words) or any(has_run(words, *run) for run in runs)


def season_aside(clause: Clause, text: str) -> bool:
    """Whether a clause without days and times says a season of the hours before it, rather than heading what follows ("Summer hours;")."""
    if not (clause.season or clause.months) or not (clause.season_heads or clause.sealed) or clause.colon:
        return False
    words = clause.all_words
    if not VARIES.isdisjoint(words):
        return False
    after = text[clause.end :].strip(" ).")
    return not after or (after[0] not in "\r\n" and words[-1:] != ["hours"])


def hold(aside: Aside | None, clause: Clause, statements: Sequence[Statement]) -> None:
    """Let a sentence hold for the statements beside it: its season, and its reason or flag."""
    for statement in statements:
        if (clause.season or clause.months) and not statement.seasonal:
            statement.reasons.append("school_year" if clause.season == "school year" else "seasonal")
            statement.months, statement.seasonal = clause.months, True
        if aside is not None and aside.reason:
            statement.reasons.append(aside.reason)
        if aside is not None and aside.flag:
            statement.flags = [*without(statement.flags, "walk_in"), aside.flag]


def _not_now(words: Sequence[str], have: Collection[str]) -> Aside | None:
    if is_stopped(words):
        return Aside(question="closed_now", refuses=True)
    said = _NOT_NOW.intersection(have)
    if (said and not (said == {"soon"} and has_run(words, "as", "soon"))) or has_run(words, "old", "hours") or has_run(words, "past", "hours"):
        return Aside(question="not_now", refuses=True)
    if has_run(words, "not", "open") and not has_run(words, "open", "to") and _SEASONS.isdisjoint(have):
        return Aside(question="closed_now", refuses=True)
    return None


def _some_weeks(have: Collection[str]) -> Aside | None:
    about_visitors = not _VISITORS.isdisjoint(have)
    weeks = not _WEEKS.isdisjoint(have)
    if ("alternate" in have and _POINTERS.isdisjoint(have)) or (weeks and not _SECOND.isdisjoint(have)):
        return Aside("every_other_week")
    if "escolar" in have:
        return Aside("school_year")
    if about_visitors:
        return None
    if "season" in have:
        return Aside("seasonal")
    if weeks and not {"most", "odd", "even", "every", "cada", "ordinal", "first", "last", "second", "certain", "some"}.isdisjoint(have):
        return Aside("limited", "month_week")
    if not _MONTHLY.isdisjoint(have):
        return Aside("limited", "month_week")
    if not {"quincenal", "fortnight", "quincena", "bimonthly"}.isdisjoint(have):
        return Aside("every_other_week")
    if not _DATED.isdisjoint(have) and "to" not in have:
        return Aside("conditional", "condition") if "school" in have else Aside("limited", "which_dates")
    return None


def _condition(words: Sequence[str], have: Collection[str]) -> Aside | None:
    spoken_to = not _SPEAKING_TO.isdisjoint(have) or not CALLING.isdisjoint(have)
    if not _CONDITIONS.isdisjoint(have) or is_conditional(words):
        return Aside("conditional", "condition")
    if "if" in have and not spoken_to:
        return Aside("conditional", "condition")
    if not _VAGUE.isdisjoint(have) and not _HOURS.isdisjoint(have) and VARIES.isdisjoint(have):
        return Aside("unclear", "not_understood")
    if is_fragment(words) and VARIES.isdisjoint(have):
        return Aside("unclear", "not_understood")
    if "no" in have and (not WALK_IN.isdisjoint(have)) and "appointment" not in have:
        return Aside(flag="no_walk_in")
    return None
