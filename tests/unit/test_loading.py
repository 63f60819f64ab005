"""Loading the coder of a topic."""

from dataclasses import replace
from pathlib import Path

import pytest
from toy_model import small_model

from occoder.catalogue import Catalogue
from occoder.errors import DamagedModel, UnknownModel, UnknownTopic
from occoder.home import HOME_VARIABLE
from occoder.loading import load, locate

OTHER = replace(small_model(), refusal_threshold=0.25)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two models of the toy topic."""
    for model in (small_model(), OTHER):
        Catalogue(tmp_path).add(model, {})
    return tmp_path


def test_newest_model_is_loaded(home: Path) -> None:
    """Without an id the newest model in use is loaded."""
    assert OTHER.model_id == load("toy", home=home).model_id


def test_model_is_loaded_by_id(home: Path) -> None:
    """Any model can be loaded by its id, a retired one too."""
    wanted = small_model().model_id
    Catalogue(home).retire("toy", wanted)

    assert wanted == load("toy", model_id=wanted, home=home).model_id


def test_home_is_that_of_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a data folder the one that the environment names is used."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))

    assert OTHER.model_id == load("toy").model_id


def test_unknown_topic_names_the_known(home: Path) -> None:
    """A topic without any model that is not bundled raises, with those that there are."""
    with pytest.raises(UnknownTopic) as raised:
        load("boats", home=home)

    assert ("boats", ("anzsco", "osca", "toy")) == (raised.value.topic, raised.value.known)


def test_topic_whose_models_are_retired_is_unknown(home: Path) -> None:
    """When all models of a topic are out of use there is none to load."""
    for model in (small_model(), OTHER):
        Catalogue(home).retire("toy", model.model_id)
    with pytest.raises(UnknownTopic):
        load("toy", home=home)


def test_unknown_id_is_an_error(home: Path) -> None:
    """An id that the topic does not have raises, and trains nothing."""
    with pytest.raises(UnknownModel):
        load("osca", model_id="0123", home=home)

    assert ["toy"] == Catalogue(home).topics()


def test_damaged_model_is_not_loaded(home: Path) -> None:
    """A changed file stops the loading, though the model is in the catalogue."""
    path = locate("toy", home=home).folder / "categories.csv"
    path.write_bytes(path.read_bytes().replace(b"Grocer", b"Grocar"))
    with pytest.raises(DamagedModel):
        load("toy", home=home)
