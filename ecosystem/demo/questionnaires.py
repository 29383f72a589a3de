"""How did the 45 fill in the questionnaire?

Turns the clean intent into the answers of three forms, as people give them: the city's departments in a spreadsheet with one row per
delivery, community partners in a workbook with one row per organization and repeated blocks, hospitals and schools in an older form that a
Windows program saved. On the way the mess gets in, in known amounts: the tables below name every piece of it. None of it changes what is
true, and what a careful reader cannot undo alone, a decision does (`DECISIONS`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ecosystem.demo.intent import DAYS, Extent, Form, Intent, Missing, Party, Provision, Shift, Week
from ecosystem.taxonomy import Taxonomy

Row = dict[str, str]

ORGANIZATION_COLUMNS = ("organization", "invitation_key", "also_known_as", "respondent_role", "date", "wave", "barriers", "more_money")
SERVICE_COLUMNS = (
    "service", "description", "service_type", "needs", "site", "mode", "address", "longitude", "latitude", "confidential",
    "area", "area_radius", "area_polygon", "area_except", "area_focus", "hours",
    "hours_mon", "hours_tue", "hours_wed", "hours_thu", "hours_fri", "hours_sat", "hours_sun",
    "age_min", "age_max", "languages", "teams", "vehicles", "beds", "started", "ended", "suspended", "funded", "paid",
    "routes", "refers_to", "ride", "public_phone",
)  # fmt: skip
_PARTNERS_ONLY = {"address", "longitude", "latitude", "confidential", "area_radius", "area_polygon", "suspended", "beds"}
CITY_COLUMNS = tuple(c for c in (*ORGANIZATION_COLUMNS, *SERVICE_COLUMNS) if c not in _PARTNERS_ONLY and not c.startswith("hours_"))
HEALTH_COLUMNS: Mapping[str, str] = {
    "organization": "Organization", "invitation_key": "Invitation key", "respondent_role": "Your role", "date": "Date", "service": "Service",
    "description": "What it does", "service_type": "Type of service", "mode": "How people get it", "area": "Neighborhoods served",
    "slot1_days": "First shift: days", "slot1_opens": "First shift: opens", "slot1_closes": "First shift: closes", "intake_hours": "Intake hours",
    "ages": "Ages", "languages": "Languages", "teams": "Teams on a shift", "vehicles": "Vehicles", "beds": "Beds", "suspended": "Paused now?",
    "funded": "Is it funded?", "refers_to": "Sends people to", "ride": "With a ride?", "public_phone": "Phone everyone may call",
    "barriers": "What stands in the way of people?", "more_money": "With more money we would ...",
}  # fmt: skip
"""The older form: headers as sentences, no question of needs or routes, one shift."""

HOURS_AS_WRITTEN: Mapping[tuple[str, str], str] = {
    ("library-navigators", "Library navigators"): "Mon-Fri 8am-5pm",
    ("report-desk", "Reports taken by civilians"): "8:00 am - 6:00 pm, Monday - Friday; 9:00 am - 1:00 pm, Saturday",
    ("new-roots-legal", "Immigration legal help"): "9:00 am - 5:00 pm, Monday - Friday",
}
"""Hours that people wrote in their own words instead of filling in the days."""

PLACES_AS_WRITTEN: Mapping[str, tuple[str, str]] = {
    "harbor-hill-advocates": ("Harbor Hill", "Harbour Hil"),
    "lantern-street": ("Downtown", "Central Business District"),
    "bend-hospital": ("Stonebridge", "Stone Bridge side"),
}
"""Per organization: the name of an area, and what it wrote instead. The second is in the city's list of aliases."""

AREA_ALIASES: Mapping[str, str] = {"Central Business District": "Downtown", "The Island": "Heron Island", "Stone Bridge": "Stonebridge"}

AREA_DECISIONS = ("harbor-hill-advocates", "bend-hospital")
"""Whose words for an area a person decided on."""

