"""`occoder doctor`, as an operator sees it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from occoder.cli.doctor import doctor


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    monkeypatch.setenv("OCCODER_METRICS_PORT", "0")
    return tmp_path


def run(*options: str) -> Result:
    """Run the command."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(doctor)
    return CliRunner().invoke(app, ["--port", "0", *options])


def test_all_is_well(home: Path) -> None:
    """Where nothing is wrong each line says so, and it exits with 0."""
    result = run()
    lines = result.stdout.splitlines()

    assert 0 == result.exit_code, result.output
    assert "all is well" == lines[-1]
    assert {"ok"} == {line.split()[0] for line in lines[:-1]}


def test_fault_is_shown_with_its_remedy(home: Path) -> None:
    """A fault is marked, the remedy stands below it, and it exits with 1."""
    result = run("--tls", str(home / "none"))
    lines = result.stdout.splitlines()
    (at,) = [i for i, line in enumerate(lines) if line.startswith("FAILED")]

    assert 1 == result.exit_code
    assert "1 of 15 failed" == lines[-1]
    assert "certificate" == lines[at].split()[1]
    assert "TLS can't use" in lines[at + 1]
    assert lines[at + 1].startswith(" " * 8)


def test_json_has_all(home: Path) -> None:
    """As JSON there are the same facts, with the same exit codes."""
    good, bad = run("--json"), run("--json", "--tls", str(home / "none"))

    assert (0, 1) == (good.exit_code, bad.exit_code)
    assert {"name", "is_ok", "finding", "remedy"} == set(json.loads(good.stdout)[0])
    assert [False] == [
        one["is_ok"] for one in json.loads(bad.stdout) if one["name"] == "certificate"
    ]


def test_faulty_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that can't be read are all that is looked at."""
    monkeypatch.setenv("OCCODER_WORKERS", "many")
    monkeypatch.setenv("OCCODER_COLOUR", "blue")
    result = run()

    assert 1 == result.exit_code
    assert "1 of 1 failed" == result.stdout.splitlines()[-1]
    assert "OCCODER_COLOUR: there is no such setting" in result.stdout
    assert "OCCODER_WORKERS: expected a whole number from 1" in result.stdout
