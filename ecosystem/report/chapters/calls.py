"""How far is the city from its goal for calls, whose part of the way is it, and where and when is nobody there to send?

Everything here is read from the analysis `diversion`; a city without calls has no such chapter.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import pandas as pd

from ecosystem.calls.unmet import PART_HOURS, PARTS
from ecosystem.findings import Finding
from ecosystem.presentation import HOLE_CLASSES, MapClass, number, percent_text, share_text
from ecosystem.report.document import Block, Chapter, Figure, Heading, Item, Items, Paragraph, Table
from ecosystem.report.drawing import Drawing, Segment, grid, parts_bar, swatch, week
from ecosystem.report.material import Material
from ecosystem.schedule_formats import DAY_NAMES

WAY = ("not_sent", "capacity", "capacity_or_not_sent", "coverage", "policy")
"""The parts of the way to the goal, from what is diverted today upwards."""
ANCHORS = ("minneapolis", "minneapolis_could", "minneapolis_time", "seattle", "albuquerque", "eugene")
MOST_AREAS = 20
MOST_RULES = 12
WHOLE_YEAR = 364
HEAT_KEYS = ("none", "some", "up_to_56", "up_to_112", "up_to_167")


def write(m: Material) -> Chapter | None:
    """Return the chapter of calls; None where there are no calls."""
    found = m.results.get("diversion")
    if found is None or found.table.empty:
        return None
    blocks: list[Block] = [Paragraph(m.say("calls.lead"), "lead"), Paragraph(m.city.emergency_words(m.language), "caution")]
    blocks += [Paragraph(finding.sentence(m.catalogue), "caution") for finding in m.findings("diversion", *_DOUBTS)]
    blocks += _the_way(m)
    blocks += [Paragraph(m.say("calls.short", n=days), "note") for days in _days(m) if days < WHOLE_YEAR]
    blocks += _by_need(m, found.table)
    blocks += _what_helps(m)
    blocks += _levers(m, found.more)
    if "hours" in found.more:
        blocks += [Heading(m.say("calls.unmet")), Paragraph(m.say("calls.unmet.lead")), _week_of(m, found.more["hours"])]
        blocks.append(_areas_of(m, found.more["parts"]))
    blocks += [Heading(m.say("calls.data")), _funnel(m, found.more["funnel"]), _quality(m, found.more["quality"])]
    blocks += [Heading(m.say("calls.anchors")), Paragraph(m.say("calls.anchors.lead")), _anchors(m)]
    return Chapter("calls", m.say("calls"), tuple(blocks))


_DOUBTS = ("diversion_types_not_known", "diversion_answer_not_known", "diversion_left_out")


def _item(m: Material, finding: Finding) -> Item:
    return Item(m.catalogue.text(f"{finding.message}.title", finding.values), finding.sentence(m.catalogue), m.next_step(finding), (finding.id,))


def _the_way(m: Material) -> list[Block]:
    """The goal as one bar, and each part of the way in words."""
    shares, goals = m.findings("diversion", "diversion_share"), m.findings("diversion", "diversion_goal")
    blocks: list[Block] = [Items(tuple(_item(m, finding) for finding in (*shares, *goals)))] if shares or goals else []
    if shares and goals:
        blocks.append(_bar(m, shares[0], goals[0]))
    parts = [finding for part in WAY for finding in m.findings("diversion", f"diversion_{part}")]
    if parts:
        blocks += [Heading(m.say("calls.parts")), Items(tuple(_item(m, finding) for finding in parts))]
    more = m.results["diversion"].more
    return [*blocks, *_sure(m, more), *_years(m, more), *_base(m, more)]


def _between(m: Material, low: float, high: float) -> str:
    return "" if math.isnan(low) or math.isnan(high) else f"{_points(m, low)} – {_points(m, high)}"


def _sure(m: Material, more: Mapping[str, pd.DataFrame]) -> list[Block]:
    """How far other weeks would have given other shares, and how far the table of call types leaves them open."""
    if "calls_sure" not in more:
        return []
    records = {str(row["measure"]): row for row in more["calls_sure"].to_dict("records")}
    said = []
    diverted, divertible = records.get("diverted"), records["divertible"]
    if diverted and not math.isnan(diverted["low"]):
        ends = {"first": _points(m, diverted["low"]), "last": _points(m, diverted["high"])}
        said.append(m.say("calls.sure.diverted", share=_points(m, diverted["share"]), **ends))
    said.append(m.say("calls.sure.divertible", first=_points(m, divertible["lowest"]), last=_points(m, divertible["highest"])))
    rows = tuple(
        (
            m.say(f"calls.measure.{name}"),
            _points(m, row["share"]),
            _between(m, row["low"], row["high"]),
            _between(m, row["lowest"], row["highest"]),
            _points(m, row["by_time"]),
        )
        for name, row in records.items()
    )
    header = tuple(m.column(name) for name in ("measure", "share_of_calls", "other_weeks", "by_types", "by_time"))
    table = Table(m.say("calls.sure"), header, rows, frozenset((1, 2, 3, 4)), m.say("calls.sure.note"))
    return [Heading(m.say("calls.sure")), Paragraph(" ".join(said)), table]


def _years(m: Material, more: Mapping[str, pd.DataFrame]) -> list[Block]:
    """Where the city should be by now on a straight way to its goal, year by year."""
    if "calls_years" not in more:
        return []
    records = more["calls_years"].to_dict("records")
    known = [row for row in records if row["weeks"] > 0]
    said: list[Block] = []
    if known:
        last = known[-1]
        values = {"first": _points(m, last["wanted"]), "year": last["year"], "number": _points(m, last["diverted"])}
        said.append(Paragraph(m.say(f"calls.years.{last['status']}", **values)))
    rows = []
    for row in records:
        spread = _between(m, row["low"], row["high"])
        at = "" if math.isnan(row["diverted"]) else _points(m, row["diverted"]) + (f" ({spread})" if spread else "")
        status = m.say(f"calls.years.status.{row['status'] or 'start'}")
        rows.append((str(row["year"]), _points(m, row["wanted"]), at, number(row["weeks"]) if row["weeks"] else "", status))
    header = tuple(m.column(name) for name in ("year", "wanted", "diverted", "weeks", "status"))
    table = Table(m.say("calls.years"), header, tuple(rows), frozenset((1, 2, 3)), m.say("calls.years.note"))
    return [Heading(m.say("calls.years")), *said, table]


def _base(m: Material, more: Mapping[str, pd.DataFrame]) -> list[Block]:
    """What the goal means in calls, with and without those that officers started."""
    if "calls_base" not in more:
        return []
    rows = tuple(
        (m.say(f"calls.base.{row['base']}"), *(number(row[name]) for name in ("calls", "now", "wanted", "missing", "missing_per_day")))
        for row in more["calls_base"].to_dict("records")
    )
    header = tuple(m.column(name) for name in ("base", "calls", "now", "at_goal", "missing", "missing_per_day"))
    return [Heading(m.say("calls.base")), Table(m.say("calls.base"), header, rows, frozenset(range(1, 6)), m.say("calls.base.note"))]


def _levers(m: Material, more: Mapping[str, pd.DataFrame]) -> list[Block]:
    """What would bring the city nearer to its goal, step by step."""
    if "calls_levers" not in more or more["calls_levers"].empty:
        return []
    rows = tuple(
        (
            m.say(f"calls.lever.{row['lever']}", need=row["need"]),
            _heat_words(m, row["calls"]),
            _points(m, row["share"]),
        )
        for row in more["calls_levers"].to_dict("records")
    )
    caption = m.say("calls.levers")
    header = tuple(m.column(name) for name in ("lever", "calls_a_year", "share_of_calls"))
    return [Heading(caption), Table(caption, header, rows, frozenset((1, 2)), m.say("calls.levers.note"))]


def _bar(m: Material, share: Finding, goal: Finding) -> Figure:
    values = {name: float(value) for name, value in goal.values.items() if isinstance(value, int | float)}
    parts = [part for part in WAY if part in values and part != "policy"]
    segments = [Segment("diverted", values["diverted"], m.say("calls.bar.diverted"))]
    segments += [Segment(part, values[part], m.say(f"calls.bar.{part}")) for part in parts]
    low, mid, high = (float(str(share.values[bound])) for bound in ("low", "mid", "high"))
    drawing, legend = parts_bar(
        segments,
        goal=values["goal"],
        goal_words=m.say("calls.bar.goal", share=values["goal"]),
        between=(low, mid, high),
        between_words=m.say("calls.bar.between", low=low, high=high),
        alt=m.say("calls.bar.alt", diverted=values["diverted"], goal=values["goal"]),
    )
    rows = [(segment.words, _points(m, segment.share)) for segment in segments]
    rows.append((m.say("calls.bar.policy"), _points(m, values["policy"])))
    rows.append((m.say("calls.bar.range"), f"{_points(m, low)} – {_points(m, mid)} – {_points(m, high)}"))
    rows.append((m.say("calls.bar.goal_row"), _points(m, values["goal"])))
    table = Table(m.say("calls.bar"), (m.column("what"), m.column("share_of_calls")), tuple(rows), numbers=frozenset((1,)))
    return Figure(m.say("calls.bar"), drawing, legend, m.say("calls.bar.note"), table)


def _points(m: Material, share: float) -> str:
    return "" if math.isnan(share) else percent_text(share, m.language)


def _days(m: Material) -> list[int]:
    """How many days of calls all shares rest on."""
    spans = [(str(finding.values["first_day"]), str(finding.values["last_day"])) for finding in m.findings("diversion", "diversion_share")]
    return [(dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1 for first, last in spans]


def _by_need(m: Material, table: pd.DataFrame) -> list[Block]:
    """The table by need: the needs that others could answer, then what is behind all other calls."""
    known = table[table["need"].isin(list(m.eco.taxonomy.needs)) & table["calls"].notna()]
    ordered = known.sort_values(["divertible_mid", "calls", "need"], ascending=[False, False, True])
    rows = []
    for record in ordered.to_dict("records"):
        low, mid, high = (record[f"divertible_{bound}"] for bound in ("low", "mid", "high"))
        between = "" if math.isnan(mid) else f"{number(low)} – {number(mid)} – {number(high)}"
        cells = (_share(m, record["share_of_calls"]), _share(m, record["share_of_time"]))
        taken = (_count(record["covered_known"]), _count(record["diverted"]), _share(m, record["pick_up"]))
        rows.append((m.say("need", need=record["need"]), number(record["calls"]), *cells, between, *taken))
    if not rows:
        return []
    header = ("need", "calls", "share_of_calls", "share_of_time", "divertible", "covered_calls", "diverted", "pick_up")
    caption = m.say("calls.by_need")
    shown = Table(caption, tuple(m.column(name) for name in header), tuple(rows), frozenset(range(1, 8)), m.say("calls.by_need.note"))
    return [Heading(caption), shown]


def _count(value: float) -> str:
    return "" if math.isnan(value) else number(value)


def _share(m: Material, value: float) -> str:
    return "" if math.isnan(value) else share_text(value, m.language)


def _what_helps(m: Material) -> list[Block]:
    """Crews without vehicles, coverage that did not follow, and the shifts that would cover most."""
    blocks: list[Block] = []
    named = m.findings("diversion", "diversion_limit", "diversion_moved")
    if named:
        blocks += [Heading(m.say("calls.named")), Items(tuple(_item(m, finding) for finding in named))]
    shifts = m.findings("diversion", "diversion_shift")
    if shifts:
        blocks += [Heading(m.say("calls.shifts")), Items(tuple(_item(m, finding) for finding in shifts))]
    return blocks


# -------------------------------------------------------------------------------------------------- where and when nobody is there to send


def _heat_classes(m: Material, breaks: Sequence[float]) -> tuple[MapClass, ...]:
    """The classes of a picture of counts: none, too few to show, then three steps up to the largest."""
    by_key = {entry.key: entry for entry in HOLE_CLASSES}
    one, two = (number(value) for value in breaks)
    words = {"none": m.say("calls.heat.none"), "some": m.say("calls.heat.some"), "up_to_56": m.say("calls.heat.up_to", first=one)}
    words |= {"up_to_112": m.say("calls.heat.between", first=one, last=two), "up_to_167": m.say("calls.heat.over", first=two)}
    looks = {"none": ("#ffffff", ""), "some": (by_key["not_known"].color, "dots")}
    return tuple(
        MapClass(
            "not_known" if key == "some" else key,
            looks[key][0] if key in looks else by_key[key].color,
            by_key["up_to_56"].ink,
            "dots" if key == "some" else "",
            {m.language: words[key]},
        )
        for key in HEAT_KEYS
    )


def _breaks(values: Sequence[float]) -> tuple[float, float]:
    """Two round numbers at a third and two thirds of the largest."""
    most = max((value for value in values if not math.isnan(value)), default=0.0)
    step = 10.0 ** max(0, math.floor(math.log10(most)) - 1) if most >= 1 else 1.0
    return max(1.0, round(most / 3 / step) * step), max(2.0, round(2 * most / 3 / step) * step)


def _heat_key(value: float, breaks: tuple[float, float]) -> str:
    if math.isnan(value):
        return "not_known"
    if value <= 0.05:
        return "none"
    return "up_to_56" if value <= breaks[0] else "up_to_112" if value <= breaks[1] else "up_to_167"


def _heat_words(m: Material, value: float) -> str:
    return m.say("calls.heat.some") if math.isnan(value) else number(value, 1 if 0 < value < 10 else 0)


def _week_of(m: Material, hours: pd.DataFrame) -> Figure:
    """The city's week: calls a year with nobody known to be on duty, hour by hour."""
    values = [float(value) for value in hours["unmet"]]
    breaks = _breaks(values)
    classes = _heat_classes(m, breaks)
    keys = [_heat_key(value, breaks) for value in values]
    days = DAY_NAMES[m.language]
    drawing = week(
        [keys[24 * day : 24 * day + 24] for day in range(7)],
        classes,
        [name[:3].capitalize() for name in days],
        prefix="calls-week",
        alt=m.say("calls.unmet.week"),
    )
    rows = tuple(
        (f"{days[day].capitalize()} {hour:02d}:00–{hour + 4:02d}:00", *(_heat_words(m, values[24 * day + hour + more]) for more in range(4)))
        for day in range(7)
        for hour in range(0, 24, 4)
    )
    header = (m.column("when"), *(m.say("calls.hour_number", n=number_) for number_ in range(1, 5)))
    table = Table(m.say("calls.unmet.week"), header, rows, frozenset(range(1, 5)))
    return Figure(m.say("calls.unmet.week"), drawing, _legend(m, classes, keys, "cw"), m.say("calls.unmet.note"), table)


