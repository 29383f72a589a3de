"""From dispatch exports, however messy, to one typed row per incident.

Three steps, all in DuckDB and on disk, so that a file may be larger than memory:

1. *stage*: every row of every file is typed; what cannot be read becomes NULL and is counted.
2. *who is alone*: most incidents have one row and go straight through. Only rows that share an incident number are compared and grouped. Numbers
   are compared by a hash of 64 bits: among 12 million, two different ones are taken for one with a chance of 4 in a million.
3. *incidents*: units and officers of one incident become one row (`rows`), their time summed; the place becomes an area, and the point is forgotten.

One row of `incidents.parquet` is one incident (`INCIDENT_COLUMNS`). It holds no coordinate, no address and no number of the incident, by which a
public feed would give the address away. It is a working table of the analyst and no output of an edition. `quality` says what was dropped or
doubted and why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.calls import clocks
from ecosystem.calls.columns import TIMES, Role, find_columns
from ecosystem.calls.engine import THREADS, duck, named, quoted, sorted_parts
from ecosystem.calls.grid import BORDER, OUTSIDE, GridIndex
from ecosystem.calls.quality import check_quality
from ecosystem.calls.rows import NEVER, merge_rows
from ecosystem.calls.sources import Export, find_exports, open_export, text_of

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from ecosystem.city import Answered, Calls

INCIDENTS = "incidents.parquet"
MOST_SORTED = 2_000_000
"""Up to so many rows incidents are sorted, so that the same exports give the same bytes; beyond that their order is that of the threads."""
MOST_KEPT = 32_000_000
"""Exports of so many bytes together are read once and kept, which is quicker than to look into them again; larger ones are streamed."""
ALTERNATIVE, POLICE, PHONE, ONLINE, FIRE_MEDICAL = 1, 2, 4, 8, 16
"""Bits of who took part in an incident."""
LONGEST_S = 86_400
"""A unit that was bound longer than a day forgot to report itself free."""
MOST_AT_ONCE = 1_000_000
"""Rows that share their incident with others are merged so many at a time by each thread, some 250 MB."""
IMPOSSIBLE, MISSING, POINT, ZERO = range(4)
"""What the coordinates of a row are."""
_KEY = """case when incident is null then null
      when starts_with(incident, ' ') or ends_with(incident, ' ') or incident = '' or strlen(incident) <> length(incident)
        then (case when trim(incident) <> '' then hash(trim(incident)) end)
      else hash(incident) end"""
"""The number of an incident as 64 bits. Only what could hold a stray blank is trimmed, which takes longer than all else here."""

_BOUND = f"""case when date_diff('second', dispatched, cleared) between 0 and {LONGEST_S} then date_diff('second', dispatched, cleared) end"""

INCIDENT_COLUMNS: Mapping[str, str] = {
    "type_initial": "what the call taker typed first; the final type where the export has only that",
    "type_final": "what it turned out to be; the initial type where the export has only that",
    "priority": "priority as written",
    "source": "where it came from, as written",
    "is_officer_started": "the export flags it as started by an officer",
    "is_duplicate": "the export marks it as a second call about the same thing",
    "received": "local wall time the call came in, no zone; NULL where blank or unreadable",
    "week": "weeks since Monday 5 January 1970; NULL where the time is not known",
    "slot": "half hour of the week, 0 = Monday 00:00; NULL where the hour is not known",
    "how": "who answered: alternative, both, phone, online, police, fire_medical, nobody, not_known",
    "first": "who of alternative and police arrived first; NULL where not both came or the times do not tell",
    "n_rows": "rows of the export that are this incident, repeated ones not counted",
    "n_units": "different units",
    "unit_s": "seconds that units were bound, summed over units; NULL where no row has valid times",
    "response_s": "seconds from received to the first arrival, 0 to 24 hours, else NULL",
    "area_id": "area; NULL where not known or outside",
    "beat": "beat of an incident that has no other place and whose beat lies in several areas, by shares; else NULL",
    "place": "how the area was found: point, border (point near a border), name, beat; else why not: zero, missing, impossible, outside",
}


@dataclass(frozen=True, slots=True)
class Ingest:
    """What came of reading exports: the file of incidents, one row per data-quality rule, the columns recognized per file."""

    incidents: Path
    quality: pd.DataFrame
    columns: Mapping[str, Mapping[Role, str]]
    n_rows: int
    n_units: int
    n_incidents: int


def read_incidents(
    calls: Calls,
    folder: Path,
    *,
    time_zone: str,
    grid: GridIndex | None = None,
    find_area: Callable[[str], str | None] = lambda _: None,
    beats: Mapping[str, str] | None = None,
    split_beats: Collection[str] = (),
    but: Iterable[Path] = (),
) -> Ingest:
    """Write `incidents.parquet` into `folder` from the exports that `calls` names and return it with the account of its quality.

    Points are placed by `grid`; without a usable point the area's name is looked up by `find_area`, then the beat in `beats` (area id by beat).
    Incidents whose beat is one of `split_beats` keep it for `measures.spread`.
    Working files lie in `folder` while this runs. Raises InputError or MissingFileError where an export cannot be read at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spill, staged, target = folder / "spill", folder / "stage.parquet", folder / INCIDENTS
    with duck(calls.memory, spill) as connection:
        try:
            paths = find_exports(calls.files, but=but)
            keep = sum(path.stat().st_size for path in paths) <= MOST_KEPT
            exports = [open_export(connection, path, f"export_{n}", keep=keep) for n, path in enumerate(paths)]
            columns = {export.path.name: find_columns(export.columns, calls.columns, file=export.path.name) for export in exports}
            known_beats = {**(beats or {}), **dict.fromkeys(split_beats)}
            _stage(connection, exports, columns, calls, staged, time_zone, grid, has_beats=bool(known_beats))
            has_names = _make_places(connection, grid, find_area, known_beats)
            n_rows = _one(connection, "select count(*) from stage")
            _find_shared(connection, n_rows)
            _merge_shared(connection, has_beats=bool(known_beats))
            incidents = _incidents_sql(knows_answer=calls.answered is not None, has_names=has_names, has_beats=bool(known_beats))
            if n_rows <= MOST_SORTED:
                connection.execute("set preserve_insertion_order = true")
                incidents = f"select * from ({incidents}) order by all"
            connection.execute(f"copy ({incidents}) to {quoted(target)} (format parquet, compression snappy, dictionary_size_limit 5000)")
            quality = check_quality(connection, target, calls, time_zone=time_zone)
            totals = f"select cast(coalesce(sum(n_rows), 0) as bigint), count(*) from read_parquet({quoted(target)})"
            n_units, n_incidents = connection.execute(totals).fetchall()[0]
        finally:
            staged.unlink(missing_ok=True)
            for file in sorted(spill.glob("*")) if spill.is_dir() else ():
                file.unlink(missing_ok=True)
    if spill.is_dir():
        spill.rmdir()
    return Ingest(target, quality, columns, int(n_rows), int(n_units), int(n_incidents))


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


