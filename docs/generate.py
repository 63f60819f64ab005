"""Write the reference pages that are made from the program: `python docs/generate.py`."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import Any, get_type_hints

from benchmark_page import BENCHMARKS_PAGE, benchmarks_page
from benchmark_page.headline import README, with_headline
from openapi_page import HTTP_API_PAGE, http_api_page
from settings_page import SETTINGS_PAGE, settings_page
from typer.main import get_command
from typer.testing import CliRunner

import occoder
from occoder.classification import Category, Classification, Level
from occoder.cli.main import app
from occoder.coder.coded import CodedBatch
from occoder.coder.explanation import Evidence, Explanation, Step
from occoder.coder.manifest import Promise

REFERENCE = Path(__file__).parent / "reference"
CLI_PAGE, API_PAGE = REFERENCE / "cli.md", REFERENCE / "python-api.md"

CLI_HEAD = """\
# Command line

This page is what `--help` prints, written by `python docs/generate.py`; \
a test keeps it true.

Exit codes: 0 done, 1 could not (one line on stderr says why and what to do), 2 misused, \
130 interrupted.
"""

API_HEAD = """\
# Python

This page is made of the docstrings, by `python docs/generate.py`; a test keeps it true.
[Use it from Python](../guides/use-from-python.md) shows how these fit together.
The names that `import occoder` offers come first, and these are \
[promised](../policies/stability.md).
All errors stand in `occoder.errors`; [errors](errors.md) lists them.
"""

# What the public names take and give, in the order of the page.
API = (
    *(getattr(occoder, name) for name in ("load", "Coder", "code_frame")),
    *(occoder.CodedRecord, occoder.Suggestion),
    *(CodedBatch, Explanation, Step, Evidence, Promise, Classification, Category, Level),
)

# How types are written on the page: without their modules.
SHORTER = {
    r"numpy\.ndarray\[.*?numpy\.dtype\[numpy\.(\w+)\]\]": r"NDArray[\1]",
    r"\b(?:[a-z_]+\.)+(?=[A-Z])|~": "",
}


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


def described(name: str, what: Any) -> str:
    """Return how a function, class or property is called, and its docstring."""
    if isinstance(what, property):
        returned = get_type_hints(what.fget)["return"]
        called = f"{name} -> {inspect.formatannotation(returned)}"
    else:
        called = f"{name}{inspect.signature(what)}".replace("(self, ", "(")
    for full, short in SHORTER.items():
        called = re.sub(full, short, called)
    joined = called.replace(": ", ":\0")  # a name and its type stay on one line
    called = fill(joined, 88, subsequent_indent="    ").replace("\0", " ")
    return f"```text\n{called}\n\n{inspect.getdoc(what)}\n```\n"


def members(of: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties that a class defines, in its order."""
    for name, found in vars(of).items():
        what = getattr(of, name) if isinstance(found, classmethod) else found
        if not name.startswith("_") and (callable(what) or isinstance(what, property)):
            yield name, what


def api_page() -> str:
    """Return the text of the page on Python."""
    sections = [API_HEAD]
    for what in API:
        home = "occoder" if what.__name__ in occoder.__all__ else what.__module__
        sections.append(f"## {home}.{what.__name__}\n\n{described(what.__name__, what)}")
        for name, member in members(what) if inspect.isclass(what) else ():
            shown = f"{what.__name__}.{name}"
            sections.append(f"### {shown}\n\n{described(shown, member)}")
    return "\n".join(sections)


if __name__ == "__main__":
    CLI_PAGE.write_text(cli_page(), encoding="utf-8")
    API_PAGE.write_text(api_page(), encoding="utf-8")
    HTTP_API_PAGE.write_text(http_api_page(), encoding="utf-8")
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    BENCHMARKS_PAGE.write_text(benchmarks_page(), encoding="utf-8")
    README.write_text(with_headline(README.read_text(encoding="utf-8")), encoding="utf-8")
