"""Several processes at one address, ended and replaced."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_in_app import shown
from stand_in_server import PATIENCE_S, StandInServer, wait_until


def answering(server: StandInServer) -> int:
    """Return the process that answers a call."""
    pid: int = shown(server.get())["pid"]
    return pid


def lives(pid: int) -> bool:
    """Tell whether a process is there, and is more than an entry in a table."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandInServer]:
    """A server with two processes that have both begun."""
    server = StandInServer(tmp_path, workers="2")
    try:
        wait_until(lambda: len(server.pids("began")) == 2)
        yield server
    finally:
        server.kill()


def test_both_processes_answer(server: StandInServer) -> None:
    """Calls are spread over the processes, and the parent answers none."""
    with server:
        seen: set[int] = set()
        wait_until(lambda: seen.add(answering(server)) or len(seen) == 2)

        assert server.pids("began") == seen
        assert server.process.pid not in seen


def test_killed_process_is_replaced(server: StandInServer) -> None:
    """When one is killed the other goes on, and soon there are two again."""
    with server:
        killed, other = server.pids("began")
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: not lives(killed))
        assert other == answering(server)
        wait_until(lambda: len(server.pids("began")) == 3)
        (new,) = server.pids("began") - {killed, other}
        seen: set[int] = set()
        wait_until(lambda: seen.add(answering(server)) or new in seen)

        assert {new} <= seen <= {new, other}
    assert {new, other} == server.pids("ended")


def test_all_may_be_killed(server: StandInServer) -> None:
    """When all are killed at once, calls wait for the new ones."""
    with server:
        killed = server.pids("began")
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(lives, killed)))

        assert answering(server) not in killed


def test_database_may_be_away_for_a_while(server: StandInServer) -> None:
    """A new process that can't start is tried again, and does not end the others."""
    with server:
        broken = server.home / "broken database"
        killed, other = server.pids("began")
        broken.touch()
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: (server.home / "refused").exists())
        assert other == answering(server)
        broken.unlink()
        wait_until(lambda: len(server.pids("began")) == 3)
    assert "sqlite can't be used: disk I/O error" in server.said


def test_processes_end_with_their_parent(server: StandInServer) -> None:
    """When the parent is killed, its processes stop in good order and free the address."""
    both = server.pids("began")
    server.process.kill()
    server.process.communicate(timeout=PATIENCE_S)
    wait_until(lambda: not any(map(lives, both)))

    assert both == server.pids("ended")


def test_sighup_replaces_one_after_the_other(tmp_path: Path) -> None:
    """SIGHUP brings a new process for each, with all that they read at their start."""
    with StandInServer(tmp_path, workers="2") as server:
        wait_until(lambda: len(server.pids("began")) == 2)
        former = server.pids("began")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: former == server.pids("ended"))
        wait_until(lambda: len(server.pids("began")) == 4)

        assert answering(server) not in former
