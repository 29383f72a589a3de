"""How does a city folder become maps, reports and tables? This file is the whole way, in order.

Questionnaire answers, boundaries and calls are read once (`read_inputs`). Then every edition runs the same steps on what it may know
(`run_edition`): redact the records, build the graph, count the coverage, find the findings. Last, all outputs of an edition are written
whole or not at all, and searched for leaks before they take the place of the old ones (`build_city`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import maps
import surveys
from ecosystem import export, report
from ecosystem.analysis import analyze
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.edition import EDITIONS, Edition, check_leaks, redact
from ecosystem.errors import InputError, Issue, MissingFileError, OutputError
from ecosystem.export import rows
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.messages import Catalogue
from ecosystem.outputs import OutputFolder
from ecosystem.population import with_population
from ecosystem.records import CITYWIDE, Contact, Delivery, Organization, Records, Service, delivery_id, normalize_name
from ecosystem.schedule import ALWAYS, Hours
from ecosystem.taxonomy import Taxonomy

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    import pandas as pd

    from ecosystem.analysis.base import Results
    from ecosystem.calls.building import Demand

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True)
class Inputs:
    """What a city folder holds, read once: settings, ground, answers with their issues; the calls, None where the city has none that can be read."""

    city: City
    taxonomy: Taxonomy
    geography: Geography
    survey: surveys.Survey
    demand: Demand | None = None
    problems: tuple[Issue, ...] = ()
    """What is wrong with the calls as a whole."""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything a person should look at: in the boundaries, the answers and the calls."""
        return (*self.geography.issues, *self.survey.issues, *self.problems, *(self.demand.issues if self.demand else ()))


