"""What is strong here? Every area by how many organizations serve it at any hour, and where those that publish their place are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecosystem.presentation import ASSET_CLASSES
from maps.payload.facts import languages
from maps.payload.view import View, told

if TYPE_CHECKING:
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Findings
    from ecosystem.graph import Ecosystem


def facts(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> dict[str, Any]:
    """Every strength that an analysis found, heaviest first; those of pairs come with the view of overlaps."""
    found = [finding for name, findings in results.items() if name != "overlaps" for finding in findings if finding.status == "strength"]
    return {"findings": told(found, eco, coverage, languages(eco), at_most=20)}


VIEW = View("assets", ASSET_CLASSES, "views/assets.js", facts)
