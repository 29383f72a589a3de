"""The cube: hand-worked answers on the small town, equality with plain pandas-like counting, and the laws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from ecosystem.city import City
from ecosystem.coverage import COVERED, NO_RESIDENTS, NOBODY, NOT_KNOWN, Coverage, Resident, depth, fits
from ecosystem.errors import NameUnknownError
from ecosystem.geography import Geography
from ecosystem.graph import Answer, Ecosystem, answered_needs
from ecosystem.records import BLANK, NOT_ASKED, AreaPart, CoverageArea, Eligibility, Invitation, Language, Life, Service, Unknown
from ecosystem.schedule import ALWAYS, NEVER, Hours, Piece, Schedule
from ecosystem.taxonomy import Taxonomy

WEEKDAYS = Schedule.daily("00:00", "24:00", days=range(5))
AS_OF = dt.date(2026, 10, 1)
SATURDAY_NOON = (5 * 24 + 12) * 2
MONDAY_NOON = 24


def of(eco: Ecosystem, **options: object) -> Coverage:
    return Coverage.of(eco, as_of=AS_OF, **options)  # type: ignore[arg-type]


def states(coverage: Coverage, need: str, slot: int) -> list[int]:
    return coverage.state(need)[:, slot].tolist()


def test_weekday_crew_leaves_one_weekend(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    coverage = of(town(give("owls", "02a", WEEKDAYS, "ash birch")))
    assert states(coverage, "N01", MONDAY_NOON) == [COVERED, COVERED, NO_RESIDENTS]
    assert states(coverage, "N01", SATURDAY_NOON) == [NOBODY, NOBODY, NO_RESIDENTS]
    assert coverage.state_schedules("N01", NOBODY)[0].runs() == ((7200, 10080),)


def test_unknown_hours_are_not_known_and_never_a_gap(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    coverage = of(town(give("owls", "02a", None, "ash")))
    assert states(coverage, "N01", MONDAY_NOON) == [NOT_KNOWN, NOBODY, NO_RESIDENTS]


def test_unknown_area_may_be_anywhere(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    assert states(of(town(give("owls", "02a", WEEKDAYS, None))), "N01", MONDAY_NOON) == [NOT_KNOWN, NOT_KNOWN, NO_RESIDENTS]


def test_focus_is_known_and_the_wider_claim_possible(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    focus = CoverageArea((AreaPart("areas", "areas", ("birch",)),))
    coverage = of(town(give("owls", "02a", ALWAYS, "city", focus=focus)))
    assert states(coverage, "N01", 0) == [NOT_KNOWN, COVERED, NO_RESIDENTS]


def test_name_that_nobody_could_place_keeps_the_rest_of_the_city_possible(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    organization, service, delivery = give("owls", "02a", ALWAYS, "ash")  # type: ignore[misc]
    delivery = replace(delivery, area=replace(delivery.area, unresolved=("Nortside",)))
    assert states(of(town((organization, service, delivery))), "N01", 0) == [COVERED, NOT_KNOWN, NO_RESIDENTS]


def test_circle_over_a_border_covers_a_part(town: Callable[..., Ecosystem], give: Callable[..., object], ground: Geography) -> None:
    west, north = ground.areas.to_crs(26915).geometry[0].bounds[0], ground.areas.to_crs(26915).geometry[0].bounds[1]
    corner = gpd.GeoSeries([box(west - 1, north - 1, west + 1, north + 1).centroid], crs="EPSG:26915").to_crs(4326)[0]
    part = CoverageArea((AreaPart("radius", longitude=corner.x, latitude=corner.y, radius_m=500),))
    organization, service, delivery = give("owls", "02a", ALWAYS, "ash")  # type: ignore[misc]
    coverage = of(town((organization, service, replace(delivery, area=part))))
    # a quarter of a circle of 500 m in a square of 1 km: pi / 16 = 19.6 % of the residents
    assert coverage.share_known("N01")[0, 0] == pytest.approx(np.pi / 16, abs=0.02)
    assert states(coverage, "N01", 0) == [NOBODY, NOBODY, NO_RESIDENTS]


def test_half_of_the_residents_with_nobody_is_a_gap() -> None:
    membership = sp.csr_array(np.array([[1], [0]], dtype=np.uint8))
    cube = Coverage.from_arrays(membership, np.ones((1, 336), np.uint8), np.ones((1, 1), bool), class_residents=np.array([50.0, 50.0]))
    one_area = replace(cube, area_ids=("a",), class_area=np.zeros(2, np.int32))
    assert one_area.state("0")[0, 0] == NOBODY
    mostly = replace(one_area, class_residents=np.array([51.0, 49.0]), _depths={})
    assert mostly.state("0")[0, 0] == COVERED


def test_minimum_depth_of_two(town: Callable[..., Ecosystem], give: Callable[..., object], settings: City) -> None:
    strict = settings.model_copy(update={"standards": settings.standards.model_copy(update={"minimum_depth": {"N01": 2}})})
    eco = town(give("owls", "02a", ALWAYS, "ash birch"), give("crows", "02a", None, "ash"), city=strict)
    assert states(of(eco), "N01", 0) == [NOT_KNOWN, NOBODY, NO_RESIDENTS]


def test_two_programs_of_one_organization_are_one_organization(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    organization, service, delivery = give("owls", "02a", ALWAYS, "ash")  # type: ignore[misc]
    second = replace(delivery, id="d-second", site="second")
    coverage = of(town((organization, service, delivery), (organization, service, second), give("crows", "02a", WEEKDAYS, "ash")))
    ash = coverage.class_area == 0
    assert set(coverage.known("N01")[ash, MONDAY_NOON]) == {3}
    assert set(coverage.organizations("N01")[ash, MONDAY_NOON]) == {2}
    assert coverage.area_depth("N01")[0, SATURDAY_NOON] == 2


@pytest.mark.parametrize(
    ("types", "needs", "expected"),
    [
        (("02a",), NOT_ASKED, {"N01": Answer(1.0, True)}),
        (("02a",), BLANK, {"N01": Answer(1.0, False)}),
        (("03a",), ("N01",), {"N01": Answer(0.5, True)}),
        (("08a",), ("N01",), {"N01": Answer(0.5, True)}),
        (BLANK, ("N01",), {"N01": Answer(1.0, False)}),
        (BLANK, BLANK, {}),
        (("13a",), NOT_ASKED, {}),
    ],
)
def test_what_a_service_answers(types: tuple[str, ...] | Unknown, needs: tuple[str, ...] | Unknown, expected: dict[str, Answer]) -> None:
    answers = answered_needs(Service("s", "o", "s", types=types, needs=needs), Taxonomy.read())
    assert {need: answer for need, answer in answers.items() if need == "N01"} == expected


def test_support_alone_does_not_cover(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    assert states(of(town(give("owls", "03a", ALWAYS, "city"))), "N01", 0) == [NOBODY, NOBODY, NO_RESIDENTS]


def test_office_hours_never_count() -> None:
    hours = Hours((Piece("office", ALWAYS), Piece("response", WEEKDAYS)))
    assert hours.counted("mobile") == (WEEKDAYS, WEEKDAYS)


def test_intake_counts_where_it_is_stated_and_appointments_are_possible_only() -> None:
    hours = Hours((Piece("open", ALWAYS), Piece("intake", WEEKDAYS)))
    assert hours.counted("walk_in") == (WEEKDAYS, WEEKDAYS)
    assert hours.counted("appointment") == (NEVER, WEEKDAYS)


def test_ended_and_not_yet_started_services_are_not_there_and_unpaid_ones_are(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    ended = Life(ended=dt.date(2026, 9, 30))
    assert states(of(town(give("owls", "02a", ALWAYS, "city", life=ended))), "N01", 0)[0] == NOBODY
    last_day = Life(ended=AS_OF)
    assert states(of(town(give("owls", "02a", ALWAYS, "city", life=last_day))), "N01", 0)[0] == COVERED
    unpaid = Life(paid=False, funded=False)
    assert states(of(town(give("owls", "02a", ALWAYS, "city", life=unpaid))), "N01", 0)[0] == COVERED
    suspended = Life(suspended=True)
    assert states(of(town(give("owls", "02a", ALWAYS, "city", life=suspended))), "N01", 0)[0] == NOBODY


def test_baseline_is_no_answer_and_a_placeholder_is_possible_only(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    assert states(of(town(give("police", "02a", ALWAYS, "city", is_baseline=True))), "N01", 0)[0] == NOBODY
    assert states(of(town(give("shelter", "02a", ALWAYS, "city", is_placeholder=True))), "N01", 0)[0] == NOT_KNOWN


def test_resident_who_speaks_somali(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    day = Schedule.daily("09:00", "17:00")
    eco = town(
        give("staff", "02a", ALWAYS, "ash", languages=(Language("so", "staff", day),)),
        give("line", "02a", WEEKDAYS, "birch", languages=(Language("*", "interpreter"),)),
        give("leaflet", "02a", ALWAYS, "birch", languages=(Language("so", "materials"),)),
        give("blank", "02a", ALWAYS, "park", languages=BLANK),
    )
    coverage = of(eco, resident=Resident(language="so"))
    assert states(coverage, "N01", MONDAY_NOON)[:2] == [COVERED, COVERED]
    assert states(coverage, "N01", 0)[:2] == [NOBODY, COVERED]  # Monday 00:00: no Somali staff at night
    assert states(coverage, "N01", SATURDAY_NOON)[:2] == [COVERED, NOBODY]


@pytest.mark.parametrize(
    ("resident", "expected"),
    [
        (Resident(), True),
        (Resident(age=16), True),
        (Resident(age=25), False),
        (Resident(gender="men"), False),
        (Resident(group="veterans"), None),
        (Resident(age=16, group="veterans"), None),
        (Resident(age=25, group="veterans"), False),
    ],
)
def test_who_fits(give: Callable[..., object], resident: Resident, expected: bool | None) -> None:
    who = Eligibility(ages=(12, 24), genders=frozenset({"women"}))
    delivery = give("owls", "02a", ALWAYS, "ash", eligibility=who)[2]  # type: ignore[index]
    assert fits(delivery, resident) is expected


def test_depth_wraps_at_no_count() -> None:
    member = sp.csc_array(np.ones((1, 300), dtype=np.uint8))
    assert depth(member, np.ones((300, 2), np.uint8), np.arange(300)).tolist() == [[300, 300]]


def test_unknown_need_is_named() -> None:
    cube = Coverage.from_arrays(sp.csr_array((1, 1), dtype=np.uint8), np.zeros((1, 336), np.uint8), np.ones((1, 1), bool))
    with pytest.raises(NameUnknownError, match="'N99' is not a need of this cube"):
        cube.known("N99")


# -- equality with counting one by one -----------------------------------------------------------------------------------------------------

SCHEDULES = st.sampled_from([NEVER, ALWAYS, WEEKDAYS, Schedule.daily("22:00", "06:00"), Schedule.daily("09:15", "17:00", days=[0, 6])])


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_cube_equals_counting_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_areas, n_deliveries, n_needs, n_slots = 5, int(rng.integers(1, 9)), 3, 14
    known = rng.random((n_areas, n_deliveries)) < 0.5
    possible = known | (rng.random(known.shape) < 0.2)
    hours_known = rng.random((n_deliveries, n_slots)) < 0.5
    hours_possible = hours_known | (rng.random(hours_known.shape) < 0.2)
    answers_known = rng.random((n_needs, n_deliveries)) < 0.5
    answers_possible = answers_known | (rng.random(answers_known.shape) < 0.2)
    cube = Coverage.from_arrays(
        sp.csr_array(known.astype(np.uint8)),
        hours_known.astype(np.uint8),
        answers_known,
        membership_possible=sp.csr_array(possible.astype(np.uint8)),
        slots_possible=hours_possible.astype(np.uint8),
        answers_possible=answers_possible,
    )
    for need in range(n_needs):
        expected_known, expected_possible = np.zeros((n_areas, n_slots), int), np.zeros((n_areas, n_slots), int)
        for area in range(n_areas):
            for slot in range(n_slots):
                for d in range(n_deliveries):
                    expected_known[area, slot] += known[area, d] and hours_known[d, slot] and answers_known[need, d]
                    expected_possible[area, slot] += possible[area, d] and hours_possible[d, slot] and answers_possible[need, d]
        assert np.array_equal(cube.known(str(need)), expected_known)
        assert np.array_equal(cube.possible(str(need)), expected_possible)


def test_change_of_hours_equals_a_new_cube(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    late = Schedule.daily("18:00", "02:00")
    before = of(town(give("owls", "02a", WEEKDAYS, "ash birch"), give("crows", "02b", None, "ash"), give("jays", "02a", WEEKDAYS, "birch")))
    for need in before.needs:
        before.known(need), before.possible(need)
    owl = next(d for d, o in zip(before.deliveries, before.organization_of, strict=True) if o == "owls")
    after = of(town(give("owls", "02a", late, "ash birch"), give("crows", "02b", None, "ash"), give("jays", "02a", WEEKDAYS, "birch")))
    changed = before.with_change(owl, known=late)
    for need in before.needs:
        assert np.array_equal(changed.known(need), after.known(need))
        assert np.array_equal(changed.possible(need), after.possible(need))
    assert before.state_schedules("N01", NOBODY)[0] == ~WEEKDAYS
    assert not (before.without(owl).share_known("N01")[0] > 0).any()


# -- the laws of design 1 ------------------------------------------------------------------------------------------------------------------

TYPES = st.sampled_from(["02a", "02b", "02g", "09c", "03a"])
AREAS = st.sampled_from(["ash", "birch", "ash birch", "city", "park", None])
HOURS = st.one_of(SCHEDULES, st.none())
MODES = st.sampled_from(["mobile", "walk_in", "phone", "appointment", None])
ONE = st.tuples(TYPES, HOURS, AREAS, MODES, st.sampled_from([None, ("N01",), ("N08", "N14")]))
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def build(town: Callable[..., Ecosystem], give: Callable[..., object], answers: list[tuple[object, ...]], order: list[int] | None = None) -> Coverage:
    made = [give(f"org{i}", types, hours, areas, mode=mode, needs=needs) for i, (types, hours, areas, mode, needs) in enumerate(answers)]
    return of(town(*(made if order is None else [made[i] for i in order])))


@given(answers=st.lists(ONE, min_size=1, max_size=6))
@LAWS
def test_adding_a_delivery_never_lowers_coverage(
    town: Callable[..., Ecosystem], give: Callable[..., object], answers: list[tuple[object, ...]]
) -> None:
    fewer, more = build(town, give, answers[:-1]), build(town, give, answers)
    for need in more.needs:
        assert (more.share_known(need) >= fewer.share_known(need)).all()
        assert (more.share_possible(need) >= fewer.share_possible(need)).all()


@given(
    answers=st.lists(ONE, min_size=1, max_size=6),
    which=st.integers(0, 5),
    field=st.sampled_from(["hours", "area", "mode", "needs", "types", "languages", "ages"]),
)
@LAWS
def test_blanking_a_field_never_adds_a_gap(
    town: Callable[..., Ecosystem], give: Callable[..., object], answers: list[tuple[object, ...]], which: int, field: str
) -> None:
    which %= len(answers)
    made = [give(f"org{i}", types, hours, areas, mode=mode, needs=needs) for i, (types, hours, areas, mode, needs) in enumerate(answers)]
    before = of(town(*made))
    organization, service, delivery = made[which]  # type: ignore[misc]
    if field == "needs":
        service = replace(service, needs=BLANK)
    elif field == "types":
        # without kind and stated needs nothing of the answer is left: that is the removed answer of the law, tested below
        service = replace(service, types=service.types if service.needs is NOT_ASKED else BLANK)
    elif field == "ages":
        delivery = replace(delivery, eligibility=Eligibility(ages=BLANK))
    else:
        delivery = replace(delivery, **{field: BLANK})
    after = of(town(*made[:which], (organization, service, delivery), *made[which + 1 :]))
    for need in before.needs:
        added = (after.state(need) == NOBODY) & (before.state(need) != NOBODY)
        assert not added.any()


@given(answers=st.lists(ONE, min_size=2, max_size=6), seed=st.integers(0, 99))
@LAWS
def test_order_of_answers_does_not_matter(
    town: Callable[..., Ecosystem], give: Callable[..., object], answers: list[tuple[object, ...]], seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(answers)).tolist()
    one, other = build(town, give, answers), build(town, give, answers, order)
    assert one.deliveries == other.deliveries
    for need in one.needs:
        assert np.array_equal(one.share_known(need), other.share_known(need))
        assert np.array_equal(one.share_possible(need), other.share_possible(need))


def test_splitting_an_area_keeps_city_totals(town: Callable[..., Ecosystem], give: Callable[..., object], ground: Geography, settings: City) -> None:
    metric = ground.areas.to_crs(26915)
    west = metric.geometry[0].bounds[0]
    south = metric.geometry[0].bounds[1]
    halves = gpd.GeoDataFrame(
        {
            "area_id": ["ash-north", "ash-south", "birch", "park"],
            "name": ["Ash North", "Ash South", "Birch", "Park"],
            "residents": [500.0, 500, 2000, 0],
        },
        geometry=[box(west, south + 500, west + 1000, south + 1000), box(west, south, west + 1000, south + 500), *metric.geometry[1:]],
        crs="EPSG:26915",
    )
    circle = gpd.GeoSeries(gpd.points_from_xy([west + 500], [south + 500]), crs="EPSG:26915").to_crs(4326)[0]
    part = CoverageArea((AreaPart("radius", longitude=circle.x, latitude=circle.y, radius_m=400),))
    organization, service, delivery = give("owls", "02a", WEEKDAYS, "ash")  # type: ignore[misc]
    delivery = replace(delivery, area=part)
    whole = of(town((organization, service, delivery)))
    split = of(town((organization, service, delivery), geography=Geography.of(halves, crs="EPSG:26915")))
    reached = [float((c.share_known("N01")[:, MONDAY_NOON] * c.area_residents).sum()) for c in (whole, split)]
    assert reached[0] == pytest.approx(1000 * np.pi * 0.16, abs=20)
    assert reached[1] == pytest.approx(1000 * np.pi * 0.16, abs=20)  # both within the error of the lattice


def test_whole_answer_removed_leaves_its_organization_among_the_silent(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("crows", "02g", ALWAYS, "ash"), silent=[Invitation("owls", "Owls", likely_needs=("N01",), areas=("ash",))])
    assert eco.silent("N01", "ash") == ("owls",)
    assert eco.silent("N01", "birch") == ()
    assert eco.silent("N14", "ash") == ()


def test_answer_without_a_kind_is_named_on_every_gap(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("mystery", None, ALWAYS, "city"), give("owls", "02a", WEEKDAYS, "ash"))
    assert "mystery" in eco.silent("N01", "ash")
    assert len(of(eco).deliveries) == 1


def test_findable_groups_have_no_cube_outside_the_analyst_edition(
    town: Callable[..., Ecosystem], give: Callable[..., object], settings: City
) -> None:
    city = settings.model_copy(update={"standards": settings.standards.model_copy(update={"needs": ("N01", "N22")})})
    eco = town(give("owls", "05c", ALWAYS, "ash"), city=city)
    assert of(eco).needs == ("N01", "N22")
    assert of(replace(eco, edition="public")).needs == ("N01",)
    assert of(replace(eco, edition="partner")).needs == ("N01",)
