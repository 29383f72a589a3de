"""What can go wrong, told so that a person can mend it.

Two different things. A problem in somebody's answer is an `Issue`: collected, counted, reported, and reading goes on. A thing that
stops the work is an exception of the one tree below; each is also the built-in error a caller would expect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


class EcosystemError(Exception):
    """The root of every error that stops the work. The message says where, what, and what to do."""


class InputError(EcosystemError, ValueError):
    """A file cannot be read as what it should be."""


class MissingFileError(EcosystemError, FileNotFoundError):
    """A file that a city folder names is not there."""

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.args)


class CityError(EcosystemError, ValueError):
    """`city.toml` says something that cannot be: names the file, the key and the fix."""


class GeographyError(EcosystemError, ValueError):
    """A boundary file cannot be placed on the ground, or two areas claim one id."""


class TaxonomyError(EcosystemError, ValueError):
    """A table of needs, services or the crosswalk contradicts itself."""


class NameUnknownError(EcosystemError, KeyError):
    """A name given by the user (an analysis, a need, an area, a finding) is none that exists."""

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.args)


class LeakError(EcosystemError):
    """An output for the public or for partners holds something of a protected place. Nothing is published."""


class OutputError(EcosystemError, OSError):
    """An output could not be written; what was there before is untouched."""

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.args)


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One problem in somebody's answer or file: where, what, and what to do. It never stops the run.

    `row` counts as a spreadsheet shows it (the header is row 1). `text` is the answer exactly as given. `code` names the kind of
    problem, stable across versions, e.g. `hours_refused`, `area_unknown`.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    code: str = ""
    severity: Severity = "warning"
    text: str = ""
    message: str = ""
    organization: str = ""

    def __str__(self) -> str:
        """Say the issue in one line.

        >>> print(Issue("responses.csv", row=14, column="Hours of service", text="9-25", message="'9-25' is not a time range."))
        responses.csv row 14, "Hours of service": '9-25' is not a time range.
        """
        where = self.file
        if self.sheet:
            where += f" sheet {self.sheet}"
        if self.row:
            where += f" row {self.row}"
        if self.column:
            where += f', "{self.column}"'
        return f"{where}: {self.message}"
