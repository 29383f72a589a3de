"""Who keeps people safe in Riverbend, and what is wrong there on purpose?

`plant` gives the clean intent of a seed. The named story is the same in every one: the lost weekend, four vans for six crews, yesterday's
map, the 57-hour ride, the wrong kind of victim, the duplicate that isn't, two signatures, the blank that isn't a gap, the confidential
shelter, the volunteers and the one who disagrees. The ground, the numbers of people, the names of the other places and the hours and areas
of the rest change with the seed. Every organization and every place is invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import shapely

from ecosystem.demo.cast import parties_of
from ecosystem.demo.exact import shape_in_metres
from ecosystem.demo.ground import HEIGHT_M, WIDTH_M, Ground, draw_ground, has_clear_shares, in_degrees, in_metres, shares_of_plots
from ecosystem.demo.intent import RESIDENTS, Extent, Grant, Intent, People
from ecosystem.demo.provisions import Scene, provisions_of
from ecosystem.demo.truth import has_clear_margins

SOMALI_SPEAKERS = (3_360, 3_440)
"""Somali speakers where the advocates work, least and most: about 3,400."""
ADVOCATES_AREAS = 5


def plant(seed: int) -> Intent:
    """Return the clean intent of a seed: the same seed, the same city, to the last digit.

    Shares that decide a verdict stay clear of their thresholds, so that residents counted on a lattice of points give the same verdict.
    """
    ground = draw_ground(seed)
    for attempt in range(40):
        intent = _plant(seed, ground, np.random.default_rng([seed, attempt, 11]))
        if has_clear_margins(intent):
            return intent
    raise ValueError(f"no clear intent could be planted for seed {seed}")


def _plant(seed: int, ground: Ground, rng: np.random.Generator) -> Intent:
    scene = _scene(ground, rng)
    return Intent(
        seed=seed,
        ground=ground,
        people=_settle(scene),
        parties=parties_of(scene.id, rng),
        provisions=provisions_of(scene),
        grants=_grants(),
        shootings_then=scene.then,
        shootings_now=scene.now,
        eligible_calls_a_week=int(rng.integers(290, 316)),
    )


def _scene(ground: Ground, rng: np.random.Generator) -> Scene:
    def nearest(name: str, bank: str, count: int) -> tuple[str, ...]:
        """Ids of the neighborhoods of a bank nearest to one of them, itself first."""
        centre = ground.named(name).shape.centroid
        on_bank = [plot for plot in ground.neighborhoods if plot.bank == bank]
        return tuple(plot.id for plot in sorted(on_bank, key=lambda plot: plot.shape.centroid.distance(centre))[:count])

    advocates = nearest("Harbor Hill", "east", ADVOCATES_AREAS)
    then = tuple(area for area in nearest("Downtown", "west", 7) if ground.named("Westfield").id != area)[:5]
    now = tuple(area for area in nearest("Harbor Hill", "east", 7) if ground.named("Stonebridge").id != area)[:4]
    return Scene(
        ground,
        rng,
        advocates=advocates,
        downtown=nearest("Downtown", "west", 4),
        then=then,
        now=now,
        lots=_circle(ground, rng, "around the tool shed", 0.55 * WIDTH_M, 0.8 * WIDTH_M),
        fellowship=_circle(ground, rng, "around the fellowship house", 0.2 * WIDTH_M, 0.4 * WIDTH_M),
        corridor=_corridor(ground, rng),
        zips=Extent("; ".join(zone.id for zone in ground.zips), wkt=shapely.union_all([shapely.from_wkt(zone.wkt) for zone in ground.zips]).wkt),
    )


def _circle(ground: Ground, rng: np.random.Generator, said: str, west: float, east: float) -> Extent:
    """Return a distance around a place that cuts no area near a threshold."""
    for _ in range(400):
        radius_m = float(rng.integers(26, 44)) * 50
        centre = in_degrees(np.array([[rng.uniform(west, east), rng.uniform(0.25, 0.75) * HEIGHT_M]]))[0]
        circle = (float(centre[0]), float(centre[1]), radius_m)
        extent = Extent(said, circle=circle)
        if has_clear_shares(list(shares_of_plots(shape_in_metres(extent), ground.plots).values())):
            return extent
    raise ValueError(f"no distance {said} is clear of the thresholds")


def _corridor(ground: Ground, rng: np.random.Generator) -> Extent:
    """Return a drawn strip along a street on the west bank."""
    for _ in range(400):
        x, y = rng.uniform(0.12, 0.25) * WIDTH_M, rng.uniform(0.3, 0.7) * HEIGHT_M
        length, height, tilt = rng.uniform(2_400, 3_600), rng.uniform(1_100, 1_700), rng.uniform(-500, 500)
        corners = in_degrees(np.array([(x, y), (x + length, y + tilt), (x + length, y + tilt + height), (x, y + height)]))
        strip = shapely.Polygon(corners)
        if has_clear_shares(list(shares_of_plots(in_metres(strip), ground.plots).values())):
            return Extent("the Mill Street corridor", wkt=shapely.to_wkt(strip, rounding_precision=6))
    raise ValueError("no corridor is clear of the thresholds")


def _settle(scene: Scene) -> dict[str, People]:
    """Return who lives where: 214,000 in all, nobody in the park, and exactly four fifths of the advocates' residents in the areas they share."""
    rng, neighborhoods = scene.rng, scene.ground.neighborhoods
    island, alone = scene.id("Heron Island"), scene.advocates[-1]
    together = 5 * int(rng.integers(6_800, 8_000))
    residents = {alone: together // 5}
    residents |= _share_out(together - together // 5, scene.advocates[:-1], rng.uniform(0.7, 1.3, ADVOCATES_AREAS - 1))
    others = [plot.id for plot in neighborhoods if plot.id not in residents]
    weight = rng.uniform(0.6, 1.5, len(others)) * np.array([0.4 if area == island else 1.0 for area in others])
    residents |= _share_out(RESIDENTS - together, others, weight)
    somali = _share_out(int(rng.integers(*SOMALI_SPEAKERS)), scene.advocates, [residents[area] for area in scene.advocates])
    people = {plot.id: People(0) for plot in scene.ground.plots if plot.is_park}
    for plot in neighborhoods:
        count = residents[plot.id]
        limited = rng.uniform(0.10, 0.18) if plot.id in scene.advocates else rng.uniform(0.02, 0.09)
        people[plot.id] = People(
            count, somali.get(plot.id, 0), max(int(limited * count), somali.get(plot.id, 0)), int(rng.uniform(0.11, 0.19) * count)
        )
    return dict(sorted(people.items()))


def _share_out(total: int, areas: Sequence[str], weights: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, int]:
    """Return whole numbers in proportion to `weights` that add up to `total`: the largest remainders are rounded up."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    counts = np.floor(exact).astype(int)
    for index in np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]:
        counts[index] += 1
    return {area: int(count) for area, count in zip(areas, counts, strict=True)}


def _grants() -> tuple[Grant, ...]:
    """Return the funding lines the office knows. Two end on 31 December with nobody named to manage them."""
    year_end, summer = dt.date(2026, 12, 31), dt.date(2027, 6, 30)
    start, fiscal = dt.date(2026, 1, 1), dt.date(2026, 7, 1)
    office, council, state = "Office of Violence Prevention", "Riverbend City Council", "State Youth Fund"
    foundation = "Lindqvist Foundation"
    return (
        # two signatures
        Grant("G-2026-07", state, "northbank-circle", "Youth mediation", "Young Mediators", 86_000, start, year_end, None,
            "One mediator and a room", True, True),
        Grant("G-2026-08", state, "rising-mentors", "Mentoring", "Mentors After School", 64_000, start, year_end, None, "Two mentors", True),
        Grant("C-2026-01", council, "west-bank-crisis", "Mobile crisis team", "Crisis response", 1_420_000, fiscal, summer, "D. Okafor",
            "Three crews", True, True),
        Grant("C-2026-02", council, "eastside-alliance", "Eastside mobile crisis team", "Crisis response", 1_310_000, fiscal, summer, "D. Okafor",
            "Three crews", True, True),
        Grant("C-2026-03", office, "steady-streets", "Street outreach", "Outreach", 540_000, fiscal, summer, "L. Brandt", "", False, True),
        Grant("C-2026-04", office, "peace-builders", "Retaliation mediation", "Outreach", 210_000, fiscal, summer, "L. Brandt", "", True),
        Grant("C-2026-05", office, "harbor-hill-advocates", "Somali survivor advocates", "Survivors", 155_000, fiscal, summer, "M. Castellanos",
            "Two advocates", True, True),
        Grant("C-2026-06", office, "lantern-street", "Survivor advocates", "Survivors", 320_000, fiscal, summer, "M. Castellanos", "", True, True),
        Grant("C-2026-09", council, "mediation-center", "", "Mediation", 180_000, fiscal, dt.date(2028, 6, 30), "L. Brandt", "", True, True),
        Grant("C-2026-10", office, "harborlight", "", "Safe places", 610_000, fiscal, dt.date(2027, 12, 31), "M. Castellanos", "", True, True),
        Grant("C-2026-11", foundation, "reentry-bridge", "Coming-home guides", "Coming home", 95_000, start, dt.date(2027, 3, 31), "A. Poole"),
        Grant("C-2026-12", foundation, "second-start-jobs", "Job training", "Work first", 120_000, start, dt.date(2027, 3, 31), "A. Poole"),
    )  # fmt: skip
