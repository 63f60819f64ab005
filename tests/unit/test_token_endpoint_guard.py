"""The token endpoint under guesses, crowds, floods and a failing database."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from token_service import Parts, body

from occoder.database import CLIENTS
from occoder.errors import DatabaseUnreachable
from occoder.service.answer import Answer
from occoder.service.tokens.guess_guard import MAX_FAILURES
from occoder.settings.tier import Tier


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """An endpoint."""
    parts = Parts(tmp_path)
    yield parts
    parts.close()


def test_other_tier_is_no_guess(parts: Parts) -> None:
    """A client that asks at the wrong host knows its secret: it isn't kept waiting."""
    for _ in range(MAX_FAILURES + 1):
        parts.answer(tier=Tier.PARTNER)

    assert 200 == parts.answer().status


def test_guessing_is_stopped(parts: Parts) -> None:
    """After ten failures no secret is looked at, not even the right one."""
    parts.fail(MAX_FAILURES)
    n_before = parts.register.n_checked
    answer = parts.answer()

    assert (429, "60") == (answer.status, answer.headers["Retry-After"])
    assert "slow_down" == body(answer)["error"]
    assert "60 seconds" in body(answer)["error_description"]
    assert MAX_FAILURES == n_before == parts.register.n_checked
    assert "too_many_failures" == parts.events()[-1]["reason"]


def test_guard_lets_go(parts: Parts) -> None:
    """After the seconds in Retry-After the right secret gets its token."""
    parts.fail(MAX_FAILURES)
    parts.clock.now += 20
    wait_s = int(parts.answer().headers["Retry-After"])
    parts.clock.now += wait_s

    assert 40 == wait_s
    assert 200 == parts.answer().status


def test_guard_stops_no_one_else(parts: Parts) -> None:
    """While one is stopped, others there and the same client elsewhere get tokens."""
    parts.fail(MAX_FAILURES)

    assert 200 == parts.answer("client2:secret456").status
    assert 200 == parts.answer(address="192.0.2.2").status


def test_unknown_ids_are_stopped_alike(parts: Parts) -> None:
    """Guessing at an id that nobody has is stopped in the same way."""
    parts.fail(MAX_FAILURES, "nobody:wrong")

    assert 429 == parts.answer("nobody:wrong").status


def test_guesses_at_once_are_counted(parts: Parts) -> None:
    """Of guesses that arrive at the same moment, no more than ten are looked at."""
    answers = parts.answers(*[(("client1:wrong",), {})] * 30)

    assert MAX_FAILURES == parts.register.n_checked
    assert [400] * 10 + [429] * 20 == sorted(one.status for one in answers)


def test_r20_crowd_is_no_attack(parts: Parts) -> None:
    """Many workers of one client that start at the same moment all get tokens."""
    answers = parts.answers(*[((), {})] * 30)

    assert [200] * 30 == [one.status for one in answers]
    assert 30 == len({body(one)["access_token"] for one in answers})


def test_few_secrets_are_hashed_at_once(parts: Parts) -> None:
    """However many ask, two secrets are hashed at the same time, no more."""
    parts.answers(*[((f"nobody{i}:wrong",), {}) for i in range(20)])

    assert 20 == parts.register.n_checked
    assert 2 == parts.register.n_at_most


def test_flood_is_told_to_come_back(tmp_path: Path) -> None:
    """Requests beyond those that may wait are answered at once, without hashing."""
    parts = Parts(tmp_path, n_threads=1, max_waiting=3)
    asked = [((f"nobody{i}:wrong",), {"address": f"192.0.2.{i}"}) for i in range(20)]
    answers = parts.answers(*asked)
    sent_away = [one for one in answers if one.status == 429]
    parts.close()

    assert 1 + 3 == parts.register.n_checked
    assert 20 - 1 - 3 == len(sent_away)
    assert {"2"} == {one.headers["Retry-After"] for one in sent_away}
    assert "busy" in [event["reason"] for event in parts.events()]


def test_one_address_leaves_places(tmp_path: Path) -> None:
    """A flood from one address, whatever ids it names, shuts nobody else out."""
    parts = Parts(tmp_path, n_threads=1, max_waiting=8)
    flood = [((f"nobody{i}:wrong",), {"address": "192.0.2.1"}) for i in range(20)]
    answers = parts.answers(*flood, ((), {"address": "192.0.2.2"}))
    parts.close()

    assert [400] * 5 + [429] * 15 == sorted(one.status for one in answers[:-1])
    assert 200 == answers[-1].status


def test_stopped_one_takes_no_turn(parts: Parts) -> None:
    """Whoever is stopped is answered while others wait for their turn."""
    parts.fail(MAX_FAILURES)
    parts.register.may_go_on.clear()

    async def ask_in_a_queue() -> tuple[Answer, list[Answer]]:
        others = [asyncio.ensure_future(parts.ask("client2:secret456")) for _ in range(9)]
        await asyncio.sleep(0)
        stopped = await parts.ask()
        parts.register.may_go_on.set()
        return stopped, await asyncio.gather(*others)

    stopped, others = asyncio.run(ask_in_a_queue())

    assert 429 == stopped.status
    assert [200] * 9 == [one.status for one in others]


def test_impossible_secrets_are_not_hashed(parts: Parts) -> None:
    """What can be nobody's id and secret is refused without looking for it."""
    parts.answers(*[((f"client1:{one}",), {}) for one in ("", "é", "a b", "x" * 60)])

    assert 0 == parts.register.n_checked


def test_loop_runs_while_hashing(parts: Parts) -> None:
    """While a secret is hashed the service does other work."""
    parts.register.may_go_on.clear()

    async def ask_and_work() -> Answer:
        asked = asyncio.ensure_future(parts.ask())
        while not parts.register.n_now:
            await asyncio.sleep(0.001)
        # Only reached when the loop is free; then it lets the register go on.
        parts.register.may_go_on.set()
        return await asked

    assert 200 == asyncio.run(ask_and_work()).status


def test_abandoned_guess_counts(parts: Parts) -> None:
    """A guess whose connection is cut before its answer is a guess all the same."""

    async def ask_and_leave() -> None:
        asked = asyncio.ensure_future(parts.ask("client1:wrong"))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])

    for _ in range(MAX_FAILURES):
        asyncio.run(ask_and_leave())

    assert 429 == parts.answer().status


def test_failing_database_is_no_guess(parts: Parts) -> None:
    """When the database fails, that is told, and is not held against the client."""
    CLIENTS.drop(parts.engine)
    for _ in range(MAX_FAILURES + 1):
        with pytest.raises(DatabaseUnreachable):
            parts.answer()
    CLIENTS.create(parts.engine)
    parts.add("client1", "secret123", Tier.PUBLIC)

    assert 200 == parts.answer().status
