"""Does any finished file of an edition give away what the edition hides?

Every file is decoded as far as it goes: text as it stands, with entities, percent signs and escapes undone and tags removed; JSON; tables;
base64 and what is deflated inside; the page's payload with its delta polylines; zip members (workbooks, documents); GeoPackage; Parquet. In all
of it we look for

- a **coordinate pair** within 100 m of a hidden place, in degrees (either order, with or without sign, whole numbers of 1e-4 to 1e-7 degrees,
  running differences) or in metres of the city's CRS. Single coordinates say nothing. Points of the boundary files, and places that
  organizations publish themselves, are no leak;
- a hidden **address** or **phone** in any spelling (`ecosystem.edition.spelling`).

A file that cannot be decoded is a leak too: nobody could vouch for it. A `Leak` never repeats what was found.
"""

from __future__ import annotations

import contextlib
import html
import io
import itertools
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ecosystem.edition.hidden import Edition, Hidden, find_hidden
from ecosystem.edition.pairs import HiddenPairs
from ecosystem.edition.readings import SHORTEST_PACKED, bytes_of, is_text, packed_in, polyline_points, readings_of, varint
from ecosystem.edition.spelling import NEAR_M, Point, Spelling, fold, without_invisible
from ecosystem.errors import LeakError
from ecosystem.records import Records, normalize_name
from ecosystem.taxonomy import Taxonomy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_REACH = 6
"""Two numbers are a pair if they stand at most so many numbers apart in text."""
_DEEPEST = 6
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,2})?(?![\w]*\d)")
_LARGE_TABLE = 4_000_000
_COLUMNS_OF_NUMBERS = "biuf"
_NUMBERS = (int, float)
_HOLDERS = (dict, list)


class Ground(Protocol):
    """What the check asks of the city's geography: its boundary layers (EPSG:4326) and the CRS it measures in."""

    @property
    def boundaries(self) -> Mapping[str, Any]: ...
    @property
    def crs(self) -> Any: ...


class Privacy(Protocol):
    """What the check asks of the city's privacy settings."""

    @property
    def protected_services(self) -> Sequence[str]: ...
    @property
    def shelter_buffer_m(self) -> float: ...


class Settings(Protocol):
    """What the check asks of city.toml."""

    @property
    def privacy(self) -> Privacy: ...


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """One thing found: in which file and member, of which kind, of which delivery (its id in the analyst edition). Never what was found."""

    file: str
    kind: str
    delivery: str = ""
    detail: str = ""

    def __str__(self) -> str:
        about = f" of delivery {self.delivery}" if self.delivery else ""
        return f"{self.file}: {self.kind}{about}{f' ({self.detail})' if self.detail else ''}"


def check_leaks(folder: Path, records: Records, edition: Edition, *, geography: Ground, taxonomy: Taxonomy, city: Settings) -> None:
    """Raise LeakError where a file in `folder` gives away what `edition` hides of `records`, the records before redaction."""
    leaks = find_leaks(
        folder,
        records,
        edition,
        geography.crs,
        taxonomy=taxonomy,
        protected_services=city.privacy.protected_services,
        buffer_m=city.privacy.shelter_buffer_m,
        open_points=boundary_points(geography.boundaries.values()),
        open_names=[str(name) for layer in geography.boundaries.values() for name in layer["name"]],
    )
    if leaks:
        shown = "\n".join(f"  - {leak}" for leak in leaks[:20])
        more = f"\n  and {len(leaks) - 20} more" if len(leaks) > 20 else ""
        raise LeakError(f"the {edition} edition would give away what it must hide; nothing was published:\n{shown}{more}")


def boundary_points(layers: Iterable[Any]) -> Numbers:
    """Return the points a map shows of boundaries alone: their vertices, inner points and corners of bounds, as (longitude, latitude) rows."""
    import shapely

    found = [np.zeros((0, 2))]
    for layer in layers:
        shapes = layer.geometry.to_numpy()
        bounds = np.vstack([shapely.bounds(shapes), shapely.total_bounds(shapes)])
        found += [
            shapely.get_coordinates(shapes),
            shapely.get_coordinates(shapely.point_on_surface(shapes)),
            shapely.get_coordinates(shapely.centroid(shapes)),
        ]
        found += [bounds[:, [x, y]] for x in (0, 2) for y in (1, 3)]
        found.append(np.stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)], axis=1))
    points = np.vstack(found)
    return np.unique(points[np.isfinite(points).all(axis=1)], axis=0)