@dataclass(frozen=True)
class Run:
    """One edition of one city, from answers to findings."""

    inputs: Inputs
    edition: Edition
    eco: Ecosystem
    coverage: Coverage
    results: Results

    @property
    def city(self) -> City:
        return self.inputs.city

    @property
    def geography(self) -> Geography:
        return self.inputs.geography

    @property
    def survey(self) -> surveys.Survey:
        return self.inputs.survey

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.inputs.issues

    @property
    def call_sources(self) -> Mapping[str, str]:
        """The digest of each file the calls were made from."""
        return self.inputs.demand.sources if self.inputs.demand else {}

    @property
    def history(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """The tables of several waves, for analysts."""
        return self.inputs.survey.history

    @cached_property
    def catalogue(self) -> Catalogue:
        """Messages in the city's first language."""
        return self.catalogue_in(self.city.language)

    @cached_property
    def findings_table(self) -> pd.DataFrame:
        """One row per finding, in words: what several formats write."""
        return rows.findings_table(self)

    @cached_property
    def sent_table(self) -> pd.DataFrame:
        """Who can be sent, for call takers: what several formats write."""
        return rows.sending(self)

    def catalogue_in(self, language: str) -> Catalogue:
        """Messages in a language, with the names this edition may show."""
        return Catalogue.read(language, self.inputs.taxonomy, self.eco.names)


def read_inputs(folder: str | Path, *, progress: Progress = _silent) -> Inputs:
    """Return everything a city folder holds. Raises CityError, GeographyError or MissingFileError where the work cannot go on."""
    ground = _read_ground(folder, progress)
    return _with_calls(_with_answers(ground, progress), progress)


def _read_ground(folder: str | Path, progress: Progress = _silent) -> Inputs:
    """The inputs of a city folder, still without answers and calls."""
    progress("city")
    city = City.read(folder)
    taxonomy = Taxonomy.read(city.taxonomy)
    progress("geography")
    return Inputs(city, taxonomy, with_population(Geography.read(city), city), surveys.Survey(Records()))


def _with_answers(ground: Inputs, progress: Progress = _silent) -> Inputs:
    progress("answers")
    survey = surveys.read(ground.city, ground.geography, ground.taxonomy)
    return replace(ground, survey=replace(survey, records=with_baseline(survey.records, ground.city)))


def _with_calls(inputs: Inputs, progress: Progress = _silent) -> Inputs:
    demand, problems = _read_calls(inputs.city, inputs.geography, progress)
    return replace(inputs, demand=demand, problems=problems)


def _read_calls(city: City, geography: Geography, progress: Progress) -> tuple[Demand | None, tuple[Issue, ...]]:
    """The demand side, built where its inputs changed. Calls that cannot be read cost the calls and not the run."""
    if city.calls is None:
        return None, ()
    from ecosystem.calls.building import demand_of

    progress("calls")
    try:
        return demand_of(city, geography, progress=progress), ()
    except (InputError, MissingFileError) as error:
        return None, (Issue("calls", code="calls_unreadable", severity="error", message=f"{error} Until then everything is told without calls."),)


def run_edition(inputs: Inputs, edition: Edition = "analyst", *, progress: Progress = _silent) -> Run:
    """Return one edition: records redacted, graph built, coverage counted, findings found."""
    eco, coverage = _graph_and_coverage(inputs, edition, progress)
    progress(f"{edition}: findings")
    return Run(inputs, edition, eco, coverage, analyze(eco, coverage, inputs.city))


def _graph_and_coverage(inputs: Inputs, edition: Edition, progress: Progress = _silent) -> tuple[Ecosystem, Coverage]:
    progress(f"{edition}: records")
    records = records_of(inputs, edition)
    progress(f"{edition}: graph and coverage")
    eco = Ecosystem.build(records, inputs.geography, inputs.city, inputs.taxonomy, edition=edition)
    return eco, with_demand(Coverage.of(eco, as_of=inputs.city.as_of), inputs.demand)


def records_of(inputs: Inputs, edition: Edition) -> Records:
    """Return what an edition may know of the records."""
    privacy = inputs.city.privacy
    return redact(
        inputs.survey.records,
        edition,
        taxonomy=inputs.taxonomy,
        protected_services=privacy.protected_services,
        minimum_count=privacy.minimum_count,
        buffer_m=privacy.shelter_buffer_m,
        language=inputs.city.language,
    )


def run_city(folder: str | Path, edition: Edition = "analyst", *, progress: Progress = _silent) -> Run:
    """Return one edition of the city in a folder. Raises as `read_inputs` does."""
    return run_edition(read_inputs(folder, progress=progress), edition, progress=progress)


def build_city(
    folder: str | Path, editions: Iterable[Edition] = EDITIONS, *, progress: Progress = _silent, beside: Executor | None = None
) -> Mapping[Edition, Path]:
    """Write every output of the editions into `out/<edition>/` of the city folder and return those folders.

    An edition's folder changes as a whole, when all of it is written and no leak is found. Raises LeakError or OutputError and leaves the last
    good folder where it was. A part of the work is done `beside` where that is given: an executor with one process of its own, such as
    `ProcessPoolExecutor(1, mp_context=get_context("spawn"))`.
    """
    wanted = tuple(editions)
    here = wanted[0::2] if beside else wanted
    this_time = time.monotonic_ns()
    answers = beside.submit(_survey_there, str(folder), this_time) if beside else None
    other = {edition: beside.submit(_build_there, str(folder), edition, this_time) for edition in wanted if edition not in here} if beside else {}
    inputs = _with_calls(_read_ground(folder, progress), progress) if answers else read_inputs(folder, progress=progress)
    if answers:  # read there while the calls were built here
        progress("answers")
        inputs = replace(inputs, survey=answers.result())
    out = {edition: inputs.city.folder / "out" / edition for edition in here}
    with contextlib.ExitStack() as unpublished:
        checks = []
        for edition in here:
            run, files = run_edition(inputs, edition, progress=progress), unpublished.enter_context(OutputFolder(out[edition]))
            is_last = edition == here[-1]
            # the other process has had less to do, and is done with its own edition before this one is
            pages = beside.submit(_pages_there, str(folder), edition, run.results, this_time) if beside and is_last else None
            _write_files(run, files, progress, pages)
            if beside and not is_last:
                checks.append(beside.submit(_check_there, str(folder), edition, files.folder, this_time))
            else:
                progress(f"{edition}: leak check")
                _check_files(inputs, edition, files.folder)
        for check in checks:
            check.result()
    out |= {edition: future.result() for edition, future in other.items()}
    return {edition: out[edition] for edition in wanted}


@lru_cache(maxsize=1)
def _answers_there(folder: str, this_time: int) -> Inputs:  # noqa: ARG001  what was read for another build may be old
    return _with_answers(_read_ground(folder))


@lru_cache(maxsize=1)
def _inputs_there(folder: str, this_time: int) -> Inputs:
    return _with_calls(_answers_there(folder, this_time))


def _survey_there(folder: str, this_time: int) -> surveys.Survey:
    return _answers_there(folder, this_time).survey


def _build_there(folder: str, edition: Edition, this_time: int) -> Path:
    run = run_edition(_inputs_there(folder, this_time), edition)
    return write_outputs(run, run.city.folder / "out" / edition)


def _pages_there(folder: str, edition: Edition, results: Results, this_time: int) -> Mapping[str, str]:
    inputs = _inputs_there(folder, this_time)
    return _pages(Run(inputs, edition, *_graph_and_coverage(inputs, edition), results))


def _check_there(folder: str, edition: Edition, files: Path, this_time: int) -> None:
    _check_files(_inputs_there(folder, this_time), edition, files)


def write_outputs(run: Run, folder: Path, *, progress: Progress = _silent) -> Path:
    """Write map, reports, tables and manifest of a run into `folder`, whole or not at all, and check them for leaks before they are published."""
    with OutputFolder(folder) as out:
        _write_files(run, out, progress)
        progress(f"{run.edition}: leak check")
        _check_files(run.inputs, run.edition, out.folder)
    return folder


def export_hsds(
    folder: str | Path, edition: Edition = "public", to: Path | None = None, *, version: str = "3.1", progress: Progress = _silent
) -> tuple[Path, Sequence[Mapping[str, Any]]]:
    """Write the directory of an edition in HSDS into `to` (`out/hsds-<edition>` of the city folder without it), whole or not at all.

    Returns the folder and what became of every field. Raises LeakError where it would give away what the edition hides, OutputError where `to`
    holds something else than an earlier export.
    """
    from ecosystem.export.hsds import Material, write

    inputs = read_inputs(folder, progress=progress)
    to = to if to is not None else inputs.city.folder / "out" / f"hsds-{edition}"
    if to.is_dir() and any(to.iterdir()) and not ((to / "losses.csv").is_file() and (to / "hsds-tabular.zip").is_file()):
        raise OutputError(f"{to} is not empty and no earlier export. Name a new folder.")
    progress(f"{edition}: records")
    say = Catalogue.read(inputs.city.language, inputs.taxonomy)
    material = Material(inputs.city, inputs.geography, inputs.taxonomy, records_of(inputs, edition), edition, say)
    with OutputFolder(to) as out:
        progress(f"{edition}: HSDS {version}")
        losses = write(material, out, version=version)
        progress(f"{edition}: leak check")
        _check_files(inputs, edition, out.folder)
    return to, losses


def _write_files(run: Run, out: OutputFolder, progress: Progress, pages: Future[Mapping[str, str]] | None = None) -> None:
    """Write everything. `pages` are the map and the reports, where another process draws them meanwhile."""
    *formats, manifest = export.EXPORTS
    for name in formats:
        progress(f"{run.edition}: {name}")
        export.write(name, run, out)
    for name, text in (pages.result() if pages else _pages(run, progress)).items():
        out.write_text(name, text)
    progress(f"{run.edition}: {manifest}")
    export.write(manifest, run, out)


def _pages(run: Run, progress: Progress = _silent) -> Mapping[str, str]:
    """The map and the report in each language, as HTML by the name of the file."""
    progress(f"{run.edition}: map")
    pages = {"map.html": maps.draw(run.eco, run.coverage, run.results)}
    progress(f"{run.edition}: report")
    for number, language in enumerate(run.city.languages):
        pages["report.html" if number == 0 else f"report.{language}.html"] = report.write_report(run, language)
    return pages


def _check_files(inputs: Inputs, edition: Edition, folder: Path) -> None:
    check_leaks(folder, inputs.survey.records, edition, geography=inputs.geography, taxonomy=inputs.taxonomy, city=inputs.city)


def with_demand(coverage: Coverage, demand: Demand | None) -> Coverage:
    """Return the coverage with hours and areas weighted by calls, where there are any."""
    if demand is None or demand.cube.empty:
        return coverage
    from ecosystem.calls.measures import calls_by_slot

    calls = calls_by_slot(demand.cube, needs=coverage.needs, area_ids=coverage.area_ids, slot_minutes=coverage.slot_minutes)
    return coverage.with_calls(calls, weeks=demand.n_weeks)


def with_baseline(records: Records, city: City) -> Records:
    """Return the records with the city's police, fire and EMS added: always there, citywide, marked as baseline and never an answer."""
    organizations, services, deliveries = list(records.organizations), list(records.services), list(records.deliveries)
    for entry in city.baseline:
        key = f"baseline-{normalize_name(entry.name).replace(' ', '-')}"
        organizations.append(Organization(key, entry.name, sector="city"))
        services.append(Service(f"{key}/{entry.service}", key, entry.name, types=(entry.service,)))
        deliveries.append(
            Delivery(
                id=delivery_id(key, entry.service, ""),
                organization=key,
                service=f"{key}/{entry.service}",
                name=entry.name,
                mode="mobile",
                hours=Hours.stated("response", ALWAYS),
                area=CITYWIDE,
                contact=Contact(phone=entry.phone),
                is_baseline=True,
            )
        )
    return Records.of(
        organizations,
        services,
        deliveries,
        records.invitations,
        records.responses,
        records.contracts,
        records.referrals,
        records.comments,
        records.disputes,
    )
