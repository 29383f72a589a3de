"""Commands that ask a city: who can come here now, and what hangs on which contract?"""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli.results import CityArgument, EditionName, EditionOption, JsonOption, cell_in_words, told
from ecosystem.cli.screen import counted, heading, print_json, print_table, progress, say
from ecosystem.errors import NameUnknownError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecosystem.graph import Ecosystem
    from ecosystem.messages import Catalogue
    from ecosystem.query import ContractBook, ContractLine, Horizon, LostCover, Visitor, WhoCanCome
    from ecosystem.records import AreaPart
    from ecosystem.taxonomy import Taxonomy

LINES_SHOWN = 12
LIKELY_NAME = 80.0
"""Names less alike than this (of 100) are not offered beside the closest one."""


def who(
    city: CityArgument,
    need: Annotated[str, typer.Option("--need", help="What happens to people: a code (N01) or a name.")],
    area: Annotated[str, typer.Option("--area", help="A neighborhood or another area of the city, by name, other name or id.")],
    at: Annotated[str, typer.Option("--at", help="Day and time: 'Sat 01:30', 'Friday 11 pm', 'sábado 01:30'.")],
    language: Annotated[str, typer.Option("--language", help="The person's language: a code (so) or a name (Somali).")] = "",
    age: Annotated[int | None, typer.Option("--age", help="The person's age in years.", min=0, max=130)] = None,
    edition: EditionOption = EditionName.analyst,
    json: JsonOption = False,
) -> None:
    """Who can come: known, may be open (not confirmed), by which route and phone, and the answers that say so."""
    from ecosystem.coverage import Resident
    from ecosystem.messages import Catalogue
    from ecosystem.query import minute_of_week, who_can_come

    try:
        minute = minute_of_week(at)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from None
    eco = _ecosystem(city, edition)
    words = Catalogue.read(eco.city.language if eco.city.language in ("en", "es") else "en", eco.taxonomy, eco.names)
    answer = who_can_come(
        eco,
        need=find_need(eco.taxonomy, need),
        place=find_place(eco, area),
        minute=minute,
        resident=Resident(age=age, language=_language(eco, words, language)),
        words=words,
    )
    emergency = _emergency(eco, answer.resident.language)
    if json:
        print_json({"emergency": emergency, "need_name": eco.taxonomy.needs[answer.need].name["en"], "answer": answer})
    else:
        _print_who(eco, words, answer, area, emergency)


def _ecosystem(city: Path, edition: EditionName) -> Ecosystem:
    """The graph of an edition, without the analyses that these questions do not need."""
    from ecosystem.edition import redact
    from ecosystem.graph import Ecosystem
    from ecosystem.pipeline import read_inputs

    with progress("Reading") as step:
        inputs = read_inputs(city, progress=step)
        protected = inputs.city.privacy.protected_services
        records = redact(inputs.survey.records, edition.value, taxonomy=inputs.taxonomy, protected_services=protected)
        return Ecosystem.build(records, inputs.geography, inputs.city, inputs.taxonomy, edition=edition.value)


def find_need(taxonomy: Taxonomy, text: str) -> str:
    """Return the code of a need given by its code or name. Raises NameUnknownError with those that come close."""
    code = taxonomy.find_need(text)
    if code is not None:
        return code
    from ecosystem.taxonomy import fold

    wanted = fold(text)
    named = {code: {fold(words) for words in (*need.name.values(), *need.label.values())} for code, need in taxonomy.needs.items()}
    holding = [code for code, names in named.items() if wanted and any(wanted in name for name in names)]
    if not holding:
        near = {name: code for code, names in named.items() for name in names}
        holding = list(dict.fromkeys(near[name] for name in difflib.get_close_matches(wanted, near, n=5, cutoff=0.5)))
    if not holding:
        services = [code for code, kind in taxonomy.services.items() if wanted and any(wanted in fold(name) for name in kind.name.values())]
        holding = sorted({code for service in services for code, weight in taxonomy.needs_of(service).items() if weight >= 1})
    listed = "".join(f"\n  {code} {taxonomy.needs[code].name['en']}" for code in holding[:8])
    raise NameUnknownError(f"{text!r} is no need." + (f" Did you mean:{listed}" if listed else f" The codes are {', '.join(taxonomy.needs)}."))


def find_place(eco: Ecosystem, text: str) -> AreaPart:
    """Return the place of the city that a text names. Raises NameUnknownError with those that come close."""
    place = eco.geography.find(text)
    if place is not None:
        return place
    near = [name for rank, (_, name, score) in enumerate(eco.geography.candidates(text)) if rank == 0 or score >= LIKELY_NAME]
    raise NameUnknownError(f"no area is called {text!r}." + (f" Did you mean {' or '.join(near)}?" if near else ""))


