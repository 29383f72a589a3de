"""What do the statements of a text amount to together: which pieces, certain or possible, and do they agree?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ecosystem.schedule import DAY, NEVER, Kind, Piece, Schedule, clock, union
from surveys.hours.clauses import Days
from surveys.hours.statements import Statement
from surveys.hours.times import Minutes, Refused, week_of
from surveys.hours.tokens import DAILY


def override_daily(statements: Sequence[Statement]) -> None:
    """Let a day named alone replace that day of "daily", where its hours lie within: "Daily 9-5, Sundays 12-5"."""
    daily = dict.fromkeys([statement for statement in statements for part, _ in statement.parts if part.days == DAILY and not statement.all_day])
    for statement in list(daily)[:3]:  # nobody writes more
        for other in statements:
            same = (other.kind, other.note, other.all_day, other.seasonal) == (statement.kind, statement.note, False, False)
            if other is statement or not same or other.reasons or not all(len(part.named) == 1 or part.listed for part, _ in other.parts):
                continue
            for at, (part, spans) in enumerate(statement.parts):
                within = {
                    day
                    for own, shorter in other.parts
                    for day in own.days
                    if not own.nth and not own.alternate and all(any(a <= start and end <= b for a, b in spans) for start, end in shorter)
                }
                if part.days == DAILY and not part.nth and not part.alternate and within:
                    statement.parts[at] = (part._replace(days=tuple(day for day in part.days if day not in within)), spans)


def check_agreement(statements: Sequence[Statement]) -> None:
    """Raise Refused where a day is given two different sets of hours under one label."""
    labels = [(statement.kind, statement.note.lower(), statement.all_day) for statement in statements]
    if len(set(labels)) < len(labels):
        known: defaultdict[tuple[str, str, bool], _Week] = defaultdict(lambda: defaultdict(list))
        for statement, label in zip(statements, labels, strict=True):
            if not statement.seasonal:
                _check_days(statement, known[label])
    _check_points(statements)
    _check_dashed(statements)


_Week = defaultdict[int, list[tuple[Statement, Days, tuple[Minutes, ...]]]]  # what is said of each day of the week, so far


def _check_days(statement: Statement, known: _Week) -> None:
    """Raise Refused where other hours than those of a statement are known of one of its days; add them to what is known."""
    for part, spans in statement.parts:
        if part.alternate:
            continue
        for day in part.days:
            for start, end in spans if known[day] else ():
                for other, there, minutes in known[day]:
                    if other is statement:
                        continue
                    for a, b in minutes:
                        if start >= b or a >= end or (start <= a and b <= end and not part.nth):
                            continue
                        if not (a < start and b < end and _shift_change(day, there, part)):
                            raise Refused("contradiction", statement.place, f"{clock(a)}-{clock(b)}")
        if not part.nth:
            for day in part.days:
                if not any(part == there and spans == minutes for _, there, minutes in known[day]):
                    known[day].append((statement, part, spans))


def _check_dashed(statements: Sequence[Statement]) -> None:
    """Refuse a range over a day of a list with dashes: it may be a list too ("M-W-F 9-12; T-Th 1-4")."""
    listed = {day for statement in statements for part, _ in statement.parts if len(part.named) > 2 and not part.listed for day in part.named}
    for statement in statements if listed else ():
        for part, _ in statement.parts:
            if len(part.named) == 2 and not part.listed and listed.intersection(part.days):
                raise Refused("pairing", statement.place)


def _check_points(statements: Sequence[Statement]) -> None:
    """Refuse another beginning, or an appointment, on days that have hours ("M-F 9-5, Fri open at 10", "M-F 9-5, by appointment only Tue")."""
    for statement in statements:
        alone = statement.appointment_days
        if not alone and not statement.opening:
            continue
        points = [(day, minute) for part, minute in statement.open_parts if not part.nth and not part.alternate for day in part.days]
        for other in statements:
            if other is statement or other.kind != statement.kind or other.reasons or other.all_day:
                continue
            for part, spans in other.parts:
                meets = any(day in part.days and start <= minute < end for day, minute in points for start, end in spans)
                if not part.nth and not part.alternate and ((statement.opening and meets) or alone.intersection(part.days)):
                    raise Refused("contradiction", statement.place, ", ".join(f"{clock(start)}-{clock(end)}" for start, end in spans))


def _shift_change(day: int, before: Days, after: Days) -> bool:
    """Whether two crews meet on a day: it ends the days of one and begins those of the other ("Sun-Wed 6a-4p & Wed-Sat 2p-12a")."""
    return before.named[-1:] == (day,) and after.named[:1] == (day,) and len(before.days) > 1 and len(after.days) > 1


def answer_live(statements: Sequence[Statement], default: Kind) -> None:
    """Where a line is open around the clock and a person answers at some hours, only these are certain ("24/7 hotline, live M-F 9-5")."""
    for statement in statements:
        if not statement.live or statement.all_day or statement.kind not in (default, "phone"):
            continue
        lines = [other for other in statements if other.all_day and (other.kind == "phone" or "not_staffed" in other.flags)]
        if lines:
            statement.kind = "phone"
        for line in lines:
            if line.kind == "phone" and not line.live:
                line.reasons.append("not_staffed")


def pieces_of(statement: Statement) -> list[Piece]:
    """Return the pieces of one statement."""
    if len(statement.parts) == 1 and not (statement.open_parts or statement.pieces or statement.months):
        part, spans = statement.parts[0]
        if not (part.nth or part.alternate or part.holidays):
            if not part.days or not spans:
                return []
            said = (*dict.fromkeys(statement.flags), *dict.fromkeys(statement.reasons)) if statement.flags or statement.reasons else ()
            return [Piece(statement.kind, week_of(part.days, spans), not statement.reasons, statement.note, said)]
    reasons = list(dict.fromkeys(statement.reasons))
    flags = tuple(dict.fromkeys(statement.flags))
    if statement.months:
        reasons.append("months:" + ",".join(f"{first}-{last}" if first != last else f"{first}" for first, last in statement.months))
    closures = [piece for piece in statement.pieces if "closure" in piece.flags]
    out = [piece for piece in statement.pieces if "closure" not in piece.flags]
    weeks: list[Schedule] = []
    holidays: list[Minutes] = []
    why: tuple[str, ...]
    for part, spans in statement.parts:
        when = week_of(part.days, spans)
        if part.holidays:
            holidays += spans
        if part.nth or part.alternate:
            why = ("nth_weekday", "nth:" + ",".join(str(week) for week in dict.fromkeys(part.nth))) if part.nth else ("every_other_week",)
            out.append(Piece(statement.kind, when, False, statement.note, (*flags, *reasons, *why)))
        else:
            weeks.append(when)
    weekly = joined(weeks)
    for part, minute in statement.open_parts:
        why = ("nth_weekday", "nth:" + ",".join(str(week) for week in part.nth)) if part.nth else ("every_other_week",) if part.alternate else ()
        if part.days:
            out.append(
                Piece(
                    statement.kind, week_of(part.days, ((minute, statement.open_until),)), False, statement.note, (*flags, *reasons, *why, "open_end")
                )
            )
    for closure in closures:
        doubtful = weekly & closure.when
        if doubtful:
            out.append(Piece(statement.kind, doubtful, False, statement.note, (*flags, *reasons, *(f for f in closure.flags if f != "closure"))))
            weekly -= doubtful
    holiday_flags = (f"ph_hours:{','.join(f'{clock(a)}-{clock(b)}' for a, b in dict.fromkeys(holidays))}",) if holidays else ()
    if weekly or holiday_flags:
        certain = bool(weekly) and not reasons
        out.insert(0, Piece(statement.kind, weekly, certain, statement.note, (*flags, *reasons, *holiday_flags)))
    return out


def settled(pieces: Sequence[Piece]) -> list[Piece]:
    """Where hours of a season stand beside hours of the whole year, only what both have is certain."""
    seasonal = [piece for piece in pieces if not piece.certain and ("seasonal" in piece.flags or "school_year" in piece.flags)]
    if not seasonal:
        return list(pieces)
    out: list[Piece] = []
    for piece in pieces:
        if not piece.certain:
            out.append(piece)
            continue
        named: dict[tuple[str, ...], Schedule] = {}  # by season
        for other in seasonal:
            if other.kind == piece.kind:
                season = (other.note, *(flag for flag in other.flags if flag.startswith("months:")))
                named[season] = named.get(season, NEVER) | other.when
        rivals = [when for when in named.values() if when & piece.when]
        days = {minute // DAY for when in rivals for minute, _ in when}
        open_to_doubt = NEVER
        for when in rivals:
            open_to_doubt |= (piece.when - when) & week_of(tuple(sorted(days)), ((0, DAY),))
        if piece.when - open_to_doubt:
            out.append(Piece(piece.kind, piece.when - open_to_doubt, True, piece.note, piece.flags))
        if open_to_doubt:
            out.append(Piece(piece.kind, open_to_doubt, False, piece.note, (*piece.flags, "seasonal")))
    return out


def merged(pieces: list[Piece]) -> list[Piece]:
    """Join pieces that differ only in their minutes."""
    if len(pieces) == 1:
        return pieces
    groups: dict[tuple[Kind, bool, str, tuple[str, ...]], list[Piece]] = {}
    for piece in pieces:
        key = (piece.kind, piece.certain, piece.note, tuple(dict.fromkeys(piece.flags)) if piece.flags else ())
        groups.setdefault(key, []).append(piece)
    out: list[Piece] = []
    for (kind, certain, note, flags), same in groups.items():
        alone = len(same) == 1 and same[0].flags == flags
        out.append(same[0] if alone else Piece(kind, joined([piece.when for piece in same]), certain, note, flags))
    return out


def joined(weeks: Sequence[Schedule]) -> Schedule:
    """Return the minutes of several weeks together."""
    return weeks[0] if len(weeks) == 1 else union(weeks)
