"""Which boundary files lie in this zip? Nothing is unpacked to disk, and no more is read than a city's boundaries can need."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from ecosystem.errors import GeographyError

MOST_BYTES = 1_000_000_000
"""More than this, unpacked, is no boundary file of a city but a mistake or a zip bomb."""

BOUNDARY_SUFFIXES = (".shp", ".geojson", ".json", ".topojson", ".kml", ".gpkg")


def boundary_members(path: Path, shown: str) -> list[str]:
    """Return the members of a zip that boundaries can be read from, in order of their names.

    Members with a path that leads out of the archive are not looked at. Raises GeographyError for what is no zip, is locked, holds no
    boundary file, or would unpack to more than `MOST_BYTES`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise GeographyError(f"{shown}: is a broken zip file and cannot be read as GeoJSON, shapefile or GeoPackage. Download it again.") from error
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise GeographyError(f"{shown}: would unpack to more than {MOST_BYTES // 1_000_000:,} MB. Give the boundary file alone.")
    names = sorted(member.filename for member in members if _is_boundary(member.filename))
    if not names:
        held = ", ".join(sorted(PurePosixPath(member.filename).name for member in members if not member.is_dir())[:5]) or "nothing"
        raise GeographyError(f"{shown}: holds no boundary file (it holds {held}). A zipped shapefile needs its .shp, .shx, .dbf and .prj in one zip.")
    locked = [member.filename for member in members if member.filename in names and member.flag_bits & 1]
    if locked:
        raise GeographyError(f"{shown}: {PurePosixPath(locked[0]).name} in it is locked with a password. Save it without one.")
    return names


def read_member(path: Path, member: str, shown: str, most_bytes: int | None = None) -> bytes:
    """Return what a member holds, or its first `most_bytes`. Raises GeographyError where it is broken or larger than it says."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            content = file.read(MOST_BYTES + 1 if most_bytes is None else most_bytes)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise GeographyError(f"{shown}: {PurePosixPath(member).name} in it is broken. Download it again.") from error
    if len(content) > MOST_BYTES:
        raise GeographyError(f"{shown}: would unpack to more than {MOST_BYTES // 1_000_000:,} MB. Give the boundary file alone.")
    return content


def _is_boundary(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part == "__MACOSX" or part.startswith(".") for part in path.parts)
    return not hidden and not path.is_absolute() and path.suffix.lower() in BOUNDARY_SUFFIXES
