"""How is an address, a phone or a pair of coordinates recognised in text, however it is spelled?

An address is matched by its house number and street name: case, accents, punctuation, spacing, direction, unit and the abbreviation of the
street type do not matter ("1420 N. Maple Street, Apt 4" is found in "1420-maple-st.html"). A phone is matched by its digits with any
punctuation between, with or without country and area code, or with letters for its last digits. All tests err on the side of finding.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]
Point = tuple[float, float]
"""(longitude, latitude), EPSG:4326."""

NEAR_M = 100.0
"""A coordinate pair closer to a hidden place than this gives it away (design 1, leak check)."""

_STREET_TYPES = tuple(
    tuple(words.split())
    for words in (
        "alley aly", "avenue ave av aven avenida avda", "boulevard blvd boul", "center centre ctr", "circle cir", "court ct", "crescent cres",
        "crossing xing", "drive dr", "expressway expy", "extension ext", "freeway fwy", "grove grv", "highway hwy", "hill hl", "lane ln", "loop",
        "mall", "parkway pkwy pky", "path", "pike", "place pl", "plaza plz", "point pt", "ridge rdg", "road rd", "row", "square sq",
        "street st str", "terrace ter terr", "trail trl", "turnpike tpke", "valley vly", "view vw", "walk", "way wy", "calle", "camino", "paseo",
    )
)  # fmt: skip
_DIRECTIONS = ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "n", "s", "e", "w", "ne", "nw", "se", "sw")
_UNITS = ("apartment", "apt", "unit", "suite", "ste", "room", "rm", "floor", "fl", "building", "bldg", "lot", "trailer", "number", "no", "piso")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_SAME_WORDS = (("saint", "st"), ("fort", "ft"), ("mount", "mt"), ("doctor", "dr"))
_NO_PLACE = frozenset(
    (
        *("confidential", "undisclosed", "disclosed", "private", "hidden", "secret", "unknown", "withheld", "protected", "safe", "shelter", "house"),
        *("location", "locations", "address", "addresses", "place", "site", "sites", "office", "main", "center", "community", "building", "space"),
        *(
            "call",
            "phone",
            "ask",
            "contact",
            "only",
            "not",
            "no",
            "none",
            "listed",
            "published",
            "public",
            "available",
            "given",
            "provided",
            "shared",
        ),
        *("various", "multiple", "several", "mobile", "virtual", "online", "citywide", "city", "wide", "county", "statewide", "downtown"),
        *("the", "a", "an", "of", "in", "at", "by", "for", "to", "and", "or", "on", "is", "our", "we", "do", "will", "be", "us", "n"),
    )
)
"""What people write where an address should stand; words like these name no place."""
_BETWEEN = "[^0-9a-z]{0,6}"
_DIRECTION = f"(?:(?:{'|'.join(_DIRECTIONS)}|[a-z])[^0-9a-z]{{1,6}})?"
_KEYPAD = dict(zip("23456789", ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), strict=True))
_INSIDE_WORD = re.compile(r"[0-9a-z]\Z")
_INSIDE_NUMBER = re.compile(r"[0-9]\.?\Z")
_COUNTRY_CODE = re.compile(r"(?:^|[^0-9])(?:00)?1\.?\Z")
_ASCII = bytes(range(128))
_INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
"""Characters of Unicode category Cf."""
_DECIMAL = re.compile(r"(?<![\w.])[-+\u2212]?(\d{1,3}[.,]\d{3,})(?![\w]*\d)")


def fold(text: str) -> str:
    """Return the text without case and accents, character for character, so that places in it stay where they are.

    >>> fold("İSTANBUL Señor")
    'istanbul senor'
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    if not lowered.isascii():
        for letter in set(_beyond_ascii(lowered)):
            if (base := _base_of(letter)) != letter:
                lowered = lowered.replace(letter, base)
    return lowered


@functools.cache
def _base_of(character: str) -> str:
    base = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)).lower()
    return base if len(base) == 1 else character


