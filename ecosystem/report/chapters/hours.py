"""At which hours of the week is no one on duty, and where?

The city's week as a picture, the runs that many neighborhoods share, and a map of the heaviest one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from ecosystem.coverage import NO_RESIDENTS, NOBODY, NOT_KNOWN
from ecosystem.presentation import HOLE_CLASSES, MapClass, hours_text
from ecosystem.report.document import Block, Chapter, Figure, Figures, Heading, Item, Items, Paragraph, Table
from ecosystem.report.drawing import AreaShape, Drawing, city_map, swatch, week
from ecosystem.report.grouping import Group, group_findings
from ecosystem.report.headlines import first_hour, shared_holes
from ecosystem.report.material import Material
from ecosystem.schedule import ALWAYS
from ecosystem.schedule_formats import DAY_NAMES, in_words, run_in_words

MOST_RUNS = 6
MOST_WEEKS = 4
MOST_ROWS = 15
MAP_SIZE = 360.0
RUN_CLASSES = ("always", "up_to_112", "nobody", "not_known", "no_residents")
"""The classes of the map of one run, with the colors of the map of hours: nobody all the time, part of it, somebody always."""


def write(m: Material) -> Chapter | None:
    """Return the chapter of hours with no one on duty; None where the analysis was not run."""
    if m.table("holes") is None:
        return None
    blocks: list[Block] = [Paragraph(m.say("holes.lead"), "lead"), Paragraph(m.city.emergency_words(m.language), "caution")]
    shared = shared_holes(m)
    local = tuple(group for group in group_findings(m.findings("holes", "hole")) if group.when != ALWAYS)
    if not shared and not local:
        return Chapter("hours", m.say("holes"), (*blocks, Paragraph(m.say("nothing_found"))))
    if shared:
        blocks += [Heading(m.say("holes.shared")), Items(tuple(_shared_item(m, group) for group in shared[:MOST_RUNS]))]
        blocks.append(Paragraph(m.say("next", first=m.next_steps(group.findings[0] for group in shared[:MOST_RUNS]))))
        if len(shared) > MOST_RUNS:
            blocks.append(Paragraph(m.say("more", n=len(shared) - MOST_RUNS), "note"))
        blocks += [Heading(m.say("holes.pictures")), _map(m, shared[0])]
        blocks.append(_weeks(m, shared))
    if local:
        blocks += [Heading(m.say("holes.table")), Paragraph(m.say("holes.table.lead")), _table(m, local)]
        if len(local) > MOST_ROWS:
            blocks.append(Paragraph(m.say("more", n=len(local) - MOST_ROWS), "note"))
    return Chapter("hours", m.say("holes"), tuple(blocks))


def _shared_item(m: Material, group: Group) -> Item:
    first = group.findings[0]
    hours = group.when.hours if group.when else 0.0
    text = m.join(
        m.say("holes.item", run=first.values["run"], first=m.where(group.areas)),
        m.home_to(first.people),
        first_hour(m, first),
    )
    return Item(m.say("holes.item.title", hours=hours, field=m.quoted(group.needs)), text, m.could_change(group.silent), group.ids[:1])


def _table(m: Material, groups: Sequence[Group]) -> Table:
    rows = []
    for group in groups[:MOST_ROWS]:
        assert group.when is not None
        needs = ", ".join(m.say("need", need=need) for need in m.by_response(group.needs))
        rows.append((needs, m.where(group.areas), in_words(group.when, m.language), hours_text(group.when.hours, m.language)))
    return Table(
        m.say("holes.table"),
        (m.column("need"), m.column("area"), m.column("when"), m.column("hours_a_week")),
        tuple(rows),
        note=m.say("holes.table.note"),
    )


# ------------------------------------------------------------------------------------------------------------------------------- the week


def _hour_classes(m: Material) -> tuple[MapClass, ...]:
    """The classes of an hour of the city's week: in how many neighborhoods nobody is there. Colors are those of the map of hours."""
    keys = ("always", "up_to_56", "up_to_112", "up_to_167", "nobody", "not_known")
    by_key = {entry.key: entry for entry in HOLE_CLASSES}
    return tuple(
        MapClass(by_key[key].key, by_key[key].color, by_key[key].ink, by_key[key].pattern, {m.language: m.say(f"hour.{key}")}) for key in keys
    )


def _weeks(m: Material, groups: Sequence[Group]) -> Figures:
    """Return a week per group, of the heaviest need in it."""
    classes = _hour_classes(m)
    figures = []
    for number, group in enumerate(groups[:MOST_WEEKS]):
        need = m.by_response(group.needs)[0]
        counts, not_known = _areas_by_hour(m, need)
        figures.append(_week(m, need, counts, not_known, classes, f"week-{number}"))
    legend = tuple((swatch(entry, f"hour-{entry.key}"), entry.label[m.language]) for entry in classes)
    return Figures(tuple(figures), legend, m.say("holes.week.note", n=len(m.inhabited)))


def _areas_by_hour(m: Material, need: str) -> tuple[list[int], list[int]]:
    """Return per hour of the week in how many areas nobody is there in some part of the hour, and in how many it is not known."""
    state = m.coverage.state(need)
    slots_per_hour = 60 // m.coverage.slot_minutes
    by_hour = state.reshape(state.shape[0], 168, slots_per_hour)
    lives = (by_hour != NO_RESIDENTS).all(axis=2)
    nobody = (by_hour == NOBODY).any(axis=2) & lives
    not_known = (by_hour == NOT_KNOWN).any(axis=2) & lives & ~nobody
    return [int(n) for n in nobody.sum(axis=0)], [int(n) for n in not_known.sum(axis=0)]


