"""Input files of batches, of any length, in constant memory."""

import json
from pathlib import Path
from typing import Final

from texts import answers

from occoder import wire

_N_DIFFERENT: Final = 200_000


def write_input(file: Path, n_records: int) -> int:
    """Write an input file and return its size in bytes.

    Parameters
    ----------
    file : Path
        Where to.
    n_records : int
        The same texts come again after 200,000 of them, under other ids.
    """
    found = answers(min(n_records, _N_DIFFERENT))
    ends = [
        json.dumps({"occp_text": title, "tasks_text": tasks})[1:] + "\n"
        for title, tasks in zip(found.titles, found.tasks, strict=True)
        if wire.MIN_CHARACTERS <= len(title) + len(tasks) <= wire.MAX_CHARACTERS
    ]
    with file.open("w", encoding="ascii") as opened:
        for first in range(0, n_records, len(ends)):
            n = min(len(ends), n_records - first)
            opened.writelines(f'{{"recordId": "{first + i}", {ends[i]}' for i in range(n))
    return file.stat().st_size
