"""Which question does each column of somebody else's form answer, as a first guess for a person to correct?

`draft` writes a codebook.toml from an export: every column of which our form has the name needs nothing; every other gets the question that its
header, and what stands in it, point to, with how sure that is and why. Guesses that are little more than that stand there as comments and are
not used. Of answers only choices that come again are quoted, for a person to say what they mean; what a single respondent wrote is not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import rapidfuzz
from rapidfuzz.distance import Prefix

from ecosystem.records import normalize_name
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import SINGLE, Codebook, Form, Layout
from surveys.privacy import is_personal, looks_personal
from surveys.response import Problems, Table, Tables, split_list
from surveys.stated_hours import read_text
from surveys.values import read_ages, read_date, read_languages
from surveys.worked_out import HELPERS

Sureness = Literal["sure", "likely", "perhaps"]
"""How sure a guess is: its own name, its words, or only what stands in it. A guess that is only "perhaps" is not used."""

SAMPLED = 200
"""Answers per column that are looked at."""
CLOSE = 88.0
"""Headers more alike than this (of 100) to a name of a question are taken for it."""
OFTEN = 2
"""Answers that come so often in a column of choices are listed."""
MOST_CHOICES = 60

_LONGEST_CHOICE = 80
LONGEST_NAME = 150
"""An answer longer than this is no name."""

_SHORTEST_FUZZY = 6
_PLACE = r"neighbou?rhoods?|areas?|wards?|precincts?|zip codes?|count(?:y|ies)|geograph\w+|barrios?|zonas?"
_WHO = r"organi[sz]ation|agency|group|provider|nonprofit|company"
_WORDS: Sequence[tuple[str, str]] = (
    ("website", r"\b(website|web site|web page|homepage|url|sitio web)\b"),
    ("public_phone", r"\b(hotline|helpline|phone|telephone|telefono|call us)\b"),
    ("organization", rf"(?:name of|what is) (?:the |your )?(?:{_WHO})|(?:{_WHO}) ?name|org ?name"),
    ("organization", rf"^(?:{_WHO}|organizacion|program provider|facility)$"),
    ("intake_hours", r"\bintake\b.*\b(hours|times?)\b"),
    ("hours", r"\b(hours?|schedule|open(ing)?|days and times|when .* (open|available)|horarios?|horas|days)\b"),
    ("languages", r"\b(languages?|idiomas?|speak)\b"),
    ("address", r"\b(street|\w*add(?:r|ress)?|direccion|domicilio)\b"),
    ("latitude", r"\b(lat|latitude|latitud)\b"),
    ("longitude", r"\b(lon|lng|long|longitude|longitud)\b"),
    ("area", rf"\b(?:{_PLACE})\b.*\b(?:serve[sd]?|cover\w*|work)\b|\b(?:serve|service|coverage|catchment)\b.*\b(?:{_PLACE})\b|\bbarrios?\b"),
    ("ages", r"\bages?\b|\bedad(es)?\b"),
    ("genders", r"\b(genders?|genero)\b"),
    ("groups", r"\b(populations?|who (do|can|is)|target|clients? served|demographic)\b|\bpoblacion\b"),
    ("requires_fee", r"\b(fees?|cost|charge|price|costo)\b"),
    ("requires_insurance", r"\binsurance\b|\bseguro\b"),
    ("requires_referral", r"\breferrals? (required|needed)\b|\bneed a referral\b"),
    ("requires_id", r"\b(photo id|identification|documents? required|required documents?)\b"),
    ("beds", r"\bbeds\b|\bcamas\b"),
    ("slots", r"\b(capacity|slots|how many people)\b"),
    ("refers_to", r"\b(partners?|refer (people|clients)? ?(to|out))\b"),
    ("barriers", r"\b(barriers?|challenges?|obstacles?|gaps?|barreras?)\b"),
    ("more_money", r"\b(more (money|funding|resources))\b"),
    ("confidential", r"\b(confidential|undisclosed)\b"),
    ("mode", r"\b(how (do|are|is) .*(deliver\w*|provided|access\w*)|delivery|in person|virtual)\b"),
    ("also_known_as", r"\b(acronym|aka|alternate|other names?)\b"),
    ("service_type", r"\b(type|kind|categor(y|ies)|tipo)\b|\bsvc\b"),
    ("description", r"\b(descri\w+|mission|what (do|does) (you|your|it)|services? (provided|offered)|body)\b"),
    ("service", r"\b(program|service|programa|servicio)s?\b"),
)
"""Words in a header and the question they point to; the first that fits is taken."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column may answer: a question, how sure that is, and why."""

    column: str
    question: str
    sureness: Sureness
    why: str
    answers: int


