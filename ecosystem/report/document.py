"""What is a report made of?

A `Report` is a first page and chapters; a chapter is a row of blocks: paragraphs, items, tables, figures. Blocks hold plain text and say
nothing about HTML, so that a second writer (another format) needs no second story. Text is data: whoever writes a format escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ecosystem.report.drawing import Drawing

Tone = Literal["", "lead", "note", "caution"]
Cell: TypeAlias = str | Drawing


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `lead` opens a chapter, `note` says how a number was made, `caution` must not be overlooked."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One statement of a list: what is said, in more words, how it was made, and the ids of the findings behind it.

    `chapter` is the id of the chapter that tells more.
    """

    title: str
    text: str = ""
    how: str = ""
    findings: tuple[str, ...] = ()
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list of statements; numbered where other parts speak of them by number."""

    items: tuple[Item, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption. The first column names the row; `numbers` are the indices of columns that hold numbers."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, how to read it, and the same content as a table or in words."""

    title: str
    drawing: Drawing
    legend: tuple[tuple[Drawing, str], ...] = ()
    note: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures that stand side by side where there is room; they share a legend."""

    figures: tuple[Figure, ...]
    legend: tuple[tuple[Drawing, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a chapter."""

    text: str


Block: TypeAlias = Paragraph | Items | Table | Figure | Figures | Heading


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter. `id` is its anchor, made by us and never from data."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """How many of those asked answered, in words and as a drawing."""

    title: str
    sentence: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The page that stands alone: what is strong, what was found, what could be decided, who was heard, and the way to the goal for calls."""

    response: Response
    strengths: Items
    findings: Items
    decisions: Items
    titles: tuple[str, str, str]
    how_to_read: tuple[str, ...] = ()
    goal: tuple[str, str] | None = None
    """Title and sentence; None where calls are not known."""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language."""

    language: str
    title: str
    subtitle: tuple[str, ...]
    emergency: str
    first_page: FirstPage
    chapters: tuple[Chapter, ...]
    contents_title: str
    closing: tuple[str, ...] = ()
    correction: tuple[str, str] | None = None
    """What to press and where it leads (a `mailto:` address), to say that something is wrong."""
    words: dict[str, str] = field(default_factory=dict)
    """The few words of the page itself: `as_table`, `finding`, `more`."""
