"""Running a program in a process of its own, watching its time and memory (Linux)."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_EVERY_S: Final = 0.25


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
    stdout, stderr : str
        What it printed.
    """

    seconds: float
    peak_rss_mb: float
    peak_pss_mb: float
    stdout: str
    stderr: str


def watch(command: Sequence[str | Path]) -> Watched:
    """Run a program to its end.

    Raises
    ------
    RuntimeError
        If it fails; with what it said.
    """
    started = time.perf_counter()
    rss = pss = 0.0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        while running.poll() is None:
            now = [_memory(pid) for pid in _family(running.pid)]
            rss = max(rss, sum(one[0] for one in now))
            pss = max(pss, sum(one[1] for one in now))
            time.sleep(_EVERY_S)
        seconds = time.perf_counter() - started
        stdout, stderr = running.communicate()
    if running.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {stderr[-2000:]}")
    return Watched(seconds, rss, pss, stdout, stderr)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in children:
            yield from _family(int(child))


def _memory(pid: int) -> tuple[float, float]:
    """Return resident and proportional memory in MB; nothing of a process that ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {line.split()[0]: line.split()[1] for line in lines[1:]}
    return int(sizes["Rss:"]) * 1024 / 1e6, int(sizes["Pss:"]) * 1024 / 1e6