@dataclass(slots=True)
class Draft:
    """The mapping of one file: what is understood without it, guesses, columns about people, columns nobody can place, and words of choices."""

    file: str
    format: str
    each: str = ""
    known: dict[str, str] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    choices: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)

    @property
    def used(self) -> tuple[Guess, ...]:
        """The guesses that are taken as they stand until a person says otherwise."""
        return tuple(guess for guess in self.guesses if guess.sureness != "perhaps")


def draft(tables: Tables, taxonomy: Taxonomy, *, file: str = "", format: str = "") -> Draft:  # noqa: A002 - as elsewhere
    """Return a first mapping of what `read_tables` read; `file` is the name the mapping is for, `format` what the person said made it."""
    book = Codebook.own()
    made = Draft(file or tables.file, format)
    for table in tables.tables:
        layout = book.layout(table)
        _draft_table(layout, made)
        for question, position in _choice_columns(layout, made):
            _list_choices(question, _texts(layout.table, position), taxonomy, made)
    return made


def _draft_table(layout: Layout, made: Draft) -> None:
    table = layout.table
    for block in (layout.organization, layout.defaults, *layout.deliveries):
        made.known |= {table.columns[position]: question for question, positions in block.items() for position in positions}
    taken = set(made.known.values())
    guesses: list[tuple[float, Guess]] = []
    for position in layout.unmapped:
        header, texts = table.columns[position], _texts(table, position)
        if not texts:
            continue
        if any(map(is_personal, table.names_of(position))) or looks_personal(texts):
            made.personal.append(header)
            continue
        found = _guess(_own_names(table, position), texts)
        if found is None:
            made.left.append(header)
        else:
            question, score, why = found
            guesses.append((score, Guess(header, question, _sureness(score), why, len(texts))))
    for score, guess in sorted(guesses, key=lambda entry: -entry[0]):
        asked = Form.read().question(guess.question)
        is_taken = guess.question in taken and asked is not None and asked.kind in SINGLE
        if is_taken:
            guess = Guess(guess.column, guess.question, "perhaps", f"{guess.why}, but another column fits it better", guess.answers)
        elif score >= _LIKELY:
            taken.add(guess.question)
        made.guesses.append(guess)
    named = [column for column, question in made.known.items() if question == "service"]
    if not taken & {"organization", "invitation_key"} and len(named) == 1:
        why = "no column names an organization, and without one nothing is read; this one names what is offered"
        made.guesses.append(Guess(named[0], "organization", "likely", why, len(table.rows)))
    order = {column: at for at, column in enumerate(table.columns)}
    made.guesses.sort(key=lambda guess: order.get(guess.column, -1))


def _own_names(table: Table, position: int) -> tuple[str, ...]:
    """What a column may be called, without the beginning that it shares with the columns beside it.

    Tools put the text of a question in front of each of its parts ("Contact information (write N/A if undisclosed) County"): what all parts say
    tells nothing of one of them.
    """
    header = table.columns[position]
    shared = max((Prefix.similarity(header, other) for at, other in enumerate(table.columns) if at != position), default=0)
    stem = header[:shared].rpartition(" ")[0]
    if len(stem) < _SHORTEST_STEM or not header[len(stem) :].strip():
        return table.names_of(position)
    return (header[len(stem) :].strip(), *(name for name in table.names_of(position) if not name.startswith(stem)))


_SHORTEST_STEM = 30
"""Characters that headers share before that is more than a way to begin a question ("Which of the following")."""
_SURE, _LIKELY = 0.9, 0.6


def _sureness(score: float) -> Sureness:
    return "sure" if score >= _SURE else "likely" if score >= _LIKELY else "perhaps"


def _texts(table: Table, position: int) -> list[str]:
    return [row.cells[position] for row in table.rows if position < len(row.cells) and row.cells[position]]


def _guess(names: Iterable[str], texts: Sequence[str]) -> tuple[str, float, str] | None:
    """Return the question a column points to, how well (0 to 1), and why; None where nothing does."""
    by_words = max((found for name in names if (found := _by_words(normalize_name(name))) is not None), key=lambda found: found[1], default=None)
    by_texts = _by_texts(texts)
    if by_words is None:
        return by_texts
    question, score, why = by_words
    if question == "service" and _are_lists(texts):
        return "service_type", score, f"{why}, and its answers are lists of choices"
    if by_texts is not None and by_texts[0] == question:
        return question, min(1.0, score + 0.2), f"{why}, and {by_texts[2]}"
    if by_texts is not None and by_texts[0] in _PLAIN_TO_SEE:
        return by_texts[0], _LIKELY, by_texts[2]
    # a header that says "hours" over answers that are none is no column of hours
    if question in _SHOWN_BY_TEXTS or not _may_be(question, texts):
        return question, _LIKELY - 0.1, f"{why}, though its answers do not look so"
    return by_words


