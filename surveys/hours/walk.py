"""Stage 2: which days go with which times, and under which label?

`read_clauses` walks over the tokens once and gathers them into clauses; what it meets is read by `named_days`, `named_times`, `conditions` and
`brackets`. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence

from surveys.hours.brackets import read_brackets
from surveys.hours.clauses import Clause, Days
from surveys.hours.conditions import not_on_days, read_all_day, read_closed, read_daypart, read_holiday, read_month, read_season
from surveys.hours.cursor import DAYS, TIMES
from surveys.hours.gathering import ENDING, Gathering
from surveys.hours.named_days import read_days
from surveys.hours.named_times import read_times
from surveys.hours.tokens import DAILY, Token
from surveys.hours.words import DIALLED, NUMBERED, WALK_IN


def read_clauses(tokens: Sequence[Token], *, closed: str = "") -> list[Clause]:
    """Return the clauses of `tokens` in the order written; with `closed`, every clause states a closure."""
    return _Walk(tokens, closed).clauses()


# words that may begin "all day", "around the clock" ...
_PHRASES = frozenset({"all", "any", "anytime", "around", "round", "always", "seven", "twenty"})


class _Walk(Gathering):
    """The walk from the first token to the last."""

    def clauses(self) -> list[Clause]:
        """Walk to the end."""
        while self.at < self.count:
            kind = self.kinds[self.at]
            self.begun = self.at
            if kind == "comma" or kind == "dash" or kind == "to":
                if kind == "comma" and self.tail and not self.tail_comma and (self.tail_dashed or not ENDING.isdisjoint(self.tail)):
                    self.clause.words += self.tail  # "9-5 by appointment, walk-ins Wed 1-4": the words end the clause before the comma
                    self.tail = []
                elif kind == "to" and self.complete() and not self.tail and self.kinds[self.at + 1] in DAYS:
                    self.stray("chain", self.tokens[self.at])  # "Monday 9-5 through Friday 9-3"
                elif kind == "to" and self.tokens[self.at].value in ("till", "til") and self.kinds[self.at + 1] in TIMES:
                    self.at += 1
                    self.add_word("until", self.tokens[self.at - 1])  # "Fri til 5"
                    continue
                self.at += 1
            elif kind in DAYS or ((kind == "ordinal" or kind == "every" or kind == "alternate" or kind == "maybe_we") and self.days_begin(self.at)):
                read_days(self)
            elif kind in TIMES:
                read_times(self)
            elif kind == "semi" or kind == "stop":
                self.at += 1
                self.break_off()
            else:
                self._other(kind)
        self.close()
        if self.counted is not None:
            for clause in self.done:
                if not clause.days and (clause.always or (clause.times and clause.times[0][0].all_day)):
                    clause.strays += (("always", self.counted),)  # "24 hours, 5 days a week"
        return [clause for clause in self.done if not clause.empty or clause.all_words or clause.months or clause.season or clause.strays]

    def _other(self, kind: str) -> None:
        token = self.tokens[self.at]
        clause = self.clause
        self.at += 1
        if kind == "word":
            self._word(token)
        elif kind == "colon":
            self._colon()
        elif kind == "open":
            read_brackets(self, read_clauses)
        elif kind == "slash":
            spaced = self.at > 1 and self.tokens[self.at - 2].end < token.start
            if len(clause.days) > 1 and clause.times and not spaced and self.kinds[self.at] not in TIMES:
                self.stray("pairing", token)
            if spaced and self.complete():
                self.break_off()
        elif kind == "closed" or kind == "except":
            read_closed(self, kind, token)
        elif kind == "danger" and token.value in ("not", "no") and not_on_days(self):
            read_closed(self, "except", token)
        elif kind == "lunch" and self.next_word() == "break" and self.complete():
            read_closed(self, "closed", token)
            self.add_word("lunch", token)
        elif kind == "holiday":
            read_holiday(self, token)
        elif kind == "allday" or kind == "always":
            read_all_day(self, kind, token)
        elif kind == "month":
            read_month(self, token)
        elif kind == "season":
            read_season(self, str(token.value), token)
        elif kind == "school" and self.next_word() in ("year", "yr", "days", "session", "term", "calendar", "semester", "semesters"):
            self.at += 1
            read_season(self, "school year", token)
        elif kind == "daypart":
            read_daypart(self, token)
        elif kind == "phone":
            self._phone_number(token)
        elif kind == "close":
            self.extend(token)
        elif kind in ("badtime", "date", "junk"):
            if token.value == (9, 88, ""):
                self.add_word("line", token)
            elif kind == "date" or self.word_at(self.at - 2) not in NUMBERED:
                self.stray(kind, token)
            elif self.kinds[self.at] == "dash" and self.kinds[self.at + 1] in ("number", "junk"):
                self.at += 2  # "ages 25-40"
        elif kind == "and":
            if self.complete():
                self.add_word("and", token)
        elif kind == "doubt":
            if self.at > 1 and (self.kinds[self.at - 2] in TIMES or self.kinds[self.at - 2] in DAYS):
                self.stray("not_understood", Token("doubt", "", self.tokens[self.at - 2].start, token.end))  # "Mon-Fri 9-5?"
            elif self.kinds[self.at - 2] != "doubt":
                self.break_off()
        elif kind == "hash":
            self._number_after(token)
        elif kind == "other":
            return
        elif kind == "maybe_we":
            self.add_word("we", token)
        elif kind == "ordinal":
            self.add_word("last" if token.value == -1 else "ordinal", token)
        elif kind == "every" and self.next_word() in ("day", "night", "single", "evening"):
            self.at += 1 if self.next_word() != "single" else 2
            self.take_days([[Days(DAILY)]], token, self.tokens[min(self.at, self.count) - 1])
        else:
            self.add_word(str(token.value), token)
        if clause is not self.clause:
            self.extend(token)

    def _word(self, token: Token) -> None:
        """Read a word without a part of its own to play."""
        word = str(token.value)
        clause = self.clause
        if word == "off" and clause.days and not clause.times and not clause.words:
            read_closed(self, "closed", token)  # "Sa,Su off"
        elif word == "but" and self.kinds[self.at] in ("danger", "closed", "except"):
            return  # "but not Thursdays"
        elif word == "but" and self.days_begin(self.at) and clause.days and not clause.times:
            read_closed(self, "except", token)  # "every day but Sunday 9-5"
        elif word == "todos" and self.next_word() == "los" and self.next_word(1) in ("días", "dias"):
            self.at += 2
            self.take_days([[Days(DAILY)]], token, token)
        elif word not in _PHRASES or not self._phrase(word, token):
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
            read_all_day(self, "allday", token)
        elif word == "seven" and following[0] in ("day", "days"):
            self.at += 3 if following[2] in ("week", "wk") else 1
            self.take_days([[Days(DAILY)]], token, token)
        else:
            return False
        return True

    def _colon(self) -> None:
        clause = self.clause
        if self.complete() and self.kinds[self.at] == "phone":
            return  # "24/7 Helpline: 612-555-0100"
        if self.complete():
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

    def _number_after(self, token: Token) -> None:
        """Pass over the number of "#12"."""
        if self.kinds[self.at] in ("number", "digits", "junk"):
            self.at += 1
        self.extend(token)
