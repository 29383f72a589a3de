"""What is a view of the map? One question, the classes its map paints, and the facts it needs beyond the cube.

How it paints and speaks is a module of its own in `maps/assets/views/`, named by `script`. A view decides nothing about the data: classes
and breaks stand in `ecosystem.presentation`, findings come from the analyses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosystem.messages import Catalogue
from ecosystem.presentation import PATTERN_INK, MapClass

if TYPE_CHECKING:
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Finding, Findings
    from ecosystem.graph import Ecosystem

Facts = Callable[["Ecosystem", "Coverage", Mapping[str, "Findings"]], dict[str, Any]]


def no_facts(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> dict[str, Any]:  # noqa: ARG001
    """The cube is enough."""
    return {}


@dataclass(frozen=True, slots=True)
class View:
    """`key` stands in the address of the page and leads the keys of the view's words (`view.open`, `view.open.about`)."""

    key: str
    classes: tuple[MapClass, ...]
    script: str
    facts: Facts = no_facts

    def written(self, eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> dict[str, Any]:
        """Return what the payload holds of this view."""
        return {"key": self.key, "classes": [_class(entry) for entry in self.classes], **self.facts(eco, coverage, results)}


def told(findings: Iterable[Finding], eco: Ecosystem, coverage: Coverage, languages: Iterable[str], *, at_most: int) -> list[dict[str, Any]]:
    """Return findings as the page shows them: their sentence per language, their id, need, areas, and the minute they begin."""
    need_row = {need: row for row, need in enumerate(coverage.needs)}
    area_row = {area: row for row, area in enumerate(coverage.area_ids)}
    catalogues = {language: Catalogue.read(language, eco.taxonomy, eco.names) for language in languages}
    shown = []
    for finding in list(findings)[:at_most]:
        shown.append(
            {
                "id": finding.id,
                "kind": finding.values.get("verdict") or finding.kind,
                "status": finding.status,
                "need": need_row.get(finding.need, -1),
                "areas": [area_row[area] for area in finding.areas if area in area_row],
                "starts": finding.when.runs()[0][0] if finding.when else 0,
                "text": {language: catalogue.text(finding.message, finding.values) for language, catalogue in catalogues.items()},
            }
        )
    return shown


def _class(entry: MapClass) -> dict[str, Any]:
    return {
        "key": entry.key,
        "color": entry.color,
        "ink": entry.ink,
        "pattern": entry.pattern,
        "pattern_ink": PATTERN_INK.get(entry.key, ""),
        "label": dict(entry.label),
    }
