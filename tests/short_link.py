"""Short names for long folders: a socket in one must have a name of some 100 characters."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def short_link(folder: Path) -> Iterator[Path]:
    """Yield a short path that leads to a folder."""
    link = Path(tempfile.gettempdir()) / f"o{secrets.token_hex(4)}"
    link.symlink_to(folder, target_is_directory=True)
    try:
        yield link
    finally:
        link.unlink()
