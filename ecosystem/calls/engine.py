"""Where are the measures computed? On DuckDB in this process, or wherever an Ibis connection URL points.

Reading exports is DuckDB's work alone (`duck`): dates, mapping and duplicates need what no portable layer has. Everything after that is Ibis
expressions over three tables, incidents, call types and coverage, so that a state can run them where its data lie (`connect`).
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.errors import InputError

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends import BaseBackend
    from numpy.typing import NDArray

THREADS = 2
OWN_SHARE = 0.7
"""How much of the memory that measures may take DuckDB gets; the rest is for Python and for the result."""


def duck(memory: str = "1GB", spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a new DuckDB in this process that keeps to `memory` and writes what does not fit below the folder `spill`. It never uses the network."""
    import duckdb

    connection = duckdb.connect(
        config={"threads": THREADS, "memory_limit": memory, "preserve_insertion_order": False, "autoinstall_known_extensions": False}
    )
    if spill is not None:
        connection.execute(f"set temp_directory = {quoted(spill)}")
    return connection


def sorted_parts(connection: duckdb.DuckDBPyConnection, number: str, rows: str, n_rows: int) -> Iterator[NDArray[np.int64 | np.uint64]]:
    """Yield whole numbers (SQL `number`, never NULL, of `rows`) sorted, in parts that fit into memory; equal numbers are in one part."""
    parts = 1 + n_rows // 20_000_000
    for part in range(parts):
        mine = f" and {number} % {parts} = {part}" if parts > 1 else ""
        values = np.asarray(connection.execute(f"select {number} as number from {rows}{mine}").fetchnumpy()["number"])
        values.sort()
        yield values


def quoted(value: object) -> str:
    """Return a value as a text of SQL.

    >>> quoted("O'Neil")
    "'O''Neil'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def named(column: str) -> str:
    """Return a column's name as SQL writes it.

    >>> named('odd "name"')
    '"odd ""name\"""'
    """
    return '"' + column.replace('"', '""') + '"'


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the deprecations that Ibis meets in its own libraries out of the user's sight."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        yield


def connect(url: str = "duckdb://", *, memory: str = "1GB", spill: Path | None = None) -> BaseBackend:
    """Return the Ibis connection of a URL such as `duckdb://` or `pyspark://`. Raises InputError where there is none, saying what to install.

    With `duckdb://` the process keeps to `memory` (such as 1GB), results of the size of a cube included.
    """
    import ibis

    with quiet():
        if url.rstrip("/:") == "duckdb":
            return ibis.duckdb.from_connection(duck(_part_of(memory, OWN_SHARE), spill))
        try:
            return ibis.connect(url)
        except (ModuleNotFoundError, ValueError, NotImplementedError) as error:
            scheme = url.split(":", 1)[0]
            fix = f'Install what it needs: pip install "ibis-framework[{scheme}]".'
            raise InputError(f'[calls] backend = "{url}" cannot be used ({error}). {fix}') from error


def _part_of(memory: str, share: float) -> str:
    """A share of an amount of memory.

    >>> _part_of("1GB", 0.7), _part_of("1.5 GiB", 0.5)
    ('700MB', '750MiB')
    """
    number, unit = re.match(r"([0-9.]+) *([MG]i?B)$", memory).groups()  # type: ignore[union-attr]
    return f"{float(number) * (1_000 if unit.startswith('G') else 1) * share:.0f}{unit.replace('G', 'M')}"


def table(backend: BaseBackend, name: str, frame: pd.DataFrame) -> ir.Table:
    """Return a small table as the backend can join it.

    DuckDB gets one of its own, in place of what had the name before; other engines are sent the rows with each query, and nothing is left there.
    """
    import ibis
    import pyarrow as pa

    arrow = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    with quiet():
        if backend.name == "duckdb":
            backend.con.register(f"{name}_rows", arrow)
            backend.con.execute(f"create or replace temp table {named(name)} as select * from {named(f'{name}_rows')}")
            backend.con.unregister(f"{name}_rows")
            return backend.table(name)
        return ibis.memtable(arrow)


def parquet(backend: BaseBackend, path: Path, name: str) -> ir.Table:
    """Return a Parquet file as a table of the backend."""
    with quiet():
        return backend.read_parquet(str(path), table_name=name)


def fetch(expression: ir.Table, backend: BaseBackend) -> pd.DataFrame:
    """Return the result of an expression. Rows have no order unless the expression gives one."""
    with quiet():
        frame: pd.DataFrame = backend.execute(expression)
    return frame
