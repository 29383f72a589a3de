"""How did the dispatch center export Riverbend's calls?

Turns the clean calls into three files, as a city gets them: the old dispatch system's export, the new one's, which uploads one week again in
its own style, and an older list of shots fired. On the way the mess gets in, in known amounts (`Mess`): several units of one call as rows, calls
that officers start, dates of two styles, places that are missing or 0,0, types that changed, rows that stand twice. None of it changes what is
true: what makes a call uncountable (no place, no time, a second call about the same) is put on calls of its own.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ecosystem.demo.call_types import NEW_SYSTEM, OFFICER_TYPES, PAPER_TYPE, TYPES, review_table
from ecosystem.demo.calls import DESKS, HISTORY_START, ONLINE_DESKS, PHONE_DESKS, POLICE, START, WEEK_S, WEEKS, Calls, spread
from ecosystem.demo.ground import ORIGIN, in_degrees, plot_in_metres
from ecosystem.demo.intent import Intent

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

OLD_EXPORT, NEW_EXPORT, SHOTS_EXPORT = "calls/exports/cad_summer_2026.csv", "calls/exports/cad_september_2026.csv", "calls/exports/shots_fired.csv"
TYPES_FILE, BEATS_FILE = "calls/call_types.csv", "calls/beats.csv"
SUPPRESSED = "vulnerable adults"
"""A kind of call that the dispatch center leaves out of its exports."""

OLD_COLUMNS = (
    "Incident_Number", "Call_Received", "Initial_Call_Type", "Final_Call_Type", "Priority", "Call_Source", "Disposition", "Agency", "Unit",
    "Dispatch_Time", "Arrival_Time", "Clear_Time", "Beat", "Latitude", "Longitude",
)  # fmt: skip
NEW_COLUMNS = (
    "CAD_ID", "Create_Time", "Initial_Problem", "Problem_Final", "Final_Priority", "Source", "Call_Disposition", "Agency_Type", "Unit_ID",
    "Dispatch_Date_Time", "Arrive_DateTime", "Close_DateTime", "Police_Beat", "Y_Lat", "X_Lon",
)  # fmt: skip
SHOTS_COLUMNS = ("Incident_Number", "Call_Received", "Final_Call_Type", "Call_Source", "Beat", "Latitude", "Longitude")

OFFICER_A_WEEK, BY_TYPE_ONLY_A_WEEK, PAPER_A_WEEK = 690, 25, 30
NO_PLACE, OUTSIDE, NO_TIME, SECOND_CALLS, CO_RESPONSES = 260, 90, 130, 240, 80
"""Calls that nobody can place or time, or that are second calls about the same; and police calls to which responders came as well."""
WRONG_ORDER, OVER_A_DAY, REPEATED = 60, 30, 400
"""Rows whose unit is free before it is sent, or never reported free; rows that stand twice in a file."""
UPLOADED_AGAIN_S = 3 * 86_400
"""The new system uploads the last three days of the old one again."""
BLOCKS = 48
"""Places with calls in an area."""

_NAMES = (*(t.name for t in TYPES), *(t.later for t in TYPES if t.later), *(name for name, *_ in OFFICER_TYPES), PAPER_TYPE[0], "")
_SOURCES = ("911", "911", "911", "NON-EMERGENCY", "NON-EMERGENCY", "TRANSFER", "OFFICER")
_DISPOSITIONS = ("RPT", "ADV", "ADV", "GOA", "SVC", "CAN", "DUP")
_AGENCIES = (POLICE, "EMS", "FIRE", "BOTH", *(name for name, _ in DESKS.values()))
_FIRST_WORDS = ("Disturbance", "Welfare Check", "911 Hang-up", "Suspicious Person")
"""What a call taker types before it is clear what a call is."""


@dataclass(frozen=True, slots=True)
class Mess:
    """How much of everything is in the exports since `START`: rows, and incidents by why they do not count or how they are mended."""

    rows: int
    repeated_rows: int
    incidents: int
    officer_started: int
    second_calls: int
    by_type_only: int
    paper: int
    no_place: int
    outside: int
    no_time: int
    residents_calls: int
    placed_by_beat: int
    both: int


@dataclass(frozen=True, slots=True, eq=False)
class _Incidents:
    """One value per incident in every array. Words are rows of the lists above; `place` is a row of the blocks, or below 0 where it is none."""

    received: Ints
    final: Ints
    initial: Ints
    priority: Ints
    source: Ints
    disposition: Ints
    desk: Ints
    minutes: Floats
    area: Ints
    place: Ints
    has_beat: Bools
    has_time: Bools


_MISSING, _ZERO, _OUTSIDE = -1, -2, -3


def call_files(intent: Intent, calls: Calls) -> tuple[dict[str, bytes], Mess]:
    """Return the files of calls of a city folder by their path in it, and how much mess is in them."""
    rng = np.random.default_rng([intent.seed, 112])
    points = _blocks(intent, rng)
    incidents, mess = _incidents(calls, points, rng)
    rows = _unit_rows(incidents, rng)
    files = _cad_files(incidents, rows, points, rng)
    files[SHOTS_EXPORT] = _shots_file(calls, points, rng)
    counts = Counter(_NAMES[row] for row in incidents.final.tolist())
    counts.update(TYPES[kind].name for kind in calls.shots[0].tolist())
    files[TYPES_FILE] = review_table(counts)
    files[BEATS_FILE] = _beats_file(intent, calls)
    repeated = REPEATED + int(_is_again(incidents.received[rows.incident], incidents.has_time[rows.incident]).sum())
    both = CO_RESPONSES
    return files, Mess(rows=len(rows.incident) + repeated, repeated_rows=repeated, both=both, **mess)


# -- incidents -------------------------------------------------------------------------------------------------------------------------------


def _blocks(intent: Intent, rng: np.random.Generator) -> Floats:
    """Return places well inside each area, (areas, BLOCKS, 2) as longitude and latitude."""
    found = []
    for plot in intent.ground.plots:
        inside = plot_in_metres(plot).buffer(-40)
        west, south, east, north = inside.bounds
        tried = np.column_stack([rng.uniform(west, east, 8 * BLOCKS), rng.uniform(south, north, 8 * BLOCKS)])
        kept = tried[shapely.contains_xy(inside, tried[:, 0], tried[:, 1])]
        found.append(np.resize(kept, (BLOCKS, 2)))
    metres = np.concatenate(found) - np.array(ORIGIN)
    return in_degrees(metres).round(5).reshape(len(found), BLOCKS, 2)


def _incidents(calls: Calls, points: Floats, rng: np.random.Generator) -> tuple[_Incidents, dict[str, int]]:
    """Residents' calls first, then what does not count: what officers start, paper work, and calls without place, time or news of their own."""
    n = len(calls.kind)
    later = np.array([_NAMES.index(t.later or t.name) for t in TYPES])
    switch = (NEW_SYSTEM - START.date()).days * 86_400
    lived_in = np.bincount(calls.area, minlength=len(points)).astype(float)
    officers, typed, paper = (count * WEEKS for count in (OFFICER_A_WEEK, BY_TYPE_ONLY_A_WEEK, PAPER_A_WEEK))
    extra = officers + typed + paper
    copies = rng.choice(n, NO_PLACE + OUTSIDE + NO_TIME + SECOND_CALLS, replace=False)
    kind = np.concatenate([calls.kind, calls.kind[copies]])
    received = np.concatenate([calls.received, calls.received[copies] + 200])
    final = np.where(received < switch, kind, later[kind])
    work = np.searchsorted(np.cumsum([share for *_, share in OFFICER_TYPES]), spread(officers + typed, rng)).clip(max=len(OFFICER_TYPES) - 1)
    final = np.concatenate([final, _NAMES.index(OFFICER_TYPES[0][0]) + work, np.full(paper, _NAMES.index(PAPER_TYPE[0]))])
    received = np.concatenate([received, np.floor(spread(extra, rng) * WEEKS * WEEK_S).astype(np.int64)])
    total = len(received)

    order = np.arange(total)
    bounds = np.cumsum([n, NO_PLACE, OUTSIDE, NO_TIME, SECOND_CALLS, officers, typed, paper])
    no_place, outside, no_time, second, by_flag = ((order >= bounds[i]) & (order < bounds[i + 1]) for i in range(5))
    initial = final.copy()
    changed = rng.permutation(n)[: n // 12]
    initial[changed] = np.array([_NAMES.index(name) for name in _FIRST_WORDS])[rng.integers(len(_FIRST_WORDS), size=len(changed))]
    priority = np.concatenate([np.array([t.priority for t in TYPES])[kind], np.full(extra, 4)])
    source = np.where(by_flag, _SOURCES.index("OFFICER"), rng.integers(_SOURCES.index("OFFICER"), size=total))
    minutes = np.concatenate(
        [np.array([float(t.minutes) for t in TYPES])[kind] * rng.gamma(3.0, 1 / 3, len(kind)), 20 * rng.gamma(3.0, 1 / 3, extra)]
    )
    minutes[:n] = np.where(calls.minutes > 0, calls.minutes, minutes[:n])
    medical = np.array([_AGENCIES.index({"BASE-MEDICAL": "EMS", "BASE-FIRE": "FIRE"}.get(t.needs, POLICE)) for t in TYPES])
    desk = np.zeros(total, dtype=np.int64)
    desk[:n] = np.where(calls.desk == -1, medical[calls.kind], calls.desk + _AGENCIES.index("BOTH") + 1)
    may_join = (calls.kind == _NAMES.index("Disturbance")) & ~calls.is_eligible & (calls.open_share > 0)
    desk[rng.permutation(np.flatnonzero(may_join))[:CO_RESPONSES]] = _AGENCIES.index("BOTH")
    disposition = rng.integers(_DISPOSITIONS.index("CAN"), size=total)
    disposition[np.flatnonzero(calls.kind == _NAMES.index("911 Hang-up"))[::3]] = _DISPOSITIONS.index("CAN")
    disposition[second] = _DISPOSITIONS.index("DUP")

    area = np.concatenate([calls.area, calls.area[copies], np.searchsorted(np.cumsum(lived_in) / lived_in.sum(), spread(extra, rng))])
    place = area * BLOCKS + np.floor(rng.beta(0.9, 2.2, total) * BLOCKS).astype(np.int64).clip(max=BLOCKS - 1)
    blank = rng.permutation(n)[: 3 * n // 100]
    place[blank] = _MISSING
    place[blank[::3]] = _ZERO
    place[no_place] = _MISSING
    place[np.flatnonzero(no_place)[::2]] = _ZERO
    place[outside] = _OUTSIDE
    made = _Incidents(received, final, initial, priority, source, disposition, desk, minutes, area, place, ~(no_place | outside), ~no_time)
    counted = {
        "incidents": total,
        "officer_started": officers,
        "second_calls": SECOND_CALLS,
        "by_type_only": typed,
        "paper": paper,
        "no_place": NO_PLACE,
        "outside": OUTSIDE,
        "no_time": NO_TIME,
        "residents_calls": n,
        "placed_by_beat": len(blank),
    }
    return made, counted


# -- units as rows ---------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _UnitRows:
    """One value per row: which incident, which agency and unit, and its times in seconds since `START` (below 0: blank)."""

    incident: Ints
    agency: Ints
    unit: Ints
    final: Ints
    dispatched: Ints
    arrived: Ints
    cleared: Ints


def _unit_rows(incidents: _Incidents, rng: np.random.Generator) -> _UnitRows:
    """Police come with one to three units; the first stays longest and knows best what it was."""
    total = len(incidents.received)
    by_police, both = incidents.desk == _AGENCIES.index(POLICE), incidents.desk == _AGENCIES.index("BOTH")
    cancelled = incidents.disposition == _DISPOSITIONS.index("CAN")
    chance = np.array([0, 0.5, 0.3, 0.12, 0.03, 0.0])[incidents.priority] * (by_police & ~cancelled)
    luck = rng.random(total)
    count = 1 + (luck < chance) + (luck < 0.25 * chance) + both
    incident = np.repeat(np.arange(total), count)
    position = np.arange(len(incident)) - np.repeat(np.cumsum(count) - count, count)
    agency = incidents.desk[incident]
    joint = np.where(position == 0, _AGENCIES.index(POLICE), _AGENCIES.index("RESPONDERS"))
    agency = np.where(agency == _AGENCIES.index("BOTH"), joint, agency)
    unit = rng.integers(1, 60, len(incident)) + 60 * position
    final = np.where((position > 0) & (rng.random(len(incident)) < 0.3), incidents.initial[incident], incidents.final[incident])
    wait = np.floor(rng.gamma(2.0, 1.0, total) * np.array([0, 40, 90, 240, 420, 600])[incidents.priority]).astype(np.int64) + 20
    travel = np.floor(rng.gamma(3.0, 110, len(incident))).astype(np.int64) + 60
    bound = np.floor(incidents.minutes[incident] * 60).astype(np.int64).clip(min=300)
    dispatched = (incidents.received + wait)[incident] + 45 * position
    cleared = dispatched + np.where(position == 0, bound, bound * 3 // 5)
    arrived = np.minimum(dispatched + travel, cleared)
    at_desk = [_AGENCIES.index(name) for name in (*PHONE_DESKS, *ONLINE_DESKS)]
    nobody_goes = np.isin(agency, at_desk) | cancelled[incident]
    arrived = np.where(nobody_goes | (rng.random(len(incident)) < 0.12), -1, arrived)
    dispatched, cleared = np.where(nobody_goes, -1, dispatched), np.where(nobody_goes, -1, cleared)
    alone = np.flatnonzero((np.repeat(count, count) == 1) & by_police[incident] & (dispatched >= 0))
    odd = rng.permutation(alone)[: WRONG_ORDER + OVER_A_DAY]
    cleared[odd[:WRONG_ORDER]] = dispatched[odd[:WRONG_ORDER]] - 300
    cleared[odd[WRONG_ORDER:]] = dispatched[odd[WRONG_ORDER:]] + 200_000
    return _UnitRows(incident, agency, unit, final, dispatched, arrived, cleared)


# -- files -----------------------------------------------------------------------------------------------------------------------------------


def _is_again(received: Ints, has_time: Bools) -> Bools:
    """The rows that the new system uploads again."""
    switch = (NEW_SYSTEM - START.date()).days * 86_400
    return has_time & (received >= switch - UPLOADED_AGAIN_S) & (received < switch)


def _cad_files(incidents: _Incidents, rows: _UnitRows, points: Floats, rng: np.random.Generator) -> dict[str, bytes]:
    import pyarrow as pa

    number = np.empty(len(incidents.received), dtype=np.int64)
    number[np.argsort(incidents.received, kind="stable")] = np.arange(len(number))
    order = np.lexsort((rows.dispatched, number[rows.incident]))
    switch = (NEW_SYSTEM - START.date()).days * 86_400
    received, has_time = incidents.received[rows.incident], incidents.has_time[rows.incident]
    again = np.flatnonzero(_is_again(received, has_time)[order])
    old = received[order] < switch
    twice = rng.permutation(np.flatnonzero(old & has_time[order]))[:REPEATED]
    latitude, longitude = _coordinates(points)
    beats = _beats(len(points))
    files = {}
    for file, columns, own, more, is_new in (
        (OLD_EXPORT, OLD_COLUMNS, np.flatnonzero(old), twice, False),
        (NEW_EXPORT, NEW_COLUMNS, np.flatnonzero(~old), again, True),
    ):
        at = order[np.sort(np.concatenate([own, more]))]
        which = rows.incident[at]
        place = incidents.place[which] + 3
        same = incidents.initial[which] == incidents.final[which]
        times = [_written(column[at], is_new) for column in (received, rows.dispatched, rows.arrived, rows.cleared)]
        unread = pa.array(["0000-00-00 00:00:00" if is_new else "00/00/0000 00:00:00", ""])
        never = unread.take(pa.array(which % 2))
        times[0] = _either(has_time[at], times[0], never)
        cells = [
            _joined("26-", number[which] + 100_001),
            times[0],
            _words(_NAMES, np.where(same, _NAMES.index(""), incidents.initial[which])),
            _words(_NAMES, rows.final[at]),
            _words("012345", incidents.priority[which]),
            _words(_SOURCES, incidents.source[which]),
            _words(_DISPOSITIONS, incidents.disposition[which]),
            _words(_AGENCIES, rows.agency[at]),
            _joined("U", rows.unit[at]),
            *times[1:],
            _words(beats, np.where(incidents.has_beat[which], incidents.area[which], len(beats) - 1)),
            latitude.take(pa.array(place)),
            longitude.take(pa.array(place)),
        ]
        files[file] = _csv(columns, cells)
    return files


def _shots_file(calls: Calls, points: Floats, rng: np.random.Generator) -> bytes:
    """Shots fired before the full exports begin: one row each, some heard by a sensor."""
    import pyarrow as pa

    kind, area, seconds = calls.shots
    offset = int((HISTORY_START - START).total_seconds())
    latitude, longitude = _coordinates(points)
    place = pa.array(area * BLOCKS + rng.integers(BLOCKS, size=len(area)) + 3)
    cells = [
        _joined("SF-", np.arange(len(kind)) + 10_001),
        _written(seconds + offset, False, blank_below=offset),
        _words(_NAMES, kind),
        _words(("SENSOR", "911"), rng.integers(2, size=len(kind))),
        _words(_beats(len(calls.area_ids)), area),
        latitude.take(place),
        longitude.take(place),
    ]
    return _csv(SHOTS_COLUMNS, cells)


def _beats(count: int) -> tuple[str, ...]:
    """The beats, one per area, and a blank."""
    return (*(f"B{number:02d}" for number in range(1, count + 1)), "")


def _beats_file(intent: Intent, calls: Calls) -> bytes:
    names = {plot.id: plot.name for plot in intent.ground.plots}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("beat", "area"))
    writer.writerows((beat, names[area]) for beat, area in zip(_beats(len(names)), calls.area_ids, strict=False))
    return text.getvalue().encode()


def _coordinates(points: Floats) -> tuple[pa.StringArray, pa.StringArray]:
    """Latitudes and longitudes as text: three for places that are none (outside, 0,0, missing), then those of the blocks."""
    import pyarrow as pa

    flat = points.reshape(-1, 2)
    beyond = (f"{flat[:, 1].min() - 0.2:.5f}", f"{flat[:, 0].min() - 0.3:.5f}")
    pairs = [beyond, ("0", "0"), ("", ""), *((f"{y:.5f}", f"{x:.5f}") for x, y in flat.tolist())]
    return pa.array([pair[0] for pair in pairs]), pa.array([pair[1] for pair in pairs])


def _words(words: Sequence[str], rows: Ints) -> pa.StringArray:
    import pyarrow as pa

    return pa.array(list(words)).take(pa.array(rows))


def _joined(before: str, numbers: Ints) -> pa.StringArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(before, pa.array(numbers).cast(pa.string()), "")


def _either(where: Bools, yes: pa.StringArray, no: pa.StringArray) -> pa.StringArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(where), yes, no)


def _written(seconds: Ints, is_new: bool, *, blank_below: int = 0) -> pa.StringArray:
    """Times as the old system writes them (07/14/2026 15:15:22) or the new one (2026-07-14 15:15:22); blank below `blank_below`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    form = "%Y-%m-%d" if is_new else "%m/%d/%Y"
    day = seconds // 86_400
    days, row = np.unique(day, return_inverse=True)
    dates = pa.array([(START + dt.timedelta(days=int(number))).strftime(form) for number in days])
    two = pa.array([f"{number:02d}" for number in range(60)])
    clock = [two.take(pa.array(part)) for part in (seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)]
    text = pc.binary_join_element_wise(dates.take(pa.array(row.ravel())), pc.binary_join_element_wise(*clock, ":"), " ")
    return _either(seconds >= blank_below, text, pa.scalar(""))


def _csv(columns: Sequence[str], cells: Sequence[pa.StringArray]) -> bytes:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    sink = pa.BufferOutputStream()
    sink.write((",".join(columns) + "\n").encode())
    table = pa.table(list(cells), names=list(columns))
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False, quoting_style="none"))
    content: bytes = sink.getvalue().to_pybytes()
    return content
