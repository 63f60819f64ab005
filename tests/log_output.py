"""The log of this process, caught for a test and set back afterwards."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from occoder.telemetry.logs import configure

NOW = 1_750_000_000.0625
NOW_TOLD = "2025-06-15T15:06:40.062Z"

Entry = dict[str, Any]


class LogOutput(io.StringIO):
    """A stream that tells the lines written to it."""

    @property
    def entries(self) -> list[Entry]:
        """Return what was logged as JSON."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@contextmanager
def caught_log(
    log_format: str = "json", clock: Callable[[], float] = lambda: NOW
) -> Iterator[LogOutput]:
    """Yield what is logged from now on, libraries included."""
    root = logging.getLogger()
    handlers, level, showing = root.handlers[:], root.level, warnings.showwarning
    output = LogOutput()
    configure(log_format, output, clock)
    try:
        yield output
    finally:
        configure("json")
        root.handlers[:], warnings.showwarning = handlers, showing
        root.setLevel(level)