# -- 1. stage ------------------------------------------------------------------------------------------------------------------------------


def _stage(
    connection: duckdb.DuckDBPyConnection,
    exports: Sequence[Export],
    columns: Mapping[str, Mapping[Role, str]],
    calls: Calls,
    staged: Path,
    time_zone: str,
    grid: GridIndex | None,
    *,
    has_beats: bool,
) -> None:
    """Type all rows. Formats come from each file's first rows; where times stay unread, formats are looked for among those and all is read again.

    A column that no export has is not staged but stands in the view, empty. Nothing is compressed: the file is read twice and thrown away.
    """
    there: set[Role] = set().union(*(columns[export.path.name] for export in exports))
    formats = {export.path: _formats_of(connection, export, columns[export.path.name]) for export in exports}
    for may_repeat in (True, False):
        selects = [
            _staging_sql(export, columns[export.path.name], formats[export.path], calls, time_zone, grid, number, there, has_beats=has_beats)
            for number, export in enumerate(exports)
        ]
        options = "format parquet, compression uncompressed, dictionary_size_limit 5000"
        connection.execute(f"copy ({' union all '.join(selects)}) to {quoted(staged)} ({options})")
        _view_stage(connection, staged, there)
        if not may_repeat:
            return
        found_more = False
        for number, export in enumerate(exports):
            shape = "regexp_replace(unread, '[0-9]', '9', 'g')"
            query = f"select max(unread) from read_parquet({quoted(staged)}) where unread is not null and file = {number} group by {shape} limit 50"
            more = clocks.find_formats(connection, [str(row[0]) for row in connection.execute(query).fetchall()])
            if more.formats or more.dates_only:
                formats[export.path] = {column: how.joined(more) for column, how in formats[export.path].items()}
                found_more = True
        if not found_more:
            return


