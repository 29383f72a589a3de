"""How are files of any of the usual kinds read as tables of text?

`open_export` gives DuckDB a view of a file: CSV and Parquet are streamed whatever their size, unless a CSV is to be kept; JSON is read by DuckDB,
and Esri JSON, GeoJSON and XLSX (which are never large) are turned into a table first. Every value stays the text that was written, since only text
can show that a date is broken; columns that Parquet types as times keep that type.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.calls.engine import named, quoted
from ecosystem.errors import InputError, MissingFileError

if TYPE_CHECKING:
    import duckdb

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".json", ".geojson", ".ndjson", ".jsonl", ".xlsx", ".xls", ".ods")
_DEGREES = {4326, 4269, 4258}
_WEB_MERCATOR = {3857, 102100, 102113, 900913}


@dataclass(frozen=True, slots=True)
class Export:
    """A file as DuckDB sees it: the name of its view, the type of each column, and the columns whose first rows hold stray blanks."""

    path: Path
    view: str
    columns: Mapping[str, str]
    untidy: frozenset[str] = frozenset()


def find_exports(paths: Iterable[Path], *, but: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the export files of some files and folders, sorted, without those of `but`. Raises MissingFileError where there is none."""
    left_out = {path.resolve() for path in but}
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise MissingFileError(f"{path}: there is no such file or folder of calls. Put it there, or correct [calls] files in city.toml.")
        inside = [path] if path.is_file() else [file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()]
        found.update(dict.fromkeys(sorted(file.resolve() for file in inside if file.resolve() not in left_out)))
    if not found:
        raise MissingFileError(f"{', '.join(map(str, paths))}: no export of calls is here. Files may be {', '.join(SUFFIXES)}.")
    return tuple(found)


def open_export(connection: duckdb.DuckDBPyConnection, path: Path, view: str, *, keep: bool = False) -> Export:
    """Make the view `view` of a file and return what it has. Raises InputError where it is no table, with what is wrong.

    A CSV is read again by each query, which begins with looking for its delimiter; with `keep` it is read once and lies in memory.
    """
    import duckdb

    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            connection.execute(f"create or replace temp view {view} as select * from read_parquet({quoted(path)})")
        elif suffix in (".csv", ".tsv", ".txt"):
            _open_csv(connection, path, view, keep=keep)
        elif suffix in (".json", ".geojson"):
            _open_json(connection, path, view)
        elif suffix in (".ndjson", ".jsonl"):
            connection.execute(f"create or replace temp view {view} as select * from read_json({quoted(path)}, format = 'newline_delimited')")
        elif suffix in (".xlsx", ".xls", ".ods"):
            _register(connection, view, *_read_workbook(path))
        else:
            raise InputError(f"{path}: this is no kind of export that can be read. Save it as one of {', '.join(SUFFIXES)}.")
    except (duckdb.Error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path}: it cannot be read as a table ({str(error).splitlines()[0]}). Export it again, as CSV in UTF-8.") from error
    columns = {str(name): str(kind) for name, kind, *_ in connection.execute(f"describe {view}").fetchall()}
    tests = ", ".join(
        f"coalesce(bool_or({raw} <> trim({raw}) or {raw} = ''), false)" for raw in (f"cast({named(name)} as varchar)" for name in columns)
    )
    stray = connection.execute(f"select {tests} from (select * from {view} limit 5000)").fetchall()[0]
    return Export(path, view, columns, frozenset(name for name, is_stray in zip(columns, stray, strict=True) if is_stray))


def _open_csv(connection: duckdb.DuckDBPyConnection, path: Path, view: str, *, keep: bool) -> None:
    """The delimiter is looked for, types are not: every cell stays text. Lines that are no rows are counted by `unreadable_lines`."""
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty.")
    options = "all_varchar = true, header = true, ignore_errors = true, sample_size = 2000"
    encoding = "utf-8" if _is_utf8(path) else "latin-1"
    rows = f"read_csv({quoted(path)}, {options}, encoding = {quoted(encoding)})"
    if keep:
        connection.execute(f"create or replace temp table {view}_kept as select * from {rows}")
        rows = f"{view}_kept"
    connection.execute(f"create or replace temp view {view} as select * from {rows}")


