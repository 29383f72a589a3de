"""What stands for a delivery that an edition may not show as it is?

A stand-in never holds less ground or fewer minutes than what it stands for: what is taken away becomes possible, everywhere and always.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ecosystem.edition.hidden import Edition, may_show
from ecosystem.records import AreaPart, Contact, CoverageArea, Delivery, Eligibility, Life, Unknown, known_or
from ecosystem.schedule import NEVER, PARTS_OF_WEEK, Hours, Kind, Piece, union

REDACTED = Unknown("redacted")


def redacted(value: Any) -> Any:
    """Return Unknown("redacted") for a fact that is known; one that is not keeps its own reason."""
    return value if isinstance(value, Unknown) else REDACTED


def placeholder(delivery: Delivery, new_id: str, name: str, area: CoverageArea | Unknown, *, is_named: bool) -> Delivery:
    """Return what stands for a delivery that may not show: it may be there at any hour, for those it says it is for; where the organization is
    not named either, for anybody."""
    return _stand_in(
        delivery,
        new_id,
        name,
        mode=REDACTED,
        hours=REDACTED,
        area=area,
        eligibility=replace(delivery.eligibility, groups=REDACTED) if is_named else Eligibility(REDACTED, REDACTED, REDACTED),
        languages=REDACTED,
        routes=REDACTED,
        contact=REDACTED,
        is_placeholder=True,
    )


def line(delivery: Delivery, new_id: str, name: str, contact: Contact, edition: Edition) -> Delivery:
    """Return the public phone of a protected delivery as a line of its own. Its hours are shown, where phone hours were given, but not counted
    as certain: the answer was about the place."""
    hours: Hours | Unknown = REDACTED
    if not isinstance(delivery.hours, Unknown) and may_show(delivery.publish.hours, edition):
        pieces = tuple(replace(piece, certain=False) for piece in delivery.hours.pieces if piece.kind == "phone")
        hours = Hours(pieces) if pieces else REDACTED
    return _stand_in(delivery, new_id, name, mode="phone", hours=hours, area=REDACTED, languages=timeless(delivery), contact=contact)


def street_team(delivery: Delivery, new_id: str, name: str) -> Delivery:
    """Return a street team as partners see it: named areas and parts of the week."""
    ground = named_ground(delivery)
    is_exact = not isinstance(ground, Unknown) and isinstance(delivery.focus, Unknown)
    hours = delivery.hours
    return _stand_in(
        delivery,
        new_id,
        name,
        mode=delivery.mode,
        hours=hours if isinstance(hours, Unknown) else _in_parts_of_week(hours, delivery),
        area=ground if is_exact or isinstance(ground, Unknown) else replace(ground, certain=False),
        eligibility=Eligibility(delivery.eligibility.ages, delivery.eligibility.genders, REDACTED),
        languages=REDACTED,
        routes=REDACTED,
        contact=REDACTED,
    )


def named_ground(delivery: Delivery) -> CoverageArea | Unknown:
    """Return the named areas a delivery may serve, without drawn shapes and free words: at least as large as what it claims."""
    area, focus = delivery.area, delivery.focus
    known = [ground for ground in (area, focus) if not isinstance(ground, Unknown)]
    if isinstance(area, Unknown) or any(ground.unresolved or has_shapes(ground.parts) for ground in known):
        return REDACTED
    parts = tuple(dict.fromkeys(part for ground in known for part in ground.parts))
    exclusions = tuple(part for part in area.exclusions if part.kind in ("areas", "citywide")) if len(known) == 1 else ()
    certain = area.certain and len(exclusions) == len(area.exclusions)
    return CoverageArea(parts, exclusions, certain=certain, vintage=area.vintage)


def has_shapes(parts: Iterable[AreaPart]) -> bool:
    """Return whether one of the parts is drawn, a radius or a polygon, and not named."""
    return any(part.kind in ("radius", "polygon") for part in parts)


def timeless(delivery: Delivery) -> Any:
    """Return the languages; Unknown where they name hours of their own, since without those they would promise more."""
    languages = known_or(delivery.languages, ())
    return REDACTED if any(language.when is not None for language in languages) else delivery.languages


def _stand_in(delivery: Delivery, new_id: str, name: str, **shown: Any) -> Delivery:
    """Return a delivery of the same service without its place, that shows these facts and how long it has been there."""
    life = Life(delivery.life.started, delivery.life.ended, delivery.life.suspended)
    return Delivery(
        id=new_id,
        organization=delivery.organization,
        service=delivery.service,
        name=name,
        life=life,
        location=REDACTED,
        sources=delivery.sources,
        **shown,
    )


def _in_parts_of_week(hours: Hours, delivery: Delivery) -> Hours:
    mode = None if isinstance(delivery.mode, Unknown) else delivery.mode
    certain, possible = hours.counted(mode)
    kind: Kind = "phone" if mode in ("phone", "virtual") else "response" if mode in ("mobile", None) else "open"
    whole = union(part for part in PARTS_OF_WEEK.values() if part <= certain)
    touched = union(part for part in PARTS_OF_WEEK.values() if (part & possible) != NEVER)
    pieces = [Piece(kind, whole)] if whole else []
    if touched - whole:
        pieces.append(Piece(kind, touched - whole, certain=False, flags=("day_part",)))
    return Hours(tuple(pieces))