def _may_be(question: str, texts: Sequence[str]) -> bool:
    """Whether half of the answers can be read as answers to a question, as far as its kind shows."""
    book, asked = Codebook.own(), Form.read().question(question)
    kind = asked.kind if asked is not None else "text"
    tests: Mapping[str, Callable[[str], object]] = {
        "yes_no": lambda text: book.choice(question, text) and book.why_unknown(text) is None,
        "choice": lambda text: book.choice(question, text),
        "number": lambda text: re.search(r"\d", text) and len(text) < 20,
        "date": lambda text: read_date(text, Problems()),
        "text": lambda text: len(text) < LONGEST_NAME and book.choice("confidential", text) is None,
        "address": lambda text: re.search(r"\d", text),
    }
    name = question if question in tests else "" if question == "description" else kind
    fits = tests.get(name)
    return fits is None or 2 * sum(1 for text in texts[:SAMPLED] if fits(text)) >= len(texts[:SAMPLED])


def _by_words(name: str) -> tuple[str, float, str] | None:
    if not name:
        return None
    helpers = {helper for several in HELPERS.values() for helper in several}
    headers = {header: q for header, q in Form.read().headers.items() if len(header) >= _SHORTEST_FUZZY and q not in helpers}
    if len(name) >= _SHORTEST_FUZZY and (match := rapidfuzz.process.extractOne(name, list(headers), scorer=rapidfuzz.fuzz.ratio, score_cutoff=CLOSE)):
        return headers[match[0]], 0.95, f"its header is nearly '{match[0]}'"
    for question, pattern in _WORDS:
        if (match_words := re.search(pattern, name)) and not (question in _NOT_YES_OR_NO and _YES_OR_NO.match(name)):
            return question, 0.75 if len(name) < 80 else 0.65, f"its header says '{match_words[0]}'"
    return None


_YES_OR_NO = re.compile(r"(?:are|is|do|does|did|has|have|can|if|will|would)\b")
_NOT_YES_OR_NO = frozenset({"organization", "service", "service_type", "description"})
"""Questions that are never asked with "do you ...?"."""
_PLAIN_TO_SEE = frozenset({"website", "latitude", "longitude"})
_SHOWN_BY_TEXTS = frozenset({"hours", "languages", "ages", "public_phone", "website", "latitude", "longitude"})
"""Questions whose answers show what they are, so that a header alone is not enough."""


def _by_texts(texts: Sequence[str]) -> tuple[str, float, str] | None:
    """Return what the answers look like, where more than half do."""
    sample = list(dict.fromkeys(texts))[:SAMPLED]
    book = Codebook.own()

    def share(fits: Callable[[str], object]) -> float:
        return sum(1 for text in sample if fits(text)) / len(sample)

    def is_between(text: str, most: float) -> bool:
        return re.fullmatch(r"-?\d{1,3}\.\d{3,}", text) is not None and abs(float(text)) <= most

    tests: Sequence[tuple[str, str, Callable[[str], object]]] = (
        ("website", "its answers are web addresses", lambda text: re.fullmatch(r"(https?://|www\.)\S+", text, re.IGNORECASE)),
        ("latitude", "its answers are degrees", lambda text: is_between(text, 90) and not text.startswith("-")),
        ("longitude", "its answers are degrees", lambda text: is_between(text, 180) and text.startswith("-")),
        ("public_phone", "its answers are phone numbers", lambda text: len(text) < 60 and re.search(r"\(?\d{3}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}", text)),
        ("ages", "its answers are ages", lambda text: re.search(r"\d", text) and not text.isdigit() and read_ages(text, Problems()) is not None),
        ("languages", "its answers are languages", lambda text: len(text) < 200 and read_languages(text, book, Problems()) is not None),
        ("hours", "its answers are hours", _are_hours),
    )
    for question, why, fits in tests:
        if share(fits) > 0.5:
            return question, 0.5, why
    return None


def _are_lists(texts: Sequence[str]) -> bool:
    """Whether these are answers of a question with several choices: the tools write a semicolon between them."""
    sample = texts[:SAMPLED]
    return any(";" in text for text in sample) and all(len(part) < _LONGEST_CHOICE for text in sample for part in text.split(";"))


def _are_hours(text: str) -> bool:
    if not re.search(r"\d", text) or len(text) > 300:
        return False
    is_timed = re.search(r"\d\s*(?:[ap]\.?m|:\d\d)|24\s*/\s*7|\d\s*-\s*\d", text, re.IGNORECASE) is not None
    return is_timed and read_text(text, "open", Problems()) is not None


