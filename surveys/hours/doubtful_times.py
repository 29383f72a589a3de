"""Which minutes and which questions are days with times, where a time could be several or cannot be meant?

"Monday-Friday, 7-9:30" is refused with both readings. "Thursday: 21:00-20:00" among six good days leaves Thursday possible all day long and asks;
the other days hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ecosystem.schedule import DAY, Kind, Piece, Schedule, clock
from surveys.hours.between_times import Stated
from surveys.hours.clauses import Span
from surveys.hours.messages import Message
from surveys.hours.times import Minutes, Refused, fault_of, ranges_of, resolve

_Flags = tuple[str, ...]


def doubtful_pieces(
    text: str, stated: Sequence[Stated], ranges: Sequence[Span], kind: Kind, *, military: bool
) -> tuple[tuple[Piece, ...], tuple[Message, ...]] | None:
    """Return the pieces of days with their ranges of times, and what to ask; None where it takes the whole text to judge.

    Raises Refused where a range could be several, or where nothing certain is left.
    """
    weeks: dict[_Flags, list[Minutes]] = {}  # minutes of the week, by flags
    messages: list[Message] = []
    at = 0
    for said in stated:
        spans = ranges[at : at + said.ranges]
        at += said.ranges
        minutes, inferred = ranges_of(spans, said.of_days, military=military) or resolve(spans, said.of_days, (), military=military)
        good: list[Minutes] = []
        faults: list[_Flags] = []
        for span, (start, end) in zip(spans, minutes, strict=True):
            code = fault_of(start, end, military=military)
            if code == "too_long" or (start <= 1 and end >= DAY - 1):
                return None
            if code:
                hint = f"{clock(start)}-{clock(end if end <= DAY else end - DAY)}, {(end - start) / 60:g} hours"
                messages.append(Message(code, text[slice(*span.place)], *span.place, hint))
                faults.append(("unclear", code))
            else:
                good.append((start, end))
        if any(before[1] > after[0] for before, after in pairwise(sorted(good))):
            return None
        if good:
            flags = ("ampm_inferred",) if inferred else ()
            weeks.setdefault(flags, []).extend([(day + start, day + end) for day in said.days for start, end in good])
        for fault in faults:
            weeks.setdefault(fault, []).extend([(day, day + DAY) for day in said.days])
    if messages and all("unclear" in flags for flags in weeks):
        raise Refused(messages[0].code, (messages[0].start, messages[0].end), messages[0].hint)
    pieces = [Piece(kind, Schedule.of(*week), "unclear" not in flags, "", flags) for flags, week in weeks.items()]
    return tuple(pieces), tuple(messages)
