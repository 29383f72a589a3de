"""What was dropped from the exports, or doubted, and why?

One row per rule: how many rows or incidents it touches, of how many. Nothing is mended in silence: a time that cannot be read stays unknown, a
missing arrival is never filled in, and calls of a kind that a public feed leaves out are missed, not counted as zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.clocks import doubtful_hours
from ecosystem.calls.engine import quoted, sorted_parts
from ecosystem.findings import Column

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from ecosystem.city import Calls

RULES = {
    "repeated_row": "rows that repeat another in every cell; counted once",
    "no_incident_number": "rows without a number of the incident; each counts as an incident of its own",
    "received_blank": "rows without the time of the call; they are in no figure by hour",
    "received_unreadable": "rows whose time of the call is in no known format; they are in no figure by hour",
    "date_without_time": "rows whose time of the call is only a date; they are in no figure by hour",
    "cleared_before_dispatched": "rows whose unit was free before it was sent; their time is not counted",
    "bound_over_a_day": "rows whose unit was bound for more than 24 hours; their time is not counted",
    "no_unit_time": "rows without both the time sent and the time free; their time is not counted",
    "no_type": "incidents without a type; they are unknown",
    "hour_twice": "incidents in the hour that comes twice when clocks go back",
    "hour_missing": "incidents in the hour that does not exist when clocks go forward",
    "place_missing": "incidents without coordinates and without a name or beat that is known; in no area",
    "place_zero": "incidents at 0,0 without a name or beat that is known; in no area",
    "place_impossible": "incidents with coordinates that are none; in no area",
    "place_outside": "incidents outside of all areas",
    "place_by_beat_or_name": "incidents placed by the name of their area or beat, for want of coordinates",
    "place_near_border": "incidents so near to a border that blurred coordinates may put them on the wrong side",
    "arrival_missing": "incidents without a valid first arrival; response times speak of the others only",
    "top_ten_places": "rows at the ten places with most rows: few addresses can make a neighborhood look busy",
    "no_change_of_type": "incidents whose final type is the initial one",
}

QUALITY_COLUMNS = (
    Column("rule", "text", "The rule that rows or incidents met."),
    Column("of", "text", "What is counted: rows or incidents."),
    Column("n", "count", "How many met it; empty where that is not known."),
    Column("total", "count", "Of how many."),
    Column("share", "share", "As a share."),
    Column("note", "text", "What it means for the figures."),
)


def check_quality(connection: duckdb.DuckDBPyConnection, incidents: Path, calls: Calls, *, time_zone: str) -> pd.DataFrame:
    """Return one row per rule: `rule`, `of` (rows or incidents), `n`, `total`, `share`, `note`.

    Needs the view `stage` of the ingest. `calls.suppressed_types` add one row each, with n not known.
    """
    import pandas as pd

    seconds = "date_diff('second', dispatched, cleared)"
    rows = {
        "no_incident_number": "key is null",
        "received_blank": "received is null and unread is null",
        "received_unreadable": "unread is not null",
        "date_without_time": "received is not null and is_timeless",
        "cleared_before_dispatched": f"{seconds} < 0",
        "bound_over_a_day": f"{seconds} > 86400",
        "no_unit_time": f"{seconds} is null",
    }
    counts = ", ".join(f"count(*) filter ({condition})" for condition in rows.values())
    total_rows, *by_row = connection.execute(f"select count(*), {counts} from stage").fetchall()[0]
    source = f"read_parquet({quoted(incidents)})"
    first, last, kept = connection.execute(f"select min(received)::date, max(received)::date, sum(n_rows) from {source}").fetchall()[0]
    odd = doubtful_hours(first, last, time_zone) if first is not None and (last - first).days < 40_000 else ()

    def within(which: str) -> str:
        spans = [f"received >= timestamp '{start}' and received < timestamp '{end}'" for start, end, kind in odd if kind == which]
        return " or ".join(spans) or "false"

    by_incident = {
        "no_type": "type_final is null",
        "hour_twice": within("twice"),
        "hour_missing": within("missing"),
        "place_missing": "place = 'missing'",
        "place_zero": "place = 'zero'",
        "place_impossible": "place = 'impossible'",
        "place_outside": "place = 'outside'",
        "place_by_beat_or_name": "place in ('name', 'beat')",
        "place_near_border": "place = 'border'",
        "arrival_missing": "response_s is null",
        "no_change_of_type": "type_initial = type_final",
    }
    counts = ", ".join(f"count(*) filter ({condition})" for condition in by_incident.values())
    total, *found = connection.execute(f"select count(*), {counts} from {source}").fetchall()[0]
    top = _rows_of_top_places(connection, int(total_rows))
    found_by_rule = {
        "repeated_row": ("rows", int(total_rows) - int(kept or 0)),
        **{rule: ("rows", int(n)) for rule, n in zip(rows, by_row, strict=True)},
        **{rule: ("incidents", int(n)) for rule, n in zip(by_incident, found, strict=True)},
        "top_ten_places": ("rows", top),
    }
    table: list[tuple[str, str, float, int, str]] = []
    for rule, note in RULES.items():
        of, n = found_by_rule[rule]
        table.append((rule, of, n, int(total_rows if of == "rows" else total), note))
    left_out = "are left out of this feed: every share of calls that others could answer is too low"
    table += [(f"suppressed: {what}", "incidents", float("nan"), int(total), f"calls about {what} {left_out}") for what in calls.suppressed_types]
    told = pd.DataFrame(table, columns=["rule", "of", "n", "total", "note"])
    told["n"] = told["n"].astype("float64")
    told.insert(4, "share", told["n"] / told["total"].where(told["total"] > 0))
    return told


def _rows_of_top_places(connection: duckdb.DuckDBPyConnection, n_rows: int, *, places: int = 10) -> int:
    """How many rows lie at the places with most rows; points within a millionth of a degree, a tenth of a metre, are one place."""
    place = "cast(round((longitude + 180) * 1e6) as bigint) * 268435456 + cast(round((latitude + 90) * 1e6) as bigint)"
    most: list[int] = []
    for numbers in sorted_parts(connection, place, "stage where longitude is not null", n_rows):
        ends = np.flatnonzero(np.append(numbers[1:] != numbers[:-1], len(numbers) > 0))
        counts = np.diff(ends, prepend=-1)
        most = sorted([*most, *np.partition(counts, -places)[-places:].tolist()] if len(counts) > places else [*most, *counts.tolist()])[-places:]
    return sum(most)
