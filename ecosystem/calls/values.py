"""Which values of the exports must the city explain, and what does city.toml say of them so far?

Who answered a call, who began it and whether it is a second call stand in columns of agency, disposition, unit or source, in the words of one
dispatch center. Only the city knows them; so they are listed with how often they occur, for a person to write into city.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.calls.columns import Role, find_columns
from ecosystem.calls.engine import duck
from ecosystem.calls.sources import find_exports, open_export, text_of

if TYPE_CHECKING:
    from ecosystem.city import Calls

TO_EXPLAIN: tuple[Role, ...] = ("source", "disposition", "agency", "unit")
MOST_VALUES = 40
"""A column with more different values than this holds names and numbers; its values are not listed."""
_ANSWERED = ("alternative", "phone", "online", "fire_medical", "nobody")


@dataclass(frozen=True, slots=True)
class Seen:
    """One value of the exports: its column, how many rows have it, and the keys of city.toml that name it ("" where none does)."""

    column: str
    value: str
    n: int
    named: str


def values_to_explain(settings: Calls, *, but: Iterable[Path] = ()) -> tuple[Seen, ...]:
    """Return the values of the columns `TO_EXPLAIN` of all exports, column by column, the most frequent first.

    Raises InputError or MissingFileError where the exports cannot be read.
    """
    counts: dict[tuple[str, str], int] = {}
    crowded = set()
    with duck(settings.memory) as connection:
        for path in find_exports(settings.files, but=but):
            export = open_export(connection, path, "export")
            columns = find_columns(list(export.columns), settings.columns, file=path.name)
            for role in TO_EXPLAIN:
                if role not in columns:
                    continue
                query = f"select {text_of(export, columns[role])} as value, count(*) from export group by 1 having value is not null limit 1000"
                rows = connection.execute(query).fetchall()
                if len(rows) > MOST_VALUES:
                    crowded.add(columns[role])
                for value, n in rows:
                    counts[columns[role], str(value)] = counts.get((columns[role], str(value)), 0) + int(n)
    named = _named(settings)
    seen = [Seen(column, value, n, _key_of(value, named)) for (column, value), n in counts.items() if column not in crowded]
    return tuple(sorted(seen, key=lambda one: (one.column, -one.n, one.value)))


def _named(settings: Calls) -> Mapping[str, tuple[str, ...]]:
    lists = {"officer_started": settings.officer_started, "duplicates": settings.duplicates}
    if settings.answered is not None:
        lists |= {f"answered.{key}": getattr(settings.answered, key) for key in _ANSWERED}
    return lists


def _key_of(value: str, named: Mapping[str, tuple[str, ...]]) -> str:
    """The keys whose list names a value, as ingest compares them: in capitals or not, * at the end for the rest."""
    folded = value.upper()
    return ", ".join(
        key
        for key, words in named.items()
        if any(folded.startswith(word[:-1].upper()) if word.endswith("*") else folded == word.upper() for word in words)
    )
