"""Small counts cannot be worked out from what is left. The tables are worked by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.edition import suppress_count, suppress_counts

NAN = float("nan")


def table(*rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame([*rows], dtype="float64")


def hidden(shown: pd.DataFrame) -> set[tuple[int, int]]:
    return {(int(row), int(column)) for row, column in zip(*np.isnan(shown.to_numpy()).nonzero(), strict=True)}


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (9, None), (9.5, None), (10, 10), (None, None)])
def test_counts_from_one_to_nine_are_suppressed(count: float | None, shown: float | None) -> None:
    assert suppress_count(count) == shown


def test_a_table_without_small_counts_stays() -> None:
    counts = table([10, 0], [200, 30])
    pd.testing.assert_frame_equal(suppress_counts(counts), counts)


def test_one_small_count_takes_the_cheapest_cycle_with_it() -> None:
    """4 is hidden; 20 alone would leave it at total less 20 of its column: the cycle 4-20-30-40 hides 94 people, any other more."""
    shown = suppress_counts(table([40, 30, 25], [4, 20, 50]))
    assert hidden(shown) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_with_row_totals_only_a_row_hides_two() -> None:
    assert hidden(suppress_counts(table([5, 100, 20, 12], [50, 50, 50, 50]), totals="rows")) == {(0, 0), (0, 3)}


def test_with_column_totals_only_a_column_hides_two() -> None:
    assert hidden(suppress_counts(table([5], [100], [20], [12]), totals="columns")) == {(0, 0), (3, 0)}


def test_without_totals_only_the_small_ones_go() -> None:
    assert hidden(suppress_counts(table([5, 100], [50, 50]), totals="none")) == {(0, 0)}


def test_two_ones_do_not_protect_each_other() -> None:
    """With a total of 2 over two hidden cells, both known to be at least 1, each is 1: a larger cell must go too."""
    assert hidden(suppress_counts(table([1], [1], [30]), totals="columns")) == {(0, 0), (1, 0), (2, 0)}


def test_a_table_that_cannot_hide_a_count_is_an_error() -> None:
    with pytest.raises(ValueError, match="single cell"):
        suppress_counts(table([5, 100]), totals="both")
    with pytest.raises(ValueError, match="join groups"):
        suppress_counts(table([1], [0]), totals="columns")


def test_an_empty_cell_stays_empty_and_the_input_is_not_changed() -> None:
    counts = table([NAN, 5, 30], [20, 30, 40])
    before = counts.copy()
    assert (0, 0) in hidden(suppress_counts(counts))
    pd.testing.assert_frame_equal(counts, before)


@given(st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_small_count_follows_from_the_totals(rows: list[list[int]]) -> None:
    """Every small count could be another number that keeps all totals and no hidden cell of which is below 1: moving one person around a
    rectangle or a hexagon of hidden cells, tried out one by one."""
    counts = np.array(rows, dtype="float64")
    try:
        gone = hidden(suppress_counts(pd.DataFrame(counts)))
    except ValueError:
        return
    moves = []
    for (r1, r2), (c1, c2) in itertools.product(itertools.combinations(range(3), 2), itertools.combinations(range(3), 2)):
        moves.append({(r1, c1): 1, (r2, c2): 1, (r1, c2): -1, (r2, c1): -1})
    for order in itertools.permutations(range(3)):
        hexagon = {(0, order[0]): 1, (1, order[0]): -1, (1, order[1]): 1, (2, order[1]): -1, (2, order[2]): 1, (0, order[2]): -1}
        moves.append(hexagon)
    for row, column in itertools.product(range(3), range(3)):
        if 0 < counts[row, column] < 10:
            assert (row, column) in gone
            assert any(
                (row, column) in move
                and set(move) <= gone
                and any(all(counts[cell] + sign * step >= min(1, counts[cell]) for cell, step in move.items()) for sign in (1, -1))
                for move in moves
            )
    assert all(not math.isnan(counts[cell]) for cell in gone)
