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
from surveys.hours.clauses import Clause, read_clauses
from surveys.hours.times import Range, ranges_of, week_of
from surveys.hours.tokens import Clock, same_length, tokenize

_TIME = r"(?:\d{1,2}(?::\d\d)?|\d{3,4})(?:[ ]?(?:[AaPp]\.[Mm]\.|[AaPp][Mm]|[AaPp](?![\w.])))?|12[ ]?[Nn]oon|[Nn]oon|[Mm]idnight"
_RANGE = re.compile(rf"(?<![^\s,:;])(?<!\d:)(?!24\b)({_TIME})[ ]*(?:-[ ]*|[Tt]o[ ]+|TO[ ]+)({_TIME})(?=[\s,;]|$|\.(?:\s|$))")


class Said(NamedTuple):
    """What the words at a range of times say: its days, and days that are closed."""

    days: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


Paired = list[tuple[tuple[int, ...], list[Range]]]  # days and the ranges of times that belong to them


def plain_pieces(text: str, kind: Kind) -> tuple[Piece, ...]:
    """Return the pieces of a text of days, times and days closed only; () where anything else is said or anything needs judgement."""
    text = same_length(text)
    at = 0
    words: list[str] = []  # before, between and behind the ranges
    ranges: list[Range] = []
    halved = military = False
    for match in _RANGE.finditer(text):
        first, last = _clock(match[1]), _clock(match[2])
        if first is None or last is None:
            return ()
        halved = halved or bool(first.half or last.half)
        military = military or first.military or last.military
        ranges.append((first, last))
        words.append(text[at : match.start()])
        at = match.end()
    if not ranges or (halved and military):
        return ()
    words.append(text[at:])
    closed: list[int] = []
    paired = _times_first(words, ranges, closed) if not words[0] or words[0].isspace() else _days_first(words, ranges, closed)
    return _pieces(paired, set(closed), kind, military=military) if paired else ()


def _days_first(words: Sequence[str], ranges: Sequence[Range], closed: list[int]) -> Paired:
    """Return the days and times of "Monday 9-12, 1-5; Tuesday 9-5", empty where the words do not follow one another so."""
    paired: Paired = []
    for text, span in zip(words, ranges, strict=False):
        if paired and _joins(text):
            paired[-1][1].append(span)
            continue
        said = _before(text, again=bool(paired))
        if said is None:
            return []
        paired.append((said.days, [span]))
        closed += said.closed
    end = _at_end(words[-1])
    if end is None:
        return []
    closed += end.closed
    return paired


def _times_first(words: Sequence[str], ranges: Sequence[Range], closed: list[int]) -> Paired:
    """Return the days and times of "9-12, 1-5, Monday; 9-5, Tuesday", empty where the words do not follow one another so."""
    paired: Paired = []
    waiting: list[Range] = []
    for text, span in zip(words[1:], ranges, strict=True):
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


def _pieces(paired: Paired, seen: set[int], kind: Kind, *, military: bool) -> tuple[Piece, ...]:
    """Return the pieces of days with their times, () where a day is named twice or a time is not clear; `seen` are the days closed."""
    when: dict[bool, list[Schedule]] = {}  # by whether am or pm was inferred
    for days, spans in paired:
        if not seen.isdisjoint(days):
            return ()
        seen.update(days)
        found = ranges_of(tuple(spans), len(days) >= 5, military)
        if found is None:
            return ()
        minutes, inferred = found
        when.setdefault(inferred, []).append(week_of(days, minutes))
    return tuple(
        [
            Piece(kind, weeks[0] if len(weeks) == 1 else union(weeks), True, "", ("ampm_inferred",) if inferred else ())
            for inferred, weeks in when.items()
        ]
    )


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
def _before(text: str, *, again: bool) -> Said | None:
    """Return what the words before a range say, None where it is not only days; `again` when a statement stands before them."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]):
        return None
    *others, last = read_clauses([*(_STATEMENT_TOKENS if again else ()), *tokens, *_RANGE_TOKENS])
    return _said(last, others[again:]) if last.days_first else None


@lru_cache(maxsize=8192)
def _behind(text: str) -> Said | None:
    """Return what the words behind a range say, None where it is not only days."""
    tokens = tokenize(text)
    if not _ALLOWED.issuperset([token.kind for token in tokens]) or (tokens and tokens[-1].kind == "and"):
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
