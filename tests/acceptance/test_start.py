"""start.py on machines that lack something: it finds a way, or says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sys._base_executable  # the one outside .venv, as a person would start it with
WITHOUT = "import runpy, sys; {lack}; sys.argv = ['start.py', 'code']; {then}"
START = "runpy.run_path('start.py', run_name='__main__')"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder with start.py and the files that it reads, and nothing installed."""
    shutil.copy(ROOT / "start.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def run(folder: Path, lack: str, then: str = START) -> subprocess.CompletedProcess[str]:
    """Run a few lines with a Python that lacks something and reaches no index."""
    return subprocess.run(
        [PYTHON, "-c", WITHOUT.format(lack=lack, then=then)],
        cwd=folder,
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
    )


def test_no_index_is_explained(fresh: Path) -> None:
    """Without a package index, start.py says what to do and exits with 1."""
    done = run(fresh, lack="pass")

    assert 1 == done.returncode
    assert "Installing stopped, see the lines above." in done.stderr
    assert "docs/getting-started/install.md" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (fresh / ".venv" / "installed.txt").exists()


def test_works_without_ensurepip(fresh: Path) -> None:
    """Where Python can't give the environment a pip, its own pip installs into it."""
    lack = "sys.modules['ensurepip'] = None; sys.path.insert(0, '.')"
    then = "import start; start.create_environment(); start.pip('check')"
    done = run(fresh, lack=lack, then=then)

    assert 0 == done.returncode, done.stderr
    assert (fresh / ".venv" / "pyvenv.cfg").exists()
    assert not list((fresh / ".venv").rglob("pip"))


def test_no_pip_is_explained(fresh: Path) -> None:
    """Without pip and ensurepip, start.py says what to install and exits with 1."""
    done = run(fresh, lack="sys.modules['ensurepip'] = sys.modules['pip'] = None")

    assert 1 == done.returncode
    assert "apt install python3-pip" in done.stderr
    assert "Traceback" not in done.stderr


def test_old_python_is_explained(fresh: Path) -> None:
    """On a Python before 3.11, start.py says which one it needs and exits with 1."""
    done = run(fresh, lack="sys.version_info = (3, 9, 2)")

    assert 1 == done.returncode
    assert "occoder needs 3.11 or newer" in done.stderr
    assert not (fresh / ".venv").exists()
