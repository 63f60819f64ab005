"""What of an error may be told."""

import json
import sys

import pytest

from occoder.errors import NoSuchFile
from occoder.telemetry.logged_error import (
    MAX_ERRORS,
    MAX_FRAMES,
    error_facts,
    place,
)

CANARY = "canary sings opera"


def caught(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """Return an error after it was raised."""
    try:
        raise error from cause
    except BaseException as found:
        return found


def test_type_and_frames() -> None:
    """An error has its full type, and frames with file, line and function."""
    facts = error_facts(caught(NoSuchFile(source=CANARY)))

    assert "occoder.errors.tables.NoSuchFile" == facts["error"]
    assert ["caught"] == [frame.split()[1] for frame in facts["frames"]]
    assert facts["frames"][0].startswith("unit/test_logged_error.py:")
    assert CANARY not in json.dumps(facts)


def test_causes_are_told() -> None:
    """What led to an error is told, the nearest first, with its frames."""
    first = caught(KeyError(CANARY))
    second = caught(ValueError(CANARY), first)
    facts = error_facts(caught(RuntimeError(CANARY), second))

    assert ("RuntimeError", ["ValueError", "KeyError"]) == (facts["error"], facts["causes"])
    assert 3 == len(facts["frames"])
    assert CANARY not in json.dumps(facts)


def test_context_counts_unless_hidden() -> None:
    """An error during another tells that one, unless it was raised from None."""
    shown, hidden = ValueError(), ValueError()
    for error in (shown, hidden):
        error.__context__ = KeyError()
    hidden.__suppress_context__ = True

    assert ["KeyError"] == error_facts(shown)["causes"]
    assert "causes" not in error_facts(hidden)


def test_groups_are_opened() -> None:
    """The errors in a group are told too."""
    group = ExceptionGroup(CANARY, [ValueError(CANARY), KeyError(CANARY)])
    facts = error_facts(group)

    assert ("ExceptionGroup", ["ValueError", "KeyError"]) == (
        facts["error"],
        facts["causes"],
    )
    assert CANARY not in json.dumps(facts)


def test_circles_end() -> None:
    """Errors that lead to one another are each told once."""
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one

    assert ["KeyError"] == error_facts(one)["causes"]


def fall(depth: int) -> None:
    """Raise from far down."""
    if not depth:
        raise ValueError
    fall(depth - 1)


def test_long_ones_are_cut() -> None:
    """Of deep errors the innermost frames stay, of long chains the first errors."""
    with pytest.raises(ValueError) as found:
        fall(100)
    chain = None
    for _ in range(20):
        chain = caught(ValueError(), chain)

    assert MAX_FRAMES == len(error_facts(found.value)["frames"])
    assert error_facts(found.value)["frames"][-1].endswith("fall")
    assert MAX_ERRORS - 1 == len(error_facts(chain)["causes"])


def test_file_as_python_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is named from the longest folder of the search path on, else by its name."""
    monkeypatch.setattr(sys, "path", ["", "/opt", "/opt/lib", "/opt/li"])

    assert "uvicorn/server.py:7 run" == place("/opt/lib/uvicorn/server.py", 7, "run")
    assert "script.py:7 run" == place("/home/someone/script.py", 7, "run")
    assert "<string>:0 run" == place("<string>", None, "run")
