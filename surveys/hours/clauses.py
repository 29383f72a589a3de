"""Stage 2: which days go with which times, and under which label?

`read_clauses` walks over the tokens once and gathers them into clauses. A clause is one statement: at most one list of days, one list of
times, a label ("Intake:"), and words. "9-5 M-Th, 9-4 F" is two clauses, "Monday, Tuesday; 12-9" is two that stage 3 puts together. Nothing
is judged here: a clause keeps everything that was said, also what was not understood (`strays`), so that stage 3 can refuse.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple

from surveys.hours.tokens import DAILY, Clock, Token
from surveys.hours.words import CALLED, COUNTED, FILLERS, INTAKE, NOTICE, NUMBERED, OFFICE, PHONE

Place = tuple[int, int]


class Days(NamedTuple):
    """Days named together: `nth` holds weeks of the month (empty: every week), `alternate` every other week, `holidays` public holidays."""

    days: tuple[int, ...]
    nth: tuple[int, ...] = ()
    alternate: bool = False
    holidays: bool = False
    listed: bool = False  # named one by one rather than as a range
    named: tuple[int, ...] = ()  # the days that are written out: each of a list, the two ends of a range


class Span(NamedTuple):
    """A range of times as written; one side is None when only the other is said."""

    start: Clock | None
    end: Clock | None
    place: Place
    all_day: bool = False


class Clause:
    """One statement about hours. Slashes make groups of days and of times, which stage 3 pairs ("TUE/FRI 6-7PM/9-11AM")."""

    days_first = True
    always = False  # 24/7
    label_place: Place | None = None
    colon = False  # the label stood before a colon, so that it holds for what follows
    brackets: tuple[str, ...] = ()  # words in brackets
    dayparts: tuple[str, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    season = ""  # "summer", "school year" ...
    season_heads = False  # the season stood first, so that it holds for what follows
    season_trails = False  # a comma and the season stood last, so that it holds for what stands before
    sun = False  # a time is dusk or dawn
    run: tuple[int, int, Span] | None = None  # from one day to another without a break: first day, last day, and the two times
    sealed = False  # a season in brackets ended it: times that follow are another clause's
    exceptions: tuple[Clause, ...] = ()
    strays: tuple[tuple[str, Place], ...] = ()  # (what is wrong, where)
    headed = False  # the days stood before a colon
    carried: Clause | None = None  # the clause before it whose label still holds

    def __init__(self, segment: int, *, closed: str = "", place: Place = (0, 0)) -> None:
        self.segment = segment
        self.closed = closed  # the word that closes: "closed", "except" ...
        self.start, self.end = place
        self.days: list[list[Days]] = []
        self.times: list[list[Span]] = []
        self.label: list[str] = []  # words before the days and times, or before a colon
        self.words: list[str] = []  # words between and after

    @property
    def place(self) -> Place:
        """Where the clause stands in the text; (0, 0) while nothing is in it."""
        return self.start, self.end

    @property
    def all_words(self) -> list[str]:
        """Every word of the clause."""
        return [*self.label, *self.words, *self.brackets]

    @property
    def empty(self) -> bool:
        """Whether the clause says nothing about days or times."""
        return not (self.days or self.times or self.closed or self.always)


_DASHES = frozenset({"dash", "to", "until"})
_TIMES = frozenset({"time", "number", "digits", "sun"})
_LIMITS = frozenset({"starting", "starts", "start", "beginning", "begins", "begin", "until", "through", "thru", "ends", "ending", "since"})
_SIGNS = frozenset({"comma", "dash", "open", "close", "semi", "stop", "colon", "slash"})
_DAYS = frozenset({"day", "days", "badday"})


# words that end a statement where a comma follows them: how or where it is, rather than what comes next
_ENDING = frozenset({"appointment", "only", "varies"}) | PHONE | OFFICE | INTAKE


_EVERY_DAY = Days(DAILY)


@lru_cache(maxsize=64)
def _range(first: int, final: int) -> tuple[int, ...]:
    """Return the days from one to another, past Sunday if need be."""
    return tuple(sorted(day % 7 for day in range(first, final + 1 if final >= first else final + 8)))


def read_clauses(tokens: Sequence[Token], *, closed: str = "") -> list[Clause]:
    """Return the clauses of `tokens` in the order written; with `closed`, every clause states a closure."""
    return _Walk(tokens, closed).clauses()


class _Walk:
    """The tokens, the place reached in them, and the clause being gathered."""

    def __init__(self, tokens: Sequence[Token], closed: str = "") -> None:
        self.tokens = self.whole = tokens
        self.kinds = [token.kind for token in tokens]
        self.kinds += ["end"] * 4  # so that looking ahead needs no check
        self.count = len(tokens)
        self.at = 0
        self.begun = 0  # where the days, times or words begin that are being read
        self.mode = closed
        self.done: list[Clause] = []
        self.segment = 0
        self.clause = self._new()
        self.tail: list[str] = []  # words after a complete clause: they end it or begin the next
        self.tail_comma = False  # a comma stood before them
        self.tail_place: Place = (0, 0)

    def clauses(self) -> list[Clause]:
        """Walk to the end."""
        while self.at < self.count:
            kind = self.kinds[self.at]
            self.begun = self.at
            if kind == "comma" or kind == "dash" or kind == "to":
                if kind == "comma" and self.tail and not self.tail_comma and not _ENDING.isdisjoint(self.tail):
                    self.clause.words += self.tail  # "9-5 by appointment, walk-ins Wed 1-4": the words end the clause before the comma
                    self.tail = []
                elif kind == "to" and self._complete() and not self.tail and self.kinds[self.at + 1] in _DAYS:
                    self._stray("chain", self.tokens[self.at])  # "Monday 9-5 through Friday 9-3"
                self.at += 1
            elif kind in _DAYS or ((kind == "ordinal" or kind == "every" or kind == "alternate" or kind == "maybe_we") and self._days_begin(self.at)):
                self._days()
            elif kind in _TIMES:
                self._times()
            elif kind == "semi" or kind == "stop":
                self.at += 1
                self._break()
            else:
                self._other(kind)
        self._close()
        return [clause for clause in self.done if not clause.empty or clause.all_words or clause.months or clause.season or clause.strays]

    # ------------------------------------------------------------ clauses

    def _new(self) -> Clause:
        return Clause(self.segment, closed=self.mode)

    def _complete(self) -> bool:
        clause = self.clause
        return bool((clause.days and (clause.times or clause.closed)) or clause.always or (clause.times and clause.times[0][0].all_day))

    def _close(self) -> None:
        """End the clause; words after it belong to it unless they were taken for the next."""
        if self.tail:
            self.clause.words += self.tail[:-1] if self.tail[-1] == "and" else self.tail
            self.tail = []
        self.done.append(self.clause)
        self.clause = self._new()

    def _break(self) -> None:
        """End the clause at a strong separator."""
        self._close()
        self.segment += 1
        self.clause.segment = self.segment

    def _begin_next(self) -> None:
        """End a complete clause because days or times follow that are not its own; words between go with the nearer side."""
        if self.tail == ["and"]:
            self.tail = []
        words, place = self.tail, self.tail_place
        comma_after = self.begun > 0 and self.kinds[self.begun - 1] == "comma"
        if words and words[-1] == "and":
            comma_after = True  # "24-hour hotline and M-F 9-5 walk-in center"
        conditions = bool({"appointment", "only", "varies"}.intersection(words))
        if words and (self.tail_comma or not comma_after) and not (conditions and not self.tail_comma):
            self.tail = []
            self._close()
            self.clause.label, self.clause.label_place = words, place
        else:
            self._close()

    def _word(self, word: str, token: Token) -> None:
        clause = self.clause
        if self._complete():
            if not self.tail:
                self.tail_comma = self.at > 1 and self.kinds[self.at - 2] == "comma"  # the walk is past the word already
                if word != "and" and self.at > 1 and self.kinds[self.at - 2] in _TIMES and self.tokens[self.at - 2].end == token.start:
                    self.tail_comma = True  # "8-5Zoo, Monday-Sunday": a line break was lost
                self.tail_place = (token.start, token.end)
            self.tail.append(word)
            self.tail_place = (self.tail_place[0], token.end)
        elif clause.days or clause.times:
            clause.words.append(word)
        else:
            clause.label.append(word)
            clause.label_place = ((clause.label_place or (token.start, 0))[0], token.end)
        self._extend(token)

    def _extend(self, token: Token) -> None:
        clause = self.clause
        if clause.end == 0:
            clause.start = token.start
        if token.end > clause.end:
            clause.end = token.end

    def _stray(self, what: str, token: Token) -> None:
        self.clause.strays += ((what, (token.start, token.end)),)
        self._extend(token)

    # ------------------------------------------------------------ everything but days and times

    def _other(self, kind: str) -> None:
        token = self.tokens[self.at]
        clause = self.clause
        self.at += 1
        if kind == "colon":
            self._colon()
        elif kind == "open":
            self._brackets()
        elif kind == "slash":
            spaced = self.at > 1 and self.tokens[self.at - 2].end < token.start
            if len(clause.days) > 1 and clause.times and not spaced and self.kinds[self.at] not in _TIMES:
                self._stray("pairing", token)
            if spaced and self._complete():
                self._break()
        elif kind == "closed" or kind == "except":
            self._closed(kind, token)
        elif kind == "holiday":
            self._holiday(token)
        elif kind == "allday" or kind == "always":
            self._all_day(kind, token)
        elif kind == "month":
            self._month(token)
        elif kind == "season":
            self._season(str(token.value), token)
        elif kind == "school" and self._next_word() in ("year", "yr", "days", "session", "term", "calendar", "semester", "semesters"):
            self.at += 1
            self._season("school year", token)
        elif kind == "daypart":
            self._daypart(token)
        elif kind == "phone" or kind == "close":
            self._extend(token)
        elif kind in ("badtime", "date", "junk"):
            if token.value == (9, 88, ""):
                self._word("line", token)
            elif kind == "date" or self._word_at(self.at - 2) not in NUMBERED:
                self._stray(kind, token)
            elif self.kinds[self.at] == "dash" and self.kinds[self.at + 1] in ("number", "junk"):
                self.at += 2  # "ages 25-40"
        elif kind == "and":
            if self._complete():
                self._word("and", token)
        elif kind == "doubt":
            if self.at > 1 and (self.kinds[self.at - 2] in _TIMES or self.kinds[self.at - 2] in _DAYS):
                self._stray("not_understood", Token("doubt", "", self.tokens[self.at - 2].start, token.end))  # "Mon-Fri 9-5?"
            elif self.kinds[self.at - 2] != "doubt":
                self._break()
        elif kind == "hash":
            self._number_after(token)
        elif kind == "other":
            return
        elif kind == "maybe_we":
            self._word("we", token)
        elif kind == "ordinal":
            self._word("last" if token.value == -1 else "ordinal", token)
        elif kind == "every" and self._next_word() in ("day", "night", "single", "evening"):
            self.at += 1 if self._next_word() != "single" else 2
            self._take_days([[Days(DAILY)]], token, self.tokens[min(self.at, self.count) - 1])
        else:
            word = str(token.value)
            if word == "off" and clause.days and not clause.times and not clause.words:
                self._closed("closed", token)  # "Sa,Su off"
                return
            if word == "todos" and self._next_word() == "los" and self._next_word(1) in ("días", "dias"):
                self.at += 2
                self._take_days([[Days(DAILY)]], token, token)
                return
            if word in ("all", "any", "anytime", "around", "seven", "twenty") and self._phrase(word, token):
                return
            self._word(word, token)
        if clause is not self.clause:
            self._extend(token)

    def _next_word(self, ahead: int = 0) -> str:
        where = self.at + ahead
        return str(self.tokens[where].value) if where < self.count and self.kinds[where] not in _TIMES else ""

    def _phrase(self, word: str, token: Token) -> bool:
        """Read "all day", "any time", "around the clock", "seven days a week", "twenty four hours"."""
        following = [self._next_word(ahead) for ahead in range(4)]
        if word == "anytime":
            self._all_day("allday", token)
        elif (word, following[0]) in (("all", "day"), ("any", "time")):
            self.at += 1
            self._all_day("day" if word == "all" else "allday", token)
        elif word == "around" and following[:2] == ["the", "clock"]:
            self.at += 2
            self._all_day("allday", token)
        elif word == "twenty" and "four" in following[:2] and {"hour", "hours"} & set(following[1:3]):
            self.at += 2 + following.index("four")
            self._all_day("allday", token)
        elif word == "seven" and following[0] in ("day", "days"):
            self.at += 3 if following[2] in ("week", "wk") else 1
            self._take_days([[Days(DAILY)]], token, token)
        else:
            return False
        return True

    def _colon(self) -> None:
        clause = self.clause
        if self._complete() and self.kinds[self.at] == "phone":
            return  # "24/7 Helpline: 612-555-0100"
        if self._complete():
            if self.tail and not clause.closed:  # "Mon-Fri 9-5 Intake: ..."
                words, place = self.tail, self.tail_place
                self.tail = []
                self._close()
                self.clause.label, self.clause.label_place, self.clause.colon = words, place, True
        elif clause.days:
            clause.headed = True
        elif clause.months or clause.season:
            clause.season_heads = clause.colon = True
        elif clause.label and not clause.times:
            clause.colon = True

    def _closed(self, kind: str, token: Token) -> None:
        clause = self.clause
        word = str(token.value)
        following = self.kinds[self.at]
        if word in ("close", "closes", "closing") and (following == "at" or following in _TIMES):
            self._word("until", token)  # "closes at 5": an end, not a closure
            return
        if kind == "except" and clause.days and not clause.times and not self.mode:
            self._except_days(token)
            return
        if self._complete() or clause.times:
            if clause.closed and clause.days and not clause.times:
                return  # "Sun Close - Close"
            self._close()
        elif not clause.days and clause.label and clause.label[-1] not in ("also", "and", "is", "are", "we", "office"):
            # words and then a closure: a statement of their own ("Sign-up required. Closed ...") unless nothing else is said
            clause.words, clause.label = clause.label, []
        self.clause.closed = kind if not self.mode else self.mode
        self._extend(token)

    def _except_days(self, token: Token) -> None:
        """Read "daily except Sunday, 9-5" and "Wednesdays except holidays, 6-8": the times that follow are the clause's own."""
        where = self.at
        while where < self.count and self.kinds[where] in ("word", "danger", "and", "comma") and where - self.at < 4:
            where += 1
        exception = Clause(self.segment, closed="except", place=(token.start, token.end))
        self.at, begun = where, self.at
        if self.kinds[where] == "holiday":
            self.at += 1
            exception.days = [[Days((), holidays=True)]]
            if self.kinds[self.at] == "and" and self._days_begin(self.at + 1):
                self.at += 1
                exception.days += self._day_groups()
        elif self._days_begin(where):
            exception.days = self._day_groups()
        elif self.kinds[where] == "month":
            exception.words = ["month"]
            while self.kinds[self.at] in ("month", "and", "comma", "dash", "to"):
                if self.kinds[self.at] != "month" and self.kinds[self.at + 1] != "month":
                    break
                self.at += 1
        else:
            self.at = begun
            self._close()
            self.clause.closed = "except"
            self._extend(token)
            return
        self.clause.exceptions += (exception,)

    def _holiday(self, token: Token) -> None:
        clause = self.clause
        if self._next_word() in ("schedule", "hours", "season", "closures", "closure", "calendar", "times", "party", "meals", "meal"):
            self._word("holiday", token)
            return
        last = clause.all_words[-4:] if not self.tail else self.tail[-4:]
        if "no" in last or "not" in last:
            holidays = Clause(self.segment, closed="except", place=(token.start, token.end))
            holidays.days = [[Days((), holidays=True)]]
            self.clause.exceptions += (holidays,)
            for words in (self.tail, clause.words, clause.label):
                for word in ("no", "not"):
                    if word in words:
                        words.remove(word)
            return
        groups = [[Days((), holidays=True, listed=True)]]
        if clause.closed and self.kinds[self.at] == "and" and self._days_begin(self.at + 1):
            self.at += 1
            groups += self._day_groups()  # "closed holidays and Wednesdays"
        self._take_days(groups, token, token)

    def _all_day(self, kind: str, token: Token) -> None:
        if kind == "allday" and (self._next_word() in NOTICE or (self.clause.all_words + self.tail)[-1:] in (["within"], ["least"], ["every"])):
            self._word("notice", token)
            return
        if self.clause.times or self.clause.always or (self.clause.closed and self._complete()):
            self._begin_next()
        if kind == "always":
            if self.clause.days and self.clause.days_first and [part for group in self.clause.days for part in group] != [Days(DAILY)]:
                self._stray("always", token)
            self.clause.always = True
            self._extend(token)
            return
        if kind == "day":
            self._stray("all day", token)  # the whole day, or the usual hours?
            return
        self._place_times([[Span(None, None, (token.start, token.end), all_day=True)]])
        self._extend(token)

    def _daypart(self, token: Token) -> None:
        word = str(token.value)
        if self._complete() and not (self.clause.closed and not self.clause.times):  # "closed Wednesday afternoons" closes a part
            self._word(word, token)
        else:
            self.clause.dayparts += (word.rstrip("s"),)
            if not self.clause.days and not self.clause.times:
                self.clause.label.append(word)
            self._extend(token)

    def _month(self, token: Token) -> None:
        """Read a month or a range of months; a month with a day or a year is a date."""
        months: list[tuple[int, int]] = []
        first = last = int(str(token.value))
        dated = self._dated() or self._word_at(self.at - 2) in _LIMITS or self._word_at(self.at - 3) in _LIMITS  # "starting in January"
        if self.kinds[self.at] in _DASHES and self.kinds[self.at + 1] == "month":
            last = int(str(self.tokens[self.at + 1].value))
            self.at += 2
            dated = dated or self._dated()
        months.append((first, last))
        if dated:
            self._stray("date", Token("date", "", token.start, self.tokens[self.at - 1].end))
            return
        if self._complete() and self.kinds[self.at] in ("colon", "comma", "and") and self.kinds[self.at] == "colon":
            self._break()
        clause = self.clause
        if clause.times and clause.days and self._season_follows():
            self._break()
            clause = self.clause
        clause.season_heads = clause.season_heads or clause.empty
        clause.months += tuple(months)
        self._extend(token)

    def _dated(self) -> bool:
        """Whether a day of the month or a year follows; they are passed over."""
        found = False
        where = self.at
        while self.kinds[where] in ("number", "digits", "junk", "ordinal", "comma", "and"):
            if self.kinds[where] in ("number", "digits", "junk", "ordinal"):
                clock = self.tokens[where].value
                year = isinstance(clock, Clock) and clock.hour in (19, 20) and self.kinds[where] == "digits"
                if self.kinds[where - 1] == "comma" and not found and not year:
                    break  # "December-March, 7-7": a time
                ranged = self.kinds[where + 1] in _DASHES and self.kinds[where + 2] in _TIMES and not year
                if ranged and self.kinds[where + 2] != "month" and found:
                    break
                found = True
                self.at = where + 1
            where += 1
        return found

    def _season_follows(self) -> bool:
        return self._days_begin(self.at) or self.kinds[self.at] == "colon" or self.kinds[self.at] in _TIMES

    def _season(self, word: str, token: Token) -> None:
        clause = self.clause
        if clause.times and clause.days:
            if self.tail_comma or not self._season_follows():
                clause.season = clause.season or word
                clause.season_trails = self.at > 1 and self.kinds[self.at - 2] == "comma"
                self._extend(token)
                return
            self._break()
            clause = self.clause
        clause.season_heads = clause.season_heads or clause.empty
        clause.season = word
        if clause.empty:
            clause.label.append(word)
        self._extend(token)

    def _number_after(self, token: Token) -> None:
        """Pass over the number of "#12"."""
        if self.kinds[self.at] in ("number", "digits", "junk"):
            self.at += 1
        self._extend(token)

    # ------------------------------------------------------------ brackets

    def _brackets(self) -> None:
        begun, depth, where = self.at, 1, self.at
        while where < self.count and depth:
            depth += {"open": 1, "close": -1}.get(self.kinds[where], 0)
            where += 1
        inner = self.tokens[begun : where - 1 if depth == 0 else where]
        kinds = {token.kind for token in inner}
        clause = self.clause
        if not inner or (clause.days and not clause.times and self._weeks(inner, kinds)):
            self.at = where
        elif inner[0].kind in ("closed", "except"):
            self.at = where
            self._bracketed_closure(inner)
        elif kinds & {"season", "school", "month"} and not kinds & (_DAYS | _TIMES | {"allday", "always", "date", "badtime", "closed"}):
            self.at = where
            self._bracketed_season(inner)
        elif inner[0].kind == "ordinal" and inner[0].value == -1 and kinds & _TIMES and not kinds & _DAYS and self._sentence_ends(where):
            self.at = where
            self._close()
            self._take_in(read_clauses(inner))
        elif inner[0].value in ("including", "incl") and (clause.always or (clause.times and clause.times[0][0].all_day)):
            self.at = where
        elif kinds & {"always", "allday"} and kinds & {"word"} and not kinds & (_DAYS | {"closed", "except"}) and self._sentence_ends(where):
            self.at = where
            self._close()
            self._take_in(read_clauses(inner))
        elif not kinds & (_DAYS | _TIMES | {"allday", "always", "month", "date", "badtime", "season", "holiday", "daypart", "closed", "school"}) and (
            "ordinal" not in kinds or "word" in kinds
        ):
            self.at = where
            words = [
                "first" if token.kind == "ordinal" else str(token.value)
                for token in inner
                if token.kind not in ("comma", "dash", "colon", "stop", "semi", "phone", "open", "close")
            ]
            alone = begun > 1 and self.kinds[begun - 2] == "semi" and self._sentence_ends(where)  # "9-5; (Office); ..."
            if clause.empty and not clause.label and self.done and (self.done[-1].segment == self.segment or alone):
                self.done[-1].brackets += tuple(words)
            elif clause.empty:
                clause.label += words
            else:
                clause.brackets += tuple(words)
                clause.sealed = clause.sealed or bool(clause.days and clause.times)  # "9-5 (office), 5-9 (phone)"
        elif kinds <= (
            _DAYS | _TIMES | {"ordinal", "dash", "to", "comma", "and", "slash", "allday", "always", "every", "from", "month", "until", "daypart"}
        ) or all(token.kind != "word" or str(token.value) in FILLERS for token in inner):
            self.tokens = [*self.tokens[:begun], *inner, *self.tokens[where:]]
            self.kinds = [*self.kinds[:begun], *(token.kind for token in inner), *self.kinds[where:]]
            self.count = len(self.tokens)
        else:
            self.at = where
            self._stray("bracket", Token("bracket", "", inner[0].start, inner[-1].end))

    def _take_in(self, clauses: list[Clause]) -> None:
        """Take clauses of a bracket for clauses of this sentence."""
        for clause in clauses:
            clause.segment = self.segment
        self.done += clauses

    def _sentence_ends(self, where: int) -> bool:
        return where >= self.count or self.kinds[where] in ("semi", "stop", "comma")

    def _bracketed_season(self, inner: Sequence[Token]) -> None:
        """Read "(school year)", "(June-August)": it ends the clause before it."""
        clause = self.clause
        for sub in read_clauses(inner):
            clause.months += sub.months
            clause.season = clause.season or sub.season
            clause.strays += sub.strays
            clause.brackets += tuple(word for word in sub.all_words if word != sub.season)
        if not clause.months and not clause.season:
            clause.brackets += tuple(str(token.value) for token in inner)
        clause.season_heads = clause.season_heads or clause.empty  # "(Sept-May) Mon-Thu 9-5; Fri 9-3"
        clause.sealed = True

    def _weeks(self, inner: Sequence[Token], kinds: set[str]) -> bool:
        """Read "(1,3)" or "(2ND & 4TH ONLY)" after days."""
        if not kinds <= {"number", "ordinal", "comma", "and", "word"} or any(token.kind == "word" and token.value != "only" for token in inner):
            return False
        weeks: list[int] = []
        for token in inner:
            if token.kind == "number" and isinstance(token.value, Clock):
                weeks.append(token.value.hour)
            elif token.kind == "ordinal" and isinstance(token.value, int):
                weeks.append(token.value)
        if not weeks or not all(week == -1 or 1 <= week <= 5 for week in weeks):
            return False
        group = self.clause.days[-1]
        if group[-1].nth:
            return False
        group[-1] = group[-1]._replace(nth=tuple(weeks))
        following = self.kinds[self.at + len(inner) + 1]
        if following in ("comma", "and", "slash") and self._days_begin(self.at + len(inner) + 2):
            begun = self.at
            self.at = begun + len(inner) + 2
            groups = self._day_groups()
            if following == "slash":
                self.clause.days += groups
            else:
                group += groups[0]
                self.clause.days += groups[1:]
            # the caller moves past the bracket: keep the place reached instead
            self.tokens = [*self.tokens[: begun + len(inner) + 1], *self.tokens[self.at :]]
            self.kinds = [*self.kinds[: begun + len(inner) + 1], *self.kinds[self.at :]]
            self.count = len(self.tokens)
            self.at = begun
        return True

    def _bracketed_closure(self, inner: Sequence[Token]) -> None:
        closures = read_clauses(inner, closed=inner[0].kind)
        owner = self.clause
        if owner.empty and self.done and not owner.label:
            owner = self.done[-1]
        for closure in closures:
            closure.segment = owner.segment
            if closure.end == 0:
                closure.start, closure.end = (inner[0].start, inner[-1].end)
        if any("lunch" in closure.words or "lunch" in closure.label for closure in closures):
            for closure in closures:
                closure.words.append("lunch")
        owner.exceptions += tuple(closures)

    # ------------------------------------------------------------ days

    def _joins(self, where: int) -> bool:
        """Whether a token can stand between two days or two times: "-", "to", "until", Spanish "a"."""
        kind = self.kinds[where]
        return kind in _DASHES or (kind == "word" and self.tokens[where].value in ("a", "al"))

    def _days_begin(self, where: int) -> bool:
        """Whether a list of days begins at a token."""
        kind = self.kinds[where]
        if kind in _DAYS:
            return True
        if kind == "maybe_we":
            return str(self.tokens[where].value) != "" and self.kinds[where + 1] in (
                "dash",
                "comma",
                "and",
                "slash",
                "day",
                "days",
                "time",
                "number",
                "colon",
            )
        if kind in ("every", "alternate"):
            where += 1
            while where < self.count and (self.kinds[where] in ("alternate",) or self.tokens[where].value in ("other", "week", "single")):
                where += 1
            return self.kinds[where] in _DAYS or (self.kinds[where] == "ordinal" and self._days_begin(where))
        if kind == "ordinal":
            while self.kinds[where] in ("ordinal", "comma", "and", "slash"):
                where += 1
            return self.kinds[where] in ("day", "days")
        return False

    def _days(self) -> None:
        first = self.tokens[self.at]
        groups = self._day_groups()
        if any(len(group) > 1 and any(part.days == DAILY for part in group) for group in groups):
            self._stray("every_day", first)  # "Monday, daily"
        self._take_days(groups, first, self.tokens[self.at - 1])

    def _take_days(self, groups: list[list[Days]], first: Token, last: Token) -> None:
        """Give days to the clause they belong to."""
        clause = self.clause
        before = self.kinds[self.at - 2] if self.at > 1 else ""
        daily = len(groups) == 1 and len(groups[0]) == 1 and groups[0][0] == _EVERY_DAY
        if daily and clause.days and {day for group in clause.days for part in group for day in part.days} == set(DAILY):
            pass  # "daily ... each day"
        elif daily and clause.days and clause.times and clause.times[0][0].all_day and not self.tail:
            if {day for group in clause.days for part in group for day in part.days} != set(DAILY):
                self._stray("always", first)  # "Monday-Friday, 24 hours daily"
        elif clause.days:
            same = not clause.times and not clause.closed and not clause.words and not clause.headed
            if same and before == "slash":
                clause.days += groups
            elif same:
                if daily:
                    self._stray("every_day", first)  # "Monday, 7 days a week"
                clause.days[-1] += groups[0]
                clause.days += groups[1:]
            else:
                self._begin_next()
                self.clause.days = groups
        elif clause.times and self.kinds[self.at] == "colon":
            self._begin_next()
            self.clause.days = groups
        elif clause.always or (clause.times and clause.times[0][0].all_day and self.tail and self.kinds[self.at - 1] != "comma"):
            if daily and not self.tail:
                clause.days = groups  # "24 hours daily"
            else:
                self._begin_next()
                self.clause.days = groups
        else:
            clause.days_first = not clause.times
            clause.days = groups
            clause.words += self.tail
            self.tail = []
        self._extend(first)
        self._extend(last)

    def _day_groups(self) -> list[list[Days]]:
        groups: list[list[Days]] = [[]]
        before: Days | None = None
        while True:
            part, own = self._day_part()
            if before is not None and not own and (before.alternate or (before.nth and (part.listed or len(part.days) <= 2))):
                part = part._replace(nth=before.nth, alternate=before.alternate)  # "1st Monday and Wednesday", but "2nd Sat, Mon-Fri"
            before = part
            groups[-1].append(part)
            where = self.at
            kind = self.kinds[where]
            if kind == "comma" and self.kinds[where + 1] in ("and", "slash"):
                where += 1
                kind = self.kinds[where]
            if kind in ("comma", "and", "slash"):
                following = where + 1
                while self.kinds[following] == "word" and self.tokens[following].value in ("on", "the"):
                    following += 1
                if self.kinds[following] == "holiday" or self._value(following) in ("federal", "public", "legal"):
                    while self.kinds[following] == "word":
                        following += 1
                    if self.kinds[following] == "holiday":
                        self.at = following + 1
                        groups[-1].append(Days((), holidays=True, listed=True))
                    return groups
                if not self._days_begin(following):
                    return groups
                self.at = following
                if kind == "slash":
                    groups.append([])
            elif kind in ("day", "badday") and part.listed and not self._joins(where + 1):
                continue  # "Monday Tuesday", "TuTh"
            else:
                return groups

    def _value(self, where: int) -> Hashable:
        return self.tokens[where].value if where < self.count else ""

    def _day_part(self) -> tuple[Days, bool]:
        """Read one day, range or set, with the weeks of the month before it; and whether it says itself in which weeks ("1st", "every")."""
        weeks: list[int] = []
        alternate = False
        begun = self.at
        while self.kinds[self.at] not in _DAYS and self.kinds[self.at] != "maybe_we":
            token = self.tokens[self.at]
            if token.kind == "ordinal" and isinstance(token.value, int):
                weeks.append(token.value)
            elif token.kind == "alternate" or token.value == "other":
                alternate = True
            self.at += 1
        own = self.at > begun
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "badday":
            self._stray("badday", token)
            return Days((), listed=True), own
        if token.kind == "days" and isinstance(token.value, tuple):
            return Days(token.value, tuple(weeks), alternate), own
        days = [token.value if isinstance(token.value, int) else 2]
        ranges = 0
        while self._joins(self.at) and self.kinds[self.at + 1] in ("day", "maybe_we", "badday"):
            self.at += 2
            last = self.tokens[self.at - 1]
            if last.kind == "badday":
                self._stray("badday", last)
            days.append(last.value if isinstance(last.value, int) else 2)
            ranges += 1
        if ranges == 1:
            first, final = days
            if first == final:
                self._stray("badday", token)
            return Days(_range(first, final), tuple(weeks), alternate, named=(first, final)), own
        return Days(tuple(sorted(set(days))), tuple(weeks), alternate, listed=ranges == 0, named=tuple(days)), own  # "M-W-F" is a list

    # ------------------------------------------------------------ times

    def _times(self) -> None:
        token = self.tokens[self.at]
        before = self._word_at(self.at - 1)
        if before in ("las", "la"):
            before = self._word_at(self.at - 2)  # "hasta las 7pm"
        if token.kind == "digits" and token.end - token.start == 3 and not self._range_at(self.at) and self._called(token):
            self.at += 1
            self._word("line", token)
            return
        if token.kind not in ("time", "sun") and before in NUMBERED:
            self._skip_number()
            return
        if self._counted(self.at):
            self._skip_number()
        elif self._range_at(self.at):
            self._place_times(self._time_groups())
        elif token.kind in ("number", "digits") and self._value(self.at + 1) in COUNTED:
            self._skip_number()
        else:
            self._point(token, before)

    def _word_at(self, where: int) -> str:
        """Return the word of a token, "" where it is a sign or a time."""
        if not 0 <= where < self.count or self.kinds[where] in _SIGNS:
            return ""
        value = self.tokens[where].value
        return value if isinstance(value, str) else ""

    def _called(self, token: Token) -> bool:
        """Whether a number is one that everybody can call."""
        clock = token.value
        return isinstance(clock, Clock) and f"{clock.hour}{clock.minute:02d}" in CALLED

    def _skip_number(self) -> None:
        self._extend(self.tokens[self.at])
        self.at += 1
        while (
            self.kinds[self.at] in ("dash", "to", "and", "comma")
            and self.kinds[self.at + 1] in ("number", "digits", "junk")
            and not self._range_at(self.at + 1)
        ):
            self.at += 2

    def _counted(self, where: int) -> bool:
        """Whether "18-24 years" stands at a token."""
        numbers = self.kinds[where] == "number" and self.kinds[where + 1] in _DASHES and self.kinds[where + 2] == "number"
        return numbers and self._value(where + 3) in COUNTED

    def _range_at(self, where: int) -> bool:
        """Whether "time - time" stands at a token; "and" joins only after "between"."""
        if self.kinds[where] not in _TIMES or self._counted(where):
            return False
        join = where + 1
        while self.kinds[join] == "dash" and self.kinds[join + 1] == "dash":
            join += 1
        if self._joins(join):
            return self.kinds[join + 1] in _TIMES
        return self.kinds[join] == "and" and self.kinds[join + 1] in _TIMES and where > 0 and self.kinds[where - 1] == "between"

    def _time_groups(self) -> list[list[Span]]:
        groups: list[list[Span]] = [[]]
        while True:
            first = self.tokens[self.at]
            self.at += 1
            while self.kinds[self.at] == "dash" and self.kinds[self.at + 1] == "dash":
                self.at += 1
            last = self.tokens[self.at + 1]
            self.at += 2
            groups[-1].append(Span(self._clock(first, ends=False), self._clock(last, ends=True), (first.start, last.end)))
            if (first.kind == "number" or last.kind == "number") and self._beyond_noon(first, last):
                self._stray("number", first)  # "18-24" beside times with am and pm
            self._extend(first)
            self._extend(last)
            if self.kinds[self.at] in _DASHES and self.kinds[self.at + 1] in _TIMES:
                self._stray("chain", last)
            where = self.at
            kind = self.kinds[where]
            if kind == "comma" and self.kinds[where + 1] in ("and", "slash"):
                where += 1
                kind = self.kinds[where]
            while self.kinds[where + 1] in ("from", "between"):
                where += 1
            if kind in ("comma", "and", "slash") and self._range_at(where + 1):
                self.at = where + 1
                if kind == "slash":
                    groups.append([])
            elif kind in _TIMES and self._range_at(where):
                continue  # "9-12 1-5"
            else:
                return groups

    def _beyond_noon(self, first: Token, last: Token) -> bool:
        """Whether a bare number is an hour of a 24-hour clock in a text of am and pm."""
        beyond = any(token.kind == "number" and isinstance(token.value, Clock) and token.value.hour > 12 for token in (first, last))
        return beyond and any(isinstance(token.value, Clock) and token.value.half for token in self.whole)

    def _clock(self, token: Token, *, ends: bool) -> Clock:
        """Return the time of a token; dusk and dawn as the widest that the seasons make them."""
        if isinstance(token.value, Clock):
            return token.value
        self.clause.sun = True
        if token.value in ("dawn", "sunrise", "sunup", "daybreak"):
            return Clock(8, 30, "a") if ends else Clock(5, 0, "a")
        return Clock(9, 30, "p") if ends else Clock(4, 0, "p")

    def _point(self, token: Token, before: str) -> None:
        """Read a time that stands alone: a beginning, or an end after "until"."""
        self.at += 1
        if token.kind == "sun":
            self.clause.sun = True
            token = token._replace(kind="time", value=self._clock(token, ends=before in ("until", "till", "by", "before")))
        said = token.kind == "time" or before in ("at", "after", "from", "until", "till", "by", "before", "@", "starting")
        if token.kind == "digits" and self._value(self.at) == "on" and self._days_begin(self.at + 1):
            said = True  # "services at 630 pm on Friday and 1015 on Saturday"
        if not isinstance(token.value, Clock) or not said:
            self._stray("number", token)
            return
        if token.value.minute == 0 and token.value.hour in (19, 20) and token.kind == "digits":
            self._stray("date", token)
            return
        place = (token.start, token.end)
        if self.at > 1 and ((self.kinds[self.at - 2] == "dash" and self.clause.times) or self.kinds[self.at - 2] in _TIMES):
            self._stray("chain", token)  # "9am5pm"
            return
        words = [*self.clause.all_words, *self.tail]
        if self._joins(self.at) and self.kinds[self.at + 1] in _DAYS:
            if not self._run(token, self.at):
                self._stray("chain", token)  # "Monday at 9 to Friday at 5"
            return
        if before in ("until", "till", "by", "before") or (before == "at" and words[-2:-1] == ["until"]):
            span = Span(None, token.value, place)
            group = self.clause.times[-1] if self.clause.times else []
            if {"leave", "until"} & set(words) and group and group[-1].end is None and not group[-1].all_day:
                group[-1] = Span(group[-1].start, token.value, (group[-1].place[0], token.end))
                self.clause.words += [word for word in self.tail if word not in ("leave", "by", "until", "at", "and")]
                self.tail = []
                self._extend(token)
                return
        else:
            span = Span(token.value, None, place)
        self._place_times([[span]])

    def _run(self, token: Token, where: int) -> bool:
        """Read "Friday 5pm - Monday 8am", a run over several days."""
        if self.kinds[where + 2] not in _TIMES:
            return False
        last, end = self.tokens[where + 1], self.tokens[where + 2]
        clause = self.clause
        days = [day for group in clause.days for part in group for day in part.days]
        single = len(days) == 1 and not clause.times and clause.days_first and not clause.days[0][0].nth
        if not single or not isinstance(last.value, int) or not isinstance(end.value, Clock) or not isinstance(token.value, Clock):
            return False
        span = Span(token.value, end.value, (token.start, end.end))
        clause.run = (days[0], last.value, span)
        clause.times = [[span]]
        self.at = where + 3
        self._extend(token)
        self._extend(end)
        return True

    def _place_times(self, groups: list[list[Span]]) -> None:
        """Give times to the clause they belong to."""
        clause = self.clause
        first = self.tokens[max(self.at - 1, 0)]
        if clause.always or (clause.times and (clause.times[0][0].all_day or groups[0][0].all_day)) or (clause.closed and clause.times):
            self._begin_next()
        elif clause.times and clause.days:
            if clause.days_first and not self.tail and len(clause.times) == 1 and len(groups) == 1 and not clause.sealed and clause.run is None:
                clause.times[-1] += groups[0]
                self._extend(first)
                return
            self._begin_next()
        elif clause.times:
            if not clause.words and len(clause.times) == 1:
                clause.times[-1] += groups[0]
                clause.times += groups[1:]
                return
            self._begin_next()
        self.clause.sun = self.clause.sun or clause.sun
        self.clause.times = groups
        if not self.clause.days:
            self.clause.days_first = False
        self._extend(first)
