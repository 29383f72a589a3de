"""What became of every field on its way into another format: how much is in it, was left out, was guessed, or may not be shown?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ecosystem.records import Unknown

COLUMNS = ("object", "field", "kept", "guessed", "dropped", "withheld", "why")


@dataclass(slots=True)
class Loss:
    """What became of the values of one field. `guessed` ones are in the file too, but say more than the answer did; `dropped` ones have no place
    in the format; `withheld` ones may not be shown by this edition. `why` are keys of messages, "hsds.why." left out."""

    kept: int = 0
    guessed: int = 0
    dropped: int = 0
    withheld: int = 0
    why: tuple[str, ...] = ()


@dataclass(slots=True)
class Losses:
    """The counts of one export, by (object, field); a field "" is the object itself."""

    fields: dict[tuple[str, str], Loss] = field(default_factory=dict)

    def count(self, what: str, name: str, *, kept: int = 0, guessed: int = 0, dropped: int = 0, withheld: int = 0, why: str = "") -> None:
        """Add to the counts of a field; `why` says what was lost or added."""
        loss = self.fields.setdefault((what, name), Loss())
        loss.kept += kept
        loss.guessed += guessed
        loss.dropped += dropped
        loss.withheld += withheld
        if why and why not in loss.why and (kept or guessed or dropped or withheld):
            loss.why = (*loss.why, why)

    def known(self, what: str, name: str, value: Any) -> bool:
        """Return whether a fact is known, so that it can be written. One that this edition may not know is counted as withheld."""
        if isinstance(value, Unknown):
            self.count(what, name, withheld=int(value.reason == "redacted"), why="edition")
            return False
        return value is not None and value != ""

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Return one row per field with the columns `COLUMNS`, `why` as keys joined by ";"."""
        return [
            {
                "object": what,
                "field": name,
                "kept": loss.kept,
                "guessed": loss.guessed,
                "dropped": loss.dropped,
                "withheld": loss.withheld,
                "why": ";".join(loss.why),
            }
            for (what, name), loss in sorted(self.fields.items())
            if loss.kept or loss.guessed or loss.dropped or loss.withheld
        ]
