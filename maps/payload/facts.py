"""Which facts does the page carry, and where in its bytes does each one stand?

The page rebuilds the cube of `ecosystem.coverage` from what is here and computes every number it shows from that. The payload holds what
the records of the edition hold and no more; records arrive redacted. It leaves out what no page shows: sources, raw text, comments,
contracts, pay, capacity.

**Head** (JSON): `city`, `languages`, `slot_minutes`, `gap_share`, `needs` (code, label, least depth), `areas` (ids, names,
residents: 1 where fewer than the city's least count), `organizations`, `deliveries` (one list per column; the first `n_cube` of them are
the columns of the cube, the others are there but answer no need alone), `types` (labels of service types), `asked` (who was asked),
`words` (the keys of all strings, and the strings per language), `views` (what a view adds for itself), and where there are calls `goal` and `calls`
(`goal_of` and `unmet_of` of `maps.payload.calls`).

**Sections** (`maps.payload.codec` says how each is written):

| section | content |
|---|---|
| `shapes` | per area its polygons as delta polylines, simplified together so that neighbors still touch |
| `centers` | per area the middle of the largest circle in it, as a difference like a polyline's, and its radius in metres |
| `class_counts` | varints: classes per area, in the order of the areas |
| `class_weights` | varints: the share of its area's residents each class holds, as whole numbers |
| `schedules` | per different schedule its number of intervals, then minutes from the end of the last, and length |
| `schedule_known`, `schedule_possible` | per delivery the number of its schedule |
| `members_known`, `members_possible` | per delivery of the cube its classes as runs; 0 in the second table is "as known" |
| `answers_known`, `answers_possible` | bits needs x deliveries of the cube: answers the need alone |
| `supports` | bits needs x all deliveries: helps in part, or afterwards |
| `elsewhere` | per delivery outside the cube the areas it may serve, as runs |
| `weeks` | calls by need, area and part of the week; see `maps.payload.calls` |

Weights are whole numbers because 98 of 196 points must be one half in the browser too. Where residents are not evenly spread, they are
rounded as coarsely as leaves every state of the cube as it is, and never finer than the edition needs.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from ecosystem.coverage import Coverage, classes_of, counted_minutes
from ecosystem.graph import answered_needs, served_units
from ecosystem.presentation import LANGUAGES
from ecosystem.records import Delivery, Unknown, known_or
from ecosystem.schedule import DAY, Schedule
from maps.payload import codec
from maps.payload.calls import unpack_weeks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.geography import Geography
    from ecosystem.graph import Ecosystem

FORMAT = 1
ELEMENT_ID = "payload"
TOLERANCE_M = 10.0
"""How far a border may be moved, roughly: the root of the smallest triangle that is kept."""

Center = tuple[float, float, float]
"""(longitude, latitude, radius in metres) of the largest circle inside an area."""

_FINEST_EXACT = 1_024
_YEARS_OF_CLOCK = 6
_SCALES = (1_000, 10_000, 1_000_000, 1_000_000_000)


def head_and_sections(eco: Ecosystem, coverage: Coverage) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the facts of one edition, ready for `maps.payload.codec.pack`. Same inputs, same content."""
    extra = _outside_the_cube(eco, coverage)
    deliveries = [*(eco.deliveries[delivery] for delivery in coverage.deliveries), *extra]
    organizations = sorted({delivery.organization for delivery in deliveries})
    place = {key: row for row, key in enumerate(organizations)}
    # whom an edition hides has no name of its own: the page says so in the reader's language
    hidden = set(organizations) - {delivery.organization for delivery in deliveries if not delivery.is_placeholder}
    used_types = sorted({code for delivery in deliveries for code in known_or(eco.services[delivery.service].types, ())} & set(eco.taxonomy.services))
    head: dict[str, Any] = {
        "format": FORMAT,
        "edition": eco.edition,
        "city": _city(eco),
        "languages": languages(eco),
        "slot_minutes": coverage.slot_minutes,
        "gap_share": coverage.gap_share,
        "needs": [
            {
                "code": need,
                "label": _text(eco.taxonomy.needs[need].label, eco),
                "minimum": int(minimum),
            }
            for need, minimum in zip(coverage.needs, coverage.minimum, strict=True)
        ],
        "areas": {
            "ids": list(coverage.area_ids),
            "names": [eco.geography.area_names[area] for area in coverage.area_ids],
            "residents": _residents(eco, coverage),
        },
        "organizations": {
            "keys": organizations,
            "names": ["" if key in hidden else eco.names.organizations.get(key, "") for key in organizations],
            "sectors": [eco.organizations[key].sector if key in eco.organizations else "unknown" for key in organizations],
        },
        "n_cube": len(coverage.deliveries),
        "deliveries": _columns(eco, deliveries, place),
        "types": {code: _text(eco.taxonomy.services[code].label, eco) for code in used_types},
        "asked": _asked(eco, coverage),
    }
    return head, _sections(eco, coverage, extra)


