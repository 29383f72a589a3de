"""Do neighborhoods differ in how many calls come, how many others could answer, and how they are answered?

An area's rate is drawn towards that of all where it rests on few calls, and carries its interval (`ecosystem.calls.uncertainty`). Few calls is not
little need: where people do not trust the number, they do not dial it. So areas are compared by groups of residents, with that warning beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls import measures
from ecosystem.calls.uncertainty import rate_ratio, shrunken_rates
from ecosystem.calls.unmet import PART_HOURS, PARTS, unmet_of
from ecosystem.findings import Column

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosystem.calls.levers import Levers

FIFTH = 0.2
LEAST_AREAS = 10
"""With fewer areas than this a fifth of the city would be one or two."""

AREA_COLUMNS = (
    Column("area_id", "area", "Area."),
    Column("calls", "count", "Calls a year."),
    Column("per_1000", "count", "Calls a year for each 1,000 residents. Few calls is not little need."),
    Column("divertible", "share", "Share of these calls that others could answer, middle estimate."),
    Column("covered", "share", "Of these: share with somebody known to be on duty."),
    Column("pick_up", "share", "Of those: share answered without police."),
    Column("unmet", "count", "Calls a year that others could answer, with nobody known to be on duty; of few calls drawn towards the rate of all."),
    Column("unmet_low", "count", "At least (95 %)."),
    Column("unmet_high", "count", "At most (95 %)."),
    Column("alternative", "count", "Calls in the time counted that an alternative team went to, alone or with police."),
    Column("with_police", "share", "Of these: share that police went to as well."),
    Column("p90_min", "count", "Nine of ten calls with a valid arrival had somebody there within so many minutes."),
)
PART_COLUMNS = (
    Column("area_id", "area", "Area."),
    Column("days", "text", "weekdays (Monday to Friday) or weekend."),
    Column("first_hour", "count", "Four hours of the day begin at this hour."),
    Column("unmet", "count", "Calls a year that others could answer, with nobody known to be on duty; of few calls drawn towards the rate of all."),
    Column("unmet_low", "count", "At least (95 %)."),
    Column("unmet_high", "count", "At most (95 %)."),
)
GROUP_COLUMNS = (
    Column("group", "text", "Group of residents by which areas are ordered."),
    Column("fifth", "text", "most, least: the areas where most, or fewest, of the residents belong to the group; about a fifth of the city each."),
    Column("areas", "count", "How many areas these are."),
    Column("per_1000", "count", "Calls a year for each 1,000 residents. Few calls is not little need."),
    Column("ratio", "share", "The rate of calls where most live over that where fewest do."),
    Column("ratio_low", "share", "At least (95 %)."),
    Column("ratio_high", "share", "At most (95 %)."),
    Column("divertible", "share", "Share of calls that others could answer, middle estimate."),
    Column("covered", "share", "Of these: share with somebody known to be on duty."),
    Column("pick_up", "share", "Of those: share answered without police."),
)


def sums_by_area(cells: pd.DataFrame, area_ids: tuple[str, ...]) -> pd.DataFrame:
    """Return the sums of a cube with its open shares by area, in the order of `area_ids`, 0 where no call came from."""
    wanted = ["n", "e_mid", "taken", *(f"n_{how}" for how in measures.ATTENDED)]
    sums = cells.assign(covered=cells["e_mid"] * cells["open_known"]).groupby("area_id", observed=True)[[*wanted, "covered"]].sum()
    sums.index = sums.index.astype(str)
    return sums.reindex(list(area_ids)).fillna(0.0)


def by_area(
    sums: pd.DataFrame, residents: NDArray[np.float64], summaries: pd.DataFrame, per_year: float, *, minimum: int = 0, states: tuple[bool, bool]
) -> pd.DataFrame:
    """Return one row per area (`AREA_COLUMNS`). `residents` are in the order of the rows of `sums`; `states` says if a divertible share may be
    stated, and if the exports tell who answered."""
    is_stated, knows_answer = states
    seen = summaries[summaries["by"] == "area_id"].set_index("value").reindex(sums.index)
    counts = (sums["e_mid"] - sums["covered"]).clip(lower=0.0).to_numpy(dtype=np.float64)
    people = np.where(residents > 0, residents, 0.0)
    rate, low, high = shrunken_rates(counts, people if people.any() else np.ones(len(counts)))
    weight = (people if people.any() else np.ones(len(counts))) * per_year
    attended = sums["n_alternative"] + sums["n_both"]
    few, few_unmet = sums["n"] < minimum, counts < minimum
    table = sums[[]].assign(
        area_id=sums.index,
        calls=sums["n"] * per_year,
        per_1000=1_000 * sums["n"] * per_year / np.where(residents > 0, residents, np.nan),
        divertible=sums["e_mid"] / sums["n"].where(sums["n"] > 0),
        covered=sums["covered"] / sums["e_mid"].where(sums["e_mid"] >= max(minimum, 1e-9)),
        pick_up=(sums["taken"] / sums["covered"].where(sums["covered"] >= max(minimum, 1e-9))).mask(sums["taken"] < minimum),
        unmet=np.where(few_unmet, np.nan, rate * weight),
        unmet_low=np.where(few_unmet, np.nan, low * weight),
        unmet_high=np.where(few_unmet, np.nan, high * weight),
        alternative=attended.mask(attended < minimum),
        with_police=(sums["n_both"] / attended.where(attended > 0)).mask((attended < minimum) | (sums["n_both"] < minimum)),
        p90_min=seen["p90_min"].mask(seen["valid"].fillna(0) < max(1, minimum)),
    )
    numbers = [column.name for column in AREA_COLUMNS[1:]]
    table[numbers] = table[numbers].astype("float64").mask(few, axis=0).round(6)
    if not is_stated:
        table[["divertible", "covered", "pick_up", "unmet", "unmet_low", "unmet_high"]] = np.nan
    if not knows_answer:
        table[["pick_up", "alternative", "with_police"]] = np.nan
    return table[["area_id", *numbers]].reset_index(drop=True)


def by_part(levers: Levers, residents: NDArray[np.float64], per_year: float, *, minimum: int = 0) -> pd.DataFrame:
    """Return one row per area and part of the week (`PART_COLUMNS`); within a part, thin areas are drawn towards the rate of all."""
    import pandas as pd

    days = unmet_of(levers).reshape(-1, 7, 24 // PART_HOURS, 2 * PART_HOURS).sum(axis=3)
    counts = np.concatenate([days[:, :5].sum(axis=1), days[:, 5:].sum(axis=1)], axis=1)
    people = np.where(residents > 0, residents, 0.0) if (residents > 0).any() else np.ones(len(residents))
    told = [np.stack(shrunken_rates(counts[:, part], people)) * people * per_year for part in range(len(PARTS))]
    few = counts < minimum
    rows = [
        (area, day, hour, *(np.full(3, np.nan) if few[row, part] else told[part][:, row]).tolist())
        for row, area in enumerate(levers.area_ids)
        for part, (day, hour) in enumerate(PARTS)
    ]
    return pd.DataFrame(rows, columns=[column.name for column in PART_COLUMNS]).round(6)


def by_group(
    sums: pd.DataFrame, residents: NDArray[np.float64], groups: Mapping[str, NDArray[np.float64]], per_year: float, *, minimum: int = 0,
    states: tuple[bool, bool],
) -> pd.DataFrame:  # fmt: skip
    """Return two rows per group of residents (`GROUP_COLUMNS`): the fifth of the city where most live, and that where fewest do.

    `groups` and `residents` are people per area, in the order of the rows of `sums`. Empty where there are few areas.
    """
    import pandas as pd

    is_stated, knows_answer = states
    rows = []
    inhabited = np.flatnonzero(residents > 0)
    for name, members in sorted(groups.items()) if len(inhabited) >= LEAST_AREAS else ():
        share = members[inhabited] / residents[inhabited]
        if share.max() - share.min() <= 0:
            continue
        ordered = inhabited[np.argsort(-share.round(9), kind="stable")]
        ends = {"most": _fifth(ordered, residents), "least": _fifth(ordered[::-1], residents)}
        people = {end: float(residents[areas].sum()) for end, areas in ends.items()}
        total = {end: sums.iloc[areas].sum() for end, areas in ends.items()}
        ratio = rate_ratio((total["most"]["n"], total["least"]["n"]), (people["most"], people["least"]))
        for end, areas in ends.items():
            n, e, covered, taken = (float(total[end][key]) for key in ("n", "e_mid", "covered", "taken"))
            if n < max(1, minimum):
                rows.append((name, end, len(areas), *[np.nan] * 7))
                continue
            rows.append(
                (name, end, len(areas), 1_000 * n * per_year / people[end], *(ratio if end == "most" else (np.nan,) * 3),
                 e / n if is_stated else np.nan, covered / e if is_stated and e >= max(1, minimum) else np.nan,
                 taken / covered if is_stated and knows_answer and covered >= max(1, minimum) and taken >= minimum else np.nan)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=[column.name for column in GROUP_COLUMNS]).round(6)


def _fifth(ordered: NDArray[np.intp], residents: NDArray[np.float64]) -> NDArray[np.intp]:
    """The first areas that together have a fifth of the residents, at least one."""
    upto = int(np.searchsorted(residents[ordered].cumsum(), FIFTH * residents.sum())) + 1
    return np.sort(ordered[:upto])
