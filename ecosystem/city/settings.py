"""What does city.toml, all of it, say, and does it hold together?

`City.read` checks it at the door: every problem of the file in one error that names the file, the key and the fix.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, PrivateAttr, ValidationError

from ecosystem.city.problems import contradictions, problems_of, tell, unknown_codes
from ecosystem.city.tables import (
    EMERGENCY_WORDS,
    Baseline,
    Calls,
    CityContact,
    Emergency,
    GeographyFile,
    Goal,
    Population,
    Privacy,
    Standards,
    Survey,
    Table,
    WiderPlaces,
)
from ecosystem.city.values import CityPath, Crs, LanguageCode, Text, TimeZone
from ecosystem.errors import CityError, MissingFileError

Options = TypeVar("Options", bound=BaseModel)

CITY_FILE = "city.toml"

_SURVEY_FILES = ("responses", "invited.csv", "contracts.csv")


class City(Table):
    """Everything `city.toml` says. Paths are absolute; `folder` is the city folder, `file` the city.toml itself.

    `crs` is the projected reference system in metres for all measuring; None means the UTM zone of the main geography. `taxonomy` is a
    folder that replaces or extends the needs and services that come with the tool. `decisions` is where human decisions are kept.
    """

    name: Text = Field(examples=["Riverbend"])
    time_zone: TimeZone = Field(examples=["America/Chicago"])
    as_of: dt.date = Field(examples=[dt.date(2026, 10, 1)])
    languages: tuple[LanguageCode, ...] = Field(default=("en",), examples=[["en", "es"]])
    crs: Crs | None = Field(default=None, examples=["EPSG:26915"])
    taxonomy: CityPath | None = Field(default=None, examples=["taxonomy"])
    geographies: tuple[GeographyFile, ...]
    wider_places: WiderPlaces = WiderPlaces()
    population: Population | None = None
    survey: Survey = Survey()
    standards: Standards = Standards()
    goal: Goal | None = None
    calls: Calls | None = None
    emergency: Mapping[LanguageCode, Emergency] = Field(default_factory=dict)
    contact: CityContact = CityContact()
    baseline: tuple[Baseline, ...] = ()
    privacy: Privacy = Privacy()
    analysis: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)

    _file: Path = PrivateAttr(default=Path(CITY_FILE))

    @classmethod
    def read(cls, path: str | Path) -> City:
        """Return the city of a folder, or of its city.toml.

        A file named in city.toml must be there. Raises CityError with every problem of the file, each with its key and the fix;
        MissingFileError where there is no city.toml, or where missing files are the only problem.
        """
        path = Path(path)
        file = path / CITY_FILE if path.is_dir() else path
        try:
            raw = file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise MissingFileError(
                f"{file}: there is no such file. Give a city folder that holds a {CITY_FILE}, or make one with 'ecosystem init'."
            ) from None
        except OSError as error:
            raise CityError(f"{file}: cannot be read ({error.strerror}).") from error
        try:
            values = tomllib.loads(raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise CityError(f"{file}: is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
        except tomllib.TOMLDecodeError as error:
            raise CityError(f"{file}: is not TOML: {error}. Texts stand in quotes, tables in [brackets], and a key may be given once.") from error
        return cls.of(values, file=file, must_exist=True)

    @classmethod
    def of(cls, values: Mapping[str, Any], *, file: str | Path = CITY_FILE, must_exist: bool = False) -> City:
        """Return the city that `values`, the tables of a city.toml, describe; for tests and programs that have no file.

        Paths are resolved against the folder of `file`. With `must_exist` a file that is named must be there and codes of needs and services
        must be in the taxonomy, as in `read`. Raises as `read` does.
        """
        file = Path(file).resolve()
        context = {"folder": file.parent, "must_exist": must_exist}
        problems: list[str] = []
        missing: list[str] = []
        city: City | None = None
        try:
            city = cls.model_validate(_with_survey_files(values, file.parent), context=context)
        except ValidationError as error:
            for key, text, is_missing in problems_of(cls, error):
                (missing if is_missing else problems).append(f"{key}: {text}" if key else text)
        problems += contradictions(values)
        if must_exist:
            problems += unknown_codes(values, file.parent)
        if problems:
            raise CityError(tell(file, problems + missing))
        if missing:
            raise MissingFileError(tell(file, missing))
        assert city is not None
        if "responses" not in values.get("survey", {}):
            city = city.model_copy(update={"survey": city.survey.model_copy(update={"responses": file.parent / "responses"})})
        city._file = file
        return city

    @property
    def file(self) -> Path:
        """The city.toml itself, absolute."""
        return self._file

    @property
    def folder(self) -> Path:
        """The city folder, absolute."""
        return self._file.parent

    @property
    def decisions(self) -> Path:
        """The folder of human decisions, replayed on every run. It may not exist."""
        return self.folder / "decisions"

    @property
    def language(self) -> str:
        """The language outputs use by default."""
        return self.languages[0]

    @property
    def main(self) -> GeographyFile:
        """The geography whose areas findings and map speak of."""
        return self.geographies[0]

    def emergency_words(self, language: str) -> str:
        """Return what a page in `language` says to someone in danger: the city's words, else ours, else the city's first, else ours in English.

        >>> areas = {"id": "areas", "name": "Areas", "file": "areas.gpkg", "id_column": "id"}
        >>> values = {"name": "Riverbend", "time_zone": "UTC", "as_of": "2026-01-01", "geographies": [areas]}
        >>> City.of(values).emergency_words("en")
        'In danger, call 911. To talk to someone, call or text 988.'
        """
        own = {code: entry.words for code, entry in self.emergency.items()}
        for words in (own.get(language), EMERGENCY_WORDS.get(language), own.get(self.language)):
            if words:
                return words
        return EMERGENCY_WORDS["en"]

    def options(self, name: str, model: type[Options]) -> Options:
        """Return the options of one analysis, `[analysis.NAME]`, checked by its own `model`; its defaults where the city says nothing.

        Raises CityError naming every key that does not fit.
        """
        try:
            return model.model_validate(dict(self.analysis.get(name, {})), context={"folder": self.folder})
        except ValidationError as error:
            problems = [f"analysis.{name}.{key}: {text}" if key else f"analysis.{name}: {text}" for key, text, _ in problems_of(model, error)]
            raise CityError(tell(self.file, problems)) from error


def _with_survey_files(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Name the usual survey files that are there and were not named."""
    survey = values.get("survey", {})
    if not isinstance(survey, Mapping):
        return dict(values)
    usual = {Path(file).stem: file for file in _SURVEY_FILES if (folder / file).exists()}
    return {**values, "survey": {**usual, **survey}}
