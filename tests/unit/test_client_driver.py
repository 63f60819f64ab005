"""What only the blocking driver has to get right: threads, forks and its end."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from slow_service import CODED, Connection, SlowService, says, waits

from occoder.client import Client
from occoder.client.breakdown import LATE
from occoder.client.credentials import Secret
from occoder.client.driver import Driver
from occoder.client.exchange import Flow, HeldToken, Outcome, Pause, alone
from occoder.client.route import Route, trusted

CODE = "/v1/topics/osca/code"
TOKEN = "/oauth2/token"
TOPICS = "/v1/topics"
HELD = HeldToken(Secret("t"), 0.0)
NOWHERE = Route(trusted(True), {})

FORKS = """
import os, sys
from occoder.client import Client

client = Client(sys.argv[1], "an-id", "a-secret")
client.code_one("nurse")
child = os.fork()
code = client.code_one("nurse").result[0].code_category
if not child:
    os._exit(0 if code == "2654" else 1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) or code != "2654")
"""


def coder(service: SlowService) -> Client:
    """Return a client of a service."""
    return Client(service.address, "an-id", "a-secret")


def turn(*pauses: Pause) -> Flow[HeldToken | Outcome]:
    """Make some pauses while it is one's turn."""
    yield from pauses
    return HELD


def test_threads_fetch_one_token() -> None:
    """Threads that need a token at the same time fetch it once."""
    token = waits(0.2, says({"access_token": "token-1", "expires_in": 3600}))
    with (
        SlowService({TOKEN: token, CODE: says(CODED)}) as service,
        coder(service) as client,
    ):
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(client.code_one, ["nurse"] * 24))

    assert 24 == len(answers)
    assert 1 == service.paths.count(TOKEN)
    assert 24 == service.paths.count(CODE)


def test_threads_renew_one_token() -> None:
    """Threads whose token is refused at the same time renew it once."""

    def codes(connection: Connection) -> None:
        is_good = connection.seen and connection.seen.headers["authorization"] == "t2"
        (says(CODED) if is_good else says({"message": "denied"}, 403))(connection)

    tokens = [says({"access_token": "t1"}), waits(0.2, says({"access_token": "t2"}))]
    acts = {TOKEN: tokens, TOPICS: says([]), CODE: codes}
    with SlowService(acts) as service, coder(service) as client:
        client.topics()
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(client.code_one, ["nurse"] * 8))

    assert 8 == len(answers)
    assert 2 == service.paths.count(TOKEN)


def test_fork_shares_no_connection() -> None:
    """A forked process makes connections of its own, and may use its parent's token."""
    with SlowService({CODE: says(CODED)}) as service:
        done = subprocess.run(
            [sys.executable, "-c", FORKS, service.address], capture_output=True, text=True
        )

    assert 0 == done.returncode, done.stderr
    assert 2 == service.n_connections
    assert [TOKEN, CODE, CODE, CODE] == service.paths


def test_closed_client_is_told() -> None:
    """After its end a client says that it is closed."""
    with SlowService({CODE: says(CODED)}) as service:
        with coder(service) as client:
            client.code_one("nurse")
        with pytest.raises(RuntimeError, match="closed"):
            client.code_one("nurse")

    assert [TOKEN, CODE] == service.paths


def test_closing_closes_connections() -> None:
    """The end of a client is the end of its connections, and may come twice."""
    with SlowService({CODE: says(CODED)}) as service:
        client = coder(service)
        client.code_one("nurse")
        client.close()
        client.close()

        assert service.waits_for(lambda: service.n_left == 1)


def test_pauses_are_slept() -> None:
    """A pause of a flow is slept, and what the flow comes to is returned."""
    slept: list[float] = []
    driver = Driver(NOWHERE, sleep=slept.append)

    def flow() -> Flow[str]:
        yield Pause(0.25)
        yield Pause(3.0)
        return "done"

    assert "done" == driver.run(flow())
    assert [0.25, 3.0] == slept


def test_turn_is_waited_for_in_time() -> None:
    """Who doesn't get their turn by the moment that they name goes without it."""
    is_in, is_over = Event(), Event()

    def waits_long(_: float) -> None:
        is_in.set()
        is_over.wait(60)

    driver = Driver(NOWHERE, sleep=waits_long)
    moment = time.monotonic() + 60
    other = Thread(target=driver.run, args=(alone(turn(Pause(1.0)), moment),))
    other.start()
    is_in.wait(60)
    reply = driver.run(alone(turn(), time.monotonic() + 0.1))
    is_over.set()
    other.join()

    assert LATE == reply


def test_interruption_frees_the_turn() -> None:
    """Who is interrupted while their turn lasts keeps nobody else from theirs."""

    def interrupts(_: float) -> None:
        raise KeyboardInterrupt

    driver = Driver(NOWHERE, clock=lambda: 0.0, sleep=interrupts)
    with pytest.raises(KeyboardInterrupt):
        driver.run(alone(turn(Pause(1.0)), until=9.0))

    assert HELD == driver.run(alone(turn(), until=9.0))
