"""Runs `occoder classification` inside a test."""

from typer.testing import CliRunner, Result

from occoder.cli.classification import app


def run(*words: str, stdin: str = "") -> Result:
    """Run the command with these words; what stops it is in the result."""
    return CliRunner().invoke(app, words, input=stdin)


def lines(*words: str) -> list[str]:
    """Return the lines that a successful command prints."""
    result = run(*words)

    assert 0 == result.exit_code
    return result.stdout.splitlines()
