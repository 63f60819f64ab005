"""What became of a chunk, on its way to the dispatcher."""

import inspect
import pickle
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest
from batch_chunks import ChunkPlace, record

from occoder import errors
from occoder.batch.coding.outcome import ChunkNotCoded, Failure, attempt, pass_on, warm_up
from occoder.batch.operation import ChunkDone
from occoder.errors import DamagedObject, OccoderError, UnknownModel, WorkerDied

DONE = ChunkDone(number=1, n_records=2, n_bytes=3, sha256="4")
BATCH_ERRORS = (
    UnknownModel(topic="osca", model="f"),
    DamagedObject(name="a/b"),
    errors.ObjectsUnreachable(store="egress", problem="disk full"),
    errors.DamagedModel(folder=Path("x"), file="weights.npz", problem="it is missing"),
    FileNotFoundError("a/00000000"),
)


def passed_on(source: "Future[ChunkDone | Failure]") -> "Future[ChunkDone]":
    """Return the future of a dispatcher that another one's outcome was given to."""
    target: Future[ChunkDone] = Future()
    pass_on(source, target, lambda error: WorkerDied(n_workers=3))
    return target


@pytest.mark.parametrize("error", BATCH_ERRORS, ids=lambda one: type(one).__name__)
def test_errors_arrive_as_they_were_raised(error: Exception) -> None:
    """An error comes out of another process with its kind, its words and its facts."""
    sent = pickle.loads(pickle.dumps(Failure.of(error)))

    again = sent.error()

    assert type(error) is type(again)
    assert str(error) == str(again)
    assert vars(error) == vars(again)


def test_every_error_can_be_made_again() -> None:
    """There is no error of occoder that could not be brought from another process."""
    kinds = [one for _, one in inspect.getmembers(errors, inspect.isclass)]

    for kind in kinds:
        if issubclass(kind, OccoderError):
            assert isinstance(Failure(kind, ("why",), {"fact": 1}).error(), kind)


def test_errors_of_libraries_tell_their_type_only() -> None:
    """What a library says may hold a respondent's text, and does not come along."""
    error = UnicodeDecodeError("ascii", b"canary", 0, 1, "canary")

    sent = Failure.of(error)

    assert b"canary" not in pickle.dumps(sent)
    again = sent.error()
    assert isinstance(again, ChunkNotCoded)
    assert "UnicodeDecodeError" == again.error


def test_attempt_returns_what_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coding a chunk returns what came out or what went wrong, and raises nothing."""
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    place = ChunkPlace(tmp_path)
    task = place.write([record("1", "florist")])

    done, missing = attempt(task), attempt(place.task(5))

    assert isinstance(done, ChunkDone)
    assert isinstance(missing, Failure)
    assert isinstance(missing.error(), FileNotFoundError)


def test_warming_up_raises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that can't be loaded ahead is told when it is needed."""
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))

    warm_up("toy", "f" * 8)


def test_outcomes_are_passed_on() -> None:
    """What the executor's future has, the dispatcher's has: result, failure, error."""
    sources: list[Future[ChunkDone | Failure]] = [Future() for _ in range(3)]
    sources[0].set_result(DONE)
    sources[1].set_result(Failure.of(DamagedObject(name="a/b")))
    sources[2].set_exception(RuntimeError())

    targets = [passed_on(one) for one in sources]

    assert DONE == targets[0].result(0)
    assert isinstance(targets[1].exception(0), DamagedObject)
    assert isinstance(targets[2].exception(0), WorkerDied)


def test_given_up_work_is_told_by_the_executor() -> None:
    """What the executor gave up is told as it says; what nobody waits for, is not."""
    source: Future[ChunkDone | Failure] = Future()
    source.cancel()
    told: list[BaseException] = []
    target: Future[ChunkDone] = Future()
    given_up: Future[ChunkDone] = Future()
    given_up.cancel()

    pass_on(source, target, lambda error: told.append(error) or error)
    pass_on(source, given_up, lambda error: told.append(error) or error)

    assert [CancelledError] == [type(one) for one in told]
    assert isinstance(target.exception(0), CancelledError)
    assert given_up.cancelled()
