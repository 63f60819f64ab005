"""The folder beside an output that holds what an unfinished run needs to go on.

It holds what respondents wrote, so nobody else may look into it, and it goes when the
run is done.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from occoder.errors import JobUnderWay, UnwritableFile
from occoder.files.replacement import written_to

ENDING: Final = ".occoder"
_STATE: Final = "state.json"
_LOCK: Final = "lock"


class SideFolder:
    """The folder of one output.

    Parameters
    ----------
    target : Path
        The output; a link counts for the file that it points to.

    Examples
    --------
    >>> SideFolder(Path("/surveys/coded.csv")).path
    PosixPath('/surveys/coded.csv.occoder')
    """

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        self.path = self.target.with_name(self.target.name + ENDING)
        self.state = self.path / _STATE
        self.texts = self.path / "texts.sqlite"
        self.input = self.path / "input.jsonl"
        self.output = self.path / "output.jsonl"
        self.answers = self.path / "answers.bin"
        # A folder of its own: what is made there has the name, thus the ending, of the
        # output.
        self.joined = self.path / "joined" / target.name

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make it, and keep other processes out.

        Raises
        ------
        JobUnderWay
            If another process is at work in it.
        UnwritableFile
            If it can't be made, or is none of these folders.
        """
        with written_to(self.target):
            self.path.mkdir(mode=0o700, exist_ok=True)
            self._check_own()
            self.path.chmod(0o700)
        # A lock of SQLite is given up by the system when its process ends, however that
        # ends, and there is one everywhere.
        with closing(self._locked()):
            yield

    def clear(self) -> None:
        """Take away everything in it but the lock."""
        with written_to(self.path):
            # The state first: without it nothing of the rest counts.
            self.state.unlink(missing_ok=True)
            for one in self.path.iterdir():
                if one.is_dir():
                    shutil.rmtree(one)
                elif one.name != _LOCK:
                    one.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take it away; nobody may hold it."""
        self.clear()
        shutil.rmtree(self.path, ignore_errors=True)

    def prepare_joined(self) -> None:
        """Make room for what is to be joined; what a killed process left there goes."""
        with written_to(self.path):
            shutil.rmtree(self.joined.parent, ignore_errors=True)
            self.joined.parent.mkdir()

    def finish(self) -> None:
        """Give what was joined the name of the output, in one step."""
        with written_to(self.target):
            self.joined.replace(self.target)
            if hasattr(os, "O_DIRECTORY"):  # not on Windows, which can't open a folder
                synchronise(self.target.parent, os.O_DIRECTORY)

    def _locked(self) -> sqlite3.Connection:
        lock = sqlite3.connect(self.path / _LOCK, timeout=0, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise JobUnderWay(folder=self.path) from None
            # Some folders on a network know no locks.
            raise UnwritableFile(target=str(self.path), problem=str(error)) from error
        return lock

    def _check_own(self) -> None:
        names = {one.name for one in self.path.iterdir()}
        if names and not names & {_STATE, _LOCK}:
            problem = f"{self.path} is a folder with something else in it"
            raise UnwritableFile(target=str(self.target), problem=problem)


def synchronise(path: Path, flags: int = os.O_RDWR) -> None:
    """Return when the disk has what was written to a file or a folder."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
