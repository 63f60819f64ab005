"""`occoder evaluate`: how good a model is on coded records."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occoder.cli.options import CodeColumn, SkipFaulty, TasksColumn, TitleColumn

if TYPE_CHECKING:
    from occoder.evaluation.evaluate import CodesTexts
    from occoder.training.record_file import RecordColumns
    from occoder.training.records import CodedRecords


def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Coded records: CSV, TSV, JSON Lines or Parquet.")
    ],
    topic: Annotated[str, typer.Option(help="What the records are coded to.")] = "osca",
    report: Annotated[
        Path | None, typer.Option(help="Folder for report.json and report.html.")
    ] = None,
    title: TitleColumn = None,
    tasks: TasksColumn = None,
    code: CodeColumn = None,
    training: Annotated[
        Path | None,
        typer.Option(
            help="Coded records that the model was trained on, to tell seen from unseen.",
            show_default="the texts that come with a bundled topic",
        ),
    ] = None,
    compare: Annotated[
        str | None, typer.Option(help="Id of another model to set beside this one.")
    ] = None,
    max_error: Annotated[
        float | None,
        typer.Option(
            help="Share of wrong codes to promise at most, such as 0.05.",
            min=0.001,
            max=0.5,
        ),
    ] = None,
    flat_svm: Annotated[
        bool,
        typer.Option("--flat-svm", help="Compare with a flat SVM too; takes minutes."),
    ] = False,
    skip_faulty: SkipFaulty = False,
) -> None:
    """Evaluate a model on records that people coded and that it was not trained on."""
    import occoder
    from occoder.cli.bar import make_ready, training_bar
    from occoder.cli.columns import record_columns
    from occoder.evaluation.evaluate import evaluate as evaluated
    from occoder.evaluation.report import write_report
    from occoder.evaluation.summary import summary
    from occoder.training.baselines import baselines
    from occoder.training.gold import gold_set
    from occoder.training.records import read_records

    make_ready([topic])
    coder = occoder.load(topic)
    columns = record_columns(topic, title, tasks, code)
    records = read_records(
        gold,
        coder.classification,
        columns,
        skip_faulty=skip_faulty,
        keep_contradictions=True,
    )
    learnt = _trained_on(training, coder, columns)
    with training_bar() as progress:
        answers = baselines(
            records, learnt, coder.classification, flat=flat_svm, progress=progress
        )
    fingerprint = sha256(gold.read_bytes()).hexdigest()
    evaluation = evaluated(
        coder,
        gold_set(records, learnt, name=gold.name, sha256=fingerprint),
        made_on=date.today().isoformat(),
        baselines=answers,
        compared_with=occoder.load(topic, model_id=compare) if compare else None,
        max_error=max_error,
    )
    typer.echo(summary(evaluation))
    if report:
        typer.echo(f"\n{write_report(evaluation, report)[1]}")


def _trained_on(
    training: Path | None, coder: "CodesTexts", columns: "RecordColumns"
) -> "CodedRecords | None":
    from occoder.classification import BUNDLED
    from occoder.training.gold import corpus_records
    from occoder.training.records import read_records

    if training:
        return read_records(training, coder.classification, columns)
    if coder.topic in BUNDLED:
        return corpus_records(coder.topic, coder.classification)
    return None
