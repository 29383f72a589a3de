"""Stage 3: which minutes of the week does a text about hours mean, of which kind, and how sure?

`understand` puts clauses together into statements, resolves times without am or pm, takes closures away, and returns pieces. The rules:

- A time without am or pm is read only where one reading lies between 06:00 and 23:00, lasts at most 14 hours and fits the times beside it; in
  "6-8 pm" the first time takes the half of the second where it then comes first.
- Closing before opening is overnight only where plausible; otherwise am or pm is at fault. That part is left out, flagged, and only possible.
- What the week alone cannot say (an nth weekday, a season, every other week, an open end) is possible, not certain.
- What is not understood and could change the hours refuses the whole text. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from ecosystem.schedule import ALWAYS, DAY, NEVER, Kind, Piece, Schedule, clock, union
from surveys.hours.clauses import Clause, Days, Span
from surveys.hours.messages import Message
from surveys.hours.times import EARLIEST, LATEST, Minutes, Refused, fault_of, fits, half_of, minute_at, resolve, week_of
from surveys.hours.tokens import DAILY
from surveys.hours.words import (
    ADMIN,
    ASKING,
    CALLING,
    DANGER,
    HOLIDAY_NAMES,
    INTAKE,
    NAMING,
    NO_LABEL,
    OFFICE,
    ONLINE,
    PHONE,
    PLACES,
    RESPONSE,
    STOPPED,
    SUPPLIES,
    UNSTAFFED,
    VARIES,
    WALK_IN,
    ZONES,
)

# "9-7" that a spreadsheet turned into a date
SPREADSHEET_DATE = re.compile(
    r"""\s*(?:\d{1,2}-[A-Za-z]{3,9}(?:-\d{2,4})? | [A-Za-z]{3,9}-\d{1,2} | (?:0?[1-9]|1[0-2])/\d{1,2}(?:/\d{2,4})?(?:\s\d{1,2}:\d\d.*)?
    | \d{4}-\d\d-\d\d.* | [A-Z][a-z]{2}\s[A-Z][a-z]{2}\s\d{1,2}\s\d{4}.*)\s*""",
    re.VERBOSE,
)


@dataclass(slots=True)
class Statement:
    """One statement with its minutes: what it means before closures and doubts are applied."""

    kind: Kind
    note: str
    segment: int
    place: tuple[int, int]
    parts: list[tuple[Days, tuple[Minutes, ...]]] = field(default_factory=list)  # minutes of the day, end past 1440 is the next day
    open_parts: list[tuple[Days, int]] = field(default_factory=list)  # (days, minute of the day from which it is open without a known end)
    all_day: bool = False
    reasons: list[str] = field(default_factory=list)  # why it is only possible
    flags: list[str] = field(default_factory=list)
    months: tuple[tuple[int, int], ...] = ()
    seasonal: bool = False
    office: str = ""  # "office" or "administration", when the label says so
    labelled: bool = False
    scope: int = 0  # number of the label in front of a colon that it stands under; 0 before the first
    pieces: list[Piece] = field(default_factory=list)
    opening: bool = False  # it says when it opens, and no more
    appointment_days: frozenset[int] = frozenset()  # days that are by appointment, without times


# ---------------------------------------------------------------- words


# what "evenings" may be where no times are given
_DAYPART_POSSIBLE: dict[str, Minutes] = {"evening": (1020, 1320), "morning": (360, 720), "afternoon": (720, 1020)}


def _without(words: list[str], *gone: str) -> list[str]:
    return [word for word in words if word not in gone]


def _has(words: Sequence[str], *run: str) -> bool:
    """Whether the words of `run` follow one another in `words`."""
    size = len(run)
    if run[0] not in words:
        return False
    return any(tuple(words[at : at + size]) == run for at in range(len(words) - size + 1))


def _is_also(words: Sequence[str]) -> bool:
    """Whether appointments come in addition to the hours ("or by appointment", "appointments for other times")."""
    extra = {
        "evening",
        "evenings",
        "morning",
        "mornings",
        "afternoon",
        "afternoons",
        "night",
        "nights",
        "weekend",
        "weekends",
        "also",
        "other",
        "additional",
        "available",
        "special",
        "after",
        "outside",
        "welcome",
        "accepted",
        "needed?",
        "early",
    }
    if extra.intersection(words):
        return True
    at = words.index("appointment") if "appointment" in words else 0
    return bool({"or", "and", "&"}.intersection(words[max(at - 2, 0) : at])) or bool({"walk", "walkins", "drop"}.intersection(words))


@lru_cache(maxsize=4096)
def _kind(words: tuple[str, ...], default: Kind) -> tuple[Kind, tuple[str, ...], str]:
    """Return the kind that words say, flags, and whether it is an office or an administration."""
    have = set(words)
    flags = ("walk_in",) if have & WALK_IN and not _has(words, "drop", "off") else ()
    if have & UNSTAFFED or _has(words, "voice", "mail"):
        return "office", (*flags, "not_staffed"), ""
    if have & INTAKE or _has(words, "sign", "up") or _has(words, "check", "in") or _has(words, "sign", "in"):
        return "intake", flags, ""
    if have & PHONE:
        return "phone", flags, ""
    if have & RESPONSE:
        return "response", flags, ""
    if "crisis" in have and have & {"team", "teams", "unit", "units"}:
        return "response", flags, ""
    if "crisis" in have and not have & PLACES:
        return "phone", flags, ""
    if have & OFFICE:
        return "office", flags, "administration" if have & ADMIN else "office"
    return default, flags, ""


@lru_cache(maxsize=4096)
def _other_kinds(label: str, kind: Kind, default: Kind) -> tuple[Kind, ...]:
    """Return the further kinds of a label that names several things ("Crisis line and shelter", "Office & Hotline")."""
    kinds: list[Kind] = []
    for part in re.split(r"\band\b|[&/,+]", label.lower()):
        words = tuple(re.findall(r"[a-z]+", part))
        other, flags, _ = _kind(words, default)
        if "not_staffed" not in flags and other not in (kind, *kinds) and (other != default or not PLACES.isdisjoint(words)):
            kinds.append(other)
    return tuple(kinds)


# ---------------------------------------------------------------- statements


class Understanding:
    """The statements of one text, as they come together."""

    def __init__(self, text: str, clauses: Sequence[Clause], default: Kind, *, military: bool) -> None:
        self.text = text
        self.clauses = list(clauses)
        self.default = default
        self.military = military
        self.statements: list[Statement] = []
        self.flags: list[str] = []
        self.messages: list[Message] = []
        self.scope_at: list[tuple[int, int]] = []
        self.loose: list[Piece] = []  # possible hours that no days and times go with

    # ------------------------------------------------------------ the whole

    def pieces(self) -> tuple[Piece, ...]:
        """Return the pieces, statement by statement, or raise Refused."""
        if SPREADSHEET_DATE.fullmatch(self.text):
            raise Refused("spreadsheet_date", (0, len(self.text)))
        for clause in self.clauses:
            for what, place in clause.strays:
                raise Refused(what, place)
        self._seasons()
        self._scopes()
        positive = self._paired([clause for clause in self.clauses if not clause.closed])
        closures = [clause for clause in self.clauses if clause.closed]
        for clause in positive:
            if clause.empty:
                self._words_only(clause, bool(positive))
            else:
                self._state(clause)
        if not self.statements and not self.loose:
            self._refuse_nothing(closures)
        for closure in closures:
            self._close(closure, None)
        for clause in positive:
            for exception in clause.exceptions:
                for statement in [statement for statement in self.statements if statement.place == clause.place]:
                    self._close(exception, statement)
        return self._finish()

    def _paired(self, clauses: list[Clause]) -> list[Clause]:
        """Put clauses of days and clauses of times together."""
        out: list[Clause] = []
        waiting: list[Clause] = []
        at = 0
        while at < len(clauses):
            clause = clauses[at]
            at += 1
            if clause.days and not clause.times and not clause.always and not self._explains(clause):
                waiting.append(clause)
                continue
            if clause.times and not clause.days and not clause.times[0][0].all_day and not clause.always:
                if waiting:
                    if clause.label and clause.label[0] not in ("from", "open", "at", "hours", "between", "the", "and"):
                        raise Refused("hours_missing", waiting[0].place)
                    first = waiting[0]
                    clause.days = [[part for before in waiting for group in before.days for part in group]]
                    clause.label, clause.label_place, clause.colon = first.label, first.label_place, first.colon
                    clause.dayparts += first.dayparts
                    clause.months, clause.season, clause.season_heads = first.months, first.season, first.season_heads
                    waiting = []
                elif at < len(clauses) and self._takes_following(clauses, at, out):
                    following = clauses[at]
                    at += 1
                    clause.days = following.days
                    clause.words += following.label + following.words
                    clause.brackets += following.brackets
                else:
                    self._inherit(clause, out)
            elif waiting:
                raise Refused("hours_missing", waiting[0].place)
            out.append(clause)
        if waiting:
            raise Refused("hours_missing", waiting[0].place)
        return out

    def _takes_following(self, clauses: list[Clause], at: int, out: list[Clause]) -> bool:
        following = clauses[at]
        if not following.days or following.times or following.label or self._explains(following) or any(clause.days for clause in out):
            return False
        return at + 1 == len(clauses) or bool(clauses[at + 1].times and clauses[at + 1].days)

    def _inherit(self, clause: Clause, out: list[Clause]) -> None:
        before = next((earlier for earlier in reversed(out) if earlier.days or earlier.times), None)
        labelled = [word for word in clause.label if word not in ("and", "again", "then", "from", "open")]
        if set(labelled) & {"lunch", "lunchtime"}:
            raise Refused("lunch", clause.place)
        last = bool({"last", "final"} & set(labelled)) and before is not None
        if before is None or not before.days or (labelled and not last) or not (before.days_first or last) or any(before.exceptions):
            raise Refused("days_missing", clause.place)
        clause.days = before.days
        if not last and _overlap(before, clause):
            raise Refused("days_missing", clause.place)

    def _explains(self, clause: Clause) -> bool:
        """Whether a clause of days without times says why it has none."""
        words = set(clause.all_words)
        if _has(clause.all_words, "on", "call"):
            return True
        return bool(words & ({"appointment", "varies"} | ONLINE) or words & VARIES) or any(part.holidays and not part.days for part in _flat(clause))

    def _seasons(self) -> None:
        """Carry a season that stands first over to the clauses that follow it."""
        months: tuple[tuple[int, int], ...] = ()
        season = ""
        for clause in self.clauses:
            if clause.season_heads:
                months, season = clause.months, clause.season
            elif (months or season) and not clause.months and not clause.season:
                clause.months, clause.season = months, season

    def _scopes(self) -> None:
        """Carry labels over to the clauses that follow them, and number those in front of a colon."""
        scope = 0
        label: Clause | None = None
        for clause in self.clauses:
            own = [word for word in clause.label if word not in NO_LABEL]
            if clause.colon and own:
                scope += 1
            if own and (clause.colon or not clause.empty):
                label = clause
            elif label is not None and not clause.brackets and not clause.empty and NAMING.isdisjoint(clause.words):
                clause.carried = label
            self.scope_at.append((clause.place[0], scope))

    def _scope(self, place: tuple[int, int]) -> int:
        return next((scope for start, scope in reversed(self.scope_at) if start <= place[0]), 0)

    # ------------------------------------------------------------ clauses without days and times

    def _words_only(self, clause: Clause, more: bool) -> None:
        words = clause.all_words
        have = set(words)
        if have & STOPPED:
            raise Refused("closed_now", self._place(clause))
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
            elif _is_also(words) or have - ASKING:
                self.flags.append("also_by_appointment")  # "food pantry by appointment only": a service of its own
            else:
                self.flags.append("by_appointment")
        elif have & VARIES:
            if more and any(other.days or other.times or other.always for other in self.clauses if not other.closed):
                self._possible(ALWAYS, "varies", "hours_not_stated")
        elif _has(words, "on", "call"):
            self._possible(ALWAYS, "on_call", "hours_not_stated")
        elif have & {"when", "during", "unless", "while", "until"} and not have & (CALLING | {"please"}):
            raise Refused("condition", self._place(clause))
        elif clause.dayparts:
            raise Refused("daypart", self._place(clause))
        elif have & CALLING:
            self.flags.append("call")

    def _possible(self, when: Schedule, *flags: str) -> None:
        self.loose.append(Piece(self.default, when, certain=False, flags=flags))

    def _place(self, clause: Clause) -> tuple[int, int]:
        return clause.place if clause.place[1] else (0, len(self.text))

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
        label = clause if clause.carried is None else clause.carried
        words = clause.all_words if clause.carried is None else [*_without(label.label, "appointment"), *clause.all_words]
        place = clause.place
        if words and not STOPPED.isdisjoint(words):
            raise Refused("closed_now", place)
        note = self.text[slice(*label.label_place)].strip() if label.label_place and label.label else " ".join(clause.brackets or clause.words)
        told = label.label if "within" in words or "notice" in words else words  # "9-5, response within 24 hours" is no response
        if _has(words, "after", "hours"):
            told = [word for word in told if word not in UNSTAFFED]  # "9-5, voicemail after hours"
        kind, flags, office = _kind(tuple(told), self.default) if told else (self.default, (), "")
        if clause.label and clause.label[0] == "call" and kind == self.default:
            kind = "phone"  # "Call 9-5"
        statement = Statement(kind, note, clause.segment, place, flags=list(flags), office=office, months=clause.months, labelled=bool(words))
        statement.scope = self._scope(place)
        if words:
            self._judge(clause, words, statement)
        if clause.season or clause.months:
            statement.reasons.append("school_year" if clause.season == "school year" else "seasonal")
            statement.seasonal = True
        if clause.always:
            if clause.days and any(set(part.days) != set(DAILY) or part.nth for part in _flat(clause)):
                raise Refused("contradiction", place, "24/7")
            statement.parts.append((Days(DAILY), ((0, DAY),)))
            statement.all_day = True
        elif not clause.times:
            self._days_alone(clause, statement)
        else:
            self._timed(clause, statement)
        self.statements.append(statement)
        if label.label_place and len(words) > 1 and "not_staffed" not in flags:
            for other in _other_kinds(note, kind, self.default):
                self.statements.append(replace(statement, kind=other, flags=list(statement.flags), pieces=list(statement.pieces), office=""))

    def _judge(self, clause: Clause, words: list[str], statement: Statement) -> None:
        """Take the words that are understood for what they say; refuse where others could change the hours."""
        have = set(words)
        notes = next((at for at, word in enumerate(clause.words) if word in ("call", "please", "contact", "see")), len(clause.words))
        rest = [*clause.label, *clause.words[:notes], *clause.brackets]
        nth = any(part.nth for part in _flat(clause))
        if "appointment" in have and {"last", "final"} & have:
            rest = _without(rest, "appointment")  # "last appointment 4:30"
        elif "appointment" in have:
            if _has(words, "no", "appointment") or _has(words, "without", "appointment"):
                statement.flags.append("walk_in")
            elif _is_also(clause.all_words):
                statement.flags.append("also_by_appointment")
            else:
                statement.reasons.append("by_appointment")
            rest = _without(rest, "appointment", "no", "not", "without", "other", "unless", "other", "if", "times")
        if "every" in have or "alternate" in have or "other" in have or "alternating" in have:
            if _has(words, "every", "other", "week") or "alternate" in have or _has(words, "every", "other"):
                statement.reasons.append("every_other_week")
                rest = _without(rest, "other", "alternate", "alternating", "biweekly")
            rest = _without(rest, "every")
        if "until" in have or "while" in have:
            index = rest.index("until") if "until" in rest else rest.index("while") if "while" in rest else 0
            if SUPPLIES.intersection(rest[index:]) and not any(span.end is None for group in clause.times for span in group):
                statement.reasons.append("supplies_last")
                rest = _without(rest, "until", "while", "last", "out", "or")
            elif SUPPLIES.intersection(rest[index:]):
                rest = _without(rest, "until", "while", "last", "out")
        if "come" in have:
            rest = _without(rest, "first", "ordinal")  # first come, first served
        if _has(words, "no", "walk") or _has(words, "no", "walkins"):
            statement.flags = [*_without(statement.flags, "walk_in"), "no_walk_in"]
            rest = _without(rest, "no")
        if have & {"month", "months", "monthly"} and nth:
            rest = _without(rest, "month", "months", "monthly")
        elif have & {"month", "months", "monthly"}:
            raise Refused("month_week", clause.place)
        if _has(words, "on", "call") or "oncall" in have:
            statement.reasons.append("on_call")
            if statement.kind == "phone":
                statement.kind = self.default
        if have & ZONES or _has(words, "eastern", "time") or _has(words, "pacific", "time") or _has(words, "central", "time"):
            statement.flags.append("tz_note")
        if have & ONLINE:
            statement.flags.append("online")
        if clause.season or clause.months:
            rest = _without(rest, "during", "when", "summer", "winter", "spring", "fall", "season", "seasonal", *clause.season.split())
        if {"last", "final"} & have and clause.times and all(span.end is None for group in clause.times for span in group):
            rest = _without(rest, "last")
        if "leave" in rest and not any(span.end is None for group in clause.times for span in group):
            rest = _without(rest, "leave", "by")
        wrong = [word for word in rest if word in DANGER] or [word for word in ("calendar", "dates") if word in have]
        if wrong:
            raise Refused("not_understood" if wrong[0] not in VARIES else "varies", clause.place)
        if not clause.colon and len(rest) - len(clause.brackets) > 12:
            raise Refused("not_understood", clause.place)
        served = have & {"served", "meal", "meals", "hot", "program", "breakfast", "dinner", "brunch"}
        if have & {"lunch"} and clause.times and not served and not (clause.days and clause.brackets):
            raise Refused("lunch", clause.place)

    def _days_alone(self, clause: Clause, statement: Statement) -> None:
        """Days without times that say why: by appointment, online, varying."""
        parts = _flat(clause)
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
        groups = clause.days or [[Days(DAILY)]]
        if not clause.days and not clause.times[0][0].all_day:
            raise Refused("days_missing", clause.place)
        for span in (span for group in clause.times for span in group):
            if span.start is None and not span.all_day:
                raise Refused("end_only", span.place)
        statement.all_day = clause.times[0][0].all_day
        if clause.sun:
            statement.reasons.append("sun_times")
        if clause.run is not None:
            self._run(clause.run, statement)
            return
        for days, spans in self._pairs(groups, clause.times, clause.place):
            count = len({day for part in days for day in part.days})
            ranges = [span for span in spans if span.end is not None]
            points = [span for span in spans if span.end is None and not span.all_day]
            ranges += [span for span in spans if span.all_day]
            if ranges:
                minutes, inferred = resolve(ranges, count, clause.dayparts, military=self.military)
                good = self._plausible(ranges, minutes, days, statement)
                if inferred:
                    statement.flags.append("ampm_inferred")
                    self._equal_clocks(ranges)
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
        flat = [part for group in days for part in group]
        if len(times) == 1:
            return [(flat, times[0])]
        if len(days) == len(times):
            return list(zip(days, times, strict=True))
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
            statement.pieces.append(Piece(statement.kind, when, False, statement.note, ("unclear", code)))
        return good

    def _equal_clocks(self, spans: Sequence[Span]) -> None:
        """Refuse "7-7" where nights are spoken of, and "Nightly 9-6": it could be either half of the day."""
        by_day = re.search(r"nightly|overnight", self.text, re.IGNORECASE) is not None
        night = {"shelter", "overnight", "overnights", "night", "nights", "nightly", "bed", "beds", "sleeping", "emergency", "warming"}
        for span in spans:
            bare = span.start and span.end and not half_of(span.start) and not half_of(span.end)
            equal = span.start and span.end and (span.start[:2] == span.end[:2] or (by_day and span.end[:2] < span.start[:2]))
            if bare and equal and night & set(re.findall(r"[a-z]+", self.text.lower())):
                raise Refused("overnight", span.place, "either half of the day")

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
        statement.open_parts += [(part, min(usual)) for part in days]
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

    # ------------------------------------------------------------ closures

    def _close(self, closure: Clause, only: Statement | None) -> None:
        """Take a closure away from the statements it is about."""
        words = closure.all_words
        have = set(words)
        for what, place in closure.strays:
            raise Refused(what, place)
        if have & STOPPED or _has(words, "until", "further"):
            raise Refused("closed_now", self._place(closure))
        parts = _flat(closure)
        if closure.months or closure.season or ("month" in have and not parts):
            self._close_months(closure, only)
            return
        if any(part.holidays for part in parts):
            self._close_holidays(closure, only)
            parts = [part for part in parts if part.days]
            if not parts:
                return
        if not parts and not closure.times:
            self._closed_words(closure, have)
            return
        if (
            "for" in have
            and not have & {"lunch", "meeting", "meetings", "staff", "training", "break", "dinner", "the", "cleaning"}
            and not closure.times
        ):
            self.flags.append("partial_closure")
            return
        if closure.closed == "except" and parts and closure.times and "lunch" not in have:
            raise Refused("except", self._place(closure))  # "except Wed 9-3": closed then, or open then?
        if len(parts) > 1 and closure.times and not have & {"lunch", "meeting", "meetings"}:
            raise Refused("pairing", self._place(closure))  # "closed Tue, Wed 9-5": closed on both, or only on the first?
        targets = [only] if only is not None else self._targets(closure)
        spans = self._closed_minutes(closure, targets)
        flagged = False
        if closure.times and parts and not any(part.nth or part.alternate for part in parts):
            gone = union(week_of(part.days, spans) for part in parts)
            if not any(gone & week_of(part.days, minutes) for target in targets for part, minutes in target.parts):
                raise Refused("contradiction", self._place(closure), "not open then")
        if not closure.times and not closure.dayparts:
            self._named_twice(closure, parts, targets)
        for target in targets:
            for part in parts or [Days(DAILY)]:
                gone = week_of(part.days, spans)
                if part.nth or part.alternate:
                    self._doubt(target, part, gone)
                else:
                    self._take(target, part.days, gone, whole=not closure.times and not closure.dayparts)
                flagged = True
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
                if closed & set(part.named) and not part.nth:
                    raise Refused("contradiction", closure.place, "open on the same day")

    def _close_months(self, closure: Clause, only: Statement | None) -> None:
        for statement in [only] if only is not None else self.statements:
            if len(closure.months) == 1:
                first, last = closure.months[0]
                statement.months = ((last % 12 + 1, (first - 2) % 12 + 1),)
            statement.reasons.append("seasonal")
            statement.seasonal = True

    def _closed_words(self, closure: Clause, have: set[str]) -> None:
        if have & HOLIDAY_NAMES:
            self.flags.append("closed_named_holidays")
        elif have & {"lunch", "lunchtime"}:
            raise Refused("lunch_hours", self._place(closure))
        elif "for" in have or closure.closed == "except":
            raise Refused("not_understood", self._place(closure))
        else:
            raise Refused("closed_now", self._place(closure))

    def _targets(self, closure: Clause) -> list[Statement]:
        """Return the statements that a closure is about: those of its own sentence, else all before it, else all."""
        timed = [statement for statement in self.statements if not statement.all_day or closure.days]
        same = [statement for statement in self._same_sentence(closure) if statement in timed]
        scope = self._scope(closure.place)
        mine = [statement for statement in timed if statement.scope == scope and not statement.all_day]
        if closure.days and closure.days_first and self.text[closure.place[0] :][:5].lower() not in ("close", "excep", "exclu"):
            return mine  # "Park: Saturday closed": under its own label only
        if closure.days and same:
            return [statement for statement in timed if (statement.kind, statement.note) == (same[-1].kind, same[-1].note)]
        if closure.days:
            return [statement for statement in timed if statement.kind != "phone" or len(timed) == 1 or statement in same]
        before = [statement for statement in timed if statement.place[0] < closure.place[0]]
        if same and len(before) > len(same):
            others = [statement for statement in before if statement not in same and statement.labelled == same[-1].labelled]
            if others:
                raise Refused("pairing", self._place(closure))
        return same or before or timed

    def _closed_minutes(self, closure: Clause, targets: Sequence[Statement]) -> tuple[Minutes, ...]:
        if not closure.times:
            return tuple(
                {"morning": (0, 720), "afternoon": (720, DAY), "evening": (1020, DAY), "night": (1080, DAY)}.get(p, (0, DAY))
                for p in closure.dayparts
            ) or ((0, DAY),)
        opens = [minutes for target in targets for _, spans in target.parts for minutes in spans]
        out: list[Minutes] = []
        for span in (span for group in closure.times for span in group):
            if span.end is None and span.start is not None and span.start.hour == 12 and "hour" in closure.all_words:
                out.append((12 * 60, 13 * 60))  # "closed noon hour"
                continue
            if span.end is None and span.start is not None:  # "closed 3rd Thursday at 2:30"
                halves = [half_of(span.start)] if half_of(span.start) or span.start.military else ["a", "p"]
                starts = [minute for minute in (minute_at(span.start, half) for half in halves) if any(a <= minute < b for a, b in opens)]
                if len(starts) != 1:
                    raise Refused("ampm_ambiguous", span.place, "morning or afternoon")
                out.append((starts[0], DAY))
                continue
            found = self._closed_candidates(span)
            inside = [(start, end) for start, end in found if any(a <= start and end <= b for a, b in opens)]
            touching = inside or [(start, end) for start, end in found if any(a < end and start < b for a, b in opens)] or found
            if len(touching) != 1:
                raise Refused("ampm_ambiguous", span.place, " or ".join(f"{clock(a)}-{clock(b)}" for a, b in touching) or "several times")
            out.append(touching[0])
        return tuple(out)

    def _closed_candidates(self, span: Span) -> list[Minutes]:
        if span.start is None or span.end is None:
            raise Refused("end_only" if span.start is None else "hours_missing", span.place)
        starts = [half_of(span.start)] if half_of(span.start) or span.start.military or self.military else ["a", "p"]
        ends = [half_of(span.end)] if half_of(span.end) or span.end.military or self.military else ["a", "p"]
        found = [(minute_at(span.start, one), minute_at(span.end, two)) for one in starts for two in ends]
        return sorted({(start, end) for start, end in found if start < end and end - start <= 8 * 60})

    def _doubt(self, statement: Statement, part: Days, gone: Schedule) -> None:
        """Make the minutes of a closure on an nth weekday only possible."""
        flag = ("closed_nth", f"closed_nth:{','.join(str(week) for week in part.nth)}") if part.nth else ("every_other_week",)
        statement.pieces.append(Piece(statement.kind, gone, False, statement.note, ("closure", *flag)))
        self.flags.append(flag[0])

    def _take(self, statement: Statement, days: Sequence[int], gone: Schedule, *, whole: bool) -> None:
        kept: list[tuple[Days, tuple[Minutes, ...]]] = []
        for part, spans in statement.parts:
            hit = tuple(day for day in part.days if day in days)
            rest = tuple(day for day in part.days if day not in days)
            if rest:
                kept.append((Days(rest, part.nth, part.alternate, part.holidays), spans))
            if hit and not whole:
                cut = tuple(_subtract(spans, [(start, end) for start, end in _day_spans(gone, hit[0])]))
                if cut:
                    kept.append((Days(hit, part.nth, part.alternate), cut))
        statement.parts = kept
        statement.open_parts = [
            (Days(tuple(day for day in part.days if day not in days), part.nth, part.alternate), minute) for part, minute in statement.open_parts
        ]

    # ------------------------------------------------------------ the end

    def _finish(self) -> tuple[Piece, ...]:
        if "by_appointment" in self.flags:
            for statement in self.statements:
                if statement.kind in (self.default, "open", "intake") and "by_appointment" not in statement.reasons:
                    statement.reasons.append("by_appointment")
        self._offices()
        if len(self.statements) > 1:
            self._agree()
        pieces: list[Piece] = []
        for statement in self.statements:
            pieces += self._of(statement)
        pieces += self.loose
        if self.statements and all(statement.kind == "office" for statement in self.statements) and not self.loose and self.default != "office":
            pieces.append(Piece(self.default, ALWAYS, certain=False, flags=("hours_not_stated",)))
        pieces = _settled(pieces)
        if not any(piece.when or piece.flags for piece in pieces):
            raise Refused("no_hours", (0, len(self.text)))
        stated = any(piece.certain or set(piece.flags).isdisjoint(("unclear",)) for piece in pieces if piece.when or piece.flags)
        if self.messages and not stated:
            first = self.messages[0]
            raise Refused(first.code, (first.start, first.end), first.hint)
        return tuple(_merged(pieces))

    def _offices(self) -> None:
        """ "Office hours" alone are the hours; beside other hours they are the office's."""
        staffed = [statement for statement in self.statements if "not_staffed" not in statement.flags]
        if staffed and all(statement.office == "office" for statement in staffed) and not self.loose:
            for statement in staffed:
                statement.kind = self.default
                statement.flags.append("office_hours")

    def _agree(self) -> None:
        """Refuse a day that is given two different sets of hours under one label."""
        seen: dict[tuple[str, str, bool], list[tuple[int, Minutes, Statement, Days]]] = {}
        for statement in self.statements:
            if statement.seasonal:
                continue
            for part, spans in statement.parts:
                if part.alternate:
                    continue
                known = seen.setdefault((statement.kind, statement.note.lower(), statement.all_day), [])
                for day in part.days:
                    for start, end in spans:
                        for other_day, (a, b), other, there in known:
                            if other is statement or other_day != day or start >= b or a >= end or (start <= a and b <= end and not part.nth):
                                continue
                            if not (a < start and b < end and _shift_change(day, there, part)):
                                raise Refused("contradiction", statement.place, f"{clock(a)}-{clock(b)}")
                if not part.nth:
                    known += [(day, minutes, statement, part) for day in part.days for minutes in spans]
        self._agree_with_points()

    def _agree_with_points(self) -> None:
        """Refuse another beginning, or an appointment, on days that have hours ("M-F 9-5, Fri open at 10", "M-F 9-5, by appointment only Tue")."""
        for statement in self.statements:
            alone = statement.appointment_days
            points = [(day, minute) for part, minute in statement.open_parts if not part.nth and not part.alternate for day in part.days]
            if not alone and (not points or not statement.opening):
                continue
            for other in self.statements:
                if other is statement or other.kind != statement.kind or other.reasons or other.all_day:
                    continue
                for part, spans in other.parts:
                    meets = any(day in part.days and start <= minute < end for day, minute in points for start, end in spans)
                    if not part.nth and not part.alternate and ((statement.opening and meets) or alone.intersection(part.days)):
                        raise Refused("contradiction", statement.place, ", ".join(f"{clock(start)}-{clock(end)}" for start, end in spans))

    def _of(self, statement: Statement) -> list[Piece]:
        """Return the pieces of one statement."""
        reasons = list(dict.fromkeys(statement.reasons))
        flags = tuple(dict.fromkeys(statement.flags))
        if statement.months:
            reasons.append("months:" + ",".join(f"{first}-{last}" if first != last else f"{first}" for first, last in statement.months))
        closures = [piece for piece in statement.pieces if "closure" in piece.flags]
        out = [piece for piece in statement.pieces if "closure" not in piece.flags]
        weekly = NEVER
        holidays: list[Minutes] = []
        why: tuple[str, ...]
        for part, spans in statement.parts:
            when = week_of(part.days, spans)
            if part.holidays:
                holidays += spans
            if part.nth or part.alternate:
                why = ("nth_weekday", "nth:" + ",".join(str(week) for week in dict.fromkeys(part.nth))) if part.nth else ("every_other_week",)
                out.append(Piece(statement.kind, when, False, statement.note, (*flags, *reasons, *why)))
            else:
                weekly |= when
        for part, minute in statement.open_parts:
            why = ("nth_weekday", "nth:" + ",".join(str(week) for week in part.nth)) if part.nth else ("every_other_week",) if part.alternate else ()
            if part.days:
                out.append(Piece(statement.kind, week_of(part.days, ((minute, DAY),)), False, statement.note, (*flags, *reasons, *why, "open_end")))
        for closure in closures:
            doubtful = weekly & closure.when
            if doubtful:
                out.append(Piece(statement.kind, doubtful, False, statement.note, (*flags, *reasons, *(f for f in closure.flags if f != "closure"))))
                weekly -= doubtful
        holiday_flags = (f"ph_hours:{','.join(f'{clock(a)}-{clock(b)}' for a, b in dict.fromkeys(holidays))}",) if holidays else ()
        if weekly or holiday_flags:
            certain = bool(weekly) and not reasons
            out.insert(0, Piece(statement.kind, weekly, certain, statement.note, (*flags, *reasons, *holiday_flags)))
        return out


