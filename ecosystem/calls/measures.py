"""Who calls for what, where and when, and which of it could somebody other than police answer, on duty and free?

Every measure is an Ibis expression over three tables, with explicit types and nothing that only one engine knows:

- `incidents` as `ecosystem.calls.ingest` writes them (on any backend);
- `types`, the decided table of `CallTypes.table`;
- `coverage`, rows of need, area_id, slot (half hours), share_known, share_possible, as `half_hours` makes it from the coverage cube.

Terms. The *base* are community calls: not started by an officer (by flag or by type), not a duplicate, with a known half hour and area. *e* is the
share of such calls that others could answer, low, mid or high. `open` is the share of an area's residents for whom somebody is on duty, known or
possible. Divertible share DS = sum(e n) / sum(n); covered-divertible CDS = sum(e n open) / sum(n); diverted AD = calls that police did not go to
because an alternative, the phone or a form answered; attended AT = calls an alternative team went to, alone or with police. Few calls is not little
need: where people do not trust the number, they do not dial it.

The cost grows with the rows, and everything a person clicks reads the cube, whose size depends on needs, areas and half hours only; what a state or
a nation would take stands in the docstring of the package. A backend that shares work between machines runs the same expressions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosystem.calls.clocks import SLOTS
from ecosystem.calls.recode import EXCLUDED, UNKNOWN
from ecosystem.calls.uncertainty import rate_ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

TypeColumn = Literal["type_final", "type_initial"]

HOW = ("alternative", "both", "phone", "online", "police", "fire_medical", "nobody", "not_known")
"""Who answered. The first five are the answers of a city; fire_medical and nobody are outside of them, not_known where the feed does not tell."""
SUMMARIZED = ("need", "area_id", "how", "priority", "type")
DIVERTED = ("alternative", "phone", "online")
ATTENDED = ("alternative", "both")
FEW_CALLS = "Few calls is not little need: where people do not trust the number, they do not dial it."
BOUNDS = ("low", "mid", "high")

CUBE_COLUMNS = {
    "need": "need behind the call, or BASE-..., UNKNOWN",
    "area_id": "area",
    "slot": "half hour of the week, 0 = Monday 00:00",
    "n": "calls, by shares where a type is several needs",
    "unit_s": "seconds that units were bound",
    "timed_n": "calls whose time is known",
    **{f"e_{bound}": f"calls that others could answer, {bound} estimate" for bound in BOUNDS},
    **{f"s_{bound}": f"seconds of units on such calls, {bound} estimate" for bound in BOUNDS},
    **{f"n_{how}": f"calls answered: {how}" for how in HOW},
    "taken": "diverted calls of types that others could answer",
    "alternative_timed_n": "calls that an alternative team alone answered, whose time is known",
    "alternative_s": "seconds that alternative teams were bound on these",
}


def half_hours(coverage: pd.DataFrame, slot_minutes: int) -> pd.DataFrame:
    """Return a coverage table by half hours: hours are repeated, quarters of an hour averaged. Keeps what is open anywhere at all only."""
    frame = coverage.copy()
    for column in ("need", "area_id"):
        frame[column] = frame[column].astype(str)
    frame["slot"] = frame["slot"].astype("int64")
    keys, values = ["need", "area_id", "slot"], ["share_known", "share_possible"]
    if slot_minutes == 60:
        frame = frame.loc[frame.index.repeat(2)].assign(slot=lambda rows: rows["slot"] * 2 + np.tile([0, 1], len(rows) // 2))
    elif slot_minutes < 30:
        frame = frame.assign(slot=frame["slot"] * slot_minutes // 30).groupby(keys, as_index=False)[values].mean()
    return frame.loc[frame["share_possible"] > 0, keys + values].reset_index(drop=True)


def spread(incidents: ir.Table, beats: ir.Table) -> ir.Table:
    """Return incidents with those whose beat lies in several areas on one row per area, `weight` the share each counts for; 1 for all others.

    `beats` is the table of `Beats.table`. What a beat's shares leave is outside of all areas and stays without one.
    """
    import ibis

    everywhere = ["weight", "area_id", "beat"]
    own = [name for name in incidents.columns if name not in everywhere]
    one = ibis.literal(1.0)
    sums = beats.group_by(whole="beat").aggregate(placed=beats["weight"].cast("float64").sum())
    with_sum = incidents.left_join(sums, incidents["beat"] == sums["whole"])
    rest = with_sum.select(
        *own, area_id=with_sum["area_id"], beat=with_sum["beat"], weight=one - ibis.coalesce(with_sum["placed"].cast("float64"), ibis.literal(0.0))
    )
    rest = rest.filter(rest["weight"] > 1e-9)
    parts = incidents.drop("area_id").join(beats.rename(of="beat"), incidents["beat"] == beats["beat"])
    parts = parts.select(*own, area_id=parts["area_id"], beat=parts["beat"], weight=parts["weight"].cast("float64"))
    return rest.union(parts)


def recoded(incidents: ir.Table, types: ir.Table, *, by: TypeColumn = "type_final") -> ir.Table:
    """Return one row per incident and need: every incident that is not officer-started by flag and no duplicate, with its needs by shares.

    A type that nobody decided on that day is UNKNOWN. Rows of officer-started and administrative types stay, as EXCL-...; see `base`.
    """
    import ibis

    kept = incidents.filter(~incidents["is_officer_started"] & ~incidents["is_duplicate"])
    kept = kept.mutate(type=kept[by], day=kept["week"].cast("int64") * 7 + ibis.coalesce(kept["slot"].cast("int64") // 48, ibis.literal(0)))
    joined = kept.left_join(types, [kept["type"] == types["type"], kept["day"] >= types["from_day"], kept["day"] <= types["to_day"]])
    share = ibis.coalesce(joined["share"].cast("float64"), ibis.literal(1.0))
    if "weight" in joined.columns:
        share = share * joined["weight"]
    columns = {bound: share * ibis.coalesce(joined[bound].cast("float64"), ibis.literal(0.0)) for bound in BOUNDS}
    return joined.select(
        need=ibis.coalesce(joined["need"], ibis.literal(UNKNOWN)),
        type=joined[by],
        is_changed=joined["type_initial"] != joined["type_final"],
        share=share,
        area_id=joined["area_id"],
        slot=joined["slot"].cast("int64"),
        week=joined["week"].cast("int64"),
        how=joined["how"],
        unit_s=joined["unit_s"].cast("float64"),
        response_s=joined["response_s"].cast("float64"),
        priority=joined["priority"],
        **columns,
    )


def base(incidents: ir.Table, types: ir.Table, *, by: TypeColumn = "type_final") -> ir.Table:
    """Return the rows of community calls with a known half hour and area: what all shares are shares of."""
    rows = _placed(recoded(incidents, types, by=by))
    return rows.filter(rows["need"].notin(EXCLUDED))


def _placed(rows: ir.Table) -> ir.Table:
    return rows.filter(rows["area_id"].notnull() & rows["slot"].notnull())


def cube(incidents: ir.Table, types: ir.Table, *, by: TypeColumn = "type_final") -> ir.Table:
    """Return the demand cube: one row per need, area and half hour of the week with calls (`CUBE_COLUMNS`)."""
    return _summed(base(incidents, types, by=by), ["need", "area_id", "slot"])


def _summed(rows: ir.Table, keys: list[str]) -> ir.Table:
    return rows.group_by(keys).aggregate(**_sums(rows, [name for name in CUBE_COLUMNS if name not in keys]))


def _sums(rows: ir.Table, wanted: Sequence[str]) -> dict[str, ir.FloatingScalar]:
    """The sums of the cube by their names."""
    import ibis

    seconds = ibis.coalesce(rows["unit_s"], ibis.literal(0.0))
    nothing = ibis.literal(0.0)
    is_timed = (rows["how"] == "alternative") & rows["unit_s"].notnull()
    parts = {"n": rows["share"], "unit_s": rows["share"] * seconds, "timed_n": ibis.ifelse(rows["unit_s"].notnull(), rows["share"], nothing)}
    parts |= {f"e_{bound}": rows[bound] for bound in BOUNDS}
    parts |= {f"s_{bound}": rows[bound] * seconds for bound in BOUNDS}
    parts |= {f"n_{how}": ibis.ifelse(rows["how"] == how, rows["share"], nothing) for how in HOW}
    parts["taken"] = ibis.ifelse(rows["how"].isin(DIVERTED) & (rows["high"] > 0), rows["share"], nothing)
    parts["alternative_timed_n"] = ibis.ifelse(is_timed, rows["share"], nothing)
    parts["alternative_s"] = ibis.ifelse(is_timed, rows["share"] * seconds, nothing)
    return {name: parts[name].sum() for name in wanted}


WEEK_COLUMNS = ("n", *(f"e_{bound}" for bound in BOUNDS), *(f"n_{how}" for how in HOW), "taken")


def weeks(incidents: ir.Table, types: ir.Table) -> ir.Table:
    """Return one row per week and need with the sums behind its shares (`WEEK_COLUMNS`): for intervals over weeks and the way to the goal."""
    rows = base(incidents, types)
    return rows.group_by(["week", "need"]).aggregate(**_sums(rows, WEEK_COLUMNS))


def weekly_cells(incidents: ir.Table, types: ir.Table) -> ir.Table:
    """Return the calls that others could answer, `e_mid`, per week, need, area and half hour: what the coverage of any day is laid over."""
    rows = base(incidents, types)
    rows = rows.filter(rows["mid"] > 0)
    return rows.group_by(["week", "need", "area_id", "slot"]).aggregate(**_sums(rows, ("e_mid",)))


def with_coverage(cells: ir.Table, coverage: ir.Table) -> ir.Table:
    """Return cells with `open_known` and `open_possible`; 0 where the coverage table has no row, since nobody is on duty then."""
    import ibis

    keys = ["need", "area_id", "slot"]
    joined = cells.left_join(coverage, [cells[key] == coverage[key].cast(cells[key].type()) for key in keys])
    own = {name: joined[name] for name in cells.columns}
    shares = {f"open_{side}": ibis.coalesce(joined[f"share_{side}"].cast("float64"), ibis.literal(0.0)) for side in ("known", "possible")}
    return joined.select(**own, **shares)


def shares(cells: ir.Table, coverage: ir.Table) -> ir.Table:
    """Return one row of sums from which `Shares.of` makes every share: calls and unit seconds, in all, divertible, covered, by who answered."""
    import ibis

    joined = with_coverage(cells, coverage)
    sums = {name: joined[name].sum() for name in CUBE_COLUMNS if name not in ("need", "area_id", "slot")}
    sums["unknown"] = ibis.ifelse(joined["need"] == UNKNOWN, joined["n"], ibis.literal(0.0)).sum()
    for bound in BOUNDS:
        for side in ("known", "possible"):
            sums[f"c_{bound}_{side}"] = (joined[f"e_{bound}"] * joined[f"open_{side}"]).sum()
            sums[f"cs_{bound}_{side}"] = (joined[f"s_{bound}"] * joined[f"open_{side}"]).sum()
    return joined.aggregate(**sums)


def by_need(cells: ir.Table, coverage: ir.Table) -> ir.Table:
    """Return one row per need: calls and time on task, divertible, covered, taken, and who answered.

    Time on task is the share of unit seconds next to the share of calls: the two can be far apart. Pick-up of eligible calls is
    `taken` / `covered_known`.
    """
    joined = with_coverage(cells, coverage)
    sums = {name: joined[name].sum() for name in ("n", "unit_s", "timed_n", "taken", *(f"e_{b}" for b in BOUNDS), *(f"n_{how}" for how in HOW))}
    sums |= {f"covered_{side}": (joined["e_mid"] * joined[f"open_{side}"]).sum() for side in ("known", "possible")}
    return joined.group_by("need").aggregate(**sums).order_by("need")


def unmet(cells: ir.Table, coverage: ir.Table) -> ir.Table:
    """Return one row per need, area and half hour with `unmet` (nobody known) and `unmet_at_least` (nobody possible either), in calls and seconds.

    Unmet = sum e n (1 - open): the gain of opening a need in an area for a shift is the sum over the shift's half hours.
    """
    joined = with_coverage(cells, coverage)
    joined = joined.filter(joined["e_mid"] > 0)
    return joined.group_by(["need", "area_id", "slot"]).aggregate(
        unmet=(joined["e_mid"] * (1.0 - joined["open_known"])).sum(),
        unmet_at_least=(joined["e_mid"] * (1.0 - joined["open_possible"])).sum(),
        unmet_s=(joined["s_mid"] * (1.0 - joined["open_known"])).sum(),
    )


def by_area(cells: ir.Table, coverage: ir.Table) -> ir.Table:
    """Return one row per area: calls, divertible, covered, taken, attended by an alternative team, and of those with police (`n_both`, backup)."""
    joined = with_coverage(cells, coverage)
    sums = {name: joined[name].sum() for name in ("n", "unit_s", "taken", "e_low", "e_mid", "e_high", "n_alternative", "n_both")}
    sums |= {f"covered_{side}": (joined["e_mid"] * joined[f"open_{side}"]).sum() for side in ("known", "possible")}
    return joined.group_by("area_id").aggregate(**sums).order_by("area_id")


def by_group(cells: ir.Table, coverage: ir.Table, groups: ir.Table) -> ir.Table:
    """Return one row per group of areas with the sums behind its shares; see `compare_groups`. `groups` has area_id and group.

    An area may be in several groups; areas in none are left out.
    """
    areas = by_area(cells, coverage)
    joined = areas.join(groups.select(in_area="area_id", group="group"), areas["area_id"] == groups["area_id"])
    sums = ("n", "unit_s", "taken", "e_low", "e_mid", "e_high", "n_alternative", "n_both", "covered_known", "covered_possible")
    return joined.group_by("group").aggregate(**{name: joined[name].sum() for name in sums}).order_by("group")


def compare_groups(table: pd.DataFrame, residents: Mapping[str, float]) -> pd.DataFrame:
    """Return the groups of `by_group` with their rate against all other groups: a row per group.

    `calls_per_1000` residents; `ratio`, `ratio_low`, `ratio_high` of its rate to that of the others together (95 %); `divertible`, `covered` and
    `pick_up` as shares. `note` is filled where a group calls less: few calls is not little need. Groups must not share areas.
    """
    people = table["group"].map(residents).astype("float64")
    others, other_people = table["n"].sum() - table["n"], people.sum() - people
    ratios = [rate_ratio((a, b), (c, d)) for a, b, c, d in zip(table["n"], others, people, other_people, strict=True)]
    ratio, low, high = (np.array(side, dtype=np.float64) for side in (zip(*ratios, strict=True) if ratios else ((), (), ())))
    return table.assign(
        calls_per_1000=1_000 * table["n"] / people.where(people > 0),
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        divertible=table["e_mid"] / table["n"].where(table["n"] > 0),
        covered=table["covered_known"] / table["e_mid"].where(table["e_mid"] > 0),
        pick_up=table["taken"] / table["covered_known"].where(table["covered_known"] > 0),
        note=np.where(~(ratio >= 1), FEW_CALLS, ""),
    )


def time_on_task(needs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `by_need` with both weights side by side: `share_of_calls`, and `share_of_time` of the seconds units were bound.

    `minutes_per_call` is the mean over calls whose time is known, `share_timed` how many these are.
    """
    return needs.assign(
        share_of_calls=needs["n"] / needs["n"].sum(),
        share_of_time=needs["unit_s"] / needs["unit_s"].sum(),
        minutes_per_call=needs["unit_s"] / 60 / needs["timed_n"].where(needs["timed_n"] > 0),
        share_timed=needs["timed_n"] / needs["n"].where(needs["n"] > 0),
    )


