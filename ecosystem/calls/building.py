"""From a city's exports to the demand side of its run: two commands, one folder.

`review` reads the exports and writes, or extends, the table of call types for a person to decide. `build` turns exports and decided types into
`out/calls/`: incidents, the cube, the quality table, the funnel. Everything later reads that folder (`read_demand`) and never an export again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.calls import engine, measures
from ecosystem.calls.grid import GridIndex
from ecosystem.calls.ingest import INCIDENTS, Ingest, read_incidents
from ecosystem.calls.recode import CallTypes, propose, read_codes
from ecosystem.errors import CityError, Issue
from ecosystem.outputs import OutputFolder
from ecosystem.taxonomy import Taxonomy

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.city import Calls, City
    from ecosystem.geography import Geography

SENSITIVE = {"mental health": ("N01", "N02"), "domestic violence": ("N18",), "sexual assault": ("N19",)}
"""Kinds of calls that public feeds often leave out; a feed of thousands of calls without one of them is suspect."""
SUSPECT_FROM = 1_000


@dataclass(frozen=True, slots=True)
class Review:
    """What `review` wrote: the file, how many types it has, how many nobody decided, and which share of calls that is."""

    path: Path
    n_types: int
    n_open: int
    share_open: float


@dataclass(frozen=True, slots=True)
class Demand:
    """The demand side of a city as `build` left it in `out/calls/`.

    `cube` has a row per need, area and half hour (`measures.CUBE_COLUMNS`); `funnel` the steps from rows to the base; `quality` one row per rule;
    `first_week` and `last_week` bound the time; `issues` are decisions about call types that are open or overdue.
    """

    folder: Path
    cube: pd.DataFrame
    funnel: Mapping[str, float]
    quality: pd.DataFrame
    first_week: int
    last_week: int
    issues: tuple[Issue, ...] = ()

    @property
    def n_weeks(self) -> int:
        return self.last_week - self.first_week + 1

    @property
    def incidents(self) -> Path:
        return self.folder / INCIDENTS


def settings_of(city: City) -> Calls:
    """Return the city's `[calls]`. Raises CityError where city.toml has none, with what to write."""
    if city.calls is None:
        raise CityError(f'{city.folder / "city.toml"}: there is no table [calls]. Write [calls] with files = ["calls"], the folder of the exports.')
    return city.calls


def types_path(city: City) -> Path:
    """Return where the reviewed table of call types lies."""
    return (city.folder / settings_of(city).types).resolve()


def review(city: City, *, progress: Callable[[str], None] = lambda _: None) -> Review:
    """Write the table of call types for a person to decide: proposals for every type of the exports that the table lacks. What is there stays.

    Raises CityError, InputError or MissingFileError where the exports cannot be read.
    """
    settings, path = settings_of(city), types_path(city)
    progress("calls: reading exports")
    work = city.folder / "out" / ".calls.review"
    try:
        ingest = _read(city, None, work)
        with engine.duck(settings.memory) as connection:
            query = "select type_final, count(*) from read_parquet($1) where type_final is not null group by 1"
            found = {str(name): int(n) for name, n in connection.execute(query, [str(ingest.incidents)]).fetchall()}
    finally:
        _clear(work)
    known = CallTypes.read(path, needs=_needs(city)) if path.is_file() else CallTypes()
    table = known.with_proposals(found, read_codes(settings.codes))
    table.write(path)
    open_rows = [row.name for row in table.rows if not row.is_decided]
    total = sum(found.values())
    return Review(path, len(table.rows), len(open_rows), sum(found.get(name, 0) for name in open_rows) / total if total else 0.0)


