"""Which texts there are, each once: a table on disk, so memory doesn't grow with it."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from occoder.errors import UnwritableFile
from occoder.remote.side_folder import synchronise

# 128 bits: two of a thousand million texts share them with a chance of 1 in 10^20.
_KEY_BYTES: Final = 16
# SQLite takes at least 32,766 parameters.
_MAX_ASKED: Final = 8192
_SET_UP: Final = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -65536;
    CREATE TABLE IF NOT EXISTS texts (key BLOB PRIMARY KEY, number INTEGER NOT NULL)
    WITHOUT ROWID;
"""
_COUNT: Final = "SELECT count(*) FROM texts"


class TextTable:
    """The different texts of an input, numbered from 0 in the order of appearance.

    It is written once and nothing of it counts before that is done, so it has no journal.

    Parameters
    ----------
    path : Path
        Of the table, which may be new.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _told(path):
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.executescript(_SET_UP)
            (self.n_texts,) = self._database.execute(_COUNT).fetchone()

    def __enter__(self) -> Self:
        """Return the table."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, and have it on the disk."""
        self._database.close()
        synchronise(self._path)

    def add(self, keys: Sequence[bytes]) -> list[bytes]:
        """Take in some texts, and return which of them are new, in order.

        Raises
        ------
        UnwritableFile
            If the system refuses to write, such as on a full disk.
        """
        known = self.numbers(keys)
        new = [key for key in dict.fromkeys(keys) if key not in known]
        numbered = ((key, number) for number, key in enumerate(new, start=self.n_texts))
        with _told(self._path):
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO texts VALUES (?, ?)", numbered)
            self._database.execute("COMMIT")
        self.n_texts += len(new)
        return new

    def numbers(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return the numbers of those that are there."""
        with _told(self._path):
            return dict(self._found(list(dict.fromkeys(keys))))

    def _found(self, keys: list[bytes]) -> Iterator[tuple[bytes, int]]:
        for start in range(0, len(keys), _MAX_ASKED):
            some = keys[start : start + _MAX_ASKED]
            places = ",".join("?" * len(some))
            query = f"SELECT key, number FROM texts WHERE key IN ({places})"
            yield from self._database.execute(query, some)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnwritableFile(target=str(path), problem=str(error)) from error


def key_of(title: str, tasks: str) -> bytes:
    """Return what stands for a text; prepared texts have no line breaks."""
    both = f"{title}\n{tasks}".encode()
    return hashlib.blake2b(both, digest_size=_KEY_BYTES).digest()
