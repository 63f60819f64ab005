"""The folder beside an output."""

import subprocess
import sys
from pathlib import Path

import pytest

from occoder.errors import JobUnderWay, UnwritableFile
from occoder.remote.side_folder import SideFolder

HOLDS = """
import sys
from pathlib import Path
from occoder.remote.side_folder import SideFolder
with SideFolder(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path) -> SideFolder:
    """Return the folder of an output."""
    return SideFolder(tmp_path / "coded.csv")


def test_nobody_else_may_look(folder: SideFolder) -> None:
    """It is for its owner only, also where it was there with other rights."""
    folder.path.mkdir(mode=0o755)
    with folder.held():
        assert 0o700 == folder.path.stat().st_mode & 0o777


def test_one_process_at_a_time(folder: SideFolder) -> None:
    """A second process is refused as long as the first one lives, and not longer."""
    words = [sys.executable, "-c", HOLDS, str(folder.target)]
    other = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert b"held\n" == other.stdout.readline()

    with pytest.raises(JobUnderWay), folder.held():
        pass
    other.kill()
    other.communicate(timeout=60)
    with folder.held():
        pass


def test_foreign_folder_is_left_alone(folder: SideFolder) -> None:
    """A folder of this name with other things in it is neither used nor emptied."""
    folder.path.mkdir()
    (folder.path / "thesis.txt").write_text("years of work")

    with pytest.raises(UnwritableFile, match="something else"), folder.held():
        pass
    assert "years of work" == (folder.path / "thesis.txt").read_text()


def test_everything_goes(folder: SideFolder) -> None:
    """What was in it is gone with it."""
    with folder.held():
        folder.state.write_text("{}")
        folder.input.write_text("text")
        folder.joined.parent.mkdir()
        folder.joined.write_text("text")
    folder.remove()

    assert not folder.path.exists()


def test_output_appears_in_one_step(folder: SideFolder) -> None:
    """What was joined takes the place of a former output."""
    folder.target.write_text("former")
    with folder.held():
        folder.joined.parent.mkdir()
        folder.joined.write_text("new")
        folder.finish()

    assert "new" == folder.target.read_text()


def test_link_is_followed(tmp_path: Path) -> None:
    """The file that a link points to is replaced; the ending is that of the link."""
    (tmp_path / "there").mkdir()
    (tmp_path / "coded.csv").symlink_to(tmp_path / "there" / "data")
    folder = SideFolder(tmp_path / "coded.csv")

    assert tmp_path / "there" / "data.occoder" == folder.path
    assert "coded.csv" == folder.joined.name
