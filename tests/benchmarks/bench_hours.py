"""How many hours texts a second are read on one core? Run: python tests/benchmarks/bench_hours.py

Two columns of texts: the real directories of the shared data (folder named by ECOSYSTEM_SHARED, or ../shared) and 20,000 made-up ones. What
counts is different texts, each read once, beginning with every memory empty; real columns repeat their texts, so the rows as they come are told too.
CPU time, the best of twenty: a machine that others use slows some of them down by half, and makes none faster.
"""

from __future__ import annotations

import csv
import os
import random
import sys
import time
from pathlib import Path

from surveys.hours.read import read_hours

REPOSITORY = Path(__file__).resolve().parents[2]
TARGET = 15_000


def made_up(count: int) -> list[str]:
    """Texts of days and times in the usual forms, one in four with a label, a closure or words; few are the same."""
    source = random.Random(1)
    days = ["Monday - Friday", "Mon-Thu", "M-F", "Tuesday, Thursday", "Sat", "Saturday and Sunday", "Daily", "Wed", "Mon & Wed", "Weekdays"]

    def span() -> str:
        return f"{source.randint(7, 11)}{source.choice([':00', ':15', ':30', ''])}am - {source.randint(1, 9)}{source.choice([':00', ':30', ''])}pm"

    texts = []
    for _ in range(count):
        parts = [f"{source.choice(days)}, {span()}"]
        kind = source.randint(0, 7)
        if kind == 0:
            parts = [f"Office: {parts[0]}", "Hotline: 24/7"]
        elif kind == 1:
            parts.append("closed noon - 1pm for lunch")
        elif kind in (2, 3):
            parts = [f"{span()}, {source.choice(days[:4])}", f"{span()}, Saturday"]
        texts.append("; ".join(parts))
    return texts


def directory_rows() -> list[str]:
    """Every non-empty hours cell of three real directories, in file order."""
    folder = (REPOSITORY / os.environ.get("ECOSYSTEM_SHARED", "../shared") / "data" / "directories").resolve()
    if not folder.is_dir():
        return []
    texts: list[str] = []
    for path, column in ((folder / "sf211_icarol" / "sf_only.csv", "HoursOfOperation"), (folder / "nyc_food_gap" / "efap_geo.csv", "DAYS")):
        with path.open(newline="", encoding="utf-8") as file:
            texts += [row[column] for row in csv.DictReader(file)]
    with (folder / "ilao_legal_aid" / "input_locations.csv").open(newline="", encoding="utf-8") as file:
        texts += [row["Hours of operation"] for row in csv.DictReader(file)]
    return [text for text in texts if text.strip()]


def forget() -> None:
    """Empty every memory that reading keeps."""
    for name, module in list(sys.modules.items()):
        if name.startswith("surveys.hours"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def per_second(texts: list[str]) -> float:
    """Return texts per second of CPU time, the best of twenty runs that each begin with no memory at all."""
    best = float("inf")
    for _ in range(20):
        forget()
        begun = time.process_time()
        for text in texts:
            read_hours(text)
        best = min(best, time.process_time() - begun)
    return len(texts) / best


def main() -> int:
    """Print the figures; 0 when different texts, each read once, reach the target."""
    slowest = float("inf")
    for name, texts in (("directory rows", directory_rows()), ("made-up texts", made_up(20_000))):
        if not texts:
            print(f"{name}: the real data is not here; set ECOSYSTEM_SHARED")
            continue
        different = list(dict.fromkeys(texts))
        each_once = per_second(different)
        slowest = min(slowest, each_once)
        print(f"{name}: {len(different):,} different ones, each read once, {each_once:,.0f} a second")
        print(f"  {len(texts):,} as they come {per_second(texts):,.0f} a second")
    print(f"target {TARGET:,} different texts a second: {'reached' if slowest >= TARGET else 'missed'}")
    return 0 if slowest >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
