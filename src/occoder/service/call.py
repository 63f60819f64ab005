"""One call to the service: what arrived, and what is known of who sent it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from starlette.types import Receive, Scope

from occoder.service.clients.client import Client
from occoder.service.problems import TOO_LONG, Fault, Problem
from occoder.settings.tier import Tier

_ENCODED: Final = re.compile(rb"%(?:2f|5c|00)", re.IGNORECASE)


class CallerGone(Exception):
    """The connection ended before the body did: nobody waits for an answer."""


@dataclass(slots=True)
class Call:
    """A call on its way through the service.

    Parameters
    ----------
    request_id : str
        Names it in logs, in the header ``Request-Id`` and in errors.
    method : str
        "GET", "POST", ...
    path : str
        Without "/v1", without doubled or closing slashes.
    headers : mapping
        By lower-case name; of several with the same name the first.
    query : bytes
        As sent.
    address : str
        Of who called; behind a named proxy, as the proxy tells it.
    receive : callable
        ASGI's, for the body.
    route : str
        Template of the path once it is known, never the path itself.
    parameters : mapping
        What stands in the path in place of the names in the template.
    tier : Tier or None
        The only one that is served under the host name of the call; None for both.
    client : Client or None
        Once its token is verified.
    takes_link : bool
        Whether it is about an object by a signed link, so that errors are those of a store.
    n_records : int
        How many records it codes.
    answer_headers : dict
        Headers that the answer gets.
    """

    request_id: str
    method: str
    path: str
    headers: Mapping[bytes, bytes]
    query: bytes
    address: str
    receive: Receive
    route: str = "unknown"
    parameters: Mapping[str, str] = field(default_factory=dict)
    tier: Tier | None = None
    client: Client | None = None
    takes_link: bool = False
    n_records: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope, receive: Receive, request_id: str) -> "Call":
        """Return the call that an ASGI connection makes."""
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name, value)
        peer = scope.get("client")
        # A separator that is written as %2F is one to us and none to a proxy before us.
        path = "" if _ENCODED.search(scope.get("raw_path") or b"") else scope["path"]
        return cls(
            request_id=request_id,
            method=scope["method"],
            path=plain_path(path),
            headers=headers,
            query=scope["query_string"],
            address=address_of(peer[0]) if peer else "",
            receive=receive,
        )

    def header(self, name: bytes) -> str:
        """Return a header, "" when it was not sent."""
        return self.headers.get(name, b"").decode("latin-1").strip()

    async def body(self, *, max_bytes: int) -> bytes:
        """Return the body.

        Raises
        ------
        Problem
            If it is too long.
        CallerGone
            If the connection ends before it does, or is ended because it is too slow.
        """
        announced = self.header(b"content-length")
        if announced.isdecimal() and int(announced) > max_bytes:
            raise _too_long(max_bytes)
        parts: list[bytes] = []
        n_bytes, more = 0, True
        while more:
            piece, more = await self.piece()
            parts.append(piece)
            n_bytes += len(piece)
            if n_bytes > max_bytes:
                raise _too_long(max_bytes)
        return b"".join(parts)

    async def piece(self) -> tuple[bytes, bool]:
        """Return the next piece of the body, and whether more is to come.

        A caller who waits for leave to send the body gets it with the first piece.

        Raises
        ------
        CallerGone
            If the connection ends before the body does, or is ended because it is too
            slow.
        """
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        return message.get("body", b""), message.get("more_body", False)

    async def left(self) -> None:
        """Return when the caller has left, or has its answer."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


@lru_cache(10_000)
def address_of(peer: str) -> str:
    """Return the address of a peer, "" when it is none: a proxy may pass on any text.

    Examples
    --------
    >>> address_of("10.0.0.1"), address_of("::1"), address_of("no address")
    ('10.0.0.1', '::1', '')
    """
    try:
        return str(ip_address(peer))
    except ValueError:
        return ""


def plain_path(path: str) -> str:
    """Return a path without "/v1", without doubled or closing slashes.

    Examples
    --------
    >>> plain_path("/v1//topics/osca/"), plain_path("/topics"), plain_path("//")
    ('/topics/osca', '/topics', '/')
    """
    if "//" in path or path.endswith("/"):
        path = "/" + "/".join(filter(None, path.split("/")))
    if path == "/v1" or path.startswith("/v1/"):
        return path[3:] or "/"
    return path


def _too_long(max_bytes: int) -> Problem:
    detail = f"The body is longer than {max_bytes} bytes. {TOO_LONG.remedy}"
    return Problem(TOO_LONG, [Fault(detail)], headers={"Connection": "close"})