def _view_stage(connection: duckdb.DuckDBPyConnection, staged: Path, there: Collection[Role]) -> None:
    """The view `stage`: what was staged, with tidy types, each standing in for the other. Few types are looked at to see if any is untidy."""
    source = f"read_parquet({quoted(staged)})"
    tidy = {"type_initial": "cast(null as varchar)", "type_final": "cast(null as varchar)"}
    for name in tidy.keys() & there:
        query = f"select coalesce(bool_or({name} <> trim({name}) or {name} = ''), false) from (select distinct {name} from {source})"
        tidy[name] = f"nullif(trim({name}), '')" if connection.execute(query).fetchall()[0][0] else name
    initial, final = tidy["type_initial"], tidy["type_final"]
    types = f"coalesce({initial}, {final}) as type_initial, coalesce({final}, {initial}) as type_final"
    if len(tidy.keys() & there) == 1:
        only = final if "type_final" in there else initial
        types = f"{only} as type_initial, {only} as type_final"
    area = "" if "area" in there else ", cast(null as varchar) as area_name"
    shown = "columns(lambda name: name not in ('file', 'type_initial', 'type_final'))"
    connection.execute(f"create or replace temp view stage as select {shown}, {types}{area} from {source}")


def _formats_of(connection: duckdb.DuckDBPyConnection, export: Export, columns: Mapping[Role, str]) -> dict[str, clocks.TimeColumn]:
    """How each column of times is written; a column that Parquet types as times needs no format."""
    formats: dict[str, clocks.TimeColumn] = {}
    for role in TIMES:
        if role not in columns:
            continue
        kind = export.columns[columns[role]]
        if kind == "TIMESTAMP WITH TIME ZONE":
            formats[columns[role]] = clocks.TimeColumn(has_label=True)
        elif not kind.startswith(("TIMESTAMP", "DATE")):
            formats[columns[role]] = clocks.find_formats(connection, clocks.sample_of(connection, export.view, columns[role]))
    return formats


