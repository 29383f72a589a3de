"""Who answers the calls, how fast, when do they come, is it the same everywhere, and who decided what others may answer?

Everything here is read from the tables of the analysis `diversion`; a city without calls has no such chapter.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ecosystem.presentation import number, percent_text, share_text
from ecosystem.report.document import Block, Chapter, Heading, Paragraph, Table
from ecosystem.report.material import Material

MOST_TYPES = 15
MOST_APART = 2
"""So many needs are named whose share of calls and share of time lie far apart."""
LEAST_APART = 0.01


def write(m: Material) -> Chapter | None:
    """Return the chapter of answers; None where there are no calls."""
    found = m.results.get("diversion")
    if found is None or "calls_responses" not in found.more:
        return None
    more = found.more
    blocks: list[Block] = [Paragraph(m.say("answers.lead"), "lead")]
    blocks += _who(m, more.get("calls_answered"))
    blocks += _time(m, found.table)
    blocks += _fast(m, more["calls_responses"])
    blocks += _when(m, more["calls_windows"])
    blocks += _groups(m, more["calls_groups"])
    blocks += _types(m, more["calls_types"])
    return Chapter("answers", m.say("answers"), tuple(blocks))


def _share(m: Material, share: float) -> str:
    return "" if math.isnan(share) else share_text(share, m.language)


def _number(value: float, digits: int = 0) -> str:
    return "" if math.isnan(value) else number(value, digits)


def _calls(m: Material, count: float) -> str:
    return m.say("calls.heat.some") if math.isnan(count) else number(count)


def _points(m: Material, share: float) -> str:
    return "" if math.isnan(share) else percent_text(share, m.language)


def _hour(hour: float) -> str:
    return f"{int(hour) % 24:02d}:{'30' if hour % 1 else '00'}"


def _who(m: Material, table: pd.DataFrame | None) -> list[Block]:
    """Who answered, alone or with police, by calls and by time."""
    blocks: list[Block] = [Heading(m.say("answers.how"))]
    if table is None or table.empty:
        return [*blocks, Paragraph(m.say("answers.how.none"))]
    share = dict(zip(table["how"], table["share_of_calls"], strict=True))
    went = [share.get(how, 0.0) for how in ("alternative", "both")]
    if not math.isnan(sum(went)) and sum(went) > 0:
        blocks.append(Paragraph(m.say("answers.how.attended", first=_points(m, sum(went)), share=went[1] / sum(went))))
    diverted = sum(share.get(how, 0.0) for how in ("alternative", "phone", "online"))
    if not math.isnan(diverted):
        blocks.append(Paragraph(m.say("answers.how.diverted", first=_points(m, diverted))))
    rows = [
        (m.catalogue.text(f"how.{row['how']}"), _calls(m, row["calls"]), _share(m, row["share_of_calls"]), _share(m, row["share_of_time"]),
         _number(row["minutes_per_call"]), _number(row["median_min"], 1), _number(row["p90_min"], 1), _share(m, row["with_arrival"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    header = ("how", "calls", "share_of_calls", "share_of_time", "minutes_per_call", "median_min", "p90_min", "with_arrival")
    timed = m.results["diversion"].more["calls_responses"]["timed"].iloc[0]
    note = m.say("answers.how.note", share=None if math.isnan(timed) else timed)
    return [*blocks, Table(m.say("answers.how"), tuple(m.column(name) for name in header), tuple(rows), frozenset(range(1, 8)), note)]


def _time(m: Material, table: pd.DataFrame) -> list[Block]:
    """The needs whose share of calls and share of time lie furthest apart: the table stands in the chapter of the goal."""
    blocks: list[Block] = [Heading(m.say("answers.time"))]
    known = table[table["need"].isin(list(m.eco.taxonomy.needs)) & table["share_of_time"].notna()]
    if known.empty or known["share_of_time"].sum() <= 0:
        return [*blocks, Paragraph(m.say("answers.time.none"))]
    apart = known.assign(apart=(known["share_of_time"] - known["share_of_calls"]).round(6)).sort_values(["apart", "need"])
    told = [*apart.tail(MOST_APART).iloc[::-1].to_dict("records"), *apart.head(1).to_dict("records")]
    far = [row for row in told if abs(row["apart"]) >= LEAST_APART]
    said = [
        m.say("answers.time.more", need=row["need"], first=_points(m, row["share_of_calls"]), last=_points(m, row["share_of_time"])) for row in far
    ]
    return [*blocks, Paragraph(" ".join(dict.fromkeys(said)))] if said else []


def _fast(m: Material, table: pd.DataFrame) -> list[Block]:
    """Median and nine of ten, with the share of calls for which an arrival is known."""
    blocks: list[Block] = [Heading(m.say("answers.fast"))]
    whole = table.iloc[0]
    if math.isnan(whole["median_min"]):
        return [*blocks, Paragraph(m.say("answers.fast.none"))]
    minutes = {"first": number(whole["median_min"], 1), "last": number(whole["p90_min"], 1)}
    blocks.append(Paragraph(m.say("answers.fast.all", **minutes, share=whole["with_arrival"])))
    for by, title in (("need", "answers.fast.by_need"), ("priority", "answers.fast.by_priority")):
        of = table[(table["by"] == by) & table["median_min"].notna()]
        if by == "need":
            of = of.sort_values(["calls", "value"], ascending=[False, True])
        rows = tuple(
            (m.say("need", need=row["value"]) if by == "need" else str(row["value"]), _number(row["calls"]), _number(row["median_min"], 1),
             _number(row["p90_min"], 1), _share(m, row["with_arrival"]), _number(row["minutes_per_call"]))
            for row in of.to_dict("records")
        )  # fmt: skip
        header = tuple(m.column(name) for name in (by, "calls", "median_min", "p90_min", "with_arrival", "minutes_per_call"))
        if rows:
            blocks.append(Table(m.say(title), header, rows, frozenset(range(1, 6)), m.say("answers.fast.note") if by == "need" else ""))
    return blocks


def _when(m: Material, table: pd.DataFrame) -> list[Block]:
    """The busiest hours of each need with who is on duty then; and what has moved over the years, where they are known."""
    if table.empty:
        return []
    blocks: list[Block] = [Heading(m.say("answers.when"))]
    left = (table["calls"] * table["share_in_window"] * (1 - table["on_duty_known"])).where(table["need"].map(m.is_response), 0.0)
    if left.max() > 0:
        row = table.iloc[int(left.to_numpy().argmax())]
        values = {"need": row["need"], "window": _window(row), "share": row["share_in_window"], "covered": row["on_duty_known"]}
        blocks.append(Paragraph(m.say("answers.when.first", **values)))
    rows = []
    for told in table.to_dict("records"):
        known, possible = _share(m, told["on_duty_known"]), _share(m, told["on_duty_possible"])
        duty = known if known == possible else f"{known} – {possible}"
        rows.append((m.say("need", need=told["need"]), _number(told["calls"]), _window(told), _share(m, told["share_in_window"]), duty))
    header = tuple(m.column(name) for name in ("need", "calls", "busiest", "share_in_window", "on_duty"))
    blocks.append(Table(m.say("answers.when"), header, tuple(rows), frozenset((1, 2, 3, 4)), m.say("answers.when.note")))
    moved = table[table["moved"].notna()]
    if len(moved):
        lines = tuple(
            (
                m.say("need", need=row["need"]),
                _number(row["years_ago"]),
                _number(row["calls_then"]),
                _number(row["calls_now"]),
                _share(m, row["moved"]),
            )
            for row in moved.to_dict("records")
        )
        header = tuple(m.column(name) for name in ("need", "years_ago", "calls_then", "calls_now", "moved"))
        blocks += [Heading(m.say("answers.moved"))]
        blocks.append(Table(m.say("answers.moved"), header, lines, frozenset((1, 2, 3, 4)), m.say("answers.moved.note")))
    return blocks


def _window(row: Mapping[Any, Any] | pd.Series[Any]) -> str:
    return f"{_hour(float(row['first_hour']))}–{_hour(float(row['last_hour']))}"


def _groups(m: Material, table: pd.DataFrame) -> list[Block]:
    """Neighborhoods with most and with fewest residents of a group, with the warning that few calls is not little need."""
    blocks: list[Block] = [Heading(m.say("answers.groups")), Paragraph(m.say("answers.groups.caution"), "caution")]
    if table.empty:
        return [*blocks, Paragraph(m.say("answers.groups.none"), "note")]
    rows = []
    for row in table.to_dict("records"):
        name = m.say("quoted.text", field=str(row["group"]).replace("_", " "))
        if not math.isnan(row["ratio"]):
            ends = {"number": f"{row['ratio']:.2f}", "first": f"{row['ratio_low']:.2f}", "last": f"{row['ratio_high']:.2f}"}
            blocks.append(Paragraph(m.say("answers.groups.ratio", field=name, **ends)))
        shares = (_share(m, row[column]) for column in ("divertible", "covered", "pick_up"))
        rows.append((m.say(f"answers.group.{row['fifth']}", field=name), _number(row["areas"]), _number(row["per_1000"]), *shares))
    header = tuple(m.column(name) for name in ("group", "areas", "per_1000", "divertible_share", "covered", "pick_up"))
    return [*blocks, Table(m.say("answers.groups"), header, tuple(rows), frozenset(range(1, 6)), m.say("answers.groups.note"))]


def _types(m: Material, table: pd.DataFrame) -> list[Block]:
    """Which types others may answer, by whose decision, until when it holds, and how sure a type is when the call comes in."""
    if table.empty:
        return []
    decided = table[table["decided_on"] != ""]
    said = [m.say("answers.types.decided", n=len(decided), total=len(table))]
    days = sorted(dt.date.fromisoformat(day) for day in decided["review_by"] if day)
    past = sum(day < m.city.as_of for day in days)
    if days[past:]:
        said.append(m.say("answers.types.review", date=days[past]))
    if past:
        said.append(m.say("answers.types.overdue", n=past))
    blocks: list[Block] = [Heading(m.say("answers.types")), Paragraph(" ".join(said))]
    calls, changed, agreement = (table[name].to_numpy(dtype=np.float64) for name in ("calls", "changed", "agreement"))
    share_changed = float((np.nan_to_num(changed) * calls).sum() / max(calls.sum(), 1.0))
    told = [m.say("answers.types.changed", share=share_changed)] if share_changed > 0 else []
    studied = float(calls[~np.isnan(agreement)].sum())
    if studied > 0:
        mean = float((np.nan_to_num(agreement) * calls).sum() / studied)
        told.append(m.say("answers.types.agreement", first=_points(m, mean), share=studied / float(calls.sum())))
    else:
        told.append(m.say("answers.types.agreement.none"))
    blocks.append(Paragraph(" ".join(told)))
    with_names = bool((table["decided_by"] != "").any())
    rows = []
    for row in table.head(MOST_TYPES).to_dict("records"):
        between = "" if math.isnan(row["mid"]) or not row["decided_on"] else " – ".join(_share(m, row[bound]) for bound in ("low", "mid", "high"))
        tier = m.catalogue.text(f"tier.{row['tier']}") if row["tier"] else ""
        who = (row["decided_by"],) if with_names else ()
        days_of = (m.date(dt.date.fromisoformat(day)) if day else "" for day in (row["decided_on"], row["review_by"]))
        name = " – ".join(filter(None, (str(row["type"]), str(row["description"]).capitalize() if row["description"] != row["type"] else "")))
        rows.append((name, _number(row["calls"]), tier, between, *who, *days_of))
    names = ("type", "calls", "tier", "divertible", *(("decided_by",) if with_names else ()), "decided_on", "review_by")
    header = tuple(m.column(name) for name in names)
    caption = m.say("answers.types.most", n=len(rows))
    return [*blocks, Table(caption, header, tuple(rows), frozenset((1, 3)), m.say("answers.types.note"))]
