"""The analyses and the reviews by name. Adding one costs a file here and a line below; command line, report and workbook then show it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from ecosystem.errors import NameUnknownError

if TYPE_CHECKING:
    from ecosystem.analysis.base import Analysis, Results, Review
    from ecosystem.city import City
    from ecosystem.coverage import Coverage
    from ecosystem.graph import Ecosystem

ANALYSES = {
    "gaps": "ecosystem.analysis.gaps",
    "holes": "ecosystem.analysis.holes",
    "overlaps": "ecosystem.analysis.overlaps",
    "diversion": "ecosystem.analysis.diversion",
}
"""Analyses: (ecosystem, coverage) -> Findings. Modules are named, not imported, so that `--help` stays quick."""

REVIEWS = {
    "knowledge": "ecosystem.analysis.knowledge",
}
"""Reviews: what reads other analyses' results."""


def names() -> tuple[str, ...]:
    """Return the names of all analyses and reviews, in the order they run."""
    return (*ANALYSES, *REVIEWS)


def analyze(eco: Ecosystem, coverage: Coverage, city: City, *, only: str = "") -> Results:
    """Return what every analysis and then every review finds; with `only`, of the analyses just that one (reviews need them all).

    Raises NameUnknownError for a name that is none.
    """
    from ecosystem.analysis.base import Results

    if only and only not in names():
        raise NameUnknownError(f"there is no analysis {only!r}; there are {', '.join(names())}")
    found = {}
    for name, module in ANALYSES.items():
        if only in ("", name) or only in REVIEWS:
            analysis = cast("Analysis[Any]", import_module(module))
            found[name] = analysis.run(eco, coverage, city.options(name, analysis.Options))
    for name, module in REVIEWS.items():
        if only in ("", name):
            review = cast("Review[Any]", import_module(module))
            found[name] = review.run(eco, coverage, Results(dict(found)), city.options(name, review.Options))
    return Results({name: findings for name, findings in found.items() if only in ("", name)})
