"""The coded records to measure on, read from a folder that is not part of occoder."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder
from occoder.evaluation.checked import Checked, check
from occoder.evaluation.evaluate import Gold
from occoder.evaluation.truth import truth_by_level
from occoder.training.gold import corpus_records, gold_set
from occoder.training.record_file import RecordColumns
from occoder.training.records import CodedRecords, read_records

SURVEY: Final = "survey answers"
TITLES: Final = "index titles"
TITLES_WITH_TASKS: Final = "index titles with tasks"

# By topic: the name of each set, its file, and the column of its codes.
FILES: Final = {
    "osca": {
        SURVEY: ("survey_answers.csv", "osca"),
        TITLES: ("osca_index.csv", "code"),
        TITLES_WITH_TASKS: ("osca_index_with_tasks.csv", "code"),
    },
    "anzsco": {
        SURVEY: ("survey_answers.csv", "anzsco"),
        TITLES: ("anzsco_index.csv", "code"),
    },
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The answers of a coder for one set, beside the truth.

    Parameters
    ----------
    coded : CodedBatch
        The answers.
    checked : Checked
        The same against the truth.
    keys : sequence of str, length n_records
        Normal forms of the texts.
    """

    coded: CodedBatch
    checked: Checked
    keys: list[str]


def read_sets(folder: Path, topic: str, classification: Classification) -> dict[str, Gold]:
    """Return the sets of a topic by name, with what of them is in the bundled texts."""
    trained_on = corpus_records(topic, classification)
    return {
        name: _read(folder / file, column, classification, trained_on)
        for name, (file, column) in FILES[topic].items()
    }


def paths_of(folder: Path, topics: Iterable[str]) -> list[Path]:
    """Return the files that the sets of these topics are in."""
    names = {file for topic in topics for file, _ in FILES[topic].values()}
    return [folder / name for name in sorted(names)]


def measure(coder: Coder, gold: Gold, *, n_ranked: int = 5) -> Measured:
    """Code a set and set the answers beside the truth."""
    coded = coder.code_texts(gold.titles, gold.tasks, n_ranked=n_ranked)
    truth = truth_by_level(gold.codes, coder.classification)
    return Measured(coded, check(coded, truth), list(gold.keys))


def some(checked: Checked, which: NDArray[np.bool_]) -> Checked:
    """Return some of the records."""
    return Checked(checked.truth[which], checked.ranked[which], checked.confidences[which])


def _read(
    path: Path, column: str, classification: Classification, trained_on: CodedRecords
) -> Gold:
    columns = RecordColumns(title="occp_text", tasks="tasks_text", code=column)
    records = read_records(path, classification, columns, keep_contradictions=True)
    return gold_set(records, trained_on, name=path.name, sha256="")
