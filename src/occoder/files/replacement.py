"""Writing a file so that it appears whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from occoder.errors import UnwritableFile


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path to write to; what is there at the end takes the target's place.

    The temporary file lies beside the target, so the last step is one atomic rename.
    When anything goes wrong, an interrupt included, it is removed and a former target
    stays as it was. A link is followed: the file it points to is replaced.

    Parameters
    ----------
    target : Path
        A file that may or may not exist, in a folder that does.

    Raises
    ------
    UnwritableFile
        If the target is a folder, its folder is missing, or the system refuses to
        write (permission, disk full).
    """
    real = target.resolve()
    _check(real, shown=str(target))
    temporary = real.with_name(f".{real.name}.{secrets.token_hex(4)}.part")
    try:
        with written_to(target):
            temporary.touch()
            yield temporary
            _synchronise(temporary, os.O_RDWR)
            temporary.replace(real)
            if hasattr(os, "O_DIRECTORY"):  # not on Windows, which can't open a folder
                _synchronise(real.parent, os.O_DIRECTORY)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def written_to(target: Path) -> Iterator[None]:
    """Name the target in whatever the system says against writing.

    Raises
    ------
    UnwritableFile
        In place of an OSError.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise UnwritableFile(target=str(target), problem=problem) from error


def _check(real: Path, *, shown: str) -> None:
    if real.is_dir():
        raise UnwritableFile(target=shown, problem="it is a folder")
    if real.exists() and not real.is_file():
        raise UnwritableFile(target=shown, problem="it is not a regular file")
    if not real.parent.is_dir():
        raise UnwritableFile(target=shown, problem="its folder doesn't exist")


def _synchronise(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