def _language(eco: Ecosystem, words: Catalogue, text: str) -> str:
    """The code of a language, given as a code or by its name in English or Spanish."""
    from ecosystem.messages import LANGUAGES, Catalogue
    from ecosystem.records import known_or
    from ecosystem.taxonomy import fold

    if not text:
        return ""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        catalogue = Catalogue.read(language, eco.taxonomy)
        names |= {fold(catalogue.text(key)): key.removeprefix("language.") for key in catalogue if key.startswith("language.")}
    spoken = {entry.code for delivery in eco.records.deliveries for entry in known_or(delivery.languages, ())}
    codes = {code for code in {*names.values(), *spoken} if code != "*"}
    if text.strip() in codes:
        return text.strip()
    if fold(text) in names:
        return names[fold(text)]
    listed = ", ".join(f"{code} ({words.text(f'language.{code}')})" if f"language.{code}" in words else code for code in sorted(codes))
    raise NameUnknownError(f"no language is called {text!r} here. Known are {listed}.")


def _emergency(eco: Ecosystem, language: str) -> list[str]:
    """What the city says to someone in danger, in its first language and in the person's, where it has those words."""
    codes = [eco.city.language, *([language] if language in (*eco.city.emergency, "en", "es") else [])]
    return list(dict.fromkeys(eco.city.emergency_words(code) for code in codes))


def _print_who(eco: Ecosystem, words: Catalogue, answer: WhoCanCome, place: str, emergency: list[str]) -> None:
    from ecosystem.presentation import time_of_week

    for line in emergency:
        say(line, style="bold")
    say()
    need = eco.taxonomy.needs[answer.need]
    say(f"{need.name['en']} ({answer.need})")
    person = [f"age {answer.resident.age}" if answer.resident.age is not None else "", _term(words, "language", answer.resident.language)]
    say(", ".join(filter(None, [_place_name(eco, answer.place, place), time_of_week(answer.minute), *person])))
    say(_STATE[answer.state], style="bold")
    _print_visitors(words, "On duty", answer.known)
    _print_visitors(words, "May be open - not confirmed", answer.possible)
    _print_visitors(words, "On duty, but not for this person as far as we know", answer.other)
    if not answer.known and answer.next_known is not None:
        coming = answer.next_known
        say()
        say(f"Next on duty: {time_of_week(coming.start)}, in {_duration(coming.minutes_away)}: {coming.name}")
    if answer.baseline:
        heading("Always there: police, fire or ambulance")
        for visitor in answer.baseline:
            say(f"{visitor.name.split(': ')[0]}  {visitor.phone}", indent=2)
    if answer.silent:
        heading("Did not tell us, and may be able to help")
        say(", ".join(_some([eco.names.organizations.get(key, key) for key in answer.silent])), indent=2)


_STATE = {
    "covered": "Someone other than police, fire or ambulance is on duty for this.",
    "not_known": "Not known: someone may be there, but the answers do not say so for sure.",
    "nobody": "We found no one other than police, fire or ambulance on duty for this at this hour. Help is still there: call the numbers here.",
    "no_residents": "Nobody lives here, so nobody was asked about this place. Help is still there: call the numbers here.",
}
_DOUBTS = {
    "hours": "its hours are not known",
    "mode": "how it works is not known",
    "area": "it may not serve all of this place",
    "needs": "it did not say that it answers this need",
    "person": "it did not say if it is for this person",
    "conditional": "only under a condition, or by appointment",
    "placeholder": "a service that is not shown here, to keep people safe",
}


def _place_name(eco: Ecosystem, place: AreaPart, text: str) -> str:
    layer = eco.geography.layers[place.geography]
    names = dict(zip(layer["area_id"], layer["name"], strict=True))
    return " and ".join(str(names.get(area_id, text)) for area_id in place.area_ids)


def _term(words: Catalogue, family: str, code: str) -> str:
    key = f"{family}.{code}"
    return words.text(key) if key in words else code.replace("_", " ")


def _print_visitors(words: Catalogue, title: str, visitors: tuple[Visitor, ...]) -> None:
    from ecosystem.presentation import share_text, time_of_week

    if not visitors:
        return
    heading(title)
    for visitor in visitors:
        say(visitor.name, style="bold", indent=2)
        contact = "  ".join(filter(None, [visitor.phone, visitor.url]))
        say(contact or "no public phone", indent=4)
        routes = ", ".join(_term(words, "route", route) for route in visitor.routes)
        say(f"reached: {routes or 'not told'}", indent=4)
        if visitor.doubts:
            say(f"not confirmed: {', '.join(_DOUBTS[doubt] for doubt in visitor.doubts)}", indent=4)
        if visitor.until is not None:
            say(f"until {time_of_week(visitor.until)}", indent=4)
        if visitor.share < 1:
            say(f"for {share_text(visitor.share)} of the people who live here", indent=4)
        for fact in visitor.proof:
            if fact.field in ("hours", "area", "needs", "service_type") or (fact.field == "area_focus" and not fact.unknown):
                said = "; ".join(cell_in_words(cell) for cell in fact.cells)
                say(f"{fact.field.replace('_', ' ')}: {told(fact, words)}" + (f"  [{said}]" if said else ""), style="dim", indent=4)


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} hours" if hours else f"{rest} minutes"


def _some(names: list[str]) -> Iterable[str]:
    return names if len(names) <= LINES_SHOWN else [*names[:LINES_SHOWN], f"and {len(names) - LINES_SHOWN} more"]


