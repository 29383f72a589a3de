"""From a city's exports to the demand side of its run: two commands, one folder.

`review` reads the exports and writes, or extends, the table of call types for a person to decide. `build` turns exports and decided types into
`out/calls/`: incidents, the cube, the quality table, the funnel. Everything later reads that folder (`read_demand`) and never an export again.
`demand_of` builds only where an export, the table of types, the ground or a setting has changed since.

Shares, weights and hours rest on the last 52 weeks of the exports, so that what is called today counts and every season counts once; older years
serve only to see what has moved (`profile`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ecosystem.calls import engine, measures
from ecosystem.calls.beats import Beats, read_beats
from ecosystem.calls.clocks import FIRST_MONDAY
from ecosystem.calls.grid import GridIndex
from ecosystem.calls.ingest import INCIDENTS, Ingest, read_incidents
from ecosystem.calls.recode import UNKNOWN, CallTypes, codes_to_choose, propose, read_codes
from ecosystem.calls.sources import find_exports
from ecosystem.calls.values import Seen, values_to_explain
from ecosystem.errors import CityError, InputError, Issue, MissingFileError, OutputError
from ecosystem.outputs import OutputFolder, write_file_whole
from ecosystem.taxonomy import Taxonomy

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.city import Calls, City
    from ecosystem.geography import Geography

SENSITIVE = {"mental health": ("N01", "N02"), "domestic violence": ("N18",), "sexual assault": ("N19",)}
"""Kinds of calls that public feeds often leave out; a feed of thousands of calls without one of them is suspect."""
SUSPECT_FROM = 1_000
DECIMALS = 9
"""Digits that are kept of sums of calls."""
WINDOW_DAYS = 364
"""The days that count as today: 52 whole weeks, so that every weekday counts as often."""
STRAY = 0.05
"""A day with fewer calls than this share of a usual day is no day of the feed: a mistyped date stands alone."""
MOST = 0.9
STAMP = "inputs.json"
LAYOUT = 4
"""Grows when what `build` writes changes, so that folders of an older version are built again."""
LONGEST_WAIT_S = 3_600
CLOCK_NS = 2_000_000_000
"""The coarsest clock of a file system that is still common (FAT): two seconds."""


@dataclass(frozen=True, slots=True)
class Review:
    """What `review` wrote: the file, how many types it has, how many nobody decided, and which share of calls that is.

    `share_unknown` is the share of calls whose type has no need, decided or proposed; `n_for_most` how many types, the most frequent first, are
    nine tenths of all calls; `codes` the list of codes to choose from; `values` what the city has to explain in city.toml.
    """

    path: Path
    n_types: int
    n_open: int
    share_open: float
    share_unknown: float
    n_for_most: int
    codes: Path
    values: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """The demand side of a city as `build` left it in `out/calls/`.

    `cube` has a row per need, area and half hour (`measures.CUBE_COLUMNS`) with the calls from `first_day` to `last_day`, at most 52 weeks;
    `funnel` the steps from rows to the base, over all years; `quality` one row per rule; `profile` calls by need, area, year and half hour
    (`years_ago`), empty where there is no whole year to compare with; `years` how many whole ones the exports hold. `summaries` are
    `measures.summaries` of the calls of the cube, `weeks` the sums per whole week and need since the exports hold every call; `types` the decided
    table.
    `issues` are decisions about call types that are open or overdue and what makes the data doubtful; `sources` the digest of each file it was
    made from.
    """

    folder: Path
    cube: pd.DataFrame
    funnel: Mapping[str, float]
    quality: pd.DataFrame
    profile: pd.DataFrame
    first_day: dt.date
    last_day: dt.date
    summaries: pd.DataFrame
    weeks: pd.DataFrame
    types: CallTypes = field(default_factory=CallTypes)
    years: int = 1
    issues: tuple[Issue, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_weeks(self) -> float:
        """Weeks that the cube counts."""
        return ((self.last_day - self.first_day).days + 1) / 7

    @property
    def per_year(self) -> float:
        """What a count of the cube is multiplied by to be a count a year."""
        return 365.25 / 7 / self.n_weeks

    @property
    def incidents(self) -> Path:
        return self.folder / INCIDENTS

    def weekly_cells(self) -> pd.DataFrame:
        """Return the calls of the cube that others could answer, `e_mid`, by week, need, area_id and slot; read anew on each call."""
        import pandas as pd

        return pd.read_parquet(self.folder / "weekly_cells.parquet").astype({"need": "category", "area_id": "category"})


def settings_of(city: City) -> Calls:
    """Return the city's `[calls]`. Raises CityError where city.toml has none, with what to write."""
    if city.calls is None:
        raise CityError(f'{city.folder / "city.toml"}: there is no table [calls]. Write [calls] with files = ["calls"], the folder of the exports.')
    return city.calls


