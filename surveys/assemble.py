"""What do all answers of a city come to?

`read` goes from files to records: every file of the folder of answers becomes tables, every table is laid out by a codebook, every row is
one organization's answer about itself and its deliveries, answers about one organization are joined, and what is left unclear is an issue
with file, sheet, row, column, the text as given and what to do. A broken row costs that row, a broken file that file; order of files and rows
means nothing.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import shapely

from ecosystem.errors import Issue, Severity
from ecosystem.records import (
    OWN_WORD,
    Comment,
    Contract,
    Delivery,
    Dispute,
    Invitation,
    Location,
    Organization,
    Records,
    Referral,
    Response,
    Sector,
    Service,
    Source,
    Unknown,
    delivery_id,
)
from ecosystem.taxonomy import Taxonomy
from surveys import places
from surveys.city_lists import read_contracts, read_invited
from surveys.codebook import Codebook, Layout, choice_key
from surveys.decisions import Decisions, Talk, hours_to_decide, names_to_decide
from surveys.duplicates import duplicate_issues, find_duplicates, organizations_to_decide
from surveys.follow_ups import settle
from surveys.identity import Claim, Directory, as_possible, beside_listed_service, beside_listing, merge_deliveries, merge_services, stated_names
from surveys.interpret import Offer, Respondent, Setting, decide_answers, read_comments, read_consent, read_offer
from surveys.listings import stacked_points
from surveys.privacy import address_key, is_personal, looks_personal
from surveys.questionnaire.folder import CODEBOOK, QUESTIONNAIRE
from surveys.readers import READ_SUFFIXES, read_tables
from surveys.response import Block, Problem, Problems, Row, Table, Tables, fold, split_list
from surveys.terms import services_by_term
from surveys.values import DateOrder, date_order, is_ambiguous, read_date
from surveys.waves import History, old_answers, wave_order, waves_of

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.geography import Geography


_TOTALS = frozenset({"total", "totals", "grand total", "sum", "subtotal", "count", "average", "total general", "suma", "promedio"})
NEAR_DEGREES = 0.0015
"""Places of one organization nearer than this (100 metres and more, anywhere in the United States) are taken for one place."""


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


@dataclass(frozen=True)
class _Entry:
    """One row of answers: what it says about the organization, its deliveries, and how to read them."""

    block: Block
    deliveries: tuple[Block, ...]
    claim: Claim
    role: str
    date: dt.date | None
    wave: str
    setting: Setting

    @property
    def is_own_word(self) -> bool:
        """Whether the organization speaks for itself: in a questionnaire or an interview."""
        return self.block.method in OWN_WORD

    @property
    def response(self) -> tuple[str, str, str, str, str]:
        """What makes rows one questionnaire sent back."""
        return (self.block.table.file, self.block.table.sheet, self.wave, str(self.date or ""), self.role)

    @property
    def age(self) -> tuple[str, str, str, str]:
        """What answers are put in order by, oldest first; never the row."""
        return (str(self.date or ""), self.role, self.block.table.file, "\x1f".join(self.block.row.cells))


def read(city: City, geography: Geography, taxonomy: Taxonomy) -> Survey:
    """Return everything the answers of a city say.

    Raises InputError where the city's codebook contradicts itself; every other problem is an issue and reading goes on.
    """
    return _Assembly(city, geography, taxonomy).survey()


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
        )
        self.main = geography.main
        self.issues: list[Issue] = list(self.decisions.issues)
        self.files: list[FileRead] = []
        self.entries: list[_Entry] = []

    def survey(self) -> Survey:
        invitations = self.invitations()
        self.read_files()
        # a listing says of each service when it was last checked; that is its age and no wave
        by_date = waves_of([entry.date for entry in self.entries if not entry.wave and entry.is_own_word])
        self.entries = [replace(entry, wave=by_date(entry.date)) if entry.is_own_word and not entry.wave else entry for entry in self.entries]
        directory = Directory.of([entry.claim for entry in self.entries], invitations, self.decisions)
        self.issues += directory.issues
        joiner = _Joiner(self, directory, invitations)
        records = joiner.records()
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
        return Survey(records, issues, tuple(self.files), to_decide, joiner.history.tables(records, directory.names), self.decisions.talks)

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
                columns |= self.read_table(layout)
            elif usable:
                message = "the sheet names no organization and is left out."
                self.issues.append(layout.table.issue("sheet_skipped", message, severity="info"))
        rows = sum(len(layout.table.rows) for layout in usable)
        sheets = tuple(layout.table.sheet for layout in usable if layout.table.sheet)
        self.files.append(FileRead(tables.file, tables.format, tables.encoding, sheets, rows, columns, bool(usable), tables.fields))

    def read_table(self, layout: Layout) -> dict[str, str]:
        """Take the rows of one table; return what became of its columns."""
        self.issues += layout.issues()
        rows = [layout.blocks(row) for row in layout.table.rows if any(row.cells) and not self.is_no_answer(layout, row)]
        stacked = self.stacked(layout, [delivery for _, deliveries in rows for delivery in deliveries])
        setting = replace(self.setting, codebook=layout.codebook, orders=self.date_orders(layout), stacked=stacked)
        for block, deliveries in rows:
            entry = self.entry(block, deliveries, setting)
            if entry is not None:
                self.entries.append(entry)
        self.count_empty(layout, [delivery for _, deliveries in rows for delivery in deliveries])
        return self.columns(layout)

    def stacked(self, layout: Layout, deliveries: list[Block]) -> frozenset[tuple[str, str]]:
        """Return the points of a table, as written, that stand for no place, and tell them."""
        places = [((block.text("longitude"), block.text("latitude")), block.text("address")) for block in deliveries]
        found = stacked_points(places)
        if found.points:
            answer = next(block.answer("latitude") for block in deliveries if (block.text("longitude"), block.text("latitude")) in found.points)
            column = answer.column if answer is not None else ""
            self.issues.append(layout.table.issue("coordinates_stacked", found.message, row=layout.table.header_row, column=column))
        return found.points

    def is_no_answer(self, layout: Layout, row: Row) -> bool:
        """Whether a row is the header once more, or sums up those above it; both are told."""
        table = layout.table
        given = [(column, cell) for column, cell in zip(table.columns, row.cells, strict=False) if cell]
        if len(given) > 1 and all(cell == column for column, cell in given):
            self.issues.append(table.issue("header_again", "this row is the header once more; it is left out.", severity="info", row=row.number))
            return True
        named = [row.cells[at] for at in layout.organization.get("organization", ()) if at < len(row.cells) and row.cells[at]]
        if not named or fold(named[0]) not in _TOTALS:
            return False
        message = "this row sums up the others and is no answer; it is left out. If an organization is called so, write its whole name."
        self.issues.append(table.issue("totals_row", message, row=row.number, text=named[0]))
        return True

    def entry(self, block: Block, deliveries: tuple[Block, ...], setting: Setting) -> _Entry | None:
        name, key = block.text("organization"), block.text("invitation_key")
        block = decide_answers(block, (name, key), self.decisions)
        named, keyed = block.answer("organization"), block.answer("invitation_key")
        why = setting.codebook.why_unknown
        name = named.text if named is not None and why(named.text) is None else ""
        key = keyed.text if keyed is not None and why(keyed.text) is None else ""
        where = named or keyed or named if named is not None else keyed
        assert where is not None
        if not name and not key:
            message = "the row names no organization, so nobody knows whose answer it is; it is left out. Write the name or the invitation key."
            self.issues.append(where.issue(Problem("organization_missing", message, "error", where.text or _glimpse(block))))
            return None
        problems = Problems()
        date = None
        dated = block.answer("date")
        if dated and why(dated.text) is None:
            date = read_date(dated.text, problems, order=setting.orders.get(dated.column, "month first"))
            self.issues += [dated.issue(problem) for problem in problems.items]
        aliases = block.text("also_known_as")
        wave = block.answer("wave")
        role = block.text("respondent_role")
        if "@" in role:
            role = ""
        return _Entry(
            block,
            deliveries,
            Claim(name, key, (*(split_list(aliases) if why(aliases) is None else ()), *stated_names(name)), where.source(role, date)),
            role if why(role) is None else "",
            date,
            wave.text if wave and why(wave.text) is None else self.city.survey.wave,
            setting,
        )

    # -- columns ---------------------------------------------------------------------------------------------------------------------------

    def columns(self, layout: Layout) -> dict[str, str]:
        """Tell the columns that nobody asked for, and drop those about the person who answered."""
        table = layout.table
        fate: dict[str, str] = {}
        for part in (layout.organization, layout.defaults, *layout.deliveries):
            for question, positions in part.items():
                fate |= {table.columns[position]: question for position in positions}
        for position in layout.unmapped:
            header = table.columns[position]
            texts = [row.cells[position] for row in table.rows if position < len(row.cells)]
            n_given = sum(1 for text in texts if text)
            if is_personal(header) or looks_personal(texts):
                message = f"the column is about the person who answered; its {n_given} answers were dropped and are kept nowhere."
                self.issues.append(table.issue("personal_column_dropped", message, severity="info", row=table.header_row, column=header))
                fate[header] = "personal"
            elif n_given or header:
                name = header or f"column {position + 1}"
                message = f"no question has this name, so its {n_given} answers are not used. Map it in codebook.toml, or list it there under ignore."
                severity: Severity = "warning" if n_given else "info"
                self.issues.append(table.issue("column_unmapped", message, severity=severity, row=table.header_row, column=name))
                fate[name] = "unmapped"
        return fate

    def date_orders(self, layout: Layout) -> dict[str, DateOrder | None]:
        """How each column of dates writes month and day; what stays open is told once per column."""
        orders: dict[str, DateOrder | None] = {}
        for part in (layout.organization, layout.defaults, *layout.deliveries):
            for question, positions in part.items():
                asked = layout.codebook.form.question(question)
                if asked is None or asked.kind != "date":
                    continue
                for position in positions:
                    header = layout.table.columns[position]
                    texts = [row.cells[position] for row in layout.table.rows]
                    order = orders[header] = date_order(texts)
                    self.tell_ambiguous(layout.table, position, order)
        return orders

    def tell_ambiguous(self, table: Table, position: int, order: DateOrder | None) -> None:
        dates = [(row.number, row.cells[position]) for row in table.rows]
        open_ones = [(number, text) for number, text in dates if is_ambiguous(text)]
        is_settled = any(re.match(r"\d{1,2}/\d{1,2}/", text) and not is_ambiguous(text) and not _same_both_ways(text) for _, text in dates)
        if not open_ones or (order == "month first" and is_settled):
            return
        how = "day first, as others of the column must be" if order == "day first" else "month first"
        message = f"{len(open_ones)} in this column could be month/day or day/month; read {how}. Write dates as 2026-03-04."
        number, text = open_ones[0]
        severity: Severity = "warning" if order is None else "info"
        self.issues.append(table.issue("date_ambiguous", message, severity=severity, row=number, column=table.columns[position], text=text))

    def count_empty(self, layout: Layout, deliveries: Sequence[Block]) -> None:
        """Tell how many rows leave a required question empty, and which were not asked at all."""
        asked = layout.asked | {*layout.codebook.constants}
        for question in layout.codebook.form.questions.values():
            if not question.required or question.scope != "delivery":
                continue
            stands_for = {question.id, *_INSTEAD.get(question.id, ())}
            present = {name for name in asked if name in stands_for or (question.id == "hours" and name.startswith("slot"))}
            if not present:
                message = f"the form does not ask '{question.title['en']}', so it stays unknown for every delivery of this file."
                header_row = layout.table.header_row
                self.issues.append(layout.table.issue("question_not_asked", message, severity="info", row=header_row, column=question.id))
                continue
            empty = [block for block in deliveries if not any(block.text(name) for name in present)]
            if empty:
                header = next((layout.table.columns[p[0]] for part in layout.deliveries for name, p in part.items() if name in present), question.id)
                where = f"{len(empty)} of {len(deliveries)} answers (first in row {empty[0].row.number})"
                message = f"{where} leave '{question.title['en']}' empty, so it is unknown there. Ask them."
                self.issues.append(layout.table.issue("required_empty", message, row=layout.table.header_row, column=header))


_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "hours": ("hours_mon", "hours_tue", "hours_wed", "hours_thu", "hours_fri", "hours_sat", "hours_sun"),
    "area": ("area_radius", "area_polygon"),
}


def _inside(geography: Geography) -> Callable[[float, float], bool]:
    """Return what says whether a point lies in the main geography; one shape is asked, since answers have many points."""
    ground = shapely.union_all(geography.areas.geometry.to_numpy())
    shapely.prepare(ground)
    return lambda longitude, latitude: bool(shapely.intersects_xy(ground, longitude, latitude))


def _same_both_ways(text: str) -> bool:
    parts = re.split(r"\D", text)
    return len(parts) > 1 and parts[0].lstrip("0") == parts[1].lstrip("0")


def _glimpse(block: Block) -> str:
    """The first texts of a row, to find it by."""
    return " | ".join([cell for cell in block.row.cells if cell][:4])


# -- joining -----------------------------------------------------------------------------------------------------------------------------------


class _Joiner:
    """Turns entries into records: one organization each, its answers merged, referrals and contracts resolved."""

    def __init__(self, assembly: _Assembly, directory: Directory, invitations: tuple[Invitation, ...]) -> None:
        self.assembly, self.directory = assembly, directory
        self.invitations = tuple(invitation for invitation in invitations if directory.by_key.get(fold(invitation.key)) == invitation.key)
        self.issues = assembly.issues
        self.services: list[Service] = []
        self.deliveries: list[Delivery] = []
        self.disputes: list[Dispute] = []
        self.responses: list[Response] = []
        self.referrals: list[Referral] = []
        self.comments: dict[tuple[str, str, str], Comment] = {}
        self.without_consent: set[str] = set()
        self.history = History()

    def records(self) -> Records:
        entries: dict[str, list[_Entry]] = {}
        for entry in sorted(self.assembly.entries, key=lambda entry: entry.age):
            entries.setdefault(self.directory.key_of(entry.claim), []).append(entry)
        organizations = [self.organization(key, mine) for key, mine in sorted(entries.items())]
        for key, mine in sorted(entries.items()):
            self.answers(key, mine)
        contracts: tuple[Contract, ...] = ()
        path = self.assembly.city.survey.contracts
        if path is not None:
            contracts, issues = read_contracts(path, self.assembly.name_of(path), self.directory)
            self.issues += issues
        return Records.of(
            organizations,
            self.services,
            self.deliveries,
            self.invitations,
            self.responses,
            contracts,
            self.resolve_referrals(),
            self.comments.values(),
            self.disputes,
        )

    def organization(self, key: str, entries: Sequence[_Entry]) -> Organization:
        invited = next((invitation for invitation in self.invitations if invitation.key == key), None)
        sectors: dict[str, Source] = {}
        parent = ""
        sources: dict[str, Source] = {}
        for entry in entries:
            codebook = entry.setting.codebook
            if entry.claim.source is not None:
                sources["organization"] = entry.claim.source
            answer = entry.block.answer("sector")
            if answer and codebook.why_unknown(answer.text) is None:
                code = codebook.choice("sector", answer.text)
                if code is None:
                    message = f"{answer.text!r} is no kind of organization we know. Use a word of the list."
                    self.issues.append(answer.issue(Problem("choice_unknown", message), key))
                else:
                    sectors[code] = sources["sector"] = answer.source(entry.role, entry.date)
            given = entry.block.answer("parent")
            if given and codebook.why_unknown(given.text) is None:
                parent = given.text
                sources["parent"] = given.source(entry.role, entry.date)
        sector: Sector = invited.sector if invited is not None else "unknown"
        if len(sectors) > 1:
            self.disputes.append(Dispute(key, "sector", tuple(sectors[code] for code in sorted(sectors))))
        elif sectors and sector == "unknown":
            sector = cast(Sector, next(iter(sectors)))
        return Organization(key, self.directory.names[key], self.directory.aliases[key], sector, parent, sources)

    # -- the answers of one organization ---------------------------------------------------------------------------------------------------

    def answers(self, key: str, entries: Sequence[_Entry]) -> None:
        own = [entry for entry in entries if entry.is_own_word]
        listed = [entry for entry in entries if not entry.is_own_word]
        newest = {is_own: max((entry.wave for entry in told), key=wave_order) for is_own, told in ((True, own), (False, listed)) if told}
        latest = newest[bool(own)]
        groups: dict[tuple[str, ...], list[_Entry]] = {}
        for entry in entries:
            groups.setdefault(entry.response, []).append(entry)
        offers: list[tuple[tuple[str, ...], Offer]] = []
        complete: dict[tuple[str, ...], bool] = {}
        for response, rows in groups.items():
            is_finished = all(entry.block.row.is_finished for entry in rows)
            if rows[0].wave != newest[rows[0].is_own_word]:
                past = [offer for entry in rows for offer in self.past_offers(key, entry)]
                complete[response] = is_finished and any(offer.delivery is not None for offer in past)
                if rows[0].is_own_word:
                    self.history.add(self.response(key, rows, complete[response], superseded=True), _told_apart(past))
                continue
            found = [offer for entry in rows for offer in self.offers(key, entry)]
            offers += [(response, offer) for offer in _with_own_sites(found)]
            complete[response] = is_finished and any(offer.delivery is not None for offer in found)
            if rows[0].is_own_word:
                self.history.add(self.response(key, rows, complete[response], superseded=False), _told_apart(found))
        self.respond(key, groups, complete, newest)
        is_own = {response: rows[0].is_own_word for response, rows in groups.items()}
        disputes = self.merge(key, self.hide_siblings(key, _with_own_modes(offers)), is_own)
        self.tell_twice(key, groups, latest, disputes)

    def offers(self, key: str, entry: _Entry) -> list[Offer]:
        """Read the deliveries and comments of one row."""
        setting = entry.setting
        names = (self.directory.names[key], key, *self.directory.aliases[key], entry.claim.key)
        block = decide_answers(entry.block, names, setting.decisions)
        may_use, using = read_consent(block, "consent_use", setting)
        self.issues += [replace(issue, organization=key) for issue in using]
        if may_use is False:
            if key not in self.without_consent:
                message = "it did not agree that its answers are used: only that it answered is kept. Take the rest out of the file too."
                answer = block.answer("consent_use")
                assert answer is not None  # a consent that was not asked is None, not a no
                self.issues.append(_at(answer.source(), "consent_withheld", message, key))
            self.without_consent.add(key)
            return []
        may_list, listing = read_consent(block, "consent_listing", setting)
        may_show, showing = read_consent(block, "consent_address", setting)
        self.issues += [replace(issue, organization=key) for issue in (*listing, *showing)]
        respondent = Respondent(key, tuple(name for name in names if name), entry.role, entry.date, may_list, may_show)
        comments, issues = read_comments(block, respondent, setting)
        self.issues += issues
        for comment in comments:
            self.comments.setdefault((comment.organization, comment.question, comment.text), comment)
        found = [read_offer(delivery, respondent, setting) for delivery in entry.deliveries]
        for offer in found:
            self.issues += offer.issues
            self.referrals += offer.referrals
        return found

    def past_offers(self, key: str, entry: _Entry) -> list[Offer]:
        """Read the deliveries of an answer of an earlier wave, for its history alone: what is wrong with it is nobody's work any more."""
        names = (self.directory.names[key], key, *self.directory.aliases[key], entry.claim.key)
        block = decide_answers(entry.block, names, entry.setting.decisions)
        if read_consent(block, "consent_use", entry.setting)[0] is False:
            return []
        respondent = Respondent(key, tuple(name for name in names if name), entry.role, entry.date)
        return [read_offer(delivery, respondent, entry.setting) for delivery in entry.deliveries]

    def response(self, key: str, rows: Sequence[_Entry], is_complete: bool, *, superseded: bool) -> Response:
        first = rows[0]
        source = min((entry.claim.source for entry in rows if entry.claim.source is not None), key=lambda s: s.row)
        return Response(key, first.role, first.date, first.wave, is_complete, superseded, source, first.block.method)

    def respond(
        self, key: str, groups: Mapping[tuple[str, ...], Sequence[_Entry]], complete: Mapping[tuple[str, ...], bool], waves: Mapping[bool, str]
    ) -> None:
        newest = max(
            (
                str(rows[0].date or "")
                for response, rows in groups.items()
                if complete[response] and rows[0].is_own_word and rows[0].wave == waves[True]
            ),
            default="",
        )
        for response, rows in groups.items():
            first = rows[0]
            latest = waves[first.is_own_word]
            is_older = first.wave != latest or bool(first.is_own_word and first.date and str(first.date) < newest)
            made = self.response(key, rows, complete[response], superseded=is_older)
            self.responses.append(made)
            source = made.source or Source("")
            has_spoken = key not in self.without_consent and first.is_own_word
            if has_spoken and not complete[response] and first.wave == latest and all(entry.block.row.is_finished for entry in rows):
                message = "the answer names the organization and no service; it counts as an answer, and everything else is unknown. Ask again."
                self.issues.append(_at(source, "nothing_but_a_name", message, key))

    def hide_siblings(self, key: str, offers: Sequence[tuple[tuple[str, ...], Offer]]) -> list[tuple[tuple[str, ...], Service, Delivery]]:
        """Drop the address of a confidential place where another delivery of the same organization names it too."""
        secret = {offer.secret_address for _, offer in offers if offer.is_confidential and offer.secret_address}
        points = [offer.secret_point for _, offer in offers if offer.is_confidential and offer.secret_point is not None]
        kept: list[tuple[tuple[str, ...], Service, Delivery]] = []
        for response, offer in offers:
            service, delivery = offer.service, offer.delivery
            if service is None or delivery is None:
                continue
            location = delivery.location
            if not isinstance(location, Unknown) and (address_key(location.address) in secret or _is_near(location, points)):
                source = replace(delivery.sources["address"], text="") if "address" in delivery.sources else Source("")
                message = "this place is the confidential place of the same organization, so its address was not kept. Take it out of the file too."
                self.issues.append(_at(source, "confidential_address_dropped", message, key))
                sources = {fact: cell for fact, cell in delivery.sources.items() if fact != "address"}
                delivery = replace(delivery, location=Unknown("withheld"), sources=sources)
            kept.append((response, service, delivery))
        return kept

    def merge(self, key: str, offers: Sequence[tuple[tuple[str, ...], Service, Delivery]], is_own: Mapping[tuple[str, ...], bool]) -> list[Dispute]:
        """Merge what several answers say of one service and one delivery, and hold listings beside it; return what answers dispute."""
        own = [offer for offer in offers if is_own[offer[0]]]
        listed = [offer for offer in offers if not is_own[offer[0]]]
        services, deliveries, disputes = self.merge_answers(key, own)
        if not listed:
            pass
        elif not own:
            services, deliveries, disputes = self.merge_answers(key, listed)
        else:
            others, beside, _ = self.merge_answers(key, listed)
            for service in others.values():
                mine_of_it = services.get(service.key)
                services[service.key] = service if mine_of_it is None else beside_listed_service(mine_of_it, service)
            for delivery in beside.values():
                mine = _same_delivery(delivery, deliveries, beside)
                if mine is None:
                    deliveries[delivery.id] = as_possible(delivery)
                else:
                    deliveries[mine.id], differing = beside_listing(mine, delivery)
                    self.disputes += differing
        settled = self.settle(key, services, deliveries)
        disputes = [dispute for dispute in disputes if (dispute.record, dispute.fact) not in settled]
        self.disputes = [dispute for dispute in self.disputes if (dispute.record, dispute.fact) not in settled]
        self.services += services.values()
        self.deliveries += deliveries.values()
        self.disputes += disputes
        return disputes

    def settle(self, key: str, services: dict[str, Service], deliveries: dict[str, Delivery]) -> set[tuple[str, str]]:
        """Put what was said in talks (`decisions/follow_ups.csv`) in its place; return (record, fact) of all it settles."""
        names = (self.directory.names[key], key, *self.directory.aliases[key])
        settled: set[tuple[str, str]] = set()
        for delivery in tuple(deliveries.values()):
            talks = self.assembly.decisions.talks_about(names, delivery.name, delivery.site)
            if not talks:
                continue
            done = settle(services[delivery.service], delivery, talks, self.assembly.setting, names)
            services[delivery.service], deliveries[delivery.id] = done.service, done.delivery
            self.issues += done.issues
            settled |= {(record, fact) for fact in done.facts for record in (delivery.id, delivery.service)}
        return settled

    def merge_answers(
        self, key: str, offers: Sequence[tuple[tuple[str, ...], Service, Delivery]]
    ) -> tuple[dict[str, Service], dict[str, Delivery], list[Dispute]]:
        """Return services by key and deliveries by id, each merged from all that is said of it, and what is in dispute."""
        services: dict[str, list[Service]] = {}
        deliveries: dict[str, list[tuple[tuple[str, ...], Delivery]]] = {}
        for response, service, delivery in offers:
            services.setdefault(service.key, []).append(service)
            deliveries.setdefault(delivery.id, []).append((response, delivery))
        found: list[Dispute] = []
        one_service: dict[str, Service] = {}
        one_delivery: dict[str, Delivery] = {}
        for claims in services.values():
            merged, disputes = merge_services(claims)
            one_service[merged.key] = merged
            found += disputes
        for claimed in deliveries.values():
            self.tell_duplicates(key, claimed)
            delivery, in_dispute = merge_deliveries([entry for _, entry in claimed])
            one_delivery[delivery.id] = delivery
            found += in_dispute
        return one_service, one_delivery, found

    def tell_duplicates(self, key: str, claimed: Sequence[tuple[tuple[str, ...], Delivery]]) -> None:
        """Tell where one answer holds one delivery twice."""
        by_response: dict[tuple[str, ...], list[Delivery]] = {}
        for response, delivery in claimed:
            by_response.setdefault(response, []).append(delivery)
        for twins in by_response.values():
            if len(twins) < 2:
                continue
            last = max(twins, key=lambda delivery: _row_of(delivery))
            source = last.sources.get("service") or next(iter(last.sources.values()), Source(""))
            rows = ", ".join(str(row) for row in sorted({_row_of(delivery) for delivery in twins}))
            if not merge_deliveries(twins)[1]:
                message = f"the same service stands in rows {rows} and nothing in them differs; it is counted once."
                self.issues.append(_at(source, "duplicate_row", message, key, severity="info"))
            else:
                message = f"one service at one site stands in rows {rows} with different answers; both are kept as disputed. Name the site of each."
                self.issues.append(_at(source, "duplicate_delivery", message, key))

    def tell_twice(self, key: str, groups: Mapping[tuple[str, ...], Sequence[_Entry]], latest: str, disputes: Sequence[Dispute]) -> None:
        """Tell that an organization answered more than once, and what the answers differ in."""
        current = [rows[0] for rows in groups.values() if rows[0].wave == latest and rows[0].is_own_word]
        if len(current) < 2:
            return
        who = "; ".join(", ".join(filter(None, (entry.role, str(entry.date or ""), entry.block.table.file))) for entry in current)
        facts = ", ".join(sorted({dispute.fact for dispute in disputes}))
        message = f"{len(current)} answers came from one organization ({who}). " + (
            f"They differ in {facts}: both are kept. Ask which holds, and write it in decisions/answers.csv." if facts else "They agree."
        )
        source = current[-1].claim.source or Source("")
        self.issues.append(_at(source, "answered_twice", message, key, severity="warning" if facts else "info"))

    # -- referrals -------------------------------------------------------------------------------------------------------------------------

    def resolve_referrals(self) -> list[Referral]:
        """Return referrals with the keys of those they name, one per pair; a name nobody has is kept and told."""
        pairs: dict[tuple[str, str, str], list[Referral]] = {}
        for referral in self.referrals:
            for name in self.names_in(referral.target_name):
                found = self.directory.find(name)
                if found is None:
                    close = self.directory.candidates(name)
                    hint = f" Closest: {', '.join(close)}." if close else ""
                    message = f"nobody who answered or was asked is called {name!r}.{hint} Decide in decisions/organizations.csv."
                    self.issues.append(_at(referral.source or Source(""), "referral_unknown", message, referral.origin, severity="info", text=name))
                mine, other = referral.origin, found or ""
                if found == mine:
                    continue
                if referral.claimed_by == "target":
                    if found is None:
                        continue
                    mine, other = found, referral.origin
                target_name = self.directory.names.get(other, name)
                pairs.setdefault((mine, other, target_name), []).append(replace(referral, origin=mine, target=other, target_name=target_name))
        return [_one_referral(claims) for claims in pairs.values()]

    def names_in(self, text: str) -> list[str]:
        """Cut names joined with commas, where the whole is nobody's name and every piece is somebody's."""
        if self.directory.find(text) is not None or "," not in text:
            return [text]
        pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
        return pieces if all(self.directory.find(piece) is not None for piece in pieces) else [text]


