"""Everything that can be asked of a service, as flows.

Arguments are checked before anything is sent; `Client` says what they mean.
"""

import time
from collections.abc import Iterable
from random import random
from typing import TypeVar
from urllib.parse import quote

from occoder import wire
from occoder.client.address import Address
from occoder.client.answers import read, read_coded
from occoder.client.attempt import Call, Caller
from occoder.client.credentials import basic
from occoder.client.exchange import Flow
from occoder.client.held_tokens import HeldTokens
from occoder.client.patience import patiently
from occoder.client.records import Record, Wanted, body_of, one_record, wire_record

T = TypeVar("T")


def caller_of(
    address: Address,
    client_id: str,
    client_secret: str,
    *,
    topic: str,
    timeout_s: float,
    max_wait_s: float,
) -> Caller:
    """Return the caller that the arguments of a client describe.

    Raises
    ------
    ValueError
        If one of them can't be used.
    """
    if not 0 < timeout_s < float("inf"):
        raise ValueError("timeout_s must be more than 0 and finite")
    if not 0 <= max_wait_s < float("inf"):
        raise ValueError("max_wait_s must be 0 or more, and finite")
    return Caller(
        address=address,
        credentials=basic(client_id, client_secret),
        tokens=HeldTokens(),
        topic=topic,
        timeout_s=timeout_s,
        max_wait_s=max_wait_s,
        clock=time.monotonic,
        chance=random,
    )


def topics(caller: Caller) -> Flow[list[wire.Topic]]:
    """Return the topics of the service."""
    return (yield from _read(caller, "/topics", list[wire.Topic]))


def models(caller: Caller, topic: str | None) -> Flow[list[wire.Model]]:
    """Return the models of a topic in use, the newest first."""
    path = f"{topic_path(topic or caller.topic)}/models"
    return (yield from _read(caller, path, list[wire.Model]))


def latest_model(caller: Caller, topic: str | None) -> Flow[wire.Model]:
    """Return the model of a topic that codes when none is named."""
    path = f"{topic_path(topic or caller.topic)}/models/latest"
    return (yield from _read(caller, path, wire.Model))


def code_one(
    caller: Caller, title: str, tasks: str, wanted: Wanted
) -> Flow[wire.SynchronousCodeResponse]:
    """Return the answer for one record."""
    body = body_of(one_record(title, tasks), wanted)
    call = Call(method="POST", path=_coding_path(caller, wanted), body=body)
    answer = yield from patiently(caller, call)
    (coded,) = read_coded(answer, 1, url=caller.address.api + call.path)
    return coded


def code(
    caller: Caller, records: Iterable[Record], wanted: Wanted
) -> Flow[list[wire.SynchronousCodeResponse]]:
    """Return the answers for any number of records, in their order."""
    checked = [wire_record(record, position) for position, record in enumerate(records)]
    path = _coding_path(caller, wanted)
    coded: list[wire.SynchronousCodeResponse] = []
    for first in range(0, len(checked), wanted.max_records):
        batch = checked[first : first + wanted.max_records]
        call = Call(method="POST", path=path, body=body_of(batch, wanted), first=first)
        answer = yield from patiently(caller, call)
        coded.extend(read_coded(answer, len(batch), url=caller.address.api + path))
    return coded


def _read(caller: Caller, path: str, shape: type[T]) -> Flow[T]:
    answer = yield from patiently(caller, Call(path=path))
    return read(answer, shape, url=caller.address.api + path)


def _coding_path(caller: Caller, wanted: Wanted) -> str:
    which = "" if wanted.model is None else f"/models/{quote(wanted.model, safe='')}"
    return f"{topic_path(caller.topic)}{which}/code"


def topic_path(topic: str) -> str:
    """Return the path of a topic.

    >>> topic_path("osca")
    '/topics/osca'
    """
    return f"/topics/{quote(topic, safe='')}"
