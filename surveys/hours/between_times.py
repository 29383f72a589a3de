"""Which days do the words between ranges of times name, in a text of nothing but days and times?

`plain` cuts a text at its ranges of times. What is left, "", "; Saturday", " Sunday: Closed Monday: ", says in a few ways which days the ranges
belong to. Each way is understood once, by the grammar of `clauses`, and remembered; `stated_days` gives the days of every range, or nothing where
the words name a day twice or say anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ecosystem.schedule import DAY
from surveys.hours.clauses import Clause, Days
from surveys.hours.listed_days import Groups, groups_of_days, list_of_days
from surveys.hours.tokens import DAY_SETS, DAY_WORDS, tokenize
from surveys.hours.walk import read_clauses


@dataclass(slots=True)
class Stated:
    """Days and how many ranges of times belong to them, in the order written."""

    days: tuple[int, ...]  # every week; the minute of the week at which each begins
    ranges: int
    of_days: int  # how many different days, also those of some weeks
    monthly: tuple[tuple[str, tuple[int, ...]], ...] = ()  # days of some weeks of the month, by their flag "nth:1,3"


@dataclass(slots=True)
class Statements:
    """All that a text states; `together` where it is one statement, of groups of days with groups of times: "WED(1,3)/FRI 11AM-1PM/9-11AM"."""

    stated: tuple[Stated, ...] = ()
    together: bool = False


_NOTHING = Statements()


class _Said(NamedTuple):
    """What the words at a range of times say: its days, and days that are closed."""

    days: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


_ALLOWED = frozenset({"day", "days", "maybe_we", "comma", "dash", "to", "and", "colon", "slash", "semi", "stop", "closed"})
# a longer word that is none of these says more, or is spelt wrong: no need to look closer
_NAMING_DAYS = frozenset({*DAY_WORDS, *DAY_SETS, "closed", "cerrado", "through", "thru"})
_long_words = re.compile(r"[^\W\d_]{4,}").findall
_RANGE_TOKENS = tokenize("9am-5pm")
_STATEMENT_TOKENS = tokenize("Monday 9am-5pm")


@lru_cache(maxsize=8192)
def stated_days(words: tuple[str, ...]) -> Statements:
    """Return what a text states, from its words: before the first range of times, between every two, behind the last.

    Nothing where they are not clear, or say more than days, closed days and signs.

    >>> [(stated.of_days, stated.ranges) for stated in stated_days(("Mon-Tue ", ", ", "; Sat ", "")).stated]
    [(2, 2), (1, 1)]
    """
    together = "".join(words)
    if not _NAMING_DAYS.issuperset(_long_words(together.lower())):
        return _NOTHING
    times_first = not words[0] or words[0].isspace()
    if "(" in together or "/" in together:
        return _NOTHING if times_first else _grouped(groups_of_days(words[0]), words[1:])
    closed: list[int] = []
    paired = (_times_first if times_first else _days_first)(words, closed)
    seen = set(closed)
    for days, _ in paired:
        if not seen.isdisjoint(days):
            return _NOTHING
        seen.update(days)
    return Statements(tuple([Stated(tuple([day * DAY for day in days]), ranges, len(days)) for days, ranges in paired]))


def _grouped(groups: Groups, words: Sequence[str]) -> Statements:
    """Return the statement of groups of days with groups of times, in their order; `words` stand behind each range."""
    times = [1]
    for text in words[:-1]:
        if text == "/":
            times.append(1)
        elif _joins(text):
            times[-1] += 1
        else:
            return _NOTHING
    if words[-1] or not groups:
        return _NOTHING
    if len(times) == len(groups):
        return Statements(tuple([_stated(group, ranges) for group, ranges in zip(groups, times, strict=True)]), together=True)
    if len(times) == 1 or len(groups) == len(groups[0]) == 1:
        return Statements((_stated([part for group in groups for part in group], sum(times)),), together=True)
    return _NOTHING


def _stated(parts: Sequence[Days], ranges: int) -> Stated:
    monthly: dict[str, tuple[int, ...]] = {}
    for part in parts:
        if part.nth:
            weeks = "nth:" + ",".join([str(week) for week in dict.fromkeys(part.nth)])
            monthly[weeks] = monthly.get(weeks, ()) + tuple([day * DAY for day in part.days])
    weekly = [day * DAY for part in parts if not part.nth for day in part.days]
    return Stated(tuple(weekly), ranges, len({day for part in parts for day in part.days}), tuple(monthly.items()))


_Paired = list[tuple[tuple[int, ...], int]]  # days, and how many ranges of times belong to them


def _days_first(words: Sequence[str], closed: list[int]) -> _Paired:
    """Return the days of "Monday 9-12, 1-5; Tuesday 9-5", empty where the words do not follow one another so."""
    paired: _Paired = []
    for text in words[:-1]:
        if paired and _joins(text):
            days, ranges = paired[-1]
            paired[-1] = days, ranges + 1
            continue
        said = _before(text, bool(paired))
        if said is None:
            return []
        paired.append((said.days, 1))
        closed += said.closed
    if words[-1]:
        end = _at_end(words[-1])
        if end is None:
            return []
        closed += end.closed
    return paired


def _times_first(words: Sequence[str], closed: list[int]) -> _Paired:
    """Return the days of "9-12, 1-5, Monday; 9-5, Tuesday", empty where the words do not follow one another so."""
    paired: _Paired = []
    waiting = 0
    for text in words[1:]:
        waiting += 1
        if _joins(text):
            continue
        said = _behind(text)
        if said is None:
            return []
        paired.append((said.days, waiting))
        closed += said.closed
        waiting = 0
    return paired if not waiting else []


def _joins(text: str) -> bool:
    """Whether two ranges with these words between them belong together: nothing, a comma, "and"."""
    return text in (" ", ", ", ",") or text.split() in ([], [","], ["and"], ["&"], [",", "and"])


@lru_cache(maxsize=8192)
def _before(text: str, again: bool) -> _Said | None:
    """Return what the words before a range say, None where it is not only days; `again` when a statement stands before them."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]) or "night" in text.lower():
        return None
    days = list_of_days(tokens, again)
    if days:
        return _Said(days)
    *others, last = read_clauses([*(_STATEMENT_TOKENS if again else ()), *tokens, *_RANGE_TOKENS])
    if not last.days_first or any(other.strays for other in others):
        return None
    return _said(last, others[again:])


