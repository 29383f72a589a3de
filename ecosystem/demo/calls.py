"""Who calls in Riverbend, where and when, and who goes?

The clean calls of a seed, before anybody writes them down: thirteen whole weeks of calls of residents up to the last Sunday before the city's
date, and shots fired of four years. A call is *eligible* when others than police could take it. If one of their desks is on duty there and then,
it is given to one, in proportion to the vehicles that can go; if all of them are out, police go, and the call is *lost* for want of a vehicle.
Calls are spread evenly over their hours and places (every kind by its own law), so that a city's shares hold for every seed.

Times are seconds of local wall time since `START`. Everything is invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.demo.call_types import CRISIS_TYPES, TYPES, When, Where
from ecosystem.demo.intent import Intent, Missing, Provision
from ecosystem.demo.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WEEKS = 13
START = dt.datetime(2026, 6, 29)
"""Monday 00:00: from then on the export holds every call. It ends on Sunday, 27 September."""
HISTORY_START = dt.datetime(2022, 10, 3)
"""Shots fired are known since this Monday: four times 52 weeks up to the end."""
SPRING = (dt.date(2023, 3, 12), dt.date(2024, 3, 10), dt.date(2025, 3, 9), dt.date(2026, 3, 8))
AUTUMN = dt.date(2025, 11, 2)
"""Nights on which clocks change: an hour is left out, an hour comes twice."""
WEEK_S, SLOT_S = 604_800, 1_800
SLOTS = 336

GOAL_TODAY = 0.09
"""Share of residents' calls that somebody other than police answers today."""
CRISIS_TAKEN = 0.67
"""Share of eligible crisis calls that crisis teams take, of those that come while one is on duty."""

QUIET = 0.2
"""Calls per resident in Stonebridge, where the volunteers walk: one patrol is enough there."""

POLICE = "RPD"
DESKS: dict[tuple[str, str], tuple[str, float]] = {
    ("west-bank-crisis", "Mobile crisis team"): ("CRISIS WEST", 0),
    ("eastside-alliance", "Eastside mobile crisis team"): ("CRISIS EAST", 0),
    ("bend-hospital", "Weekend crisis pair"): ("CRISIS PAIR", 0),
    ("neighborhood-responders", "Community responders"): ("RESPONDERS", 45),
    ("traffic-agents", "Traffic agents"): ("TRAFFIC", 35),
    ("animal-care", "Animal care officers"): ("ANIMAL CARE", 40),
    ("property-standards", "Property inspections"): ("INSPECTIONS", 40),
    ("community-paramedics", "Community paramedics"): ("PARAMEDICS", 50),
    ("homeless-outreach", "Street outreach"): ("OUTREACH", 50),
    ("mediation-center", "Neighbor mediation"): ("MEDIATION", 60),
    ("night-lights", "Night walk"): ("NIGHT WALK", 30),
    ("st-brendan", "Evening soup walk"): ("SOUP WALK", 40),
    ("riverbend-311", "Online and phone reports"): ("ONLINE", 0),
    ("riverbend-311", "311 city line"): ("311", 0),
    ("report-desk", "Reports taken by civilians"): ("REPORT DESK", 0),
}
"""Desks that the dispatch center can give a call to, with the minutes a call binds one unit; 0 stands for the crisis teams' own, or for no unit."""
CRISIS_DESKS = ("CRISIS WEST", "CRISIS EAST", "CRISIS PAIR")
PHONE_DESKS, ONLINE_DESKS = ("311", "REPORT DESK"), ("ONLINE",)

