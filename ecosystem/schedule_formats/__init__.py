"""How are hours said outside this program: in OpenStreetMap text, in HSDS rows, in plain words?

The week itself is `ecosystem.schedule`. Here it is written and read back, each form in a file of its own:

- `to_osm` (`osm.py`), `from_osm` (`osm_reader.py`, `osm_rules.py`): the OpenStreetMap `opening_hours` text ("Mo-Fr 09:00-17:00; PH off");
- `to_hsds`, `from_hsds` (`hsds_rows.py`): schedule rows of the Human Services Data Specification 3;
- `in_words`, `run_in_words` (`words.py`): a sentence for people, in English or Spanish.

What the week alone cannot say travels as flags on a `Piece`. A flag with a colon carries a value:

    nth:1,3          only the 1st and 3rd such weekday of a month (-1 is the last)
    closed_nth:1     not on the 1st such weekday of a month
    months:9-5       from September to May
    ph_off           closed on public holidays
    ph_hours:09:00-16:00      these hours on public holidays
    closed_dates:12-25        closed on 25 December of each year

The others are plain names; `flags.REASONS` has those that make a piece only possible, with their words.
"""

from ecosystem.schedule_formats.days import spans_by_day
from ecosystem.schedule_formats.flags import Language, flag_value
from ecosystem.schedule_formats.hsds_rows import HSDS_COLUMNS, from_hsds, is_own_notes, to_hsds
from ecosystem.schedule_formats.osm import to_osm
from ecosystem.schedule_formats.osm_reader import from_osm
from ecosystem.schedule_formats.words import DAY_NAMES, MONTH_NAMES, in_words, run_in_words

__all__ = [
    "DAY_NAMES",
    "HSDS_COLUMNS",
    "MONTH_NAMES",
    "Language",
    "flag_value",
    "from_hsds",
    "from_osm",
    "in_words",
    "is_own_notes",
    "run_in_words",
    "spans_by_day",
    "to_hsds",
    "to_osm",
]
