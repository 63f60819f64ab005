"""The log: one line an event, of names and numbers, as JSON or for a person to read.

Whoever logs names an event and gives facts by known keys. Nothing else gets through, so
that no text of a respondent can, whatever goes wrong.
"""

import asyncio
import json
import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable, MutableMapping
from typing import Any, Final, TextIO

import msgspec
import structlog

from occoder.telemetry.library_log import LibraryLog
from occoder.telemetry.logged_error import error_facts, place
from occoder.wire.ascii_json import ascii_json

# A key that is not here is dropped with its value.
KNOWN_KEYS: Final = frozenset(
    {
        *("request_id", "client", "tier", "address", "route", "method", "status"),
        *("ms", "n", "n_records", "topic", "model", "version", "reason", "why"),
        *("error", "causes", "frames", "logger", "where", "text", "pid", "port"),
        *("operation", "step", "chunk", "store", "n_bytes"),
    }
)
UNNAMED: Final = "unnamed"

# Lines of requests are written together: a line at a time would cost more than coding.
_HOLD_S: Final = 0.2
_MAX_HELD: Final = 200

_OF_LIBRARIES: Final = KNOWN_KEYS | {"exc_info"}

Entry = dict[str, Any]
Renderer = Callable[[Entry], str]


class _Output:
    """Where lines go, and what they look like."""

    def __init__(self) -> None:
        self.stream: TextIO | None = None
        self.render: Renderer = _json
        self.stamp: Callable[[], str] = _Stamp(time.time)
        self._held: list[str] = []
        self._due_in: asyncio.AbstractEventLoop | None = None

    def put(self, level: str, event: str, facts: Entry) -> None:
        """Write a line; one that can't be written is lost without harm."""
        self.hold(level, event, facts)
        self.write()

    def hold(self, level: str, event: str, facts: Entry) -> None:
        """Keep a line until the next `write`."""
        entry = {"at": self.stamp(), "level": level, "event": event, **facts}
        self._held.append(self.render(entry))

    def write_soon(self) -> None:
        """Write the lines that are kept, a moment later where an event loop runs."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.write()
            return
        if len(self._held) >= _MAX_HELD:
            self.write()
        elif self._due_in is not loop:
            self._due_in = loop
            loop.call_later(_HOLD_S, self.write)

    def write(self) -> None:
        """Write the lines that are kept, together."""
        self._due_in = None
        if not self._held:
            return
        lines = "\n".join([*self._held, ""])
        self._held.clear()
        stream = self.stream or sys.stderr
        try:
            stream.write(lines)
            stream.flush()
        except (OSError, ValueError):
            return

    def debug(self, **entry: Any) -> None:
        self.put("debug", entry.pop("event"), entry)

    def info(self, **entry: Any) -> None:
        self.put("info", entry.pop("event"), entry)

    def warning(self, **entry: Any) -> None:
        self.put("warning", entry.pop("event"), entry)

    def error(self, **entry: Any) -> None:
        self.put("error", entry.pop("event"), entry)

    def critical(self, **entry: Any) -> None:
        self.put("critical", entry.pop("event"), entry)


class _Stamp:
    """The time in ISO 8601; the seconds are written anew only when they change."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._of_second = (-1, "")

    def __call__(self) -> str:
        now = self._clock()
        second, text = self._of_second
        if second != int(now):
            second, text = int(now), time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
            self._of_second = (second, text)
        return f"{text}.{int((now - second) * 1000):03d}Z"


def _json(entry: Entry) -> str:
    try:
        return ascii_json(msgspec.json.encode(entry, enc_hook=_type_name)).decode("ascii")
    except UnicodeEncodeError:  # a surrogate alone, which only the other encoder takes
        return json.dumps(entry, default=_type_name)


def _type_name(value: object) -> str:
    """Return what is told of a value that is no name and no number."""
    return type(value).__name__


def _only_known(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> Entry:
    """Drop what is not known by its key, and an event that is a sentence."""
    event = entry["event"]
    known = {key: value for key, value in entry.items() if key in KNOWN_KEYS}
    is_name = isinstance(event, str) and event.isidentifier()
    return {"event": event if is_name else UNNAMED, **known}


def _without_message(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put type and frames in place of an error."""
    error = entry.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    elif error and not isinstance(error, BaseException):
        error = sys.exception()
    if error:
        entry.update(error_facts(error))
    return entry


_output: Final = _Output()

log: Final[structlog.typing.FilteringBoundLogger] = structlog.wrap_logger(
    _output,
    processors=[_without_message, _only_known],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
).bind()


def log_request(
    *, request_id: str, client: str, route: str, status: int, ms: float, n_records: int
) -> None:
    """Write the line of a request that was answered, together with others a moment later.

    Parameters
    ----------
    request_id : str
        As the client got it.
    client : str
        Its id; "" when nobody is known.
    route : str
        Template of the path, never the path.
    status : int
        Of the answer.
    ms : float
        How long it took.
    n_records : int
        How many records were coded.
    """
    # Past the processors: all keys are known, and this runs with every request.
    _output.hold(
        "info",
        "request",
        {
            "request_id": request_id,
            "client": client,
            "route": route,
            "status": status,
            "ms": ms,
            "n_records": n_records,
        },
    )
    _output.write_soon()


def flush() -> None:
    """Write the lines of requests that wait to be written together."""
    _output.write()


def write_to(stream: TextIO | None) -> None:
    """Let the lines go to a stream; None is standard error."""
    _output.stream = stream


def configure(
    log_format: str, stream: TextIO | None = None, clock: Callable[[], float] = time.time
) -> None:
    """Set up the log of this process, that of libraries included.

    Parameters
    ----------
    log_format : str
        "json", "console", or "auto": readable on a terminal, else JSON.
    stream : TextIO, optional
        Where lines go; by default standard error.
    clock : callable
        Seconds since 1970.
    """
    out = stream or sys.stderr
    is_console = log_format == "console" or (log_format == "auto" and out.isatty())
    write_to(stream)
    _output.render = _console(has_colours=out.isatty()) if is_console else _json
    _output.stamp = _Stamp(clock)
    _take_over_libraries()


def take_over_hooks() -> None:
    """Let errors that nobody catches be logged as others are, without what they say."""
    sys.excepthook = lambda _kind, error, _frames: _uncaught(error)
    threading.excepthook = lambda args: _uncaught(args.exc_value)
    sys.unraisablehook = lambda args: _uncaught(args.exc_value)


def _uncaught(error: BaseException | None) -> None:
    log.error("uncaught", exc_info=error)


def _console(*, has_colours: bool) -> Renderer:
    render = structlog.dev.ConsoleRenderer(colors=has_colours, timestamp_key="at")
    return lambda entry: str(render(None, "", entry))


def _take_over_libraries() -> None:
    root = logging.getLogger()
    for one in [one for one in root.handlers if isinstance(one, LibraryLog)]:
        root.removeHandler(one)
    root.addHandler(LibraryLog(_tell))
    root.setLevel(logging.WARNING)
    for name in ("occoder", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.INFO)
    # Its lines hold paths; ours take their place.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False
    warnings.showwarning = _warned


def _tell(level: int, event: str, facts: Entry) -> None:
    known = {key: one for key, one in facts.items() if key in _OF_LIBRARIES}
    log.log(level, event, **known)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    log.warning("warned", error=category.__name__, where=place(filename, lineno))
