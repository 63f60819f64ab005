"""Dispatchers as operators run them: `occoder dispatch` in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from batch_place import BatchPlace
from served_process import processes_of
from short_link import short_link

from occoder.batch.operation import Operation, Store
from occoder.settings.settings import Settings
from occoder.settings.settings_environ import to_environ

PATIENCE_S = 120
_OCCODER = [sys.executable, "-c", "from occoder.cli.main import main; main()"]


class Dispatching:
    """A dispatcher.

    Parameters
    ----------
    settings : Settings
        What it works with.
    folder : Path
        Where it writes what it says.
    environ : mapping, optional
        Further variables.
    """

    def __init__(
        self, settings: Settings, folder: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._stack = ExitStack()
        self._environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(self._stack.enter_context(short_link(folder))),
            **to_environ(settings),
            **(environ or {}),
        }
        self._log = folder / "dispatcher.log"

    def __enter__(self) -> Self:
        """Start it."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*_OCCODER, "dispatch"],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it in good order, if it still runs."""
        self.stop()
        self._stack.close()

    def stop(self) -> int:
        """Stop it in good order and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End it at once, as a machine that loses its power does."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def others(self) -> list[int]:
        """Return the processes that it started."""
        return processes_of(self.process.pid)[1:]

    def said(self) -> str:
        """Return what it wrote."""
        return self._log.read_text(encoding="utf-8")


def wait_until(is_so: Callable[[], bool], *, every_s: float = 0.01) -> None:
    """Wait until something is so.

    Raises
    ------
    AssertionError
        If it takes too long.
    """
    stop = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < stop, "it takes too long"
        time.sleep(every_s)


def wait_for_end(place: BatchPlace, operation: Operation) -> Operation:
    """Wait until an operation has ended, and return it."""
    wait_until(lambda: place.now(operation).finished_at > 0, every_s=0.05)
    return place.now(operation)


def output(place: BatchPlace, operation: Operation) -> bytes:
    """Return the whole output of a complete operation, opened and put together."""
    sealed = place.batches.sealed(place.now(operation), Store.EGRESS)
    names = sorted(name for name in place.stored(Store.EGRESS) if "/part-" in name)
    own = [name for name in names if name.startswith(operation.operation_id)]
    return b"".join(b"".join(sealed.read(name)) for name in own)
