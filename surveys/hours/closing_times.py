"""Until when is it open on a day whose closing alone is told apart: "M-F 8-5, W until 7pm", "Fri closes at noon"?

Such a statement has an end and no beginning. It changes the end of the hours that stand before it on that day; on a day without hours it begins as
those of the days before do. The end must say am or pm, as nothing else bounds it: "W until 7" is asked about. `applies` says whether a clause is
such a statement, `change_ending` raises Refused where anything would be guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecosystem.schedule import DAY, clock
from surveys.hours.clauses import Clause, Days, Span
from surveys.hours.statements import Statement, flat
from surveys.hours.times import Minutes, Refused, half_of, minute_at
from surveys.hours.words import words_of

_WORDS = words_of("until closes close open opens stays at on the only we are and but late evening evenings night nights hours hasta las abierto")


def applies(clause: Clause) -> bool:
    """Whether a clause says until when it is open on some days, and nothing else."""
    if not clause.days or not clause.times or clause.times[0][0].start is not None:
        return False
    words = clause.all_words
    spans = [span for group in clause.times for span in group]
    if "until" not in words or len(spans) != 1 or spans[0].all_day:
        return False
    plain = not (clause.closed or clause.months or clause.season or clause.sun or clause.exceptions)
    return plain and _WORDS.issuperset(words) and all(part.days and not part.nth and not part.alternate for part in flat(clause))


def change_ending(clause: Clause, statements: Sequence[Statement]) -> None:
    """Give days another end; raises Refused where it is not clear which hours are meant, or where the end cannot be."""
    span = clause.times[0][0]
    before = statements[-1] if statements else None
    if before is None or before.all_day or before.pieces or before.open_parts or any(part.nth or part.alternate for part, _ in before.parts):
        raise Refused("end_only", span.place)
    for day in dict.fromkeys(day for part in flat(clause) for day in part.days):
        own = [spans for part, spans in before.parts if day in part.days]
        like = own or [spans for part, spans in before.parts[-1:]]
        if len(like) != 1 or (not own and (len(like[0]) != 1 or before.segment != clause.segment)):
            raise Refused("end_only", span.place)
        *earlier, last = like[0]
        ended = (*earlier, (last[0], _ending(span, last)))
        before.parts = [(part._replace(days=tuple(other for other in part.days if other != day)), spans) for part, spans in before.parts]
        before.parts = [(part, spans) for part, spans in before.parts if part.days or part.holidays] + [(Days((day,), listed=True), ended)]


def _ending(span: Span, last: Minutes) -> int:
    """Return the minute of the day at which a range ends instead."""
    end = span.end
    if end is None:
        raise Refused("end_only", span.place)
    if not half_of(end) and not end.military:
        raise Refused("ampm_ambiguous", span.place, f"{clock(minute_at(end, 'a'))} or {clock(minute_at(end, 'p'))}")
    minute = minute_at(end, half_of(end)) or DAY
    if not last[0] < minute <= DAY:
        raise Refused("contradiction", span.place, "closes before it opens")
    return minute
