"""Objects in a folder: whole or not at all, for their owner only, and well named."""

import os
import threading
from pathlib import Path

import pytest
from object_files import NAME, OPERATION, OTHER, files, kill_writer, names, read, write

from occoder.batch.objects.local_objects import PIECE_BYTES, LocalObjects
from occoder.batch.objects.objects import Found


@pytest.fixture
def store(tmp_path: Path) -> LocalObjects:
    """A store whose folder is not there yet."""
    return LocalObjects(tmp_path / "objects" / "ingress")


def test_written_is_read(store: LocalObjects) -> None:
    """What was written is read again, whole and in ranges, and has its size."""
    write(store, NAME, b"abc", b"", b"defgh")

    assert b"abcdefgh" == read(store, NAME)
    assert b"cde" == read(store, NAME, 2, 5)
    assert b"gh" == read(store, NAME, 6)
    assert b"gh" == read(store, NAME, 6, 100)
    assert b"" == read(store, NAME, 3, 3) == read(store, NAME, 9) == read(store, NAME, 5, 2)
    assert 8 == store.n_bytes(NAME)


def test_empty_object_is_there(store: LocalObjects) -> None:
    """An object may be empty, and is there all the same."""
    write(store, NAME)

    assert 0 == store.n_bytes(NAME)
    assert b"" == read(store, NAME)


def test_large_object_comes_in_pieces(store: LocalObjects) -> None:
    """However large an object is, reading gives pieces of at most 1 MiB."""
    large = os.urandom(1000) * 40_000
    write(store, NAME, large)
    pieces = list(store.read(NAME))

    assert large == b"".join(pieces)
    assert PIECE_BYTES == max(len(one) for one in pieces)


def test_missing_object_is_told(store: LocalObjects) -> None:
    """What is not there has no size, can't be read, is not found and can be deleted."""
    for name in (NAME, f"{OTHER}/input"):
        assert store.n_bytes(name) is None
        with pytest.raises(FileNotFoundError):
            read(store, name)
        store.delete(name)
        assert [] == names(store)
        store.delete_remnants(0)
        write(store, f"{OPERATION}/other", b"so that the folder is there")
        store.delete(OPERATION)


def test_only_the_owner_opens_objects(store: LocalObjects) -> None:
    """Objects and folders have no right for others, whatever the umask is."""
    before = os.umask(0)
    try:
        write(store, NAME, b"content")
    finally:
        os.umask(before)
    file = store.folder / NAME
    made = [file, file.parent, store.folder, store.folder.parent]

    assert [0o600, 0o700, 0o700, 0o700] == [one.stat().st_mode & 0o777 for one in made]


def test_object_appears_when_whole(store: LocalObjects) -> None:
    """Until the last byte is written there is no object, and then there is one file."""
    with store.writer(NAME) as writer:
        writer.write(b"content")
        assert store.n_bytes(NAME) is None
        assert [] == names(store)
    found = list(store.found())

    assert [Found(NAME, 7, (store.folder / NAME).stat().st_mtime)] == found
    assert [OPERATION, NAME] == files(store)


def test_object_is_replaced(store: LocalObjects) -> None:
    """A later object of the same name takes the place; who reads the former goes on."""
    write(store, NAME, b"x" * PIECE_BYTES, b"former")
    reading = store.read(NAME)
    next(reading)
    write(store, NAME, b"later")

    assert b"former" == b"".join(reading)
    assert b"later" == read(store, NAME)


def test_failed_writing_changes_nothing(store: LocalObjects) -> None:
    """When writing ends with an exception, the former object stays and no other file."""
    write(store, NAME, b"former")
    for name in (NAME, f"{OTHER}/input"):
        with pytest.raises(KeyboardInterrupt), store.writer(name) as writer:
            writer.write(b"half")
            raise KeyboardInterrupt

    assert b"former" == read(store, NAME)
    assert [OPERATION, NAME] == files(store)


def test_deleting_takes_remnants(store: LocalObjects) -> None:
    """When an operation is deleted, nothing of it stays, also of killed processes."""
    for name in (NAME, f"{OTHER}/input"):
        write(store, name, b"content")
        kill_writer(store, name)
    store.delete(f"{OPERATION}/")

    assert [f"{OTHER}/input"] == names(store)
    assert not (store.folder / OPERATION).exists()
    store.delete(OTHER)
    assert [] == files(store)


def test_prefix_chooses(store: LocalObjects) -> None:
    """A prefix finds and deletes the objects, and their remnants, that begin like it."""
    parts = [f"{OPERATION}/part-{n:08}" for n in range(3)]
    for name in (*parts, f"{OPERATION}/metadata", f"{OTHER}/part-00000000"):
        write(store, name, b"content")
    kill_writer(store, f"{OPERATION}/part-00000009")
    kill_writer(store, f"{OPERATION}/metadata")

    assert parts == names(store, f"{OPERATION}/part-")
    assert 4 == len(names(store, OPERATION))
    assert 5 == len(names(store, OPERATION[:-1])) == len(names(store))
    assert [] == names(store, "aa")
    store.delete(f"{OPERATION}/part-")
    assert [f"{OPERATION}/metadata"] == names(store, OPERATION)
    assert 1 == len(list((store.folder / OPERATION).glob(".*")))


def test_foreign_files_are_passed_by(store: LocalObjects) -> None:
    """What is no object in the folder is neither found nor deleted."""
    write(store, NAME, b"content")
    for path in ("lost+found/file", "note.txt", f"{OPERATION}/.hidden", f"{OPERATION}/A"):
        (store.folder / path).parent.mkdir(exist_ok=True)
        (store.folder / path).write_text("foreign")
    (store.folder / OTHER).write_text("a file in place of a folder")
    before = files(store)

    assert [NAME] == names(store)
    store.delete_remnants(0)
    store.delete(NAME)
    assert {NAME} == set(before) - set(files(store))


def test_writers_and_deleters_at_once(store: LocalObjects) -> None:
    """Folders that come and go at the same time as objects do keep nobody from writing."""
    stop = threading.Event()

    def come_and_go(name: str) -> None:
        while not stop.is_set():
            write(store, name, b"content")
            store.delete(name)

    both = [
        threading.Thread(target=come_and_go, args=(f"{OPERATION}/{one}",)) for one in "ab"
    ]
    for one in both:
        one.start()
    try:
        for n in range(50):
            write(store, f"{OPERATION}/part-{n}", b"content")
            store.delete(f"{OPERATION}/part-{n}")
    finally:
        stop.set()
        for one in both:
            one.join()

    assert [] == files(store)
