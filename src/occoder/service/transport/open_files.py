"""What the system lets a process have: open files as needed, and no core dumps."""

import resource
from typing import Final

# Beside its connections a process has models, the database, logs and sockets open; as
# many again stand at the door while their TLS is agreed on.
_OTHERS: Final = 256


def n_wanted(max_connections: int) -> int:
    """Return how many files a process should be able to open.

    Parameters
    ----------
    max_connections : int
        That it is set to hold.
    """
    return 2 * max_connections + _OTHERS


def n_allowed() -> int:
    """Return how many files a process may open if it asks for as many as it can."""
    return _number(resource.getrlimit(resource.RLIMIT_NOFILE)[1])


def allow(n: int) -> bool:
    """Ask for so many open files; tell whether they are granted.

    Parameters
    ----------
    n : int
        As `n_wanted` returns it. A limit that is higher already stays.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = min(max(_number(soft), n), _number(hard))
    if granted != _number(soft):
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    return granted >= n


def forbid_core_dumps() -> None:
    """Let no core dump be written when a process crashes: it would hold texts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _number(limit: int) -> int:
    return 2**31 - 1 if limit == resource.RLIM_INFINITY else limit
