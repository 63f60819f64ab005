"""Processes of this machine: how many there can be, and that none outlives its parent."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection, parent_process


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def end_with_parent() -> None:
    """Let this process end as soon as its parent is gone, killed perhaps."""
    when_parent_ends(lambda: os._exit(1))


def when_parent_ends(act: Callable[[], object]) -> None:
    """Act, in a thread, when the process is gone that started this one.

    Parameters
    ----------
    act : callable
        Never called in a process that multiprocessing did not start.
    """
    threading.Thread(target=_wait, args=(act,), daemon=True).start()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C for this process: one started meanwhile never gets it, on POSIX."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait(act: Callable[[], object]) -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        act()
