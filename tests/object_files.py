"""What tests do with objects in a folder: write, read, look, kill who writes."""

import signal
import subprocess
import sys

from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.objects.objects import Objects

OPERATION = "5f0c6a1e-0d7c-4a39-9b3f-0c8b7d1e2f3a"
OTHER = "5f0c6a1e-0d7c-4a39-9b3f-0c8b7d1e2f3b"
NAME = f"{OPERATION}/input"

# Writes half an object and is killed by itself.
KILLED = """
import os, signal, sys
from pathlib import Path
from occoder.batch.objects.local_objects import LocalObjects
with LocalObjects(Path(sys.argv[1])).writer(sys.argv[2]) as writer:
    writer.write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def write(store: Objects, name: str, *pieces: bytes) -> None:
    """Write an object."""
    with store.writer(name) as writer:
        for piece in pieces:
            writer.write(piece)


def read(store: Objects, name: str, start: int = 0, end: int | None = None) -> bytes:
    """Return the bytes of an object."""
    return b"".join(store.read(name, start, end))


def names(store: Objects, prefix: str = "") -> list[str]:
    """Return the names of the objects."""
    return sorted(one.name for one in store.found(prefix))


def files(store: LocalObjects) -> list[str]:
    """Return all that is in the folder of a store."""
    return sorted(str(one.relative_to(store.folder)) for one in store.folder.rglob("*"))


def kill_writer(store: LocalObjects, name: str) -> None:
    """Let a process write half an object and be killed."""
    words = [sys.executable, "-c", KILLED, str(store.folder), name]

    assert -signal.SIGKILL == subprocess.run(words, check=False).returncode
