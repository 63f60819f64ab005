"""The command line: puts the commands together and words what stops them.

Exit codes: 0 done, 1 could not, 2 misused, 130 interrupted.
"""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from occoder.cli import (
    classification,
    client,
    keys,
    model,
    objects,
    operations,
    remote,
    storage_keys,
)
from occoder.cli.calibrate import calibrate
from occoder.cli.code import code
from occoder.cli.dispatch import dispatch
from occoder.cli.doctor import doctor
from occoder.cli.evaluate import evaluate
from occoder.cli.retention import retention
from occoder.cli.selftest import selftest
from occoder.cli.serve import serve
from occoder.cli.train import train
from occoder.errors import OccoderError

# Plain help instead of rich panels: it can be copied and starts three times faster.
# No pretty tracebacks: they print local values, and those hold respondents' texts.
app = typer.Typer(
    name="occoder",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command()(code)
app.command()(train)
app.command()(calibrate)
app.command()(evaluate)
app.command()(serve)
app.command()(dispatch)
app.command()(retention)
app.command()(doctor)
app.command()(selftest)
app.add_typer(model.app, name="model")
app.add_typer(classification.app, name="classification")
app.add_typer(client.app, name="client")
app.add_typer(keys.app, name="keys")
app.add_typer(storage_keys.app, name="storage-keys")
app.add_typer(operations.app, name="operations")
app.add_typer(objects.app, name="objects")
app.add_typer(remote.app, name="remote")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"occoder {version('occoder')}")
        raise typer.Exit


@app.callback()
def occoder(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version of occoder and exit.",
        ),
    ] = False,
) -> None:
    """Code free text about jobs to an occupation classification, offline."""


def main() -> None:
    """Run the command line; print an error as one line on stderr and exit with 1."""
    try:
        app()
    except OccoderError as error:
        sys.exit(f"occoder: {error}")
    except OSError as error:  # no permission, disk full, a folder in place of a file
        sys.exit(f"occoder: {error.filename or 'system'}: {error.strerror or error}")
