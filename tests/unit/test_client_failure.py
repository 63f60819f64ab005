"""What answers mean that are not the ones hoped for."""

import pytest
from played import ABSENT, BROKEN, HOPELESS, LATE, answer

from occoder.client.credentials import Secret
from occoder.client.exchange import Answer, NoAnswer
from occoder.client.failure import (
    QUOTA_WAIT_S,
    Again,
    refused,
    retry_after,
    token_refused,
    unanswered,
)
from occoder.errors import (
    AnswerNotUnderstood,
    CredentialsRefused,
    RequestRefused,
    ServiceUnreachable,
    Throttled,
)

URL = "https://coder.example/v1/topics/osca/code"
TOKEN = Secret("t0ken")


def envelope(message: str, **errors: object) -> dict[str, object]:
    """Return a body of the one envelope, with one fault."""
    return {"message": message, "errors": [{"id": "r-1", "code": "C", **errors}]}


@pytest.mark.parametrize(
    ("outcome", "again"),
    [
        (LATE, Again.SOON),
        (ABSENT, Again.SOON),
        (BROKEN, Again.SOON),
        (HOPELESS, Again.NEVER),
    ],
)
def test_no_answer_is_unreachable(outcome: NoAnswer, again: Again) -> None:
    """Without an answer the service is unreachable, and the error says why."""
    failure = unanswered(outcome, url=URL, timeout_s=1.5)
    problem = "not within the 1.5 s that timeout_s allows"

    assert again is failure.again
    assert isinstance(failure.error, ServiceUnreachable)
    assert URL == failure.error.url
    assert (problem if outcome is LATE else outcome.problem) == failure.error.problem


def test_refusal_keeps_its_words() -> None:
    """A refused request is told with status, message, faults, places and request id."""
    place = {"pointer": "/records/4"}
    body = envelope("Malformed record found in request", detail="Not so.", source=place)
    error = refused(answer(400, body), url=URL, token=TOKEN).error

    assert isinstance(error, RequestRefused)
    assert (400, "Malformed record found in request") == (error.status, error.message)
    assert ("Not so. (/records/4)",) == error.details
    assert "r-1" == error.request_id


