"""Answers in: other people's files become records.

`surveys.read(city, geography, taxonomy)` returns a `Survey`: the records of the core, every problem found on the way as an issue with its
cell and what to do, and how each file was read. The path of an answer through this package:

- `readers/`: a file becomes tables of text, each cell with its place (`response.py`);
- `codebook.py`: columns become questions of our form, choices become codes; `questionnaire/` holds the form itself;
- `values.py`, `timetable.py` (with `stated_hours.py` and `hours/`), `places.py`: one answer becomes one fact, or a reason why not;
- `interpret.py`: the facts of one row become deliveries; `privacy.py` says what must not come in;
- `identity.py`, `decisions.py`: which answers are about one organization, what two say together, what a person decided;
- `assemble.py`: all answers become records. `inspect.py` says what a file is, before anything is read from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.geography import Geography
    from ecosystem.taxonomy import Taxonomy
    from surveys.assemble import FileRead, Survey

__all__ = ["FileRead", "Survey", "read"]


def read(city: City, geography: Geography, taxonomy: Taxonomy) -> Survey:
    """Return everything the answers of a city say: records, issues, and how each file was read.

    Raises InputError where the city's codebook contradicts itself; every other problem is an issue and reading goes on.
    """
    from surveys.assemble import read as assemble

    return assemble(city, geography, taxonomy)


def __getattr__(name: str) -> object:
    if name in ("FileRead", "Survey"):
        from surveys import assemble

        return getattr(assemble, name)
    raise AttributeError(f"module 'surveys' has no attribute {name!r}")