def languages(eco: Ecosystem) -> list[str]:
    """Return the languages of the page: those of the city that the tool speaks, in the city's order; English if there is none."""
    return [code for code in eco.city.languages if code in LANGUAGES] or ["en"]


def shared_messages(head: Mapping[str, Any]) -> list[str]:
    """Return the keys of the tool's own messages that name what these facts hold: languages, ways of working, what is asked at a door."""
    deliveries = head["deliveries"]
    keys = {f"edition.{head['edition']}", f"edition.{head['edition']}.about", *(f"sector.{sector}" for sector in head["organizations"]["sectors"])}
    keys |= {f"mode.{mode}" for mode in deliveries["mode"]}
    keys |= {f"requirement.{name}" for names in deliveries["requirements"] for name in names}
    keys |= {key for spoken in deliveries["languages"] for code, strength in spoken or () for key in (f"language.{code}", f"strength.{strength}")}
    return sorted(keys)


def decode_payload(html: str) -> dict[str, Any]:
    """Return everything a page's payload holds, unpacked, from the page's HTML.

    The head's keys, and: `shapes` (per area id its polygons of rings of (longitude, latitude)), `points` (delivery id -> (longitude,
    latitude)), `class_area` and `class_weight`, `schedules_known` and `schedules_possible` (per delivery, as Schedule), `members_known` and
    `members_possible` (per delivery of the cube its classes), `answers_known`, `answers_possible`, `supports` (bool arrays), `elsewhere`, and
    `weeks` as `maps.payload.calls.unpack_weeks` gives it. Raises ValueError where the page holds no payload.
    """
    found = re.search(rf'<script id="{ELEMENT_ID}" type="application/json">"([^"<]*)"</script>', html)
    if found is None:
        raise ValueError("this page holds no payload")
    head, sections = codec.unpack(found[1])
    n_needs, n_cube, n_all = len(head["needs"]), head["n_cube"], len(head["deliveries"]["id"])
    counts = _numbers(sections["class_counts"])
    schedules = _unpack_schedules(sections["schedules"])
    known = codec.unpack_run_sets(sections["members_known"])
    possible = codec.unpack_run_sets(sections["members_possible"])
    points = zip(head["deliveries"]["id"], head["deliveries"]["point"], strict=True)
    decoded = {
        "shapes": dict(zip(head["areas"]["ids"], codec.unpack_shapes(sections["shapes"]), strict=True)),
        "points": {delivery: (point[0] / codec.DEGREE, point[1] / codec.DEGREE) for delivery, point in points if point},
        "class_area": [area for area, count in enumerate(counts) for _ in range(count)],
        "class_weight": _numbers(sections["class_weights"]),
        "schedules_known": [schedules[number] for number in _numbers(sections["schedule_known"])],
        "schedules_possible": [schedules[number] for number in _numbers(sections["schedule_possible"])],
        "members_known": known,
        "members_possible": [k if p is None else p for k, p in zip(known, possible, strict=True)],
        "answers_known": codec.unpack_bits(sections["answers_known"], n_needs, n_cube),
        "answers_possible": codec.unpack_bits(sections["answers_possible"], n_needs, n_cube),
        "supports": codec.unpack_bits(sections["supports"], n_needs, n_all),
        "elsewhere": codec.unpack_run_sets(sections["elsewhere"]),
        "weeks": unpack_weeks(sections.get("weeks", b""), n_needs, len(head["areas"]["ids"]) + 1),
    }
    return {**head, **decoded}


# ------------------------------------------------------------------------------------------------------------------------------ the head


def _text(words: Mapping[str, str], eco: Ecosystem) -> dict[str, str]:
    return {language: words.get(language, words["en"]) for language in languages(eco)}


