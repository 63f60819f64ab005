"""Coding a whole file: from a path, through coders, to another path."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from occoder.errors import InputError, UnwritableFile
from occoder.files.answers import Counts, Load, Plan, TextCoder
from occoder.files.columns import AddedColumns, TextColumns, added_columns
from occoder.files.format import Format, Place, place_of
from occoder.files.route import Route, open_route
from occoder.files.summary import Summary, summary_of
from occoder.processes import n_cores

MAX_SUGGESTIONS: Final = 16
# Below these, starting processes takes longer than it saves.
_MANY_BYTES: Final = 16 * 1024 * 1024
_MANY_ROWS: Final = 200_000

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is coded; the defaults suit most.

    Parameters
    ----------
    title, tasks : str, optional
        Columns of the texts; guessed from usual names. ``""`` for no tasks.
    topics : sequence of str
        One or more.
    n_suggestions : int
        0 to 16.
    level : int, optional
        The deepest level to give, 1 for the broadest. Suggestions are of that level.
    threshold : float, optional
        Lowest confidence accepted, at every level; in place of the model's own.
    max_error : float, optional
        Greatest share of wrong codes; the model must have thresholds that keep it.
    nfd : bool
        Whether a group's code is written as its supplementary nfd code.
    explain : bool
        Whether a column says what spoke for each answer.
    keep_formulas : bool
        Whether cells of CSV and TSV that a spreadsheet would run are left as they are.
    n_workers : int or None
        Coding processes; 1 is this one. None: one for each core if the file is large.
    input_format, output_format : Format, optional
        In place of what the endings of the names say.

    Raises
    ------
    ValueError
        If a number is out of range, or both threshold and max_error are given.
    """

    title: str | None = None
    tasks: str | None = None
    topics: Sequence[str] = ("osca",)
    n_suggestions: int = 3
    level: int | None = None
    threshold: float | None = None
    max_error: float | None = None
    nfd: bool = False
    explain: bool = False
    keep_formulas: bool = False
    n_workers: int | None = 1
    input_format: Format | None = None
    output_format: Format | None = None

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if not 0 <= self.n_suggestions <= MAX_SUGGESTIONS:
            raise ValueError(f"n_suggestions must be 0 to {MAX_SUGGESTIONS}")
        if self.threshold is not None and self.max_error is not None:
            raise ValueError("give threshold or max_error, not both")
        if not self.topics or len(set(self.topics)) < len(self.topics):
            raise ValueError("topics must be one or more, each once")
        if self.n_workers is not None and self.n_workers < 1:
            raise ValueError("n_workers must be at least 1")


@dataclass(frozen=True, slots=True)
class FileRun:
    """A file that was opened and checked, ready to be coded once.

    Parameters
    ----------
    source, target : Place
        The input and the output.
    route : Route
        The open input.
    texts : TextColumns
        The columns that are read.
    added : tuple of AddedColumns
        The columns that come in addition, for each topic.
    plan : Plan
        How to code.
    coders : sequence of TextCoder
        One for each topic.
    n_workers : int
        Coding processes; 1 is this one.
    keep_formulas : bool
        See `Options`.
    """

    source: Place
    target: Place
    route: Route[Any]
    texts: TextColumns
    added: tuple[AddedColumns, ...]
    plan: Plan
    coders: Sequence[TextCoder]
    n_workers: int
    keep_formulas: bool

    def check(self) -> list[str]:
        """Return in words how the file was understood."""
        tasks = f'tasks in "{self.texts.tasks}"' if self.texts.tasks else "no tasks"
        models = [f"{one.classification} (model {one.model_id})" for one in self.coders]
        lines = [
            f"{self.source}: {self.route.understood}, {len(self.route.columns)} columns; "
            f'job titles in "{self.texts.title}", {tasks}',
            f"coding to {' and '.join(models)}",
        ]
        names = [name for one in self.added for name in one.names()]
        n_moved = sum(name.startswith("occoder_") for name in names)
        if n_moved:
            lines.append(
                f"{n_moved} added columns begin with occoder_: their names are taken"
            )
        return lines

    def run(self, progress: Progress | None = None) -> Summary:
        """Code the file and write the output, whole or not at all.

        Parameters
        ----------
        progress : callable, optional
            Called with how far reading is and the size, if known, after each batch.

        Raises
        ------
        UnreadableFile
            If the input turns out to be damaged.
        UnwritableFile
            If the system refuses to write.
        WorkerDied
            If a coding process ends from outside.
        """
        started = time.perf_counter()
        counts: Counts = Counter()
        pieces = self.route.pieces(
            self.plan, self.coders, self.texts, self.added, n_workers=self.n_workers
        )
        sink = self.route.sink(self.target, keep_formulas=self.keep_formulas)
        with closing(self.route), closing(pieces), sink as writer:
            for piece, happened in pieces:
                writer.write(piece)
                counts.update(happened)
                if progress is not None:
                    progress(self.route.position(), self.route.size)
            counts.update(writer.counts)
        seconds = time.perf_counter() - started
        return summary_of(
            counts,
            self.coders,
            source=str(self.source),
            target=str(self.target),
            seconds=seconds,
        )


