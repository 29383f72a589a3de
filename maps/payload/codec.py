"""How are numbers, shapes and text packed into a few bytes that a browser can unpack with twenty lines of code?

- **varint**: a whole number >= 0 in groups of 7 bits, the lowest group first; the top bit of a byte says that more follow.
- **zigzag**: a signed number as 0, -1, 1, -2, 2 ... -> 0, 1, 2, 3, 4 ..., then as a varint.
- **delta polyline**: each point as its difference to the point before, in units of 1e-5 degrees (about 1 m), longitude first.
- **runs**: a set of rows as pairs (rows skipped, rows in a row).
- **bits**: a yes/no matrix, row by row, eight to a byte, the highest bit first, each row starting a new byte.
- **container**: the varint length of a JSON head, the head, then the sections one after the other; `head["sections"]` holds the length of
  each in order. The whole is deflated (raw, without header) and written as text: a letter for how many zeros fill up the last group,
  then five letters for four bytes, the highest first (`LETTERS` are the digits 0 to 84). No letter means anything to HTML or JSON.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEGREE = 100_000
"""Units of a polyline per degree."""

_RFC_1924 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
LETTERS = _RFC_1924.translate(bytes.maketrans(b"&<>`", b",./:")).decode("ascii")
"""The letters of RFC 1924, but for those that HTML reads."""

_LONGEST = 10
"""Bytes of the longest varint, 64 bits."""

Ring = Sequence[tuple[float, float]]
Shape = Sequence[Sequence[Ring]]
"""Polygons of rings of (longitude, latitude) points; the first ring of a polygon is its outside. Rings are closed without repeating a point."""


def varints(values: Iterable[int] | NDArray[np.int64]) -> bytes:
    """Return whole numbers >= 0 as varints.

    >>> varints([0, 127, 128, 300]).hex()
    '007f8001ac02'
    """
    numbers = np.fromiter(values, dtype=np.uint64) if not isinstance(values, np.ndarray) else values.astype(np.uint64)
    if not len(numbers):
        return b""
    groups = np.zeros((len(numbers), _LONGEST), dtype=np.uint8)
    used = np.ones(len(numbers), dtype=np.int64)
    rest = numbers.copy()
    for position in range(_LONGEST):
        groups[:, position] = rest & np.uint64(0x7F)
        rest >>= np.uint64(7)
        more = rest > 0
        used[more] = position + 2
        groups[more, position] |= 0x80
        if not more.any():
            break
    return groups[np.arange(_LONGEST) < used[:, None]].tobytes()


def zigzag(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return signed numbers as numbers >= 0.

    >>> zigzag(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    folded: NDArray[np.int64] = (values << 1) ^ (values >> 63)
    return folded


class Reader:
    """Reads varints from bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def next(self) -> int:
        """Return the next varint."""
        value = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def next_signed(self) -> int:
        """Return the next zigzag varint."""
        value = self.next()
        return -((value + 1) >> 1) if value & 1 else value >> 1

    def is_at_end(self) -> bool:
        return self._at == len(self._data)


def pack_shapes(shapes: Iterable[Shape]) -> bytes:
    """Return shapes as delta polylines: per shape the number of polygons, per polygon of rings, per ring of points, then the differences."""
    numbers: list[int] = []
    last_x = last_y = 0

    def signed(value: int) -> int:
        return value << 1 if value >= 0 else (-value << 1) - 1

    for shape in shapes:
        numbers.append(len(shape))
        for polygon in shape:
            numbers.append(len(polygon))
            for ring in polygon:
                numbers.append(len(ring))
                for longitude, latitude in ring:
                    x, y = round(longitude * DEGREE), round(latitude * DEGREE)
                    numbers += (signed(x - last_x), signed(y - last_y))
                    last_x, last_y = x, y
    return varints(numbers)


def unpack_shapes(data: bytes) -> list[Shape]:
    """Return the shapes that `pack_shapes` wrote, to 1e-5 degrees.

    >>> unpack_shapes(pack_shapes([[[[(-93.0, 44.0), (-92.99, 44.0), (-92.99, 44.01)]]]]))
    [[[[(-93.0, 44.0), (-92.99, 44.0), (-92.99, 44.01)]]]]
    """
    reader, shapes = Reader(data), []
    x = y = 0
    while not reader.is_at_end():
        shape: list[list[list[tuple[float, float]]]] = []
        for _ in range(reader.next()):
            polygon: list[list[tuple[float, float]]] = []
            for _ in range(reader.next()):
                ring: list[tuple[float, float]] = []
                for _ in range(reader.next()):
                    x, y = x + reader.next_signed(), y + reader.next_signed()
                    ring.append((x / DEGREE, y / DEGREE))
                polygon.append(ring)
            shape.append(polygon)
        shapes.append(shape)
    return [*shapes]


