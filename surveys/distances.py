"""How far does a service reach, and from where is that measured?

"2 miles", "half a mile of the hub", "2 blocks of Lake Street": a distance in metres, and the name of the place it is measured from where that is
not the provider's own.
"""

from __future__ import annotations

import re

DISTANCE = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?(?:\s*/\s*\d+)?|½|¼|¾|half|one-half|one|an|a|quarter|media|una?|two|three|five|ten|dos|tres|cinco|diez)"
    r"(?:\s+(?:of\s+)?(?:an?|una?))?[\s-]*"
    r"(?P<unit>miles?|mi|millas?|kilometers?|kilometres?|kilómetros?|kilometros?|kms?|meters?|metres?|metros?|m|blocks?|cuadras?|feet|ft|pies)\b\.?",
    re.IGNORECASE,
)
_METRES = {
    "mi": 1609.344, "mil": 1609.344, "kil": 1000.0, "kms": 1000.0, "km": 1000.0, "met": 1.0, "m": 1.0, "fee": 0.3048, "ft": 0.3048, "pie": 0.3048,
}  # fmt: skip
_NUMBER_WORDS = {
    "½": 0.5, "¼": 0.25, "¾": 0.75, "half": 0.5, "one-half": 0.5, "media": 0.5, "quarter": 0.25, "a": 1.0, "an": 1.0, "one": 1.0, "un": 1.0,
    "una": 1.0,
    "two": 2.0, "dos": 2.0, "three": 3.0, "tres": 3.0, "five": 5.0, "cinco": 5.0, "ten": 10.0, "diez": 10.0,
}  # fmt: skip
_CENTER = re.compile(r"^(?:radius\b\s*)?(?:of|from|around|to|de|del|desde|alrededor de)\s+(?P<center>.+)$", re.IGNORECASE)
_OWN_PLACE = re.compile(
    r"(?:(?:our|my|its|their|this|nuestr[ao]s?|su)\b.*|us|here|aquí|nosotros|(?:the |each |a |el |la |del? )?"
    r"(?:main |home |community |service |program |drop[ -]in |physical )?"
    r"(?:hub|site|office|center|centre|location|building|address|facility|clinic|shelter|headquarters|hq|home|base|campus|church|school|agency"
    r"|organization|program|storefront|oficina|sede|centro|local|edificio|iglesia|escuela|clínica|albergue|organización)s?)",
    re.IGNORECASE,
)
"""What a distance is measured from when it is the provider's own place; anything else has a name and must be found."""


def center_of(text: str) -> str:
    """Return the name that a distance is measured from, empty where it is the provider's own place.

    >>> [center_of(text) for text in ("2 miles", "within 2 mi of our office", "half a mile from the hub", "2 blocks of Lake Street")]
    ['', '', '', 'Lake Street']
    """
    match = DISTANCE.search(text)
    named = _CENTER.match(text[match.end() :].strip(" .,;()")) if match is not None else None
    return "" if named is None or _OWN_PLACE.fullmatch(named["center"].strip()) else named["center"].strip()


def read_distance(text: str) -> float | None:
    """Return metres of a distance, None where the text holds none. A block counts 100 metres (1/16 mile).

    >>> [read_distance(text) for text in ("2 miles", "within 1.5 km of our site", "half a mile", "1/2 mi", "far")]
    [3218.688, 1500.0, 804.672, 804.672, None]
    """
    match = DISTANCE.search(text)
    if match is None:
        return None
    word = match["number"].lower().replace(",", ".")
    if "/" in word:
        top, bottom = (float(part) for part in word.split("/"))
        if not bottom:
            return None
        number = top / bottom
    else:
        number = _NUMBER_WORDS.get(word, 0.0) or (float(word) if word[0].isdigit() else 0.0)
    unit = match["unit"].lower()
    metres = 100.0 if unit.startswith(("block", "cuadra")) else _METRES.get(unit[:3], _METRES.get(unit[:2], _METRES.get(unit[:1], 0.0)))
    return number * metres or None
