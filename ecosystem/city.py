"""What does this city call itself, where are its files, and which standards does it hold itself to?

One file, `city.toml`, answers. `City.read` checks it at the door: every problem of the file in one error that names the file, the key
and the fix. Analyses own their options; the city keeps their tables raw and hands them out checked by `City.options`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
import types
import zoneinfo
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from ecosystem.errors import CityError, MissingFileError

Options = TypeVar("Options", bound=BaseModel)

CITY_FILE = "city.toml"

_EMERGENCY_WORDS: Mapping[str, str] = types.MappingProxyType(
    {
        "en": "In danger, call 911. To talk to someone, call or text 988.",
        "es": "Si está en peligro, llame al 911. Para hablar con alguien, llame o envíe un mensaje de texto al 988.",
    }
)
_SURVEY_FILES = ("responses", "invited.csv", "contracts.csv")
_MISSING = "file_missing"


def _in_folder(value: Any, info: ValidationInfo) -> Any:
    """Resolve a path as written against the city folder; with `must_exist`, refuse a file that is not there."""
    if not isinstance(value, str) or not value.strip():
        raise PydanticCustomError("path_text", "a path must be a text, relative to the folder of city.toml")
    context = info.context or {}
    folder: Path = context.get("folder", Path())
    path = (folder / value).resolve()
    if context.get("must_exist") and not path.exists():
        raise PydanticCustomError(_MISSING, "there is no file or folder {path}", {"path": str(path)})
    return path


def _time_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("time_zone", "no time zone has this name") from None
    return value


def _crs(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]+:\w+|(PROJ|GEOG|BOUND|COMPD)\w*\[.*\]|\+proj=.*", value.strip(), re.DOTALL):
        raise PydanticCustomError("crs", "this is no name of a coordinate reference system")
    return value.strip()


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise PydanticCustomError("language", "this is no language code such as en, es or so")
    return value


def _mail(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+", value):
        raise PydanticCustomError("mail", "this is no e-mail address")
    return value


CityPath = Annotated[Path, BeforeValidator(_in_folder)]
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
LanguageCode = Annotated[str, AfterValidator(_language)]
Crs = Annotated[str, AfterValidator(_crs)]


class _Table(BaseModel):
    """A table of city.toml: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=False)


class GeographyFile(_Table):
    """One `[[geographies]]`: a boundary file and what its columns mean.

    GeoJSON, TopoJSON, Esri JSON, KML, KMZ, shapefile, GeoPackage, each also zipped; or a folder with one file per area, whose column `file`
    is the name of the file. Without `id_column` the ids are made from the names; without `name_column` the ids are the names. `crs` is used
    only where the file carries none. `aliases` is a CSV with the columns `alias` and `area_id` (or `name`). `layer` names one where the file
    has several, "*" takes all of them together.

    `around_m` is for streets and named places (schools, housing sites, bus lines): their lines and points become areas that reach so many
    metres to each side, cut at the city's border; such a file may also be a CSV with the columns longitude and latitude, and a column
    `radius_m` gives each place its own distance. It cannot be the main geography.
    """

    id: Text = Field(examples=["neighborhoods"], pattern=r"^\w[\w-]*$")
    name: Text = Field(examples=["Neighborhoods"])
    file: CityPath = Field(examples=["boundaries/areas.geojson"])
    id_column: Text | None = Field(default=None, examples=["area_id"])
    name_column: Text | None = Field(default=None, examples=["name"])
    crs: Crs | None = Field(default=None, examples=["EPSG:26915"])
    aliases: CityPath | None = Field(default=None, examples=["boundaries/aliases.csv"])
    vintage: str = Field(default="", examples=["2020"])
    layer: Text | None = Field(default=None, examples=["neighborhoods"])
    around_m: Annotated[float, Field(gt=0, le=5_000)] | None = Field(default=None, examples=[200])


class WiderPlaces(_Table):
    """`[wider_places]`: names of places that hold the whole city; who serves one of them serves the city, and is kept apart as its kind."""

    region: tuple[Text, ...] = Field(default=(), examples=[["Twin Cities", "the metro"]])
    county: tuple[Text, ...] = Field(default=(), examples=[["Hennepin County"]])
    state: tuple[Text, ...] = Field(default=(), examples=[["Minnesota"]])


