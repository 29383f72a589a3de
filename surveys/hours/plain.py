"""Is a text nothing but days and times, and which minutes are they then?

Most texts are: "9:00 am - 5:00 pm, Monday - Friday", "Sunday: Closed Monday: 9:00-17:00 ...". They are read here in one step. The text is cut at
its ranges of times; `between_times` knows the days of the words that are left, and each range is understood once and remembered. Nothing is
decided that `meaning` would decide otherwise: a text that leaves a doubt or says anything else is left to it, and a test compares the two on
thousands of texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ecosystem.schedule import Kind, Piece, Schedule
from surveys.hours import clauses
from surveys.hours.between_times import Statements, stated_days
from surveys.hours.doubtful_times import doubtful_pieces
from surveys.hours.messages import Message
from surveys.hours.times import Minutes, range_of
from surveys.hours.tokens import Clock, same_length, tokenize

_HALF = r"(?:[ ]?[AaPp](?:[Mm]|\.[Mm]\.|(?![\w.]))|)"
_TIME = rf"(?:\d\d?(?::\d\d|)|\d{{3,4}}){_HALF}|12[ ]?[Nn]oon|[Nn]oon|[Mm]idnight"
# the same, looked for by its first letter, which stands behind a space or a sign, and not behind "9:"; "24 hours" is none
_FIRST = rf"""[\dNnMm](?<![^\s,:;/&].)(?<!\d:.)(?:
    (?<=\d)(?!(?<=2)4\b)(?:\d?(?::\d\d|)|\d\d\d?){_HALF} | (?<=1)2[ ]?[Nn]oon | (?<=[Nn])oon | (?<=[Mm])idnight)"""
_RANGE = re.compile(rf"({_FIRST})[ ]*+(?:-[ ]*+|[Tt]o[ ]++|TO[ ]++)({_TIME})(?=[\s,;/&]|$|\.(?:\s|$)|[A-Z][a-z])", re.VERBOSE)
_cut = _RANGE.split

_INFERRED = ("ampm_inferred",)


@dataclass(slots=True)
class Span:
    """What a range of times as written means by itself."""

    minutes: Minutes | None  # of the day; None where it needs judgement
    always_clear: bool  # not only on a few days of the week
    inferred: bool  # am or pm
    halved: bool  # am or pm is written
    military: bool  # an hour that only a 24-hour clock has


Plain = tuple[tuple[Piece, ...], tuple[Message, ...]]  # what is said, and what to ask


def read_plain(text: str, kind: Kind) -> Plain | None:
    """Return what a text of days, times and days closed only says; None where anything else is said or it takes the whole text to judge.

    Raises Refused where a range of times could be several, or where nothing certain is left.
    """
    parts = _cut(same_length(text))  # words, time, time, words, ... words
    if len(parts) == 1:
        return None
    statements = stated_days(tuple(parts[::3]))
    if not statements.stated:
        return None
    spans: list[Span] = []
    military = halved = False
    for first, last in zip(parts[1::3], parts[2::3], strict=True):
        span = _span(first, last, False)
        if span is None:
            return None
        military = military or span.military
        halved = halved or span.halved
        spans.append(span)
    if military:
        if halved:
            return None
        spans = [_span(first, last, True) or span for first, last, span in zip(parts[1::3], parts[2::3], spans, strict=True)]
    pieces = _pieces(statements, spans, kind)
    if pieces:
        return pieces, ()
    if statements.together or "." in text:  # is a full stop behind "pm" part of the time that is asked about?
        return None
    return doubtful_pieces(text, statements.stated, _placed(text), kind, military=military)


def _placed(text: str) -> list[clauses.Span]:
    """Return the ranges of times of a text with their places."""
    return [clauses.Span(_clock(found[1]), _clock(found[2]), found.span()) for found in _RANGE.finditer(same_length(text))]


def _pieces(statements: Statements, spans: Sequence[Span], kind: Kind) -> tuple[Piece, ...]:
    """Return the pieces of statements with their ranges of times, () where a time is not clear."""
    weekly: dict[bool, list[Minutes]] = {}  # minutes of the week, by whether am or pm was inferred
    monthly: dict[str, list[Minutes]] = {}  # those of some weeks of the month, by their flag
    any_inferred = statements.together and any(span.inferred for span in spans)
    at = 0
    for stated in statements.stated:
        inferred = any_inferred
        before = 0
        minutes: list[Minutes] = []
        while len(minutes) < stated.ranges:
            span = spans[at]
            at += 1
            if span.minutes is None or (stated.of_days >= 5 and not span.always_clear) or span.minutes[0] < before:
                return ()
            before = span.minutes[1]
            minutes.append(span.minutes)
            inferred = inferred or span.inferred
        if stated.days:
            week = weekly.get(inferred)
            if week is None:
                week = weekly[inferred] = []
            for start, end in minutes:
                for day in stated.days:
                    week.append((day + start, day + end))
        for weeks, days in stated.monthly:
            monthly.setdefault(weeks, []).extend([(day + start, day + end) for day in days for start, end in minutes])
    pieces = [Piece(kind, Schedule.of(*week), True, "", _INFERRED if inferred else ()) for inferred, week in weekly.items()]
    if monthly:
        flags = (*(_INFERRED if any_inferred else ()), "nth_weekday")
        pieces += [Piece(kind, Schedule.of(*week), False, "", (*flags, weeks)) for weeks, week in monthly.items()]
    return tuple(pieces)


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
