"""How fast are calls read, placed, counted and questioned, against the plain way to do the same?

`python tests/benchmarks/bench_calls.py FOLDER [ROWS]`: FOLDER holds calls_ROWS.csv and areas.parquet as the reference generator writes them (ROWS is
12000000 unless given). Each part runs in a process of its own, so that its memory is its own, beside its baseline in the same process. Ratios travel
between machines, seconds do not; where others use the machine, CPU seconds (of both threads together) say more than those of the clock.
"""

from __future__ import annotations

import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from ecosystem.calls import engine, measures
from ecosystem.calls.engine import duck
from ecosystem.calls.grid import GridIndex
from ecosystem.calls.ingest import INCIDENTS, read_incidents
from ecosystem.calls.levers import Change, Levers, Opening, slots_of
from ecosystem.calls.recode import CallTypes
from ecosystem.city import Calls


def timed(what: Callable[[], Any], repeat: int = 1) -> tuple[float, float, Any]:
    """The least seconds by the clock and of CPU, and the result."""
    clock, cpu, result = [], [], None
    for _ in range(repeat):
        start, start_cpu = time.perf_counter(), time.process_time()
        result = what()
        clock.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    return min(clock), min(cpu), result


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def read(folder: Path, rows: int, work: Path) -> None:
    grid = GridIndex.of(gpd.read_parquet(folder / "areas.parquet"))
    settings = {
        "files": [str(folder / f"calls_{rows}.csv")],
        "officer_started": ["OFFICER"],
        "answered": {"alternative": ["BCR"], "online": ["311 XFER"]},
    }
    calls = Calls.model_validate(settings)
    seconds, cpu, ingest = timed(lambda: read_incidents(calls, work, time_zone="America/Chicago", grid=grid))
    peak = peak_gb()
    print(f"CSV of {rows:,} rows to {ingest.n_incidents:,} incidents with areas: {seconds:.1f} s, {rows / seconds / 1e6:.2f} M rows/s (asked 1)")
    print(f"  CPU {cpu:.1f} s, {2 * rows / cpu / 1e6:.2f} M rows/s if two processors were free; peak {peak:.2f} GB (asked 2)")
    with duck("1GB", work / "spill") as connection:
        csv = f"read_csv('{settings['files'][0]}', all_varchar = true, header = true, ignore_errors = true)"
        _, bare, _ = timed(lambda: connection.execute(f"select count(*) from {csv}").fetchall())
        times = ", ".join(f"try_strptime({name}, '%m/%d/%Y %I:%M:%S %p') {name}" for name in ("received", "dispatched", "arrived", "cleared"))
        typed = f"""copy (select incident_no, {times}, call_type, priority, source, disposition, unit, beat, try_cast(lat as double) lat,
            try_cast(lon as double) lon from {csv}) to '{work}/typed.parquet' (format parquet)"""
        _, first, _ = timed(lambda: connection.execute(typed))
        connection.register("rows_of_cells", grid.cells())
        connection.execute("create temp table cells as select cell, area from rows_of_cells")
        grouped = f"""copy (select * exclude (incident_no), isodow(received) * 48 + hour(received) * 2 as slot from (
              select incident_no, min(received) received, min(arrived) arrived, any_value(call_type) call_type, any_value(priority) priority,
                any_value(source) source, any_value(disposition) disposition, any_value(beat) beat, count(distinct unit) n_units,
                sum(date_diff('second', dispatched, cleared)) unit_s, any_value({grid.cell_sql("lon", "lat")}) cell
              from '{work}/typed.parquet' group by incident_no) left join cells using (cell)) to '{work}/plain.parquet' (format parquet)"""
        _, second, _ = timed(lambda: connection.execute(grouped))
    print(
        f"  CPU of baselines: counting the rows of the CSV {bare:.1f} s; SQL by hand, CSV to typed rows {first:.1f} s, rows to incidents with cells"
    )
    print(f"  {second:.1f} s (no border tested, no quality told, repeated rows counted twice): ours takes {cpu / (first + second):.2f}x of both,")
    print(f"  {cpu / first:.2f}x of the typed rows alone")


