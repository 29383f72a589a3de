"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; without it the test is skipped and says why."""
    folder = (REPOSITORY / os.environ.get("ECOSYSTEM_SHARED", "../shared") / "data").resolve()
    if not folder.is_dir():
        pytest.skip(f"the real data is not here ({folder.parent.name}/data); set ECOSYSTEM_SHARED to the folder that holds it")
    return folder
