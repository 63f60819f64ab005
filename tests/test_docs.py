"""The pages tell the truth: what they name exists, and what exists is named."""

import dataclasses
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmark_page.headline import README, with_headline
from generate import CLI_PAGE, cli_page, commands
from typer.main import get_command

from occoder.cli.main import app
from occoder.settings.settings import Settings, variable

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
CODE = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")

VARIABLE = r"OCCODER_[A-Z0-9_]+"


def path_of(page: Path) -> str:
    """Name a test case by the path of its page."""
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    """Return the text of a page."""
    return page.read_text(encoding="utf-8")


def options_of(command: Any) -> set[str]:
    """Return every option that a command takes."""
    names = {
        name for option in command.params for name in (*option.opts, *option.secondary_opts)
    }
    return {name for name in names if name.startswith("-")} | {"--help"}


PROGRAM = get_command(app)


def find(words: tuple[str, ...]) -> Any:
    """Return the command that some words name."""
    command: Any = PROGRAM
    for word in words:
        command = command.commands[word]
    return command


COMMANDS = {words: find(words) for words in commands(PROGRAM)}


def uses(page: Path) -> Iterator[list[str]]:
    """Yield the arguments of each use of occoder in the code of a page."""
    for match in CODE.finditer(text_of(page)):
        block = (match[1] or match[2] or "").replace("\\\n", " ")
        for line in block.splitlines():
            found = re.match(r"(?:\$ )?(?:\S*/)?occoder (.+)", line.strip())
            if found:
                arguments = re.split(r" [|>] ", found[1])[0]
                yield shlex.split(arguments, comments=True)


def command_of(arguments: list[str]) -> tuple[str, ...]:
    """Return the words of the command that some arguments begin with."""
    words: tuple[str, ...] = ()
    while len(words) < len(arguments) and (*words, arguments[len(words)]) in COMMANDS:
        words = (*words, arguments[len(words)])
    return words


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings
    }


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield file and anchor of each link from a page into the project."""
    for target in LINK.findall(CODE.sub("", text_of(page))):
        if not target.startswith(("http://", "https://", "mailto:")):
            file, _, anchor = target.partition("#")
            yield ((page.parent / file).resolve() if file else page, anchor)


def test_cli_page_is_current() -> None:
    """The page on the command line is what --help prints; else run docs/generate.py."""
    assert cli_page() == text_of(CLI_PAGE)


def test_readme_figure_is_recorded() -> None:
    """The figure in the README is the newest recorded one; else run docs/generate.py."""
    assert with_headline(text_of(README)) == text_of(README)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_everything_has_help(words: tuple[str, ...]) -> None:
    """Every command, argument and option says what it is for."""
    command = COMMANDS[words]

    assert command.help
    assert [] == [param.name for param in command.params if not param.help]


@pytest.mark.parametrize("page", [p for p in PAGES if p != CLI_PAGE], ids=path_of)
def test_named_commands_exist(page: Path) -> None:
    """A page names no command and no option that occoder does not have."""
    for arguments in uses(page):
        words = command_of(arguments)
        rest = arguments[len(words) :]
        options = {one.split("=")[0] for one in rest if re.match(r"--?[a-zA-Z]", one)}

        assert words or rest[0].startswith("-"), arguments
        assert set() == options - options_of(COMMANDS[words]), arguments


def test_every_command_is_shown() -> None:
    """Every command is used somewhere in the pages that people wrote."""
    used = {
        command_of(arguments)
        for page in PAGES
        if page != CLI_PAGE
        for arguments in uses(page)
    }
    final = {
        words for words, command in COMMANDS.items() if not hasattr(command, "commands")
    }

    assert set() == final - used


@pytest.mark.parametrize("page", PAGES, ids=path_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link into the project finds its file and its heading."""
    broken = [
        (path_of(file), anchor)
        for file, anchor in links(page)
        if not file.exists() or (anchor and anchor not in anchors(file))
    ]

    assert [] == broken


def test_every_page_is_reachable() -> None:
    """From the index every page of docs/ can be reached by links."""
    reached: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting.extend(file for file, _ in links(page))

    assert set() == {path_of(page) for page in PAGES} - {path_of(page) for page in reached}


def test_settings_are_documented() -> None:
    """The environment variables that the code reads are those that the pages name."""
    sources = (ROOT / "src" / "occoder").rglob("*.py")
    read = {name for file in sources for name in re.findall(VARIABLE, text_of(file))} | {
        variable(one.name) for one in dataclasses.fields(Settings)
    }
    named = {name for page in PAGES for name in re.findall(VARIABLE, text_of(page))}

    assert read == named


def test_changelog_opens_with_the_version() -> None:
    """The newest section of the changelog is the version of the package."""
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    sections = re.findall(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)

    assert project["version"] == sections[0]


def test_notice_attributes_the_tables() -> None:
    """NOTICE names the source and licence of every table that is not our own."""
    notice = text_of(ROOT / "NOTICE")
    tables = (ROOT / "src" / "occoder" / "data" / "classification").glob("*.csv")

    assert [] == [table.name for table in tables if table.name not in notice]
    assert "Australian Bureau of Statistics" in notice
    assert "CC BY 4.0" in notice


def test_architecture_page_lists_the_parts() -> None:
    """The table of parts in ARCHITECTURE.md names the parts of the package."""
    package = ROOT / "src" / "occoder"
    rows = re.findall(r"^\| `(\w+)` \|", text_of(ROOT / "ARCHITECTURE.md"), re.MULTILINE)
    parts = {
        entry.stem
        for entry in package.iterdir()
        if entry.suffix == ".py" or (entry / "__init__.py").exists()
    }

    assert parts - {"__init__", "__main__"} == set(rows)
