"""A process that counts calls as fast as it can, for the tests of usage.

Run as ``python hammering.py URL FOLDER``: it says "ready", waits for a line, makes calls
that are all of the same moment, and prints how many were admitted.
"""

import sys
from pathlib import Path

from occoder.database import connect
from occoder.service.throttle.usage_store import DatabaseUsage
from occoder.settings.limits import Limits

NOW = 1_750_000_000.0
N_CALLS = 120

# By key, what holds for it: more than one process asks for, less than two do.
LIMITS = {"quota": Limits(per_hour=150), "rate": Limits(per_second=1)}


def main(url: str, folder: str) -> None:
    """Make the calls and print how many were admitted under each key."""
    store = DatabaseUsage(connect(url, Path(folder) / "service.sqlite"))
    print("ready", flush=True)
    sys.stdin.readline()
    for key, limits in LIMITS.items():
        verdicts = [store.take(key, limits, NOW) for _ in range(N_CALLS)]
        print(sum(verdict.admitted for verdict in verdicts))


if __name__ == "__main__":
    main(*sys.argv[1:])
