"""Texts in, answers out: the part of coding a file that is the same for every format.

Runs in the coding processes, so it imports nothing that reads or writes tables.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.text import PreparedTexts, may_name_several_jobs, prepare_all
from occoder.files.outcome import OUTCOMES, outcome_of

# What happened how often: ("rows",), ("error", "invalid JSON"), ("coded", "osca", "5"), ...
Counts: TypeAlias = Counter[tuple[str, ...]]

STEPS: Final = 10_000  # a confidence is written with 4 decimals
NONE: Final = -1


class TextCoder(Protocol):
    """What coding a file asks of a coder; `occoder.load` gives one."""

    @property
    def topic(self) -> str:
        """The topic, such as "osca"."""
        ...

    @property
    def model_id(self) -> str:
        """The id of the model."""
        ...

    @property
    def classification(self) -> Classification:
        """The classification that is coded to."""
        ...

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The lowest confidence accepted at each level, broadest first."""
        ...

    def code_texts(
        self,
        titles: Sequence[str],
        tasks: Sequence[str] | None = None,
        *,
        n_ranked: int = 3,
        thresholds: Sequence[float] | None = None,
    ) -> CodedBatch:
        """Return the answers for these texts, in order."""
        ...

    def thresholds_for(self, max_error: float) -> tuple[float, ...]:
        """Return the thresholds that keep this error, or raise an InputError."""
        ...

    def explain(self, title: str, tasks: str) -> object:
        """Return what spoke for the answer; its ``str`` is one line."""
        ...


class Load(Protocol):
    """Gives the coder of a topic; a function of a module, so that it can be sent."""

    def __call__(self, topic: str, *, model_id: str | None = None) -> TextCoder:
        """Return the coder with this model, or with the newest."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How texts are to be coded; small enough to be sent to every process.

    Parameters
    ----------
    load : Load
        Gives the coder of a topic.
    models : tuple of tuples (topic, model id)
        One or more; each answers every row.
    thresholds : tuple of tuples of float, shape (n_models, n_levels)
        Lowest confidence accepted at each level, broadest first.
    n_suggestions : int
        0 to 16.
    suggestion_levels : tuple of int, shape (n_models,)
        Number of the level that suggestions are given at.
    nfd : bool
        Whether a group's code is written as its supplementary nfd code.
    explain : bool
        Whether an explanation is written.
    """

    load: Load
    models: tuple[tuple[str, str], ...]
    thresholds: tuple[tuple[float, ...], ...]
    n_suggestions: int
    suggestion_levels: tuple[int, ...]
    nfd: bool
    explain: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """One topic's answers for n rows, ready to be written; -1 stands for none.

    Parameters
    ----------
    category : int32 array, shape (n_rows,)
        Position in the classification.
    confidence : int32 array, shape (n_rows,)
        In ten-thousandths, 0 to 10,000.
    outcome : uint8 array, shape (n_rows,)
        Position in ``OUTCOMES``.
    suggested, suggested_confidence : int32 arrays, shape (n_rows, n_suggestions)
        Best first, in the same units.
    explanations : list of str or None, length n_rows, or None
        None when not wanted.
    """

    category: NDArray[np.int32]
    confidence: NDArray[np.int32]
    outcome: NDArray[np.uint8]
    suggested: NDArray[np.int32]
    suggested_confidence: NDArray[np.int32]
    explanations: list[str | None] | None


@dataclass(frozen=True, slots=True)
class CodedRows:
    """Every topic's answers for the same rows.

    Parameters
    ----------
    answers : tuple of Answers
        In the order of the models.
    empty : list of int
        Positions of the rows without any text.
    counts : Counts
        What happened to these rows.
    """

    answers: tuple[Answers, ...]
    empty: list[int]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Rows:
    """The texts of some rows, as typed.

    Parameters
    ----------
    titles, tasks : list of str or None, length n_rows
        Tasks are None as a whole where the table has no such column.
    faults : mapping from row to outcome
        Rows that can't be coded, whatever their texts.
    """

    titles: list[str | None]
    tasks: list[str | None] | None
    faults: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CodeRows:
    """What is to be done with batches of rows; can be sent to another process."""

    plan: Plan

    def bind(self, coders: Sequence[TextCoder]) -> Callable[[Rows], CodedRows]:
        """Return the function that codes one batch with these coders."""
        return partial(code_rows, self.plan, coders)


