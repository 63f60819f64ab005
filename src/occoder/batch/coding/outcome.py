"""What became of a chunk, brought from the process that coded it to the dispatcher.

An error is not sent as it is: one that can't be made again where it arrives would break
the pool of processes, and one from a library may hold what a respondent wrote.
"""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any

from occoder.batch.coding.chunk import ChunkTask, code_chunk
from occoder.batch.coding.loaded_model import loaded_model
from occoder.batch.operation import ChunkDone
from occoder.errors import OccoderError
from occoder.telemetry.logs import log


class ChunkNotCoded(Exception):
    """A chunk could not be coded, for a reason that was not foreseen.

    Parameters
    ----------
    error : str
        Type of the error; the log of the process that codes tells where it came from.
    """

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(error)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of a process that codes, in parts that can be sent.

    Parameters
    ----------
    kind : type
        An error of occoder, or the one for all others.
    message : tuple
        What the error says.
    facts : dict
        Its attributes.
    """

    kind: type[Exception]
    message: tuple[Any, ...]
    facts: dict[str, Any]

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """Return an error in parts; of one from a library, only its type."""
        if not isinstance(error, OccoderError | FileNotFoundError):
            error = ChunkNotCoded(type(error).__name__)
        return cls(type(error), error.args, vars(error))

    def error(self) -> Exception:
        """Return the error."""
        error = self.kind.__new__(self.kind, *self.message)
        vars(error).update(self.facts)
        return error


def attempt(task: ChunkTask) -> ChunkDone | Failure:
    """Code a chunk; raises nothing."""
    try:
        return code_chunk(task)
    except Exception as error:
        log.error("chunk_not_coded", n=task.number, topic=task.topic, exc_info=error)
        return Failure.of(error)


def warm_up(topic: str, model_id: str) -> None:
    """Load a model before it is needed; where that fails, coding a chunk will tell."""
    try:
        loaded_model(topic, model_id)
    except Exception as error:
        log.warning("model_not_loaded", topic=topic, model=model_id, exc_info=error)


def pass_on(
    source: "Future[ChunkDone | Failure]",
    target: "Future[ChunkDone]",
    told: Callable[[BaseException], BaseException],
) -> None:
    """Give the outcome that one future has to another.

    Parameters
    ----------
    source : Future
        Has ended.
    target : Future
        What the dispatcher waits for.
    told : callable
        Returns what is told instead of an error of the executor, or the same;
        `CancelledError` stands for work that was given up.
    """
    if not target.set_running_or_notify_cancel():
        return
    error = CancelledError() if source.cancelled() else source.exception()
    if error is not None:
        target.set_exception(told(error))
    elif isinstance(outcome := source.result(), Failure):
        target.set_exception(outcome.error())
    else:
        target.set_result(outcome)
