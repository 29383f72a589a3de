"""How is each question asked, in which order, when, and in which words? The second half of `questions.toml`, as plain records.

`surveys.codebook.Form` holds the questions themselves, by which answers are read back. `Specification` adds how our own forms ask them:
sections in order, conditions, constraints, the short form. `Texts` holds every word of a form by its key, in every language: those of the
specification, those of the taxonomy, and those a city adds in its own `translations.csv`, one column for each language.

A question is either put to people or worked out from others (`works_out`): the column `hours` is worked out from `hours_given`,
`hours_words` and the shifts, so that an answer from a screen and one from the spreadsheet are read alike.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ecosystem.errors import InputError
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Form, Question

Length = Literal["short", "full"]
LENGTHS: tuple[Length, ...] = ("short", "full")
OWN_LANGUAGES = ("en", "es")
TRANSLATIONS = "translations.csv"
"""A city's own table of words: a column `key`, and one column for each language, named by its code."""

_TYPES = {"yes_no": "select_one", "choice": "select_one", "choices": "select_multiple", "needs": "select_multiple", "number": "decimal"}
_PLAIN = {"date": "date", "comment": "text"}


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a form. One that repeats is asked once for each service, delivery or stretch of hours; `inside` is the section around it."""

    id: str
    questions: tuple[str, ...]
    inside: str = ""
    repeats: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a form asks it. `name` is what an export calls it, `choices` the list it is answered from, "" where it is written.

    `answers` is the column it helps to fill; `works_out` is the XPath that fills the column itself, "" where people answer it. `is_sure` marks
    a choice that does not offer "I don't know".
    """

    question: Question
    name: str
    type: str
    choices: str = ""
    is_sure: bool = False
    is_required: bool = False
    when: str = ""
    constraint: str = ""
    answers: str = ""
    works_out: str = ""

    @property
    def is_put(self) -> bool:
        """Whether people answer it themselves."""
        return self.type not in ("calculate", "today")


@dataclass(frozen=True)
class Specification:
    """Our own form: sections in order, how each question is asked, conditions as XPath, and which questions the short form has."""

    form: Form
    sections: Mapping[str, Section]
    asked: Mapping[str, Asked]
    conditions: Mapping[str, str]
    short: frozenset[str]
    screen_choices: Mapping[str, Mapping[str, tuple[str, ...]]]
    first_languages: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> Specification:
        """Return the specification that comes with the tool.

        >>> Specification.read().asked["address"].when
        'open_place'
        """
        return _own_specification()

    def is_in(self, question: str, length: Length) -> bool:
        """Whether a form of this length asks a question, or works it out."""
        return length == "full" or question in self.short

    def in_spreadsheet(self, length: Length) -> tuple[Question, ...]:
        """Return the columns of the spreadsheet, in order. The short one asks for hours by day of the week, not by shifts too."""
        found = (question for question in self.form.questions.values() if question.in_form and self.is_in(question.id, length))
        return tuple(question for question in found if length == "full" or question.kind != "slot")

    def asked_in(self, section: Section, length: Length) -> tuple[Asked, ...]:
        """Return what a section asks in a form of this length."""
        return tuple(self.asked[question] for question in section.questions if self.is_in(question, length))

    def inside(self, section: str, length: Length) -> tuple[Section, ...]:
        """Return the sections within a section ("" for the form itself), without those that have nothing to ask in a form of this length."""
        found = (inner for inner in self.sections.values() if inner.inside == section)
        return tuple(inner for inner in found if self.asked_in(inner, length) or self.inside(inner.id, length))


