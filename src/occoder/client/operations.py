"""Operations, which code a whole file: making one, and waiting until it is over."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import msgspec

from occoder import wire
from occoder.client.address import checked_link
from occoder.client.answers import read
from occoder.client.attempt import Call, Caller
from occoder.client.calls import topic_path
from occoder.client.exchange import Answer, Flow, Pause
from occoder.client.failure import retry_after
from occoder.client.patience import patiently
from occoder.errors import (
    AnswerNotUnderstood,
    RemoteError,
    RequestRefused,
    ServiceUnreachable,
)

COMPLETE: Final = "complete"
FAILED: Final = "failed"
TIMED_OUT: Final = "timed_out"
ENDED: Final = frozenset({COMPLETE, FAILED, TIMED_OUT})

# The guide asks for a call every ten minutes at most; that is where pauses end.
LONGEST_PAUSE_S: Final = 600.0
_PART_OF_THE_TIME: Final = 0.25


def created(
    caller: Caller, topic: str | None, model: str | None
) -> Flow[wire.CreatedOperation]:
    """Return a new operation.

    When the answer is lost, it is made again: the first one times out by itself.
    """
    which = "" if model is None else f"/models/{quote(model, safe='')}"
    path = f"{topic_path(topic or caller.topic)}{which}/batch-code"
    answer = yield from patiently(caller, Call(method="POST", path=path, body=b"{}"))
    url = caller.address.api + path
    operation = read(answer, wire.CreatedOperation, url=url)
    _check_link(operation.request_upload_url, url)
    return operation


def status(
    caller: Caller, operation_id: str, topic: str | None
) -> Flow[wire.OperationStatus]:
    """Return how far an operation is."""
    return (yield from _asked(caller, operation_id, topic))[0]


def ended(
    caller: Caller,
    operation_id: str,
    topic: str | None,
    *,
    first_pause_s: float,
    on_status: Callable[[wire.OperationStatus], None],
) -> Flow[wire.OperationStatus]:
    """Return the status of an operation when it is over, however that ended.

    A service that can't be reached meanwhile is asked again: its work goes on.

    Raises
    ------
    RemoteError
        If it refuses to tell, or gave no answer for longer than ``max_wait_s``.
    """
    began = heard = caller.clock()
    while True:
        asked_for_s = None
        try:
            found, asked_for_s = yield from _asked(caller, operation_id, topic)
        except RemoteError as error:
            if not _may_pass(error) or caller.clock() > heard + caller.max_wait_s:
                raise
        else:
            heard = caller.clock()
            on_status(found)
            if found.operation_status in ENDED:
                return found
        yield Pause(pause_before_next(caller.clock() - began, first_pause_s, asked_for_s))


def pause_before_next(
    elapsed_s: float, first_pause_s: float, asked_for_s: float | None
) -> float:
    """Return how many seconds to wait before asking again.

    A quarter of the time so far: whoever waits for 40 s is told at most 10 s late, and
    an operation of hours is asked for every ten minutes.

    Parameters
    ----------
    elapsed_s : float
        Since the first question.
    first_pause_s : float
        The shortest pause.
    asked_for_s : float or None
        What the service asks for, where it does.

    Examples
    --------
    >>> [pause_before_next(s, 5, None) for s in (0, 40, 7200)]
    [5, 10.0, 600.0]
    """
    if asked_for_s is not None:
        return min(max(asked_for_s, 0.1), LONGEST_PAUSE_S)
    return min(max(first_pause_s, elapsed_s * _PART_OF_THE_TIME), LONGEST_PAUSE_S)


def _asked(
    caller: Caller, operation_id: str, topic: str | None
) -> Flow[tuple[wire.OperationStatus, float | None]]:
    """Return the status, and for how many seconds the service asks to wait."""
    name = quote(operation_id, safe="")
    path = f"{topic_path(topic or caller.topic)}/batch-code/operations/{name}"
    answer = yield from patiently(caller, Call(path=path))
    return _read_status(answer, caller.address.api + path), retry_after(answer)


def _read_status(answer: Answer, url: str) -> wire.OperationStatus:
    raw = read(answer, dict[str, object], url=url)
    kept = {name: value for name, value in raw.items() if value is not None}
    try:
        found = msgspec.convert(kept, wire.OperationStatus)
    except msgspec.ValidationError:
        raise AnswerNotUnderstood(url=url, status=answer.status) from None
    for link in (found.response_download_url, found.metadata_download_url):
        if isinstance(link, str):
            _check_link(link, url)
    if found.operation_status == COMPLETE and not found.response_download_url:
        raise AnswerNotUnderstood(url=url, status=answer.status)
    return found


def _check_link(link: str, url: str) -> None:
    """Refuse a link over which texts would go unencrypted."""
    try:
        checked_link(link)
    except ValueError:
        raise AnswerNotUnderstood(url=url, status=200) from None


def _may_pass(error: RemoteError) -> bool:
    if isinstance(error, RequestRefused | AnswerNotUnderstood):
        return error.status >= 500
    return isinstance(error, ServiceUnreachable)