def open_run(source: str, target: str, options: Options, *, load: Load) -> FileRun:
    """Open and check a file, load the coders, and return what is ready to run.

    Parameters
    ----------
    source, target : str
        Paths, or ``-`` for a pipe.
    options : Options
        How to code.
    load : Load
        Gives the coder of a topic, such as `occoder.load`. Coding processes call it too.

    Raises
    ------
    NoSuchFile, UnreadableFile, UnknownFormat, UnknownColumn, AmbiguousColumn
        If the input can't be coded as it is.
    UnwritableFile
        If the output is the input.
    InputError
        If a level doesn't exist, or a model has no thresholds for the stated error.
    """
    read = place_of(source, stated=options.input_format)
    written = place_of(target, stated=options.output_format)
    _check_apart(read, written)
    with ExitStack() as undo:
        route = open_route(read, written)
        undo.callback(route.close)
        texts = route.texts(title=options.title, tasks=options.tasks)
        coders = [load(topic) for topic in options.topics]
        run = FileRun(
            source=read,
            target=written,
            route=route,
            texts=texts,
            added=added_columns(
                route.columns,
                options.topics,
                n_suggestions=options.n_suggestions,
                explain=options.explain,
            ),
            plan=_plan(options, coders, load),
            coders=coders,
            n_workers=options.n_workers or _n_workers(read, route.size),
            keep_formulas=options.keep_formulas,
        )
        undo.pop_all()
    return run


def _plan(options: Options, coders: Sequence[TextCoder], load: Load) -> Plan:
    return Plan(
        load=load,
        models=tuple((coder.topic, coder.model_id) for coder in coders),
        thresholds=tuple(_thresholds(coder, options) for coder in coders),
        n_suggestions=options.n_suggestions,
        suggestion_levels=tuple(
            options.level or len(one.classification.levels) for one in coders
        ),
        nfd=options.nfd,
        explain=options.explain,
    )


def _thresholds(coder: TextCoder, options: Options) -> tuple[float, ...]:
    n_levels = len(coder.classification.levels)
    deepest = options.level or n_levels
    if not 1 <= deepest <= n_levels:
        found = f"{coder.classification} has levels 1 to {n_levels}"
        raise InputError(f"There is no level {deepest}: {found}.")
    thresholds = coder.thresholds
    if options.max_error is not None:
        thresholds = coder.thresholds_for(options.max_error)
    elif options.threshold is not None:
        thresholds = (options.threshold,) * n_levels
    # No confidence reaches infinity: the levels below are never given.
    return (*thresholds[:deepest], *(inf,) * (n_levels - deepest))


def _check_apart(source: Place, target: Place) -> None:
    if source.path and target.path and source.path.exists() and target.path.exists():
        if source.path.samefile(target.path):
            raise UnwritableFile(target=str(target), problem="it is the input")


def _n_workers(source: Place, size: int | None) -> int:
    many = _MANY_BYTES if source.format.is_text else _MANY_ROWS
    if size is None or size < many:
        return 1
    return n_cores()
