"""At which hours does one delivery work, by its answers?

A form gives hours in up to four ways: a text (OpenStreetMap syntax, 24/7, or as people write), one column per weekday, shifts (days, opens,
closes), and separate texts for intake, phone and office hours. What cannot be read is told and is possible at every hour it could mean,
never closed. Two ways that differ are both kept: only what both say is certain.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ecosystem.errors import Issue
from ecosystem.records import Source, Unknown, UnknownReason
from ecosystem.schedule import ALWAYS, DAY, DAYS, KINDS, CalendarException, Hours, Kind, Mode, Piece, Schedule, union
from surveys.codebook import Codebook
from surveys.hours.osm_texts import LONGEST_NIGHT
from surveys.response import REMEMBERED, Answer, Block, Problems, Tell, quoted
from surveys.stated_hours import names_a_day, read_day, read_days, read_shift, read_text
from surveys.time_zones import in_city_time

WEEKDAYS = ("hours_mon", "hours_tue", "hours_wed", "hours_thu", "hours_fri", "hours_sat", "hours_sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAIN_KINDS: dict[Mode | None, tuple[Kind, ...]] = {
    None: ("open", "intake", "response", "phone"),
    "mobile": ("response", "open", "intake"),
    "phone": ("phone", "open", "intake"),
    "virtual": ("phone", "open", "intake"),
}


@dataclass(frozen=True, slots=True)
class Timetable:
    """What a delivery's answers say about its hours, the cell or cells they came from, and what was wrong with them."""

    hours: Hours | Unknown
    source: Source | None
    issues: tuple[Issue, ...] = ()


def read_timetable(
    block: Block, codebook: Codebook, *, mode: Mode | None, decide: Callable[[Answer], str | None] = lambda _: None, time_zone: str = ""
) -> Timetable:
    """Return the hours of one delivery. `decide` gives the OpenStreetMap text that a person decided on for an answer, if any; `time_zone` is the
    city's (IANA), against which a zone that the words name is held.

    Hours are Unknown only where nothing was understood: not_asked, blank, dont_know, withheld or refused.
    """
    return _Form(block, codebook, mode, decide, time_zone).read()


