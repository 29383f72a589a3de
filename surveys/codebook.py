"""Which column answers which question, and which words mean which choice?

The questions of our own form stand in one file, `questionnaire/questions.toml`: `Form` is that file. A `Codebook` says how the columns and
choices of one questionnaire map to those questions. Without a file of its own a city uses our form; a city's codebook.toml maps somebody
else's:

    files = "*.csv"                       # which files it is for; default all. Several forms: [[form]] tables, each with its own keys
    format = "qualtrics"                  # which tool made the files, where that is not seen rightly; default: found out
    method = "public listing"             # questionnaire (default), interview, public listing or agency data
    own_columns = false                   # whether columns named as in our form are taken too; default true
    ignore = ["Fax"]                      # columns that are left out on purpose
    list = "services"                     # JSON: the nested list that holds one delivery each
    blocks = ["program"]                  # repeated columns "program1 name", beside "service1 name"
    whole_day = ["0-1200"]                # spans of a day by which this source means 24 hours
    clock_24 = true                       # its times are all of a 24-hour clock: 830-930 is never in the evening; default false
    [columns]
    "Agency name" = "organization"        # header = question
    [constants]
    area = "citywide"                     # an answer for every row
    [choices.service_type]
    "food pantry" = "11b"                 # text = what it means
"""

from __future__ import annotations

import difflib
import fnmatch
import functools
import importlib.resources
import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ecosystem.errors import InputError, Issue
from ecosystem.records import Method, normalize_name
from surveys.response import Block, Row, Table, fold, text_key
from surveys.worked_out import HELPERS, work_out

Scope = Literal["organization", "delivery"]
QuestionKind = Literal[
    "text",
    "choice",
    "choices",
    "types",
    "needs",
    "yes_no",
    "number",
    "date",
    "area",
    "hours",
    "weekday",
    "slot",
    "ages",
    "languages",
    "names",
    "comment",
]
SINGLE: frozenset[QuestionKind] = frozenset({"text", "number", "date", "yes_no", "choice", "hours", "weekday", "slot"})
"""Kinds of question that take one answer, so that two columns of one question are told."""
OWN_BLOCKS = ("service", "delivery")
"""What our own forms call a group of questions that comes again, before its number: "service2_hours", "delivery1_mode"."""
HEADER_SEARCH = 10
"""Rows that are looked at for the header, where a title stands above it."""

_LISTS = {"publish_listing": "publish", "publish_address": "publish", "publish_hours": "publish", "publish_contact": "publish"}
_SLOT = re.compile(r"slot ?(\d+) (days|opens|closes|dias|abre|cierra)")
_SLOT_PARTS = {"dias": "days", "abre": "opens", "cierra": "closes"}


def choice_key(text: str) -> str:
    """Return what choices are compared by: without accents, case and punctuation, or as written where nothing else is left.

    >>> choice_key("By appointment."), choice_key("Sí"), choice_key("?")
    ('by appointment', 'si', '?')
    """
    return fold(text) or text_key(text)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of our form. `title` and `note` are by language; `in_form` False marks one that only other people's forms ask."""

    id: str
    scope: Scope
    kind: QuestionKind
    title: Mapping[str, str]
    note: Mapping[str, str]
    required: bool = False
    aliases: tuple[str, ...] = ()
    in_form: bool = True
    repeats: bool = False

    @property
    def choice_list(self) -> str:
        """The name of the list its choices come from, or "" where it has none."""
        if self.kind == "yes_no":
            return "yes_no"
        return _LISTS.get(self.id, self.id) if self.kind in ("choice", "choices") else ""