def summaries(incidents: ir.Table, types: ir.Table) -> ir.Table:
    """Return calls, unit time and response times by each of `SUMMARIZED`: one row per `by` and `value`, and one for all, whose value is empty.

    `n` calls by shares; `unit_s` seconds of units on them, `timed_n` of them with a known time; `counted` rows of the base (a call whose type is
    several needs counts once per need), of which `changed` got another type than the first one and `valid` have an arrival; `median_min` and
    `p90_min` the minutes from the call to the first arrival of these. Nothing is filled in for calls without an arrival. Types that are no demand
    are in no row but those of EXCL-... among the needs.
    """
    import ibis

    placed = _placed(recoded(incidents, types))
    rows = placed.filter(placed["need"].notin(EXCLUDED))
    facts = ("share", "unit_s", "response_s", "is_changed")
    parts = []
    for by in ("all", *SUMMARIZED):
        of = placed if by == "need" else rows
        value = of[by].cast("string") if by in SUMMARIZED else ibis.literal("")
        parts.append(of.select(by=ibis.literal(by), value=value, **{name: of[name] for name in facts}))
    told = ibis.union(*parts)
    minutes, nothing = told["response_s"] / 60.0, ibis.literal(0.0)
    return told.group_by(["by", "value"]).aggregate(
        n=told["share"].sum(),
        unit_s=(told["share"] * ibis.coalesce(told["unit_s"], nothing)).sum(),
        timed_n=ibis.ifelse(told["unit_s"].notnull(), told["share"], nothing).sum(),
        counted=told.count(),
        changed=ibis.ifelse(told["is_changed"], ibis.literal(1.0), nothing).sum(),
        valid=told["response_s"].count(),
        median_min=minutes.quantile(0.5),
        p90_min=minutes.quantile(0.9),
    )