@functools.cache
def _own_specification() -> Specification:
    text = importlib.resources.files("surveys").joinpath("questionnaire", "questions.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    form = Form.read()
    sections = {
        entry["id"]: Section(entry["id"], tuple(entry["questions"]), entry.get("inside", ""), entry.get("repeats", False), entry.get("when", ""))
        for entry in data["sections"]
    }
    how: Mapping[str, Mapping[str, Any]] = data["asking"]
    placed = [question for section in sections.values() for question in section.questions]
    asked = {question: _asked(form.questions[question], how.get(question, {})) for question in placed}
    listed, without = frozenset(data["forms"]["short"]["questions"]), frozenset(data["forms"]["short"]["without"])
    helping = {question for question, entry in asked.items() if entry.answers in listed}
    return Specification(
        form,
        sections,
        asked,
        {name: entry["xpath"] for name, entry in data["conditions"].items()},
        (listed | helping) - without,
        {name: {code: tuple(words) for code, words in entries.items()} for name, entries in data["screen_choices"].items()},
        tuple(data["screen_languages"]["first"]),
        _words(data, form),
    )


def _asked(question: Question, how: Mapping[str, Any]) -> Asked:
    kind = how.get("type") or _TYPES.get(question.kind) or _PLAIN.get(question.kind, "text")
    choices = how.get("list") or ("needs" if question.kind == "needs" else question.choice_list)
    return Asked(
        question,
        name=how.get("name", question.id),
        type=kind,
        choices=choices if kind.startswith("select") else "",
        is_sure=how.get("sure", False),
        is_required=how.get("required", False),
        when=how.get("when", ""),
        constraint=how.get("constraint", ""),
        answers=how.get("answers", ""),
        works_out=how.get("works_out", ""),
    )


def _words(data: Mapping[str, Any], form: Form) -> dict[str, dict[str, str]]:
    """Every text of the specification by its key, in our own languages."""
    words: dict[str, dict[str, str]] = {"language.name": {code: entry["name"] for code, entry in data["translations"].items()}}
    words["language.reviewed_by"] = {code: entry["reviewed_by"] for code, entry in data["translations"].items()}
    words |= {f"language.reviewer.{code}": dict(entry["reviewer"]) for code, entry in data["translations"].items() if "reviewer" in entry}
    words |= {f"word.{key}": dict(texts) for key, texts in data["words"].items()}
    words |= {f"form.{length}": dict(entry["title"]) for length, entry in data["forms"].items()}
    for section in data["sections"]:
        words |= {f"section.{section['id']}.{part}": dict(section[part]) for part in ("title", "note") if part in section}
    words |= {f"condition.{name}": dict(entry["words"]) for name, entry in data["conditions"].items() if "words" in entry}
    for question in form.questions.values():
        words[f"question.{question.id}.title"] = dict(question.title)
        words[f"question.{question.id}.note"] = dict(question.note)
    for question_id, how in data["asking"].items():
        words |= {f"asked.{question_id}.{part}": dict(how[part]) for part in ("title", "note", "message") if part in how}
    for name, choices in {**data["choices"], **data["screen_choices"]}.items():
        words |= {f"choice.{name}.{code}": dict(zip(OWN_LANGUAGES, texts, strict=False)) for code, texts in choices.items()}
    words |= {f"choice.languages.{code}": dict(zip(OWN_LANGUAGES, names, strict=False)) for code, names in form.languages.items()}
    return words


# -- words in every language -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Texts:
    """Every text of a city's forms by key and language. `languages` are our own, then those that the city added, in its order."""

    by_key: Mapping[str, Mapping[str, str]]
    languages: tuple[str, ...] = OWN_LANGUAGES

    @classmethod
    def of(cls, specification: Specification, taxonomy: Taxonomy, added: Mapping[str, Mapping[str, str]] | None = None) -> Texts:
        """Return the texts of the specification and the taxonomy, with those a city added or changed."""
        words = {key: dict(texts) for key, texts in specification.words.items()}
        words |= {f"service.{code}": dict(service.name) for code, service in taxonomy.services.items() if not service.is_baseline}
        words |= {f"services.{code}": dict(name) for code, name in taxonomy.groups.items()}
        words |= {f"need.{code}": dict(need.name) for code, need in taxonomy.needs.items()}
        languages = list(OWN_LANGUAGES)
        for key, texts in (added or {}).items():
            words[key] |= {language: text for language, text in texts.items() if text}
            languages += [language for language in texts if language not in languages]
        return cls(words, tuple(languages))

    def text(self, key: str, language: str) -> str:
        """Return a text, in English where the language lacks it, "" where there is no such text."""
        texts = self.by_key.get(key, {})
        return texts.get(language) or texts.get("en", "")

    def missing(self, language: str) -> tuple[str, ...]:
        """Return the keys of texts that a language lacks, so that English stands in their place."""
        return tuple(key for key, texts in self.by_key.items() if not key.startswith("language.") and texts.get("en") and not texts.get(language))

    def name(self, language: str) -> str:
        """Return what a language calls itself, as an XLSForm names its columns: "Español (es)"."""
        return f"{self.by_key['language.name'].get(language, language)} ({language})"

    def reviewed_by(self, language: str) -> str:
        """Return who reviewed the translation, "" while nobody has."""
        return self.by_key["language.reviewed_by"].get(language, "")

    def reviewer(self, language: str, told_in: str = "en") -> str:
        """Return who has to review a translation."""
        name = self.by_key["language.name"].get(language, language)
        return self.text(f"language.reviewer.{language}", told_in) or f"a native speaker of {name} who works with the communities that are asked"


def read_translations(path: Path, known: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the words a city added, by key and language; nothing where there is no such file.

    Raises InputError naming every key that no form has, and a table without a column `key`.
    """
    if not path.is_file():
        return {}
    try:
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        table = list(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as CSV in UTF-8 ({error}). Save it as 'CSV UTF-8'.") from error
    languages = [name for name in rows.fieldnames or () if name and name.isascii() and name.islower() and 2 <= len(name.partition("-")[0]) <= 3]
    languages = [name for name in languages if name != "key"]
    if "key" not in (rows.fieldnames or ()) or not languages:
        raise InputError(f"{path}: needs a column 'key' and a column for each language, named by its code, such as so or hmn.")
    allowed = set(known)
    strange = sorted({row["key"] for row in table if row["key"] and row["key"] not in allowed})
    if strange:
        raise InputError(f"{path}: no form has the keys {', '.join(map(repr, strange[:8]))}. Take keys from the table the tool writes.")
    return {row["key"]: {language: (row[language] or "").strip() for language in languages} for row in table if row["key"]}
