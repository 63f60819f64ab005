"""Objects sealed with a key: read whole or in ranges, and never other than written.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-
Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015) over AES-256-GCM::

    "OCB1"  salt of 32 bytes  frame 0  frame 1 ... last frame

Each object has a key of its own, HKDF-SHA256 of the data key with the salt and the name,
so an object that is renamed can't be opened. A frame holds 1 MiB, the last one the rest,
and a tag of 16 bytes. Its nonce is 7 zero bytes, its number, and 1 if it is the last: so
frames can't be changed, swapped, left out or added, nor can the end be cut off. Only an
object without content has an empty last frame, so the size tells that of the content.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from occoder.batch.objects.objects import Objects, ObjectWriter
from occoder.errors import DamagedObject

MAGIC: Final = b"OCB1"
FRAME_BYTES: Final = 1024**2
TAG_BYTES: Final = 16
KEY_BYTES: Final = 32
HEADER_BYTES: Final = len(MAGIC) + 32

_STORED_BYTES: Final = FRAME_BYTES + TAG_BYTES  # of a frame
_NONCE: Final = struct.Struct(">7xI?")


class SealedObjects:
    """A store whose objects are sealed with one data key.

    Parameters
    ----------
    objects : Objects
        Where they are stored.
    key : bytes or None
        The data key, 32 bytes; None for a store that encrypts by itself, whose objects
        are passed on as they are.

    Raises
    ------
    ValueError
        If the key has another size.
    """

    def __init__(self, objects: Objects, key: bytes | None) -> None:
        if key is not None and len(key) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes")
        self._objects = objects
        self._key = key

    def writer(self, name: str) -> AbstractContextManager[ObjectWriter]:
        """Write an object, as `Objects.writer` does; it needs the memory of one frame."""
        if self._key is None:
            return self._objects.writer(name)
        return self._sealing(name, self._key)

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the content from ``start`` to before ``end``, opening no other frames.

        Where that reaches the end of the object, the last frame is opened in any case: a
        part of it that is missing is never taken for its end.

        Raises
        ------
        DamagedObject
            If it was changed or cut short, or was written with another key or name. What
            was yielded before is as it was written.
        FileNotFoundError
            If it is not there.
        ValueError
            If the range begins before 0.
        """
        if start < 0 or (end is not None and end < 0):
            raise ValueError("a range can't begin or end before 0")
        if self._key is None:
            return self._objects.read(name, start, end)
        return self._opened(name, self._key, start, end)

    def n_bytes(self, name: str) -> int | None:
        """Return the size of the content, None when the object is not there.

        It is told from the stored size alone; only reading shows whether it is true.

        Raises
        ------
        DamagedObject
            If no sealed object has such a size.
        """
        n_stored = self._objects.n_bytes(name)
        if n_stored is None or self._key is None:
            return n_stored
        return _layout(name, n_stored).n_bytes

    @contextmanager
    def _sealing(self, name: str, data_key: bytes) -> Iterator[ObjectWriter]:
        with self._objects.writer(name) as stored:
            header = MAGIC + os.urandom(HEADER_BYTES - len(MAGIC))
            stored.write(header)
            sealing = _Sealing(stored, _cipher(data_key, header, name))
            yield sealing
            sealing.end()

    def _opened(
        self, name: str, data_key: bytes, start: int, end: int | None
    ) -> Iterator[bytes]:
        has_begun = False
        while True:
            header = self._header(name)
            try:
                for piece in self._pieces(
                    name, _cipher(data_key, header, name), start, end
                ):
                    has_begun = True
                    yield piece
            except DamagedObject:
                # Another process may have replaced it after its header was read.
                if has_begun or header == self._header(name):
                    raise
            else:
                return

    def _header(self, name: str) -> bytes:
        return b"".join(self._objects.read(name, 0, HEADER_BYTES))

    def _pieces(
        self, name: str, cipher: AESGCM, start: int, end: int | None
    ) -> Iterator[bytes]:
        n_stored = self._objects.n_bytes(name)
        if n_stored is None:
            raise FileNotFoundError(name)
        layout = _layout(name, n_stored)
        stop = layout.n_bytes if end is None else end
        if stop < layout.n_bytes and start >= stop:
            return
        first = min(start // FRAME_BYTES, layout.last)
        last = min(max(stop - 1, 0) // FRAME_BYTES, layout.last)
        stored = self._objects.read(
            name,
            HEADER_BYTES + first * _STORED_BYTES,
            min(HEADER_BYTES + (last + 1) * _STORED_BYTES, n_stored),
        )
        number = first - 1
        for number, frame in enumerate(_frames(stored), first):
            nonce = _NONCE.pack(number, number == layout.last)
            try:
                plain = cipher.decrypt(nonce, frame, None)
            except InvalidTag:
                raise DamagedObject(name=name) from None
            before = number * FRAME_BYTES
            if piece := plain[max(start - before, 0) : stop - before]:
                yield piece
        if number != last:
            raise DamagedObject(name=name)


class _Sealing:
    """Seals what is written, frame by frame; one is held back, as it may be the last."""

    def __init__(self, stored: ObjectWriter, cipher: AESGCM) -> None:
        self._stored = stored
        self._cipher = cipher
        self._number = 0
        self._held = memoryview(bytearray(FRAME_BYTES))
        self._n_held = 0

    def write(self, content: bytes) -> None:
        """Add content."""
        rest = memoryview(content)
        while rest:
            if self._n_held == FRAME_BYTES:
                self._seal(is_last=False)
            n_taken = _fill(self._held, self._n_held, rest)
            self._n_held += n_taken
            rest = rest[n_taken:]

    def end(self) -> None:
        """Seal the last frame."""
        self._seal(is_last=True)

    def _seal(self, *, is_last: bool) -> None:
        nonce = _NONCE.pack(self._number, is_last)
        plain = self._held[: self._n_held]
        self._stored.write(self._cipher.encrypt(nonce, plain, None))
        self._number += 1
        self._n_held = 0


@dataclass(frozen=True, slots=True)
class _Layout:
    """The size of a content, and the number of its last frame."""

    n_bytes: int
    last: int


def _layout(name: str, n_stored: int) -> _Layout:
    """Return what the stored size of an object tells of it."""
    n_full, n_rest = divmod(n_stored - HEADER_BYTES, _STORED_BYTES)
    is_empty = (n_full, n_rest) == (0, TAG_BYTES)
    if n_full < 0 or not (n_rest > TAG_BYTES or (n_full and not n_rest) or is_empty):
        raise DamagedObject(name=name)
    n_frames = n_full + (n_rest > 0)
    return _Layout(n_stored - HEADER_BYTES - n_frames * TAG_BYTES, n_frames - 1)


def _frames(pieces: Iterator[bytes]) -> Iterator[memoryview]:
    """Yield stored frames of bytes that come in any pieces, each good until the next."""
    frame = memoryview(bytearray(_STORED_BYTES))
    n_held = 0
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            n_taken = _fill(frame, n_held, rest)
            n_held += n_taken
            rest = rest[n_taken:]
            if n_held == _STORED_BYTES:
                yield frame
                n_held = 0
    if n_held:
        yield frame[:n_held]


def _fill(buffer: memoryview, start: int, content: memoryview) -> int:
    """Copy as much content into a buffer as fits, and return how much that was."""
    n = min(len(buffer) - start, len(content))
    buffer[start : start + n] = content[:n]
    return n


def _cipher(data_key: bytes, header: bytes, name: str) -> AESGCM:
    """Return what seals and opens an object."""
    if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
        raise DamagedObject(name=name)
    info = b"occoder object\0" + name.encode()
    salt = header[len(MAGIC) :]
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=salt, info=info).derive(data_key))
