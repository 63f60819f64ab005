"""How far a run is, on disk."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from remote_runs import model

from occoder import wire
from occoder.errors import OtherJob
from occoder.remote.side_folder import SideFolder
from occoder.remote.state import Job, Operation, State, digest_of, read_state, write_state

JOB = Job(
    digest="ab",
    service="https://coder.example",
    topic="osca",
    model=None,
    title="job",
    tasks=None,
    input_format=None,
)
CREATED = wire.CreatedOperation(
    request_upload_url="https://x/?a", operation_id="op-1", bucket_kms_key_arn="arn"
)
STATE = State(
    job=JOB,
    model=model(),
    n_texts=7,
    as_operation=True,
    operation=Operation(created=CREATED, is_uploaded=True),
)


@pytest.fixture
def folder(tmp_path: Path) -> SideFolder:
    """Return the folder of an output."""
    folder = SideFolder(tmp_path / "coded.csv")
    folder.path.mkdir()
    return folder


def test_state_comes_back(folder: SideFolder) -> None:
    """What is written down is read again, and only its owner may read it."""
    assert read_state(folder) is None
    assert STATE == write_state(folder, STATE)
    assert STATE == read_state(folder)
    assert 0o600 == folder.state.stat().st_mode & 0o777
    assert [folder.state] == list(folder.path.iterdir())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", msgspec.json.encode(replace(STATE, format=2))]
)
def test_other_version_is_told(folder: SideFolder, content: bytes) -> None:
    """A state of another shape is neither used nor overwritten."""
    folder.state.write_bytes(content)

    with pytest.raises(OtherJob, match="version of occoder"):
        read_state(folder)
    assert content == folder.state.read_bytes()


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("digest", "input"),
        ("service", "service"),
        ("topic", "topic"),
        ("model", "model"),
        ("title", "column of titles"),
        ("tasks", "column of tasks"),
        ("input_format", "format of the input"),
    ],
)
def test_difference_is_told(field: str, word: str) -> None:
    """Each thing that makes another run is told by its word."""
    other = replace(JOB, **{field: "other"})

    assert (word,) == JOB.differing(other)
    assert () == JOB.differing(replace(JOB))
    assert field in Job.__struct_fields__


def test_digest_tells_files_apart(tmp_path: Path) -> None:
    """Files with the same bytes have one digest, others another."""
    for name, content in {"a": b"1", "b": b"1", "c": b"2"}.items():
        (tmp_path / name).write_bytes(content)
    a, b, c = (digest_of(tmp_path / name) for name in "abc")

    assert a == b != c