def _one_referral(claims: Sequence[Referral]) -> Referral:
    """Join what several answers say of one referral: yes where any says yes, no where all who know say no."""

    def join(values: Iterable[bool | Unknown]) -> bool | Unknown:
        known = [value for value in values if not isinstance(value, Unknown)]
        if known:
            return any(known)
        return min((value for value in values if isinstance(value, Unknown)), key=lambda value: value.reason)

    ordered = sorted(claims, key=lambda claim: claim.source.id if claim.source else "")
    sides = {claim.claimed_by for claim in claims}
    return replace(
        ordered[0],
        claimed_by="both" if len(sides) > 1 else ordered[0].claimed_by,
        ride=join([claim.ride for claim in ordered]),
        warm_handoff=join([claim.warm_handoff for claim in ordered]),
        written_criteria=join([claim.written_criteria for claim in ordered]),
    )


def _with_own_sites(offers: Sequence[Offer]) -> list[Offer]:
    """Tell apart deliveries of one service that name no site but stand at different addresses: the address is the site."""
    addresses: dict[str, set[str]] = {}
    for offer in offers:
        if offer.delivery is not None and not offer.delivery.site and not isinstance(offer.delivery.location, Unknown):
            addresses.setdefault(offer.delivery.id, set()).add(fold(offer.delivery.location.address))
    found = []
    for offer in offers:
        delivery = offer.delivery
        if delivery is not None and not delivery.site and len(addresses.get(delivery.id, ())) > 1 and not isinstance(delivery.location, Unknown):
            site = delivery.location.address
            delivery = replace(delivery, site=site, id=delivery_id(delivery.organization, delivery.name, site))
        found.append(replace(offer, delivery=delivery))
    return found


