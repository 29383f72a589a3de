"""Is a text nothing but days and times, and which minutes are they then?

Most texts are: "9:00 am - 5:00 pm, Monday - Friday", "Sunday: Closed Monday: 9:00-17:00 ...". They are read here in one step. The text is cut at
its ranges of times; what stands between two of them ("; Saturday", " Sunday: Closed Monday: ") says in a few ways which days they belong to, so
each way is understood once, by the grammar of `clauses`, and remembered. Nothing is decided that `meaning` would decide otherwise: a text that
names a day twice, leaves a doubt or says anything else is left to it, and a test compares the two on thousands of texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ecosystem.schedule import Kind, Piece, Schedule, union
from surveys.hours.clauses import Clause
from surveys.hours.listed_days import Groups, groups_of_days, list_of_days
from surveys.hours.times import Minutes, range_of, week_of
from surveys.hours.tokens import Clock, same_length, tokenize
from surveys.hours.walk import read_clauses

_TIME = r"(?:\d{1,2}(?::\d\d)?|\d{3,4})(?:[ ]?(?:[AaPp]\.[Mm]\.|[AaPp][Mm]|[AaPp](?![\w.])))?|12[ ]?[Nn]oon|[Nn]oon|[Mm]idnight"
_cut = re.compile(rf"(?<![^\s,:;/&])(?<!\d:)(?!24\b)({_TIME})[ ]*(?:-[ ]*|[Tt]o[ ]+|TO[ ]+)({_TIME})(?=[\s,;/&]|$|\.(?:\s|$)|[A-Z][a-z])").split


class Said(NamedTuple):
    """What the words at a range of times say: its days, and days that are closed."""

    days: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


class Span(NamedTuple):
    """What a range of times as written means by itself."""

    minutes: Minutes | None  # of the day; None where it needs judgement
    always_clear: bool  # not only on a few days of the week
    inferred: bool  # am or pm
    halved: bool  # am or pm is written
    military: bool  # an hour that only a 24-hour clock has


Paired = list[tuple[tuple[int, ...], list[Span]]]  # days and the ranges of times that belong to them


def plain_pieces(text: str, kind: Kind) -> tuple[Piece, ...]:
    """Return the pieces of a text of days, times and days closed only; () where anything else is said or anything needs judgement."""
    parts = _cut(same_length(text))  # words, time, time, words, ... words
    words = parts[::3]
    if len(parts) == 1:
        return ()
    times_first = not words[0] or words[0].isspace()
    grouped = "(" in text or "/" in text
    if not times_first and not (groups_of_days(words[0]) if grouped else _before(words[0], False)):
        return ()
    spans: list[Span] = []
    military = halved = False
    for first, last in zip(parts[1::3], parts[2::3], strict=True):
        span = _span(first, last, False)
        if span is None:
            return ()
        military = military or span.military
        halved = halved or span.halved
        spans.append(span)
    if military:
        if halved:
            return ()
        spans = [_span(first, last, True) or span for first, last, span in zip(parts[1::3], parts[2::3], spans, strict=True)]
    if grouped:
        return () if times_first else _grouped(groups_of_days(words[0]), words[1:], spans, kind)
    closed: list[int] = []
    paired = (_times_first if times_first else _days_first)(words, spans, closed)
    return _pieces(paired, set(closed), kind) if paired else ()


def _grouped(groups: Groups, words: Sequence[str], spans: Sequence[Span], kind: Kind) -> tuple[Piece, ...]:
    """Return the pieces of groups of days with groups of times, in their order: "WED(1,3)/FRI 11AM-1PM/9-11AM"; `words` stand behind each range."""
    times = [[spans[0]]]
    for text, span in zip(words, spans[1:], strict=False):
        if text == "/":
            times.append([span])
        elif _joins(text):
            times[-1].append(span)
        else:
            return ()
    if words[-1]:
        return ()
    if len(times) == len(groups):
        pairs = list(zip(groups, times, strict=True))
    elif len(times) == 1 or len(groups) == len(groups[0]) == 1:
        pairs = [(tuple([part for group in groups for part in group]), [span for group in times for span in group])]
    else:
        return ()
    weekly: list[Schedule] = []
    nth: dict[tuple[str, ...], list[Schedule]] = {}
    any_inferred: tuple[str, ...] = ()
    for parts, ranges in pairs:
        found = _minutes(ranges, len({day for part in parts for day in part.days}))
        if found is None:
            return ()
        minutes, inferred = found
        any_inferred = any_inferred or (("ampm_inferred",) if inferred else ())
        for part in parts:
            week = week_of(part.days, minutes)
            if part.nth:
                nth.setdefault(("nth_weekday", "nth:" + ",".join([str(number) for number in dict.fromkeys(part.nth)])), []).append(week)
            else:
                weekly.append(week)
    pieces = [Piece(kind, union(weekly), True, "", any_inferred)] if weekly else []
    return (*pieces, *[Piece(kind, union(weeks), False, "", (*any_inferred, *why)) for why, weeks in nth.items()])


def _minutes(spans: Sequence[Span], days: int) -> tuple[tuple[Minutes, ...], bool] | None:
    """Return the minutes of ranges on a number of days, and whether am or pm was inferred; None where they are not clear or in no order."""
    minutes: list[Minutes] = []
    inferred = False
    for span in spans:
        if span.minutes is None or not (span.always_clear or days < 5) or (minutes and span.minutes[0] < minutes[-1][1]):
            return None
        minutes.append(span.minutes)
        inferred = inferred or span.inferred
    return tuple(minutes), inferred


def _days_first(words: Sequence[str], spans: Sequence[Span], closed: list[int]) -> Paired:
    """Return the days and times of "Monday 9-12, 1-5; Tuesday 9-5", empty where the words do not follow one another so."""
    paired: Paired = []
    again = False  # a statement stands before
    for text, span in zip(words, spans, strict=False):
        if again and _joins(text):
            paired[-1][1].append(span)
            continue
        said = _before(text, again)
        if said is None:
            return []
        paired.append((said.days, [span]))
        closed += said.closed
        again = True
    if words[-1]:
        end = _at_end(words[-1])
        if end is None:
            return []
        closed += end.closed
    return paired


def _times_first(words: Sequence[str], spans: Sequence[Span], closed: list[int]) -> Paired:
    """Return the days and times of "9-12, 1-5, Monday; 9-5, Tuesday", empty where the words do not follow one another so."""
    paired: Paired = []
    waiting: list[Span] = []
    for text, span in zip(words[1:], spans, strict=True):
        waiting.append(span)
        if _joins(text):
            continue
        said = _behind(text)
        if said is None:
            return []
        paired.append((said.days, waiting))
        closed += said.closed
        waiting = []
    return paired if not waiting else []


def _pieces(paired: Paired, seen: set[int], kind: Kind) -> tuple[Piece, ...]:
    """Return the pieces of days with their times, () where a day is named twice or a time is not clear; `seen` are the days closed."""
    when: dict[bool, list[Schedule]] = {}  # by whether am or pm was inferred
    for days, spans in paired:
        if not seen.isdisjoint(days):
            return ()
        seen.update(days)
        found = _minutes(spans, len(days))
        if found is None:
            return ()
        inferred = found[1]
        week = week_of(days, found[0])
        if inferred in when:
            when[inferred].append(week)
        else:
            when[inferred] = [week]
    return tuple(
        [
            Piece(kind, weeks[0] if len(weeks) == 1 else union(weeks), True, "", ("ampm_inferred",) if inferred else ())
            for inferred, weeks in when.items()
        ]
    )


@lru_cache(maxsize=16384)
def _span(written_first: str, written_last: str, military: bool) -> Span | None:
    """Return what a range of times means, in a text of a 24-hour clock or not; None where it is no range of times."""
    first, last = _clock(written_first), _clock(written_last)
    if first is None or last is None:
        return None
    clear = range_of(first, last, True, military)
    minutes, inferred = clear or range_of(first, last, False, military) or (None, False)
    in_24 = (first.military and len(written_first) > 2) or (last.military and len(written_last) > 2)  # a bare number says nothing of the others
    return Span(minutes, clear is not None, inferred, bool(first.half or last.half), in_24)


@lru_cache(maxsize=4096)
def _clock(written: str) -> Clock | None:
    """Return a time, None where it is not one."""
    tokens = tokenize(written)
    value = tokens[0].value if len(tokens) == 1 else None
    return value if isinstance(value, Clock) and value.half != "?" else None


# ---------------------------------------------------------------- the words around a range

_ALLOWED = frozenset({"day", "days", "maybe_we", "comma", "dash", "to", "and", "colon", "slash", "semi", "stop", "closed"})
_RANGE_TOKENS = tokenize("9am-5pm")
_STATEMENT_TOKENS = tokenize("Monday 9am-5pm")


def _joins(text: str) -> bool:
    """Whether two ranges with these words between them belong together: nothing, a comma, "and"."""
    return text in (" ", ", ", ",") or text.split() in ([], [","], ["and"], ["&"], [",", "and"])


@lru_cache(maxsize=8192)
def _before(text: str, again: bool) -> Said | None:
    """Return what the words before a range say, None where it is not only days; `again` when a statement stands before them."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]) or "night" in text.lower():
        return None
    days = list_of_days(tokens, again)
    if days:
        return Said(days)
    *others, last = read_clauses([*(_STATEMENT_TOKENS if again else ()), *tokens, *_RANGE_TOKENS])
    if not last.days_first or any(other.strays for other in others):
        return None
    return _said(last, others[again:])


