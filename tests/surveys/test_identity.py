"""The same organization, and two answers about one thing."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from ecosystem.records import (
    CITYWIDE,
    AreaPart,
    Capacity,
    CoverageArea,
    Delivery,
    Eligibility,
    Invitation,
    Life,
    Location,
    Publish,
    Service,
    Source,
    Unknown,
)
from ecosystem.schedule import Hours, Schedule
from surveys.decisions import Decision, Decisions
from surveys.identity import Claim, Directory, slug
from surveys.merging import merge_deliveries, merge_services

INVITED = (Invitation("hh", "Harbor Hill"), Invitation("north", "North Side Team"))


def keys(directory: Directory, *claims: Claim) -> list[str]:
    return [directory.key_of(claim) for claim in claims]


def test_a_key_a_name_and_an_alias_lead_to_the_invited_organization() -> None:
    claims = (Claim("harbor  hill!"), Claim("HH Advocates", key="HH"), Claim("Advocates", aliases=("Harbor Hill",)), Claim("Other"))
    directory = Directory.of(claims, INVITED)
    assert keys(directory, *claims) == ["hh", "hh", "hh", "other"]
    assert directory.names["hh"] == "Harbor Hill"
    assert directory.aliases["hh"] == ("Advocates", "HH Advocates")
    assert directory.find("hh advocates") == directory.find("HH") == "hh"
    assert directory.find("nobody") is None


def test_order_of_answers_does_not_matter() -> None:
    claims = (
        Claim("A Team", aliases=("B Team",)),
        Claim("B Team"),
        Claim("C Team", aliases=("A Team",)),
        Claim("D", key="x"),
        Claim("D house", key="X"),
    )
    results = set()
    for order in itertools.permutations(claims):
        directory = Directory.of(order, INVITED)
        results.add((*keys(directory, *claims), *sorted(directory.names.items())))
    assert len(results) == 1


def test_two_invited_organizations_are_never_made_one_by_an_answer() -> None:
    claims = (Claim("North Side Team", key="hh"), Claim("Harbor Hill", aliases=("North Side Team",)))
    directory = Directory.of(claims, INVITED)
    assert keys(directory, *claims) == ["hh", "hh"]
    assert directory.find("North Side Team") == "north"
    assert sorted(issue.code for issue in directory.issues) == ["key_and_name_differ", "organization_ambiguous"]


def test_names_that_are_alike_are_left_apart() -> None:
    claims = (Claim("Women's Community Clinic"), Claim("Women's Community Clinic (WCC)"), Claim("Womens Comunity Clinic"), Claim("Men's Shelter"))
    directory = Directory.of(claims, (Invitation("m", "Mens Shelters"),))
    assert len(set(keys(directory, *claims))) == 4
    assert directory.issues == ()


def decision(one: str, other: str, row: int = 2) -> tuple[str, str, Decision]:
    return one, other, Decision("o.csv", row, "", "", one, other)


def test_a_person_says_same() -> None:
    claims = (Claim("Women's Community Clinic"), Claim("Women's Community Clinic (WCC)"))
    same = (decision("Women's Community Clinic (WCC)", "Women's Community Clinic"),)
    assert len(set(keys(Directory.of(claims, (), Decisions(same=same)), *claims))) == 1


def test_a_person_may_say_that_two_invited_are_one() -> None:
    claims = (Claim("Harbor Hill"), Claim("North Side Team"))
    directory = Directory.of(claims, INVITED, Decisions(same=(decision("Harbor Hill", "North Side Team"),)))
    assert keys(directory, *claims) == ["hh", "hh"]
    assert directory.by_key["north"] == "hh"


def test_what_is_decided_to_be_one_and_to_be_two_is_left_apart_and_told() -> None:
    claims = (Claim("Harbor Hill"), Claim("Harbor Hil"))
    decisions = Decisions(same=(decision("Harbor Hill", "Harbor Hil"),), different=(decision("Harbor Hil", "Harbor Hill", 3),))
    directory = Directory.of(claims, (), decisions)
    assert len(set(keys(directory, *claims))) == 2
    assert [(issue.code, issue.row) for issue in directory.issues] == [("decision_contradicted", 2)]


def test_a_no_takes_apart_what_one_answer_states_but_not_what_shares_a_key() -> None:
    stated = (Claim("Old Mill", aliases=("Mill Street",)), Claim("Mill Street"))
    no = Decisions(different=(decision("Old Mill", "Mill Street"),))
    assert len(set(keys(Directory.of(stated, (), no), *stated))) == 2
    keyed = (Claim("Old Mill", key="k1"), Claim("Mill Street", key="k1"))
    directory = Directory.of(keyed, (), no)
    assert keys(directory, *keyed) == ["k1", "k1"]
    assert [issue.code for issue in directory.issues] == ["decision_contradicted"]


@pytest.mark.parametrize("name", ["{{7*7}}", "<script>", "???", "../../etc/passwd", "a" * 500, "=1+1", "Ω≈ç√", "\u202ertl"])
def test_a_key_is_safe_whatever_the_name(name: str) -> None:
    key = slug(name)
    assert key
    assert len(key) <= 80
    assert not set(key) & set("/\\.<>{}\"'= ")
    assert slug(name) == key


# -- merging -----------------------------------------------------------------------------------------------------------------------------------


def cell(text: str, row: int) -> Source:
    return Source("a.csv", row=row, column="x", text=text)


def delivery(row: int = 2, **facts: object) -> Delivery:
    sources = {fact: cell(str(fact), row) for fact in facts}
    return Delivery("d-1", "hub", "v-1", "Desk", sources=sources, **facts)  # type: ignore[arg-type]


DAY, EVENING = Schedule.daily("09:00", "17:00"), Schedule.daily("12:00", "20:00")


def test_what_only_one_knows_holds_and_is_no_dispute() -> None:
    merged, disputes = merge_deliveries([delivery(mode=Unknown("blank"), hours=Hours.stated("open", DAY)), delivery(3, mode="walk_in")])
    assert (merged.mode, merged.hours) == ("walk_in", Hours.stated("open", DAY))
    assert disputes == ()


def test_facts_that_cannot_be_combined_become_disputed() -> None:
    merged, disputes = merge_deliveries(
        [
            delivery(mode="walk_in", eligibility=Eligibility(ages=(12, 17), requirements={"id": True}), capacity=Capacity(teams=2)),
            delivery(3, mode="phone", eligibility=Eligibility(ages=(12, 24), requirements={"id": False}), capacity=Capacity(teams=2)),
        ]
    )
    assert merged.mode == merged.eligibility.ages == merged.eligibility.requirements["id"] == Unknown("disputed")
    assert merged.capacity.teams == 2
    assert {dispute.fact for dispute in disputes} == {"mode", "ages", "requires_id"}
    assert [claim.row for claim in next(d for d in disputes if d.fact == "mode").claims] == [2, 3]


def test_disputed_hours_are_certain_where_both_say_so() -> None:
    merged, (dispute,) = merge_deliveries([delivery(hours=Hours.stated("open", DAY)), delivery(3, hours=Hours.stated("open", EVENING))])
    assert not isinstance(merged.hours, Unknown)
    assert merged.hours.counted("walk_in") == (DAY & EVENING, DAY | EVENING)
    assert dispute.fact == "hours"


def area(*ids: str) -> CoverageArea:
    return CoverageArea((AreaPart("areas", "n", ids),))


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        (area("a", "b"), area("b", "c"), area("b")),
        (CITYWIDE, area("b"), area("b")),
        (area("a"), area("c"), None),
        (area("a"), CoverageArea((), unresolved=("x",)), None),
        (CoverageArea((AreaPart("radius", radius_m=5.0),)), CoverageArea((AreaPart("radius", radius_m=9.0),)), None),
    ],
)
def test_disputed_areas_are_known_where_both_say_so(one: CoverageArea, other: CoverageArea, known: CoverageArea | None) -> None:
    merged, (dispute,) = merge_deliveries([delivery(area=one), delivery(3, area=other)])
    assert dispute.fact == "area"
    assert not isinstance(merged.area, Unknown)
    assert set(merged.area.parts) >= set(known.parts if known else ()) or merged.area.is_citywide or known == area("b")
    if known is None:
        assert not merged.area.certain
        assert isinstance(merged.focus, Unknown)
    else:
        assert merged.focus == known


def test_dates_in_dispute_never_end_a_life() -> None:
    early, late = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    merged, disputes = merge_deliveries([delivery(life=Life(started=late, ended=early)), delivery(3, life=Life(started=early, ended=late))])
    assert (merged.life.started, merged.life.ended) == (early, late)
    assert {dispute.fact for dispute in disputes} == {"started", "ended"}


def test_the_strictest_publish_level_and_any_protection_hold() -> None:
    merged, _ = merge_deliveries([delivery(publish=Publish(hours="analyst"), protected=True), delivery(3, publish=Publish(address="partner"))])
    assert merged.publish == Publish(address="partner", hours="analyst")
    assert merged.protected


def test_a_place_that_one_answer_withholds_is_withheld() -> None:
    merged, disputes = merge_deliveries([delivery(location=Location("1 Oak St")), delivery(3, location=Unknown("withheld"))])
    assert merged.location == Unknown("withheld")
    assert "Oak" not in repr(merged) + repr(disputes)


def test_services_keep_what_all_answers_name() -> None:
    one = Service("v", "hub", "Desk", types=("02a", "05a"), needs=("N01",))
    other = Service("v", "hub", "Desk", types=("05a",), needs=("N01", "N02"), description="new")
    merged, disputes = merge_services([one, other])
    assert merged.types == ("05a",)
    assert merged.needs == Unknown("disputed")
    assert merged.description == "new"
    assert {dispute.fact for dispute in disputes} == {"service_type", "needs"}
