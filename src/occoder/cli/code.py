"""The command that codes a file."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occoder.files.format import Format

if TYPE_CHECKING:
    from occoder.files.code_file import FileRun
    from occoder.files.summary import Summary

Input = Annotated[
    str,
    typer.Argument(
        metavar="INPUT",
        help="File to code: .csv, .tsv, .jsonl, .ndjson (also with .gz), .parquet, .xlsx; "
        "- reads a pipe.",
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUTPUT",
        help="File to write, in any of these formats; - pipes.",
    ),
]
Title = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="Column of the job titles.", show_default="guessed"
    ),
]
Tasks = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="Column of the tasks; '' for none.", show_default="guessed"
    ),
]
Topics = Annotated[
    list[str] | None,
    typer.Option(
        "--topic",
        metavar="TOPIC",
        help="What to code to; repeat it for two at once.",
        show_default="osca",
    ),
]
Suggestions = Annotated[
    int,
    typer.Option(min=0, max=16, help="How many of the best categories to add to each row."),
]
Level = Annotated[
    int | None,
    typer.Option(
        min=1, help="Deepest level to give, 1 the broadest.", show_default="deepest"
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Lowest confidence accepted, at all levels.",
        show_default="the model's",
    ),
]
MaxError = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, help="Greatest share of wrong codes, by the model's calibration."
    ),
]
Nfd = Annotated[
    bool, typer.Option("--nfd", help="Write groups with their nfd codes (2613 as 261300).")
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Add a column that says what spoke for each answer."),
]
KeepFormulas = Annotated[
    bool,
    typer.Option(
        "--keep-formulas", help="Leave cells that a spreadsheet would run as they are."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1, help="Coding processes.", show_default="one a core for large files, else 1"
    ),
]
InputFormat = Annotated[
    Format | None,
    typer.Option(help="Format of the input.", show_default="by its name; pipe: csv"),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(help="Format of the output.", show_default="by its name; pipe: csv"),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Json = Annotated[
    bool, typer.Option("--json", help="Say nothing but the summary, as one JSON object.")
]
SummaryFile = Annotated[
    Path | None,
    typer.Option("--summary", metavar="FILE", help="Write the summary to a JSON file too."),
]


def code(
    input: Input,
    output: Output,
    title: Title = None,
    tasks: Tasks = None,
    topic: Topics = None,
    suggestions: Suggestions = 3,
    level: Level = None,
    threshold: Threshold = None,
    max_error: MaxError = None,
    nfd: Nfd = False,
    explain: Explain = False,
    keep_formulas: KeepFormulas = False,
    workers: Workers = None,
    input_format: InputFormat = None,
    output_format: OutputFormat = None,
    quiet: Quiet = False,
    json: Json = False,
    summary: SummaryFile = None,
) -> None:
    """Code a file of job titles and tasks.

    Every row is kept, in order, with all its columns; code, title, level, confidence,
    status, reason, suggestions and the model are added. The output appears whole or not
    at all. What was found and done is said on stderr.
    """
    from occoder import load
    from occoder.cli.bar import make_ready
    from occoder.files.code_file import Options, open_run

    try:
        options = Options(
            title=title,
            tasks=tasks,
            topics=topic or ["osca"],
            n_suggestions=suggestions,
            level=level,
            threshold=threshold,
            max_error=max_error,
            nfd=nfd,
            explain=explain,
            keep_formulas=keep_formulas,
            n_workers=workers,
            input_format=input_format,
            output_format=output_format,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    make_ready(options.topics)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as for Ctrl-C
    done = _run(open_run(input, output, options, load=load), quiet=quiet or json)
    if json:
        typer.echo(done.to_json(), err=True)
    if summary is not None:
        done.write(summary)


def _run(run: "FileRun", *, quiet: bool) -> "Summary":
    if quiet:
        return run.run()
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for line in run.check():
        console.print(line)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("coding", total=None)
        done = run.run(lambda at, size: bar.update(task, completed=at, total=size))
    for line in done.lines():
        console.print(line)
    return done
