"""The running service is what its OpenAPI document says (schemathesis), and serves it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from batch_calls import made
from hypothesis import HealthCheck, settings
from running_service import RunningService, basic
from toy_served import toy_model_folder

from occoder.service.checks.sample_requests import CODING, SampleRequest
from occoder.service.openapi.openapi import document, public_path
from occoder.service.problems import TEXT_LENGTH
from occoder.service.routes import OPERATIONS, operations
from occoder.settings.settings import Settings
from occoder.wire import MAX_EXPLAINED

ENVIRON = {
    "OCCODER_PAGE": "true",
    "OCCODER_PUBLIC_PER_SECOND": "0",
    "OCCODER_PUBLIC_PER_HOUR": "0",
    "OCCODER_OTHER_CALLS_PER_MINUTE": "1000000",
}
SETTINGS = Settings(home=Path("data"), page=True)
DOCUMENT = json.loads(document(SETTINGS, operations(SETTINGS)))
# Phases that shrink and explain cost more than they tell: the reports have the calls.
RUNS = settings(suppress_health_check=list(HealthCheck), deadline=None)


def made_up_calls(**parameters: str) -> Any:
    """Return calls made up from the document, the same ones in every run.

    Parameters
    ----------
    parameters : str
        What stands in paths; by default examples, and anything else.
    """
    refused = ["2xx", "400", "403", "404", "409", "429", "503"]
    given = {
        "seed": 1,
        "generation": {"max-examples": 25, "deterministic": True, "database": "none"},
        "parameters": parameters,
        # What a schema can't say is looked at in `is_beyond_schemas`.
        "checks": {"positive_data_acceptance": {"expected-statuses": refused}},
        # B5: everything that can be understood as a request for a token is.
        "operations": [
            {
                "include-operation-id": "token",
                "checks": {"negative_data_rejection": {"enabled": False}},
            },
            # A link is signed for its method, too: with another it is no link at all.
            {
                "include-path-regex": "^/v1/objects/",
                "checks": {"unsupported_method": {"enabled": False}},
            },
        ],
    }
    config = schemathesis.Config.from_dict(given)
    return schemathesis.openapi.from_dict(DOCUMENT, config=config)


ANY = made_up_calls()
KNOWN = made_up_calls(topic="toy", model="latest")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service without limits, whose topics all have the toy model."""
    folder = tmp_path_factory.mktemp("models")
    models = [
        toy_model_folder(folder / topic, number=number, topic=topic)
        for number, topic in enumerate(("toy", "osca", "anzsco"), 1)
    ]
    with RunningService(folder / "home", models, ENVIRON) as running:
        yield running


def call(toy: RunningService, case: schemathesis.Case) -> None:
    """Make a call, and hold its answer against the document."""
    token = toy.partner_token
    if case.path == "/oauth2/token":
        token = basic(toy.partner.client_id, toy.partner_secret)
    answer = case.call_and_validate(
        base_url=toy.address, headers={"Authorization": token}, timeout=60
    )

    is_right = case.meta is None or case.meta.generation.mode.is_positive
    if answer.status_code == 400 and is_right:
        assert is_beyond_schemas(case.body, answer.json()), answer.text


def is_beyond_schemas(body: Any, error: dict[str, Any]) -> bool:
    """Tell whether a call that fits its schema is refused for what no schema can say."""
    is_explained = isinstance(body, dict) and body.get("explain") is True
    return bool(
        error["message"].startswith(TEXT_LENGTH.message)
        or (is_explained and len(body.get("records", ())) > MAX_EXPLAINED)
    )


@ANY.parametrize()
@RUNS
def test_any_call_is_as_described(case: schemathesis.Case, toy: RunningService) -> None:
    """Any call gets a status, headers and a body of the document, and no 5xx."""
    call(toy, case)


@KNOWN.parametrize()
@RUNS
def test_coding_call_is_as_described(case: schemathesis.Case, toy: RunningService) -> None:
    """So does any call with a topic and a model that exist."""
    call(toy, case)


@pytest.mark.parametrize("sample", CODING, ids=lambda one: one.name)
def test_f1_examples_are_coded(toy: RunningService, sample: SampleRequest) -> None:
    """Each example of a coding call in the document is coded, with and without a model."""
    for path in ("/v1/topics/toy/code", "/v1/topics/toy/models/latest/code"):
        assert 200 == toy.post(path, sample.body).status_code


def test_document_is_served(toy: RunningService) -> None:
    """The service gives the document of its settings to anybody."""
    answer = toy.http.get("/openapi.json")

    assert 200 == answer.status_code
    assert "application/json" == answer.headers["content-type"]
    assert DOCUMENT == answer.json()


def test_b63_what_is_not_described_is_not_served(toy: RunningService) -> None:
    """A path that the document has not is a 404, and a method that it has not a 405."""
    described = {public_path(one) for one in OPERATIONS}

    assert "/v1/topics/{topic}/operations" not in described
    assert 404 == toy.post("/v1/topics/toy/operations", {}).status_code
    for operation in OPERATIONS:
        path = public_path(operation).format(topic="toy", model="latest", operation_id="1")
        refused = 403 if operation.takes_link else 405
        assert refused == toy.http.patch(path).status_code


def test_described_headers_are_sent(toy: RunningService) -> None:
    """Headers that the document calls sure are sent with answers and errors."""
    coded = toy.post("/v1/topics/toy/code", CODING[0].body)
    denied = toy.http.get("/v1/topics")

    assert {"request-id", "model-id", "model-version"} <= coded.headers.keys()
    assert {"request-id", "x-amzn-errortype"} <= denied.headers.keys()


def test_batch_is_as_described(toy: RunningService) -> None:
    """Each answer in the life of an operation is as the document has it."""
    api = schemathesis.openapi.from_dict(DOCUMENT)
    operation = made(toy)
    status = f"/v1/topics/toy/batch-code/operations/{operation.id}"
    told = {"/input": "PUT", "/output": "GET", "/metadata": "GET"}
    answers = [toy.get(status), operation.put(b"{}"), operation.put(b"{}"), toy.get(status)]
    operation.complete([b"one\n"])
    answers += [toy.get(status)]
    for link in operation.links():
        answers += [toy.http.get(link), toy.http.get(link, headers={"Range": "bytes=1-"})]
        answers += [toy.http.get(link, headers={"Range": "bytes=9-"})]
        answers += [toy.http.get(f"{link}x")]

    for answer in answers:
        path = answer.request.url.path.replace("/toy/", "/{topic}/")
        path = path.replace(operation.id, "{operation_id}")
        method = next((one for end, one in told.items() if path.endswith(end)), "GET")
        assert str(answer.status_code) in api[path][method].definition.raw["responses"]
        api[path][method].validate_response(answer)
