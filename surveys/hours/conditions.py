"""What limits hours: closures, holidays, months, seasons, parts of the day, and the whole day?"""

from __future__ import annotations

import re

from surveys.hours.clauses import Clause, Days, Span
from surveys.hours.cursor import DASHES, LIMITS, TIMES
from surveys.hours.gathering import Gathering
from surveys.hours.named_days import day_groups
from surveys.hours.tokens import DAILY, Clock, Token
from surveys.hours.words import DELAYS, NOTICE, WALK_IN


def read_closed(walk: Gathering, kind: str, token: Token) -> None:
    """Read "closed ..." and "except ...": a clause of its own, or an exception of this one."""
    clause = walk.clause
    word = str(token.value)
    following = walk.kinds[walk.at]
    if word in ("close", "closes", "closing") and (following == "at" or following in TIMES):
        walk.add_word("until", token)  # "closes at 5": an end, not a closure
        return
    if kind == "except" and clause.days and not clause.times and not walk.mode:
        _except_days(walk, token)
        return
    if walk.complete() or clause.times:
        if clause.closed and clause.days and not clause.times:
            return  # "Sun Close - Close"
        walk.close()
    elif not clause.days and clause.label and clause.label[-1] not in ("also", "and", "is", "are", "we", "office"):
        # words and then a closure: a statement of their own ("Sign-up required. Closed ...") unless nothing else is said
        clause.words, clause.label = clause.label, []
    walk.clause.closed = kind if not walk.mode else walk.mode
    walk.extend(token)


def not_on_days(walk: Gathering) -> bool:
    """Whether "not" or "no" closes days: "not on Thursdays", "no services Wednesday", followed by no times."""
    where = walk.at
    while walk.kinds[where] == "word" and walk.tokens[where].value in _BETWEEN:
        where += 1
    if walk.kinds[where] == "at" or not walk.days_begin(where) or (walk.clause.times and not walk.complete()):
        return False
    while walk.kinds[where] in ("day", "days", "ordinal", "and", "comma", "or", "dash", "slash", "to"):
        where += 1
    return walk.kinds[where] in ("semi", "stop", "close", "end") or (walk.kinds[where] in TIMES and bool(walk.clause.days) and not walk.clause.times)


_BETWEEN = frozenset({"on", "open", "service", "services", "hours", "the", "available"})


def _except_days(walk: Gathering, token: Token) -> None:
    """Read "daily except Sunday, 9-5" and "Wednesdays except holidays, 6-8": the times that follow are the clause's own."""
    where = walk.at
    while where < walk.count and walk.kinds[where] in ("word", "danger", "and", "comma") and where - walk.at < 4:
        where += 1
    exception = Clause(walk.segment, closed="except", place=(token.start, token.end))
    walk.at, begun = where, walk.at
    if walk.kinds[where] == "holiday":
        walk.at += 1
        exception.days = [[Days((), holidays=True)]]
        if walk.kinds[walk.at] == "and" and walk.days_begin(walk.at + 1):
            walk.at += 1
            exception.days += day_groups(walk)
    elif walk.days_begin(where):
        exception.days = day_groups(walk)
    elif walk.kinds[where] == "month":
        exception.words = ["month"]
        while walk.kinds[walk.at] in ("month", "and", "comma", "dash", "to"):
            if walk.kinds[walk.at] != "month" and walk.kinds[walk.at + 1] != "month":
                break
            walk.at += 1
    else:
        walk.at = begun
        walk.close()
        walk.clause.closed = "except"
        walk.extend(token)
        return
    walk.clause.exceptions += (exception,)


def read_holiday(walk: Gathering, token: Token) -> None:
    """Read holidays: closed on them, or hours of theirs."""
    clause = walk.clause
    if walk.next_word() in ("schedule", "hours", "season", "closures", "closure", "calendar", "times", "party", "meals", "meal"):
        walk.add_word("holiday", token)
        return
    if walk.word_at(walk.at - 2) in ("including", "includes", "incl", "even", "plus"):
        walk.add_word("holiday", token)
        return
    last = clause.all_words[-4:] if not walk.tail else walk.tail[-4:]
    if "no" in last or "not" in last:
        holidays = Clause(walk.segment, closed="except", place=(token.start, token.end))
        holidays.days = [[Days((), holidays=True)]]
        walk.clause.exceptions += (holidays,)
        for words in (walk.tail, clause.words, clause.label):
            for word in ("no", "not"):
                if word in words:
                    words.remove(word)
        return
    groups = [[Days((), holidays=True, listed=True)]]
    if clause.closed and walk.kinds[walk.at] == "and" and walk.days_begin(walk.at + 1):
        walk.at += 1
        groups += day_groups(walk)  # "closed holidays and Wednesdays"
    walk.take_days(groups, token, token)


