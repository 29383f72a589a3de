"""How are hours said in OpenStreetMap text?

The way back is `osm_reader`.
"""

from __future__ import annotations

from ecosystem.schedule import ALWAYS, DAY, DAYS, NEVER, Hours, Piece, Schedule, union
from ecosystem.schedule_formats.days import begun_on, day_ranges, days_alike, spans_by_day, spans_text
from ecosystem.schedule_formats.flags import REASONS, flag_value, only_reason, reasons_of

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_osm(hours: Schedule | Hours) -> str:
    """Return hours as OpenStreetMap `opening_hours` text.

    Rules are joined with `,` where a shift crosses midnight or statements overlap (`;` would cut the night short), and `||` is never
    written. Possible pieces come first, as `unknown "why"`, so that certain ones win; an nth weekday or months of the year are written as
    such. Kinds other than `open` are named in the comment. Hours without any statement are "".

    >>> to_osm(Schedule.daily("09:00", "17:00", days=range(5)) | Schedule.daily("10:00", "14:00", days=[5]))
    'Mo-Fr 09:00-17:00; Sa 10:00-14:00'
    >>> to_osm(Schedule.daily("22:00", "06:00", days=[4]) | Schedule.daily("18:00", "08:00", days=[5, 6]))
    'Fr 22:00-06:00, Sa-Su 18:00-08:00'
    """
    if isinstance(hours, Schedule):
        return _osm_week(hours) or "off"
    certain = [piece for piece in hours.pieces if piece.certain and piece.when]
    doubtful = [piece for piece in hours.pieces if not piece.certain and piece.when]
    night = any(end > DAY for piece in hours.pieces for spans in spans_by_day(piece.when) for _, end in spans)
    rules: list[str] = []
    closures: list[str] = []
    for piece in doubtful:
        nth_off = flag_value(piece.flags, "closed_nth")
        days = [day for day, spans in enumerate(spans_by_day(piece.when)) if spans]
        others = union(other.when for other in hours.pieces if other is not piece)
        if nth_off and not night and only_reason(piece, "closed_nth") and not begun_on(others, days):  # `off` closes nothing else
            rules += _osm_rules(piece.when)
            closures += [f"{DAYS[day]}[{nth_off}] off" for day in days]
        elif only_reason(piece, "nth_weekday", "seasonal") and (flag_value(piece.flags, "nth") or flag_value(piece.flags, "months")):
            rules += _osm_rules(piece.when, nth=flag_value(piece.flags, "nth"), months=_osm_months(piece), comment=_osm_comment(piece))
        else:
            rules += _osm_rules(piece.when, months=_osm_months(piece), comment=_osm_comment(piece), state="unknown")
    by_comment: dict[str, Schedule] = {}
    for piece in certain:
        comment: str = "" if piece.kind == "open" else piece.kind
        by_comment[comment] = by_comment.get(comment, NEVER) | piece.when
    for comment, when in by_comment.items():
        if when == ALWAYS and not comment and not rules and len(by_comment) == 1:
            rules.append("24/7")
        else:
            rules += _osm_rules(when, comment=comment)
    separate = len(by_comment) <= 1 and not doubtful and not night
    texts = [("; " if separate else ", ").join(rules)] if rules else []
    texts += closures
    for flag in sorted({flag for piece in hours.pieces for flag in piece.flags if flag.startswith(("ph_", "closed_dates:"))}):
        name, _, value = flag.partition(":")
        if name == "ph_hours":
            texts.append(f"PH {value}")
        elif name == "closed_dates":
            texts += [f"{MONTHS[int(date[:2]) - 1]} {date[3:]} off" for date in value.split(",")]
        else:
            texts.append("PH off")
    for exception in hours.exceptions:
        spans = spans_text(exception.spans) or "off"
        texts.append(f"{exception.on.year} {MONTHS[exception.on.month - 1]} {exception.on.day:02d} {spans}")
    if not texts and hours.pieces:
        return "off"
    return "; ".join(texts)


def _osm_week(schedule: Schedule) -> str:
    if schedule == ALWAYS:
        return "24/7"
    night = any(end > DAY for spans in spans_by_day(schedule) for _, end in spans)
    return (", " if night else "; ").join(_osm_rules(schedule))


def _osm_rules(when: Schedule, *, nth: str = "", months: str = "", comment: str = "", state: str = "") -> list[str]:
    """Return one rule per group of days."""
    tail = (f" {state}" if state else "") + (f' "{comment}"' if comment else "")
    head = f"{months} " if months else ""
    rules = []
    for days, spans in days_alike(spans_by_day(when)):
        if nth:
            names = ",".join(f"{DAYS[day]}[{nth}]" for day in days)
        else:
            names = ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in day_ranges(days))
        rules.append(f"{head}{names} {spans_text(spans)}{tail}")
    return rules


def _osm_months(piece: Piece) -> str:
    months = flag_value(piece.flags, "months")
    return ",".join("-".join(MONTHS[int(month) - 1] for month in part.split("-")) for part in months.split(",")) if months else ""


def _osm_comment(piece: Piece) -> str:
    words = "" if only_reason(piece, "nth_weekday", "seasonal") else ", ".join(REASONS["en"][flag] for flag in reasons_of(piece))
    text = words if piece.kind == "open" else f"{piece.kind}: {words}" if words else piece.kind
    return text.replace('"', "'")