def without_invisible(text: str) -> str:
    """Return the text without characters that take no room (soft hyphens, zero-width spaces), which can split a word for a machine only."""
    return _INVISIBLE.sub("", text) if not text.isascii() and _INVISIBLE.search(_beyond_ascii(text)) else text


def _beyond_ascii(text: str) -> str:
    """Return the letters of a text that are not ASCII, in order: few, so that a long text is gone through at the speed of bytes."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One address or phone in all its spellings: `patterns` are searched in folded text. `is_exact` marks words without a house number, which
    are found word for word only and may be an ordinary name.

    The patterns begin with what is rare, so that a search is quick; what may not stand before a match is looked at afterwards.
    """

    kind: str
    key: str
    patterns: tuple[re.Pattern[str], ...]
    is_exact: bool = False

    def spans(self, folded: str) -> Iterator[Span]:
        """Return where it stands in text that went through `fold`."""
        for pattern in self.patterns:
            for match in pattern.finditer(folded):
                before = folded[max(0, match.start() - 6) : match.start()]
                if not (_INSIDE_NUMBER if self.kind == "phone" else _INSIDE_WORD).search(before) or _COUNTRY_CODE.search(before):
                    yield match.span()

    def is_within(self, folded: str) -> bool:
        """Return whether text that went through `fold` holds it."""
        return next(self.spans(folded), None) is not None

    def is_in(self, text: str) -> bool:
        """Return whether the text holds it.

        >>> maple = spell_address("1420 N. Maple Street, Apt 4")[0]
        >>> maple.is_in("(1420 MAPLE st)"), maple.is_in("areas/1420-maple-st.html"), maple.is_in("21420 Maple Street")
        (True, True, False)
        """
        return self.is_within(fold(without_invisible(text)))


def spell_phone(text: str) -> tuple[Spelling, ...]:
    """Return the phones that a text holds. Short numbers (911, 988, 211) are everyone's and none of them.

    >>> phone = spell_phone("+1 (612) 555-0100 ext. 7")[0]
    >>> phone.is_in("call 612.555.0100"), phone.is_in("555-0100"), phone.is_in("1612555010012")
    (True, True, False)
    """
    cut = re.split(r"(?i)\bext|\bx\s*\d", text)
    found = []
    for digits in sorted({digits for piece in cut for digits in _phones_in(piece)}):
        letters = [digit if place < 3 or digit not in _KEYPAD else f"[{digit}{_KEYPAD[digit]}]" for place, digit in enumerate(digits)]
        between = "[^0-9a-z]{0,5}"
        patterns = [re.compile(f"{between.join(letters)}(?![0-9a-z])")]
        if len(digits) == 10:
            patterns.append(re.compile(rf"{digits[3:6]}[\s.\-\u2010-\u2015]{{1,3}}{digits[6:]}(?![0-9a-z])"))
        found.append(Spelling("phone", digits, tuple(patterns)))
    return tuple(found)


def _phones_in(text: str) -> Iterator[str]:
    """Yield the digits of every phone in a text, without the country code of North America."""
    lettered = re.sub(r"(?i)\b(1?[\s-]*8\d\d)((?:[\s.-]*[0-9a-z]){7,})\b", lambda match: match[1] + _as_digits(match[2])[:12], text)
    for match in re.finditer(r"\d(?:[^0-9A-Za-z,;/|\n]*\d){6,14}", lettered):
        digits = re.sub(r"\D", "", match[0])
        digits = digits.removeprefix("00") if len(digits) > 11 else digits
        yield digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


def _as_digits(text: str) -> str:
    return "".join(next((digit for digit, letters in _KEYPAD.items() if character in letters), character) for character in text.lower())


def digits_of(phone: str) -> frozenset[str]:
    """Return the phones of a text as digits, for comparison."""
    return frozenset(spelling.key for spelling in spell_phone(phone))


