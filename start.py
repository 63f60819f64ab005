"""Set occoder up from a fresh copy of this folder, then code an example or test it all.

python3 start.py code    install what coding needs and code examples/survey.csv
python3 start.py test    install what testing needs and run every check

Needs Python 3.11 or newer with pip, and of that the standard library only.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
INSTALLED = ENVIRONMENT / "installed.txt"
RUN_LOCK = ROOT / "requirements" / "run.txt"
DEV_LOCK = ROOT / "requirements" / "dev.txt"  # holds everything in RUN_LOCK too

CODE_SURVEY = ("code", "examples/survey.csv", "--title", "job", "--tasks", "duties")
CODED = "coded.csv"
N_SHOWN = 12
SHOWN_WIDTHS = {"job": 28, "code": 6, "title": 36, "confidence": 10, "reason": 16}

CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("pytest", "-n", "auto"),
)

OLD_PYTHON = (
    f"This is Python {sys.version.split()[0]}; occoder needs 3.11 or newer. "
    "Start this file with a newer one, for example: python3.12 start.py code"
)
NO_PIP = (
    "This Python has neither pip nor ensurepip, so nothing can be installed with it. "
    "On Debian or Ubuntu: apt install python3-pip"
)
NOT_INSTALLED = (
    "Installing stopped, see the lines above. Usual causes: no connection to a package "
    "index (pip takes a mirror or a folder of packages from its own settings, see "
    "docs/getting-started/install.md), a full disk, or a Python for which a package "
    "has no ready-made build yet (occoder is tested with 3.11)."
)


def main() -> int:
    """Run the command that the user named and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("code", "test"))
    command = parser.parse_args().command
    if sys.version_info < (3, 11):  # noqa: UP036 - this line is for older ones
        sys.exit(OLD_PYTHON)
    return code_survey() if command == "code" else run_checks()


def code_survey() -> int:
    """Code the example survey and show the first answers."""
    prepare(RUN_LOCK)
    exit_code = run(SCRIPTS / "occoder", *CODE_SURVEY, "-o", CODED)
    if exit_code == 0:
        show(ROOT / CODED)
    return exit_code


def run_checks() -> int:
    """Run every check, the tests last; return 0 only when all of them pass."""
    prepare(DEV_LOCK)
    exit_codes = [run(PYTHON, "-m", *check) for check in CHECKS]
    return max(map(abs, exit_codes))


def show(coded: Path) -> None:
    """Print the first rows of a coded file, each value cut to its column."""
    print(f"\nThe first rows of {coded.name}:\n")
    heading = {name: name for name in SHOWN_WIDTHS}
    with coded.open(encoding="utf-8-sig", newline="") as file:
        for row in [heading, *itertools.islice(csv.DictReader(file), N_SHOWN)]:
            cells = (row[name][:n].ljust(n) for name, n in SHOWN_WIDTHS.items())
            print("  ".join(cells).rstrip())


def prepare(lock: Path) -> None:
    """Make sure that .venv holds the packages of the lock and occoder itself."""
    installed = INSTALLED.read_text().split() if INSTALLED.exists() else []
    if stamp(lock) in installed:
        return
    print(f"Installing requirements/{lock.name} into .venv (a minute) ...", flush=True)
    if stamp(RUN_LOCK) not in installed:
        create_environment()
    # Hashes for all that is downloaded; occoder itself is then built from this folder
    # by the build backend in the lock, so nothing unpinned is ever fetched.
    pip("install", "--require-hashes", "--only-binary", ":all:", "-r", lock)
    pip("install", "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT)
    INSTALLED.write_text("\n".join({stamp(RUN_LOCK), stamp(lock)}))


def stamp(lock: Path) -> str:
    """Return a digest of all that decides what .venv holds, and where it works."""
    texts = [lock.read_text(), (ROOT / "pyproject.toml").read_text()]
    facts = "\n".join([*texts, sys.version, str(ROOT)])
    return hashlib.sha256(facts.encode()).hexdigest()


def create_environment() -> None:
    """Create .venv anew, with a pip of its own where this Python can give it one."""
    # Debian's python3 has no ensurepip without python3-venv, but its pip can
    # install into any environment.
    own_pip = importlib.util.find_spec("ensurepip") is not None
    if not own_pip and importlib.util.find_spec("pip") is None:
        sys.exit(NO_PIP)
    venv.create(ENVIRONMENT, clear=True, with_pip=own_pip)


def pip(*arguments: str | Path) -> None:
    """Run pip on .venv; stop with a plain message when it fails."""
    command: list[str | Path] = [PYTHON, "-m", "pip"]
    if shutil.which("pip", path=SCRIPTS) is None:
        command = [sys.executable, "-m", "pip", "--python", PYTHON]
    if run(*command, "--quiet", "--disable-pip-version-check", *arguments) != 0:
        sys.exit(NOT_INSTALLED)


def run(*command: str | Path) -> int:
    """Run a command in this folder, its output shown, and return its exit code."""
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
