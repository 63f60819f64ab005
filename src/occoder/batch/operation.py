"""An operation: what one batch is, and the states it goes through (guide, section 8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Store(StrEnum):
    """The three stores; each has keys of its own and roles of its own (section 12).

    The gateway writes ingress and reads egress. The dispatcher reads ingress and writes
    validated. Who codes reads validated and writes egress, of one operation at a time.
    """

    INGRESS = "ingress"
    VALIDATED = "validated"
    EGRESS = "egress"


class OperationState(StrEnum):
    """How far an operation is, in the words of the guide (section 8.3.4)."""

    AWAITING_INPUT = "awaiting_input"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


class Step(StrEnum):
    """What is done next with an operation."""

    NONE = ""
    SCAN = "scan"
    CODE = "code"
    SWEEP = "sweep"  # it has ended; what is stored is deleted when its time has come


# What each state may become; nothing leads out of the others.
_NEXT: Final = {
    OperationState.AWAITING_INPUT: {
        OperationState.IN_PROGRESS,
        OperationState.TIMED_OUT,
        OperationState.FAILED,
    },
    OperationState.IN_PROGRESS: {OperationState.COMPLETE, OperationState.FAILED},
}
OPEN_STATES: Final = tuple(_NEXT)

# Names of objects within an operation.
INPUT: Final = "input"
METADATA: Final = "metadata"


def states_before(state: OperationState) -> tuple[OperationState, ...]:
    """Return the states that can become this one."""
    return tuple(before for before, after in _NEXT.items() if state in after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One batch of a client. Times are seconds since 1970; 0 where there is none yet.

    Parameters
    ----------
    operation_id : str
        GUID in lower case.
    client_id, topic, model_id : str
        Whose it is, and what codes it; fixed when it is made.
    state : OperationState
        How far it is.
    step : Step
        What is done next with it.
    created_at, upload_until : float
        When it was made, and until when an upload may begin.
    uploading_until : float
        An upload is under way that promised to say so again before.
    uploaded_at, started_at, finished_at : float
        When the input was there, work began, and it ended.
    expires_at : float
        When all that is stored of it is deleted, once it has ended.
    n_input_bytes, n_output_bytes : int
        Sizes of what was uploaded and of what can be downloaded.
    n_records, n_coded : int
        Lines of the input, known after the scan, and lines done.
    n_chunks : int
        Parts that the input is coded in, known after the scan.
    error : str
        Why it failed.
    lease_owner : str
        The dispatcher that works on it; "" for none.
    lease_until, not_before : float
        Until when that holds, and before when none should try.
    n_attempts : int
        How often work on it was begun.
    ingress_key, validated_key, egress_key : bytes
        Its data keys, each wrapped by its client's key of that store; b"" for none.
    upload_id : str
        Of the multipart upload of its output, in an S3 store.
    """

    operation_id: str
    client_id: str
    topic: str
    model_id: str
    state: OperationState = OperationState.AWAITING_INPUT
    step: Step = Step.NONE
    created_at: float
    upload_until: float
    uploading_until: float = 0.0
    uploaded_at: float = 0.0
    started_at: float = 0.0
    finished_at: float = 0.0
    expires_at: float = 0.0
    n_input_bytes: int = 0
    n_output_bytes: int = 0
    n_records: int = 0
    n_coded: int = 0
    n_chunks: int = 0
    error: str = ""
    lease_owner: str = ""
    lease_until: float = 0.0
    not_before: float = 0.0
    n_attempts: int = 0
    ingress_key: bytes = b""
    validated_key: bytes = b""
    egress_key: bytes = b""
    upload_id: str = ""

    def state_at(self, now: float) -> OperationState:
        """Return the state as it is at a time: an upload that never came times out.

        One that is under way is waited for, however late it is (B46).
        """
        is_over = now >= max(self.upload_until, self.uploading_until)
        if self.state is OperationState.AWAITING_INPUT and is_over:
            return OperationState.TIMED_OUT
        return self.state

    def may_begin_upload(self, now: float) -> bool:
        """Tell whether an upload may begin."""
        return self.state is OperationState.AWAITING_INPUT and now < self.upload_until


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkDone:
    """A chunk of an operation that is coded.

    Parameters
    ----------
    number : int
        From 0, in the order of the input.
    n_records, n_bytes : int
        Lines, and bytes of the output.
    sha256 : str
        Of the output, in hexadecimal digits.
    tag : str
        What the store calls it, where it has to be named again (an S3 part's ETag).
    by_level : tuple of int
        How many records were given a category of each level, broadest first.
    n_unsuccessful, n_errors : int
        How many were given none, and how many could not be coded at all.
    """

    number: int
    n_records: int
    n_bytes: int
    sha256: str
    tag: str = ""
    by_level: tuple[int, ...] = ()
    n_unsuccessful: int = 0
    n_errors: int = 0
