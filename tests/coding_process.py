"""A process that has chunks coded, to be looked at and killed.

Its argument is its data folder. It tells the processes that code, in one line, once one
of them has coded a chunk; then it has more of them coded than a test has time for.
"""

import os
import sys
from pathlib import Path

N_WORKERS = 2


def main(home: Path) -> None:
    """Have the same chunk coded again and again."""
    # Not above: those that code import what stands there, and what that brings along.
    from batch_chunks import ChunkPlace, record
    from process_tree import grandchildren

    from occoder.batch.coding.own_processes import OwnProcesses

    place = ChunkPlace(home)
    task = place.write([record(str(n), f"florist {n % 100}") for n in range(50_000)])
    processes = OwnProcesses(place.reach, n_workers=N_WORKERS)
    futures = [processes.submit(task) for _ in range(10_000)]
    futures[0].result()
    print(*grandchildren(os.getpid()), flush=True)
    futures[-1].result()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
