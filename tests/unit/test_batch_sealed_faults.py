"""Sealed objects that were changed, cut or moved: they are refused."""

import pytest
from memory_objects import MemoryObjects
from sealed_object import KEY, NAME, OPERATION, STORED, content, read, write

from occoder.batch.vault.sealed import FRAME_BYTES, HEADER_BYTES, TAG_BYTES, SealedObjects
from occoder.errors import DamagedObject


@pytest.fixture
def stored() -> MemoryObjects:
    """A store without objects."""
    return MemoryObjects()


@pytest.fixture
def sealed(stored: MemoryObjects) -> SealedObjects:
    """The store as who has the key uses it."""
    return SealedObjects(stored, KEY)


@pytest.mark.parametrize("where", [0, 4, HEADER_BYTES, HEADER_BYTES + STORED, -1])
def test_change_is_noticed(
    stored: MemoryObjects, sealed: SealedObjects, where: int
) -> None:
    """A bit that changes in magic, salt, any frame or tag damages the object."""
    write(sealed, content(FRAME_BYTES + 100))
    changed = bytearray(stored.contents[NAME])
    changed[where] ^= 1
    stored.contents[NAME] = bytes(changed)

    with pytest.raises(DamagedObject) as caught:
        read(sealed)
    assert NAME == caught.value.name


@pytest.mark.parametrize(
    "n_left",
    [
        *(0, 3, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + TAG_BYTES),
        *(HEADER_BYTES + STORED, HEADER_BYTES + STORED + TAG_BYTES),
        *(HEADER_BYTES + 2 * STORED, HEADER_BYTES + 2 * STORED + 50),
    ],
)
def test_cut_end_is_noticed(
    stored: MemoryObjects, sealed: SealedObjects, n_left: int
) -> None:
    """An object whose end is missing is never taken for one that ends there."""
    write(sealed, content(2 * FRAME_BYTES + 100))
    stored.contents[NAME] = stored.contents[NAME][:n_left]

    with pytest.raises(DamagedObject):
        read(sealed)
    with pytest.raises(DamagedObject):
        read(sealed, 2 * FRAME_BYTES + 50)


@pytest.mark.parametrize("n_stored", [1, HEADER_BYTES, HEADER_BYTES + STORED + TAG_BYTES])
def test_impossible_size_is_noticed(stored: MemoryObjects, n_stored: int) -> None:
    """A stored size that no object can have is told as damage before it is read."""
    stored.contents[NAME] = bytes(n_stored)

    with pytest.raises(DamagedObject):
        SealedObjects(stored, KEY).n_bytes(NAME)


def test_added_bytes_are_noticed(stored: MemoryObjects, sealed: SealedObjects) -> None:
    """What is added behind the end damages the object."""
    write(sealed, content(FRAME_BYTES))
    stored.contents[NAME] += bytes(TAG_BYTES + 1)

    with pytest.raises(DamagedObject):
        read(sealed)


def test_swapped_frames_are_noticed(stored: MemoryObjects, sealed: SealedObjects) -> None:
    """Frames can't change places, though each is as it was written."""
    write(sealed, content(3 * FRAME_BYTES))
    whole = stored.contents[NAME]
    frames = [whole[HEADER_BYTES + at * STORED :][:STORED] for at in (1, 0, 2)]
    stored.contents[NAME] = b"".join([whole[:HEADER_BYTES], *frames])

    with pytest.raises(DamagedObject):
        read(sealed)


def test_another_name_or_key_opens_nothing(
    stored: MemoryObjects, sealed: SealedObjects
) -> None:
    """An object can't be opened under another name, nor with another key."""
    write(sealed, b"content")
    other = f"{OPERATION}/other"
    stored.contents[other] = stored.contents[NAME]

    with pytest.raises(DamagedObject):
        list(sealed.read(other))
    with pytest.raises(DamagedObject):
        read(SealedObjects(stored, bytes(32)))


class _Shrinking(MemoryObjects):
    """A store that loses the end of an object after its size was asked for."""

    def n_bytes(self, name: str) -> int | None:
        """Return the size, then cut the object."""
        n_bytes = super().n_bytes(name)
        self.contents[name] = self.contents[name][: HEADER_BYTES + STORED]
        return n_bytes


def test_end_lost_while_reading_is_noticed(
    stored: MemoryObjects, sealed: SealedObjects
) -> None:
    """What ends before its size does is damaged; what came before is as it was written."""
    plain = content(2 * FRAME_BYTES)
    write(sealed, plain)
    shrinking = _Shrinking()
    shrinking.contents = stored.contents
    reading = SealedObjects(shrinking, KEY).read(NAME)

    assert plain[:FRAME_BYTES] == next(reading)
    with pytest.raises(DamagedObject):
        next(reading)
