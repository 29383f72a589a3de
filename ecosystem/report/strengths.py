"""What is strong here? Each function is one kind of strength, told from the results if they show it.

Assets come before deficits, so the first page opens with the first five of these that hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from ecosystem.coverage import COVERED, counted_minutes
from ecosystem.findings import Finding
from ecosystem.presentation import DAY_PARTS
from ecosystem.records import Unknown
from ecosystem.report.document import Item
from ecosystem.report.headlines import backups
from ecosystem.report.material import Material
from ecosystem.schedule import ALWAYS

COMMUNITY = ("community", "faith", "resident", "tribal")
"""Sectors that are the community itself."""


def find_strengths(m: Material, most: int = 5) -> tuple[Item, ...]:
    """Return the first `most` strengths that the results show, in the order of `STRENGTHS`."""
    found = [item for tell in STRENGTHS if (item := tell(m)) is not None]
    return tuple(found[:most])


def _always_there(m: Material) -> Item | None:
    needs = needs_always_covered(m)
    if not needs:
        return None
    return Item(
        m.say("strength.always.title"),
        m.say("strength.always", field=m.quoted(needs)),
        m.say("strength.always.how", n=len(m.inhabited)),
        chapter="assets",
    )


def _weekdays(m: Material) -> Item | None:
    part = DAY_PARTS[0]
    slots = part.when.slots(m.coverage.slot_minutes)
    rows = _rows(m)
    needs = [need for need in m.coverage.needs if rows.size and bool((m.coverage.state(need)[rows][:, slots] == COVERED).all())]
    if not needs:
        return None
    return Item(
        m.say("strength.weekdays.title", n=len(needs)),
        m.say("strength.weekdays", n=len(needs), total=len(m.coverage.needs), field=m.quoted(needs), first=part.hours[m.language]),
        m.say("strength.weekdays.how"),
        chapter="assets",
    )


def _breadth(m: Material) -> Item | None:
    organizations = [o for o in m.eco.records.organizations if o.key in organizations_with_services(m)]
    if not organizations:
        return None
    from_community = sum(organization.sector in COMMUNITY for organization in organizations)
    services = len(live_services(m))
    return Item(
        m.say("strength.breadth.title", n=len(organizations)),
        m.join(m.say("strength.breadth", total=services), m.say("strength.breadth.community", n=from_community) if from_community else ""),
        m.say("strength.breadth.how"),
        chapter="assets",
    )


def _languages(m: Material) -> Item | None:
    counts = languages_spoken(m)
    codes = [code for code, (staff, _) in counts.items() if staff and code not in ("en", "*")]
    if not codes:
        return None
    return Item(
        m.say("strength.languages.title", n=len(codes)),
        m.say("strength.languages", field=codes, n=len(codes)),
        m.say("strength.languages.how"),
        chapter="assets",
    )


def _day_and_night(m: Material) -> Item | None:
    ids = [
        delivery.id
        for delivery in m.eco.records.deliveries
        if not (delivery.is_baseline or delivery.is_placeholder) and delivery.life.is_live(m.city.as_of) and counted_minutes(delivery)[0] == ALWAYS
    ]
    if not ids:
        return None
    return Item(m.say("strength.day_and_night.title", n=len(ids)), m.say("strength.day_and_night", deliveries=ids), chapter="assets")


def _backups(m: Material) -> Item | None:
    return _pairs(m, "backup", backups(m))


def _relays(m: Material) -> Item | None:
    return _pairs(m, "relay", [finding for finding in m.findings("overlaps", "overlap") if finding.values.get("verdict") == "complement"])


def _pairs(m: Material, which: str, findings: list[Finding]) -> Item | None:
    if not findings:
        return None
    return Item(
        m.say(f"strength.{which}.title", n=len(findings)),
        m.say(f"strength.{which}", n=len(findings), deliveries=findings[0].deliveries),
        m.say("strength.pairs.how"),
        tuple(finding.id for finding in findings[:1]),
        "overlaps",
    )


def _without_public_money(m: Material) -> Item | None:
    ids = [
        delivery.id
        for delivery in m.eco.records.deliveries
        if delivery.life.is_live(m.city.as_of) and not isinstance(delivery.life.funded, Unknown) and not delivery.life.funded
    ]
    if not ids:
        return None
    return Item(m.say("strength.unfunded.title", n=len(ids)), m.say("strength.unfunded", n=len(ids)), chapter="assets")


STRENGTHS: tuple[Callable[[Material], Item | None], ...] = (
    _always_there,
    _breadth,
    _weekdays,
    _languages,
    _day_and_night,
    _backups,
    _relays,
    _without_public_money,
)


# ------------------------------------------------------------------------------------------------- what strengths and the chapter of assets share


def needs_always_covered(m: Material) -> tuple[str, ...]:
    """Return the needs that are covered at all hours of the week in all areas where somebody lives, from the table of gaps."""
    table = m.table("gaps")
    if table is None or table.empty:
        return ()
    least = table.groupby("need", observed=True)["covered_hours"].min()
    needs = [need for need in m.coverage.needs if need in least.index and float(least[need]) >= ALWAYS.hours]
    return tuple(m.by_response(needs))


def live_services(m: Material) -> tuple[str, ...]:
    """Return keys of the services with a delivery that is live on the city's date; police, fire and EMS are left out."""
    keys = {d.service for d in m.eco.records.deliveries if d.life.is_live(m.city.as_of) and not d.is_baseline}
    return tuple(sorted(keys))


def organizations_with_services(m: Material) -> frozenset[str]:
    """Return keys of the organizations that told of a live service, or of which a listing tells one.

    An edition may give a part of an organization a name of its own; only the one that answered is counted.
    """
    told_of = frozenset(response.organization for response in m.eco.records.responses)
    return frozenset(m.eco.services[key].organization for key in live_services(m)) & told_of


def languages_spoken(m: Material) -> dict[str, tuple[int, int]]:
    """Return per language how many live deliveries have (staff who speak it, an interpreter for it), most first."""
    counts: dict[str, list[int]] = {}
    for delivery in m.eco.records.deliveries:
        if delivery.is_baseline or not delivery.life.is_live(m.city.as_of):
            continue
        for spoken in _strongest(delivery.languages):
            pair = counts.setdefault(spoken[0], [0, 0])
            pair[0 if spoken[1] == "staff" else 1] += 1
    order = sorted(counts, key=lambda code: (-counts[code][0], -counts[code][1], code))
    return {code: (counts[code][0], counts[code][1]) for code in order}


def _strongest(languages: object) -> Iterable[tuple[str, str]]:
    strongest: dict[str, str] = {}
    if isinstance(languages, tuple):
        for language in languages:
            if language.strength != "materials" and strongest.get(language.code) != "staff":
                strongest[language.code] = language.strength
    return strongest.items()


def _rows(m: Material) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.flatnonzero(m.coverage.area_residents > 0)
