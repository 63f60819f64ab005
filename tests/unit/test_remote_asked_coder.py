"""What takes the place of a coder."""

from collections.abc import Sequence

import pytest
from remote_runs import model

from occoder.coder.coded import CodedBatch
from occoder.errors import NoPromise
from occoder.remote.asked_coder import AskedCoder, is_to_be_coded, nothing_coded
from occoder.remote.categories import classification_of

OSCA = classification_of("osca", model())


def coder() -> AskedCoder:
    """Return one that gives no code to anything."""
    return AskedCoder("osca", "m", OSCA, lambda titles, tasks, n: nothing_coded(2, 5, n))


def test_tasks_may_be_missing() -> None:
    """Titles alone are asked for with blank tasks."""
    asked = []

    def answer(titles: Sequence[str], tasks: Sequence[str], n_ranked: int) -> CodedBatch:
        asked.append((list(titles), list(tasks)))
        return nothing_coded(2, 5, n_ranked)

    AskedCoder("osca", "m", OSCA, answer).code_texts(["a", "b"])

    assert [(["a", "b"], ["", ""])] == asked


def test_nothing_is_promised() -> None:
    """No threshold is applied here, and no error promised or answer explained."""
    with pytest.raises(NoPromise):
        coder().thresholds_for(0.05)
    assert (0.0,) * 5 == coder().thresholds
    assert "" == coder().explain("nurse", "")


def test_nothing_coded_has_the_shape() -> None:
    """Rows without codes have all that rows with codes have."""
    coded = coder().code_texts(["a", "b"], n_ranked=2)

    assert (2, 5, 2) == coded.ranked.shape == coded.ranked_confidence.shape
    assert [-1, -1] == coded.category.tolist()


@pytest.mark.parametrize(
    ("title", "tasks", "is_so"), [("", "", False), ("ab", "", False), ("a", "bc", True)]
)
def test_three_characters_are_coded(title: str, tasks: str, is_so: bool) -> None:
    """Three characters over both fields are enough."""
    assert is_so == is_to_be_coded(title, tasks)
