"""The PUT of an input file by a link (user guide, section 8.2).

The file goes through in pieces, sealed on the way. If its caller leaves, or the disk is
full, nothing of it stays, and the operation waits for another upload.
"""

from errno import EDQUOT, ENOSPC
from typing import Final
from uuid import uuid4

from occoder import wire
from occoder.batch.operation import INPUT, Operation, OperationState, Store
from occoder.errors import ObjectsUnreachable
from occoder.service.answer import Answer
from occoder.service.batches.admission import Admitted, admitted, too_large
from occoder.service.batches.in_database import in_database
from occoder.service.batches.intake import Intake
from occoder.service.batches.link_call import denied
from occoder.service.batches.storage_faults import (
    DENIED,
    INTERNAL,
    SLOW_DOWN,
    TOO_SLOW,
    StorageFault,
)
from occoder.service.batches.under_way import UnderWay, under_way
from occoder.service.call import Call, CallerGone
from occoder.service.service import Service
from occoder.telemetry.audit import SecurityEvent
from occoder.telemetry.logs import log

_FULL: Final = {ENOSPC, EDQUOT}


async def put_input(service: Service, call: Call) -> Answer:
    """Take the input of an operation, which is in progress from then on."""
    upload = await admitted(service, call)
    operation = upload.operation
    try:
        n_bytes = await _taken(service, call, upload)
    except CallerGone:
        log.info(
            "upload_broken_off",
            request_id=call.request_id,
            operation=operation.operation_id,
        )
        raise
    except ObjectsUnreachable as error:
        log.error("upload_failed", request_id=call.request_id, exc_info=error)
        raise StorageFault(SLOW_DOWN if _is_full(error) else INTERNAL) from error
    service.audit.record(
        SecurityEvent.OPERATION_UPLOADED,
        client_id=operation.client_id,
        address=call.address,
        request_id=call.request_id,
        operation=operation.operation_id,
        n_bytes=n_bytes,
    )
    headers = {
        "ETag": f'"{uuid4().hex}"',
        wire.ENCRYPTION_HEADER: wire.ENCRYPTION_VALUE,
        wire.KEY_HEADER: upload.key_arn,
    }
    return Answer(b"", content_type="", headers=headers)


async def _taken(service: Service, call: Call, upload: Admitted) -> int:
    """Store the body, and return its size; raise if another upload was the first."""
    operation = upload.operation
    async with under_way(service, operation, upload.n_announced) as noted:
        if noted is None:
            raise denied(service, call, DENIED, operation.operation_id)
        n_bytes = await _stored(service, call, upload, noted)
        batches = service.batches
        is_awaited = await in_database(
            service, batches.operations.uploaded, operation.operation_id, n_bytes
        )
        if not is_awaited:  # its operation was ended meanwhile
            await in_database(service, _clear, service, operation)
            raise denied(service, call, DENIED, operation.operation_id)
    return n_bytes


async def _stored(service: Service, call: Call, upload: Admitted, noted: UnderWay) -> int:
    operation = upload.operation
    sealed = await in_database(service, service.batches.sealed, operation, Store.INGRESS)
    async with Intake(sealed.writer(f"{operation.operation_id}/{INPUT}")) as intake:
        await _collect(service, call, upload, intake)
        await intake.end()
        if not await noted.claim():
            raise denied(service, call, DENIED, operation.operation_id)
    return intake.n_bytes


async def _collect(service: Service, call: Call, upload: Admitted, intake: Intake) -> None:
    """Take the body as it arrives, for as long as it may."""
    settings, clock = service.settings, service.batches.clock
    until = clock() + settings.input_ttl_s
    more = True
    while more:
        piece, more = await call.piece()
        await intake.take(piece)
        if intake.n_bytes > settings.upload_max_bytes:
            raise too_large(intake.n_bytes, settings.upload_max_bytes)
        if upload.space.is_due(intake.n_bytes) or not more:
            size = max(intake.n_bytes, upload.n_announced)
            await in_database(service, upload.space.check, size, n_arrived=intake.n_bytes)
        if clock() > until:
            raise StorageFault(TOO_SLOW)


def _clear(service: Service, operation: Operation) -> None:
    """Delete the input that was put in place too late."""
    current = service.batches.operations.get(operation.operation_id)
    if current is None or current.state is not OperationState.IN_PROGRESS:
        service.batches.ingress.delete(f"{operation.operation_id}/{INPUT}")


def _is_full(error: ObjectsUnreachable) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL
