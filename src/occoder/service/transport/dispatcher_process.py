"""The dispatcher beside the processes that answer, in a process of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Final

from occoder.settings.settings import Settings
from occoder.telemetry.logs import log

_LOOK_EVERY_S: Final = 0.5
_BEFORE_ANOTHER_S: Final = 2.0


@contextmanager
def dispatcher_beside(settings: Settings) -> Iterator[None]:
    """Let a dispatcher run for as long as the context lasts, where the settings ask for it.

    It reads the environment of this process. One that ends is replaced by another.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    """
    if not settings.dispatcher:
        yield
        return
    keeper = _Keeper(settings.stop_timeout_s)
    try:
        yield
    finally:
        keeper.stop()


class _Keeper:
    """Starts the process, and another in place of one that ends."""

    def __init__(self, stop_timeout_s: float) -> None:
        self._stop_timeout_s = stop_timeout_s
        self._is_over = threading.Event()
        self._process = _started()
        self._thread = threading.Thread(target=self._keep, name="dispatcher")
        self._thread.start()

    def stop(self) -> None:
        """Let it give back what is under way, and end it."""
        self._is_over.set()
        self._thread.join()
        self._process.terminate()
        self._process.join(self._stop_timeout_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _keep(self) -> None:
        while not self._is_over.wait(_LOOK_EVERY_S):
            if not self._process.is_alive():
                why = f"exit {self._process.exitcode}"
                log.warning("dispatcher_replaced", pid=self._process.pid or 0, why=why)
                if not self._is_over.wait(_BEFORE_ANOTHER_S):
                    self._process = _started()


def _dispatch() -> None:
    # Here and not above: the process that starts this one need not load what codes.
    from occoder.batch.dispatch.main import dispatch_from_environ

    dispatch_from_environ()


def _started() -> BaseProcess:
    process = get_context("spawn").Process(target=_dispatch, name="dispatcher")
    process.start()
    return process
