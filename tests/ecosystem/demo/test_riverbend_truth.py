"""Is the brute force right? A town of three square areas and four services, worked out by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from ecosystem.demo.facts import CITY, Fact, read_truth, write_truth
from ecosystem.demo.ground import Ground, Plot, Ring, in_degrees
from ecosystem.demo.intent import BLANK, CITYWIDE, NOT_ASKED, Extent, Intent, Missing, Party, People, Provision, week
from ecosystem.demo.truth import truth_of
from ecosystem.demo.world import build_world
from ecosystem.records import delivery_id


def square(west_m: float, south_m: float, side_m: float = 1_000) -> Ring:
    corners = np.array([(west_m, south_m), (west_m + side_m, south_m), (west_m + side_m, south_m + side_m), (west_m, south_m + side_m)])
    ring = [(float(x), float(y)) for x, y in in_degrees(corners)]
    return (*ring, ring[0])


NORTH, MIDDLE, SOUTH = (
    Plot(id_, name, square(0, y), "west", "p1") for id_, name, y in (("n", "North", 2_000), ("m", "Middle", 1_000), ("s", "South", 0))
)
GROUND = Ground((NORTH, MIDDLE, SOUTH), (), ())
PEOPLE = {"n": People(1_000), "m": People(2_000), "s": People(3_000)}


def strip(plot: Plot, share: float) -> Extent:
    """The western `share` of a plot."""
    west, south, east, north = plot.shape.bounds
    return Extent("a strip", wkt=shapely.box(west - 0.01, south - 0.0001, west + share * (east - west), north + 0.0001).wkt)


def areas(*ids: str) -> Extent:
    return Extent("; ".join(ids), areas=frozenset(ids))


def team(organization: str, **facts: object) -> Provision:
    plain = Provision(organization, "Team", ("02g",), NOT_ASKED, "mobile", week("daily 08:00-20:00"), CITYWIDE)
    return replace(plain, **facts)  # type: ignore[arg-type]


def town(*provisions: Provision, people: dict[str, People] = PEOPLE) -> Intent:
    keys = sorted({provision.organization for provision in provisions})
    parties = tuple(Party(key, key.title(), "city", "city") for key in keys)
    return Intent(0, GROUND, people, (*parties, Party("quiet", "Quiet", "community", None)), provisions, ())


def about_animals(intent: Intent, analysis: str) -> set[tuple[str, str, str]]:
    """(kind, area, amount) of the facts about animal care (N14), which only 02g answers."""
    world_facts = facts_of(intent)
    return {(fact.kind, fact.area, fact.amount) for fact in world_facts if fact.analysis == analysis and fact.need == "N14"}


def facts_of(intent: Intent) -> list[Fact]:
    from ecosystem.demo import truth

    world = build_world(intent)
    return [
        *truth._gaps(world),
        *truth._holes(world),
        *truth._overlaps(world),
        *truth._response_rates(intent),
        *truth._unknown_fields(intent),
        *truth._questions(world),
    ]


def test_four_services_in_three_areas() -> None:
    """North is served by day all week. Middle has two thirds of its ground served by day, and a night nobody knows the hours of. South has nobody.

    Hand: 08-20 on 7 days are 84 h, the other half of the week is 84 h. In Middle the day is covered (2/3 of the residents), a third has nobody
    known; the fourth service may be there at any minute, so nobody is never certain: no gap, no part, and the night is not known.
    """
    intent = town(
        team("day", extent=areas("n")),
        team("strip", extent=strip(MIDDLE, 2 / 3)),
        team("varies", extent=areas("m"), hours=Missing("unreadable", "varies")),
        Provision("online", "Reports", ("01h",), ("N15",), "online", week("24/7"), CITYWIDE),
    )
    assert about_animals(intent, "gaps") == {("gap", "n", "84 h"), ("gap_not_known", "m", "84 h"), ("gap", "s", "168 h")}
    assert about_animals(intent, "holes") == {
        # every night from 20:00 to 08:00; the one from Sunday to Monday runs past 10080
        ("hole", "n", " ".join(f"{day * 1440 + 1200}-{day * 1440 + 1920}" for day in range(7))),
        ("hole", "s", "0-10080"),
        # a night of 12 h weighs 4,000 residents x 12 h; South's whole week is shared with nobody, and single areas do not count
        ("hole_city", CITY, "1200-1920 in 2"),
    }
    assert [fact for fact in facts_of(intent) if fact.need == "N15" and fact.analysis in ("gaps", "holes")] == []
    assert {fact.need for fact in facts_of(intent) if fact.kind == "gap_city"} >= {"N37", "N01"}


def test_a_part_of_the_area() -> None:
    """Served: 7 of 10 parts of South from 08 to 20. By day 0.3 have nobody: a part. By night all have nobody: a gap."""
    intent = town(team("strip", extent=strip(SOUTH, 0.7)))
    assert {fact for fact in about_animals(intent, "gaps") if fact[1] == "s"} == {("gap", "s", "84 h"), ("gap_part", "s", "84 h")}


def test_less_than_half_served_is_a_gap() -> None:
    intent = town(team("strip", extent=strip(SOUTH, 0.45)))
    assert ("gap", "s", "168 h") in about_animals(intent, "gaps")


def test_half_hours_count_when_wholly_open_and_holes_to_the_minute() -> None:
    """09:15 to 10:45 holds the half-hours of 9:30 and 10:00, one hour of seven days; the hole is exact: 22.5 h a day."""
    intent = town(team("short", hours=week("daily 09:15-10:45")))
    assert about_animals(intent, "gaps") == {("gap", area, "161 h") for area in "nms"}
    runs = " ".join(f"{day * 1440 + 645}-{day * 1440 + 1440 + 555}" for day in range(7))
    assert about_animals(intent, "holes") == {*(("hole", area, runs) for area in "nms"), ("hole_city", CITY, "645-1995 in 3")}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "covered"),
        ({"mode": "by appointment"}, "not known"),
        ({"mode": BLANK}, "not known"),
        ({"extent": BLANK}, "not known"),
        ({"needs": BLANK}, "not known"),
        ({"needs": ("N14",)}, "covered"),
        ({"needs": ("N13",)}, "nobody"),
        ({"types": BLANK}, "nobody"),
        ({"types": ("01d",), "needs": ("N14",)}, "nobody"),
        ({"suspended": True}, "nobody"),
        ({"ended": dt.date(2026, 9, 30)}, "nobody"),
        ({"ended": dt.date(2026, 10, 1)}, "covered"),
        ({"started": dt.date(2026, 10, 2)}, "nobody"),
        ({"funded": False, "paid": False}, "covered"),
        ({"focus": areas("m"), "extent": CITYWIDE}, "not known"),
        ({"second_hours": week("daily 20:00-22:00")}, "not known"),
        ({"intake": week("daily 20:00-22:00"), "mode": "residential"}, "nobody"),
    ],
)
def test_what_one_answer_means_at_noon_in_north(facts: dict[str, object], state: str) -> None:
    world = build_world(town(team("one", **facts)))
    noon = world.states_of("N14", world.known_minutes, world.possible_minutes)[0, 12 * 60]
    assert ("covered", "not known", "nobody")[noon] == state


def test_nobody_lives_in_an_empty_area() -> None:
    intent = town(team("day", extent=areas("n")), people={**PEOPLE, "s": People(0)})
    assert {area for _, area, _ in about_animals(intent, "gaps")} == {"n", "m"}


def pair(*facts: dict[str, object]) -> set[str]:
    provisions = [team(name, **fact) for name, fact in zip(("first", "second", "third"), facts, strict=False)]
    ids = " ".join(sorted(delivery_id(*provision.key) for provision in provisions[:2]))
    return {fact.amount for fact in facts_of(town(*provisions)) if fact.kind == "overlap" and fact.deliveries == ids}


def test_a_relay_is_a_complement() -> None:
    assert pair({"extent": areas("n", "m")}, {"extent": areas("m"), "hours": week("daily 20:00-24:00")}) == {"complement"}


def test_a_pair_without_which_an_area_loses_its_cover_is_redundancy() -> None:
    assert pair({"extent": areas("n", "m")}, {"extent": areas("m")}) == {"redundancy"}, "North has the first alone"


def test_a_pair_beside_a_third_is_shared() -> None:
    assert pair({"extent": areas("m")}, {"extent": areas("m")}, {"extent": areas("m")}) == {"shared"}


def test_a_language_makes_a_pair_redundancy() -> None:
    somali = {"extent": areas("m"), "languages": (("Somali", "staff"),)}
    english = {"extent": areas("m"), "languages": (("English", "staff"),)}
    assert pair(somali, english, english) == {"redundancy"}
    assert pair(somali, english, {**somali}) == {"shared"}


def test_a_thin_claim_to_the_whole_city_is_paper() -> None:
    thousand = {"n": People(500), "m": People(2_000), "s": People(3_000)}
    provisions = team("first"), team("second", extent=areas("n"))
    facts = facts_of(town(*provisions, people=thousand))
    assert {fact.amount for fact in facts if fact.kind == "overlap"} == {"paper"}, "500 of 5,500 are 9 %"
    assert pair({}, {"extent": areas("n")}) == {"redundancy"}, "1,000 of 6,000 are 17 %"


def test_two_programs_of_one_organization_are_no_pair() -> None:
    twice = town(team("one"), team("one", service="Other team"))
    assert not [fact for fact in facts_of(twice) if fact.kind == "overlap"]


def test_what_is_not_known() -> None:
    intent = town(team("one", hours=Missing("unreadable", "varies"), teams=2), team("two", extent=areas("n"), vehicles=NOT_ASKED))
    known = {(fact.kind, fact.group): fact.amount for fact in facts_of(intent) if fact.analysis == "knowledge"}
    assert known["response_rate", "all"] == "2/3"
    assert known["response_rate", "community"] == "0/1"
    assert known["unknown_field", "hours"] == "1/2"
    assert known["unknown_field", "teams"] == "1/2"
    assert known["unknown_field", "vehicles"] == "1/1", "the second was not asked"
    assert ("unknown_field", "needs") not in known
    assert known["question", "hours"] == "3", "three areas where animal care is not known"


def test_truth_survives_its_file(tmp_path: Path) -> None:
    facts = (Fact("gaps", "gap", "N01", "rb01", amount="48 h", story='The "duplicate", that isn\'t'), Fact("knowledge", "question", group="hours"))
    write_truth(facts, tmp_path / "truth.csv")
    assert read_truth(tmp_path / "truth.csv") == facts


def test_truth_of_a_seed_is_whole_and_once() -> None:
    from ecosystem.demo.story import plant

    facts = truth_of(plant(0))
    assert len({fact.key for fact in facts}) == len(facts)
    assert {fact.analysis for fact in facts} >= {"gaps", "holes", "overlaps", "knowledge"}
