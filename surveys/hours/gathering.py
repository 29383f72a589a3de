"""Which clause do the days, the times and the words of a text belong to?"""

from __future__ import annotations

from collections.abc import Sequence

from surveys.hours.clauses import Clause, Days, Place, Span
from surveys.hours.cursor import TIMES, Cursor
from surveys.hours.tokens import DAILY, Token
from surveys.hours.words import INTAKE, OFFICE, PHONE, PLACES, RESPONSE, UNSTAFFED

# words that end a statement where a comma follows them: how or where it is, rather than what comes next
ENDING = frozenset({"appointment", "only", "varies"}) | PHONE | OFFICE | INTAKE | RESPONSE | UNSTAFFED | (PLACES - {"walk", "drop"})
ENDS_TIMES = TIMES | {"allday", "always"}
_EVERY_DAY = Days(DAILY)
_CONDITIONS = frozenset({"appointment", "only", "varies"})


class Gathering(Cursor):
    """The clause being gathered from the tokens, and those that are done."""

    def __init__(self, tokens: Sequence[Token], closed: str = "") -> None:
        super().__init__(tokens)
        self.begun = 0  # where the days, times or words begin that are being read
        self.mode = closed
        self.done: list[Clause] = []
        self.segment = 0
        self.counted: Place | None = None  # where days of the week are counted ("5 days a week") rather than named
        self.clause = Clause(0, closed)
        self.tail: list[str] = []  # words after a complete clause: they end it or begin the next
        self.tail_comma = False  # a comma stood before them
        self.tail_dashed = False  # a dash stood before them: "9-5 - Walk-in, ..."
        self.tail_place: Place = (0, 0)

    def complete(self) -> bool:
        """Whether the clause has its days and times, so that what follows may be another's."""
        clause = self.clause
        if clause.days and (clause.times or clause.closed):
            return True
        return clause.always or (len(clause.times) > 0 and clause.times[0][0].all_day)

    def finish(self) -> None:
        """End the clause; words after it belong to it unless they were taken for the next."""
        if self.tail:
            self.clause.words += self.tail[:-1] if self.tail[-1] == "and" else self.tail
            self.tail = []
        self.done.append(self.clause)

    def close(self) -> None:
        """End the clause and begin another."""
        self.finish()
        self.clause = Clause(self.segment, self.mode)

    def break_off(self) -> None:
        """End the clause at a strong separator."""
        self.close()
        self.segment += 1
        self.clause.segment = self.segment

    def begin_next(self) -> None:
        """End a complete clause because days or times follow that are not its own; words between go with the nearer side."""
        if self.tail == ["and"]:
            self.tail = []
        words, place = self.tail, self.tail_place
        if words and (self.tail_comma or (not self._comma_behind(words) and _CONDITIONS.isdisjoint(words))):
            self.tail = []
            self.close()
            self.clause.label, self.clause.label_place = words, place
            self.clause.borrowed = not self.tail_comma
        else:
            self.close()

    def _comma_behind(self, words: Sequence[str]) -> bool:
        """Whether a comma, or an "and", parts some words from what is being read: "24-hour hotline and M-F 9-5 walk-in center"."""
        return words[-1] == "and" or self._after_comma()

    def add_word(self, word: str, token: Token) -> None:
        """Give a word to the clause: to its label, to what stands between, or to the tail that may be the next one's label."""
        clause = self.clause
        if self.complete():
            if not self.tail:
                self.tail_comma = self.at > 1 and self.kinds[self.at - 2] == "comma"  # the walk is past the word already
                self.tail_dashed = self.at > 2 and self.kinds[self.at - 2] == "dash" and self.kinds[self.at - 3] in ENDS_TIMES
                if word != "and" and self.at > 1 and self.kinds[self.at - 2] in TIMES and self.tokens[self.at - 2].end == token.start:
                    self.tail_comma = True  # "8-5Zoo, Monday-Sunday": a line break was lost
                self.tail_place = (token.start, token.end)
            self.tail.append(word)
            self.tail_place = (self.tail_place[0], token.end)
        elif clause.days or clause.times:
            clause.words.append(word)
        else:
            clause.label.append(word)
            clause.label_place = ((clause.label_place or (token.start, 0))[0], token.end)
        self.extend(token)

    def extend(self, token: Token, last: Token | None = None) -> None:
        """Let the place of the clause reach over a token, or over several up to `last`."""
        clause = self.clause
        if clause.end == 0:
            clause.start = token.start
        end = (last or token).end
        if end > clause.end:
            clause.end = end

    def stray(self, what: str, token: Token) -> None:
        """Note something that stage 3 refuses: the code of the question, and where."""
        self.clause.strays += ((what, (token.start, token.end)),)
        self.extend(token)

    def take_days(self, groups: list[list[Days]], first: Token, last: Token) -> None:
        """Give days to the clause they belong to."""
        clause = self.clause
        if clause.closed and clause.times and not clause.days and self.kinds[self.at] in TIMES and self._after_comma() and not self.mode:
            self.close()  # "closed 12-1 for lunch, Sat 9-12"
            clause = self.clause
        if self.tail and set(self.tail) <= {"los", "las", "the"}:
            self.tail = []
        if clause.times and not clause.days:
            if self.tail == ["on"] and clause.times[0][0].all_day:
                self.tail = []  # "24 hours on weekends"
            elif self.kinds[self.begun - 1] == "and" and clause.times[-1][-1].end is None and not clause.times[0][0].all_day:
                self.stray("days_missing", self.tokens[self.begun - 2])  # "after 5pm and weekends": after 5pm on which days?
        if not (clause.days or clause.times or clause.always):
            clause.days_first = True
            clause.days = groups
            if self.tail:
                clause.words += self.tail
                self.tail = []
            self.extend(first, last)
            return
        daily = len(groups) == 1 and len(groups[0]) == 1 and groups[0][0] == _EVERY_DAY
        another = clause.times and (
            self.tail or self.range_at(self.at + (self.kinds[self.at] == "comma"))
        )  # "daily 1-4 - Intake, daily 4-6 - Office"
        if daily and clause.days and not another and {day for group in clause.days for part in group for day in part.days} == set(DAILY):
            pass  # "daily ... each day"
        elif daily and clause.days and clause.times and clause.times[0][0].all_day and not self.tail:
            if {day for group in clause.days for part in group for day in part.days} != set(DAILY):
                self.stray("always", first)  # "Monday-Friday, 24 hours daily"
        elif clause.days:
            same = not clause.times and not clause.closed and not clause.words and not clause.headed
            if same and self.at > 1 and self.kinds[self.at - 2] == "slash":
                clause.days += groups
            elif same:
                if daily:
                    self.stray("every_day", first)  # "Monday, 7 days a week"
                clause.days[-1] += groups[0]
                clause.days += groups[1:]
            else:
                self.begin_next()
                self.clause.days = groups
        elif clause.times and self.kinds[self.at] == "colon":
            self.begin_next()
            self.clause.days = groups
        elif clause.always or (clause.times and clause.times[0][0].all_day and self.tail and self.kinds[self.at - 1] != "comma"):
            if daily and not self.tail:
                clause.days = groups  # "24 hours daily"
            else:
                self.begin_next()
                self.clause.days = groups
        else:
            clause.days_first = not clause.times
            clause.days = groups
            clause.words += self.tail
            self.tail = []
        self.extend(first, last)

    def _after_comma(self) -> bool:
        """Whether a comma stands before what is being read."""
        return self.begun > 0 and self.kinds[self.begun - 1] == "comma"

    def place_times(self, groups: list[list[Span]]) -> None:
        """Give times to the clause they belong to."""
        clause = self.clause
        last = self.tokens[self.at - 1]
        if not (clause.times or clause.always):
            clause.times = groups
            if not clause.days:
                clause.days_first = False
            self.extend(last)
            return
        if clause.always or (clause.times and (clause.times[0][0].all_day or groups[0][0].all_day)) or (clause.closed and clause.times):
            self.begin_next()
        elif clause.times and clause.days:
            if clause.days_first and not self.tail and len(clause.times) == 1 and len(groups) == 1 and not clause.sealed and clause.run is None:
                clause.times[-1] += groups[0]
                self.extend(last)
                return
            self.begin_next()
        elif clause.times:
            if not clause.words and len(clause.times) == 1:
                clause.times[-1] += groups[0]
                clause.times += groups[1:]
                return
            self.begin_next()
        self.clause.sun = self.clause.sun or clause.sun
        self.clause.times = groups
        if not self.clause.days:
            self.clause.days_first = False
        self.extend(last)
