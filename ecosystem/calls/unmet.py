"""Where and when are the calls that others could answer, with nobody known to be on duty?

Tables for report, map and call takers, a year's calls each. Outside the analyst edition a count that rests on fewer calls than the city's minimum
is not shown and the others are rounded to tens, so that nobody can work one out from the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.calls.clocks import SLOTS
from ecosystem.findings import CITY, Column

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.calls.levers import Levers

PART_HOURS = 4
PARTS = tuple((days, hour) for days in ("weekdays", "weekend") for hour in range(0, 24, PART_HOURS))
"""The twelve parts of the week: four hours of a day from Monday to Friday, or of Saturday and Sunday."""

_HOURS = np.arange(SLOTS // 2)
_WEEKEND, _OF_DAY = (_HOURS >= 5 * 24).astype(np.int64), _HOURS % 24
CUTS: Mapping[str, NDArray[np.int64]] = MappingProxyType(
    {
        "hours": _HOURS,
        "hours_of_day": 24 * _WEEKEND + _OF_DAY,
        "parts": 6 * _WEEKEND + _OF_DAY // PART_HOURS,
        "halves": 2 * _WEEKEND + ((_OF_DAY < 8) | (_OF_DAY >= 20)),
        "week": 0 * _HOURS,
    }
)
"""How a week may be cut, the finest first: the part in which each of its 168 hours stands. Hours of the day and parts of the day are of Monday to
Friday or of the weekend; halves are day (8 to 20) and night."""
MOST_SHOWN = 0.8
"""A cut is fine enough where at least this share of the calls stands in parts with enough of them."""

Show = Callable[[float], float]
"""From calls counted to calls a year as an edition shows them; NaN where too few."""


def shown_as(per_year: float, *, minimum: int = 0) -> Show:
    """Return how counts are shown: exact calls a year, or with a `minimum` rounded to tens and NaN where fewer were counted.

    >>> [shown_as(2.0, minimum=10)(count) for count in (0.0, 9.4, 12.6)]
    [0.0, nan, 30.0]
    """

    def show(count: float) -> float:
        if not minimum:
            return round(count * per_year, 6)
        if round(count, 6) <= 0:
            return 0.0
        return float("nan") if count < minimum else 10.0 * round(count * per_year / 10)

    return show


COUNTS = frozenset(
    {"calls", "calls_then", "calls_now", "alternative", "unmet", "unmet_low", "unmet_high", "diverted", "taken", "now", "wanted", "missing"}
)
"""Columns that count calls, wherever they stand."""


NEARLY_NOTHING = 0.005
"""What is not quite nothing, or not quite all, never reads as that."""


def coarse(table: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return a table with counts of calls as tens, rates as whole numbers and shares as whole percents, so that nobody can work out a count that
    is not shown from the others and their sum."""
    told = table.copy()
    for column in columns:
        if column.name in COUNTS or column.name.startswith(("divertible_", "covered_")):
            told[column.name] = (told[column.name] / 10).round() * 10
        elif column.name in ("per_1000", "minutes_per_call"):
            told[column.name] = told[column.name].round()
        elif column.kind == "share" and not column.name.startswith("ratio"):
            rounded = told[column.name].round(2)
            told[column.name] = rounded.mask((rounded == 0) & (told[column.name] > 0), NEARLY_NOTHING).mask(
                (rounded == 1) & (told[column.name] < 1), 1 - NEARLY_NOTHING
            )
    return told


def unmet_of(levers: Levers) -> NDArray[np.float64]:
    """Return eligible calls without anybody known to be on duty, (areas, 336), in the time of the cube."""
    unmet: NDArray[np.float64] = (levers.e * (1 - levers.open)).sum(axis=0)
    return unmet


