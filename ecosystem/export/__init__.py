"""In which formats does a run leave the program? One module per format, each with `write(run, out)`.

Adding one costs a file here and a line below. An exporter computes nothing: it writes what the records of the edition, the coverage and the
findings say, in the same bytes every time. The package `hsds` is not among them: it is written when somebody asks for it (`ecosystem export`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from ecosystem.errors import NameUnknownError

if TYPE_CHECKING:
    from ecosystem.export.rows import Run
    from ecosystem.outputs import OutputFolder

EXPORTS = {
    "tables": "ecosystem.export.tables",
    "workbook": "ecosystem.export.workbook",
    "gpkg": "ecosystem.export.gpkg",
    "graphml": "ecosystem.export.graphml",
    "manifest": "ecosystem.export.manifest",
}
"""Exporters by name, in the order they run: the manifest lists what the others wrote. Modules are named, not imported, to keep `--help` quick."""


class _Exporter(Protocol):
    def write(self, run: Run, out: OutputFolder) -> None: ...


def write(name: str, run: Run, out: OutputFolder) -> None:
    """Write one format of a run into an output folder. Raises NameUnknownError for a name that is none."""
    if name not in EXPORTS:
        raise NameUnknownError(f"there is no export {name!r}; there are {', '.join(EXPORTS)}")
    cast("_Exporter", import_module(EXPORTS[name])).write(run, out)