def _city(eco: Ecosystem) -> dict[str, Any]:
    city = eco.city
    return {
        "name": city.name,
        "time_zone": city.time_zone,
        "clock": _clock(city.time_zone, city.as_of),
        "as_of": city.as_of.isoformat(),
        "emergency": {language: city.emergency_words(language) for language in languages(eco)},
        "office": city.contact.name,
        "corrections": city.contact.corrections,
        "baseline": [[service.name, service.phone] for service in city.baseline],
        "minimum_count": city.privacy.minimum_count,
        "are_neighborhoods": "neighborhood" in city.main.name.casefold() or "neighborhood" in city.main.id.casefold(),
    }


def _clock(time_zone: str, as_of: dt.date) -> dict[str, Any]:
    """Return the city's minutes ahead of UTC: `offsets` as (from when, how many), in minutes since 1970, and `until` when this is known."""
    zone = ZoneInfo(time_zone)

    def offset(minute: int) -> int:
        ahead = dt.datetime.fromtimestamp(60 * minute, zone).utcoffset()
        return round((ahead or dt.timedelta()).total_seconds() / 60)

    begin, until = (int(dt.datetime(as_of.year + years, 1, 1, tzinfo=dt.UTC).timestamp()) // 60 for years in (0, _YEARS_OF_CLOCK))
    offsets = [(begin, offset(begin))]
    for day in range(begin, until, DAY):
        if offset(day + DAY) != offsets[-1][1]:
            change = bisect_left(range(day, day + DAY + 1), True, key=lambda minute: offset(minute) != offsets[-1][1])
            offsets.append((day + change, offset(day + change)))
    return {"offsets": offsets, "until": until}


def _residents(eco: Ecosystem, coverage: Coverage) -> list[int] | None:
    """Whole residents per area; 1 stands for any count below the least one may show; None where the city gave no population."""
    if not eco.geography.has_residents:
        return None
    least = eco.city.privacy.minimum_count
    return [0 if residents <= 0 else 1 if residents < least else round(residents) for residents in coverage.area_residents.tolist()]


def _columns(eco: Ecosystem, deliveries: Sequence[Delivery], organization_row: Mapping[str, int]) -> dict[str, list[Any]]:
    rows = [_delivery(eco, delivery, organization_row) for delivery in deliveries]
    names = _delivery_columns()
    return {name: [row[column] for row in rows] for column, name in enumerate(names)}


def _delivery_columns() -> tuple[str, ...]:
    return (
        "id", "organization", "name", "types", "mode", "phone", "url", "address", "point", "languages", "ages", "genders", "groups",
        "requirements", "is_placeholder", "hours_known", "area_known",
    )  # fmt: skip


def _delivery(eco: Ecosystem, delivery: Delivery, organization_row: Mapping[str, int]) -> tuple[Any, ...]:
    service, who = eco.services[delivery.service], delivery.eligibility
    where, contact = delivery.location, delivery.contact
    point = None
    if not isinstance(where, Unknown) and where.longitude is not None and where.latitude is not None:
        point = [round(where.longitude * codec.DEGREE), round(where.latitude * codec.DEGREE)]
    name = delivery.name or service.name
    return (
        delivery.id,
        organization_row[delivery.organization],
        f"{name} ({delivery.site})" if delivery.site else name,
        list(known_or(service.types, ())[:3]),
        known_or(delivery.mode, ""),
        "" if isinstance(contact, Unknown) else contact.phone,
        "" if isinstance(contact, Unknown) else contact.url,
        "" if isinstance(where, Unknown) else where.address,
        point,
        None if isinstance(delivery.languages, Unknown) else [[spoken.code, spoken.strength] for spoken in delivery.languages],
        None if isinstance(who.ages, Unknown) else list(who.ages),
        [] if isinstance(who.genders, Unknown) else sorted(who.genders),
        [] if isinstance(who.groups, Unknown) else list(who.groups),
        sorted(requirement for requirement, is_asked in who.requirements.items() if not isinstance(is_asked, Unknown) and is_asked),
        int(delivery.is_placeholder),
        int(not isinstance(delivery.hours, Unknown)),
        int(not isinstance(delivery.area, Unknown)),
    )


def _asked(eco: Ecosystem, coverage: Coverage) -> list[list[Any]]:
    """Per invited organization: name, asked, answered, sector, rows of its likely needs and areas, and whether it answered without its kind."""
    need_row = {need: row for row, need in enumerate(coverage.needs)}
    area_row = {area: row for row, area in enumerate(coverage.area_ids)}
    answered, unclear = eco.records.answered, set(eco.silent())
    rows = []
    for invitation in eco.records.invitations:
        has_answered = invitation.key in answered
        rows.append(
            [
                invitation.name,
                int(invitation.asked),
                int(has_answered),
                invitation.sector,
                # likely needs outside the cube would read as "any need": the row -1 keeps the list from being empty
                sorted({need_row.get(need, -1) for need in invitation.likely_needs}),
                sorted({area_row.get(area, -1) for area in invitation.areas}),
                int(has_answered and invitation.key in unclear),
            ]
        )
    return rows


# -------------------------------------------------------------------------------------------------------------------------- the sections


def _outside_the_cube(eco: Ecosystem, coverage: Coverage) -> list[Delivery]:
    """The live deliveries that answer no need alone: they support, or what they do is not known."""
    inside = set(coverage.deliveries)
    live = (delivery for delivery in eco.records.deliveries if delivery.life.is_live(eco.city.as_of))
    return [delivery for delivery in live if delivery.id not in inside and not delivery.is_baseline]


def _sections(eco: Ecosystem, coverage: Coverage, extra: Sequence[Delivery]) -> dict[str, bytes]:
    order = np.argsort(coverage.class_area, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    known, possible = _schedules(coverage)
    more = [counted_minutes(delivery) for delivery in extra]
    known, possible = [*known, *(pair[0] for pair in more)], [*possible, *(pair[1] for pair in more)]
    different = sorted(set(known) | set(possible), key=lambda schedule: schedule.intervals)
    number = {schedule: row for row, schedule in enumerate(different)}
    members_known = [np.sort(rank[classes_of(coverage.member_known, column)]) for column in range(len(coverage.deliveries))]
    members_possible = [np.sort(rank[classes_of(coverage.member_possible, column)]) for column in range(len(coverage.deliveries))]
    shapes, centers = simplified_shapes(eco.geography)
    return {
        "shapes": codec.pack_shapes(shapes),
        "centers": _pack_centers(centers),
        "class_counts": codec.varints(np.bincount(coverage.class_area, minlength=len(coverage.area_ids))),
        "class_weights": codec.varints(class_weights(coverage)[order]),
        "schedules": _pack_schedules(different),
        "schedule_known": codec.varints([number[schedule] for schedule in known]),
        "schedule_possible": codec.varints([number[schedule] for schedule in possible]),
        "members_known": codec.pack_run_sets(members_known),
        "members_possible": codec.pack_run_sets(
            None if np.array_equal(sure, maybe) else maybe for sure, maybe in zip(members_known, members_possible, strict=True)
        ),
        "answers_known": codec.pack_bits(coverage.answers_known),
        "answers_possible": codec.pack_bits(coverage.answers_possible),
        "supports": codec.pack_bits(_supports(eco, coverage, extra)),
        "elsewhere": codec.pack_run_sets(_areas_of(eco, delivery) for delivery in extra),
    }


def _schedules(coverage: Coverage) -> tuple[list[Schedule], list[Schedule]]:
    """The schedules of the cube; of a cube made from arrays, the minutes of its slots."""
    if coverage.schedules_known:
        return list(coverage.schedules_known), list(coverage.schedules_possible)
    minutes = coverage.slot_minutes

    def joined(slots: NDArray[np.uint8]) -> Schedule:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], slots, [0]]).astype(np.int8))) * minutes
        return Schedule(tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2)))

    return [joined(row) for row in coverage.slots_known], [joined(row) for row in coverage.slots_possible]


