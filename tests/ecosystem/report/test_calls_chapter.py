"""The chapter of calls: the way to the goal, where and when nobody is there to send, and nothing where there are no calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import pandas as pd
import pytest

from ecosystem.analysis import diversion
from ecosystem.calls.unmet import PARTS
from ecosystem.coverage import Coverage
from ecosystem.findings import Finding, Findings
from ecosystem.graph import Ecosystem
from ecosystem.messages import LANGUAGES
from ecosystem.report.chapters import calls
from ecosystem.report.document import Chapter, Figure, Items, Table
from ecosystem.report.material import Material


class TownRun(Protocol):
    """What the fixture `small_run` is."""

    @property
    def eco(self) -> Ecosystem: ...
    @property
    def coverage(self) -> Coverage: ...
    @property
    def results(self) -> Mapping[str, Findings]: ...


SHARE = {"calls": 1000, "low": 0.1, "mid": 0.3, "high": 0.5, "covered": 0.2, "first_day": "2025-10-02", "last_day": "2026-09-30"}
PARTS_OF_WAY = {"policy": -0.1, "coverage": 0.1, "capacity": 0.06, "not_sent": 0.05}
GOAL = {"goal": 0.2, "diverted": 0.09, "missing": 110.0, **PARTS_OF_WAY}


def finding(kind: str, message: str, values: dict[str, object]) -> Finding:
    return Finding(id=kind, analysis="diversion", kind=kind, status="information", message=message, values=values, next_step=f"{message}.next")  # type: ignore[arg-type]


def found() -> Findings:
    """A thousand calls: 9 % diverted, 5 points not sent, 6 for want of vans, 10 with nobody on duty; one area's cell too small to show."""
    row = {"need": "N01", "calls": 1000.0, "share_of_calls": 1.0, "share_of_time": float("nan"), "divertible_low": 100.0, "divertible_mid": 300.0}
    row |= {"divertible_high": 500.0, "covered_known": 200.0, "covered_possible": 200.0, "diverted": 90.0, "pick_up": 0.45}
    items = [finding("diversion_share", "diversion.share", dict(SHARE)), finding("diversion_goal", "diversion.goal", dict(GOAL))]
    told = {"calls": 50.0, "teams": 6.0, "vehicles": 4.0}
    for part, amount in PARTS_OF_WAY.items():
        message = f"diversion.{part}" + (".below" if amount < 0 else "")
        items.append(finding(f"diversion_{part}", message, {"share": abs(amount), **told}))
    unmet = [float("nan") if (area, part) == ("ash", 3) else 10.0 * part for area in ("ash", "birch") for part in range(len(PARTS))]
    more = {
        "funnel": pd.DataFrame({"step": ["rows", "in_window"], "n": [1200.0, 1000.0]}),
        "quality": pd.DataFrame(
            {"rule": ["no_type", "place_zero"], "of": "incidents", "n": [30.0, 4.0], "total": 1200, "share": [0.025, 0.003], "note": ""}
        ),
        "parts": pd.DataFrame({"area_id": ["ash"] * 12 + ["birch"] * 12, "part": list(range(12)) * 2, "unmet": unmet}),
        "hours": pd.DataFrame({"hour": range(168), "unmet": [float(hour) for hour in range(168)]}),
    }
    return Findings.of("diversion", diversion.COLUMNS, pd.DataFrame([row])[[column.name for column in diversion.COLUMNS]], items, more)


@pytest.fixture
def tell(small_run: TownRun) -> Callable[..., Chapter | None]:
    def write(language: str = "en", edition: str = "analyst", results: Findings | None = None) -> Chapter | None:
        m = Material.of(small_run, language)
        eco = replace(m.eco, edition=edition)  # type: ignore[arg-type]
        return calls.write(replace(m, eco=eco, results={**m.results, "diversion": found() if results is None else results}))

    return write


def test_every_language_tells_the_way_in_its_parts(tell: Callable[..., Chapter | None]) -> None:
    for language in LANGUAGES:
        chapter = tell(language)
        assert chapter is not None
        figures = [block for block in chapter.blocks if isinstance(block, Figure)]
        assert len(figures) == 3
        way = figures[0].table
        assert way is not None
        sign = "%" if language == "en" else "\xa0%"
        assert [row[1].replace(sign, " %") for row in way.rows] == ["9 %", "5 %", "6 %", "10 %", "-10 %", "10 % – 30 % – 50 %", "20 %"]
        items = [item.findings for block in chapter.blocks if isinstance(block, Items) for item in block.items]
        assert ("diversion_capacity",) in items


def test_cell_with_few_calls_is_said_to_be_small_and_not_none(tell: Callable[..., Chapter | None]) -> None:
    chapter = tell(edition="public")
    assert chapter is not None
    areas = [block for block in chapter.blocks if isinstance(block, Figure)][2].table
    assert areas is not None
    assert areas.rows[0][4] == "too few to show"
    assert areas.rows[1][4] == "30"
    (quality,) = [block for block in chapter.blocks if isinstance(block, Table) and "left out" in block.caption]
    assert [row[1] for row in quality.rows] == ["30"]


def test_no_calls_no_chapter(tell: Callable[..., Chapter | None]) -> None:
    empty = Findings.of("diversion", diversion.COLUMNS, pd.DataFrame(columns=[column.name for column in diversion.COLUMNS]))
    assert tell(results=empty) is None
