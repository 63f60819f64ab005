"""Run the sessions on the pages and write what they print: `python docs/sessions.py`.

A session is a block of ``console``, which is shell commands after "$ ", or of ``pycon``,
which is Python after ">>> ". All sessions of a page share one folder, with a copy of
``examples/`` in it. `cat` of a file that is not there makes it, of what the page shows.
"""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from doctest import ELLIPSIS, DocTestParser, OutputChecker
from pathlib import Path
from traceback import format_exception_only
from typing import Any

DOCS = Path(__file__).parent
SESSION = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# What changes with the machine, the day, or every text that is added to the corpus.
VARYING = re.compile(
    r"\d+\.\d+(?= %)|(?<=\d\.)\d+|\d+(?= rows a second| records got)|\d{4}-\d\d-\d\d"
    r"|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=-)[0-9a-f]{8}\b"
)
HOME_SHOWN = "~/.local/share/occoder"


def pages() -> list[Path]:
    """Return the pages that have a session."""
    return [
        page
        for page in sorted(DOCS.rglob("*.md"))
        if SESSION.search(page.read_text(encoding="utf-8"))
    ]


def run(text: str, folder: Path) -> str:
    """Return the text of a page with what its sessions print here and now.

    The models are those of the data folder that ``OCCODER_HOME`` names.

    Parameters
    ----------
    text : str
        The page.
    folder : Path
        A folder to run in, which is made.
    """
    shutil.copytree(DOCS.parent / "examples", folder / "examples")
    home, names = os.environ["OCCODER_HOME"], dict[str, Any]()

    def again(session: re.Match[str]) -> str:
        with chdir(folder):
            if session[1] == "console":
                done = COMMAND.sub(_shell, session[2])
            else:
                done = _python(session[2], names)
        return f"```{session[1]}\n{done.replace(home, HOME_SHOWN)}```"

    return SESSION.sub(again, text)


def blanked(text: str) -> str:
    """Return a text without what varies."""
    return VARYING.sub("#", text)


def _shell(command: re.Match[str]) -> str:
    words = shlex.split(command[1])
    if words[0] == "cat" and not Path(words[1]).exists():
        Path(words[1]).write_text(command[2], encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", command[1]],
        env={**os.environ, "PATH": path, "COLUMNS": "88"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if "Traceback (most recent call last)" in done.stdout:
        raise RuntimeError(f"{command[1]}\n{done.stdout}")
    return f"$ {command[1]}\n{_kept(command[2], done.stdout)}"


def _python(session: str, names: dict[str, Any]) -> str:
    """Run Python; what it defines stays in the names."""
    done = []
    for example in DocTestParser().get_examples(session):
        first, *others = example.source.rstrip("\n").split("\n")
        typed = "\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in others)])
        done.append(f"{typed}\n{_kept(example.want, _printed(example.source, names))}")
    return "".join(done)


def _printed(source: str, names: dict[str, Any]) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        try:
            exec(compile(source, "page", "single"), names)
        except Exception as error:
            print("Traceback (most recent call last):\n    ...")
            print(*format_exception_only(error), sep="", end="")
    return printed.getvalue()


def _kept(shown: str, printed: str) -> str:
    """Return what is shown where it is true but cut short, else what is printed."""
    is_true = OutputChecker().check_output(blanked(shown), blanked(printed), ELLIPSIS)
    return shown if "..." in shown and is_true else printed


def main() -> None:
    """Bring the pages that are named, or all, up to date."""
    from occoder.loading import locate

    model = locate("osca").folder
    for page in map(Path, sys.argv[1:] or pages()):
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            os.environ["OCCODER_HOME"] = str(home)
            shutil.copytree(model, home / "models" / "osca" / model.name)
            page.write_text(run(text, Path(folder) / "work"), encoding="utf-8")


if __name__ == "__main__":
    main()
