"""Is a text OpenStreetMap syntax, and which hours does it state?

"Mo-Fr 09:00-17:00; PH off" and "We[2,4] 10:00-12:00" are what this program writes itself, and what columns taken from OpenStreetMap hold: days of
two letters, times of a 24-hour clock in four digits. A rule without times, which the syntax would read as the whole day ("Mo-Fr", "open"), is left
to the reader of words, and so is a comment on hours that are open: only a person's grammar knows what "by appointment" does to them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ecosystem.schedule import DAY, DAYS, KINDS, Hours, Kind, clock, minute_of_day
from ecosystem.schedule_formats import from_osm
from ecosystem.schedule_formats.osm import MONTHS
from surveys.hours.settling import merged
from surveys.hours.times import Refused

NIGHT_BEGINS = 15 * 60
"""A range that closes at or before it opens is a night from this minute of the day on; an earlier one is a mistake of am and pm."""
LONGEST_NIGHT = 17 * 60
"""A longer one is a mistake too: 23:00 to 17:00 was meant to begin in the morning."""

_RANGE = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
_COMMENT = re.compile(r'(unknown\s*)?"([^"]*)"')
_DAY = f"(?:{'|'.join(DAYS)}|PH)"
_MONTH = f"(?:{'|'.join(MONTHS)})"
_TEXT = re.compile(
    rf"""(?: {_DAY}(?:\[[-\d,\s]+\])?+(?![a-z]) | {_MONTH}(?:\s+\d\d?(?![\d:]))?+(?![a-z]) | \d{{4}}(?=\s+{_MONTH})
    | (?:[01]\d|2[0-3]):[0-5]\d | 24:00 | 24/7 | (?:off|closed|unknown|open)\b | "[^"]*" | \|\| | [-+,;\s] )++""",
    re.VERBOSE,
)
_SAYS_WHEN = re.compile(r"\d\d:\d\d|24/7|\b(?:off|closed|unknown)\b")
_SAYS_DAYS = re.compile(rf"{_DAY}|{_MONTH}|24/7|\|\|")
_DAYS_ALONE = re.compile(rf"{_DAY}\s*$")
_MOST_RULES = 60  # nobody's week has more, and laying them over one another takes longer the more there are
# the first three characters of such a text: most texts are told apart by them
_BEGINS = frozenset({day + sign for day in (*DAYS, "PH") for sign in "-, ["} | set(MONTHS) | {"24/", "202", "203"})


def is_osm(text: str) -> bool:
    """Whether a text is OpenStreetMap syntax throughout, with times for its days and no comment on hours that are open but our own.

    >>> is_osm("Mo-Fr 09:00-17:00; PH off"), is_osm("Mo-Fr"), is_osm("Mo-Fr 9:00-17:00"), is_osm('Mo 09:00-17:00 "by appointment"')
    (True, False, False, False)
    """
    if text[:3] not in _BEGINS or not _TEXT.fullmatch(text):
        return False
    rules = text.split(";")
    if len(rules) > _MOST_RULES:
        return False
    for rule in rules:
        if not _SAYS_WHEN.search(rule) or not _SAYS_DAYS.search(rule) or _DAYS_ALONE.search(rule):
            return False
    return not any(not unknown and comment not in KINDS for unknown, comment in _COMMENT.findall(text))


def read_osm(text: str, kind: Kind) -> Hours | None:
    """Return the hours of a text in OpenStreetMap syntax; None where it is none, or states nothing.

    Raises Refused where a range closes at or before it opens and cannot be a night.

    >>> read_osm("Mo-Fr 09:00-17:00; PH off", "open").pieces[0].flags
    ('ph_off',)
    """
    if not is_osm(text):
        return None
    for found in _RANGE.finditer(text):
        start, end = minute_of_day(found[1]), minute_of_day(found[2])
        if end <= start and (start, end) != (0, 0) and (start < NIGHT_BEGINS or end + DAY - start > LONGEST_NIGHT):
            length = end + DAY - start if end < start else 0
            hint = f"{clock(start)}-{clock(end)}, {length / 60:g} hours"
            raise Refused("ampm_fault" if length else "zero_length", found.span(), hint)
    try:
        hours = from_osm(text, kind=kind)
    except ValueError:
        return None
    if not any(piece.when for piece in hours.pieces):
        return None
    return replace(hours, pieces=tuple(merged(list(hours.pieces))))
