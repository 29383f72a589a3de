"""How many hours of the week have no one on duty? Every area by its hours for the chosen need, whatever the hour, and the hours that all share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecosystem.presentation import HOLE_CLASSES
from maps.payload.facts import languages
from maps.payload.view import View, told

if TYPE_CHECKING:
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Findings
    from ecosystem.graph import Ecosystem


def facts(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> dict[str, Any]:
    """The findings about the whole city: the hours that many areas share, and the needs that nobody answers anywhere."""
    found = [finding for name in ("holes", "gaps") if name in results for finding in results[name].of_kind("hole_city", "gap_city")]
    return {"findings": told(found, eco, coverage, languages(eco), at_most=60)}


VIEW = View("holes", HOLE_CLASSES, "views/holes.js", facts)
