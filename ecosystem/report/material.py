"""What does a report draw on, and how does it speak?

`Material` is one run in one language: the ecosystem, its coverage, the results of the analyses and the message catalogue. Chapters read from
it and from nothing else; what they count are rows of the results' tables, records and findings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from ecosystem.messages import Catalogue

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.city import City
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Finding, Findings
    from ecosystem.geography import Geography
    from ecosystem.graph import Ecosystem

FEW_AREAS = 4
"""So many areas are named; more are counted."""


class Run(Protocol):
    """One run of the pipeline in one edition, as far as a report reads it."""

    @property
    def eco(self) -> Ecosystem: ...

    @property
    def coverage(self) -> Coverage: ...

    @property
    def results(self) -> Mapping[str, Findings]: ...


@dataclass(frozen=True)
class Material:
    """One run in one language."""

    eco: Ecosystem
    coverage: Coverage
    results: Mapping[str, Findings]
    catalogue: Catalogue

    @classmethod
    def of(cls, run: Run, language: str) -> Material:
        """Return the material of a run; raises NameUnknownError for a language without messages."""
        return cls(run.eco, run.coverage, run.results, Catalogue.read(language, run.eco.taxonomy, run.eco.names))

    def say(self, key: str, **values: object) -> str:
        """Return a message of the report in words: `say("assets.title")` is the message `report.assets.title`."""
        return self.catalogue.text(f"report.{key}", values)

    def column(self, name: str) -> str:
        """Return the heading of a column in words."""
        return self.catalogue.text(f"column.{name}")

    @property
    def language(self) -> Literal["en", "es"]:
        """The language of the report."""
        return "es" if self.catalogue.language == "es" else "en"

    @property
    def city(self) -> City:
        """What city.toml says."""
        return self.eco.city

    @property
    def geography(self) -> Geography:
        """The areas of the city."""
        return self.eco.geography

    def findings(self, analysis: str, *kinds: str) -> tuple[Finding, ...]:
        """Return the findings of these kinds, heaviest first; none where the analysis was not run."""
        found = self.results.get(analysis)
        return found.of_kind(*kinds) if found is not None else ()

    def table(self, analysis: str) -> pd.DataFrame | None:
        """Return the table of an analysis, None where it was not run."""
        found = self.results.get(analysis)
        return None if found is None else found.table

    @cached_property
    def inhabited(self) -> tuple[str, ...]:
        """Ids of the areas where somebody lives."""
        return tuple(
            area_id for area_id, residents in zip(self.coverage.area_ids, self.coverage.area_residents.tolist(), strict=True) if residents > 0
        )

    @cached_property
    def residents(self) -> Mapping[str, float]:
        """Residents per area."""
        return dict(zip(self.coverage.area_ids, self.coverage.area_residents.tolist(), strict=True))

    @cached_property
    def answered(self) -> tuple[int, int]:
        """How many of the organizations asked answered, and how many were asked."""
        return sum(key in self.eco.records.answered for key in self.eco.asked), len(self.eco.asked)

    def where(self, areas: Sequence[str]) -> str:
        """Return areas in words that fit in a sentence: a few by name, many by count, all but a few by the exceptions."""
        total = len(self.inhabited)
        rest = [area for area in self.inhabited if area not in set(areas)]
        if len(areas) <= FEW_AREAS:
            return self.say("where.few", areas=areas)
        if not rest:
            return self.say("where.all", n=total)
        if len(rest) <= 2:
            return self.say("where.all_but", n=len(areas), total=total, areas=rest)
        return self.say("where.many", n=len(areas), total=total)

    def join(self, *sentences: str) -> str:
        """Return sentences as one text, without the empty ones."""
        return " ".join(sentence for sentence in sentences if sentence)

    def home_to(self, people: float | None) -> str:
        """Return how many people live there, in words; empty where the city gave no population."""
        return self.say("home_to", people=people) if self.geography.has_residents else ""

    def date(self, value: dt.date) -> str:
        """Return a date in words."""
        return self.say("date", date=value)

    def next_step(self, finding: Finding) -> str:
        """Return what to do next about a finding, in words."""
        return self.catalogue.text(finding.next_step, finding.values) if finding.next_step else ""

    def next_steps(self, findings: Iterable[Finding]) -> str:
        """Return what to do next about findings, each step once."""
        return " ".join(dict.fromkeys(step for finding in findings if (step := self.next_step(finding))))

    def say_heard(self, key: str) -> str:
        """Return a message that says from whom we heard; its form `KEY.unasked` where nobody was asked by a list."""
        answered, asked = self.answered
        return self.say(key, answered=answered, asked=asked) if asked else self.say(f"{key}.unasked")

    def could_change(self, organizations: Sequence[str]) -> str:
        """Return who did not tell us and could change a finding, in words."""
        return self.say("could_change", orgs=self.names(organizations)) if organizations else self.say("could_change.none")

    def silent_in(self, areas: Iterable[str]) -> tuple[str, ...]:
        """Return keys of the organizations that were asked, did not answer, and are known to work in one of the areas."""
        wanted, answered = set(areas), self.eco.records.answered
        return tuple(i.key for i in self.eco.records.invitations if i.asked and i.key not in answered and wanted & set(i.areas))

    def by_response(self, needs: Iterable[str]) -> list[str]:
        """Return needs with those first that somebody answers when called."""
        return sorted(needs, key=lambda need: (not self.is_response(need), need))

    def quoted(self, needs: Iterable[str]) -> list[str]:
        """Return needs in quotation marks, since many have a comma in their name; those first that somebody answers when called."""
        return [self.say("quoted", need=need) for need in self.by_response(needs)]

    def names(self, organizations: Sequence[str]) -> list[str]:
        """Return names of organizations, in the order of the alphabet."""
        named = self.eco.names.organizations
        return sorted((named.get(key, key) for key in organizations), key=str.casefold)

    def is_response(self, need: str) -> bool:
        """Whether a need is one that somebody answers when called (response in the taxonomy's continuum), rather than in office hours."""
        services = self.eco.taxonomy.services
        return any("R" in services[code].continuum for code in self.eco.taxonomy.answers_alone(need) if not services[code].is_baseline)
