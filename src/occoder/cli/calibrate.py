"""`occoder calibrate`: thresholds with a stated maximum error, from one's own records."""

from pathlib import Path
from typing import Annotated

import typer

from occoder.cli.options import CodeColumn, SkipFaulty, TasksColumn, TitleColumn


def calibrate(
    gold: Annotated[
        Path,
        typer.Argument(
            help="Coded records, a random sample of the answers to come: "
            "CSV, TSV, JSON Lines or Parquet."
        ),
    ],
    topic: Annotated[str, typer.Option(help="What the records are coded to.")] = "osca",
    max_error: Annotated[
        float,
        typer.Option(help="Share of wrong codes to promise at most.", min=0.001, max=0.5),
    ] = 0.05,
    confidence: Annotated[
        float, typer.Option(help="Confidence of the promise.", min=0.5, max=0.999)
    ] = 0.95,
    title: TitleColumn = None,
    tasks: TasksColumn = None,
    code: CodeColumn = None,
    skip_faulty: SkipFaulty = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what could be promised; change nothing.")
    ] = False,
) -> None:
    """Find thresholds that keep a maximum error, and put them into use.

    The thresholds come as a new model of the topic with the weights of the one in use;
    `occoder model retire` goes back.
    """
    from occoder.catalogue import Catalogue
    from occoder.cli.bar import make_ready
    from occoder.cli.columns import record_columns
    from occoder.coder.artifact import load, read_documents
    from occoder.loading import locate
    from occoder.training.card import documents, read_report
    from occoder.training.recalibrate import recalibrate, statement
    from occoder.training.records import read_records

    make_ready([topic])
    entry = locate(topic)
    model = load(entry.folder)
    columns = record_columns(topic, title, tasks, code)
    records = read_records(
        gold,
        model.classification,
        columns,
        skip_faulty=skip_faulty,
        keep_contradictions=True,
    )
    changed = recalibrate(
        model, records, max_error=max_error, confidence=confidence, source=gold.name
    )
    typer.echo(statement(changed))
    if not dry_run:
        report = read_report(read_documents(entry.folder))
        added = Catalogue().add(changed, documents(changed, report))
        typer.echo(f"model {added.manifest.model_id}, in use for {topic} from now on")
