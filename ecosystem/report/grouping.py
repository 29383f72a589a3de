"""How do many findings become one sentence?

A gap of one crew shows up once per need and per neighborhood. A reader wants it once: the same hours, in 29 of 30 neighborhoods, for three
kinds of need. Grouping adds nothing: a group holds findings and the union of what they are about; people are counted once per area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from ecosystem.findings import Finding
from ecosystem.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same of several areas and needs. `when` is None where their hours differ.

    `people` counts each area once, with the largest number that any of its findings gives. `weight` is the sum of the findings'.
    """

    findings: tuple[Finding, ...]
    needs: tuple[str, ...]
    areas: tuple[str, ...]
    when: Schedule | None
    people: float
    weight: float

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the findings, heaviest first."""
        return tuple(finding.id for finding in self.findings)

    @property
    def silent(self) -> tuple[str, ...]:
        """Keys of the organizations that did not answer and could change any of the findings."""
        return tuple(sorted({key for finding in self.findings for key in finding.silent}))


def _group(findings: Iterable[Finding], *, when: Schedule | None) -> Group:
    ordered = tuple(sorted(findings, key=lambda finding: (-finding.weight, finding.need, finding.areas, finding.id)))
    people: dict[tuple[str, ...], float] = {}
    for finding in ordered:
        people[finding.areas] = max(people.get(finding.areas, 0.0), finding.people or 0.0)
    return Group(
        findings=ordered,
        needs=tuple(dict.fromkeys(finding.need for finding in ordered)),
        areas=tuple(sorted({area for finding in ordered for area in finding.areas})),
        when=when,
        people=sum(people.values()),
        weight=sum(finding.weight for finding in ordered),
    )


def _by_weight(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (-group.weight, group.needs, group.areas)))


def group_findings(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return findings that share need and hours as one group over their areas, then groups of the same hours and areas as one over their needs."""
    by_need_and_hours: dict[tuple[str, Schedule | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_need_and_hours[finding.need, finding.when].append(finding)
    by_hours_and_areas: dict[tuple[Schedule | None, tuple[str, ...]], list[Finding]] = defaultdict(list)
    for (_, when), same in by_need_and_hours.items():
        areas = tuple(sorted({area for finding in same for area in finding.areas}))
        by_hours_and_areas[when, areas].extend(same)
    return _by_weight(_group(same, when=when) for (when, _), same in by_hours_and_areas.items())


def group_by_area(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return findings that are about the same areas as one group over their needs, whatever their hours."""
    by_area: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_area[finding.areas].append(finding)
    return _by_weight(_group(same, when=same[0].when if len({f.when for f in same}) == 1 else None) for same in by_area.values())


def group_shared_holes(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return findings about one run of the week over many areas as one group over their needs, where run and areas are the same.

    Such a finding is about the city; the areas that share the run stand in its values.
    """
    same: dict[tuple[Schedule | None, tuple[str, ...]], list[Finding]] = defaultdict(list)
    for finding in findings:
        areas = finding.values.get("areas")
        named = tuple(sorted(str(area) for area in areas)) if isinstance(areas, tuple | list) else finding.areas
        same[finding.when, named].append(finding)
    return _by_weight(replace(_group(group, when=when), areas=areas) for (when, areas), group in same.items())


def merge_areas(groups: Iterable[Group], apart_by: Callable[[Group], Hashable]) -> tuple[Group, ...]:
    """Return groups about the same needs as one group over their areas, where `apart_by` says the same of both; in the order of the first."""
    alike: dict[tuple[frozenset[str], Hashable], list[Group]] = defaultdict(list)
    for group in groups:
        alike[frozenset(group.needs), apart_by(group)].append(group)
    return tuple(
        same[0] if len(same) == 1 else _group((finding for group in same for finding in group.findings), when=None) for same in alike.values()
    )
