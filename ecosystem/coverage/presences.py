"""Which deliveries take part, and where and when is each there for what?

Units of one area that the same deliveries cover are one *class*: what is true of one of them is true of all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.coverage.resident import Resident, fits, language_hours
from ecosystem.graph import Answer, Ecosystem, answered_needs, served_units
from ecosystem.records import Delivery, Service, Unknown
from ecosystem.schedule import ALWAYS, NEVER, Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray


def counted_minutes(delivery: Delivery) -> tuple[Schedule, Schedule]:
    """Return the (known, possible) minutes of the week that count for coverage. Hours that are not known are possible at every minute."""
    mode = None if isinstance(delivery.mode, Unknown) else delivery.mode
    if isinstance(delivery.hours, Unknown):
        return NEVER, ALWAYS
    known, possible = delivery.hours.counted(mode)
    return (NEVER if delivery.is_placeholder else known), possible


@dataclass(frozen=True, slots=True)
class Presence:
    """Where and when one delivery is there for what, by certainty: one column of the cube.

    `member_known` and `member_possible` are bool over classes; `answers` maps need codes to certain yes or no; possible always includes known.
    """

    id: str
    organization: str
    member_known: NDArray[np.bool_]
    member_possible: NDArray[np.bool_]
    known: Schedule
    possible: Schedule
    answers: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Ground:
    """The units of a city put together to classes: int32 `unit_class` (units,), the class of each, and `class_area` (classes,), its area."""

    unit_class: NDArray[np.int32]
    class_area: NDArray[np.int32]


def presences_of(eco: Ecosystem, as_of: dt.date, resident: Resident | None) -> tuple[list[Presence], Ground]:
    """Return where and when each delivery that takes part is there, in the order of the records, and the classes they make of the ground."""
    taking_part = list(_taking_part(eco, as_of, resident))
    members = [served_units(delivery, eco.geography) for delivery, _, _ in taking_part]
    unit_class, class_area = _classes(eco.geography.units.area_index, members)
    first_unit = np.unique(unit_class, return_index=True)[1]
    presences = [
        _presence(delivery, answers, doubt, known[first_unit], possible[first_unit], resident)
        for (delivery, answers, doubt), (known, possible) in zip(taking_part, members, strict=True)
    ]
    return presences, Ground(unit_class, class_area)


def _taking_part(eco: Ecosystem, as_of: dt.date, resident: Resident | None) -> Iterable[tuple[Delivery, dict[str, Answer], bool]]:
    """Deliveries of the cube with what they answer, and whether their fit to the person is in doubt."""
    for delivery in eco.records.deliveries:
        if delivery.is_baseline or not delivery.life.is_live(as_of):
            continue
        service: Service = eco.services[delivery.service]
        answers = {need: answer for need, answer in answered_needs(service, eco.taxonomy).items() if answer.weight >= 1}
        fit = True if resident is None else fits(delivery, resident)
        if answers and fit is not False:
            yield delivery, answers, fit is None


def _presence(
    delivery: Delivery,
    answers: dict[str, Answer],
    doubt: bool,
    member_known: NDArray[np.bool_],
    member_possible: NDArray[np.bool_],
    resident: Resident | None,
) -> Presence:
    known, possible = counted_minutes(delivery)
    if resident is not None and resident.language:
        spoken = language_hours(delivery, resident.language)
        known, possible = known & spoken, possible & spoken
    sure = not (doubt or delivery.is_placeholder)
    certain = {need: answer.certain and sure for need, answer in answers.items()}
    return Presence(delivery.id, delivery.organization, member_known, member_possible, known, possible, certain)


def _classes(
    area_index: NDArray[np.int32], members: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return (class of each unit, area of each class): units of one area in the same known and possible memberships are one class."""
    columns = [column for pair in members for column in pair]
    bits = np.packbits(np.stack(columns, axis=1), axis=1) if columns else np.zeros((len(area_index), 0), np.uint8)
    keys = np.concatenate([area_index.astype(">i4").view(np.uint8).reshape(len(area_index), 4), bits], axis=1)
    rows = np.ascontiguousarray(keys).view(np.dtype((np.void, keys.shape[1]))).ravel()
    _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
    return inverse.astype(np.int32), area_index[first].astype(np.int32)
