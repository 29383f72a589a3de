"""The command for calls for service: write the call types for a person to decide, and count the demand."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli.results import CityArgument, JsonOption
from ecosystem.cli.screen import counted, heading, print_json, print_table, progress, say, say_path

if TYPE_CHECKING:
    from ecosystem.calls.building import Demand

ISSUES_SHOWN = 12
LEAST_OF_VALUE = 2


class Step(StrEnum):
    """The two steps from exports to the demand side."""

    review = "review"
    build = "build"


def calls(
    what: Annotated[Step, typer.Argument(metavar="review|build", help="review: call types for a person to decide. build: count the demand.")],
    city: CityArgument,
    json: JsonOption = False,
) -> None:
    """Calls for service: 'review' writes the table of call types with proposals for a person to decide; 'build' reads the exports into out/calls
    and says what was left out and why."""
    if what is Step.review:
        _review(city, json)
    else:
        _build(city, json)


def _review(folder: Path, json: bool) -> None:
    from ecosystem.calls.building import review
    from ecosystem.calls.recode import UNKNOWN
    from ecosystem.city import City

    city = City.read(folder)
    with progress("Reviewing") as step:
        done = review(city, progress=step)
    if json:
        print_json(done)
        return
    say(f"{counted(done.n_types, 'call type')}; {done.n_open:,} not decided yet, which are {done.share_open:.0%} of the calls.", style="bold")
    say_path("table", done.path)
    if done.n_open:
        say("Its needs and shares are proposals, made from the names. For each row: accept or change it, and write who decided under decided_by.")
        say(f"Begin with the most frequent: {done.n_for_most:,} types are nine of ten calls.")
    if done.share_unknown > 0:
        say(
            f"The type of {done.share_unknown:.0%} of the calls stands as {UNKNOWN}: no rule fits its name, or people said so. While more than a "
            "tenth of the calls that count is undecided or unknown, no share is stated that others could answer. Give such a type the need that is "
            "mostly behind it, in shares if there are several (N03:0.5;N10:0.5)."
        )
    say_path("codes", done.codes)
    if done.values:
        heading("Values that city.toml explains under [calls]")
        shown = [(one.column, one.value, f"{one.n:,}", one.named) for one in done.values if one.named or one.n >= LEAST_OF_VALUE]
        print_table(("Column", "Value", "Rows", "Named as"), shown, right=(2,))
        say(
            "officer_started: an officer began it (usual words such as OFFICER and ONVIEW are known without a list). duplicates: a second call about "
            "the same thing. [calls.answered] alternative, phone, online, fire_medical, nobody: who answered; what none of these lists names was "
            "answered by police."
        )
    say(f"Then: ecosystem calls build {folder}")


def _build(folder: Path, json: bool) -> None:
    from ecosystem.calls.building import build, settings_of
    from ecosystem.city import City
    from ecosystem.geography import Geography

    city = City.read(folder)
    settings_of(city)
    with progress("Counting") as step:
        step("boundaries")
        demand = build(city, Geography.read(city), progress=step)
    if json:
        quality = demand.quality.astype(object).where(demand.quality.notna(), None).to_dict("records")
        window = {"first_day": demand.first_day, "last_day": demand.last_day}
        print_json({"folder": demand.folder, **window, "funnel": demand.funnel, "quality": quality, "issues": demand.issues})
        return
    _print_demand(folder, demand)


FUNNEL = {
    "rows": "rows in the exports",
    "units": "rows that are not repeated: one for each unit or officer",
    "incidents": "incidents",
    "by_flag": "  less those started by an officer",
    "duplicates": "  less second calls about the same thing",
    "by_type": "  less types that are no demand",
    "community": "calls from residents",
    "with_hour": "  of them with a known hour",
    "in_area": "  of them with a known area",
    "in_window": "of them in the time that counts (at most the last 52 weeks): what all shares are shares of",
    "unknown": "calls whose type is undecided or unknown (all years)",
}


def _print_demand(folder: Path, demand: Demand) -> None:
    say(f"Calls from {demand.first_day} to {demand.last_day} count as today.", style="bold")
    rows = [(f"{round(demand.funnel[name]):,}", words) for name, words in FUNNEL.items() if name in demand.funnel]
    print_table(("Number", "What"), rows, right=(0,), title="From rows to calls")
    quality = demand.quality
    seen = quality[(quality["n"] > 0) | quality["rule"].str.startswith("suppressed")]
    told = [(str(row.rule).replace("_", " "), _count(float(str(row.n))), _share(float(str(row.share))), str(row.note)) for row in seen.itertuples()]
    heading("What was left out or doubted")
    print_table(("Rule", "Times", "Share", "What it means"), told, right=(1, 2))
    if demand.issues:
        heading("What needs a person")
        for issue in demand.issues[:ISSUES_SHOWN]:
            say(str(issue), indent=2)
        if len(demand.issues) > ISSUES_SHOWN:
            say(f"and {len(demand.issues) - ISSUES_SHOWN:,} more; ecosystem check lists them all.", indent=2)
    say()
    say_path("calls", demand.folder)
    say(f"Then: ecosystem build {folder}")


def _share(share: float) -> str:
    from ecosystem.presentation import share_text

    return "" if share != share else share_text(share)


def _count(count: float) -> str:
    return "" if count != count else f"{count:,.0f}"