def _hour_class(nobody: int, not_known: int, total: int) -> str:
    if nobody == 0:
        return "not_known" if not_known else "always"
    if nobody >= total:
        return "nobody"
    share = nobody / total
    return "up_to_56" if share <= 1 / 3 else "up_to_112" if share <= 2 / 3 else "up_to_167"


def _week(m: Material, need: str, nobody: list[int], not_known: list[int], classes: Sequence[MapClass], prefix: str) -> Figure:
    total = len(m.inhabited)
    keys = [_hour_class(nobody[hour], not_known[hour], total) for hour in range(168)]
    label = m.say("need", need=need)
    drawing = week(
        [keys[24 * day : 24 * day + 24] for day in range(7)],
        classes,
        [name[:3].capitalize() for name in DAY_NAMES[m.language]],
        prefix=prefix,
        alt=m.say("holes.week.alt", need=need),
    )
    rows = []
    for start, end in _stretches(list(zip(nobody, not_known, strict=True))):
        when = run_in_words(60 * start, 60 * end, m.language)
        rows.append((when, str(nobody[start % 168]), str(not_known[start % 168])))
    header = (m.column("when"), m.column("nobody_in"), m.column("not_known_in"))
    return Figure(label, drawing, table=Table(m.say("holes.week.table", need=need), header, tuple(rows), numbers=frozenset((1, 2))))


def _stretches(values: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (start, end) hours of stretches of equal values; the one past Sunday midnight ends after 168."""
    starts = [hour for hour in range(len(values)) if values[hour] != values[hour - 1]]
    if not starts:
        return [(0, len(values))]
    return [(start, end) for start, end in zip(starts, [*starts[1:], starts[0] + len(values)], strict=True)]


# -------------------------------------------------------------------------------------------------------------------------------- the map


def _map(m: Material, group: Group) -> Figure:
    """Return the map of one run that many neighborhoods share: where nobody is there all the time, part of it, or where somebody always is."""
    assert group.when is not None
    need, run = m.by_response(group.needs)[0], group.findings[0].values["run"]
    hours = {area: (nobody & group.when).hours for area, nobody in zip(m.coverage.area_ids, m.coverage.state_schedules(need, NOBODY), strict=True)}
    doubt = {area: (open_ & group.when).hours for area, open_ in zip(m.coverage.area_ids, m.coverage.state_schedules(need, NOT_KNOWN), strict=True)}
    key_of = {area: _run_class(m, area, hours[area], doubt[area], group.when.hours) for area in m.coverage.area_ids}
    classes = tuple(MapClass(c.key, c.color, c.ink, c.pattern, {m.language: m.say(f"run.{c.key}")}) for c in HOLE_CLASSES if c.key in RUN_CLASSES)
    title = m.say("holes.map", need=need, run=run)
    drawing = _draw_city(m, classes, key_of, hours, m.say("holes.map.alt", need=need, run=run))
    used = [entry for entry in classes if entry.key in set(key_of.values())]
    legend = tuple((swatch(entry, f"map-{entry.key}"), entry.label[m.language]) for entry in used)
    rows = []
    for entry in used:
        areas = [m.eco.names.areas.get(area, area) for area in m.coverage.area_ids if key_of[area] == entry.key]
        rows.append((entry.label[m.language], str(len(areas)), ", ".join(areas)))
    header = (m.column("state"), m.column("count"), m.column("areas"))
    return Figure(title, drawing, legend, m.say("holes.map.note"), Table(title, header, tuple(rows), numbers=frozenset((1,))))


def _run_class(m: Material, area: str, nobody_hours: float, not_known_hours: float, hours: float) -> str:
    if area not in m.inhabited:
        return "no_residents"
    if nobody_hours <= 0:
        return "not_known" if not_known_hours > 0 else "always"
    return "nobody" if nobody_hours >= hours else "up_to_112"


def _draw_city(m: Material, classes: Sequence[MapClass], key_of: dict[str, str], hours: dict[str, float], alt: str) -> Drawing:
    west, south, east, north = m.geography.areas.geometry.to_crs(m.geography.crs).total_bounds
    span = max(east - west, north - south)
    frame = m.geography.simplified(span / 250).to_crs(m.geography.crs)
    scale = (MAP_SIZE - 8) / span

    def on_page(ring: shapely.LinearRing) -> tuple[tuple[float, float], ...]:
        xy = np.asarray(ring.coords)[:-1, :2]
        return tuple(zip((4 + (xy[:, 0] - west) * scale).tolist(), (4 + (north - xy[:, 1]) * scale).tolist(), strict=True))

    shapes = []
    for area_id, name, shape in zip(frame["area_id"], frame["name"], frame.geometry, strict=True):
        polygons = shape.geoms if hasattr(shape, "geoms") else [shape]
        rings = tuple(on_page(ring) for polygon in polygons for ring in (polygon.exterior, *polygon.interiors))
        shapes.append(AreaShape(rings, key_of[area_id], f"{name}: {hours_text(hours[area_id], m.language)}"))
    width, height = 8 + (east - west) * scale, 8 + (north - south) * scale
    return city_map(shapes, classes, width=width, height=height, prefix="map", alt=alt)
