"""How many people live in each area, of which groups, and where inside it?

`with_population` attaches what `[population]` of city.toml names to a geography: residents per area from a table, groups from further
columns, and census blocks as units if the city has them. A table gives how many, blocks give where. Rules, each told in an Issue when used:

- An area that the table does not have, or whose count cannot be read, is *not known*: it is counted at the density of the others together.
  A count of 0, also written "-" as spreadsheets show it, is known: nobody lives there, and such an area never has a gap.
- A row for the whole city is never added up. It is compared with the sum of the areas.
- A row whose name no area has is left out, with the closest names. Two names for one area (an old and a new one) are added.
- Blocks are counted in the area that holds their point on the surface, on an edge the lowest id. Blocks outside every area are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import python_calamine
import shapely
from numpy.typing import NDArray

from ecosystem.boundaries import DEGREES, as_text, read_csv_table, read_shapes, shown_path
from ecosystem.city import City, Population
from ecosystem.errors import InputError, Issue, MissingFileError
from ecosystem.geography import Geography
from ecosystem.records import normalize_name

TOTAL_TOLERANCE = 0.005
"""How far, as a share, a row for the whole city may lie from the sum of the areas before it is worth a look."""

_TOTAL_NAMES = frozenset(
    ("total", "totals", "all", "sum", "grand total", "city", "city total", "citywide", "city wide", "all areas", "all neighborhoods")
)
_ZERO_SIGNS = frozenset("-–—‒−")
_HEADER_ROWS = 20
_FEWEST_FOR_SUM = 3
"""With fewer areas than this a row of another name may hold their sum by chance."""
_CLOSE = 60
"""The score from which a name is close enough to be offered."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a table of residents says: people by area id for everyone and for each group, NaN where not known, and what was noticed."""

    residents: Mapping[str, float]
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    total: float | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocks:
    """Census blocks as points: row of the main areas, x and y in metres of the geography's system, people of each block and group."""

    area_index: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    residents: NDArray[np.float64]
    groups: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def with_population(geography: Geography, city: City) -> Geography:
    """Return the geography with the residents, groups and blocks that city.toml names; as it was where it names none.

    Raises MissingFileError, InputError or GeographyError where a file cannot be read at all.
    """
    population = city.population
    if population is None:
        return geography
    counts = read_counts(population, geography, city) if population.file is not None and population.residents_column is not None else None
    blocks = read_blocks(population, geography, city) if population.blocks is not None else None
    if counts is None and blocks is not None:
        n_areas, ids = len(geography.areas), geography.area_ids
        sums = {group: np.bincount(blocks.area_index, weights=people, minlength=n_areas) for group, people in blocks.groups.items()}
        residents = np.bincount(blocks.area_index, weights=blocks.residents, minlength=n_areas)
        by_group = {group: dict(zip(ids, people.tolist(), strict=True)) for group, people in sums.items()}
        counts = Counts(dict(zip(ids, residents.tolist(), strict=True)), by_group)
    if counts is None:
        return geography
    file = population.file if population.file is not None else population.blocks
    shown = shown_path(file, city.folder) if file is not None else ""
    issues = [*counts.issues, *(blocks.issues if blocks is not None else ()), *_notable(counts, geography, shown)]
    people = geography.with_residents(counts.residents, counts.groups, issues=issues, file=shown)
    if blocks is not None:
        people = people.with_units(blocks.area_index, blocks.x, blocks.y, blocks.residents, blocks.groups)
    return people