DESCRIPTIONS: Mapping[tuple[str, str], str] = {
    ("bend-hospital", "Forensic nurses"): "Care after an assault \u2013 ask at the caf\u00e9 desk, no police needed",
    ("public-schools", "Safe passage"): "<p>Adults on the way to school &amp; back</p>",
    ("traffic-agents", "Traffic agents"): "=1+1",
}

DISAGREES = "reentry-bridge"
ANSWERED_TWICE = "mediation-center"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def answers_of(intent: Intent, form: Form) -> list[list[Row]]:
    """Return the answers given in a form: per sheet of paper its rows, one per delivery, keyed by question."""
    sheets = []
    parties = [party for party in intent.answered if party.form == form]
    for number, party in enumerate(parties):
        provisions = [provision for provision in intent.provisions if provision.organization == party.key]
        sheets.append([_row(party, provision, number) for provision in provisions])
        if party.key == ANSWERED_TWICE:
            later = replace(party, role="intern", answered_on=_a_week_later(party))
            sheets.append([_row(later, provision, number) for provision in provisions])
        if party.key == DISAGREES:
            other = replace(party, role="board member", answered_on=_a_week_later(party))
            second = [replace(provision, hours=provision.second_hours or provision.hours) for provision in provisions]
            sheets.append([_row(other, provision, number) for provision in second])
    return sheets


def _a_week_later(party: Party) -> dt.date:
    return (party.answered_on or dt.date(2026, 9, 1)) + dt.timedelta(days=7)


def _row(party: Party, provision: Provision, number: int) -> Row:
    """Return the answers about one delivery, under every question of every form; a form writes those it asks."""
    comments = dict(party.comments)
    row = {
        "organization": party.alias or party.name,
        "invitation_key": "" if party.alias else party.key,
        "also_known_as": party.also_known_as,
        "respondent_role": party.role,
        "date": _date_as_written(party.answered_on, number),
        "wave": "2026",
        "barriers": comments.get("barriers", ""),
        "more_money": comments.get("more_money", ""),
        "service": provision.service,
        "description": DESCRIPTIONS.get(provision.key[:2], provision.description),
        "service_type": _types_as_written(provision.types, party.form),
        "needs": _list(provision.needs),
        "site": provision.site,
        "mode": _text(provision.mode),
        "address": provision.address,
        "longitude": str(provision.place[0]) if provision.place else "",
        "latitude": str(provision.place[1]) if provision.place else "",
        "confidential": "yes" if provision.confidential else "",
        "languages": _languages(provision.languages),
        "teams": _text(provision.teams),
        "vehicles": _text(provision.vehicles),
        "beds": "" if provision.beds is None else str(provision.beds),
        "started": _date_as_written(provision.started, 0),
        "ended": _date_as_written(provision.ended, 1),
        "suspended": "yes" if provision.suspended else "",
        "funded": _yes_no(provision.funded),
        "paid": _yes_no(provision.paid),
        "routes": _list(provision.routes),
        "refers_to": "; ".join(provision.refers_to),
        "ride": _yes_no(provision.ride),
        "public_phone": provision.phone,
    }
    return row | _area(provision) | _hours(provision) | _ages(provision)


def _text(value: object) -> str:
    return value.text if isinstance(value, Missing) else str(value)


def _list(values: tuple[str, ...] | Missing) -> str:
    return values.text if isinstance(values, Missing) else "; ".join(values)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _languages(languages: Sequence[tuple[str, str]] | Missing) -> str:
    """Return languages as the form asks for them: "Spanish (staff); Somali (interpreter)"; "all languages" stands alone."""
    if isinstance(languages, Missing):
        return languages.text
    return "; ".join(name if name == "all languages" else f"{name} ({strength})" for name, strength in languages)


def _types_as_written(types: tuple[str, ...] | Missing, form: Form | None) -> str:
    """Return kinds of service: by code, and in the older form by name."""
    if isinstance(types, Missing):
        return types.text
    names = Taxonomy.read().services
    return "; ".join(names[code].name["en"] if form == "health" else code for code in types)


