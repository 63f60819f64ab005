"""What tests do with one sealed object: write it, read it."""

import random

from occoder.batch.vault.sealed import FRAME_BYTES, TAG_BYTES, SealedObjects

OPERATION = "5f0c6a1e-0d7c-4a39-9b3f-0c8b7d1e2f3a"
NAME = f"{OPERATION}/input"
KEY = bytes(range(32))
STORED = FRAME_BYTES + TAG_BYTES  # of a frame


def content(n_bytes: int) -> bytes:
    """Return bytes of which no two frames are alike."""
    return random.Random(n_bytes).randbytes(n_bytes)


def write(sealed: SealedObjects, plain: bytes, piece_bytes: int = 65_536) -> None:
    """Write an object in pieces."""
    with sealed.writer(NAME) as writer:
        for at in range(0, len(plain), piece_bytes):
            writer.write(plain[at : at + piece_bytes])


def read(sealed: SealedObjects, start: int = 0, end: int | None = None) -> bytes:
    """Return what is read of an object."""
    return b"".join(sealed.read(NAME, start, end))
