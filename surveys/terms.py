"""Which kind of service does a term of a directory's own taxonomy stand for?

`terms.csv` is that judgement, reviewed and versioned: a code of a taxonomy that directories use (AIRS / 211, Open Eligibility) and the one code of
ours it plainly is. It holds codes alone, never the words of a taxonomy. A code that is not in it is not guessed, not even from the code above it:
the term stays as it is, and where our taxonomy does not know its words it is told, for a city to map in its codebook.toml: [choices.service_type].
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections.abc import Mapping

SCHEMES = ("airs", "open_eligibility")
"""The taxonomies whose codes stand in the table; neither has a code that the other has too."""


@functools.cache
def services_by_term() -> Mapping[str, str]:
    """Return our codes of services by the codes of other taxonomies.

    >>> services_by_term()["101-04"], "101" in services_by_term()
    ('04d', False)
    """
    return {row["code"]: row["service"] for row in _rows()}


def known_code(text: str) -> str:
    """Return the code of a term that the table knows, "" for any other. What AIRS says after a "*" is for whom a service is, not what it is.

    >>> known_code("BD-1800.2000 * YB-8000"), known_code("BD-1800")
    ('BD-1800.2000', '')
    """
    code = text.partition("*")[0].strip()
    return code if code in services_by_term() else ""


@functools.cache
def version() -> str:
    """Return the version of the table: the newest of its rows."""
    return max(row["version"] for row in _rows())


@functools.cache
def _rows() -> tuple[dict[str, str], ...]:
    text = importlib.resources.files("surveys").joinpath("terms.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
