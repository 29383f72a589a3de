"""Which areas does this file hold, or this folder with one file per area?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from ecosystem.boundaries.areas import check_areas
from ecosystem.boundaries.files import open_map
from ecosystem.boundaries.reference import DEGREES, with_crs
from ecosystem.boundaries.tables import listed, quoted
from ecosystem.errors import GeographyError, Issue

ALL_LAYERS = "*"
"""The name of a layer that stands for all of a file together, e.g. a KML with a folder per district."""

_ONE_PER_AREA = (".geojson", ".json", ".topojson", ".kml", ".kmz")


def read_areas(
    file: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    crs: Any = None,
    layer: str | None = None,
    shown: str = "",
) -> tuple[gpd.GeoDataFrame, tuple[Issue, ...]]:
    """Return the areas of a boundary file (area_id, name, geometry; EPSG:4326; sorted by area_id) and what was mended.

    GeoJSON, TopoJSON, Esri JSON, KML, KMZ, shapefile in any reference system, GeoPackage, each also zipped; a folder with one file per area,
    whose column `file` is the name of the file without its ending. `crs` is used where the file carries none, or says degrees for coordinates
    that cannot be. `layer` "*" takes all layers together. `shown` is how messages call the file. Raises MissingFileError, or GeographyError
    with all its problems.
    """
    path = Path(file)
    shown = shown or path.name
    frame, issues = read_shapes(path, crs=crs, layer=layer, shown=shown)
    areas, mended = check_areas(frame, shown=shown, id_column=id_column, name_column=name_column)
    return areas, (*issues, *mended)


def read_shapes(path: Path, *, crs: Any = None, layer: str | None = None, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Return the shapes of a file or folder as they are, in a reference system they have, with what is to be told. Raises as `read_areas` does."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in _ONE_PER_AREA and not file.name.startswith("."))
        if files:
            return _read_folder(files, crs, shown)
    opened = open_map(path, shown)
    names = opened.layers
    if layer == ALL_LAYERS:
        chosen = list(names)
    elif layer is not None and layer not in names:
        raise GeographyError(f"{shown}: has no layer {layer!r}, it has {', '.join(names) or 'none'}.")
    elif layer is None and len(names) > 1:
        raise GeographyError(f"{shown}: has the layers {', '.join(names)}. Say which one in city.toml: layer = {quoted(names[0])}")
    else:
        chosen = list(names) if layer is None else [layer]
    if not chosen:
        return gpd.GeoDataFrame({}, geometry=[], crs=DEGREES), []
    frames, issues = [], []
    for name in chosen:
        frame, told = opened.read(name)
        frame, found = with_crs(frame, crs, shown)
        frames.append(frame)
        issues += [*told, *found]
    return _together(frames), issues


def _read_folder(files: list[Path], crs: Any, shown: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read one file per area. A file that cannot be read costs its own areas, and is told; raises GeographyError where none can."""
    frames, issues, broken = [], [], []
    for file in files:
        where = f"{shown}/{file.name}"
        try:
            frame, found = read_shapes(file, crs=crs, layer=ALL_LAYERS, shown=where)
        except GeographyError as error:
            broken.append(file.name)
            text = str(error).removeprefix(f"{where}: ")
            issues.append(Issue(where, code="boundary_file_broken", severity="error", text=file.name, message=f"{text} Its area is missing."))
            continue
        if "file" not in frame.columns:
            frame = frame.assign(file=file.stem)
        frames.append(frame)
        issues += found
    if not frames:
        raise GeographyError(f"{shown}: none of its files can be read ({listed(broken)}). {issues[0].message}")
    return _together(frames), issues


def _together(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return frames as one; in degrees where there are several, whose systems may differ."""
    if len(frames) == 1:
        return frames[0]
    rows = [frame.to_crs(DEGREES) for frame in frames if len(frame)]
    if not rows:
        return frames[0]
    return gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), geometry="geometry", crs=DEGREES)
