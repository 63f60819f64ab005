"""Coded records as a gold set: what of it was seen in training, and what look-up gives."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from occoder.classification.classification import Classification
from occoder.evaluation.baselines import look_up, majority_index
from occoder.evaluation.evaluate import Gold
from occoder.training.corpus import corpus_rows
from occoder.training.record_file import RecordRow
from occoder.training.records import CodedRecords, check_records
from occoder.training.split import normal_form


def gold_set(
    records: CodedRecords, trained_on: CodedRecords | None, *, name: str, sha256: str
) -> Gold:
    """Return coded records as a gold set.

    Parameters
    ----------
    records : CodedRecords
        What to evaluate on, contradictions kept.
    trained_on : CodedRecords or None
        The training texts; None when they are not at hand.
    name, sha256 : str
        Of the file that the records come from.

    Returns
    -------
    Gold
        A record is seen when its title, as a normal form, is the title of a training
        text; one without a title is seen when its tasks are those of one.
    """
    seen = None if trained_on is None else _seen(_what_counts(records), trained_on)
    return Gold(
        name=name,
        sha256=sha256,
        titles=records.titles,
        tasks=records.tasks,
        codes=records.codes,
        keys=records.keys(),
        seen=seen,
        faults=records.fault_counts(),
    )


def exact_match(
    records: CodedRecords, trained_on: CodedRecords, classification: Classification
) -> dict[str, NDArray[np.int32]]:
    """Return the categories that looking records up in the training texts gives.

    Parameters
    ----------
    records : CodedRecords
        What to code.
    trained_on : CodedRecords
        The training texts.
    classification : Classification
        What the codes belong to.

    Returns
    -------
    dict of str to int32 array, shape (n_records,)
        One baseline, "Exact match": the category that most training texts with the same
        title and tasks have, else most with the same title and no tasks; -1 where there
        is neither.
    """
    positions = [classification.position(code) for code in trained_on.codes]
    index = majority_index(trained_on.keys(), positions)
    titles = [normal_form(title) for title in records.titles]
    return {"Exact match": look_up(index, records.keys(), titles)}


def corpus_records(topic: str, classification: Classification) -> CodedRecords:
    """Return the texts that the bundled models are trained on.

    Parameters
    ----------
    topic : str
        "osca" or "anzsco".
    classification : Classification
        That of the topic.

    Returns
    -------
    CodedRecords
        Without the texts that have no code in this classification.
    """
    return check_records(corpus_record_rows(topic), classification, source="the corpus")


def corpus_record_rows(topic: str) -> Iterator[RecordRow]:
    """Yield the bundled texts that have a code of a topic."""
    for _, line, row in corpus_rows():
        if row[topic]:
            yield RecordRow(line, row["occp_text"], row["tasks_text"], row[topic])


def _seen(texts: Sequence[str], trained_on: CodedRecords) -> NDArray[np.bool_]:
    known = set(_what_counts(trained_on))
    return np.array([text in known for text in texts])


def _what_counts(records: CodedRecords) -> list[str]:
    """Return the normal form of each title, or of the tasks where there is no title."""
    pairs = zip(records.titles, records.tasks, strict=True)
    return [normal_form(title, "" if title else tasks) for title, tasks in pairs]
