"""Which rows do the tables of an edition have? Spreadsheet, CSV, JSON and GeoPackage take theirs from here, so that they agree.

Every table is a frame of texts, numbers and nothing else, in the language of the run's catalogue. What is not known says so and why. Outside
the analyst edition counts of fewer people than the city's minimum are empty, and so is what they could be worked out from in the same row.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ecosystem.coverage import STATES
from ecosystem.edition import Edition, suppress_count
from ecosystem.findings import CITY, Column, Finding, Findings
from ecosystem.query import FIELDS, facts_of, who_can_be_sent
from ecosystem.records import OWN_WORD, Contact, Delivery, Location, Unknown, known_or
from ecosystem.schedule import Schedule
from ecosystem.schedule_formats import in_words

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.city import City
    from ecosystem.coverage import Coverage
    from ecosystem.errors import Issue
    from ecosystem.geography import Geography
    from ecosystem.graph import Ecosystem
    from ecosystem.messages import Catalogue

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Run(Protocol):
    """One run of the pipeline in one edition, as far as an exporter reads it."""

    @property
    def city(self) -> City: ...
    @property
    def geography(self) -> Geography: ...
    @property
    def issues(self) -> Sequence[Issue]: ...
    @property
    def call_sources(self) -> Mapping[str, str]: ...
    @property
    def history(self) -> Mapping[str, Sequence[Mapping[str, str]]]: ...
    @property
    def edition(self) -> Edition: ...
    @property
    def eco(self) -> Ecosystem: ...
    @property
    def coverage(self) -> Coverage: ...
    @property
    def results(self) -> Mapping[str, Findings]: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def findings_table(self) -> pd.DataFrame: ...
    @property
    def sent_table(self) -> pd.DataFrame: ...
    def catalogue_in(self, language: str) -> Catalogue: ...


def storable(text: str) -> str:
    """Return text without the characters that XML, SQLite and spreadsheets cannot hold: control characters and half characters.

    >>> storable("a\\x00b\\ud800c\\n")
    'abc\\n'
    """
    return text if text.isprintable() else _UNSTORABLE.sub("", text)


@functools.lru_cache(maxsize=10_000)
def week_in_words(schedule: Schedule, language: str) -> str:
    """Return the minutes of a schedule in words; many findings share one."""
    return in_words(schedule, "es" if language == "es" else "en")


def table_of(found: Sequence[Mapping[str, Any]], columns: Sequence[str], numbers: Collection[str] = ()) -> pd.DataFrame:
    """Return rows as a frame with these columns, of which `numbers` are numbers and the others texts."""
    import pandas as pd

    frame = pd.DataFrame(index=pd.RangeIndex(len(found)))
    for name in columns:
        cells = [row[name] for row in found]
        if name in numbers:
            frame[name] = pd.Series(cells, dtype="float64")
        else:
            frame[name] = pd.Series([storable(cell) if isinstance(cell, str) else cell for cell in cells], dtype="object")
    return frame


def heading(catalogue: Catalogue, name: str) -> str:
    """Return a column's heading in words where there are words for it, else its name."""
    return next((catalogue.text(key) for key in (f"export.column.{name}", f"column.{name}") if key in catalogue), name)


def people(run: Run, count: float | None) -> float | None:
    """Return a count of people as the edition may show it: exact for analysts, else None where it is too small."""
    return count if run.edition == "analyst" else suppress_count(count, minimum=run.city.privacy.minimum_count)


def findings_table(run: Run) -> pd.DataFrame:
    """Return one row per finding: what it says in words, its numbers, who could change it, and what to do next."""
    say = run.catalogue
    rows = []
    for finding in all_findings(run):
        shown = people(run, finding.people)
        is_small = finding.people is not None and shown is None
        rows.append(
            {
                "id": finding.id,
                "analysis": finding.analysis,
                "kind": finding.kind,
                "status": finding.status,
                "need": finding.need,
                "need_name": say.text("export.need", {"need": finding.need}) if finding.need else "",
                "areas": "; ".join(finding.areas),
                "area_names": "; ".join(_area_name(run, area) for area in finding.areas),
                "deliveries": "; ".join(run.eco.names.deliveries.get(key, key) for key in finding.deliveries),
                "finding": finding.sentence(say),
                "when": "" if finding.when is None else week_in_words(finding.when, say.language),
                "people": shown,
                "known": finding.known,
                "possible": finding.possible,
                "numerator": None if is_small else finding.numerator,
                "denominator": None if is_small else finding.denominator,
                "weight": None if is_small else finding.weight,
                "could_change_it": "; ".join(run.eco.names.organizations.get(key, key) for key in finding.silent),
                "next_step": next_step(finding, say),
                "question": finding.question,
                "evidence": "; ".join(finding.evidence),
            }
        )
    numbers = ("people", "known", "possible", "numerator", "denominator", "weight")
    words = ("id", "analysis", "kind", "status", "need", "need_name", "areas", "area_names", "deliveries", "finding", "when")
    return table_of(rows, (*words, *numbers, "could_change_it", "next_step", "question", "evidence"), numbers)


