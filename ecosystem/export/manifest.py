"""What was this run made from, with which options and versions, and what did it write? `manifest.json`.

It also holds what the edition says of each delivery (`facts`), so that two runs can be compared by their folders alone. It names no path of
the machine and no time of the clock: the same run gives the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ecosystem
from ecosystem.export.rows import Run
from ecosystem.query import facts_by_delivery

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.outputs import OutputFolder

LIBRARIES = (
    "networkx", "geopandas", "shapely", "pandas", "numpy", "scipy", "pyproj", "pyogrio", "pyarrow", "folium", "pydantic", "jinja2",
    "python-calamine", "xlsxwriter", "rapidfuzz", "phonenumbers",
)  # fmt: skip
"""Libraries whose version can change a byte of the outputs."""


def write(run: Run, out: OutputFolder) -> None:
    """Write the manifest. It lists what was written before it, so it comes last."""
    out.write_json("manifest.json", manifest(run) | {"outputs": {name: _digest(out.folder / name) for name in out.names}})


def manifest(run: Run) -> dict[str, Any]:
    """Return what a run was made from and with."""
    city, records = run.city, run.eco.records
    inputs = dict(run.call_sources)
    inputs |= {_shown(path, city): _digest(path) for path in input_files(city)}
    return {
        "city": city.name,
        "edition": run.edition,
        "as_of": city.as_of,
        "inputs": inputs if run.edition == "analyst" else {"files": len(inputs), "all": _combined(inputs)},
        "versions": versions(),
        "options": {
            "languages": city.languages,
            "wave": city.survey.wave,
            "geographies": [entry.id for entry in city.geographies],
            "crs": run.geography.crs.to_string(),
            "taxonomy": run.eco.taxonomy.version,
            "standards": city.standards.model_dump(mode="json"),
            "goal": city.goal.model_dump(mode="json") if city.goal else None,
            "privacy": city.privacy.model_dump(mode="json"),
            "calls": city.calls.model_dump(mode="json", exclude={"files", "codes", "beats", "memory"}) if city.calls else None,
            "analysis": {name: dict(options) for name, options in city.analysis.items()},
        },
        "counts": {
            "areas": len(run.geography.area_ids),
            "units": len(run.geography.units),
            "asked": len(run.eco.asked),
            "answered": sum(key in records.answered for key in run.eco.asked),
            "organizations": len(records.organizations),
            "services": len(records.services),
            "deliveries": len(records.deliveries),
            "findings": {name: len(findings) for name, findings in run.results.items()},
        },
        "lattice_error": run.geography.lattice_error,
        "facts": facts_by_delivery(run.eco),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, of this program and of the libraries that are there."""
    found = {"python": platform.python_version(), "safety-ecosystem-mapper": ecosystem.__version__}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def input_files(city: City) -> list[Path]:
    """Return every file that a run of the city reads, sorted, each once."""
    return sorted({path for path in _named(city) if path.is_file() and not path.name.startswith(".")})


def _named(city: City) -> Iterator[Path]:
    yield city.file
    for entry in city.geographies:
        yield from entry.file.parent.glob(f"{entry.file.stem}.*") if entry.file.suffix.lower() == ".shp" else [entry.file]
        if entry.aliases:
            yield entry.aliases
    tables = [city.survey.invited, city.survey.contracts, city.survey.codebook]
    if city.population:
        tables += [city.population.file, city.population.blocks]
    yield from (path for path in tables if path)
    for folder in (city.survey.responses, city.decisions, city.taxonomy):
        if folder and folder.is_dir():
            yield from folder.rglob("*")


def _shown(path: Path, city: City) -> str:
    return path.relative_to(city.folder).as_posix() if path.is_relative_to(city.folder) else path.name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _combined(digests: dict[str, str]) -> str:
    """One digest of all inputs, for editions that do not name the files answers came in."""
    return hashlib.sha256("\n".join(f"{digest} {name}" for name, digest in sorted(digests.items())).encode("utf-8", "replace")).hexdigest()
