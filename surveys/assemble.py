"""What do all answers of a city come to?

`read` goes from files to records: every file of the folder of answers becomes tables, every table is laid out by a codebook, every row is
one organization's answer about itself and its deliveries, answers about one organization are joined, and what is left unclear is an issue
with file, sheet, row, column, the text as given and what to do. A broken row costs that row, a broken file that file; order of files and rows
means nothing.
"""

from __future__ import annotations

import contextlib
import fnmatch
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from ecosystem.errors import Issue
from ecosystem.records import (
    Contract,
    Invitation,
    Records,
)
from ecosystem.taxonomy import Taxonomy
from surveys import places
from surveys.asking import Setting
from surveys.city_lists import read_contracts, read_invited
from surveys.codebook import Codebook, choice_key
from surveys.decisions import Decisions, Talk, hours_to_decide, names_to_decide
from surveys.duplicates import duplicate_issues, find_duplicates, organizations_to_decide
from surveys.entries import Entry, read_entries
from surveys.identity import Directory
from surveys.joining import join
from surveys.questionnaire.folder import CODEBOOK, QUESTIONNAIRE
from surveys.readers import READ_SUFFIXES, read_tables
from surveys.response import Tables, fold
from surveys.terms import services_by_term
from surveys.waves import old_answers, waves_of

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.geography import Geography


NEW_OBJECTS = 200_000
"""So many new objects must be there while answers are read before one looks for those that nobody needs (Python's own number is 700)."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """How one file was read: format, encoding, rows with an answer, and columns by what became of them (question, unmapped, personal).

    `fields` are, of a directory, how many values of each field were kept, dropped and guessed.
    """

    file: str
    format: str
    encoding: str = ""
    sheets: tuple[str, ...] = ()
    rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    used: bool = True
    fields: Mapping[str, tuple[int, int, int]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything the answers of a city say: records, every problem found on the way, and how each file was read.

    `to_decide` are the tables a person can fill in and keep among the decisions, by file name: rows of column -> text. `history` are the
    tables of several waves, by file name: who answered when, and what changed; empty where there was one wave. `talks` are the follow-ups that a
    person keeps among the decisions.
    """

    records: Records
    issues: tuple[Issue, ...] = ()
    files: tuple[FileRead, ...] = ()
    to_decide: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict, hash=False)
    history: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict, hash=False)
    talks: tuple[Talk, ...] = ()


def read(city: City, geography: Geography, taxonomy: Taxonomy) -> Survey:
    """Return everything the answers of a city say.

    Raises InputError where the city's codebook contradicts itself; every other problem is an issue and reading goes on.
    """
    with _collecting_rarely():
        return _Assembly(city, geography, taxonomy).survey()