def read_counts(population: Population, geography: Geography, city: City) -> Counts:
    """Return the residents and groups by area of the main geography that the table `population.file` (CSV or XLSX) gives.

    Rows are matched by id (leading zeros and a spreadsheet's ".0" do not matter) or by name, as people write it, aliases included. Raises
    MissingFileError, or InputError for a file that is no table or lacks a column.
    """
    if population.file is None or population.residents_column is None:
        raise InputError("[population] names no table with a residents_column.")
    shown = shown_path(population.file, city.folder)
    key_column = population.id_column or population.name_column or ""
    columns = {"": population.residents_column, **population.groups}
    rows = _read_rows(population.file, shown, [key_column, *columns.values()])
    issues: list[Issue] = []
    people: dict[str, dict[str, float]] = {group: {} for group in columns}
    rows_of: dict[str, list[str]] = {}
    totals: list[tuple[int, str, float]] = []
    strangers: list[tuple[int, str, float]] = []
    for number, row in rows:
        label = row[key_column]
        read = {group: _read_count(row[column], Issue(shown, row=number, column=column), issues) for group, column in columns.items()}
        area_ids = _areas_of(label, geography, by_id=population.id_column is not None)
        if not area_ids and _is_total(label, city.name):
            totals.append((number, label, read[""]))
            continue
        if not area_ids and not label and math.isnan(read[""]):
            continue
        if not area_ids:
            strangers.append((number, label, read[""]))
            continue
        if any(normalize_name(label) in rows_of.get(area_id, ()) for area_id in area_ids):
            text = f"{label!r} stands in the table twice; its first row is used."
            issues.append(Issue(shown, row=number, column=key_column, code="area_twice", text=label, message=text))
            continue
        _add(people, area_ids, read, geography)
        for area_id in area_ids:
            if area_id in rows_of:
                text = f"{label!r} and an earlier row are both {geography.area_names[area_id]!r}; their people are added."
                issues.append(Issue(shown, row=number, column=key_column, code="area_added", severity="info", text=label, message=text))
            rows_of.setdefault(area_id, []).append(normalize_name(label))
    known = sum(value for value in people[""].values() if not math.isnan(value))
    for number, label, count in strangers:
        if len(people[""]) >= _FEWEST_FOR_SUM and abs(count - known) <= TOTAL_TOLERANCE * known:
            totals.append((number, label, count))
        else:
            issues.append(_stranger(shown, number, key_column, label, count, geography))
    issues += [_compare(shown, number, key_column, label, count, known) for number, label, count in totals]
    residents = people.pop("")
    total = next((count for _, _, count in totals if not math.isnan(count)), None)
    return Counts(residents, people, total, tuple(issues))


def read_blocks(population: Population, geography: Geography, city: City) -> Blocks:
    """Return census blocks (points or polygons, any file that boundaries may be) that lie in an area and have residents.

    A group's column is read from the blocks where they have it. Raises MissingFileError, GeographyError for a file that cannot be placed,
    InputError where the column of residents is missing.
    """
    if population.blocks is None or population.blocks_residents_column is None:
        raise InputError("[population] names no blocks with a blocks_residents_column.")
    shown = shown_path(population.blocks, city.folder)
    frame, found = read_shapes(population.blocks, crs=population.blocks_crs, shown=shown)
    if population.blocks_residents_column not in frame.columns:
        names = ", ".join(str(column) for column in frame.columns if column != frame.geometry.name)
        raise InputError(f"{shown}: has no column {population.blocks_residents_column!r} (blocks_residents_column). It has {names}.")
    issues = list(found)
    columns = {"": population.blocks_residents_column, **{group: column for group, column in population.groups.items() if column in frame.columns}}
    read = {
        group: np.array([_read_count(as_text(value), Issue(shown, row=row, column=column), issues) for row, value in enumerate(frame[column], 1)])
        for group, column in columns.items()
    }
    people = {group: np.nan_to_num(values) for group, values in read.items()}
    longitude, latitude = _points_of(frame)
    area = geography.locate_all(longitude, latitude)
    outside = area < 0
    if outside.any():
        text = f"blocks that lie in no area: {outside.sum():,} of {len(area):,}, with {people[''][outside].sum():,.0f} residents; they are left out."
        issues.append(Issue(shown, code="blocks_outside", message=text))
    used = ~outside & (people[""] > 0)
    x, y = geography.project(longitude[used], latitude[used])
    residents = people.pop("")[used]
    return Blocks(area[used], x, y, residents, {group: values[used] for group, values in people.items()}, tuple(issues))