@lru_cache(maxsize=8192)
def _behind(text: str) -> Said | None:
    """Return what the words behind a range say, None where it is not only days."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]) or (tokens and tokens[-1].kind == "and") or "night" in text.lower():
        return None
    first, *others = read_clauses([*_RANGE_TOKENS, *tokens])
    return _said(first, others)


@lru_cache(maxsize=8192)
def _at_end(text: str) -> Said | None:
    """Return what the words behind the last statement say, None where it is not only days closed."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]):
        return None
    first, *others = read_clauses([*_STATEMENT_TOKENS, *tokens])
    return _said(first, others)


def _said(clause: Clause, others: Sequence[Clause]) -> Said | None:
    """Return the days of a clause of days and times and of clauses of days closed; None where a clause says more."""
    closed = [_days(other) for other in others if other.closed == "closed" and not other.times]
    days = _days(clause) if clause.times and not clause.closed else ()
    if not days or len(closed) != len(others) or not all(closed):
        return None
    return Said(days, tuple(day for group in closed for day in group))


def _days(clause: Clause) -> tuple[int, ...]:
    """Return the days of a clause that says no more than days, times and closed, sorted; () where it says more or names a day twice."""
    parts = [part for group in clause.days for part in group]
    more = clause.all_words or clause.always or clause.dayparts or clause.months or clause.season or clause.exceptions or clause.strays
    if more or clause.sun or clause.run or len(clause.times) > 1 or any(part.nth or part.alternate or part.holidays for part in parts):
        return ()
    days = [day for part in parts for day in part.days]
    return tuple(sorted(days)) if len(set(days)) == len(days) else ()