@contextlib.contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Put off looking for objects that nobody needs any more: what is read stays, and to look through it again and again costs a seventh of the
    time. As it was before, afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], NEW_OBJECTS), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Assembly:
    """The answers of one city while they are put together."""

    def __init__(self, city: City, geography: Geography, taxonomy: Taxonomy) -> None:
        self.city, self.taxonomy = city, taxonomy
        self.decisions = Decisions.read(city.decisions)
        self.reader = places.Reader(
            geography,
            city_names=frozenset({fold(city.name)}),
            layers=tuple(geography.layers),
            vintages={entry.id: entry.vintage for entry in city.geographies if entry.vintage},
            titles=geography.titles,
            wider_names={fold(name): kind for kind, names in city.wider_places for name in names},
        )
        self.setting = Setting(
            Codebook.own(),
            taxonomy,
            self.reader,
            self.decisions,
            frozenset(city.privacy.protected_services),
            _inside(geography),
            city.time_zone,
        )
        self.main = geography.main
        self.issues: list[Issue] = list(self.decisions.issues)
        self.files: list[FileRead] = []
        self.entries: list[Entry] = []

    def survey(self) -> Survey:
        invitations = self.invitations()
        self.read_files()
        # a listing says of each service when it was last checked; that is its age and no wave
        by_date = waves_of([entry.date for entry in self.entries if not entry.wave and entry.is_own_word])
        self.entries = [replace(entry, wave=by_date(entry.date)) if entry.is_own_word and not entry.wave else entry for entry in self.entries]
        directory = Directory.of([entry.claim for entry in self.entries], invitations, self.decisions)
        self.issues += directory.issues
        joined = join(self.entries, directory, invitations, self.contracts(directory), self.setting)
        self.issues += joined.issues
        records = joined.records
        self.issues += old_answers(records, self.city.as_of, self.city.survey.old_after_days)
        matches = find_duplicates(records, directory, self.decisions)
        self.issues += duplicate_issues(matches, records, directory.names)
        self.issues += self.decisions.unused()
        issues = tuple(sorted(dict.fromkeys(self.issues)))
        to_decide = {
            "organizations.csv": organizations_to_decide(matches, records, directory),
            "hours.csv": hours_to_decide(issues),
            "area_names.csv": names_to_decide(issues, self.reader.closest),
        }
        return Survey(records, issues, tuple(self.files), to_decide, joined.history.tables(records, directory.names), self.decisions.talks)

    # -- files -----------------------------------------------------------------------------------------------------------------------------

    def name_of(self, path: Path) -> str:
        """How issues and sources call a file: by its path in the city folder."""
        try:
            return path.relative_to(self.city.folder).as_posix()
        except ValueError:
            return path.name

    def invitations(self) -> tuple[Invitation, ...]:
        path = self.city.survey.invited
        if path is None:
            return ()
        found, issues = read_invited(path, self.name_of(path), taxonomy=self.taxonomy, reader=self.reader, main=self.main, decide=self.decide_area)
        self.issues += issues
        return found

    def contracts(self, directory: Directory) -> tuple[Contract, ...]:
        path = self.city.survey.contracts
        if path is None:
            return ()
        found, issues = read_contracts(path, self.name_of(path), directory)
        self.issues += issues
        return found

    def decide_area(self, text: str) -> str | None:
        return self.decisions.find("area_names.csv", text, respondent=(), question=("areas",))

    def read_files(self) -> None:
        folder = self.city.survey.responses
        own = self.city.folder / QUESTIONNAIRE / CODEBOOK
        files = [path for path in (self.city.survey.codebook, own if own.is_file() else None) if path is not None]
        codebooks = [codebook for path in dict.fromkeys(files) for codebook in Codebook.read(path)]
        paths = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        for path in paths:
            name = self.name_of(path)
            inner = path.relative_to(folder).as_posix() if path != folder else path.name
            if path.name.startswith((".", "~$")) or any(part.startswith(".") for part in Path(inner).parts):
                continue
            if path.suffix.lower() not in READ_SUFFIXES:
                message = f"files ending in '{path.suffix}' are not read. Save the answers as CSV or XLSX if it holds any."
                self.issues.append(Issue(name, code="file_skipped", severity="info", message=message))
                self.files.append(FileRead(name, "", used=False))
                continue
            fitting = [codebook for codebook in codebooks if codebook.is_for(inner)]
            codebook = fitting[0] if fitting else Codebook.own()
            said = next((tool for pattern, tool in self.city.survey.formats.items() if fnmatch.fnmatch(inner, pattern)), codebook.format)
            self.read_file(read_tables(path, name, nested=codebook.nested, format=said), codebook)
        if not self.entries:
            message = "no answer was read. Put the answers, as CSV or XLSX, into this folder."
            self.issues.append(Issue(self.name_of(folder), code="no_answers", severity="error", message=message))

    def read_file(self, tables: Tables, codebook: Codebook) -> None:
        self.issues += tables.issues
        if tables.method is not None:
            own = codebook.choices.get("service_type", {})
            terms = {choice_key(code): service for code, service in services_by_term().items()}
            codebook = replace(codebook, method=tables.method, choices={**codebook.choices, "service_type": {**terms, **own}})
        layouts = [codebook.layout(table) for table in tables.tables]
        usable = [layout for layout in layouts if layout.has_organization]
        columns: dict[str, str] = {}
        if tables.tables and not usable:
            seen = ", ".join(repr(column) for column in tables.tables[0].columns[:8] if column)
            message = (
                f"no column says which organization answers, so nothing of it is used. Its columns are {seen} ... "
                "Name one 'organization', or map it in codebook.toml: [columns]."
            )
            self.issues.append(Issue(tables.file, code="no_organization_column", severity="error", message=message))
        for layout in layouts:
            if layout in usable:
                found = read_entries(layout, self.setting, self.city.survey.wave)
                self.entries += found.entries
                self.issues += found.issues
                columns |= found.columns
            elif usable:
                message = "the sheet names no organization and is left out."
                self.issues.append(layout.table.issue("sheet_skipped", message, severity="info"))
        rows = sum(len(layout.table.rows) for layout in usable)
        sheets = tuple(layout.table.sheet for layout in usable if layout.table.sheet)
        self.files.append(FileRead(tables.file, tables.format, tables.encoding, sheets, rows, columns, bool(usable), tables.fields))


def _inside(geography: Geography) -> Callable[[float, float], bool]:
    """Return what says whether a point lies in the main geography; one shape is asked, since answers have many points."""
    ground = shapely.union_all(geography.areas.geometry.to_numpy())
    shapely.prepare(ground)
    return lambda longitude, latitude: bool(shapely.intersects_xy(ground, longitude, latitude))
