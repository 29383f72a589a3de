"""How many different organizations are on duty at once, and which pairs work on the same ground? Nothing here is a reason to cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecosystem.presentation import OVERLAP_CLASSES
from maps.payload.facts import languages
from maps.payload.view import View, told

if TYPE_CHECKING:
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Findings
    from ecosystem.graph import Ecosystem


def facts(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> dict[str, Any]:
    """The pairs of organizations that the analysis gave a verdict, heaviest first."""
    found = results["overlaps"].of_kind("overlap") if "overlaps" in results else ()
    return {"findings": told(found, eco, coverage, languages(eco), at_most=30)}


VIEW = View("overlap", OVERLAP_CLASSES, "views/overlap.js", facts)