def count(folder: Path, rows: int, work: Path) -> None:
    backend = engine.connect(memory="1GB", spill=work / "spill")
    con = backend.con
    path = work / INCIDENTS
    found = dict(con.execute(f"select type_final, count(*) from '{path}' where type_final is not null group by 1").fetchall())
    types = CallTypes().with_proposals(found, {}).decided_by("benchmark", dt.date(2026, 1, 1)).table()
    incidents, table = engine.parquet(backend, path, "incidents"), engine.table(backend, "types", types)
    expression = measures.cube(incidents, table)
    _, _, cells = timed(lambda: engine.fetch(expression, backend))
    peak = peak_gb()
    sums = ", ".join(
        [
            "sum(w) n", "sum(w * s) unit_s", "sum(case when unit_s is not null then w else 0 end) timed_n",
            *(f"sum({b}) e_{b}, sum({b} * s) s_{b}" for b in measures.BOUNDS),
            *(f"sum(case when how = '{how}' then w else 0 end) n_{how}" for how in measures.HOW),
            "sum(case when how in ('alternative', 'phone', 'online') and high > 0 then w else 0 end) taken",
            "sum(case when how = 'alternative' and unit_s is not null then w else 0 end) alternative_timed_n",
            "sum(case when how = 'alternative' and unit_s is not null then w * s else 0 end) alternative_s",
        ]
    )  # fmt: skip
    by_hand = f"""
        select need, area_id, slot, {sums} from (
          select coalesce(t.need, 'UNKNOWN') need, area_id, slot, how, unit_s, coalesce(unit_s, 0)::double s, coalesce(t.share, 1) w,
            coalesce(t.share * t.low, 0) low, coalesce(t.share * t.mid, 0) mid, coalesce(t.share * t.high, 0) high
          from read_parquet('{path}') i left join types t on i.type_final = t.type and i.week * 7 + i.slot // 48 between t.from_day and t.to_day
          where not is_officer_started and not is_duplicate and area_id is not null and slot is not null)
        where need not in ('EXCL-OFFICER', 'EXCL-ADMIN') group by all"""
    del cells
    slow, slow_cpu, cells = timed(lambda: engine.fetch(expression, backend), 3)
    fast, fast_cpu, plain = timed(lambda: con.execute(by_hand).df(), 3)
    if len(plain) != len(cells) or not np.isclose(plain["e_mid"].sum(), cells["e_mid"].sum(), rtol=1e-9):
        raise AssertionError("the cube and the SQL by hand differ")
    n = int(cells["n"].sum())
    print(f"cube of {len(cells):,} cells from {n:,} calls: {slow:.2f} s, {slow / fast:.2f}x SQL by hand (asked 1.3), CPU {slow_cpu / fast_cpu:.2f}x;")
    print(f"  peak of the process {peak:.2f} GB when it has the cube (asked 1)")
    cells.to_parquet(work / "cube.parquet")


def place(folder: Path, rows: int, work: Path) -> None:
    areas = gpd.read_parquet(folder / "areas.parquet")
    built, built_cpu, grid = timed(lambda: GridIndex.of(areas))
    with duck("1GB", work / "spill") as connection:
        query = f"select try_cast(lat as double) lat, try_cast(lon as double) lon from read_csv('{folder / f'calls_{rows}.csv'}', all_varchar = true)"
        points = connection.execute(f"{query} limit 2000000").fetchnumpy()
    longitudes, latitudes = (np.ma.filled(np.ma.asarray(points[name], dtype=np.float64), np.nan) for name in ("lon", "lat"))
    on_grid, on_grid_cpu, mine = timed(lambda: grid.locate_all(longitudes, latitudes), 3)
    geometries = areas.geometry.to_numpy()

    def with_tree() -> Any:
        rows_found = np.full(len(longitudes), len(geometries), dtype=np.int32)
        which, area = shapely.STRtree(geometries).query(shapely.points(longitudes, latitudes), predicate="covered_by")
        np.minimum.at(rows_found, which, area.astype(np.int32))
        return np.where(rows_found == len(geometries), -1, rows_found)

    on_tree, on_tree_cpu, theirs = timed(with_tree)
    if not (mine == theirs).all():
        raise AssertionError("the grid and the tree place points in different areas")
    print(f"{len(longitudes) / 1e6:.1f} M points in {len(areas)} areas: {on_grid:.2f} s + {built:.2f} s to build, every point as STRtree places it;")
    print(f"  {on_tree / (on_grid + built):.1f}x as fast as STRtree (asked 8), CPU {on_tree_cpu / (on_grid_cpu + built_cpu):.1f}x")


def ask(folder: Path, rows: int, work: Path) -> None:
    import pandas as pd

    areas, cells = gpd.read_parquet(folder / "areas.parquet"), pd.read_parquet(work / "cube.parquet")
    coverage = cells[["need", "area_id", "slot"]].assign(share_known=0.3, share_possible=0.5)
    levers = Levers.of(cells, coverage, area_ids=tuple(areas["area_id"]))
    change = Change(openings=(Opening(levers.needs[:3], slots_of(300, 12)),), eligibility={levers.needs[0]: 0.9})
    seconds, cpu, _ = timed(lambda: levers.answer(change), 5)
    print(f"what-if on the saved cube: {1000 * seconds:.1f} ms (asked 100), CPU {1000 * cpu:.1f} ms")


PARTS = (read, count, place, ask)


def main(folder: Path, rows: int) -> None:
    with tempfile.TemporaryDirectory() as work:
        for part in PARTS:
            subprocess.run([sys.executable, __file__, str(folder), str(rows), part.__name__, work], check=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("calls: left out; give the folder of the reference generator's files to run it")
    elif len(sys.argv) == 5:
        next(part for part in PARTS if part.__name__ == sys.argv[3])(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[4]))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12_000_000)
