"""A store of objects in memory, whose bytes a test can look at and change."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from occoder.batch.objects.objects import Found, ObjectWriter


class MemoryObjects:
    """Keeps objects as `Objects` does, and counts in `n_read` what is read of them.

    Parameters
    ----------
    piece_bytes : int
        Size of the pieces that reading gives.
    """

    def __init__(self, piece_bytes: int = 100_003) -> None:
        self.contents: dict[str, bytes] = {}
        self.n_read = 0
        self._piece_bytes = piece_bytes

    @contextmanager
    def writer(self, name: str) -> Iterator[ObjectWriter]:
        """Write an object, which is there when the context ends well."""
        content = io.BytesIO()
        yield _Writer(content)
        self.contents[name] = content.getvalue()

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of an object from ``start`` to before ``end``."""
        if name not in self.contents:
            raise FileNotFoundError(name)
        wanted = self.contents[name][start:end]
        self.n_read += len(wanted)
        for at in range(0, len(wanted), self._piece_bytes):
            yield wanted[at : at + self._piece_bytes]

    def n_bytes(self, name: str) -> int | None:
        """Return the size of an object, None when it is not there."""
        content = self.contents.get(name)
        return None if content is None else len(content)

    def found(self, prefix: str = "") -> Iterator[Found]:
        """Yield the objects whose names begin like this."""
        for name, content in self.contents.items():
            if name.startswith(prefix):
                yield Found(name, len(content), 0.0)

    def delete(self, prefix: str) -> None:
        """Delete the objects whose names begin like this."""
        for one in list(self.found(prefix)):
            del self.contents[one.name]

    def delete_remnants(self, older_than_s: float) -> None:
        """Do nothing: there are none."""


class _Writer:
    def __init__(self, content: io.BytesIO) -> None:
        self._content = content

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self._content.write(content)
