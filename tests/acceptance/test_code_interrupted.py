"""The command `occoder code`, stopped in the middle of its work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROGRAM = [sys.executable, str(TESTS / "stand_in_program.py"), "code"]
Start = Callable[..., subprocess.Popen[bytes]]


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something that happens soon, or fail."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError


@pytest.fixture
def started(tmp_path: Path) -> Start:
    """Start a run that has written something and waits for more rows from a pipe."""

    def start(*options: str) -> subprocess.Popen[bytes]:
        words = [*PROGRAM, "-", "-o", str(tmp_path / "out.csv"), *options]
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        assert process.stdin is not None
        process.stdin.write(b"job\n" + b"nurse in a big hospital ward\n" * 200_000)
        process.stdin.flush()
        wait_until(lambda: any(path.stat().st_size for path in tmp_path.iterdir()))
        return process

    return start


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one", "two"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_leaves_nothing(
    tmp_path: Path,
    started: Start,
    sent: signal.Signals,
    options: tuple[str, ...],
) -> None:
    """Ctrl-C, or a polite end from outside, leaves no file and no traceback."""
    process = started(*options)
    os.killpg(process.pid, signal.SIGINT) if sent == signal.SIGINT else process.terminate()
    _, said = process.communicate(timeout=60)

    assert 0 != process.returncode
    assert [] == list(tmp_path.iterdir())
    assert b"Traceback" not in said


def test_kill_leaves_no_output(tmp_path: Path, started: Start) -> None:
    """A run that is killed leaves the former output, and no process behind."""
    (tmp_path / "out.csv").write_text("former")
    process = started("--workers", "2")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.communicate(timeout=60)

    assert len(children) >= 2
    assert "former" == (tmp_path / "out.csv").read_text()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
