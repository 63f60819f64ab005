"""Topics and models as the contract has them (R25-R34, B8-B14), and their errors (A7)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import RunningService, link_model
from toy_served import toy_model_folder

from occoder.catalogue import Catalogue

MODEL_FIELDS = [
    *("modelId", "modelVersion", "modelReleaseDate", "modelType"),
    *("inputFormat", "topicStandard", "topicVersion"),
]
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_GUID = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[RunningService]:
    """Return a service with two versions of the toy topic, and one of another."""
    folders = [
        toy_model_folder(tmp_path / "toy", number=1),
        toy_model_folder(tmp_path / "toy", number=2),
        toy_model_folder(tmp_path / "other", number=3, topic="other"),
    ]
    environ = {"OCCODER_MODELS_REFRESH_S": "1"}
    with RunningService(tmp_path / "home", folders, environ) as running:
        yield running


def ids(service: RunningService, topic: str) -> list[str]:
    """Return the ids of the models of a topic, as the service lists them."""
    return [one["modelId"] for one in service.get(f"/v1/topics/{topic}/models").json()]


def test_r25_topics(service: RunningService) -> None:
    """Both classifications are listed, with the names of the guide."""
    assert [
        {
            "uriName": "anzsco",
            "fullName": "ANZSCO - Australian and New Zealand Standard "
            "Classification of Occupations",
        },
        {
            "uriName": "osca",
            "fullName": "OSCA - Occupation Standard Classification for Australia",
        },
    ] == service.get("/v1/topics").json()


@pytest.mark.parametrize(("topic", "version"), [("osca", "2024"), ("anzsco", "2022")])
def test_r27_r34_latest_model(service: RunningService, topic: str, version: str) -> None:
    """The latest model has the fields of section 6.2 and the version of its topic."""
    model = service.get(f"/v1/topics/{topic}/models/latest").json()

    assert MODEL_FIELDS == list(model)
    assert GUID.fullmatch(model["modelId"])
    assert isinstance(model["modelVersion"], int)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", model["modelReleaseDate"]
    )
    assert ["occp_text", "tasks_text"] == model["inputFormat"]
    assert version == model["topicVersion"]


def test_b12_model_type_names_the_algorithm(service: RunningService) -> None:
    """The type says what the model is: a hierarchical SVM."""
    assert "hsvm2" == service.get("/v1/topics/osca/models/latest").json()["modelType"]


def test_b10_models_are_models(service: RunningService) -> None:
    """The list of models holds models, whatever a slip in the guide says."""
    models = service.get("/v1/topics/anzsco/models").json()

    assert [MODEL_FIELDS] == [list(one) for one in models]


def test_r26_b9_topic_describes_input(service: RunningService) -> None:
    """A topic is described by its latest model and its names."""
    topic = service.get("/v1/topics/osca").json()
    latest = service.get("/v1/topics/osca/models/latest").json()

    assert {**latest, "uriName": "osca", "fullName": latest["topicStandard"]} == topic


def test_r28_b11_newest_first(two: RunningService) -> None:
    """Models are listed from the highest version down, and the first is the latest."""
    models = two.get("/v1/topics/toy/models").json()

    assert [2, 1] == [one["modelVersion"] for one in models]
    assert models[0] == two.get("/v1/topics/toy/models/latest").json()


def test_b14_one_model(two: RunningService) -> None:
    """A model is described under its id."""
    older = two.get("/v1/topics/toy/models").json()[1]

    assert older == two.get(f"/v1/topics/toy/models/{older['modelId']}").json()


def test_r35_r33_older_model_codes(two: RunningService) -> None:
    """A given model codes, whether or not it is the latest, and is named in the answer."""
    for model in ids(two, "toy"):
        answer = two.post(
            f"/v1/topics/toy/models/{model.upper()}/code",
            {"record": {"occp_text": "head grocer"}},
        )
        assert 200 == answer.status_code
        assert model == answer.headers["model-id"]


def test_b13_latest_as_a_model(two: RunningService) -> None:
    """The word latest may stand in place of a model."""
    answer = two.post(
        "/v1/topics/toy/models/latest/code", {"record": {"occp_text": "head grocer"}}
    )

    assert ids(two, "toy")[0] == answer.headers["model-id"]


def test_b8_topic_in_any_case(service: RunningService) -> None:
    """A topic may be written in any case."""
    assert 200 == service.get("/v1/topics/OSCA/models").status_code


@pytest.mark.parametrize("ending", ["", "/models", "/models/latest", f"/models/{NO_GUID}"])
def test_r30_unknown_topic(service: RunningService, ending: str) -> None:
    """An unknown topic is a 404 on every route."""
    answer = service.get(f"/v1/topics/isco{ending}")

    assert 404 == answer.status_code
    assert "The specified topic does not exist" == answer.json()["message"]


@pytest.mark.parametrize("model", [NO_GUID, "GUID", "1", "a b"])
def test_r31_b13_unknown_model(service: RunningService, model: str) -> None:
    """An unknown model, or what is no GUID, is a 404 on every route."""
    for answer in (
        service.get(f"/v1/topics/osca/models/{model}"),
        service.post(
            f"/v1/topics/osca/models/{model}/code", {"record": {"occp_text": "nurse"}}
        ),
    ):
        assert 404 == answer.status_code
        assert "The specified model does not exist" == answer.json()["message"]


def test_r32_model_of_other_topic(service: RunningService) -> None:
    """A model of another topic is a conflict, with the full stop of the guide."""
    model = ids(service, "anzsco")[0]

    answer = service.post(
        f"/v1/topics/osca/models/{model}/code", {"record": {"occp_text": "nurse"}}
    )

    assert 409 == answer.status_code
    assert "Selected model does not match the input topic." == answer.json()["message"]


@pytest.mark.parametrize("ending", ["/models", "/models/latest", ""])
def test_r29_no_models(two: RunningService, ending: str) -> None:
    """A known topic without a model is a 500 that names it."""
    answer = two.get(f"/v1/topics/osca{ending}")

    assert 500 == answer.status_code
    assert "No models found for topic osca" == answer.json()["message"]


def test_new_model_without_restart(two: RunningService, tmp_path: Path) -> None:
    """A model that is added is served as the latest a moment later."""
    link_model(toy_model_folder(tmp_path / "toy", number=7), two.home)

    two.parts.models.refresh()

    assert 7 == two.get("/v1/topics/toy/models/latest").json()["modelVersion"]
    assert 3 == len(ids(two, "toy"))


def test_retired_model_without_restart(two: RunningService) -> None:
    """A model that is retired is gone a moment later, and the one before it is latest."""
    newest, older = ids(two, "toy")
    Catalogue(two.home).retire("toy", newest)

    two.parts.models.refresh()

    assert [older] == ids(two, "toy")
    answer = two.get(f"/v1/topics/toy/models/{newest}")
    assert (404, "The specified model does not exist") == (
        answer.status_code,
        answer.json()["message"],
    )


def test_damaged_model_is_passed_by(two: RunningService, tmp_path: Path) -> None:
    """A new model that is damaged does not take over from one that works."""
    folder = toy_model_folder(tmp_path / "toy", number=8)
    weights = next(folder.glob("*.npz"))
    weights.write_bytes(weights.read_bytes()[:-1])
    link_model(folder, two.home)

    two.parts.models.refresh()

    assert 2 == two.get("/v1/topics/toy/models/latest").json()["modelVersion"]
