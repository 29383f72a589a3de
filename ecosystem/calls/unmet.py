"""Where and when are the calls that others could answer, with nobody known to be on duty?

Tables for report, map and call takers, a year's calls each. Outside the analyst edition a count that rests on fewer calls than the city's minimum
is not shown and the others are rounded to tens, so that nobody can work one out from the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.clocks import SLOTS
from ecosystem.findings import CITY

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosystem.calls.levers import Levers

PART_HOURS = 4
PARTS = tuple((days, hour) for days in ("weekdays", "weekend") for hour in range(0, 24, PART_HOURS))
"""The twelve parts of the week: four hours of a day from Monday to Friday, or of Saturday and Sunday."""

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


def funnel_rows(steps: Sequence[str], funnel: dict[str, float]) -> pd.DataFrame:
    """Return the steps from rows to the base with their numbers, in order."""
    import pandas as pd

    return pd.DataFrame([(step, float(round(funnel[step]))) for step in steps if step in funnel], columns=["step", "n"])
