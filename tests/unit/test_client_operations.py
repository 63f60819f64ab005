"""Operations of the client: making one, asking for it, and waiting until it is over."""

import pytest
from played import ABSENT, Stage, answer, caller, token

from occoder import wire
from occoder.client.operations import created, ended, pause_before_next, status
from occoder.errors import AnswerNotUnderstood, RequestRefused, ServiceUnreachable

LINK = "https://bucket.example/in?signature=abc&expires=3600"
MADE = {"requestUploadUrl": LINK, "operationId": "op-1", "bucketKmsKeyArn": "arn:key"}
OPERATION = wire.CreatedOperation(
    request_upload_url=LINK, operation_id="op-1", bucket_kms_key_arn="arn:key"
)
COMPLETE = {"operationStatus": "complete", "responseDownloadUrl": LINK}
PENDING = {"operationStatus": "in_progress"}


def stage(*bodies: object) -> Stage:
    """Return a stage on which a token and then these are answered."""
    return Stage([token(), *(answer(body=body) for body in bodies)])


@pytest.mark.parametrize(
    ("model", "path"),
    [(None, "/topics/osca/batch-code"), ("m/1", "/topics/osca/models/m%2F1/batch-code")],
)
def test_operation_is_made(model: str | None, path: str) -> None:
    """An operation is made with an empty object, of the latest or a given model."""
    shown = stage(MADE)
    made = shown.play(created(caller(shown), None, model))

    assert OPERATION == made
    assert ["token", path] == shown.asked
    assert (b"{}", "POST") == (shown.requests[-1].body, shown.requests[-1].method)


@pytest.mark.parametrize(
    "link", ["http://bucket.example/in", "ftp://x", "", "https://a@b/"]
)
def test_unencrypted_link_is_refused(link: str) -> None:
    """A link over which texts would go in the clear is not of the contract."""
    making = stage({**MADE, "requestUploadUrl": link})
    asking = stage({**COMPLETE, "responseDownloadUrl": link})

    with pytest.raises(AnswerNotUnderstood):
        making.play(created(caller(making), None, None))
    with pytest.raises(AnswerNotUnderstood):
        asking.play(status(caller(asking), "op-1", None))


def test_status_is_read() -> None:
    """Nulls count as missing, and fields that are unknown are passed by."""
    shown = stage({**PENDING, "error": None, "recordsTotal": 7, "more": [1]})
    found = shown.play(status(caller(shown), "op 1", "anzsco"))

    assert wire.OperationStatus(operation_status="in_progress", records_total=7) == found
    assert "/topics/anzsco/batch-code/operations/op%201" == shown.asked[-1]


@pytest.mark.parametrize("body", [{"operationStatus": "complete"}, {"status": "x"}, []])
def test_other_status_is_not_understood(body: object) -> None:
    """An answer without a status, or complete without a link, is not of the contract."""
    shown = stage(body)

    with pytest.raises(AnswerNotUnderstood):
        shown.play(status(caller(shown), "op-1", None))


def waited(shown: Stage, **changes: object) -> tuple[wire.OperationStatus, list[str]]:
    """Return the last status of an operation, and all that were told."""
    told: list[str] = []
    flow = ended(
        caller(shown, **changes),
        "op-1",
        None,
        first_pause_s=5,
        on_status=lambda one: told.append(one.operation_status),
    )
    return shown.play(flow), told


@pytest.mark.parametrize("last", ["timed_out", "failed"])
def test_wait_ends_however_it_ends(last: str) -> None:
    """Waiting ends with the status that is not followed by another, and tells each."""
    shown = stage(PENDING, {"operationStatus": "awaiting_input"}, {"operationStatus": last})
    found, told = waited(shown)

    assert last == found.operation_status
    assert ["in_progress", "awaiting_input", last] == told
    assert [5, 5] == shown.pauses


def test_pauses_grow_with_the_wait() -> None:
    """The longer it has lasted the longer the pauses, up to ten minutes."""
    answers = [answer(body=body) for body in (*[PENDING] * 40, COMPLETE)]
    shown = Stage([token(expires_in=10**6), *answers])
    waited(shown)

    assert shown.pauses == sorted(shown.pauses)
    assert (5, 600) == (shown.pauses[0], shown.pauses[-1])


def test_service_says_when_to_ask() -> None:
    """Retry-After overrules the pauses, within their bounds."""
    shown = Stage([token(), answer(body=PENDING, retry_after="2"), answer(body=COMPLETE)])
    waited(shown)

    assert [2.0] == shown.pauses
    assert [0.1, 600] == [pause_before_next(9, 5, s) for s in (0.0, 1e9)]


def test_lost_network_is_waited_out() -> None:
    """A service that is not there for a while is asked again; its work goes on."""
    bad = answer(502, b"<html>")
    shown = Stage([token(), *[ABSENT] * 6, *[bad] * 6, answer(body=COMPLETE)])
    found, _ = waited(shown, max_wait_s=1000.0)

    assert "complete" == found.operation_status


def test_silence_ends_the_wait() -> None:
    """A service that stays away for longer than max_wait_s is given up."""
    shown = Stage([token(), *[ABSENT] * 100])

    with pytest.raises(ServiceUnreachable):
        waited(shown, max_wait_s=20.0)


def test_refusal_ends_the_wait() -> None:
    """An operation that the service doesn't know is not waited for."""
    gone = answer(404, {"message": "Unable to retrieve operation for given id"})
    shown = Stage([token(), gone])

    with pytest.raises(RequestRefused) as refusal:
        waited(shown)

    assert 404 == refusal.value.status