def _supports(eco: Ecosystem, coverage: Coverage, extra: Sequence[Delivery]) -> NDArray[np.bool_]:
    deliveries = [*coverage.deliveries, *(delivery.id for delivery in extra)]
    supports = np.zeros((len(coverage.needs), len(deliveries)), dtype=bool)
    row = {need: index for index, need in enumerate(coverage.needs)}
    for column, delivery in enumerate(deliveries):
        for need, answer in answered_needs(eco.services[eco.deliveries[delivery].service], eco.taxonomy).items():
            if need in row and 0 < answer.weight < 1:
                supports[row[need], column] = True
    return supports


def _areas_of(eco: Ecosystem, delivery: Delivery) -> NDArray[np.int64]:
    """Rows of the areas a delivery may serve."""
    _, possible = served_units(delivery, eco.geography)
    return np.unique(eco.geography.units.area_index[possible]).astype(np.int64)


def _pack_centers(centers: Sequence[Center]) -> bytes:
    grid = np.array([(round(x * codec.DEGREE), round(y * codec.DEGREE)) for x, y, _ in centers], dtype=np.int64).reshape(-1, 2)
    steps = codec.zigzag(np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64)))
    return codec.varints(np.column_stack([steps, [round(radius) for _, _, radius in centers]]).ravel())


