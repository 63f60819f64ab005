"""A process that dispatches: the parts put together, until it is told to stop."""

import os
import signal
import threading
import time
import uuid
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from occoder.batch.batches import DISPATCHER, Batches
from occoder.batch.coding.executor import ChunkExecutor, open_executor
from occoder.batch.dispatch.arrivals import Arrivals
from occoder.batch.dispatch.dispatcher import Dispatcher
from occoder.batch.dispatch.sweeper import Sweeper
from occoder.batch.dispatch.work import Work
from occoder.batch.lease_store import LeaseStore
from occoder.database import open_database
from occoder.processes import when_parent_ends
from occoder.settings.settings import Settings
from occoder.telemetry.logs import configure, log, take_over_hooks

_NOTICE_EVERY_S: Final = 1.0
_WARM_EVERY_S: Final = 1.0


def dispatch(settings: Settings, stop: threading.Event | None = None) -> None:
    """Dispatch until told to stop, by SIGTERM or SIGINT where no event is given.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    stop : Event, optional
        Ends it.

    Raises
    ------
    ServiceError
        If database, keys, stores or executor can't be used.
    """
    stop = stop or _stopped_by_signals()
    engine = open_database(settings)
    try:
        executor = open_executor(settings)
        try:
            _dispatcher(settings, engine, executor).run(stop)
        finally:
            executor.close()
    finally:
        engine.dispose()
    log.info("dispatcher_stopped", pid=os.getpid())


def dispatch_from_environ() -> None:
    """Dispatch as the environment says, with the log set up.

    Where another process started this one, it stops when that one is gone.
    """
    settings = Settings.from_environ(os.environ)
    configure(settings.log_format)
    take_over_hooks()
    stop = _stopped_by_signals()
    when_parent_ends(stop.set)
    dispatch(settings, stop)


def _dispatcher(
    settings: Settings, engine: sa.Engine, executor: ChunkExecutor
) -> Dispatcher:
    clock = time.time
    batches = Batches.open(settings, engine, DISPATCHER, clock)
    leases = LeaseStore(
        engine=engine, owner=str(uuid.uuid4()), lease_s=settings.lease_s, clock=clock
    )
    sweeper = Sweeper(batches=batches, engine=engine)
    upkeep: list[tuple[Callable[[], None], float]] = [
        (sweeper.sweep, settings.sweep_every_s),
        (lambda: _warm(leases, executor), _WARM_EVERY_S),
    ]
    if not batches.is_local:
        upkeep.append((Arrivals(batches).notice, _NOTICE_EVERY_S))
    log.info("dispatcher_started", pid=os.getpid())
    return Dispatcher(
        Work(batches=batches, leases=leases, executor=executor),
        leases,
        tuple(upkeep),
        n_at_once=settings.batches_at_once,
    )


def _warm(leases: LeaseStore, executor: ChunkExecutor) -> None:
    """Load the models of operations before their input is there."""
    for topic, model_id in leases.models_wanted():
        executor.warm(topic, model_id)


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
