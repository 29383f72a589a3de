"""The community safety ecosystem of a city: who keeps people safe, where, when, for whom, and where nobody does.

This is the table of contents. Names resolve on first use, so that importing the package costs nothing.

>>> import ecosystem
>>> ecosystem.Schedule.daily("08:00", "20:00").hours
84.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosystem.analysis import analyze
    from ecosystem.city import City
    from ecosystem.coverage import Coverage, Resident
    from ecosystem.errors import EcosystemError, Issue
    from ecosystem.findings import Finding, Findings
    from ecosystem.geography import Geography
    from ecosystem.graph import Ecosystem
    from ecosystem.messages import Catalogue
    from ecosystem.pipeline import Run, build_city, read_inputs, run_city
    from ecosystem.records import Records, Unknown
    from ecosystem.schedule import Hours, Schedule, find_holes
    from ecosystem.taxonomy import Taxonomy

__version__ = "0.1.0"

_CONTENTS = {
    "Catalogue": "messages",
    "City": "city",
    "Coverage": "coverage",
    "Ecosystem": "graph",
    "EcosystemError": "errors",
    "Finding": "findings",
    "Findings": "findings",
    "Geography": "geography",
    "Hours": "schedule",
    "Issue": "errors",
    "Records": "records",
    "Resident": "coverage",
    "Run": "pipeline",
    "Schedule": "schedule",
    "Taxonomy": "taxonomy",
    "Unknown": "records",
    "analyze": "analysis",
    "build_city": "pipeline",
    "find_holes": "schedule",
    "read_inputs": "pipeline",
    "run_city": "pipeline",
}

__all__ = [
    "Catalogue",
    "City",
    "Coverage",
    "Ecosystem",
    "EcosystemError",
    "Finding",
    "Findings",
    "Geography",
    "Hours",
    "Issue",
    "Records",
    "Resident",
    "Run",
    "Schedule",
    "Taxonomy",
    "Unknown",
    "analyze",
    "build_city",
    "find_holes",
    "read_inputs",
    "run_city",
]


def __getattr__(name: str) -> object:
    if name not in _CONTENTS:
        raise AttributeError(f"module 'ecosystem' has no attribute {name!r}")
    return getattr(import_module(f"ecosystem.{_CONTENTS[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_CONTENTS])
