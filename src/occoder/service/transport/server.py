"""Running the service: one process or several, until it is told to stop."""

import dataclasses
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from socket import socket
from typing import Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from occoder.service.transport import open_files
from occoder.service.transport.dispatcher_process import dispatcher_beside
from occoder.service.transport.listening import close_all, listen, port_of, take_address
from occoder.service.transport.service_config import ServiceConfig
from occoder.service.transport.tls import TlsContext
from occoder.service.transport.workers import Workers
from occoder.settings.settings import Settings
from occoder.settings.settings_environ import put_into
from occoder.telemetry.logs import log
from occoder.telemetry.metrics import start_metrics_server

APP: Final = "occoder.service.main:app_from_environ"
_COULD_NOT: Final = 1


def run(
    settings: Settings,
    *,
    sockets: Sequence[socket] = (),
    app: str = APP,
    on_listening: Callable[[Settings], None] = lambda settings: None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish the calls under way.

    The environment of this process names the settings from now on.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    sockets : sequence of socket
        Those of `take_address` in `listening`, where it was called before.
    app : str
        Module and name of the function that returns the app, from the environment.
    on_listening : callable
        Called with the settings, and the port that was taken, as soon as callers can
        connect; they are answered when everything is loaded.

    Raises
    ------
    SettingsFaults, ServiceError
        If the service can't run like this. Address and certificate are looked at before
        anything is loaded.
    SystemExit
        If it stops for a reason that was printed or logged.
    """
    sockets = sockets or take_address(settings)
    try:
        settings = dataclasses.replace(settings, port=port_of(sockets))
        config = ServiceConfig(settings, app)
        if settings.tls:
            TlsContext(settings)
        put_into(os.environ, settings)
        open_files.forbid_core_dumps()
        open_files.allow(open_files.n_wanted(settings.max_connections))
        with _metrics_of_workers(settings), dispatcher_beside(settings):
            listen(sockets, settings)
            on_listening(settings)
            _serve(config, sockets)
        log.info("stopped", pid=os.getpid())
    finally:
        close_all(sockets)


@contextmanager
def _metrics_of_workers(settings: Settings) -> Iterator[None]:
    """Let the parent tell the numbers of all processes; a single one tells its own."""
    if not settings.metrics_port or settings.workers == 1:
        yield
        return
    server = start_metrics_server(settings.metrics_port, settings.workers)
    try:
        yield
    finally:
        server.stop()


def _serve(config: ServiceConfig, sockets: Sequence[socket]) -> None:
    # uvicorn raises the signal again that it stopped for; a stop in good order is no
    # failure, and what has to be cleaned up still can be.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if config.workers == 1:
            uvicorn.Server(config).run(list(sockets))
            return
        workers = Workers(config, sockets)
        workers.run()
    except KeyboardInterrupt:
        return
    except SystemExit as end:
        sys.exit(_COULD_NOT if end.code == STARTUP_FAILURE else end.code)
    if workers.could_not_start:
        sys.exit(_COULD_NOT)
