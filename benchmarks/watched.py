"""Running a program in a process of its own, watching its time and memory (Linux)."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_EVERY_S: Final = 0.25
_WATCH_EVERY_S: Final = 1.0  # looking at the memory takes time from who is measured
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a program did.

    Parameters
    ----------
    seconds : float
        From its start to its end.
    peak_rss_mb : float
        Largest memory of it and all processes it started, sampled four times a second,
        in MB (10^6 bytes). Pages that processes share are counted for each.
    peak_pss_mb : float
        The same with shared pages counted once: what the machine has to have.
    others_cores : float
        Cores that other programs kept busy meanwhile, on average: with more than about
        0.1, the time says little.
    stdout, stderr : str
        What it printed.
    """

    seconds: float
    peak_rss_mb: float
    peak_pss_mb: float
    others_cores: float
    stdout: str
    stderr: str


class Memory:
    """Watches the memory of a process and of all that it started, for a while.

    Parameters
    ----------
    pid : int
        Its number.
    """

    def __init__(self, pid: int) -> None:
        self.most_mb = 0.0
        self.n_processes = 0
        self._pid = pid
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(_WATCH_EVERY_S):
            family = list(_family(self._pid))
            self.n_processes = max(self.n_processes, len(family))
            pss = sum(_memory(pid)[1] for pid in family)
            self.most_mb = max(self.most_mb, pss)


def watch(command: Sequence[str | Path]) -> Watched:
    """Run a program to its end.

    Raises
    ------
    RuntimeError
        If it fails; with what it said.
    """
    started, busy_before = time.perf_counter(), _busy_s()
    rss = pss = 0.0
    own: dict[int, float] = {}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        while running.poll() is None:
            family = list(_family(running.pid))
            own |= {pid: _cpu_s(pid) or own.get(pid, 0.0) for pid in family}
            now = [_memory(pid) for pid in family]
            rss = max(rss, sum(one[0] for one in now))
            pss = max(pss, sum(one[1] for one in now))
            time.sleep(_EVERY_S)
        seconds = time.perf_counter() - started
        stdout, stderr = running.communicate()
    if running.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {stderr[-2000:]}")
    others = (_busy_s() - busy_before - sum(own.values())) / seconds
    return Watched(seconds, rss, pss, max(others, 0.0), stdout, stderr)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in children:
            yield from _family(int(child))


def _busy_s() -> float:
    """Return the seconds for which all cores together were busy since the system began."""
    user, nice, system, _, _, *interrupts = Path("/proc/stat").read_text().split()[1:9]
    return sum(map(int, (user, nice, system, *interrupts))) / _TICKS


def _cpu_s(pid: int) -> float:
    """Return the CPU time of a process so far; nothing of one that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> tuple[float, float]:
    """Return resident and proportional memory in MB; nothing of a process that ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {line.split()[0]: line.split()[1] for line in lines[1:]}
    return int(sizes["Rss:"]) * 1024 / 1e6, int(sizes["Pss:"]) * 1024 / 1e6
