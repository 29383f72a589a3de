"""Hours as people write them, read without a silent error.

`read_hours` (in `read.py`) reads a text of days and times alone at once (`plain`). Any other goes through three stages, each a module: `tokens`
(what the words can be), `walk` (what belongs together, as `clauses`), `meaning` (which minutes, of which kind, how sure). `messages` holds what is
asked when it refuses; `table` reads a column of a CSV file. Which module stands on which is a contract in pyproject.toml.
"""

from surveys.hours.messages import Message
from surveys.hours.read import Reading, read_hours, restate

__all__ = ["Message", "Reading", "read_hours", "restate"]
