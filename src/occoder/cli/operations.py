"""`occoder operations`: the asynchronous batches, for the operator."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from occoder.batch.queue import Queue
    from occoder.settings.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Look at asynchronous batches, cancel them, drain the queue."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfClient = Annotated[
    str, typer.Option("--client", metavar="ID", help="Only those of one client.")
]
OpenOnly = Annotated[bool, typer.Option("--open", help="Only those that have not ended.")]
OperationId = Annotated[
    str, typer.Argument(metavar="ID", help="Of the operation, as the client got it.")
]
Undo = Annotated[
    bool, typer.Option("--undo", help="Let dispatchers take on operations again.")
]
Wait = Annotated[
    bool,
    typer.Option("--wait/--no-wait", help="Wait until nothing is under way."),
]

_LOOK_EVERY_S = 1.0


@app.command("list")
def list_operations(
    client: OfClient = "", open_only: OpenOnly = False, as_json: AsJson = False
) -> None:
    """List operations, the newest first: state, whose, how far; never any text."""
    import json

    from occoder.batch.operation import OPEN_STATES, OperationState
    from occoder.cli.operations_text import facts, table

    with _opened() as (_, queue):
        found = queue.operations.listed(
            states=OPEN_STATES if open_only else tuple(OperationState), client_id=client
        )
        is_draining = queue.is_draining()
    if as_json:
        typer.echo(json.dumps([facts(one) for one in found], indent=2))
        return
    for line in table(found, time.time()):
        typer.echo(line)
    if is_draining:
        typer.echo("The queue is being drained; `occoder operations drain --undo` ends it.")


@app.command()
def show(operation_id: OperationId, as_json: AsJson = False) -> None:
    """Show all that is known of an operation."""
    import json

    from occoder.cli.operations_text import facts, sheet

    with _opened() as (_, queue):
        operation = queue.find(operation_id)
    if as_json:
        typer.echo(json.dumps(facts(operation), indent=2))
        return
    for line in sheet(operation):
        typer.echo(line)


@app.command()
def cancel(operation_id: OperationId) -> None:
    """End an operation that has not ended; its client is told that it failed.

    What is stored of it is deleted by the next sweep.
    """
    from occoder.telemetry.audit import Audit, SecurityEvent

    with _opened() as (settings, queue):
        operation = queue.find(operation_id)
        if not queue.operations.cancel(operation.operation_id):
            typer.echo(f"{operation.operation_id} has ended before: {operation.state}")
            raise typer.Exit(1)
        Audit.from_settings(settings).record(
            SecurityEvent.OPERATION_CANCELLED,
            client_id=operation.client_id,
            operation=operation.operation_id,
        )
    typer.echo(f"{operation.operation_id} is cancelled")


@app.command()
def drain(undo: Undo = False, wait: Wait = True) -> None:
    """Let dispatchers finish what is under way and take on nothing new.

    Clients can go on creating operations and uploading; these wait. For an upgrade or
    the change of a machine.
    """
    with _opened() as (_, queue):
        queue.drain(on=not undo)
        if undo:
            typer.echo("Dispatchers take on operations again.")
            return
        typer.echo("Dispatchers take on nothing new; what clients upload waits.")
        while wait and (n := queue.n_under_way()):
            typer.echo(f"{n} under way", err=True)
            time.sleep(_LOOK_EVERY_S)
    if wait:
        typer.echo("Nothing is under way.")


@contextmanager
def _opened() -> Iterator[tuple["Settings", "Queue"]]:
    import os

    from occoder.batch.queue import open_queue
    from occoder.settings.settings import Settings

    settings = Settings.from_environ(os.environ)
    with open_queue(settings) as queue:
        yield settings, queue
