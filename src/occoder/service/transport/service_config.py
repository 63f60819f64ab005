"""What uvicorn is told: our connections, our event loop, our TLS, nothing beyond."""

import logging
import multiprocessing
import os
import signal
import ssl
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from occoder.errors import OccoderError, UnusableCertificate
from occoder.service.transport.connection import connection_class
from occoder.service.transport.event_loop import ServiceLoop
from occoder.service.transport.listening import BACKLOG
from occoder.service.transport.proxies import Proxies
from occoder.service.transport.tls import TlsContext
from occoder.service.transport.turned_away import Reason, TurnedAway
from occoder.settings.settings import Settings
from occoder.telemetry.logs import configure, log

# A process that gives its parent no sign for so long hangs, and is replaced. On a busy
# machine one that starts may need a while for its first.
HANG_S: Final = 30

_TRY_AGAIN: Final = 1


class ServiceConfig(uvicorn.Config):
    """How a server process runs; worker processes are handed a copy.

    Parameters
    ----------
    settings : Settings
        As the operator set them, with the port that was taken.
    app : str
        Module and name of the function that returns the app.

    Attributes
    ----------
    has_served : bool
        Whether a process with this configuration came to serve: then one that can't is
        tried again, since what it lacks may come back.

    Raises
    ------
    SettingsFaults
        If a proxy is named by something else than its address.
    """

    def __init__(self, settings: Settings, app: str) -> None:
        self.settings = settings
        self.has_served = False
        self._is_serving = False
        self._tls: TlsContext | None = None
        self._turned_away = TurnedAway(_tell)
        super().__init__(
            app,
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            interface="asgi3",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=Proxies.from_names(settings.proxies).names,
            backlog=BACKLOG,
            timeout_keep_alive=settings.idle_timeout_s,
            timeout_graceful_shutdown=settings.stop_timeout_s,
            timeout_worker_healthcheck=HANG_S,
            timeout_notify=0,
            ssl_context_factory=_context if settings.tls else None,
        )

    def configure_logging(self) -> None:
        """Set up the log of this process; uvicorn calls it in each."""
        super().configure_logging()
        configure(self.settings.log_format)
        _quieten_uvicorn()

    def get_loop_factory(self) -> Callable[[], ServiceLoop]:
        """Return what makes the event loop."""
        return partial(ServiceLoop, self.settings.header_timeout_s)

    def load(self) -> None:
        """Load certificate and app; a worker that can't tells why, and ends.

        Raises
        ------
        OccoderError
            If the service can't run like this, and there is no parent to tell.
        """
        try:
            super().load()
        except Exception as error:
            if multiprocessing.parent_process() is None:
                raise
            _print(error)
            sys.exit(_TRY_AGAIN if self.has_served else STARTUP_FAILURE)
        _quieten_uvicorn()  # the app may have set up the log anew
        self.http_protocol_class = connection_class(self.settings, self._turned_away)
        self.callback_notify = self._look_around

    def tls_context(self) -> ssl.SSLContext:
        """Return what connections of this process are encrypted with."""
        self._tls = TlsContext(self.settings)
        return self._tls.context

    async def _look_around(self) -> None:
        """Do what is due every second, the first time as soon as it serves."""
        if not self._is_serving:
            self._is_serving = True
            log.info("serving", pid=os.getpid(), port=self.settings.port)
        self._turned_away.tell_due()
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            # Nobody could stop this process any more, and it would hold the address.
            signal.raise_signal(signal.SIGTERM)
        if self._tls is not None:
            _renew(self._tls)


def _quieten_uvicorn() -> None:
    # Its lines on starting and stopping lose their facts in our log, and ours have them.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


def _context(config: uvicorn.Config, _: Any) -> ssl.SSLContext:
    assert isinstance(config, ServiceConfig)
    return config.tls_context()


def _renew(tls: TlsContext) -> None:
    try:
        if tls.refresh():
            log.info("certificate_renewed")
    except UnusableCertificate as error:
        log.error("certificate_not_usable", why=error.problem)


def _tell(reason: Reason, n: int) -> None:
    log.warning("turned_away", reason=reason.value, n=n)


def _print(error: Exception) -> None:
    if isinstance(error, OccoderError):
        sys.stderr.write(f"occoder: {error}\n")
    else:
        traceback.print_exception(error)