def types_path(city: City) -> Path:
    """Return where the reviewed table of call types lies."""
    return (city.folder / settings_of(city).types).resolve()


def _codes_path(city: City) -> Path:
    """Where the list of codes for the table of call types lies."""
    path = types_path(city)
    return path.with_name(f"{path.stem}_codes.csv")


def _no_exports(city: City) -> list[Path]:
    """Files that may lie among the exports and are none."""
    settings = settings_of(city)
    return [types_path(city), _codes_path(city), *(path for path in (settings.codes, settings.beats) if path is not None)]


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
    codes = _codes_path(city)
    write_file_whole(codes, codes_to_choose(Taxonomy.read(city.taxonomy), city.language))
    open_rows = [row.name for row in table.rows if not row.is_decided]
    unknown = [row.name for row in table.rows if any(need == UNKNOWN for need, _ in row.needs) or not row.needs]
    total = max(1, sum(found.values()))
    share_open, share_unknown = (sum(found.get(name, 0) for name in names) / total for names in (open_rows, unknown))
    upto = list(itertools.accumulate(sorted(found.values(), reverse=True)))
    n_for_most = sum(count < MOST * total for count in upto) + 1
    values = values_to_explain(settings, but=_no_exports(city))
    return Review(path, len(table.rows), len(open_rows), share_open, share_unknown, min(n_for_most, len(found)), codes, values)


def build(city: City, geography: Geography, *, progress: Callable[[str], None] = lambda _: None) -> Demand:
    """Write `out/calls/` from the exports and the reviewed table, whole or not at all, and return what is in it.

    Without a reviewed table every type is unknown and no divertible share will be stated. Raises CityError, InputError or MissingFileError.
    """
    settings, path = settings_of(city), types_path(city)
    types = CallTypes.read(path, needs=_needs(city)) if path.is_file() else CallTypes()
    with OutputFolder(city.folder / "out" / "calls") as out:
        began = time.time_ns()
        stamp = _stamp(city)
        progress("calls: reading exports")
        beats = read_beats(settings.beats, _finder(geography))
        ingest = _read(city, geography, out.folder, beats)
        progress("calls: counting")
        first, last = _days(ingest.incidents, settings)
        backend = engine.connect(settings.backend, memory=settings.memory)
        incidents = engine.parquet(backend, ingest.incidents, "incidents")
        if beats.split:
            incidents = measures.spread(incidents, engine.table(backend, "beats", beats.table()))
        table = engine.table(backend, "types", types.table())
        since = max(first, last - dt.timedelta(days=WINDOW_DAYS - 1), min(settings.complete_from or first, last))
        recent = _within(incidents, since, last)
        cells = engine.fetch(measures.cube(recent, table), backend)
        # sums come in the order in which threads finish: rounded, the same calls are the same bytes
        cells = cells[list(measures.CUBE_COLUMNS)].sort_values(["need", "area_id", "slot"], ignore_index=True).round(DECIMALS)
        out.write_parquet("cube.parquet", cells)
        told = engine.fetch(measures.summaries(recent, table), backend).astype({"value": "str"})
        out.write_parquet("summaries.parquet", told.sort_values(["by", "value"], ignore_index=True).round(DECIMALS))
        weekly = engine.fetch(measures.weekly_cells(recent, table), backend)
        out.write_parquet("weekly_cells.parquet", weekly.sort_values(["week", "need", "area_id", "slot"], ignore_index=True).round(DECIMALS))
        officers = float(engine.fetch(measures.officer_started(recent), backend)["n"].sum())
        officers += float(told.loc[(told["by"] == "need") & (told["value"] == "EXCL-OFFICER"), "n"].sum())
        funnel = engine.fetch(measures.funnel(incidents, table), backend)
        funnel = funnel.assign(rows=float(ingest.n_rows), in_window=float(cells["n"].sum()), officers_in_window=officers)
        out.write_parquet("funnel.parquet", funnel.fillna(0.0).round(DECIMALS))
        out.write_parquet("profile.parquet", _profile(engine.fetch, backend, _within(incidents, first, last), table, first, last, city))
        full = _within(incidents, settings.complete_from or first, last)
        weeks = _whole(engine.fetch(measures.weeks(full, table), backend), max(first, settings.complete_from or first), last)
        out.write_parquet("weeks.parquet", weeks.sort_values(["week", "need"], ignore_index=True).round(DECIMALS))
        quality = _suspects(engine.fetch(measures.type_weeks(full), backend), read_codes(settings.codes), ingest.quality, beats.issues)
        out.write_parquet("quality.parquet", quality)
        out.write_csv("quality.csv", quality)
        years = ((last - first).days + 1) // WINDOW_DAYS
        window = {"first_day": since, "last_day": last, "years": years}
        out.write_json(STAMP, stamp | window)
        os.utime(out.folder / STAMP, ns=(began, began))
    return read_demand(city)


