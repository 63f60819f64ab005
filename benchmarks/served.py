"""Servers for the benchmarks: started as a user starts them, on a core of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PATIENCE_S: Final = 120
_HERE: Final = Path(__file__).parent
_PROGRAM: Final = "from occoder.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs.

    Parameters
    ----------
    port : int
        Where it listens, on this machine.
    pid : int
        Its process.
    ready_s : float
        Seconds from its start to its first good answer.
    """

    port: int
    pid: int
    ready_s: float

    def memory_mb(self) -> float:
        """Return the memory of the process, its share of shared pages included."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="utf-8")
        return int(text.split("Pss:")[1].split()[0]) / 1000


@contextmanager
def occoder(
    home: Path,
    python: str,
    core: int | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run `occoder serve` on a data folder, with a Python that has occoder installed."""
    port = free_port()
    command = [python, "-c", _PROGRAM, "serve", "--port", str(port)]
    given = {"OCCODER_HOME": str(home), "OCCODER_METRICS_PORT": "0", **(environ or {})}
    with _running(command, port, "/health/ready", given, core) as server:
        yield server


@contextmanager
def echo(core: int | None = None) -> Iterator[Server]:
    """Run the peer of coding calls."""
    port = free_port()
    command = [sys.executable, str(_HERE / "echo.py"), str(port)]
    with _running(command, port, "/echo", {}, core) as server:
        yield server


@contextmanager
def transfer(folder: Path) -> Iterator[Server]:
    """Run the peer of uploads and downloads, which keeps its file in a folder."""
    port = free_port()
    command = [sys.executable, str(_HERE / "transfer.py"), str(port), str(folder)]
    with _running(command, port, "/nothing", {}, None) as server:
        yield server


def free_port() -> int:
    """Return a port of this machine that nothing listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def add_client(home: Path) -> tuple[str, str]:
    """Register a partner and return its id and secret."""
    command = [sys.executable, "-c", _PROGRAM, "client", "add", "Benchmark"]
    command += ["--contact", "nobody@example.org", "--tier", "partner"]
    command += ["--terms-version", "1", "--accepted-by", "nobody", "--json"]
    environ = {**os.environ, "OCCODER_HOME": str(home)}
    printed = subprocess.run(command, env=environ, check=True, capture_output=True)
    added = json.loads(printed.stdout)
    return added["client_id"], added["client_secret"]


def drive(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Run the load generator and return what it measured."""
    command = [sys.executable, str(_HERE / "load.py")]
    done = subprocess.run(command, input=json.dumps(plan).encode(), capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


@contextmanager
def _running(
    command: list[str],
    port: int,
    path: str,
    environ: Mapping[str, str],
    core: int | None,
) -> Iterator[Server]:
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                raise RuntimeError(f"{path} does not answer")
            time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _answers(port: int, path: str) -> bool:
    """Tell whether something answers, be it that the method is not allowed."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code in {404, 405}
    except OSError:
        return False
