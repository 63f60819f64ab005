"""Laws of sealed objects and of wrapped keys, for whatever is stored and done to it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_objects import MemoryObjects

from occoder.batch.vault.sealed import FRAME_BYTES, HEADER_BYTES, TAG_BYTES, SealedObjects
from occoder.errors import DamagedObject

NAME = "5f0c6a1e-0d7c-4a39-9b3f-0c8b7d1e2f3a/input"
KEYS = st.binary(min_size=32, max_size=32)
STORED = FRAME_BYTES + TAG_BYTES
MOST = 3 * FRAME_BYTES + 2

# Sizes and places around the borders of frames are where mistakes would be.
NEAR_BORDERS = st.builds(
    lambda n, off: max(n * FRAME_BYTES + off, 0), st.integers(0, 3), st.integers(-2, 2)
)
SIZES = st.one_of(st.integers(0, 100), NEAR_BORDERS, st.integers(0, MOST))
PLACES = st.one_of(NEAR_BORDERS, st.integers(0, MOST + 10))

CONTENT = random.Random(1).randbytes(MOST)


def sealed_object(n_bytes: int, key: bytes) -> tuple[MemoryObjects, SealedObjects]:
    """Return a store with one sealed object, and how it is opened."""
    stored = MemoryObjects(piece_bytes=700_001)
    sealed = SealedObjects(stored, key)
    with sealed.writer(NAME) as writer:
        writer.write(CONTENT[:n_bytes])
    return stored, sealed


def read(sealed: SealedObjects, start: int = 0, end: int | None = None) -> bytes:
    """Return what is read of the object."""
    return b"".join(sealed.read(NAME, start, end))


@given(key=KEYS, plain=st.lists(st.binary(max_size=400), max_size=20))
def test_any_content_comes_back(key: bytes, plain: list[bytes]) -> None:
    """Whatever is written in whatever pieces is read again."""
    stored = MemoryObjects(piece_bytes=7)
    sealed = SealedObjects(stored, key)
    with sealed.writer(NAME) as writer:
        for piece in plain:
            writer.write(piece)

    assert b"".join(plain) == read(sealed)


@settings(max_examples=60)
@given(n_bytes=SIZES, start=PLACES, end=st.none() | PLACES)
def test_any_range_is_a_slice(n_bytes: int, start: int, end: int | None) -> None:
    """A range of an object is that slice of its content."""
    _, sealed = sealed_object(n_bytes, bytes(32))

    assert n_bytes == sealed.n_bytes(NAME)
    assert CONTENT[:n_bytes][start:end] == read(sealed, start, end)


@settings(max_examples=60)
@given(n_bytes=SIZES, data=st.data())
def test_any_flipped_bit_is_noticed(n_bytes: int, data: st.DataObject) -> None:
    """One bit that is flipped anywhere keeps the object from being read whole.

    A range of it is read as it was written, or not at all.
    """
    stored, sealed = sealed_object(n_bytes, bytes(32))
    changed = bytearray(stored.contents[NAME])
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    stored.contents[NAME] = bytes(changed)
    start, end = data.draw(PLACES), data.draw(PLACES)

    with pytest.raises(DamagedObject):
        read(sealed)
    try:
        assert CONTENT[:n_bytes][start:end] == read(sealed, start, end)
    except DamagedObject:
        pass


@settings(max_examples=60)
@given(n_bytes=SIZES, data=st.data())
def test_any_cut_is_noticed(n_bytes: int, data: st.DataObject) -> None:
    """An object that is cut anywhere can't be read to its end, wherever one begins."""
    stored, sealed = sealed_object(n_bytes, bytes(32))
    whole = stored.contents[NAME]
    borders = [HEADER_BYTES + n * STORED for n in range(4)]
    cuts = st.integers(0, len(whole) - 1)
    usual = st.sampled_from([one for one in (0, *borders) if one < len(whole)])
    stored.contents[NAME] = whole[: data.draw(st.one_of(usual, cuts))]
    start = data.draw(PLACES)

    with pytest.raises(DamagedObject):
        read(sealed)
    with pytest.raises(DamagedObject):
        read(sealed, start)


@settings(max_examples=30)
@given(order=st.permutations(range(4)), n_left=st.integers(0, 4))
def test_any_other_order_is_noticed(order: list[int], n_left: int) -> None:
    """Frames that are swapped, doubled or left out keep the object from being read."""
    stored, sealed = sealed_object(MOST, bytes(32))
    whole = stored.contents[NAME]
    frames = [whole[HEADER_BYTES + n * STORED :][:STORED] for n in range(4)]
    other = [*(frames[n] for n in order[:n_left]), *frames[n_left:]]
    stored.contents[NAME] = b"".join([whole[:HEADER_BYTES], *other])

    if stored.contents[NAME] == whole:
        assert CONTENT == read(sealed)
    else:
        with pytest.raises(DamagedObject):
            read(sealed)


@given(
    keys=st.tuples(KEYS, KEYS),
    names=st.tuples(st.text("ab0-.", min_size=1), st.text("ab0-.", min_size=1)),
)
def test_key_and_name_belong_to_an_object(
    keys: tuple[bytes, bytes], names: tuple[str, str]
) -> None:
    """An object opens with the key and under the name that it was written with only."""
    stored = MemoryObjects()
    with SealedObjects(stored, keys[0]).writer(names[0]) as writer:
        writer.write(b"content")
    stored.contents[names[1]] = stored.contents[names[0]]
    opened = SealedObjects(stored, keys[1])

    if keys[0] == keys[1] and names[0] == names[1]:
        assert [b"content"] == list(opened.read(names[1]))
    else:
        with pytest.raises(DamagedObject):
            list(opened.read(names[1]))
