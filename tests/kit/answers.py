"""A city folder made of a few files, and what is read from it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import surveys
from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.taxonomy import Taxonomy


@dataclass(frozen=True)
class ReadAnswers:
    """Reads a city folder made of these files; `responses` maps file names to text, bytes or a Markdown table."""

    folder: Path
    geography: Geography
    taxonomy: Taxonomy
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __call__(
        self,
        responses: Mapping[str, str | bytes] | str,
        *,
        invited: str = "",
        contracts: str = "",
        codebook: str = "",
        own_questionnaire: str = "",
        decisions: Mapping[str, str] | None = None,
        protected: tuple[str, ...] = (),
        wave: str = "",
        formats: Mapping[str, str] | None = None,
    ) -> surveys.Survey:
        folder = self.folder / f"city{next(self._numbers)}"
        (folder / "responses").mkdir(parents=True)
        (folder / "decisions").mkdir()
        if isinstance(responses, str):
            responses = {"answers.csv": responses}
        for name, content in responses.items():
            if isinstance(content, str):
                content = (table_csv(content) if content.lstrip().startswith("|") else content).encode()
            path = folder / "responses" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, text in (("invited.csv", invited), ("contracts.csv", contracts), ("codebook.toml", codebook)):
            if text:
                (folder / name).write_text(table_csv(text) if text.lstrip().startswith("|") else text, encoding="utf-8")
        if own_questionnaire:
            (folder / "questionnaire").mkdir()
            (folder / "questionnaire" / "codebook.toml").write_text(own_questionnaire, encoding="utf-8")
        for name, text in (decisions or {}).items():
            (folder / "decisions" / name).write_text(table_csv(text) if text.lstrip().startswith("|") else text, encoding="utf-8")
        values = {
            "name": "Riverbend",
            "time_zone": "America/Chicago",
            "as_of": dt.date(2026, 10, 1),
            "geographies": [{"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}],
            "survey": {"responses": "responses", "wave": wave, "formats": formats or {}, **({"codebook": "codebook.toml"} if codebook else {})},
            "privacy": {"protected_services": list(protected)},
        }
        return surveys.read(City.of(values, file=folder / "city.toml"), self.geography, self.taxonomy)


def table_csv(table: str) -> str:
    """Return a Markdown table, as it stands in a test, as CSV."""
    rows = [[cell.strip().replace("<br>", "\n") for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(row for row in rows if not set("".join(row)) <= {"-", ":"})
    return text.getvalue()
