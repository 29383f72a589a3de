"""What did an analysis find, in a form that map, report, workbook and command line all show alike?

A `Finding` is one statement with its numbers, the deliveries it rests on, who did not answer and could change it, and what to do next.
Its words are a message key and values, rendered per language by `ecosystem.messages`. Its id comes from what it is about (kind, need,
areas or deliveries, group), never from numbers, hours or words, so that "shrank" can be told from "new". `Findings` are all findings of
one analysis with their table, whose columns are declared once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from ecosystem.records import stable_id
from ecosystem.schedule import Schedule

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.messages import Catalogue

Status = Literal["confirmed", "not_known", "part", "strength", "information"]
Value = str | float | int | bool | None | Schedule | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]
ColumnKind = Literal["id", "text", "need", "area", "organization", "delivery", "count", "people", "share", "hours", "schedule", "date", "usd"]

CITY = "city"
"""The area id of a finding about the whole city."""


def finding_id(kind: str, *, need: str = "", areas: Iterable[str] = (), deliveries: Iterable[str] = (), group: str = "") -> str:
    """Return the id of a finding, from what it is about alone.

    >>> finding_id("hole", need="N01", areas=["a2", "a1"]) == finding_id("hole", need="N01", areas=["a1", "a2"])
    True
    """
    return stable_id("f", kind, need, ",".join(sorted(areas)), ",".join(sorted(deliveries)), group)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an analysis' table: its name, how to show it, and what it means in one sentence."""

    name: str
    kind: ColumnKind
    note: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    `status`: confirmed (nobody known and nobody possible), not_known (the bounds disagree), part (only a part of the area), strength (an
    asset), information. `people` are residents concerned, exact; whoever shows them rounds. `known` and `possible` bound the number that
    `message` states. `weight` ranks findings of one analysis: person-hours of the week, or calls where calls exist. `evidence` are ids of
    deliveries and sources; `silent` are keys of organizations that did not answer and could change the finding; `question` names the field
    that would settle an unknown.
    """

    id: str
    analysis: str
    kind: str
    status: Status
    message: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    need: str = ""
    areas: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = ()
    group: str = ""
    when: Schedule | None = None
    people: float | None = None
    known: float | None = None
    possible: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    weight: float = 0.0
    evidence: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    next_step: str = ""
    question: str = ""

    def sentence(self, catalogue: Catalogue) -> str:
        """Return the finding in words, with the calls a year behind it where they are known."""
        said = catalogue.text(self.message, self.values)
        calls = self.values.get("calls_a_year")
        return f"{said} {catalogue.text('demand.here', self.values)}" if isinstance(calls, float) and calls >= 0.5 else said


@dataclass(frozen=True, slots=True)
class Findings:
    """What one analysis found: `table`, whose columns are exactly `columns`, and the findings by falling weight, ties by id.

    `more` are further tables by name, for the report and the map; those whose columns `more_columns` declares stand in the workbook as well.
    """

    analysis: str
    columns: tuple[Column, ...]
    table: pd.DataFrame
    items: tuple[Finding, ...] = ()
    more: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    more_columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        analysis: str,
        columns: Sequence[Column],
        table: pd.DataFrame,
        items: Iterable[Finding] = (),
        more: Mapping[str, pd.DataFrame] = MappingProxyType({}),
        more_columns: Mapping[str, tuple[Column, ...]] = MappingProxyType({}),
    ) -> Findings:
        """Return findings in their one order. Raises ValueError where a table's columns are not the declared ones or two findings share an id."""
        for name, one, declared in ((analysis, table, columns), *((name, more[name], declared) for name, declared in more_columns.items())):
            if list(one.columns) != [column.name for column in declared]:
                raise ValueError(f"the table of {name!r} has columns {list(one.columns)}, declared are {[column.name for column in declared]}")
        ordered = tuple(sorted(items, key=lambda finding: (-finding.weight, finding.id)))
        ids = [finding.id for finding in ordered]
        if len(set(ids)) < len(ids):
            twice = sorted({finding.id for finding in ordered if ids.count(finding.id) > 1})
            raise ValueError(f"two findings of {analysis!r} have the id {', '.join(twice)}")
        return cls(analysis, tuple(columns), table.reset_index(drop=True), ordered, dict(more), dict(more_columns))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def of_kind(self, *kinds: str) -> tuple[Finding, ...]:
        """Return the findings of these kinds, in order."""
        return tuple(finding for finding in self.items if finding.kind in kinds)
