"""Files that appear whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from occoder.errors import UnwritableFile
from occoder.files.replacement import replacing, written_to


def test_file_appears_at_the_end(tmp_path: Path) -> None:
    """Until all went well the former file is untouched; then the new one is there."""
    target = tmp_path / "out.csv"
    target.write_text("old")
    with replacing(target) as temporary:
        temporary.write_text("new")
        during = target.read_text()

    assert ("old", "new") == (during, target.read_text())
    assert [target] == list(tmp_path.iterdir())


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_failure_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    """Whatever stops the writing, no file is left and none is changed."""
    with pytest.raises(failure), replacing(tmp_path / "out.csv") as temporary:
        temporary.write_text("half")
        raise failure

    assert [] == list(tmp_path.iterdir())


def test_link_is_followed(tmp_path: Path) -> None:
    """The file behind a link is replaced, not the link."""
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    with replacing(tmp_path / "link.csv") as temporary:
        temporary.write_text("new")

    assert (tmp_path / "link.csv").is_symlink()
    assert "new" == (tmp_path / "real.csv").read_text()


def test_permissions_are_the_usual_ones(tmp_path: Path) -> None:
    """The new file has the permissions that any new file has."""
    with replacing(tmp_path / "out.csv") as temporary:
        temporary.write_text("new")
    (tmp_path / "other").touch()

    assert (tmp_path / "other").stat().st_mode == (tmp_path / "out.csv").stat().st_mode


@pytest.mark.parametrize(
    ("name", "problem"),
    [("folder", "it is a folder"), ("none/out.csv", "folder doesn't exist")],
)
def test_impossible_targets_are_refused(tmp_path: Path, name: str, problem: str) -> None:
    """A folder, or a file in no folder, can't be written."""
    (tmp_path / "folder").mkdir()

    with pytest.raises(UnwritableFile, match=problem), replacing(tmp_path / name):
        pass


def test_devices_are_not_replaced() -> None:
    """What is neither file nor folder stays what it is."""
    with pytest.raises(UnwritableFile, match="regular file"), replacing(Path(os.devnull)):
        pass


def test_system_errors_name_the_target() -> None:
    """A full disk becomes an error that names the target."""
    with pytest.raises(UnwritableFile) as caught, written_to(Path("out.csv")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert ("out.csv", "no space left on device") == (
        caught.value.target,
        caught.value.problem,
    )
