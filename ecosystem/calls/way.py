"""How sure are the shares, where should the city be by now, and what would bring it nearer to its goal?

Intervals come from the weeks: runs of weeks are drawn again and again (`ecosystem.calls.uncertainty`), once for all shares. They say how far other
weeks of the same city would have differed. What the table of call types leaves open (low, mid, high) is another matter and stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.goal import YearOfGoal, goal_in_calls, target_in
from ecosystem.calls.levers import Change, Levers, Opening, slots_of
from ecosystem.calls.measures import ATTENDED, DIVERTED
from ecosystem.calls.uncertainty import ratio_interval
from ecosystem.findings import Column

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosystem.calls.unmet import Show

LEVER_RULE = ("N17", 0.95)
"""A rule without a responder: verified alarms took 95 % of alarm calls off the police of Milwaukee."""

SURE_COLUMNS = (
    Column("measure", "text", "divertible, covered, diverted, attended (alternative teams went, alone or with police), pick_up."),
    Column("share", "share", "The share: of all calls that count, pick_up of the covered ones."),
    Column("low", "share", "Other weeks would have given at least this (95 %)."),
    Column("high", "share", "Other weeks would have given at most this (95 %)."),
    Column("lowest", "share", "The low estimate of the table of call types."),
    Column("highest", "share", "The high estimate."),
    Column("by_time", "share", "The same share of the time that units were bound; empty where not known."),
)
YEAR_COLUMNS = (
    Column("year", "text", "Year; weeks count for the year of their Thursday."),
    Column("weeks", "count", "Weeks of it with all calls; 0 for years to come."),
    Column("diverted", "share", "Calls answered without police."),
    Column("low", "share", "Other weeks would have given at least this (95 %)."),
    Column("high", "share", "Other weeks would have given at most this (95 %)."),
    Column("wanted", "share", "What a straight way from where the city began to its goal asks for."),
    Column("status", "text", "ahead, behind, or not_known where the interval holds what is asked for; to_come."),
)
BASE_COLUMNS = (
    Column("base", "text", "residents: calls of residents. with_officers: those started by officers too."),
    Column("calls", "count", "Calls a year."),
    Column("now", "count", "Of them answered without police."),
    Column("wanted", "count", "Of them at the goal."),
    Column("missing", "count", "What is missing, a year."),
    Column("missing_per_day", "count", "What is missing, a day."),
)
LEVER_COLUMNS = (
    Column("lever", "text", "What is changed."),
    Column("need", "need", "The need it is about; empty: all."),
    Column("calls", "count", "Calls a year more with somebody to send, or answered, or no longer in the base."),
    Column("share", "share", "The same as a share of all calls that count."),
)


def weekly(weeks: pd.DataFrame, cells: pd.DataFrame, opened: Mapping[str, NDArray[np.float64]], area_ids: Sequence[str]) -> pd.DataFrame:
    """Return one row per whole week of `cells` with the sums of `weeks` and `covered`: calls that others could answer with somebody known on duty.

    `cells` are those of `measures.weekly_cells`, `opened` per need (areas, 336).
    """
    row_of = {area: row for row, area in enumerate(area_ids)}
    areas, needs = cells["area_id"].cat, cells["need"].cat
    rows = np.array([row_of.get(str(area), -1) for area in areas.categories], dtype=np.int64)[areas.codes.to_numpy()]
    slots, share = cells["slot"].to_numpy(dtype=np.int64), np.zeros(len(cells))
    for code, need in enumerate(needs.categories):
        if str(need) in opened:
            at = (needs.codes.to_numpy() == code) & (rows >= 0)
            share[at] = opened[str(need)][rows[at], slots[at]]
    covered = (cells["e_mid"] * share).groupby(cells["week"].to_numpy()).sum()
    by_week = weeks.drop(columns="need").groupby("week").sum()
    by_week = by_week[by_week.index >= (covered.index.min() if len(covered) else 0)]
    told: pd.DataFrame = by_week.assign(covered=covered.reindex(by_week.index).fillna(0.0))
    return told


def block_of(n_weeks: int) -> int:
    """Return how many weeks that follow one another are drawn together: four, fewer where there are few."""
    return max(1, min(4, n_weeks // 8))


def sure(by_week: pd.DataFrame, shares: Mapping[str, float | None], by_time: Mapping[str, float | None], *, knows_answer: bool) -> pd.DataFrame:
    """Return the shares with their intervals (`SURE_COLUMNS`). `shares` are the point values, with divertible_low and divertible_high."""
    import pandas as pd

    n = by_week["n"].to_numpy(dtype=np.float64)
    diverted = by_week[[f"n_{how}" for how in DIVERTED]].sum(axis=1).to_numpy(dtype=np.float64)
    attended = by_week[[f"n_{how}" for how in ATTENDED]].sum(axis=1).to_numpy(dtype=np.float64)
    covered = by_week["covered"].to_numpy(dtype=np.float64)
    parts = {"divertible": (by_week["e_mid"].to_numpy(dtype=np.float64), n), "covered": (covered, n)}
    if knows_answer:
        parts |= {"diverted": (diverted, n), "attended": (attended, n), "pick_up": (by_week["taken"].to_numpy(dtype=np.float64), covered)}
    rows = []
    for name, (above, below) in parts.items():
        low, high = ratio_interval(above, below, block=block_of(len(n)))
        is_defined = name == "divertible"
        ends = (shares["divertible_low"], shares["divertible_high"]) if is_defined else (None, None)
        rows.append((name, shares[name], low, high, *ends, by_time.get(name)))
    table = pd.DataFrame(rows, columns=[column.name for column in SURE_COLUMNS])
    numbers = [column.name for column in SURE_COLUMNS[1:]]
    table[numbers] = table[numbers].astype("float64").round(6)
    return table


def years(so_far: Sequence[YearOfGoal], *, baseline: float, target: float, from_year: int, to_year: int) -> pd.DataFrame:
    """Return where the city began, the years so far, and what the way asks for in the next year and at its end (`YEAR_COLUMNS`)."""
    import pandas as pd

    nothing = float("nan")
    rows: list[tuple[str, float, float, float, float, float, str]] = []
    known = {year.year: year for year in so_far}
    last = max(known, default=from_year)
    for year in sorted({from_year, *known, last + 1, to_year}):
        if year > to_year and year not in known:
            continue
        wanted = target_in(year, baseline=baseline, target=target, from_year=from_year, to_year=to_year)
        if year in known:
            told = known[year]
            rows.append((str(year), told.weeks, told.diverted, told.low, told.high, wanted, told.status))
        else:
            rows.append((str(year), 0, baseline if year == from_year else nothing, nothing, nothing, wanted, "" if year == from_year else "to_come"))
    return pd.DataFrame(rows, columns=[column.name for column in YEAR_COLUMNS]).round(6)


def bases(residents: float, officers: float, per_year: float, *, diverted: float, target: float) -> pd.DataFrame:
    """Return what the goal means in calls a year, for residents' calls and with those started by officers (`BASE_COLUMNS`).

    `residents` and `officers` are calls in the time of the cube. The share answered without police is taken of the base it is told for.
    """
    import pandas as pd

    rows = []
    for name, calls in (("residents", residents), ("with_officers", residents + officers)):
        goal = goal_in_calls(calls * per_year, years=1, baseline=diverted * residents / calls, target=target)
        rows.append((name, goal.base, goal.now, goal.wanted, goal.missing, goal.missing_per_day))
    return pd.DataFrame(rows[: 2 if officers > 0 else 1], columns=[column.name for column in BASE_COLUMNS]).round(6)


def levers_of(levers: Levers, show: Show, *, hours: int, limit: int, vehicles: float | None, not_sent: float | None, high: float) -> pd.DataFrame:
    """Return what would bring how many calls (`LEVER_COLUMNS`), each alone; they cannot be added, since one call may need two of them.

    `vehicles` and `not_sent` are calls in the time of the cube that a vehicle for every crew, and sending each free team, would bring; None where
    that is not known. `high` are the calls that the high estimate of the table adds.
    """
    import pandas as pd

    today = levers.answer()
    shifts = levers.best_shifts(hours=hours, limit=limit)
    openings = tuple(Opening((need,), slots_of(first, hours)) for need, first, _ in shifts)
    rows: list[tuple[str, str, float]] = []
    if openings:
        rows.append(("shifts", "", levers.answer(Change(openings)).covered - today.covered))
    missing = (levers.e * (1 - levers.open)).sum(axis=(1, 2))
    for row in np.argsort(-missing.round(6), kind="stable")[:3].tolist():
        if missing[row] > 0:
            always = Change((Opening((levers.needs[row],), tuple(range(levers.e.shape[2]))),))
            rows.append(("always", levers.needs[row], levers.answer(always).covered - today.covered))
    rows += [(name, "", calls) for name, calls in (("vehicles", vehicles), ("sent", not_sent), ("rules", high)) if calls is not None and calls > 0]
    need, share = LEVER_RULE
    if need in levers.needs:
        rows.append(("rule", need, today.base - levers.answer(Change(answered_by_rule={need: share})).base))
    told = [(name, need, show(calls), calls / today.base if today.base else 0.0) for name, need, calls in rows]
    table = pd.DataFrame(told, columns=[column.name for column in LEVER_COLUMNS])
    table["share"] = table["share"].mask(table["calls"].isna()).round(6)
    return table[table["calls"].isna() | (table["calls"] > 0)].reset_index(drop=True)
