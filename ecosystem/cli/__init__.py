"""The command line: every question of the project as a command.

Exit codes: 0 done, 2 an error (one message on standard error; `--debug` shows where it happened), 3 when `check` found something that needs a
person. This file says which commands there are; each imports what it needs when it runs, so that `--help` is quick.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ecosystem.cli.asking import contracts, who
from ecosystem.cli.demand import calls
from ecosystem.cli.exporting import export
from ecosystem.cli.making import demo, init, questionnaire
from ecosystem.cli.reading import check, hours, inspect
from ecosystem.cli.results import analyze, build, diff, explain
from ecosystem.cli.screen import complain, write_utf8
from ecosystem.cli.supposing import suppose
from ecosystem.errors import EcosystemError

ERROR = 2

PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Start": (demo, init, questionnaire),
    "Answers in": (inspect, hours, check, calls),
    "Results": (build, analyze, explain, diff, export),
    "Questions": (who, suppose, contracts),
}
"""Every command, under the headings of `ecosystem --help`."""


class Commands(TyperGroup):
    """The group of commands. Turns every error into one message, and takes `--debug` wherever it stands."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under their headings, each with what it is for."""
        for heading, functions in PANELS.items():
            commands = [(function.__name__, self.get_command(ctx, function.__name__)) for function in functions]
            with formatter.section(heading):
                formatter.write_dl([(name, " ".join((command.help or "").split("\n\n")[0].split())) for name, command in commands if command])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Move `--debug` before the command, where the group knows it."""
        end = args.index("--") if "--" in args else len(args)
        options = [arg for arg in args[:end] if arg != "--debug"]
        debug = ["--debug"] if len(options) < end else []
        return super().parse_args(ctx, [*debug, *options, *args[end:]])

    def invoke(self, ctx: Any) -> Any:
        """Run the command. An error of ours is told in its own words, a file that cannot be used by its name, and anything else as a bug."""
        try:
            return super().invoke(ctx)
        except EcosystemError as error:
            self._tell(ctx, str(error))
        except BrokenPipeError:
            raise
        except OSError as error:
            self._tell(ctx, f"{error.filename or 'a file'}: {error.strerror or error}.")
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if type(error).__module__.startswith(("typer", "click")):
                raise
            self._tell(ctx, f"this should not happen ({type(error).__name__}: {error}). Run it again with --debug and report what it shows.")
        raise typer.Exit(ERROR)

    def _tell(self, ctx: Any, message: str) -> None:
        if ctx.params.get("debug"):
            traceback.print_exc()
        complain(message)


app = typer.Typer(
    cls=Commands,
    name="ecosystem",
    help="Map who keeps people safe in a city: who is there, for what need, where, when and for whom, and where nobody is.",
    epilog="Start with: ecosystem demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from ecosystem import __version__

        typer.echo(f"ecosystem {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False,
) -> None:
    """Map who keeps people safe in a city: who is there, for what need, where, when and for whom, and where nobody is."""


for _commands in PANELS.values():
    for _command in _commands:
        app.command()(_command)


def main() -> None:
    """Run the command line."""
    write_utf8()
    app(prog_name="ecosystem")
