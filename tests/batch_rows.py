"""Operations for tests that work on the database alone."""

import uuid
from typing import Any

from occoder.batch.operation import Operation, OperationState, Step

NOW = 1_800_000_000.0


class FixedClock:
    """The time, moved by hand."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        return self.now


def operation(**facts: Any) -> Operation:
    """Return a new operation that awaits input for an hour."""
    given: dict[str, Any] = {
        "operation_id": str(uuid.uuid4()),
        "client_id": "client",
        "topic": "osca",
        "model_id": "model",
        "created_at": NOW,
        "upload_until": NOW + 3600,
    }
    return Operation(**{**given, **facts})


def uploaded(**facts: Any) -> Operation:
    """Return an operation whose input is there."""
    given: dict[str, Any] = {
        "state": OperationState.IN_PROGRESS,
        "step": Step.SCAN,
        "uploaded_at": NOW,
    }
    return operation(**{**given, **facts})
