"""Bringing to the disk what must not be lost with the power."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Bring to the disk which files a folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
