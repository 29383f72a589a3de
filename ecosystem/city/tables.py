"""What does each table of city.toml say?"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecosystem.city.values import CityPath, Crs, LanguageCode, Mail, Share, Text

EMERGENCY_WORDS: Mapping[str, str] = types.MappingProxyType(
    {
        "en": "In danger, call 911. To talk to someone, call or text 988.",
        "es": "Si está en peligro, llame al 911. Para hablar con alguien, llame o envíe un mensaje de texto al 988.",
    }
)


class Table(BaseModel):
    """A table of city.toml: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=False)


class GeographyFile(Table):
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


class WiderPlaces(Table):
    """`[wider_places]`: names of places that hold the whole city; who serves one of them serves the city, and is kept apart as its kind."""

    region: tuple[Text, ...] = Field(default=(), examples=[["Twin Cities", "the metro"]])
    county: tuple[Text, ...] = Field(default=(), examples=[["Hennepin County"]])
    state: tuple[Text, ...] = Field(default=(), examples=[["Minnesota"]])


class Population(Table):
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


class Survey(Table):
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


class Standards(Table):
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


class Goal(Table):
    """`[goal]`: the share of calls that someone other than police should answer, by when, and where the city started. Shares are 0 to 1.

    With all four numbers the report says for each year what a straight way from where the city started to its goal asks for.
    """

    text: Text = Field(examples=["20 % of calls answered by someone other than police"])
    target_share: Share | None = Field(default=None, examples=[0.2])
    baseline_share: Share | None = Field(default=None, examples=[0.09])
    baseline_year: int | None = Field(default=None, examples=[2024])
    target_year: int | None = Field(default=None, examples=[2034])

    @model_validator(mode="after")
    def _goes_forward(self) -> Self:
        if self.baseline_year is not None and self.target_year is not None and self.target_year <= self.baseline_year:
            raise ValueError(f"target_year is {self.target_year} and baseline_year {self.baseline_year}; the goal lies after the start")
        return self


class Emergency(Table):
    """`[emergency.LANGUAGE]`: what every page says to someone in danger."""

    words: Text = Field(examples=[EMERGENCY_WORDS["en"]])


class CityContact(Table):
    """`[contact]`: the office, and the e-mail address that corrections go to; empty where the city gave none."""

    name: str = Field(default="", examples=["Office of Violence Prevention"])
    corrections: Mail = Field(default="", examples=["safety@riverbend.example"])


class Baseline(Table):
    """One `[[baseline]]`: police, fire or EMS. Shown apart, never an answer. `service` is a code of the taxonomy."""

    name: Text = Field(examples=["Riverbend Police Department"])
    service: Text = Field(examples=["03d"])
    phone: str = Field(default="911", examples=["911"])


class Privacy(Table):
    """`[privacy]`: services protected in addition to the taxonomy's; metres kept around a shelter; the smallest count of people shown."""

    protected_services: tuple[Text, ...] = Field(default=(), examples=[["09a"]])
    shelter_buffer_m: float = Field(default=100.0, ge=100, examples=[100])
    minimum_count: int = Field(default=10, ge=1, examples=[10])


class Answered(Table):
    """`[calls.answered]`: which values of an export say who answered a call, as they stand in its columns of agency, disposition or unit.

    A value that ends in * stands for all that begin so. `nobody` are calls cancelled before anybody was sent. What none of the lists names was
    answered by police; without this table nobody can say who answered.
    """

    alternative: tuple[Text, ...] = Field(default=(), examples=[["BCR"]])
    phone: tuple[Text, ...] = Field(default=(), examples=[["TRU"]])
    online: tuple[Text, ...] = Field(default=(), examples=[["311"]])
    fire_medical: tuple[Text, ...] = Field(default=(), examples=[["FIRE", "EMS"]])
    nobody: tuple[Text, ...] = Field(default=(), examples=[["CAN"]])


class Calls(Table):
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
