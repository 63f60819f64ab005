"""The program of the operator that tells a client something, with real programs."""

import json
import shlex
import sys
from pathlib import Path

import pytest
import typer

from occoder.cli.notify import notify, program

FACTS = {"client_id": "client1", "organisation": "Māori Trust; $(touch bad)", "days": 90}


def python(source: str, *arguments: str) -> list[str]:
    """Return a command that runs Python."""
    return [sys.executable, "-c", source, *arguments]


def test_facts_arrive_as_json(tmp_path: Path) -> None:
    """The program gets the facts as JSON in ASCII, and its arguments as they are."""
    file = tmp_path / "got"
    copy = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    problem = notify(python(copy, str(file)), FACTS)

    assert "" == problem
    assert FACTS == json.loads(file.read_bytes())
    assert file.read_bytes().isascii()


def test_no_shell_takes_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the command or the facts is run by a shell."""
    monkeypatch.chdir(tmp_path)
    notify(program(f"{sys.executable} -c pass ; touch bad"), FACTS)

    assert [] == list(tmp_path.iterdir())


def test_failure_is_told() -> None:
    """A program that ends with another number than 0 failed."""
    assert "the program ended with 3" == notify(python("raise SystemExit(3)"), FACTS)


def test_unread_input_is_no_failure() -> None:
    """A program may leave the facts unread, however many there are."""
    assert "" == notify(python("pass"), {"text": "x" * 1_000_000})


def test_endless_program_is_ended() -> None:
    """A program that does not end is ended, and that is a failure."""
    problem = notify(python("while True: pass"), FACTS, timeout_s=0.2)

    assert "the program did not end within 0.2 s" == problem


def test_missing_program_is_told(tmp_path: Path) -> None:
    """A program that was deleted in between is a failure, not an exception."""
    problem = notify([str(tmp_path / "none")], FACTS)

    assert problem.startswith("the program can't be started: No such file")


def test_output_goes_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """What the program prints does not mix with what the command prints."""
    notify(python("print('from the program')"), FACTS)

    assert ("", "from the program\n") == capfd.readouterr()


def test_command_is_split_like_in_a_shell() -> None:
    """A command may have arguments, with quotes where they have spaces."""
    words = [sys.executable, "a b", "c"]

    assert words == program(shlex.join(words))


@pytest.mark.parametrize(
    ("command", "words"),
    [("", "names no program"), ("no-such-program", "names no program"), ("'a", "quote")],
)
def test_unusable_command_is_misuse(command: str, words: str) -> None:
    """A command without a program, or with half a quote, is refused before anything."""
    with pytest.raises(typer.BadParameter, match=words):
        program(command)
