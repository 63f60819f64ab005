"""The calls of a self-test about batches: operations are made, and asked for.

Nothing is uploaded, so nothing is coded: the operations end by themselves.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from occoder import wire
from occoder.service.checks.selftest_answers import fits, says
from occoder.service.checks.selftest_samples import GUIDE, SCRIPT, Sample
from occoder.service.problems import NO_SUCH_OPERATION

_NO_OPERATION: Final = "ffffffff-ffff-4fff-8fff-ffffffffffff"
_AWAITING: Final = "awaiting_input"


class AnyCreated(msgspec.Struct, frozen=True, rename="camel"):
    """All that is needed of an answer with a new operation."""

    operation_id: str


def creating_sample(topic: str) -> Sample:
    """Return the call that makes an operation, as the guide shows it."""
    path = f"/v1/topics/{topic}/batch-code"
    return _creating("a new operation", "8.1.7", path, topic)


def batch_samples(topic: str, operation_id: str) -> Iterator[Sample]:
    """Yield the other calls with the latest model, about an operation that was made."""
    title = "a new operation, as the script asks for it"
    path = f"/topics/{topic}/batch-code"
    yield _creating(title, "script", path, topic, body=b"{}", spelling=SCRIPT)
    yield _status("its status", f"/v1/topics/{topic}", topic, operation_id)
    yield no_operation_sample(topic)


def model_batch_samples(topic: str, model_id: str, operation_id: str) -> Iterator[Sample]:
    """Yield the calls with a given model."""
    before = f"/v1/topics/{topic}/models/{model_id}"
    title = "a new operation, with a given model"
    yield _creating(title, "8.1.7", f"{before}/batch-code", topic)
    yield _status("its status, with a model in the path", before, topic, operation_id)


def no_operation_sample(topic: str) -> Sample:
    """Return the call that asks for an operation that does not exist."""
    return Sample(
        title="no such operation",
        section="10",
        path=f"/v1/topics/{topic}/batch-code/operations/{_NO_OPERATION}",
        check=says(NO_SUCH_OPERATION.message),
        topic=topic,
        status=NO_SUCH_OPERATION.status,
        message=NO_SUCH_OPERATION.message,
    )


def awaits_input(body: bytes) -> str:
    """Return what is wrong with the status of a new operation."""
    if fault := fits(wire.OperationStatus)(body):
        return fault
    status = msgspec.json.decode(body, type=wire.OperationStatus).operation_status
    return "" if status == _AWAITING else f"it is not {_AWAITING}"


def operation_of(body: bytes) -> str:
    """Return the id of an operation that was made."""
    return msgspec.json.decode(body, type=AnyCreated).operation_id


def _status(title: str, before: str, topic: str, operation_id: str) -> Sample:
    return Sample(
        title=title,
        section="8.3.7",
        path=f"{before}/batch-code/operations/{operation_id}",
        check=awaits_input,
        topic=topic,
    )


def _creating(
    title: str,
    section: str,
    path: str,
    topic: str,
    *,
    body: bytes | None = None,
    spelling: str = GUIDE,
) -> Sample:
    return Sample(
        title=title,
        section=section,
        path=path,
        check=fits(wire.CreatedOperation),
        topic=topic,
        method="POST",
        body=body,
        spelling=spelling,
    )
