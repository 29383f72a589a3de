"""Which days does a list of days name, and in which weeks?"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from surveys.hours.clauses import Days
from surveys.hours.cursor import DAYS
from surveys.hours.gathering import ENDS_TIMES, Gathering
from surveys.hours.misspelt import ask_before, ask_behind
from surveys.hours.tokens import DAILY


def read_days(walk: Gathering) -> None:
    """Read a list of days and give it to its clause."""
    begun, first = walk.at, walk.tokens[walk.at]
    if walk.wordy:
        ask_before(walk, walk.at)
    groups = day_groups(walk)
    if walk.wordy:
        ask_behind(walk, walk.at)
    last = walk.tokens[walk.at - 1]
    if len(groups) == len(groups[0]) == 1:
        walk.take_days(groups, first, last)
        return
    if all(part == _EVERY_DAY for group in groups for part in group):
        walk.take_days([[_EVERY_DAY]], first, last)  # "7 days a week, 365 days a year"
        return
    for group in groups:
        if len(group) > 1 and any(part.days == DAILY for part in group):
            walk.stray("every_day", first)  # "Monday, daily"
            break
    own = groups[0].pop() if _turns(walk, groups, begun) else None
    walk.take_days(groups, first, last)
    if own is not None:
        walk.begin_next()
        walk.clause.days = [[own]]
        walk.extend(last)


def _turns(walk: Gathering, groups: list[list[Days]], begun: int) -> bool:
    """Whether the last of some days begins hours of its own: "9am-5pm Mon-Thu, Fri 9am-3pm", with nothing behind it that the times could go with."""
    clause = walk.clause
    if (
        not clause.times
        or clause.days
        or len(groups) != 1
        or len(groups[0]) < 2
        or "comma" not in walk.kinds[begun : walk.at]
        or not walk.range_at(walk.at)
        or walk.kinds[begun - 1] not in ENDS_TIMES
    ):
        return False
    return walk.kinds[walk.at + 3] in ("end", "semi", "stop", "close")


_EVERY_DAY = Days(DAILY)
_LISTS_DAYS = frozenset({"comma", "and", "slash", "day", "badday"})  # what another day of a list may begin with


def day_groups(walk: Gathering) -> list[list[Days]]:
    """Return the days of a list, a group for each part between slashes."""
    part, own = _day_part(walk)
    groups = [[part]]
    while walk.kinds[walk.at] in _LISTS_DAYS:
        where = walk.at
        kind = walk.kinds[where]
        if kind == "comma" and walk.kinds[where + 1] in ("and", "slash"):
            where += 1
            kind = walk.kinds[where]
        if kind in ("comma", "and", "slash"):
            following = where + 1
            while walk.kinds[following] == "word" and walk.tokens[following].value in ("on", "the"):
                following += 1
            if walk.kinds[following] == "holiday" or (walk.kinds[following] == "word" and walk.value_at(following) in ("federal", "public", "legal")):
                while walk.kinds[following] == "word":
                    following += 1
                if walk.kinds[following] == "holiday":
                    walk.at = following + 1
                    groups[-1].append(Days((), holidays=True, listed=True))
                return groups
            if not walk.days_begin(following):
                return groups
            walk.at = following
            if kind == "slash":
                groups.append([])
        elif not part.listed or walk.joins(where + 1):
            return groups  # but "Monday Tuesday", "TuTh" are two days
        before = part
        part, own = _day_part(walk)
        if not own and (before.alternate or (before.nth and (part.listed or len(part.days) <= 2))):
            part = part._replace(nth=before.nth, alternate=before.alternate)  # "1st Monday and Wednesday", but "2nd Sat, Mon-Fri"
        groups[-1].append(part)
    return groups


def _day_part(walk: Gathering) -> tuple[Days, bool]:
    """Read one day, range or set, with the weeks of the month before it; and whether it says itself in which weeks ("1st", "every")."""
    if walk.kinds[walk.at] == "day":
        simple = _simple_part(walk)
        if simple is not None:
            return simple, False
    weeks: list[int] = []
    alternate = False
    begun = walk.at
    while walk.kinds[walk.at] not in DAYS and walk.kinds[walk.at] != "maybe_we":
        token = walk.tokens[walk.at]
        if token.kind == "ordinal" and isinstance(token.value, int):
            weeks.append(token.value)
        elif token.kind == "alternate" or token.value == "other":
            alternate = True
        walk.at += 1
    own = walk.at > begun
    token = walk.tokens[walk.at]
    walk.at += 1
    if token.kind == "badday":
        walk.stray("badday", token)
        return Days((), listed=True), own
    if token.kind == "days" and isinstance(token.value, tuple):
        return Days(token.value, tuple(weeks), alternate), own
    days = [token.value if isinstance(token.value, int) else 2]
    ranges = 0
    while True:
        dashes = _dashes(walk)
        if not walk.joins(walk.at) or walk.kinds[walk.at + dashes] not in ("day", "maybe_we", "badday"):
            break
        if dashes > 1 and (walk.done or walk.complete()) and walk.tokens[walk.at - 1].end < walk.tokens[walk.at].start:
            walk.stray("hours_missing", walk.tokens[walk.at - 1])  # "T 9-5 W -- Th 9-5": a blank in a table
        walk.at += dashes + 1
        last = walk.tokens[walk.at - 1]
        if last.kind == "badday":
            walk.stray("badday", last)
        days.append(last.value if isinstance(last.value, int) else 2)
        ranges += 1
    if ranges == 1:
        first, final = days
        if first == final:
            walk.stray("badday", token)
        return Days(days_between(first, final), tuple(weeks), alternate, named=(first, final)), own
    return Days(tuple(sorted(set(days))), tuple(weeks), alternate, listed=ranges == 0, named=tuple(days)), own  # "M-W-F" is a list


def _simple_part(walk: Gathering) -> Days | None:
    """Read a day alone or a range of two days, None where more is joined to it."""
    kinds, at = walk.kinds, walk.at
    if not walk.joins(at + 1):
        walk.at = at + 1
        return _named(walk.tokens[at].value, None)
    if kinds[at + 2] == "day" and not walk.joins(at + 3) and walk.tokens[at].value != walk.tokens[at + 2].value:
        walk.at = at + 3
        return _named(walk.tokens[at].value, walk.tokens[at + 2].value)
    return None


@lru_cache(maxsize=64)
def _named(first: Hashable, final: Hashable) -> Days | None:
    """Return a day, or the range up to another; None where a value is no day."""
    if not isinstance(first, int):
        return None
    if not isinstance(final, int):
        return Days((first,), listed=True, named=(first,))
    return Days(days_between(first, final), named=(first, final))


def _dashes(walk: Gathering) -> int:
    """Return how many dashes stand together ("Mon--Fri"), at least one."""
    count = 1
    while walk.kinds[walk.at] == walk.kinds[walk.at + count] == "dash":
        count += 1
    return count


@lru_cache(maxsize=64)
def days_between(first: int, final: int) -> tuple[int, ...]:
    """Return the days from one to another, past Sunday if need be."""
    return tuple(sorted(day % 7 for day in range(first, final + 1 if final >= first else final + 8)))
