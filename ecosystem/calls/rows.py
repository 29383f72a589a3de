"""What do the rows of one incident say together?

Units, officers and repeated uploads give an incident several rows. They are brought side by side by sorting one number, and every question (who was
first, which type was last, how long was each unit bound) is then a pass over an array. A table of groups in a database takes several times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).max
"""The time of what did not happen."""


def merge_rows(rows: pa.Table) -> pa.Table:
    """Return one row per `key`. There must be a row.

    Times are microseconds, NEVER where unknown: `received`, `arrived`, `begun`, `ended`, and `by_alternative`, `by_police` for who arrived. `seconds`
    that a unit was bound are -1 where unknown. `cells`, `car` and `stint` are numbers that rows of one key share which are the same in every cell,
    unit (with `has_unit`), unit and time sent. The first word counts of what was typed first (type_initial, source), the last of what was found
    (type_final, priority); equal times are decided by the alphabet. The point is the first that is one (`spot_at`), at equal times the most western.
    """
    import pyarrow as pa

    key = rows["key"].to_numpy()
    order = np.argsort(key)
    key = key[order]
    is_start = np.append(True, key[1:] != key[:-1])
    starts, group = np.flatnonzero(is_start), np.cumsum(is_start) - 1

    def values(name: str) -> NDArray[Any]:
        return np.asarray(rows[name].to_numpy())[order]

    def least(numbers: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(np.minimum.reduceat(numbers, starts))

    def is_least(numbers: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(numbers == least(numbers)[group])

    def moment(name: str) -> pa.Array:
        first = least(values(name))
        return pa.array(first, pa.timestamp("us"), mask=first == NEVER)

    def word(name: str, at: NDArray[np.int64], *, last: bool = False) -> pa.Array:
        known, code = _ranked(rows[name])
        code = code[order]
        sign = -1 if last else 1
        time = np.where(code < 0, NEVER, sign * at)
        chosen = sign * least(np.where(is_least(time), sign * code, NEVER))
        return known.take(pa.array(chosen, mask=chosen < 0))

    begun, ended, zero = values("begun"), values("ended"), np.zeros(len(order), dtype=np.int64)
    by_alternative, by_police = least(values("by_alternative")), least(values("by_police"))
    first = np.where(by_alternative == by_police, -1, by_alternative > by_police)
    spot_at = values("spot_at")
    is_spot = is_least(spot_at)
    place, has_spot = least(np.where(is_spot, values("place"), 255)), least(spot_at) < NEVER
    point = {}
    for name in ("longitude", "latitude"):
        coordinate = np.where(is_spot, values(name), np.inf)
        is_spot &= is_least(coordinate)
        point[name] = pa.array(least(coordinate), mask=~has_spot)
    seconds = _sums(values("stint"), values("seconds"), starts)
    return pa.table(
        {
            "received": moment("received"),
            "is_timeless": least(values("is_timeless")) > 0,
            "arrived": moment("arrived"),
            "type_initial": word("type_initial", begun),
            "type_final": word("type_final", ended, last=True),
            "priority": word("priority", ended, last=True),
            "source": word("source", begun),
            "is_officer_started": np.maximum.reduceat(values("is_officer_started"), starts) > 0,
            "is_duplicate": least(values("is_duplicate")) > 0,
            "who": np.bitwise_or.reduceat(values("who"), starts),
            "first": pa.array(["alternative", "police"]).take(pa.array(first, mask=(first < 0) | (by_alternative == NEVER) | (by_police == NEVER))),
            "n_rows": np.add.reduceat(_is_new(values("cells")).astype(np.int32), starts),
            "n_units": np.maximum(np.add.reduceat((_is_new(values("car")) & (values("has_unit") > 0)).astype(np.int32), starts), 1),
            "unit_s": pa.array(seconds, mask=seconds < 0),
            **point,
            "cell": np.where(has_spot, least(np.where(is_spot, values("cell"), np.iinfo(np.int32).max)), -1),
            "place": np.where(has_spot, place, least(values("place"))).astype(np.uint8),
            "beat": word("beat", zero),
            "area_name": word("area_name", zero),
        }
    )


def _ranked(texts: pa.ChunkedArray) -> tuple[pa.Array, NDArray[np.int64]]:
    """The different words in the order of the alphabet, and per row the number of its word, -1 without one."""
    import pyarrow as pa

    coded = texts.combine_chunks().dictionary_encode()
    words = coded.dictionary.to_pylist()
    by_alphabet = sorted(range(len(words)), key=words.__getitem__)
    rank = np.full(len(words) + 1, -1, dtype=np.int64)
    rank[by_alphabet] = np.arange(len(words))
    return pa.array([words[number] for number in by_alphabet], pa.string()), rank[coded.indices.fill_null(-1).to_numpy()]


def _runs(numbers: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order that sorts numbers, and where in it each different one begins."""
    order = np.argsort(numbers)
    numbers = numbers[order]
    return order, np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))


def _is_new(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """True at one place of each different number."""
    order, begins = _runs(numbers)
    is_new = np.zeros(len(numbers), dtype=bool)
    is_new[order[begins]] = True
    return is_new


def _sums(stint: NDArray[Any], seconds: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[np.int64]:
    """Seconds of each key, every stint once with its longest, -1 where none is known."""
    order, begins = _runs(stint)
    longest = np.full(len(stint), -1, dtype=np.int64)
    longest[order[begins]] = np.maximum.reduceat(seconds[order], begins)
    known = np.maximum.reduceat(longest, starts) >= 0
    return np.where(known, np.add.reduceat(np.maximum(longest, 0), starts), -1)
