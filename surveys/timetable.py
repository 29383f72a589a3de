"""At which hours does one delivery work, by its answers?

A form gives hours in up to four ways: a text (OpenStreetMap syntax, 24/7, or as people write), one column per weekday, shifts (days, opens,
closes), and separate texts for intake, phone and office hours. What cannot be read is told and is possible at every hour it could mean,
never closed. A shift that ends at or before its start ends the next day where that is plausible, else it is taken for a mistake.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ecosystem.errors import Issue
from ecosystem.records import Source, Unknown, UnknownReason
from ecosystem.schedule import ALWAYS, DAY, KINDS, Hours, Kind, Mode, Piece, Schedule, union
from ecosystem.schedule_formats import from_osm
from surveys.codebook import Codebook
from surveys.response import REMEMBERED, Answer, Block, Problem, Problems, Tell, fold, quoted
from surveys.time_zones import in_city_time

WEEKDAYS = ("hours_mon", "hours_tue", "hours_wed", "hours_thu", "hours_fri", "hours_sat", "hours_sun")
NIGHT_BEGINS = 15 * 60
"""A shift that closes at or before it opens is a night shift from this minute of the day on; an earlier one is an am/pm mistake (design 7)."""
LONGEST_NIGHT = 17 * 60
"""A longer one is a mistake too: 23:00 to 17:00 was meant to begin in the morning."""
CRISIS_NIGHT_BEGINS = 12 * 60
"""When a night shift may begin for teams, lines and places to sleep; it may be of any length."""

_CLOSED = frozenset({"closed", "cerrado", "off", "none", "no", "not open", "no abre", "cerrada", "0"})
_WHOLE_DAY = frozenset(
    {"24 hours", "24 hrs", "24hrs", "24h", "24 hour", "24", "24 7", "24 hours a day", "open 24 hours", "all day", "24 horas", "todo el dia"}
)
_MAIN_KINDS: dict[Mode | None, tuple[Kind, ...]] = {
    None: ("open", "intake", "response", "phone"),
    "mobile": ("response", "open", "intake"),
    "phone": ("phone", "open", "intake"),
    "virtual": ("phone", "open", "intake"),
}
_DAY_WORDS = {
    word: day
    for day, words in enumerate(
        [
            "monday mon mo m lunes lun lu",
            "tuesday tues tue tu martes mar ma",
            "wednesday weds wed we w miercoles mie mi",
            "thursday thurs thur thu th jueves jue ju",
            "friday fri fr f viernes vie vi",
            "saturday sat sa sabado sab",
            "sunday sun su domingo dom do",
        ]
    )
    for word in words.split()
}
_DAY_GROUPS = {
    "daily": range(7),
    "every day": range(7),
    "all": range(7),
    "all days": range(7),
    "all week": range(7),
    "7 days": range(7),
    "7 days a week": range(7),
    "todos los dias": range(7),
    "todos": range(7),
    "cada dia": range(7),
    "diario": range(7),
    "weekdays": range(5),
    "entre semana": range(5),
    "dias laborables": range(5),
    "weekends": (5, 6),
    "weekend": (5, 6),
    "fines de semana": (5, 6),
    "fin de semana": (5, 6),
}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SPREADSHEET_DATE = re.compile(
    rf"\d{{1,2}}-{_MONTH}\.?(?:-\d{{2,4}})?|{_MONTH}-\d{{1,4}}"
    r"|\d{4}-\d\d-\d\d(?:[ T][\d:.]+)?|\d{1,2}/\d{1,2}/\d{2,4}(?: [\d:]+(?: [ap]m)?)?|[a-z]{3} [a-z]{3} \d{1,2} \d{4} .*gmt.*",
    re.IGNORECASE,
)
_NAMED_TIMES = {"noon": 720, "12 noon": 720, "mediodia": 720, "mediodía": 720, "midnight": DAY, "12 midnight": DAY, "medianoche": DAY, "0": 0}
_TIME = r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])?\.?(?:m\.?)?"
_CLOCK = re.compile(_TIME, re.IGNORECASE)
_OSM_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


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
        if not any(piece.kind in _MAIN_KINDS.get(self.mode, ("open", "intake")) for piece in pieces):
            pieces.append(Piece(kind, ALWAYS, certain=False, flags=("hours_not_stated",)))
        return Timetable(Hours(tuple(pieces), tuple(exceptions)), _join(self.used), tuple(self.issues))

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
        used: list[Answer] = []
        unknown: list[Unknown] = []
        for day, answer in enumerate(answers):
            if not answer:
                continue
            problems = Problems()
            reason = _reason(self.codebook.why_unknown(answer.text))
            if reason == "blank":
                continue
            spans = None
            if reason is None:
                decided = self.decide(answer)
                spans = read_day(answer.text, problems, mode=self.mode, whole_day=self.codebook.whole_day) if decided is None else None
                if spans is None:
                    text = f"{WEEKDAY_NAMES[day]} {answer.text}" if decided is None else decided
                    read = Problems()
                    hours = None if problems.items else self._read(text, kind, read)
                    problems.items += read.items
                    if hours is not None:
                        pieces += hours.pieces
                        used.append(answer)
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
            self.unknown += unknown
            return None
        if doubtful:
            pieces.append(Piece(kind, Schedule.of(*doubtful), certain=False, flags=("hours_not_stated",)))
        self.used += used
        return Hours(tuple(pieces))

    def _slots(self, kind: Kind) -> Hours | None:
        """The shifts: days, opens, closes. One that cannot be read is possible on its days, or on every day where they cannot be read either."""
        pieces: list[Piece] = []
        for number in _shifts(tuple(self.block.columns)):
            days, opens, closes = (self.block.answer(f"slot{number}_{part}") for part in ("days", "opens", "closes"))
            given = [answer for answer in (days, opens, closes) if answer]
            if not given:
                continue
            problems = Problems()
            on = read_days(days.text) if days else None
            when = _shift(opens, closes, problems, self.mode)
            if on is None:
                problems("slot_refused", "a shift needs its days, when it opens and when it closes. Write days as Mo-Fr or Sa, Su.")
            if problems.items:
                self._keep(given[0] if on is None else closes or opens or given[0], problems)
                self.unknown.append(Unknown("refused", given[0].source()))
                anywhen = union(Schedule.of((day * DAY, (day + 1) * DAY)) for day in (on or range(7)))
                pieces.append(Piece(kind, anywhen, certain=False, flags=("hours_not_stated",)))
            elif on is not None and when is not None:
                pieces.append(Piece(kind, Schedule.of(*((day * DAY + when[0], day * DAY + when[1]) for day in on))))
                self.used += given
        sure = [piece for piece in pieces if piece.certain]
        if not sure:
            return None
        return Hours((Piece(kind, union(piece.when for piece in sure)), *(piece for piece in pieces if not piece.certain)))

    def _keep(self, answer: Answer, problems: Problems) -> None:
        self.issues += [answer.issue(problem) for problem in problems.items]


@functools.lru_cache(maxsize=REMEMBERED)
def _shifts(questions: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers of the shifts that a form asks for; all rows of a table have the same."""
    return tuple(sorted({int(question[4:].partition("_")[0]) for question in questions if question.startswith("slot") and "_" in question}))


