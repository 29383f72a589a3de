"""What is one statement about hours, while it is judged?"""

from __future__ import annotations

from ecosystem.schedule import DAY, Kind, Piece
from surveys.hours.clauses import Clause, Days
from surveys.hours.times import Minutes


class Statement:
    """One statement with its minutes: what it means before closures and doubts are applied."""

    def __init__(self, kind: Kind, note: str, segment: int, place: tuple[int, int]) -> None:
        self.kind = kind
        self.note = note
        self.segment = segment
        self.place = place
        self.parts: list[tuple[Days, tuple[Minutes, ...]]] = []  # minutes of the day, end past 1440 is the next day
        self.open_parts: tuple[tuple[Days, int], ...] = ()  # (days, minute of the day from which it is open without a known end)
        self.open_until = DAY  # minute of the day until which an open end may last
        self.all_day = False
        self.reasons: list[str] = []  # why it is only possible
        self.flags: list[str] = []
        self.months: tuple[tuple[int, int], ...] = ()
        self.seasonal = False
        self.office = ""  # "office" or "administration", when the label says so
        self.labelled = False
        self.pieces: tuple[Piece, ...] = ()  # what is only possible of it, and closures that may be
        self.opening = False  # it says when it opens, and no more
        self.live = False  # it says when a person answers, and of nothing else
        self.appointment_days: frozenset[int] = frozenset()  # days that are by appointment, without times


def flat(clause: Clause) -> list[Days]:
    """Return the days of all groups of a clause."""
    return [part for group in clause.days for part in group]


def place_of(clause: Clause, text: str) -> tuple[int, int]:
    """Return where a clause stands, the whole text where it has no place."""
    return clause.place if clause.end else (0, len(text))