def _areas_of(m: Material, parts: pd.DataFrame) -> Figure:
    """The areas with most such calls against the parts of the week."""
    by_area: dict[str, list[float]] = {}
    for record in parts.sort_values(["area_id", "part"]).to_dict("records"):
        by_area.setdefault(str(record["area_id"]), []).append(float(record["unmet"]))
    order = sorted(by_area)
    n_all = len(order)
    if m.eco.edition == "analyst":  # nobody else sees neighborhoods ranked
        order.sort(key=lambda area: -round(sum(by_area[area]), 6))
    else:
        order = [area for area in order if any(value > 0 for value in by_area[area])] or order
    shown = order[:MOST_AREAS] if m.eco.edition == "analyst" else order
    values = [by_area[area] for area in shown]
    breaks = _breaks([value for row in values for value in row])
    classes = _heat_classes(m, breaks)
    keys = [[_heat_key(value, breaks) for value in row] for row in values]
    names = [m.eco.names.areas.get(area, area) for area in shown]
    columns = [f"{m.say(f'calls.part.{days}')} {hour:02d}–{hour + PART_HOURS:02d}" for days, hour in PARTS]
    groups = [(m.say(f"calls.part.{days}"), 24 // PART_HOURS) for days in ("weekdays", "weekend")]
    title = m.say("calls.unmet.areas")
    drawing = grid(keys, classes, names, [f"{hour:02d}" for _, hour in PARTS], groups, prefix="calls-areas", alt=title)
    rows = tuple((name, *(_heat_words(m, value) for value in row)) for name, row in zip(names, values, strict=True))
    table = Table(title, (m.column("area"), *columns), rows, frozenset(range(1, len(PARTS) + 1)))
    note = m.say("calls.unmet.areas.note")
    if len(order) < n_all:
        note = m.join(note, m.say("calls.unmet.areas.few", n=n_all - len(order)))
    elif len(shown) < len(order):
        note = m.say("calls.unmet.areas.most", n=len(shown), total=len(order))
    return Figure(title, drawing, _legend(m, classes, [key for row in keys for key in row], "ca"), note, table)


def _legend(m: Material, classes: Sequence[MapClass], keys: Sequence[str], prefix: str) -> tuple[tuple[Drawing, str], ...]:
    used = set(keys)
    return tuple((swatch(entry, f"{prefix}-{entry.key}"), entry.label[m.language]) for entry in classes if entry.key in used)


# ------------------------------------------------------------------------------------------------------------------------- data and anchors


def _funnel(m: Material, funnel: pd.DataFrame) -> Table:
    rows = tuple((m.say(f"calls.funnel.{row.step}"), number(float(str(row.n)))) for row in funnel.itertuples())
    return Table(m.say("calls.funnel"), (m.column("what"), m.column("count")), rows, frozenset((1,)), m.say("calls.funnel.note"))


def _quality(m: Material, quality: pd.DataFrame) -> Table:
    """What was left out or doubted, the most frequent first."""
    least = 0 if m.eco.edition == "analyst" else m.city.privacy.minimum_count
    seen = quality[(quality["n"] > 0) & (quality["n"] >= least)].sort_values(["share", "rule"], ascending=[False, True])
    rows: list[tuple[str, ...]] = []
    for row in seen.itertuples():
        key = f"calls.rule.{row.rule}"
        if f"report.{key}" in m.catalogue and len(rows) < MOST_RULES:
            rows.append((m.say(key), number(float(str(row.n))), share_text(float(str(row.share)), m.language)))
    return Table(m.say("calls.quality"), (m.column("what"), m.column("count"), m.column("share_answered")), tuple(rows), frozenset((1, 2)))


def _anchors(m: Material) -> Table:
    rows = tuple(tuple(m.say(f"calls.anchor.{name}.{part}") for part in ("where", "what", "of")) for name in ANCHORS)
    return Table(m.say("calls.anchors"), (m.column("where"), m.column("what"), m.column("of_what")), rows)
