"""The processes that a process has started, and those that they have."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 60


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            state, parent = _state(int(entry.name))
            if parent == pid and state not in "ZX":
                found.append(int(entry.name))
    return found


def grandchildren(pid: int) -> list[int]:
    """Return the processes that the children of a process have started."""
    return [one for child in children(pid) for one in children(child)]


def runs(pid: int) -> bool:
    """Tell whether a process is there and has not ended."""
    return _state(pid)[0] not in "ZX"


def eventually(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Wait until something holds, and tell whether it came to that."""
    stop = time.monotonic() + patience_s
    while not (held := holds()) and time.monotonic() < stop:
        time.sleep(0.02)
    return held


def _state(pid: int) -> tuple[str, int]:
    """Return the letter of a process's state and its parent; X when it is gone."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "X", 0
    return facts[0], int(facts[1])
