"""Laws of the throttle, for whatever limits and times."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from occoder.service.throttle.throttle import DAY_S, HOUR_S, JITTER_S, Usage, Verdict, admit
from occoder.service.throttle.usage_store import MemoryUsage
from occoder.settings.limits import Limits

START = 1_750_000_000.0
LIMITS = st.builds(
    Limits,
    per_second=st.sampled_from([0.0, 0.01, 0.3, 1.0, 3.0, 20.0]),
    per_hour=st.integers(0, 4),
    per_day=st.integers(0, 8),
)
# Calls close together and far apart, told by clocks of which some are behind.
STEPS = st.one_of(
    st.sampled_from([0.0, 0.05, 0.1, 0.5, 0.9, 1.0, 60.0, HOUR_S / 3, HOUR_S, DAY_S / 6]),
    st.floats(0, 2 * HOUR_S),
)
BEHIND = st.sampled_from([0.0, 0.0, 0.0, 0.02, 0.3, 2.0, 30.0])
TIMES = st.lists(st.tuples(STEPS, BEHIND), min_size=1, max_size=40).map(
    lambda calls: [
        now - behind
        for now, (_, behind) in zip(
            accumulate((step for step, _ in calls), initial=START), calls, strict=False
        )
    ]
)
BURSTS = st.integers(1, 4)
Run = list[tuple[float, Usage, Usage, Verdict]]


def run(limits: Limits, times: list[float], burst: int = 1) -> Run:
    """Return for each call its time, the usage before and after, and the verdict."""
    usage, calls = Usage(), []
    for now in times:
        after, verdict = admit(usage, limits, now, burst=burst)
        calls.append((now, usage, after, verdict))
        usage = after
    return calls


def admitted(calls: Run) -> list[float]:
    """Return the times of the admitted calls."""
    return [now for now, _, _, verdict in calls if verdict.admitted]


@given(LIMITS, TIMES)
def test_b20_no_window_has_more(limits: Limits, times: list[float]) -> None:
    """No window, wherever it begins, has more calls than its quota."""
    passed = admitted(run(limits, times))

    for n, window_s in ((limits.per_hour, HOUR_S), (limits.per_day, DAY_S)):
        for begin in passed if n else ():
            # The end is compared as the throttle does it: a + w, not b - a.
            assert sum(begin <= at and begin + window_s > at for at in passed) <= n


@given(LIMITS.filter(lambda limits: limits.per_second), TIMES, BURSTS)
def test_b20_rate_holds(limits: Limits, times: list[float], burst: int) -> None:
    """Between any two admitted calls lie the intervals of all that came between them."""
    passed = admitted(run(limits, times, burst))
    interval_s = 1 / limits.per_second

    for first, begin in enumerate(passed):
        for later, end in enumerate(passed[first + 1 :], start=1):
            early_s = JITTER_S + (burst - 1) * interval_s
            assert end - begin >= later * interval_s - early_s - 1e-5


@given(LIMITS, TIMES, BURSTS)
def test_b20_refused_changes_nothing(
    limits: Limits, times: list[float], burst: int
) -> None:
    """A refused call leaves the usage as it was, and an admitted one does not."""
    for _, before, after, verdict in run(limits, times, burst):
        assert (after is before) == (not verdict.admitted or limits.are_none)


@given(LIMITS, TIMES, BURSTS)
def test_r79_retry_after_succeeds(limits: Limits, times: list[float], burst: int) -> None:
    """After the stated time a call is admitted; a second earlier it is not."""
    for now, usage, _, verdict in run(limits, times, burst):
        if not verdict.admitted:
            wait_s = verdict.retry_after_s
            _, on_time = admit(usage, limits, now + wait_s, burst=burst)
            _, early = admit(usage, limits, now + wait_s - 1, burst=burst)

            assert wait_s >= 1
            assert (True, False) == (on_time.admitted, early.admitted)


@given(LIMITS.filter(lambda limits: not limits.are_none), TIMES, BURSTS)
def test_remaining_calls_pass(limits: Limits, times: list[float], burst: int) -> None:
    """The number left is between 0 and the limit, 0 when a quota refuses."""
    for now, _, _, verdict in run(limits, times, burst):
        assert 0 <= verdict.remaining <= verdict.limit
        assert verdict.reset_at >= int(now)
        if verdict.detail == "Limit Exceeded":
            assert 0 == verdict.remaining


@given(st.integers(1, 5), st.lists(st.floats(0, 2 * HOUR_S), max_size=12).map(sorted))
def test_remaining_is_what_passes(n: int, offsets: list[float]) -> None:
    """As many calls as are left are admitted at once, and not one more."""
    limits = Limits(per_hour=n)
    for now, _, usage, verdict in run(limits, [START + at for at in offsets]):
        left = run_on(usage, limits, now)

        assert verdict.remaining == left


def run_on(usage: Usage, limits: Limits, now: float) -> int:
    """Return how many more calls are admitted at one moment."""
    n = 0
    verdict = Verdict(admitted=True)
    while verdict.admitted:
        usage, verdict = admit(usage, limits, now)
        n += verdict.admitted
    return n


@given(LIMITS, TIMES, BURSTS)
def test_usage_stays_small(limits: Limits, times: list[float], burst: int) -> None:
    """Usage keeps in order at most as many calls as the larger quota."""
    for _, _, after, _ in run(limits, times, burst):
        assert len(after.calls) <= max(limits.per_hour, limits.per_day)
        assert list(after.calls) == sorted(after.calls)


@given(LIMITS, TIMES, BURSTS)
def test_store_says_what_admit_says(limits: Limits, times: list[float], burst: int) -> None:
    """Kept in memory, a key gets the verdicts of the pure rules."""
    store = MemoryUsage()
    stored = [store.take("someone", limits, now, burst=burst) for now in times]

    assert [verdict for _, _, _, verdict in run(limits, times, burst)] == stored
