"""What a process that codes can't do."""

import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import confined_tries as tries
import pytest
from batch_chunks import OPERATION, ChunkPlace, record
from log_output import caught_log

from occoder.batch.coding.chunk import chunk_name, code_chunk
from occoder.batch.coding.confinement import confine, forget_secrets, landlock_version

DENIED = "PermissionError"


@pytest.fixture
def place(tmp_path: Path) -> ChunkPlace:
    """Return stores beside what only others may see, all of it with content."""
    place = ChunkPlace(tmp_path / "home")
    place.write([record("1", "florist")])
    for file in secrets_of(place):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"secret")
    return place


@pytest.fixture
def process(place: ChunkPlace) -> Iterator[ProcessPoolExecutor]:
    """Return a process that codes, confined as such a process confines itself."""
    given = (place.reach, ((place.topic, place.model_id),))
    with ProcessPoolExecutor(1, get_context("forkserver"), tries.start, given) as process:
        yield process


def secrets_of(place: ChunkPlace) -> list[Path]:
    """Return files that no process that codes may see."""
    service, keys = place.settings.folder, place.settings.keys_that_seal
    return [
        service / "objects" / "ingress" / OPERATION / "input",
        *(keys / f"{name}.json" for name in ("ingress", "validated", "egress")),
        service / "keys" / "signing-key.json",
        service / "service.sqlite",
        service / "audit.jsonl",
        place.home.parent / "somebody else's",
    ]


def test_r88_worker_cannot_open_what_is_not_for_it(
    place: ChunkPlace, process: ProcessPoolExecutor
) -> None:
    """Ingress, keys, database and audit log are closed to it, for the superuser too."""
    secrets = secrets_of(place)

    n = len(secrets)
    folders = [one.parent for one in secrets]
    assert [DENIED] * n == process.submit(tries.reading, secrets).result()
    assert [DENIED] * n == process.submit(tries.listing, folders).result()
    assert [DENIED] * n == process.submit(tries.writing, secrets).result()


def test_r88_worker_reads_validated_and_writes_egress(
    place: ChunkPlace, process: ProcessPoolExecutor
) -> None:
    """It reads what was validated and can't change it; it writes output, no more."""
    chunk = place.validated / chunk_name(OPERATION, 0)
    part, made = place.egress / "part", place.validated / "made"
    model = next((place.home / "models").rglob("manifest.json"))

    assert ["done"] * 2 == process.submit(tries.reading, [chunk, model]).result()
    assert ["done"] == process.submit(tries.writing, [part]).result()
    others = [chunk, made, model, Path(code_chunk.__code__.co_filename)]
    assert [DENIED] * 4 == process.submit(tries.writing, others).result()
    assert [DENIED] == process.submit(tries.reading, [part]).result()
    assert "done" == process.submit(tries.replacing, part, place.egress / "new").result()
    outside = place.home / "out"
    assert (
        DENIED == process.submit(tries.replacing, part.with_name("new"), outside).result()
    )


def test_worker_still_codes(place: ChunkPlace, process: ProcessPoolExecutor) -> None:
    """What it has given up is nothing that coding needs."""
    done = process.submit(code_chunk, place.task()).result()

    assert 1 == done.n_records
    assert "1" == place.answers()[0]["recordId"]


def test_worker_neither_connects_nor_starts_anything(process: ProcessPoolExecutor) -> None:
    """It reaches no port, listens at none, runs no program and signals nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert DENIED == process.submit(tries.connecting, port).result()
    assert DENIED == process.submit(tries.listening).result()
    assert DENIED == process.submit(tries.starting).result()
    if landlock_version() >= 6:
        assert DENIED == process.submit(tries.signalling, os.getpid()).result()


def test_what_is_not_there_is_passed_by(tmp_path: Path) -> None:
    """A place that a system does not have keeps nobody from being confined."""
    given = [tmp_path / "not there"], [tmp_path / "nor there"]
    with ProcessPoolExecutor(1, get_context("forkserver")) as process:
        assert process.submit(confine, *given, may_connect=False).result()


def test_system_without_landlock_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process can't be confined, the log warns of it and it goes on."""
    monkeypatch.setattr(sys, "platform", "darwin")

    with caught_log() as output:
        assert not confine([], [], may_connect=False)

    assert ["not_confined"] == [one["event"] for one in output.entries]
    assert ["warning"] == [one["level"] for one in output.entries]


@pytest.mark.parametrize("may_connect", [True, False])
def test_environment_loses_its_secrets(may_connect: bool) -> None:
    """What opens databases, keys and stores goes; what coding needs stays."""
    names = [
        *("OCCODER_DATABASE_URL", "OCCODER_STORAGE_KEYS_FOLDER", "OCCODER_KEYS_FOLDER"),
        *("OCCODER_CLIENT_SECRET", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY"),
        *("OCCODER_HOME", "PATH", "LANG"),
    ]
    environ = dict.fromkeys(names, "x")

    forget_secrets(environ, may_connect=may_connect)

    kept = {"OCCODER_HOME", "PATH", "LANG"}
    assert kept | ({"AWS_SECRET_ACCESS_KEY"} if may_connect else set()) == environ.keys()