@dataclass
class _Form:
    """The hours questions of one delivery while they are read."""

    block: Block
    codebook: Codebook
    mode: Mode | None
    decide: Callable[[Answer], str | None]
    time_zone: str
    issues: list[Issue] = field(default_factory=list)
    used: list[Answer] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def read(self) -> Timetable:
        kind = self._main_kind()
        claims = [hours for hours in (self._text("hours", kind), self._weekdays(kind), self._slots(kind)) if hours is not None]
        main = agree(claims)
        if len(claims) > 1 and any(piece.flags == ("disputed",) for piece in main.pieces):
            message = "the hours are given in two ways that differ; only what both say is certain. Ask which holds."
            self.issues.append(_issue(self.used[-1], "hours_twice", message))
        pieces = list(main.pieces)
        exceptions = list(main.exceptions)
        others: tuple[tuple[str, Kind], ...] = (("intake_hours", "intake"), ("phone_hours", "phone"), ("office_hours", "office"))
        for question, other_kind in others:
            hours = self._text(question, other_kind)
            if hours is not None:
                pieces += [piece for piece in hours.pieces if piece not in pieces]
                exceptions += [exception for exception in hours.exceptions if exception not in exceptions]
        if not pieces:
            return Timetable(_why(self.unknown), None, tuple(self.issues))
        if not self._has_main(pieces):
            pieces.append(Piece(self._main_kinds()[0], ALWAYS, certain=False, flags=("hours_not_stated",)))
        return Timetable(Hours(tuple(pieces), tuple(exceptions)), _join(self.used), tuple(self.issues))

    def _has_main(self, pieces: Sequence[Piece]) -> bool:
        """Whether hours say when the delivery itself works, not only its office."""
        return any(piece.kind in self._main_kinds() for piece in pieces)

    def _main_kinds(self) -> tuple[Kind, ...]:
        return _MAIN_KINDS.get(self.mode, ("open", "intake"))

    def _main_kind(self) -> Kind:
        """The kind of the hours: as stated, else by how the delivery works."""
        by_mode: dict[Mode | None, Kind] = {"mobile": "response", "phone": "phone", "virtual": "phone"}
        answer = self.block.answer("hours_kind")
        if answer is not None and self.codebook.why_unknown(answer.text) is None:
            code = self.codebook.choice("hours_kind", answer.text)
            for kind in KINDS:
                if kind == code:
                    return kind
            self.issues.append(_issue(answer, "choice_unknown", f"{quoted(answer.text)} is no kind of hours. Write open, intake, response or phone."))
        return by_mode.get(self.mode, "open")

    def _known(self, question: str) -> Answer | None:
        """The answer to a question where it says something; why it does not is kept."""
        if not self.block.is_asked(question):
            return None
        answer = self.block.answer(question)
        assert answer is not None  # it was asked
        reason = _reason(self.codebook.why_unknown(answer.text))
        if reason is None:
            return answer
        self.unknown.append(Unknown(reason, answer.source()))
        return None

    def _text(self, question: str, kind: Kind) -> Hours | None:
        answer = self._known(question)
        if answer is None:
            return None
        problems = Problems()
        decided = self.decide(answer)
        text = self.codebook.meaning(question, answer.text) if decided is None else decided
        hours = self._read(text, kind, problems)
        self._keep(answer, problems)
        if hours is None:
            self.unknown.append(Unknown("refused", answer.source()))
        else:
            self.used.append(answer)
        return hours

    def _read(self, text: str, kind: Kind, tell: Tell) -> Hours | None:
        hours = read_text(text, kind, tell, mode=self.mode)
        return None if hours is None else in_city_time(hours, text, self.time_zone, tell)

    def _weekdays(self, kind: Kind) -> Hours | None:
        """The seven weekday columns: an empty day beside days with hours is closed, one that cannot be read is possible all day."""
        if not any(map(self.block.is_asked, WEEKDAYS)):
            return None
        answers = [self.block.answer(question) for question in WEEKDAYS]
        if not any(answer for answer in answers):
            if any(answer is not None for answer in answers):
                first = next(answer for answer in answers if answer is not None)
                self.unknown.append(Unknown("blank", first.source()))
            return None
        certain: list[tuple[int, int]] = []
        doubtful: list[tuple[int, int]] = []
        pieces: list[Piece] = []
        exceptions: list[CalendarException] = []
        used: list[Answer] = []
        unknown: list[Unknown] = []
        blank: list[Unknown] = []
        for day, answer in enumerate(answers):
            if not answer:
                continue
            problems = Problems()
            reason = _reason(self.codebook.why_unknown(answer.text))
            if reason == "blank":
                blank.append(Unknown("blank", answer.source()))
                continue
            spans = None
            if reason is None:
                decided = self.decide(answer)
                if decided is None:
                    book = self.codebook
                    spans = read_day(answer.text, problems, mode=self.mode, whole_day=book.whole_day, clock_24=book.clock_24)
                if spans is None:
                    text = answer.text if names_a_day(answer.text) else f"{WEEKDAY_NAMES[day]} {answer.text}"
                    text = text if decided is None else decided
                    read = Problems()
                    hours = None if problems.items else self._read(text, kind, read)
                    problems.items += read.items
                    if hours is not None and decided is None:
                        hours = _on_its_day(hours, day)
                        if hours is None:
                            message = f"the answer for {WEEKDAY_NAMES[day]} names hours of other days. Write the hours of each day in its own column."
                            problems("hours_refused", message)
                    if hours is not None:
                        self._keep(answer, problems)
                        pieces += hours.pieces
                        exceptions += hours.exceptions
                        used.append(answer)
                        if not any(piece.kind == kind or (kind == "open" and piece.kind == "intake") for piece in hours.pieces):
                            doubtful.append((day * DAY, (day + 1) * DAY))
                        continue
            self._keep(answer, problems)
            if spans is None:
                unknown.append(Unknown(reason or "refused", answer.source()))
                doubtful.append((day * DAY, (day + 1) * DAY))
            else:
                used.append(answer)
                certain += [(day * DAY + start, day * DAY + end) for start, end in spans]
        if certain:
            pieces.insert(0, Piece(kind, Schedule.of(*certain)))
        if not pieces:
            if used and not unknown:
                message = "every day is closed. If the service is paused or has ended, say so in its own column."
                self.issues.append(_issue(used[0], "hours_closed", message))
                unknown.append(Unknown("refused", used[0].source()))
            self.unknown += unknown or blank
            return None
        if doubtful:
            pieces.append(Piece(kind, Schedule.of(*doubtful), certain=False, flags=("hours_not_stated",)))
        taken_in = [piece.when for piece in pieces if piece.kind == "intake"]
        if kind == "open" and taken_in:  # a place counts by its intake: days that do not speak of it stay possible
            silent = Schedule.of(*((day * DAY, (day + 1) * DAY) for day in range(7) if not any(start // DAY == day for start, _ in union(taken_in))))
            if others := union(piece.when for piece in pieces if piece.kind == "open") & silent:
                pieces.append(Piece("intake", others, certain=False, flags=("hours_not_stated",)))
        self.used += used
        return Hours(tuple(pieces), tuple(dict.fromkeys(exceptions)))

    def _slots(self, kind: Kind) -> Hours | None:
        """The shifts: days, opens, closes. One that cannot be read is possible on its days, or on every day where they cannot be read either."""
        pieces: list[Piece] = []
        for number in _shifts(tuple(self.block.columns)):
            days, opens, closes = (self.block.answer(f"slot{number}_{part}") for part in ("days", "opens", "closes"))
            given = [answer for answer in (days, opens, closes) if answer and self.codebook.why_unknown(answer.text) != "blank"]
            if not given:
                continue
            problems = Problems()
            on = read_days(days.text) if days else None
            times = (opens.text if opens else "", closes.text if closes else "")
            when = read_shift(*times, problems, mode=self.mode, clock_24=self.codebook.clock_24)
            if on is None:
                problems("slot_refused", "a shift needs its days, when it opens and when it closes. Write days as Mo-Fr or Sa, Su.")
            if on is not None and when is None and opens and closes and not problems.items:
                hours = self._read(f"{', '.join(DAYS[day] for day in on)} {opens.text}-{closes.text}", kind, problems)
                if hours is not None:
                    self._keep(closes, problems)
                    pieces += hours.pieces
                    self.used += given
                    continue
            if problems.items:
                self._keep(given[0] if on is None else closes or opens or given[0], problems)
                self.unknown.append(Unknown("refused", given[0].source()))
                anywhen = union(Schedule.of((day * DAY, (day + 1) * DAY)) for day in (on or range(7)))
                pieces.append(Piece(kind, anywhen, certain=False, flags=("hours_not_stated",)))
            elif on is not None and when is not None:
                pieces.append(Piece(kind, Schedule.of(*((day * DAY + when[0], day * DAY + when[1]) for day in on))))
                self.used += given
        sure: dict[tuple[str, ...], list[Schedule]] = {}
        for piece in pieces:
            if piece.certain:
                sure.setdefault(piece.flags, []).append(piece.when)
        if not sure:
            return None
        stated = (Piece(kind, union(whens), flags=flags) for flags, whens in sure.items())
        return Hours((*stated, *(piece for piece in pieces if not piece.certain)))

    def _keep(self, answer: Answer, problems: Problems) -> None:
        self.issues += [answer.issue(problem) for problem in problems.items]


def _on_its_day(hours: Hours, day: int) -> Hours | None:
    """The hours in the column of a weekday, a night that follows it included; None where they are of other days too and not of every hour."""
    begin, end = day * DAY, (day + 1) * DAY
    pieces = []
    for piece in hours.pieces:
        strays = any(not begin <= start < end or until > end + LONGEST_NIGHT for start, until in piece.when.runs())
        if strays and piece.certain and piece.when != ALWAYS:
            return None
        pieces.append(replace(piece, when=piece.when & Schedule.of((begin, end))) if strays and not piece.certain else piece)
    return replace(hours, pieces=tuple(pieces))


@functools.lru_cache(maxsize=REMEMBERED)
def _shifts(questions: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers of the shifts that a form asks for; all rows of a table have the same."""
    return tuple(sorted({int(question[4:].partition("_")[0]) for question in questions if question.startswith("slot") and "_" in question}))


# -- several statements ------------------------------------------------------------------------------------------------------------------------


def agree(claims: Sequence[Hours]) -> Hours:
    """Return what several statements of hours say together: per kind, certain is what every one that speaks of it says, possible what any says.

    >>> short, long = (Hours.stated("open", Schedule.daily("09:00", closes)) for closes in ("17:00", "20:00"))
    >>> [(piece.when.hours, piece.certain) for piece in agree([short, long]).pieces]
    [(56.0, True), (21.0, False)]
    """
    if not claims:
        return Hours()
    pieces: list[Piece] = []
    for kind in KINDS:
        speaking = [tuple(piece for piece in hours.pieces if piece.kind == kind) for hours in claims]
        speaking = [stated for stated in speaking if stated]
        if not speaking:
            continue
        if len(speaking) == 1:
            pieces += speaking[0]
            continue
        if all(_meaning(stated) == _meaning(speaking[0]) for stated in speaking):
            pieces += min(speaking, key=repr)
            continue
        certain = ALWAYS
        for stated in speaking:
            certain &= union(piece.when for piece in stated if piece.certain)
        possible = union(piece.when for stated in speaking for piece in stated) - certain
        if certain:
            pieces.append(Piece(kind, certain))
        if possible:
            pieces.append(Piece(kind, possible, certain=False, flags=("disputed",)))
    exceptions = {exception for hours in claims for exception in hours.exceptions}
    return Hours(tuple(pieces), tuple(sorted(exceptions, key=lambda exception: (exception.on, exception.spans, exception.label))))


def _meaning(pieces: Sequence[Piece]) -> tuple[Schedule, Schedule]:
    """What pieces of one kind come to: (certain, possible) minutes."""
    certain = union(piece.when for piece in pieces if piece.certain)
    return certain, certain | union(piece.when for piece in pieces)


def _reason(word: str | None) -> UnknownReason | None:
    reasons: dict[str, UnknownReason] = {"blank": "blank", "dont_know": "dont_know", "withheld": "withheld"}
    return None if word is None else reasons[word]


def _why(unknown: Sequence[Unknown]) -> Unknown:
    """The most telling of the reasons why hours are not known."""
    order = ("refused", "withheld", "dont_know", "blank")
    return min(unknown, key=lambda entry: order.index(entry.reason)) if unknown else Unknown("not_asked")


def _join(answers: Sequence[Answer]) -> Source:
    """One source for hours that stand in several cells."""
    first = answers[0].source()
    if len(answers) == 1:
        return first
    columns = " | ".join(answer.column for answer in answers)
    texts = "; ".join(f"{answer.column}: {answer.text}" for answer in answers)
    return Source(first.file, first.sheet, first.row, columns, texts, first.method)


def _issue(answer: Answer, code: str, message: str) -> Issue:
    return Issue(answer.file, answer.sheet, answer.row, answer.column, code, "warning", answer.text, message)
