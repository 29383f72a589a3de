"""Does every analysis find all that is true in the demo city, and nothing else?

A finding is right when it is about what a fact is about and says the same amount: the same hours, the same runs to the minute, the same
verdict, or numbers within the tolerance that the fact states. `recall` is the share of true facts found, `precision` the share of findings
that are true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from ecosystem.demo.city_folder import TRUTH_FILE
from ecosystem.demo.facts import Fact, read_truth
from ecosystem.errors import MissingFileError

if TYPE_CHECKING:
    from ecosystem.findings import Finding, Findings
    from ecosystem.pipeline import Run


class Score(TypedDict):
    """How well one analysis does: `planted` true facts, `found` findings."""

    detector: str
    recall: float
    precision: float
    planted: int
    found: int


def score_city(city: str | Path | Run) -> list[Score]:
    """Return the scores of a demo city, given its folder or a run of its analyst edition. Raises MissingFileError where it has no truth.csv."""
    path = (Path(city) if isinstance(city, str | Path) else city.city.folder) / TRUTH_FILE
    if not path.is_file():
        raise MissingFileError(f"{path}: there is no such file. Only a city written by 'ecosystem demo' knows what is true in it.")
    if isinstance(city, str | Path):
        from ecosystem.pipeline import run_city

        city = run_city(city, "analyst")
    return score(city.results, read_truth(path))


def score(results: Mapping[str, Findings], truth: Iterable[Fact]) -> list[Score]:
    """Return one score per analysis of `results`, in their order. Facts of analyses that are not there are left out."""
    facts = list(truth)
    scores: list[Score] = []
    for name, findings in results.items():
        planted = {fact.key: fact for fact in facts if fact.analysis == name}
        found = {fact.key: fact for fact in map(fact_of, findings)}
        right = len(_right(planted.values(), found.values()))
        scores.append(
            Score(
                detector=name,
                recall=right / len(planted) if planted else 1.0,
                precision=right / len(found) if found else 1.0,
                planted=len(planted),
                found=len(found),
            )
        )
    return scores


def differences(results: Mapping[str, Findings], truth: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return (true facts that were not found, findings that are not true), to look at when a score is below 1."""
    facts = {fact.key: fact for fact in truth if fact.analysis in results}
    found = {fact.key: fact for findings in results.values() for fact in map(fact_of, findings)}
    right = _right(facts.values(), found.values())
    missed = [fact for key, fact in sorted(facts.items()) if key not in right]
    true = {fact.key for fact in right.values()}
    return missed, [fact for key, fact in sorted(found.items()) if key not in true]


def _right(facts: Iterable[Fact], found: Iterable[Fact]) -> dict[tuple[str, ...], Fact]:
    """Return what was found for each true fact, by the key of the fact: its equal, or one within its tolerance."""
    by_subject: dict[tuple[str, ...], list[Fact]] = {}
    for fact in found:
        by_subject.setdefault(fact.key[:-1], []).append(fact)
    right: dict[tuple[str, ...], Fact] = {}
    for fact in facts:
        same = next((other for other in by_subject.get(fact.key[:-1], ()) if agrees(fact.amount, other.amount)), None)
        if same is not None:
            right[fact.key] = same
            by_subject[fact.key[:-1]].remove(same)
    return right


def agrees(true: str, found: str) -> bool:
    """Whether an amount is the true one. Where that ends in a tolerance, every number in it may be off by so much.

    >>> agrees("9.0 of 20.0 % (±0.1)", "9.1 of 20.0 %"), agrees("9.0 of 20.0 % (±0.1)", "9.2 of 20.0 %"), agrees("48 h", "48.1 h")
    (True, False, False)
    """
    amount, _, tolerance = true.removesuffix(")").partition(" (±")
    if not tolerance:
        return true == found
    pattern = r"-?\d+(?:\.\d+)?"
    if re.sub(pattern, "#", amount) != re.sub(pattern, "#", found):
        return False
    pairs = zip(re.findall(pattern, amount), re.findall(pattern, found), strict=True)
    return all(abs(float(a) - float(b)) <= float(tolerance) + 1e-9 for a, b in pairs)


def fact_of(finding: Finding) -> Fact:
    """Return what a finding says, as a fact to compare."""
    deliveries = " ".join(sorted(finding.deliveries))
    area = " ".join(sorted(finding.areas))
    about = {"analysis": finding.analysis, "kind": finding.kind}
    match finding.kind:
        case "gap" | "gap_not_known" | "gap_part":
            return Fact(**about, need=finding.need, area=area, amount=_hours(finding))
        case "gap_city":
            return Fact(**about, need=finding.need, area=area, amount=_hours(finding))
        case "hole":
            runs = finding.when.runs() if finding.when else ()
            return Fact(**about, need=finding.need, area=area, amount=" ".join(f"{start}-{end}" for start, end in runs))
        case "hole_city":
            runs = finding.when.runs() if finding.when else ()
            amount = " ".join(f"{start}-{end}" for start, end in runs) + f" in {finding.numerator or 0:g}"
            return Fact(**about, need=finding.need, area=area, amount=amount)
        case "overlap":
            return Fact(**about, need=finding.need, deliveries=deliveries, amount=str(finding.values.get("verdict", "")))
        case "response_rate":
            return Fact(**about, area=area, group=finding.group, amount=_fraction(finding))
        case "unknown_field":
            return Fact(**about, area=area, deliveries=deliveries, group=finding.group, amount=_fraction(finding))
        case "question":
            return Fact(**about, deliveries=deliveries, group=finding.group, amount=f"{finding.numerator or 0:g}")
        case "diversion_share":
            return Fact(**about, area=area, amount=f"{_percent(finding.known)} to {_percent(finding.possible)} %")
        case "diversion_goal":
            return Fact(**about, area=area, amount=f"{_percent(finding.known)} of {_percent(finding.values['goal'])} %")
        case "diversion_policy" | "diversion_coverage" | "diversion_capacity" | "diversion_not_sent" | "diversion_capacity_or_not_sent":
            return Fact(**about, area=area, amount=f"{_percent(finding.known)} points")
        case "diversion_limit":
            amount = f"{finding.values['vehicles']:g}/{finding.values['teams']:g} {_percent(finding.values['served'])} %"
            return Fact(**about, need=finding.need, area=area, deliveries=deliveries, group=finding.group, amount=amount)
        case "diversion_shift":
            start, end = cast("tuple[int, int]", finding.values["run"])
            return Fact(**about, need=finding.need, area=area, amount=f"{start}-{end} of {finding.denominator or 0:.1f}")
        case "diversion_moved":
            where = " ".join(sorted(cast("tuple[str, ...]", finding.values["areas"])))
            return Fact(**about, need=finding.need, area=area, deliveries=deliveries, amount=f"{finding.values['window']} in {where}")
        case _:
            return Fact(**about, need=finding.need, area=area, deliveries=deliveries, group=finding.group)


def _hours(finding: Finding) -> str:
    return f"{round(finding.when.hours, 4):g} h" if finding.when else ""


def _fraction(finding: Finding) -> str:
    return f"{finding.numerator or 0:g}/{finding.denominator or 0:g}"


def _percent(share: object) -> str:
    """A share in per cent with one digit."""
    return f"{100 * float(cast('float', share)):.1f}"
