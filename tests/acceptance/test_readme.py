"""The README is run as it stands, from nothing, on a copy of the project."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import sessions
from sessions import blanked

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project with nothing installed, and no model trained anywhere."""
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path / "home"))
    ignore = shutil.ignore_patterns(*NOT_COPIED)
    return Path(shutil.copytree(ROOT, tmp_path / "occoder", ignore=ignore))


def run(command: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command in a folder, with some settings in the environment."""
    environment = {**os.environ, **settings}
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
    )


def test_readme_sets_up_in_two_commands() -> None:
    """All that the README asks a reader to type into a shell is two commands."""
    assert ["python3 start.py code\n", "python3 start.py test\n"] == COMMANDS


def test_readme_does_what_it_says(fresh: Path) -> None:
    """The first command installs, codes and shows the example; then all sessions hold."""
    done = run(COMMANDS[0], fresh)

    assert 0 == done.returncode, done.stderr
    assert "sparky                        381231  Electrician (General)" in done.stdout
    assert "OSCA 2024: " in done.stderr
    assert (fresh / "coded.csv").exists()

    # Once more, everything is in place: nothing is installed and nothing is trained.
    again = run(COMMANDS[0], fresh, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)

    assert 0 == again.returncode, again.stderr
    assert done.stdout.endswith(again.stdout)
    assert "First use" not in again.stderr

    assert blanked(README) == blanked(sessions.run(README, fresh.parent / "sessions"))
