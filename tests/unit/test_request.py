"""A training as it is asked for."""

from pathlib import Path
from typing import Any

import pytest
from toy_coder import TOY
from toy_model import toy_rows

from occoder.classification import write_table
from occoder.errors import FaultyRecords, NothingToTrainOn, UnknownTopic
from occoder.training.record_file import RecordColumns
from occoder.training.request import Request, train_requested

FEW = toy_rows()[::20]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A table of the toy classification, and a file of coded records."""
    write_table(TOY, tmp_path / "toy.csv")
    lines = [f"{row.title},{row.tasks},{row.code}" for row in FEW]
    text = "\n".join(["occp_text,tasks_text,code", *lines])
    (tmp_path / "texts.csv").write_text(text, encoding="utf-8")
    return {"classification": tmp_path / "toy.csv", "records": tmp_path / "texts.csv"}


def request(topic: str = "toy", *records: Path, **changes: Any) -> Request:
    """Return a request, by default for nothing but a topic."""
    plain = {
        "classification": None,
        "columns": RecordColumns(),
        "with_bundled": False,
        "skip_faulty": False,
    }
    return Request(topic=topic, files=records, **{**plain, **changes})


def test_files_are_trained_on(files: dict[str, Path]) -> None:
    """Records and classification come from files; the model says which."""
    trained, faults = train_requested(
        request("toy", files["records"], classification=files["classification"])
    )

    assert ("toy", "toy") == (trained.model.topic, trained.model.classification.name)
    assert TOY.categories == trained.model.classification.categories
    assert (len(FEW), "texts.csv") == (
        trained.model.training.n_records,
        trained.model.training.records,
    )
    assert {} == faults


def test_several_files_are_one_training(files: dict[str, Path]) -> None:
    """The records of all files count, faults too."""
    more = files["records"].with_name("more.csv")
    more.write_text("title,code\nflorist,112\n,111\n", encoding="utf-8")
    trained, faults = train_requested(
        request("toy", files["records"], more, classification=files["classification"])
    )

    assert len(FEW) + 1 == trained.model.training.n_records
    assert "texts.csv, more.csv" == trained.model.training.records
    assert {"empty-text": 1} == faults


def test_faulty_records_stop_it(files: dict[str, Path]) -> None:
    """Unknown codes stop the training, unless they may be left out."""
    with files["records"].open("a", encoding="utf-8") as file:
        file.write("\nastronaut,,999")
    asked = {"classification": files["classification"]}
    with pytest.raises(FaultyRecords):
        train_requested(request("toy", files["records"], **asked))
    trained, faults = train_requested(
        request("toy", files["records"], skip_faulty=True, **asked)
    )

    assert len(FEW) == trained.model.training.n_records
    assert {"unknown-code": 1} == faults


def test_topic_without_records_is_nothing(files: dict[str, Path]) -> None:
    """A topic of one's own needs records, also where a bundled name is taken for it."""
    for asked in (request("toy"), request("osca", classification=files["classification"])):
        with pytest.raises(NothingToTrainOn):
            train_requested(asked)


@pytest.mark.parametrize("topic", ["toy", "osca"])
def test_bundled_texts_are_of_bundled_topics(files: dict[str, Path], topic: str) -> None:
    """The bundled texts have no codes of a classification of one's own."""
    asked = request(
        topic, files["records"], classification=files["classification"], with_bundled=True
    )
    with pytest.raises(NothingToTrainOn):
        train_requested(asked)


def test_topic_needs_a_classification(files: dict[str, Path]) -> None:
    """Without a table, only a bundled topic has categories."""
    with pytest.raises(UnknownTopic) as raised:
        train_requested(request("toy", files["records"]))

    assert ("toy", ("osca", "anzsco")) == (raised.value.topic, raised.value.known)
