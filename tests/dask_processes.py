"""A Dask cluster of real processes on this machine, reachable from nowhere else."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from process_tree import eventually

HERE = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")


class DaskProcesses:
    """A scheduler, and workers of one thread each.

    Parameters
    ----------
    folder : Path
        For their files.
    environ : mapping
        What they find in the environment beside what is in it here.
    tls : sequence of str
        Options that set up TLS, if it is wanted.
    """

    def __init__(
        self, folder: Path, environ: Mapping[str, str], tls: Sequence[str] = ()
    ) -> None:
        self.workers: list[subprocess.Popen[bytes]] = []
        self._folder = folder
        self._environ = {**os.environ, **environ}
        self._tls = tls
        self._told = folder / "scheduler.json"
        protocol = ("--protocol", "tls" if tls else "tcp")
        told = ("--scheduler-file", str(self._told))
        self.scheduler = self._start("dask_scheduler", *protocol, "--port", "0", *told)
        assert eventually(lambda: bool(self._address()))
        self.address = self._address()

    def _address(self) -> str:
        """Return what the scheduler has written, "" before all of it is there."""
        try:
            return str(json.loads(self._told.read_text())["address"])
        except (FileNotFoundError, json.JSONDecodeError):
            return ""

    def add_worker(self) -> None:
        """Start a worker."""
        once = ("--no-nanny", "--nthreads", "1", "--local-directory", str(self._folder))
        self.workers.append(self._start("dask_worker", self.address, *once))

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all of it."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        module = f"distributed.cli.{program}"
        with (self._folder / f"{program}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *options, *HERE, *self._tls],
                env=self._environ,
                stdout=log,
                stderr=log,
            )
