"""How operations are worded on the command line."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from occoder.batch.operation import Operation, OperationState, Step

_STEPS = {Step.SCAN: "to be scanned", Step.CODE: "being coded"}


def facts(operation: Operation) -> dict[str, object]:
    """Return what is told of an operation, ready for JSON; no keys are."""
    return {
        "operationId": operation.operation_id,
        "clientId": operation.client_id,
        "topic": operation.topic,
        "modelId": operation.model_id,
        "state": str(operation.state),
        "step": str(operation.step),
        "recordsTotal": operation.n_records,
        "recordsCoded": operation.n_coded,
        "inputBytes": operation.n_input_bytes,
        "outputBytes": operation.n_output_bytes,
        "createdAt": _time(operation.created_at),
        "uploadedAt": _time(operation.uploaded_at),
        "startedAt": _time(operation.started_at),
        "finishedAt": _time(operation.finished_at),
        "expiresAt": _time(operation.expires_at),
        "heldUntil": _time(operation.lease_until),
        "attempts": operation.n_attempts,
        "error": operation.error,
    }


def table(operations: Sequence[Operation], now: float) -> Iterator[str]:
    """Yield the lines of a list of operations.

    Parameters
    ----------
    operations : sequence of Operation
        In the order to show.
    now : float
        Seconds since 1970.
    """
    if not operations:
        yield "no operations"
    for one in operations:
        age = duration(now - one.created_at)
        yield (
            f"{one.operation_id}  {one.client_id:<24}  {one.topic:<8}  "
            f"{state_of(one, now):<24}  {_records(one):>16}  {age:>8} ago"
        )


def sheet(operation: Operation) -> Iterator[str]:
    """Yield the lines that show one operation."""
    for name, fact in facts(operation).items():
        if fact not in {"", 0}:
            yield f"{name:<14}  {fact}"


def state_of(operation: Operation, now: float) -> str:
    """Return the state, and what is done while in progress."""
    state = operation.state_at(now)
    if state is not OperationState.IN_PROGRESS:
        return str(state)
    if operation.lease_until <= now:
        return "in_progress, waits"
    return f"in_progress, {_STEPS.get(operation.step, 'under way')}"


def duration(seconds: float) -> str:
    """Return a length of time in its largest unit.

    >>> duration(12), duration(150), duration(8000), duration(200000)
    ('12 s', '2 min', '2 h', '2 d')
    """
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _records(operation: Operation) -> str:
    if not operation.n_records:
        return ""
    return f"{operation.n_coded}/{operation.n_records}"


def _time(seconds: float) -> str:
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