def demand_of(city: City, geography: Geography, *, progress: Callable[[str], None] = lambda _: None) -> Demand | None:
    """Return the city's demand side, built where it is not there or its inputs have changed; None where the city has no `[calls]`.

    Of several processes that ask at once, one builds and the others wait for it. Raises as `build` does.
    """
    if city.calls is None:
        return None
    deadline = time.monotonic() + LONGEST_WAIT_S
    has_failed_alone = False
    while not is_fresh(city):
        try:
            return build(city, geography, progress=progress)
        except OutputError:
            is_alone = not _is_being_built(city) and not is_fresh(city)  # the other may have ended since
            if time.monotonic() > deadline or (is_alone and has_failed_alone):
                raise
            has_failed_alone = is_alone
            time.sleep(0.1)
    return read_demand(city)


def is_fresh(city: City) -> bool:
    """Whether `out/calls/` was built from the files and settings as they are now."""
    try:
        stamp = city.folder / "out" / "calls" / STAMP
        then = json.loads(stamp.read_text(encoding="utf-8"))
        now = _stamp(city, known=then, before=stamp.stat().st_mtime_ns - CLOCK_NS)
    except (OSError, ValueError, InputError):
        return False
    return all(then.get(key) == now[key] for key in ("layout", "settings")) and _digests(then) == _digests(now)


def read_demand(city: City) -> Demand:
    """Return the demand side that the last `build` left. Raises MissingFileError where there is none."""
    import pandas as pd

    folder = city.folder / "out" / "calls"
    if not (folder / STAMP).is_file():
        raise MissingFileError(f"{folder}: no calls are built yet. Run: ecosystem calls build {city.folder.name}")
    stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    funnel = pd.read_parquet(folder / "funnel.parquet").iloc[0]
    path = types_path(city)
    types = CallTypes.read(path, needs=_needs(city)) if path.is_file() else CallTypes()
    quality = pd.read_parquet(folder / "quality.parquet")
    return Demand(
        folder=folder,
        cube=pd.read_parquet(folder / "cube.parquet").astype({"need": "category", "area_id": "category"}),
        funnel={str(name): float(value) for name, value in funnel.items()},
        quality=quality,
        profile=pd.read_parquet(folder / "profile.parquet"),
        first_day=dt.date.fromisoformat(stamp["first_day"]),
        last_day=dt.date.fromisoformat(stamp["last_day"]),
        years=int(stamp["years"]),
        summaries=pd.read_parquet(folder / "summaries.parquet"),
        weeks=pd.read_parquet(folder / "weeks.parquet"),
        types=types,
        issues=(*types.issues(path.name, as_of=city.as_of), *_doubts(quality)),
        sources=_digests(stamp),
    )


def _doubts(quality: pd.DataFrame) -> Iterator[Issue]:
    """What makes the data doubtful as a whole, for the list of problems: kinds of calls left out, types that were born or died."""
    for row in quality[quality["rule"].str.startswith(("suppressed", "type ", "beat "))].itertuples():
        yield Issue(file="calls", code="calls_doubtful", text=str(row.rule), message=f"{row.note}.", severity="warning")