class Population(_Table):
    """`[population]`: who lives where. A table by area (`file`), census blocks (`blocks`), or both: blocks say where in an area, the table how many.

    `groups` maps a group's name to the column of its counts, in the table or, without one, in the blocks. `languages` maps a language to the
    group that counts its speakers.
    """

    file: CityPath | None = Field(default=None, examples=["boundaries/population.csv"])
    id_column: Text | None = Field(default=None, examples=["area_id"])
    name_column: Text | None = Field(default=None, examples=["name"])
    residents_column: Text | None = Field(default=None, examples=["residents"])
    groups: Mapping[str, str] = Field(default_factory=dict)
    languages: Mapping[LanguageCode, str] = Field(default_factory=dict)
    blocks: CityPath | None = Field(default=None, examples=["boundaries/blocks.geojson"])
    blocks_residents_column: Text | None = Field(default=None, examples=["POP20"])
    blocks_crs: Crs | None = Field(default=None, examples=["EPSG:26915"])


class Survey(_Table):
    """`[survey]`: the folder of answers, everyone who was asked, and funding lines known to the office.

    `invited` and `contracts` are None where the city has none; without the key, `invited.csv` and `contracts.csv` are used if they are
    there. `responses` may be a folder that does not exist yet when the key is left out. `codebook` None means our own form. `formats` are
    the tools that made files, by patterns of their names, where that is not seen rightly. `wave` is that of answers that do not say it
    themselves; an answer older than `old_after_days` at `as_of` is told.
    """

    responses: CityPath = Field(default=Path("responses"), examples=["responses"])
    invited: CityPath | None = Field(default=None, examples=["invited.csv"])
    contracts: CityPath | None = Field(default=None, examples=["contracts.csv"])
    codebook: CityPath | None = Field(default=None, examples=["codebook.toml"])
    formats: Mapping[str, Text] = Field(default_factory=dict, examples=[{"answers*.csv": "kobo"}])
    wave: str = Field(default="", examples=["2026"])
    old_after_days: int = Field(default=365, ge=1, examples=[365])


class Standards(_Table):
    """`[standards]`: how much is enough.

    An area has a gap when at least `gap_share` of its residents have nobody. `minimum_depth` is how many deliveries a need must have at
    once, 1 where it says nothing. `needs` are the need codes to look at; empty means all that are not baseline only.
    """

    gap_share: float = Field(default=0.5, gt=0, le=1, examples=[0.5])
    slot_minutes: Literal[15, 30, 60] = 30
    needs: tuple[Text, ...] = Field(default=(), examples=[["N01", "N02"]])
    minimum_depth: Mapping[str, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)

    def minimum(self, need: str) -> int:
        """Return how many deliveries must answer `need` at once for it to count as covered."""
        return self.minimum_depth.get(need, 1)


class Goal(_Table):
    """`[goal]`: the share of calls that someone other than police should answer, and where the city started. Shares are 0 to 1."""

    text: Text = Field(examples=["20 % of calls answered by someone other than police"])
    target_share: Share | None = Field(default=None, examples=[0.2])
    baseline_share: Share | None = Field(default=None, examples=[0.09])


class Emergency(_Table):
    """`[emergency.LANGUAGE]`: what every page says to someone in danger."""

    words: Text = Field(examples=[_EMERGENCY_WORDS["en"]])


class CityContact(_Table):
    """`[contact]`: the office, and the e-mail address that corrections go to; empty where the city gave none."""

    name: str = Field(default="", examples=["Office of Violence Prevention"])
    corrections: Annotated[str, AfterValidator(_mail)] = Field(default="", examples=["safety@riverbend.example"])


class Baseline(_Table):
    """One `[[baseline]]`: police, fire or EMS. Shown apart, never an answer. `service` is a code of the taxonomy."""

    name: Text = Field(examples=["Riverbend Police Department"])
    service: Text = Field(examples=["03d"])
    phone: str = Field(default="911", examples=["911"])


class Privacy(_Table):
    """`[privacy]`: services protected in addition to the taxonomy's; metres kept around a shelter; the smallest count of people shown."""

    protected_services: tuple[Text, ...] = Field(default=(), examples=[["09a"]])
    shelter_buffer_m: float = Field(default=100.0, ge=100, examples=[100])
    minimum_count: int = Field(default=10, ge=1, examples=[10])


