"""Which area does a name mean, and if none, which names are close? All geographies of a city together; nothing is guessed.

A name is compared as written, then without words such as "neighborhood", run together, in any order, and with abbreviations written out
("N Lake St" is "North Lake Street"). A spelling that could mean several areas means none, unless an alias says that it means them together.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
from rapidfuzz import fuzz, process

from ecosystem.boundaries import read_csv_table, shown_path
from ecosystem.errors import GeographyError, Issue, NameUnknownError
from ecosystem.records import AreaPart, normalize_name

if TYPE_CHECKING:
    from ecosystem.city import GeographyFile

_GENERIC_WORDS = frozenset(("the", "neighborhood", "neighborhoods", "neighbourhood", "neighbourhoods", "area", "barrio"))
_DIRECTIONS = {
    "n": "north", "s": "south", "e": "east", "w": "west", "no": "north", "so": "south",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip
_STREET_WORDS = {
    "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "rd": "road", "dr": "drive", "ln": "lane",
    "pkwy": "parkway", "pky": "parkway", "hwy": "highway", "ct": "court", "pl": "place", "ter": "terrace", "terr": "terrace", "sq": "square",
    "cir": "circle", "expy": "expressway", "fwy": "freeway", "trl": "trail", "plz": "plaza",
}  # fmt: skip
"""The usual suffixes of United States Postal Service Publication 28, appendix C1."""
ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th",
    "ninth": "9th", "tenth": "10th", "eleventh": "11th", "twelfth": "12th",
}  # fmt: skip
DIRECTIONS = frozenset(_DIRECTIONS.values())
STREET_WORDS = frozenset(_STREET_WORDS.values())


class Gazetteer:
    """The names, aliases and ids of the areas of several geographies: `layers` are frames with area_id and name, the main one first."""

    def __init__(self, layers: Mapping[str, gpd.GeoDataFrame], aliases: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self._names = {layer: dict(zip(frame["area_id"], frame["name"], strict=True)) for layer, frame in layers.items()}
        self._aliases = aliases
        self._spelled: dict[tuple[str, str], Mapping[str, tuple[str, ...]]] = {}
        self._meant: dict[tuple[str, str | None], AreaPart | None] = {}

    def find(self, text: str, geography: str | None = None) -> AreaPart | None:
        """Return the area that a name, an alias or an id means; None where no geography knows it or it could mean several areas.

        Case, accents, punctuation, hyphens of any kind, words such as "neighborhood" and the order of words do not matter. A name that
        several geographies have means the first of them, the main one before all. A bare id that several geographies have means none. An
        alias may stand for several areas. `geography` looks in one geography only; raises NameUnknownError where there is none of that id.
        """
        if geography is not None and geography not in self._names:
            raise NameUnknownError(f"there is no geography {geography!r}; the city has {', '.join(self._names)}")
        if (text, geography) not in self._meant:  # the same names come again and again
            self._meant[text, geography] = self._look_up(text, geography)
        return self._meant[text, geography]

    def _look_up(self, text: str, geography: str | None) -> AreaPart | None:
        looked_in = self._names if geography is None else [geography]
        name = normalize_name(text)
        for spell in (_as_is, _without_generic_words, _run_together, _in_any_order, in_full):
            key = spell(name)
            for layer in looked_in if key else ():
                meant = self._spellings(layer, spell).get(key)
                if meant is not None:
                    return AreaPart("areas", layer, meant) if meant else None
        with_id = [layer for layer in looked_in if text.strip() in self._names[layer]]
        return AreaPart("areas", with_id[0], (text.strip(),)) if len(with_id) == 1 else None

    def candidates(self, text: str, limit: int = 3) -> tuple[tuple[str, str, float], ...]:
        """Return the closest names as (geography id, name, score), best first, score 0 to 100.

        They are for a person to choose from, never to be used unseen.
        """

        rows = self._known
        scored = process.extract(normalize_name(text), [row[0] for row in rows], scorer=fuzz.WRatio, limit=None)
        best: dict[tuple[str, str], float] = {}
        for _, score, row in scored:
            key = (rows[row][1], rows[row][2])
            best[key] = max(score, best.get(key, 0.0))
        order = list(self._names)
        ranked = sorted(best.items(), key=lambda item: (-item[1], order.index(item[0][0]), item[0][1]))
        return tuple((layer, name, float(score)) for (layer, name), score in ranked[:limit] if score > 0)

    @functools.cached_property
    def _known(self) -> list[tuple[str, str, str]]:
        """Every name and alias as (normalized, geography id, name of the area)."""
        rows = []
        for layer, names in self._names.items():
            rows += [(normalize_name(name), layer, name) for name in names.values()]
            rows += [(alias, layer, names[area]) for alias, areas in self._aliases.get(layer, {}).items() for area in areas]
        return rows

    def _spellings(self, layer: str, spell: Callable[[str], str]) -> Mapping[str, tuple[str, ...]]:
        """Names and aliases of one geography in one spelling -> area ids; () where a spelling could mean several areas."""
        key = (layer, spell.__name__)
        if key not in self._spelled:
            spelled: dict[str, tuple[str, ...]] = {}
            for area_id, name in self._names[layer].items():
                written = spell(normalize_name(name))
                spelled[written] = (area_id,) if written not in spelled else ()
            for alias, area_ids in self._aliases.get(layer, {}).items():
                spelled.setdefault(spell(alias), area_ids)
            self._spelled[key] = spelled
        return self._spelled[key]


def read_aliases(entry: GeographyFile, areas: gpd.GeoDataFrame, folder: Path) -> tuple[dict[str, tuple[str, ...]], list[Issue]]:
    """Read other names of areas: a CSV with `alias` and `area_id` or `name`. Rows of one alias together mean all their areas."""
    if entry.aliases is None:
        return {}, []
    shown = shown_path(entry.aliases, folder)
    columns, rows = read_csv_table(entry.aliases, shown)
    target = next((column for column in ("area_id", "name") if column in columns), None)
    if "alias" not in columns or target is None:
        raise GeographyError(f"{shown}: needs the columns alias and area_id (or name); it has {', '.join(columns) or 'none'}.")
    aliases: dict[str, tuple[str, ...]] = {}
    issues = []
    for number, row in rows:
        key, meant = normalize_name(row["alias"]), areas_named(row[target], areas)
        if not key and not row[target]:
            continue
        if not meant or not key:
            text = f"{row[target]!r} is no area of {entry.name}; the alias {row['alias']!r} is not used."
            issues.append(Issue(shown, row=number, column=target, code="alias_unknown", text=row[target], message=text))
            continue
        aliases[key] = tuple(sorted({*aliases.get(key, ()), *meant}))
    return aliases, issues


def areas_named(text: str, areas: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Return the area with this id, else the one area with this name, else none."""
    if (areas["area_id"] == text.strip()).any():
        return (text.strip(),)
    named = [area_id for area_id, name in zip(areas["area_id"], areas["name"], strict=True) if normalize_name(name) == normalize_name(text)]
    return (named[0],) if len(named) == 1 else ()


def _as_is(name: str) -> str:
    return name


def _without_generic_words(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _GENERIC_WORDS)


def _run_together(name: str) -> str:
    return _without_generic_words(name).replace(" ", "")


def _in_any_order(name: str) -> str:
    return " ".join(sorted(_without_generic_words(name).split()))


def in_full(name: str) -> str:
    """Return a normalized name with the abbreviations of streets written out; "st" that begins a name is a saint.

    >>> in_full("e lake st"), in_full("st paul ave"), in_full("fifth ave s")
    ('east lake street', 'st paul avenue', '5th avenue south')
    """
    words = _without_generic_words(name).split()
    full = []
    for number, word in enumerate(words):
        if number:
            word = _STREET_WORDS.get(word, word)
        full.append(ORDINALS.get(word, _DIRECTIONS.get(word, word) if len(words) > 1 else word))
    return " ".join(full)