def profile(incidents: ir.Table, types: ir.Table, *, needs: tuple[str, ...] = ()) -> ir.Table:
    """Return one row per need, area, year of 52 weeks and half hour: when and where need lay, year by year, for finding what has moved."""
    rows = base(incidents, types)
    if needs:
        rows = rows.filter(rows["need"].isin(needs))
    last = rows.aggregate(last=rows["week"].max())
    dated = rows.cross_join(last)
    dated = dated.mutate(years_ago=((dated["last"] - dated["week"]) / 52).floor().cast("int64"))
    return dated.group_by(["need", "area_id", "years_ago", "slot"]).aggregate(n=dated["share"].sum())


def funnel(incidents: ir.Table, types: ir.Table) -> ir.Table:
    """Return one row: rows, units, incidents, then what leaves the base and why, and what stays.

    `by_flag` and `by_type` are the two ways to see officer-started and administrative work; a call caught by both is counted under the flag.
    """
    import ibis

    one, nothing = ibis.literal(1.0), ibis.literal(0.0)
    weight = incidents["weight"] if "weight" in incidents.columns else one
    counted = incidents.mutate(counted=weight)
    counts = counted.aggregate(
        units=(counted["n_rows"] * counted["counted"]).sum().cast("float64"),
        incidents=counted["counted"].sum(),
        by_flag=ibis.ifelse(counted["is_officer_started"], counted["counted"], nothing).sum(),
        duplicates=ibis.ifelse(counted["is_duplicate"] & ~counted["is_officer_started"], counted["counted"], nothing).sum(),
    )
    rows = recoded(incidents, types)
    is_out = rows["need"].isin(EXCLUDED)
    left = rows.aggregate(
        by_type=ibis.ifelse(is_out, rows["share"], nothing).sum(),
        community=ibis.ifelse(~is_out, rows["share"], nothing).sum(),
        with_hour=ibis.ifelse(~is_out & rows["slot"].notnull(), rows["share"], nothing).sum(),
        in_area=ibis.ifelse(~is_out & rows["slot"].notnull() & rows["area_id"].notnull(), rows["share"], nothing).sum(),
        unknown=ibis.ifelse((rows["need"] == UNKNOWN), rows["share"], nothing).sum(),
    )
    return counts.cross_join(left)


