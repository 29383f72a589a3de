"""How does a value stand in city.toml?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def as_toml(value: Any, *, cut: bool = True) -> str:
    """Write a value as it would stand in city.toml, `cut` where it is long."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        text = '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, Mapping):
        text = "{ " + ", ".join(f"{key} = {as_toml(item, cut=False)}" for key, item in value.items()) + " }"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(as_toml(item, cut=False) for item in value) + "]"
    else:
        text = str(value)
    return text if len(text) <= 80 or not cut else text[:77] + "..."
