"""Several processes that answer at one address, and the parent that looks after them."""

import time
from collections.abc import Sequence
from socket import socket
from typing import Final

from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from occoder.service.transport.listening import close_all
from occoder.service.transport.service_config import ServiceConfig
from occoder.telemetry.logs import log

_LOOK_EVERY_S: Final = 0.1


class Workers(Multiprocess):
    """Starts the processes, and another in place of one that ended or hangs.

    SIGTERM and SIGINT stop all in good order, SIGHUP replaces one after the other.

    Parameters
    ----------
    config : ServiceConfig
        How each runs.
    sockets : sequence of socket
        Where all of them listen.
    """

    def __init__(self, config: ServiceConfig, sockets: Sequence[socket]) -> None:
        super().__init__(config, list(sockets))
        self._config = config

    def init_processes(self) -> None:
        """Start the processes, and wait until they serve, end, or all are to stop."""
        super().init_processes()
        for process in self.processes:
            while not self.signal_queue and _is_starting(process):
                time.sleep(_LOOK_EVERY_S)
        self._config.has_served = any(map(_serves, self.processes))

    def keep_subprocess_alive(self) -> None:
        """Start another process in place of each that ended or hangs."""
        before = tuple(self.processes)
        super().keep_subprocess_alive()
        for one in before:
            if one not in self.processes:
                log.warning("process_replaced", pid=one.pid, why=f"exit {one.exitcode}")

    def terminate_all(self) -> None:
        """Stop listening, and tell all processes to finish what is under way."""
        # As long as any process has the address, the system lets callers wait there.
        close_all(self.sockets)
        super().terminate_all()

    @property
    def could_not_start(self) -> bool:
        """Tell whether a process found that the service can't run as it is set up."""
        return any(one.exitcode == STARTUP_FAILURE for one in self.processes)


def _is_starting(process: Process) -> bool:
    return process.process.is_alive() and not process.is_ready(timeout=1)


def _serves(process: Process) -> bool:
    return process.process.is_alive() and process.is_ready()