def all_findings(run: Run) -> tuple[Finding, ...]:
    """Return every finding, analysis by analysis, heaviest first."""
    return tuple(finding for findings in run.results.values() for finding in findings)


def next_step(finding: Finding, catalogue: Catalogue) -> str:
    """Return what to do next in words."""
    return catalogue.text(finding.next_step, finding.values) if finding.next_step in catalogue else finding.next_step


def analysis_table(run: Run, name: str) -> pd.DataFrame:
    """Return the table of an analysis with a column of names beside each column of ids, and small counts of people left out."""
    findings = run.results[name]
    return _with_names(run, findings.table, findings.columns)


def more_tables(run: Run) -> dict[str, tuple[pd.DataFrame, tuple[Column, ...]]]:
    """Return the further tables of all analyses that declare their columns, by name, with names beside ids; those without rows are left out."""
    return {
        name: (_with_names(run, findings.more[name], columns), columns)
        for findings in run.results.values()
        for name, columns in findings.more_columns.items()
        if len(findings.more[name])
    }


def _with_names(run: Run, table: pd.DataFrame, declared: Sequence[Column]) -> pd.DataFrame:
    import pandas as pd

    columns = {}
    counted = [column.name for column in declared if column.kind == "people"]
    hidden = pd.Series(False, index=table.index)
    if run.edition != "analyst":
        for count in counted:
            hidden |= table[count].map(lambda value: people(run, value) is None, na_action="ignore").eq(True)
    for column in declared:
        is_plain = table[column.name].dtype.kind in "iuf" and _is_number(column)
        cells = table[column.name].to_list() if is_plain else [cell(run, value, column) for value in table[column.name]]
        if column.name in counted or "person_hours" in column.name:
            cells = [None if is_hidden else value for value, is_hidden in zip(cells, hidden, strict=True)]
        columns[column.name] = pd.Series(cells, index=table.index, dtype="float64" if _is_number(column) else "object")
        named = {"need": "need", "area": "area", "organization": "organization", "delivery": "delivery"}.get(column.kind)
        if named:
            name_of = functools.cache(lambda value, kind=named: storable(_name(run, kind, value)))
            columns[f"{column.name}_name"] = pd.Series([name_of(value) for value in table[column.name]], index=table.index, dtype="object")
    return pd.DataFrame(columns, index=table.index)


