"""How fast are calls read, placed, counted and questioned, against the plain way to do the same?

`python tests/benchmarks/bench_calls.py FOLDER [ROWS]`: FOLDER holds calls_ROWS.csv and areas.parquet as the reference generator writes them (ROWS is
12000000 unless given). Everything is timed in one run; ratios travel between machines, seconds do not.
"""

from __future__ import annotations

import resource
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
from ecosystem.calls.grid import GridIndex
from ecosystem.calls.ingest import read_incidents
from ecosystem.calls.levers import Change, Levers, Opening, slots_of
from ecosystem.calls.recode import CallTypes
from ecosystem.city import Calls


def timed(what: Callable[[], Any], repeat: int = 1) -> tuple[float, Any]:
    seconds, result = [], None
    for _ in range(repeat):
        start = time.perf_counter()
        result = what()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main(folder: Path, rows: int) -> None:
    import datetime as dt

    areas = gpd.read_parquet(folder / "areas.parquet")
    built, grid = timed(lambda: GridIndex.of(areas))
    settings = {
        "files": [str(folder / f"calls_{rows}.csv")],
        "officer_started": ["OFFICER"],
        "answered": {"alternative": ["BCR"], "online": ["311 XFER"]},
    }
    calls = Calls.model_validate(settings)
    with tempfile.TemporaryDirectory() as work:
        seconds, ingest = timed(lambda: read_incidents(calls, Path(work), time_zone="America/Chicago", grid=grid))
        speed = rows / seconds / 1e6
        print(f"CSV of {rows:,} rows to incidents with areas: {seconds:.1f} s, {speed:.2f} M rows/s (asked 1), peak {peak_gb():.2f} GB (asked 2)")
        print(f"  CPU of this process {time.process_time():.1f} s; {ingest.n_incidents:,} incidents, {ingest.incidents.stat().st_size / 1e6:.0f} MB")

        backend = engine.connect(memory="1GB")
        con = backend.con
        path = ingest.incidents
        found = dict(con.execute(f"select type_final, count(*) from '{path}' where type_final is not null group by 1").fetchall())
        types = CallTypes().with_proposals(found, {}).decided_by("benchmark", dt.date(2026, 1, 1)).table()
        incidents, table = engine.parquet(backend, path, "incidents"), engine.table(backend, "types", types)
        expression = measures.cube(incidents, table)
        slow, cells = timed(lambda: engine.fetch(expression, backend), 3)
        sums = ", ".join(
            [
                "sum(w) n", "sum(w * s) unit_s", "sum(case when unit_s is not null then w else 0 end) timed_n",
                *(f"sum({b}) e_{b}, sum({b} * s) s_{b}" for b in measures.BOUNDS),
                *(f"sum(case when how = '{how}' then w else 0 end) n_{how}" for how in measures.HOW),
                "sum(case when how in ('alternative', 'phone', 'online') and high > 0 then w else 0 end) taken",
            ]
        )  # fmt: skip
        by_hand = f"""
            select need, area_id, slot, {sums} from (
              select coalesce(t.need, 'UNKNOWN') need, area_id, slot, how, unit_s, coalesce(unit_s, 0)::double s, coalesce(t.share, 1) w,
                coalesce(t.share * t.low, 0) low, coalesce(t.share * t.mid, 0) mid, coalesce(t.share * t.high, 0) high
              from read_parquet('{path}') i left join types t on i.type_final = t.type and i.week * 7 + i.slot // 48 between t.from_day and t.to_day
              where not is_officer_started and not is_duplicate and area_id is not null and slot is not null)
            where need not in ('EXCL-OFFICER', 'EXCL-ADMIN') group by all"""
        fast, plain = timed(lambda: con.execute(by_hand).df(), 3)
        if len(plain) != len(cells) or not np.isclose(plain["e_mid"].sum(), cells["e_mid"].sum(), rtol=1e-9):
            raise AssertionError("the cube and the SQL by hand differ")
        print(f"cube of {len(cells):,} cells: {slow:.2f} s, {slow / fast:.2f}x SQL by hand (asked 1.3), memory limit 1 GB, peak {peak_gb():.2f} GB")

        points = con.execute(f"select lat, lon from read_csv('{folder / f'calls_{rows}.csv'}') using sample 4000000 rows").fetchnumpy()
        longitudes, latitudes = (np.ma.filled(np.asarray(points[name], dtype=np.float64), np.nan) for name in ("lon", "lat"))
        on_grid, mine = timed(lambda: grid.locate_all(longitudes, latitudes), 3)
        geometries = areas.geometry.to_numpy()

        def with_tree() -> Any:
            rows_found = np.full(len(longitudes), len(geometries), dtype=np.int32)
            which, area = shapely.STRtree(geometries).query(shapely.points(longitudes, latitudes), predicate="covered_by")
            np.minimum.at(rows_found, which, area.astype(np.int32))
            return np.where(rows_found == len(geometries), -1, rows_found)

        on_tree, theirs = timed(with_tree)
        ratio = on_tree / (on_grid + built)
        same = "identical" if (mine == theirs).all() else "DIFFERENT"
        print(f"{len(longitudes) / 1e6:.0f} M points in 87 areas: {on_grid:.2f} s + {built:.2f} s to build, {ratio:.1f}x STRtree (asked 8), {same}")

        coverage = cells[["need", "area_id", "slot"]].assign(share_known=0.3, share_possible=0.5)
        levers = Levers.of(cells, coverage, area_ids=tuple(areas["area_id"]))
        change = Change(openings=(Opening(levers.needs[:3], slots_of(300, 12)),), eligibility={levers.needs[0]: 0.9})
        print(f"what-if on the cube: {1000 * timed(lambda: levers.answer(change), 5)[0]:.1f} ms (asked 100)")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("calls: left out; give the folder of the reference generator's files to run it")
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12_000_000)
