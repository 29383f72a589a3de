"""Which times does a text name: ranges, beginnings and ends, and numbers that are none?"""

from __future__ import annotations

from surveys.hours.clauses import Span
from surveys.hours.cursor import DASHES, DAYS, ENDS, TIMES
from surveys.hours.gathering import Gathering
from surveys.hours.tokens import Clock, Token
from surveys.hours.words import CALLED, COUNTED, NUMBERED


def read_times(walk: Gathering) -> None:
    """Read times, or pass over a number that is none."""
    token = walk.tokens[walk.at]
    if walk.simple_range_at(walk.at):
        walk.place_times(_time_groups(walk))
        return
    before = walk.word_at(walk.at - 1)
    if before in ("las", "la"):
        before = walk.word_at(walk.at - 2)  # "hasta las 7pm"
    if token.kind == "digits" and token.end - token.start == 3 and not walk.range_at(walk.at) and _called(token):
        walk.at += 1
        walk.add_word("line", token)
        return
    if token.kind not in ("time", "sun") and before in NUMBERED:
        _skip_number(walk)
        return
    glued = walk.at > 0 and walk.tokens[walk.at - 1].end == token.start and walk.tokens[walk.at - 1].value in ("l", "i", "o")
    if glued:
        walk.stray("badtime", Token("badtime", "", walk.tokens[walk.at - 1].start, token.end))  # "l0-2"
    if token.kind == "number" and not walk.clause.days and walk.value_at(walk.at + 1) == "days" and walk.value_at(walk.at + 3) in ("week", "wk"):
        walk.stray("days_missing", token)  # "24 hours, 5 days a week"
    if walk.counted_at(walk.at):
        _skip_number(walk)
    elif walk.range_at(walk.at):
        walk.place_times(_time_groups(walk))
    elif token.kind in ("number", "digits") and walk.value_at(walk.at + 1) in COUNTED:
        if walk.value_at(walk.at + 1) in ("day", "days") and {"week", "wk"} & {walk.value_at(walk.at + 2), walk.value_at(walk.at + 3)}:
            walk.counted = (token.start, walk.tokens[walk.at + 1].end)
        _skip_number(walk)
    else:
        _point(walk, token, before)


def _called(token: Token) -> bool:
    """Whether a number is one that everybody can call."""
    clock = token.value
    return isinstance(clock, Clock) and f"{clock.hour}{clock.minute:02d}" in CALLED


def _skip_number(walk: Gathering) -> None:
    walk.extend(walk.tokens[walk.at])
    walk.at += 1
    while (
        walk.kinds[walk.at] in ("dash", "to", "and", "comma")
        and walk.kinds[walk.at + 1] in ("number", "digits", "junk")
        and not walk.range_at(walk.at + 1)
    ):
        walk.at += 2


def _time_groups(walk: Gathering) -> list[list[Span]]:
    groups: list[list[Span]] = [[]]
    kinds = walk.kinds
    while True:
        begun = walk.at
        join = begun + 1
        while kinds[join] == "dash" and kinds[join + 1] == "dash":
            join += 1
        walk.at = where = join + 2
        first, last = walk.tokens[begun], walk.tokens[join + 1]
        start, end = first.value, last.value
        if not isinstance(start, Clock):
            start = _sun(walk, first, ends=False)
        if not isinstance(end, Clock):
            end = _sun(walk, last, ends=True)
        groups[-1].append(Span(start, end, (first.start, last.end)))
        if ((start.hour > 12 and kinds[begun] == "number") or (end.hour > 12 and kinds[join + 1] == "number")) and _in_halves(walk):
            walk.stray("number", first)  # "18-24" beside times with am and pm
        walk.extend(first, last)
        kind = kinds[where]
        if kind in ENDS:
            return groups
        if kind in DASHES and kinds[where + 1] in TIMES:
            walk.stray("chain", last)
        if kind == "comma" and kinds[where + 1] in ("and", "slash"):
            where += 1
            kind = kinds[where]
        while kinds[where + 1] in ("from", "between"):
            where += 1
        if kind in ("comma", "and", "slash") and walk.range_at(where + 1):
            walk.at = where + 1
            if kind == "slash":
                groups.append([])
        elif kind in TIMES and walk.range_at(where):
            continue  # "9-12 1-5"
        else:
            return groups


