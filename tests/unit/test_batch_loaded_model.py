"""The models of a process that codes."""

import gc
import weakref
from pathlib import Path

import pytest
from toy_served import toy_model_folder

from occoder.batch.coding.loaded_model import MAX_LOADED, loaded_model
from occoder.catalogue import Catalogue
from occoder.coder.artifact import read_manifest
from occoder.errors import DamagedModel, UnknownModel


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Return the catalogue of a data folder of its own."""
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    return Catalogue()


def add(catalogue: Catalogue, number: int) -> str:
    """Add a toy model and return its id."""
    folder = toy_model_folder(catalogue.home / "models" / "toy", number=number)
    return read_manifest(folder).model_id


def test_model_is_loaded_once(catalogue: Catalogue) -> None:
    """A model is read from the disk at its first use only."""
    model_id = add(catalogue, 1)

    model = loaded_model("toy", model_id)

    catalogue.find("toy", model_id).folder.rename(catalogue.home / "elsewhere")
    assert model is loaded_model("toy", model_id)
    assert model_id == model.coder.model_id


def test_few_models_are_kept(catalogue: Catalogue) -> None:
    """Those that were used last are kept, and no more."""
    ids = [add(catalogue, number) for number in range(1, MAX_LOADED + 2)]
    loaded = [weakref.ref(loaded_model("toy", one).coder) for one in ids]

    gc.collect()

    assert [False, *[True] * MAX_LOADED] == [one() is not None for one in loaded]


def test_retired_model_is_found(catalogue: Catalogue) -> None:
    """An operation whose model was retired meanwhile is coded with it."""
    model_id = add(catalogue, 1)
    catalogue.retire("toy", model_id)

    assert model_id == loaded_model("toy", model_id).coder.model_id


def test_missing_and_damaged_models_are_told(catalogue: Catalogue) -> None:
    """A model that is gone, or damaged, raises what is wrong with it."""
    model_id = add(catalogue, 1)
    folder = catalogue.find("toy", model_id).folder
    (folder / "weights.npz").write_bytes(b"")

    with pytest.raises(DamagedModel):
        loaded_model("toy", model_id)
    with pytest.raises(UnknownModel):
        loaded_model("toy", "f" * 8)