def spell_address(text: str) -> tuple[Spelling, ...]:
    """Return the addresses that a text holds; none where it is a single word or says that there is none to tell.

    >>> [address.key for address in spell_address("Maple House, 88 Oak Ct #3; call for address")]
    ['88 oak']
    >>> spell_address("Confidential location"), spell_address("Downtown")
    ((), ())
    """
    folded = fold(without_invisible(text))
    found = {}
    for segment in re.split(r"[,;|\n]", folded):
        words = re.findall(r"[0-9a-z]+", segment.replace("'", "").replace("’", ""))
        if words and words[0] in _NUMBERS and _has_type(segment):
            words[0] = str(_NUMBERS.index(words[0]) + 1)
        for position, word in enumerate(words[:-1]):
            if re.fullmatch(r"\d+[a-z]?", word) and (spelling := _numbered(word, words[position + 1 :])):
                found[spelling.key] = spelling
                if not re.fullmatch(r"\d+[a-z]?", words[position + 1]):
                    break
    if found:
        return tuple(found[key] for key in sorted(found))
    first = re.split(r"[,;|\n]", folded)[0]
    corner = re.split(r"\s+(?:and|at|y)\s+|\s*[&/@]\s*", first)
    streets = [_street(re.findall(r"[0-9a-z]+", side)) for side in corner]
    if len(streets) == 2 and all(streets) and any(_has_type(side) for side in corner):
        one, other = (_BETWEEN.join(map(_word, street)) for street in streets)
        kind = rf"(?:{_BETWEEN}(?:{_types()}))?"
        joint = rf"{kind}[^0-9a-z]{{1,6}}(?:(?:and|at|y)[^0-9a-z]{{1,6}})?{_DIRECTION}"
        patterns = tuple(re.compile(f"{order}{kind}(?![0-9a-z])") for order in (f"{one}{joint}{other}", f"{other}{joint}{one}"))
        return (Spelling("address", " and ".join(" ".join(street) for street in streets), patterns),)
    words = re.findall(r"[0-9a-z]+", first)
    if len(words) < 2 or _NO_PLACE.issuperset(words):
        return ()
    pattern = re.compile(f"{'[^0-9a-z]{1,6}'.join(map(_word, words))}(?![0-9a-z])")
    return (Spelling("address", " ".join(words), (pattern,), is_exact=True),)


def _numbered(number: str, rest: list[str]) -> Spelling | None:
    """Return the spelling of a house number and what follows it."""
    words = list(rest)
    while len(words) > 1 and (words[0] in _DIRECTIONS or re.fullmatch(r"\d+[a-z]?", words[0])):
        words.pop(0)
    for position, word in enumerate(words):
        if word in _UNITS and position:
            words = words[:position]
            break
    if not words or re.fullmatch(r"\d+", words[0]):
        return None
    cut = next((place for place, word in enumerate(words) if place and _type_of(word)), None)
    kind = () if cut is None else _type_of(words[cut])
    if cut is None and not _type_of(words[0]):
        cut = 1 if len(words[0]) >= 4 or words[0][0].isdigit() else 2
    name = words[:cut]
    numbers = [number]
    if number.isdigit() and 1 <= int(number) <= len(_NUMBERS):
        numbers.append(_NUMBERS[int(number) - 1])
    ending = f"{_BETWEEN}{_DIRECTION}(?:{'|'.join(kind)})(?:{_BETWEEN}(?:{'|'.join(_DIRECTIONS)}))?(?![0-9a-z])" if kind else ""
    is_telling = len(re.sub(r"\D", "", number)) >= 3 or not kind
    tail = f"(?:{ending}|(?![0-9a-z]))" if ending and is_telling else ending or "(?![0-9a-z])"
    street = f"{_BETWEEN}{_DIRECTION}{_DIRECTION}{_BETWEEN.join(map(_word, name))}{tail}"
    return Spelling("address", " ".join([number, *name]), tuple(re.compile(f"{written}{street}") for written in numbers))


