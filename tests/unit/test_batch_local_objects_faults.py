"""Objects in a folder when things go wrong: full disks, killed processes, odd names."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from object_files import NAME, OPERATION, OTHER, files, kill_writer, names, read, write

from occoder.batch.objects.local_objects import LocalObjects
from occoder.errors import ObjectsUnreachable


@pytest.fixture
def store(tmp_path: Path) -> LocalObjects:
    """A store whose folder is not there yet."""
    return LocalObjects(tmp_path / "objects" / "ingress")


@contextmanager
def file_size_at_most(n_bytes: int) -> Iterator[None]:
    """Let the system refuse longer files: where one ends, a full disk does the same."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_leaves_nothing(store: LocalObjects) -> None:
    """When the system takes no more bytes midway, it is told and nothing half stays."""
    write(store, NAME, b"former")
    for name in (NAME, f"{OTHER}/input"):
        with file_size_at_most(100_000), pytest.raises(ObjectsUnreachable) as caught:
            write(store, name, b"x" * 70_000, b"y" * 70_000)
        assert ("ingress", "File too large") == (caught.value.store, caught.value.problem)

    assert b"former" == read(store, NAME)
    assert [OPERATION, NAME] == files(store)


def test_killed_writer_leaves_no_object(store: LocalObjects) -> None:
    """What a killed process wrote is no object; after a while it is deleted as remnant."""
    write(store, NAME, b"former")
    kill_writer(store, NAME)
    (left,) = (store.folder / OPERATION).glob(".*")

    assert [NAME] == names(store)
    assert b"former" == read(store, NAME)
    assert left.name.startswith(".input.")
    store.delete_remnants(older_than_s=60)
    assert left.exists()
    store.delete_remnants(older_than_s=0)
    assert [OPERATION, NAME] == files(store)


@pytest.mark.parametrize(
    "name",
    [
        *("", "input", OPERATION, f"{OPERATION}/", "../input", f"{OPERATION}/.."),
        *(f"{OPERATION}/.input", f"{OPERATION}/../x", f"{OPERATION}/a/b", f"/{NAME}"),
        *(f"{OPERATION}/Input", f"{OPERATION}/{'a' * 65}", f"{NAME}\n", f"{NAME}\0"),
        *(f"{OPERATION.upper()}/input", f"../{OPERATION}/input", "x" * 36 + "/input"),
    ],
    ids=ascii,
)
def test_other_names_are_refused(store: LocalObjects, name: str) -> None:
    """A name that could lead out of the folder, or hide an object, is a mistake."""
    for way in (store.writer, store.n_bytes, store.read):
        with pytest.raises(ValueError, match="<operation id>/<object>"):
            made = way(name)
            with made:  # type: ignore[union-attr]
                pass
    assert not store.folder.exists()


@pytest.mark.parametrize("prefix", ["", OPERATION[:20], "..", f"{OPERATION}/..", "/"])
def test_deletes_of_one_operation_only(store: LocalObjects, prefix: str) -> None:
    """Nothing is deleted where an operation is not named in full."""
    write(store, NAME, b"content")

    with pytest.raises(ValueError, match="one operation"):
        store.delete(prefix)
    assert [NAME] == names(store)


@pytest.mark.parametrize("prefix", ["..", "/", f"{OPERATION}/..", f"{NAME}/"])
def test_other_prefixes_are_refused(store: LocalObjects, prefix: str) -> None:
    """A prefix that no name begins with is a mistake, not an empty answer."""
    with pytest.raises(ValueError, match="begins like this"):
        names(store, prefix)


def test_unusable_folder_is_told(tmp_path: Path) -> None:
    """Where the folder can't be used, the store and the system's reason are told."""
    (tmp_path / "egress").write_text("no folder")
    store = LocalObjects(tmp_path / "egress")

    for way in (
        lambda: write(store, NAME, b"content"),
        lambda: store.n_bytes(NAME),
        lambda: read(store, NAME),
    ):
        with pytest.raises(ObjectsUnreachable, match=r"store egress .*: (Not|File)"):
            way()


def test_folder_in_place_of_an_object_is_told(store: LocalObjects) -> None:
    """An object that can't be read, replaced or deleted is told."""
    (store.folder / NAME / "inside").mkdir(parents=True)

    for way in (
        lambda: write(store, NAME, b"content"),
        lambda: read(store, NAME),
        lambda: store.delete(OPERATION),
    ):
        with pytest.raises(ObjectsUnreachable, match=r"directory|permitted"):
            way()
    assert [OPERATION, NAME, f"{NAME}/inside"] == files(store)


def test_deleted_under_a_writer_stays_deleted(store: LocalObjects) -> None:
    """An object whose operation is deleted meanwhile does not come back."""
    with pytest.raises(ObjectsUnreachable), store.writer(NAME) as writer:
        writer.write(b"content")
        store.delete(OPERATION)

    assert [] == files(store)
