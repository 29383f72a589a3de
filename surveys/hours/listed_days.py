"""Which days are listed, where a text is nothing but days between signs?

The usual forms at once, without a walk: "; Monday - Wednesday, Friday: ", and groups with the weeks of the month, "WED(1,3)/FRI ".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from surveys.hours.clauses import Days
from surveys.hours.named_days import days_between
from surveys.hours.tokens import Clock, Token, tokenize

Groups = tuple[tuple[Days, ...], ...]  # days named together, in groups between slashes


def list_of_days(tokens: Sequence[Token], again: bool) -> tuple[int, ...]:
    """Return the days of "; Monday - Wednesday, Friday: ", sorted; () where anything else is said or a day is named twice.

    Behind a statement (`again`) a sign may stand first.
    """
    at, count = 0, len(tokens)
    if again and count and tokens[0].kind in ("semi", "comma", "stop", "and"):
        at = 1
    if count and tokens[-1].kind in ("comma", "colon"):
        count -= 1
    days: list[int] = []
    while at < count:
        named, at = _named(tokens, at, count)
        if not named:
            return ()
        days += named
        if at == count:
            return tuple(sorted(days)) if len(set(days)) == len(days) else ()
        if tokens[at].kind == "comma" and at + 1 < count and tokens[at + 1].kind == "and":
            at += 1
        if tokens[at].kind not in ("comma", "and"):
            return ()
        at += 1
    return ()


@lru_cache(maxsize=4096)
def groups_of_days(text: str) -> Groups:
    """Return the groups of "TUE, WED(1,3)/FRI ", () where anything else is said.

    >>> [[(part.days, part.nth) for part in group] for group in groups_of_days("WED(1,3)/FRI-SUN ")]
    [[((2,), (1, 3))], [((4, 5, 6), ())]]
    """
    tokens = tokenize(text)
    count = len(tokens) - (len(tokens) > 0 and tokens[-1].kind == "comma")
    groups: list[list[Days]] = [[]]
    at = 0
    while at < count:
        days, at = _named(tokens, at, count)
        if not days:
            return ()
        nth: tuple[int, ...] = ()
        if at < count and tokens[at].kind == "open":
            nth, at = _weeks(tokens, at + 1, count)
            if not nth:
                return ()
        groups[-1].append(Days(days, nth))
        if at == count:
            return tuple(map(tuple, groups))
        if tokens[at].kind not in ("comma", "and", "slash"):
            return ()
        if tokens[at].kind == "slash":
            groups.append([])
        at += 1
    return ()


def _named(tokens: Sequence[Token], at: int, count: int) -> tuple[tuple[int, ...], int]:
    """Return the days of one day or of a range at a place, and the place behind it; () where none is."""
    if tokens[at].kind != "day":
        return (), at
    first = last = tokens[at].value
    at += 1
    if at + 1 < count and tokens[at].kind in ("dash", "to") and tokens[at + 1].kind == "day":
        last = tokens[at + 1].value
        at += 2
        if first == last:
            return (), at
    return (days_between(first, last) if isinstance(first, int) and isinstance(last, int) else ()), at


def _weeks(tokens: Sequence[Token], at: int, count: int) -> tuple[tuple[int, ...], int]:
    """Return the weeks of "1,3)" or "2ND & 4TH)", and the place behind it; () where anything else is in the bracket."""
    weeks: list[int] = []
    while at + 1 < count:
        value = tokens[at].value
        if tokens[at].kind == "number" and isinstance(value, Clock):
            weeks.append(value.hour)
        elif tokens[at].kind == "ordinal" and isinstance(value, int):
            weeks.append(value)
        else:
            return (), at
        if not 1 <= weeks[-1] <= 5:
            return (), at
        if tokens[at + 1].kind == "close":
            return tuple(weeks), at + 2
        if tokens[at + 1].kind not in ("comma", "and"):
            return (), at
        at += 2
    return (), at
