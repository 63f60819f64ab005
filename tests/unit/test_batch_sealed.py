"""Sealed objects: what is stored, what is read of it, and what is refused."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from memory_objects import MemoryObjects
from sealed_object import KEY, NAME, STORED, content, read, write

from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.vault.sealed import FRAME_BYTES, HEADER_BYTES, SealedObjects

SIZES = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 2_500_000]


@pytest.fixture
def stored() -> MemoryObjects:
    """A store without objects."""
    return MemoryObjects()


@pytest.fixture
def sealed(stored: MemoryObjects) -> SealedObjects:
    """The store as who has the key uses it."""
    return SealedObjects(stored, KEY)


@pytest.mark.parametrize("n_bytes", SIZES)
def test_written_is_read(sealed: SealedObjects, n_bytes: int) -> None:
    """What was written is read again, with the same size, whatever the size is."""
    plain = content(n_bytes)
    write(sealed, plain)

    assert n_bytes == sealed.n_bytes(NAME)
    assert plain == read(sealed)


@pytest.mark.parametrize("piece_bytes", [1000, FRAME_BYTES, 5 * FRAME_BYTES])
def test_pieces_do_not_matter(
    stored: MemoryObjects, sealed: SealedObjects, piece_bytes: int
) -> None:
    """In whatever pieces an object is written and stored, it is the same."""
    plain = content(2 * FRAME_BYTES)
    write(sealed, plain, piece_bytes)
    again = MemoryObjects(piece_bytes)
    again.contents = stored.contents

    assert HEADER_BYTES + 2 * STORED == stored.n_bytes(NAME)
    assert plain == read(SealedObjects(again, KEY))


def test_format_is_as_stated(stored: MemoryObjects, sealed: SealedObjects) -> None:
    """Who follows the description of the format opens an object without this code."""
    plain = content(FRAME_BYTES + 5)
    write(sealed, plain)
    whole = stored.contents[NAME]
    info = b"occoder object\0" + NAME.encode()
    key = HKDF(SHA256(), 32, salt=whole[4:36], info=info).derive(KEY)
    first = AESGCM(key).decrypt(bytes(7) + b"\0\0\0\0\0", whole[36 : 36 + STORED], None)
    last = AESGCM(key).decrypt(bytes(7) + b"\0\0\0\1\1", whole[36 + STORED :], None)

    assert b"OCB1" == whole[:4]
    assert plain == first + last


def test_nothing_is_stored_in_clear(stored: MemoryObjects, sealed: SealedObjects) -> None:
    """The same content twice gives objects that share nothing with it or each other."""
    plain = b"checks tickets on trains" * 10_000
    write(sealed, plain)
    first = stored.contents[NAME]
    write(sealed, plain)
    second = stored.contents[NAME]

    assert b"tickets" not in first + second
    assert first[:4] == second[:4]
    assert not {first[at : at + 16] for at in range(4, len(first) - 16, 16)} & {
        second[at : at + 16] for at in range(4, len(second) - 16, 16)
    }


def test_range_opens_its_frames_only(stored: MemoryObjects, sealed: SealedObjects) -> None:
    """A range within one frame reads no other; one over a border reads two."""
    plain = content(5 * FRAME_BYTES)
    write(sealed, plain)
    start = 2 * FRAME_BYTES + 10

    assert plain[start : start + 20] == read(sealed, start, start + 20)
    assert HEADER_BYTES + STORED == stored.n_read
    stored.n_read = 0
    assert plain[start - 20 : start] == read(sealed, start - 20, start)
    assert HEADER_BYTES + 2 * STORED == stored.n_read


@pytest.mark.parametrize("n_bytes", [0, 10, FRAME_BYTES])
def test_ranges_end_with_the_object(sealed: SealedObjects, n_bytes: int) -> None:
    """A range behind the end is empty, one over the end ends there."""
    plain = content(n_bytes)
    write(sealed, plain)

    assert b"" == read(sealed, n_bytes)
    assert b"" == read(sealed, n_bytes + 5, n_bytes + 9)
    assert b"" == read(sealed, 3, 3)
    assert plain[-1:] == read(sealed, max(n_bytes - 1, 0), n_bytes + 9)


def test_range_before_the_start_is_a_mistake(sealed: SealedObjects) -> None:
    """A range that begins or ends before 0 is refused at once."""
    with pytest.raises(ValueError, match="before 0"):
        sealed.read(NAME, -1)
    with pytest.raises(ValueError, match="before 0"):
        sealed.read(NAME, 0, -1)


@pytest.mark.parametrize("key", [KEY, None], ids=["sealed", "passed on"])
def test_missing_object_is_told(stored: MemoryObjects, key: bytes | None) -> None:
    """An object that is not there has no size and can't be read."""
    sealed = SealedObjects(stored, key)

    assert sealed.n_bytes(NAME) is None
    with pytest.raises(FileNotFoundError):
        read(sealed)


def test_key_has_its_size(stored: MemoryObjects) -> None:
    """A key of another size is refused: it would be a weaker one."""
    with pytest.raises(ValueError, match="32 bytes"):
        SealedObjects(stored, bytes(16))


def test_failed_writing_changes_nothing(sealed: SealedObjects, tmp_path: Path) -> None:
    """When writing fails midway, the object that was there before stays."""
    local = SealedObjects(LocalObjects(tmp_path / "store"), KEY)
    write(local, b"before")
    with pytest.raises(KeyboardInterrupt), local.writer(NAME) as writer:
        writer.write(content(2 * FRAME_BYTES))
        raise KeyboardInterrupt

    assert b"before" == read(local)


class _Replaced(MemoryObjects):
    """A store where an object is replaced just after its header was read."""

    def __init__(self, later: bytes) -> None:
        super().__init__()
        self._later = later

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield bytes, then put the later object in place."""
        yield from super().read(name, start, end)
        self.contents[name] = self._later


def test_replaced_object_is_no_damage(stored: MemoryObjects, sealed: SealedObjects) -> None:
    """One that another process writes anew while it is opened is read as the new one."""
    write(sealed, b"former")
    former = stored.contents[NAME]
    write(sealed, b"a later one")
    replaced = _Replaced(stored.contents[NAME])
    replaced.contents[NAME] = former

    assert b"a later one" == read(SealedObjects(replaced, KEY))


def test_store_that_encrypts_is_passed_through(stored: MemoryObjects) -> None:
    """Without a key, objects are stored, measured and read as they are."""
    passed = SealedObjects(stored, None)
    write(passed, b"content")

    assert b"content" == stored.contents[NAME]
    assert 7 == passed.n_bytes(NAME)
    assert b"tent" == read(passed, 3)


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Writing and reading 64 MiB take the memory of a few frames."""
    sealed = SealedObjects(LocalObjects(tmp_path / "store"), KEY)
    piece = content(FRAME_BYTES)
    tracemalloc.start()
    try:
        with sealed.writer(NAME) as writer:
            for _ in range(64):
                writer.write(piece)
        n_bytes = sum(len(one) for one in sealed.read(NAME))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 64 * FRAME_BYTES == n_bytes
    assert peak < 8 * FRAME_BYTES
