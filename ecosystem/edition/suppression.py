"""Which counts of people are too small to publish, and which others must go with them so that nobody can work them out?

A count from 1 to `minimum` - 1 is suppressed (primary). Where totals of rows or columns are known to the reader, a single empty cell is the
total less the rest; so further cells are suppressed (secondary) until no primary one can be computed. Rows, columns and suppressed cells form a
graph (rows and columns are nodes, cells edges); with all totals known, a cell can be computed exactly if its edge is a bridge, that is, lies on
no cycle. So each is closed into the cycle that costs the fewest people. After: Cox, "Suppression methodology and statistical disclosure
control", JASA 75 (1980), and for the graph Gusfield, "A graph theoretic approach to statistical data security", SIAM J. Comput. 17 (1988).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

MINIMUM = 10
Cell = tuple[int, int]
Totals = Literal["rows", "columns", "both", "none"]

_ZERO_COST = 1e9
"""A zero is suppressed only where nothing else closes a cycle: it protects in one direction only."""


def suppress_count(count: float | None, *, minimum: int = MINIMUM) -> float | None:
    """Return a single count of people, or None where it is too small to publish. Zero is no person and stays.

    >>> suppress_count(9), suppress_count(10), suppress_count(0)
    (None, 10, 0)
    """
    return None if count is None or 0 < count < minimum else count


def suppress_counts(table: pd.DataFrame, *, minimum: int = MINIMUM, totals: Totals = "both") -> pd.DataFrame:
    """Return a table of counts with the small ones, and those that would give them away, as NaN.

    `table` holds counts of people only, no totals: rows and columns are groups. `totals` says which sums the reader knows from elsewhere:
    of rows, of columns, both or none. A table of one row whose column totals are known tells every cell, so that is a ValueError.

    >>> import pandas as pd
    >>> suppress_counts(pd.DataFrame({"asked": [40, 4], "helped": [30, 20], "moved": [25, 50]})).to_dict("list")
    {'asked': [nan, nan], 'helped': [nan, nan], 'moved': [25.0, 50.0]}
    """
    values = table.astype("float64").to_numpy(copy=True)
    cells = {(int(row), int(column)): float(values[row, column]) for row, column in zip(*(values >= 0).nonzero(), strict=True)}
    small = sorted(cell for cell, count in cells.items() if 0 < count < minimum)
    knows_rows, knows_columns = totals in ("rows", "both"), totals in ("columns", "both")
    if small and ((knows_columns and values.shape[0] == 1) or (knows_rows and values.shape[1] == 1)):
        raise ValueError("a total of a single cell is the cell itself: leave that total out, or join groups")
    hidden = set(small)
    if totals != "none":
        for cell in small:
            hidden.update(_cycle(cells, cell, hidden, knows_rows, knows_columns))
    result = table.astype("float64")
    for row, column in hidden:
        result.iat[row, column] = math.nan
    return result


def _cycle(cells: Mapping[Cell, float], cell: Cell, hidden: set[Cell], knows_rows: bool, knows_columns: bool) -> list[Cell]:
    """Return the cells that close the cheapest cycle with `cell`.

    Along a cycle every second cell can lose one person while the others gain one, and all totals stay. So `cell` could be one more if the cells
    that would lose one have two or more, or else one less in the same way: the reader cannot tell.
    """
    import networkx as nx

    def ends(row: int, column: int) -> tuple[str, str]:
        return (f"row {row}" if knows_rows else "free"), (f"column {column}" if knows_columns else "free")

    start, end = ends(*cell)
    for can_lose in ("forth", "back"):
        arcs: nx.DiGraph[str] = nx.DiGraph()
        for other, count in sorted(cells.items()):
            if other == cell:
                continue
            cost = 0.0 if other in hidden else count or _ZERO_COST
            row, column = ends(*other)
            for one, two, direction in ((row, column, "forth"), (column, row, "back")):
                is_cheaper = not arcs.has_edge(one, two) or cost < arcs[one][two]["cost"]
                if is_cheaper and (count >= 2 or direction != can_lose):
                    arcs.add_edge(one, two, cost=cost, cell=other)
        is_possible = can_lose == "forth" or cells[cell] >= 2
        if is_possible and start in arcs and end in arcs and nx.has_path(arcs, start, end):
            path = nx.shortest_path(arcs, start, end, weight="cost")
            return [arcs[one][two]["cell"] for one, two in itertools.pairwise(path)]
    raise ValueError("a small count cannot be hidden among the others of this table: join groups, or leave the totals out")
