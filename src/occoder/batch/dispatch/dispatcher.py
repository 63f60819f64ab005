"""The dispatcher: claims operations, lets them be worked on, renews its leases, sweeps."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from occoder.batch.dispatch.held import Held
from occoder.batch.dispatch.work import Work
from occoder.batch.lease_store import LeaseStore
from occoder.telemetry.logs import log

POLL_S: Final = 0.2

# An operation that has been worked on for so long makes room for another client's.
TURN_S: Final = 30.0

_RENEWALS_A_LEASE: Final = 5


class Dispatcher:
    """Works on several operations at once until it is told to stop.

    Parameters
    ----------
    work : Work
        Done with each operation.
    leases : LeaseStore
        Where operations are claimed.
    upkeep : sequence of (callable, float)
        What else is to be done, each every so many seconds.
    n_at_once : int
        How many operations are worked on at the same time.
    turn_s : float
        See `TURN_S`.
    """

    def __init__(
        self,
        work: Work,
        leases: LeaseStore,
        upkeep: tuple[tuple[Callable[[], None], float], ...] = (),
        *,
        n_at_once: int,
        turn_s: float = TURN_S,
    ) -> None:
        self._work = work
        self._leases = leases
        self._n_at_once = n_at_once
        self._turn_s = turn_s
        self._under_way: dict[Future[None], Held] = {}
        renew_every_s = leases.lease_s / _RENEWALS_A_LEASE
        self._upkeep = [_Upkeep(self._renew, renew_every_s)]
        self._upkeep += [_Upkeep(work, every_s) for work, every_s in upkeep]

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop, then give back what is under way.

        Parameters
        ----------
        stop : Event
            Set from another thread or a signal.
        """
        threads = ThreadPoolExecutor(self._n_at_once, "operation")
        with threads, ThreadPoolExecutor(len(self._upkeep), "upkeep") as beside:
            while not stop.wait(POLL_S):
                self._forget_ended()
                for one in self._upkeep:
                    one.begin_if_due(beside)
                try:
                    self._claim(threads)
                except Exception as error:  # the database may be away for a while
                    log.error("claim_failed", exc_info=error)
                    stop.wait(1)
            for held in self._under_way.values():
                held.stop()

    def _claim(self, threads: ThreadPoolExecutor) -> None:
        while len(self._under_way) < self._n_at_once:
            operation = self._leases.claim()
            if operation is None:
                return
            held = Held(operation, time.monotonic())
            self._under_way[threads.submit(self._work.do, held)] = held
        self._make_room()

    def _make_room(self) -> None:
        """Let an operation whose turn is over yield to another client that waits."""
        running = list(self._under_way.values())
        if any(held.is_yielding for held in running):
            return
        over = time.monotonic() - self._turn_s
        had_turn = [held for held in running if held.since <= over]
        waiting = self._leases.next_waiting() if had_turn else None
        if waiting is None:
            return
        clients = [held.operation.client_id for held in running]
        most = max(had_turn, key=lambda held: clients.count(held.operation.client_id))
        if clients.count(waiting.client_id) < clients.count(most.operation.client_id):
            most.yield_turn()

    def _forget_ended(self) -> None:
        for future in [one for one in self._under_way if one.done()]:
            del self._under_way[future]

    def _renew(self) -> None:
        running = list(self._under_way.values())  # before: one claimed meanwhile is held
        held_ids = self._leases.renew()
        for held in running:
            if held.operation.operation_id not in held_ids:
                held.lose()


class _Upkeep:
    """Something to be done again and again, never twice at once."""

    def __init__(self, work: Callable[[], None], every_s: float) -> None:
        self._work = work
        self._every_s = every_s
        self._due_at = 0.0
        self._is_under_way = False

    def begin_if_due(self, thread: ThreadPoolExecutor) -> None:
        if not self._is_under_way and time.monotonic() >= self._due_at:
            self._is_under_way = True
            self._due_at = time.monotonic() + self._every_s
            thread.submit(self._do)

    def _do(self) -> None:
        try:
            self._work()
        except Exception as error:  # it is tried again
            log.error("upkeep_failed", exc_info=error)
        finally:
            self._is_under_way = False