def by_part_of_week(levers: Levers, show: Show) -> pd.DataFrame:
    """Return one row per area and part of the week: area_id, part (index in `PARTS`), unmet on one such day of the week (a year's Mondays)."""
    import pandas as pd

    days = unmet_of(levers).reshape(-1, 7, 24 // PART_HOURS, 2 * PART_HOURS).sum(axis=3)
    parts = np.concatenate([days[:, :5].sum(axis=1), days[:, 5:].sum(axis=1)], axis=1)
    n_days = [5 if days == "weekdays" else 2 for days, _ in PARTS]
    rows = [(area, part, show(float(parts[row, part])) / n_days[part]) for row, area in enumerate(levers.area_ids) for part in range(len(PARTS))]
    return pd.DataFrame(rows, columns=["area_id", "part", "unmet"])


def by_hour(levers: Levers, show: Show) -> pd.DataFrame:
    """Return one row per hour of the week over the whole city: hour (0 = Monday 00:00), unmet."""
    import pandas as pd

    hours = unmet_of(levers).sum(axis=0).reshape(SLOTS // 2, 2).sum(axis=1)
    return pd.DataFrame({"hour": np.arange(SLOTS // 2), "unmet": [show(float(calls)) for calls in hours]})


def by_area(levers: Levers, cube: pd.DataFrame, show: Show) -> pd.DataFrame:
    """Return one row per area: area_id, calls of the base, and of those unmet."""
    import pandas as pd

    calls = cube.groupby("area_id", observed=True)["n"].sum()
    unmet = unmet_of(levers).sum(axis=1)
    rows = [(area, show(float(calls.get(area, 0.0))), show(float(unmet[row]))) for row, area in enumerate(levers.area_ids)]
    return pd.DataFrame(rows, columns=["area_id", "calls", "unmet"])


def by_need_and_area(levers: Levers, show: Show) -> pd.DataFrame:
    """Return one row per need with calls that others could answer and area, and last the city: need, area_id, unmet."""
    import pandas as pd

    unmet = (levers.e * (1 - levers.open)).sum(axis=2)
    rows = [
        (need, area, show(float(count)))
        for row, need in enumerate(levers.needs)
        if levers.e[row].any()
        for area, count in [*zip(levers.area_ids, unmet[row], strict=True), (CITY, unmet[row].sum())]
    ]
    return pd.DataFrame(rows, columns=["need", "area_id", "unmet"])


def by_need_and_hours(levers: Levers, possible: Mapping[str, NDArray[np.float64]], show: Show, *, least: float) -> pd.DataFrame:
    """Return the week of every need and area, and of the city, in parts as fine as the counts allow.

    One row per need with calls that others could answer, area (last the city) and part: need, area_id, cut (of `CUTS`), part, calls that others could
    answer, of them `nobody` (no one is on duty) and `not_known`. `possible` is per need the share of residents with somebody perhaps on duty, (areas,
    336). The cut is the finest in which `MOST_SHOWN` of the calls stand in parts where at least `least` were counted: fewer tell little of an hour.
    """
    import pandas as pd

    columns: dict[str, list[object]] = {name: [] for name in ("need", "area_id", "cut", "part", "calls", "nobody", "not_known")}
    for row, need in enumerate(levers.needs):
        e, known = levers.e[row], levers.open[row]
        if not e.any():
            continue
        perhaps = np.maximum(possible[need], known) if need in possible else known
        by_hour = [counts.reshape(len(e), -1, 2).sum(axis=2) for counts in (e, e * (1 - perhaps), e * (perhaps - known))]
        places = np.stack([np.vstack([counts, counts.sum(axis=0)]) for counts in by_hour], axis=1)
        for place, hours in zip([*levers.area_ids, CITY], places, strict=True):
            cut, counts = _cut(hours, least)
            for part, numbers in enumerate(counts.T):
                for name, value in zip(columns, (need, place, cut, part, *(show(float(number)) for number in numbers)), strict=True):
                    columns[name].append(value)
    return pd.DataFrame(columns)


def _cut(hours: NDArray[np.float64], least: float) -> tuple[str, NDArray[np.float64]]:
    """The finest cut whose parts hold enough of the first row's calls, and all rows (rows, 168) summed by its parts."""
    for cut, part_of in CUTS.items():
        calls = np.bincount(part_of, weights=hours[0])
        if calls[calls >= least].sum() >= MOST_SHOWN * calls.sum() > 0:
            return cut, np.stack([np.bincount(part_of, weights=row) for row in hours])
    return "week", hours.sum(axis=1, keepdims=True)


def funnel_rows(steps: Sequence[str], funnel: dict[str, float]) -> pd.DataFrame:
    """Return the steps from rows to the base with their numbers, in order."""
    import pandas as pd

    return pd.DataFrame([(step, float(round(funnel[step]))) for step in steps if step in funnel], columns=["step", "n"])
