"""Which values may a key of city.toml have: paths in the city folder, time zones, reference systems, languages, mail?

Every refusal here says what is wrong; `ecosystem.city.problems` adds the key and the fix.
"""

from __future__ import annotations

import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

MISSING_FILE = "file_missing"


def _in_folder(value: Any, info: ValidationInfo) -> Any:
    """Resolve a path as written against the city folder; with `must_exist`, refuse a file that is not there."""
    if not isinstance(value, str) or not value.strip():
        raise PydanticCustomError("path_text", "a path must be a text, relative to the folder of city.toml")
    context = info.context or {}
    folder: Path = context.get("folder", Path())
    path = (folder / value).resolve()
    if context.get("must_exist") and not path.exists():
        raise PydanticCustomError(MISSING_FILE, "there is no file or folder {path}", {"path": str(path)})
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
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Mail = Annotated[str, AfterValidator(_mail)]