_HOURS: dict[When, tuple[float, ...]] = {
    "flat": (0.7, 0.6, 0.5, 0.4, 0.4, 0.4, 0.5, 0.7, 0.9, 1, 1, 1, 1, 1, 1.1, 1.1, 1.2, 1.2, 1.2, 1.2, 1.1, 1, 0.9, 0.8),
    "day": (0.2, 0.15, 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 1.2, 1.3, 1.3, 1.3, 1.3, 1.3, 1.4, 1.5, 1.5, 1.4, 1.1, 0.9, 0.7, 0.5, 0.4, 0.3),
    "evening": (0.8, 0.6, 0.4, 0.3, 0.3, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9, 1, 1, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.5, 1.4, 1.2, 1),
    "late": (1.3, 1.1, 0.9, 0.6, 0.4, 0.3, 0.3, 0.4, 0.6, 0.7, 0.8, 0.8, 0.9, 0.9, 1, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.5, 1.5, 1.4),
    "night": (1.5, 1.4, 1.3, 1.1, 0.9, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7, 0.7, 0.7, 0.8, 0.8, 0.9, 1, 1.1, 1.3, 1.5, 1.6, 1.6),
    "weekend night": (1.8, 1.6, 1.2, 0.7, 0.4, 0.3, 0.2, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.6, 1.9, 2.1, 2),
    "party": (2.4, 2.1, 1.5, 0.8, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.3, 0.4, 0.7, 1, 1.6, 2.2, 2.6, 2.6),
}
"""How much each hour of the day gets, 00:00 first; scaled to their sum."""
_DAYS = (0.97, 0.95, 0.96, 1.0, 1.1, 1.12, 0.98)
_WEEKEND_DAYS = (0.72, 0.7, 0.75, 0.88, 1.3, 1.6, 1.15)
"""How much each day of the week gets, Monday first."""


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """The calls of residents that count, by time: one value per call in every array.

    `kind` is the row in `TYPES`, `area` the row in `area_ids`, `received` seconds since `START`. `desk` is who answered: a place in `DESKS`, -1
    for police; `given_to` the desk that it was given to, whether or not a unit was free; `need` what was behind it; `minutes` how long a unit of
    that desk was bound, 0 for police. `is_eligible`: others could take it; `is_lost`: a team was on duty and had no vehicle free; `open_share`:
    the share of its needs for which somebody is certainly on duty. `shots` are the shots fired before `START`: (kind, area, seconds since
    HISTORY_START).
    """

    area_ids: tuple[str, ...]
    kind: Ints
    area: Ints
    received: Ints
    need: NDArray[np.str_]
    desk: Ints
    given_to: Ints
    minutes: Floats
    is_eligible: Bools
    is_lost: Bools
    open_share: Floats
    shots: tuple[Ints, Ints, Ints]

    @property
    def slot(self) -> Ints:
        """The half hour of the week of each call, 0 = Monday 00:00."""
        slots: Ints = self.received // SLOT_S % SLOTS
        return slots