@lru_cache(maxsize=8192)
def _behind(text: str) -> _Said | None:
    """Return what the words behind a range say, None where it is not only days."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]) or (tokens and tokens[-1].kind == "and") or "night" in text.lower():
        return None
    first, *others = read_clauses([*_RANGE_TOKENS, *tokens])
    return _said(first, others)


@lru_cache(maxsize=8192)
def _at_end(text: str) -> _Said | None:
    """Return what the words behind the last statement say, None where it is not only days closed."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]):
        return None
    first, *others = read_clauses([*_STATEMENT_TOKENS, *tokens])
    return _said(first, others)


def _said(clause: Clause, others: Sequence[Clause]) -> _Said | None:
    """Return the days of a clause of days and times and of clauses of days closed; None where a clause says more."""
    closed = [_days(other) for other in others if other.closed == "closed" and not other.times]
    days = _days(clause) if clause.times and not clause.closed else ()
    if not days or len(closed) != len(others) or not all(closed):
        return None
    return _Said(days, tuple(day for group in closed for day in group))


def _days(clause: Clause) -> tuple[int, ...]:
    """Return the days of a clause that says no more than days, times and closed, sorted; () where it says more or names a day twice."""
    parts = [part for group in clause.days for part in group]
    more = clause.all_words or clause.always or clause.dayparts or clause.months or clause.season or clause.exceptions or clause.strays
    if more or clause.sun or clause.run or len(clause.times) > 1 or any(part.nth or part.alternate or part.holidays for part in parts):
        return ()
    days = [day for part in parts for day in part.days]
    return tuple(sorted(days)) if len(set(days)) == len(days) else ()
