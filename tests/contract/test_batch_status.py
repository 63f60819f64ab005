"""How far an operation is, in every state, and whom that is told (guide, section 8.3)."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from batch_calls import Made, made
from running_service import RunningService
from toy_served import toy_model_folder

from occoder.settings.tier import Tier

UNKNOWN = "Unable to retrieve operation for given id"


@pytest.fixture
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service with a clock of its own."""
    folder = tmp_path_factory.mktemp("toy")
    with RunningService(folder / "home", [toy_model_folder(folder)]) as running:
        yield running


def path(operation: Made, before: str = "/v1/topics/toy") -> str:
    """Return the path of an operation."""
    return f"{before}/batch-code/operations/{operation.id}"


def test_r61_awaiting_input(toy: RunningService) -> None:
    """A new operation waits for its input, and nothing else is told."""
    assert {"operationStatus": "awaiting_input"} == made(toy).status()


def test_r61_just_uploaded(toy: RunningService) -> None:
    """An operation whose input has arrived is in progress, and nothing else is told."""
    operation = made(toy)
    operation.put(b"{}")

    assert {"operationStatus": "in_progress"} == operation.status()


def test_progress_is_told(toy: RunningService) -> None:
    """Once the records are counted, it is told how many there are and how many done."""
    operation = made(toy)
    operation.put(b"{}")
    operation.change(n_records=2000, n_coded=500)

    assert {
        "operationStatus": "in_progress",
        "recordsTotal": 2000,
        "recordsCoded": 500,
    } == operation.status()


def test_r62_b46_times_out(toy: RunningService) -> None:
    """An operation that is not uploaded to in time is over, as soon as it is."""
    operation = made(toy)
    token = toy.partner_token
    toy.clock.ahead_s = toy.settings.upload_url_ttl_s + 1
    other = toy.token(toy.partner, toy.partner_secret)
    told = toy.http.get(path(operation), headers={"Authorization": other})

    assert 403 == toy.get(path(operation), Authorization=token).status_code
    assert {"operationStatus": "timed_out"} == told.json()


def test_b46_upload_under_way_is_waited_for(toy: RunningService) -> None:
    """While an upload is under way, an operation does not time out."""
    operation = made(toy)
    toy.clock.ahead_s = toy.settings.upload_url_ttl_s - 10
    operation.change(uploading_until=toy.clock() + 30)
    toy.clock.ahead_s += 20
    headers = {"Authorization": toy.token(toy.partner, toy.partner_secret)}
    told = toy.http.get(path(operation), headers=headers)

    assert {"operationStatus": "awaiting_input"} == told.json()


def test_r61_failed_says_why(toy: RunningService) -> None:
    """An operation that failed tells why, and has no links."""
    operation = made(toy)
    operation.change(state="failed", error="Input file contained no records")

    assert {
        "operationStatus": "failed",
        "error": "Input file contained no records",
    } == operation.status()


def test_r61_complete_has_both_links(toy: RunningService) -> None:
    """A complete operation has links to output and metadata, new ones each time (R63)."""
    operation = made(toy)
    operation.complete([b"one\n"])
    told = operation.status()
    toy.clock.ahead_s = 5
    again = operation.status()

    assert "complete" == told["operationStatus"]
    assert "error" not in told
    for name in ("responseDownloadUrl", "metadataDownloadUrl"):
        assert told[name] != again[name]
        assert len(told[name]) < 500
        assert told[name].startswith(f"{toy.address}/v1/objects/")
        assert "&" not in told[name]


def test_b50_gone_when_its_output_is(toy: RunningService) -> None:
    """Once its output is deleted, an operation can't be retrieved any more."""
    operation = made(toy)
    operation.complete([b"one\n"])
    operation.change(expires_at=toy.clock() - 1)
    answer = toy.get(path(operation))

    assert (404, UNKNOWN) == (answer.status_code, answer.json()["message"])


@pytest.mark.parametrize(
    "operation_id", [str(uuid4()), "1", "GUID", "x" * 2000, "%27%3B", "-" * 36], ids=len
)
def test_r71_unknown_operation(toy: RunningService, operation_id: str) -> None:
    """An id that is none of an operation is a 404 with the guide's text."""
    answer = toy.get(f"/v1/topics/toy/batch-code/operations/{operation_id}")

    assert (404, UNKNOWN) == (answer.status_code, answer.json()["message"])


def test_r71_b72_operation_of_another(toy: RunningService) -> None:
    """Who asks for the operation of another gets a 401 that names it, and is noted."""
    operation = made(toy)
    other, secret = toy.add_client(Tier.PARTNER)
    answer = toy.http.get(
        path(operation), headers={"Authorization": toy.token(other, secret)}
    )
    audit = (toy.settings.folder / "audit.jsonl").read_text(encoding="utf-8")

    assert 401 == answer.status_code
    assert (
        f"User is not authorised to retrieve operation {operation.id}"
        == answer.json()["message"]
    )
    assert "Bearer" == answer.headers["www-authenticate"]
    assert f'"client_id":"{other.client_id}"' in audit.split("operation.denied")[1]


def test_r60_b52_model_in_the_path_is_passed_by(toy: RunningService) -> None:
    """The status is the same with any model in the path, and for an id in any case."""
    operation = made(toy)
    for before in ("/v1/topics/toy/models/latest", "/v1/topics/osca/models/nonsense"):
        assert operation.status() == toy.get(path(operation, before)).json()
    upper = f"/topics/TOY/batch-code/operations/{operation.id.upper()}"
    assert operation.status() == toy.get(upper).json()


def test_b52_unknown_topic(toy: RunningService) -> None:
    """A topic that does not exist is a 404 of its own."""
    answer = toy.get(path(made(toy), "/v1/topics/none"))

    assert 404 == answer.status_code
    assert "The specified topic does not exist" == answer.json()["message"]


def test_r22_operation_is_of_the_client(toy: RunningService) -> None:
    """A new token of the same client leads to its operations."""
    operation = made(toy)
    toy.clock.ahead_s = 10
    headers = {"Authorization": toy.token(toy.partner, toy.partner_secret)}

    assert 200 == toy.http.get(path(operation), headers=headers).status_code


def test_r72_polling_often_breaks_nothing(toy: RunningService) -> None:
    """Two hundred looks in a row are all answered."""
    operation = made(toy)

    assert {200} == {toy.get(path(operation)).status_code for _ in range(200)}
