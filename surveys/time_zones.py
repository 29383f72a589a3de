"""Do these hours name another time zone than the city's?

"9am-5pm EST" in a city on Central time is 8 to 4 there, if it was meant, and 9 to 5 if it is a slip of the pen or the words of a national line.
Nobody can tell from here: what both readings have in common is certain, what either says is possible, and it is asked. A zone is taken for what
people mean by it: EST and EDT alike are the time on the clock in New York.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace

from ecosystem.schedule import Hours, Piece, Schedule, union
from surveys.response import Tell, quoted

FLAG = "tz_note"
"""The flag of a piece of hours whose words name a time zone."""

_ZONES = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}
_LETTERS = {"e": "eastern", "c": "central", "m": "mountain", "p": "pacific", "ak": "alaska", "h": "hawaii"}
_NAMED = re.compile(r"\b(?:(?P<letters>E|C|M|P|AK|H)[SD]?T|(?P<name>eastern|central|mountain|pacific|alaska|hawaii))\b", re.IGNORECASE)
_SEASONS = ((2026, 1, 15), (2026, 7, 15))
"""A day in winter and one in summer: the zones of one country do not all change their clocks."""


def minutes_ahead(text: str, zone: str) -> tuple[int, ...]:
    """Return by how many minutes the clocks of the zone a text names are ahead of those of `zone`, in winter and in summer, once each.

    Empty where the text names no zone.

    >>> minutes_ahead("9am-5pm EST", "America/Chicago"), minutes_ahead("9-5 Mountain", "America/Phoenix"), minutes_ahead("9-5", "UTC")
    ((60,), (0, 60), ())
    """
    named = _NAMED.search(text)
    if named is None:
        return ()
    theirs = zoneinfo.ZoneInfo(_ZONES[named["name"].lower() if named["name"] else _LETTERS[named["letters"].lower()]])
    ours = zoneinfo.ZoneInfo(zone)
    return tuple(sorted({_offset(theirs, season) - _offset(ours, season) for season in _SEASONS}))


def _offset(zone: zoneinfo.ZoneInfo, day: tuple[int, int, int]) -> int:
    offset = dt.datetime(*day, 12, tzinfo=zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / 60)


def in_city_time(hours: Hours, text: str, zone: str, tell: Tell) -> Hours:
    """Return hours whose text may name another zone than the city's: certain where they hold as written and moved, else possible; and tell it."""
    if not zone or not any(FLAG in piece.flags for piece in hours.pieces):
        return hours
    ahead = [minutes for minutes in minutes_ahead(text, zone) if minutes]
    pieces = tuple(told for piece in hours.pieces for told in (_both_ways(piece, ahead) if FLAG in piece.flags else (piece,)))
    if pieces == hours.pieces:
        return hours
    moved = " or ".join(f"{abs(minutes)} minutes {'earlier' if minutes > 0 else 'later'}" for minutes in ahead)
    message = f"{quoted(text)} names another time zone than the city's ({zone}), where it would be {moved}. Ask which clock is meant."
    tell("hours_time_zone", message)
    return replace(hours, pieces=pieces)


def _both_ways(piece: Piece, ahead: list[int]) -> Iterator[Piece]:
    readings = [piece.when, *(Schedule.of(*((start - minutes, end - minutes) for start, end in piece.when)) for minutes in ahead if piece.when)]
    common = piece.when
    for reading in readings:
        common &= reading
    if common:
        yield replace(piece, when=common)
    if doubtful := union(readings) - common:
        yield replace(piece, when=doubtful, certain=False)
