"""What can a text or some bytes say, beyond what stands there?

Text with entities, percent signs, escapes and tags undone; base64 and the base 85 of the page; points packed as delta polylines.
"""

from __future__ import annotations

import base64
import contextlib
import html
import re
import urllib.parse
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_PAGE_LETTERS = str.maketrans(",./:", "&<>`")
"""The page writes base 85 (RFC 1924) with letters that mean nothing to HTML."""
SHORTEST_PACKED = 40
"""Letters of base64, in any of its alphabets, that must stand together to be looked at."""
_PACKED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_IS_PACKED = bytes(b"x"[0] if byte in _PACKED else b" "[0] for byte in range(256))


def readings_of(text: str, *, tags: bool = True) -> list[str]:
    """Return the text as it stands and with entities, percent signs, backslash escapes and tags undone, each reading once."""
    readings = [text]
    current = text
    for _ in range(3):
        before = current
        if "&" in current:
            current = html.unescape(current)
        if re.search("%[0-9A-Fa-f]{2}", current):
            current = urllib.parse.unquote(current.replace("+", " ") if "%20" not in current and "://" in current else current, errors="replace")
        if "\\" in current:
            current = re.sub(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda match: chr(int(match[1] or match[2], 16)), current)
            current = re.sub(r"\\([\"'/])", r"\1", re.sub(r"\\[nrt]", " ", current))
        if current == before:
            break
        readings.append(current)
    if tags and "<" in current:
        visible = re.split(r"<[^<>]*>", re.sub(r"(?is)<(script|style)\b.*?</\1>", " ", current))
        readings += ["".join(visible), " ".join(visible)]
    return list(dict.fromkeys(readings))


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return (the number packed from byte `at` on in groups of seven bits, lowest first; the byte after it), 0 where it does not end."""
    value = shift = 0
    while at < len(data) and shift < 63:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    return 0, len(data)


def polyline_points(data: bytes) -> Numbers:
    """Return every point, in 1e-5 degrees, of shapes packed as delta polylines; none if the bytes are something else.

    Per shape the number of polygons, per polygon of rings, per ring of points, then the zigzag differences of longitude and latitude.
    """
    numbers: list[int] = []
    at = 0
    while at < len(data):
        value, at = varint(data, at)
        numbers.append(value)
    points: list[tuple[int, int]] = []
    x = y = 0
    place = 0
    try:
        while place < len(numbers):
            n_polygons, place = numbers[place], place + 1
            for _ in range(n_polygons):
                n_rings, place = numbers[place], place + 1
                for _ in range(n_rings):
                    n_points, place = numbers[place], place + 1
                    for _ in range(n_points):
                        x += _unzigzag(numbers[place])
                        y += _unzigzag(numbers[place + 1])
                        place += 2
                        points.append((x, y))
    except IndexError:
        # not shapes: perhaps a bare polyline, differences of longitude and latitude and nothing else
        steps = np.array([_unzigzag(number) for number in numbers[: len(numbers) // 2 * 2]], dtype="float64").reshape(-1, 2)
        return np.cumsum(steps, axis=0)
    return np.array(points, dtype="float64").reshape(-1, 2)


def _unzigzag(value: int) -> int:
    return -((value + 1) >> 1) if value & 1 else value >> 1


def bytes_of(text: str) -> Iterator[bytes]:
    """Yield the bytes that a text may stand for: base64, and base 85 as the page writes it (a digit for the zeros that fill up the end first)."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    with contextlib.suppress(ValueError):
        yield base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    if text[:1] in "0123" and (len(text) - 1) % 5 == 0 and text.isascii():
        with contextlib.suppress(ValueError):
            data = base64.b85decode(text[1:].translate(_PAGE_LETTERS))
            yield data[: len(data) - int(text[0])]


def packed_in(text: str) -> Iterator[str]:
    """Yield every run of at least `SHORTEST_PACKED` letters of base64, each as long as it goes, with up to two signs that fill up its end.

    >>> list(packed_in(f"a {'b' * 40}=== {'c' * 39}"))
    ['bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb==']
    """
    data = text.encode("utf-8", "surrogatepass")
    marks, wanted = data.translate(_IS_PACKED), b"x" * SHORTEST_PACKED
    start = marks.find(wanted)
    while start >= 0:
        end = marks.find(b" ", start)
        end = len(data) if end < 0 else end
        end += len(data[end : end + 2]) - len(data[end : end + 2].lstrip(b"="))
        yield data[start:end].decode("ascii")
        start = marks.find(wanted, end)


def is_text(data: bytes) -> bool:
    """Return whether the bytes are UTF-8 of which nearly all can be read by a person."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(character.isprintable() or character.isspace() for character in text) >= 0.95 * len(text)
