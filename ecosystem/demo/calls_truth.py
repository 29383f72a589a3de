"""What must a right analysis of Riverbend's calls find? Counted call by call, before any mess is put on them.

Shares are of residents' calls. Who could be sent is read off the minutes of `World`, who was sent and who found no vehicle off the calls
themselves; nothing comes from the cube, the measures or the analyses. What an analysis can only estimate from crews and vehicles has a tolerance:
an amount that ends in "(±0.5)" holds for every number in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.demo.cad import SUPPRESSED
from ecosystem.demo.call_types import TYPES
from ecosystem.demo.calls import CRISIS_DESKS, DESKS, HISTORY_START, SLOTS, START, WEEK_S, Calls
from ecosystem.demo.facts import CITY, Fact
from ecosystem.demo.intent import told
from ecosystem.demo.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GOAL = 0.20
EXACT, MODELLED = "(±0.1)", "(±0.5)"
"""Tolerances: what is counted, but for the last digit; what rests on a model of crews and vehicles, in per cent of all calls."""
SERVED = "(±4)"
"""Tolerance of the share of calls that crews with too few vehicles serve, in per cent."""
SHIFT_SLOTS, MOST_NEEDS = 16, 5
"""A shift is 8 hours long; so many needs get a finding of their own."""
MARKED = 2
"""An area or an hour stands out with so many times its equal share."""
POLICE_NEEDS = ("BASE-", "UNKNOWN")


@dataclass(frozen=True, slots=True, eq=False)
class _Count:
    """Calls per need as (areas, 336): all, and those that others could answer (middle estimate)."""

    calls: Mapping[str, Floats]
    eligible: Mapping[str, Floats]


def calls_by_need(calls: Calls) -> Mapping[str, Floats]:
    """Return how many calls each need gets, (areas, half hours of the week); a call of several needs counts by its shares."""
    return _count(calls).calls


def facts_of_calls(world: World, calls: Calls) -> Iterator[Fact]:
    """Every true finding about the calls, those of the three stories named."""
    count, base = _count(calls), len(calls.kind)
    low, mid, high = (np.array([getattr(t, bound) for t in TYPES])[calls.kind].sum() / base for bound in ("low", "mid", "high"))
    covered = sum(float((eligible * _open(world, need)).sum()) for need, eligible in count.eligible.items()) / base
    diverted, lost = float((calls.desk >= 0).mean()), float(calls.is_lost.mean())

    def about(kind: str, amount: str, **more: str) -> Fact:
        return Fact("diversion", kind, area=CITY, amount=amount, **more)

    yield about("diversion_share", f"{100 * low:.1f} to {100 * high:.1f} % {EXACT}")
    yield about("diversion_goal", f"{100 * diverted:.1f} of {100 * GOAL:.1f} % {EXACT}")
    parts = {"policy": GOAL - mid, "coverage": mid - covered, "capacity": lost, "not_sent": covered - lost - diverted}
    for part, amount in parts.items():
        story = "Four vans for six crews" if part == "capacity" else ""
        yield about(f"diversion_{part}", f"{100 * amount:.1f} points {EXACT if part in ('policy', 'coverage') else MODELLED}", story=story)
    yield _vans(world, calls)
    yield from _shifts(world, count)
    yield from _moved(world, calls)
    yield about("diversion_left_out", "", group=SUPPRESSED)


def _count(calls: Calls) -> _Count:
    n: dict[str, Floats] = {}
    e: dict[str, Floats] = {}
    cell = calls.area * SLOTS + calls.slot
    size = len(calls.area_ids) * SLOTS
    for row, kind in enumerate(TYPES):
        of_kind = np.bincount(cell[calls.kind == row], minlength=size).reshape(-1, SLOTS).astype(float)
        for need, share in kind.shares.items():
            n[need] = n.get(need, 0 * of_kind) + share * of_kind
            e[need] = e.get(need, 0 * of_kind) + share * kind.mid * of_kind
    return _Count(n, {need: eligible for need, eligible in e.items() if eligible.any()})


def _open(world: World, need: str) -> Floats:
    """The share of each area's residents with somebody certainly on duty, (areas, half hours)."""
    return world.share_known(world.known_needs[need], world.known_slots)


