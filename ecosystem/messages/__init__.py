"""How is a finding said in words, in the reader's language?

A message is a **key** ("gap.confirmed") and **values** (a need's code, ids of areas, a number). The catalogue of a language holds a
**pattern** per key, in the JSON files of that language's folder beside this module, and renders it. A placeholder in a pattern is a
value's name and, after a colon, how to say it:

    {need:need} {need:need_label} {needs:needs}            codes of needs: the name, the short label, a list of labels
    {service:service} {service:service_label} {services:services}     the same for service types
    {area:area} {areas:areas}                              ids of areas; "city" is the whole city
    {org:organization} {orgs:organizations}                keys of organizations
    {delivery:delivery} {deliveries:deliveries}            ids of deliveries
    {people:people} {share:percent} {n:count} {usd:usd}    "about 3,400", "46%", "1,234", "$500,000"
    {heard:heard}                                          (answered, asked): from how many of those asked we heard
    {hours:hours} {when:week} {run:run} {date:date}        "82.5 hours", the week in words, one run in words, "1 October 2026"
    {n:plural(service|services)}                           the first word for one, the second for any other number or length of a list
    {field:term(field)} {languages:terms(language)}        the message "field.hours" for the value "hours"; a list of such
    {names:list} {text}                                    a list of texts as given; a text as given

An id or code that nobody knows is shown as it is, a value that is None as "not known", and a text where a number should be as given.
Lists of more than four show three: "A, B, C and 5 more". Values come from questionnaires: they are only ever values. No value is read
as a pattern, and no pattern reaches inside a value. What comes out is plain text; whoever writes HTML escapes it.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import math
import re
import string
from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from ecosystem.errors import InputError, NameUnknownError
from ecosystem.schedule import Schedule
from ecosystem.taxonomy import Taxonomy

LANGUAGES = ("en", "es")
LONGEST_LIST = 4
"""A list of more than this many shows one less and counts the rest."""

_NO_VALUES: Mapping[str, object] = MappingProxyType({})
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPEC = re.compile(r"([a-z_]+)(?:\(([^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Names:
    """Display names by id, of one city in one edition. What an edition hides is not in here and shows as its opaque id."""

    areas: Mapping[str, str] = field(default_factory=dict, hash=False)
    organizations: Mapping[str, str] = field(default_factory=dict, hash=False)
    deliveries: Mapping[str, str] = field(default_factory=dict, hash=False)


class Catalogue:
    """The messages of one language, with the names they use.

    >>> catalogue = Catalogue.read("en", Taxonomy.read(), Names(areas={"w": "Westfield", "n": "Northbank"}))
    >>> catalogue.text("gap.not_known.title", {"need": "N08", "areas": ["w", "n"]})
    'Noise or dispute: not known in Westfield and Northbank'
    """

    language: str

    def __init__(self, language: str, patterns: Mapping[str, str], taxonomy: Taxonomy, names: Names) -> None:
        """Hold the patterns of a language; `read` is the way to get a catalogue."""
        self.language = language
        self._patterns = patterns
        self._taxonomy = taxonomy
        self._names = names
        self._sayings: Mapping[str, Callable[[object, str], str]] = {
            "": lambda value, _: self._as_given(value),
            "need": lambda value, _: self._term_name(self._taxonomy.needs, value, "name"),
            "need_label": lambda value, _: self._term_name(self._taxonomy.needs, value, "label"),
            "needs": lambda value, _: self._listed(value, lambda code: self._term_name(self._taxonomy.needs, code, "label")),
            "service": lambda value, _: self._term_name(self._taxonomy.services, value, "name"),
            "service_label": lambda value, _: self._term_name(self._taxonomy.services, value, "label"),
            "services": lambda value, _: self._listed(value, lambda code: self._term_name(self._taxonomy.services, code, "label")),
            "area": lambda value, _: self._area(value),
            "areas": lambda value, _: self._listed(value, self._area),
            "organization": lambda value, _: self._named(self._names.organizations, value),
            "organizations": lambda value, _: self._listed(value, lambda key: self._named(self._names.organizations, key)),
            "delivery": lambda value, _: self._named(self._names.deliveries, value),
            "deliveries": lambda value, _: self._listed(value, lambda key: self._named(self._names.deliveries, key)),
            "list": lambda value, _: self._listed(value, self._as_given),
            "term": lambda value, prefix: self._message_for(prefix, value),
            "terms": lambda value, prefix: self._listed(value, lambda one: self._message_for(prefix, one)),
            "people": lambda value, _: self._number(value, self._people),
            "percent": lambda value, _: self._number(value, self._percent),
            "hours": lambda value, _: self._number(value, self._hours),
            "count": lambda value, _: self._number(value, lambda number: f"{_rounded(number):,}"),
            "usd": lambda value, _: self._number(value, self._usd),
            "plural": _plural,
            "heard": lambda value, _: self._heard(value),
            "week": lambda value, _: self._week(value),
            "run": lambda value, _: self._run(value),
            "date": lambda value, _: self._date(value),
        }

    @classmethod
    def read(cls, language: str, taxonomy: Taxonomy, names: Names | None = None) -> Catalogue:
        """Return the catalogue of a language (`en`, `es`). Raises NameUnknownError for one that is not there, naming those that are."""
        if language not in LANGUAGES:
            raise NameUnknownError(f"there are no messages in the language {language!r}. Choose one of: {', '.join(LANGUAGES)}.")
        return cls(language, _packaged(language), taxonomy, names or Names())

    def text(self, key: str, values: Mapping[str, object] = _NO_VALUES) -> str:
        """Return the message in words. More values than the pattern names are welcome.

        Raises NameUnknownError where there is no such message or a value that its pattern names is missing.
        """
        said = []
        for literal, name, spec in _parse_pattern(self._pattern(key)):
            said.append(literal)
            if name is None:
                continue
            if name not in values:
                given = ", ".join(sorted(values)) or "none"
                raise NameUnknownError(f"the message {key!r} needs the value {name!r}; it was given: {given}.")
            said.append(self._say(values[name], spec))
        return "".join(said)

    def placeholders(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return the (name, spec) of each placeholder of a message, sorted, each once."""
        return tuple(sorted({(name, spec) for _, name, spec in _parse_pattern(self._pattern(key)) if name is not None}))

    def keys(self) -> KeysView[str]:
        """Return the keys of all messages."""
        return self._patterns.keys()

    def __contains__(self, key: object) -> bool:
        return key in self._patterns

    def __iter__(self) -> Iterator[str]:
        return iter(self._patterns)

    def _pattern(self, key: str) -> str:
        if key not in self._patterns:
            raise NameUnknownError(f"there is no message {key!r} in {self.language!r}.")
        return self._patterns[key]

    def _say(self, value: object, spec: str) -> str:
        name, argument = _parse_spec(spec)
        if name not in self._sayings:
            raise ValueError(f"a pattern says a value as {spec!r}, which is none of: {', '.join(filter(None, self._sayings))}.")
        if _is_nothing(value) and name != "plural":
            return self.text("form.not_known")
        return self._sayings[name](value, argument)

    def _as_given(self, value: object) -> str:
        return str(value)

    def _term_name(self, terms: Mapping[str, Any], code: object, what: Literal["name", "label"]) -> str:
        term = terms.get(str(code))
        if term is None:
            return str(code)
        words: Mapping[str, str] = getattr(term, what)
        return words.get(self.language, words["en"])

    def _named(self, names: Mapping[str, str], key: object) -> str:
        return names.get(str(key), str(key))

    def _area(self, key: object) -> str:
        return self.text("area.city") if key == "city" and "city" not in self._names.areas else self._named(self._names.areas, key)

    def _message_for(self, prefix: str, value: object) -> str:
        """A term is one word of a family without placeholders of its own; anything else is shown as given."""
        word = str(value)
        return word if "." in word else self._patterns.get(f"{prefix}.{word}", word)

    def _listed(self, value: object, say: Callable[[object], str]) -> str:
        items = list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value]
        if not items:
            return self.text("form.none")
        if len(items) > LONGEST_LIST:
            rest = self.text("form.more", {"n": len(items) - LONGEST_LIST + 1})
            return self.text("form.and", {"first": ", ".join(say(item) for item in items[: LONGEST_LIST - 1]), "last": rest})
        words = [say(item) for item in items]
        if len(words) == 1:
            return words[0]
        key = "form.and_before_i" if re.match(r"h?[ií](?![aeo])", words[-1].casefold()) else "form.and"
        return self.text(key, {"first": ", ".join(words[:-1]), "last": words[-1]})

    def _number(self, value: object, say: Callable[[float], str]) -> str:
        return say(float(value)) if isinstance(value, Real) else str(value)

    def _people(self, number: float) -> str:
        """Two significant digits are as exact as the evidence; fewer than ten people could be found out."""
        if number < 10:
            return self.text("form.fewer_than_10")
        return self.text("form.about", {"n": _two_digits(number)})

    def _percent(self, share: float) -> str:
        """Neither "0%" of somebody nor "100%" of all but a few."""
        if 0 < share < 0.005:
            return self.text("form.percent_below_1")
        if 0.995 <= share < 1:
            return self.text("form.percent_above_99")
        return self.text("form.percent", {"n": _rounded(share * 100)})

    def _hours(self, number: float) -> str:
        if 0 < number < 1:
            return self.text("form.minutes", {"n": max(1, _rounded(number * 60))})
        tenths = Decimal(str(number)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        shown = int(tenths) if tenths == int(tenths) else float(tenths)
        return self.text("form.hours", {"n": shown, "number": f"{shown:,}"})

    def _usd(self, number: float) -> str:
        dollars = _rounded(number)
        return ("-" if dollars < 0 else "") + self.text("form.usd", {"n": abs(dollars)})

    def _heard(self, value: object) -> str:
        """From how many of those asked we heard; that there is no list of them where nobody was asked by one."""
        answered, asked = _pair(cast("Sequence[int]", value))
        return self.text("form.heard", {"answered": answered, "asked": asked}) if asked else self.text("form.heard.no_list")

    def _week(self, value: object) -> str:
        if isinstance(value, str):
            return value
        schedule = value if isinstance(value, Schedule) else Schedule.of(*(_pair(pair) for pair in cast("Iterable[Sequence[int]]", value)))
        return _week_in_words(schedule, self._known_language)

    def _run(self, value: object) -> str:
        from ecosystem.schedule_formats import run_in_words

        if isinstance(value, str):
            return value
        return run_in_words(*_pair(cast("Sequence[int]", value)), self._known_language)

    def _date(self, value: object) -> str:
        from ecosystem.schedule_formats import MONTH_NAMES

        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError:
                return str(value)
        if not isinstance(value, dt.date):
            return str(value)
        return self.text("form.date", {"day": value.day, "month": MONTH_NAMES[self._known_language][value.month - 1], "year": value.year})

    @property
    def _known_language(self) -> Literal["en", "es"]:
        return "es" if self.language == "es" else "en"


@functools.cache
def _parse_pattern(pattern: str) -> tuple[tuple[str, str | None, str], ...]:
    """Return (literal text, name of the value after it or None, its spec) in order.

    The grammar is that of `str.format`, without the ways in which a pattern or a value could reach further than its text.
    """
    parts = []
    for literal, name, spec, conversion in string.Formatter().parse(pattern):
        if name is not None and not _NAME.fullmatch(name):
            raise ValueError(f"{{{name}}} in the pattern {pattern!r}: a placeholder is the plain name of one value")
        if conversion:
            raise ValueError(f"{{{name}!{conversion}}} in the pattern {pattern!r}: a placeholder has no conversion")
        if spec and ("{" in spec or "}" in spec):
            raise ValueError(f"{{{name}:{spec}}} in the pattern {pattern!r}: a placeholder holds no other placeholder")
        parts.append((literal, name, spec or ""))
    return tuple(parts)


@functools.cache
def _week_in_words(schedule: Schedule, language: Literal["en", "es"]) -> str:
    from ecosystem.schedule_formats import in_words

    return in_words(schedule, language)


@functools.cache
def _parse_spec(spec: str) -> tuple[str, str]:
    """Return a spec's name and what stands in its parentheses: "term(field)" is ("term", "field")."""
    match = _SPEC.fullmatch(spec)
    return (match[1], match[2] or "") if match else (spec, "")


def _is_nothing(value: object) -> bool:
    if isinstance(value, str | int | tuple):
        return False
    return value is None or (isinstance(value, Real) and math.isnan(value))


def _plural(value: object, forms: str) -> str:
    one, _, many = forms.partition("|")
    if isinstance(value, Real):
        return one if value == 1 else many
    size = len(value) if isinstance(value, list | tuple | set | frozenset) else 1 if isinstance(value, str) else 0
    return one if size == 1 else many


@functools.lru_cache(maxsize=10_000)
def _two_digits(number: float) -> int:
    exact = Decimal(str(number))
    return int(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), ROUND_HALF_UP))


