"""Stage 2: which days go with which times, and under which label?

`read_clauses` walks over the tokens once and gathers them into clauses; what it meets is read by `named_days`, `named_times`, `conditions` and
`brackets`. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from surveys.hours.brackets import read_brackets
from surveys.hours.clauses import Clause, Days
from surveys.hours.conditions import not_on_days, read_all_day, read_closed, read_daypart, read_holiday, read_month, read_season
from surveys.hours.cursor import DAYS, TIMES
from surveys.hours.gathering import ENDING, Gathering
from surveys.hours.named_days import read_days
from surveys.hours.named_times import read_times
from surveys.hours.tokens import DAILY, Token
from surveys.hours.words import DIALLED, HOLIDAY_NAMES, NUMBERED, WALK_IN


def read_clauses(tokens: Sequence[Token], *, closed: str = "") -> list[Clause]:
    """Return the clauses of `tokens` in the order written; with `closed`, every clause states a closure."""
    return _Walk(tokens, closed).clauses()


# words that may begin "all day", "around the clock" ... and words that may turn what stands before them
_TURNS = frozenset({"all", "any", "anytime", "around", "round", "always", "seven", "twenty", "todos", "off", "but"})


class _Walk(Gathering):
    """The walk from the first token to the last."""

    def clauses(self) -> list[Clause]:
        """Walk to the end."""
        while (kind := self.kinds[self.at]) != "end":
            self.begun = self.at
            _FROM_HERE.get(kind, _Walk._pass)(self)
        self.finish()
        if self.counted is not None:
            for clause in self.done:
                if not clause.days and (clause.always or (clause.times and clause.times[0][0].all_day)):
                    clause.strays += (("always", self.counted),)  # "24 hours, 5 days a week"
        return [
            clause
            for clause in self.done
            if clause.days or clause.times or not clause.empty or clause.all_words or clause.months or clause.season or clause.strays
        ]

    def _pass(self) -> None:
        """Move past a token and read what it says."""
        begun, clause = self.at, self.clause
        token = self.tokens[begun]
        self.at = begun + 1
        _PASSED.get(self.kinds[begun], _Walk._plain_word)(self, token)
        if clause is not self.clause:
            self.extend(token)

    def _comma(self) -> None:
        if self.tail and not self.tail_comma and (self.tail_dashed or not ENDING.isdisjoint(self.tail)):
            self.clause.words += self.tail  # "9-5 by appointment, walk-ins Wed 1-4": the words end the clause before the comma
            self.tail = []
        self.at += 1

    def _dash(self) -> None:
        token = self.tokens[self.at]
        self.at += 1
        if token.value == "~" and self.kinds[self.at] in TIMES:
            self.stray("not_understood", Token("dash", "", token.start, self.tokens[self.at].end))  # "Mon ~9-5"

    def _to(self) -> None:
        following = self.kinds[self.at + 1]
        if following in DAYS and self.complete() and not self.tail:
            self.stray("chain", self.tokens[self.at])  # "Monday 9-5 through Friday 9-3"
        elif following in TIMES and self.tokens[self.at].value in ("till", "til"):
            self.at += 1
            self.add_word("until", self.tokens[self.at - 1])  # "Fri til 5"
            return
        self.at += 1

    def _sentence_end(self) -> None:
        self.at += 1
        self.break_off()

    def _days_or_word(self) -> None:
        """Read days with their weeks ("1st Monday", "every other Friday"), or a word alone."""
        if self.days_begin(self.at):
            read_days(self)
        else:
            self._pass()

    def _plain_word(self, token: Token) -> None:
        self.add_word(str(token.value), token)

    def _brackets(self, _: Token) -> None:
        read_brackets(self, read_clauses)

    def _slash(self, token: Token) -> None:
        clause = self.clause
        spaced = self.at > 1 and self.tokens[self.at - 2].end < token.start
        if len(clause.days) > 1 and clause.times and not spaced and self.kinds[self.at] not in TIMES:
            self.stray("pairing", token)
        if spaced and self.complete():
            self.break_off()

    def _closed(self, token: Token) -> None:
        read_closed(self, token.kind, token)

    def _danger(self, token: Token) -> None:
        if token.value in ("not", "no") and not_on_days(self):
            read_closed(self, "except", token)
        else:
            self._plain_word(token)

    def _lunch(self, token: Token) -> None:
        if self.next_word() == "break" and self.complete():
            read_closed(self, "closed", token)
            self.add_word("lunch", token)
        else:
            self._plain_word(token)

    def _all_day(self, token: Token) -> None:
        read_all_day(self, token.kind, token)

    def _season(self, token: Token) -> None:
        read_season(self, str(token.value), token)

    def _school(self, token: Token) -> None:
        if self.next_word() in ("year", "yr", "days", "session", "term", "calendar", "semester", "semesters"):
            self.at += 1
            read_season(self, "school year", token)
        else:
            self._plain_word(token)

    def _date(self, token: Token) -> None:
        self.stray("date", token)

    def _no_time(self, token: Token) -> None:
        """Refuse what is no time ("9:75"), unless it is a number of something else."""
        if token.value == (9, 88, ""):
            self.add_word("line", token)
        elif self.word_at(self.at - 2) not in NUMBERED:
            self.stray(token.kind, token)
        elif self.kinds[self.at] == "dash" and self.kinds[self.at + 1] in ("number", "junk"):
            self.at += 2  # "ages 25-40"

    def _and(self, token: Token) -> None:
        if self.complete():
            self.add_word("and", token)

    def _doubt(self, token: Token) -> None:
        before = self.kinds[self.at - 2]
        if self.at > 1 and (before in TIMES or before in DAYS or before in ("always", "allday")):
            self.stray("not_understood", Token("doubt", "", self.tokens[self.at - 2].start, token.end))  # "Mon-Fri 9-5?", "24/7?"
        elif before != "doubt":
            self.break_off()

    def _other_sign(self, token: Token) -> None:
        """Read nothing."""

    def _we(self, token: Token) -> None:
        self.add_word("we", token)

    def _ordinal(self, token: Token) -> None:
        self.add_word("last" if token.value == -1 else "ordinal", token)

    def _every(self, token: Token) -> None:
        following = self.next_word()
        if following in ("day", "night", "single", "evening"):
            self.at += 1 if following != "single" else 2
            self.take_days([[Days(DAILY)]], token, self.tokens[min(self.at, self.count) - 1])
        else:
            self._plain_word(token)

    def _word(self, token: Token) -> None:
        """Read a word without a part of its own to play."""
        word = str(token.value)
        if word not in _TURNS:
            self.add_word(word, token)
            return
        clause = self.clause
        if word == "off" and clause.days and not clause.times and not clause.words:
            read_closed(self, "closed", token)  # "Sa,Su off"
        elif word == "but" and self.kinds[self.at] in ("danger", "closed", "except"):
            return  # "but not Thursdays"
        elif word == "but" and ((self.days_begin(self.at) and clause.days and not clause.times) or self.next_word() in HOLIDAY_NAMES):
            read_closed(self, "except", token)  # "every day but Sunday 9-5"
        elif word == "todos" and self.next_word() == "los" and self.next_word(1) in ("días", "dias"):
            self.at += 2
            self.take_days([[Days(DAILY)]], token, token)
        elif not self._phrase(word, token):
            self.add_word(word, token)

    def _phrase(self, word: str, token: Token) -> bool:
        """Read "all day", "any time", "around the clock", "seven days a week", "twenty four hours"."""
        following = [self.next_word(ahead) for ahead in range(4)]
        if word == "anytime":
            read_all_day(self, "allday", token)
        elif (word, following[0]) in (("all", "day"), ("any", "time")):
            self.at += 1
            read_all_day(self, "day" if word == "all" else "allday", token)
        elif word in ("around", "round") and following[:2] == ["the", "clock"]:
            self.at += 2
            read_all_day(self, "allday", token)
        elif word == "always" and following[0] == "open":
            self.at += 1
            read_all_day(self, "allday", token)
        elif word == "twenty" and "four" in following[:2] and {"hour", "hours"} & set(following[1:3]):
            self.at += 2 + following.index("four")
            if self.next_word() in ("a", "per", "each", "every") and self.next_word(1) == "day":
                self.at += 2
            read_all_day(self, "allday", token)
        elif word == "seven" and following[0] in ("day", "days"):
            self.at += 3 if following[2] in ("week", "wk") else 1
            self.take_days([[Days(DAILY)]], token, token)
        else:
            return False
        return True

    def _colon(self, _: Token) -> None:
        clause = self.clause
        if self.complete():
            if self.kinds[self.at] == "phone":
                return  # "24/7 Helpline: 612-555-0100"
            if self.tail and not clause.closed:  # "Mon-Fri 9-5 Intake: ..."
                words, place = self.tail, self.tail_place
                self.tail = []
                self.close()
                self.clause.label, self.clause.label_place, self.clause.colon = words, place, True
        elif clause.days:
            clause.headed = True
        elif clause.months or clause.season:
            clause.season_heads = clause.colon = True
        elif clause.label and not clause.times:
            clause.colon = True

    def _phone_number(self, token: Token) -> None:
        """Pass over a number to call; behind hours, the word in front of it is no label ("M-F 9-5 Phone: 612-555-0100")."""
        clause = self.clause
        before = self.word_at(self.at - 3 if self.kinds[self.at - 2] == "colon" else self.at - 2)
        around_the_clock = clause.always or (clause.times and clause.times[0][0].all_day)
        if self.tail[-1:] == [before] and before in DIALLED and not around_the_clock:
            self.tail.pop()
        elif before in ("call", "llame", "llamar") and not self.complete() and not clause.times and WALK_IN.isdisjoint(clause.label):
            clause.label.append("phone")  # "Single adults call 612-555-0100 M-F 9-5"
        self.extend(token)


# how each kind of token is read: from where it stands,
_FROM_HERE: dict[str, Callable[[_Walk], None]] = {
    **dict.fromkeys(DAYS, read_days),
    **dict.fromkeys(TIMES, read_times),
    **dict.fromkeys(("ordinal", "every", "alternate", "maybe_we"), _Walk._days_or_word),
    **dict.fromkeys(("semi", "stop"), _Walk._sentence_end),
    "comma": _Walk._comma,
    "dash": _Walk._dash,
    "to": _Walk._to,
}
# or behind it; all others are plain words
_PASSED: dict[str, Callable[[_Walk, Token], None]] = {
    "word": _Walk._word,
    "colon": _Walk._colon,
    "open": _Walk._brackets,
    "close": _Walk.extend,
    "slash": _Walk._slash,
    "closed": _Walk._closed,
    "except": _Walk._closed,
    "danger": _Walk._danger,
    "lunch": _Walk._lunch,
    "holiday": read_holiday,
    "allday": _Walk._all_day,
    "always": _Walk._all_day,
    "month": read_month,
    "season": _Walk._season,
    "school": _Walk._school,
    "daypart": read_daypart,
    "phone": _Walk._phone_number,
    "badtime": _Walk._no_time,
    "junk": _Walk._no_time,
    "date": _Walk._date,
    "and": _Walk._and,
    "doubt": _Walk._doubt,
    "other": _Walk._other_sign,
    "maybe_we": _Walk._we,
    "ordinal": _Walk._ordinal,
    "every": _Walk._every,
}