def _street(words: list[str]) -> list[str]:
    return [word for word in words if word not in _DIRECTIONS and not _type_of(word)]


def _has_type(text: str) -> bool:
    return any(_type_of(word) or re.fullmatch(r"\d+(?:st|nd|rd|th)", word) for word in re.findall(r"[0-9a-z]+", text))


@functools.cache
def _type_of(word: str) -> tuple[str, ...]:
    return next((words for words in _STREET_TYPES if word in words), ())


@functools.cache
def _types() -> str:
    return "|".join(word for words in _STREET_TYPES for word in words)


def _word(word: str) -> str:
    """Return the pattern of one word of a street's name with what it is also written as."""
    ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
    if ordinal and 1 <= int(ordinal[1]) <= len(_ORDINALS):
        return f"(?:{word}|{_ORDINALS[int(ordinal[1]) - 1]})"
    if word in _ORDINALS:
        place = _ORDINALS.index(word) + 1
        ending = {1: "st", 2: "nd", 3: "rd"}.get(place, "th")
        return f"(?:{word}|{place}{ending})"
    same = next((words for words in (*_SAME_WORDS, *_STREET_TYPES) if word in words), (word,))
    return f"(?:{'|'.join(same)})" if len(same) > 1 else word


def distance_m(one: Point, other: Point) -> float:
    """Return the metres between two points a few kilometres apart at most, on a sphere flattened there (error below 0.6 %).

    Redaction comes before any geography is read, so this is the one place that measures without the city's CRS.
    """
    east = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return 111_195.0 * math.hypot(east, one[1] - other[1])


def is_near(point: Point | None, others: Iterable[Point | None], *, within_m: float = NEAR_M) -> bool:
    """Return whether a point lies within so many metres of one of the others; unknown points are near nothing."""
    return point is not None and any(other is not None and distance_m(point, other) <= within_m for other in others)


def coordinate_spans(text: str, points: Iterable[Point], *, within_m: float = NEAR_M) -> Iterator[Span]:
    """Return where two decimal numbers of a text, in either order and with or without sign, are a point near one of `points`."""
    points = tuple(points)
    numbers = [(match.span(), float(match[1].replace(",", "."))) for match in _DECIMAL.finditer(text)] if points else []
    for (first, one), (second, other) in itertools.pairwise(numbers):
        if second[0] - first[1] > 40:
            continue
        for longitude, latitude in points:
            pairs = ((one, other), (other, one))
            if any(distance_m((x, y), (abs(longitude), abs(latitude))) <= within_m for x, y in pairs):
                yield first[0], second[1]


class Scrubber:
    """Takes addresses, phones and coordinates out of text; what it leaves holds none of them."""

    def __init__(self, spellings: Iterable[Spelling], points: Iterable[Point], *, within_m: float = NEAR_M) -> None:
        self._within_m = within_m
        self._spellings = tuple(spellings)
        self._points = tuple(points)
        self._seen: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """Return the text with every spelling of something hidden replaced by an ellipsis."""
        if not text or not (self._spellings or self._points):
            return text
        if text not in self._seen:
            self._seen[text] = self._clean(text)
        return self._seen[text]

    def _clean(self, text: str) -> str:
        visible = without_invisible(text)
        for _ in range(20):  # taking one thing out can join the halves of another
            folded = fold(visible)
            spans = sorted({*(span for spelling in self._spellings for span in spelling.spans(folded)), *self._coordinates(visible)})
            if not spans:
                break
            kept, last = [], 0
            for start, end in spans:
                if start >= last:
                    kept.append(visible[last:start])
                last = max(last, end)
            visible = "…".join([*kept, visible[last:]])
        else:
            return "…"
        return text if visible == without_invisible(text) else visible

    def _coordinates(self, text: str) -> Iterator[Span]:
        return coordinate_spans(text, self._points, within_m=self._within_m)
