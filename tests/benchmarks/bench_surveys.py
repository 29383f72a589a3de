"""What do 5,000 organizations and 20,000 deliveries cost: read to records, and looked through for organizations that may be one?

    python tests/benchmarks/bench_surveys.py

Each part runs in a process of its own, for its own CPU time and largest resident set. Baselines of the same run: pandas reads the same files as
text; rapidfuzz compares the names alone of a part of the organizations, all with all (`cdist`), scaled up to all pairs.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ORGANIZATIONS, DELIVERIES = 5_000, 20_000
OWN_NAMES = ORGANIZATIONS * 19 // 20
PAIRED = 1_000
"""Organizations whose names the baseline compares all with all."""

_PLACES = ("Northbank", "Mill Street", "Harbor Hill", "Westfield", "Old Market", "Lowertown", "Cedar", "Riverside", "Oak Park", "Elm Grove")
_KINDS = ("Youth Center", "Family Services", "Community Clinic", "Food Shelf", "Legal Aid", "Recovery House", "Neighbors", "Outreach", "Alliance")
_TYPES = ("02a", "04e", "05a", "06g", "11b", "08a", "03b")
_HOURS = ("Mo-Fr 09:00-17:00", "M-F 8-4:30", "Mon-Thu 9am-5pm, Fri 9am-noon", "24/7", "Daily 7:30 am - 10 pm", "Sat & Sun 10-4", "varies", "")


def make_city(folder: Path) -> None:
    """Write a city folder: a grid of areas and four exports, one in twenty organizations a second time under a misspelt name."""
    source = random.Random(1)
    features = []
    for at in range(100):
        west, south = -93.3 + 0.01 * (at % 10), 45.0 + 0.01 * (at // 10)
        ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
        features.append(
            {"type": "Feature", "properties": {"id": f"a{at}", "name": f"Area {at}"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "city.toml").write_text(
        'name = "Gridville"\ntime_zone = "America/Chicago"\nas_of = 2026-10-01\n[[geographies]]\nid = "areas"\nname = "Areas"\n'
        'file = "areas.geojson"\nid_column = "id"\nname_column = "name"\n'
    )
    (folder / "responses").mkdir()
    names = [f"{_PLACES[at % 10]} {_word(source)} {_KINDS[at // 10 % 9]}" for at in range(OWN_NAMES)]
    names += [_misspelt(name, source) for name in names[: ORGANIZATIONS - OWN_NAMES]]
    rows = [_answer(at, names[at % ORGANIZATIONS], source) for at in range(DELIVERIES)]
    for part in range(4):
        with (folder / "responses" / f"part{part}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows[part::4])


def _answer(at: int, name: str, source: random.Random) -> dict[str, str]:
    own = at % ORGANIZATIONS % OWN_NAMES
    areas = "; ".join(f"Area {source.randrange(100)}" for _ in range(source.randint(1, 5)))
    return {
        "organization": name,
        "date": f"2026-09-{1 + own % 28:02d}",
        "respondent_role": "director",
        "service": f"Service {at // ORGANIZATIONS}",
        "service_type": source.choice(_TYPES),
        "mode": source.choice(("walk-in", "mobile", "phone", "by appointment")),
        "area": source.choice((areas, "citywide")),
        "hours": source.choice(_HOURS),
        "languages": source.choice(("Spanish", "Spanish (staff); Somali (interpreter)", "")),
        "age_min": source.choice(("18", "12", "")),
        "teams": source.choice(("1", "2", "")),
        "address": f"{100 + own} {_PLACES[own % 7]} Street",
        "public_phone": f"612-{200 + own // 10_000:03d}-{own:04d}",
        "website": f"https://site{own}.example.org",
        "funded": "yes",
        "paid": "yes",
        "more_money": "",
    }


def _word(source: random.Random) -> str:
    return "".join(source.choice("bdfgklmnprstvz") + source.choice("aeiou") for _ in range(3)).capitalize()


def _misspelt(name: str, source: random.Random) -> str:
    at = source.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


# -- the parts, each in a process of its own ---------------------------------------------------------------------------------------------------


def read_records(folder: Path) -> str:
    import surveys
    from ecosystem.city import City
    from ecosystem.geography import Geography
    from ecosystem.taxonomy import Taxonomy

    city = City.read(folder)
    records = surveys.read(city, Geography.read(city), Taxonomy.read()).records
    return f"{len(records.organizations):,} organizations, {len(records.deliveries):,} deliveries"


def read_plain(folder: Path) -> str:
    import pandas as pd

    return f"{sum(len(pd.read_csv(path, dtype=str)) for path in sorted((folder / 'responses').glob('*.csv'))):,} rows"


def find_candidates(folder: Path) -> str:
    from surveys.matching import Listing, candidates

    told: dict[str, list[str]] = {}
    for path in sorted((folder / "responses").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                told.setdefault(row["organization"], [row["website"], row["public_phone"], row["address"]])
    listings = [Listing(name, name, (), (url,), (phone,), (address,)) for name, (url, phone, address) in told.items()]
    begun = time.process_time()
    found = candidates(listings)
    return f"{time.process_time() - begun:.3f} {len(found):,} candidates among {len(listings):,}"


def compare_all(folder: Path) -> str:
    import rapidfuzz.fuzz
    import rapidfuzz.process

    with (folder / "responses" / "part0.csv").open(newline="", encoding="utf-8") as file:
        names = sorted({row["organization"] for row in csv.DictReader(file)})[:PAIRED]
    begun = time.process_time()
    rapidfuzz.process.cdist(names, names, scorer=rapidfuzz.fuzz.token_sort_ratio, workers=1)
    return f"{time.process_time() - begun:.3f} {len(names)} names"


PARTS: dict[str, Callable[[Path], str]] = {part.__name__: part for part in (read_records, read_plain, find_candidates, compare_all)}


def run(part: str, folder: Path) -> tuple[float, float, str]:
    """Return (CPU seconds, largest resident set in MB, what it says) of one part."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([sys.executable, __file__, part, str(folder)], stdout=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{part} ended with {process.returncode}")
        said.seek(0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1e3 if sys.platform != "darwin" else 1e6), said.read().strip()


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        make_city(folder)
        plain, _, rows = run("read_plain", folder)
        seconds, megabytes, read = run("read_records", folder)
        print(f"read to records, duplicates looked for: {read}")
        print(f"  {seconds:.1f} s CPU (asked 20), {seconds / plain:.1f}x pandas reading the same {rows} as text; {megabytes:.0f} MB (asked 1,000)")
        took, _, found = run("find_candidates", folder)[2].partition(" ")
        paired, _, names = run("compare_all", folder)[2].partition(" ")
        all_pairs = float(paired) * (ORGANIZATIONS / PAIRED) ** 2
        print(f"candidates: {found}")
        print(f"  {float(took):.1f} s CPU (asked 10), {float(took) / all_pairs:.2f}x the names alone of all pairs")
        print(f"  (all pairs: {all_pairs:.1f} s, scaled up from {names})")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(PARTS[sys.argv[1]](Path(sys.argv[2])))
    else:
        main()
