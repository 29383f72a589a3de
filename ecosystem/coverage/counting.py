"""How many deliveries are there at once?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from ecosystem.schedule import Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Depth = NDArray[np.unsignedinteger[Any]]


def depth(member: sp.csc_array, slots: NDArray[np.uint8], columns: NDArray[np.intp], *, kind: type[np.unsignedinteger[Any]] | None = None) -> Depth:
    """Return how many of `columns` are there: CSC (classes, deliveries) @ (deliveries, slots) -> (classes, slots).

    uint8 where no class can have more than 255 of them, else uint16: counted first, since uint8 wraps without a word.
    """
    kind = kind or kind_for(member, columns)
    chosen = member[:, columns] if len(columns) < member.shape[1] else member
    hours = slots[columns]
    product: Depth = sp.csr_array(chosen, dtype=kind) @ hours.astype(kind, copy=False)
    return product


def kind_for(member: sp.csc_array, columns: NDArray[np.intp]) -> type[np.unsignedinteger[Any]]:
    """Return the type that counts `columns` without wrapping, uint8 or uint16. Raises OverflowError above 65,535 in one class."""
    if len(columns) <= 255:
        return np.uint8
    chosen = member[:, columns]
    most = int(np.bincount(chosen.indices, minlength=1).max())
    if most > 65_535:
        raise OverflowError(f"{most} deliveries cover one class; depths are counted up to 65,535")
    return np.uint8 if most <= 255 else np.uint16


def open_between(schedules: Sequence[Schedule], edges: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return which schedules are open in which stretch between two edges, (schedules, stretches). `edges` are ascending minutes of the week and
    hold every minute at which one of the schedules begins or ends.
    """
    is_open = np.zeros((len(schedules), len(edges) - 1), dtype=np.uint8)
    for row, schedule in enumerate(schedules):
        for start, end in schedule.intervals:
            is_open[row, np.searchsorted(edges, start) : np.searchsorted(edges, end)] = 1
    return is_open


def classes_of(member: sp.csc_array, column: int) -> NDArray[np.int32]:
    """Return the numbers of the classes where one delivery, a column of CSC (classes, deliveries), is there."""
    classes: NDArray[np.int32] = member.indices[member.indptr[column] : member.indptr[column + 1]]
    return classes
