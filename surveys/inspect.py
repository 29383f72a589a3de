"""What is this file? Its format, encoding, tables, rows and columns; for boundaries their reference system; personal data; problems.

Nothing is kept or written. `inspect_file` never raises for what is in a file; only a file that is not there is an error.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.errors import GeographyError, Issue, MissingFileError, Severity
from surveys.codebook import Codebook, Layout
from surveys.exports import is_list
from surveys.privacy import is_personal, looks_personal, personal_data_in
from surveys.readers import read_tables
from surveys.response import Table

if TYPE_CHECKING:
    import geopandas as gpd

SAMPLED_ANSWERS = 2_000
"""Texts per column that are looked through for e-mails and phone numbers."""

_NO_CHOICES = frozenset({"hours", "intake_hours", "phone_hours", "office_hours", "address", "description", "barriers", "more_money"})
_MAP_SUFFIXES = frozenset({".geojson", ".shp", ".gpkg", ".kml", ".kmz", ".topojson", ".gml", ".fgb"})
_MAPS_IN_ZIPS = (".shp", ".geojson", ".topojson", ".kml", ".gpkg")


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column: its header, how many rows have a text in it, the question it answers ("" for none), and personal data found in it.

    `choices` is how many different choices its answers are made of, 0 where they are no lists of choices.
    """

    name: str
    answers: int
    question: str = ""
    personal: tuple[str, ...] = ()
    choices: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class TableSeen:
    """One sheet: where its header stands, how many rows it has, how many repeated blocks, and its columns."""

    sheet: str
    header_row: int
    rows: int
    blocks: int
    columns: tuple[ColumnSeen, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class LayerSeen:
    """One layer of boundaries or points. `crs` is "" where the file carries none; `bounds` are west, south, east, north in that system."""

    name: str
    features: int
    geometry: str
    crs: str
    bounds: tuple[float, float, float, float] | None
    invalid: int
    columns: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is. `kind` is answers, boundaries, or unknown; `detected` says by what its format was told; `repeats` are its repeated groups
    with their rows.
    """

    file: str
    kind: str
    format: str
    encoding: str = ""
    tables: tuple[TableSeen, ...] = ()
    layers: tuple[LayerSeen, ...] = ()
    issues: tuple[Issue, ...] = ()
    detected: str = ""
    repeats: Mapping[str, int] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def personal(self) -> tuple[str, ...]:
        """Columns with personal data that are left out when the answers are read, in order."""
        return tuple(column.name for table in self.tables for column in table.columns if column.personal and not column.question)

    @property
    def flagged(self) -> tuple[str, ...]:
        """Columns that are read and hold e-mails or phone numbers inside their text, in order."""
        return tuple(column.name for table in self.tables for column in table.columns if column.personal and column.question)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Columns with answers that no question asks for, in order."""
        columns = [column for table in self.tables for column in table.columns]
        return tuple(column.name for column in columns if column.answers and not column.question and not column.personal)

    @property
    def multi_selects(self) -> Mapping[str, int]:
        """Columns answered with several choices, and how many choices there are."""
        return {column.name: column.choices for table in self.tables for column in table.columns if column.choices}

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        found = {"personal": self.personal, "flagged": self.flagged, "unmapped": self.unmapped, "multi_selects": self.multi_selects}
        values = dataclasses.asdict(self) | found
        plain: dict[str, Any] = json.loads(json.dumps(values))
        return plain


def inspect_file(path: str | Path, *, codebook: Codebook | None = None, format: str = "") -> Inspection:  # noqa: A002 - as the command calls it
    """Return what a file is; `codebook` says which columns are known, by default those of our own form.

    `format` names the tool that made it, "" to find it out. Raises MissingFileError, and InputError for a format that there is not.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path}: there is no such file." + (" It is a folder; name a file in it." if path.is_dir() else ""))
    if not format and _is_map(path):
        return _inspect_map(path)
    codebook = codebook or Codebook.own()
    read = read_tables(path, path.name, nested=codebook.nested, format=format)
    tables = tuple(_table(codebook.layout(table)) for table in read.tables)
    issues = [issue for issue in read.issues if issue.code != "format_detected"]
    for table, seen in zip(read.tables, tables, strict=True):
        issues += _table_issues(table, seen)
    detected = " ".join(dict.fromkeys(issue.message for issue in read.issues if issue.code == "format_detected"))
    if tables and not detected:
        said = "as you said" if format else "no survey tool that we know shows in its columns"
        detected = f"read as a plain table: {said}. If a tool made it, name that one as the format."
    kind = "answers" if tables else "unknown"
    return Inspection(path.name, kind, read.format, read.encoding, tables, (), tuple(issues), detected, dict(read.repeats))


# -- answers -----------------------------------------------------------------------------------------------------------------------------------


def _table(layout: Layout) -> TableSeen:
    table = layout.table
    questions: dict[int, str] = {}
    for block in (layout.organization, layout.defaults, *layout.deliveries):
        questions |= {position: question for question, positions in block.items() for position in positions}
    columns = []
    for position, header in enumerate(table.columns):
        texts = [row.cells[position] for row in table.rows if position < len(row.cells) and row.cells[position]]
        if header or texts:
            question = questions.get(position, "")
            personal = _personal(header, texts, question)
            columns.append(ColumnSeen(header or f"column {position + 1}", len(texts), question, personal, _choices(texts, question)))
    return TableSeen(table.sheet, table.header_row, len(table.rows), len(layout.deliveries), tuple(columns))


def _choices(texts: Sequence[str], question: str) -> int:
    """How many different choices the answers of a column are made of, 0 where they are no lists: one has several, and some come again."""
    if not any(";" in text for text in texts) or (question and question in _NO_CHOICES):
        return 0
    ticked = [choice.strip() for text in texts for choice in text.split(";") if choice.strip()]
    different = len(set(ticked))
    return different if different < len(ticked) or is_list((question,)) else 0


def _personal(header: str, texts: Sequence[str], question: str) -> tuple[str, ...]:
    """What of a column leads to a person. A phone number where a public one is asked for is none."""
    found: dict[str, None] = {}
    if not question and is_personal(header):
        found["about the respondent"] = None
    if looks_personal(list(texts)):
        found["e-mail or network address"] = None
    if question not in ("public_phone", "website"):
        for text in texts[:SAMPLED_ANSWERS]:
            found |= dict.fromkeys(personal_data_in(text))
    return tuple(found)


def _table_issues(table: Table, seen: TableSeen) -> list[Issue]:
    known = {column.question for column in seen.columns if column.question}
    if not known & {"organization", "invitation_key"}:
        message = "no column says which organization answers. Name one 'organization', or map it in codebook.toml."
        return [table.issue("no_organization_column", message, row=seen.header_row)]
    return []


# -- boundaries --------------------------------------------------------------------------------------------------------------------------------


def _is_map(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in _MAP_SUFFIXES:
        return True
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"SQLite format 3"):
        return True
    if suffix == ".json":
        return any(mark in head for mark in (b'"FeatureCollection"', b'"Topology"', b'"esriGeometry', b'"spatialReference"'))
    if suffix == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(_MAPS_IN_ZIPS) for name in archive.namelist())
    return False


def _inspect_map(path: Path) -> Inspection:
    from ecosystem.boundaries import open_map

    issues: list[Issue] = []

    def tell(code: str, message: str, severity: Severity = "warning", layer: str = "") -> None:
        issues.append(Issue(path.name, layer, code=code, severity=severity, message=message))

    layers: list[LayerSeen] = []
    kind = path.suffix.lstrip(".").lower() or "map"
    try:
        opened = open_map(path, path.name)
        kind = opened.format
        for name in opened.layers:
            frame, told = opened.read(name)
            issues += [dataclasses.replace(issue, sheet=name) for issue in told if issue.severity != "info"]
            layers.append(_layer(name, frame))
    except GeographyError as error:
        tell("file_unreadable", str(error).removeprefix(f"{path.name}: "), "error")
    for layer in layers:
        if not layer.features:
            tell("layer_empty", "the layer has no features.", layer=layer.name)
        if not layer.crs:
            message = "the layer carries no reference system. Find out which it is, and write it in city.toml as crs."
            if layer.bounds is not None and not _may_be_degrees(layer.bounds):
                message += " Its coordinates cannot be degrees; they may be feet or metres."
            tell("crs_missing", message, "error", layer.name)
        if layer.invalid:
            message = f"{layer.invalid} of {layer.features} shapes cross themselves; they are repaired when they are read."
            tell("geometry_invalid", message, layer=layer.name)
    return Inspection(path.name, "boundaries" if layers else "unknown", kind, "", (), tuple(layers), tuple(issues))


def _layer(name: str, frame: gpd.GeoDataFrame) -> LayerSeen:
    shapes = frame.geometry[~frame.geometry.isna()]
    box = None if shapes.is_empty.all() else tuple(float(edge) for edge in shapes.total_bounds)
    bounds = None if box is None else (box[0], box[1], box[2], box[3])
    columns = tuple(str(column) for column in frame.columns if column != "geometry")
    kinds = " or ".join(sorted(set(shapes.geom_type))) or "none"
    return LayerSeen(name, len(frame), kinds, frame.crs.to_string() if frame.crs is not None else "", bounds, int((~shapes.is_valid).sum()), columns)


def _may_be_degrees(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90
