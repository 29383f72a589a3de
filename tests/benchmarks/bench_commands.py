"""How long does a user wait? Import, help and the whole demo, beyond the bare interpreter.

    python tests/benchmarks/bench_commands.py

Each figure is the median of some runs as a process of its own; the baseline is `python -c pass` in the same run. The demo's memory is the
largest resident set of the process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run(*command: str, cwd: str | None = None) -> tuple[float, float]:
    """Return (seconds, largest resident set in MB) of one process."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=cwd)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / (1e3 if sys.platform != "darwin" else 1e6)


def median(times: int, *command: str) -> float:
    return statistics.median(run(*command)[0] for _ in range(times))


def main() -> None:
    median(3, "-c", "import ecosystem.cli")  # files in the disk cache, byte code written
    bare = median(15, "-c", "pass")
    imported = median(15, "-c", "import ecosystem")
    told = median(15, "-m", "ecosystem", "--help")
    print(f"python -c pass: {1000 * bare:.0f} ms (the baseline)")
    print(f"import ecosystem: {imported - bare:.3f} s beyond it (asked 0.15), {imported / bare:.1f}x")
    print(f"ecosystem --help: {told:.3f} s (asked 0.3), {told / bare:.1f}x")
    with tempfile.TemporaryDirectory() as folder:
        seconds, megabytes = run("-m", "ecosystem", "demo", str(Path(folder) / "riverbend"), cwd=folder)
    print(f"ecosystem demo, every edition and file: {seconds:.1f} s (asked 15), {megabytes:.0f} MB (asked 800)")


if __name__ == "__main__":
    main()
