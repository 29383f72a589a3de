"""How does a build use a second processor? Another Python works beside this one.

What a build makes lives until its end. So looking for objects that nobody needs any more is put off in both, which saves a tenth of the time,
and at the end their memory is left to the system, which frees it at once where Python would go from object to object.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context

NEW_OBJECTS = 200_000
"""So many new objects must be there before one looks for those that nobody needs (Python's own number is 700)."""


@contextlib.contextmanager
def another_python() -> Iterator[Executor | None]:
    """Give a process to work in beside this one, or None where there is one processor only. It ends with the block."""
    _collect_rarely()
    if (os.cpu_count() or 1) < 2:
        yield None
    else:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin) as beside:
            yield beside
    gc.freeze()
    if "duckdb" in sys.modules:  # it counts what is left of it at the end, and complains at length
        atexit.register(gc.unfreeze)


def get_ready(*, calls: bool = False) -> None:
    """Load what a build needs, and what calls need besides, so that it is there when there is something to build."""
    import ecosystem.pipeline  # noqa: F401

    if calls:
        from ecosystem.calls import building, engine  # noqa: F401

        with engine.quiet():
            import ibis.backends.duckdb  # noqa: F401


def _begin() -> None:
    _collect_rarely()
    atexit.register(os._exit, 0)


def _collect_rarely() -> None:
    gc.set_threshold(NEW_OBJECTS, 20, 100)
