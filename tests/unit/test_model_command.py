"""`occoder model`, on small models."""

from dataclasses import replace
from pathlib import Path

import pytest
from toy_model import small_model
from typer.testing import CliRunner, Result

from occoder.catalogue import Catalogue, Entry
from occoder.cli.main import app
from occoder.errors import DamagedModel, UnknownModel
from occoder.home import HOME_VARIABLE

OTHER = replace(small_model(), refusal_threshold=0.25)


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """Two models of the toy topic in a data folder of its own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    models = small_model(), OTHER
    return [
        Catalogue().add(one, {"MODEL_CARD.md": f"# {one.model_id}\n"}) for one in models
    ]


def run(*arguments: str) -> Result:
    """Run the command on the toy topic."""
    topic = () if arguments[0] == "list" else ("--topic", "toy")
    return CliRunner().invoke(app, ["model", *arguments, *topic])


def test_all_models_are_listed(entries: list[Entry]) -> None:
    """Each model has a line with topic, number, id, state, day and classification."""
    lines = [line.split() for line in run("list").stdout.splitlines()]

    assert [
        ["toy", "2", OTHER.model_id, "in", "use"],
        ["toy", "1", small_model().model_id, "active"],
    ] == [lines[0][:5], lines[1][:4]]
    assert all(line[-2:] == ["TOY", "1"] for line in lines)
    assert entries[1].manifest.released[:10] in lines[0]


def test_empty_catalogue_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without models it says where it looked and what makes one."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    result = run("list")

    assert 0 == result.exit_code
    assert result.stdout.startswith(f"no models in {tmp_path};")


@pytest.mark.parametrize("which", [0, 1])
def test_card_is_shown(entries: list[Entry], which: int) -> None:
    """The card of a model is printed by its id, that of the one in use without."""
    wanted = entries[which].manifest.model_id
    result = run("show", *([wanted[:8]] if which == 0 else []))

    assert [f"# {wanted}", ""] == result.stdout.splitlines()[:2]
    assert f"Folder: {entries[which].folder}" == result.stdout.splitlines()[-1]


def test_sound_model_is_verified(entries: list[Entry]) -> None:
    """A model that is as it was written is said to be so."""
    result = run("verify")

    assert 0 == result.exit_code, result.output
    assert f"{OTHER.model_id}: 3 files as they were written\n" == result.stdout


@pytest.mark.parametrize("name", ["weights.npz", "categories.csv", "MODEL_CARD.md"])
def test_changed_file_is_found(entries: list[Entry], name: str) -> None:
    """A model of which a file was changed is not verified."""
    path = entries[1].folder / name
    path.write_bytes(path.read_bytes() + b"\n")
    error = run("verify").exception

    assert isinstance(error, DamagedModel)
    assert name == error.file


def test_changed_threshold_is_found(entries: list[Entry]) -> None:
    """Thresholds that were changed by hand do not belong to the id of the model."""
    path = entries[1].folder / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace("0.625", "0.125"), encoding="utf-8"
    )
    error = run("verify").exception

    assert isinstance(error, DamagedModel)
    assert "manifest.json" == error.file


def test_retired_model_makes_way(entries: list[Entry]) -> None:
    """After a model is retired the one before is in use, and that is said."""
    result = run("retire", OTHER.model_id)
    states = [line.split()[3] for line in run("list").stdout.splitlines()]

    assert [
        f"{OTHER.model_id} is retired",
        f"in use: {small_model().model_id}",
    ] == result.stdout.splitlines()
    assert sorted(["retired", "in"]) == sorted(states)


def test_last_model_can_be_retired(entries: list[Entry]) -> None:
    """Without any model left in use it says none."""
    run("retire", OTHER.model_id)

    assert run("retire", small_model().model_id).stdout.endswith("in use: none\n")


@pytest.mark.parametrize("command", ["show", "verify", "retire"])
def test_unknown_id_is_an_error(entries: list[Entry], command: str) -> None:
    """An id that no model has is an error of each command."""
    assert isinstance(run(command, "0123456789").exception, UnknownModel)