# ---------------------------------------------------------------------------------------------------------------------------- contracts


def contracts(
    city: CityArgument,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day to look at (2027-01-01); without it, every coming end.")] = "",
    json: JsonOption = False,
) -> None:
    """Who funds what, until when, who manages it, and what goes dark when contracts end."""
    from ecosystem.query import contracts as read_contracts

    day: dt.date | None = None
    if on:
        try:
            day = dt.date.fromisoformat(on.strip())
        except ValueError:
            raise typer.BadParameter(f"{on!r} is no date. Write year-month-day, for example 2027-01-01.", param_hint="--on") from None
    eco = _ecosystem(city, EditionName.analyst)
    with progress("Looking ahead"):
        book = read_contracts(eco, day)
    if json:
        print_json(book)
    else:
        _print_contracts(eco, book, day)


def _print_contracts(eco: Ecosystem, book: ContractBook, day: dt.date | None) -> None:
    from ecosystem.presentation import money_text
    from ecosystem.records import Unknown

    if not book.lines:
        say("No contracts are known. List them in contracts.csv, or ask for them in the questionnaire.")
        return
    rows = []
    for line in book.lines:
        amount = line.contract.amount_usd
        rows.append(
            (
                line.contract.funder,
                " / ".join(filter(None, [line.organization, line.service or line.contract.program])),
                "not known" if isinstance(amount, Unknown) else money_text(amount),
                _until(line),
                line.manager or "nobody named",
            )
        )
    print_table(
        ("Funder", "For", "Amount", "Until", "Managed by"), rows, right=(2,), title=f"{counted(len(rows), 'contract')} on {day or book.as_of}"
    )
    nobody = sum(line.manager is None for line in book.lines)
    if nobody:
        say(f"{nobody} of {len(rows)} name no manager.")
    for horizon in book.horizons:
        _print_horizon(eco, book, horizon)
    if not book.horizons:
        say("No contract ends within a year.")
    say()
    say("A contract that ends is not a service that ends. Ask those who run it before you plan, and do not take this as a reason to cut.")


def _until(line: ContractLine) -> str:
    from ecosystem.records import Unknown

    ends = line.contract.ends
    told = "not known" if isinstance(ends, Unknown) else ends.isoformat()
    return f"{told} {_STANDING[line.standing]}".strip()


_STANDING = {"running": "", "ended": "(ended)", "not_started": "(not begun)", "end_not_known": ""}


def _print_horizon(eco: Ecosystem, book: ContractBook, horizon: Horizon) -> None:
    from ecosystem.presentation import about, date_text, number
    from ecosystem.schedule_formats import in_words

    lines = {line.contract.id: line for line in book.lines}
    heading(f"On {date_text(horizon.on)}" if horizon.on == horizon.since else f"New by {date_text(horizon.on)}")
    for key in horizon.contracts:
        line = lines[key]
        manager = f"managed by {line.manager}" if line.manager else "nobody is named as manager"
        say(f"Ended: {line.contract.funder} to {line.organization} ({line.contract.program or line.service or key}); {manager}.", indent=2)
    for delivery in horizon.ended:
        say(f"Ends by its own word: {eco.names.deliveries[delivery]}.", indent=2)
    for entry in horizon.at_risk:
        why = "says it is not paid" if entry.is_unpaid and not entry.contracts else "no contract is known after that"
        say(f"Working, but at risk: {entry.name} ({why}).", indent=2)
    if not (horizon.contracts or horizon.ended or horizon.at_risk):
        say("Nothing ends and nothing is at risk by then.", indent=2)
    if horizon.lost:
        say("If they stopped, these would lose their only cover:", style="bold", indent=2)
        together = _lost_together(horizon.lost)
        for group in together[:LINES_SHOWN]:
            first, names = group[0], [eco.names.areas.get(lost.area_id, lost.area_id) for lost in group]
            need, hours, people = (
                eco.taxonomy.needs[first.need].label["en"],
                number(first.when.hours, 1),
                about(sum(lost.residents for lost in group)),
            )
            then = (
                "not known" if not first.nobody else "nobody known or possible" if first.nobody == first.when else "partly nobody, partly not known"
            )
            listed = ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more areas"
            say(f"{need} in {listed}: {hours} hours of the week ({in_words(first.when)}), {people} residents; then {then}.", indent=4)
        if len(together) > LINES_SHOWN:
            say(f"and {len(together) - LINES_SHOWN} more (--json has all).", indent=4)
    elif horizon.at_risk or horizon.ended:
        say("If they stopped, others would still be there at every hour that is covered now.", indent=2)


def _lost_together(lost: Iterable[LostCover]) -> list[list[LostCover]]:
    """Losses of one need at the same hours, so that many areas are one line; those that concern most people first."""
    groups: dict[object, list[LostCover]] = {}
    for entry in lost:
        groups.setdefault((entry.need, entry.when, entry.nobody), []).append(entry)
    return sorted(groups.values(), key=lambda group: -sum(entry.residents * entry.when.hours for entry in group))
