"""The command that supposes: with somebody on duty then and there, or another rule, how many calls could others answer?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli.asking import find_need, find_place
from ecosystem.cli.results import CityArgument, EditionName, JsonOption
from ecosystem.cli.screen import print_json, print_table, progress, say
from ecosystem.errors import InputError

if TYPE_CHECKING:
    from ecosystem.calls.levers import Change, Outcome
    from ecosystem.graph import Ecosystem

MOST = 0.5
"""An area belongs to a wider place, or to a stretch of street, when at least this share of its ground does."""


def suppose(
    city: CityArgument,
    need: Annotated[list[str] | None, typer.Option("--need", help="Somebody is on duty for this need: a code or a name. May be said again.")] = None,
    hours: Annotated[str, typer.Option("--hours", help="At these hours, as people write them: 'Sat-Sun 6pm-2am'.")] = "24/7",
    area: Annotated[list[str] | None, typer.Option("--area", help="Only in this area. May be said again; without it, everywhere.")] = None,
    eligible: Annotated[list[str] | None, typer.Option("--eligible", metavar="NEED=SHARE", help="Others may answer this share of a need.")] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="NEED=SHARE", help="A rule ends this share without anybody going.")] = None,
    sent: Annotated[float | None, typer.Option("--sent", help="This share of covered calls is sent to those on duty.", min=0, max=1)] = None,
    json: JsonOption = False,
) -> None:
    """What would change with more hours, other rules, or if more were sent: calls a year, today and then."""
    from ecosystem.analysis.calls_and_cover import Case, Options
    from ecosystem.calls.levers import Change, Opening
    from ecosystem.pipeline import run_city

    if not (need or eligible or rule or sent is not None):
        raise typer.BadParameter("say what to suppose: --need NEED --hours HOURS, --eligible NEED=SHARE, --rule NEED=SHARE or --sent SHARE")
    with progress("Reading") as step:
        run = run_city(city, EditionName.analyst.value, progress=step)
    demand = run.inputs.demand
    if demand is None:
        raise InputError("the city has no calls, so nothing can be counted. Name its exports in city.toml under [calls].")
    case = Case(run.eco, run.coverage, Options(), demand)
    if not case.shares.is_stated:
        raise InputError(
            "more than a tenth of the calls has a type that nobody decided, so no share is stated that others could answer. "
            f"Decide the most frequent first: ecosystem calls review {city}"
        )
    levers, is_answer_known = case.levers, case.shares.knows_answer
    openings = (Opening(tuple(find_need(run.eco.taxonomy, one) for one in need), _slots(hours), _areas(run.eco, area or ())),) if need else ()
    change = Change(openings, _shares(run.eco, eligible or (), "--eligible"), sent, _shares(run.eco, rule or (), "--rule"))
    today, then = levers.answer(), levers.answer(change)
    if json:
        factor = demand.per_year
        told = {"today": _numbers(today, is_answer_known), "then": _numbers(then, is_answer_known or sent is not None)}
        print_json({name: {key: None if value is None else value * factor for key, value in numbers.items()} for name, numbers in told.items()})
    else:
        _print(demand.per_year, today, then, change, is_answer_known)


def _slots(hours: str) -> tuple[int, ...]:
    """The half hours of the week in which somebody is on duty for sure. Raises BadParameter where the text leaves a question."""
    from surveys.hours import read_hours, restate

    reading = read_hours(hours)
    slots = reading.stated.slots(30)
    if reading.status == "refused" or not slots.any():
        raise typer.BadParameter(restate(reading), param_hint="--hours")
    return tuple(slots.nonzero()[0].tolist())


def _areas(eco: Ecosystem, names: Sequence[str]) -> tuple[str, ...]:
    """The areas that names mean, those inside a district included; empty for everywhere."""
    import numpy as np

    from ecosystem.records import CoverageArea

    if not names:
        return ()
    units = eco.geography.units
    inside = eco.geography.membership(CoverageArea(tuple(find_place(eco, name) for name in names)))
    held = np.bincount(units.area_index, weights=inside) / np.bincount(units.area_index)
    return tuple(area for area, share in zip(eco.geography.area_ids, held, strict=True) if share >= MOST)


def _shares(eco: Ecosystem, texts: Sequence[str], option: str) -> dict[str, float]:
    """`NEED=SHARE` as a share per need; a share is 0.4 or 40%."""
    shares = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            share = float(number.strip().removesuffix("%")) / (100 if number.strip().endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not name or not 0 <= share <= 1:
            raise typer.BadParameter(f"{text!r} is no NEED=SHARE such as N03=0.4", param_hint=option)
        shares[find_need(eco.taxonomy, name.strip())] = share
    return shares


def _numbers(outcome: Outcome, is_answer_known: bool) -> dict[str, float | None]:
    """The sums of an outcome; who answered is None where the calls do not tell it."""
    diverted = outcome.diverted if is_answer_known else None
    return {"calls": outcome.base, "others_could_answer": outcome.divertible, "somebody_on_duty": outcome.covered, "diverted": diverted}


WORDS = {
    "calls": "Calls of residents",
    "others_could_answer": "of them, others could answer",
    "somebody_on_duty": "and somebody is known to be on duty",
    "diverted": "answered without police",
}


def _print(per_year: float, today: Outcome, then: Outcome, change: Change, is_answer_known: bool) -> None:
    before, after = _numbers(today, is_answer_known), _numbers(then, is_answer_known or change.sent is not None)

    def told(outcome: Outcome, count: float | None) -> str:
        return "not known" if count is None else f"{count * per_year:,.0f} ({outcome.share(count):.1%})"

    rows = []
    for name, words in WORDS.items():
        old, new = before[name], after[name]
        change_told = "not known" if old is None or new is None else f"{(new - old) * per_year:+,.0f}"
        rows.append((words, told(today, old), told(then, new), change_told))
    print_table(("Calls a year", "Today", "Then", "Change"), rows, right=(1, 2, 3))
    if change.sent is None and is_answer_known:
        say("Newly covered calls are sent to those on duty as often as covered calls are today. Say --sent to suppose another share.")
    say("A team on duty counts as free: what too few teams or vehicles take away is in 'ecosystem analyze diversion'. Middle estimates of the table.")
