"""How large is a page? The demo city, told by its story as well, and the reference city of the acceptance figures."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

import maps
import reference
from ecosystem.analysis import analyze
from ecosystem.coverage import NOBODY


@pytest.mark.shared
def test_the_reference_city_takes_at_most_400_kilobytes() -> None:
    made = reference.load_reference()
    eco, coverage = reference.reference_city(made)
    page = maps.draw(eco, coverage, {}).encode()
    assert len(page) <= 400_000
    assert len(gzip.compress(page, 9)) <= 150_000
    depth = np.stack([coverage.area_depth(need)[:, ::2] for need in reference.NEEDS])
    assert np.array_equal(depth, made.AV)
    assert np.array_equal(depth, np.stack([coverage.area_depth(need)[:, 1::2] for need in reference.NEEDS]))


def test_the_demo_city_takes_at_most_300_kilobytes_and_tells_its_weekend(tmp_path: Path) -> None:
    from ecosystem.demo import write_city
    from ecosystem.pipeline import run_city

    write_city(tmp_path / "riverbend")
    run = run_city(tmp_path / "riverbend", "public")
    page = maps.draw(run.eco, run.coverage, analyze(run.eco, run.coverage, run.city))
    assert len(page.encode()) <= 300_000
    saturday = 5 * 48 + 3
    assert int((run.coverage.state("N01")[:, saturday] == NOBODY).sum()) == 29
    payload = maps.decode_payload(page)
    assert len(payload["areas"]["ids"]) == 31
    assert {"en", "es"} <= set(payload["words"])
