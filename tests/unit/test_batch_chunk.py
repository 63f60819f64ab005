"""Coding one chunk."""

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from batch_chunks import OPERATION, ChunkPlace, record
from hypothesis import given
from hypothesis import strategies as st

from occoder.batch.coding.chunk import chunk_name, code_chunk, whole_lines
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.errors import DamagedObject, UnknownModel

LINES = [
    record("7", "florist"),
    record(None, "welder", "joins steel"),
    ValidatedLine(record_id="x", occp_text=None, tasks_text="cuts and joins timber"),
    record("", "   "),
    record("unique", "qqqq zzzz"),
    ValidatedLine(record_id="unknown", input="this is not json", error="invalid JSON"),
    ValidatedLine(input={"occp_text": "x"}, error="malformed record"),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChunkPlace:
    """Return the stores of an operation, whose models are those of this process."""
    home = tmp_path / "home"
    monkeypatch.setenv("OCCODER_HOME", str(home))
    return ChunkPlace(home)


def test_every_line_has_its_answer(place: ChunkPlace) -> None:
    """There is one line of output for each line, in order, with what was submitted."""
    code_chunk(place.write(LINES))

    answers = place.answers()
    ids = ["7", "", "x", "", "unique", "unknown", ""]
    assert ids == [one["recordId"] for one in answers]
    assert [
        {"occp_text": "florist"},
        {"occp_text": "welder", "tasks_text": "joins steel"},
        {"occp_text": None, "tasks_text": "cuts and joins timber"},
        {"occp_text": "   "},
        {"occp_text": "qqqq zzzz"},
        "this is not json",
        {"occp_text": "x"},
    ] == [one["input"] for one in answers]
    errors = [None] * 5 + ["invalid JSON", "malformed record"]
    assert errors == [one.get("error") for one in answers]


def test_keys_come_in_order(place: ChunkPlace) -> None:
    """The keys of a line come in one order, by what became of it (B30, B32, B34)."""
    begin = ("recordId", "codeStatus", "input")
    code_chunk(place.write(LINES))
    shapes = {tuple(one) for one in place.answers()}
    assert {(*begin, "error"), begin} <= shapes
    assert shapes <= {(*begin, "result"), (*begin, "suggestions"), begin, (*begin, "error")}


def test_reason_is_said_where_the_operator_wants_it(place: ChunkPlace) -> None:
    """It comes last, and by default not at all: a script of the ABS takes no more keys."""
    code_chunk(replace(place.write(LINES), has_reason=True))

    for answer in place.answers():
        is_without_code = "result" not in answer and "error" not in answer
        assert is_without_code == (list(answer)[-1] == "reason")


def test_missing_id_may_be_null(place: ChunkPlace) -> None:
    """Where the operator wants it, a record without an id gets null (B27)."""
    task = replace(place.write(LINES), null_record_id=True)

    code_chunk(task)

    ids = ["7", None, "x", "", "unique", "unknown", None]
    assert ids == [one["recordId"] for one in place.answers()]


def test_outcome_is_counted(place: ChunkPlace) -> None:
    """What is told of a chunk is true of its output."""
    done = code_chunk(place.write(LINES, number=3))

    output, answers = place.output(3), place.answers(3)
    n_coded = sum("result" in one for one in answers)
    assert (3, 7, len(output)) == (done.number, done.n_records, done.n_bytes)
    assert hashlib.sha256(output).hexdigest() == done.sha256
    assert n_coded == sum(done.by_level)
    assert 3 == len(done.by_level)
    assert (5 - n_coded, 2) == (done.n_unsuccessful, done.n_errors)


def test_same_bytes_each_time(place: ChunkPlace) -> None:
    """A chunk that is coded once more has the same output."""
    task = place.write(LINES)

    first = code_chunk(task), place.output()

    assert first == (code_chunk(task), place.output())


def test_long_chunk_is_coded_like_short_ones(place: ChunkPlace) -> None:
    """Lines have the same answers however many there are, in order."""
    titles = ["florist", "welder", "sheep farmer", "shop manager"]
    lines = [record(str(n), f"{titles[n % 4]} {n % 7}") for n in range(40_000)]
    code_chunk(place.write(lines, 0))
    code_chunk(place.write(lines[39_000:], 1))

    whole = place.output(0).splitlines()

    assert 40_000 == len(whole)
    assert place.output(1).splitlines() == whole[39_000:]


def test_text_stays_sealed_on_the_disk(place: ChunkPlace) -> None:
    """What is written can't be read without the key."""
    canary = "canary of Zanzibar"
    code_chunk(place.write([record(canary, canary, canary)]))

    assert canary in place.output().decode()
    files = [one for one in place.home.rglob("*") if one.is_file()]
    assert not any(canary.encode() in one.read_bytes() for one in files)


def test_tampered_chunk_is_refused(place: ChunkPlace) -> None:
    """A chunk that was changed is not coded, and leaves no output."""
    task = place.write(LINES)
    file = place.validated / chunk_name(OPERATION, 0)
    content = bytearray(file.read_bytes())
    content[50] ^= 1
    file.write_bytes(content)

    with pytest.raises(DamagedObject):
        code_chunk(task)

    assert [] == [one for one in place.egress.rglob("*") if one.is_file()]


def test_missing_chunk_is_told(place: ChunkPlace) -> None:
    """A chunk that is not there, or no longer, is told as that."""
    with pytest.raises(FileNotFoundError):
        code_chunk(place.task(9))


def test_missing_model_is_told(place: ChunkPlace) -> None:
    """A model that is gone is named."""
    task = replace(place.write(LINES), model_id="0" * 8)

    with pytest.raises(UnknownModel) as caught:
        code_chunk(task)

    assert ("toy", "0" * 8) == (caught.value.topic, caught.value.model)


def test_task_is_small_and_tells_no_key(place: ChunkPlace) -> None:
    """A task can be sent, and whoever logs it logs no key."""
    task = place.task()

    assert task == pickle.loads(pickle.dumps(task))
    assert len(pickle.dumps(task)) < 1500
    assert not any(repr(key) in repr(task) for key in place.keys)


@given(st.lists(st.binary(max_size=12)), st.integers(1, 30))
def test_blocks_are_whole_lines(pieces: list[bytes], n_bytes: int) -> None:
    """However bytes come, they come out the same, cut after line ends only."""

    def given_pieces() -> Iterator[bytes]:
        yield from pieces

    blocks = list(whole_lines(given_pieces(), n_bytes))

    assert b"".join(pieces) == b"".join(blocks)
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert b"" not in blocks
