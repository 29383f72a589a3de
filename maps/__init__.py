"""The map: one self-contained, safe page that a resident can open from a file on a phone.

`draw` turns the results of one edition into the whole HTML; `decode_payload` reads back every fact such a page carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecosystem.coverage import Coverage
    from ecosystem.findings import Findings
    from ecosystem.graph import Ecosystem


def draw(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings]) -> str:
    """Return the page of one edition: HTML that needs nothing else, runs from a file, and asks the network for nothing.

    `eco` and `coverage` must be of the same edition, its records already redacted: the page shows everything they hold. `results` are the
    findings of `ecosystem.analysis.analyze`, by analysis. The same inputs give the same bytes. Needs of small and findable groups are never
    mapped below the city, so they are not on the page of any edition.
    """
    from dataclasses import replace

    from ecosystem.edition import CITY_ONLY_NEEDS
    from maps.page import draw_page

    if set(CITY_ONLY_NEEDS) & set(coverage.needs):
        coverage = coverage.of_needs([need for need in coverage.needs if need not in CITY_ONLY_NEEDS])
        results = {
            name: replace(findings, items=tuple(finding for finding in findings if finding.need not in CITY_ONLY_NEEDS))
            for name, findings in results.items()
        }
    return draw_page(eco, coverage, results)


def decode_payload(html: str) -> dict[str, Any]:
    """Return every fact a page carries, unpacked; `maps.payload.facts.decode_payload` names the keys. Raises ValueError where there are none."""
    from maps.payload import facts

    return facts.decode_payload(html)
