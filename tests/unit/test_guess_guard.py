"""The guard against guessing."""

import pytest

from occoder.service.tokens.guess_guard import MAX_FAILURES, WINDOW_S, GuessGuard

HERE = "192.0.2.1"


def failed(guard: GuessGuard, n: int, *, address: str = HERE, step_s: float = 0.0) -> None:
    """Let attempts fail, one after the other, from second 100."""
    for i in range(n):
        guard.begin("client1", address, 100.0 + i * step_s)


def test_tenth_failure_stops() -> None:
    """Nine failures are borne; after the tenth no attempt is made for a minute."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES - 1)
    before = guard.wait_s("client1", HERE, 100.0)
    failed(guard, 1)

    assert 0 == before
    assert WINDOW_S == guard.wait_s("client1", HERE, 100.0)


def test_wait_ends_when_it_says() -> None:
    """After the seconds that were told an attempt may be made, and not a second before."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES, step_s=1.5)
    now = 114.2
    wait_s = guard.wait_s("client1", HERE, now)

    assert 46 == wait_s
    assert 0 < guard.wait_s("client1", HERE, now + wait_s - 1)
    assert 0 == guard.wait_s("client1", HERE, now + wait_s)


def test_failures_are_counted_by_client_and_address() -> None:
    """Other clients at the address, and the client elsewhere, are not stopped."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES)

    assert 0 == guard.wait_s("client2", HERE, 100.0)
    assert 0 == guard.wait_s("client1", "192.0.2.2", 100.0)


def test_forgiven_attempts_do_not_count() -> None:
    """An attempt that succeeded is taken back; those that failed stay."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES, step_s=1.0)
    guard.forgive("client1", HERE, 105.0)
    after = guard.wait_s("client1", HERE, 110.0)
    guard.begin("client1", HERE, 110.0)

    assert 0 == after
    assert 0 < guard.wait_s("client1", HERE, 110.0)


def test_forgiving_needs_an_attempt() -> None:
    """To forgive what was never counted changes nothing."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES)
    guard.forgive("client1", HERE, 99.0)
    guard.forgive("client2", HERE, 100.0)

    assert 0 < guard.wait_s("client1", HERE, 100.0)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
        ("unix:", "unix:", True),
    ],
)
def test_networks_count_as_one(first: str, second: str, together: bool) -> None:
    """Addresses of one IPv6 network are one guesser, IPv4 addresses are each their own."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES, address=first)

    assert together == (guard.wait_s("client1", second, 100.0) > 0)


def test_clock_set_back_ends_the_wait() -> None:
    """A clock that is set back does not make anybody wait for hours."""
    guard = GuessGuard()
    failed(guard, MAX_FAILURES)

    assert 0 == guard.wait_s("client1", HERE, 99.0)


def test_memory_is_bounded() -> None:
    """However many pairs fail, the guard holds as many as it may, the latest."""
    guard = GuessGuard(max_keys=10)
    for i in range(1000):
        for _ in range(MAX_FAILURES):
            guard.begin(f"client{i}", HERE, 100.0)
    waiting = [i for i in range(1000) if guard.wait_s(f"client{i}", HERE, 100.0)]

    assert 5 <= len(waiting) <= 10
    assert list(range(1000 - len(waiting), 1000)) == waiting


def test_old_failures_make_room_first() -> None:
    """Pairs whose failures are over are forgotten before those that still count."""
    guard = GuessGuard(max_keys=4)
    for i in range(3):
        guard.begin(f"old{i}", HERE, 0.0)
    for i in range(4):
        for _ in range(MAX_FAILURES):
            guard.begin(f"new{i}", HERE, 100.0)
    waiting = [i for i in range(4) if guard.wait_s(f"new{i}", HERE, 100.0)]

    assert [0, 1, 2, 3] == waiting
