"""One operation of the API: all that routing, access and the OpenAPI document need."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from occoder.service.answer import JSON, Answer
from occoder.service.batches.storage_faults import StorageKind
from occoder.service.call import Call
from occoder.service.problems import Kind
from occoder.service.service import Service
from occoder.settings.tier import Tier


class Side(StrEnum):
    """Which of the host names serves an operation."""

    AUTH = "auth"
    API = "api"
    EVERY = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method on a path.

    Parameters
    ----------
    name : str
        ``operationId`` of the OpenAPI document.
    method, path : str
        The path as a template, below "/v1".
    summary : str
        One sentence.
    handle : callable
        Answers a call.
    side : Side
        Under which host names it is served.
    needs_token : bool
        Whether only registered clients may call.
    tier : Tier or None
        The only one whose clients may call; None for both.
    takes_link : bool
        Whether a signed link is all that it needs, as its only query parameter. Then its
        errors are those of a store of objects.
    codes : bool
        Whether it counts as a coding call.
    request : type, optional
        Of the body, in `occoder.wire`.
    response : type
        Of the body of the answer; str for a text.
    content_type : str
        Of the answer.
    problems : tuple of Kind
        What can go wrong, beside what can on every path.
    faults : tuple of StorageKind
        What can go wrong with a link or what it leads to.
    """

    name: str
    method: str
    path: str
    summary: str
    handle: Callable[[Service, Call], Awaitable[Answer]]
    side: Side = Side.API
    needs_token: bool = True
    tier: Tier | None = None
    takes_link: bool = False
    codes: bool = False
    request: Any = None
    response: Any = str
    content_type: str = JSON
    problems: tuple[Kind, ...] = field(default=())
    faults: tuple[StorageKind, ...] = field(default=())
