"""The file of the master keys of one store."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from occoder.batch.durable import sync_folder
from occoder.errors import UnusableStorageKeys

KEY_BYTES: Final = 32
_FORMAT: Final = 1
_FOR_OTHERS: Final = 0o077
_WRITABLE_BY_OTHERS: Final = 0o022

# Tells that a file is another one: its inode, time of change and size.
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key of a store, from which the keys that do something are derived.

    Parameters
    ----------
    id : str
        GUID.
    created : datetime
        When it was made, in UTC.
    key : bytes
        32 bytes.
    """

    id: str
    created: datetime
    key: bytes = field(repr=False)

    def derived(self, purpose: bytes) -> bytes:
        """Return a key for one purpose, which tells nothing of any other."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(self.key)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds, the newest key last."""

    format: int
    keys: tuple[MasterKey, ...]


def new_master_key() -> MasterKey:
    """Make a key."""
    return MasterKey(str(uuid4()), datetime.now(UTC), os.urandom(KEY_BYTES))


def stamp_of(file: Path) -> Stamp:
    """Return what changes whenever the file does.

    Raises
    ------
    UnusableStorageKeys
        If it is not there, or can't be looked at.
    """
    with _telling(file, "can't be read"):
        facts = file.stat()
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def read_master_keys(file: Path) -> tuple[MasterKey, ...]:
    """Return the keys in a file, the newest last.

    Raises
    ------
    UnusableStorageKeys
        If others than its owner can open or replace it, or it holds no such keys.
    """
    with _telling(file, "can't be read"):
        if file.parent.stat().st_mode & _WRITABLE_BY_OTHERS:
            problem = "others than its owner can write there; run chmod 700 on it"
            raise UnusableStorageKeys(folder=file.parent, problem=problem)
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read()
    if mode & _forbidden(file):
        problem = f"others than its owner can open {file.name}; run chmod 600 on it"
        raise UnusableStorageKeys(folder=file.parent, problem=problem)
    try:
        return _keys(content)
    except (msgspec.MsgspecError, ValueError):
        # Without its cause: that could quote a key.
        problem = f"{file.name} is damaged, or is no file that occoder wrote"
        raise UnusableStorageKeys(folder=file.parent, problem=problem) from None


def write_first(file: Path) -> None:
    """Make a file with a new key, unless there is one, such as another process made.

    Raises
    ------
    UnusableStorageKeys
        If it can't be written.
    """
    with _telling(file, "can't be made"):
        if file.exists():
            return
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = _write_new(file, [new_master_key()])
        try:
            file.hardlink_to(written)
            sync_folder(file.parent)
        except FileExistsError:
            pass
        finally:
            written.unlink()


def replace_master_keys(file: Path, keys: Sequence[MasterKey]) -> None:
    """Put keys in place of those in a file, all or none; for the holder of its lock.

    Raises
    ------
    UnusableStorageKeys
        If they can't be written.
    """
    with _telling(file, "can't be written"):
        written = _write_new(file, keys)
        try:
            written.replace(file)
        except OSError:
            written.unlink()
            raise
        sync_folder(file.parent)


@contextmanager
def locked(file: Path, *, to_change: bool) -> Iterator[None]:
    """Hold off changes of a file by others, or, to change it, all who do that.

    Raises
    ------
    UnusableStorageKeys
        If it is to be changed, and can't be locked.
    """
    with _telling(file, "can't be locked"):
        handle = _open_lock(file, to_change=to_change)
    try:
        if handle is not None:
            fcntl.flock(handle, fcntl.LOCK_EX if to_change else fcntl.LOCK_SH)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _keys(content: bytes) -> tuple[MasterKey, ...]:
    held = msgspec.json.decode(content, type=_File)
    ids = {key.id for key in held.keys}
    if held.format != _FORMAT or not ids or len(ids) < len(held.keys):
        raise ValueError
    if any(len(key.key) != KEY_BYTES or key.created.tzinfo is None for key in held.keys):
        raise ValueError
    return held.keys


def _write_new(file: Path, keys: Sequence[MasterKey]) -> Path:
    """Write a file beside another that only its owner can open, and return it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as opened:
            _give_to_owner(opened.fileno(), file)
            content = msgspec.json.encode(_File(_FORMAT, tuple(keys)))
            opened.write(msgspec.json.format(content, indent=2) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def _open_lock(file: Path, *, to_change: bool) -> int | None:
    """Open what is locked; None where this process can't, as it can only read there."""
    try:
        handle = os.open(
            file.with_name(f".{file.stem}.lock"), os.O_RDWR | os.O_CREAT, 0o600
        )
    except OSError:
        if to_change:
            raise
        return None
    _give_to_owner(handle, file)
    return handle


def _give_to_owner(handle: int, file: Path) -> None:
    """Let an open file belong to whom the keys do: `sudo` must not lock the service out."""
    owner = (file if file.exists() else file.parent).stat()
    if owner.st_uid != os.fstat(handle).st_uid:
        os.fchown(handle, owner.st_uid, owner.st_gid)


def _forbidden(file: Path) -> int:
    """Return the rights that nobody but the owner may have.

    What systemd hands to a unit belongs to root, and the unit reads it as its group.
    """
    is_credential = str(file.parent) == os.environ.get("CREDENTIALS_DIRECTORY")
    return _FOR_OTHERS & ~stat.S_IRGRP if is_credential else _FOR_OTHERS


@contextmanager
def _telling(file: Path, what: str) -> Iterator[None]:
    """Raise what the system says as the error of these keys."""
    try:
        yield
    except OSError as error:
        problem = f"{file.name} {what}: {error.strerror or type(error).__name__}"
        raise UnusableStorageKeys(folder=file.parent, problem=problem) from error