def _is_utf8(path: Path, *, chunk: int = 1 << 24) -> bool:
    """Whether the head and the tail of a file are UTF-8; a byte in between that is not makes a line that cannot be read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        parts = [file.read(chunk)]
        if size > 2 * chunk:
            file.seek(size - chunk)
            parts.append(file.read(chunk))
    for part in parts:
        try:
            part.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start > 3 and error.start < len(part) - 4:
                return False
    return True


def _open_json(connection: duckdb.DuckDBPyConnection, path: Path, view: str) -> None:
    with path.open("rb") as file:
        head = file.read(4096)
    if b'"features"' in head or b'"geometryType"' in head or b"FeatureCollection" in head or b'"fields"' in head:
        _register(connection, view, *_read_features(path))
    else:
        connection.execute(f"create or replace temp view {view} as select * from read_json({quoted(path)}, format = 'auto', sample_size = 20000)")


def _read_features(path: Path) -> tuple[list[str], list[list[str | None]]]:
    """Rows of Esri JSON (`attributes`) or GeoJSON (`properties`), with longitude and latitude of the geometry where no column has them."""
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise InputError(f"{path}: it has no list of features. Export the layer again, as CSV or Esri JSON.")
    dates = {str(field["name"]) for field in content.get("fields", ()) if field.get("type") == "esriFieldTypeDate"}
    reference = content.get("spatialReference") or {}
    system = int(reference.get("latestWkid") or reference.get("wkid") or 4326)
    headers: dict[str, None] = dict.fromkeys(str(field["name"]) for field in content.get("fields", ()))
    rows: list[dict[str, str | None]] = []
    for feature in features:
        values = feature.get("attributes") or feature.get("properties") or {}
        row = {str(key): _esri_date(value) if key in dates else _text(value) for key, value in values.items()}
        row["point_x"], row["point_y"] = _degrees(feature.get("geometry"), system, path)
        headers.update(dict.fromkeys(row))
        rows.append(row)
    own = {header.casefold() for header in headers}
    if own & {"latitude", "lat"}:
        headers = dict.fromkeys(header for header in headers if header not in ("point_x", "point_y"))
    return list(headers), [[row.get(header) for header in headers] for row in rows]


def _esri_date(value: Any) -> str | None:
    """Esri stores milliseconds since 1970 "in UTC"; the label is kept, since whether it is true is the city's to say."""
    if not isinstance(value, int | float):
        return _text(value)
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=value)
    return moment.isoformat(timespec="seconds") + "Z"


def _degrees(geometry: Any, system: int, path: Path) -> tuple[str | None, str | None]:
    if not isinstance(geometry, Mapping):
        return None, None
    x, y = geometry.get("x"), geometry.get("y")
    if x is None and geometry.get("type") == "Point":
        x, y = geometry["coordinates"][:2]
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return None, None
    if system in _WEB_MERCATOR:
        radius = 6378137.0
        return repr(math.degrees(x / radius)), repr(math.degrees(2 * math.atan(math.exp(y / radius)) - math.pi / 2))
    if system not in _DEGREES:
        raise InputError(f"{path}: its points are in the reference system {system}, not in degrees. Export it in EPSG:4326.")
    return repr(float(x)), repr(float(y))


def _read_workbook(path: Path) -> tuple[list[str], list[list[str | None]]]:
    """The first sheet with a header and rows."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [workbook.get_sheet_by_name(name).to_python(skip_empty_area=True) for name in workbook.sheet_names]
    except (CalamineError, OSError) as error:
        raise InputError(f"{path}: it cannot be read as a workbook ({error}).") from error
    for rows in sheets:
        if len(rows) < 2:
            continue
        headers = [_text(cell) or f"column_{number}" for number, cell in enumerate(rows[0], 1)]
        return headers, [[_text(cell) for cell in row] for row in rows[1:]]
    raise InputError(f"{path}: no sheet has a header and rows.")


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _register(connection: duckdb.DuckDBPyConnection, view: str, headers: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
    import pyarrow as pa

    columns = {header: pa.array([row[number] if number < len(row) else None for row in rows], pa.string()) for number, header in enumerate(headers)}
    connection.register(f"{view}_rows", pa.table(columns))
    connection.execute(f"create or replace temp view {view} as select * from {view}_rows")


def count_lines(path: Path, *, chunk: int = 1 << 24) -> int:
    """Return the number of line ends of a file, for telling how many lines of a CSV became no row."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while part := file.read(chunk):
            lines += part.count(b"\n")
            last = part[-1:]
    return lines + (last != b"\n")


def text_of(export: Export, column: str) -> str:
    """Return the SQL of a column as text; without stray blanks, and NULL where blank, where the first rows have such."""
    text = named(column) if export.columns[column] == "VARCHAR" else f"cast({named(column)} as varchar)"
    return f"nullif(trim({text}), '')" if column in export.untidy else text
