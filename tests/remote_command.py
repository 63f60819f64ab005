"""`occoder remote code` as people run it: in a process of its own, which may be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 120
_OCCODER: Final = "from occoder.cli.main import main; main()"


def started(
    url: str,
    source: Path,
    target: Path,
    *options: str,
    credentials: tuple[str, str] = ("an-id", "a-secret"),
    environ: Mapping[str, str] | None = None,
    max_file_bytes: int | None = None,
) -> subprocess.Popen[str]:
    """Start the command; with a limit, writing fails as on a disk that is full."""
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({max_file_bytes},) * 2)"
    program = f"import resource; {limit}; {_OCCODER}" if max_file_bytes else _OCCODER
    client_id, secret = credentials
    own = {name: text for name, text in os.environ.items() if "proxy" not in name.lower()}
    given = {"OCCODER_CLIENT_ID": client_id, "OCCODER_CLIENT_SECRET": secret}
    words = ["remote", "code", str(source), "-o", str(target), "--url", url, *options]
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        env={**own, **given, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for it, and return its exit code and what it said on stderr."""
    out, said = process.communicate(timeout=PATIENCE_S)
    assert "" == out
    assert "Traceback" not in said, said
    return process.returncode, said


def killed(process: subprocess.Popen[str], is_time: Callable[[], object]) -> None:
    """Kill it when it is time, with no chance to do anything more."""
    stop = time.monotonic() + PATIENCE_S
    while not is_time():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < stop, "it is never time"
        time.sleep(0.002)
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    assert -9 == process.returncode
