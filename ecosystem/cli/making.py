"""Commands that make a city folder: the fictional one, and an empty one."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli.beside import another_python, get_ready
from ecosystem.cli.results import CityArgument
from ecosystem.cli.screen import complain, counted, heading, print_json, print_table, progress, say, say_path
from ecosystem.errors import MissingFileError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surveys.draft import Draft


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to put the city.", show_default=True)] = Path("riverbend"),
    seed: Annotated[int, typer.Option("--seed", help="Another number gives another city with the same story.", min=0)] = 0,
    score: Annotated[bool, typer.Option("--score", help="Count how much of what was planted every analysis finds.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --score: as JSON.")] = False,
) -> None:
    """Make the fictional city of Riverbend, build everything, and say which files to open.

    With --score nothing is kept: the city of this seed is made, analyzed, and the planted truths are counted.
    """
    if score:
        _score(seed, json)
        return
    if json:
        raise typer.BadParameter("--json goes with --score")
    _refuse_foreign(folder)
    with progress("Riverbend") as step, another_python() as beside:
        from ecosystem.demo import describe_city, write_files, write_truth

        step("inventing the city and its calls")
        if beside:
            invented, known = beside.submit(write_files, folder, seed), beside.submit(write_truth, folder, seed)
            get_ready(calls=True)
            invented.result()
        else:
            write_truth(write_files(folder, seed), seed)
        from ecosystem.pipeline import build_city

        written = build_city(folder, progress=step, beside=beside)
        if beside:
            known.result()
    say(f"Riverbend is built, in {len(written)} editions: {describe_city(folder)}. It is invented: no such city or organization exists.")
    for edition, out in written.items():
        heading(f"Open these: {_EDITIONS.get(edition, edition)}")
        for label, name in (("map", "map.html"), ("report", "report.html"), ("workbook", "workbook.xlsx")):
            say_path(label, out / name)
    heading("Then try")
    city = str(folder)
    say(f'ecosystem who {city} --need N01 --area Westfield --at "Sat 01:30"', indent=2)
    say(f"ecosystem contracts {city} --on 2027-01-01", indent=2)
    say(f"ecosystem analyze overlaps {city}", indent=2)


_EDITIONS = {
    "public": "for everyone",
    "partner": "for the organizations that take part",
    "analyst": "for the office alone, with every answer",
}


def _refuse_foreign(folder: Path) -> None:
    """A folder with something else in it is not ours to write into; an earlier demo is replaced."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file. Name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "truth.csv").is_file():
        raise OutputError(f"{folder} is not empty and not an earlier demo. Name a new folder: ecosystem demo DIR")


def _score(seed: int, json: bool) -> None:
    from ecosystem.demo import score_city, write_city

    with progress(f"Riverbend, seed {seed}") as step, tempfile.TemporaryDirectory() as folder:
        step("inventing the city")
        city = write_city(folder, seed)
        step("analyzing")
        scores = score_city(city)
    if json:
        print_json(scores)
        return
    rows = [(entry["detector"], f"{entry['recall']:.2f}", f"{entry['precision']:.2f}", entry["planted"], entry["found"]) for entry in scores]
    print_table(("Detector", "Recall", "Precision", "Planted", "Found"), rows, right=(1, 2, 3, 4), title=f"Planted truths of seed {seed}")