def _shift_change(day: int, before: Days, after: Days) -> bool:
    """Whether two crews meet on a day: it ends the days of one and begins those of the other ("Sun-Wed 6a-4p & Wed-Sat 2p-12a")."""
    return before.named[-1:] == (day,) and after.named[:1] == (day,) and len(before.days) > 1 and len(after.days) > 1


def _flat(clause: Clause) -> list[Days]:
    return [part for group in clause.days for part in group]


def _overlap(before: Clause, clause: Clause) -> bool:
    """Whether times that follow begin, as written, before the last ones end: then they are no second half of a day."""
    earlier = [span for group in before.times for span in group]
    later = [span for group in clause.times for span in group]
    if not earlier or earlier[-1].all_day or earlier[-1].end is None or later[0].start is None:
        return True
    end, start = earlier[-1].end, later[0].start
    if half_of(end) and half_of(start):
        final = later[0].end
        if final is not None and half_of(final) and fault_of(minute_at(start, half_of(start)), minute_at(final, half_of(final)), military=False):
            return False  # am or pm is at fault: asked about later
        first = earlier[-1].start
        turned = first is not None and half_of(first) == "p" and half_of(end) == "a"
        return turned or (minute_at(start, half_of(start)) < minute_at(end, half_of(end)) and half_of(start) == half_of(end))
    return False


