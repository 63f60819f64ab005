"""How far a run is, written down so that another process can go on with it."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from occoder import wire
from occoder.errors import OtherJob
from occoder.files.replacement import replacing
from occoder.remote.side_folder import SideFolder

# What is written down has another shape with another number.
FORMAT: Final = 1

_WORDS: Final = {
    "digest": "input",
    "service": "service",
    "topic": "topic",
    "model": "model",
    "title": "column of titles",
    "tasks": "column of tasks",
    "input_format": "format of the input",
}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a run another one than that which is unfinished.

    Attributes
    ----------
    digest : str
        Of all bytes of the input.
    service, topic : str
        Where it is sent, and what it is coded to.
    model, title, tasks, input_format : str or None
        As the options state them.
    """

    digest: str
    service: str
    topic: str
    model: str | None
    title: str | None
    tasks: str | None
    input_format: str | None

    def differing(self, other: "Job") -> tuple[str, ...]:
        """Return in words what is another in another job."""
        return tuple(
            word
            for name, word in _WORDS.items()
            if getattr(self, name) != getattr(other, name)
        )


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation of the service.

    Attributes
    ----------
    created : CreatedOperation
        As the service gave it. Its link is a secret, as the texts beside it are.
    is_uploaded : bool
        Whether the service has the input.
    """

    created: wire.CreatedOperation
    is_uploaded: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is.

    Attributes
    ----------
    format : int
        Number of this shape.
    job : Job
        What the run is of.
    model : Model
        What codes: the same to the end, whatever is released meanwhile.
    n_texts : int or None
        How many different texts there are; None until all are written down.
    as_operation : bool
        Whether they go as an operation.
    operation : Operation or None
        The one that was made.
    is_answered : bool
        Whether all answers are here.
    """

    format: int = FORMAT
    job: Job
    model: wire.Model
    n_texts: int | None = None
    as_operation: bool = False
    operation: Operation | None = None
    is_answered: bool = False


def read_state(folder: SideFolder) -> State | None:
    """Return how far the run of a folder is, or None where none began.

    Raises
    ------
    OtherJob
        If another version of occoder began it.
    """
    if not folder.state.exists():
        return None
    try:
        state = msgspec.json.decode(folder.state.read_bytes(), type=State)
    except msgspec.DecodeError:
        state = None
    if state is None or state.format != FORMAT:
        raise OtherJob(folder=folder.path, differing=["version of occoder"])
    return state


def write_state(folder: SideFolder, state: State) -> State:
    """Write down how far a run is, in one step, and return it."""
    with replacing(folder.state) as temporary:
        temporary.chmod(0o600)
        temporary.write_bytes(msgspec.json.encode(state))
    return state


def digest_of(path: Path) -> str:
    """Return what tells one file from any other."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
