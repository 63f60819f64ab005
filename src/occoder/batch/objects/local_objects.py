"""A store of objects in a folder, a folder within for each operation.

An object is written beside its place, brought to the disk and then renamed, so it is
there whole or not at all, whatever ends the process. What a process that was ended left
behind begins with a dot; `LocalObjects.delete_remnants` deletes it.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from occoder.batch.durable import sync_folder
from occoder.batch.objects.objects import Found, ObjectWriter
from occoder.errors import ObjectsUnreachable

PIECE_BYTES: Final = 1024**2
_SEND_BYTES: Final = 16 * 1024**2

_OPERATION: Final = "[0-9a-f-]{36}"
_OBJECT: Final = "[a-z0-9][a-z0-9.-]{0,63}"
_NAME: Final = re.compile(f"{_OPERATION}/{_OBJECT}")
_PREFIX: Final = re.compile(f"[0-9a-f-]{{0,36}}|{_OPERATION}/({_OBJECT})?")
_OF_OPERATION: Final = re.compile(f"{_OPERATION}(/({_OBJECT})?)?")
_REMNANT: Final = re.compile(rf"\.({_OBJECT})\.[0-9a-f]{{16}}\.part")


class LocalObjects:
    """Keeps objects as files; processes may share the folder.

    Parameters
    ----------
    folder : Path
        Made when first written to, for its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writer(self, name: str) -> Iterator[ObjectWriter]:
        """Write an object: it is there, whole and durable, when the context ends well.

        Raises
        ------
        ObjectsUnreachable
            If it can't be written, such as on a full disk; nothing of it stays.
        ValueError
            If it is no name of an object.
        """
        file = self._file(name)
        part = file.with_name(f".{file.name}.{secrets.token_hex(8)}.part")
        with self._telling():
            handle = self._open_new(part)
        try:
            try:
                yield _LocalWriter(handle, self._telling)
                with self._telling():
                    os.fsync(handle)
            finally:
                os.close(handle)
            with self._telling():
                part.replace(file)
                sync_folder(file.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            with suppress(OSError):  # it may hold other objects
                file.parent.rmdir()
            raise

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of an object from ``start`` to before ``end``, in pieces.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        ObjectsUnreachable
            If it can't be read.
        ValueError
            If it is no name of an object.
        """
        return self._pieces(self._file(name), start, end)

    def n_bytes(self, name: str) -> int | None:
        """Return the size of an object, None when it is not there.

        Raises
        ------
        ObjectsUnreachable
            If the folder can't be read.
        ValueError
            If it is no name of an object.
        """
        facts = self._facts(self._file(name))
        return facts.st_size if facts else None

    def found(self, prefix: str = "") -> Iterator[Found]:
        """Yield the objects whose names begin like this, in any order.

        Raises
        ------
        ObjectsUnreachable
            If the folder can't be read.
        ValueError
            If no name of an object begins like this.
        """
        if not _PREFIX.fullmatch(prefix):
            raise ValueError("no name of an object begins like this")
        for file in self._files(prefix):
            name = f"{file.parent.name}/{file.name}"
            if name.startswith(prefix) and _NAME.fullmatch(name):
                if facts := self._facts(file):
                    yield Found(name, facts.st_size, facts.st_mtime)

    def delete(self, prefix: str) -> None:
        """Delete the objects of an operation whose names begin like this.

        What ended processes left of them goes too, and a folder without objects.

        Parameters
        ----------
        prefix : str
            "<operation id>", with a "/" and the beginning of an object's name or without.

        Raises
        ------
        ObjectsUnreachable
            If any can't be deleted.
        ValueError
            If no name of an object of one operation begins like this.
        """
        if not _OF_OPERATION.fullmatch(prefix):
            raise ValueError("objects are deleted of one operation at a time")
        for file in self._files(prefix):
            if _object_name(file).startswith(prefix):
                self._unlink(file)
        with suppress(OSError):  # it holds other objects, or is not there
            (self.folder / prefix.partition("/")[0]).rmdir()

    def delete_remnants(self, older_than_s: float) -> None:
        """Delete what writers left behind that were killed so long ago or longer.

        Parameters
        ----------
        older_than_s : float
            Seconds since the last byte was written; a writer that lives writes sooner.

        Raises
        ------
        ObjectsUnreachable
            If any can't be deleted.
        """
        before = time.time() - older_than_s
        for file in self._files(""):
            if _REMNANT.fullmatch(file.name):
                facts = self._facts(file)
                if facts and facts.st_mtime <= before:
                    self._unlink(file)

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("an object is named <operation id>/<object>")
        return self.folder / name

    def _open_new(self, part: Path) -> int:
        """Make a file for its owner only, and the folders that lead to it."""
        while True:
            make_folder(part.parent)
            try:
                return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileNotFoundError:
                continue  # another process removed the folder while it was empty

    def _pieces(self, file: Path, start: int, end: int | None) -> Iterator[bytes]:
        try:
            opened = file.open("rb", buffering=0)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._unreachable(error) from error
        with opened:
            opened.seek(start)
            while end is None or start < end:
                n_wanted = PIECE_BYTES if end is None else min(PIECE_BYTES, end - start)
                with self._telling():
                    piece = opened.read(n_wanted)
                if not piece:
                    return
                start += len(piece)
                yield piece

    def _files(self, prefix: str) -> Iterator[Path]:
        """Yield all files of the operations that a prefix may mean."""
        operation = prefix.partition("/")[0]
        if re.fullmatch(_OPERATION, operation):
            yield from self._entries(self.folder / operation)
            return
        for folder in self._entries(self.folder):
            if folder.name.startswith(operation) and re.fullmatch(_OPERATION, folder.name):
                yield from self._entries(folder)

    def _facts(self, file: Path) -> os.stat_result | None:
        with self._telling(), suppress(FileNotFoundError):
            return file.stat()
        return None

    def _unlink(self, file: Path) -> None:
        with self._telling():
            file.unlink(missing_ok=True)

    def _entries(self, folder: Path) -> list[Path]:
        with self._telling():
            try:
                return list(folder.iterdir())
            except (FileNotFoundError, NotADirectoryError):
                return []

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raise what the system says as the error of this store."""
        try:
            yield
        except OSError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: OSError) -> ObjectsUnreachable:
        problem = error.strerror or type(error).__name__
        return ObjectsUnreachable(store=self.folder.name, problem=problem)


class _LocalWriter:
    """Writes to an open file, all that it is given."""

    def __init__(
        self, handle: int, telling: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._handle = handle
        self._telling = telling
        self._n_bytes = 0
        self._n_sent = 0

    def write(self, content: bytes) -> None:
        """Add bytes."""
        rest = memoryview(content)
        with self._telling():
            while rest:
                n_written = os.write(self._handle, rest)
                self._n_bytes += n_written
                rest = rest[n_written:]
            if self._n_bytes - self._n_sent >= _SEND_BYTES:
                self._send()

    def _send(self) -> None:
        """Let the system begin to bring to the disk what was written.

        Otherwise it may keep gigabytes until the end, where whoever uploads waits for it.
        """
        n_bytes = self._n_bytes - self._n_sent
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._handle, self._n_sent, n_bytes, os.POSIX_FADV_DONTNEED)
        self._n_sent = self._n_bytes


def _object_name(file: Path) -> str:
    """Return the name of the object that a file is, or was to become."""
    remnant = _REMNANT.fullmatch(file.name)
    return f"{file.parent.name}/{remnant[1] if remnant else file.name}"


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner only."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
