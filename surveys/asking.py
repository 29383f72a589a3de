"""What does one question of an answered form say, and in which cell?

A fact is read once, from one cell, and that cell is kept as its source. An answer that says nothing is Unknown with its reason; one that cannot
be read is Unknown("refused"), and why is an issue. What a person decided about a text goes before what stands there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from ecosystem.errors import Issue
from ecosystem.records import (
    NOT_ASKED,
    Source,
    Unknown,
    UnknownReason,
    known_or,
)
from ecosystem.taxonomy import Taxonomy
from surveys import places
from surveys.codebook import Codebook
from surveys.decisions import Decisions
from surveys.response import Answer, Block, Problem, Problems, Tell
from surveys.values import (
    DateOrder,
    read_yes_no,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """What reading an answer needs to know of the city and of the form it stands in.

    `time_zone` is the city's. `orders` says per column how dates with slashes are written. `is_inside` says whether a (longitude, latitude) lies
    in the city. `stacked` are the points of the table, as written, that are centers of postal codes and no place's own. `remembered` is what
    (question, text) said before, with its problems: most answers are one of few.
    """

    codebook: Codebook
    taxonomy: Taxonomy
    places: places.Reader
    decisions: Decisions = field(default_factory=Decisions)
    protected_services: frozenset[str] = frozenset()
    is_inside: Callable[[float, float], bool] = lambda longitude, latitude: True  # noqa: ARG005 - without a geography every point is
    time_zone: str = ""
    orders: Mapping[str, DateOrder | None] = field(default_factory=dict)
    stacked: frozenset[tuple[str, str]] = frozenset()
    remembered: dict[tuple[str, str], tuple[object, tuple[Problem, ...]]] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who answered: the organization's key and all its names (for decisions), the role, the date; and what it consented to, None where not said."""

    key: str
    names: tuple[str, ...]
    role: str = ""
    date: dt.date | None = None
    may_list: bool | None = None
    may_show_address: bool | None = None


def decide_answers(block: Block, names: tuple[str, ...], decisions: Decisions) -> Block:
    """Return the block with the answers that a person decided in `decisions/answers.csv`."""
    if "answers.csv" not in decisions.by_text:
        return block
    replaced = dict(block.replaced)
    for question in block.columns:
        answer = block.answer(question)
        if answer:
            decided = decisions.find("answers.csv", answer.text, respondent=names, question=(question, answer.column))
            if decided is not None:
                replaced[question] = decided
    return replace(block, replaced=replaced) if replaced else block


class Questions:
    """The answers about one delivery while they are read, question by question; `sources` are the cells of the facts read so far."""

    def __init__(self, block: Block, respondent: Respondent, setting: Setting) -> None:
        self.block, self.respondent, self.setting, self.codebook = block, respondent, setting, setting.codebook
        self.sources: dict[str, Source] = {}
        self.issues: list[Issue] = []
        self.found: dict[str, Answer | Unknown] = {}
        self.asked = {*block.columns, *block.constants}

    def known(self, question: str) -> Answer | Unknown:
        """Return the answer where it says something, else why it does not."""
        if question not in self.asked:
            return NOT_ASKED
        if question not in self.found:
            answer = self.block.answer(question)
            assert answer is not None  # it was asked
            reason = self.codebook.why_unknown(answer.text)
            self.found[question] = answer if reason is None else Unknown(cast(UnknownReason, reason), self.source(answer))
        return self.found[question]

    def source(self, answer: Answer) -> Source:
        return answer.source(self.respondent.role, self.respondent.date)

    def tell(self, answer: Answer, problem: Problem) -> None:
        self.issues.append(answer.issue(problem, self.respondent.key))

    def read(self, question: str, reader: Callable[[str, Tell], T | None], *, fact: str = "") -> T | Unknown:
        """Return what `reader` makes of the answer; Unknown("refused") where it makes nothing of it. Problems become issues."""
        answer = self.known(question)
        if isinstance(answer, Unknown):
            return answer
        problems = Problems()
        value = reader(self.codebook.meaning(question, answer.text), problems)
        for problem in problems.items:
            self.tell(answer, problem)
        source = self.source(answer)
        if value is None:
            return Unknown("refused", source)
        self.sources[fact or question] = source
        return value

    def choose(self, question: str, reader: Callable[[str, Tell], T | None], *, fact: str = "") -> T | Unknown:
        """Return what `read` does, where `reader` needs but the text: one text of a table is read once."""

        if question not in self.asked:
            return NOT_ASKED

        def recall(text: str, tell: Tell) -> T | None:
            if (question, text) not in self.setting.remembered:
                problems = Problems()
                self.setting.remembered[question, text] = reader(text, problems), tuple(problems.items)
            value, told = self.setting.remembered[question, text]
            for problem in told:
                tell(problem.code, problem.message, severity=problem.severity, text=problem.text)
            return cast("T | None", value)

        return self.read(question, recall, fact=fact)

    def text(self, question: str) -> str:
        """Return a plain text, empty where there is none."""
        return known_or(self.read(question, lambda text, _: text), "")

    def yes_no(self, question: str) -> bool | Unknown:
        return self.choose(question, lambda text, tell: read_yes_no(question, text, self.codebook, tell))

    def decided_area(self, question: str) -> Callable[[str], str | None]:
        if not self.setting.decisions.by_text.get("area_names.csv"):
            return lambda _: None
        answer = self.block.answer(question)
        asked = (question, answer.column if answer is not None else question)
        return lambda text: self.setting.decisions.find("area_names.csv", text, respondent=self.respondent.names, question=asked)


def most_telling(unknown: Sequence[Unknown]) -> Unknown:
    """Return the reason that says most of why a fact is not known, of several answers about it."""
    order: tuple[UnknownReason, ...] = ("disputed", "refused", "withheld", "dont_know", "blank", "redacted", "not_asked")
    return min(unknown, key=lambda value: order.index(value.reason))
