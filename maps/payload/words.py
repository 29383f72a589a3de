"""What does the page say, in which language?

The strings of the page itself stand in `maps/assets/languages/<language>.json`, one flat object of key and pattern; whoever translates
needs to open nothing else. In a pattern `{name}` is a value as given and `{n|neighborhood|neighborhoods}` is the first word where the
value is 1 and else the second. A value is only ever put in: nothing in it is read as a pattern. Words that the rest of the tool says as
well (languages, ways of working, what is asked at a door) come from `ecosystem.messages`.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from ecosystem.messages import Catalogue

if TYPE_CHECKING:
    from ecosystem.taxonomy import Taxonomy

_PLACE = re.compile(r"\{([a-z_]+)(?:\|([^{}|]*)\|([^{}|]*))?\}")
_NOTHING: Mapping[str, object] = MappingProxyType({})


@functools.cache
def own_words(language: str) -> Mapping[str, str]:
    """Return the page's own strings of a language."""
    text = resources.files("maps").joinpath("assets", "languages", f"{language}.json").read_text("utf-8")
    return MappingProxyType(json.loads(text))


def all_words(language: str, taxonomy: Taxonomy, used: Iterable[str]) -> dict[str, str]:
    """Return every string that the page may show in a language, keys in order, less those of `maps.page.plain`.

    `used` are keys of the tool's messages that the facts of the page speak of.
    """
    catalogue = Catalogue.read(language, taxonomy)
    shared = {key: catalogue.text(key) for key in used if key in catalogue}
    own = {key: pattern for key, pattern in own_words(language).items() if not key.startswith("plain.")}
    return dict(sorted({**shared, **own}.items()))


def fill(pattern: str, values: Mapping[str, object] = _NOTHING) -> str:
    """Return a pattern with its values put in, as `say` of `assets/app/words.js` does.

    >>> fill("{n} {n|neighborhood|neighborhoods} in {city}", {"n": 1, "city": "{n}"})
    '1 neighborhood in {n}'
    """

    def put(found: re.Match[str]) -> str:
        name, one, many = found.groups()
        value = values[name]
        return str(value) if one is None else one if str(value) == "1" else many

    return _PLACE.sub(put, pattern)