def read_count(text: str) -> float:
    """Return a count of people as tables write it; NaN for an empty cell. Raises ValueError for what is no count.

    >>> read_count("382,578"), read_count(" -   "), read_count("1 204"), read_count("36.0")
    (382578.0, 0.0, 1204.0, 36.0)
    """
    plain = " ".join(text.split())
    if not plain:
        return math.nan
    if plain in _ZERO_SIGNS:
        return 0.0
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d{1,3}([ '’]\d{3})+", plain):
        plain = re.sub(r"[ ,'’]", "", plain)
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise ValueError(f"{text!r} is no count of people")
    return float(plain)


def _read_count(text: str, where: Issue, issues: list[Issue]) -> float:
    try:
        return read_count(text)
    except ValueError as error:
        message = f"{error}; it counts as not known. Write a plain number."
        issues.append(Issue(where.file, row=where.row, column=where.column, code="count_refused", text=text, message=message))
        return math.nan


def _read_rows(file: Path, shown: str, needed: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV, or the first sheet of a workbook that has the columns needed, its header within the first rows."""
    if not file.exists():
        raise MissingFileError(f"{shown}: there is no such table of residents.")
    seen: list[str] = []
    if file.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"):
        try:
            book = python_calamine.CalamineWorkbook.from_path(file)
            sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise InputError(f"{shown}: cannot be read as a workbook ({error}). Save it again as XLSX or CSV.") from error
        for sheet in sheets:
            cells = [[as_text(value) for value in row] for row in sheet]
            for number, header in enumerate(cells[:_HEADER_ROWS]):
                seen = seen or [cell for cell in header if cell]
                if set(needed) <= set(header):
                    rows = enumerate(cells[number + 1 :], number + 2)
                    return [(row, dict(zip(header, values, strict=True))) for row, values in rows if any(values)]
    else:
        seen, rows_of_csv = read_csv_table(file, shown)
        if set(needed) <= set(seen):
            return rows_of_csv
    absent = [column for column in needed if column not in seen]
    raise InputError(f"{shown}: has no column {', '.join(map(repr, absent))}, it has {', '.join(seen) or 'none'}. Correct [population] in city.toml.")


def _is_total(label: str, city_name: str) -> bool:
    name, city = normalize_name(label), normalize_name(city_name)
    return name in _TOTAL_NAMES or name in (city, f"city of {city}", f"{city} city", f"{city} total", f"total {city}")


def _areas_of(label: str, geography: Geography, *, by_id: bool) -> tuple[str, ...]:
    if not by_id:
        part = geography.find(label, geography.main)
        return part.area_ids if part is not None else ()
    if label in geography.area_names:
        return (label,)
    plain = re.sub(r"\.0+$", "", label).lstrip("0")
    same = [area_id for area_id in geography.area_ids if plain and area_id.lstrip("0") == plain]
    return (same[0],) if len(same) == 1 else ()


def _add(people: dict[str, dict[str, float]], area_ids: tuple[str, ...], read: Mapping[str, float], geography: Geography) -> None:
    """Add a row's counts to its area; a name that stands for several areas is divided by their ground."""
    ground = geography.areas.set_index("area_id").geometry.to_crs(geography.crs).area if len(area_ids) > 1 else None
    for area_id in area_ids:
        part = 1.0 if ground is None else float(ground[area_id] / ground[list(area_ids)].sum())
        for group, count in read.items():
            people[group][area_id] = people[group].get(area_id, 0.0) + count * part


def _stranger(shown: str, row: int, column: str, label: str, count: float, geography: Geography) -> Issue:
    close = [name for layer, name, score in geography.candidates(label, limit=8) if layer == geography.main and score >= _CLOSE][:3]
    hint = f" Closest are {', '.join(close)}; give it in the aliases if it is one of them." if close else ""
    who = "no residents" if math.isnan(count) else f"{count:,.0f} residents"
    text = f"{label!r} is no area of {geography.titles[geography.main]}; its row ({who}) is left out.{hint}"
    return Issue(shown, row=row, column=column, code="area_unknown", text=label, message=text)


def _compare(shown: str, row: int, column: str, label: str, count: float, known: float) -> Issue:
    if math.isnan(count) or abs(count - known) <= TOTAL_TOLERANCE * max(count, known):
        text = f"{label!r} is the whole city and is not added up: {count:,.0f}, the areas have {known:,.0f}."
        return Issue(shown, row=row, column=column, code="total_row", severity="info", text=label, message=text)
    text = f"{label!r} says {count:,.0f} residents, but the areas have {known:,.0f} together. Is an area missing, or counted twice?"
    return Issue(shown, row=row, column=column, code="total_differs", text=label, message=text)


def _notable(counts: Counts, geography: Geography, shown: str) -> Iterable[Issue]:
    """Yield what a reader should know of the counts: areas where nobody lives, groups larger than everyone."""
    empty = [geography.area_names[area_id] for area_id in geography.area_ids if counts.residents.get(area_id) == 0]
    if empty:
        names = ", ".join(empty[:8]) + (" ..." if len(empty) > 8 else "")
        text = f"areas where nobody lives: {len(empty)} ({names}); they are drawn as 'no residents', never as a gap."
        yield Issue(shown, code="no_residents", severity="info", text=", ".join(empty), message=text)
    for group, members in counts.groups.items():
        for area_id in geography.area_ids:
            if members.get(area_id, 0.0) > counts.residents.get(area_id, math.inf):
                name, people = geography.area_names[area_id], counts.residents[area_id]
                text = f"{group!r} counts {members[area_id]:,.0f} people in {name}, more than its {people:,.0f} residents."
                yield Issue(shown, code="group_exceeds", text=area_id, message=text)


def _points_of(frame: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of one point per block, on its surface; NaN where a block has no shape."""
    points = shapely.point_on_surface(shapely.force_2d(frame.to_crs(DEGREES).geometry.to_numpy()))
    return shapely.get_x(points), shapely.get_y(points)
