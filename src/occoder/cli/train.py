"""`occoder train`: coded records in, a model in the catalogue out."""

from pathlib import Path
from typing import Annotated

import typer

from occoder.cli.options import CodeColumn, SkipFaulty, TasksColumn, TitleColumn


def train(
    topic: Annotated[str, typer.Option(help="Short name for what is coded to.")],
    records: Annotated[
        list[Path] | None,
        typer.Option(
            help="Coded records: CSV, TSV, JSON Lines or Parquet; repeat it for more.",
            show_default="the texts that come with a bundled topic",
        ),
    ] = None,
    classification: Annotated[
        Path | None,
        typer.Option(help="Codes and titles, CSV.", show_default="that of a bundled topic"),
    ] = None,
    with_bundled: Annotated[
        bool,
        typer.Option("--with-bundled", help="Train on the bundled texts as well."),
    ] = False,
    title: TitleColumn = None,
    tasks: TasksColumn = None,
    code: CodeColumn = None,
    skip_faulty: SkipFaulty = False,
) -> None:
    """Train and calibrate a model, and put it into use."""
    from occoder.catalogue import Catalogue
    from occoder.cli.bar import training_bar
    from occoder.cli.columns import record_columns
    from occoder.training.card import documents, held_out_report, promises_text
    from occoder.training.request import Request, train_requested

    request = Request(
        topic=topic,
        classification=classification,
        files=tuple(records or ()),
        columns=record_columns(topic, title, tasks, code),
        with_bundled=with_bundled,
        skip_faulty=skip_faulty,
    )
    with training_bar() as progress:
        trained, faults = train_requested(request, progress)
    for kind, count in faults.items():
        typer.echo(f"{count} records: {kind}", err=True)
    texts = documents(trained.model, held_out_report(trained))
    entry = Catalogue().add(trained.model, texts)
    typer.echo(f"model {entry.manifest.model_id}\nfolder {entry.folder}")
    typer.echo(promises_text(trained.model.promises, trained.model.max_error))
