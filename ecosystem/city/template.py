"""What does the city.toml of a new city look like?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ecosystem.city.tables import EMERGENCY_WORDS
from ecosystem.city.writing import as_toml

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
# baseline_year = 2024             # with both years the report says for each year how far the city should be
# target_year = 2034

# --- Calls for service: "ecosystem calls review" writes the call types to decide, "ecosystem build" does the rest. ---
# [calls]
# files = ["calls"]                # exports of the dispatch center, or folders of them: CSV, XLSX, JSON, Parquet
# codes = "calls/codes.csv"        # what the codes of call types mean: code, description
# beats = "calls/beats.csv"        # which neighborhood a beat lies in: beat, area
# clock = "local"                  # only where the times are labelled as UTC: "utc" if they are, "local_labelled_utc" if they are not
# complete_from = 2025-10-01       # from this day on the exports hold every call; older rows only show what has moved
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

    >>> import tomllib
    >>> tomllib.loads(city_toml_template("Riverbend", as_of=dt.date(2026, 10, 1)))["as_of"]
    datetime.date(2026, 10, 1)
    """
    codes = list(languages)
    words = {code: EMERGENCY_WORDS[code] for code in codes if code in EMERGENCY_WORDS}
    return _TEMPLATE.format(
        title=" ".join(f"{name}: who keeps people safe".split()),
        name=as_toml(name, cut=False),
        time_zone=as_toml(time_zone, cut=False),
        as_of=as_of.isoformat(),
        languages=as_toml(codes, cut=False),
        boundaries=as_toml(boundaries, cut=False),
        geography_name=as_toml(geography_name, cut=False),
        id_column=as_toml(id_column, cut=False),
        name_column=as_toml(name_column, cut=False),
        wave=as_toml(str(as_of.year), cut=False),
        emergency="".join(f"[emergency.{code}]\nwords = {as_toml(text, cut=False)}\n\n" for code, text in words.items()),
        contact_name=as_toml(contact_name, cut=False),
        corrections=as_toml(corrections or "safety@riverbend.example", cut=False),
        corrections_mark="" if corrections else "# ",
    )