def _staging_sql(
    export: Export,
    columns: Mapping[Role, str],
    formats: dict[str, clocks.TimeColumn],
    calls: Calls,
    time_zone: str,
    grid: GridIndex | None,
    number: int,
    there: Collection[Role],
    *,
    has_beats: bool,
) -> str:
    """The SELECT that types one export. A text that is only compared with others of its incident is staged as its hash."""
    file, view = export.path.name, export.view

    def text(role: Role) -> str:
        return text_of(export, columns[role]) if role in columns else "cast(null as varchar)"

    clock = clocks.check_clock(formats, calls.clock, file=file)
    moments: dict[Role, str] = {}
    timeless = "false"
    for role in TIMES:
        if role not in columns:
            moments[role] = "cast(null as timestamp)"
            continue
        column, kind = columns[role], export.columns[columns[role]]
        how = formats.get(column)
        if kind.startswith(("TIMESTAMP", "DATE")):
            naive = f"timezone('UTC', {named(column)})" if kind == "TIMESTAMP WITH TIME ZONE" else f"cast({named(column)} as timestamp)"
            moments[role] = f"timezone({quoted(time_zone)}, timezone('UTC', {naive}))" if clock == "utc" else naive
            timeless = "true" if role == "received" and kind == "DATE" else timeless
        elif how is not None:
            moments[role] = clocks.time_sql(text(role), how, clock, time_zone)
            if role == "received" and how.dates_only:
                timeless = f"try_strptime({text(role)}, [{', '.join(map(quoted, how.dates_only))}]) is not null"
    latitude, longitude = (f"try_cast({text(role)} as double)" for role in ("latitude", "longitude"))
    cell = f"coalesce({grid.cell_sql('longitude', 'latitude')}, -1)" if grid is not None else "-1"
    officer = _is_one_of([text("source")], calls.officer_started) if calls.officer_started else _officer_words(text("source"))
    staged_texts: dict[Role, str] = {"type_initial": "type_initial", "type_final": "type_final", "area": "area_name"}
    texts = "".join(f", {text(role)} as {name}" for role, name in staged_texts.items() if role in there)
    kept = "".join(f", {name}" for role, name in staged_texts.items() if role in there)
    return f"""
    select {_KEY} as key, received, dispatched, arrived, cleared, is_timeless, priority, source, is_officer_started, is_duplicate, who,
      case when unit is not null then hash(unit) end as unit, {"beat" if has_beats else "hash(beat) as beat"}{kept}, cast(place as utinyint) as place,
      case when place = {POINT} then longitude end as longitude, case when place = {POINT} then latitude end as latitude,
      case when place = {POINT} then {cell} else -1 end as cell, case when received is null then received_text end as unread, {number} as file
    from (
      select *, case when latitude is null or longitude is null then {MISSING} when latitude = 0 and longitude = 0 then {ZERO}
        when abs(latitude) <= 90 and abs(longitude) <= 180 and latitude <> 0 and longitude <> 0 then {POINT} else {IMPOSSIBLE} end as place
      from (
        select {text("incident")} as incident, {", ".join(f"{moments[role]} as {role}" for role in TIMES)}, {text("received")} as received_text,
          {timeless} as is_timeless, {text("priority")} as priority, {text("source")} as source,
          {officer} as is_officer_started, {_is_one_of([text("disposition"), text("source")], calls.duplicates)} as is_duplicate,
          {_who_sql([text(role) for role in ("agency", "disposition", "unit", "source")], text("police_sent"), calls.answered)} as who,
          {text("unit")} as unit, {text("beat")} as beat{texts},
          {latitude} as latitude, {longitude} as longitude
        from {view}))"""


def _officer_words(source: str) -> str:
    """Without a list from the city: the flags and words that exports use for work that an officer started."""
    words = ("Y", "YES", "TRUE", "1", "T", "OFFICER", "ONVIEW", "ON-VIEW", "ON VIEW", "OFFICER INITIATED", "SELF INITIATED", "SELF-INITIATED")
    return _is_one_of([source], words)


def _is_one_of(columns: Sequence[str], values: Sequence[str]) -> str:
    """Whether any of some columns holds one of some values, in capitals or not; a value that ends in * stands for all that begin so."""
    spelled = {spelling: None for value in values for spelling in (value, value.upper(), value.lower(), value.title())}
    exact = [value for value in spelled if not value.endswith("*")]
    begins = [value[:-1] for value in spelled if value.endswith("*")]
    tests = []
    for column in columns:
        if column.startswith("cast(null"):
            continue
        if exact:
            tests.append(f"{column} in ({', '.join(map(quoted, exact))})")
        tests += [f"starts_with({column}, {quoted(start)})" for start in begins]
    return f"coalesce({' or '.join(tests)}, false)" if tests else "false"


def _who_sql(columns: Sequence[str], police_sent: str, answered: Answered | None) -> str:
    """The bits of who took part by one row: what the city's lists name, police where nothing names anybody."""
    if answered is None:
        return "cast(0 as utinyint)"
    lists = ((ALTERNATIVE, answered.alternative), (PHONE, answered.phone), (ONLINE, answered.online), (FIRE_MEDICAL, answered.fire_medical))
    cases = " ".join(f"when {_is_one_of(columns, values)} then {bit}" for bit, values in lists if values)
    nobody = f"when {_is_one_of(columns, answered.nobody)} then 0" if answered.nobody else ""
    bits = f"(case {cases} {nobody} else {POLICE} end)" if cases or nobody else str(POLICE)
    also_police = _is_one_of([police_sent], ("Y", "YES", "TRUE", "1"))
    return f"cast({bits} | (case when {also_police} then {POLICE} else 0 end) as utinyint)"


# -- 2. places -----------------------------------------------------------------------------------------------------------------------------


