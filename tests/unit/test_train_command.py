"""`occoder train`, on the toy classification."""

from pathlib import Path

import pytest
from toy_coder import TOY
from toy_model import toy_rows
from typer.testing import CliRunner, Result

from occoder.catalogue import Catalogue
from occoder.classification import write_table
from occoder.cli.main import app
from occoder.errors import FaultyRecords, NothingToTrainOn, UnknownColumn
from occoder.home import HOME_VARIABLE
from occoder.loading import load

SECRET = "zebra whisperer"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table, coded texts, and a data folder of its own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    write_table(TOY, tmp_path / "toy.csv")
    rows = toy_rows()[::3]
    lines = [f"{row.title}\t{row.tasks}\t{row.code}" for row in rows]
    text = "\n".join(["job\tduties\ttoy", *lines, f"{SECRET}\t\t999"])
    (tmp_path / "texts.tsv").write_text(text, encoding="utf-8")
    return tmp_path


def run(*options: str) -> Result:
    """Train the toy topic with some options more."""
    files = ("--classification", "toy.csv", "--records", "texts.tsv")
    columns = ("--title", "job", "--tasks", "duties")
    arguments = ["train", "--topic", "toy", *files, *columns, *options]
    return CliRunner().invoke(app, arguments)


def test_model_is_trained_and_in_use(folder: Path) -> None:
    """The model lies in the catalogue, its id and folder are printed, and it codes."""
    result = run("--skip-faulty")
    entry = Catalogue().latest("toy")
    assert 0 == result.exit_code, result.output
    assert entry is not None
    expected = [f"model {entry.manifest.model_id}", f"folder {entry.folder}"]

    assert expected == result.stdout.splitlines()[:2]
    assert "Florist" == load("toy").code(["night flower seller"])[0].title
    assert {"MODEL_CARD.md", "report.json"} < {path.name for path in entry.folder.iterdir()}


def test_promises_are_printed(folder: Path) -> None:
    """What the model promises, or that it promises nothing, is said at the end."""
    said = run("--skip-faulty").stdout.splitlines()[2:]

    assert said
    assert all(line.startswith(("- At most ", "None: ")) for line in said)


def test_faults_are_counted(folder: Path) -> None:
    """What was left out is counted by its kind, without the texts."""
    result = run("--skip-faulty")

    assert "1 records: unknown-code" in result.stderr.splitlines()
    assert SECRET not in result.output


def test_faulty_records_train_nothing(folder: Path) -> None:
    """Unknown codes stop it before anything is written; the text is not shown."""
    result = run()

    assert isinstance(result.exception, FaultyRecords)
    assert SECRET not in str(result.exception)
    assert [] == Catalogue().topics()


def test_column_of_codes_may_have_the_topics_name(folder: Path) -> None:
    """The codes are in the column "code", in one named like the topic, or as said."""
    assert 0 == run("--skip-faulty", "--code", "toy").exit_code
    assert isinstance(run("--code", "no such").exception, UnknownColumn)


def test_topic_alone_is_not_enough(folder: Path) -> None:
    """A topic of one's own needs records."""
    result = CliRunner().invoke(app, ["train", "--topic", "toy"])

    assert isinstance(result.exception, NothingToTrainOn)


def test_topic_must_be_named(folder: Path) -> None:
    """Without a topic it is misused."""
    assert 2 == CliRunner().invoke(app, ["train"]).exit_code
