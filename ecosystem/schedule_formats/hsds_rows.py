"""How are hours said in schedule rows of the Human Services Data Specification 3, and read back?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from ecosystem.schedule import DAY, KINDS, NEVER, CalendarException, Hours, Kind, Piece, Schedule, clock, minute_of_day
from ecosystem.schedule_formats.days import spans_by_day
from ecosystem.schedule_formats.flags import flag_value, only_reason

HSDS_COLUMNS = ("freq", "interval", "byday", "opens_at", "closes_at", "valid_from", "valid_to", "attending_type", "description", "notes")
_HSDS_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HSDS_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_HSDS_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?")
_HSDS_LIMITS = ("byweekno", "bymonthday", "byyearday", "count")
_WOULD_BE = re.compile(r"would be: (WEEKLY|MONTHLY) (\S+) (\d\d:\d\d)-(\d\d:\d\d)")
_OWN_NOTE = re.compile(
    rf"kind: (?:{'|'.join(KINDS)})|possible|flag: [a-z_]+(?::[\d:,.-]+)?"
    rf"|closes at midnight|closes the next day|closed on this day|{_WOULD_BE.pattern}"
)


def to_hsds(hours: Hours, *, for_others: bool = False) -> list[dict[str, str]]:
    """Return hours as HSDS 3 schedule rows with the columns `HSDS_COLUMNS`; ids and links are the caller's.

    One row per window of time: `WEEKLY` with its days, or `MONTHLY` with numbered days ("2TU"). A window past midnight closes before it
    opens and its notes say so; midnight at the end of a day is "00:00". `notes` also name the kind and why a window is only possible, in
    words that `from_hsds` reads back; `description` is the wording of the provider. HSDS has no form for "closed on public holidays":
    the notes say it. A dated exception is a row valid on that day alone, without times when closed.

    With `for_others`, who may not read notes, a window that is only possible or is the staff's own has its days and times in the notes alone
    ("would be: WEEKLY MO,TU 09:00-17:00"), so that no program takes it for open; numbered weekdays are a rule of their own and stay one. The
    end of a day is then "23:59", as the guidance of HSDS has it, and a night that begins early or is long is two rows, parted at midnight: most
    rows of directories that close so before they open are mistakes, and are taken for such.

    >>> from ecosystem.schedule_formats import from_osm
    >>> [(row["freq"], row["byday"], row["opens_at"], row["closes_at"]) for row in to_hsds(from_osm("Mo-Fr 09:00-12:00,13:00-17:00"))]
    [('WEEKLY', 'MO,TU,WE,TH,FR', '09:00', '12:00'), ('WEEKLY', 'MO,TU,WE,TH,FR', '13:00', '17:00')]
    """
    rows: list[dict[str, str]] = []
    for piece in hours.pieces:
        windows: dict[tuple[int, int], list[int]] = {}
        nth = flag_value(piece.flags, "nth") if not piece.certain else ""
        for day, spans in enumerate(spans_by_day(piece.when)):
            for span in spans:
                if for_others and not nth and _looks_wrong(*span):
                    windows.setdefault((span[0], DAY), []).append(day)
                    windows.setdefault((0, span[1] - DAY), []).append((day + 1) % 7)
                else:
                    windows.setdefault(span, []).append(day)
        is_rule = piece.certain or (bool(nth) and only_reason(piece, "nth_weekday"))
        is_told = not for_others or (is_rule and piece.kind != "office")
        for (start, end), days in windows.items():
            numbers = nth.split(",") if nth else [""]
            when = {
                "freq": "MONTHLY" if nth else "WEEKLY",
                "byday": ",".join(number + _HSDS_DAYS[day] for number in numbers for day in sorted(days)),
                "opens_at": clock(start),
                "closes_at": "23:59" if for_others and end == DAY else clock(end % DAY),
            }
            notes = _hsds_notes(piece, end)
            if not is_told:
                notes = "; ".join(filter(None, (notes, f"would be: {when['freq']} {when['byday']} {when['opens_at']}-{when['closes_at']}")))
                when = {}
            elif for_others:
                notes = "; ".join(note for note in notes.split("; ") if note not in ("possible", "closes at midnight"))
            attending = "by appointment" if "by_appointment" in piece.flags else ""
            rows.append(_hsds_row(attending_type=attending, description=piece.note, notes=notes, **when))
        if not windows:
            rows.append(_hsds_row(description=piece.note, notes=_hsds_notes(piece, 0)))
    for exception in hours.exceptions:
        date = exception.on.isoformat()
        for start, end in exception.spans or ((-1, -1),):
            times = {"opens_at": clock(start), "closes_at": clock(end % DAY)} if end > 0 else {"notes": "closed on this day"}
            rows.append(_hsds_row(valid_from=date, valid_to=date, description=exception.label, **times))
    return rows


def _looks_wrong(start: int, end: int) -> bool:
    """Whether a window past midnight looks like a mistake: it begins before 15:00 or lasts for more than 17 hours."""
    return end > DAY and (start < 15 * 60 or end - start > 17 * 60)


def is_own_notes(notes: str) -> bool:
    """Whether notes say what `to_hsds` puts there, and nothing else.

    >>> is_own_notes("kind: phone; closes the next day"), is_own_notes("kind: ask at the door"), is_own_notes("")
    (True, False, False)
    """
    return all(_OWN_NOTE.fullmatch(note.strip()) for note in notes.split(";"))


def _hsds_row(**values: str) -> dict[str, str]:
    return {column: values.get(column, "") for column in HSDS_COLUMNS}


def _hsds_notes(piece: Piece, end: int) -> str:
    notes = [] if piece.kind == "open" else [f"kind: {piece.kind}"]
    if not piece.certain:
        notes.append("possible")
    notes += [f"flag: {flag}" for flag in piece.flags if not flag.startswith("nth")]
    if end == DAY:
        notes.append("closes at midnight")
    elif end > DAY:
        notes.append("closes the next day")
    return "; ".join(notes)


def from_hsds(rows: Iterable[Mapping[str, str]], *, kind: Kind = "open", as_of: dt.date | None = None) -> Hours:
    """Return HSDS 3 schedule rows as Hours; rows written by `to_hsds` come back as they were.

    Days and times are read as local wall time; an offset such as "-05:00" is that wall time's own, and a time in UTC ("Z") makes the row
    only possible, since the city's offset changes in the year. Also only possible: every second week (`interval` 2), numbered weekdays,
    rules by week, month day, year day or count, and rows valid in part of the year. With `as_of`, rows not valid on that day are left out
    and valid ones count as certain. Closing at or before opening is the next day; "23:59" is midnight. A row without times says nothing
    unless it is a dated closure. Raises ValueError naming the row and the value that is no day or time.

    >>> from_hsds([{"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "22:00", "closes_at": "06:00"}]).of_kind("open").hours
    16.0
    """
    pieces: dict[tuple[Kind, bool, str, tuple[str, ...]], Schedule] = {}
    exceptions: dict[tuple[dt.date, str], tuple[tuple[int, int], ...]] = {}
    for number, row in enumerate(rows, start=1):
        values = _as_it_would_be({key: str(value or "").strip() for key, value in row.items()})
        first, last = _hsds_date(values, "valid_from", number), _hsds_date(values, "valid_to", number)
        span, utc = _hsds_span(values, number)
        if first is not None and first == last and not values.get("byday"):
            key = (first, values.get("description", ""))
            exceptions[key] = exceptions.get(key, ()) + ((span,) if span else ())
            continue
        if as_of is not None and ((first and as_of < first) or (last and as_of > last)):
            continue
        notes = [note.strip() for note in values.get("notes", "").split(";")]
        ours: list[str] = [note[6:] for note in notes if note.startswith("flag: ")]
        named = next((name for name in KINDS if f"kind: {name}" in notes), kind)
        days, nth = _hsds_days(values, number)
        flags = list(ours)
        doubts: list[str] = []
        if nth:
            doubts.append("nth_weekday")
            flags = ["nth_weekday", f"nth:{nth}", *flags]
        if values.get("interval") not in (None, "", "1"):
            doubts.append("every_other_week")
        if any(values.get(column) for column in _HSDS_LIMITS) or (values.get("freq") == "MONTHLY" and not nth):
            doubts.append("limited")
        if last is not None and as_of is None:
            doubts.append("seasonal")
        if utc:
            doubts.append("utc_times")
        flags += [doubt for doubt in doubts if doubt not in flags]
        certain = not doubts and "possible" not in notes
        if span is None and not ours and not notes[0].startswith("possible"):
            continue
        when = Schedule.of(*((day * DAY + span[0], day * DAY + span[1]) for day in days)) if span and days else NEVER
        group = (named, certain, values.get("description", ""), tuple(flags))
        pieces[group] = pieces.get(group, NEVER) | when
    return Hours(
        tuple(Piece(named, when, certain, note, flags) for (named, certain, note, flags), when in pieces.items()),
        tuple(CalendarException(on, tuple(sorted(spans)), label) for (on, label), spans in exceptions.items()),
    )


def _as_it_would_be(values: dict[str, str]) -> dict[str, str]:
    """A row whose days and times are in its notes alone, with its days and times."""
    match = _WOULD_BE.search(values.get("notes", ""))
    return {**values, **dict(zip(("freq", "byday", "opens_at", "closes_at"), match.groups(), strict=True))} if match else values


def _hsds_span(values: Mapping[str, str], number: int) -> tuple[tuple[int, int] | None, bool]:
    """Return (start, end) minutes of the day, or None without times, and whether a time is in UTC."""
    texts = [values.get("opens_at", ""), values.get("closes_at", "")]
    if not all(texts):
        return None, False
    minutes, utc = [], False
    for text, column in zip(texts, ("opens_at", "closes_at"), strict=True):
        match = _HSDS_TIME.fullmatch(text)
        if not match:
            raise ValueError(f"schedule row {number}, {column}: {text!r} is not a time of day. Write it as '09:00'.")
        minutes.append(minute_of_day(f"{match[1]}:{match[2]}"))
        utc = utc or match[3] == "Z"
    start, end = minutes
    if end == DAY - 1:
        end = DAY
    return (start, end if end > start else end + DAY), utc


def _hsds_days(values: Mapping[str, str], number: int) -> tuple[list[int], str]:
    text = values.get("byday", "").upper().replace(" ", "")
    if not text:
        return list(range(7)), ""
    days: list[int] = []
    nth: list[str] = []
    for part in text.split(","):
        match = _HSDS_BYDAY.fullmatch(part)
        if not match:
            raise ValueError(f"schedule row {number}, byday: {part!r} is not a day. Write days as 'MO,TU' or '2TU'.")
        days.append(_HSDS_DAYS.index(match[2]))
        if match[1]:
            nth.append(str(int(match[1])))
    return sorted(set(days)), ",".join(dict.fromkeys(nth))


def _hsds_date(values: Mapping[str, str], column: str, number: int) -> dt.date | None:
    text = values.get(column, "")
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"schedule row {number}, {column}: {text!r} is not a date. Write it as '2027-03-14'.") from None