class Answered(_Table):
    """`[calls.answered]`: which values of an export say who answered a call, as they stand in its columns of agency, disposition or unit.

    A value that ends in * stands for all that begin so. `nobody` are calls cancelled before anybody was sent. What none of the lists names was
    answered by police; without this table nobody can say who answered.
    """

    alternative: tuple[Text, ...] = Field(default=(), examples=[["BCR"]])
    phone: tuple[Text, ...] = Field(default=(), examples=[["TRU"]])
    online: tuple[Text, ...] = Field(default=(), examples=[["311"]])
    fire_medical: tuple[Text, ...] = Field(default=(), examples=[["FIRE", "EMS"]])
    nobody: tuple[Text, ...] = Field(default=(), examples=[["CAN"]])


class Calls(_Table):
    """`[calls]`: exports of calls for service.

    `files` are exports, or folders of them. `types` is the reviewed table of call types, written by `ecosystem calls review`. `codes` lists
    codes with their description; `beats` says which area a beat lies in (columns beat, area). `columns` names columns where they are not
    recognized. From `complete_from` on the exports hold every call; older rows (a list of shots fired, say) only show what has moved over the
    years. `clock`: times are local, or utc, or local but wrongly labelled as UTC. `backend` is an Ibis connection URL; `prepare` is
    always done by DuckDB on this machine with at most `memory`. `suppressed_types` are call types that the feed is known to leave out.
    """

    files: tuple[CityPath, ...] = Field(min_length=1, examples=[["calls/2026.csv"]])
    types: Text = Field(default="calls/call_types.csv", examples=["calls/call_types.csv"])
    codes: CityPath | None = Field(default=None, examples=["calls/codes.csv"])
    beats: CityPath | None = Field(default=None, examples=["calls/beats.csv"])
    columns: Mapping[str, Text] = Field(default_factory=dict, examples=[{"incident": "CAD_ID"}])
    clock: Literal["local", "utc", "local_labelled_utc"] | None = None
    complete_from: dt.date | None = Field(default=None, examples=[dt.date(2025, 10, 1)])
    officer_started: tuple[Text, ...] = Field(default=(), examples=[["ONVIEW"]])
    duplicates: tuple[Text, ...] = Field(default=(), examples=[["DUP"]])
    answered: Answered | None = None
    suppressed_types: tuple[Text, ...] = Field(default=(), examples=[["mental health"]])
    backend: Text = Field(default="duckdb://", examples=["duckdb://", "pyspark://"])
    memory: Annotated[str, Field(pattern=r"^[0-9.]+ ?[MG]i?B$")] = Field(default="1GB", examples=["1GB"])


class City(_Table):
    """Everything `city.toml` says. Paths are absolute; `folder` is the city folder, `file` the city.toml itself.

    `crs` is the projected reference system in metres for all measuring; None means the UTM zone of the main geography. `taxonomy` is a
    folder that replaces or extends the needs and services that come with the tool. `decisions` is where human decisions are kept.
    """

    name: Text = Field(examples=["Riverbend"])
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(examples=["America/Chicago"])
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
            for key, text, is_missing in _problems(cls, error):
                (missing if is_missing else problems).append(f"{key}: {text}" if key else text)
        problems += _contradictions(values)
        if must_exist:
            problems += _unknown_codes(values, file.parent)
        if problems:
            raise CityError(_tell(file, problems + missing))
        if missing:
            raise MissingFileError(_tell(file, missing))
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
        for words in (own.get(language), _EMERGENCY_WORDS.get(language), own.get(self.language)):
            if words:
                return words
        return _EMERGENCY_WORDS["en"]

    def options(self, name: str, model: type[Options]) -> Options:
        """Return the options of one analysis, `[analysis.NAME]`, checked by its own `model`; its defaults where the city says nothing.

        Raises CityError naming every key that does not fit.
        """
        try:
            return model.model_validate(dict(self.analysis.get(name, {})), context={"folder": self.folder})
        except ValidationError as error:
            problems = [f"analysis.{name}.{key}: {text}" if key else f"analysis.{name}: {text}" for key, text, _ in _problems(model, error)]
            raise CityError(_tell(self.file, problems)) from error


