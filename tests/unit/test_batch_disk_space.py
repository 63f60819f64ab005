"""Whether an upload has a place."""

import shutil
from pathlib import Path

import pytest

from occoder.service.batches.disk_space import NEEDED_FOR_A_BYTE, DiskSpace
from occoder.service.batches.storage_faults import SLOW_DOWN, StorageFault

MIB = 1024 * 1024
SLACK = 64 * MIB  # others write meanwhile


def space(folder: Path, *, left: int, due: int = 0) -> DiskSpace:
    """Return a disk on which so many bytes are left beside the reserve."""
    free = shutil.disk_usage(folder).free
    return DiskSpace(folder=folder, reserve_bytes=free - left, due_bytes=due)


def test_input_with_all_that_is_made_of_it(tmp_path: Path) -> None:
    """An input fits if its copies and its output do, beside the reserve."""
    left = 1024 * MIB
    fits = (left - SLACK) // NEEDED_FOR_A_BYTE
    space(tmp_path, left=left).check(fits)

    with pytest.raises(StorageFault) as caught:
        space(tmp_path, left=left).check(fits + SLACK)
    assert SLOW_DOWN is caught.value.kind


def test_what_others_need_is_left_to_them(tmp_path: Path) -> None:
    """What is made of other inputs has its place before a new one."""
    left = 1024 * MIB
    half = left // NEEDED_FOR_A_BYTE // 2
    space(tmp_path, left=left, due=half - SLACK).check(half - SLACK)

    with pytest.raises(StorageFault):
        space(tmp_path, left=left, due=half + SLACK).check(half)


def test_what_has_arrived_has_its_place(tmp_path: Path) -> None:
    """What is stored already needs no more space."""
    left = (NEEDED_FOR_A_BYTE - 1) * 256 * MIB + SLACK
    space(tmp_path, left=left).check(256 * MIB, n_arrived=256 * MIB)

    with pytest.raises(StorageFault):
        space(tmp_path, left=left).check(256 * MIB)


def test_looked_at_now_and_then(tmp_path: Path) -> None:
    """While a file arrives, it is looked at again every 64 MiB."""
    watched = space(tmp_path, left=0)
    due = [i for i in range(0, 300, 10) if watched.is_due(i * MIB)]

    assert [70, 140, 210, 280] == due


def test_folder_need_not_be_there(tmp_path: Path) -> None:
    """Before the first object is stored, the disk is that of the folder above."""
    deep = tmp_path / "a" / "b"
    DiskSpace(folder=deep, reserve_bytes=0, due_bytes=0).check(1)

    assert not deep.exists()
