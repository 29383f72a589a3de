"""A column of a CSV file, read as hours: one row out for each row in, and the week as a picture.

`read_table` feeds `ecosystem hours --csv FILE --column NAME`. Its rows say how each text is read, or why it is refused and what to ask.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ecosystem.errors import InputError, MissingFileError
from ecosystem.schedule import DAY, DAYS, NEVER, Schedule, clock
from ecosystem.schedule_formats import spans_by_day, to_osm
from surveys.hours.read import Reading, read_hours

COLUMNS = ("text", "status", "intervals", "possible_intervals", "kinds", "flags", "message", "osm")


def read_table(csv_path: Path | str, column: str) -> list[dict[str, str]]:
    """Return one row per row of a CSV file, in its order, with the columns `COLUMNS`.

    - `text` as given; `status` "read" or "refused";
    - `intervals`: the union of all hours stated for every week, of all kinds, as in 'Mo 08:00-16:30; Tu 09:00-12:00,13:00-17:00' (an end at
      or before the start is the next day, 24:00 is midnight). Hours by appointment, or while supplies last, are stated;
    - `possible_intervals`: the union of these and everything that is only possible (some weeks, a season, an open end, hours not stated);
    - `kinds`: the kinds of the pieces, "(possible)" behind those that the week alone cannot say;
    - `flags`, `message` (the questions, with the place in the text), `osm` (OpenStreetMap text of all pieces).

    The file is UTF-8, with or without a byte order mark, or else Windows-1252. Raises MissingFileError, and InputError when the column is not
    there (naming the columns that are).
    """
    path = Path(csv_path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not there. Give the path of a CSV file.")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = reader.fieldnames or []
    if column not in names:
        raise InputError(f'{path.name} has no column "{column}". Its columns are: {", ".join(names) or "none"}.')
    return [row_of(read_hours(row.get(column) or "")) for row in reader]


def row_of(reading: Reading) -> dict[str, str]:
    """Return one reading as a row of the table.

    >>> row = row_of(read_hours("Mon 9-12, 2-5; Fri 10pm-2am"))
    >>> row["intervals"], row["osm"]
    ('Mo 09:00-12:00,14:00-17:00; Fr 22:00-02:00', 'Mo 09:00-12:00,14:00-17:00, Fr 22:00-02:00')
    """
    kinds = dict.fromkeys(piece.kind + ("" if piece.certain else " (possible)") for piece in reading.hours.pieces)
    read = reading.status == "read"
    return {
        "text": reading.text,
        "status": reading.status,
        "intervals": intervals(reading.stated),
        "possible_intervals": intervals(reading.possible),
        "kinds": "; ".join(kinds),
        "flags": "; ".join(reading.flags),
        "message": " ".join(message.text() for message in reading.messages),
        "osm": to_osm(reading.hours) if read else "",
    }


def intervals(schedule: Schedule) -> str:
    """Return a week as 'Mo 08:00-16:30; Tu 09:00-12:00,13:00-17:00', "" when there is none.

    >>> intervals(Schedule.daily("22:00", "06:00", days=[6]))
    'Su 22:00-06:00'
    """
    days = []
    for name, spans in zip(DAYS, spans_by_day(schedule), strict=True):
        if spans:
            days.append(f"{name} " + ",".join(f"{clock(start)}-{clock(end if end <= DAY else end - DAY)}" for start, end in spans))
    return "; ".join(days)


def week_picture(schedule: Schedule, *, possible: Schedule = NEVER) -> str:
    """Return the week as eight lines of text: a row per day, a sign per half hour.

    `#` is open for the whole half hour, `+` for a part of it, `?` only possible, `.` nobody.

    >>> print(week_picture(Schedule.daily("09:00", "12:00", days=[0])).splitlines()[1])
    Mo ..................######........................
    """
    lines = ["   " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()]
    whole, maybe = schedule.slots(30), (possible - schedule).slots(30)
    part = (~(~schedule).slots(30)) & ~whole
    some = (~(~possible).slots(30)) & ~maybe
    for day, name in enumerate(DAYS):
        signs = ""
        for slot in range(day * 48, day * 48 + 48):
            signs += "#" if whole[slot] else "+" if part[slot] else "?" if maybe[slot] or some[slot] else "."
        lines.append(f"{name} {signs}")
    return "\n".join(lines)
