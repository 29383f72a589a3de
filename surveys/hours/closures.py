"""What does "closed ..." or "except ..." take away, and from which statements?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from ecosystem.schedule import DAY, Piece, clock, union
from surveys.hours.clauses import Clause, Days, Place, Span
from surveys.hours.labels import has_run
from surveys.hours.statements import Statement, flat, place_of
from surveys.hours.times import NIGHT_OVER, Minutes, Refused, half_of, minute_at, week_of
from surveys.hours.tokens import DAILY, Clock
from surveys.hours.words import HOLIDAY_NAMES, STOPPED, words_of

_ANY: Minutes = (0, NIGHT_OVER)  # a day with the night that begins on it
_CLOSED_PARTS: dict[str, Minutes] = {
    "morning": (0, 720),
    "afternoon": (720, DAY),
    "evening": (1020, NIGHT_OVER),
    "night": (1080, NIGHT_OVER),
    "overnight": (1080, NIGHT_OVER),
}
_COMERS = words_of("new clients client applicants applications enrollment enrollments referrals intakes admissions")
_WALKING_IN = _COMERS | {"walk", "walkins", "drop"}
# what a place is closed for on some days, where the words say no more
_OCCASIONS = words_of("lunch meeting meetings staff training break dinner the cleaning")


class Closures:
    """The closures of one text, applied to its statements. `flags` are those of the whole text, which closures add to."""

    def __init__(
        self,
        text: str,
        statements: Sequence[Statement],
        flags: list[str],
        scope: Callable[[Place], int],
        note: Callable[[str, Place], None],
        *,
        military: bool,
    ) -> None:
        self.text = text
        self.statements = statements
        self.flags = flags
        self.note = note  # asks about a part of the text that is read all the same
        self.scope = scope  # the number of the label that holds at a place
        self.military = military

    def close(self, closure: Clause, only: Statement | None) -> None:
        """Take a closure away from the statements it is about: from `only` where it belongs to one; raises Refused where it is not clear."""
        words = closure.all_words
        have = set(words)
        for what, place in closure.strays:
            raise Refused(what, place)
        if not STOPPED.isdisjoint(have) or ("until" in have and has_run(words, "until", "further")):
            raise Refused("closed_now", place_of(closure, self.text))
        parts = flat(closure)
        if closure.dates:
            self.flags.append(f"closed_dates:{','.join(sorted(closure.dates))}")
            if not (parts or closure.times or closure.months or closure.season or have):
                return
        if closure.months or closure.season or ("month" in have and not parts):
            self._close_months(closure, only)
            return
        if parts and any(part.holidays for part in parts):
            self._close_holidays(closure, only)
            parts = [part for part in parts if part.days]
            if not parts and not closure.times:
                return
        if not parts and not closure.times:
            self._closed_words(closure, have)
            return
        if "for" in have and not closure.times and _OCCASIONS.isdisjoint(have):
            self.flags.append("partial_closure")
            return
        if parts and not _WALKING_IN.isdisjoint(have):
            raise Refused("not_understood", place_of(closure, self.text))  # "closed to walk-ins Wed"
        if closure.closed == "except" and parts and closure.times and "lunch" not in have:
            raise Refused("except", place_of(closure, self.text))  # "except Wed 9-3": closed then, or open then?
        if len(parts) > 1 and closure.times and not have & {"lunch", "meeting", "meetings"}:
            raise Refused("pairing", place_of(closure, self.text))  # "closed Tue, Wed 9-5": closed on both, or only on the first?
        targets = self._own_targets(closure, only, parts) if only is not None else self._targets(closure)
        by_shift = not (closure.times or "morning" in closure.dayparts or "afternoon" in closure.dayparts)
        spans = self._closed_minutes(closure, targets)
        flagged = False
        if closure.times and parts and not any(part.nth or part.alternate for part in parts):
            gone = union(week_of(part.days, spans) for part in parts)
            if not any(gone & week_of(part.days, minutes) for target in targets for part, minutes in target.parts):
                raise Refused("contradiction", place_of(closure, self.text), "not open then")
        if not closure.times and not closure.dayparts:
            self._named_twice(closure, parts, targets)
        for target in targets:
            for part in parts or [Days(DAILY)]:
                if part.nth or part.alternate:
                    self._doubt(target, part, spans, by_shift=by_shift)
                else:
                    self._take(target, part.days, spans, by_shift=by_shift)
                flagged = True
        if only is not None and closure.times and not parts:
            self._doubt_before(closure, only, spans)
        if flagged and closure.times:
            self.flags.append("lunch" if "lunch" in have else "closed_window")

    def _close_holidays(self, closure: Clause, only: Statement | None) -> None:
        """Note that it is closed on holidays: the service that the sentence is about where it names one of several, else all."""
        mine = [only] if only is not None else self._same_sentence(closure)
        others = [statement for statement in self.statements if mine and (statement.kind, statement.note) != (mine[-1].kind, mine[-1].note)]
        if others:
            for statement in mine:
                statement.flags.append("ph_off")
        else:
            self.flags.append("ph_off")

    def _same_sentence(self, closure: Clause) -> list[Statement]:
        """Return the statements before a closure in its own sentence."""
        return [statement for statement in self.statements if statement.segment == closure.segment and statement.place[0] < closure.place[0]]

    def _named_twice(self, closure: Clause, parts: Sequence[Days], targets: Sequence[Statement]) -> None:
        """Refuse a day that is named as open and as closed; a range over it ("daily", "Mon-Fri", closed Wednesday) may be cut."""
        closed = {day for part in parts if not part.nth and not part.alternate for day in part.days}
        for target in targets:
            for part, _ in target.parts:
                if not closed.isdisjoint(part.named) and not part.nth:
                    raise Refused("contradiction", closure.place, "open on the same day")

    def _close_months(self, closure: Clause, only: Statement | None) -> None:
        for statement in [only] if only is not None else self.statements:
            if len(closure.months) == 1:
                first, last = closure.months[0]
                statement.months = ((last % 12 + 1, (first - 2) % 12 + 1),)
            statement.reasons.append("seasonal")
            statement.seasonal = True

    def _closed_words(self, closure: Clause, have: set[str]) -> None:
        if have & _COMERS and not have & {"year", "years", "year's"}:  # "closed to new clients"
            self.flags.append("who_may_come")
            self.note("who_else", place_of(closure, self.text))
        elif have & HOLIDAY_NAMES:
            self.flags.append("closed_named_holidays")
        elif have & {"lunch", "lunchtime"}:
            raise Refused("lunch_hours", place_of(closure, self.text))
        elif "for" in have or closure.closed == "except":
            raise Refused("not_understood", place_of(closure, self.text))
        else:
            raise Refused("closed_now", place_of(closure, self.text))

    def _own_targets(self, closure: Clause, own: Statement, parts: Sequence[Days]) -> list[Statement]:
        """Return the statement of a closure in brackets, with those before it of the same name where it names days that are not its own."""
        named = {day for part in parts for day in part.days}
        if not closure.times or not named - {day for part, _ in own.parts for day in part.days}:
            return [own]  # "Mon-Thu 9-5, Fri 9-3 (closed 12-1 daily)" is about all of them
        same = [statement for statement in self.statements if (statement.kind, statement.note) == (own.kind, own.note) and not statement.all_day]
        return [statement for statement in same if statement.place[0] <= own.place[0]] or [own]

    def _targets(self, closure: Clause) -> list[Statement]:
        """Return the statements that a closure is about: those of its own sentence, else all before it, else all."""
        if closure.days and closure.days_first and self.text[closure.start : closure.start + 5].lower() not in ("close", "excep", "exclu"):
            scope = self.scope(closure.place)
            # "Park: Saturday closed": under its own label only
            return [statement for statement in self.statements if not statement.all_day and self.scope(statement.place) == scope]
        sentence = self._same_sentence(closure)
        if closure.days and sentence:
            return [statement for statement in self.statements if (statement.kind, statement.note) == (sentence[-1].kind, sentence[-1].note)]
        if closure.days:
            return [statement for statement in self.statements if statement.kind != "phone" or len(self.statements) == 1]
        if closure.times and sentence and sentence[-1].all_day:
            return [statement for statement in sentence if statement.place == sentence[-1].place]  # "Shelter 24/7, closed 12-1; office 9-5"
        timed = [statement for statement in self.statements if not statement.all_day]
        same = [statement for statement in sentence if not statement.all_day]
        before = [statement for statement in timed if statement.place[0] < closure.place[0]]
        if same and len(before) > len(same):
            others = [statement for statement in before if statement not in same and statement.labelled == same[-1].labelled]
            if others:
                raise Refused("pairing", place_of(closure, self.text))
        return same or before or timed

    def _closed_minutes(self, closure: Clause, targets: Sequence[Statement]) -> tuple[Minutes, ...]:
        if not closure.times:
            return tuple(_CLOSED_PARTS.get(daypart, _ANY) for daypart in closure.dayparts) or (_ANY,)
        out: list[Minutes] = []
        for span in [span for group in closure.times for span in group]:
            if span.end is None and span.start is not None and span.start.hour == 12 and "hour" in closure.all_words:
                out.append((12 * 60, 13 * 60))  # "closed noon hour"
                continue
            if span.end is None and span.start is not None:  # "closed 3rd Thursday at 2:30"
                halves = [half_of(span.start)] if half_of(span.start) or span.start.military else ["a", "p"]
                opens = _minutes_of(targets)
                starts = [minute for minute in (minute_at(span.start, half) for half in halves) if any(a <= minute < b for a, b in opens)]
                if len(starts) != 1:
                    raise Refused("ampm_ambiguous", span.place, "morning or afternoon")
                out.append((starts[0], DAY))
                continue
            found = self._closed_candidates(span)
            if len(found) > 1:
                opens = _minutes_of(targets)
                inside = [(start, end) for start, end in found if any(a <= start and end <= b for a, b in opens)]
                found = inside or [(start, end) for start, end in found if any(a < end and start < b for a, b in opens)] or found
            if len(found) != 1:
                raise Refused("ampm_ambiguous", span.place, " or ".join(f"{clock(a)}-{clock(b)}" for a, b in found) or "several times")
            out.append(found[0])
        return tuple(out)

    def _closed_candidates(self, span: Span) -> list[Minutes]:
        if span.start is None or span.end is None:
            raise Refused("end_only" if span.start is None else "hours_missing", span.place)
        ends = self._may_be(span.end)
        found = {(start, end) for start in self._may_be(span.start) for end in ends if 0 < end - start <= 8 * 60}
        return sorted(found)

    def _may_be(self, time: Clock) -> tuple[int, ...]:
        """Return the minutes of the day that a time may be."""
        half = half_of(time)
        if half or time.military or self.military:
            return (minute_at(time, half),)
        return minute_at(time, "a"), minute_at(time, "p")

    def _doubt(self, statement: Statement, part: Days, spans: tuple[Minutes, ...], *, by_shift: bool) -> None:
        """Make the minutes of a closure on an nth weekday only possible."""
        flag = ("closed_nth", f"closed_nth:{','.join(str(week) for week in part.nth)}") if part.nth else ("every_other_week",)
        gone = union(
            week_of((day,), tuple(_common(minutes, _gone(spans, day in part.days, not by_shift and (day + 1) % 7 in part.days))))
            for other, minutes in statement.parts
            if not other.nth and not other.alternate
            for day in other.days
        )
        statement.pieces += (Piece(statement.kind, gone, False, statement.note, ("closure", *flag)),)
        self.flags.append(flag[0])

    def _doubt_before(self, closure: Clause, own: Statement, spans: Sequence[Minutes]) -> None:
        """Ask whether a closure in brackets is about the days before its own too ("Mon-Thu 9-5, Fri 9-3 (closed 12-1)"): only possible then."""
        for other in self._same_sentence(closure):
            if other is own or (other.kind, other.note, other.all_day) != (own.kind, own.note, False):
                continue
            gone = union(week_of(part.days, tuple(_common(minutes, spans))) for part, minutes in other.parts if not part.nth and not part.alternate)
            if gone:
                other.pieces += (Piece(other.kind, gone, False, other.note, ("closure", "unclear")),)
                self.note("pairing", place_of(closure, self.text))

    def _take(self, statement: Statement, days: Sequence[int], spans: tuple[Minutes, ...], *, by_shift: bool) -> None:
        """Take `spans` of some days away: by shift, what begins on a day is all that day's; else minutes of the clock are meant."""
        kept: list[tuple[Days, tuple[Minutes, ...]]] = []
        open_parts: tuple[tuple[Days, int], ...] = ()
        closed = set(days)
        for part, minutes in statement.parts:
            if not part.days:
                kept.append((part, minutes))  # holidays
                continue
            alike: dict[tuple[bool, bool], list[int]] = {}  # by whether a day is closed, and the next
            late = not by_shift and any(end > DAY for _, end in minutes)
            if not late and closed.isdisjoint(part.days):
                kept.append((part, minutes))
                continue
            for day in part.days:
                alike.setdefault((day in closed, late and (day + 1) % 7 in closed), []).append(day)
            for (today, tomorrow), same in alike.items():
                rest = _subtract(minutes, _gone(spans, today, tomorrow))
                if rest:
                    kept.append((part._replace(days=tuple(same), holidays=part.holidays and rest == minutes), rest))
        statement.parts = kept
        for part, minute in statement.open_parts:
            open_days = tuple(day for day in part.days if not _holds(minute, _gone(spans, day in days, not by_shift and (day + 1) % 7 in days)))
            open_parts += ((part._replace(days=open_days), minute),)
        statement.open_parts = open_parts


def _gone(spans: tuple[Minutes, ...], today: bool, tomorrow: bool) -> tuple[Minutes, ...]:
    """Return what a closure on a day, and on the next, takes from the hours that begin on the first, in minutes of that day, past midnight too."""
    later = tuple([(start + DAY, end + DAY) for start, end in spans]) if tomorrow else ()
    return spans + later if today else later


def _minutes_of(statements: Iterable[Statement]) -> list[Minutes]:
    return [minutes for statement in statements for _, spans in statement.parts for minutes in spans]


def _holds(minute: int, spans: Iterable[Minutes]) -> bool:
    return any(start <= minute < end for start, end in spans)


def _common(spans: Iterable[Minutes], others: Iterable[Minutes]) -> list[Minutes]:
    others = list(others)
    return [(max(start, a), min(end, b)) for start, end in spans for a, b in others if max(start, a) < min(end, b)]


@lru_cache(maxsize=4096)
def _subtract(spans: tuple[Minutes, ...], gone: tuple[Minutes, ...]) -> tuple[Minutes, ...]:
    out = list(spans)
    for a, b in gone:
        out = [piece for start, end in out for piece in ((start, min(end, a)), (max(start, b), end)) if piece[0] < piece[1]]
    return tuple(out)