# -- one text ----------------------------------------------------------------------------------------------------------------------------------

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read_text(text: str, kind: Kind, tell: Tell, *, mode: Mode | None = None) -> Hours | None:
    """Return the hours of a text: 24/7, OpenStreetMap syntax, else as people write them. None where it is refused, which is told.

    >>> read_text("Mo-Fr 07:30-24:00", "open", Problems()).of_kind("open").hours
    82.5
    """
    hours, told = _text_read(text, kind, mode)
    for problem in told:
        tell(problem.code, problem.message, severity=problem.severity, text=problem.text)
    return hours


@functools.lru_cache(maxsize=REMEMBERED)
def _text_read(text: str, kind: Kind, mode: Mode | None) -> tuple[Hours | None, tuple[Problem, ...]]:
    """What `read_text` returns and tells, kept at hand: many write the same hours."""
    problems = Problems()
    hours = _read_text(text, kind, problems, mode)
    return hours, tuple(problems.items)


def _read_text(text: str, kind: Kind, tell: Tell, mode: Mode | None) -> Hours | None:
    if _SPREADSHEET_DATE.fullmatch(text.strip()):
        tell("hours_spreadsheet_date", _spreadsheet_date(text))
        return None
    if fold(text) in _WHOLE_DAY:
        return Hours.stated(kind, ALWAYS)
    if fold(text) in _CLOSED:
        tell("hours_closed", "the hours are given as closed. If the service is paused or has ended, say so in its own column.")
        return None
    for match in _OSM_SPAN.finditer(text):
        start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if not _is_plausible(start, end, mode) and start < DAY and end <= DAY:
            tell("closes_before_opens", _closes_before_opens(match[0]))
            return None
    try:
        hours = from_osm(text, kind=kind)
    except ValueError as error:
        return _read_free_text(text, kind, tell, str(error))
    if not hours.pieces:
        tell("hours_refused", f"{quoted(text)} names no hour when it is open. Write days and times, such as Mo-Fr 09:00-17:00.")
        return None
    return hours


def _read_free_text(text: str, kind: Kind, tell: Tell, why: str) -> Hours | None:
    """Read hours as people write them; `why` is what the OpenStreetMap reader had against the text."""
    from surveys.hours import read_hours

    try:
        reading = read_hours(text, kind=kind)
    except ValueError:  # a text may cost its own answer, never the run
        tell("hours_refused", why)
        return None
    if reading.status == "refused":
        tell("hours_refused", " ".join(message.text() for message in reading.messages) or why)
        return None
    for message in reading.messages:
        tell("hours_note", message.text(), severity="info")
    return reading.hours


# -- one day, one shift ------------------------------------------------------------------------------------------------------------------------


