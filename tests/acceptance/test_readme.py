"""The README is run as it stands, from nothing, on a copy of the project."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# A block of code, and the block of text right after it: what the code prints.
EXAMPLE = re.compile(r"^```(sh|python)\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.S | re.M)
NOT_IN_A_COPY = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis"
)
SHELL = {"sh": ["bash", "-euc"], "python": [".venv/bin/python", "-c"]}


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A copy of the project with nothing installed and no model trained."""
    return Path(shutil.copytree(ROOT, tmp_path / "occoder", ignore=NOT_IN_A_COPY))


def examples() -> Iterator[tuple[str, str, str]]:
    """Yield language, code and printed text of each example, in order."""
    for language, code, printed in EXAMPLE.findall(README):
        if code != "python3 start.py test\n":  # this very run
            yield language, code, printed


def without_decimals(text: str) -> str:
    """Blank the digits after a point: a confidence moves with every new text."""
    return re.sub(r"(?<=\d\.)\d+", "#", text)


def agree(expected: str, actual: str) -> bool:
    """Tell whether printed text is as shown, "..." standing for any text."""
    return OutputChecker().check_output(
        without_decimals(expected),
        without_decimals(actual),
        ELLIPSIS | NORMALIZE_WHITESPACE,
    )


def test_readme_does_what_it_says(fresh: Path) -> None:
    """Every example of the README runs in order, and prints what the README shows."""
    environment = {**os.environ, "HOME": str(fresh)}
    for language, code, printed in examples():
        done = subprocess.run(
            [*SHELL[language], code],
            cwd=fresh,
            env=environment,
            capture_output=True,
            text=True,
        )

        assert 0 == done.returncode, f"{code}\n{done.stdout}\n{done.stderr}"
        assert agree(printed, done.stdout) or not printed, f"{code}\n{done.stdout}"


def test_coded_example_is_complete() -> None:
    """The README shows both commands that set everything up."""
    assert "python3 start.py code\n" in {code for _, code, _ in examples()}