def _with_own_modes(offers: Sequence[tuple[tuple[str, ...], Offer]]) -> list[tuple[tuple[str, ...], Offer]]:
    """Tell apart deliveries of one service that name no site but of which one answer says that they are given in several ways.

    The short form asks for no site: a team that goes out and an office of one service are two deliveries by how people get them.
    """
    modes: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for response, offer in offers:
        if (delivery := offer.delivery) is not None and not delivery.site and not isinstance(delivery.mode, Unknown):
            modes.setdefault((response, delivery.id), set()).add(delivery.mode)
    several = {delivery for (_, delivery), found in modes.items() if len(found) > 1}
    told_apart = []
    for response, offer in offers:
        delivery = offer.delivery
        if delivery is not None and delivery.id in several and not delivery.site and not isinstance(delivery.mode, Unknown):
            offer = replace(offer, delivery=replace(delivery, id=delivery_id(delivery.organization, delivery.name, delivery.mode)))
        told_apart.append((response, offer))
    return told_apart


def _told_apart(offers: Sequence[Offer]) -> list[Offer]:
    """The offers of one answer, each delivery with an id of its own."""
    return [offer for _, offer in _with_own_modes([((), offer) for offer in _with_own_sites(offers)])]


def _is_near(location: Location, points: Sequence[tuple[float, float]]) -> bool:
    """Whether a place lies at one of these points, to about 100 metres."""
    if location.longitude is None or location.latitude is None:
        return False
    return any(abs(location.longitude - x) < NEAR_DEGREES and abs(location.latitude - y) < NEAR_DEGREES for x, y in points)


def _row_of(delivery: Delivery) -> int:
    return max((source.row for source in delivery.sources.values()), default=0)


def _same_delivery(listed: Delivery, own: Mapping[str, Delivery], others: Mapping[str, Delivery]) -> Delivery | None:
    """The delivery of an answer that a listing speaks of: of one service at one site, or where both know but one of that service."""
    if listed.id in own:
        return own[listed.id]
    mine = [delivery for delivery in own.values() if delivery.service == listed.service]
    theirs = [delivery for delivery in others.values() if delivery.service == listed.service]
    return mine[0] if len(mine) == len(theirs) == 1 else None


def _at(source: Source, code: str, message: str, organization: str, *, severity: Severity = "warning", text: str | None = None) -> Issue:
    return Issue(
        source.file,
        source.sheet,
        source.row,
        source.column,
        code,
        severity,
        source.text if text is None else text,
        message,
        organization,
    )
