"""What libraries log by the standard library, brought to names and numbers."""

import ast
import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from occoder.telemetry.logged_error import place

# An event of a library has no name of its own.
LIBRARY: Final = "library"

_OURS: Final = "occoder"
_MAX_SOURCES: Final = 100


class LibraryLog(logging.Handler):
    """Passes on what is logged, without any argument of it.

    Parameters
    ----------
    tell : callable
        Called with level, event, and what else is known.
    """

    def __init__(self, tell: Callable[[int, str, dict[str, Any]], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on."""
        facts: dict[str, Any] = {}
        if record.name.partition(".")[0] == _OURS:
            facts.update(vars(record))
        said = record.msg if isinstance(record.msg, str) else ""
        is_event = bool(facts) and said.isidentifier()
        if not is_event:
            facts["where"] = place(record.pathname, record.lineno, record.funcName)
            if said and said in literals(record.pathname):
                facts["text"] = said.strip()
        facts["logger"] = record.name
        facts["exc_info"] = record.exc_info
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        self._tell(level, said if is_event else LIBRARY, facts)


@lru_cache(_MAX_SOURCES)
def literals(path: str) -> frozenset[str]:
    """Return all texts that stand in a source file, letter by letter.

    A message that is none of them was put together while the program ran, perhaps from
    what a respondent wrote. uvicorn and asyncio log such messages.

    Parameters
    ----------
    path : str
        Of the file; one that can't be read has no texts.
    """
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))
