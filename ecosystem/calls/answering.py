"""Who answered, how long did it take, when do calls come, and who decided what others may answer?

Tables that rest on the saved summaries and the cube. Outside the analyst edition a row that rests on fewer calls than the city's minimum keeps its
name and loses its numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.measures import HOW
from ecosystem.calls.uncertainty import densest_window, moved_share
from ecosystem.findings import Column

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosystem.calls.recode import CallTypes

WINDOW_HOURS = 8
PER_DAY = 48
NOBODY_GOES = ("phone", "online", "nobody")
"""Ways to answer in which nobody arrives."""

_RESPONSE = (
    Column("with_arrival", "share", "Calls with a valid first arrival; the minutes speak of these only."),
    Column("median_min", "count", "Half of these calls had somebody there within so many minutes of the call."),
    Column("p90_min", "count", "Nine of ten had."),
)
ANSWERED_COLUMNS = (
    Column("how", "text", "Who answered: alternative (alone), both, phone, online, police, fire_medical, nobody, not_known."),
    Column("calls", "count", "Calls in the time counted."),
    Column("share_of_calls", "share", "Share of all calls that count."),
    Column("share_of_time", "share", "Share of the time that units were bound, where times are known."),
    Column("minutes_per_call", "count", "Minutes that units were bound by a call, summed over units, where times are known."),
    *_RESPONSE,
)
RESPONSE_COLUMNS = (
    Column("by", "text", "What the calls are grouped by: all, need, area_id, priority."),
    Column("value", "text", "Need, area or priority."),
    Column("calls", "count", "Calls in the time counted."),
    Column("minutes_per_call", "count", "Minutes that units were bound by a call, summed over units, where times are known."),
    Column("timed", "share", "Calls whose time of units is known."),
    *_RESPONSE,
)
WINDOW_COLUMNS = (
    Column("need", "need", "Code of the need behind the calls."),
    Column("calls", "count", "Calls in the time counted."),
    Column("first_hour", "count", "The eight hours of the day with most of these calls begin at this hour."),
    Column("last_hour", "count", "They end at this hour; above 24: on the next day."),
    Column("share_in_window", "share", "Share of these calls that come in these hours."),
    Column("on_duty_known", "share", "Of the calls in these hours: share at places and times with somebody known to be on duty."),
    Column("on_duty_possible", "share", "The same, with those who may be on duty."),
    Column("years_ago", "count", "The oldest whole year of the exports, counted back from the last."),
    Column("calls_then", "count", "Calls in that year."),
    Column("calls_now", "count", "Calls in the last year."),
    Column("moved", "share", "Share of calls that come from another area or at another hour of the day than then."),
)
TYPE_COLUMNS = (
    Column("type", "text", "Type of call as the exports write it."),
    Column("description", "text", "What it means, by the city's list of codes."),
    Column("calls", "count", "Calls in the time counted."),
    Column("needs", "text", "The needs behind it, with their shares."),
    Column("tier", "text", "A alternative first, P phone or online, C with conditions, XP police required, XM medical or fire required."),
    Column("low", "share", "Share of such calls that others could answer, low estimate."),
    Column("mid", "share", "The same, middle estimate."),
    Column("high", "share", "The same, high estimate."),
    Column("condition", "text", "What must hold for others to answer."),
    Column("agreement", "share", "How far call takers agree on this type, where a study said so."),
    Column("changed", "share", "Calls of this type that began as another one."),
    Column("decided_by", "text", "Who decided; empty: nobody yet, and the type counts as unknown."),
    Column("decided_on", "date", "When."),
    Column("review_by", "date", "When it is to be looked at again."),
)
_LEAST_A_YEAR = 100
"""Fewer calls a year say nothing about what has moved."""


def answered(summaries: pd.DataFrame, *, minimum: int = 0) -> pd.DataFrame:
    """Return one row per way a call was answered (`ANSWERED_COLUMNS`), by calls and by the time of units; ways without calls are left out."""
    rows = summaries[summaries["by"] == "how"].set_index("value").reindex([how for how in HOW if how in set(summaries["value"])])
    seconds = float(rows["unit_s"].sum())
    table = _timed(rows, minimum).assign(how=rows.index, share_of_calls=rows["n"] / rows["n"].sum())
    table["share_of_time"] = rows["unit_s"] / seconds if seconds else np.nan
    table["with_arrival"] = table["with_arrival"].mask(rows.index.isin(NOBODY_GOES))
    return _hidden(table.reset_index(drop=True), ["share_of_calls", "share_of_time"])[[column.name for column in ANSWERED_COLUMNS]]


def responses(summaries: pd.DataFrame, needs: Mapping[str, object], *, minimum: int = 0) -> pd.DataFrame:
    """Return response times and times on task of all calls, by need, area and priority (`RESPONSE_COLUMNS`)."""
    order = {name: number for number, name in enumerate(("all", "need", "priority", "area_id"))}
    rows = summaries[summaries["by"].isin(order) & ((summaries["by"] != "need") | summaries["value"].isin(list(needs)))]
    rows = rows[(rows["value"] != "") | (rows["by"] == "all")].assign(order=rows["by"].map(order))
    rows = rows.sort_values(["order", "value"], ignore_index=True)
    table = _timed(rows, minimum).assign(by=rows["by"], value=rows["value"], timed=rows["timed_n"] / rows["n"].where(rows["n"] > 0))
    return _hidden(table, ["timed"])[[column.name for column in RESPONSE_COLUMNS]]


def _timed(rows: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Calls, minutes and response times of rows of summaries; not a number where they rest on fewer calls than the minimum."""
    few_timed, few_valid = rows["timed_n"] < max(1, minimum), rows["valid"] < max(1, minimum)
    return rows[[]].assign(
        calls=rows["n"].where(rows["n"] >= minimum),
        minutes_per_call=(rows["unit_s"] / 60 / rows["timed_n"].where(rows["timed_n"] > 0)).mask(few_timed),
        with_arrival=(rows["valid"] / rows["counted"]).mask((rows["valid"] > 0) & few_valid),
        median_min=rows["median_min"].mask(few_valid),
        p90_min=rows["p90_min"].mask(few_valid),
    )


