"""Write the reference pages that are made from the program: `python docs/generate.py`."""

from collections.abc import Iterator
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from occoder.cli.main import app

CLI_PAGE = Path(__file__).parent / "reference" / "cli.md"

CLI_HEAD = """\
# Command line

This page is what `--help` prints, written by `python docs/generate.py`; a test keeps it true.

Exit codes: 0 done, 1 could not (one line on stderr says why and what to do), 2 misused, 130 interrupted.
"""


def commands(program: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words that name each command, the program itself first, as ()."""
    yield words
    for name, command in getattr(program, "commands", {}).items():
        yield from commands(command, (*words, name))


def help_text(command: tuple[str, ...]) -> str:
    """Return what a command prints for --help on a terminal of 80 columns."""
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "80"})
    return result.output.strip()


def cli_page() -> str:
    """Return the text of the page on the command line."""
    sections = (
        f"## {' '.join(('occoder', *command))}\n\n```text\n{help_text(command)}\n```\n"
        for command in commands(get_command(app))
    )
    return "\n".join((CLI_HEAD, *sections))


if __name__ == "__main__":
    CLI_PAGE.write_text(cli_page(), encoding="utf-8")
