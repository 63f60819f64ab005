"""When a call is tried again."""

from typing import Any

import pytest
from played import ABSENT, BROKEN, HOPELESS, LATE, Stage, answer, caller, token

from occoder.client.attempt import Call
from occoder.client.exchange import Outcome
from occoder.client.failure import QUOTA_WAIT_S
from occoder.client.patience import MAX_REPEATS, patiently
from occoder.errors import (
    AnswerNotUnderstood,
    RemoteError,
    RequestRefused,
    ServiceUnreachable,
    Throttled,
)

TOPICS = Call(path="/topics")
OK = answer(200, [])
BUSY = answer(503, {"message": "Service Unavailable"})


def limit(retry_after: str | None = "2") -> Outcome:
    """Return the answer that a limit is reached."""
    headers = {} if retry_after is None else {"retry_after": retry_after}
    return answer(429, {"message": "RateLimitExceededException"}, **headers)


def play(stage: Stage, **changes: Any) -> Outcome:
    """Return what a patient call comes to."""
    return stage.play(patiently(caller(stage, **changes), TOPICS))


def test_r79_waits_as_long_as_asked() -> None:
    """At a limit the call is made again after the time that the service names."""
    stage = Stage([token(), limit("2"), limit("1"), OK])

    assert OK == play(stage)
    assert [2.0, 1.0] == stage.pauses


def test_unstated_limit_is_waited_for() -> None:
    """A limit without a time is tried again in longer and longer breaks (B18)."""
    stage = Stage([token(), *[limit(None)] * 6, OK])

    assert OK == play(stage)
    assert [1.0, 2.0, 4.0, 8.0, 8.0, 8.0] == stage.pauses


def test_no_time_is_not_at_once() -> None:
    """A service that asks to wait 0 seconds is not hammered."""
    stage = Stage([token(), limit("0"), OK])
    play(stage)

    assert [0.1] == stage.pauses


@pytest.mark.parametrize(
    ("reply", "wait_s"),
    [
        (limit("61"), 61.0),
        (answer(429, {"message": "Limit Exceeded"}), QUOTA_WAIT_S),
    ],
)
def test_long_limit_is_told(reply: Outcome, wait_s: float) -> None:
    """A limit that lasts longer than the caller would wait is told at once."""
    stage = Stage([token(), reply])
    with pytest.raises(Throttled) as caught:
        play(stage)

    assert wait_s == caught.value.retry_after_s
    assert [] == stage.pauses


def test_waits_count_together() -> None:
    """All waits of a call together stay within max_wait_s."""
    stage = Stage([token(), *[limit("25")] * 3])
    with pytest.raises(Throttled):
        play(stage, max_wait_s=60.0)

    assert [25.0, 25.0] == stage.pauses


@pytest.mark.parametrize(
    "fault", [BUSY, ABSENT, LATE, answer(500, b"<html>"), answer(408, b"")]
)
def test_faults_are_tried_again(fault: Outcome) -> None:
    """After a fault the call is made again, after longer and longer pauses."""
    stage = Stage([token(), fault, fault, fault, OK])

    assert OK == play(stage)
    assert [0.25, 0.5, 1.0] == stage.pauses


def test_token_faults_are_tried_again() -> None:
    """A token endpoint that is out of order or at its limit gets the same patience."""
    stage = Stage([BUSY, limit("3"), token(), OK])

    assert OK == play(stage)
    assert [0.25, 3.0] == stage.pauses


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (BUSY, RequestRefused),
        (ABSENT, ServiceUnreachable),
        (answer(502, b"<html>"), AnswerNotUnderstood),
    ],
)
def test_lasting_fault_is_told(fault: Outcome, kind: type[RemoteError]) -> None:
    """A fault that stays is told after a few seconds, however patient the caller is."""
    stage = Stage([token(), *[fault] * (MAX_REPEATS + 1)])
    with pytest.raises(kind):
        play(stage, max_wait_s=9999.0)

    assert [0.25, 0.5, 1.0, 2.0, 4.0] == stage.pauses


def test_chance_parts_callers() -> None:
    """Pauses after faults differ by chance, by up to half."""
    stage = Stage([token(), BUSY, BUSY, OK])
    play(stage, chance=lambda: 0.5)

    assert [0.1875, 0.375] == stage.pauses


def test_busy_service_may_name_a_time() -> None:
    """A fault with Retry-After is waited for that long."""
    stage = Stage([token(), answer(503, b"", retry_after="10"), OK])
    play(stage)

    assert [10.0] == stage.pauses


@pytest.mark.parametrize(
    "reply", [answer(400, {"message": "no"}), answer(404, {"message": "no"}), HOPELESS]
)
def test_refusals_are_told_at_once(reply: Outcome) -> None:
    """What would be refused again is not tried again."""
    stage = Stage([token(), reply])
    with pytest.raises(RemoteError):
        play(stage)

    assert 2 == len(stage.requests)


@pytest.mark.parametrize("reply", [limit("0"), limit("1"), BUSY, ABSENT, LATE])
def test_no_wait_means_one_attempt(reply: Outcome) -> None:
    """With max_wait_s=0 nothing is waited for."""
    stage = Stage([token(), reply])
    with pytest.raises(RemoteError):
        play(stage, max_wait_s=0.0)

    assert [] == stage.pauses


def test_broken_twice_is_waited_for() -> None:
    """A connection that breaks in each of its repeats counts as one fault."""
    stage = Stage([token(), BROKEN, BROKEN, BROKEN, OK])

    assert OK == play(stage)
    assert [0.25] == stage.pauses


def test_errors_carry_no_context() -> None:
    """An error of a call stands alone: nothing that led to it hangs on it."""
    stage = Stage([token(), ABSENT])
    with pytest.raises(ServiceUnreachable) as caught:
        play(stage, max_wait_s=0.0)

    assert caught.value.__context__ is None