def read_day(text: str, tell: Tell, *, mode: Mode | None = None, whole_day: frozenset[str] = frozenset()) -> tuple[tuple[int, int], ...] | None:
    """Return the (start, end) minutes of a day column, () where it is closed; an end past 1440 is the next day.

    Times need minutes or am/pm (09:00-12:00, 9am-5pm, 0900-1700); None where they have neither, or where nobody can tell. `whole_day` are
    spans by which the source means 24 hours.

    >>> read_day("09:00-12:00, 13:00-17:00", Problems()), read_day("closed", Problems()), read_day("1900-2359", Problems())
    (((540, 720), (780, 1020)), (), ((1140, 1440),))
    """
    folded = fold(text)
    if folded in _CLOSED:
        return ()
    if folded in _WHOLE_DAY:
        return ((0, DAY),)
    if _SPREADSHEET_DATE.fullmatch(text.strip()):
        tell("hours_spreadsheet_date", _spreadsheet_date(text))
        return None
    spans = []
    for piece in re.split(r"[;,/\n&]|\band\b|\by\b", text):
        span = re.sub(r"\s*([-–—]|\bto\b|\buntil\b|\btill\b|\ba\b(?!\.))\s*", "-", piece.strip())
        if not span:
            continue
        if span.replace(" ", "") in whole_day:
            spans.append((0, DAY))
            continue
        opens, dash, closes = span.partition("-")
        start, end = read_clock(opens), read_clock(closes)
        if not dash or start is None or end is None:
            return None
        if end == DAY - 1:
            end = DAY
        if not _is_plausible(start, end, mode):
            tell("closes_before_opens", _closes_before_opens(piece.strip()), text=text)
            return None
        spans.append((start, end if end > start else end + DAY))
    return tuple(spans)


def read_clock(text: str) -> int | None:
    """Return the minute of the day of 09:30, 9:30 pm, 9am, 0930, noon, midnight (24:00); None for a bare hour, which may be am or pm.

    >>> read_clock("7.30am"), read_clock("0"), read_clock("2359"), read_clock("12 am"), read_clock("9")
    (450, 0, 1439, 0, None)
    """
    folded = text.strip().casefold().replace("a.m.", "am").replace("p.m.", "pm")
    if folded in _NAMED_TIMES:
        return _NAMED_TIMES[folded]
    if re.fullmatch(r"\d{3,4}", folded):
        hour, minute, half = int(folded[:-2]), int(folded[-2:]), ""
    else:
        match = _CLOCK.fullmatch(folded)
        if match is None or (match[2] is None and match[3] is None and int(match[1]) < 13):
            return None
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= DAY else None


def read_days(text: str) -> tuple[int, ...] | None:
    """Return days of the week (0 = Monday) of Mo-Fr, Sat & Sun, weekdays, "mon tue", lunes a viernes; None where one cannot be read.

    >>> read_days("Su-Th"), read_days("lunes a viernes"), read_days("sa, do")
    ((0, 1, 2, 3, 6), (0, 1, 2, 3, 4), (5, 6))
    """
    folded = fold(re.sub(r"\s*(?:[-–—]|\b(?:to|through|thru|a|al)\b)\s*", " to ", text))
    if folded in _DAY_GROUPS:
        return tuple(_DAY_GROUPS[folded])
    days: set[int] = set()
    words = [word for word in folded.split() if word not in ("and", "y", "e", "the", "los", "las", "el")]
    at = 0
    while at < len(words):
        first = _day(words[at])
        if first is None:
            return None
        if at + 2 < len(words) and words[at + 1] == "to":
            last = _day(words[at + 2])
            if last is None:
                return None
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            at += 3
        else:
            days.add(first)
            at += 1
    return tuple(sorted(days)) or None


def _day(word: str) -> int | None:
    found = _DAY_WORDS.get(word)
    return found if found is not None else _DAY_WORDS.get(word.removesuffix("s"))


def _shift(opens: Answer | None, closes: Answer | None, tell: Tell, mode: Mode | None) -> tuple[int, int] | None:
    start, end = read_clock(opens.text) if opens else None, read_clock(closes.text) if closes else None
    if start is None or end is None:
        tell("slot_refused", "a shift needs its days, when it opens and when it closes. Write times as 09:30 or 9:30 pm.")
        return None
    if end == DAY - 1:
        end = DAY
    if start == DAY:
        start = 0
    if not _is_plausible(start, end, mode):
        tell("closes_before_opens", _closes_before_opens(f"{opens.text if opens else ''}-{closes.text if closes else ''}"))
        return None
    return start, end if end > start else end + DAY


def _is_plausible(start: int, end: int, mode: Mode | None) -> bool:
    """Whether a shift may be meant as written: it ends after it starts, is the whole day, or may be a night shift."""
    if end > start or (start == 0 and end in (0, DAY)):
        return True
    if end == start:
        return False
    if mode in ("mobile", "phone", "residential"):
        return start >= CRISIS_NIGHT_BEGINS
    return start >= NIGHT_BEGINS and end + DAY - start <= LONGEST_NIGHT


def _closes_before_opens(span: str) -> str:
    return f"{quoted(span)} closes at or before it opens, too early or too long for a night. Write 17:00 if 5 pm was meant, else each day by itself."


def _spreadsheet_date(text: str) -> str:
    return f"{quoted(text)} is a date: a spreadsheet probably made it of hours such as 9-7. Ask for the hours again; write them as 09:00-19:00."


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
