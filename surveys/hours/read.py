"""What hours does a text mean, or why can it not be read?

`read_hours` is the door: tokens, clauses, meaning, in three small stages. A reading is `read` or `refused`. Read hours are certain or only
possible, with flags that say why; a refused text gives no hours and asks a question. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ecosystem.schedule import KINDS, Hours, Kind, Piece, Schedule, union
from ecosystem.schedule_formats import Language, in_words
from surveys.hours.meaning import Understanding
from surveys.hours.messages import Message
from surveys.hours.osm_texts import read_osm
from surveys.hours.phrases import join_phrases
from surveys.hours.plain import read_plain
from surveys.hours.times import Refused
from surveys.hours.tokens import CLOCKS, Clock, Token, tokenize
from surveys.hours.walk import read_clauses

LONGEST_TEXT = 2_000  # characters; no provider writes so much about hours

NO_HOURS = Hours()

# reasons that limit who may come, while the hours themselves are stated for every week
ACCESS_REASONS = frozenset({"by_appointment", "supplies_last"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How one text about hours is read.

    `status` is "read" or "refused"; refused text has no hours, and `messages` say what to ask. Messages of a read text are about parts that
    were left out. `flags` are those of the pieces and of the whole text.
    """

    text: str
    status: Literal["read", "refused"]
    hours: Hours = NO_HOURS
    flags: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()

    @property
    def stated(self) -> Schedule:
        """The minutes stated for every week, of all kinds: the certain ones, and those by appointment or while supplies last."""
        return union(piece.when for piece in self.hours.pieces if piece.certain or _only_access(piece.flags))

    @property
    def possible(self) -> Schedule:
        """All minutes that are stated or possible."""
        return self.hours.of_kind(*KINDS)


def _only_access(flags: tuple[str, ...]) -> bool:
    return bool(ACCESS_REASONS.intersection(flags)) and _DOUBTS.isdisjoint(flags)


_DOUBTS = frozenset(
    {
        "every_other_week",
        "nth_weekday",
        "closed_nth",
        "seasonal",
        "school_year",
        "open_end",
        "sun_times",
        "hours_not_stated",
        "on_call",
        "conditional",
        "limited",
        "varies",
        "unclear",
    }
)


@lru_cache(maxsize=8192)
def read_hours(text: str, *, kind: Kind = "open") -> Reading:
    """Return how a text about hours is read; `kind` is the kind of hours that carry no label of their own.

    >>> reading = read_hours("9:00 am - 5:00 pm, Monday - Friday; closed noon-1")
    >>> reading.status, reading.stated.hours
    ('read', 35.0)
    >>> read_hours("9-5").messages[0].text()
    "'9-5' (character 1): which days?"
    """
    if not text.strip():
        return Reading(text, "refused", messages=(Message("empty", text, 0, len(text)),))
    if len(text) > LONGEST_TEXT:
        return Reading(text, "refused", messages=(Message("too_long_text", text[:40], 0, len(text)),))
    try:
        hours = read_osm(text, kind)
        if hours is not None:
            return Reading(text, "read", hours, _flags_of(hours.pieces))
        plain = read_plain(text, kind)
        if plain is not None:
            pieces, asked = plain
            flags = pieces[0].flags if len(pieces) == 1 else _flags_of(pieces)
            return Reading(text, "read", Hours(pieces), flags, asked)
        tokens = join_phrases(tokenize(text), text)
        understanding = Understanding(text, read_clauses(tokens), kind, military=is_military(tokens))
        pieces = understanding.pieces()
    except Refused as refused:
        start, end = refused.place if refused.place[1] else (0, len(text))
        return Reading(text, "refused", flags=(refused.code,), messages=(Message(refused.code, text[start:end].strip(), start, end, refused.hint),))
    flags = tuple(dict.fromkeys([*_flags_of(pieces), *understanding.flags]))
    carried = tuple(dict.fromkeys([flag for flag in understanding.flags if flag == "ph_off" or flag.startswith("closed_dates:")]))
    if carried:
        pieces = tuple(replace(piece, flags=(*piece.flags, *carried)) for piece in pieces)
    return Reading(text, "read", Hours(pieces), flags, tuple(understanding.messages))


def _flags_of(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([flag for piece in pieces for flag in piece.flags]))


def is_military(tokens: list[Token]) -> bool:
    """Whether the text uses a 24-hour clock throughout: an hour that only such a clock has, and no am or pm."""
    military = False
    for token in tokens:
        clock = token.value
        if token.kind in CLOCKS and isinstance(clock, Clock):
            if clock.half:
                return False
            military = military or (clock.military and token.kind != "number")  # "ages 14-24": a bare number may be no time
    return military


def restate(reading: Reading, language: Language = "en") -> str:
    """Return a reading in plain words, to echo to the provider; a refused text is answered with the question.

    >>> restate(read_hours("M-F 8-4:30, closed noon-1"))
    'Monday to Friday 08:00-12:00 and 13:00-16:30'
    >>> restate(read_hours("varies"), "es")
    "'varies' (carácter 1): el horario varía. ¿Con qué días y horas se puede contar?"
    """
    questions = " ".join(message.text(language) for message in reading.messages)
    if reading.status == "refused":
        return questions
    words = in_words(reading.hours, language)
    return f"{words}. {questions}" if questions else words
