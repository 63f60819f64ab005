"""A small file: its texts go to the service in calls of 300, and each answer is kept."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO, Final

import msgspec

from occoder import wire
from occoder.client import Client
from occoder.errors import AnswersDoNotFit
from occoder.remote.notes import Notes
from occoder.remote.side_folder import SideFolder
from occoder.remote.state import State

_ENCODE: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(wire.Record).decode


def code_in_calls(client: Client, state: State, folder: SideFolder, notes: Notes) -> None:
    """Code the texts of a run that have no answer yet, each call kept at once.

    Raises
    ------
    RemoteError
        If the service does not answer as hoped; what it answered before is kept.
    """
    with folder.output.open("a+b") as output, folder.input.open("rb") as lines:
        n_done = _n_whole_lines(output)
        remaining = islice(lines, n_done, None)
        while batch := [_decode(line) for line in islice(remaining, wire.MAX_RECORDS)]:
            answers = client.code(map(_sent, batch), model=state.model.model_id)
            output.writelines(_kept(answers, batch, n_done))
            output.flush()
            os.fsync(output.fileno())
            n_done += len(batch)
            notes.progress("coding", n_done, state.n_texts)


def _sent(record: wire.Record) -> dict[str, str | None]:
    """Return a record without blank fields, which calls may leave out."""
    fields = msgspec.to_builtins(record)
    return {name: text for name, text in fields.items() if text}


def _kept(
    answers: Sequence[wire.SynchronousCodeResponse], batch: Sequence[wire.Record], n: int
) -> Iterator[bytes]:
    """Yield answers of calls as the lines that an operation would give."""
    for line, (answer, record) in enumerate(zip(answers, batch, strict=True), start=n + 1):
        if answer.record_id != record.record_id:
            raise AnswersDoNotFit(line=line, problem="is not the answer to its record")
        yield _ENCODE(_as_line(answer)) + b"\n"


def _as_line(answer: wire.SynchronousCodeResponse) -> wire.AsynchronousCodeResponse:
    is_coded = answer.code_status == wire.SUCCESSFUL and bool(answer.result)
    # Some services put suggestions where the codes of a success would be.
    suggestions = answer.suggestions or answer.result
    return wire.AsynchronousCodeResponse(
        record_id=str(answer.record_id),
        code_status=answer.code_status,
        input="",
        result=answer.result[0] if is_coded else msgspec.UNSET,
        suggestions=msgspec.UNSET if is_coded or not suggestions else suggestions,
        reason=answer.reason,
    )


def _n_whole_lines(output: BinaryIO) -> int:
    """Return how many answers are kept; half a line, cut off with its process, goes."""
    output.seek(0)
    n_lines = n_bytes = 0
    for line in output:
        if line.endswith(b"\n"):
            n_lines += 1
            n_bytes += len(line)
    output.truncate(n_bytes)
    output.seek(n_bytes)
    return n_lines
