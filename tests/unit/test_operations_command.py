"""`occoder operations` and `occoder retention`, on a data folder of its own."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_place import BatchPlace, batch_place
from typer.testing import CliRunner, Result

from occoder.batch.operation import OperationState
from occoder.cli.main import app
from occoder.errors import UnknownOperation
from occoder.settings.settings_environ import to_environ


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchPlace]:
    """Yield a place for batches that the commands work on too."""
    with batch_place(tmp_path) as place:
        for name, value in to_environ(place.settings).items():
            monkeypatch.setenv(name, value)
        yield place


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, words)


def operations(*words: str) -> list[str]:
    """Return the lines that a successful command prints."""
    result = run("operations", *words)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_no_operations_say_so(place: BatchPlace) -> None:
    """Without operations the list says that there are none."""
    assert operations("list") == ["no operations"]
    assert json.loads(run("operations", "list", "--json").stdout) == []


def test_operations_are_listed_with_state_and_client(place: BatchPlace) -> None:
    """The newest first; one that waits is told apart from one that is worked on."""
    place.create(client_id="first")
    waiting = place.upload(b"{}", client_id="second")
    place.complete()
    lines = operations("list")
    assert len(lines) == 3
    assert "complete" in lines[0]
    assert lines[1].split()[:2] == [waiting.operation_id, "second"]
    assert "in_progress, waits" in lines[1]
    assert "awaiting_input" in lines[2]
    assert len(operations("list", "--open")) == 2
    assert [line.split()[1] for line in operations("list", "--client", "first")] == [
        "first"
    ]
    claimed = place.leases().claim()
    assert claimed is not None
    assert "in_progress, to be scanned" in operations("list")[1]


def test_all_but_the_keys_of_an_operation_is_shown(place: BatchPlace) -> None:
    """Its id may be in capital letters."""
    operation = place.upload(b"12345")
    facts = json.loads(
        run("operations", "show", operation.operation_id.upper(), "--json").stdout
    )
    assert facts["inputBytes"] == 5
    assert facts["state"] == "in_progress"
    assert not [name for name in facts if "key" in name.lower()]
    shown = operations("show", operation.operation_id)
    assert shown[0].split() == ["operationId", operation.operation_id]


def test_an_unknown_operation_is_an_error(place: BatchPlace) -> None:
    """The message tells where all are."""
    result = run("operations", "show", "no-such-id")
    assert isinstance(result.exception, UnknownOperation)


def test_cancelling_ends_an_operation_once(place: BatchPlace) -> None:
    """What has ended can't be cancelled, which is a failure; who did it is written down."""
    operation = place.upload(b"{}")
    assert operations("cancel", operation.operation_id) == [
        f"{operation.operation_id} is cancelled"
    ]
    assert place.now(operation).state is OperationState.FAILED
    again = run("operations", "cancel", operation.operation_id)
    assert again.exit_code == 1
    assert "has ended before: failed" in again.stdout
    audit = (place.settings.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert '"event":"operation.cancelled"' in audit


def test_draining_holds_until_it_is_undone(place: BatchPlace) -> None:
    """It waits for what is under way, tells so in the list, and can be ended."""
    place.upload(b"{}")
    assert operations("drain")[-1] == "Nothing is under way."
    assert place.leases().claim() is None
    assert "being drained" in operations("list")[-1]
    operations("drain", "--undo")
    assert place.leases().claim() is not None
    assert len(operations("drain", "--no-wait")) == 1


def test_retention_tells_the_oldest_byte_of_each_store(place: BatchPlace) -> None:
    """F10: how much there is, how old, how old it may become."""
    place.upload(b"{}")
    place.complete()
    result = run("retention", "--json")
    assert result.exit_code == 0
    found = {one["store"]: one for one in json.loads(result.stdout)}
    assert {store: one["objects"] for store, one in found.items()} == {
        "ingress": 1,
        "validated": 0,
        "egress": 1,
    }
    assert 0 <= found["ingress"]["oldestAgeS"] < 60
    assert found["egress"]["limitS"] == 86400 + 60
    lines = run("retention").stdout.splitlines()
    assert lines[1].split()[:2] == ["validated", "0"]
    assert "empty" in lines[1]


def test_retention_fails_where_anything_is_too_old(place: BatchPlace) -> None:
    """So that whoever watches is told."""
    operation = place.upload(b"{}")
    file = place.settings.folder / "objects" / "ingress" / operation.operation_id / "input"
    long_ago = time.time() - 2 * 86400
    os.utime(file, (long_ago, long_ago))
    result = run("retention")
    assert result.exit_code == 1
    assert "oldest 2 d" in result.stdout
