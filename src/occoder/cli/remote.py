"""The command that codes a file with a service elsewhere."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from occoder.cli.code import (
    InputFormat,
    Json,
    KeepFormulas,
    OutputFormat,
    Quiet,
    SummaryFile,
    Tasks,
    Title,
)
from occoder.cli.service_caller import AuthUrl, Ca, ClientId, ClientSecret

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from occoder.client import Client
    from occoder.files.summary import Summary
    from occoder.remote.notes import Notes
    from occoder.remote.options import Options
    from occoder.remote.run import Run

# One call of 300 records, with a token; and how long to wait where a service says so or
# can't be reached: hourly limits end within.
_TIMEOUT_S: Final = 60.0
_MAX_WAIT_S: Final = 2 * 3600.0

Input = Annotated[
    str,
    typer.Argument(
        metavar="INPUT",
        help="File to code: .csv, .tsv, .jsonl, .ndjson (also with .gz), .parquet, .xlsx.",
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="OUTPUT", help="File to write, in any of these formats."
    ),
]
Url = Annotated[str, typer.Option(help="Address of the service: https://host.")]
Proxy = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Proxy to go through; '' for none.", show_default="HTTPS_PROXY"
    ),
]
Topic = Annotated[str, typer.Option(help="What to code to.")]
Model = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Model to code with.", show_default="the latest"),
]
Suggestions = Annotated[
    int,
    typer.Option(
        min=0, max=3, help="How many of the best categories to add to a row without a code."
    ),
]
Batch = Annotated[
    bool | None,
    typer.Option(
        "--batch/--no-batch",
        help="Send the texts as one operation, or in calls of 300.",
        show_default="calls for at most 3,000 different texts",
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Send nothing if a text is empty, too short, too long, not ASCII or of "
        "several jobs.",
    ),
]
Restart = Annotated[
    bool, typer.Option("--restart", help="Begin anew where an unfinished run is found.")
]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def remote() -> None:
    """Work with a service elsewhere: occoder's, or another of the same contract."""


@app.command()
def code(
    input: Input,
    output: Output,
    url: Url,
    client_id: ClientId,
    client_secret: ClientSecret,
    auth_url: AuthUrl = None,
    ca: Ca = None,
    proxy: Proxy = None,
    title: Title = None,
    tasks: Tasks = None,
    topic: Topic = "osca",
    model: Model = None,
    suggestions: Suggestions = 3,
    batch: Batch = None,
    strict: Strict = False,
    restart: Restart = False,
    keep_formulas: KeepFormulas = False,
    input_format: InputFormat = None,
    output_format: OutputFormat = None,
    quiet: Quiet = False,
    json: Json = False,
    summary: SummaryFile = None,
) -> None:
    """Code a file of job titles and tasks with a service.

    Each different text is sent once, without anything else of its row, and the output has
    the columns that `occoder code` adds. Ended at any point, the same command goes on
    where it was: what it needs for that is kept beside the output until it is done.
    """
    from occoder.client import Client
    from occoder.remote.options import Options

    try:
        options = Options(
            title=title,
            tasks=tasks,
            topic=topic,
            model=model,
            n_suggestions=suggestions,
            as_operation=batch,
            is_strict=strict,
            restart=restart,
            keep_formulas=keep_formulas,
            input_format=input_format,
            output_format=output_format,
        )
        client = Client(
            url,
            client_id,
            client_secret,
            auth_url=auth_url,
            topic=topic,
            timeout_s=_TIMEOUT_S,
            max_wait_s=_MAX_WAIT_S,
            verify=ca or True,
            proxy=proxy,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # say what is left, as Ctrl-C
    with client:
        done = _run(input, output, options, client, url, is_quiet=quiet or json)
    if json:
        typer.echo(done.to_json(), err=True)
    if summary is not None:
        done.write(summary)


def _run(
    source: str,
    target: str,
    options: "Options",
    client: "Client",
    url: str,
    *,
    is_quiet: bool,
) -> "Summary":
    from rich.console import Console

    from occoder.remote.run import Run

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    with _notes(console, is_quiet=is_quiet) as notes:
        run = Run(
            source, target, options, client=client, service=url.rstrip("/"), notes=notes
        )
        done = _run_or_say_what_is_left(run)
    if not is_quiet:
        for line in done.lines():
            console.print(line)
    return done


def _run_or_say_what_is_left(run: "Run") -> "Summary":
    try:
        return run.run()
    finally:
        if run.folder.state.exists():
            typer.echo(
                f"occoder: {run.folder.path} keeps what is done, and texts; the same "
                f"command goes on with it",
                err=True,
            )


class _Shown:
    """Shows what a run says, and on a terminal how far each stage is."""

    def __init__(self, bar: "Progress") -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)
        self._stage = ""

    def say(self, line: str) -> None:
        self._bar.console.print(line)

    def progress(self, stage: str, done: int, total: int | None) -> None:
        if stage != self._stage:
            self._stage = stage
            self._bar.reset(self._task, total=total, description=stage)
        self._bar.update(self._task, completed=done, total=total)


@contextmanager
def _notes(console: "Console", *, is_quiet: bool) -> "Iterator[Notes]":
    from rich.progress import Progress

    from occoder.remote.notes import Silence

    if is_quiet:
        yield Silence()
        return
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        yield _Shown(bar)
