"""What is one statement about hours, while it is judged?"""

from __future__ import annotations

from dataclasses import dataclass, field

from ecosystem.schedule import DAY, Kind, Piece
from surveys.hours.clauses import Clause, Days
from surveys.hours.times import Minutes


@dataclass(slots=True)
class Statement:
    """One statement with its minutes: what it means before closures and doubts are applied."""

    kind: Kind
    note: str
    segment: int
    place: tuple[int, int]
    parts: list[tuple[Days, tuple[Minutes, ...]]] = field(default_factory=list)  # minutes of the day, end past 1440 is the next day
    open_parts: list[tuple[Days, int]] = field(default_factory=list)  # (days, minute of the day from which it is open without a known end)
    open_until: int = DAY  # minute of the day until which an open end may last
    all_day: bool = False
    reasons: list[str] = field(default_factory=list)  # why it is only possible
    flags: list[str] = field(default_factory=list)
    months: tuple[tuple[int, int], ...] = ()
    seasonal: bool = False
    office: str = ""  # "office" or "administration", when the label says so
    labelled: bool = False
    scope: int = 0  # number of the label in front of a colon that it stands under; 0 before the first
    pieces: list[Piece] = field(default_factory=list)
    opening: bool = False  # it says when it opens, and no more
    live: bool = False  # it says when a person answers, and of nothing else
    appointment_days: frozenset[int] = frozenset()  # days that are by appointment, without times


def flat(clause: Clause) -> list[Days]:
    """Return the days of all groups of a clause."""
    return [part for group in clause.days for part in group]


def place_of(clause: Clause, text: str) -> tuple[int, int]:
    """Return where a clause stands, the whole text where it has no place."""
    return clause.place if clause.end else (0, len(text))
