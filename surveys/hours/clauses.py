"""What is one clause about hours: at most one list of days, one list of times, a label, and words?

"9-5 M-Th, 9-4 F" is two clauses, "Monday, Tuesday; 12-9" is two that stage 3 puts together. A clause keeps everything that was said, also what
was not understood (`strays`), so that stage 3 can refuse.
"""

from __future__ import annotations

from typing import NamedTuple

from surveys.hours.tokens import Clock

Place = tuple[int, int]


class Days(NamedTuple):
    """Days named together: `nth` holds weeks of the month (empty: every week), `alternate` every other week, `holidays` public holidays."""

    days: tuple[int, ...]
    nth: tuple[int, ...] = ()
    alternate: bool = False
    holidays: bool = False
    listed: bool = False  # named one by one rather than as a range
    named: tuple[int, ...] = ()  # the days that are written out: each of a list, the two ends of a range


class Span(NamedTuple):
    """A range of times as written; one side is None when only the other is said."""

    start: Clock | None
    end: Clock | None
    place: Place
    all_day: bool = False


class Clause:
    """One statement about hours. Slashes make groups of days and of times, which stage 3 pairs ("TUE/FRI 6-7PM/9-11AM")."""

    def __init__(self, segment: int, closed: str = "", place: Place = (0, 0)) -> None:
        self.segment = segment
        self.closed = closed  # the word that closes: "closed", "except" ...
        self.start, self.end = place
        self.days: list[list[Days]] = []
        self.times: list[list[Span]] = []
        self.label: list[str] = []  # words before the days and times, or before a colon
        self.words: list[str] = []  # words between and after
        self.days_first = True
        self.always = False  # 24/7
        self.label_place: Place | None = None
        self.borrowed = False  # its label stood between it and the clause before, without a comma on either side
        self.colon = False  # the label stood before a colon, so that it holds for what follows
        self.brackets: tuple[str, ...] = ()  # words in brackets
        self.dayparts: tuple[str, ...] = ()
        self.months: tuple[tuple[int, int], ...] = ()
        self.dates: tuple[str, ...] = ()  # days of the year on which it is closed: "12-25"
        self.season = ""  # "summer", "school year" ...
        self.season_heads = False  # the season stood first, so that it holds for what follows
        self.season_trails = False  # the season stood last, so that it may hold for what stands before
        self.sun = False  # a time is dusk or dawn
        self.run: tuple[int, int, Span] | None = None  # from one day to another without a break: first day, last day, and the two times
        self.sealed = False  # a season in brackets ended it: times that follow are another clause's
        self.exceptions: tuple[Clause, ...] = ()
        self.strays: tuple[tuple[str, Place], ...] = ()  # (what is wrong, where)
        self.leaves = False  # its end is when people must leave ("intake 7pm, leave by 7am")
        self.headed = False  # the days stood before a colon
        self.carried: Clause | None = None  # the clause before it whose label still holds

    @property
    def place(self) -> Place:
        """Where the clause stands in the text; (0, 0) while nothing is in it."""
        return self.start, self.end

    @property
    def all_words(self) -> list[str]:
        """Every word of the clause."""
        return [*self.label, *self.words, *self.brackets]

    @property
    def empty(self) -> bool:
        """Whether the clause says nothing about days or times."""
        return not (self.days or self.times or self.closed or self.always)