def _pack_schedules(schedules: Sequence[Schedule]) -> bytes:
    numbers: list[int] = []
    for schedule in schedules:
        numbers.append(len(schedule.intervals))
        last = 0
        for start, end in schedule.intervals:
            numbers += (start - last, end - start)
            last = end
    return codec.varints(numbers)


def _unpack_schedules(data: bytes) -> list[Schedule]:
    reader, schedules = codec.Reader(data), []
    while not reader.is_at_end():
        intervals, last = [], 0
        for _ in range(reader.next()):
            start = last + reader.next()
            last = start + reader.next()
            intervals.append((start, last))
        schedules.append(Schedule(tuple(intervals)))
    return schedules


def _numbers(data: bytes) -> list[int]:
    reader, numbers = codec.Reader(data), []
    while not reader.is_at_end():
        numbers.append(reader.next())
    return numbers


# --------------------------------------------------------------------------------------------------------------------- shapes and weights


def simplified_shapes(geography: Geography, *, tolerance_m: float = TOLERANCE_M) -> tuple[list[codec.Shape], list[Center]]:
    """Return the areas' polygons in EPSG:4326, and per area (longitude, latitude, radius in metres) of the largest circle inside it.

    The areas are simplified together, so that a border that two of them share stays one line.
    """
    ground = geography.areas.geometry.to_crs(geography.crs)
    simple = shapely.coverage_simplify(ground.to_numpy(), tolerance_m)
    lost = shapely.is_empty(simple)
    simple[lost] = ground.to_numpy()[lost]
    radii = shapely.maximum_inscribed_circle(simple, tolerance=20.0)
    middles = type(ground)(shapely.get_point(radii, 0), crs=geography.crs).to_crs("EPSG:4326")
    degrees = type(ground)(simple, crs=geography.crs).to_crs("EPSG:4326")
    centers = [(point.x, point.y, float(radius)) for point, radius in zip(middles, shapely.length(radii), strict=True)]
    return [_shape(geometry) for geometry in degrees], centers


def _shape(geometry: Any) -> codec.Shape:
    """Return a shape's polygons on the page's grid; a splinter that is smaller than the grid, which real boundary files have, is left out."""
    polygons = [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon"]
    rings = [[_ring(ring) for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons]
    return [[ring for ring in polygon if len(ring) > 2] for polygon in rings if len(polygon[0]) > 2]


def _ring(ring: Any) -> list[tuple[float, float]]:
    grid = [(round(x * codec.DEGREE), round(y * codec.DEGREE)) for x, y, *_ in ring.coords]
    kept = [point for before, point in zip([grid[-2], *grid], grid, strict=False) if point != before][: len(grid)]
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return [(x / codec.DEGREE, y / codec.DEGREE) for x, y in kept]


def class_weights(coverage: Coverage) -> NDArray[np.int64]:
    """Return per class a whole number: its share of its area's residents, times a number of the area's own.

    Where the residents stand on a lattice the shares are exact. Elsewhere they are rounded to thousandths, or as much finer as it takes for
    every area to keep its state and depth at every need and time.
    """
    weights = np.zeros(len(coverage.class_area), dtype=np.int64)
    inexact: list[NDArray[np.intp]] = []
    for area in np.flatnonzero(coverage.area_residents > 0):
        rows = np.flatnonzero(coverage.class_area == area)
        share = coverage.class_residents[rows] / coverage.area_residents[area]
        scaled = np.outer(np.arange(1, _FINEST_EXACT + 1), share)
        exact = np.flatnonzero(np.abs(scaled - scaled.round()).max(axis=1) < 1e-7)
        if len(exact):
            weights[rows] = scaled[exact[0]].round().astype(np.int64)
        else:
            inexact.append(rows)
    if not inexact:
        return weights
    for scale in _SCALES:
        for rows in inexact:
            residents = coverage.class_residents[rows]
            weights[rows] = np.floor(residents / residents.sum() * scale + 0.5).astype(np.int64)
        if _same_states(coverage, weights):
            break
    return weights


def _same_states(coverage: Coverage, weights: NDArray[np.int64]) -> bool:
    rounded = replace(coverage, class_residents=weights.astype(np.float64))
    return all(
        np.array_equal(coverage.state(need), rounded.state(need)) and np.array_equal(coverage.area_depth(need), rounded.area_depth(need))
        for need in coverage.needs
    )