INVITED_COLUMNS = ("key", "name", "sector", "likely_needs", "areas", "asked", "size")
CONTRACT_COLUMNS = (
    "id", "funder", "organization", "service", "program", "amount_usd", "starts", "ends", "manager", "includes", "paid", "renewable",
)  # fmt: skip


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder; its name becomes the name of the city.")],
    name: Annotated[str, typer.Option("--name", help="Name of the city, if it is not the name of the folder.")] = "",
    time_zone: Annotated[str, typer.Option("--time-zone", help="Where the hours are local.")] = "America/Chicago",
    export: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="EXPORT", help="Answers to somebody else's form: a file, or the folder of an export. May be said again."),
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="TOOL", help="The tool that made the export, where that is seen wrongly.")] = "",  # noqa: A002
) -> None:
    """Make a new city folder: a commented city.toml, the empty form, lists to fill, and what to do next; with --from, a drafted mapping too."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} is there already and not empty. Name a new folder.")
    for path in export or ():
        if not path.exists():
            raise MissingFileError(f"{path}: there is no such file.")
    drafted = _draft(_with_companions(export), format) if export else None
    from ecosystem.city import city_toml_template
    from surveys.decisions import FILES
    from surveys.questionnaire import form_csv, form_xlsx

    title = name or folder.resolve().name.replace("-", " ").replace("_", " ").title()
    for inner in ("boundaries", "responses", "decisions", "form"):
        (folder / inner).mkdir(parents=True)
    _write(folder / "city.toml", city_toml_template(title, as_of=dt.date.today(), time_zone=time_zone))
    (folder / "form" / "form.csv").write_bytes(form_csv())
    (folder / "form" / "form.xlsx").write_bytes(form_xlsx())
    _write(folder / "invited.csv", _header(INVITED_COLUMNS), bom=True)
    _write(folder / "contracts.csv", _header(CONTRACT_COLUMNS), bom=True)
    for decision, columns in FILES.items():
        _write(folder / "decisions" / decision, _header(columns), bom=True)
    if drafted is not None:
        _write_draft(folder, _with_companions(export or []), *drafted[:2])
    say(f"A folder for {title} is ready.")
    if drafted is not None:
        _print_drafts(*drafted[1:])
    heading("Next")
    for number, text in enumerate(_next_steps(folder, is_drafted=bool(drafted and drafted[1])), start=1):
        say(f"{number}. {text}", indent=2)


def _with_companions(exports: list[Path]) -> list[Path]:
    """The exports with the files beside them that are read together with one of them: a data dictionary, repeated groups."""
    from surveys.readers import companions

    return list(dict.fromkeys(other for path in exports for other in (path, *companions(path))))


def _draft(exports: list[Path], said: str) -> tuple[str, list[Draft], list[str]]:
    """The mapping of some exports as the text of a codebook, what it was written from, and why the other files gave nothing."""
    from ecosystem.taxonomy import Taxonomy
    from surveys.codebook import Codebook
    from surveys.draft import codebook_toml, draft
    from surveys.readers import READ_SUFFIXES, format_called, read_tables

    taxonomy, made, others = Taxonomy.read(), [], []
    named = format_called(said)
    for path in exports:
        # the files of a folder are read one by one later, each with those beside it that belong to it
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in READ_SUFFIXES) if path.is_dir() else [path]
        for file in files:
            inner = f"{path.resolve().name}/{file.relative_to(path).as_posix()}" if path.is_dir() else file.name
            tables = read_tables(file, file.name, format=named)
            if tables.tables:
                made.append(draft(tables, taxonomy, file=inner, format=named))
            else:
                others += [f"{inner}: {issue.message}" for issue in tables.issues]
    text = codebook_toml(made)
    Codebook.of(tomllib.loads(text))  # a draft that could not be read back would be worse than none
    return text, made, others


def _write_draft(folder: Path, exports: list[Path], codebook: str, made: list[Draft]) -> None:
    """Put the exports among the answers and the mapping beside city.toml, which names it."""
    for path in exports:
        if path.is_dir():
            shutil.copytree(path, folder / "responses" / path.resolve().name)
        else:
            shutil.copyfile(path, folder / "responses" / path.name)
    if not made:
        return
    _write(folder / "codebook.toml", codebook)
    settings = (folder / "city.toml").read_text(encoding="utf-8")
    _write(folder / "city.toml", settings.replace("# codebook = ", "codebook = ", 1))


def _print_drafts(made: list[Draft], others: list[str]) -> None:
    for entry in made:
        heading(f"{entry.file}: {counted(len(entry.known), 'column')} understood, {counted(len(entry.guesses), 'column')} guessed")
        rows = [(guess.column, guess.question, guess.sureness, guess.why) for guess in entry.guesses]
        if rows:
            print_table(("Column", "Question", "How sure", "Why"), rows)
        if entry.left:
            say(f"no question found for: {', '.join(entry.left)}", indent=2)
        if entry.personal:
            say(f"about people, dropped on reading: {', '.join(entry.personal)}", indent=2)
    for text in others:
        say(text)
    if not made:
        say("No table of answers was found in it, so nothing was drafted.")


def _next_steps(folder: Path, *, is_drafted: bool = False) -> Iterable[str]:
    if is_drafted:
        yield f"Read {folder / 'codebook.toml'} line by line and correct it: it was guessed, and it is used as it stands."
    yield f"Put a map file of your neighborhoods at {folder / 'boundaries' / 'areas.geojson'} and say in city.toml which columns hold ids and names."
    yield "List in invited.csv everyone who keeps people safe: the asked, and those you know of but cannot ask (asked = no)."
    yield f"Send {folder / 'form' / 'form.xlsx'} (or form.csv) to them; the codes of services and needs are in it."
    yield f"Or write it with your own neighborhoods, for KoboToolbox and ODK, as spreadsheet and on paper: ecosystem questionnaire {folder}"
    yield f"Put what comes back into {folder / 'responses'}: CSV or XLSX, as many files as you like."
    yield (
        f"If you have exports of calls for service: put them into {folder / 'calls'}, switch [calls] on in city.toml and run: "
        f"ecosystem calls review {folder}"
    )
    yield f"See what was understood: ecosystem check {folder}"
    yield f"Build maps, reports and tables: ecosystem build {folder}"


def questionnaire(
    city: CityArgument,
    short: Annotated[bool, typer.Option("--short", help="The short form alone: 12 questions, 10 minutes.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The full form alone.")] = False,
) -> None:
    """Write the questionnaire with the city's own neighborhoods: XLSForm, spreadsheet, form to print, and the codebook that reads it back."""
    from ecosystem.city import City
    from ecosystem.geography import Geography
    from ecosystem.taxonomy import Taxonomy
    from surveys.questionnaire import write_questionnaire
    from surveys.questionnaire.city_form import CityForm
    from surveys.questionnaire.folder import NOTE, QUESTIONNAIRE, unreviewed
    from surveys.questionnaire.specification import LENGTHS

    settings = City.read(city)
    geography, taxonomy = Geography.read(settings), Taxonomy.read(settings.taxonomy)
    lengths = tuple(length for length in LENGTHS if short == full or (length == "short") == short)
    folder = settings.folder / QUESTIONNAIRE
    names = write_questionnaire(settings, geography, taxonomy, folder, lengths)
    say(f"The questionnaire of {settings.name} is written, {counted(len(names), 'file')}:")
    for name in names:
        say(name, indent=2)
    for language, reviewer in unreviewed(CityForm.of(settings, geography, taxonomy, lengths[0])):
        complain(f"the translation into {language} is not reviewed. Before you send it out it must be reviewed by {reviewer}.", label="Warning")
    heading("Next")
    say_path("read first", folder / NOTE)


def _write(path: Path, text: str, *, bom: bool = False) -> None:
    """Spreadsheet programs read a CSV as UTF-8 only where it begins with a byte order mark."""
    path.write_text(text, encoding="utf-8-sig" if bom else "utf-8", newline="\n")


def _header(columns: tuple[str, ...]) -> str:
    return ",".join(columns) + "\n"
