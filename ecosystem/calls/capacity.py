"""Of the calls that a team on duty could take, how many find a team and a vehicle free?

A crew without a van stays in: teams that can go are the smaller of the two. The offered load A of a half hour is the number of calls that would be
in work if teams were without number: those that came within the time one call takes. With c teams that can go, a call that finds all of them busy
goes to police at once. The share that does is Erlang's loss formula

    B(0, A) = 1;  B(k, A) = A B(k-1, A) / (k + A B(k-1, A))

(A. K. Erlang 1917), which needs no law for how long calls take; with loads that change over the day it is the modified-offered-load approximation
(Jagerman 1975). Teams that answer a need in common back each other up and are one *pool*. What is
lost here is a want of teams or vehicles and never a failure to send.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls.clocks import SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUSY = 0.85
"""Above this utilisation teams are overloaded: flagged."""


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """One delivery as the calls meet it. `on_duty` are half hours of the week; teams and vehicles None where nobody answered.

    `minutes` is the mean time one call binds a team, usually longer than it binds police.
    """

    id: str
    needs: frozenset[str]
    on_duty: NDArray[np.bool_]
    teams: float | None
    vehicles: float | None
    minutes: float
    uses_vehicles: bool = True

    @property
    def can_go(self) -> float | None:
        """Teams that can go at once: the smaller of teams and vehicles. One number alone is an upper bound and not taken for the smaller."""
        if self.teams is None or (self.uses_vehicles and self.vehicles is None):
            return None
        return min(self.teams, self.vehicles) if self.uses_vehicles and self.vehicles is not None else self.teams


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Teams that share needs: `can_go` per half hour, offered `load`, share `served`, and `utilisation` of the teams on duty."""

    ids: tuple[str, ...]
    needs: frozenset[str]
    can_go: NDArray[np.int64]
    load: NDArray[np.float64]
    served: NDArray[np.float64]

    @property
    def utilisation(self) -> NDArray[np.float64]:
        carried: NDArray[np.float64] = self.load * self.served
        return np.divide(carried, self.can_go, out=np.zeros(SLOTS), where=self.can_go > 0)

    @property
    def busy_slots(self) -> NDArray[np.intp]:
        """Half hours in which teams are overloaded."""
        return np.flatnonzero(self.utilisation > BUSY)


def share_blocked(load: float | NDArray[np.float64], teams: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """Return Erlang's B: the share of calls that find all teams busy. Without teams all are.

    >>> [round(float(share_blocked(1.0, 1)), 3), round(float(share_blocked(3.0, 5)), 3)]
    [0.5, 0.11]
    """
    offered, servers = np.broadcast_arrays(np.asarray(load, dtype=np.float64), np.asarray(teams, dtype=np.int64))
    blocked = np.ones(offered.shape)
    for k in range(1, int(servers.max(initial=0)) + 1):
        step = offered * blocked / (k + offered * blocked)
        blocked = np.where(servers >= k, step, blocked)
    return blocked


def make_pools(teams: Iterable[Team], calls_per_hour: Mapping[str, NDArray[np.float64]]) -> tuple[Pool, ...] | None:
    """Return the pools with what each can serve; None where a team that takes calls did not say how many teams and vehicles it has.

    `calls_per_hour` are, per need and half hour of the week, eligible calls an hour for which somebody is on duty (not all of the city's).
    """
    groups: list[list[Team]] = []
    for team in teams:
        linked = [group for group in groups if any(team.needs & other.needs for other in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([team, *(other for group in linked for other in group)])
    pools = []
    for group in groups:
        needs = frozenset(need for team in group for need in team.needs)
        rate = sum((calls_per_hour[need] for need in sorted(needs) if need in calls_per_hour), np.zeros(SLOTS))
        if not rate.any():
            continue
        if any(team.can_go is None for team in group):
            return None
        on_duty = np.stack([team.on_duty * float(team.can_go or 0) for team in group])
        strength = on_duty.sum(axis=0)
        minutes = np.stack([team.minutes * row for team, row in zip(group, on_duty, strict=True)]).sum(axis=0)
        tau = np.divide(minutes, strength, out=np.zeros(SLOTS), where=strength > 0) / 60
        can_go = np.floor(strength).astype(np.int64)
        load = _over_last(rate, float(tau[strength > 0].mean()) if (strength > 0).any() else 0.0) * tau
        served = np.where(can_go > 0, 1 - share_blocked(load, can_go), 0.0)
        pools.append(Pool(tuple(sorted(team.id for team in group)), needs, can_go, load, served))
    return tuple(pools)


def _over_last(rate: NDArray[np.float64], hours: float) -> NDArray[np.float64]:
    """The mean rate over the last `hours` up to each half hour, this one included; the week wraps."""
    n = min(SLOTS, max(1, round(2 * hours)))
    mean: NDArray[np.float64] = np.mean([np.roll(rate, shift) for shift in range(n)], axis=0)
    return mean


def share_served(pools: Iterable[Pool], covered: Mapping[str, NDArray[np.float64]]) -> float:
    """Return which share of covered eligible calls the pools serve; `covered` are calls per need and half hour. A need without a pool needs no
    team: a form on the web is never busy."""
    total = sum(float(calls.sum()) for calls in covered.values())
    by_need = {need: pool for pool in pools for need in pool.needs}
    served = sum(float((calls * by_need[need].served).sum()) if need in by_need else float(calls.sum()) for need, calls in covered.items())
    return served / total if total else 0.0
