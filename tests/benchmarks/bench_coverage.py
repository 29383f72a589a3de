"""How fast is the cube? Ratios against named baselines in one run, on the fixed instances of `coverage_instances.py`.

    python tests/benchmarks/bench_coverage.py [M] [L]

Baselines: plain pandas (merge, explode, groupby.nunique, reindex) and tuned pandas (small types, one merge, one size) for size M; a cold copy
of the output array for size L. The instances lie in the shared data folder (environment variable ECOSYSTEM_SHARED, default ../shared).
A tenth of the deliveries has unknown hours, so that known and possible differ.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ecosystem.coverage import Coverage
from ecosystem.schedule import Schedule


def instances() -> ModuleType:
    folder = Path(os.environ.get("ECOSYSTEM_SHARED", Path(__file__).parents[2].parent / "shared"))
    spec = importlib.util.spec_from_file_location("coverage_instances", folder / "acceptance" / "coverage_instances.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no coverage_instances.py in {folder}; set ECOSYSTEM_SHARED")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def best(run: Callable[[], Any], times: int = 5) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def cube(coverage: Coverage) -> None:
    for need in coverage.needs:
        coverage.known(need)
        coverage.possible(need)


def prepare(size: str) -> tuple[ModuleType, Any, np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], int]:
    data = instances()
    membership, service, start, end, category = data.instance(size)
    n_categories = data.SIZES[size][2]
    is_open = data.slots(service, start, end, membership.shape[1])
    answers = category[None, :] == np.arange(n_categories)[:, None]
    unknown = np.arange(len(is_open)) % 10 == 0
    known, possible = is_open.copy(), is_open.copy()
    known[unknown], possible[unknown] = 0, 1
    return data, membership, is_open, known, possible, answers, category


def medium() -> None:
    data, membership, is_open, known, possible, answers, category = prepare("M")

    def build() -> None:
        cube(Coverage.from_arrays(membership, known, answers, slots_possible=possible))

    seconds = best(build)
    plain = best(lambda: data.plain_pandas(membership, is_open, category, data.SIZES["M"][2]), 1)
    tuned = best(lambda: data.tuned_pandas(membership, is_open, category), 2)
    print(f"M cube, known and possible: {1000 * seconds:.1f} ms")
    print(f"  {plain / seconds:.0f}x plain pandas (asked 300), {tuned / seconds:.0f}x tuned pandas (asked 60)")
    coverage = Coverage.from_arrays(membership, known, answers, slots_possible=possible)
    cube(coverage)
    change = best(lambda: cube(coverage.with_change("7", known=Schedule.daily("18:00", "06:00"))))
    print(f"M one delivery changed: {1000 * change:.2f} ms (asked 5 ms)")


def large() -> None:
    _, membership, is_open, _, _, answers, _ = prepare("L")
    coverage = Coverage.from_arrays(membership, is_open, answers)
    shape, seconds, copies = (len(coverage.needs) * membership.shape[0], is_open.shape[1]), [], []
    for _ in range(3):
        fresh = Coverage.from_arrays(membership, is_open, answers)
        start = time.perf_counter()
        for need in fresh.needs:
            fresh.known(need)
        seconds.append(time.perf_counter() - start)
        tensor = np.concatenate([fresh.known(need) for need in fresh.needs])
        del fresh
        start = time.perf_counter()
        tensor.copy()
        copies.append(time.perf_counter() - start)
        if tensor.shape != shape:
            raise AssertionError(f"the tensor is {tensor.shape}, not {shape}")
        del tensor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"L one tensor {shape} uint8: {min(seconds):.2f} s, {min(seconds) / min(copies):.1f}x a cold copy (asked 12)")
    print(f"  peak of the process {peak:.2f} GB (asked 2)")


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["M", "L"]
    if "L" in chosen:
        large()
    if "M" in chosen:
        medium()
