"""How does the tool write files: whole or not at all, and the same bytes every time?

`OutputFolder` collects everything in a hidden folder beside the real one and swaps it in when all is written. An error, a full disk or a
kill leaves the last good folder as it was; a kill in the moment between the two renames is mended at the next start. Text that came from a
questionnaire is data: a cell that a spreadsheet would take for a formula is guarded, a name that Windows cannot store is changed.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import errno
import hashlib
import io
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from ecosystem.errors import OutputError

if TYPE_CHECKING:
    import pandas as pd

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LONGEST_NAME = 80
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def spreadsheet_safe(text: str) -> str:
    """Return the text with a leading ' where a spreadsheet could take it for a formula, else as it is.

    Blanks and invisible characters before the sign do not hide it; full-width signs count too.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe(" @SUM(A1)"), spreadsheet_safe("Mon-Fri")
    ("'=1+1", "' @SUM(A1)", 'Mon-Fri')
    """
    if text.startswith(_FORMULA_START):
        return f"'{text}"
    if text[:1].isalnum():
        return text
    visible = next((character for character in text if not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")), "")
    return f"'{text}" if visible and visible in _FORMULA_START else text


def safe_file_name(text: str) -> str:
    """Return a file name that every system can store; two different texts never give one name, also where case does not count.

    A text that is such a name already stays as it is; every other one ends in a hash of itself.

    >>> safe_file_name("cedar-riverside")
    'cedar-riverside'
    >>> safe_file_name("aux.txt"), safe_file_name("../Etc")
    ('aux-txt-3efecb7b', 'etc-196dadc0')
    """
    is_plain = re.fullmatch(r"[a-z0-9_][a-z0-9_.-]*", text) is not None and _can_be_stored(text) and len(text) <= _LONGEST_NAME
    if is_plain and not re.search(r"-[0-9a-f]{8}$", text):
        return text
    folded = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    words = "-".join(re.findall(r"[a-z0-9_]+", folded))[: _LONGEST_NAME - 9].strip("-") or "name"
    return f"{words}-{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"


def _can_be_stored(name: str) -> bool:
    return name.split(".")[0].casefold() not in _RESERVED and not name.endswith((".", " "))


def to_json(value: object) -> str:
    """Return indented JSON with sorted keys and a newline at the end. Dates become ISO text; NaN is a ValueError."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2, allow_nan=False, default=_plain) + "\n"