def cell(run: Run, value: Any, column: Column) -> Any:
    """Return a cell of an analysis' table as a text or a number."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, Schedule):
        return week_in_words(value, run.catalogue.language)
    if isinstance(value, Unknown):
        return run.catalogue.text(f"unknown.{value.reason}")
    if _is_number(column):
        return float(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(map(str, sorted(value) if isinstance(value, set | frozenset) else value))
    return storable(str(value))


def _is_number(column: Column) -> bool:
    return column.kind in ("count", "people", "share", "hours", "usd")


def inventory(run: Run) -> pd.DataFrame:
    """Return one row per delivery: who, what, where, when, for whom, how to reach it. Police, fire and ambulance come last and are marked."""
    rows = []
    ordered = sorted(
        run.eco.deliveries.values(), key=lambda d: (d.is_baseline, _organization(run, d.organization).casefold(), d.name.casefold(), d.id)
    )
    for delivery in ordered:
        facts = {
            fact.field: run.catalogue.text(f"unknown.{fact.unknown}") if fact.unknown else fact.text
            for fact in facts_of(run.eco, delivery.id, run.catalogue)
        }
        place, contact = known_or(delivery.location, Location()), known_or(delivery.contact, Contact())
        rows.append(
            {
                "id": delivery.id,
                "organization": _organization(run, delivery.organization),
                "name": delivery.name,
                "site": delivery.site,
                **{field: facts.get(field, "") for field in FIELDS if field not in ("phone", "paid")},
                "phone": contact.phone,
                "website": contact.url,
                "address": place.address,
                "longitude": place.longitude,
                "latitude": place.latitude,
                "shown_as": _shown_as(run, delivery),
            }
        )
    fields = [field for field in FIELDS if field not in ("phone", "paid")]
    names = ["id", "organization", "name", "site", *fields, "phone", "website", "address", "longitude", "latitude", "shown_as"]
    return table_of(rows, names, ("longitude", "latitude"))


def _shown_as(run: Run, delivery: Delivery) -> str:
    if delivery.is_placeholder:
        return run.catalogue.text("unknown.redacted")
    return run.catalogue.text("word.baseline") if delivery.is_baseline else ""


def unknowns(run: Run) -> pd.DataFrame:
    """Return one row per fact that is not known, with the reason: what to ask, of whom."""
    rows = [
        {
            "organization": _organization(run, delivery.organization),
            "name": delivery.name,
            "id": delivery.id,
            "field": run.catalogue.text(f"field.{fact.field}") if f"field.{fact.field}" in run.catalogue else fact.field,
            "reason": run.catalogue.text(f"unknown.{fact.unknown}"),
        }
        for delivery in run.eco.deliveries.values()
        if not delivery.is_baseline
        for fact in facts_of(run.eco, delivery.id, run.catalogue)
        if fact.unknown
    ]
    rows.sort(key=lambda row: tuple(text.casefold() for text in row.values()))
    return table_of(rows, ["organization", "name", "id", "field", "reason"])


def asked(run: Run) -> pd.DataFrame:
    """Return one row per organization on the list: whether it was asked, whether it answered, and when."""
    answered = run.eco.records.answered
    dates = {
        response.organization: response.date for response in run.eco.records.responses if not response.superseded and response.method in OWN_WORD
    }
    rows = []
    for invitation in sorted(run.eco.records.invitations, key=lambda invitation: (invitation.name.casefold(), invitation.key)):
        date = dates.get(invitation.key)
        state = "answered" if invitation.key in answered else "silent" if invitation.asked else "not_asked"
        rows.append(
            {
                "organization": invitation.name,
                "sector": run.catalogue.text(f"sector.{invitation.sector}"),
                "answer": run.catalogue.text(f"export.answer.{state}"),
                "date": date.isoformat() if date else "",
                "likely_needs": "; ".join(run.catalogue.text("export.need", {"need": need}) for need in invitation.likely_needs),
                "areas": "; ".join(_area_name(run, area) for area in invitation.areas),
            }
        )
    return table_of(rows, ["organization", "sector", "answer", "date", "likely_needs", "areas"])


def sending(run: Run) -> pd.DataFrame:
    """Return who can be sent, for call takers: per need, areas and hours whom to send, to connect to, to tell of, and who may be there."""
    say = run.catalogue
    names = {delivery: _reached(run, delivery) for delivery in run.coverage.deliveries}
    ways = {delivery: _WAYS.get(str(run.eco.deliveries[delivery].mode), "tell_of") for delivery in run.coverage.deliveries}
    needs = {need: say.text("export.need", {"need": need}) for need in run.coverage.needs}
    states = {state: say.text(f"export.state.{state}") for state in STATES}
    rows = []
    for line in who_can_be_sent(run.coverage):
        by_way = {way: "; ".join(names[one] for one in line.known if ways[one] == way) for way in ("send", "connect", "tell_of")}
        rows.append(
            {
                "need": line.need,
                "need_name": needs[line.need],
                "area_names": say.text("area.city")
                if len(line.areas) == len(run.coverage.area_ids)
                else "; ".join(_area_name(run, area) for area in line.areas),
                "when": say.text("export.run", {"run": (line.start, line.end)}),
                "starts": line.start,
                "ends": line.end,
                "state": states[line.state],
                **by_way,
                "not_confirmed": "; ".join(names[one] for one in line.possible),
            }
        )
    columns = ["need", "need_name", "area_names", "when", "starts", "ends", "state", "send", "connect", "tell_of", "not_confirmed"]
    return table_of(rows, columns, ("starts", "ends"))


_WAYS = {"mobile": "send", "phone": "connect", "virtual": "connect"}


def _reached(run: Run, delivery_id: str) -> str:
    """A delivery's name with its public phone."""
    phone = known_or(run.eco.deliveries[delivery_id].contact, Contact()).phone
    name = run.eco.names.deliveries[delivery_id]
    return f"{name} ({phone})" if phone else name


def issues(found: Iterable[Issue]) -> pd.DataFrame:
    """Return one row per problem in an answer or a file, as it was met."""
    names = ["file", "sheet", "row", "column", "severity", "code", "organization", "text", "message"]
    return table_of([{name: getattr(issue, name) for name in names} for issue in sorted(found)], names)


def _organization(run: Run, key: str) -> str:
    return run.eco.names.organizations.get(key, key)


def _area_name(run: Run, area_id: str) -> str:
    return run.catalogue.text("area.city") if area_id == CITY else run.eco.names.areas.get(area_id, area_id)


def _name(run: Run, kind: str, value: Any) -> str:
    key = "" if value is None else str(value)
    if not key:
        return ""
    if kind == "need":
        return run.catalogue.text("export.need", {"need": key})
    if kind == "area":
        return _area_name(run, key)
    return (run.eco.names.organizations if kind == "organization" else run.eco.names.deliveries).get(key, key)
