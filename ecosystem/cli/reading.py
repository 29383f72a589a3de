"""Commands that read what came in: one file, one text about hours, all answers of a city."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ecosystem.cli.results import CityArgument, JsonOption
from ecosystem.cli.screen import ROWS_SHOWN, counted, heading, print_bytes, print_json, print_table, progress, say, say_path

if TYPE_CHECKING:
    from ecosystem.errors import Issue
    from ecosystem.pipeline import Inputs
    from surveys.inspect import Inspection


class LanguageName(StrEnum):
    """The languages hours are told in, as an option takes them."""

    en = "en"
    es = "es"


FORMAT_HELP = "The tool that made it, where that is seen wrongly: kobo, odk, qualtrics, surveymonkey, google, microsoft, redcap, limesurvey, hsds ..."
NEEDS_A_PERSON = 3
"""The exit code of `check` when something that was answered could not be used as it is."""

CHECK_FOLDER = "check"
ISSUES_FILE = "issues.csv"
QUESTIONS_SHOWN = 5


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of answers, boundaries or anything you were sent.")],
    format: Annotated[str, typer.Option("--format", metavar="TOOL", help=FORMAT_HELP)] = "",  # noqa: A002 - an option people expect
    json: JsonOption = False,
) -> None:
    """What is this file: format, tables, rows, repeated groups, lists of choices, columns, coordinate system, personal data, problems."""
    from surveys.inspect import inspect_file
    from surveys.readers import format_called

    seen = inspect_file(file, format=format_called(format))
    if json:
        print_json(seen.as_dict())
    else:
        _print_inspection(seen)


def _print_inspection(seen: Inspection) -> None:
    say(f"{seen.file}: {seen.kind}, {seen.format}{f', {seen.encoding}' if seen.encoding else ''}", style="bold")
    if seen.detected:
        say(seen.detected[:1].upper() + seen.detected[1:].replace("name that one as the format", "say --format"))
    for name, rows in seen.repeats.items():
        say(f"Repeated group '{name}': {counted(rows, 'row')}, read with the answers they belong to.")
    for table in seen.tables:
        blocks = f", {table.blocks} services in a row" if table.blocks > 1 else ""
        heading(f"{table.sheet or 'Table'}: {counted(table.rows, 'row')} below row {table.header_row}{blocks}")
        columns = [(c.name, c.answers, c.choices or "", c.question or "(none)", ", ".join(c.personal)) for c in table.columns]
        if columns:
            print_table(("Column", "Answers", "Choices", "Question of our form", "Personal"), columns, right=(1, 2))
    for layer in seen.layers:
        heading(f"{layer.name}: {counted(layer.features, 'shape')}, {layer.geometry}")
        say(f"reference system: {layer.crs or 'none'}", indent=2)
        if layer.bounds is not None:
            say(f"west {layer.bounds[0]:g}, south {layer.bounds[1]:g}, east {layer.bounds[2]:g}, north {layer.bounds[3]:g}", indent=2)
        say(f"columns: {', '.join(layer.columns) or 'none'}", indent=2)
    if seen.personal:
        heading("Personal data")
        say(f"{', '.join(seen.personal)}: left out when answers are read; take it out of files you pass on.", indent=2)
    if seen.unmapped:
        heading("Answers no question of our form asks for")
        say(f"{', '.join(seen.unmapped)}: ecosystem init DIR --from {seen.file} drafts a mapping to correct.", indent=2)
    heading("Problems")
    for issue in seen.issues:
        say(str(issue), indent=2)
    if not seen.issues:
        say("None seen.", indent=2)


# -------------------------------------------------------------------------------------------------------------------------------- hours


def hours(
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help='Hours as people write them: "M-F 8-4:30, closed noon-1".')] = "",
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="A CSV file with a column of hours instead of one text.")] = None,
    column: Annotated[str, typer.Option("--column", metavar="NAME", help="The column of --csv that holds the hours.")] = "",
    language: Annotated[LanguageName, typer.Option("--language", help="The language of the answer.")] = LanguageName.en,
    json: JsonOption = False,
) -> None:
    """How a text about hours is read, or what to ask where it is refused."""
    if bool(text.strip()) == (csv is not None):
        raise typer.BadParameter("give one text in quotes, or --csv FILE --column NAME")
    if csv is None:
        _hours_of_text(text, language.value, json)
    elif not column:
        raise typer.BadParameter("--csv needs --column NAME, the column that holds the hours")
    else:
        _hours_of_csv(csv, column, json)


def _hours_of_text(text: str, language: Literal["en", "es"], json: bool) -> None:
    from ecosystem.schedule import Hours
    from ecosystem.schedule_formats import in_words
    from surveys.hours import read_hours, restate
    from surveys.hours.table import row_of, week_picture

    reading = read_hours(text)
    if json:
        print_json({**row_of(reading), "words": restate(reading, language), "hours_per_week": reading.stated.hours})
        return
    say(restate(reading, language), style="bold")
    if reading.status == "refused":
        say("Not read: nobody may guess hours. Ask, and write the answer into decisions/hours.csv.")
        return
    say(f"As OpenStreetMap text: {row_of(reading)['osm']}")
    kinds = dict.fromkeys(piece.kind for piece in reading.hours.pieces)
    for kind in kinds:
        of_kind = Hours(tuple(piece for piece in reading.hours.pieces if piece.kind == kind))
        if len(kinds) > 1:
            heading(in_words(of_kind, language))
        else:
            say()
        known, possible = of_kind.of_kind(kind, certain_only=True), of_kind.of_kind(kind)
        more = f", perhaps {possible.hours:g}" if possible.hours > known.hours else ""
        say(f"{known.hours:g} hours a week{more}")
        for line in week_picture(known, possible=possible).splitlines():
            say(line)
    say("# yes, + for part of it, ? perhaps, . no; one sign is half an hour", style="dim")


def _hours_of_csv(path: Path, column: str, json: bool) -> None:
    """One row for each row of the file: how its hours are read."""
    import pandas as pd

    from ecosystem.outputs import to_csv
    from surveys.hours.table import COLUMNS, read_table

    rows = read_table(path, column)
    if json:
        print_json(rows)
    else:
        # no byte order mark: what reads a pipe takes it for a part of the first column's name
        print_bytes(to_csv(pd.DataFrame(rows, columns=list(COLUMNS))).removeprefix(b"\xef\xbb\xbf"))


# -------------------------------------------------------------------------------------------------------------------------------- check


def check(
    city: CityArgument,
    quick: Annotated[bool, typer.Option("--quick", help="Do not count what each question would settle; the queue is then in no order.")] = False,
    json: JsonOption = False,
) -> None:
    """What was understood and what was not, who answered, and what to ask first. Writes issues.csv, and tables to fill in and keep among
    the decisions (hours.csv, area_names.csv, organizations.csv, follow_ups.csv); where there are several waves also waves.csv and changes.csv.
    Exit code 3 when something needs a person."""
    import pandas as pd

    from ecosystem.export.rows import issues as issues_table
    from ecosystem.outputs import OutputFolder
    from ecosystem.pipeline import read_inputs, run_edition
    from surveys.follow_ups import follow_ups

    with progress("Reading") as step:
        inputs = read_inputs(city, progress=step)
        survey = inputs.survey
        has_answers = any(not delivery.is_baseline for delivery in survey.records.deliveries)
        results = run_edition(inputs, "analyst", progress=step).results if has_answers and not quick else {}
    issues = [*inputs.issues]
    queue = follow_ups(survey.records, results, survey.talks, history=survey.history, issues=survey.issues)
    folder = inputs.city.folder / "out" / CHECK_FOLDER
    with OutputFolder(folder) as out:
        out.write_csv(ISSUES_FILE, issues_table(issues))
        for name, rows in {**survey.to_decide, "follow_ups.csv": queue, **survey.history}.items():
            if rows:
                out.write_csv(name, pd.DataFrame(rows))
    person = [issue for issue in issues if issue.severity != "info"]
    if json:
        print_json(_check_as_json(inputs, issues, queue, folder / ISSUES_FILE))
    else:
        _print_check(inputs, issues, queue, folder / ISSUES_FILE)
    if person:
        raise typer.Exit(NEEDS_A_PERSON)


def _counts(inputs: Inputs) -> dict[str, int]:
    records = inputs.survey.records
    asked = [invitation for invitation in records.invitations if invitation.asked]
    baseline = {delivery.organization for delivery in records.deliveries if delivery.is_baseline}
    return {
        "organizations": sum(organization.key not in baseline for organization in records.organizations),
        "services": sum(service.organization not in baseline for service in records.services),
        "deliveries": sum(not delivery.is_baseline for delivery in records.deliveries),
        "contracts": len(records.contracts),
        "disputes": len(records.disputes),
        "asked": len(asked),
        "answered": sum(invitation.key in records.answered for invitation in asked),
    }


def _silent(inputs: Inputs) -> list[str]:
    records = inputs.survey.records
    return [invitation.name for invitation in records.invitations if invitation.asked and invitation.key not in records.answered]


def _by_sector(inputs: Inputs) -> list[tuple[str, int, int]]:
    """Per sector of those who were asked: (sector, answered, asked), those who answered least first; empty where there is but one."""
    asked: dict[str, list[bool]] = {}
    for invitation in inputs.survey.records.invitations:
        if invitation.asked:
            asked.setdefault(invitation.sector, []).append(invitation.key in inputs.survey.records.answered)
    rows = [(sector, sum(answered), len(answered)) for sector, answered in asked.items()]
    return sorted(rows, key=lambda row: (row[1] / row[2], row[0])) if len(rows) > 1 else []


def _places_not_found(inputs: Inputs) -> list[tuple[int, str, str]]:
    """Texts of places that name no area of the city: (how often, text, closest names), the most frequent first."""
    rows = inputs.survey.to_decide.get("area_names.csv", ())
    times = Counter(row["text"] for row in rows)
    closest = {row["text"]: row["closest"] for row in rows}
    return sorted(((number, text, closest[text]) for text, number in times.items()), key=lambda row: (-row[0], row[1]))


def _waves(inputs: Inputs) -> list[tuple[str, int, int, int]]:
    """Per wave, in order: its name, organizations that answered, organizations expected, facts that changed; empty for one wave."""
    rows, changes = (inputs.survey.history.get(name, ()) for name in ("waves.csv", "changes.csv"))
    expected = len({row["organization"] for row in rows})
    answered: dict[str, set[str]] = {}
    for row in rows:
        answered.setdefault(row["wave"], set()).update([row["organization"]] if row["answered"] == "yes" else [])
    changed = Counter(row["wave_after"] for row in changes if row["wave_before"] != row["wave_after"])
    return [(wave, len(keys), expected, changed[wave]) for wave, keys in answered.items()]


def _check_as_json(inputs: Inputs, issues: list[Issue], queue: list[dict[str, str]], written: Path) -> dict[str, object]:
    return {
        "city": inputs.city.name,
        "counts": _counts(inputs),
        "silent": _silent(inputs),
        "answered_by_sector": [dict(zip(("sector", "answered", "asked"), row, strict=True)) for row in _by_sector(inputs)],
        "places_not_found": [dict(zip(("times", "text", "closest"), row, strict=True)) for row in _places_not_found(inputs)],
        "waves": [dict(zip(("wave", "answered", "expected", "facts_changed"), wave, strict=True)) for wave in _waves(inputs)],
        "files": inputs.survey.files,
        "issues": sorted(issues),
        "ask": queue,
        "issues_csv": written.resolve(),
    }


def _print_check(inputs: Inputs, issues: list[Issue], queue: list[dict[str, str]], written: Path) -> None:
    from ecosystem.presentation import share_text

    counts = _counts(inputs)
    say(f"{inputs.city.name}: what was understood", style="bold")
    if counts["asked"]:
        share = share_text(counts["answered"] / counts["asked"])
        say(f"{counts['answered']} of {counts['asked']} organizations that were asked answered ({share}).")
        if sectors := _by_sector(inputs):
            say("By sector: " + ", ".join(f"{sector.replace('_', ' ')} {answered} of {asked}" for sector, answered, asked in sectors) + ".", indent=2)
    else:
        say("invited.csv names nobody who was asked, so no response rate can be told.")
    given = f"{counted(counts['services'], 'service')}, given in {counted(counts['deliveries'], 'place, team or line', 'places, teams or lines')}"
    say(f"{counted(counts['organizations'], 'organization')} with {given}. {counted(counts['contracts'], 'contract')}.")
    if counts["disputes"]:
        say(f"{counted(counts['disputes'], 'fact')} on which two answers differ; both are kept.")
    for wave, answered, asked, changed in _waves(inputs):
        told = f", {counted(changed, 'fact')} told differently than in the wave before" if changed else ""
        say(f"Wave {wave or '(not named)'}: {answered} of {asked} answered{told}.", indent=2)
    silent = _silent(inputs)
    if silent:
        say(f"No answer yet: {', '.join(silent[:ROWS_SHOWN])}{' ...' if len(silent) > ROWS_SHOWN else ''}.")
    files = [(entry.file, entry.format, entry.rows, _columns_in_words(entry.columns)) for entry in inputs.survey.files]
    if files:
        print_table(("File", "Format", "Rows", "Columns"), files, right=(2,))
    for entry in inputs.survey.files:
        if entry.fields:
            kept, dropped, guessed = (sum(column) for column in zip(*entry.fields.values(), strict=True))
            say(f"{entry.file}: {kept} values kept, {dropped} dropped, {guessed} guessed.", indent=2)
    heading("What was not understood")
    if not issues:
        say("Nothing: every answer was read.")
    kinds = Counter((issue.severity, issue.code) for issue in issues)
    order = {"error": 0, "warning": 1, "info": 2}
    examples = {(issue.severity, issue.code): issue for issue in sorted(issues, reverse=True)}
    rows = [
        (number, severity, str(examples[severity, code]))
        for (severity, code), number in sorted(kinds.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1]))
    ]
    if rows:
        print_table(("Times", "Kind", "For example"), rows, right=(0,))
        say("Every one of them, with file, row, the text as given and what to do:")
    say_path("issues", written)
    if unknown := _places_not_found(inputs):
        heading("Places that were not found")
        print_table(("Times", "As written", "Closest names"), [(n, text, close or "none") for n, text, close in unknown[:ROWS_SHOWN]], right=(0,))
        say(f"{counted(len(unknown), 'name')} to decide: write what each means under area and keep the rows as decisions/area_names.csv.")
        say_path("names", written.with_name("area_names.csv"))
    if refused := inputs.survey.to_decide.get("hours.csv"):
        say(f"{counted(len(refused), 'text')} of hours to settle: write them under hours and keep the rows as decisions/hours.csv.")
        say_path("hours", written.with_name("hours.csv"))
    if alike := inputs.survey.to_decide.get("organizations.csv"):
        heading("Who may be one organization")
        pairs = [(row["score"], row["tier"], row["name"], row["same_as"], row["why"]) for row in alike[:QUESTIONS_SHOWN]]
        print_table(("Score", "Tier", "Name", "Perhaps the same as", "Why"), pairs, right=(0,))
        say(f"{counted(len(alike), 'pair')} to decide: write yes or no under decision and keep the rows as decisions/organizations.csv.")
        say_path("pairs", written.with_name("organizations.csv"))
    _print_queue([row for row in queue if row["why"] not in ("settled", "not open")], written.with_name("follow_ups.csv"))
    if any(issue.severity != "info" for issue in issues):
        say("Ask, and write what you learn into the folder decisions/: it is used in every run.")


def _print_queue(queue: list[dict[str, str]], written: Path) -> None:
    """Print the questions to ask first: those that settle most."""
    if not queue:
        return
    heading("What to ask first")
    rows = [(row["settles"], row["name"], row["service"], row["question"] or "everything", row["why"]) for row in queue[:QUESTIONS_SHOWN]]
    print_table(("Settles", "Ask", "About", "Question", "Why"), rows, right=(0,))
    if len(queue) > QUESTIONS_SHOWN:
        say(f"and {counted(len(queue) - QUESTIONS_SHOWN, 'question')} more:")
    say_path("follow-ups", written)


def _columns_in_words(columns: object) -> str:
    """How many columns answer a question, and how many do not."""
    if not isinstance(columns, dict) or not columns:
        return ""
    fates = Counter(fate if fate in ("unmapped", "personal", "ignored") else "read" for fate in columns.values())
    return ", ".join(f"{number} {fate}" for fate, number in sorted(fates.items(), key=lambda item: (item[0] != "read", item[0])))