def find_leaks(
    folder: Path,
    records: Records,
    edition: Edition,
    crs: Any = None,
    *,
    taxonomy: Taxonomy | None = None,
    protected_services: Iterable[str] = (),
    buffer_m: float = NEAR_M,
    open_points: Numbers | Sequence[Point] = (),
    open_names: Iterable[str] = (),
) -> list[Leak]:
    """Return every leak in the files of `folder`, sorted.

    `records` are those before redaction. `crs` is the projected system in metres whose coordinates are looked for too. `buffer_m` is how near
    a pair gives a place away. `open_points` are
    (longitude, latitude) pairs that anyone may see, such as vertices of boundaries. `open_names` are names of areas: an address without a house
    number that is only such a name is no address.
    """
    hidden = find_hidden(records, edition, taxonomy or Taxonomy.read(), protected_services, buffer_m=buffer_m)
    if not hidden.secrets:
        return []
    search = _Search(hidden, crs, buffer_m, np.asarray(open_points, dtype="float64").reshape(-1, 2), open_names)
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            search.text(name, f"{name} (its name)")
            search.data(path.read_bytes(), name)
    return sorted(search.leaks)


class _Search:
    """Looks through data for what is hidden and notes leaks. `where` names the file and the members on the way."""

    def __init__(self, hidden: Hidden, crs: Any, buffer_m: float, open_points: Numbers, open_names: Iterable[str]) -> None:
        self.leaks: set[Leak] = set()
        self._pairs = HiddenPairs(hidden, crs, buffer_m, open_points)
        names = [f" {normalize_name(name)} " for name in open_names]
        self._spellings: list[tuple[Spelling, str]] = []
        for secret in hidden.secrets:
            for spelling in (*secret.addresses, *secret.phones):
                if not (spelling.is_exact and any(f" {spelling.key} " in name for name in names)):
                    self._spellings.append((spelling, secret.delivery))
        self._phone_numbers = {int(s.key): delivery for s, delivery in self._spellings if s.kind == "phone"}

    # -- bytes ---------------------------------------------------------------------------------------------------------------------------

    def data(self, data: bytes, where: str, depth: int = 0) -> None:
        """Look through bytes of any kind."""
        try:
            if depth > _DEEPEST:
                raise ValueError("packed too often")
            if data[:4] == b"PK\x03\x04":
                self._zip(data, where, depth)
            elif data[:2] == b"\x1f\x8b":
                self.data(zlib.decompress(data, 31), f"{where} > unzipped", depth + 1)
            elif data[:16] == b"SQLite format 3\0":
                self._sqlite(data, where)
            elif data[:4] == b"PAR1":
                self._parquet(data, where)
            elif data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff" or data[:4] in (b"GIF8", b"wOFF", b"wOF2"):
                self.text(data.decode("latin-1"), where, pictures=True)
            else:
                self._text_data(data, where, depth)
        except (ValueError, OSError, KeyError, EOFError, zlib.error, zipfile.BadZipFile, RecursionError, NotImplementedError) as error:
            self.leaks.add(Leak(where, "cannot be decoded", detail=type(error).__name__))

    def _text_data(self, data: bytes, where: str, depth: int) -> None:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = data.decode("utf-16", "replace")
        else:
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("latin-1")
        name = where.lower()
        is_table = name.endswith((".csv", ".tsv"))
        if is_table:
            self._csv(data, where, texts=len(data) > _LARGE_TABLE)
        if is_table and len(data) > _LARGE_TABLE:
            return
        # the cells of a sheet are looked through as such; its markup has no running text
        self.text(text, where, depth=depth, tags="xl/worksheets/" not in where)
        if name.endswith((".json", ".geojson", ".topojson")) or text.lstrip()[:1] in ("{", "["):
            self._json(text, where)
        for script in re.finditer(r"(?is)<script[^>]*\bjson[^>]*>(.*?)</script>", text):
            self._data_block(html.unescape(script[1]).strip(), f"{where} > script", depth)

    def _zip(self, data: bytes, where: str, depth: int) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as members:
            names = [entry.filename for entry in members.infolist() if not entry.is_dir()]
            for name in names:
                self.text(name, f"{where} > {name} (its name)")
                self.data(members.read(name), f"{where} > {name}", depth + 1)
            if "xl/workbook.xml" in names:
                self._workbook(data, where)

    def _workbook(self, data: bytes, where: str) -> None:
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            self._rows(rows, f"{where} > {name}")

    def _csv(self, data: bytes, where: str, *, texts: bool) -> None:
        import pandas as pd

        separator = "\t" if where.lower().endswith(".tsv") else ","
        try:
            frame = pd.read_csv(io.BytesIO(data), sep=separator, encoding_errors="replace", low_memory=False)
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            return  # it is searched as text
        self._frame(frame, where, texts=texts)

    def _parquet(self, data: bytes, where: str) -> None:
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(data))
        for key, value in (table.schema.metadata or {}).items():
            self.text(f"{key.decode('latin-1')} {value.decode('latin-1')}", f"{where} > metadata")
        self._frame(table.to_pandas(), where)

    def _sqlite(self, data: bytes, where: str) -> None:
        import sqlite3

        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(data)
            try:
                tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table' order by name")]
            except sqlite3.DatabaseError as error:
                raise ValueError("not a database") from error
            for table in tables:
                quoted = table.replace('"', '""')
                try:
                    rows = connection.execute(f'select * from "{quoted}"').fetchall()
                except sqlite3.DatabaseError:  # an index of a kind this sqlite cannot read; it holds nothing the tables do not
                    continue
                self.text(table, f"{where} > {table} (its name)")
                self._rows(rows, f"{where} > {table}")

    # -- structures ----------------------------------------------------------------------------------------------------------------------

    def _frame(self, frame: Any, where: str, *, texts: bool = True) -> None:
        """Look through a table: any two numbers of a row are a pair; and every text, unless that was done before."""
        self.text(" ".join(map(str, frame.columns)), f"{where} > header")
        numbers = [frame[column].to_numpy("float64", na_value=np.nan) for column in frame.columns if _kind(frame[column]) in _COLUMNS_OF_NUMBERS]
        for one, other in itertools.combinations(numbers, 2):
            self._note_pairs(one, other, where)
        for column in numbers:
            self._note_phone_numbers(column, where)
        for name in frame.columns if texts else ():
            if _kind(frame[name]) in _COLUMNS_OF_NUMBERS or _kind(frame[name]) in "mM":
                continue
            values = frame[name].dropna()
            if any(not isinstance(value, str) for value in values.head(50)):
                for value in values:
                    self._value(value, f"{where} > {name}")
            else:
                self.text("\n".join(map(str, values.unique())), f"{where} > {name}")

    def _rows(self, rows: Iterable[Sequence[Any]], where: str) -> None:
        everything: list[float] = []
        lines = []
        for row in rows:
            numbers = [float(value) for value in row if isinstance(value, _NUMBERS)]
            everything += numbers
            if len(numbers) > 1 and self._pairs.may_be_in(numbers):
                ones, others = zip(*itertools.combinations(numbers, 2), strict=True)
                self._note_pairs(np.array(ones), np.array(others), where)
            for value in row:
                if isinstance(value, bytes):
                    self._shape(value, where)
            lines.append(" ".join(value for value in row if isinstance(value, str)))
        self._note_phone_numbers(np.array(everything), where)
        self.text("\n".join(lines), where)

    def _shape(self, data: bytes, where: str) -> None:
        """Look through a geometry: WKB as it stands or with the header of a GeoPackage; other bytes are looked through as data."""
        import shapely

        start = 0
        if data[:2] == b"GP" and len(data) > 8:
            start = 8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get(data[3] >> 1 & 7, 0)
        shape = shapely.from_wkb(data[start:], on_invalid="ignore") if len(data) - start >= 5 else None
        if shape is None:
            self.data(data, f"{where} > bytes", depth=_DEEPEST - 1)
            return
        points = shapely.get_coordinates(shape)
        self._note_pairs(points[:, 0], points[:, 1], where)

    def _value(self, value: object, where: str, *, texts: bool = True) -> None:
        """Look through a cell or a piece of JSON that may hold others."""
        if isinstance(value, str):
            if texts:
                self.text(value, where)
        elif isinstance(value, bytes):
            self._shape(value, where)
        elif isinstance(value, Mapping):
            for key in value if texts else ():
                self.text(str(key), where)
            self._together(list(value.values()), where, texts=texts)
        elif isinstance(value, np.ndarray):
            self._together(value.tolist(), where, texts=texts)
        elif isinstance(value, list | tuple):
            self._together(list(value), where, texts=texts)

    def _together(self, values: list[Any], where: str, *, texts: bool) -> None:
        """Look through values that stand side by side: numbers are pairs, lists of one length may be columns, lists of whole numbers differences."""
        numbers = [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) > 1 and self._pairs.may_be_in(numbers):
            series = np.array(numbers)
            for reach in range(1, min(_REACH, len(numbers) - 1) + 1):
                self._note_pairs(series[:-reach], series[reach:], where)
        self._differences(numbers, where)
        columns = [np.array(value, dtype="float64") for value in values if _is_numbers(value)]
        for one, other in itertools.pairwise(columns):
            if len(one) == len(other):
                self._note_pairs(one, other, where)
        for value in values:
            if isinstance(value, str | bytes | Mapping | list | tuple | np.ndarray):
                self._value(value, where, texts=texts)

    def _json(self, text: str, where: str) -> None:
        """Look through the numbers of JSON; its texts were looked through with the file."""
        try:
            value = json.loads(text)
        except ValueError:
            return
        if self._pairs.may_be_written_in(text):
            self._value(value, where, texts=False)
        else:
            self._only_differences(value, where)

    def _only_differences(self, value: Any, where: str) -> None:
        """Look for running differences in JSON that holds no coordinate as it is."""
        rest = [value]
        while rest:
            item = rest.pop()
            if isinstance(item, dict):
                rest += item.values()
            elif isinstance(item, list):
                rest += [inner for inner in item if isinstance(inner, _HOLDERS)]
                if len(item) > 3 and isinstance(item[-1], _NUMBERS):
                    self._differences([float(number) for number in item if isinstance(number, _NUMBERS)], where)

    def _differences(self, numbers: Sequence[float], where: str) -> None:
        for first in (0, 1) if len(numbers) > 3 else ():
            xs, ys = (list(itertools.accumulate(numbers[start::2])) for start in (first, first + 1))
            if self._pairs.may_be_in(xs) or self._pairs.may_be_in(ys):
                n_points = min(len(xs), len(ys))
                self._note_pairs(np.array(xs[:n_points]), np.array(ys[:n_points]), where)

    # -- text ----------------------------------------------------------------------------------------------------------------------------

    def text(self, text: str, where: str, *, depth: int = 0, pictures: bool = False, tags: bool = True) -> None:
        """Look through text in every reading of it."""
        if not text:
            return
        for reading in [text] if pictures else readings_of(text, tags=tags):
            folded = fold(without_invisible(reading))
            for spelling, delivery in self._spellings:
                if spelling.is_within(folded):
                    self.leaks.add(Leak(where, spelling.kind, delivery))
            if not pictures:
                self._numbers(reading, where)
        if not pictures and len(text) >= SHORTEST_PACKED:
            for packed in packed_in(text):
                self._packed(packed, where, depth)

    def _numbers(self, text: str, where: str) -> None:
        if not self._pairs.may_be_written_in(text):
            return
        for reading in {text, re.sub(r"(?<![\d,])(\d{1,3}),(\d{4,})(?!\d*,\d{4})", r"\1.\2", text)}:
            found = [match[0] for match in _NUMBER.finditer(reading)]
            if len(found) > 1:
                series = np.array(found, dtype="float64")
                for reach in range(1, min(_REACH, len(series) - 1) + 1):
                    self._note_pairs(series[:-reach], series[reach:], where)

    def _data_block(self, text: str, where: str, depth: int) -> None:
        """Look through a page's data block: JSON, or packed text with or without quotation marks. What is neither is a leak."""
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        if not isinstance(value, str):
            self._value(value, where, texts=False)
        elif value and not self._packed(value, where, depth):
            raise ValueError("a data block in a form this check does not know")

    def _packed(self, text: str, where: str, depth: int) -> bool:
        """Look through text that stands for bytes: other text inside, or deflated data. Return whether it was such."""
        for data in bytes_of(text):
            for window in (-15, 15, 31):
                try:
                    inflated = zlib.decompress(data, window)
                except zlib.error:
                    continue
                if inflated:
                    self._payload(inflated, f"{where} > deflated", depth + 1)
                    return True
            if is_text(data) or data[:4] in (b"PK\x03\x04", b"PAR1", b"SQLi"):
                self.data(data, f"{where} > base64", depth + 1)
                return True
        return False

    def _payload(self, data: bytes, where: str, depth: int) -> None:
        """Look through the container of the map page: the length of a JSON head, the head, and sections, of which some are delta polylines."""
        length, start = varint(data, 0)
        head = data[start : start + length]
        sections: list[bytes] = []
        if head[:1] == b"{" and head[-1:] == b"}":
            try:
                sizes = json.loads(head.decode("utf-8", "surrogatepass")).get("sections", {})
            except ValueError:
                sizes = {}
            at = start + length
            for size in sizes.values() if isinstance(sizes, dict) else ():
                sections.append(data[at : at + size])
                at += size
        if not sections:
            self.data(data, where, depth)
            return
        self._text_data(head, f"{where} > head", depth)
        for number, section in enumerate(sections):
            points = polyline_points(section)
            if len(points):
                self._note_pairs(points[:, 0] / 1e5, points[:, 1] / 1e5, f"{where} > section {number}")
            self.text(section.decode("latin-1"), f"{where} > section {number}", pictures=True)

    # -- notes ---------------------------------------------------------------------------------------------------------------------------

    def _note_pairs(self, one: Numbers, other: Numbers, where: str) -> None:
        for delivery, unit in self._pairs.near(one, other):
            self.leaks.add(Leak(where, "coordinates", delivery, unit))

    def _note_phone_numbers(self, numbers: Numbers, where: str) -> None:
        for number, delivery in self._phone_numbers.items():
            if np.isin(numbers, (number, number + 10_000_000_000)).any():
                self.leaks.add(Leak(where, "phone", delivery))


def _kind(column: Any) -> str:
    return str(getattr(column.dtype, "kind", "O"))


def _is_numbers(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 2 and all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
