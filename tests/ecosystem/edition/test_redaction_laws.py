"""What one edition may not know is still possible: redaction never makes a gap and never makes coverage."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ecosystem.edition import EDITIONS, Edition, redact
from ecosystem.graph import answered_needs
from ecosystem.records import (
    BLANK,
    NOT_ASKED,
    AreaPart,
    Contact,
    CoverageArea,
    Delivery,
    Location,
    Publish,
    Records,
    Unknown,
)
from ecosystem.schedule import ALWAYS, NEVER, Hours, Piece, Schedule
from shelters import LATITUDE, LONGITUDE, PHONE, SHELTER, TAXONOMY, records_of, service

AREAS = ("a1", "a2", "a3")
RADIUS_COVERS = frozenset(("a1", "a2"))


def ground(area: CoverageArea) -> frozenset[str]:
    """The areas of a tiny city that a service area covers; every drawn shape covers a1 and a2."""

    def of_part(part: AreaPart) -> frozenset[str]:
        return frozenset(AREAS) if part.kind == "citywide" else frozenset(part.area_ids) if part.kind == "areas" else RADIUS_COVERS

    found: frozenset[str] = frozenset().union(*map(of_part, area.parts))
    return found - frozenset().union(*map(of_part, area.exclusions))


def presence(found: Delivery) -> tuple[frozenset[str], frozenset[str], Schedule, Schedule]:
    """(areas known, areas possible, minutes known, minutes possible) by the rules of design 1, worked out apart from graph and coverage."""
    everywhere, nowhere = frozenset(AREAS), frozenset[str]()
    area, focus = found.area, found.focus
    possible = everywhere if isinstance(area, Unknown) or area.unresolved else ground(area)
    known = nowhere if isinstance(area, Unknown) or not area.certain else ground(area)
    if not isinstance(focus, Unknown):
        known = ground(focus) if focus.certain else nowhere
        possible = everywhere if focus.unresolved else possible
    mode = None if isinstance(found.mode, Unknown) else found.mode
    hours = (NEVER, ALWAYS) if isinstance(found.hours, Unknown) else found.hours.counted(mode)
    if found.is_placeholder:
        known, hours = nowhere, (NEVER, hours[1])
    return known, possible | known, hours[0], hours[1]


def depths(records: Records) -> dict[tuple[str, str, int], tuple[int, int, int, int]]:
    """(known, possible) deliveries and organizations per need, area and sampled minute."""
    services = {s.key: s for s in records.services}
    found: dict[tuple[str, str, int], tuple[set[str], set[str], set[str], set[str]]] = {}
    for d in records.deliveries:
        if not d.life.is_live(dt.date(2026, 10, 1)):
            continue
        known, possible, certain, maybe = presence(d)
        for need, answer in answered_needs(services[d.service], TAXONOMY).items():
            if answer.weight < 1:
                continue
            for area in possible:
                for minute in range(0, 10_080, 240):
                    if minute not in maybe:
                        continue
                    cell = found.setdefault((need, area, minute), (set(), set(), set(), set()))
                    cell[1].add(d.id)
                    cell[3].add(d.organization)
                    if area in known and minute in certain and answer.certain:
                        cell[0].add(d.id)
                        cell[2].add(d.organization)
    return {key: (len(a), len(b), len(c), len(e)) for key, (a, b, c, e) in found.items()}


LEVELS = st.sampled_from(["public", "partner", "analyst"])
PARTS = st.one_of(
    st.lists(st.sampled_from(AREAS), min_size=1, max_size=2, unique=True).map(lambda ids: AreaPart("areas", "areas", tuple(ids))),
    st.just(AreaPart("citywide")),
    st.just(AreaPart("radius", longitude=LONGITUDE, latitude=LATITUDE, radius_m=900.0)),
)
GROUNDS = st.builds(
    CoverageArea,
    parts=st.lists(PARTS, min_size=1, max_size=2).map(tuple),
    exclusions=st.lists(PARTS, max_size=1).map(tuple),
    certain=st.booleans(),
    unresolved=st.sampled_from([(), ("by 1420 Maple",)]),
)
SCHEDULES = st.sampled_from(
    [ALWAYS, Schedule.daily("08:00", "17:00", days=range(5)), Schedule.daily("16:00", "02:00"), Schedule.daily("22:00", "08:00")]
)
PIECES = st.builds(Piece, st.sampled_from(["open", "intake", "response", "phone", "office"]), SCHEDULES, st.booleans())
UNKNOWNS = st.sampled_from([BLANK, NOT_ASKED, Unknown("dont_know")])
MODES = st.sampled_from(["walk_in", "appointment", "mobile", "phone", "virtual", "residential", "institution"])
DELIVERIES = st.builds(
    Delivery,
    id=st.just(""),
    organization=st.sampled_from(["harbor", "other"]),
    service=st.sampled_from(["shelter", "street", "club", "quiet"]),
    name=st.sampled_from(["Night door", "1420 Maple"]),
    site=st.sampled_from(["", "Maple House"]),
    mode=st.one_of(MODES, UNKNOWNS),
    hours=st.one_of(st.builds(Hours, st.lists(PIECES, max_size=3).map(tuple)), UNKNOWNS),
    area=st.one_of(GROUNDS, UNKNOWNS),
    focus=st.one_of(GROUNDS, UNKNOWNS),
    location=st.one_of(st.sampled_from([SHELTER, Location("99 Oak Ave", -93.2, 44.9)]), UNKNOWNS),
    contact=st.one_of(st.sampled_from([Contact(PHONE), Contact("612-555-0199")]), UNKNOWNS),
    publish=st.builds(Publish, LEVELS, LEVELS, LEVELS, LEVELS),
    protected=st.booleans(),
)


@given(st.lists(DELIVERIES, min_size=1, max_size=4), st.sampled_from(EDITIONS))
def test_redaction_never_makes_a_gap_and_never_makes_coverage(drawn: list[Delivery], edition: Edition) -> None:
    deliveries = [replace(d, id=f"d{number}", service=f"{d.organization}/{d.service}") for number, d in enumerate(drawn)]
    kinds = {"shelter": "04c", "street": "05a", "club": "09a", "quiet": "06a"}
    services = [service(f"{key}/{name}", code, organization=key) for key in ("harbor", "other") for name, code in kinds.items()]
    records = records_of(*deliveries, services=tuple(services))
    before, after = depths(records), depths(redact(records, edition, taxonomy=TAXONOMY))
    for cell, (known, possible, known_organizations, possible_organizations) in before.items():
        now = after.get(cell, (0, 0, 0, 0))
        assert now[1] >= possible
        assert now[3] >= possible_organizations
        assert now[0] <= known
        assert now[2] <= known_organizations
    assert all(now[0] == 0 for cell, now in after.items() if cell not in before)


@given(st.lists(DELIVERIES, min_size=1, max_size=4), st.sampled_from(["public", "partner"]))
def test_redacting_twice_changes_nothing_that_shows(drawn: list[Delivery], edition: Edition) -> None:
    """What is left of a first redaction holds no secret a second one would find."""
    deliveries = [replace(d, id=f"d{number}", service=f"{d.organization}/{d.service}") for number, d in enumerate(drawn)]
    kinds = {"shelter": "04c", "street": "05a", "club": "09a", "quiet": "06a"}
    services = [service(f"{key}/{name}", code, organization=key) for key in ("harbor", "other") for name, code in kinds.items()]
    redacted = redact(records_of(*deliveries, services=tuple(services)), edition, taxonomy=TAXONOMY)
    shown = {(d.location, d.contact) for d in redacted.deliveries if not isinstance(d.location, Unknown)}
    hidden = [d for d in deliveries if d.protected or (d.service.endswith("/shelter") and d.mode not in ("phone", "virtual"))]
    for d in hidden:
        others = {x.organization for x in deliveries if x.location == d.location} - {d.organization}
        if not others:
            assert all(location != d.location for location, _ in shown)
