"""How does the command line speak? Tables, progress, JSON, and text from questionnaires that stays text.

What people typed into a questionnaire is data: `plain` takes control characters out, and nothing here reads `[markup]`. Results go to standard
output, progress and errors to standard error; progress shows on a terminal only.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

Justify = Literal["left", "right"]
ROWS_SHOWN = 20
"""Rows of a table that are shown without --all."""

LONGEST_WORD = 16
COLUMN_GAP = 2

_KEPT = frozenset("\u200c\u200d")  # joiners that some scripts need to be read


def plain(text: object, *, keep_lines: bool = False) -> str:
    r"""Return the text without control characters, escape sequences and marks that turn the direction of writing.

    A tab or a line break becomes a blank; with `keep_lines` line breaks stay.

    >>> plain("Harbor\x1b[31m Hill\n[bold]\u202e")
    'Harbor[31m Hill [bold]'
    """
    letters = []
    for letter in str(text):
        if letter == "\n" and keep_lines:
            letters.append(letter)
        elif letter in "\t\n\r\u2028\u2029":
            letters.append(" ")
        elif unicodedata.category(letter)[0] != "C" or letter in _KEPT:
            letters.append(letter)
    return "".join(letters)


def console(*, stderr: bool = False) -> Console:
    """Return where to write: as wide as the terminal, 80 columns where there is none; no markup, no emoji, no highlighting."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def say(text: object = "", *, style: str = "", indent: int = 0) -> None:
    """Print a line, wrapped at the width of the screen, every line of it indented."""
    from rich.padding import Padding
    from rich.text import Text

    line = Text(plain(text), style=style)
    console().print(Padding(line, (0, 0, 0, indent), expand=False) if indent else line)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "finding"), counted(1200, "finding"), counted(2, "delivery", "deliveries")
    ('1 finding', '1,200 findings', '2 deliveries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def heading(text: str) -> None:
    """Print an empty line and a heading."""
    say()
    say(text, style="bold")


def say_path(label: str, path: Path) -> None:
    """Print a full path on one line, however long, so that it can be copied."""
    from rich.text import Text

    console().print(Text(f"  {label:<12} {plain(path.resolve())}"), soft_wrap=True)


def complain(text: str, *, label: str = "Error") -> None:
    """Print an error or a warning on standard error."""
    from rich.text import Text

    style = "bold red" if label == "Error" else "bold yellow"
    console(stderr=True).print(Text.assemble((f"{label}: ", style), plain(text, keep_lines=True)), soft_wrap=True)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done while it takes long: gives a function to call with each step. Silent where nobody watches a terminal."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield lambda _: None
        return
    from rich.text import Text

    with screen.status(Text(plain(what))) as status:
        yield lambda step: status.update(Text(plain(f"{what}: {step}")))


def column_width(header: str, cells: Iterable[object]) -> int:
    """Return how wide a column must be so that no word of it breaks, up to LONGEST_WORD letters.

    >>> column_width("gap hours", ["Old Mill", 108])
    5
    """
    words = [word for text in (header, *cells) for word in plain(text).split()]
    return min(max(map(len, words), default=1), LONGEST_WORD)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = (), title: str = "") -> None:
    """Print a table that fits the screen; cells break between words where they are too long. `right` are the columns of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    screen = console()
    rows, numbers = [tuple(row) for row in rows], frozenset(right)
    columns = [(header, *(row[position] for row in rows)) for position, header in enumerate(headers)]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, COLUMN_GAP - 1, 0, 0))
    for position, (header, width) in enumerate(zip(headers, _widths(columns, screen.width), strict=True)):
        table.add_column(Text(plain(header)), justify="right" if position in numbers else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if title:
        say(title, style="bold")
    screen.print(table)


def _widths(columns: Sequence[Sequence[object]], room: int) -> list[int]:
    """How wide each column is: what no word breaks in, plus a fair part of what is left; less where the screen is too narrow.

    >>> _widths([("need", "N01"), ("what it is about", "a long text of many words")], 24)
    [4, 18]
    """
    widths = [column_width(str(column[0]), column[1:]) for column in columns]
    wanted = [max(len(plain(cell)) for cell in column) for column in columns]
    left = room - sum(widths) - COLUMN_GAP * (len(columns) - 1)
    order = sorted(range(len(columns)), key=lambda position: wanted[position] - widths[position])
    for done, position in enumerate(order):
        more = max(0, min(wanted[position] - widths[position], left // (len(order) - done)))
        widths[position] += more
        left -= more
    for _ in range(-left):
        widths[widths.index(max(widths))] -= 1
    return [max(width, 1) for width in widths]


def print_json(value: object) -> None:
    """Print a value as JSON, in UTF-8 whatever the terminal is; control characters are escaped."""
    text = json.dumps(as_json(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    safe = re.sub(r"[^\x00-\x7e]", lambda found: found[0] if unicodedata.category(found[0])[0] != "C" else _escaped(found[0]), text)
    print_bytes(safe.encode())


def _escaped(letter: str) -> str:
    """A character as JSON escapes it: two escapes beyond the first 65,536."""
    return json.dumps(letter)[1:-1] if ord(letter) > 0x7F else f"\\u{ord(letter):04x}"


def print_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    typer.echo(data, nl=False)


def as_json(value: object) -> object:
    """Return a value of this project as what JSON knows: records as objects, hours as OpenStreetMap text, what is not known as its reason."""
    from ecosystem.records import Unknown
    from ecosystem.schedule import Hours, Schedule

    if isinstance(value, Unknown):
        return {"unknown": value.reason}
    if isinstance(value, Schedule | Hours):
        from ecosystem.schedule_formats import to_osm

        return to_osm(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return [as_json(item) for item in sorted(value)]
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if isinstance(value, float):
        return None if value != value else round(value, 9)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def write_utf8() -> None:
    """Let standard output and error take every character: what an old Windows console cannot show becomes `?` instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
