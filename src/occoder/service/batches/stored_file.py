"""A file that can be downloaded: one object or several in a row, opened where needed."""

from collections.abc import Iterator
from dataclasses import dataclass

from occoder.batch.coding.chunk import part_name
from occoder.batch.operation import METADATA, Operation, Store
from occoder.batch.vault.sealed import SealedObjects
from occoder.errors import DamagedObject
from occoder.service.service import Service


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a file.

    Parameters
    ----------
    name : str
        In the store.
    n_bytes : int
        Size of its content.
    """

    name: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store of what can be downloaded.

    Parameters
    ----------
    sealed : SealedObjects
        The store, as its operation can use it.
    parts : tuple of Part
        In order.
    """

    sealed: SealedObjects
    parts: tuple[Part, ...]

    @property
    def n_bytes(self) -> int:
        """Return its size."""
        return sum(part.n_bytes for part in self.parts)

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` to before ``end``.

        Raises
        ------
        DamagedObject
            If a part was changed, or has another size than was written down.
        FileNotFoundError
            If a part is not there any more.
        """
        before = 0
        for part in self.parts:
            first, last = max(start - before, 0), min(end - before, part.n_bytes)
            before += part.n_bytes
            if first < last:
                yield from self._read_part(part, first, last)

    def _read_part(self, part: Part, first: int, last: int) -> Iterator[bytes]:
        n_missing = last - first
        for piece in self.sealed.read(part.name, first, last):
            n_missing -= len(piece)
            yield piece
        if n_missing:
            raise DamagedObject(name=part.name)


def output_file(service: Service, operation: Operation) -> StoredFile:
    """Return the output of a complete operation: the parts that were written down.

    Raises
    ------
    DamagedObject
        If its key can't be opened any more.
    FileNotFoundError
        If nothing is there any more.
    """
    batches = service.batches
    chunks = batches.operations.chunks(operation.operation_id)
    if not chunks:
        raise FileNotFoundError(operation.operation_id)
    parts = tuple(
        Part(part_name(operation.operation_id, chunk.number), chunk.n_bytes)
        for chunk in chunks
    )
    return StoredFile(batches.sealed(operation, Store.EGRESS), parts)


def metadata_file(service: Service, operation: Operation) -> StoredFile:
    """Return what is known of a complete operation.

    Raises
    ------
    DamagedObject
        If its key can't be opened any more.
    FileNotFoundError
        If it is not there any more.
    """
    sealed = service.batches.sealed(operation, Store.EGRESS)
    name = f"{operation.operation_id}/{METADATA}"
    n_bytes = sealed.n_bytes(name)
    if n_bytes is None:
        raise FileNotFoundError(name)
    return StoredFile(sealed, (Part(name, n_bytes),))
