"""Run every benchmark and print its figures: `python tests/benchmarks/run.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"== {script.stem}", flush=True)
        subprocess.run([sys.executable, str(script)], check=False)  # a missed figure is printed; the others still run
