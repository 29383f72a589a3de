"""Is the named story planted in Riverbend for every seed?"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import shapely

from ecosystem.demo.exact import cut_ground
from ecosystem.demo.ground import draw_ground, in_metres, plot_in_metres, shares_of_plots
from ecosystem.demo.intent import Intent, Missing, minutes_of, week
from ecosystem.demo.story import plant
from ecosystem.demo.truth import has_clear_margins
from ecosystem.demo.world import NOBODY, NOT_KNOWN, World, build_world

SEEDS = range(5)
SATURDAY, MONDAY = 5 * 1_440, 7 * 1_440


@pytest.fixture(scope="module", params=SEEDS)
def intent(request: pytest.FixtureRequest) -> Intent:
    return plant(request.param)


@pytest.fixture(scope="module")
def world(intent: Intent) -> World:
    return build_world(intent)


def there(intent: Intent, organization: str, service: str = "") -> bytearray:
    hours = intent.provision(organization, service).hours
    assert not isinstance(hours, Missing)
    return minutes_of(hours)


def rows(world: World, *names: str) -> list[int]:
    return [world.pieces.area_ids.index(world.intent.ground.named(name).id) for name in names]


# -- the ground ------------------------------------------------------------------------------------------------------------------------------


def test_thirty_neighborhoods_a_park_and_an_island(intent: Intent) -> None:
    ground = intent.ground
    assert len(ground.neighborhoods) == 30
    assert [plot.name for plot in ground.plots if plot.is_park] == ["Kestrel Park"]
    assert [plot.name for plot in ground.plots if plot.bank == "island"] == ["Heron Island"]
    assert len({plot.name for plot in ground.plots}) == 31


def test_areas_are_valid_and_do_not_overlap(intent: Intent) -> None:
    shapes = [plot_in_metres(plot) for plot in intent.ground.plots]
    assert all(shape.is_valid for shape in shapes)
    together = shapely.union_all(shapes)
    assert together.area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-9)
    island = plot_in_metres(intent.ground.named("Heron Island"))
    assert all(island.distance(shape) > 50 for shape in shapes if shape is not island), "the river runs around the island"


def test_precincts_are_made_of_whole_areas(intent: Intent) -> None:
    for precinct in intent.ground.precincts:
        shares = shares_of_plots(in_metres(shapely.from_wkt(precinct.wkt)), intent.ground.plots)
        assert {area for area, share in shares.items() if share > 0.5} == {p.id for p in intent.ground.plots if p.precinct == precinct.id}
        assert all(share > 1 - 1e-5 or share < 1e-5 for share in shares.values())


def test_zip_codes_cross_the_city_line(intent: Intent) -> None:
    city = shapely.union_all([plot_in_metres(plot) for plot in intent.ground.plots])
    north, south, beyond = (in_metres(shapely.from_wkt(zone.wkt)) for zone in intent.ground.zips)
    for zone in (north, south):
        assert 0 < zone.intersection(city).area < 0.9 * zone.area
    assert not beyond.intersects(city)


def test_residents_add_up_and_nobody_lives_in_the_park(intent: Intent) -> None:
    assert sum(people.residents for people in intent.people.values()) == 214_000
    assert intent.people[intent.ground.named("Kestrel Park").id].residents == 0
    assert min(people.residents for area, people in intent.people.items() if area in {p.id for p in intent.ground.neighborhoods}) > 1_000


def test_pieces_of_an_area_make_up_the_whole(intent: Intent) -> None:
    pieces = cut_ground(intent)
    for area in range(len(pieces.area_ids)):
        assert pieces.share[pieces.area == area].sum() == pytest.approx(1.0, abs=1e-6)
    assert pieces.residents.sum() == pytest.approx(214_000, abs=0.01)


def test_other_seeds_are_other_cities() -> None:
    assert draw_ground(0) == draw_ground(0)
    assert draw_ground(0).plots[0].ring != draw_ground(1).plots[0].ring
    assert plant(3) == plant(3)


def test_no_verdict_rests_on_a_share_near_its_threshold(intent: Intent) -> None:
    assert has_clear_margins(intent)


# -- who answered --------------------------------------------------------------------------------------------------------------------------------


def test_forty_five_of_fifty_eight_answered_and_the_county_was_not_asked(intent: Intent) -> None:
    assert (len(intent.asked), len(intent.answered), len(intent.silent)) == (58, 45, 13)
    assert [(party.sector, party.name) for party in intent.parties if not party.asked] == [("county", "River County Human Services")]


def test_four_of_six_in_westfield_are_silent(intent: Intent) -> None:
    westfield = intent.ground.named("Westfield").id
    known_there = [party for party in intent.asked if party.areas == (westfield,)]
    assert len(known_there) == 6
    assert sum(party.form is None for party in known_there) == 4


def test_eleven_of_forty_five_name_rides(intent: Intent) -> None:
    naming = [party for party in intent.answered if any("ride" in text.lower() for _, text in party.comments)]
    assert len(naming) == 11


# -- the story -------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("need", ["N01", "N02", "N03", "N07"])
def test_the_lost_weekend(world: World, need: str) -> None:
    nobody = world.states_of(need, world.known_minutes, world.possible_minutes) == NOBODY
    empty = [area for area in world.inhabited if nobody[area, SATURDAY:MONDAY].all()]
    assert len(empty) == 29
    (thirtieth,) = set(world.inhabited.tolist()) - {int(area) for area in empty}
    assert world.pieces.area_ids[thirtieth] == world.intent.ground.named("Stonebridge").id
    if need in ("N01", "N02"):
        assert not nobody[empty, :SATURDAY].any(), "one hole of 48 hours, no other"


def test_friday_at_23_crisis_teams_are_on_and_the_way_to_a_bed_is_closed(intent: Intent) -> None:
    friday_23 = 4 * 1_440 + 23 * 60
    assert there(intent, "west-bank-crisis")[friday_23]
    assert there(intent, "eastside-alliance", "Eastside mobile crisis team")[friday_23]
    for provision in intent.provisions:
        if provision.beds and provision.types != ("04c",):
            assert provision.intake is not None
            assert not minutes_of(provision.intake)[friday_23]


def test_saturday_at_0130_youth_mediation_in_westfield_is_not_known(world: World) -> None:
    saturday_0130 = SATURDAY + 90
    state = world.states_of("N30", world.known_minutes, world.possible_minutes)[:, saturday_0130]
    (westfield,) = rows(world, "Westfield")
    assert state[westfield] == NOT_KNOWN
    assert [int(area) for area in world.inhabited if state[area] != NOBODY] == [westfield]


def test_monday_at_9_is_back_to_normal(world: World) -> None:
    for need in ("N01", "N02", "N03", "N07"):
        assert not world.states_of(need, world.known_minutes, world.possible_minutes)[world.inhabited, 9 * 60].any()


def test_tuesday_at_14_nearly_everything_is_served(world: World) -> None:
    tuesday_14 = (24 + 14) * 2
    states = [world.states_of(need, world.known_slots, world.possible_slots)[world.inhabited, tuesday_14] for need in world.known_needs]
    assert sum(int((state == NOBODY).sum()) for state in states) < 0.1 * 30 * len(states)


def test_fifty_seven_hours_to_a_bed_and_no_ride(intent: Intent) -> None:
    beds = intent.provision("stabilization-center", "Stabilization beds")
    assert beds.intake is not None
    intake, minute = minutes_of(beds.intake), 4 * 1_440 + 23 * 60
    waited = next(wait for wait in range(10_080) if intake[(minute + wait) % 10_080])
    assert waited == 57 * 60
    crews = [p for p in intent.provisions if beds.organization in {party.key for party in intent.answered if party.name in p.refers_to}]
    assert len(crews) == 2
    assert [crew.ride for crew in crews] == [False, False]


def test_four_vans_for_six_crews(intent: Intent) -> None:
    crews = [intent.provision("west-bank-crisis"), intent.provision("eastside-alliance", "Eastside mobile crisis team")]
    assert [(crew.teams, crew.vehicles) for crew in crews] == [(3, 2), (3, 2)]


def test_nobody_serves_victims_of_other_crimes(world: World) -> None:
    assert not world.possible_needs["N37"].any()


def test_somali_advocates_overlap_four_fifths_with_an_agency(intent: Intent) -> None:
    advocates, agency = intent.provision("harbor-hill-advocates"), intent.provision("lantern-street")
    assert not isinstance(advocates.extent, Missing)
    assert not isinstance(agency.extent, Missing)
    of_advocates = sum(intent.people[area].residents for area in advocates.extent.areas)
    shared = sum(intent.people[area].residents for area in advocates.extent.areas & agency.extent.areas)
    assert shared / of_advocates == 0.8
    hers, theirs = there(intent, "harbor-hill-advocates"), there(intent, "lantern-street")
    assert all(theirs[minute] for minute in range(10_080) if hers[minute]), "the agency is there whenever the advocates are"


def test_without_the_advocates_nobody_serves_3400_somali_speakers(world: World) -> None:
    intent, advocates = world.intent, world.intent.provision("harbor-hill-advocates")
    assert not isinstance(advocates.extent, Missing)
    speakers = sum(intent.people[area].somali_speakers for area in advocates.extent.areas)
    assert 3_350 <= speakers < 3_450
    assert speakers == sum(people.somali_speakers for people in intent.people.values())
    surely, maybe = world.speakers("so")
    row = world.provisions.index(advocates)
    others = world.possible_needs["N18"] & maybe
    others[row] = False
    areas = [world.pieces.area_ids.index(area) for area in advocates.extent.areas]
    assert not world.share_possible(others, world.possible_minutes)[areas].any()
    alone = world.share_known(world.known_needs["N18"] & surely, world.known_minutes)[areas]
    at_17 = [day * 1_440 + 17 * 60 for day in range(5)]
    assert (alone[:, [minute - 1 for minute in at_17]] > 0.999).all()
    assert (alone[:, at_17] == 0).all(), "already nobody after 17:00"


def test_two_grants_end_on_31_december_with_no_manager(intent: Intent) -> None:
    ending = [grant for grant in intent.grants if grant.ends == dt.date(2026, 12, 31)]
    assert [grant.manager for grant in ending] == [None, None]
    assert all(grant.manager for grant in intent.grants if grant not in ending)
    assert {grant.organization for grant in ending} == {"northbank-circle", "rising-mentors"}


def test_northbank_has_one_youth_mediation(world: World) -> None:
    (northbank,) = rows(world, "Northbank")
    here = world.pieces.area == northbank
    serving = [row for row in np.flatnonzero(world.possible_needs["N30"]) if world.pieces.possible[row, here].any()]
    only = [world.provisions[row].organization for row in serving]
    assert only == ["northbank-circle"]


def test_the_shelter_is_confidential_and_its_hotline_is_not(intent: Intent) -> None:
    shelter, hotline = intent.provision("harborlight", "Shelter"), intent.provision("harborlight", "Harborlight hotline")
    assert shelter.confidential
    assert shelter.address
    assert shelter.place
    assert not shelter.phone
    assert hotline.phone
    assert not hotline.confidential


def test_the_volunteers_are_live_without_money(world: World) -> None:
    patrol = world.intent.provision("night-lights")
    assert patrol.funded is False
    assert patrol in world.provisions
    assert world.known_needs["N10"][world.provisions.index(patrol)]


def test_two_people_of_one_organization_disagree(world: World) -> None:
    row = world.provisions.index(world.intent.provision("reentry-bridge"))
    certain, possible = world.known_minutes[row], world.possible_minutes[row]
    assert certain.sum() == 5 * 5 * 60, "12 to 17, Monday to Friday: what both say"
    assert possible.sum() == (5 * 11 + 4) * 60, "9 to 20 and Saturday: what either says"


def test_outreach_walks_where_shootings_were(intent: Intent) -> None:
    outreach = intent.provision("steady-streets")
    assert not isinstance(outreach.extent, Missing)
    assert outreach.extent.areas == frozenset(intent.shootings_then)
    assert not set(intent.shootings_then) & set(intent.shootings_now)
    banks = {plot.id: plot.bank for plot in intent.ground.plots}
    assert {banks[area] for area in intent.shootings_then} == {"west"}
    assert {banks[area] for area in intent.shootings_now} == {"east"}
    hours = there(intent, "steady-streets")
    assert not any(hours[day * 1_440 + minute] for day in range(7) for minute in [*range(22 * 60, 1_440), *range(3 * 60)])


def test_what_has_ended_not_begun_or_paused_is_not_live(world: World) -> None:
    live = {provision.service for provision in world.provisions}
    assert not live & {"Summer Night Lights", "Weekend responders pilot", "Night school walk-home"}


def test_a_week_of_shifts() -> None:
    assert sum(minutes_of(week("Fr-Su 21:00-03:00"))) == 18 * 60
    assert minutes_of(week("Fr-Su 21:00-03:00"))[0] == 1, "Sunday night runs into Monday"
    with pytest.raises(ValueError, match="is not a shift"):
        week("Monday 9-5")
