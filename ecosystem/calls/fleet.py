"""Which crew would take which call, and how often is none of them free?

A call goes to the crews that answer its need, serve its area and are on duty, in proportion to how many of each can go and to the share of the
area's residents they serve. A crew without a vehicle stays in, so as many can go as there are teams or vehicles, whichever are fewer; a team that
says it has no vehicle at all walks. The load of a crew at a half hour is what came to it within the time one call takes, times that time; the share
of calls that finds everyone busy is Erlang's loss (`ecosystem.calls.capacity`). Crews do not help each other out, which makes the loss an upper
estimate. A call that a line, a form or an open door answers as well is never lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosystem.calls.capacity import share_blocked
from ecosystem.calls.clocks import SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Limit = Literal["vehicles", "teams"]


@dataclass(frozen=True, slots=True, eq=False)
class Crew:
    """One mobile delivery as calls meet it. `on_duty` (336,) bool; `reach` (areas,) the share of each area's residents it serves.

    `teams` and `vehicles` are None where nobody answered; `minutes` is how long one call about each of its needs binds a team.
    """

    id: str
    needs: frozenset[str]
    on_duty: NDArray[np.bool_]
    reach: Floats
    teams: float | None
    vehicles: float | None
    minutes: Mapping[str, float]

    @property
    def can_go(self) -> int | None:
        """Teams that can go at once; None where teams or vehicles are not known."""
        if self.teams is None or self.vehicles is None:
            return None
        return int(self.teams if self.vehicles == 0 else min(self.teams, self.vehicles))

    @property
    def limit(self) -> Limit:
        """What keeps more from going: vehicles where there are fewer than teams."""
        return "vehicles" if self.teams is not None and self.vehicles is not None and 0 < self.vehicles < self.teams else "teams"


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What comes to one crew in the time of the cube: calls `allotted`, of them `lost`, lost `by_need`, and lost if every team had a vehicle."""

    crew: Crew
    allotted: float
    lost: float
    by_need: Mapping[str, float]
    lost_with_all: float


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What the crews can serve of the covered calls: `served` calls in the time of the cube, None where a crew that gets calls did not say how
    many teams and vehicles it has (`not_told`, ids); the `work` of each crew that did."""

    served: float | None
    work: tuple[Work, ...]
    not_told: tuple[str, ...]


def send(crews: Sequence[Crew], covered: Mapping[str, Floats], by_others: Mapping[str, NDArray[np.bool_]], *, weeks: float) -> Answered:
    """Return what the crews can serve of the `covered` calls, per need (areas, 336) counted over `weeks`.

    `by_others`, per need (areas, 336), is True where a line, a form or a place answers as well.
    """
    parts = _shares(crews, covered)
    total = sum(float(calls.sum()) for calls in covered.values())
    lost_in_all, work, not_told = 0.0, [], []
    for number, crew in enumerate(crews):
        calls = {need: covered[need] * part for (need, owner), part in parts.items() if owner == number}
        allotted = sum(float(own.sum()) for own in calls.values())
        if allotted <= 0:
            continue
        if crew.can_go is None:
            not_told.append(crew.id)
            continue
        load = np.zeros(SLOTS)
        for need, own in calls.items():
            hours = crew.minutes[need] / 60
            load = load + _over_last(own.sum(axis=0) / (weeks * 0.5), hours) * hours
        blocked, blocked_with_all = share_blocked(load, crew.can_go), share_blocked(load, int(crew.teams or 0))
        by_need = {need: float((own * ~by_others[need] * blocked).sum()) for need, own in calls.items()}
        with_all = sum(float((own * ~by_others[need] * blocked_with_all).sum()) for need, own in calls.items())
        lost_in_all += sum(by_need.values())
        work.append(Work(crew, allotted, sum(by_need.values()), by_need, with_all))
    return Answered(None if not_told else total - lost_in_all, tuple(work), tuple(sorted(not_told)))


def _shares(crews: Sequence[Crew], covered: Mapping[str, Floats]) -> dict[tuple[str, int], Floats]:
    """Which share of a need's calls, (areas, 336), goes to which crew. One that did not say how many it is counts as one team."""
    found: dict[tuple[str, int], Floats] = {}
    for need in covered:
        strength = {
            number: (1 if crew.can_go is None else crew.can_go) * np.outer(crew.reach, crew.on_duty)
            for number, crew in enumerate(crews)
            if need in crew.needs
        }
        whole = sum(strength.values(), np.zeros(covered[need].shape))
        for number, own in strength.items():
            found[need, number] = np.divide(own, whole, out=np.zeros(own.shape), where=whole > 0)
    return found


def _over_last(rate: Floats, hours: float) -> Floats:
    """The mean rate over the last `hours` up to each half hour, this one included; the week wraps."""
    n = min(SLOTS, max(1, round(2 * hours)))
    mean: Floats = np.mean([np.roll(rate, shift) for shift in range(n)], axis=0)
    return mean
