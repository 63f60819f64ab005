"""Spreading batches over coding processes, and taking the results back in order."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from typing import Any, Protocol, TypeVar

from occoder.errors import WorkerDied
from occoder.files.answers import Plan, TextCoder
from occoder.processes import end_with_parent, interrupts_held

Key = TypeVar("Key")
Given = TypeVar("Given")
Done = TypeVar("Done")
Given_contra = TypeVar("Given_contra", contravariant=True)
Done_co = TypeVar("Done_co", covariant=True)


class Work(Protocol[Given_contra, Done_co]):
    """What is done with each batch; can be sent to another process."""

    @property
    def plan(self) -> Plan:
        """How to code, and how a process gets its coders."""
        ...

    def bind(self, coders: Sequence[TextCoder]) -> Callable[[Given_contra], Done_co]:
        """Return the function for one batch."""
        ...


def spread(
    work: Work[Given, Done],
    coders: Sequence[TextCoder],
    batches: Iterable[tuple[Key, Given]],
    *,
    n_workers: int,
) -> Iterator[tuple[Key, Done]]:
    """Yield the result of every batch, in order, beside its key.

    Parameters
    ----------
    work : Work
        What is done with each batch.
    coders : sequence of TextCoder
        Used in this process; others load their own.
    batches : iterable of (key, batch)
        Only the batch is sent; the key waits here. At most two batches a worker are
        under way, so memory doesn't grow with their number.
    n_workers : int
        1 codes in this process; more start as many others.

    Raises
    ------
    WorkerDied
        If a process ends from outside.
    """
    if n_workers == 1:
        code = work.bind(coders)
        yield from ((key, code(batch)) for key, batch in batches)
        return
    with ProcessPoolExecutor(
        n_workers, _context(), initializer=_start, initargs=(work,)
    ) as executor:
        try:
            yield from _in_order(executor, batches, n_under_way=2 * n_workers)
        except BrokenProcessPool as error:
            raise WorkerDied(n_workers=n_workers) from error
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Return how processes start: sharing the memory of what all import, where possible."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["occoder.coder.coder", "occoder.files.json_lines"])
    return context


def _in_order(
    executor: Executor, batches: Iterable[tuple[Key, Given]], *, n_under_way: int
) -> Iterator[tuple[Key, Any]]:
    waiting: deque[tuple[Key, Future[Any]]] = deque()
    for key, batch in batches:
        with interrupts_held():
            waiting.append((key, executor.submit(_code, batch)))
        if len(waiting) >= n_under_way:
            first, future = waiting.popleft()
            yield first, future.result()
    for key, future in waiting:
        yield key, future.result()


# What follows runs in the coding processes. The function for a batch is bound once in
# each, since loading a model for every batch would take longer than coding it.
_bound: list[Callable[[Any], Any]] = []


def _start(work: Work[Any, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    end_with_parent()
    plan = work.plan
    _bound.append(work.bind([plan.load(topic, model_id=one) for topic, one in plan.models]))


def _code(batch: Any) -> Any:
    return _bound[0](batch)
