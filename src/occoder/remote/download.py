"""Fetching the output of an operation, and checking that it arrived as it was written."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from occoder import wire
from occoder.client import Client
from occoder.client.operations import COMPLETE
from occoder.errors import (
    AnswerNotUnderstood,
    DownloadDamaged,
    RequestRefused,
    ServiceUnreachable,
    TransferRefused,
)
from occoder.remote.notes import Notes

_READ_BYTES: Final = 1024 * 1024
# A link is good for an hour; one that is refused twice without anything having come
# is refused for another reason.
_MAX_REFUSALS: Final = 2


class Gone(Exception):
    """The service no longer has an operation, or what belongs to it."""


def fetch_output(
    client: Client,
    operation_id: str,
    status: wire.OperationStatus,
    *,
    output: Path,
    notes: Notes,
) -> None:
    """Fetch the output of a complete operation, or the rest that an earlier run left.

    Parameters
    ----------
    client : Client
        Of the service.
    operation_id : str
        Of the operation.
    status : OperationStatus
        With the links.
    output : Path
        Where it goes.
    notes : Notes
        Told how far it is.

    Raises
    ------
    DownloadDamaged
        If it arrives changed, twice.
    Gone
        If it was deleted.
    RemoteError
        If it does not arrive; what came is kept.
    """
    parts = _parts(client, status, notes)
    n_bytes = sum(part.n_bytes for part in parts) or None
    with output.open("a+b") as sink:
        damaged = None
        while True:
            _fetch(client, operation_id, status, sink, notes, n_bytes)
            found = first_damage(sink, parts)
            if found is None:
                break
            number, start = found
            sink.truncate(start)
            if number == damaged:
                raise DownloadDamaged(operation_id=operation_id, part=number)
            damaged = number
        os.fsync(sink.fileno())


def first_damage(
    file: BinaryIO, parts: Sequence[wire.OutputPart]
) -> tuple[int, int] | None:
    """Return number and start of the first part that is not as stated, or None.

    Parameters
    ----------
    file : binary file
        The output.
    parts : sequence of OutputPart
        What it should be; without any, there is nothing to hold it against.

    Examples
    --------
    >>> from io import BytesIO
    >>> part = wire.OutputPart(2, hashlib.sha256(b"ab").hexdigest())
    >>> first_damage(BytesIO(b"abab"), [part, part])
    >>> first_damage(BytesIO(b"abax"), [part, part])
    (2, 2)
    """
    file.seek(0)
    start = 0
    for number, part in enumerate(parts, start=1):
        if _digest(file, part.n_bytes) != part.sha256.lower():
            return number, start
        start += part.n_bytes
    return (len(parts) + 1, start) if parts and file.read(1) else None


def _fetch(
    client: Client,
    operation_id: str,
    status: wire.OperationStatus,
    sink: BinaryIO,
    notes: Notes,
    n_bytes: int | None,
) -> None:
    """Fetch what is missing; with a new link where the old one is too old."""
    n_refused = 0
    while True:
        before = sink.seek(0, os.SEEK_END)
        try:
            client.download(
                str(status.response_download_url),
                sink,
                on_progress=lambda n: notes.progress("downloading", n, n_bytes),
            )
            return
        except TransferRefused as error:
            n_refused = 1 if sink.seek(0, os.SEEK_END) > before else n_refused + 1
            if n_refused > _MAX_REFUSALS:
                raise
            if error.status == 404:
                raise Gone("its output was deleted") from None
        status = _new_links(client, operation_id)


def _new_links(client: Client, operation_id: str) -> wire.OperationStatus:
    try:
        status = client.operation_status(operation_id)
    except RequestRefused as error:
        if error.status == 404:
            raise Gone("the service no longer has it") from None
        raise
    if status.operation_status != COMPLETE:
        raise Gone(f"it is {status.operation_status} after it was complete")
    return status


def _parts(
    client: Client, status: wire.OperationStatus, notes: Notes
) -> tuple[wire.OutputPart, ...]:
    """Return the checksums that the service states, if it does."""
    link = status.metadata_download_url
    if not isinstance(link, str):
        return ()
    try:
        stated = client.operation_metadata(link).get("outputParts", ())
        return msgspec.convert(stated, tuple[wire.OutputPart, ...])
    except (TransferRefused, ServiceUnreachable, AnswerNotUnderstood):
        notes.say("the checksums of the output can't be had; its size is checked")
    except msgspec.ValidationError:
        notes.say("the checksums of the output are not understood; its size is checked")
    return ()


def _digest(file: BinaryIO, n_bytes: int) -> str:
    digest = hashlib.sha256()
    while n_bytes and (some := file.read(min(n_bytes, _READ_BYTES))):
        digest.update(some)
        n_bytes -= len(some)
    return digest.hexdigest() if not n_bytes else ""