def code_rows(plan: Plan, coders: Sequence[TextCoder], rows: Rows) -> CodedRows:
    """Return the answers of every coder for these rows; in the order of the models."""
    prepared = prepare_all(rows.titles, rows.tasks)
    refused = np.zeros(len(rows.titles), np.uint8)
    refused[prepared.empty] = outcome_of("empty")
    refused[prepared.too_short] = outcome_of("too short")
    refused[list(rows.faults)] = list(rows.faults.values())
    counts = _counts(prepared, rows.faults)
    answers = []
    for position, coder in enumerate(coders):
        answered = _answers(
            plan, position, coder, prepared, rows.tasks is not None, refused
        )
        counts.update(_tally(coder, answered))
        answers.append(answered)
    return CodedRows(tuple(answers), prepared.empty, counts)


def written_categories(
    classification: Classification, *, nfd: bool
) -> list[tuple[str, str, int]]:
    """Return code, title and level as they are written, for every category in order.

    With ``nfd``, a group that has a supplementary code is written with it.
    """
    return [
        (*((nfd and classification.nfd(one.code)) or (one.code, one.title)), one.level)
        for one in classification.categories
    ]


def _answers(
    plan: Plan,
    position: int,
    coder: TextCoder,
    prepared: PreparedTexts,
    has_tasks: bool,
    refused: NDArray[np.uint8],
) -> Answers:
    batch = coder.code_texts(
        prepared.titles,
        prepared.tasks if has_tasks else None,
        n_ranked=max(1, plan.n_suggestions),
        thresholds=plan.thresholds[position],
    )
    is_refused = refused > 0
    category = np.where(is_refused, NONE, batch.category).astype(np.int32)
    wanted = (slice(None), plan.suggestion_levels[position] - 1, slice(plan.n_suggestions))
    suggested = np.where(is_refused[:, None], NONE, batch.ranked[wanted]).astype(np.int32)
    return Answers(
        category=category,
        confidence=_in_steps(batch.confidence, category),
        outcome=np.where(is_refused, refused, batch.reason).astype(np.uint8),
        suggested=suggested,
        suggested_confidence=_in_steps(batch.ranked_confidence[wanted], suggested),
        explanations=_explanations(coder, prepared, is_refused) if plan.explain else None,
    )


def _in_steps(
    confidence: NDArray[np.float32], category: NDArray[np.int32]
) -> NDArray[np.int32]:
    steps = np.rint(confidence.astype(np.float64) * STEPS).astype(np.int32)
    return np.where(category == NONE, np.int32(NONE), steps)


def _explanations(
    coder: TextCoder, prepared: PreparedTexts, is_refused: NDArray[np.bool_]
) -> list[str | None]:
    texts = zip(prepared.titles, prepared.tasks, is_refused.tolist(), strict=True)
    return [None if no else str(coder.explain(title, tasks)) for title, tasks, no in texts]


def _counts(prepared: PreparedTexts, faults: Mapping[int, int]) -> Counts:
    counts: Counts = Counter()
    counts[("rows",)] = len(prepared.titles)
    counts[("empty",)] = len(set(prepared.empty) - faults.keys())
    counts[("too short",)] = len(set(prepared.too_short) - faults.keys())
    counts[("transliterated",)] = prepared.n_transliterated
    counts[("cut",)] = prepared.n_cut
    counts[("several jobs",)] = sum(map(may_name_several_jobs, prepared.titles))
    counts.update(("error", str(OUTCOMES[fault][1])) for fault in faults.values())
    return counts


def _tally(coder: TextCoder, answers: Answers) -> Counts:
    levels = np.array([0, *(one.level for one in coder.classification.categories)])
    by_level = np.bincount(levels[answers.category + 1]).tolist()
    by_outcome = np.bincount(answers.outcome, minlength=len(OUTCOMES)).tolist()
    counts: Counts = Counter()
    for level, n in enumerate(by_level[1:], start=1):
        counts[("coded", coder.topic, str(level))] = n
    for (status, reason), n in zip(OUTCOMES, by_outcome, strict=True):
        if status == "not coded":
            counts[(status, coder.topic, str(reason))] = n
    return counts
