"""What of an error may stand in the log: its type and where it came from.

Never its message or a variable: both may hold what a respondent wrote.
"""

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# Of one error the innermost, and of a chain the first ones: a line stays a line.
MAX_FRAMES: Final = 20
MAX_ERRORS: Final = 8


def error_facts(error: BaseException) -> dict[str, str | list[str]]:
    """Return the type of an error, those of its causes, and the frames of all.

    Parameters
    ----------
    error : BaseException
        As it was caught.

    Returns
    -------
    dict
        ``error``, the type; ``causes``, the types of what led to it, where there are
        any, and of the errors in a group; ``frames``, as "file:line function", for each
        error from the outermost to where it was raised.

    Examples
    --------
    >>> error_facts(ValueError("secret"))
    {'error': 'ValueError', 'frames': []}
    """
    errors = [one for one, _ in zip(_chain(error, set()), range(MAX_ERRORS), strict=False)]
    facts: dict[str, str | list[str]] = {"error": _type(errors[0])}
    if len(errors) > 1:
        facts["causes"] = [_type(one) for one in errors[1:]]
    facts["frames"] = [frame for one in errors for frame in _frames(one)]
    return facts


def place(path: str, line: int | None, function: str = "") -> str:
    """Return "file:line function", the file from where Python looks for it.

    Parameters
    ----------
    path : str
        Of the file.
    line : int or None
        In the file.
    function : str
        Its name, where it is known.
    """
    folders = [one for one in sys.path if one and Path(path).is_relative_to(one)]
    longest = max(folders, key=len, default=str(Path(path).parent))
    file = Path(path).relative_to(longest).as_posix()
    return f"{file}:{line or 0} {function}".rstrip()


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """Yield an error, those that a group holds, and what led to each."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _chain(one, seen)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause, seen)


def _type(error: BaseException) -> str:
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _frames(error: BaseException) -> list[str]:
    walked = list(traceback.walk_tb(error.__traceback__))[-MAX_FRAMES:]
    return [
        place(frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in walked
    ]