@functools.lru_cache(maxsize=10_000)
def _rounded(number: float) -> int:
    """Round halves up, as people do: 2.5 is 3."""
    return int(Decimal(str(number)).quantize(Decimal(1), ROUND_HALF_UP))


def _pair(value: Sequence[int]) -> tuple[int, int]:
    start, end = value
    return int(start), int(end)


@functools.cache
def _packaged(language: str) -> Mapping[str, str]:
    return read_patterns(Path(__file__).parent / language)


def read_patterns(folder: Path) -> Mapping[str, str]:
    """Return the patterns of all JSON files of a folder, by key.

    Raises InputError where a file is not an object of texts, or where a key stands twice, in one file or in two.
    """
    patterns: dict[str, str] = {}
    home: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
        except ValueError as error:
            raise InputError(f"{path}: it is not JSON in UTF-8 ({error}).") from None
        if not isinstance(pairs, list) or not all(isinstance(pair, tuple) and isinstance(pair[1], str) for pair in pairs):
            raise InputError(f'{path}: write one object whose values are all texts, as in {{"gap.confirmed": "In {{areas:areas}} ..."}}.')
        for key, pattern in pairs:
            if key in patterns:
                raise InputError(f"{path}: the key {key!r} stands in {home[key]} already. Keep one of the two.")
            patterns[key], home[key] = pattern, path.name
    return MappingProxyType(patterns)
