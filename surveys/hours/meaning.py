"""Stage 3: which minutes of the week does a text about hours mean, of which kind, and how sure?

`Understanding` makes statements of clauses, resolves times without am or pm and returns pieces. What is said across clauses is `pairing`, what
words beside the hours change `judging`, what a word names `labels`, what is taken away `closures`, what it amounts to `settling`. The rules:

- A time without am or pm is read only where one reading lies between 06:00 and 23:00, lasts at most 14 hours and fits the times beside it; in
  "6-8 pm" the first time takes the half of the second where it then comes first.
- Closing before opening is overnight only where plausible; otherwise am or pm is at fault. That part is left out, flagged, and only possible.
- What the week alone cannot say (an nth weekday, a season, every other week, an open end) is possible, not certain.
- What is not understood and could change the hours refuses the whole text. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from itertools import pairwise

from ecosystem.schedule import ALWAYS, DAY, Kind, Piece, Schedule, clock, union
from surveys.hours import closing_times
from surveys.hours.asides import Aside, aside_of, hold, is_stopped, season_aside
from surveys.hours.clauses import Clause, Days, Span
from surveys.hours.closures import Closures
from surveys.hours.harmless import left_over
from surveys.hours.judging import Judging
from surveys.hours.labels import has_run, is_also, is_website, kind_of, other_kinds, without
from surveys.hours.leftovers import says_same
from surveys.hours.messages import Message
from surveys.hours.pairing import carry_labels, carry_seasons, pair_clauses
from surveys.hours.settling import answer_live, check_agreement, merged, override_daily, pieces_of, settled
from surveys.hours.statements import Statement, flat, place_of
from surveys.hours.times import EARLIEST, LATEST, NIGHT_OVER, Minutes, Refused, fault_of, fits, half_of, minute_at, ranges_of, resolve, week_of
from surveys.hours.tokens import DAILY
from surveys.hours.words import ASKING, CALLING, LIVE, NAMING, NO_LABEL, UNSTAFFED, VARIES

# "9-7" that a spreadsheet turned into a date
SPREADSHEET_DATE = re.compile(
    r"""\s*(?:\d{1,2}-[A-Za-z]{3,9}(?:-\d{2,4})? | [A-Za-z]{3,9}-\d{1,2} | (?:0?[1-9]|1[0-2])/\d{1,2}(?:/\d{2,4})?(?:\s\d{1,2}:\d\d.*)?
    | \d{4}-\d\d-\d\d.* | [A-Z][a-z]{2}\s[A-Z][a-z]{2}\s\d{1,2}\s\d{4}.*)\s*""",
    re.VERBOSE,
)
# what "evenings" may be where no times are given
_DAYPART_POSSIBLE: dict[str, Minutes] = {"evening": (1020, 1320), "morning": (360, 720), "afternoon": (720, 1020)}


# where "7-7" may be by night
_NIGHT = frozenset({"shelter", "overnight", "overnights", "night", "nights", "nightly", "bed", "beds", "sleeping", "emergency", "warming"})
_NIGHTLY = re.compile(r"nightly|overnight|(every|each) night", re.IGNORECASE)
# where people sleep, an open end lasts into the morning
_SLEEPING = re.compile(r"nightly|overnight|(?:every|each) night|shelter|\bbeds?\b|sleep|warming", re.IGNORECASE)
_EVENING = 15 * 60
_ANY_SEASON = frozenset({"", "school year", "seasonal", "seasonally", "season"})


class Understanding(Judging):
    """The statements of one text, as they come together."""

    def __init__(self, text: str, clauses: Sequence[Clause], default: Kind, *, military: bool) -> None:
        super().__init__(text, default)
        self.clauses = clauses
        self.military = military
        self.flags: list[str] = []
        self.scopes: list[tuple[int, int]] = []
        self.loose: list[Piece] = []  # possible hours that no days and times go with
        self.asides: list[tuple[int, Aside | None, Clause]] = []  # sentences about the hours beside them, and how many statements stand before

    # ------------------------------------------------------------ the whole

    def pieces(self) -> tuple[Piece, ...]:
        """Return the pieces, statement by statement, or raise Refused."""
        if SPREADSHEET_DATE.fullmatch(self.text):
            raise Refused("spreadsheet_date", (0, len(self.text)))
        positive: list[Clause] = []
        closures: list[Clause] = []
        exceptions: list[Clause] = []
        headed = False
        for clause in self.clauses:
            if clause.strays:
                raise Refused(*clause.strays[0])
            (closures if clause.closed else positive).append(clause)
            headed = headed or clause.season_heads
        if headed:
            carry_seasons(self.clauses)
        self.scopes = carry_labels(self.clauses)
        positive = pair_clauses(positive)
        for clause in positive:
            if clause.empty:
                self._words_only(clause, bool(positive))
            elif closing_times.applies(clause):
                closing_times.change_ending(clause, self.statements)
            else:
                self._state(clause)
                if clause.exceptions:
                    exceptions.append(clause)
        if not self.statements and not self.loose:
            self._refuse_nothing(closures)
        for before, aside, clause in self.asides:
            self._hold(aside, clause, self.statements[:before] or self.statements)
        if closures or exceptions:
            self._close(closures, exceptions)
        return self._finish()

    def _close(self, closures: Sequence[Clause], exceptions: Sequence[Clause]) -> None:
        """Take away what closures say, and the exceptions of clauses from their own statements."""
        closing = Closures(self.text, self.statements, self.flags, self._scope, self.note, military=self.military)
        for closure in closures:
            closing.close(closure, None)
        for clause in exceptions:
            for exception in clause.exceptions:
                for statement in [statement for statement in self.statements if statement.place == clause.place]:
                    closing.close(exception, statement)

    def _scope(self, place: tuple[int, int]) -> int:
        """Return the number of the label in front of a colon that a place stands under; 0 before the first."""
        for start, scope in reversed(self.scopes):
            if start <= place[0]:
                return scope
        return 0

    # ------------------------------------------------------------ clauses without days and times

    def _words_only(self, clause: Clause, more: bool) -> None:
        words = clause.all_words
        have = set(words)
        self.limited(clause, words, self.flags)
        aside, season = aside_of(words), season_aside(clause, self.text)
        if aside is not None and aside.question == "closed_now":
            raise Refused(aside.question, place_of(clause, self.text))
        if aside is not None or season:
            self.asides.append((len(self.statements), aside, clause))
        if "appointment" in have:
            if "no" in have or "without" in have:
                self.flags.append("walk_in")
            elif clause.dayparts:
                for part in clause.dayparts:
                    start, end = _DAYPART_POSSIBLE.get(part, (1020, 1440))
                    self._possible(week_of(DAILY, ((start, end),)), "by_appointment", "hours_not_stated")
                self.flags.append("also_by_appointment")
            elif not any(other.days or other.times or other.always for other in self.clauses if not other.closed):
                self._possible(ALWAYS, "by_appointment", "hours_not_stated")
            elif is_also(words) or have - ASKING:
                self.flags.append("also_by_appointment")  # "food pantry by appointment only": a service of its own
            else:
                self.flags.append("by_appointment")
        elif have & VARIES:
            if more and any(other.days or other.times or other.always for other in self.clauses if not other.closed):
                self._possible(ALWAYS, "varies", "hours_not_stated")
        elif has_run(words, "on", "call"):
            self._possible(ALWAYS, "on_call", "hours_not_stated")
        elif have & {"when", "during", "unless", "while", "until"} and not have & (CALLING | {"please"}) and (not season or "when" in have):
            raise Refused("condition", place_of(clause, self.text))
        elif clause.dayparts:
            raise Refused("daypart", place_of(clause, self.text))
        elif have & CALLING:
            self.flags.append("call")
        elif aside is None and (says_same(words) or (not season and not clause.colon and "notice" not in have and left_over(words))):
            self.note("left_out", place_of(clause, self.text))

    def _possible(self, when: Schedule, *flags: str) -> None:
        self.loose.append(Piece(self.default, when, certain=False, flags=flags))

    def _hold(self, aside: Aside | None, clause: Clause, statements: Sequence[Statement]) -> None:
        """Let a sentence hold for the statements beside it; ask about it, or refuse, where it does not say enough."""
        if aside is not None and aside.question:
            place = place_of(clause, self.text)
            if aside.refuses:
                raise Refused(aside.question, place)
            self.note(aside.question, place)
        hold(aside, clause, statements)

    def _refuse_nothing(self, closures: Sequence[Clause]) -> None:
        """Say why a text gives no hours at all."""
        whole = (0, len(self.text))
        words = {word for clause in self.clauses for word in clause.all_words}
        if words & VARIES:
            raise Refused("varies", whole)
        if closures:
            raise Refused("closed_now", whole)
        if words & CALLING:
            raise Refused("call", whole)
        raise Refused("no_hours", whole)

    # ------------------------------------------------------------ one statement

    def _state(self, clause: Clause) -> None:
        words = clause.all_words
        label = clause
        if clause.carried is not None:
            label = clause.carried
            words = [*(label.label if label.colon else without(label.label, "appointment")), *words]
        statement = Statement(self.default, "", clause.segment, clause.place)
        others = self._named(clause, label, words, statement) if words or label.label or clause.leaves else ()
        if clause.season or clause.months:
            statement.note = statement.note or ("" if clause.season in _ANY_SEASON else clause.season)
            trailed = [before for before in self.statements if before.segment == clause.segment] if clause.season_trails else []
            hold(None, clause, [*trailed, statement])
        if clause.always:
            if clause.days and any(set(part.days) != set(DAILY) or part.nth for part in flat(clause)):
                raise Refused("contradiction", clause.place, "24/7")
            statement.parts.append((Days(DAILY), ((0, DAY),)))
            statement.all_day = True
        elif not clause.times:
            self._days_alone(clause, statement)
        else:
            self._timed(clause, statement)
        self.statements.append(statement)
        for other in others:
            further = copy(statement)
            further.kind, further.flags, further.office = other, list(statement.flags), ""
            self.statements.append(further)

    def _named(self, clause: Clause, label: Clause, words: list[str], statement: Statement) -> tuple[Kind, ...]:
        """Let the words beside days and times say which kind of hours they are, and judge them; return further kinds that the label names."""
        if is_stopped(words):
            raise Refused("closed_now", clause.place)
        if "hours" in words and any(has_run(words, before, "hours") for before in ("old", "previous", "past")):
            raise Refused("not_now", clause.place)
        named = label.label_place is not None and not NO_LABEL.issuperset(label.label)  # "Open" is no name
        note = self.text[slice(*label.label_place)].strip() if named and label.label_place else " ".join(clause.brackets or clause.words)
        told = label.label if "within" in words or "notice" in words else words  # "9-5, response within 24 hours" is no response
        if "after" in words and has_run(words, "after", "hours"):
            told = [word for word in told if word not in UNSTAFFED]  # "9-5, voicemail after hours"
        kind, flags, office = kind_of(tuple(told), self.default) if told else (self.default, (), "")
        if label.label and label.label[0] in ("call", "llame", "llamar") and kind == self.default:
            kind = "phone"  # "Call 9-5"
        statement.kind, statement.note, statement.office, statement.labelled = kind, note, office, bool(words)
        statement.flags += flags
        statement.live = not LIVE.isdisjoint(words) and NAMING.isdisjoint(clause.all_words)
        if (clause.always or (clause.times and clause.times[0][0].all_day)) and is_website(words, kind, self.default):
            statement.kind = "office"
            statement.flags.append("not_staffed")
            statement.reasons.append("not_staffed")
        if words:
            self.judge(clause, words, statement)
        if clause.leaves and kind == "intake":
            self.note("last_entry", clause.place)
        return other_kinds(note, kind, self.default) if label.label_place and len(words) > 1 and "not_staffed" not in flags else ()

    def _days_alone(self, clause: Clause, statement: Statement) -> None:
        """Days without times that say why: by appointment, online, varying."""
        parts = flat(clause)
        if "by_appointment" in statement.reasons:
            statement.appointment_days = frozenset(day for part in parts if not part.nth and not part.alternate for day in part.days)
        if all(part.holidays and not part.days for part in parts):
            raise Refused("hours_missing", clause.place)
        if "by_appointment" not in statement.reasons and "also_by_appointment" not in statement.flags:
            statement.reasons.append("varies" if set(clause.all_words) & VARIES else "conditional")
        elif "by_appointment" not in statement.reasons:
            statement.reasons.append("by_appointment")
        statement.reasons.append("hours_not_stated")
        if "on_call" in statement.reasons:
            statement.parts.append((Days(DAILY), ((0, DAY),)))  # which nights and weekends is not said
            return
        if clause.dayparts and clause.label and clause.label[0].rstrip("s") in clause.dayparts:
            # "evenings and Saturdays": each for itself
            statement.parts += [(Days(DAILY), (_DAYPART_POSSIBLE.get(part, (1020, 1440)),)) for part in clause.dayparts]
            statement.parts += [(part, ((0, DAY),)) for part in parts if part.days]
            return
        spans: tuple[Minutes, ...] = tuple(_DAYPART_POSSIBLE.get(part, (1020, 1440)) for part in clause.dayparts) or ((0, DAY),)
        statement.parts += [(part, spans) for part in parts if part.days]

    def _timed(self, clause: Clause, statement: Statement) -> None:
        all_day = clause.times[0][0].all_day
        if not clause.days and not all_day:
            raise Refused("days_missing", clause.place)
        for group in clause.times:
            for start, _, place, whole in group:
                if start is None and not whole:
                    raise Refused("end_only", place)
        statement.all_day = all_day
        if all_day and clause.dayparts and clause.days and clause.label and clause.label[0].rstrip("s") in clause.dayparts:
            raise Refused("daypart", clause.place)  # "Nights and weekends 24 hours"
        if clause.sun:
            statement.reasons.append("sun_times")
        if clause.run is not None:
            self._run(clause.run, statement)
            return
        for days, spans in self._pairs(clause.days or [[Days(DAILY)]], clause.times, clause.place):
            count = len(days[0].days if len(days) == 1 else {day for part in days for day in part.days})
            clear = ranges_of(spans, count, military=self.military)
            if clear is not None and not (clear[1] and clause.dayparts):
                if clear[1]:
                    statement.flags.append("ampm_inferred")
                    self._equal_clocks(spans, clear[0])
                for part in days:
                    statement.parts.append((part, clear[0]))
                continue
            ranges = [span for span in spans if span.end is not None]
            points = [span for span in spans if span.end is None and not span.all_day]
            ranges += [span for span in spans if span.all_day]
            if ranges:
                minutes, inferred = resolve(ranges, count, clause.dayparts, military=self.military)
                good = self._plausible(ranges, minutes, days, statement)
                if inferred:
                    statement.flags.append("ampm_inferred")
                    self._equal_clocks(ranges, minutes)
                if any(start == 0 and end == DAY for start, end in good) and not all(span.all_day for span in ranges):
                    statement.flags.append("whole_day")
                if any(before[1] > after[0] for before, after in pairwise(sorted(good))):
                    raise Refused("contradiction", clause.place, "times overlap")
                if good:
                    statement.parts += [(part, tuple(good)) for part in days]
            for span in points:
                self._point(span, days, clause, statement)

    def _run(self, run: tuple[int, int, Span], statement: Statement) -> None:
        """A run over several days: from a time on the first to a time on the last."""
        first, last, span = run
        if span.start is None or span.end is None or not all(half_of(time) or time.military for time in (span.start, span.end)):
            raise Refused("ampm_ambiguous", span.place, "several times")
        start, end = minute_at(span.start, half_of(span.start)), minute_at(span.end, half_of(span.end))
        if first == last:
            raise Refused("contradiction", span.place, "one day")
        between = tuple(day % 7 for day in range(first + 1, last if last > first else last + 7))
        statement.parts += [(Days((first,)), ((start, DAY),)), (Days(between), ((0, DAY),))] + ([(Days((last,)), ((0, end),))] if end else [])

    def _pairs(self, days: list[list[Days]], times: list[list[Span]], place: tuple[int, int]) -> list[tuple[list[Days], list[Span]]]:
        """Pair groups of days with groups of times."""
        if len(days) == len(times) == 1:
            return [(days[0], times[0])]
        if len(days) == len(times):
            return list(zip(days, times, strict=True))
        flat = [part for group in days for part in group]
        if len(times) == 1:
            return [(flat, times[0])]
        if len(days) == 1 and not (len(flat) == len(times) and len(flat) > 1):
            return [(flat, [span for group in times for span in group])]
        raise Refused("pairing", place)

    def _plausible(self, spans: Sequence[Span], minutes: Sequence[Minutes], days: Sequence[Days], statement: Statement) -> list[Minutes]:
        """Return the ranges that can be; the others are asked about and count as possible on the whole day."""
        good: list[Minutes] = []
        for span, (start, end) in zip(spans, minutes, strict=True):
            code = "" if span.all_day else fault_of(start, end, military=self.military)
            if "sun_times" in statement.reasons and code != "zero_length":
                code = ""  # the widest times of the year, not clock times
            if not code:
                good.append((0, DAY) if start <= 1 and end == DAY - 1 else (start, end))
                continue
            if code == "too_long":
                raise Refused(code, span.place, f"{clock(start)}-{clock(end)}, {(end - start) / 60:g} hours")
            hint = f"{clock(start)}-{clock(end if end <= DAY else end - DAY)}, {(end - start) / 60:g} hours"
            self.messages.append(Message(code, self.text[slice(*span.place)], *span.place, hint))
            self.flags.append(code)
            when = union(week_of(part.days, ((0, DAY),)) for part in days)
            statement.pieces += (Piece(statement.kind, when, False, statement.note, ("unclear", code)),)
        return good

    def _equal_clocks(self, spans: Sequence[Span], minutes: Sequence[Minutes]) -> None:
        """Refuse "7-7" where nights are spoken of, and "Nightly 9-6": it could be either half of the day."""
        for (start, end, place, _), (_, ends) in zip(spans, minutes, strict=True):
            if ends > DAY or start is None or end is None or end[:2] > start[:2] or half_of(start) or half_of(end):
                continue
            by_night = end[:2] == start[:2] or ("night" in self.text.lower() and _NIGHTLY.search(self.text))
            if by_night and _NIGHT.intersection(re.findall(r"[a-z]+", self.text.lower())):
                raise Refused("overnight", place, "either half of the day")

    def _point(self, span: Span, days: Sequence[Days], clause: Clause, statement: Statement) -> None:
        """A time without an end: the last intake of the day, or an open end."""
        if span.start is None:
            raise Refused("end_only", span.place)
        words = set(clause.all_words)
        half = half_of(span.start)
        options = [minute_at(span.start, half)] if half or span.start.military else [minute_at(span.start, "a"), minute_at(span.start, "p")]
        if {"last", "final"} & words:
            self._last_intake(options, clause, statement)
            return
        if min(options) >= DAY:
            raise Refused("zero_length", span.place)
        usual = [minute for minute in options if EARLIEST <= minute <= LATEST] or options
        if clause.dayparts and len(usual) > 1:
            usual = [minute for minute in usual if fits([(minute, minute)], clause.dayparts)] or usual
        if len(usual) > 1:
            statement.flags.append("ampm_inferred")
        statement.open_parts += tuple((part, min(usual)) for part in days)
        if min(usual) >= _EVENING and _SLEEPING.search(self.text):
            statement.open_until = NIGHT_OVER  # "doors open nightly at 6pm"
        statement.opening = words <= NO_LABEL | {"opens", "starts", "begins", "doors"}

    def _last_intake(self, options: Sequence[int], clause: Clause, statement: Statement) -> None:
        """The last intake ends the intake, not the opening: an intake piece within the hours of the statement before."""
        before = next((earlier for earlier in reversed(self.statements) if earlier.parts), None)
        if before is None:
            raise Refused("days_missing", clause.place)
        found = [
            (part, tuple((start, minute) for start, _ in spans if start < minute))
            for part, spans in before.parts
            for minute in options
            if any(start < minute <= end for start, end in spans)
        ]
        if not found:
            raise Refused("contradiction", clause.place, "outside the hours given")
        statement.kind, statement.flags = "intake", [*statement.flags, "last_intake"]
        statement.parts += found

    # ------------------------------------------------------------ the end

    def _finish(self) -> tuple[Piece, ...]:
        statements = self.statements
        if "by_appointment" in self.flags:
            for statement in statements:
                if statement.kind in (self.default, "open", "intake") and "by_appointment" not in statement.reasons:
                    statement.reasons.append("by_appointment")
        if len(statements) > 1:
            answer_live(statements, self.default)
        self._offices()
        if len(statements) > 1:
            override_daily(statements)
            check_agreement(statements)
        pieces: list[Piece] = []
        for statement in statements:
            pieces += pieces_of(statement)
        pieces += self.loose
        if (
            not self.loose
            and self.default != "office"
            and statements[0].kind == "office"
            and all(statement.kind == "office" for statement in statements)
        ):
            pieces.append(Piece(self.default, ALWAYS, certain=False, flags=("hours_not_stated",)))
        if len(pieces) > 1:
            pieces = settled(pieces)
        if not pieces:
            raise Refused("no_hours", (0, len(self.text)))
        if self.messages:
            faulty = {message.code for message in self.messages}
            if not any(piece.certain or faulty.isdisjoint(piece.flags) for piece in pieces):
                first = self.messages[0]
                raise Refused(first.code, (first.start, first.end), first.hint)
        return tuple(merged(pieces))

    def _offices(self) -> None:
        """ "Office hours" alone are the hours; beside other hours they are the office's."""
        if self.loose:
            return
        staffed: list[Statement] = []
        for statement in self.statements:
            if "not_staffed" not in statement.flags:
                if statement.office != "office":
                    return
                staffed.append(statement)
        for statement in staffed:
            statement.kind = self.default
            statement.flags.append("office_hours")