def _plain(value: Any) -> object:
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8 with BOM, lines ending in \\n, text guarded by `spreadsheet_safe`, numbers untouched, unknown empty."""
    import numpy as np
    import pandas as pd

    guarded = frame.copy()
    guarded.columns = [spreadsheet_safe(str(name)) for name in frame.columns]
    for position, dtype in enumerate(frame.dtypes):
        if getattr(dtype, "kind", "O") in "biufcmM":
            continue
        column = frame.iloc[:, position]
        if isinstance(dtype, pd.CategoricalDtype):  # few values in many rows: guard each value once
            texts = np.array([*(_cell(value) for value in dtype.categories), ""], dtype=object)
            cells = list(texts[column.cat.codes])
        else:
            cells = ["" if missing else _cell(value) for value, missing in zip(column, column.isna(), strict=True)]
        guarded.isetitem(position, cells)
    written = io.StringIO(newline="")
    # every text is quoted: before Python 3.13 the writer leaves a lone carriage return bare, and a spreadsheet would start a row there
    guarded.to_csv(written, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _cell(value: object) -> object:
    return spreadsheet_safe(value).encode("utf-8", "replace").decode() if isinstance(value, str) else value


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet, the same bytes for the same table: no index, no metadata of the library that wrote it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    written = io.BytesIO()
    pq.write_table(table, written, compression="zstd")
    return written.getvalue()


class OutputFolder:
    """A folder that is written whole or not at all.

    Names are relative with `/` between folders. On success everything in the real folder is replaced by what was written; on any error it
    stays as it was. A second writer of the same folder is refused while the first one works.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "public"
    >>> with OutputFolder(folder) as out:
    ...     out.write_text("areas/a01.html", "<p>hello")
    >>> (folder / "areas" / "a01.html").read_text()
    '<p>hello'
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()
        self._new = self.path.with_name(f".{self.path.name}.new")
        self._old = self.path.with_name(f".{self.path.name}.old")
        self._lock_path = self.path.with_name(f".{self.path.name}.lock")
        self._lock: IO[bytes] | None = None
        self._written: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names written so far, sorted."""
        return tuple(sorted(self._written.values()))

    @property
    def folder(self) -> Path:
        """The hidden folder that holds what was written so far, for checks before it is shown."""
        return self._new

    def __enter__(self) -> OutputFolder:
        with _told(self.path, "the folder cannot be written"):
            if self.path.exists() and not self.path.is_dir():
                raise OutputError(f"{self.path} is a file, not a folder; move it away or choose another place")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._lock_path)
            try:
                self._recover()
                self._new.mkdir()
            except BaseException:
                self._unlock()
                raise
        self._written = {}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                with _told(self.path, "the new folder cannot take the place of the last one; close files that are open in it"):
                    self._swap()
            else:
                shutil.rmtree(self._new, ignore_errors=True)
        finally:
            self._unlock()
        if isinstance(error, OSError) and not isinstance(error, OutputError) and error.errno in _FULL:
            raise OutputError(f"the disk is full: {self.path} is left as it was. Free some space and run again.") from error

    def write_bytes(self, name: str, data: bytes) -> None:
        """Write one file. Raises OutputError where the disk is full, ValueError for a name that was written before or cannot be stored."""
        self._claim(name)
        target = self._new.joinpath(*name.split("/"))
        with _told(self.path, f"{name} cannot be written"):
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, data)

    def write_text(self, name: str, text: str) -> None:
        """Write text as UTF-8; line ends stay as they are, half characters (lone surrogates) become a question mark."""
        self.write_bytes(name, text.encode("utf-8", "replace"))

    def write_csv(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table as `to_csv` makes it."""
        self.write_bytes(name, to_csv(frame))

    def write_json(self, name: str, value: object) -> None:
        """Write a value as `to_json` makes it."""
        self.write_text(name, to_json(value))

    def write_parquet(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table as `to_parquet` makes it."""
        self.write_bytes(name, to_parquet(frame))

    def _claim(self, name: str) -> None:
        if self._lock is None:
            raise ValueError("an OutputFolder is written inside its with block")
        parts = name.split("/")
        if not all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", part) and _can_be_stored(part) for part in parts):
            raise ValueError(f"{name!r} is not a name that every system can store; make it with safe_file_name")
        key = name.casefold()
        if key in self._written:
            raise ValueError(f"{name!r} is written twice (as {self._written[key]!r} before)")
        self._written[key] = name

    def _recover(self) -> None:
        """Put back the last good folder if a kill came between the two renames, and clear what earlier runs left."""
        if self._old.exists():
            if self.path.exists():
                shutil.rmtree(self._old)
            else:
                self._old.rename(self.path)
        if self._new.exists():
            shutil.rmtree(self._new)

    def _swap(self) -> None:
        try:
            if self.path.exists():
                self.path.rename(self._old)
            try:
                self._new.rename(self.path)
            except OSError:
                if self._old.exists():
                    self._old.rename(self.path)
                raise
        except OSError:
            shutil.rmtree(self._new, ignore_errors=True)
            raise
        shutil.rmtree(self._old, ignore_errors=True)

    def _unlock(self) -> None:
        if self._lock is not None:
            lock, self._lock = self._lock, None
            with contextlib.suppress(OSError):
                if sys.platform != "win32":
                    self._lock_path.unlink()
            lock.close()
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    self._lock_path.unlink()


def write_file_whole(path: Path | str, data: bytes) -> None:
    """Write one file whole or not at all: what stood there before stays until the new bytes are safe on disk."""
    path = Path(path).resolve()
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    with _told(path, "the file cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        try:
            _write(new, data, to_disk=True)
            new.replace(path)
        finally:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)


def _write(path: Path, data: bytes, *, to_disk: bool = False) -> None:
    with path.open("xb") as file:
        file.write(data)
        if to_disk:
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """Turn an error of the operating system into one that says what happened and that the last output stands."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise OutputError(f"the disk is full: {path} is left as it was. Free some space and run again.") from error
        raise OutputError(f"{path}: {what} ({error.strerror or error}). What was there before is left as it was.") from error


def _lock(path: Path) -> IO[bytes]:
    """Take the lock that lets only one process write a folder. It ends with the process, however that ends."""
    busy = OutputError(f"{path.with_name(path.name[1:-5])} is being written by another run; wait until it is done")
    while True:
        file = path.open("ab")
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                return file
            else:
                import fcntl

                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise busy from None
            raise
        # the holder before us may have removed the file between our opening and our locking it
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                return file
        file.close()