def _hidden(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The table without further numbers of the rows whose calls are not shown."""
    columns = [*columns, "minutes_per_call", "with_arrival", "median_min", "p90_min"]
    table[columns] = table[columns].astype("float64").mask(table["calls"].isna()).round(6)
    return table


def windows(
    calls: Mapping[str, NDArray[np.float64]],
    opened: Mapping[str, Mapping[str, NDArray[np.float64]]],
    profile: pd.DataFrame,
    *,
    years: int,
    minimum: int = 0,
) -> pd.DataFrame:
    """Return per need when its calls come and if somebody is on duty then (`WINDOW_COLUMNS`), the most frequent need first.

    `calls` and `opened["known"]`, `opened["possible"]` are (areas, 336) per need; `profile` as `measures.profile` gives it.
    """
    import pandas as pd

    moved = _moved(profile, years) if years > 1 else {}
    rows = []
    for need, cells in sorted(calls.items(), key=lambda item: (-round(float(item[1].sum()), 6), item[0])):
        total = float(cells.sum())
        if total < max(1, minimum):
            continue
        first, share = densest_window(cells.sum(axis=0).reshape(7, PER_DAY).sum(axis=0), slots=2 * WINDOW_HOURS)
        within = np.isin(np.arange(SLOTS) % PER_DAY, (first + np.arange(2 * WINDOW_HOURS)) % PER_DAY)
        inside = cells[:, within]
        duty = {side: float((inside * of[need][:, within]).sum() / inside.sum()) if need in of else 0.0 for side, of in opened.items()}
        then, now, elsewhere = moved.get(need, (np.nan, np.nan, np.nan))
        ago = years - 1 if need in moved else np.nan
        rows.append((need, total, first / 2, first / 2 + WINDOW_HOURS, share, duty["known"], duty["possible"], ago, then, now, elsewhere))
    return pd.DataFrame(rows, columns=[column.name for column in WINDOW_COLUMNS]).round(6)


def _moved(profile: pd.DataFrame, years: int) -> dict[str, tuple[float, float, float]]:
    """Per need with enough calls in both: calls of the oldest whole year and of the last, and the share that moved in place or hour of the day."""
    found = {}
    both = profile[profile["years_ago"].isin([0, years - 1])]
    sums = both.groupby(["need", "years_ago"])["n"].sum().round(6)
    counted = sums[sums >= _LEAST_A_YEAR].groupby("need").size()
    both = both[both["need"].isin(counted.index[counted == 2])]
    for need, rows in both.assign(hour=both["slot"] % PER_DAY // 2).groupby("need", sort=True):
        cells = rows.pivot_table(index=["area_id", "hour"], columns="years_ago", values="n", aggfunc="sum", fill_value=0.0)
        then, now = cells[years - 1].to_numpy(dtype=np.float64), cells[0].to_numpy(dtype=np.float64)
        found[str(need)] = (float(then.sum()), float(now.sum()), moved_share(then, now))
    return found


def decided(types: CallTypes, summaries: pd.DataFrame, *, on: dt.date) -> pd.DataFrame:
    """Return the decided table with the calls behind each row (`TYPE_COLUMNS`), the most frequent first; types of the exports that it lacks too.

    Of a type with several rows the one that holds `on` this day has the calls.
    """
    import pandas as pd

    seen = summaries[(summaries["by"] == "type") & (summaries["value"] != "")]
    behind = {str(row.value): (float(row.n), float(row.changed), float(row.counted)) for row in seen.itertuples()}  # type: ignore[arg-type]
    rows, told = [], set()
    for row in types.rows:
        holds = (row.valid_from or dt.date.min) <= on <= (row.valid_to or dt.date.max)
        n, changed, counted = behind.get(row.name, (0.0, 0.0, 0.0)) if holds else (0.0, 0.0, 0.0)
        told.add(row.name)
        needs = "; ".join(f"{code} {share:.0%}" for code, share in row.needs)
        days = ("" if day is None else day.isoformat() for day in (row.decided_on, row.review_by))
        rows.append(
            (row.name, row.description, n, needs, row.tier, row.low, row.mid, row.high, row.condition, row.agreement,
             changed / counted if counted else np.nan, row.decided_by, *days)
        )  # fmt: skip
    nothing = (np.nan, np.nan, np.nan, "", None, np.nan, "", "", "")
    rows += [(name, "", n, "", "", *nothing) for name, (n, _, _) in behind.items() if name not in told]
    table = pd.DataFrame(rows, columns=[column.name for column in TYPE_COLUMNS])
    numbers = ["calls", "low", "mid", "high", "agreement", "changed"]
    table[numbers] = table[numbers].astype("float64").round(6)
    return table.sort_values(["calls", "type"], ascending=[False, True], ignore_index=True)
