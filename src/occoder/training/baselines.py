"""The baselines of an evaluation: what simpler ways would have answered."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.training.flat import flat_svm
from occoder.training.gold import exact_match
from occoder.training.records import CodedRecords


def baselines(
    records: CodedRecords,
    trained_on: CodedRecords | None,
    classification: Classification,
    *,
    flat: bool,
    progress: Callable[[str, float], None],
) -> dict[str, NDArray[np.int32]]:
    """Return the answers of the baselines.

    Parameters
    ----------
    records : CodedRecords
        What is evaluated on.
    trained_on : CodedRecords or None
        The training texts; without them there are no baselines.
    classification : Classification
        What the codes belong to.
    flat : bool
        Whether to fit a flat SVM, which takes minutes.
    progress : callable
        Called with a stage and the part of it that is done, in [0, 1].

    Returns
    -------
    dict of str to int32 array, shape (n_records,)
        Name of each baseline, and the positions of its answers; -1 for none.
    """
    if trained_on is None:
        return {}
    found = exact_match(records, trained_on, classification)
    if flat:
        found["Flat SVM"] = flat_svm(
            trained_on,
            records.titles,
            records.tasks,
            classification,
            progress=lambda done: progress("fitting the flat SVM", done),
        )
    return found
