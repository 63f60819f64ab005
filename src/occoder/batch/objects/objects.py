"""What every store of objects does, be it a folder or a bucket."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Found:
    """An object in a store.

    Parameters
    ----------
    name : str
        "<operation id>/<object>".
    n_bytes : int
        Its size as it is stored.
    modified_at : float
        Seconds since 1970.
    """

    name: str
    n_bytes: int
    modified_at: float


class ObjectWriter(Protocol):
    """Takes the bytes of an object that is not there before the last of them is."""

    def write(self, content: bytes) -> None:
        """Add bytes."""


class Objects(Protocol):
    """One store. Names are "<operation id>/<object>"; unfinished objects are not there.

    Every method raises `ObjectsUnreachable` where the store can't be used, and what it
    raises names no content.
    """

    def writer(self, name: str) -> AbstractContextManager[ObjectWriter]:
        """Write an object: it is there, whole and durable, when the context ends well.

        One of the same name is replaced; if the context ends with an exception, nothing
        changes.
        """

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of an object from ``start`` to before ``end``.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """

    def n_bytes(self, name: str) -> int | None:
        """Return the size of an object, None when it is not there."""

    def found(self, prefix: str = "") -> Iterator[Found]:
        """Yield the objects whose names begin like this, in any order."""

    def delete(self, prefix: str) -> None:
        """Delete the objects whose names begin like this, and their remnants."""

    def delete_remnants(self, older_than_s: float) -> None:
        """Delete what writers left behind that were killed so long ago or longer."""