def _make_places(
    connection: duckdb.DuckDBPyConnection, grid: GridIndex | None, find_area: Callable[[str], str | None], beats: Mapping[str, str | None]
) -> bool:
    """The tables that turn a place into an area: cells, border points (each distinct one tested exactly), names, beats. Whether a name is known."""
    import pyarrow as pa

    ids = pa.array(grid.area_ids if grid else [], pa.string())
    area = np.append(grid.area_of_cell if grid else np.array([], np.int32), np.int32(OUTSIDE))  # the last is the cell of what has none, -1
    number = np.append(np.arange(len(area) - 1, dtype=np.int32), np.int32(-1))
    connection.register("cells_rows", pa.table({"cell": number, "area_id": ids.take(pa.array(area, mask=area < 0)), "is_border": area == BORDER}))
    connection.execute("create temp table cells as select * from cells_rows")
    points = pa.table({name: pa.array([], pa.float64()) for name in ("longitude", "latitude")} | {"area_id": pa.array([], pa.string())})
    if grid is not None:
        near = connection.execute(
            "select distinct longitude, latitude from stage where cell in (select cell from cells where is_border)"
        ).fetchnumpy()
        longitudes, latitudes = np.asarray(near["longitude"], dtype=np.float64), np.asarray(near["latitude"], dtype=np.float64)
        row = grid.locate_exactly(longitudes, latitudes)
        points = pa.table({"longitude": longitudes, "latitude": latitudes, "area_id": ids.take(pa.array(row, mask=row == OUTSIDE))})
    connection.register("border_rows", points)
    connection.execute("create temp table border_points as select * from border_rows")
    names = [str(row[0]) for row in connection.execute("select distinct area_name from stage where area_name is not null order by 1").fetchall()]
    known: dict[str, str | None] = {name: area_id for name in names if (area_id := find_area(name)) is not None}
    for view, pairs in (("area_names", known), ("area_beats", beats)):
        connection.register(
            f"{view}_rows", pa.table({"name": pa.array(list(pairs), pa.string()), "area_id": pa.array(list(pairs.values()), pa.string())})
        )
        connection.execute(f"create temp table {view} as select * from {view}_rows")
    return bool(known)


# -- 3. incidents --------------------------------------------------------------------------------------------------------------------------


def _find_shared(connection: duckdb.DuckDBPyConnection, n_rows: int) -> None:
    """The table of incident numbers that more than one row has. Sorting plain numbers is far quicker than any table of ten million groups."""
    import pyarrow as pa

    shared = []
    for keys in sorted_parts(connection, "key", "stage where key is not null", n_rows):
        again = keys[1:][keys[1:] == keys[:-1]]
        shared.append(again[np.append(True, again[1:] != again[:-1])[: len(again)]])
    connection.register("shared_rows", pa.table({"key": np.concatenate(shared)}))
    connection.execute("create temp table shared as select key from shared_rows")


