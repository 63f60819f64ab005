"""`occoder evaluate`, with the stand-in coder."""

import json
from pathlib import Path

import pytest
import typer
from stand_in_coder import StandInCoder
from typer.testing import CliRunner, Result

import occoder
from occoder.classification import bundled
from occoder.cli.evaluate import evaluate
from occoder.errors import FaultyRecords, UnknownColumn

TEXTS = [f"job {i}" for i in range(30)]


def load(topic: str, *, model_id: str = "stand-in-1") -> StandInCoder:
    """Return the stand-in for a bundled topic."""
    return StandInCoder(topic, model_id, bundled(topic))


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of coded records, every second one as the stand-in codes it."""
    monkeypatch.setattr(occoder, "load", load, raising=False)
    coder = load("osca")
    answers = coder.code_texts(TEXTS).ranked[:, -1, 0]
    codes = [coder.classification.categories[answer].code for answer in answers]
    rows = [
        f"{text},,{code if i % 2 else '2'}"
        for i, (text, code) in enumerate(zip(TEXTS, codes, strict=True))
    ]
    path = tmp_path / "gold.csv"
    path.write_text("\n".join(["job,duties,osca", *rows, ",,11"]), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    """Run the command and return its result."""
    program = typer.Typer()
    program.command()(evaluate)
    return CliRunner().invoke(program, [str(one) for one in arguments])


def test_summary_is_printed(gold: Path) -> None:
    """The main figures come on the terminal: here all occupations are right."""
    result = run(gold, "--title", "job", "--tasks", "duties", "--training", gold)

    assert 0 == result.exit_code, result.output
    assert "stand-in-1 on gold.csv" in result.output
    assert "faults in the file: empty-text 1" in result.output
    assert ["occupation", "15", "100.0%"] in [
        line.split()[:3] for line in result.output.splitlines()
    ]


def test_report_is_written(gold: Path, tmp_path: Path) -> None:
    """With a folder both reports are written, with seen texts, baseline and comparison."""
    out = tmp_path / "out"
    options = ("--title", "job", "--training", gold, "--compare", "stand-in-2")
    result = run(gold, *options, "--report", out, "--max-error", "0.2")
    found = json.loads((out / "report.json").read_bytes())

    assert 0 == result.exit_code, result.output
    assert str(out / "report.html") in result.output
    assert "stand-in-2" == found["comparison"]["other"]["model_id"]
    assert ["Exact match"] == [one["name"] for one in found["baselines"]]
    assert 30 == found["levels"][0]["seen"]["n"]
    assert 0.2 == found["promise"]["max_error"]
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_column_is_named_by_option(gold: Path) -> None:
    """Columns with unusual names must be named."""
    assert isinstance(run(gold, "--title", "no such").exception, UnknownColumn)


def test_unknown_codes_stop_it(gold: Path) -> None:
    """A code of another classification stops the evaluation, unless it may be skipped."""
    gold.write_text(gold.read_text(encoding="utf-8") + "\nx,,99", encoding="utf-8")
    options = (gold, "--title", "job", "--training", gold)

    assert isinstance(run(*options).exception, FaultyRecords)
