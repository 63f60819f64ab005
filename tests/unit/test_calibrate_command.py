"""`occoder calibrate`, on the trained toy model."""

from pathlib import Path

import pytest
from toy_model import toy_rows, toy_trained
from typer.testing import CliRunner, Result

from occoder.catalogue import Catalogue, Entry
from occoder.cli.main import app
from occoder.errors import ClaimNotReached, TooFewRecords, UnknownTopic
from occoder.home import HOME_VARIABLE
from occoder.training.card import documents, held_out_report


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of coded records; the toy model is in use."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    trained = toy_trained()
    Catalogue().add(trained.model, documents(trained.model, held_out_report(trained)))
    lines = [f"{row.title},{row.tasks},{row.code}" for row in toy_rows()]
    path = tmp_path / "gold.csv"
    path.write_text("\n".join(["job,duties,toy", *lines]), encoding="utf-8")
    return path


def run(gold: Path, *options: str) -> Result:
    """Calibrate the toy topic with some options more."""
    columns = ("--title", "job", "--tasks", "duties")
    arguments = ["calibrate", str(gold), "--topic", "toy", *columns, *options]
    return CliRunner().invoke(app, arguments)


def latest() -> Entry:
    """Return the toy model in use."""
    entry = Catalogue().latest("toy")
    assert entry is not None
    return entry


def test_promise_is_printed_and_in_use(gold: Path) -> None:
    """The promise is stated, and the model with its thresholds is the newest in use."""
    result = run(gold, "--max-error", "0.02")
    assert 0 == result.exit_code, result.output
    manifest = latest().manifest
    (promise,) = [one for one in manifest.promises if one.max_error == 0.02]

    assert (
        "With 95 % confidence, at most 2 % of the codes given are wrong." in result.stdout
    )
    assert f"model {manifest.model_id}, in use for toy from now on" in result.stdout
    assert (2, 0.02, promise.thresholds) == (
        manifest.model_version,
        manifest.max_error,
        manifest.thresholds,
    )
    assert ("gold.csv", len(toy_rows())) == (promise.records, promise.n_records)


def test_other_confidence_is_recorded(gold: Path) -> None:
    """Calibrating again with another confidence is a promise of its own."""
    run(gold, "--max-error", "0.02")
    run(gold, "--max-error", "0.02", "--confidence", "0.96")

    assert 3 == latest().manifest.model_version
    assert 0.96 == latest().manifest.promises[0].confidence


def test_dry_run_changes_nothing(gold: Path) -> None:
    """What could be promised is said, and the model in use stays."""
    result = run(gold, "--dry-run")

    assert "at most 5 % of the codes given are wrong" in result.stdout
    assert toy_trained().model.model_id == latest().manifest.model_id


def test_card_names_its_model(gold: Path) -> None:
    """The model card beside the new thresholds is about them."""
    run(gold, "--max-error", "0.02")
    card = (latest().folder / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert card.startswith(f"# Model {latest().manifest.model_id}")


def test_too_few_records_are_refused(gold: Path) -> None:
    """Ten records promise nothing; it says how many could, and nothing changes."""
    lines = gold.read_text(encoding="utf-8").splitlines()[:11]
    gold.write_text("\n".join(lines), encoding="utf-8")
    result = run(gold)

    assert isinstance(result.exception, TooFewRecords)
    assert "it takes about" in str(result.exception)
    assert 1 == latest().manifest.model_version


def test_wrong_codes_are_refused(gold: Path) -> None:
    """Where the surest answers are wrong there is nothing to promise."""
    lines = [f"{row.title},{row.tasks},12" for row in toy_rows() if row.code != "12"]
    gold.write_text("\n".join(["job,duties,toy", *lines]), encoding="utf-8")

    assert isinstance(run(gold).exception, ClaimNotReached)


def test_unknown_topic_is_an_error(gold: Path) -> None:
    """A topic without a model that is not bundled can't be calibrated."""
    result = CliRunner().invoke(app, ["calibrate", str(gold), "--topic", "boats"])

    assert isinstance(result.exception, UnknownTopic)


@pytest.mark.parametrize("option", [("--max-error", "0"), ("--confidence", "1")])
def test_impossible_promise_is_misuse(gold: Path, option: tuple[str, str]) -> None:
    """No error at all and full confidence can't be promised."""
    assert 2 == run(gold, *option).exit_code
