"""What is an analysis, and what do all of them share?

An analysis is a module with `run(eco, coverage, options) -> Findings` and an `Options` model for its table in city.toml. A review is the
same but also reads the results of the analyses before it. Both are listed by name in `ecosystem.analysis`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from ecosystem.coverage import Coverage
from ecosystem.edition import suppress_count
from ecosystem.findings import Finding, Findings
from ecosystem.schedule import NEVER, WEEK, Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosystem.findings import Value
    from ecosystem.graph import Ecosystem


class AnalysisOptions(BaseModel):
    """The options of an analysis; its table in city.toml is checked against them, unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Own = TypeVar("Own", bound=AnalysisOptions)
"""The options of one analysis."""


class Analysis(Protocol[Own]):
    """A module that answers one question from the graph and the coverage."""

    Options: type[Own]

    def run(self, eco: Ecosystem, coverage: Coverage, options: Own) -> Findings: ...


class Review(Protocol[Own]):
    """A module that reads what the analyses found."""

    Options: type[Own]

    def run(self, eco: Ecosystem, coverage: Coverage, results: Results, options: Own) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Results(Mapping[str, Findings]):
    """Everything found in one run: Findings by the name of the analysis, in the order of the registry."""

    by_analysis: Mapping[str, Findings]

    def __getitem__(self, name: str) -> Findings:
        return self.by_analysis[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_analysis)

    def __len__(self) -> int:
        return len(self.by_analysis)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, analysis by analysis."""
        return tuple(finding for findings in self.by_analysis.values() for finding in findings)

    def finding(self, finding_id: str) -> Finding | None:
        """Return the finding with this id."""
        return next((finding for finding in self.findings if finding.id == finding_id), None)


def slots_to_schedule(is_in: NDArray[np.bool_], slot_minutes: int) -> Schedule:
    """Return the minutes of the slots that are True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_in, [False]]).astype(np.int8)))
    pairs = [(int(start) * slot_minutes, int(end) * slot_minutes) for start, end in edges.reshape(-1, 2)]
    return Schedule.of(*pairs) if pairs else NEVER


def inhabited(coverage: Coverage) -> NDArray[np.intp]:
    """Return the rows of the areas where somebody lives: places without residents are shown as such and never have a gap."""
    return np.flatnonzero(coverage.area_residents > 0)


@lru_cache(maxsize=4096)
def hours_per_slot(when: Schedule, slot_minutes: int) -> NDArray[np.float64]:
    """Return how many hours of each slot of the week a schedule takes, (slots,); many findings share one, so it cannot be written to.

    >>> hours_per_slot(Schedule.of((30, 75)), 30)[:4].tolist()
    [0.0, 0.5, 0.25, 0.0]
    """
    hours = np.zeros(WEEK // slot_minutes)
    for start, end in when.intervals:
        slots = np.arange(start // slot_minutes, -(-end // slot_minutes))
        hours[slots] += (np.minimum(end, (slots + 1) * slot_minutes) - np.maximum(start, slots * slot_minutes)) / 60
    hours.flags.writeable = False
    return hours


def person_hours(coverage: Coverage, need: str, people: Mapping[int, float], when: Schedule) -> float:
    """Return people (by area) times hours; where calls about the need are known, an hour counts by its calls (`Coverage.with_calls`)."""
    if need not in coverage.demand:
        return sum(people.values()) * when.hours
    weights, hours = coverage.demand[need], hours_per_slot(when, coverage.slot_minutes)
    return round(sum(count * float(weights[area] @ hours) for area, count in people.items()), 6)


def calls_a_year(eco: Ecosystem, coverage: Coverage, needs: Iterable[str], areas: Iterable[int], when: Schedule) -> dict[str, Value]:
    """Return {"calls_a_year": ...} for the values of a finding about some needs, areas and hours, empty where calls are not known or too few.

    What is shown outside the analyst edition rests on as many calls as a count of people must have.
    """
    known = [coverage.calls_a_year[need] for need in needs if need in coverage.calls_a_year]
    if not known:
        return {}
    share, wanted = hours_per_slot(when, coverage.slot_minutes) * 60 / coverage.slot_minutes, list(areas)
    count = round(float(sum((calls[wanted] @ share).sum() for calls in known)), 6)
    seen = count * coverage.n_years_of_calls
    if eco.edition != "analyst" and suppress_count(seen, minimum=eco.city.privacy.minimum_count) is None:
        return {}
    return {"calls_a_year": count}


def serving(coverage: Coverage, need: str, area: int, *, certain: bool | None = None) -> tuple[str, ...]:
    """Return ids of the deliveries that answer a need somewhere in an area: all, the certain ones, or (certain=False) the merely possible."""
    row = coverage.index(need)
    somebody = coverage.answers_possible[row] & coverage.areas_possible[area]
    surely = coverage.answers_known[row] & coverage.areas_known[area] & coverage.keeps_hours
    wanted = somebody if certain is None else somebody & (surely if certain else ~surely)
    return tuple(sorted(coverage.deliveries[column] for column in np.flatnonzero(wanted)))


def source_ids(eco: Ecosystem, delivery_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the cells a finding about these deliveries rests on, with the ids of the deliveries."""
    cells = {source.id for delivery in delivery_ids for source in eco.deliveries[delivery].sources.values()}
    return (*sorted(delivery_ids), *sorted(cells))
