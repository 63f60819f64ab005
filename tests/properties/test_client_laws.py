"""Laws of the client's patience, whatever a service does."""

from hypothesis import given
from hypothesis import strategies as st
from played import ABSENT, BROKEN, HOPELESS, LATE, Stage, answer, caller, token

from occoder.client.attempt import Call
from occoder.client.exchange import Outcome
from occoder.client.patience import MAX_REPEATS, patiently
from occoder.errors import RemoteError

OUTCOMES = st.one_of(
    st.sampled_from(
        [
            *(
                ABSENT,
                BROKEN,
                HOPELESS,
                LATE,
                token(),
                token(expires_in=1),
                answer(200, []),
            ),
            *(
                answer(status, {"message": "x"})
                for status in (400, 401, 403, 404, 500, 503)
            ),
            *(answer(429, {"message": text}) for text in ("x", "Limit Exceeded")),
        ]
    ),
    st.integers(0, 90).map(lambda s: answer(429, b"", retry_after=str(s))),
    st.integers(0, 90).map(lambda s: answer(503, b"", retry_after=str(s))),
)
REPLIES = st.lists(OUTCOMES, max_size=40)
SECONDS = st.floats(0, 5)


def played(stage: Stage, timeout_s: float, max_wait_s: float, chance: float) -> None:
    """Make one call, whatever comes of it."""
    one = caller(stage, timeout_s=timeout_s, max_wait_s=max_wait_s, chance=lambda: chance)
    try:
        stage.play(patiently(one, Call(path="/topics")))
    except RemoteError:
        pass


def stage_of(replies: list[Outcome], takes_s: float) -> Stage:
    """Return a stage that goes on refusing when its replies are used up."""
    return Stage([*replies, *[answer(400, {"message": "x"})] * 9], takes_s=takes_s)


@given(REPLIES, SECONDS, st.floats(0.1, 3), st.floats(0, 60), st.floats(0, 0.99))
def test_call_ends_in_time(
    replies: list[Outcome],
    takes_s: float,
    timeout_s: float,
    max_wait_s: float,
    chance: float,
) -> None:
    """A call is over after max_wait_s and timeout_s together, whatever happens."""
    stage = stage_of(replies, takes_s)
    begin = stage.now
    played(stage, timeout_s, max_wait_s, chance)

    assert stage.now - begin <= max_wait_s + timeout_s + 1e-6


@given(REPLIES, SECONDS, st.floats(0.1, 3))
def test_without_waits_timeout_is_all(
    replies: list[Outcome], takes_s: float, timeout_s: float
) -> None:
    """With max_wait_s=0 a call is over after timeout_s, with six requests at most."""
    stage = stage_of(replies, takes_s)
    begin = stage.now
    played(stage, timeout_s, 0.0, 0.0)

    assert stage.now - begin <= timeout_s + 1e-6
    assert [] == stage.pauses
    assert len(stage.requests) <= 6


@given(REPLIES, st.floats(0, 600))
def test_no_pause_is_none(replies: list[Outcome], max_wait_s: float) -> None:
    """Between attempts there is always a pause, so that no service is hammered."""
    stage = stage_of(replies, 0.0)
    played(stage, 1.0, max_wait_s, 0.99)

    assert all(pause >= 0.1 for pause in stage.pauses)
    assert len(stage.requests) <= 6 * (len(stage.pauses) + 1)


@given(st.lists(st.sampled_from([ABSENT, LATE, answer(503, b"")]), max_size=99))
def test_faults_are_told_in_the_end(replies: list[Outcome]) -> None:
    """However patient a caller is, a service that stays out of order is told soon."""
    stage = stage_of([token(), *replies], 0.0)
    played(stage, 1.0, 1e9, 0.0)

    assert len(stage.pauses) <= MAX_REPEATS
