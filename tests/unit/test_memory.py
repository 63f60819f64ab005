"""Memory after loading."""

import subprocess
import sys

import pytest

GROWN = """
from occoder.service.coding.memory import settle_memory
def resident(): return int(open("/proc/self/statm").read().split()[1]) * 4096
settle_memory()
kept = [bytes(50_000) for _ in range(2_000)]
last = bytes(50_000)
before = resident()
del kept
settle_memory()
print(before - resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told")
def test_memory_is_given_back() -> None:
    """What was needed for a moment is the system's again."""
    done = subprocess.run([sys.executable, "-c", GROWN], capture_output=True, text=True)

    assert 0 == done.returncode, done.stderr
    assert int(done.stdout) > 80_000_000


def test_what_stays_is_left_alone() -> None:
    """Garbage is not looked for in what was there before."""
    program = (
        "import gc; from occoder.service.coding.memory import settle_memory; "
        "settle_memory(); print(gc.get_freeze_count())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert int(done.stdout) > 1_000