def _days(incidents: Path, settings: Calls) -> tuple[dt.date, dt.date]:
    """The first and the last day of the feed. Days with next to no calls are mistyped dates and bound nothing."""
    with engine.duck(settings.memory) as connection:
        query = "select received::date as day, count(*) as n from read_parquet($1) where received is not null group by 1 order by 1"
        days = connection.execute(query, [str(incidents)]).fetchall()
    if not days:
        raise InputError("[calls] no row of the exports has a date that can be read. Name its column under [calls.columns] as received.")
    counts = sorted(int(n) for _, n in days)
    usual = counts[len(counts) // 2]
    real = [day for day, n in days if n >= STRAY * usual]
    return real[0], real[-1]


def _within(incidents: Any, first: dt.date, last: dt.date) -> Any:
    """The incidents of the days from `first` to `last`."""
    import ibis

    start, end = (dt.datetime.combine(day, dt.time()) for day in (first, last + dt.timedelta(days=1)))
    return incidents.filter(incidents["received"] >= ibis.literal(start), incidents["received"] < ibis.literal(end))


def _whole(weeks: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """The weeks that lie between two days as a whole: the first and the last of an export may be cut."""
    starts = weeks["week"] * 7
    day = (first - FIRST_MONDAY).days, (last - FIRST_MONDAY).days
    return weeks[(starts >= day[0]) & (starts + 6 <= day[1])]


def _profile(
    fetch: Callable[[Any, Any], pd.DataFrame], backend: Any, incidents: Any, types: Any, first: dt.date, last: dt.date, city: City
) -> pd.DataFrame:
    """Calls by need, area, year and half hour, where there is a whole year before the last one."""
    import pandas as pd

    columns = ["need", "area_id", "years_ago", "slot", "n"]
    if (last - first).days + 1 < 2 * WINDOW_DAYS:
        return pd.DataFrame({column: pd.Series(dtype="str" if column in columns[:2] else "float64") for column in columns})
    frame = fetch(measures.profile(incidents, types, needs=_needs(city)), backend)
    return frame[columns].sort_values(columns[:4], ignore_index=True).round(DECIMALS)


def _stamp(city: City, known: Mapping[str, Any] = MappingProxyType({}), before: int = 0) -> dict[str, Any]:
    """What the demand side rests on: settings, and per file its size and digest. `known` saves reading files last changed `before` it was made."""
    settings = settings_of(city)
    aside = [types_path(city), *(path for path in (settings.codes, settings.beats) if path is not None)]
    paths = [*find_exports(settings.files, but=_no_exports(city)), *(path for path in aside if path.is_file())]
    paths += [path for entry in city.geographies for path in (entry.file, entry.aliases) if path is not None and path.is_file()]
    files = {}
    for path in sorted(set(paths)):
        name = _name_of(path, city)
        status = path.stat()
        entry = dict(known.get("files", {}).get(name, {}))
        if entry.get("size") != status.st_size or max(status.st_mtime_ns, status.st_ctime_ns) >= before:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            entry = {"size": status.st_size, "sha256": digest}
        files[name] = entry
    told = settings.model_dump(mode="json", exclude={"files", "codes", "beats"}) | {"time_zone": city.time_zone}
    return {"layout": LAYOUT, "settings": told, "files": files}


def _name_of(path: Path, city: City) -> str:
    """How a file is named in outputs: by its path in the city folder; one that lies elsewhere by its name and a digest of where it lies."""
    if path.is_relative_to(city.folder):
        return path.relative_to(city.folder).as_posix()
    place = path.parent.as_posix() if path.anchor != city.folder.anchor else Path(os.path.relpath(path.parent, city.folder)).as_posix()
    return f"{path.name} ({hashlib.sha256(place.encode()).hexdigest()[:12]})"


def _digests(stamp: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(entry["sha256"]) for name, entry in stamp["files"].items()}


def _is_being_built(city: City) -> bool:
    return (city.folder / "out" / ".calls.lock").exists()


def _finder(geography: Geography) -> Callable[[str], str | None]:
    """What finds the one area that a text names."""

    def find_area(text: str) -> str | None:
        part = geography.find(text, geography.main)
        return part.area_ids[0] if part is not None and len(part.area_ids) == 1 else None

    return find_area


def _read(city: City, geography: Geography | None, folder: Path, beats: Beats | None = None) -> Ingest:
    """Read the exports into a folder; without a geography nothing is placed."""
    settings = settings_of(city)
    but = _no_exports(city)
    if geography is None or beats is None:
        return read_incidents(settings, folder, time_zone=city.time_zone, but=but)
    return read_incidents(
        settings, folder, time_zone=city.time_zone, grid=GridIndex.of(geography.areas), find_area=_finder(geography),
        beats=beats.whole, split_beats=beats.split, but=but,
    )  # fmt: skip


def _suspects(types: pd.DataFrame, descriptions: Mapping[str, str], quality: pd.DataFrame, beats: tuple[Issue, ...]) -> pd.DataFrame:
    """The quality table with a warning for every kind of call that a large feed should have and has not, for types that were born or died, and for
    beats without a place."""
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
    rows += [(f"beat not placed, row {issue.row}", "rows", float("nan"), total, float("nan"), issue.message) for issue in beats]
    return pd.concat([quality, pd.DataFrame(rows, columns=quality.columns)], ignore_index=True) if rows else quality


def _needs(city: City) -> tuple[str, ...]:
    return tuple(Taxonomy.read(city.taxonomy).needs)


def _clear(folder: Path) -> None:
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        file.unlink()
    if folder.is_dir():
        folder.rmdir()