def officer_started(incidents: ir.Table) -> ir.Table:
    """Return one row: incidents that the export flags as started by an officer, by shares where a beat lies in several areas."""
    flagged = incidents.filter(incidents["is_officer_started"])
    return flagged.aggregate(n=flagged["weight"].sum() if "weight" in incidents.columns else flagged.count().cast("float64"))


def type_weeks(incidents: ir.Table) -> ir.Table:
    """Return per type the calls and its first and last week, for `changed_types`."""
    dated = incidents.filter(incidents["week"].notnull())
    return dated.group_by(type="type_final").aggregate(n=dated.count(), first=dated["week"].min(), last=dated["week"].max()).order_by("type")


def changed_types(table: pd.DataFrame, *, least: int = 20, quiet_weeks: int = 8) -> pd.DataFrame:
    """Return types that were born or died within the time: no call in the first or last `quiet_weeks`, though they have at least `least`.

    A change of codes looks like a change of the city. `table` is what `type_weeks` gives; the column `change` says new or vanished.
    """
    import pandas as pd

    if table.empty:
        return pd.DataFrame({"type": [], "n": [], "change": [], "week": []})
    common, start, end = table[table["n"] >= least], table["first"].min(), table["last"].max()
    new = common[common["first"] >= start + quiet_weeks].assign(change="new", week=lambda rows: rows["first"])
    gone = common[common["last"] <= end - quiet_weeks].assign(change="vanished", week=lambda rows: rows["last"])
    both: pd.DataFrame = pd.concat([new, gone])[["type", "n", "change", "week"]]
    return both.sort_values(["week", "type"], ignore_index=True)


