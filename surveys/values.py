"""What does one answer say: a number, a date, an age, a language, a yes?

Each function takes a text and returns its value, or None where nobody can tell, and tells why. Words for not knowing ("?", "prefer not to
say") are sorted out before by `Codebook.why_unknown`.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import dateutil.parser

from ecosystem.records import Language, LanguageStrength
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Codebook
from surveys.hours.words import MONTHS
from surveys.response import Tell, fold, quoted, split_list

DateOrder = Literal["month first", "day first"]

FIRST_YEAR, LAST_YEAR = 1800, 2200
OLDEST = 120

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[,T ].*)?")
_ONES = {
    word: number
    for number, words in enumerate(
        [
            "zero cero",
            "one uno una",
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
            "ten diez",
            "eleven once",
            "twelve doce",
            "thirteen trece",
            "fourteen catorce",
            "fifteen quince",
            "sixteen dieciseis",
            "seventeen diecisiete",
            "eighteen dieciocho",
            "nineteen diecinueve",
            "twenty veinte",
            "veintiuno",
            "veintidos",
            "veintitres",
            "veinticuatro",
            "veinticinco",
        ]
    )
    for word in words.split()
}
_TENS = {
    word: number * 10
    for number, words in enumerate(
        [
            "twenty veinte",
            "thirty treinta",
            "forty cuarenta",
            "fifty cincuenta",
            "sixty sesenta",
            "seventy setenta",
            "eighty ochenta",
            "ninety noventa",
        ],
        2,
    )
    for word in words.split()
}


# -- yes, numbers ------------------------------------------------------------------------------------------------------------------------------


def read_yes_no(question: str, text: str, codebook: Codebook, tell: Tell) -> bool | None:
    """Return True for yes, False for no."""
    code = codebook.choice(question, text)
    if code is None:
        tell("choice_unknown", f"{quoted(text)} is neither yes nor no. Write yes or no.")
        return None
    return code == "yes"


def number_in_words(text: str) -> int | None:
    """Return a whole number up to 99 written in English or Spanish words.

    >>> number_in_words("twenty-four"), number_in_words("dieciocho"), number_in_words("treinta y cinco"), number_in_words("many")
    (24, 18, 35, None)
    """
    words = [word for word in fold(text).split() if word not in ("y", "and", "years", "anos", "old")]
    if len(words) == 1:
        return _ONES.get(words[0], _TENS.get(words[0]))
    if len(words) == 2 and words[0] in _TENS and 0 < _ONES.get(words[1], 0) < 10:
        return _TENS[words[0]] + _ONES[words[1]]
    return None


def read_number(text: str, tell: Tell, *, code: str = "number_refused") -> float | None:
    """Return a number: 1,200 and 12.5 as people write them, a word up to 99, none as 0, "about 12", or the middle of a range such as 10-12."""
    cleaned = re.sub(r"^(about|around|approx\.?|approximately|~|circa|unos|unas|aproximadamente)\s*", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d+(\.\d+)?", cleaned):
        return float(cleaned.replace(",", ""))
    if re.fullmatch(r"\d+,\d{1,2}", cleaned):
        return float(cleaned.replace(",", "."))
    if fold(cleaned) in ("none", "no", "ninguno", "ninguna", "nothing"):
        return 0.0
    in_words = number_in_words(cleaned)
    if in_words is not None:
        return float(in_words)
    bounds = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:-|–|to|a)\s*(\d+(?:\.\d+)?)", cleaned)
    if bounds and float(bounds[1]) <= float(bounds[2]):
        tell("number_range", f"{quoted(text)} is a range; its lower end is counted.", severity="info")
        return float(bounds[1])
    tell(code, f"{quoted(text)} is not a number. Write digits, such as 12.")
    return None


def read_degrees(text: str, limit: float, tell: Tell) -> float | None:
    """Return degrees within plus or minus `limit`."""
    try:
        value = float(text.strip().replace("−", "-").rstrip("°"))
    except ValueError:
        tell("coordinate_refused", f"{quoted(text)} is not a coordinate in degrees. Write it like -93.2650.")
        return None
    if not -limit <= value <= limit:
        tell("coordinate_refused", f"{quoted(text)} lies outside -{limit:g} to {limit:g} degrees. Longitude and latitude may be swapped, or in feet.")
        return None
    return value


def read_money(text: str, tell: Tell) -> float | None:
    """Return dollars: $50,000, 50k, 1.2 million."""
    cleaned = text.strip().lower().replace("usd", "").replace("$", "").replace("us ", "").strip()
    match = re.fullmatch(r"~?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(k|m|thousand|million|mil|millones)?", cleaned)
    if match is None:
        tell("amount_refused", f"{quoted(text)} is not an amount in dollars. Write 50000 or $50,000.")
        return None
    factor = {"k": 1e3, "thousand": 1e3, "mil": 1e3, "m": 1e6, "million": 1e6, "millones": 1e6}.get(match[2] or "", 1.0)
    return round(float(match[1].replace(",", "")) * factor, 2)


# -- dates -------------------------------------------------------------------------------------------------------------------------------------


def date_order(texts: Iterable[str]) -> DateOrder | None:
    """Return how dates with slashes are written in one column, by those that can be read one way only; None where they contradict.

    >>> date_order(["3/4/2026", "3/25/2026"]), date_order(["25/3/2026"]), date_order(["25/3/2026", "3/25/2026"])
    ('month first', 'day first', None)
    """
    day_first = month_first = False
    for text in texts:
        if match := _SLASHED.fullmatch(text):
            day_first |= int(match[1]) > 12
            month_first |= int(match[2]) > 12
    if day_first and month_first:
        return None
    return "day first" if day_first else "month first"


def is_ambiguous(text: str) -> bool:
    """Whether a date may be month/day or day/month.

    >>> is_ambiguous("3/4/2026"), is_ambiguous("3/25/2026"), is_ambiguous("4/4/2026")
    (True, False, False)
    """
    match = _SLASHED.fullmatch(text)
    return match is not None and int(match[1]) <= 12 and int(match[2]) <= 12 and match[1].lstrip("0") != match[2].lstrip("0")


def read_date(text: str, tell: Tell, *, order: DateOrder | None = "month first") -> dt.date | None:
    """Return a date written as 2026-10-01, 10/1/2026, or 1 October 2026 (English or Spanish); a time of day after it is left out.

    >>> from surveys.response import Problems
    >>> [str(read_date(text, Problems())) for text in ("2026-10-01", "10/1/2026", "1 October 2026", "1 de octubre de 2026", "Oct. 1, 2026")]
    ['2026-10-01', '2026-10-01', '2026-10-01', '2026-10-01', '2026-10-01']
    """
    found: tuple[int, int, int] | None = None
    if match := _ISO.fullmatch(text):
        found = int(match[1]), int(match[2]), int(match[3])
    elif match := _SLASHED.fullmatch(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        year += 2000 if year < 100 else 0
        is_day_first = first > 12 if max(first, second) > 12 else order == "day first"
        found = (year, second, first) if is_day_first else (year, first, second)
    else:
        found = _date_in_words(text)
    try:
        if found is not None and FIRST_YEAR <= found[0] <= LAST_YEAR:
            return dt.date(*found)
    except ValueError:
        pass
    tell("date_refused", f"{quoted(text)} is not a date. Write it as 2026-10-01.")
    return None


def _date_in_words(text: str) -> tuple[int, int, int] | None:
    words = [re.sub(r"^(\d+)(st|nd|rd|th|o)$", r"\1", word) for word in fold(text).split() if word not in ("de", "del", "the", "of")]
    months = [word for word in words if word in MONTHS]
    numbers = [int(word) for word in words if word.isdigit()]
    if len(months) != 1:
        return None
    years = [number for number in numbers if FIRST_YEAR <= number <= LAST_YEAR]
    days = [number for number in numbers[:2] if 1 <= number <= 31]
    if len(years) == 1 and len(days) == 1 and numbers.index(years[0]) <= 1:
        return years[0], MONTHS[months[0]], days[0]
    if not years and len(words) > 3:
        try:
            parsed = dateutil.parser.parse(text, ignoretz=True)
        except (ValueError, OverflowError, dateutil.parser.UnknownTimezoneWarning):
            return None
        return parsed.year, parsed.month, parsed.day
    return None


# -- ages --------------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ages:
    """Least and most years, each None where there is no bound."""

    least: int | None
    most: int | None


_ANY_AGE = frozenset(
    {"all", "all ages", "any", "any age", "everyone", "no limit", "none", "todas", "todas las edades", "cualquiera", "sin limite", "todos"}
)
_AGE_WORDS = re.compile(r"\b(plus|under|over|or|younger|older|up|mayores|menores|mas|menos)\b")


def read_ages(text: str, tell: Tell) -> Ages | None:
    """Return the ages of a text that states them in numbers: 12-17, 18+, under 25, 14 to 24 years, twelve to seventeen, all.

    Words such as youth or seniors are told and refused, since each provider means other years by them.

    >>> from surveys.response import Problems
    >>> read_ages("18 years old and older", Problems()), read_ages("doce a diecisiete", Problems()), read_ages("All ages", Problems())
    (Ages(least=18, most=None), Ages(least=12, most=17), Ages(least=None, most=None))
    """
    if re.search(r"\d[.,]\d", text):
        tell("ages_refused", f"{quoted(text)} cannot be read as ages. Write whole years, such as 12-17 or 18+.")
        return None
    name = fold(re.sub(r"(?<=\d)\s*\+", " plus ", text.replace("<", " under ").replace(">", " over ")))
    if name in _ANY_AGE:
        return Ages(None, None)
    plain = re.sub(r"\b(years?|yrs?|yo|of age|old|age[sd]?|anos?|edad(es)?|de|from|between|entre|desde)\b", " ", name)
    plain = re.sub(r"\b(to|through|thru|until|and|hasta|a|y)\b", " - ", plain)
    whole = number_in_words(plain)
    if whole is not None:
        return Ages(whole, whole)
    tokens = [str(value) if (value := number_in_words(token)) is not None else token for token in plain.split()]
    joined = " ".join(tokens)
    joined = re.sub(r"(\d+) - (?:older|over|up|above|mas|mayores|plus)\b", r"\1 plus", joined)
    joined = re.sub(r"(\d+) - (?:younger|under|below|menores|menos)\b", r"under or \1", joined)
    numbers = [int(number) for number in re.findall(r"\d+", joined)]
    if not numbers or max(numbers) > OLDEST or re.search(r"[a-z]", _AGE_WORDS.sub("", joined)):
        tell("ages_refused", f"{quoted(text)} gives no ages in numbers. Write the years, such as 12-17 or 18+.")
        return None
    if len(numbers) == 2 and re.fullmatch(r"\d+ (?:- )?\d+", joined):
        return ordered(Ages(numbers[0], numbers[1]), text, tell)
    if len(numbers) == 1:
        if re.fullmatch(r"\d+ (plus|or older|or over|or up|mas|older|over|up|mayores)|(over or|mayores) \d+", joined):
            return Ages(numbers[0], None)
        if re.fullmatch(r"over \d+", joined):
            return Ages(numbers[0] + 1, None)
        if re.fullmatch(r"under \d+|menores \d+", joined):
            return Ages(None, numbers[0] - 1)
        if re.fullmatch(r"(up - |up )\d+|under or \d+|\d+ (or )?(younger|under|menores)", joined):
            return Ages(None, numbers[0])
        if joined == str(numbers[0]):
            return Ages(numbers[0], numbers[0])
    tell("ages_refused", f"{quoted(text)} cannot be read as ages. Write the years, such as 12-17 or 18+.")
    return None


def ordered(ages: Ages, text: str, tell: Tell) -> Ages:
    """Return ages with the lower first; two that were swapped are told."""
    if ages.least is not None and ages.most is not None and ages.least > ages.most:
        message = f"the youngest age {ages.least} is above the oldest {ages.most}; they were swapped. Check that this is right."
        tell("ages_swapped", message, text=text)
        return Ages(ages.most, ages.least)
    return ages


def read_age(text: str, tell: Tell) -> int | Literal["all"] | None:
    """Return one age in years, "all" for no limit, None where nobody can tell."""
    if fold(text) in _ANY_AGE:
        return "all"
    match = re.fullmatch(r"(\d{1,3})(?:\.0+)?\s*\+?\s*(?:years?|yrs?|años|y/?o|years old)?\.?", text.strip(), re.IGNORECASE)
    value = int(match[1]) if match else number_in_words(text)
    if value is None or value > OLDEST:
        tell("ages_refused", f"{quoted(text)} is not an age in years. Write a number, such as 18.")
        return None
    return value


# -- choices -----------------------------------------------------------------------------------------------------------------------------------


def read_choices(question: str, text: str, codebook: Codebook, tell: Tell) -> tuple[list[str], list[str]]:
    """Return (codes understood, in order and once each; words not understood, which are told)."""
    whole = codebook.choice(question, text)
    if whole is not None:
        return [whole], []
    codes: list[str] = []
    unknown: list[str] = []
    is_one = functools.partial(codebook.names_choice, question)
    for item in _items(text, lambda piece: codebook.choice(question, piece) is not None, is_one):
        code = codebook.choice(question, item)
        if code is None:
            unknown.append(item)
            message = f"{quoted(item)} is none of the choices for '{question}'. Use one of its words, or map it in codebook.toml."
            tell("choice_unknown", message, text=item)
        elif code not in codes:
            codes.append(code)
    return codes, unknown


def read_codes(question: Literal["service_type", "needs"], text: str, taxonomy: Taxonomy, codebook: Codebook, tell: Tell) -> list[str] | None:
    """Return codes of service types or needs, the first being the main one; None where none is understood or the answer is everything.

    Each is written as its code, name or label, with the name after the code or not.
    """
    find = taxonomy.find_service if question == "service_type" else taxonomy.find_need
    what = "type of service" if question == "service_type" else "need"

    def code_of(piece: str) -> str | None:
        meant = codebook.meaning(question, piece)
        found = find(meant)
        if found is None and (match := re.match(r"(N?\d{2}[a-z]?)\b[\s:.)\-–]+\S", meant, re.IGNORECASE)):
            found = find(match[1])
        return found

    if fold(text) in ("all", "all of the above", "everything", "any", "todo", "todos", "todas", "all of them", "todas las anteriores"):
        tell("choice_all", f"{quoted(text)} names no {what}. Ask for the main one, and at most two others.")
        return None
    is_one = functools.partial(codebook.names_choice, question)
    codes: list[str] = []
    for item in [text] if code_of(text) is not None else _items(text, lambda piece: code_of(piece) is not None, is_one):
        code = code_of(item)
        if code is None:
            tell(f"{question}_unknown", f"{quoted(item)} is no {what} of the taxonomy. Use its code or name, or map it in codebook.toml.", text=item)
        elif code not in codes:
            codes.append(code)
    return codes or None


def _items(text: str, is_known: Callable[[str], bool], is_one: Callable[[str], bool]) -> Sequence[str]:
    """Cut a list at its semicolons, else at its commas. What a comma joins stays whole where it is known so; beside semicolons it is cut where
    all it joins is known. What semicolons join stays whole where `is_one`: the codebook of the form names it.

    >>> known, one = {"Food, and clothing", "Shelter", "Meals"}, {"Rent; bills"}
    >>> _items("Food, and clothing; Shelter, Meals; Rent; bills", known.__contains__, one.__contains__)
    ['Food, and clothing', 'Shelter', 'Meals', 'Rent; bills']
    """
    if ";" not in text and "\n" not in text:
        return _cut(text.split(","), ", ", is_known)
    items: list[str] = []
    for item in _cut(split_list(text), "; ", is_one):
        cut = [item] if "," not in item or is_known(item) else _cut(item.split(","), ", ", is_known)
        items += cut if all(map(is_known, cut)) else [item]
    return items


def _cut(pieces: Sequence[str], mark: str, is_known: Callable[[str], bool]) -> list[str]:
    """The pieces of a list without blanks; the longest runs that are known when `mark` joins them again are one."""
    pieces = [piece.strip() for piece in pieces]
    items: list[str] = []
    at = 0
    while at < len(pieces):
        for end in range(len(pieces), at, -1):
            joined = mark.join(pieces[at:end])
            if end == at + 1 or is_known(joined):
                if joined:
                    items.append(joined)
                at = end
                break
    return items


# -- languages ---------------------------------------------------------------------------------------------------------------------------------

_NO_LANGUAGE = re.compile(r"(and )?(more|others?|otros|mas|varies|varied|multiple|many|several|call|various)\b")
_ALL_LANGUAGES = re.compile(
    r"(all|any|every|over \d+|more than \d+|\d+( plus)?) languages?|language line.*|(an? )?interpreter( line| service)?s?( available)?"
    r"|interpreter line.*|interpretation( available| services?)?|translation (line|services?)( available)?"
    r"|todos los idiomas|cualquier idioma|linea de interpretes|mas de \d+ idiomas"
)


def read_languages(text: str, codebook: Codebook, tell: Tell) -> tuple[Language, ...] | None:
    """Return languages with how each is spoken; "all languages" is an interpreter line. None where nothing is understood.

    >>> from surveys.response import Problems
    >>> spoken = read_languages("Spanish (staff); Somali (interpreter); all languages", Codebook.own(), Problems())
    >>> [(language.code, language.strength) for language in spoken]
    [('es', 'staff'), ('so', 'interpreter'), ('*', 'interpreter')]
    """
    found: set[tuple[str, LanguageStrength]] = set()
    for item in split_list(text):
        spoken = _language(item, codebook)
        for piece in [item] if spoken else re.split(r"\s*(?:\b(?:and|y)\b|&|/|,|\+)\s*", item):
            spoken = spoken or _language(piece, codebook)
            if spoken is not None:
                found.add(spoken)
            elif (folded := fold(piece)) and _NO_LANGUAGE.match(folded):
                tell("language_unknown", f"{quoted(piece)} names no language. Ask which.", severity="info", text=piece)
            elif folded not in ("", "none", "ninguno"):
                tell("language_unknown", f"{quoted(piece)} is no language we know. Write its English or Spanish name.", text=piece)
            spoken = None
    if not found and fold(text) not in ("none", "ninguno"):
        return None
    return tuple(Language(code, strength) for code, strength in sorted(found, key=lambda key: (key[0] == "*", key)))


def _language(text: str, codebook: Codebook) -> tuple[str, LanguageStrength] | None:
    """Return one language (its code, "*" for all) and how it is spoken, by staff where that is not said; None where the text names none."""
    name, strength = text, None
    if match := re.fullmatch(r"(.+?)\s*[(\[:–-]\s*(.+?)\s*[)\]]?", text):
        code = codebook.choice("strength", match[2])
        if code is not None:
            name, strength = match[1], _strength(code)
    folded = fold(codebook.meaning("languages", name))
    if _ALL_LANGUAGES.fullmatch(folded):
        return "*", "interpreter"
    words = codebook.form.codes["languages"]
    plain = re.sub(r"^(some|limited|fluent|basic) | (speaking|spoken|speakers?|limited)$", "", folded)
    code = words.get(folded) or words.get(plain)
    if code is not None:
        return code, strength or ("interpreter" if re.search(r"\b(some|limited|basic)\b", folded) else "staff")
    if re.search(r"\binterpret|\btranslat|\blanguage line\b|\btraducc", folded) and not re.search(r"\bexcept\b|\bno\b|\bnot\b", folded):
        return "*", "interpreter"
    return None


def _strength(code: str) -> LanguageStrength:
    return "interpreter" if code == "interpreter" else "materials" if code == "materials" else "staff"