def read_all_day(walk: Gathering, kind: str, token: Token) -> None:
    """Read "24/7" (always), "24 hours" (allday) and "all day" (day)."""
    before = walk.word_at(walk.at - 2)
    if before == "in" and not WALK_IN.isdisjoint((walk.word_at(walk.at - 3), walk.word_at(walk.at - 4))):
        before = "walk-in"
    if kind == "allday" and (walk.next_word() in NOTICE or before in DELAYS):
        walk.add_word("notice", token)
        return
    if walk.clause.times or walk.clause.always or (walk.clause.closed and walk.complete()):
        walk.begin_next()
    if kind == "always":
        if walk.clause.days and walk.clause.days_first and [part for group in walk.clause.days for part in group] != [Days(DAILY)]:
            walk.stray("always", token)
        walk.clause.always = True
        walk.extend(token)
        return
    if kind == "day":
        walk.stray("all day", token)  # the whole day, or the usual hours?
        return
    walk.place_times([[Span(None, None, (token.start, token.end), all_day=True)]])
    walk.extend(token)


def read_daypart(walk: Gathering, token: Token) -> None:
    """Read "mornings", "evenings": of the clause, or a word of the next."""
    word = str(token.value)
    if walk.complete() and not (walk.clause.closed and not walk.clause.times):  # "closed Wednesday afternoons" closes a part
        walk.add_word(word, token)
    else:
        walk.clause.dayparts += (word.rstrip("s"),)
        if not walk.clause.days and not walk.clause.times:
            walk.clause.label.append(word)
        walk.extend(token)


def read_month(walk: Gathering, token: Token) -> None:
    """Read a month or a range of months; a month with a day or a year is a date, which is read only where it is closed then."""
    if walk.clause.closed and not (walk.clause.days or walk.clause.times) and _closed_on(walk, token):
        return
    months: list[tuple[int, int]] = []
    first = last = int(str(token.value))
    dated = _dated(walk) or walk.word_at(walk.at - 2) in LIMITS or walk.word_at(walk.at - 3) in LIMITS  # "starting in January"
    if walk.joins(walk.at) and walk.kinds[walk.at + 1] == "month":
        last = int(str(walk.tokens[walk.at + 1].value))
        walk.at += 2
        dated = dated or _dated(walk)
    months.append((first, last))
    if dated:
        walk.stray("date", Token("date", "", token.start, walk.tokens[walk.at - 1].end))
        return
    if walk.complete() and walk.kinds[walk.at] in ("colon", "comma", "and") and walk.kinds[walk.at] == "colon":
        walk.break_off()
    clause = walk.clause
    if clause.times and clause.days and _season_follows(walk):
        walk.break_off()
        clause = walk.clause
    clause.season_heads = clause.season_heads or clause.empty
    clause.months += tuple(months)
    walk.extend(token)


def _closed_on(walk: Gathering, token: Token) -> bool:
    """Read the day behind a month in "closed Dec. 25 and July 4th"; False where it is none, or a year, a range, days or times follow."""
    month, value = int(str(token.value)), walk.value_at(walk.at)
    written = str(value.hour if isinstance(value, Clock) and value.bare else value)
    day = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", written)
    behind = walk.kinds[walk.at + 1 :]
    follows = behind[1] if behind[0] in ("comma", "and") else behind[0]
    if day is None or not 1 <= int(day[1]) <= _DAYS_OF[month - 1] or follows not in _BEHIND_DATE:
        return False
    walk.clause.dates += (f"{month:02d}-{int(day[1]):02d}",)
    walk.extend(token)
    walk.extend(walk.tokens[walk.at])
    walk.at += 1
    return True


_DAYS_OF = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEHIND_DATE = frozenset({"end", "semi", "stop", "close", "month", "word", "holiday"})


def _dated(walk: Gathering) -> bool:
    """Whether a day of the month or a year follows; they are passed over."""
    found = False
    where = walk.at
    while walk.kinds[where] in ("number", "digits", "junk", "ordinal", "comma", "and"):
        if walk.kinds[where] in ("number", "digits", "junk", "ordinal"):
            clock = walk.tokens[where].value
            year = isinstance(clock, Clock) and clock.hour in (19, 20) and walk.kinds[where] == "digits"
            if walk.kinds[where - 1] == "comma" and not found and not year:
                break  # "December-March, 7-7": a time
            ranged = walk.kinds[where + 1] in DASHES and walk.kinds[where + 2] in TIMES and not year
            if ranged and walk.kinds[where + 2] != "month" and found:
                break
            found = True
            walk.at = where + 1
        where += 1
    return found


def _season_follows(walk: Gathering) -> bool:
    return walk.days_begin(walk.at) or walk.kinds[walk.at] == "colon" or walk.kinds[walk.at] in TIMES


def read_season(walk: Gathering, word: str, token: Token) -> None:
    """Read "summer", "school year": of the clause, or the head of those that follow."""
    clause = walk.clause
    if clause.times and clause.days:
        if walk.tail_comma or not _season_follows(walk):
            clause.season = clause.season or word
            clause.season_trails = True
            walk.extend(token)
            return
        walk.break_off()
        clause = walk.clause
    clause.season_heads = clause.season_heads or clause.empty
    clause.season = word
    if clause.empty:
        clause.label.append(word)
    walk.extend(token)
