"""What a process that codes tries to do, though it has given up the right to."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from occoder.batch.coding.reach import Reach
from occoder.batch.coding.worker import begin


def start(reach: Reach, models: tuple[tuple[str, str], ...]) -> None:
    """Begin as a process that codes; this module has been read before."""
    begin(reach, models)


def told(action: Callable[[], object]) -> str:
    """Return what comes of an action: the type of its error, or "done"."""
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return "done"


def reading(paths: list[Path]) -> list[str]:
    """Try to read each file."""
    return [told(path.read_bytes) for path in paths]


def listing(paths: list[Path]) -> list[str]:
    """Try to list each folder."""
    return [told(partial(os.listdir, path)) for path in paths]


def writing(paths: list[Path]) -> list[str]:
    """Try to write a new file at each path."""
    return [told(partial(path.write_bytes, b"x")) for path in paths]


def replacing(old: Path, new: Path) -> str:
    """Try to rename a file."""
    return told(lambda: old.replace(new))


def connecting(port: int) -> str:
    """Try to connect to a port of this machine."""
    return told(lambda: socket.create_connection(("127.0.0.1", port), 5).close())


def listening() -> str:
    """Try to listen at a port."""
    return told(lambda: socket.create_server(("127.0.0.1", 0)).close())


def starting() -> str:
    """Try to start a program."""
    return told(lambda: subprocess.run([sys.executable, "-c", ""], check=True))


def signalling(pid: int) -> str:
    """Try to send a signal to another process."""
    return told(lambda: os.kill(pid, signal.SIGCONT))