def _in_halves(walk: Gathering) -> bool:
    """Whether any time of the text says am or pm."""
    return any(isinstance(token.value, Clock) and token.value.half for token in walk.whole)


def _sun(walk: Gathering, token: Token, *, ends: bool) -> Clock:
    """Return the time of dusk or dawn, as wide as the seasons make them."""
    walk.clause.sun = True
    if token.value in ("dawn", "sunrise", "sunup", "daybreak"):
        return Clock(8, 30, "a") if ends else Clock(5, 0, "a")
    return Clock(9, 30, "p") if ends else Clock(4, 0, "p")


def _point(walk: Gathering, token: Token, before: str) -> None:
    """Read a time that stands alone: a beginning, or an end after "until"."""
    walk.at += 1
    before = "till" if before == "til" else before
    if token.kind == "sun":
        walk.clause.sun = True
        token = Token("time", _sun(walk, token, ends=before in ("until", "till", "by", "before")), token.start, token.end)
    said = token.kind == "time" or before in ("at", "after", "from", "until", "till", "by", "before", "@", "starting", "closes", "close")
    if token.kind == "digits" and walk.value_at(walk.at) == "on" and walk.days_begin(walk.at + 1):
        said = True  # "services at 630 pm on Friday and 1015 on Saturday"
    if not isinstance(token.value, Clock) or not said:
        walk.stray("number", token)
        return
    if token.value.minute == 0 and token.value.hour in (19, 20) and token.kind == "digits":
        walk.stray("date", token)
        return
    place = (token.start, token.end)
    if walk.at > 1 and ((walk.kinds[walk.at - 2] == "dash" and walk.clause.times) or walk.kinds[walk.at - 2] in TIMES):
        walk.stray("chain", token)  # "9am5pm"
        return
    if walk.at > 1 and walk.kinds[walk.at - 2] == "slash" and walk.kinds[walk.at - 3] in TIMES:
        walk.stray("chain", token)  # "9AM/5PM"
        return
    words = [*walk.clause.all_words, *walk.tail]
    if walk.joins(walk.at) and walk.kinds[walk.at + 1] in DAYS:
        if not _run(walk, token, walk.at):
            walk.stray("chain", token)  # "Monday at 9 to Friday at 5"
        return
    dashed = not walk.clause.times and walk.kinds[walk.at - 2] == "dash" and walk.word_at(walk.at - 3) in ("open", "opening")  # "open-5pm"
    if dashed or before in ("until", "till", "by", "before") or (before == "at" and words[-2:-1] == ["until"]):
        span = Span(None, token.value, place)
        group = walk.clause.times[-1] if walk.clause.times else []
        if {"leave", "until"} & set(words) and group and group[-1].end is None and not group[-1].all_day:
            group[-1] = Span(group[-1].start, token.value, (group[-1].place[0], token.end))
            walk.clause.words += [word for word in walk.tail if word not in ("leave", "by", "until", "at", "and")]
            walk.tail = []
            walk.clause.leaves = "leave" in words
            walk.extend(token)
            return
    else:
        span = Span(token.value, None, place)
    walk.place_times([[span]])


def _run(walk: Gathering, token: Token, where: int) -> bool:
    """Read "Friday 5pm - Monday 8am", a run over several days."""
    if walk.kinds[where + 2] not in TIMES:
        return False
    last, end = walk.tokens[where + 1], walk.tokens[where + 2]
    clause = walk.clause
    days = [day for group in clause.days for part in group for day in part.days]
    single = len(days) == 1 and not clause.times and clause.days_first and not clause.days[0][0].nth
    if not single or not isinstance(last.value, int) or not isinstance(end.value, Clock) or not isinstance(token.value, Clock):
        return False
    span = Span(token.value, end.value, (token.start, end.end))
    clause.run = (days[0], last.value, span)
    clause.times = [[span]]
    walk.at = where + 3
    walk.extend(token)
    walk.extend(end)
    return True