def test_places_are_those_of_the_caller() -> None:
    """Positions are told as those among the caller's records, not those of one batch."""
    line = "Record with index 5 has a total text length under 3 min"
    body = envelope(f"Too short:\n{line}", detail=line, source={"pointer": "/records/5"})
    error = refused(answer(400, body), url=URL, token=TOKEN, first=600).error

    assert isinstance(error, RequestRefused)
    assert error.message.endswith(
        "Record with index 605 has a total text length under 3 min"
    )
    assert error.details[0].startswith("Record with index 605 has")
    assert error.details[0].endswith("(/records/605)")


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Forbidden"},
        {"Message": "Forbidden"},
        {"message": "Forbidden", "errors": [{"detail": "of another shape"}]},
        {"message": "Forbidden", "errors": "none", "more": {"is": "there"}},
    ],
)
def test_other_envelopes_are_understood(body: object) -> None:
    """The bodies of an API gateway, with less or more in them, are understood too."""
    error = refused(answer(403, body, request_id="r-2"), url=URL, token=TOKEN).error

    assert isinstance(error, RequestRefused)
    assert ("Forbidden", ()) == (error.message, error.details)
    assert "r-2" == error.request_id


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff", [], {"message": 7}, b"[" * 9999])
def test_odd_body_is_not_understood(body: object) -> None:
    """A body that is no error of the contract is told as such, and not repeated."""
    error = refused(answer(404, body), url=URL, token=TOKEN).error

    assert isinstance(error, AnswerNotUnderstood)
    assert (URL, 404) == (error.url, error.status)


def test_token_is_struck_out() -> None:
    """A service that repeats the token gets it into no error."""
    fault = {"id": "t0ken", "code": "C", "detail": "t0ken", "source": {"pointer": "t0ken"}}
    body = {"message": "Bad t0ken", "errors": [fault]}
    error = refused(answer(403, body), url=URL, token=TOKEN).error

    assert "t0ken" not in f"{error} {vars(error)}"
    assert "***" in str(error)


@pytest.mark.parametrize(
    ("status", "again"),
    [
        *((status, Again.NEVER) for status in (204, 301, 400, 401, 403, 404, 409, 413)),
        *((status, Again.SOON) for status in (408, 500, 502, 503, 504)),
        (429, Again.WHEN_ALLOWED),
    ],
)
def test_status_tells_whether_again(status: int, again: Again) -> None:
    """Faults of the service pass, limits end, and refusals stay."""
    assert again is refused(answer(status, b"<html>"), url=URL, token=TOKEN).again


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry_after": "3"}, 3.0),
        ({"retry_after": " 0 "}, 0.0),
        ({"retry_after": "1.5"}, 1.5),
        (
            {
                "retry_after": "Sun, 29 Nov 2026 10:00:30 GMT",
                "date": "Sun, 29 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry_after": "Sun, 29 Nov 2026 09:00:00 GMT",
                "date": "Sun, 29 Nov 2026 10:00:00 GMT",
            },
            0.0,
        ),
        ({"retry_after": "Sun, 29 Nov 2026 10:00:30 GMT"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-1"}, None),
        ({"retry_after": "9" * 99}, None),
        ({"retry_after": "٣"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], wait_s: float | None) -> None:
    """Seconds and dates are read, a date against that of the answer; else nothing."""
    assert wait_s == retry_after(answer(429, b"", **headers))


@pytest.mark.parametrize(
    ("reply", "wait_s"),
    [
        (answer(429, {"message": "RateLimitExceededException"}, retry_after="7"), 7.0),
        (answer(429, {"message": "Too Many Requests"}), None),
        (answer(429, {"message": "Limit Exceeded"}), QUOTA_WAIT_S),
        (answer(429, {"message": "Limit Exceeded"}, retry_after="7"), 7.0),
        (answer(429, b"<html>"), None),
    ],
)
def test_b18_limits_are_told_apart(reply: Answer, wait_s: float | None) -> None:
    """A limit says how long; a quota of the day that doesn't lasts a day."""
    for failure in (
        refused(reply, url=URL, token=TOKEN),
        token_refused(reply, url=URL, secret=TOKEN),
    ):
        assert wait_s == failure.wait_s
        assert isinstance(failure.error, Throttled)
        assert (wait_s or 0.0) == failure.error.retry_after_s


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, {"error": "invalid_client", "error_description": "s3cret"}, "invalid_client"),
        (401, {"error": "invalid_client"}, "invalid_client"),
        (400, {"error": "s3cret"}, "for a reason that has no standard name"),
    ],
)
def test_b6_refused_credentials_are_told(status: int, body: object, told: str) -> None:
    """Refused credentials are told by the standard word for it, and nothing else."""
    failure = token_refused(answer(status, body), url=URL, secret=TOKEN)

    assert Again.NEVER is failure.again
    assert isinstance(failure.error, CredentialsRefused)
    assert told == failure.error.error
    assert "s3cret" not in f"{failure.error} {vars(failure.error)}"


@pytest.mark.parametrize(
    ("status", "body"), [(200, {"token": "x"}), (200, {"error": "x"}), (404, b"<html>")]
)
def test_no_token_endpoint_is_told(status: int, body: object) -> None:
    """What doesn't answer as a token endpoint does is no such thing."""
    failure = token_refused(answer(status, body), url=URL, secret=TOKEN)

    assert Again.NEVER is failure.again
    assert isinstance(failure.error, AnswerNotUnderstood)


def test_token_endpoint_may_recover() -> None:
    """A fault of the token endpoint passes."""
    failure = token_refused(answer(503, b"<html>"), url=URL, secret=TOKEN)

    assert Again.SOON is failure.again
