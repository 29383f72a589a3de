"""What is a fact about the demo city, and how does it lie in truth.csv?"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

CITY = "city"


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One true finding: what it is about, and its `amount` (hours, runs, a verdict, a count) as text.

    `area` is an area id, "city", or empty. `deliveries` are delivery ids with a space between. `story` names what was planted.
    """

    analysis: str
    kind: str
    need: str = ""
    area: str = ""
    deliveries: str = ""
    group: str = ""
    amount: str = ""
    story: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What a finding must equal to be this one: everything but the story."""
        return self.analysis, self.kind, self.need, self.area, self.deliveries, self.group, self.amount


def write_truth(facts: Iterable[Fact], path: Path) -> None:
    """Write facts as CSV, one row each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column.name for column in fields(Fact))
        writer.writerows(astuple(fact) for fact in facts)


def read_truth(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a CSV that `write_truth` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Fact(**row) for row in csv.DictReader(file))
