"""Which words beside days and times change the hours, which leave them as they are, and which are not understood?

`Judging` is what one text says beside its days and times: the reasons and flags of its statements, and the questions to ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecosystem.schedule import Kind
from surveys.hours.asides import CONDITIONAL, is_conditional
from surveys.hours.clauses import Clause
from surveys.hours.harmless import only_names
from surveys.hours.labels import has_run, is_also, without
from surveys.hours.leftovers import left_over_of, place_of_words
from surveys.hours.messages import Message
from surveys.hours.statements import Statement, flat
from surveys.hours.times import Refused
from surveys.hours.tokens import same_length
from surveys.hours.visitors import VISITORS, ages_in, limits_of
from surveys.hours.words import AGED, DANGER, ONLINE, SUPPLIES, VARIES, ZONE_NAMES, ZONES, words_of

_MONTH = frozenset({"month", "months", "monthly", "mes", "mensual"})
# words that are looked at one by one; a clause with none of them only names what is open
_JUDGED = (
    DANGER
    | ZONES
    | ZONE_NAMES
    | ONLINE
    | CONDITIONAL
    | _MONTH
    | words_of("appointment last final every alternate alternating other until while come call oncall leave calendar dates lunch")
)


_SENDING = frozenset({"call", "please", "contact", "see"})  # words from one of them on send elsewhere
_SERVED = words_of("served meal meals hot program breakfast dinner brunch")
_LIMITING = VISITORS | AGED


class Judging:
    """The statements of a text as they come together, with the questions about it."""

    def __init__(self, text: str, default: Kind) -> None:
        self.text = text
        self.default = default
        self.statements: list[Statement] = []
        self.messages: list[Message] = []

    def note(self, code: str, place: tuple[int, int]) -> None:
        """Ask about a part of a text that is read all the same, once."""
        message = Message(code, self.text[slice(*place)].strip(), *place)
        if message not in self.messages:
            self.messages.append(message)

    def limited(self, clause: Clause, words: Sequence[str], flags: list[str]) -> None:
        """Flag hours that are not for everybody, and ask; the minutes stay as they are."""
        if _LIMITING.isdisjoint(words):
            return
        people = [] if VISITORS.isdisjoint(words) else limits_of(clause)
        place = place_of_words(people, clause, self.text) if people else None
        if place is None and not AGED.isdisjoint(words):
            place = ages_in(same_length(self.text), clause.start, clause.end)
        if place is not None:
            flags.append("who_may_come")
            self.note("who_else", place)

    def judge(self, clause: Clause, words: list[str], statement: Statement) -> None:
        """Take the words that are understood for what they say; refuse where others could change the hours."""
        have = set(words)
        self.limited(clause, words, statement.flags)
        notes = len(clause.words)
        if not _SENDING.isdisjoint(clause.words):
            notes = next(at for at, word in enumerate(clause.words) if word in _SENDING)
        if _JUDGED.isdisjoint(have):
            if not clause.colon and len(clause.label) + notes > 12:
                raise Refused("not_understood", clause.place)
            if not only_names(words) or clause.always or (clause.times and clause.times[0][0].all_day):
                self._unclear(clause, notes, statement)
            return
        rest = [*clause.label, *clause.words[:notes], *clause.brackets]
        if "appointment" in have and {"last", "final"} & have:
            rest = without(rest, "appointment")  # "last appointment 4:30"
        elif "appointment" in have:
            if has_run(words, "no", "appointment") or has_run(words, "without", "appointment"):
                statement.flags.append("walk_in")
            elif is_also(_said_of_appointments(clause)):
                statement.flags.append("also_by_appointment")
            else:
                statement.reasons.append("by_appointment")
            rest = without(rest, "appointment", "no", "not", "without", "other", "unless", "other", "if", "times")
        if "every" in have or "alternate" in have or "other" in have or "alternating" in have:
            if has_run(words, "every", "other", "week") or "alternate" in have or has_run(words, "every", "other"):
                statement.reasons.append("every_other_week")
                if "alternate" in clause.words[-1:]:  # "Tue 10-12 and Thu 1-3 biweekly"
                    for before in self.statements:
                        if before.segment == clause.segment:
                            before.reasons.append("every_other_week")
                rest = without(rest, "other", "alternate", "alternating", "biweekly")
            rest = without(rest, "every")
        if "until" in have or "while" in have:
            index = rest.index("until") if "until" in rest else rest.index("while") if "while" in rest else 0
            if SUPPLIES.intersection(rest[index:]) and not any(span.end is None for group in clause.times for span in group):
                statement.reasons.append("supplies_last")
                rest = without(rest, "until", "while", "last", "out", "or")
            elif SUPPLIES.intersection(rest[index:]):
                rest = without(rest, "until", "while", "last", "out")
        if "come" in have:
            rest = without(rest, "first", "ordinal")  # first come, first served
        if "call" in have and has_run(words, "call", "first"):
            rest = without(rest, "first")
            statement.flags.append("call")
        if "no" in have and (has_run(words, "no", "walk") or has_run(words, "no", "walkins")):
            statement.flags = [*without(statement.flags, "walk_in"), "no_walk_in"]
            rest = without(rest, "no")
        if not _MONTH.isdisjoint(have):
            if not any(part.nth for part in flat(clause)):
                raise Refused("month_week", clause.place)
            rest = without(rest, *_MONTH)
        if "oncall" in have or ("call" in have and has_run(words, "on", "call")):
            statement.reasons.append("on_call")
            if statement.kind == "phone":
                statement.kind = self.default
        zone = len(clause.brackets) == 1 and clause.brackets[0] in ZONE_NAMES
        if zone or not ZONES.isdisjoint(have) or ("time" in have and any(has_run(words, name, "time") for name in ("eastern", "pacific", "central"))):
            statement.flags.append("tz_note")
        if not ONLINE.isdisjoint(have):
            statement.flags.append("online")
        if clause.season or clause.months:
            rest = without(rest, "during", "when", "summer", "winter", "spring", "fall", "season", "seasonal", *clause.season.split())
        if {"last", "final"} & have and clause.times and all(span.end is None for group in clause.times for span in group):
            rest = without(rest, "last")
        if "leave" in rest and not any(span.end is None for group in clause.times for span in group):
            rest = without(rest, "leave", "by")
        wrong = [word for word in rest if word in DANGER] or [word for word in ("calendar", "dates") if word in have]
        if wrong:
            start, end = place_of_words(wrong, clause, self.text)
            raise Refused("not_understood" if wrong[0] not in VARIES else "varies", (start, max(end, clause.end)))
        if not clause.colon and len(rest) - len(clause.brackets) > 12:
            raise Refused("not_understood", clause.place)
        if is_conditional(words) or ("emergencies" in have and (clause.always or (clause.times and clause.times[0][0].all_day))):
            statement.reasons.append("conditional")
            self.note("condition", clause.place)
        self._unclear(clause, notes, statement)
        if "lunch" in have and clause.times and _SERVED.isdisjoint(have) and not (clause.days and clause.brackets):
            raise Refused("lunch", clause.place)

    def _unclear(self, clause: Clause, notes: int, statement: Statement) -> None:
        """Ask about words that are not understood: they may change the hours."""
        left = left_over_of(clause, notes, self.text)
        if left:
            statement.reasons.append("unclear")
            self.note("not_understood", left)


def _said_of_appointments(clause: Clause) -> list[str]:
    """Return the words that may say that appointments come in addition: those behind the times, where they speak of them.

    "9-5, evenings by appointment" has evenings in addition, "Evening mediations Tue 5-8pm by appointment" has none.
    """
    behind = [*clause.words, *clause.brackets]
    if not clause.times:
        return clause.all_words
    return behind if "appointment" in behind else [word for word in clause.all_words if word not in _WHEN]


_WHEN = words_of("evening evenings morning mornings afternoon afternoons night nights weekend weekends")
