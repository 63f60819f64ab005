"""Runs of a file through the stand-in of a service, in the process of the test."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from remote_answers import MODEL
from remote_stand_in import StandIn

from occoder import wire
from occoder.client import Client
from occoder.files.summary import Summary
from occoder.remote.options import Options
from occoder.remote.run import Run

ROWS = [
    ("0001", "nurse", "on a ward"),
    ("0002", "", ""),
    ("0003", "x", ""),
    ("0004", "Façade cleaner", "=cleans"),
    ("0005", "nurse", "on a ward"),
    ("0006", "vague one", ""),
    ("0007", "retired", "nothing"),
    ("0008", "cleaner / painter", "both of them " * 12),
    ("0009", "unlucky", "bad luck"),
    ("0010", "NURSE", "on a ward"),
]


class Heard:
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.stages: list[tuple[str, int, int | None]] = []

    def say(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Keep how far a stage is."""
        self.stages.append((stage, done, total))


def model(**changes: Any) -> wire.Model:
    """Return the model of the stand-in."""
    return msgspec.convert({**MODEL, **changes}, wire.Model)


def write_survey(path: Path, rows: Sequence[tuple[str, str, str]] = ROWS) -> Path:
    """Write rows as a CSV file with the columns id, job and duties."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "job", "duties"), *rows])
    return path


def survey_of(n_rows: int) -> list[tuple[str, str, str]]:
    """Return rows with as many different texts, of all kinds."""
    kinds = ("nurse", "vague", "retired", "driver", "unlucky", "baker", "cook", "clerk")
    return [(f"{n:06}", f"{kinds[n % 8]} {n}", f"task {n % 7}") for n in range(n_rows)]


def client(service: StandIn, **options: Any) -> Client:
    """Return a client of the stand-in."""
    given = {"timeout_s": 30, "max_wait_s": 30, **options}
    return Client(service.address, "an-id", "a-secret", **given)


def coded(
    service: StandIn, source: Path, target: Path, heard: Heard | None = None, **options: Any
) -> Summary:
    """Code a file, and return the summary."""
    with client(service) as calling:
        return Run(
            str(source),
            str(target),
            Options(**options),
            client=calling,
            service=service.address,
            notes=heard or Heard(),
        ).run()


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
