"""Processes of this machine."""

import signal
import threading

import pytest

from occoder.processes import interrupts_held, n_cores, when_parent_ends

HAS_MASKS = hasattr(signal, "pthread_sigmask")


def test_there_is_a_core() -> None:
    """There is at least the one that this runs on."""
    assert n_cores() >= 1


@pytest.mark.skipif(not HAS_MASKS, reason="signals can't be held on this system")
def test_interrupts_are_held_for_a_while() -> None:
    """What is started within would not get Ctrl-C; afterwards all is as before."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with interrupts_held():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert before == signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_without_a_parent_nothing_is_done() -> None:
    """A process that was not started by another of ours has nobody to wait for."""
    acted = threading.Event()
    when_parent_ends(acted.set)
    assert not acted.wait(0.1)
