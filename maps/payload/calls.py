"""What does the page know of the calls: the way to the goal, and how many there are, need by need and hour by hour?

All of it stands in the results of the analysis `diversion` of this edition, which has left out or rounded what is too small to show. A city without
calls has none of it, and its page no place for it.

**Section `weeks`** (varints): per need of the cube 0 where no such call could go to others, else 1 and, per area and last for the city, the row of
its cut in `ecosystem.calls.unmet.CUTS` and per part of that cut three numbers: calls a year that others could answer, of them with no one on duty, of
them not known. A number is 0 for none, 1 for too few to show, else one more than the number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.calls.unmet import CUTS
from ecosystem.findings import CITY
from ecosystem.messages import Catalogue
from ecosystem.presentation import PART_LOOKS, number
from maps.payload import codec
from maps.payload.view import told as told_findings

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.coverage import Coverage
    from ecosystem.findings import Finding, Findings
    from ecosystem.graph import Ecosystem

TOO_FEW = -1
_DOUBTS = ("diversion_types_not_known", "diversion_answer_not_known", "diversion_left_out")
_MOST_SHIFTS = 20
_COUNTS = ("calls", "nobody", "not_known")


def goal_of(eco: Ecosystem, coverage: Coverage, results: Mapping[str, Findings], languages: Sequence[str]) -> dict[str, Any] | None:
    """Return the way to the city's goal for calls; None where there are no calls.

    `sentence` is the key of the words that say it, "" where nothing may be said, and `words` the numbers in them: calls of 100 that others `could`
    answer, those that they answer `now`, the `goal`. `low`, `could`, `high`, `now`, `goal`, `policy` and `parts` (from what is diverted today
    upwards) are per cent of all calls with one digit, None where not known or too few. `notes` are findings in words, one text per language; `shifts`
    the findings about the hours that would help most, as `maps.payload.view.told` gives them.
    """
    found = results.get("diversion")
    if found is None or found.table.empty:
        return None
    by_kind = {finding.kind: finding for finding in found}
    share, goal = by_kind.get("diversion_share"), by_kind.get("diversion_goal")
    notes = [share, *found.of_kind(*_DOUBTS)] if share else [*found.of_kind(*_DOUBTS)]
    catalogues = {language: Catalogue.read(language, eco.taxonomy, eco.names) for language in languages}
    told: dict[str, Any] = {"sentence": _sentence(share, goal, eco), "words": {}, "parts": {}, "low": None, "could": None, "high": None}
    told |= {"now": None, "goal": None, "policy": None}
    if share:
        told |= {name: _percent(share.values[bound]) for name, bound in (("low", "low"), ("could", "mid"), ("high", "high"))}
    target = eco.city.goal.target_share if eco.city.goal else None
    if target is not None:
        told["goal"] = _percent(target)
    if goal:
        told["now"] = None if goal.numerator is None else _percent(goal.values["diverted"])
        parts = {part: by_kind[f"diversion_{part}"] for part in ("policy", *PART_LOOKS) if f"diversion_{part}" in by_kind}
        sizes = {part: None if finding.numerator is None else _percent(goal.values[part]) for part, finding in parts.items()}
        told["policy"] = sizes.pop("policy", None)
        told["parts"] = sizes
    told["words"] = _whole({name: told[name] for name in ("could", "now", "goal") if told[name] is not None})
    told["notes"] = [{language: finding.sentence(catalogue) for language, catalogue in catalogues.items()} for finding in notes]
    told["shifts"] = told_findings(found.of_kind("diversion_shift"), eco, coverage, languages, at_most=_MOST_SHIFTS)
    return told


def _sentence(share: Finding | None, goal: Finding | None, eco: Ecosystem) -> str:
    if share is None:
        return ""
    if eco.city.goal is None or eco.city.goal.target_share is None:
        return "goal.could"
    if goal is None or goal.numerator is None:
        return "goal.now_not_known"
    return "goal.met" if float(str(goal.values["gap"])) <= 0 else "goal.way"


def _percent(share: object) -> float:
    return round(100 * float(str(share)), 1)


def _whole(shares: Mapping[str, float]) -> dict[str, str]:
    """Per cents in whole numbers, or with their digit where two that differ would read the same."""
    whole = {name: number(share) for name, share in shares.items()}
    return whole if len(set(whole.values())) == len(set(shares.values())) else {name: number(share, 1) for name, share in shares.items()}


def unmet_of(coverage: Coverage, results: Mapping[str, Findings]) -> list[list[int] | None] | None:
    """Return per need a year's calls that others could answer, with nobody known to be on duty, per area and last for the city; None without calls.

    None stands for a need without such calls, `TOO_FEW` for a number that may not be shown.
    """
    table = _more(results, "needs")
    if table is None:
        return None
    area_row = {area: row for row, area in enumerate([*coverage.area_ids, CITY])}
    by_need: dict[str, list[int]] = {}
    for row in table.itertuples():
        by_need.setdefault(str(row.need), [0] * len(area_row))[area_row[str(row.area_id)]] = _shown(row.unmet)
    return [by_need.get(need) for need in coverage.needs]


def pack_weeks(coverage: Coverage, results: Mapping[str, Findings]) -> bytes:
    """Return the section `weeks`; nothing where there are no calls."""
    table = _more(results, "weeks")
    if table is None:
        return b""
    cuts = {cut: row for row, cut in enumerate(CUTS)}
    counts = table[list(_COUNTS)].to_numpy(dtype=float)
    shown = np.where(np.isnan(counts), TOO_FEW, np.rint(counts)).astype(int)
    codes = np.abs(shown) + (shown > 0)
    rows_of: dict[tuple[str, str], list[int]] = {}
    for row, (need, place) in enumerate(zip(table["need"], table["area_id"], strict=True)):
        rows_of.setdefault((need, place), []).append(row)
    part, cut = table["part"].to_numpy(), table["cut"].to_list()
    needs = set(table["need"])
    numbers: list[int] = []
    for need in coverage.needs:
        numbers.append(int(need in needs))
        for place in [*coverage.area_ids, CITY] if need in needs else ():
            rows = rows_of[need, place]
            numbers += [cuts[cut[rows[0]]], *codes[sorted(rows, key=part.__getitem__)].ravel().tolist()]
    return codec.varints(numbers)


def unpack_weeks(data: bytes, n_needs: int, n_places: int) -> list[list[dict[str, Any]] | None]:
    """Return per need None, or per area and last for the city the name of its `cut` and lists of its `calls`, `nobody` and `not_known`."""
    if not data:
        return [None] * n_needs
    reader, names = codec.Reader(data), list(CUTS)

    def place() -> dict[str, Any]:
        cut = names[reader.next()]
        codes = [reader.next() for _ in range(3 * (int(CUTS[cut].max()) + 1))]
        shown = [TOO_FEW if code == 1 else max(0, code - 1) for code in codes]
        return {"cut": cut, **{name: shown[at::3] for at, name in enumerate(_COUNTS)}}

    return [[place() for _ in range(n_places)] if reader.next() else None for _ in range(n_needs)]


def _more(results: Mapping[str, Findings], name: str) -> pd.DataFrame | None:
    table = results["diversion"].more.get(name) if "diversion" in results else None
    return None if table is None or table.empty else table


def _shown(count: object) -> int:
    value = float(str(count))
    return TOO_FEW if math.isnan(value) else round(value)
