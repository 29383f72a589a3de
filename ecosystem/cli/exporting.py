"""The command that writes an edition for other programs, on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ecosystem.cli.results import CityArgument, EditionName, JsonOption
from ecosystem.cli.screen import counted, heading, print_json, progress, say, say_path


class FormatName(StrEnum):
    """The formats that are written on request."""

    hsds = "hsds"


class VersionName(StrEnum):
    """The versions of HSDS that can be written."""

    newest = "3.1"
    older = "3.0"


def export(
    format: Annotated[FormatName, typer.Argument(metavar="FORMAT", help="hsds: for 211s and other directories.")],  # noqa: A002
    city: CityArgument,
    edition: Annotated[EditionName, typer.Option("--edition", help="Whose eyes: what this edition may know.")] = EditionName.public,
    to: Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="Where to write it; out/hsds-EDITION of the city without it.")] = None,
    version: Annotated[VersionName, typer.Option("--version", help="Version of HSDS.")] = VersionName.newest,
    json: JsonOption = False,
) -> None:
    """Write an edition for other programs: hsds (JSON and tables), with what was lost, guessed and withheld."""
    from ecosystem.pipeline import export_hsds

    with progress(f"Exporting {format.value}") as step:
        folder, losses = export_hsds(city, edition.value, to, version=version.value, progress=step)
    if json:
        print_json({"folder": str(folder), "edition": edition.value, "version": version.value, "losses": losses})
        return
    whole = [row for row in losses if not row["field"]]
    say(f"HSDS {version.value}, {edition.value} edition: {_counts(whole, 'kept') or 'nothing'}.")
    if withheld := _counts(whole, "withheld"):
        say(f"Withheld, because this edition may not tell of them: {withheld}.")
    if edition is EditionName.analyst:
        say("This edition holds everything but the address and point of confidential places; texts are as given. Do not pass it on.", style="bold")
    heading("Left out, guessed or withheld")
    for row in losses:
        if row["why"]:
            counts = ", ".join(f"{row[name]:,} {name}" for name in ("kept", "guessed", "dropped", "withheld") if row[name])
            say(f"{row['object']}{', ' if row['field'] else ''}{row['field']}: {counts}. {row['why']}", indent=2)
    heading("Files")
    say_path("services", folder / "services.json")
    say_path("each", folder / "services")
    say_path("tables", folder / "hsds-tabular.zip")
    say_path("losses", folder / "losses.csv")


def _counts(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    """How many of each kind of record, in words."""
    return ", ".join(
        counted(row[name], row["object"], f"{row['object'][:-1]}ies" if row["object"].endswith("y") else "") for row in rows if row[name]
    )