def _date_as_written(date: dt.date | None, style: int) -> str:
    """Return a date in one of the styles that people mix.

    >>> [_date_as_written(dt.date(2026, 8, 19), style) for style in range(4)]
    ['2026-08-19', '8/19/2026', '19 Aug 2026', 'Aug 19, 2026']
    """
    if date is None:
        return ""
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[date.month - 1]
    styles = (date.isoformat(), f"{date.month}/{date.day}/{date.year}", f"{date.day} {month} {date.year}", f"{month} {date.day}, {date.year}")
    return styles[style % 4]


def _area(provision: Provision) -> Row:
    extent = provision.extent
    row = {"area": "", "area_radius": "", "area_polygon": "", "area_except": "", "area_focus": provision.focus.said if provision.focus else ""}
    if isinstance(extent, Missing):
        return row | {"area": extent.text}
    if extent.circle is not None:
        return row | {"area_radius": f"{extent.circle[2]:g} m"}
    if extent.wkt and not extent.said.startswith("552"):
        return row | {"area_polygon": extent.wkt}
    return row | {"area": area_as_written(provision.organization, extent), "area_except": extent.but_said}


def area_as_written(organization: str, extent: Extent) -> str:
    """Return an area as its provider put it, misspelt where it is one of `PLACES_AS_WRITTEN`."""
    name, written = PLACES_AS_WRITTEN.get(organization, ("", ""))
    return "; ".join(written if part == name else part for part in extent.said.split("; "))


def _ages(provision: Provision) -> Row:
    if isinstance(provision.ages, Missing):
        return {"age_min": provision.ages.text, "age_max": "", "ages": provision.ages.text}
    least, most = provision.ages
    if least is None and most is None:
        return {"age_min": "all", "age_max": "", "ages": "all"}
    ages = f"{least}+" if most is None else f"{least}-{most}"
    return {"age_min": "" if least is None else str(least), "age_max": "" if most is None else str(most), "ages": ages}


def _hours(provision: Provision) -> Row:
    """Return hours in every way a form may ask for them: a text, days, shifts. Only what its form asks is written."""
    row = {f"hours_{day}": "" for day in DAY_NAMES} | {"hours": "", "slot1_days": "", "slot1_opens": "", "slot1_closes": "", "intake_hours": ""}
    if isinstance(provision.hours, Missing):
        opens, _, closes = provision.hours.text.partition("-")
        shift = {"slot1_days": "Mo-Fr", "slot1_opens": opens, "slot1_closes": closes} if closes else {}
        return row | {"hours": provision.hours.text} | shift
    row["hours"] = as_osm(provision.hours)
    row["intake_hours"] = as_osm(provision.intake) if provision.intake else ""
    first = provision.hours[0]
    row |= {"slot1_days": _days(first), "slot1_opens": first.opens, "slot1_closes": first.closes}
    for day, name in enumerate(DAY_NAMES):
        spans = [f"{shift.opens}-{shift.closes}" for shift in provision.hours if day in shift.days]
        row[f"hours_{name}"] = ", ".join(spans) or "closed"
    if provision.key[:2] in HOURS_AS_WRITTEN:
        row |= {f"hours_{day}": "" for day in DAY_NAMES} | {"hours": HOURS_AS_WRITTEN[provision.key[:2]]}
    return row


def as_osm(shifts: Week) -> str:
    """Return hours in OpenStreetMap syntax, joined by commas so that a night shift is not cut.

    >>> from ecosystem.demo.intent import week
    >>> as_osm(week("Mo-Fr 07:00-19:00, Sa 08:00-16:30")), as_osm(week("24/7"))
    ('Mo-Fr 07:00-19:00, Sa 08:00-16:30', '24/7')
    """
    if shifts == (Shift(tuple(range(7)), "00:00", "24:00"),):
        return "24/7"
    return ", ".join(f"{_days(shift)} {shift.opens}-{shift.closes}" for shift in shifts)


def _days(shift: Shift) -> str:
    first, last = DAYS[shift.days[0]], DAYS[shift.days[-1]]
    return first if first == last else f"{first}-{last}"
