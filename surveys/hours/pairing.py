"""Which days go with which times where they stand in clauses of their own, and how far do a label and a season reach?"""

from __future__ import annotations

from collections.abc import Sequence

from surveys.hours.clauses import Clause
from surveys.hours.labels import has_run, kind_of
from surveys.hours.statements import flat
from surveys.hours.times import Refused, fault_of, half_of, minute_at
from surveys.hours.words import NAMING, NO_LABEL, ONLINE, UNSTAFFED, VARIES


def pair_clauses(clauses: list[Clause]) -> list[Clause]:
    """Return the clauses with days and times put together where they stand apart ("Monday, Tuesday; 12-9"); raises Refused where one is left over."""
    out: list[Clause] = []
    waiting: list[Clause] = []
    at = 0
    while at < len(clauses):
        clause = clauses[at]
        at += 1
        if clause.days and clause.times and not waiting:
            out.append(clause)
            continue
        if clause.days and not clause.times and not clause.always and not _explains(clause):
            waiting.append(clause)
            continue
        if clause.times and not clause.days and not clause.times[0][0].all_day and not clause.always:
            if waiting:
                if clause.label and clause.label[0] not in ("from", "open", "at", "hours", "between", "the", "and"):
                    raise Refused("hours_missing", waiting[0].place)
                first = waiting[0]
                clause.days = [[part for before in waiting for group in before.days for part in group]]
                clause.label, clause.label_place, clause.colon = first.label, first.label_place, first.colon
                clause.words = [word for before in waiting for word in (*(before.label if before is not first else ()), *before.words)] + clause.words
                clause.brackets = tuple(word for before in waiting for word in before.brackets) + clause.brackets
                clause.dayparts += first.dayparts
                clause.months, clause.season, clause.season_heads = first.months, first.season, first.season_heads
                waiting = []
            elif at < len(clauses) and _takes_following(clauses, at, out):
                following = clauses[at]
                at += 1
                clause.days = following.days
                clause.words += following.label + following.words
                clause.brackets += following.brackets
            else:
                _inherit(clause, out)
        elif waiting:
            raise Refused("hours_missing", waiting[0].place)
        out.append(clause)
    if waiting:
        raise Refused("hours_missing", waiting[0].place)
    return out


def carry_seasons(clauses: Sequence[Clause]) -> None:
    """Carry a season that stands first over to the clauses that follow it."""
    months: tuple[tuple[int, int], ...] = ()
    season = ""
    for clause in clauses:
        if clause.season_heads:
            months, season = clause.months, clause.season
        elif (months or season) and not clause.months and not clause.season:
            clause.months, clause.season = months, season


def carry_labels(clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """Carry labels over to clauses without one, and return (start, number) of each clause under a label in front of a colon."""
    scope = 0
    scopes: list[tuple[int, int]] = []
    label: Clause | None = None
    for at, clause in enumerate(clauses):
        own = clause.label and not NO_LABEL.issuperset(clause.label)
        if clause.borrowed and not clauses[at - 1].all_words and _named_twice(clause):
            raise Refused("whose_label", clause.label_place or clause.place)
        if clause.colon and own:
            scope += 1
        if own and (clause.colon or (not clause.empty and not clause.closed)):
            label = clause
        elif label is not None and not clause.brackets and not clause.empty and NAMING.isdisjoint(clause.words) and _reaches(label):
            clause.carried = label
        if scope:
            scopes.append((clause.start, scope))
    return scopes


def _reaches(label: Clause) -> bool:
    """Whether a label may hold for the clauses behind it: not that of a machine, unless before a colon ("Answering machine 24/7; M-F 9-5")."""
    return label.colon or UNSTAFFED.isdisjoint(label.label)


def _named_twice(clause: Clause) -> bool:
    """Whether names of two kinds stand before and behind a clause ("9am-5pm M-F office 24/7 hotline")."""
    behind = (*clause.words, *clause.brackets)
    if NAMING.isdisjoint(clause.label) or NAMING.isdisjoint(behind):
        return False
    return kind_of(tuple(clause.label), "open")[0] != kind_of(behind, "open")[0]


_EXPLAINING = ONLINE | VARIES | {"appointment"}


def _takes_following(clauses: list[Clause], at: int, out: list[Clause]) -> bool:
    following = clauses[at]
    if not following.days or following.times or following.label or _explains(following) or any(clause.days for clause in out):
        return False
    return at + 1 == len(clauses) or bool(clauses[at + 1].times and clauses[at + 1].days)


def _inherit(clause: Clause, out: list[Clause]) -> None:
    before = next((earlier for earlier in reversed(out) if earlier.days or earlier.times), None)
    labelled = [word for word in clause.label if word not in ("and", "again", "then", "from", "open")]
    if set(labelled) & {"lunch", "lunchtime"}:
        raise Refused("lunch", clause.place)
    last = bool({"last", "final"} & set(labelled)) and before is not None
    if before is None or not before.days or (labelled and not last) or not (before.days_first or last) or any(before.exceptions):
        raise Refused("days_missing", clause.place)
    clause.days = before.days
    if not last and _overlap(before, clause):
        raise Refused("days_missing", clause.place)


def _explains(clause: Clause) -> bool:
    """Whether a clause of days without times says why it has none."""
    words = clause.all_words
    return not _EXPLAINING.isdisjoint(words) or has_run(words, "on", "call") or any(part.holidays and not part.days for part in flat(clause))


def _overlap(before: Clause, clause: Clause) -> bool:
    """Whether times that follow begin, as written, before the last ones end: then they are no second half of a day."""
    earlier = [span for group in before.times for span in group]
    later = [span for group in clause.times for span in group]
    if not earlier or earlier[-1].all_day or earlier[-1].end is None or later[0].start is None:
        return True
    end, start = earlier[-1].end, later[0].start
    if half_of(end) and half_of(start):
        final = later[0].end
        if final is not None and half_of(final) and fault_of(minute_at(start, half_of(start)), minute_at(final, half_of(final)), military=False):
            return False  # am or pm is at fault: asked about later
        first = earlier[-1].start
        turned = first is not None and half_of(first) == "p" and half_of(end) == "a"
        return turned or (minute_at(start, half_of(start)) < minute_at(end, half_of(end)) and half_of(start) == half_of(end))
    return False
