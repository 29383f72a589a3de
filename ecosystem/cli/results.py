"""Commands that make and read results: build the outputs, show one analysis, walk a finding back to the answers, compare two runs."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli.beside import another_python, get_ready
from ecosystem.cli.screen import (
    COLUMN_GAP,
    ROWS_SHOWN,
    column_width,
    console,
    counted,
    heading,
    plain,
    print_bytes,
    print_json,
    print_table,
    progress,
    say,
    say_path,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecosystem.diff import Difference, FactChange, FindingChange
    from ecosystem.findings import Column, Finding, Findings
    from ecosystem.messages import Catalogue
    from ecosystem.pipeline import Run
    from ecosystem.query import Evidence, Explanation, Fact
    from ecosystem.records import Source


class EditionName(StrEnum):
    """The editions, as an option takes them."""

    public = "public"
    partner = "partner"
    analyst = "analyst"


CityArgument = Annotated[Path, typer.Argument(metavar="CITY", help="A city folder, or its city.toml.")]
EditionOption = Annotated[EditionName, typer.Option("--edition", help="Whose eyes: what this edition may know.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]

FINDINGS_SHOWN = 20
DELIVERIES_SHOWN = 12
CAUSES_SHOWN = 6
CHANGES_SHOWN = 12


def build(
    city: CityArgument,
    edition: Annotated[EditionName | None, typer.Option("--edition", help="Only this edition; all without it.")] = None,
) -> None:
    """Build maps, reports and tables into out/EDITION of the city folder, whole or not at all."""
    from ecosystem.edition import EDITIONS

    editions = EDITIONS if edition is None else (edition.value,)
    with progress("Building") as step, another_python() if len(editions) > 1 else contextlib.nullcontext() as beside:
        if beside:
            beside.submit(get_ready)
        from ecosystem.pipeline import build_city

        written = build_city(city, editions, progress=step, beside=beside)
    for name, folder in written.items():
        heading(f"{name.capitalize()} edition")
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            say_path(file.suffix.removeprefix("."), file)


def analyze(
    name: Annotated[str, typer.Argument(metavar="NAME", help="gaps, holes, overlaps, knowledge ...; 'list' names them all.")],
    city: Annotated[Path | None, typer.Argument(metavar="CITY", help="A city folder, or its city.toml.")] = None,
    edition: EditionOption = EditionName.analyst,
    about: Annotated[str, typer.Option("--about", metavar="TEXT", help="Only rows and findings that name this area, organization or need.")] = "",
    show_all: Annotated[bool, typer.Option("--all", help="Every row and every finding.")] = False,
    json: JsonOption = False,
    csv: Annotated[bool, typer.Option("--csv", help="The whole table as CSV on standard output.")] = False,
) -> None:
    """Show one analysis as a table, and its findings with their ids."""
    from ecosystem.analysis import names
    from ecosystem.errors import NameUnknownError

    if name == "list":
        for one in names():
            say(one)
        return
    if name not in names():
        raise NameUnknownError(f"there is no analysis {name!r}; there are {', '.join(names())}.")
    if city is None:
        raise typer.BadParameter(f"name the city folder: ecosystem analyze {name} CITY")
    if json and csv:
        raise typer.BadParameter("choose one of --json and --csv")
    run = _run(city, edition)
    findings = run.results[name]
    if about:
        findings = _about(run, findings, about)
    if csv:
        from ecosystem.outputs import to_csv

        print_bytes(to_csv(findings.table))
    elif json:
        _print_analysis_json(run, findings)
    else:
        _print_analysis(run, findings, show_all)


def _run(city: Path, edition: EditionName) -> Run:
    from ecosystem.pipeline import run_city

    with progress("Reading and analyzing") as step:
        return run_city(city, edition.value, progress=step)


def _about(run: Run, findings: Findings, text: str) -> Findings:
    """The rows and findings that name a text, whatever its case and accents."""
    from ecosystem.findings import Findings
    from ecosystem.taxonomy import fold

    wanted = fold(text)
    rows = findings.table.to_dict("records")
    named = [any(wanted in fold(_cell(column, row[column.name], run)) for column in findings.columns) for row in rows]
    items = [finding for finding in findings if wanted in fold(finding.sentence(run.catalogue)) or wanted == fold(finding.need)]
    return Findings.of(findings.analysis, findings.columns, findings.table[named], items)


def _print_analysis_json(run: Run, findings: Findings) -> None:
    rows = findings.table.astype(object).where(findings.table.notna(), None).to_dict("records")
    items = [{"sentence": finding.sentence(run.catalogue), "finding": finding} for finding in findings]
    print_json({"analysis": findings.analysis, "edition": run.edition, "columns": findings.columns, "rows": rows, "findings": items})


def _print_analysis(run: Run, findings: Findings, show_all: bool) -> None:
    table = findings.table
    shown = table if show_all else table.head(ROWS_SHOWN)
    cells = [{column.name: _cell(column, row[column.name], run) for column in findings.columns} for row in shown.to_dict("records")]
    columns, left_out = _fitting(findings.columns, cells)
    rows = [[row[column.name] for column in columns] for row in cells]
    numbers = [position for position, column in enumerate(columns) if column.kind in _NUMBERS]
    title = f"{findings.analysis}: {counted(len(table), 'row')}"
    if rows:
        print_table([column.name.replace("_", " ") for column in columns], rows, right=numbers, title=title)
    else:
        say(title, style="bold")
    if len(shown) < len(table):
        say(f"The first {len(shown)} rows of {len(table):,}. --all shows every row, --csv and --json give them to programs.")
    if left_out:
        say(f"Not shown here, but in --csv and --json: {', '.join(column.name for column in left_out)}.")
    items = findings.items if show_all else findings.items[:FINDINGS_SHOWN]
    heading(counted(len(findings), "finding") + (f", the {len(items)} that weigh most" if len(items) < len(findings) else ""))
    for finding in items:
        say(finding.id, style="bold")
        say(finding.sentence(run.catalogue), indent=2)
    if items:
        say()
        say(f"Why? ecosystem explain {items[0].id} {run.city.folder}")


_NUMBERS = ("count", "people", "share", "hours", "usd")
_MINUTES = ("start", "end")
"""Columns that count minutes of the week: shown as day and time."""


def _fitting(columns: tuple[Column, ...], rows: Sequence[Mapping[str, str]]) -> tuple[list[Column], list[Column]]:
    """The columns a screen has room for, in order: first those that say what a row is about, then the numbers; and those left out.

    A column that is empty in every row shown needs no room.
    """
    filled = [column for column in columns if any(row[column.name] for row in rows)]
    room = console().width
    chosen: set[str] = set()
    for column in sorted(filled, key=lambda column: column.kind in _NUMBERS):
        room -= column_width(column.name.replace("_", " "), [row[column.name] for row in rows]) + COLUMN_GAP
        if room >= 0:
            chosen.add(column.name)
    shown = [column for column in filled if column.name in chosen]
    return shown, [column for column in filled if column.name not in chosen]


def _cell(column: Column, value: object, run: Run) -> str:
    """A value as its column's kind is read by people."""
    from ecosystem.presentation import number, share_text, time_of_week

    if value is None or value != value or value == "":
        return ""
    if column.kind == "area":
        return run.eco.names.areas.get(str(value), str(value))
    if column.kind == "delivery":
        return run.eco.names.deliveries.get(str(value), str(value))
    if column.kind == "organization":
        return run.eco.names.organizations.get(str(value), str(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if column.name in _MINUTES:
        return time_of_week(int(value))
    if column.kind == "share":
        return share_text(float(value))
    return number(float(value), 1)


# ------------------------------------------------------------------------------------------------------------------------------ explain


def explain(
    finding: Annotated[str, typer.Argument(metavar="ID", help="The id of a finding, or how it begins.")],
    city: CityArgument,
    edition: EditionOption = EditionName.analyst,
    show_all: Annotated[bool, typer.Option("--all", help="Every delivery and every fact, also those that coverage does not rest on.")] = False,
    json: JsonOption = False,
) -> None:
    """Walk a finding back to the answers: its numbers, its deliveries, and the file, row and text behind every fact."""
    from ecosystem.query import explain as explain_finding
    from ecosystem.query import find_finding

    run = _run(city, edition)
    explanation = explain_finding(run.eco, find_finding(run.results.findings, finding), run.catalogue)
    if json:
        print_json(explanation)
    else:
        _print_explanation(run, explanation, show_all)


def _print_explanation(run: Run, explanation: Explanation, show_all: bool) -> None:
    finding = explanation.finding
    say(f"{finding.id}   {finding.analysis}: {finding.kind}", style="bold")
    say(explanation.sentence)
    if explanation.next_step:
        say(f"Next: {explanation.next_step}")
    heading("The numbers")
    for label, text in _numbers(run, finding):
        say(f"{label}: {text}", indent=2)
    if explanation.evidence:
        heading(f"It rests on {counted(len(explanation.evidence), 'delivery', 'deliveries')}")
        shown = explanation.evidence if show_all else explanation.evidence[:DELIVERIES_SHOWN]
        for entry in shown:
            _print_evidence(run.catalogue, entry, finding.question, show_all)
        for entry in explanation.evidence[len(shown) :]:
            say(f"{entry.name}  ({entry.delivery})", indent=2)
        if not show_all:
            say()
            say("--all shows every fact of every delivery.", style="dim", indent=2)
    elif finding.need:
        heading("It rests on no delivery")
        say("Nobody who answered says that they help with this need here.", indent=2)
    if explanation.responses:
        heading(f"It counts {counted(len(explanation.responses), 'questionnaire')}")
    for response in explanation.responses:
        where = f" - {cell_in_words(response.source)}" if response.source else ""
        say(f"{run.eco.names.organizations.get(response.organization, response.organization)}{where}", indent=2)
    heading("Who did not tell us and could change it")
    for silent in explanation.silent:
        say(f"{silent.name} ({silent.sector}): {_SILENCE[silent.why]}", indent=2)
    if not explanation.silent:
        say("None of those we know of.", indent=2)
    if explanation.question is not None:
        heading("What would settle it")
        field = _words(run.catalogue, "field", explanation.question.field)
        for delivery in explanation.question.deliveries[:FINDINGS_SHOWN]:
            say(f"Ask {run.eco.names.deliveries[delivery]}: {field}", indent=2)
        if len(explanation.question.deliveries) > FINDINGS_SHOWN:
            say(f"and {len(explanation.question.deliveries) - FINDINGS_SHOWN} more", indent=2)


_SILENCE = {"no_answer": "was asked and did not answer", "not_asked": "was not asked", "kind_unknown": "did not say what kind of service it gives"}


def _words(catalogue: Catalogue, family: str, word: str) -> str:
    key = f"{family}.{word}"
    return catalogue.text(key) if key in catalogue else word.replace("_", " ")


def _numbers(run: Run, finding: Finding) -> list[tuple[str, str]]:
    """The numbers of a finding, labelled: what it counts, of how many, between which bounds."""
    from ecosystem.presentation import about, number
    from ecosystem.schedule_formats import in_words

    found: list[tuple[str, str]] = []
    if finding.numerator is not None and finding.denominator is not None:
        share = f" ({finding.numerator / finding.denominator:.1%})" if finding.denominator else ""
        found.append(("Counted", f"{number(finding.numerator, 2)} of {number(finding.denominator, 2)}{share}"))
    if finding.known is not None and finding.possible is not None:
        same = finding.known == finding.possible
        bounds = number(finding.known, 3) if same else f"{number(finding.known, 3)} known, {number(finding.possible, 3)} possible"
        found.append(("Bounds", f"{bounds}{' (known and possible agree)' if same else ''}"))
    if finding.people is not None:
        found.append(("Residents", about(finding.people)))
    if finding.when is not None:
        found.append(("When", f"{in_words(finding.when)} ({number(finding.when.hours, 1)} hours of the week)"))
    if finding.areas:
        names = run.eco.names.areas
        found.append(("Where", ", ".join("the whole city" if area == "city" else names.get(area, area) for area in finding.areas)))
    if finding.need in run.eco.taxonomy.needs:
        found.append(("Need", f"{finding.need} {run.eco.taxonomy.needs[finding.need].name['en']}"))
    return found


def _print_evidence(words: Catalogue, entry: Evidence, question: str, show_all: bool) -> None:
    say()
    say(f"{entry.name}  ({entry.delivery})", style="bold", indent=2)
    facts = [fact for fact in entry.facts if show_all or _matters(fact, question)]
    cells = [cell for fact in facts for cell in fact.cells]
    is_one_row = len({(cell.file, cell.sheet, cell.row) for cell in cells}) == 1 and bool(cells[0].file)
    if is_one_row:
        say(_place_of(cells[0]), style="dim", indent=4)
    for fact in facts:
        say(f"{fact.field.replace('_', ' ')}: {told(fact, words)}", indent=4)
        for cell in fact.cells:
            say(_cell_alone(cell) if is_one_row else cell_in_words(cell), style="dim", indent=6)
    for dispute in entry.disputes:
        say(f"Two answers differ on {dispute.fact}; what both say is certain:", indent=4)
        for cell in dispute.claims:
            say(cell_in_words(cell), style="dim", indent=6)


def told(fact: Fact, words: Catalogue) -> str:
    """Return what a fact says, or why it is not known."""
    return f"not known ({_words(words, 'unknown', fact.unknown)})" if fact.unknown else fact.text


_ALWAYS_TOLD = ("service_type", "needs", "mode", "hours", "area")
_TOLD_IF_KNOWN = ("area_focus", "ages", "languages", "ended", "suspended")


def _matters(fact: Fact, question: str) -> bool:
    """Whether coverage rests on a fact, or a finding asks for it."""
    return fact.field in (*_ALWAYS_TOLD, question) or (fact.field in _TOLD_IF_KNOWN and not fact.unknown)


def _place_of(cell: Source) -> str:
    """The row a cell stands in, and who answered; an opaque id where the edition hides it."""
    if not cell.file:
        return f"source {cell.id}"
    who = ", ".join(filter(None, [cell.role, str(cell.date or "")]))
    where = cell.file + (f" sheet {cell.sheet}" if cell.sheet else "") + (f" row {cell.row}" if cell.row else "")
    return plain(where + (f" ({who})" if who else ""))


def _cell_alone(cell: Source) -> str:
    """The column and the text as given; a text joined from several columns names them itself."""
    return plain(cell.text if " | " in cell.column and cell.text else f'"{cell.column}": {cell.text or "(empty)"}')


def cell_in_words(cell: Source) -> str:
    """Return a cell as people find it: file, sheet, row and column, and the text as given; an opaque id where the edition hides it.

    >>> from ecosystem.records import Source
    >>> cell_in_words(Source("spring.csv", row=14, column="Hours", text="M-F 8-4:30"))
    'spring.csv row 14, "Hours": M-F 8-4:30'
    """
    if not cell.file:
        return _place_of(cell)
    return f"{_place_of(cell)}, {_cell_alone(cell)}"


# --------------------------------------------------------------------------------------------------------------------------------- diff


def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The earlier output folder, such as a copy of riverbend/out/analyst.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The later one, of the same edition.")],
    language: Annotated[str, typer.Option("--language", help="Language of the findings, if they were written in it.")] = "en",
    show_all: Annotated[bool, typer.Option("--all", help="Every change.")] = False,
    json: JsonOption = False,
) -> None:
    """Compare two runs: which findings opened, closed or changed, and which answers made the difference."""
    from ecosystem.diff import diff as compare
    from ecosystem.diff import read_outputs

    before, after = read_outputs(run_a), read_outputs(run_b)
    difference = compare(before, after, language)
    if json:
        print_json(difference)
        return
    say(
        f"{len(difference.opened)} opened, {len(difference.closed)} closed, {len(difference.changed)} changed, {difference.same} the same.",
        style="bold",
    )
    if difference.facts:
        heading("Answers that differ")
        _print_facts(difference.facts, show_all)
    for title, changes in (("Opened", difference.opened), ("Closed", difference.closed), ("Changed", difference.changed)):
        if changes:
            heading(f"{title}: {len(changes)}")
            shown = changes if show_all else changes[:CHANGES_SHOWN]
            for change in shown:
                _print_change(change, show_all)
            if len(shown) < len(changes):
                say(f"... and {len(changes) - len(shown)} more (--all shows them).", indent=2)
    _print_inputs(difference)


def _print_facts(facts: tuple[FactChange, ...], show_all: bool) -> None:
    shown = facts if show_all else facts[:CHANGES_SHOWN]
    for change in shown:
        say(_fact_change(change), indent=2)
    if len(shown) < len(facts):
        say(f"... and {len(facts) - len(shown)} more (--all shows them).", indent=2)


def _fact_change(change: FactChange) -> str:
    if change.movement != "changed":
        return f"{change.name}: {change.movement}"
    return f"{change.name}: {change.field.replace('_', ' ')} was {_fact(change.before)}, is {_fact(change.after)}"


def _fact(text: str) -> str:
    """A fact as the manifest holds it, in words."""
    known, _, reason = text.partition("unknown: ")
    return f"not known ({reason.replace('_', ' ')})" if reason and not known else text or "(not told)"


def _print_change(change: FindingChange, show_all: bool) -> None:
    verb = "" if change.movement in ("opened", "closed") else f"  {change.movement}"
    say(f"{change.id}{verb}", style="bold", indent=2)
    say(change.sentence or f"{change.kind} {change.need} {', '.join(change.areas)}", indent=4)
    for name in change.before:
        if name not in ("deliveries", "silent", "when"):
            say(f"{name}: {_value(change.before[name])} -> {_value(change.after[name])}", indent=4)
    if change.counterpart:
        relation = "It is now" if change.movement == "closed" else "Before it was"
        say(f"{relation} {change.counterpart}.", indent=4)
    if change.answered:
        say(f"Answered since: {', '.join(change.answered)}.", indent=4)
    causes = change.causes if show_all else change.causes[:CAUSES_SHOWN]
    for cause in causes:
        say(f"because {_fact_change(cause)}", style="dim", indent=4)
    if len(causes) < len(change.causes):
        say(f"and {len(change.causes) - len(causes)} more facts that concern it", style="dim", indent=4)


def _value(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else "none" if value is None else str(value)


def _print_inputs(difference: Difference) -> None:
    if not difference.inputs:
        return
    heading("Inputs, versions and options that differ")
    for entry in difference.inputs[:CHANGES_SHOWN]:
        say(f"{entry.what}: {entry.before[:16] or '(none)'} -> {entry.after[:16] or '(none)'}", indent=2)
