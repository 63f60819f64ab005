"""The sessions on the pages about classifications are real ones."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from occoder.classification import bundled, bundled_correspondence, search
from occoder.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    DOCS / "concepts" / "classifications.md",
    DOCS / "guides" / "use-another-classification.md",
]
SESSION = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def commands(page: Path) -> Iterator[tuple[list[str], str]]:
    """Yield the words of each command on a page, and what it shows."""
    for session in SESSION.findall(page.read_text(encoding="utf-8")):
        for words, shown in COMMAND.findall(session):
            yield shlex.split(words), shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_sessions_are_real(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command on the page prints what the page shows; `cat` sets up its files."""
    monkeypatch.chdir(tmp_path)
    for (program, *words), shown in commands(page):
        if program == "cat":
            file = Path(words[0])
            if not file.exists():
                file.write_text(shown, encoding="utf-8")

            assert shown == file.read_text(encoding="utf-8")
        else:
            assert "occoder" == program
            assert shown == CliRunner().invoke(app, words).output


def test_python_on_the_page_is_real() -> None:
    """Each line of Python on the page gives what its comment says."""
    names = {
        "anzsco": bundled("anzsco"),
        "search": search,
        "bundled_correspondence": bundled_correspondence,
    }
    text = PAGES[0].read_text(encoding="utf-8")
    stated = re.findall(r"^(\S.*?) +# (.+)$", text.split("```python")[1], re.MULTILINE)

    assert 5 == len(stated)
    for expression, value in stated:
        assert value == repr(eval(expression, names))
