"""Spreading batches over processes."""

import os
from collections.abc import Iterator

import pytest
from stand_in_coder import load_stand_in
from stand_in_work import Deadly, Failing, Telling

from occoder.errors import WorkerDied
from occoder.files.spread import spread


@pytest.mark.parametrize("n_workers", [1, 2])
def test_results_come_in_order(n_workers: int) -> None:
    """Every result stands beside its key, in order, from the model that was planned."""
    batches = ((f"key {n}", n) for n in range(20))
    coders = [load_stand_in("osca", model_id="told")]
    done = list(spread(Telling(), coders, batches, n_workers=n_workers))
    processes = {process for _, (_, _, process) in done}

    assert [f"key {n}" for n in range(20)] == [key for key, _ in done]
    assert [(n, "told") for n in range(20)] == [result[:2] for _, result in done]
    assert (os.getpid() in processes) == (n_workers == 1)


def test_few_batches_are_under_way() -> None:
    """Batches are read as they are needed, not ahead of all."""
    n_read = 0

    def batches() -> Iterator[tuple[None, int]]:
        nonlocal n_read
        for n in range(1000):
            n_read += 1
            yield None, n

    results = spread(Telling(), [], batches(), n_workers=2)
    next(results)
    results.close()

    assert n_read <= 5


def test_dead_process_is_told() -> None:
    """A process ended from outside gives one clear error."""
    with pytest.raises(WorkerDied) as caught:
        list(spread(Deadly(), [], ((None, n) for n in range(10)), n_workers=2))

    assert 2 == caught.value.n_workers


@pytest.mark.parametrize("n_workers", [1, 2])
def test_failures_pass_through(n_workers: int) -> None:
    """What goes wrong in a process is raised here."""
    with pytest.raises(ZeroDivisionError):
        list(spread(Failing(), [], [(None, 1)], n_workers=n_workers))