def build(city: City, geography: Geography, *, progress: Callable[[str], None] = lambda _: None) -> Demand:
    """Write `out/calls/` from the exports and the reviewed table, whole or not at all, and return what is in it.

    Without a reviewed table every type is unknown and no divertible share will be stated. Raises CityError, InputError or MissingFileError.
    """
    settings, path = settings_of(city), types_path(city)
    types = CallTypes.read(path, needs=_needs(city)) if path.is_file() else CallTypes()
    with OutputFolder(city.folder / "out" / "calls") as out:
        progress("calls: reading exports")
        ingest = _read(city, geography, out.folder)
        progress("calls: counting")
        backend = engine.connect(settings.backend, memory=settings.memory)
        incidents = engine.parquet(backend, ingest.incidents, "incidents")
        table = engine.table(backend, "types", types.table())
        keys = ["need", "area_id", "slot"]
        cells = engine.fetch(measures.cube(incidents, table), backend)
        out.write_parquet("cube.parquet", cells[list(measures.CUBE_COLUMNS)].sort_values(keys, ignore_index=True))
        funnel = engine.fetch(measures.funnel(incidents, table), backend).assign(rows=float(ingest.n_rows))
        weeks = engine.fetch(incidents.aggregate(first=incidents["week"].min(), last=incidents["week"].max()), backend).fillna(0)
        out.write_parquet("funnel.parquet", funnel.assign(first_week=int(weeks["first"].iloc[0]), last_week=int(weeks["last"].iloc[0])).fillna(0.0))
        suspects = _suspects(engine.fetch(measures.type_weeks(incidents), backend), read_codes(settings.codes), ingest.quality)
        out.write_parquet("quality.parquet", suspects)
        out.write_csv("quality.csv", suspects)
    return read_demand(city)


def read_demand(city: City) -> Demand:
    """Return the demand side that the last `build` left. Raises MissingFileError where there is none."""
    import pandas as pd

    from ecosystem.errors import MissingFileError

    folder = city.folder / "out" / "calls"
    if not (folder / "cube.parquet").is_file():
        raise MissingFileError(f"{folder}: no calls are built yet. Run: ecosystem calls build {city.folder.name}")
    funnel = pd.read_parquet(folder / "funnel.parquet").iloc[0]
    path = types_path(city)
    issues = CallTypes.read(path, needs=_needs(city)).issues(path.name, as_of=city.as_of) if path.is_file() else ()
    return Demand(
        folder=folder,
        cube=pd.read_parquet(folder / "cube.parquet"),
        funnel={str(name): float(value) for name, value in funnel.items()},
        quality=pd.read_parquet(folder / "quality.parquet"),
        first_week=int(funnel["first_week"]),
        last_week=int(funnel["last_week"]),
        issues=issues,
    )


def _read(city: City, geography: Geography | None, folder: Path) -> Ingest:
    """Read the exports into a folder; without a geography nothing is placed."""
    settings = settings_of(city)
    but = [types_path(city), *(path for path in (settings.codes, settings.beats) if path is not None)]
    if geography is None:
        return read_incidents(settings, folder, time_zone=city.time_zone, but=but)

    def find_area(text: str) -> str | None:
        part = geography.find(text, geography.main)
        return part.area_ids[0] if part is not None and len(part.area_ids) == 1 else None

    beats = {beat: area for beat, text in read_codes(settings.beats).items() if (area := find_area(text)) is not None}
    return read_incidents(settings, folder, time_zone=city.time_zone, grid=GridIndex.of(geography.areas), find_area=find_area, beats=beats, but=but)


def _suspects(types: pd.DataFrame, descriptions: Mapping[str, str], quality: pd.DataFrame) -> pd.DataFrame:
    """The quality table with a warning for every kind of call that a large feed should have and has not, and for types that were born or died."""
    import pandas as pd

    names = [(str(row.type), descriptions.get(str(row.type), "")) for row in types.itertuples()]
    rules = [rule for name, description in names if (rule := propose(description, name)) is not None]
    seen = {need for rule in rules for need in rule.needs}
    total = int(types["n"].sum())
    warned = set(quality["rule"])
    rows = [
        (f"suppressed? {kind}", "incidents", 0.0, total, 0.0, f"no call about {kind} is in this feed; ask if the publisher left such calls out")
        for kind, needs in SENSITIVE.items()
        if total >= SUSPECT_FROM and not seen & set(needs) and f"suppressed: {kind}" not in warned
    ]
    for change in measures.changed_types(types).itertuples():
        note = f"the type {change.type!r} is {change.change} within the time: a change of codes looks like a change of the city"
        rows.append((f"type {change.change}: {change.type}", "incidents", float(str(change.n)), total, float(str(change.n)) / total, note))
    return pd.concat([quality, pd.DataFrame(rows, columns=quality.columns)], ignore_index=True) if rows else quality


def _needs(city: City) -> tuple[str, ...]:
    return tuple(Taxonomy.read(city.taxonomy).needs)


def _clear(folder: Path) -> None:
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        file.unlink()
    if folder.is_dir():
        folder.rmdir()
