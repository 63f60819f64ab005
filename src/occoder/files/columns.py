"""Which input columns hold the texts, and what the added columns are called."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from occoder.errors import AmbiguousColumn, InputError, UnknownColumn

# Names in the order of trust: the API's own name, then clear ones, then one that may
# mean a form of address or a column that an earlier run added.
TITLE_NAMES: Final[tuple[frozenset[str], ...]] = (
    frozenset({"occp_text"}),
    frozenset({"job_title", "jobtitle", "job", "job_text", "job_name"})
    | {"main_job", "main_job_title", "occupation", "occupation_title", "occupation_text"}
    | {"position", "position_title", "role"},
    frozenset({"title"}),
)
TASKS_NAMES: Final[tuple[frozenset[str], ...]] = (
    frozenset({"tasks_text"}),
    frozenset({"tasks", "main_tasks", "job_tasks", "task", "tasks_duties"})
    | {"duties", "main_duties", "job_duties", "duty", "job_description"}
    | {"tasks_and_duties", "tasks_or_duties"},
)


@dataclass(frozen=True, slots=True)
class TextColumns:
    """The input columns that are read; the rest is only passed on.

    Parameters
    ----------
    title : str
        The column of job titles.
    tasks : str or None
        The column of tasks; None where there is none.
    """

    title: str
    tasks: str | None


@dataclass(frozen=True, slots=True)
class AddedColumns:
    """Names of the columns that one topic adds, in the order of the output.

    Parameters
    ----------
    code, title, level, confidence, status, reason : str
        The answer.
    suggestions : tuple of tuples (code, title, confidence)
        One for each rank.
    model_id, classification : str
        Where the answer comes from.
    explanation : str or None
        None when no explanation is wanted.
    """

    code: str
    title: str
    level: str
    confidence: str
    status: str
    reason: str
    suggestions: tuple[tuple[str, str, str], ...]
    model_id: str
    classification: str
    explanation: str | None

    def names(self) -> tuple[str, ...]:
        """Return all names, in the order of the output."""
        answer = (self.code, self.title, self.level, self.confidence)
        ranked = tuple(name for suggestion in self.suggestions for name in suggestion)
        origin = (self.model_id, self.classification)
        last = (self.explanation,) if self.explanation else ()
        return (*answer, self.status, self.reason, *ranked, *origin, *last)


def text_columns(
    columns: Sequence[str], *, title: str | None = None, tasks: str | None = None
) -> TextColumns:
    """Return the columns that hold the texts, as named or by their usual names.

    Parameters
    ----------
    columns : sequence of str
        All columns of the input.
    title, tasks : str, optional
        Names given by the user. An empty name for tasks means that there are none.

    Raises
    ------
    UnknownColumn
        If a named column is not there, or no column has a usual name for job titles.
    AmbiguousColumn
        If several columns have a usual name.

    Examples
    --------
    >>> text_columns(["id", "Job Title", "duties"])
    TextColumns(title='Job Title', tasks='duties')
    """
    title = _chosen(columns, title, TITLE_NAMES, "title")
    if title is None:
        raise UnknownColumn(option="title", wanted=None, columns=columns)
    found = None if tasks == "" else _chosen(columns, tasks, TASKS_NAMES, "tasks")
    if found == title:
        raise InputError(f'Column "{title}" can\'t hold both the job titles and the tasks.')
    return TextColumns(title, found)


def added_columns(
    columns: Iterable[str], topics: Sequence[str], *, n_suggestions: int, explain: bool
) -> tuple[AddedColumns, ...]:
    """Return the names of the columns that each topic adds.

    Two topics or more put their own name in front. A name that the input already has
    gets ``occoder_`` in front, then a number behind if that is taken too.

    Examples
    --------
    >>> added_columns(["job", "code"], ["osca"], n_suggestions=0, explain=False)[0].code
    'occoder_code'
    """
    taken = set(columns)

    def name(topic: str, plain: str) -> str:
        wanted = f"{topic}_{plain}" if len(topics) > 1 else plain
        tries = [wanted, f"occoder_{wanted}"]
        tries += [f"occoder_{wanted}_{n}" for n in range(2, len(taken) + 3)]
        free = next(one for one in tries if one not in taken)
        taken.add(free)
        return free

    return tuple(_added(topic, name, n_suggestions, explain) for topic in topics)


def _added(
    topic: str, name: Callable[[str, str], str], n_suggestions: int, explain: bool
) -> AddedColumns:
    def suggestion(rank: int) -> tuple[str, str, str]:
        start = f"suggestion_{rank}"
        code, title = name(topic, f"{start}_code"), name(topic, f"{start}_title")
        return code, title, name(topic, f"{start}_confidence")

    return AddedColumns(
        code=name(topic, "code"),
        title=name(topic, "title"),
        level=name(topic, "level"),
        confidence=name(topic, "confidence"),
        status=name(topic, "status"),
        reason=name(topic, "reason"),
        suggestions=tuple(suggestion(rank) for rank in range(1, n_suggestions + 1)),
        model_id=name(topic, "model_id"),
        classification=name(topic, "classification"),
        explanation=name(topic, "explanation") if explain else None,
    )


def _chosen(
    columns: Sequence[str], wanted: str | None, usual: Sequence[frozenset[str]], option: str
) -> str | None:
    if wanted is not None:
        if wanted not in columns:
            raise UnknownColumn(option=option, wanted=wanted, columns=columns)
        return wanted
    for names in usual:
        found = [column for column in columns if _folded(column) in names]
        if len(found) > 1:
            raise AmbiguousColumn(option=option, candidates=found)
        if found:
            return found[0]
    return None


def _folded(name: str) -> str:
    return re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")