def _merge_shared(connection: duckdb.DuckDBPyConnection, *, has_beats: bool) -> None:
    """The table `merged`: one row per shared number. The numbers are dealt into parts whose rows fit into memory."""

    def time(moment: str, condition: str = "true") -> str:
        return f"case when {condition} then coalesce(epoch_us({moment}), {NEVER}) else {NEVER} end"

    begun = "coalesce(dispatched, received, timestamp '9999-01-01')"
    ended = "coalesce(cleared, arrived, dispatched, received, timestamp '1900-01-01')"
    cells = """received, dispatched, arrived, cleared, type_initial, type_final, priority, source, is_officer_started, is_duplicate, who, unit, beat,
      area_name, longitude, latitude"""
    flags = ", ".join(f"cast({flag} as utinyint) as {flag}" for flag in ("is_timeless", "is_officer_started", "is_duplicate"))
    rows = f"""
    select key, {time("received")} as received, {time("arrived")} as arrived, epoch_us({begun}) as begun, epoch_us({ended}) as ended, {flags}, who,
      {time("arrived", f"who & {ALTERNATIVE} > 0")} as by_alternative, {time("arrived", f"who & {POLICE} > 0")} as by_police,
      coalesce({_BOUND}, -1) as seconds, hash(key, {cells}) as cells, hash(key, unit) as car, cast(unit is not null as utinyint) as has_unit,
      hash(key, unit, dispatched) as stint, {time(begun, f"place = {POINT}")} as spot_at, longitude, latitude, cell, place,
      type_initial, type_final, priority, source, {"beat" if has_beats else "cast(null as varchar) as beat"}, area_name
    from stage semi join shared using (key)"""
    n_shared = _one(connection, "select count(*) from stage semi join shared using (key)")
    connection.execute("""create temp table merged (received timestamp, is_timeless boolean, arrived timestamp, type_initial varchar,
      type_final varchar, priority varchar, source varchar, is_officer_started boolean, is_duplicate boolean, who utinyint, first varchar,
      n_rows integer, n_units integer, unit_s bigint, longitude double, latitude double, cell integer, place utinyint, beat varchar,
      area_name varchar)""")
    parts = -(-n_shared // MOST_AT_ONCE)
    merging: deque[Future[pa.Table]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for part in range(parts):
            mine = f" where key % {parts} = {part}" if parts > 1 else ""
            dealt = connection.sql(rows + mine).to_arrow_table()
            if dealt.num_rows:
                merging.append(pool.submit(merge_rows, dealt))
            while len(merging) == THREADS or (merging and part == parts - 1):
                connection.register("merged_rows", merging.popleft().result())
                connection.execute("insert into merged by name select * from merged_rows")


def _incidents_sql(*, knows_answer: bool, has_names: bool, has_beats: bool) -> str:
    """The SELECT that gives one row per incident."""
    waited = "date_diff('second', received, arrived)"
    how = f"""case when who & {ALTERNATIVE} > 0 and who & {POLICE} > 0 then 'both' when who & {ALTERNATIVE} > 0 then 'alternative'
        when who & {POLICE} > 0 then 'police' when who & {PHONE} > 0 then 'phone' when who & {ONLINE} > 0 then 'online'
        when who & {FIRE_MEDICAL} > 0 then 'fire_medical' else 'nobody' end"""
    named_area = named_place = by_name = ""
    beat = "cast(null as varchar)"
    if has_names:
        named_area, named_place = ", area_names.area_id", " when area_names.area_id is not null then 'name'"
        by_name = f" left join area_names on case when place <> {POINT} then together.area_name end = area_names.name"
    if has_beats:
        beat = f"case when {'area_names.area_id is null and ' if has_names else ''}area_beats.area_id is null then area_beats.name end"
        named_area, named_place = f"{named_area}, area_beats.area_id", f"{named_place} when area_beats.name is not null then 'beat'"
        by_name += f" left join area_beats on case when place <> {POINT} then together.beat end = area_beats.name"
    columns = """received, is_timeless, arrived, type_initial, type_final, priority, source, is_officer_started, is_duplicate, who, first, n_rows,
      n_units, unit_s, longitude, latitude, cell, place, beat, area_name"""
    return f"""
    with alone as (
      select * replace ({"beat" if has_beats else "cast(null as varchar)"} as beat), cast(null as varchar) as first, 1 as n_rows, 1 as n_units,
        {_BOUND} as unit_s
      from stage anti join shared using (key)),
    together as (
      select {columns} from alone union all select {columns} from merged)
    select type_initial, type_final, priority, source, is_officer_started, is_duplicate, received,
      {clocks.week_sql("received")} as week, case when not is_timeless then {clocks.slot_sql("received")} end as slot,
      {how if knows_answer else "'not_known'"} as how, first, cast(n_rows as integer) as n_rows, cast(n_units as integer) as n_units,
      cast(unit_s as bigint) as unit_s,
      cast(case when {waited} between 0 and {LONGEST_S} then {waited} end as integer) as response_s,
      coalesce(cells.area_id, border_points.area_id{named_area}) as area_id, {beat} as beat,
      case when cells.area_id is not null then 'point' when border_points.area_id is not null then 'border'{named_place}
        when place = {POINT} then 'outside' when place = {ZERO} then 'zero' when place = {MISSING} then 'missing' else 'impossible' end as place
    from together
      join cells on together.cell = cells.cell
      left join border_points on case when cells.is_border then together.longitude end = border_points.longitude
        and case when cells.is_border then together.latitude end = border_points.latitude{by_name}"""