def _day_spans(schedule: Schedule, day: int) -> tuple[Minutes, ...]:
    return schedule.on_day(day)


def _subtract(spans: Iterable[Minutes], gone: Iterable[Minutes]) -> list[Minutes]:
    out = list(spans)
    for a, b in gone:
        out = [piece for start, end in out for piece in ((start, min(end, a)), (max(start, b), end)) if piece[0] < piece[1]]
    return out


def _settled(pieces: Sequence[Piece]) -> list[Piece]:
    """Where hours of a season stand beside hours of the whole year, only what both have is certain."""
    seasonal = [piece for piece in pieces if not piece.certain and {"seasonal", "school_year"} & set(piece.flags)]
    if not seasonal:
        return list(pieces)
    out: list[Piece] = []
    for piece in pieces:
        if not piece.certain:
            out.append(piece)
            continue
        rivals = [other.when for other in seasonal if other.kind == piece.kind and other.when & piece.when]
        days = {minute // DAY for when in rivals for minute, _ in when}
        open_to_doubt = NEVER
        for when in rivals:
            open_to_doubt |= (piece.when - when) & week_of(tuple(sorted(days)), ((0, DAY),))
        if piece.when - open_to_doubt:
            out.append(Piece(piece.kind, piece.when - open_to_doubt, True, piece.note, piece.flags))
        if open_to_doubt:
            out.append(Piece(piece.kind, open_to_doubt, False, piece.note, (*piece.flags, "seasonal")))
    return out


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Join pieces that differ only in their minutes."""
    pieces = list(pieces)
    if len(pieces) == 1:
        return pieces
    groups: dict[tuple[Kind, bool, str, tuple[str, ...]], Schedule] = {}
    for piece in pieces:
        key = (piece.kind, piece.certain, piece.note, tuple(dict.fromkeys(piece.flags)))
        groups[key] = groups[key] | piece.when if key in groups else piece.when
    return [Piece(kind, when, certain, note, flags) for (kind, certain, note, flags), when in groups.items()]
