"""The outermost layer: every call gets an id, an answer in one shape, and its log line."""

import random
import time
from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from occoder.service.answer import Answer
from occoder.service.batches.storage_faults import INTERNAL, StorageFault
from occoder.service.call import Call, CallerGone
from occoder.service.endpoint import FOUND, Endpoint
from occoder.service.problems import UNEXPECTED, Problem
from occoder.service.service import Service
from occoder.service.streaming import send_stream
from occoder.telemetry.audit import SecurityEvent
from occoder.telemetry.logs import log, log_request

# Of its own: another part of the process may have set the seed of the common one.
_CHANCE: Final = random.Random()
_MAX_FOUND: Final = 1_000


class Edge:
    """Wraps the router.

    Parameters
    ----------
    router : ASGI app
        Finds the endpoint, which leaves itself in the scope.
    service : Service
        Where calls are written down.
    """

    def __init__(self, router: ASGIApp, service: Service) -> None:
        self._router = router
        self._service = service
        self._found: dict[str, tuple[Endpoint, Mapping[str, str]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._router(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        call = Call.of(scope, receive, f"{_CHANCE.getrandbits(64):016x}")
        try:
            answer = await self._answer(call, scope, receive, send)
        except CallerGone:
            return
        await self._send(call, answer, send)
        self._tell(call, answer, time.perf_counter() - started)

    def _tell(self, call: Call, answer: Answer, seconds: float) -> None:
        """Write down a call that was answered."""
        self._service.metrics.request(call.route, call.method, answer.status, seconds)
        log_request(
            request_id=call.request_id,
            client=call.client.client_id if call.client else "",
            route=call.route,
            status=answer.status,
            ms=round(seconds * 1000, 2),
            n_records=call.n_records,
        )

    async def _answer(
        self, call: Call, scope: Scope, receive: Receive, send: Send
    ) -> Answer:
        """Return an answer, whatever happens."""
        try:
            known = self._found.get(call.path)
            endpoint, call.parameters = known or await self._find(
                call, scope, receive, send
            )
            return await endpoint.answer(call)
        except (Problem, StorageFault) as problem:
            return _refusal(problem, call)
        except CallerGone:
            raise
        except Exception as error:  # the last resort: nothing may pass but the one shape
            log.error(
                "unexpected", request_id=call.request_id, route=call.route, exc_info=error
            )
            self._service.audit.record(
                SecurityEvent.UNEXPECTED_ERROR, request_id=call.request_id
            )
            return _refusal(_unexpected(call), call)

    async def _find(
        self, call: Call, scope: Scope, receive: Receive, send: Send
    ) -> tuple[Endpoint, Mapping[str, str]]:
        """Let the router find an endpoint, and remember it: paths are few."""
        inner = {**scope, "path": call.path, "root_path": ""}
        await self._router(inner, receive, send)
        found: tuple[Endpoint, Mapping[str, str]] = inner[FOUND], inner["path_params"]
        if len(self._found) >= _MAX_FOUND:
            self._found.clear()
        self._found[call.path] = found
        return found

    async def _send(self, call: Call, answer: Answer, send: Send) -> None:
        own = _encoded({**call.answer_headers, **answer.headers})
        kind = answer.content_type.encode("ascii")
        headers = [
            *([(b"content-type", kind)] if kind else ()),
            (b"content-length", b"%d" % answer.n_bytes),
            (b"request-id", call.request_id.encode("ascii")),
            *own,
            (b"content-security-policy", answer.policy),
        ]
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        if answer.stream is None:
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await send_stream(call, answer.stream, send)


def _unexpected(call: Call) -> Problem | StorageFault:
    return StorageFault(INTERNAL) if call.takes_link else Problem(UNEXPECTED)


def _refusal(problem: Problem | StorageFault, call: Call) -> Answer:
    if isinstance(problem, StorageFault):
        return problem.answer(call.request_id, method=call.method)
    headers = {**problem.headers, "x-amzn-ErrorType": problem.kind.error_type}
    return Answer(problem.body(call.request_id), problem.kind.status, headers=headers)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower().encode("ascii"), value.encode("ascii"))
        for name, value in headers.items()
    ]
