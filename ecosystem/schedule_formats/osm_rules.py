"""What do the rules of an OpenStreetMap text amount to, laid over one another?

A later rule replaces the shifts that begin on its days; an additional one adds to them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ecosystem.schedule import ALWAYS, DAY, KINDS, NEVER, CalendarException, Hours, Kind, Piece, Schedule
from ecosystem.schedule_formats.days import begun_on, spans_text
from ecosystem.schedule_formats.flags import REASONS


@dataclass(slots=True)
class Rule:
    """One rule of an opening_hours text, before the rules are laid over one another."""

    position: int
    adds: bool
    days: list[int] = field(default_factory=list)
    nth: tuple[int, ...] = ()
    months: str = ""
    holidays: bool = False
    date: tuple[int | None, int, int] | None = None  # year or None, month, day
    spans: list[tuple[int, int]] = field(default_factory=list)
    open_ends: list[tuple[int, int]] = field(default_factory=list)
    state: Literal["open", "unknown", "off"] = "open"
    comment: str = ""
    fallback: bool = False

    def when(self) -> Schedule:
        """Return the minutes of the rule's days and spans; a rule without spans means whole days."""
        spans = self.spans or ([] if self.open_ends else [(0, DAY)])
        return Schedule.of(*((day * DAY + start, day * DAY + end) for day in self.days for start, end in spans))

    def after(self) -> Schedule:
        """Return the minutes from each open end to midnight."""
        return Schedule.of(*((day * DAY + start, day * DAY + end) for day in self.days for start, end in self.open_ends))


def lay_rules(rules: Sequence[Rule], kind: Kind) -> Hours:
    """Lay the rules over one another, the later over the earlier, into pieces and exceptions."""
    pieces: list[Piece] = []
    exceptions: list[CalendarException] = []
    flags: list[str] = []
    for rule in rules:
        if rule.fallback:
            if not rule.comment or rule.spans or rule.open_ends:
                raise ValueError(f"opening hours, position {rule.position + 1}: '||' is read only before a comment, such as '|| \"by appointment\"'.")
            flags.append("also_by_appointment" if "appointment" in rule.comment.lower() else "conditional")
            continue
        if rule.date is not None:
            year, month, day = rule.date
            if year is not None:
                exceptions.append(CalendarException(dt.date(year, month, day), tuple(rule.spans) if rule.state != "off" else (), rule.comment))
            elif rule.state == "off" and not rule.spans:
                flags.append(f"closed_dates:{month:02d}-{day:02d}")
            else:
                raise ValueError(f"opening hours, position {rule.position + 1}: hours on a date need a year; without one only 'Dec 25 off' is read.")
            continue
        if rule.holidays:
            flags.append("ph_off" if rule.state == "off" else f"ph_hours:{spans_text(tuple(rule.spans) or ((0, DAY),))}")
        if rule.days:
            pieces = _lay_one(pieces, rule, kind)
    dates = sorted(flag.partition(":")[2] for flag in flags if flag.startswith("closed_dates:"))
    flags = [flag for flag in flags if not flag.startswith("closed_dates:")] + ([f"closed_dates:{','.join(dates)}"] if dates else [])
    if flags and not pieces:
        pieces = [Piece(kind, NEVER, certain=False)]
    return Hours(tuple(replace(piece, flags=(*piece.flags, *dict.fromkeys(flags))) for piece in pieces), tuple(exceptions))


def _lay_one(pieces: list[Piece], rule: Rule, kind: Kind) -> list[Piece]:
    named, note = _kind_of_comment(rule.comment, kind)
    limits: list[str] = []
    if rule.nth:
        limits += ["nth_weekday", f"nth:{','.join(str(number) for number in rule.nth)}"]
    if rule.months:
        limits += ["seasonal", f"months:{rule.months}"]
    if rule.state == "off":
        taken = rule.when() if rule.spans else None
        if not limits:
            return [piece for piece in (_without(piece, rule.days, taken) for piece in pieces) if piece.when] or [Piece(kind, NEVER)]
        off = [f"closed_nth:{','.join(str(number) for number in rule.nth)}", "closed_nth"] if rule.nth else ["seasonal"]
        return _doubt(pieces, rule.days, taken or begun_on(ALWAYS, rule.days), (*off, *(["limited"] if rule.nth and rule.months else [])))
    if not rule.adds and pieces:
        if limits:
            pieces = _doubt(pieces, rule.days, begun_on(ALWAYS, rule.days) - rule.when(), ("limited",))
        else:
            pieces = [piece for piece in (_without(piece, rule.days, None) for piece in pieces) if piece.when]
    reasons = [*limits, *_reasons_of_comment(note)]
    if rule.state == "unknown" and not _reasons_of_comment(note):
        reasons.append("by_appointment" if "appointment" in note.lower() else "conditional")
    certain = rule.state == "open" and not limits
    if rule.spans or not rule.open_ends:
        pieces = [*pieces, Piece(named, rule.when(), certain, note, tuple(reasons) if not certain else ())]
    if rule.open_ends:
        pieces = [*pieces, Piece(named, rule.after(), False, note, (*reasons, "open_end"))]
    return pieces


def _kind_of_comment(comment: str, kind: Kind) -> tuple[Kind, str]:
    for name in KINDS:
        if comment == name or comment.startswith(f"{name}: "):
            return name, comment[len(name) + 2 :]
    return kind, comment


def _reasons_of_comment(note: str) -> list[str]:
    return [flag for flag, words in REASONS["en"].items() if words in note]


def _without(piece: Piece, days: Sequence[int], taken: Schedule | None) -> Piece:
    return replace(piece, when=piece.when - (begun_on(piece.when, days) if taken is None else taken))


def _doubt(pieces: Sequence[Piece], days: Sequence[int], taken: Schedule, flags: tuple[str, ...]) -> list[Piece]:
    """Make certain pieces only possible in the minutes `taken` of the shifts that begin on `days`."""
    out: list[Piece] = []
    for piece in pieces:
        touched = begun_on(piece.when, days) & taken
        if not piece.certain or not touched:
            out.append(piece)
            continue
        if piece.when - touched:
            out.append(replace(piece, when=piece.when - touched))
        out.append(replace(piece, when=touched, certain=False, flags=(*piece.flags, *flags)))
    return out
