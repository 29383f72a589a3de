"""Does a text say what only OpenStreetMap syntax says, and which hours are that?

"Mo-Fr 09:00-17:00; PH off" and "We[2,4] 10:00-12:00" are no words of providers, but what this program writes itself, and what columns taken from
OpenStreetMap hold. Days and times that people write alike are left to the reader of words, and so is a comment on hours that are open: only a
person's grammar knows what "by appointment" does to them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ecosystem.schedule import DAY, KINDS, Hours, Kind, minute_of_day
from ecosystem.schedule_formats import from_osm
from surveys.hours.settling import merged
from surveys.hours.times import fault_of

_SIGNS = ("PH", "off", "[", '"')  # a text without any of these says nothing of its own
_COMMENT = re.compile(r'(unknown\s*)?"([^"]*)"')
_RANGE = re.compile(r"(\d{1,2}:\d\d)\s*-\s*(\d{1,2}:\d\d)")


def read_osm(text: str, kind: Kind) -> Hours | None:
    """Return the hours of a text in OpenStreetMap syntax; None where it is none, leaves a doubt, or says nothing that words would not say.

    >>> read_osm("Mo-Fr 09:00-17:00; PH off", "open").pieces[0].flags
    ('ph_off',)
    >>> read_osm('Mo-Fr 09:00-17:00 "by appointment"', "open") is None
    True
    """
    if not any(sign in text for sign in _SIGNS):
        return None
    if any(not unknown and comment not in KINDS for unknown, comment in _COMMENT.findall(text)):
        return None
    try:
        hours = from_osm(text, kind=kind)
        ranges = [(minute_of_day(start.zfill(5)), minute_of_day(end.zfill(5))) for start, end in _RANGE.findall(text)]
    except ValueError:
        return None
    if any(fault_of(start, end if end > start else end + DAY, military=True) for start, end in ranges):
        return None
    if not any(piece.when for piece in hours.pieces):
        return None
    return replace(hours, pieces=tuple(merged(list(hours.pieces))))