# -- what people chose --------------------------------------------------------------------------------------------------------------------------


def _choice_columns(layout: Layout, made: Draft) -> Iterator[tuple[str, int]]:
    """The columns that our form answers with choices: those it knows, and those it is guessed to."""
    guessed = {guess.column: guess.question for guess in made.used}
    form = Form.read()
    for position, header in enumerate(layout.table.columns):
        question = made.known.get(header) or guessed.get(header, "")
        asked = form.question(question) if question else None
        if asked is not None and (asked.choice_list or asked.kind in ("types", "needs")):
            yield question, position


def _list_choices(question: str, texts: Sequence[str], taxonomy: Taxonomy, made: Draft) -> None:
    """Keep the words of a column of choices that nobody understands and that come again, with the closest choice."""
    counts = Counter(item for text in texts for item in ([text] if ";" not in text and "," in text else split_list(text)))
    words = _names_of(question, taxonomy)
    for text, times in counts.most_common(MOST_CHOICES):
        if times < OFTEN or len(text) > 120 or _is_understood(question, text, taxonomy):
            continue
        close = rapidfuzz.process.extractOne(normalize_name(text), list(words), scorer=rapidfuzz.fuzz.token_set_ratio, score_cutoff=70.0)
        made.choices.setdefault(question, {})[text] = (words[close[0]] if close else "", times)


def _is_understood(question: str, text: str, taxonomy: Taxonomy) -> bool:
    book = Codebook.own()
    if book.why_unknown(text) is not None:
        return True
    if question == "service_type":
        return taxonomy.find_service(text) is not None
    return taxonomy.find_need(text) is not None if question == "needs" else book.choice(question, text) is not None


def _names_of(question: str, taxonomy: Taxonomy) -> dict[str, str]:
    """The codes of a question by the names of its choices."""
    if question == "service_type":
        return {normalize_name(name): code for code, service in taxonomy.services.items() for name in service.name.values()}
    if question == "needs":
        return {normalize_name(name): code for code, need in taxonomy.needs.items() for name in need.name.values()}
    asked = Form.read().question(question)
    listed = Form.read().choices.get(asked.choice_list, {}) if asked is not None else {}
    return {normalize_name(word): code for code, words in listed.items() for word in words}


# -- the file ----------------------------------------------------------------------------------------------------------------------------------


def codebook_toml(drafts: Sequence[Draft]) -> str:
    """Return the drafts as the text of one codebook.toml."""
    lines = [
        "# Which column of these files answers which question of our form. DRAFTED BY GUESSING: read every line, correct it, and then see with",
        "# 'ecosystem check' what was understood. A line that begins with # is not used: take the # away where the guess is right.",
        "# The names of the questions stand in form/form.xlsx, sheet 'notes'.",
    ]
    for entry in drafts:
        lines += ["", "[[form]]", f"files = {_quoted(_pattern(entry.file))}"]
        if entry.format:
            lines.append(f"format = {_quoted(entry.format)}")
        if entry.each:
            lines.append(f"list = {_quoted(entry.each)}")
        if entry.personal:
            lines += ["# About the people who answered; dropped on reading, whatever stands here:", *_folded(entry.personal)]
        if entry.known:
            lines += ["# Understood without a mapping:", *_folded(f"{column} = {question}" for column, question in entry.known.items())]
        if entry.left:
            lines += ["# No question seems to ask for these. Map them, or write them into ignore = [...]:", *_folded(entry.left)]
        lines += ["[form.columns]", *_columns(entry.guesses)]
        for question, words in entry.choices.items():
            lines += [f"[form.choices.{question}]", "# words that come again and that nobody understands, with the closest choice"]
            lines += [f"# {_quoted(text)} = {_quoted(code or '?')}  # {times} times" for text, (code, times) in words.items()]
    return "\n".join(lines) + "\n"


def _columns(guesses: Iterable[Guess]) -> Iterator[str]:
    told: set[str] = set()
    for guess in guesses:
        name = normalize_name(guess.column)
        is_used = guess.sureness != "perhaps" and bool(name) and name not in told
        told |= {name} if is_used else set()
        yield f"{'' if is_used else '# '}{_quoted(guess.column)} = {_quoted(guess.question)}  # {guess.sureness}: {guess.why}"


def _folded(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield f"#   {_plain(name)}"


def _plain(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _pattern(name: str) -> str:
    """A file name as a pattern that fits it alone.

    >>> _pattern("answers [2].csv")
    'answers [[]2].csv'
    """
    return re.sub(r"([*?\[])", r"[\1]", name)


def _quoted(text: str) -> str:
    """A TOML string on one line."""
    return json.dumps(_plain(text), ensure_ascii=False).replace("\x7f", "\\u007f")
