"""The catalogue: which models there are, and which is in use."""

import shutil
from collections.abc import Callable, ItemsView
from dataclasses import replace
from pathlib import Path

import pytest
from toy_model import small_model

from occoder.catalogue import Catalogue, Entry
from occoder.coder.model import Model
from occoder.errors import UnknownModel, UnusableTopic

DOCUMENTS = {"MODEL_CARD.md": "# A model\n"}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """An empty catalogue."""
    return Catalogue(tmp_path)


def model(number: int = 0, topic: str = "toy") -> Model:
    """Return a small model, another one for each number."""
    return replace(small_model(), topic=topic, refusal_threshold=0.5 + number / 1000)


def add(catalogue: Catalogue, *numbers: int) -> list[Entry]:
    """Add small models."""
    return [catalogue.add(model(number), DOCUMENTS) for number in numbers]


def ids(entries: list[Entry]) -> list[str]:
    """Return the ids of the models of some entries."""
    return [entry.manifest.model_id for entry in entries]


def versions(entries: list[Entry]) -> list[int]:
    """Return the numbers of the models of some entries."""
    return [entry.manifest.model_version for entry in entries]


def test_empty_catalogue_has_nothing(catalogue: Catalogue) -> None:
    """Without any model there is no topic, no entry and no latest one."""
    assert [] == catalogue.topics()
    assert [] == catalogue.entries("toy")
    assert catalogue.latest("toy") is None


def test_models_are_numbered_by_topic(catalogue: Catalogue) -> None:
    """Each topic numbers its models from 1; the newest comes first."""
    add(catalogue, 1, 2)
    catalogue.add(model(topic="boats"), DOCUMENTS)

    assert ["boats", "toy"] == catalogue.topics()
    assert [2, 1] == versions(catalogue.entries("toy"))
    assert [1] == versions(catalogue.entries("boats"))


def test_newest_is_latest(catalogue: Catalogue) -> None:
    """The model that was added last is in use, the tenth after the ninth."""
    added = add(catalogue, *range(11))

    assert added[-1] == catalogue.latest("toy")


def test_folder_says_number_and_id(catalogue: Catalogue, tmp_path: Path) -> None:
    """A model lies where its topic, number and id say."""
    (entry,) = add(catalogue, 1)

    name = f"1-{model(1).model_id[:8]}"
    assert tmp_path / "models" / "toy" / name == entry.folder
    assert model(1).model_id == entry.manifest.model_id


def test_same_model_is_not_saved_again(catalogue: Catalogue) -> None:
    """Adding a model that is there gives the one that is there."""
    first, again = add(catalogue, 1, 1)

    assert first == again
    assert [first] == catalogue.entries("toy")


def test_retired_model_is_out_of_use(catalogue: Catalogue) -> None:
    """After the newest is retired the one before is in use; the retired is still found."""
    first, second = add(catalogue, 1, 2)
    retired = catalogue.retire("toy", second.manifest.model_id)

    assert first == catalogue.latest("toy")
    assert retired.is_retired
    assert retired == catalogue.find("toy", second.manifest.model_id)
    assert retired.folder.is_dir()


def test_retiring_twice_changes_nothing(catalogue: Catalogue) -> None:
    """A retired model stays retired."""
    (entry,) = add(catalogue, 1)
    once = catalogue.retire("toy", entry.manifest.model_id)

    assert once == catalogue.retire("toy", entry.manifest.model_id)
    assert catalogue.latest("toy") is None


def test_retired_model_comes_back(catalogue: Catalogue) -> None:
    """Adding a retired model once more puts it in use again, with its old number."""
    first, second = add(catalogue, 1, 2)
    catalogue.retire("toy", second.manifest.model_id)
    (back,) = add(catalogue, 2)

    assert second == back == catalogue.latest("toy")
    assert [second, first] == catalogue.entries("toy")


def test_numbers_are_never_given_twice(catalogue: Catalogue) -> None:
    """The number of a retired model is not given to another one."""
    _, second = add(catalogue, 1, 2)
    catalogue.retire("toy", second.manifest.model_id)

    assert [3] == versions(add(catalogue, 3))


def test_beginning_of_an_id_is_enough(catalogue: Catalogue) -> None:
    """A model is found by its id, in any case, or by a beginning that fits no other."""
    entry, _ = add(catalogue, 1, 2)
    whole = entry.manifest.model_id

    assert entry == catalogue.find("toy", whole.upper()) == catalogue.find("toy", whole[:9])


@pytest.mark.parametrize("model_id", ["", "zzz", "*"])
def test_unknown_id_is_an_error(catalogue: Catalogue, model_id: str) -> None:
    """An id that fits no model raises, and so does none at all."""
    add(catalogue, 1)
    with pytest.raises(UnknownModel):
        catalogue.find("toy", model_id)


def test_ambiguous_id_is_an_error(catalogue: Catalogue) -> None:
    """A beginning that fits several models raises."""
    first_digits = [one[0] for one in ids(add(catalogue, *range(17)))]
    twice = next(digit for digit in first_digits if first_digits.count(digit) > 1)
    with pytest.raises(UnknownModel):
        catalogue.find("toy", twice)


def test_other_folders_are_passed_by(catalogue: Catalogue, tmp_path: Path) -> None:
    """What is no model of this format, or was never finished, is not an entry."""
    (entry,) = add(catalogue, 1)
    toy = tmp_path / "models" / "toy"
    (toy / "2-notes").mkdir()
    (toy / "3-half").mkdir()
    shutil.copy(entry.folder / "weights.npz", toy / "3-half")
    (toy / "4-garbage").mkdir()
    (toy / "4-garbage" / "manifest.json").write_text("{}", encoding="utf-8")
    (toy / "5-file").write_text("", encoding="utf-8")
    (tmp_path / "models" / "empty").mkdir()

    assert [entry] == catalogue.entries("toy")
    assert ["toy"] == catalogue.topics()


def test_unfinished_save_is_passed_by(catalogue: Catalogue) -> None:
    """A process that was killed right before its folder got its name leaves no model."""
    (entry,) = add(catalogue, 1)
    shutil.copytree(entry.folder, entry.folder.with_name(".model-killed"))

    assert [entry] == catalogue.entries("toy")


class Meanwhile(dict[str, str]):
    """Documents; when they are written, another process adds a model of its own."""

    def __init__(self, add: Callable[[], Entry]) -> None:
        super().__init__(DOCUMENTS)
        self.add = add

    def items(self) -> ItemsView[str, str]:
        """Return the documents, once the other model is there."""
        self.add()
        return super().items()


def test_same_model_added_at_once_is_one(catalogue: Catalogue) -> None:
    """When another process was quicker with the same model, that one is returned."""
    added = catalogue.add(model(1), Meanwhile(lambda: catalogue.add(model(1), DOCUMENTS)))

    assert [added] == catalogue.entries("toy")
    assert added == catalogue.latest("toy")


def test_models_added_at_once_have_their_numbers(catalogue: Catalogue) -> None:
    """When another process was quicker with another model, this gets the next number."""
    catalogue.add(model(1), Meanwhile(lambda: catalogue.add(model(2), DOCUMENTS)))

    assert [2, 1] == versions(catalogue.entries("toy"))


@pytest.mark.parametrize("topic", ["", "../osca", "OSCA", "a/b", "a" * 65])
def test_topic_is_no_path(catalogue: Catalogue, topic: str) -> None:
    """A name that could lead out of the folder of models is refused."""
    with pytest.raises(UnusableTopic):
        catalogue.entries(topic)
