"""Riverbend, the invented city: it tells one story, holds known gaps and overlaps, and shows whether the analyses find them.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     city = write_city(folder, seed=0)
...     sorted(path.name for path in city.iterdir())
['boundaries', 'calls', 'city.toml', 'contracts.csv', 'decisions', 'invited.csv', 'responses', 'truth.csv']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosystem.demo.score import Score
    from ecosystem.pipeline import Run

__all__ = ["describe_city", "score_city", "write_city", "write_files", "write_truth"]


def write_city(folder: str | Path, seed: int = 0) -> Path:
    """Write the city folder of a seed, with `truth.csv` beside it, and return it. The same seed gives the same bytes."""
    write_truth(write_files(folder, seed), seed)
    return Path(folder)


def write_files(folder: str | Path, seed: int = 0) -> Path:
    """Write the city folder of a seed and return it: what a city would have, so without `truth.csv`."""
    from ecosystem.demo import city_folder

    return city_folder.write_city(folder, seed)


def describe_city(folder: str | Path) -> str:
    """Return in half a sentence what a demo city holds: neighborhoods, residents, answers, calls."""
    from ecosystem.demo import city_folder

    return city_folder.describe_city(folder)


def write_truth(folder: str | Path, seed: int = 0) -> Path:
    """Write `truth.csv` into the city folder of a seed and return its path: quick in the process that wrote the folder."""
    from ecosystem.demo import city_folder

    return city_folder.write_truth_of(folder, seed)


def score_city(city: str | Path | Run) -> list[Score]:
    """Return how well each registered analysis finds what is true in a demo city, given its folder or a run of its analyst edition."""
    from ecosystem.demo import score

    return score.score_city(city)
