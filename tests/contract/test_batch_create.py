"""Making an operation: what comes back, and who may (guide, section 8.1)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_calls import made
from running_service import RunningService
from toy_served import toy_model_folder

CREATE = "/v1/topics/toy/batch-code"
GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service with two topics."""
    folder = tmp_path_factory.mktemp("toy")
    models = [toy_model_folder(folder), toy_model_folder(folder, number=2, topic="other")]
    with RunningService(folder / "home", models) as running:
        yield running


def model_of(service: RunningService, topic: str) -> str:
    """Return the id of the latest model of a topic."""
    found: str = service.get(f"/v1/topics/{topic}/models/latest").json()["modelId"]
    return found


def test_r54_what_comes_back(toy: RunningService) -> None:
    """A new operation is a link to upload to, its id and the key to name, and no more."""
    answer = toy.post(CREATE, {})

    assert 200 == answer.status_code
    assert "application/json" == answer.headers["content-type"]
    assert {"requestUploadUrl", "operationId", "bucketKmsKeyArn"} == answer.json().keys()
    assert re.fullmatch(GUID, answer.json()["operationId"])


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", b"\xff" * 1024 * 1024], ids=len)
def test_r53_body_is_passed_by(toy: RunningService, body: bytes) -> None:
    """No body is needed, and whatever is sent as one is read and passed by."""
    assert 200 == toy.post(CREATE, body).status_code


def test_b70_body_over_a_mebibyte(toy: RunningService) -> None:
    """A body of more than 1 MiB is refused like everywhere."""
    assert 413 == toy.post(CREATE, b"x" * (1024 * 1024 + 1)).status_code


def test_r55_model_is_fixed_at_once(toy: RunningService) -> None:
    """An operation has the model that was the latest when it was made, or the given one."""
    model = model_of(toy, "toy")
    given = toy.post(f"/v1/topics/TOY/models/{model.upper()}/batch-code", {})
    row = toy.parts.batches.operations.get(given.json()["operationId"])

    assert model == made(toy).row().model_id
    assert row
    assert (model, "toy") == (row.model_id, row.topic)


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/v1/topics/none/batch-code", 404, "The specified topic does not exist"),
        (
            "/v1/topics/toy/models/nonsense/batch-code",
            404,
            "The specified model does not exist",
        ),
        (
            "/v1/topics/toy/models/OTHER/batch-code",
            409,
            "Selected model does not match the input topic.",
        ),
    ],
)
def test_errors_of_topic_and_model(
    toy: RunningService, path: str, status: int, message: str
) -> None:
    """Topic and model are looked at as for a coding call."""
    answer = toy.post(path.replace("OTHER", model_of(toy, "other")), {})

    assert (status, message) == (answer.status_code, answer.json()["message"])


def test_b53_public_client_is_denied(toy: RunningService) -> None:
    """A public client may not make operations or ask for them, and that is written down."""
    headers = {"Authorization": toy.public_token}
    status = f"/v1/topics/toy/batch-code/operations/{made(toy).id}"
    answers = [
        toy.http.post(CREATE, headers=headers),
        toy.http.post("/v1/topics/toy/models/latest/batch-code", headers=headers),
        toy.http.get(status, headers=headers),
    ]
    ids = {answer.headers["request-id"] for answer in answers}
    log = (toy.settings.folder / "audit.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in log.splitlines()]
    denied = [one for one in events if one.get("request_id") in ids]

    for answer in answers:
        assert 403 == answer.status_code
        assert (
            "User is not authorized to access this resource with an explicit deny"
            == answer.json()["message"]
        )
    assert ["access.denied"] * 3 == [one["event"] for one in denied]
    assert {toy.public.client_id} == {one["client_id"] for one in denied}


def test_r57_key_is_that_of_the_client(toy: RunningService) -> None:
    """A client has the same key in each operation, and no two clients have the same."""
    own = {made(toy).key for _ in range(3)}
    other, secret = toy.add_client(toy.partner.tier)
    headers = {"Authorization": toy.token(other, secret)}
    others = toy.http.post(CREATE, headers=headers).json()["bucketKmsKeyArn"]

    assert 1 == len(own)
    assert others not in own
    assert re.fullmatch(f"arn:occoder:kms:local:key/{GUID}", others)


def test_b68_link_survives_a_shell(toy: RunningService) -> None:
    """A link is short, has one query parameter and nothing that a shell would take."""
    for _ in range(50):
        url = made(toy).url
        assert len(url) < 500
        assert re.fullmatch(rf"{toy.address}/v1/objects/input[?]link=[A-Za-z0-9_.-]+", url)


def test_b4_link_goes_where_the_client_called(toy: RunningService) -> None:
    """A link has the host that the client called, without what the samples add to it."""
    for host in ("coder.example.org:8443", "https://coder.example.org:8443", "[::1]:80"):
        url = toy.post(CREATE, {}, Host=host).json()["requestUploadUrl"]
        assert url.startswith(f"http://{host.removeprefix('https://')}/v1/objects/")
    for host in ("a b", "x?y", "x@y", "x" * 300):
        url = toy.post(CREATE, {}, Host=host).json()["requestUploadUrl"]
        assert url.startswith("http://127.0.0.1")


def test_public_url_begins_links(tmp_path: Path) -> None:
    """Where a public address is set, links begin with it, whatever the client called."""
    environ = {"OCCODER_PUBLIC_URL": "https://coder.example.org/"}
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)], environ) as toy:
        url = toy.post(CREATE, {}).json()["requestUploadUrl"]

    assert url.startswith("https://coder.example.org/v1/objects/input?link=")


def test_new_operation_is_written_down(toy: RunningService) -> None:
    """Who made which operation stands in the audit log."""
    operation = made(toy)
    log = (toy.settings.folder / "audit.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in log.splitlines()]
    found = [one for one in events if one.get("operation") == operation.id]

    assert ["operation.created"] == [one["event"] for one in found]
    assert toy.partner.client_id == found[0]["client_id"]