def make_calls(world: World) -> Calls:
    """Return the calls of a seed. The same seed gives the same calls, to the second."""
    intent = world.intent
    rng = np.random.default_rng([intent.seed, 911])
    weights = _places(intent, world, rng)
    kind, area, received = _calls(intent, weights, rng)
    order = np.lexsort((kind, area, received))
    kind, area, received = kind[order], area[order], received[order]
    is_eligible = _eligible(kind, rng)
    desks = _Desks.of(world, kind, area, received // SLOT_S % SLOTS, rng)
    luck = rng.gamma(3.0, 1 / 3, len(kind))
    own_share = np.isin(kind, [row for row, t in enumerate(TYPES) if t.name in CRISIS_TYPES[:2]])
    wanted = CRISIS_TAKEN * int((own_share & is_eligible & (desks.chosen >= 0)).sum())
    low, high = 30.0, 300.0
    for _ in range(12):
        minutes = (low + high) / 2
        desk, lost = desks.send(received, is_eligible, luck, minutes)
        taken = int((own_share & (desk >= 0)).sum())
        low, high = (minutes, high) if taken > wanted else (low, minutes)
    sent = _thin(desk, desks, round(GOAL_TODAY * len(kind)), rng)
    places = np.array([*([name for name, _ in DESKS.values()].index(name) for name in desks.names), -1])
    return Calls(
        tuple(world.pieces.area_ids),
        kind,
        area,
        received,
        need=desks.need,
        desk=places[np.where(sent, desk, -1)],
        given_to=places[desks.chosen],
        minutes=np.where(sent, desks.minutes(desk, minutes) * luck, 0.0),
        is_eligible=is_eligible,
        is_lost=lost,
        open_share=desks.open_share,
        shots=_shots_before(intent, world, rng),
    )


# -- where and when --------------------------------------------------------------------------------------------------------------------------


def spread(count: int, rng: np.random.Generator) -> Floats:
    """Return numbers from 0 to 1 in random order, one in each of `count` equal steps."""
    numbers: Floats = (rng.permutation(count) + rng.random(count)) / max(count, 1)
    return numbers


def _places(intent: Intent, world: World, rng: np.random.Generator) -> dict[Where, Floats]:
    """How much of each kind of call an area gets: by its residents, and more in the center; shots where they are today."""
    ids = world.pieces.area_ids
    residents = np.array([intent.people[area].residents for area in ids], dtype=float)
    downtown, stonebridge = (ids.index(intent.ground.named(name).id) for name in ("Downtown", "Stonebridge"))

    def drawn(sigma: float) -> Floats:
        weights: Floats = residents * rng.lognormal(0.0, sigma, len(ids))
        weights[stonebridge] *= QUIET
        return weights

    found: dict[Where, Floats] = {"homes": drawn(0.15), "streets": drawn(0.3), "center": drawn(0.3), "crisis": drawn(0.15)}
    found["center"][downtown] *= 2.5
    return found | {"shots": _shares_of_shots(intent, world, 1.0)}


def _shares_of_shots(intent: Intent, world: World, moved: float) -> Floats:
    """Where shots are fired: `moved` 0 as three years ago, 1 as today."""
    ids = world.pieces.area_ids
    lived_in = np.array([intent.people[area].residents > 0 for area in ids], dtype=float)

    def around(areas: Sequence[str]) -> Floats:
        inside = np.array([area in areas for area in ids], dtype=float)
        shares: Floats = 0.72 * inside / inside.sum() + 0.28 * lived_in / lived_in.sum()
        return shares

    shares: Floats = moved * around(intent.shootings_now) + (1 - moved) * around(intent.shootings_then)
    return shares


def _times(when: When, count: int, rng: np.random.Generator) -> Ints:
    """Seconds of the week, by the law of the hours and days."""
    days = _WEEKEND_DAYS if when in ("weekend night", "party") else _DAYS
    return _by_law(np.outer(days, _HOURS[when]).ravel(), count, rng)


def _by_law(weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Seconds from 0 on, where `weights` are those of the hours."""
    edges = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    seconds: Ints = np.floor(np.interp(spread(count, rng), edges, np.arange(len(edges)) * 3600.0)).astype(np.int64)
    return np.minimum(seconds, len(weights) * 3600 - 1)


def _rows(weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    rows: Ints = np.searchsorted(np.cumsum(weights) / weights.sum(), spread(count, rng), side="right")
    return np.minimum(rows, len(weights) - 1)


def _calls(intent: Intent, weights: dict[Where, Floats], rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    eligible = sum(t.weekly * t.mid for t in TYPES if t.name in CRISIS_TYPES)
    kinds, areas, times = [], [], []
    for row, t in enumerate(TYPES):
        scale = intent.eligible_calls_a_week / eligible if t.name in CRISIS_TYPES else rng.uniform(0.95, 1.05)
        count = round(t.weekly * scale * WEEKS)
        of_week = _shot_times(1.0, count, rng) if t.where == "shots" else _times(t.when, count, rng)
        week = rng.permutation(count) % WEEKS
        kinds.append(np.full(count, row, dtype=np.int64))
        areas.append(_rows(weights[t.where], count, rng))
        times.append(week * WEEK_S + of_week)
    return np.concatenate(kinds), np.concatenate(areas), np.concatenate(times)


_SHOTS_THEN = tuple(0.75 / 7 if 15 <= hour < 22 else 0.25 / 17 for hour in range(24))
_SHOTS_NOW = tuple(0.75 / 5 if hour >= 22 or hour < 3 else 0.25 / 19 for hour in range(24))


def _shot_times(moved: float, count: int, rng: np.random.Generator) -> Ints:
    """Seconds of the week of shots fired: in the afternoon and evening three years ago, from 22:00 to 03:00 today."""
    hours = moved * np.array(_SHOTS_NOW) + (1 - moved) * np.array(_SHOTS_THEN)
    return _by_law(np.outer(_DAYS, hours).ravel(), count, rng)


def _shots_before(intent: Intent, world: World, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Shots fired and shootings before the full export begins: year by year they move."""
    weeks = (START - HISTORY_START).days // 7
    kinds, areas, times = [], [], []
    for row, t in enumerate(TYPES):
        if t.where != "shots":
            continue
        for year, moved in enumerate((0.0, 0.35, 0.75, 1.0)):
            first, last = 52 * year, min(52 * (year + 1), weeks)
            count = round(t.weekly * (last - first))
            kinds.append(np.full(count, row, dtype=np.int64))
            areas.append(_rows(_shares_of_shots(intent, world, moved), count, rng))
            times.append((first + rng.permutation(count) % (last - first)) * WEEK_S + _shot_times(moved, count, rng))
    kind, area, time = np.concatenate(kinds), np.concatenate(areas), np.concatenate(times)
    order = np.lexsort((kind, area, time))
    kind, area, time = kind[order], area[order], time[order]
    time[0] %= 86_400  # one on the first day, so that four whole years are told
    return _without_missing_hours(kind, area, time)


def _without_missing_hours(kind: Ints, area: Ints, time: Ints) -> tuple[Ints, Ints, Ints]:
    """Move what would lie in the hour that clocks leave out in spring to the next one, and two calls into the hour that comes twice in autumn."""
    time = time.copy()
    for sunday in SPRING:
        gap = int((dt.datetime.combine(sunday, dt.time(2)) - HISTORY_START).total_seconds())
        time[(time >= gap) & (time < gap + 3600)] += 3600
    twice = int((dt.datetime.combine(AUTUMN, dt.time(1)) - HISTORY_START).total_seconds())
    later = int(np.searchsorted(time, twice))
    time[later : later + 2] = twice + np.array([900, 2700])
    order = np.lexsort((kind, area, time))
    return kind[order], area[order], time[order]


# -- who goes --------------------------------------------------------------------------------------------------------------------------------


def _eligible(kind: Ints, rng: np.random.Generator) -> Bools:
    """Which calls others could take: of each kind exactly the middle share, at random."""
    eligible = np.zeros(len(kind), dtype=bool)
    for row, t in enumerate(TYPES):
        of_kind = np.flatnonzero(kind == row)
        eligible[of_kind] = spread(len(of_kind), rng) < t.mid
    return eligible


@dataclass(frozen=True, slots=True, eq=False)
class _Desks:
    """Who could be sent to each call: `chosen` is the desk it is given to (a row of `names`), -1 where nobody is on duty."""

    names: tuple[str, ...]
    units: Ints
    bound: Floats
    need: NDArray[np.str_]
    chosen: Ints
    is_backed: Bools
    open_share: Floats

    @classmethod
    def of(cls, world: World, kind: Ints, area: Ints, slot: Ints, rng: np.random.Generator) -> _Desks:
        rows = [row for row, provision in enumerate(world.provisions) if provision.key[:2] in DESKS and _is_known(world, row)]
        provisions = [world.provisions[row] for row in rows]
        names = tuple(DESKS[provision.key[:2]][0] for provision in provisions)
        units = np.array([_units(provision) for provision in provisions])
        bound = np.array([DESKS[provision.key[:2]][1] for provision in provisions], dtype=float)

        def serves(row: int) -> Bools:
            """The areas that a provision serves as a whole."""
            return np.array([world.pieces.known[row, world.pieces.area == a].all() for a in range(len(world.pieces.area_ids))])

        where = np.array([serves(row) for row in rows])
        when = world.known_slots[rows]
        need = _needs_of(kind, rng)
        pick = spread(len(kind), rng)
        chosen = np.full(len(kind), -1, dtype=np.int64)
        is_backed = np.zeros(len(kind), dtype=bool)
        for code in sorted(set(need.tolist()) & set(world.known_needs)):
            calls = np.flatnonzero(need == code)
            answers = world.known_needs[code][rows]
            there = answers[:, None] & where[:, area[calls]] & when[:, slot[calls]]
            weight = np.cumsum(there * np.maximum(units, 1)[:, None], axis=0)
            on_duty = weight[-1] > 0
            row = (weight <= pick[calls] * weight[-1]).sum(axis=0)
            chosen[calls] = np.where(on_duty, np.minimum(row, len(rows) - 1), -1)
            for other in np.flatnonzero(world.known_needs[code]).tolist():
                if world.provisions[other].mode != "mobile":
                    is_backed[calls] |= world.known_slots[other][slot[calls]] & serves(other)[area[calls]]
        return cls(names, units, bound, need, chosen, is_backed, _open_share(world, kind, area, slot))

    def send(self, received: Ints, is_eligible: Bools, luck: Floats, crisis_minutes: float) -> tuple[Ints, Bools]:
        """Return who goes, -1 for police, and which calls are lost since all units of the desk were out."""
        desk, lost = np.full(len(received), -1, dtype=np.int64), np.zeros(len(received), dtype=bool)
        bound = self.minutes(self.chosen, crisis_minutes) * luck * 60
        free_at: list[list[float]] = [[-1.0] * int(count) for count in self.units]
        calls = np.flatnonzero(is_eligible & (self.chosen >= 0))
        for call, at, chosen, busy in zip(calls.tolist(), received[calls].tolist(), self.chosen[calls].tolist(), bound[calls].tolist(), strict=True):
            units = free_at[chosen]
            if not units:
                desk[call] = chosen
                continue
            first = min(range(len(units)), key=units.__getitem__)
            if units[first] <= at:
                units[first], desk[call] = at + busy, chosen
            else:
                lost[call] = not self.is_backed[call]
        return desk, lost

    def minutes(self, desk: Ints, crisis_minutes: float) -> Floats:
        """Mean minutes that a unit of each call's desk is bound, 0 where it has none."""
        is_crisis = np.isin(np.array(self.names), CRISIS_DESKS)
        means = np.append(np.where(is_crisis, crisis_minutes, self.bound), 0.0)
        found: Floats = means[desk]
        return found


def _is_known(world: World, row: int) -> bool:
    return bool(world.known_slots[row].any() and world.pieces.known[row].any())


def _units(provision: Provision) -> int:
    """Units that can go at once: crews and vehicles go together; who walks needs none. 0 where nobody has to go."""
    if provision.mode != "mobile" or isinstance(provision.teams, Missing):
        return 0
    if isinstance(provision.vehicles, Missing) or provision.vehicles == 0:
        return provision.teams
    return min(provision.teams, provision.vehicles)


def _needs_of(kind: Ints, rng: np.random.Generator) -> NDArray[np.str_]:
    """The need that turns out to be behind each call."""
    need = np.array([next(iter(t.shares)) for t in TYPES])[kind]
    for row, t in enumerate(TYPES):
        if len(t.shares) > 1:
            of_kind = np.flatnonzero(kind == row)
            codes, shares = list(t.shares), np.array(list(t.shares.values()))
            need[of_kind] = np.array(codes)[_rows(shares, len(of_kind), rng)]
    return need


def _open_share(world: World, kind: Ints, area: Ints, slot: Ints) -> Floats:
    """The share of each call, by its needs, for which somebody is certainly on duty in the area at that half hour."""
    share = np.zeros(len(kind))
    for row, t in enumerate(TYPES):
        if t.mid == 0:
            continue
        of_kind = np.flatnonzero(kind == row)
        for need, part in t.shares.items():
            if need in world.known_needs:
                there = world.share_known(world.known_needs[need], world.known_slots)
                share[of_kind] += part * there[area[of_kind], slot[of_kind]]
    return share


def _thin(desk: Ints, desks: _Desks, wanted: int, rng: np.random.Generator) -> Bools:
    """Which of the calls that others could have gone to they were sent to: all those of the crisis teams, of the rest as many as are wanted."""
    is_crisis = np.isin(np.array([*desks.names, POLICE])[desk], CRISIS_DESKS)
    others = np.flatnonzero((desk >= 0) & ~is_crisis)
    few = max(0, min(len(others), wanted - int(is_crisis.sum())))
    sent = is_crisis.copy()
    sent[others[np.argsort(spread(len(others), rng))[:few]]] = True
    return sent
