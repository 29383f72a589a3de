"""What does the page show where no script runs, as in the preview of a phone, and on paper?

A drawing of the city (SVG), the parts of the week in two tables, and the public phones. Everything here is made of the same coverage and
written as text into HTML, escaped; with JavaScript the tables give way to the map, and the drawing serves print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.coverage import COVERED, NOBODY, NOT_KNOWN, Coverage
from ecosystem.presentation import DAY_PARTS, HOLE_CLASSES, INK, MapClass, date_text, hole_class
from ecosystem.records import Delivery, Unknown
from ecosystem.schedule_formats import in_words
from maps.page.shell import word_slots
from maps.payload.facts import simplified_shapes
from maps.payload.words import fill, own_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem

DRAWING_WIDTH = 480
_COARSEST = 260
"""The drawing is simplified to about this many steps across."""
_MOST_NAMES = 60
_PHONE = re.compile(r"\+?[0-9\s().\/-]{3,24}")


def plain_parts(eco: Ecosystem, coverage: Coverage, head: Mapping[str, Any]) -> dict[str, str]:
    """Return the HTML of every place that `maps.page.shell` leaves open, by its name; `head` is the head of the payload."""
    language: str = head["languages"][0]
    need: dict[str, Any] = head["needs"][head["first_need"]] if head["needs"] else {"code": "", "label": {language: ""}}
    kind = "neighborhood" if head["city"]["are_neighborhoods"] else "area"
    asked = [row for row in head["asked"] if row[1]]
    values = {
        "city": head["city"]["name"],
        "place": own_words(language)[f"place.{kind}.one"],
        "places": own_words(language)[f"place.{kind}.many"],
        "emergency": head["city"]["emergency"][language],
        "need": need["label"][language],
        "date": date_text(eco.city.as_of, language),
        "n": sum(row[2] for row in asked),
        "total": len(asked),
    }

    def say(key: str, **more: object) -> str:
        return escape(fill(own_words(language)[key], {**values, **more}))

    classes = _classes_of(coverage, need["code"])
    return {
        "language": escape(language),
        "title": say("page.title"),
        "city": escape(head["city"]["name"]),
        "as-of": f"{say('page.as_of')} · {say('page.heard' if asked else 'heard.no_list')}",
        "emergency": escape(values["emergency"]),
        "drawing-title": say("plain.drawing"),
        "drawing": _drawing(eco, classes, say("plain.drawing")),
        "legend": "".join(f"<li>{_swatch(entry)}{escape(entry.label[language])}</li>" for entry in HOLE_CLASSES),
        "legend-note": say("view.holes.about"),
        "plain": _tables(eco, coverage, head, language, say),
        **{name: escape(fill(pattern, values)) for name, pattern in word_slots(language).items()},
    }


# --------------------------------------------------------------------------------------------------------------------------- the drawing


def _classes_of(coverage: Coverage, need: str) -> list[MapClass]:
    """The class of each area by its hours with no one on duty."""
    by_key = {entry.key: entry for entry in HOLE_CLASSES}
    if not need:
        return [by_key["not_known"]] * len(coverage.area_ids)
    edges, states = coverage.exact_states(need) if coverage.schedules_known else _slot_states(coverage, need)
    hours = np.diff(edges) / 60
    nobody, not_known = (states == NOBODY) @ hours, (states == NOT_KNOWN) @ hours
    lived_in = coverage.area_residents > 0
    return [by_key[hole_class(float(n), float(u), has_residents=bool(r))] for n, u, r in zip(nobody, not_known, lived_in, strict=True)]


def _slot_states(coverage: Coverage, need: str) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    return np.arange(coverage.n_slots + 1, dtype=np.int64) * coverage.slot_minutes, coverage.state(need)


def _drawing(eco: Ecosystem, classes: Sequence[MapClass], title: str) -> str:
    """The city as one SVG: a path per area in its class, with the names that fit."""
    west, south, east, north = eco.geography.areas.total_bounds
    middle = np.cos(np.radians((south + north) / 2))
    scale = DRAWING_WIDTH / max((east - west) * middle, 1e-9)
    height = max(1, round((north - south) * scale))
    shapes, centers = simplified_shapes(eco.geography, tolerance_m=max(10.0, (east - west) * middle * 111_320 / _COARSEST))
    per_metre = scale / 111_320

    def place(x: float, y: float) -> tuple[int, int]:
        return round((x - west) * middle * scale), round((north - y) * scale)

    paths, names = [], []
    for area, (shape, entry) in enumerate(zip(shapes, classes, strict=True)):
        steps = "".join(_path([place(x, y) for x, y in ring]) for polygon in shape for ring in polygon)
        paths.append(f'<path data-area="{area}" fill="{_fill(entry)}" d="{steps}"/>')
        name, (x, y, radius) = eco.geography.area_names[eco.geography.area_ids[area]], centers[area]
        if len(shapes) <= _MOST_NAMES and len(name) * 5.5 < 2.2 * radius * per_metre:
            across, down = place(x, y)
            names.append(f'<text x="{across}" y="{down + 3}">{escape(name)}</text>')
    return (
        f'<figure class="drawing" id="drawing"><svg viewBox="-4 -4 {DRAWING_WIDTH + 8} {height + 8}" role="img" aria-label="{title}">'
        f'<g stroke="#fff" stroke-width="1" fill-rule="evenodd">{"".join(paths)}</g>'
        f'<g class="drawing-names" aria-hidden="true">{"".join(names)}</g></svg></figure>'
    )


def _path(points: Sequence[tuple[int, int]]) -> str:
    steps, (last_x, last_y) = [f"M{points[0][0]} {points[0][1]}l"], points[0]
    for x, y in points[1:]:
        if (x, y) != (last_x, last_y):
            steps.append(f"{x - last_x} {y - last_y} ")
            last_x, last_y = x, y
    return "".join(steps).strip().replace(" -", "-") + "z" if len(steps) > 2 else ""


def _fill(entry: MapClass) -> str:
    return f"url(#pattern-{entry.key})" if entry.pattern else entry.color


def _swatch(entry: MapClass) -> str:
    return (
        '<svg width="22" height="16" viewBox="0 0 22 16" aria-hidden="true" focusable="false">'
        f'<rect x=".5" y=".5" width="21" height="15" rx="3" class="swatch" fill="{_fill(entry)}" stroke="{INK}"/></svg>'
    )


# ---------------------------------------------------------------------------------------------------------------------------- the tables


def _tables(eco: Ecosystem, coverage: Coverage, head: Mapping[str, Any], language: str, say: Any) -> str:
    """The two tables of the parts of the week, and the phones."""
    in_part = np.stack([part.when.slots(coverage.slot_minutes) for part in DAY_PARTS])
    inhabited = coverage.area_residents > 0
    by_area = np.zeros((len(coverage.area_ids), len(DAY_PARTS)), dtype=np.int64)
    by_need = []
    for need in coverage.needs:
        covered = coverage.state(need) == COVERED
        whole = np.stack([covered[:, part].all(axis=1) for part in in_part], axis=1)
        by_area += whole
        by_need.append(whole[inhabited].sum(axis=0).tolist())
    heads = "".join(f'<th scope="col">{escape(part.label[language])}</th>' for part in DAY_PARTS)
    parts_of_week = "; ".join(f"{part.label[language]}: {part.hours[language]}" for part in DAY_PARTS)

    def table(title: str, about: str, rows: Sequence[tuple[str, Sequence[int]]], first: str) -> str:
        body = "".join(f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{n}</td>" for n in counts)}</tr>' for name, counts in rows)
        corner = f'<th scope="col">{first}</th>'
        return f"<h2>{title}</h2><p>{about}</p><table><thead><tr>{corner}{heads}</tr></thead><tbody>{body}</tbody></table>"

    names = [eco.geography.area_names[area] for area in coverage.area_ids]
    areas = [(name, by_area[row].tolist()) for row, name in enumerate(names) if inhabited[row]]
    needs = [(need["label"][language], counts) for need, counts in zip(head["needs"], by_need, strict=True)]
    silent = [row[0] for row in head["asked"] if row[1] and not row[2]]
    parts = [
        f"<p>{say('plain.note')}</p>",
        _phones(eco, coverage, language, say),
        table(say("plain.areas"), f"{say('plain.areas.about', total=len(coverage.needs))} {escape(parts_of_week)}.", areas, say("table.name")),
        table(say("plain.needs"), say("plain.needs.about", total=int(inhabited.sum())), needs, say("need.label")),
        f"<p>{say('plain.silent', names=', '.join(silent))}</p>" if silent else "",
    ]
    return f'<section class="card plain" aria-label="{say("plain.areas")}">{"".join(parts)}</section>'


def _phones(eco: Ecosystem, coverage: Coverage, language: str, say: Any) -> str:
    rows = [f'<tr><th scope="row">{escape(service.name)}</th><td></td><td>{_phone(service.phone)}</td></tr>' for service in eco.city.baseline]
    seen: set[tuple[str, str]] = set()
    for delivery in (eco.deliveries[delivery] for delivery in coverage.deliveries):
        phone = "" if isinstance(delivery.contact, Unknown) else delivery.contact.phone
        name = eco.names.organizations.get(delivery.organization, "")
        if not phone or not name or (name, phone) in seen:
            continue
        seen.add((name, phone))
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td>{escape(_hours(delivery, language))}</td><td>{_phone(phone)}</td></tr>')
    if not rows:
        return ""
    return f"<h2>{say('plain.phones')}</h2><p>{say('plain.phones.about')}</p><table class='phones'><tbody>{''.join(rows)}</tbody></table>"


def _hours(delivery: Delivery, language: str) -> str:
    if isinstance(delivery.hours, Unknown):
        return own_words(language)["delivery.hours_unknown"]
    return in_words(delivery.hours, "es" if language == "es" else "en")


def _phone(phone: str) -> str:
    """A phone as written; a link where it is nothing but a number."""
    number = re.sub(r"[^0-9+]", "", phone)
    if _PHONE.fullmatch(phone.strip()) and 3 <= len(number) <= 16:
        return f'<a href="tel:{number}">{escape(phone)}</a>'
    return escape(phone)
