"""What do the flags of a piece say: what it carries, and why it is only possible?

The forms are listed in the package's own docstring.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ecosystem.schedule import Piece

Language = Literal["en", "es"]

REASONS: dict[Language, dict[str, str]] = {
    "en": {
        "by_appointment": "by appointment",
        "every_other_week": "every other week",
        "nth_weekday": "only some weeks of the month",
        "closed_nth": "not every week of the month",
        "seasonal": "part of the year",
        "school_year": "when school is in session",
        "open_end": "the end is not stated",
        "sun_times": "from dusk or dawn, which move with the season",
        "hours_not_stated": "the hours are not stated",
        "on_call": "on call",
        "not_staffed": "nobody answers, only a recording or a website",
        "call_first": "call first",
        "conditional": "only under a condition",
        "varies": "it varies",
        "unclear": "not clear",
        "utc_times": "times given in UTC",
        "limited": "on some dates only",
    },
    "es": {
        "by_appointment": "con cita previa",
        "every_other_week": "cada dos semanas",
        "nth_weekday": "solo algunas semanas del mes",
        "closed_nth": "no todas las semanas del mes",
        "seasonal": "parte del año",
        "school_year": "durante el año escolar",
        "open_end": "no se indica la hora de cierre",
        "sun_times": "según la salida o la puesta del sol",
        "hours_not_stated": "no se indica el horario",
        "on_call": "de guardia",
        "not_staffed": "nadie responde, solo una grabación o un sitio web",
        "call_first": "llamar antes",
        "conditional": "solo bajo una condición",
        "varies": "varía",
        "unclear": "no está claro",
        "utc_times": "horas dadas en UTC",
        "limited": "solo en algunas fechas",
    },
}


def flag_value(flags: Iterable[str], name: str) -> str:
    """Return the value that a flag `name:value` carries, "" when there is none.

    >>> flag_value(("nth_weekday", "nth:2,4"), "nth")
    '2,4'
    """
    return next((flag.partition(":")[2] for flag in flags if flag.startswith(name + ":")), "")


def reasons_of(piece: Piece) -> list[str]:
    """Return the flags of a piece that make it only possible."""
    return [flag for flag in piece.flags if flag in REASONS["en"]]


def only_reason(piece: Piece, *names: str) -> bool:
    """Whether a piece is only possible, and for no other reasons than these."""
    return bool(reasons_of(piece)) and set(reasons_of(piece)) <= set(names)
