"""Coding a frame of polars or pandas: the same columns as coding a file."""

import sys
from typing import Any, TypeVar

from occoder.files.added import AddedTable
from occoder.files.answers import Plan, Rows, TextCoder, code_rows
from occoder.files.columns import added_columns, text_columns
from occoder.loading import load

Frame = TypeVar("Frame")


def code_frame(
    frame: Frame,
    coder: TextCoder,
    *,
    title: str | None = None,
    tasks: str | None = None,
    suggestions: int = 3,
) -> Frame:
    """Return the frame with the columns that coding adds, in new columns at its end.

    Parameters
    ----------
    frame : polars.DataFrame or pandas.DataFrame
        One record a row. Missing texts count as empty.
    coder : Coder
        From `occoder.load`.
    title, tasks : str, optional
        Columns of the texts; guessed from usual names. ``tasks=""`` for no tasks.
    suggestions : int
        How many of the best categories to add, 0 to 16.

    Returns
    -------
    polars.DataFrame or pandas.DataFrame
        Of the kind that came, the same rows in the same order.

    Raises
    ------
    TypeError
        If the frame is neither.
    UnknownColumn, AmbiguousColumn
        If the columns of the texts are not there, or not clear.

    Examples
    --------
    >>> import occoder, polars
    >>> answers = polars.DataFrame({"job": ["sparky"], "duties": ["wiring houses"]})
    >>> occoder.code_frame(answers, occoder.load("osca"))["title"].to_list()
    ['Electrician (General)']
    """
    is_pandas = _is_of("pandas", frame)
    if not (is_pandas or _is_of("polars", frame)):
        raise TypeError(f"a {type(frame).__name__} is no frame of polars or pandas")
    table: Any = frame
    columns = [str(name) for name in table.columns]
    texts = text_columns(columns, title=title, tasks=tasks)
    plan = Plan(
        load=load,
        models=((coder.topic, coder.model_id),),
        thresholds=(coder.thresholds,),
        n_suggestions=suggestions,
        suggestion_levels=(len(coder.classification.levels),),
        nfd=False,
        explain=False,
    )
    rows = Rows(
        _texts(table, texts.title, is_pandas=is_pandas),
        _texts(table, texts.tasks, is_pandas=is_pandas) if texts.tasks else None,
        {},
    )
    answers = code_rows(plan, [coder], rows).answers[0]
    names = added_columns(columns, [coder.topic], n_suggestions=suggestions, explain=False)
    added = AddedTable(coder, names[0], nfd=False).columns(answers)
    if not is_pandas:
        return table.with_columns(added)  # type: ignore[no-any-return]
    return table.assign(**{one.name: one.to_list() for one in added})  # type: ignore[no-any-return]


def _is_of(library: str, frame: object) -> bool:
    """Tell whether a frame is one of a library, which is not imported for the question."""
    module = sys.modules.get(library)
    return module is not None and isinstance(frame, module.DataFrame)


def _texts(table: Any, column: str, *, is_pandas: bool) -> list[str | None]:
    values = table[column].tolist() if is_pandas else table[column].to_list()
    return [value if isinstance(value, str) else None for value in values]
