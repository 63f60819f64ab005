"""One attempt: token, call, and the repeats that belong to it."""

import pytest
from played import ABSENT, BROKEN, LATE, Stage, answer, caller, token

from occoder.client.attempt import Call, attempt
from occoder.client.exchange import Alone, Answer, Outcome, Request, Step
from occoder.client.failure import Again, Failure
from occoder.errors import CredentialsRefused, RequestRefused, ServiceUnreachable

TOPICS = Call(path="/topics")
OK = answer(200, [])
DENIED = answer(403, {"message": "denied"})


def error_of(result: Answer | Failure) -> Exception:
    """Return the error of an attempt that failed."""
    assert isinstance(result, Failure)
    return result.error


def test_token_comes_first() -> None:
    """The first call fetches a token, with id and secret, and sends it as it is (B2)."""
    stage = Stage([token("t1"), OK])
    result = stage.play(attempt(caller(stage), TOPICS))
    fetch, call = stage.requests

    assert OK == result
    assert "POST" == fetch.method
    assert "Basic YW4taWQ6YS1zZWNyZXQ=" == fetch.authorization.reveal()
    assert "application/x-www-form-urlencoded" == fetch.content_type
    assert b"grant_type=client_credentials" == fetch.body
    assert ("GET", "t1", b"") == (call.method, call.authorization.reveal(), call.body)


def test_token_is_kept() -> None:
    """Later calls use the token that is there, until it is too old."""
    stage = Stage([token("t1"), OK, OK, token("t2"), OK])
    one = caller(stage)
    for later_s in (0, 3539, 1):
        stage.now += later_s
        stage.play(attempt(one, TOPICS))

    assert ["token", "/topics", "/topics", "token", "/topics"] == stage.asked


@pytest.mark.parametrize("status", [401, 403])
def test_refused_token_is_renewed_once(status: int) -> None:
    """A token that is refused before its time is renewed, and the call repeated."""
    denied = answer(status, {"message": "denied"})
    stage = Stage([token("t1"), OK, denied, token("t2"), OK])
    one = caller(stage)
    stage.play(attempt(one, TOPICS))

    assert OK == stage.play(attempt(one, TOPICS))
    assert "t2" == stage.requests[-1].authorization.reveal()


def test_new_token_is_not_renewed() -> None:
    """A call that is refused with a new token is refused."""
    stage = Stage([token(), DENIED])

    assert isinstance(error_of(stage.play(attempt(caller(stage), TOPICS))), RequestRefused)
    assert ["token", "/topics"] == stage.asked


def test_vain_renewals_are_rare() -> None:
    """When a new token helped nothing, none is fetched for a minute."""
    stage = Stage([token(), OK, DENIED, token(), *[DENIED] * 5, token(), OK])
    one = caller(stage)
    for _ in range(5):
        stage.play(attempt(one, TOPICS))
    stage.now += 61
    result = stage.play(attempt(one, TOPICS))

    assert 3 == stage.asked.count("token")
    assert OK == result


def test_refused_credentials_end_it() -> None:
    """Without a token the call is not made."""
    stage = Stage([answer(400, {"error": "invalid_client"})])

    error = error_of(stage.play(attempt(caller(stage), TOPICS)))

    assert isinstance(error, CredentialsRefused)
    assert ["token"] == stage.asked


@pytest.mark.parametrize("replies", [[BROKEN, token(), OK], [token(), BROKEN, OK]])
def test_broken_connection_is_made_anew(replies: list[Outcome]) -> None:
    """What a connection broke under is sent again at once."""
    stage = Stage(replies)

    assert OK == stage.play(attempt(caller(stage), TOPICS))


@pytest.mark.parametrize("outcome", [ABSENT, LATE])
def test_other_breakdowns_end_it(outcome: Outcome) -> None:
    """What can't be reached is not tried again within the attempt."""
    stage = Stage([token(), outcome])
    result = stage.play(attempt(caller(stage), TOPICS))

    assert isinstance(error_of(result), ServiceUnreachable)
    assert isinstance(result, Failure) and Again.SOON is result.again
    assert 2 == len(stage.requests)


def test_second_break_ends_it() -> None:
    """A connection that breaks twice is not tried a third time."""
    stage = Stage([token(), BROKEN, BROKEN])

    assert isinstance(
        error_of(stage.play(attempt(caller(stage), TOPICS))), ServiceUnreachable
    )


def test_everything_ends_by_one_moment() -> None:
    """Each step of an attempt, however late it begins, is to end by the same moment."""
    moments: list[float] = []

    def note(step: Step) -> None:
        if isinstance(step, Request | Alone):
            moments.append(step.until)

    replies = [token(), OK, BROKEN, DENIED, BROKEN, token(), BROKEN, OK]
    stage = Stage(replies, takes_s=0.1, watch=note)
    one = caller(stage)
    stage.play(attempt(one, TOPICS))
    moments.clear()
    begin = stage.now
    stage.play(attempt(one, TOPICS))

    assert [begin + 1.5] * 7 == moments


def test_token_of_another_call_is_taken() -> None:
    """Who waited for their turn takes the token that was fetched meanwhile."""
    stage = Stage([token(), OK, OK])
    one = caller(stage)

    def other_was_first(step: Step) -> None:
        if isinstance(step, Alone):
            stage.watch = None
            stage.play(attempt(one, TOPICS))

    stage.watch = other_was_first

    assert OK == stage.play(attempt(one, TOPICS))
    assert ["token", "/topics", "/topics"] == stage.asked
