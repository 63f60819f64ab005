"""The download of output and metadata by a link (user guide, section 8.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from typing import Final

from occoder.batch.links.links import OUTPUT
from occoder.batch.operation import METADATA, Operation, OperationState
from occoder.service.answer import Answer
from occoder.service.batches.byte_range import (
    ByteRange,
    RangeNotSatisfiable,
    byte_range,
)
from occoder.service.batches.in_database import in_database
from occoder.service.batches.link_call import opened_link
from occoder.service.batches.outflow import outflow
from occoder.service.batches.storage_faults import (
    INVALID_RANGE,
    NO_SUCH_KEY,
    StorageFault,
)
from occoder.service.batches.stored_file import StoredFile, metadata_file, output_file
from occoder.service.call import Call
from occoder.service.service import Service
from occoder.telemetry.audit import SecurityEvent

_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What can be downloaded: its name, how the file is called, and what finds it."""

    name: str
    ending: str
    find: Callable[[Service, Operation], StoredFile]


_OUTPUT: Final = _Kind(OUTPUT, "jsonl", output_file)
_METADATA: Final = _Kind(METADATA, "metadata.json", metadata_file)


async def get_output(service: Service, call: Call) -> Answer:
    """Return the output of an operation, or a part of it."""
    return await _download(service, call, _OUTPUT)


async def get_metadata(service: Service, call: Call) -> Answer:
    """Return what is known of an operation, or a part of it."""
    return await _download(service, call, _METADATA)


async def _download(service: Service, call: Call, kind: _Kind) -> Answer:
    link = opened_link(service, call, kind.name)
    operation = await in_database(
        service, service.batches.operations.get, link.operation_id
    )
    now = service.batches.clock()
    if (
        operation is None
        or operation.state is not OperationState.COMPLETE
        or now >= operation.expires_at
    ):
        raise StorageFault(NO_SUCH_KEY)
    try:
        file = await in_database(service, kind.find, service, operation)
    except FileNotFoundError as error:
        raise StorageFault(NO_SUCH_KEY) from error
    headers = _headers(operation, kind, file)
    if call.method == "HEAD":
        return Answer(b"", content_type=_TYPE, headers=headers, stream_bytes=file.n_bytes)
    return await _part(service, call, operation, file, headers)


async def _part(
    service: Service,
    call: Call,
    operation: Operation,
    file: StoredFile,
    headers: dict[str, str],
) -> Answer:
    """Return the part of a file that is asked for."""
    part = _wanted(call, file, headers)
    whole = ByteRange(0, file.n_bytes)
    if part is not None:
        headers = {**headers, "Content-Range": part.content_range(file.n_bytes)}
    wanted = part or whole
    read = partial(file.read, wanted.start, wanted.end)
    try:
        stream = await outflow(read, wanted.n_bytes)
    except FileNotFoundError as error:
        raise StorageFault(NO_SUCH_KEY) from error
    service.audit.record(
        SecurityEvent.OPERATION_DOWNLOADED,
        client_id=operation.client_id,
        address=call.address,
        request_id=call.request_id,
        route=call.route,
        operation=operation.operation_id,
        n_bytes=wanted.n_bytes,
    )
    return Answer(
        b"",
        200 if part is None else 206,
        _TYPE,
        headers=headers,
        stream=stream,
        stream_bytes=wanted.n_bytes,
    )


def _wanted(call: Call, file: StoredFile, headers: dict[str, str]) -> ByteRange | None:
    """Return the part that a call asks for, None for the whole file.

    A part of a file that is not the one that the caller began to download is none (RFC
    9110, 13.1.5).
    """
    condition = call.header(b"if-range")
    if condition and condition not in {headers["ETag"], headers["Last-Modified"]}:
        return None
    asked = call.header(b"range")
    try:
        return byte_range(asked, file.n_bytes)
    except RangeNotSatisfiable as error:
        facts = {"RangeRequested": asked, "ActualObjectSize": str(file.n_bytes)}
        told = {"Content-Range": f"bytes */{file.n_bytes}", "Accept-Ranges": "bytes"}
        raise StorageFault(INVALID_RANGE, facts, headers=told) from error


def _headers(operation: Operation, kind: _Kind, file: StoredFile) -> dict[str, str]:
    name = f"{operation.operation_id}.{kind.ending}"
    tag = f"{operation.operation_id.replace('-', '')}-{file.n_bytes:x}"
    return {
        "Last-Modified": formatdate(operation.finished_at, usegmt=True),
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{name}"',
        "ETag": f'"{tag}"',
    }
