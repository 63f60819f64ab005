"""The call that tells how far an operation is (user guide, section 8.3)."""

import re
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from occoder import wire
from occoder.batch.links.links import OUTPUT
from occoder.batch.operation import METADATA, Operation, OperationState
from occoder.service.answer import Answer
from occoder.service.batches.base_url import base_url
from occoder.service.batches.in_database import in_database
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.problems import (
    NO_MODELS,
    NO_SUCH_OPERATION,
    OPERATION_OF_OTHER,
    Fault,
    Problem,
)
from occoder.service.service import Service
from occoder.telemetry.audit import SecurityEvent

_GUID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DELETED: Final = "Its output was deleted. Make a new operation."
_COUNTED: Final = {OperationState.IN_PROGRESS, OperationState.COMPLETE}


async def status(service: Service, call: Call) -> Answer:
    """Return how far an operation of the client is.

    It is known by its id alone; a model in the path is passed by, as the guide has it.
    """
    _check_topic(service, call.parameters["topic"])
    operation_id = call.parameters["operation_id"].lower()
    if not _GUID.fullmatch(operation_id):
        raise Problem(NO_SUCH_OPERATION)
    operation = await in_database(service, service.batches.operations.get, operation_id)
    if operation is None:
        raise Problem(NO_SUCH_OPERATION)
    _check_owner(service, call, operation)
    now = service.batches.clock()
    if operation.state is OperationState.COMPLETE and now >= operation.expires_at:
        raise Problem(NO_SUCH_OPERATION, [Fault(_DELETED)])
    base = base_url(service.settings, call)
    return Answer(encode(await in_database(service, _told, service, operation, base, now)))


def _check_topic(service: Service, name: str) -> None:
    """Raise where there is no such topic; it need not have a model any more."""
    try:
        service.models.topic(name)
    except Problem as problem:
        if problem.kind is not NO_MODELS:
            raise


def _check_owner(service: Service, call: Call, operation: Operation) -> None:
    assert call.client is not None
    if operation.client_id == call.client.client_id:
        return
    service.audit.record(
        SecurityEvent.OPERATION_DENIED,
        client_id=call.client.client_id,
        address=call.address,
        request_id=call.request_id,
        route=call.route,
        operation=operation.operation_id,
    )
    message = OPERATION_OF_OTHER.message.format(operation_id=operation.operation_id)
    raise Problem(
        OPERATION_OF_OTHER, message=message, headers={"WWW-Authenticate": "Bearer"}
    )


def _told(
    service: Service, operation: Operation, base: str, now: float
) -> wire.OperationStatus:
    state = operation.state_at(now)
    is_counted = operation.n_records > 0 and state in _COUNTED
    told = wire.OperationStatus(
        operation_status=state.value,
        error=operation.error if state is OperationState.FAILED else UNSET,
        records_total=operation.n_records if is_counted else UNSET,
        records_coded=operation.n_coded if is_counted else UNSET,
    )
    if state is not OperationState.COMPLETE:
        return told
    link = service.links.download
    return replace(
        told,
        response_download_url=link(operation, OUTPUT, base, now),
        metadata_download_url=link(operation, METADATA, base, now),
    )