@dataclass(frozen=True)
class Form:
    """Our own form: questions by id in order, choice lists (code -> words, English and Spanish first), words for not knowing, languages.

    `screen_choices` are the lists of questions that only a screen or paper asks.
    """

    questions: Mapping[str, Question]
    choices: Mapping[str, Mapping[str, tuple[str, ...]]]
    unknown: Mapping[str, frozenset[str]]
    languages: Mapping[str, tuple[str, ...]]
    screen_choices: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Form:
        """Return the form that comes with the tool.

        >>> Form.read().questions["hours"].title["es"]
        'Horario'
        """
        return _own_form()

    def question(self, name: str) -> Question | None:
        """Return a question by id, any number of a slot included; None where there is none."""
        found = self.questions.get(name)
        if found is None and (slot := _SLOT.fullmatch(name.replace("_", " "))):
            return self.questions[f"slot1_{_SLOT_PARTS.get(slot[2], slot[2])}"]
        return found

    def kind(self, name: str) -> QuestionKind | None:
        """Return what kind of answer a question takes; None where there is no such question."""
        found = self.question(name)
        return None if found is None else found.kind

    @functools.cached_property
    def headers(self) -> Mapping[str, str]:
        """Question ids by the headers they are known under, normalized: titles and aliases first, then ids, which are also known as they are."""
        found: dict[str, str] = {}
        questions = self.questions.values()
        ids = ((question.id, question.id) for question in questions)
        titles = ((title, question.id) for question in questions for title in question.title.values())
        aliases = ((alias, question.id) for question in questions for alias in question.aliases)
        for name, question_id in itertools.chain(titles, aliases, ids):
            found.setdefault(normalize_name(name), question_id)
        return found

    @functools.cached_property
    def codes(self) -> Mapping[str, Mapping[str, str]]:
        """Codes by the words for them, per choice list; "languages" and "unknown" included. Some tools write codes without their "_"."""
        lists: dict[str, dict[str, str]] = {}
        for name, choices in {**self.choices, **self.screen_choices, "languages": self.languages}.items():
            words = lists.setdefault(name, {})
            for code, texts in choices.items():
                for text in (code, *texts, code.replace("_", "")):
                    words.setdefault(choice_key(text), code)
        lists["unknown"] = {
            text_key(word): reason for reason, texts in self.unknown.items() for text in texts for word in (text, text.replace("_", ""))
        }
        return lists


@functools.cache
def _own_form() -> Form:
    text = importlib.resources.files("surveys").joinpath("questionnaire", "questions.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    questions = (Question(**{**entry, "aliases": tuple(entry.get("aliases", ()))}) for entry in data["questions"])
    return Form(
        questions={question.id: question for question in questions},
        choices={name: {code: tuple(words) for code, words in entries.items()} for name, entries in data["choices"].items()},
        unknown={reason: frozenset(words) for reason, words in data["unknown"].items()},
        languages={code: tuple(names) for code, names in data["languages"].items()},
        screen_choices={name: {code: tuple(words) for code, words in entries.items()} for name, entries in data["screen_choices"].items()},
    )


class _FormFile(BaseModel):
    """One form of a codebook.toml, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    files: str = "*"
    format: str = ""
    method: Method = "questionnaire"
    own_columns: bool = True
    ignore: tuple[str, ...] = ()
    list_: str = Field(default="", alias="list")
    blocks: tuple[str, ...] = ()
    whole_day: tuple[str, ...] = ()
    clock_24: bool = False
    columns: Mapping[str, str] = Field(default_factory=dict)
    constants: Mapping[str, str] = Field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Codebook:
    """How one questionnaire's columns and choices map to the questions of our form.

    `columns` maps normalized headers to question ids; `choices` maps, per question, what people write to what it means; `files` is the
    pattern of the file names it is for. `nested` is the list in a JSON record, or the repeated group of an export, that holds one delivery
    each; `format` is the tool that made the files, "" to find it out.
    """

    form: Form
    files: str = "*"
    method: Method = "questionnaire"
    columns: Mapping[str, str] = field(default_factory=dict)
    own_columns: bool = True
    constants: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    nested: str = ""
    blocks: tuple[str, ...] = OWN_BLOCKS
    whole_day: frozenset[str] = frozenset()
    clock_24: bool = False
    format: str = ""

    @classmethod
    def own(cls) -> Codebook:
        """Return the codebook of our own form."""
        form = Form.read()
        return cls(form, columns=form.headers)

    @classmethod
    def read(cls, path: str | Path) -> tuple[Codebook, ...]:
        """Return the codebooks a codebook.toml holds, in order; the first whose `files` fit a file is used for it.

        Raises InputError naming every key that cannot be, with the closest that can.
        """
        path = Path(path)
        try:
            data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path}: is not TOML: {error}. Texts stand in quotes and tables in [brackets].") from error
        return cls.of(data, name=str(path))

    @classmethod
    def of(cls, data: Mapping[str, Any], *, name: str = "codebook.toml") -> tuple[Codebook, ...]:
        """Return the codebooks that the tables of a codebook.toml describe. Raises InputError as `read` does."""
        tables = data.get("form", [data])
        if not isinstance(tables, list) or ("form" in data and len(data) > 1):
            raise InputError(f"{name}: write one form at the top of the file, or each form under [[form]], not both.")
        problems: list[str] = []
        books: list[Codebook] = []
        for number, table in enumerate(tables, 1):
            where = f"form {number}: " if len(tables) > 1 else ""
            try:
                entry = _FormFile.model_validate(table)
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    key = ".".join(map(str, problem["loc"]))
                    known = difflib.get_close_matches(key, [f.alias or n for n, f in _FormFile.model_fields.items()], 1)
                    hint = f" Did you mean '{known[0]}'?" if known and problem["type"] == "extra_forbidden" else ""
                    problems.append(f"{where}{key}: {problem['msg'].lower()}.{hint}")
                continue
            problems += [where + text for text in _unknown_questions(entry)]
            books.append(cls._of_entry(entry))
        if problems:
            raise InputError(f"{name}: " + "\n".join(problems))
        return tuple(books)

    @classmethod
    def _of_entry(cls, entry: _FormFile) -> Codebook:
        form = Form.read()
        columns = dict(form.headers) if entry.own_columns else {}
        columns |= {normalize_name(header): question for header, question in entry.columns.items()}
        return cls(
            form,
            files=entry.files,
            method=entry.method,
            columns=columns,
            own_columns=entry.own_columns,
            constants=dict(entry.constants),
            choices={question: {choice_key(text): code for text, code in words.items()} for question, words in entry.choices.items()},
            ignored=frozenset(map(normalize_name, entry.ignore)),
            nested=entry.list_,
            blocks=(*OWN_BLOCKS, *entry.blocks),
            whole_day=frozenset(text_key(span) for span in entry.whole_day),
            clock_24=entry.clock_24,
            format=entry.format,
        )

    def is_for(self, file: str) -> bool:
        """Whether this codebook reads the file of this name."""
        return fnmatch.fnmatch(file, self.files) or fnmatch.fnmatch(Path(file).name, self.files)

    def meaning(self, question: str, text: str) -> str:
        """Return what the codebook says `text` means as an answer to `question`, else the text as it is."""
        return self.choices.get(question, {}).get(choice_key(text), text) if self.choices else text

    def names_choice(self, question: str, text: str) -> bool:
        """Return whether the codebook itself says what `text` means as an answer to `question`."""
        return choice_key(text) in self.choices.get(question, ())

    def choice(self, question: str, text: str) -> str | None:
        """Return the code of a choice, None where no choice has this word.

        >>> Codebook.own().choice("mode", "Drop-In"), Codebook.own().choice("ride", "a veces")
        ('walk_in', None)
        """
        asked = self.form.question(question)
        words = self.form.codes.get((asked.choice_list if asked is not None else "") or question, {})
        return words.get(choice_key(self.meaning(question, text)))

    def why_unknown(self, text: str) -> str | None:
        """Return the reason that a text gives for saying nothing (blank, dont_know, withheld), None where it says something.

        >>> Codebook.own().why_unknown("Prefer not to say"), Codebook.own().why_unknown("24/7")
        ('withheld', None)
        """
        return self.form.codes["unknown"].get(text_key(text)) if text else "blank"

    def layout(self, table: Table) -> Layout:
        """Return which columns of a table hold which question, whether deliveries stand in rows or in repeated blocks.

        Where the first row matches almost nothing, the rows below it are tried as the header.
        """
        first = self._layout(table)
        if first.found < 3 and not table.names:
            for index, row in enumerate(table.rows[:HEADER_SEARCH]):
                if sum(1 for cell in row.cells if cell) < 2:
                    continue
                other = self._layout(table.with_header(index))
                if other.found >= max(3, 2 * first.found):
                    return other
        return first

    def _layout(self, table: Table) -> Layout:
        organization: dict[str, list[int]] = {}
        shared: dict[str, list[int]] = {}
        blocks: dict[int, dict[str, list[int]]] = {}
        unmapped: list[int] = []
        for position, header in enumerate(table.columns):
            names = table.names_of(position)
            number, question = self._match_any(names)
            if question is None:
                if header and not any(normalize_name(name) in self.ignored for name in names):
                    unmapped.append(position)
                continue
            asked = self.form.question(question)
            assert asked is not None
            if number:
                target = blocks.setdefault(number, {})
            else:
                target = organization if asked.scope == "organization" else shared
            target.setdefault(question, []).append(position)
        own = [blocks[number] for number in sorted(blocks)] or ([shared] if shared else [])
        deliveries = tuple(_positions(block) for block in own)
        defaults = _positions(shared) if blocks else {}
        return Layout(self, table, _positions(organization), deliveries, defaults, tuple(unmapped))

    def _match_any(self, names: tuple[str, ...]) -> tuple[int, str | None]:
        """Return what the first of a column's names matches; a name that the city's codebook maps or ignores goes before all others."""
        if any(normalize_name(name) in self.ignored for name in names):
            return 0, None
        if len(names) > 1:
            names = (*(name for name in names if normalize_name(name) in self.overridden), *names)
        for name in names:
            number, question = self._match(name)
            if question is not None:
                return number, question
        return 0, None

    def _match(self, header: str) -> tuple[int, str | None]:
        """Return (number of the repeated block or 0, question) of a header."""
        if normalize_name(header) in self.ignored:
            return 0, None
        question = self._question(header)
        if question is not None:
            return 0, question
        for word in self.blocks:
            if block := re.fullmatch(rf"{re.escape(word)}[ _]*(\d{{1,3}})(?:[ _.:-]+(.+))?", header.strip(), re.IGNORECASE):
                if not block[2] and word == "delivery":
                    return 0, None
                rest = block[2] or "service"
                question = self._question("service" if rest.casefold() in ("name", "nombre") else rest)
                asked = self.form.question(question) if question is not None else None
                return (int(block[1]), question) if asked is not None and asked.scope == "delivery" else (0, None)
        return 0, None

    def _question(self, header: str) -> str | None:
        """Return the question a header names: as its id, then by title or alias."""
        as_id = header.strip().casefold()
        if self.own_columns and as_id in self.form.questions and normalize_name(header) not in self.overridden:
            return as_id
        name = normalize_name(header)
        if name in self.columns:
            return self.columns[name]
        slot = _SLOT.fullmatch(name)
        return f"slot{int(slot[1])}_{_SLOT_PARTS.get(slot[2], slot[2])}" if slot and self.own_columns else None

    @functools.cached_property
    def overridden(self) -> frozenset[str]:
        """Headers to which a city's codebook gives a meaning of its own."""
        return frozenset(name for name, question in self.columns.items() if self.form.headers.get(name) != question)


def _positions(columns: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {question: tuple(positions) for question, positions in columns.items()}


def _unknown_questions(entry: _FormFile) -> list[str]:
    form = Form.read()
    problems = []
    for table, names in (("columns", entry.columns.values()), ("constants", entry.constants), ("choices", entry.choices)):
        for name in names:
            if form.question(name) is None:
                close = difflib.get_close_matches(name, form.questions, 1)
                problems.append(f"{table}: no question is called '{name}'." + (f" Did you mean '{close[0]}'?" if close else ""))
    return problems


@dataclass(frozen=True)
class Layout:
    """Which columns of one table hold which question.

    `organization` and each of `deliveries` map questions to column positions; `defaults` are delivery questions asked once for all blocks
    of a row; `unmapped` are positions of columns nobody asked for.
    """

    codebook: Codebook
    table: Table
    organization: Mapping[str, tuple[int, ...]]
    deliveries: tuple[Mapping[str, tuple[int, ...]], ...]
    defaults: Mapping[str, tuple[int, ...]]
    unmapped: tuple[int, ...]

    @property
    def found(self) -> int:
        """How many questions have a column."""
        return len(self.questions)

    @functools.cached_property
    def questions(self) -> frozenset[str]:
        """The questions that have a column."""
        return frozenset({*self.organization, *self.defaults}.union(*self.deliveries))

    @property
    def asked(self) -> frozenset[str]:
        """The questions that have a column, or columns that they are worked out from."""
        return self.questions.union(self._helped)

    @property
    def has_organization(self) -> bool:
        """Whether a row says who answers."""
        return bool({"organization", "invitation_key"} & ({*self.organization} | {*self.codebook.constants}))

    def blocks(self, row: Row) -> tuple[Block, tuple[Block, ...]]:
        """Return the answers of a row about the organization, and those about each delivery; a delivery left wholly empty is left out."""
        book = self.codebook
        once, each = self._constants
        organization = Block(self.table, row, self.organization, once, method=book.method)
        deliveries = []
        for columns in self.deliveries:
            block = Block(self.table, row, columns, each, method=book.method)
            if not block.is_empty():
                deliveries.append(self._with_worked_out(replace(block, columns={**self.defaults, **columns}) if self.defaults else block))
        return organization, tuple(deliveries)

    def _with_worked_out(self, block: Block) -> Block:
        """Return a block with the answers that stand in several questions of a screen put together, where no column of their own says them."""
        if not self._helped:
            return block
        columns, replaced = dict(block.columns), dict(block.replaced)
        for question in self._helped:
            helpers = [helper for helper in HELPERS[question] if helper in columns]
            if helpers and not block.text(question):
                columns[question] = tuple(dict.fromkeys((*columns.get(question, ()), *(at for helper in helpers for at in columns[helper]))))
                replaced[question] = work_out(question, {helper: block.text(helper) for helper in helpers}, self.codebook.choice)
        return replace(block, columns=columns, replaced=replaced)

    @functools.cached_property
    def _helped(self) -> tuple[str, ...]:
        """The questions for which the form has others that they are worked out from."""
        return tuple(question for question, helpers in HELPERS.items() if not self.questions.isdisjoint(helpers))

    @functools.cached_property
    def _constants(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The codebook's constants about the organization, and those about each delivery."""
        once: dict[str, str] = {}
        each: dict[str, str] = {}
        for question, text in self.codebook.constants.items():
            asked = self.codebook.form.question(question)
            (each if asked is not None and asked.scope == "delivery" else once)[question] = text
        return once, each

    def issues(self) -> tuple[Issue, ...]:
        """Return issues about the columns as a whole: two of one question that are not a list."""
        found = []
        for columns in (self.organization, *self.deliveries):
            for question, positions in columns.items():
                asked = self.codebook.form.question(question)
                if len(positions) < 2 or asked is None or asked.kind not in SINGLE:
                    continue
                names = ", ".join(f"'{self.table.columns[position]}'" for position in positions)
                message = f"the columns {names} all answer '{question}'; where they differ they are joined. Keep one, or map them in codebook.toml."
                column = self.table.columns[positions[1]]
                found.append(self.table.issue("column_twice", message, row=self.table.header_row, column=column))
        return tuple(found)
