"""The chapter of calls: the way to the goal, where and when nobody is there to send, and nothing where there are no calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import pandas as pd
import pytest

from ecosystem.analysis import diversion
from ecosystem.calls import answering, neighborhoods, way
from ecosystem.calls.unmet import PARTS
from ecosystem.coverage import Coverage
from ecosystem.findings import Column, Finding, Findings
from ecosystem.graph import Ecosystem
from ecosystem.messages import LANGUAGES
from ecosystem.report.chapters import answers, calls
from ecosystem.report.document import Chapter, Figure, Items, Paragraph, Table
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


# -- how calls are answered ------------------------------------------------------------------------------------------------------------------


def told(columns: tuple[Column, ...], *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in columns])


NAN = float("nan")


def answers_of(median: float) -> Findings:
    """What `found` has, with who answered, how fast, when, and two groups of residents; without arrivals where the median is not known."""
    base = found()
    p90 = median * 2
    more = {
        "calls_answered": told(answering.ANSWERED_COLUMNS, ("alternative", 90.0, 0.09, 0.2, 60.0, 0.9, median, p90), ("both", NAN, *[NAN] * 6)),
        "calls_responses": told(
            answering.RESPONSE_COLUMNS, ("all", "", 1000.0, 30.0, 0.8, 0.75, median, p90), ("need", "N01", 400.0, 60.0, 0.9, 0.8, median, p90)
        ),
        "calls_windows": told(answering.WINDOW_COLUMNS, ("N01", 400.0, 19.5, 27.5, 0.6, 0.1, 0.3, 2.0, 300.0, 400.0, 0.55)),
        "calls_groups": told(
            neighborhoods.GROUP_COLUMNS, ("new_here", "most", 2, 250.0, 1.67, 1.06, 2.62, 0.5, 0.6, NAN), ("new_here", "least", 2, 150.0, *[NAN] * 6)
        ),
        "calls_types": told(
            answering.TYPE_COLUMNS, ("415", "NOISE", 400.0, "N08", "A", 0.4, 0.6, 0.8, "", 0.7, 0.1, "Board", "2026-01-01", "2026-02-01")
        ),
    }
    return replace(base, more=base.more | more)


def answers_chapter(small_run: TownRun, language: str, median: float) -> Chapter:
    m = Material.of(small_run, language)
    chapter = answers.write(replace(m, results={**m.results, "diversion": answers_of(median)}))
    assert chapter is not None
    return chapter


def test_answers_say_how_fast_for_how_many_and_warn_that_few_calls_is_not_little_need(small_run: TownRun) -> None:
    for language in LANGUAGES:
        answers_chapter(small_run, language, 11.3)
    chapter = answers_chapter(small_run, "en", 11.3)
    said = " ".join(block.text for block in chapter.blocks if isinstance(block, Paragraph))
    assert "within 11.3 minutes, nine of ten within 22.6 minutes. That is known for 75% of calls" in said
    assert "Few calls does not mean little need" in said
    assert "60% of calls about" in said
    assert "come between 19:30–03:30" in said
    assert "1.67 times as many calls" in said
    assert "they agree on 70% of calls" in said
    tables = [block for block in chapter.blocks if isinstance(block, Table)]
    assert tables[0].rows[1][1] == "too few to show"
    assert any(row[0] == "415 – Noise" and row[-1] == "1 February 2026" for row in tables[-1].rows)


def test_without_arrivals_nobody_says_how_fast(small_run: TownRun) -> None:
    said = " ".join(block.text for block in answers_chapter(small_run, "en", NAN).blocks if isinstance(block, Paragraph))
    assert "no valid time of arrival" in said


def test_goal_tells_its_range_and_where_the_city_should_be(tell: Callable[..., Chapter | None]) -> None:
    base = found()
    sure = ("divertible", 0.3, 0.29, 0.31, 0.1, 0.5, 0.4), ("diverted", 0.09, 0.088, 0.092, NAN, NAN, 0.14)
    more = {
        "calls_sure": told(way.SURE_COLUMNS, *sure),
        "calls_years": told(
            way.YEAR_COLUMNS,
            ("2024", 0, 0.09, NAN, NAN, 0.09, ""),
            ("2026", 52, 0.09, 0.088, 0.092, 0.112, "behind"),
            ("2034", 0, NAN, NAN, NAN, 0.2, "to_come"),
        ),
        "calls_base": told(way.BASE_COLUMNS, ("residents", 259_000.0, 23_300.0, 51_800.0, 28_500.0, 78.0)),
        "calls_levers": told(way.LEVER_COLUMNS, ("always", "N01", 1_200.0, 0.012), ("vehicles", "", NAN, NAN)),
    }
    chapter = tell(results=replace(base, more=base.more | more))
    assert chapter is not None
    said = " ".join(block.text for block in chapter.blocks if isinstance(block, Paragraph))
    assert "9% of calls are answered without police. Had other weeks been counted, it would be 8.8% to 9.2%" in said
    assert "asks for 11.2% in 2026. The city is at 9%: it is behind" in said
    rows = [row for block in chapter.blocks if isinstance(block, Table) for row in block.rows]
    assert ("2026", "11.2%", "9% (8.8% – 9.2%)", "52", "behind") in rows
    assert ("A vehicle for every crew", "too few to show", "") in rows
