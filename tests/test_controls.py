"""The page on security controls tells the truth, and leaves no control out."""

import ast
import re
from pathlib import Path

import pytest
from typer.main import get_command

from occoder.cli.main import app
from occoder.settings.settings import Settings, variable

ROOT = Path(__file__).parents[1]
SECURITY = ROOT / "docs" / "security"
PAGE = (SECURITY / "controls.md").read_text(encoding="utf-8")
PAGES = {page.name: page.read_text(encoding="utf-8") for page in SECURITY.glob("*.md")}
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| control ")
]

# Section 12 of the guide, what comes before it on the same matters, and R116.
REQUIREMENTS = {4, 6, 7, *range(83, 100), 116}

# It has 17 controls, of which two say two things, and the paragraph before them one.
N_ROWS_OF_THE_GUIDE = 20

# A row may be without evidence only where it says that there is nothing to show.
ABSENT = "Not in this version"


def named_tests() -> list[str]:
    """Return the tests that the page names, each as file or file::test."""
    return re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", PAGE)


def functions(file: Path) -> set[str]:
    """Return the names of all functions in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def requirements(text: str) -> set[int]:
    """Return the numbers of the requirements that a text names, ranges included."""
    single = {int(number) for number in re.findall(r"R(\d+)", text)}
    ranges = re.findall(r"R(\d+) to R(\d+)", text)
    return single.union(*(range(int(a), int(b) + 1) for a, b in ranges))


@pytest.mark.parametrize("name", sorted(set(named_tests())))
def test_named_tests_exist(name: str) -> None:
    """Every test that the page names is there."""
    file, _, test = name.partition("::")

    assert (ROOT / file).is_file()
    assert not test or test in functions(ROOT / file)


@pytest.mark.parametrize("page", PAGES)
def test_named_commands_exist(page: str) -> None:
    """Every command of occoder that the pages name is there."""
    program = get_command(app)
    named = re.findall(r"(?:^|`)occoder ((?:[a-z-]+ ?){1,2})", PAGES[page], re.MULTILINE)

    for words in named:
        command = program
        for word in words.split():
            if hasattr(command, "commands"):
                assert word in command.commands, words
                command = command.commands[word]
    assert named


@pytest.mark.parametrize("page", PAGES)
def test_named_settings_exist(page: str) -> None:
    """Every setting that the pages name is there."""
    known = {variable(name) for name in Settings.__dataclass_fields__}

    assert set() == set(re.findall(r"OCCODER_[A-Z_]+[A-Z]", PAGES[page])) - known


def test_r99_every_control_has_a_row() -> None:
    """Every control of the guide, and every requirement on security, is on the page."""
    of_the_guide = [row for row in ROWS if row[0].startswith("Guide: ")]

    assert N_ROWS_OF_THE_GUIDE == len(of_the_guide)
    assert set() == REQUIREMENTS - requirements(PAGE)


def test_every_row_has_evidence() -> None:
    """A row names a test or a command, or says that there is nothing to show."""
    silent = [row[0] for row in ROWS if len(row) < 3 and not row[1].startswith(ABSENT)]

    assert ROWS
    assert [] == silent


def test_r98_no_assessment_is_claimed() -> None:
    """The page says that nobody assessed occoder, and speaks of no certification."""
    claims = re.findall(r"(?i)certified|accredited|compliant|IRAP.assessed", PAGE)

    assert "Nobody has assessed occoder" in PAGE
    assert [] == claims
