"""The way of a call through one path: method, host, token, limits, then the operation."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.types import Receive, Scope, Send

from occoder.service.answer import Answer
from occoder.service.batches.storage_faults import NOT_SIGNED, StorageFault
from occoder.service.call import Call
from occoder.service.hosts import Hosts, Place
from occoder.service.operation import Operation, Side
from occoder.service.problems import (
    NO_SUCH_ROUTE,
    QUERY_REFUSED,
    WRONG_METHOD,
    Problem,
)
from occoder.service.service import Service

FOUND: Final = "occoder.endpoint"


class Endpoint:
    """All operations of one path.

    Parameters
    ----------
    service : Service
        What the operations work with.
    operations : sequence of Operation
        One for each method.
    """

    def __init__(self, service: Service, operations: Sequence[Operation]) -> None:
        self._service = service
        self._hosts = Hosts(service.settings)
        self._by_method: Mapping[str, Operation] = {one.method: one for one in operations}
        self._takes_link = any(one.takes_link for one in operations)
        if "GET" in self._by_method:
            self._by_method = {"HEAD": self._by_method["GET"], **self._by_method}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that this is the endpoint of the path; the edge asks it for the answer."""
        scope[FOUND] = self

    async def answer(self, call: Call) -> Answer:
        """Return the answer to a call.

        Raises
        ------
        Problem
            In the order of the contract: authorization, limits, body, topic, model,
            records.
        StorageFault
            If it is about an object by a link.
        """
        call.takes_link = self._takes_link
        operation = self._by_method.get(call.method)
        if operation is None:
            raise self._wrong_method()
        call.route = operation.path
        place = self._hosts.place(call.header(b"host"))
        if not _is_served(operation, place):
            raise Problem(NO_SUCH_ROUTE)
        call.tier = place.tier
        if operation.needs_token:
            await self._let_in(call, operation)
        is_strict = self._service.settings.strict_queries
        if call.query and is_strict and not operation.takes_link:
            raise Problem(QUERY_REFUSED)
        return await operation.handle(self._service, call)

    def _wrong_method(self) -> Problem | StorageFault:
        if self._takes_link:  # a link is signed for its method, too
            return StorageFault(NOT_SIGNED)
        return Problem(WRONG_METHOD, headers={"Allow": ", ".join(sorted(self._by_method))})

    async def _let_in(self, call: Call, operation: Operation) -> None:
        access = self._service.access
        call.client = await access.authorize(call, operation.tier)
        if operation.codes:
            await access.throttle_coding(call, call.client)
        else:
            access.throttle_other(call, call.client)


def _is_served(operation: Operation, place: Place) -> bool:
    if operation.side is Side.AUTH:
        return place.tokens
    return place.api or operation.side is Side.EVERY
