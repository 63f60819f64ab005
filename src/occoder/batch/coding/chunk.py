"""Coding one chunk of an operation: what runs in the processes that code.

It needs no settings and no database, and of the keys only the two of its operation.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np
from msgspec import UNSET

from occoder.batch.coding.loaded_model import LoadedModel, loaded_model
from occoder.batch.objects.address import Address
from occoder.batch.objects.open_objects import open_address
from occoder.batch.operation import ChunkDone
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.batch.vault.sealed import SealedObjects

N_RANKED: Final = 3
BLOCK_BYTES: Final = 1024**2  # some ten thousand lines

_decode_lines: Final = msgspec.json.Decoder(ValidatedLine).decode_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkTask:
    """A chunk to code; small enough to be sent anywhere.

    Parameters
    ----------
    operation_id : str
        Whose chunk it is.
    number : int
        From 0, in the order of the input.
    topic, model_id : str
        What codes it.
    validated, egress : Address
        Where it is read, and where its output goes.
    validated_key, egress_key : bytes or None
        The keys that seal both; None where the store encrypts by itself.
    upload_id : str
        Of the multipart upload that the output is a part of; "" for an object.
    has_reason : bool
        Whether it is said why a record has no code.
    null_record_id : bool
        Whether the id of a record that has none is null in the output, instead of "".
    """

    operation_id: str
    number: int
    topic: str
    model_id: str
    validated: Address
    # Whoever logs a task, such as a cluster does, must not log keys.
    validated_key: bytes | None = field(repr=False)
    egress: Address
    egress_key: bytes | None = field(repr=False)
    upload_id: str = ""
    null_record_id: bool = False
    has_reason: bool = False


def chunk_name(operation_id: str, number: int) -> str:
    """Return the name of a chunk in the validated store.

    >>> chunk_name("00000000-0000-0000-0000-000000000000", 7)
    '00000000-0000-0000-0000-000000000000/00000007'
    """
    return f"{operation_id}/{number:08}"


def part_name(operation_id: str, number: int) -> str:
    """Return the name of a chunk's output in the egress store.

    >>> part_name("00000000-0000-0000-0000-000000000000", 7)
    '00000000-0000-0000-0000-000000000000/part-00000007'
    """
    return f"{operation_id}/part-{number:08}"


def code_chunk(task: ChunkTask) -> ChunkDone:
    """Code a chunk and write its output; done once more, it writes the same.

    Parameters
    ----------
    task : ChunkTask
        Which chunk.

    Raises
    ------
    UnknownModel, ArtifactError
        If its model is gone or damaged.
    FileNotFoundError
        If the chunk is not there.
    DamagedObject, ObjectsUnreachable
        If it can't be read, or its output can't be written.
    """
    coding = _Coding(task, loaded_model(task.topic, task.model_id))
    validated = SealedObjects(open_address(task.validated), task.validated_key)
    pieces = validated.read(chunk_name(task.operation_id, task.number))
    tag = _write(task, coding.code(pieces))
    return coding.done(tag)


def _write(task: ChunkTask, output: Iterator[bytes]) -> str:
    """Write the output of a chunk and return what the store calls it."""
    if task.upload_id:
        # Needs a library that only installations with an S3 store have.
        from occoder.batch.objects.s3_output import put_part

        content = b"".join(output)
        return put_part(
            task.egress, task.operation_id, task.upload_id, task.number, content
        )
    egress = SealedObjects(open_address(task.egress), task.egress_key)
    with egress.writer(part_name(task.operation_id, task.number)) as writer:
        for block in output:
            writer.write(block)
    return ""


class _Coding:
    """The coding of one chunk, and what came out."""

    def __init__(self, task: ChunkTask, model: LoadedModel) -> None:
        self._task = task
        self._model = model
        self._sha256 = hashlib.sha256()
        self._n_bytes = self._n_records = self._n_errors = 0
        self._by_level = np.zeros(len(model.coder.thresholds), np.int64)

    def code(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the output for a chunk that comes in pieces."""
        for block in whole_lines(pieces):
            output = self._code_block(_decode_lines(block))
            self._sha256.update(output)
            self._n_bytes += len(output)
            yield output

    def done(self, tag: str) -> ChunkDone:
        """Return what came out, when all is coded."""
        n_coded = int(self._by_level.sum())
        return ChunkDone(
            number=self._task.number,
            n_records=self._n_records,
            n_bytes=self._n_bytes,
            sha256=self._sha256.hexdigest(),
            tag=tag,
            by_level=tuple(self._by_level.tolist()),
            n_unsuccessful=self._n_records - n_coded - self._n_errors,
            n_errors=self._n_errors,
        )

    def _code_block(self, lines: Sequence[ValidatedLine]) -> bytes:
        model = self._model
        titles = [line.occp_text or "" for line in lines]
        tasks = [line.tasks_text or "" for line in lines]
        coded = model.coder.code_texts(titles, tasks, n_ranked=N_RANKED)
        output = model.answers.word(
            lines,
            coded,
            null_record_id=self._task.null_record_id,
            has_reason=self._task.has_reason,
        )
        self._by_level += model.answers.by_level(coded)
        self._n_records += len(lines)
        self._n_errors += sum(line.error is not UNSET for line in lines)
        return output


def whole_lines(pieces: Iterator[bytes], n_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    r"""Yield the same bytes in blocks of whole lines.

    Parameters
    ----------
    pieces : iterator of bytes
        JSON Lines, cut anywhere.
    n_bytes : int
        How long a block is, about.

    Examples
    --------
    >>> list(whole_lines(iter([b"1\n2", b"2\n3\n", b"4"]), n_bytes=3))
    [b'1\n', b'22\n3\n', b'4']
    """
    held = bytearray()
    for piece in pieces:
        held += piece
        end = held.rfind(b"\n") + 1
        if len(held) >= n_bytes and end:
            yield bytes(held[:end])
            del held[:end]
    if held:
        yield bytes(held)