def _vans(world: World, calls: Calls) -> Fact:
    """Crisis teams with fewer vehicles than crews: how many of the calls given to them they could take."""
    short = [world.provisions[row] for row in range(len(world.provisions)) if DESKS.get(world.provisions[row].key[:2], ("",))[0] in CRISIS_DESKS[:2]]
    names = [name for name, _ in DESKS.values()]
    of_teams = np.isin(calls.given_to, [names.index(name) for name in CRISIS_DESKS[:2]]) & calls.is_eligible
    ids = " ".join(sorted(world.ids[world.provisions.index(provision)] for provision in short))
    vehicles, teams = sum(told(p.vehicles, 0) for p in short), sum(told(p.teams, 0) for p in short)
    served = 1 - float((of_teams & calls.is_lost).sum() / of_teams.sum())
    lost = {need: float((calls.is_lost & of_teams & (calls.need == need)).sum()) for need in ("N01", "N02", "N03", "N07")}
    need = max(lost, key=lambda code: lost[code])
    return Fact(
        "diversion", "diversion_limit", need, CITY, ids, "vehicles", f"{vehicles}/{teams} {100 * served:.0f} % {SERVED}", "Four vans for six crews"
    )


def _shifts(world: World, count: _Count) -> Iterator[Fact]:
    """Per need the 8 hours with most eligible calls that nobody is on duty for, of the needs with most such calls."""
    best = []
    for need, eligible in count.eligible.items():
        if need.startswith(POLICE_NEEDS):
            continue
        missing = (eligible * (1 - _open(world, need))).sum(axis=0)
        runs = [float(np.roll(missing, -start)[:SHIFT_SLOTS].sum()) for start in range(SLOTS)]
        most = round(max(runs), 6)
        first = next(start for start in range(SLOTS) if round(runs[start], 6) == most and missing[start] > 0) if most > 0 else 0
        best.append((-most, need, first, float(missing.sum())))
    for most, need, first, unmet in sorted(best)[:MOST_NEEDS]:
        if most < 0:
            amount = f"{30 * first}-{30 * (first + SHIFT_SLOTS)} of {unmet:.1f} {EXACT}"
            story = "The lost weekend" if need in ("N01", "N02") else ""
            yield Fact("diversion", "diversion_shift", need, CITY, amount=amount, story=story)


def _moved(world: World, calls: Calls) -> Iterator[Fact]:
    """Shots fired: where and when they are now, in the last 52 weeks, while outreach walks where they were."""
    kind, area, seconds = calls.shots
    since = int((START - HISTORY_START) / dt.timedelta(seconds=1))
    is_shot = np.isin(calls.kind, [row for row, t in enumerate(TYPES) if "N21" in t.shares])
    was_shot = np.isin(kind, [row for row, t in enumerate(TYPES) if "N21" in t.shares])
    area = np.concatenate([area[was_shot], calls.area[is_shot]])
    seconds = np.concatenate([seconds[was_shot], calls.received[is_shot] + since])
    year = seconds // (52 * WEEK_S)
    now, then = year == year.max(), year == year.max() - 3
    n_areas = len(calls.area_ids)
    share_now, share_then = (np.bincount(area[at], minlength=n_areas) / at.sum() for at in (now, then))
    places = [calls.area_ids[i] for i in range(n_areas) if share_now[i] >= MARKED / n_areas and share_now[i] > share_then[i]]
    hours = np.bincount(seconds[now] // 3600 % 24, minlength=24) / now.sum() >= MARKED / 24
    starts = [hour for hour in range(24) if hours[hour] and not hours[hour - 1]]
    first, last = max(((hour, _end(hours, hour)) for hour in starts), key=lambda run: run[1] - run[0])
    rows = [row for row in range(len(world.provisions)) if world.known_needs["N21"][row] and world.known_slots[row].any()]
    ids = " ".join(sorted(world.ids[row] for row in rows if world.pieces.known[row].any()))
    window = f"{first:02d}:00-{last % 24:02d}:00"
    yield Fact("diversion", "diversion_moved", "N21", CITY, ids, amount=f"{window} in {' '.join(sorted(places))}", story="Yesterday's map")


def _end(hours: NDArray[np.bool_], first: int) -> int:
    last = first
    while hours[last % 24]:
        last += 1
    return last