def calls_by_slot(cells: pd.DataFrame, *, needs: tuple[str, ...], area_ids: tuple[str, ...], slot_minutes: int = 30) -> dict[str, np.ndarray]:
    """Return per need the calls of a fetched cube as an array (areas, slots). Cells are half hours; other slot lengths share or sum them.

    Needs without calls are left out.
    """
    area_row = {area_id: row for row, area_id in enumerate(area_ids)}
    calls: dict[str, np.ndarray] = {}
    for need, rows in cells[cells["need"].isin(needs) & cells["area_id"].isin(area_row)].groupby("need", sort=True, observed=True):
        array = np.zeros((len(area_ids), SLOTS))
        np.add.at(array, (rows["area_id"].map(area_row).to_numpy(dtype="int64"), rows["slot"].to_numpy()), rows["n"].to_numpy(dtype="float64"))
        if array.sum() <= 0:
            continue
        if slot_minutes == 60:
            array = array.reshape(len(area_ids), SLOTS // 2, 2).sum(axis=2)
        elif slot_minutes < 30:
            array = np.repeat(array, 30 // slot_minutes, axis=1) / (30 // slot_minutes)
        calls[str(need)] = array
    return calls


def demand_weights(cells: pd.DataFrame, *, needs: tuple[str, ...], area_ids: tuple[str, ...], slot_minutes: int = 30) -> dict[str, np.ndarray]:
    """Return per need the calls as an array (areas, slots), scaled so that the mean cell weighs 1: an hour with twice the mean of calls weighs 2.

    Needs without calls are left out: they keep weight 1 everywhere. `Coverage.with_calls` weighs residents by calls per resident instead.
    """
    calls = calls_by_slot(cells, needs=needs, area_ids=area_ids, slot_minutes=slot_minutes)
    return {need: array / array.mean() for need, array in calls.items()}
