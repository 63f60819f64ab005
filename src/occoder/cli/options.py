"""Options that several commands have: the columns of coded records, and their faults."""

from typing import Annotated

import typer

TitleColumn = Annotated[str | None, typer.Option(help="Column of the job titles.")]
TasksColumn = Annotated[str | None, typer.Option(help="Column of the tasks.")]
CodeColumn = Annotated[
    str | None, typer.Option(help="Column of the codes: by default code, or the topic.")
]
SkipFaulty = Annotated[
    bool, typer.Option("--skip-faulty", help="Leave out records with unknown codes.")
]
