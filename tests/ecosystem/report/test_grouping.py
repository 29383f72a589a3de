"""Many findings become one sentence: the same hours, in many neighborhoods, for several needs."""

from __future__ import annotations

from ecosystem.findings import CITY, Finding, finding_id
from ecosystem.report.grouping import group_by_area, group_findings, group_shared_holes
from ecosystem.schedule import ALWAYS, Schedule

WEEKEND = Schedule.of((7200, 10080))
NIGHT = Schedule.daily("22:00", "06:00")


def gap(need: str, area: str, when: Schedule, people: float, *, silent: tuple[str, ...] = ()) -> Finding:
    return Finding(
        finding_id("gap", need=need, areas=[area]),
        "gaps",
        "gap",
        "confirmed",
        "gap.confirmed",
        need=need,
        areas=(area,),
        when=when,
        people=people,
        weight=people * when.hours,
        silent=silent,
    )


def test_one_crew_that_is_missing_is_one_group_and_not_one_per_need_and_area() -> None:
    areas = {f"a{number:02d}": 100.0 * number for number in range(1, 30)}
    findings = [gap(need, area, WEEKEND, people) for need in ("N01", "N02", "N03") for area, people in areas.items()]
    (group,) = group_findings(findings)
    assert group.needs == ("N01", "N02", "N03")
    assert group.areas == tuple(sorted(areas))
    assert group.people == 100 * 29 * 30 / 2  # each area once, not once per need
    assert len(group.findings) == 87


def test_other_hours_or_other_areas_are_another_group() -> None:
    groups = group_findings(
        [gap("N01", "ash", WEEKEND, 10), gap("N01", "birch", WEEKEND, 10), gap("N02", "ash", WEEKEND, 10), gap("N01", "oak", NIGHT, 10)]
    )
    assert [(group.needs, group.areas) for group in groups] == [
        (("N01",), ("ash", "birch")),
        (("N01",), ("oak",)),
        (("N02",), ("ash",)),
    ]


def test_heaviest_group_comes_first_and_names_all_who_could_change_it() -> None:
    groups = group_findings(
        [gap("N01", "ash", ALWAYS, 5, silent=("b",)), gap("N02", "ash", ALWAYS, 50, silent=("a", "b")), gap("N08", "oak", NIGHT, 1)]
    )
    assert [group.needs for group in groups] == [("N02", "N01"), ("N08",)]
    assert groups[0].silent == ("a", "b")
    assert groups[0].people == 50  # the same people, once


def test_order_of_findings_does_not_matter() -> None:
    findings = [gap(need, area, WEEKEND, 10) for need in ("N01", "N02") for area in ("ash", "birch")]
    assert group_findings(findings) == group_findings(reversed(findings))


def test_findings_about_one_area_are_one_group_whatever_their_hours() -> None:
    same, other = group_by_area([gap("N01", "ash", WEEKEND, 10), gap("N02", "ash", NIGHT, 10), gap("N08", "oak", NIGHT, 1)])
    assert (same.areas, same.needs, same.when) == (("ash",), ("N02", "N01"), None)
    assert (other.areas, other.when) == (("oak",), NIGHT)


def test_shared_holes_take_their_areas_from_what_the_analysis_says() -> None:
    def hole(need: str, areas: tuple[str, ...]) -> Finding:
        return Finding(
            finding_id("hole_city", need=need, areas=[CITY]),
            "holes",
            "hole_city",
            "confirmed",
            "hole.city",
            values={"areas": areas},
            need=need,
            areas=(CITY,),
            when=WEEKEND,
            people=100,
            weight=4800,
        )

    both, alone = group_shared_holes([hole("N01", ("ash", "birch")), hole("N02", ("birch", "ash")), hole("N03", ("ash",))])
    assert (both.needs, both.areas, both.people) == (("N01", "N02"), ("ash", "birch"), 100)
    assert (alone.needs, alone.areas) == (("N03",), ("ash",))


def test_nothing_makes_no_group() -> None:
    assert group_findings([]) == group_by_area([]) == group_shared_holes([]) == ()