def _with_survey_files(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Name the usual survey files that are there and were not named."""
    survey = values.get("survey", {})
    if not isinstance(survey, Mapping):
        return dict(values)
    usual = {Path(file).stem: file for file in _SURVEY_FILES if (folder / file).exists()}
    return {**values, "survey": {**usual, **survey}}


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    """Find what single keys cannot show: ids given twice, a table without its columns, a language without words."""
    problems = []
    geographies = values.get("geographies")
    entries = [entry for entry in _list(geographies) if isinstance(entry, Mapping)]
    if isinstance(geographies, list | tuple) and not geographies:
        problems.append("geographies: is empty. Add a table [[geographies]] with id, name, file and id_column.")
    ids = [str(entry.get("id")) for entry in entries if "id" in entry]
    for twice in sorted({key for key in ids if ids.count(key) > 1}):
        problems.append(f"geographies: two have the id {twice!r}. Give each geography an id of its own.")
    if entries and "around_m" in entries[0]:
        problems.append("geographies.1.around_m: the main geography must be areas that cover the city. Put streets and places below it.")
    for index, entry in enumerate(entries):
        if "id_column" not in entry and "name_column" not in entry:
            problems.append(f"geographies.{index + 1}: neither id_column nor name_column is given. Name the column of the areas' ids or names.")
    population = values.get("population")
    if isinstance(population, Mapping):
        if "file" not in population and "blocks" not in population:
            problems.append("population: neither file nor blocks is given. Name a table of residents, or leave the whole table [population] out.")
        if "file" in population:
            if ("id_column" in population) == ("name_column" in population):
                problems.append("population: give one of id_column and name_column, the column that says which area a row is about.")
            if "residents_column" not in population:
                problems.append('population.residents_column: is missing. Name the column of counts, e.g. residents_column = "residents".')
        groups, languages = (population.get(key, {}) for key in ("groups", "languages"))
        if isinstance(groups, Mapping) and isinstance(languages, Mapping):
            for code, group in languages.items():
                if group not in groups:
                    problems.append(
                        f"population.languages.{code}: {group!r} is no group of population.groups. Name the group that counts its speakers."
                    )
        if "blocks" in population and "blocks_residents_column" not in population:
            problems.append('population.blocks_residents_column: is missing. Name the column of counts, e.g. blocks_residents_column = "POP20".')
    languages = values.get("languages", ["en"])
    if isinstance(languages, list | tuple) and len({str(code) for code in languages}) < len(languages):
        problems.append("languages: one is named twice.")
    if isinstance(languages, list | tuple) and not languages:
        problems.append('languages: is empty. Write languages = ["en"], or leave the key out.')
    return problems


def _unknown_codes(values: Mapping[str, Any], folder: Path) -> list[str]:
    """Find codes of needs and services that the city's taxonomy does not have. Raises TaxonomyError for a taxonomy that contradicts itself."""
    from ecosystem.taxonomy import Taxonomy

    own = folder / str(values.get("taxonomy", "")) if "taxonomy" in values else None
    taxonomy = Taxonomy.read(own if own is not None and own.is_dir() else None)
    standards, privacy = _table(values, "standards"), _table(values, "privacy")
    baseline = values.get("baseline", ())
    named: list[tuple[str, object, str]] = []
    named += [("standards.needs", code, "need") for code in _list(standards.get("needs"))]
    named += [(f"standards.minimum_depth.{code}", code, "need") for code in _table(standards, "minimum_depth")]
    named += [
        (f"baseline.{number}.service", entry.get("service"), "service")
        for number, entry in enumerate(_list(baseline), 1)
        if isinstance(entry, Mapping)
    ]
    named += [("privacy.protected_services", code, "service") for code in _list(privacy.get("protected_services"))]
    codes = {"need": set(taxonomy.needs), "service": set(taxonomy.services)}
    return [
        f"{key}: {code!r} is no code of a {what}. The codes are in the taxonomy's {what}s.csv."
        for key, code, what in named
        if isinstance(code, str) and code not in codes[what]
    ]


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _problems(model: type[BaseModel], error: ValidationError) -> Iterable[tuple[str, str, bool]]:
    """Yield (key path, what is wrong and the fix, is it a missing file) for every problem pydantic found."""
    for problem in error.errors(include_url=False):
        location = [part for part in problem["loc"] if part != "[key]"]
        kind, value = problem["type"], problem["input"]
        owner, example = _place(model, location)
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
        name = str(location[-1]) if location else ""
        shown = f" For example: {name} = {_toml(example)}" if example is not None and not isinstance(location[-1], int) else ""
        if kind == "extra_forbidden":
            known = list(owner.model_fields) if owner is not None else []
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            text = f"is no key of this table. {f'Did you mean {close[0]!r}?' if close else 'It knows ' + ', '.join(known) + '.'}"
        elif kind == "missing":
            text = f"is missing.{shown}"
        elif kind == _MISSING:
            text = f"{problem['msg']}. Put it there or correct the path."
        elif kind.startswith("date_"):
            text = f"{_toml(value)} is no date. Write year-month-day without quotes, for example: {name} = 2026-10-01"
        elif kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
            text = f"must be a table, not {_toml(value)}. Write it as [{key}] with its keys below."
        else:
            text = f"{_toml(value)} does not do: {problem['msg'][:1].lower()}{problem['msg'][1:].rstrip('.')}.{shown}"
        yield key, text, kind == _MISSING


def _place(model: type[BaseModel], location: list[int | str]) -> tuple[type[BaseModel] | None, Any]:
    """Return the table a key path lies in and an example of its value."""
    owner: type[BaseModel] | None = model
    example: Any = None
    for depth, part in enumerate(location):
        field = owner.model_fields.get(str(part)) if owner is not None and isinstance(part, str) else None
        if field is None:
            continue
        example = field.examples[0] if field.examples else None
        inner = _table_in(field.annotation)
        if depth < len(location) - 1:
            owner = inner if inner is not None else owner
    return owner, example


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _table_in(part)
        if found is not None:
            return found
    return None


def _toml(value: Any, *, cut: bool = True) -> str:
    """Write a value as it would stand in city.toml, `cut` where it is long."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        text = '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, Mapping):
        text = "{ " + ", ".join(f"{key} = {_toml(item, cut=False)}" for key, item in value.items()) + " }"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(_toml(item, cut=False) for item in value) + "]"
    else:
        text = str(value)
    return text if len(text) <= 80 or not cut else text[:77] + "..."


def _tell(file: Path, problems: list[str]) -> str:
    if len(problems) == 1:
        return f"{file}: {problems[0]}"
    return f"{file} has {len(problems)} problems:\n" + "\n".join(f"  - {problem}" for problem in problems)


_TEMPLATE = """\
# {title}
# Everything the tool needs to know about the city. Paths are relative to this folder. A line that begins with # is switched off.

name = {name}
time_zone = {time_zone}
as_of = {as_of}                 # the day the results speak of: contracts, wages, hours as they are on this day
languages = {languages}                # of map, report and tables; the first one is shown first
# crs = "EPSG:26915"               # a projected system in metres to measure in; without it the UTM zone of the city
# taxonomy = "taxonomy"            # a folder whose tables replace or extend the needs and services that come with the tool

# --- Areas. The first geography is the main one: findings and the map speak of its areas. ---
[[geographies]]
id = "neighborhoods"
name = {geography_name}
file = {boundaries}   # GeoJSON, shapefile, GeoPackage, KML, TopoJSON, Esri JSON, or a folder of them
id_column = {id_column}            # without it, ids are made from the names
name_column = {name_column}
# crs = "EPSG:26915"               # only for a file that names no reference system
# layer = "neighborhoods"          # only for a file with several layers; "*" takes all
# aliases = "boundaries/aliases.csv"   # other names people use: columns alias, area_id (or name)
# vintage = "2020"                 # the year of these boundaries

# A second geography (precincts, wards, districts): answers may name its areas too.
# [[geographies]]
# id = "precincts"
# name = "Precincts"
# file = "boundaries/precincts.geojson"
# id_column = "precinct"
# name_column = "name"

# Streets or named places that answers speak of ("along Lake Street", "around Lincoln High School"): lines or points, or a CSV of places
# with longitude and latitude, and how many metres to each side count.
# [[geographies]]
# id = "streets"
# name = "Streets"
# file = "boundaries/streets.geojson"
# name_column = "name"
# around_m = 200

# Places that hold the whole city: who serves them serves it.
# [wider_places]
# county = ["Hennepin County"]
# state = ["Minnesota"]

# --- Residents. Without this table every area counts by its ground. ---
# [population]
# file = "boundaries/population.csv"
# id_column = "area_id"            # or name_column = "name"
# residents_column = "residents"
# groups = {{ limited_english = "lep", somali = "so" }}   # further columns of counts
# languages = {{ so = "somali" }}                 # which group counts the speakers of a language
# blocks = "boundaries/blocks.geojson"         # census blocks: where in an area people live
# blocks_residents_column = "POP20"

# --- Answers ---
[survey]
responses = "responses"            # a folder; every file in it is read
# invited = "invited.csv"          # everyone who was asked, and known ones who were not
# contracts = "contracts.csv"      # funding lines known to the office
# codebook = "codebook.toml"       # only for a questionnaire that is not ours
# formats = {{ "answers*.csv" = "kobo" }}   # which tool made a file, where that is seen wrongly
wave = {wave}

# --- How much is enough ---
[standards]
gap_share = 0.5                    # an area has a gap when at least this share of its residents has nobody
slot_minutes = 30                  # 15, 30 or 60
# needs = ["N01", "N02"]           # look at these needs only

[standards.minimum_depth]          # how many must be there at once; 1 where a need is not named
# N01 = 2

# [goal]
# text = "20 % of calls answered by someone other than police"
# target_share = 0.20
# baseline_share = 0.09

# --- Calls for service: "ecosystem calls review" writes the call types to decide, "ecosystem build" does the rest. ---
# [calls]
# files = ["calls"]                # exports of the dispatch center, or folders of them: CSV, XLSX, JSON, Parquet
# codes = "calls/codes.csv"        # what the codes of call types mean: code, description
# beats = "calls/beats.csv"        # which neighborhood a beat lies in: beat, area
# officer_started = ["ONVIEW"]     # values of the export that mean: an officer began this
# duplicates = ["DUP"]             # values that mean: a second call about the same thing
# suppressed_types = ["mental health"]   # kinds of calls that the feed leaves out
# [calls.columns]                  # only for columns that are not recognized
# incident = "CAD_ID"
# [calls.answered]                 # values of unit, agency or disposition that say who answered; * at the end stands for the rest
# alternative = ["BCR*"]
# phone = ["TRU"]
# online = ["WEB"]
# nobody = ["CAN"]                 # cancelled before anybody was sent

# --- What every page says to someone in danger ---
{emergency}
# --- Who answers for this, and where corrections go ---
[contact]
name = {contact_name}
{corrections_mark}corrections = {corrections}    # "tell us it's wrong" on the map writes an e-mail here

# --- Police, fire, EMS: shown apart, never counted as an answer ---
[[baseline]]
name = "Police"
service = "03d"
phone = "911"

# --- What is never shown ---
[privacy]
protected_services = []            # codes of services, in addition to those the tool always protects
shelter_buffer_m = 100
minimum_count = 10                 # counts of people below this are not shown

# --- Options of single analyses; "ecosystem analyze NAME --help" names them ---
# [analysis.overlaps]
"""


def city_toml_template(
    name: str,
    *,
    as_of: dt.date,
    time_zone: str = "America/Chicago",
    languages: Iterable[str] = ("en", "es"),
    boundaries: str = "boundaries/areas.geojson",
    geography_name: str = "Neighborhoods",
    id_column: str = "area_id",
    name_column: str = "name",
    contact_name: str = "",
    corrections: str = "",
) -> str:
    """Return a commented city.toml for a new city; `City.read` takes it as soon as the boundary file and the folder of answers are there.

    >>> tomllib.loads(city_toml_template("Riverbend", as_of=dt.date(2026, 10, 1)))["as_of"]
    datetime.date(2026, 10, 1)
    """
    codes = list(languages)
    words = {code: _EMERGENCY_WORDS[code] for code in codes if code in _EMERGENCY_WORDS}
    return _TEMPLATE.format(
        title=" ".join(f"{name}: who keeps people safe".split()),
        name=_toml(name, cut=False),
        time_zone=_toml(time_zone, cut=False),
        as_of=as_of.isoformat(),
        languages=_toml(codes, cut=False),
        boundaries=_toml(boundaries, cut=False),
        geography_name=_toml(geography_name, cut=False),
        id_column=_toml(id_column, cut=False),
        name_column=_toml(name_column, cut=False),
        wave=_toml(str(as_of.year), cut=False),
        emergency="".join(f"[emergency.{code}]\nwords = {_toml(text, cut=False)}\n\n" for code, text in words.items()),
        contact_name=_toml(contact_name, cut=False),
        corrections=_toml(corrections or "safety@riverbend.example", cut=False),
        corrections_mark="" if corrections else "# ",
    )