def runs_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return sorted rows as pairs (rows skipped since the last run, rows in a row), flat.

    >>> runs_of(np.array([2, 3, 4, 9])).tolist()
    [2, 3, 4, 1]
    """
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(np.diff(rows, prepend=rows[0] - 2) != 1)
    firsts = rows[begins]
    lengths = np.diff(begins, append=len(rows))
    skipped = firsts - np.concatenate([[0], firsts[:-1] + lengths[:-1]])
    return np.stack([skipped, lengths], axis=1).ravel()


def pack_run_sets(sets: Iterable[NDArray[np.int64] | None]) -> bytes:
    """Return sets of rows as runs, each led by one more than the number of its runs; None, "as the set before this in the other table", is 0."""
    parts: list[NDArray[np.int64]] = []
    for rows in sets:
        if rows is None:
            parts.append(np.zeros(1, dtype=np.int64))
            continue
        runs = runs_of(rows)
        parts += [np.array([len(runs) // 2 + 1], dtype=np.int64), runs]
    return varints(np.concatenate(parts)) if parts else b""


def unpack_run_sets(data: bytes) -> list[list[int] | None]:
    """Return the sets that `pack_run_sets` wrote."""
    reader, sets = Reader(data), list[list[int] | None]()
    while not reader.is_at_end():
        n_runs = reader.next()
        if not n_runs:
            sets.append(None)
            continue
        rows: list[int] = []
        at = 0
        for _ in range(n_runs - 1):
            at += reader.next()
            length = reader.next()
            rows += range(at, at + length)
            at += length
        sets.append(rows)
    return sets


def pack_bits(matrix: NDArray[np.bool_]) -> bytes:
    """Return a yes/no matrix as bits."""
    return np.packbits(matrix, axis=1).tobytes() if matrix.size else b""


def unpack_bits(data: bytes, n_rows: int, n_columns: int) -> NDArray[np.bool_]:
    """Return the matrix that `pack_bits` wrote."""
    if not (n_rows and n_columns):
        return np.zeros((n_rows, n_columns), dtype=bool)
    rows = np.frombuffer(data, dtype=np.uint8).reshape(n_rows, -1)
    return np.unpackbits(rows, axis=1, count=n_columns).astype(bool)


def to_text(data: bytes) -> str:
    """Return bytes as text.

    >>> to_text(b"maps!"), from_text(to_text(b"maps!"))
    ('3ZDDY8ApigX', b'maps!')
    """
    n_zeros = -len(data) % 4
    letters = base64.b85encode(data + bytes(n_zeros)).translate(bytes.maketrans(_RFC_1924, LETTERS.encode()))
    return LETTERS[n_zeros] + letters.decode("ascii")


def from_text(text: str) -> bytes:
    """Return the bytes that `to_text` wrote."""
    data = base64.b85decode(text[1:].encode("ascii").translate(bytes.maketrans(LETTERS.encode(), _RFC_1924)))
    return data[: len(data) - LETTERS.index(text[0])]


def pack(head: Mapping[str, Any], sections: Mapping[str, bytes]) -> str:
    """Return a head and its sections as one text: the same bytes for the same content."""
    whole = {**head, "sections": {name: len(data) for name, data in sections.items()}}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "surrogatepass")
    raw = varints([len(text)]) + text + b"".join(sections.values())
    return to_text(deflate(raw))


def deflate(data: bytes) -> bytes:
    """Return bytes deflated, without header."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return squeezer.compress(data) + squeezer.flush()


def inflate(data: bytes) -> bytes:
    """Return the bytes that `deflate` was given."""
    return zlib.decompress(data, -15)


def unpack(text: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the head and the sections that `pack` wrote."""
    raw = inflate(from_text(text))
    reader = Reader(raw)
    length = reader.next()
    start = len(varints([length]))
    head: dict[str, Any] = json.loads(raw[start : start + length].decode("utf-8", "surrogatepass"))
    at, sections = start + length, {}
    for name, size in head["sections"].items():
        sections[name] = raw[at : at + size]
        at += size
    return head, sections
