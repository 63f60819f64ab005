"""One request to a link: where a service keeps the files of batches.

A link stands for itself: whoever has it may use it. So no message has more of it than its
host.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final
from urllib.parse import urlsplit

import httpcore

from occoder.client.address import origin
from occoder.client.breakdown import BREAKDOWNS, no_answer
from occoder.client.exchange import Failing, NoAnswer
from occoder.client.failure import Again, Failure
from occoder.client.route import USER_AGENT, Route, plain_headers
from occoder.errors import ServiceUnreachable, TransferRefused

MAX_TOLD_BYTES: Final = 64 * 1024

_LONGEST_TOLD: Final = 200
_LATER: Final = {408, 429}


class Broken(Exception):
    """A transfer broke off.

    Parameters
    ----------
    outcome : NoAnswer
        Why.
    """

    def __init__(self, outcome: NoAnswer) -> None:
        self.outcome = outcome
        super().__init__(outcome.problem)


@contextmanager
def opened(
    route: Route,
    method: str,
    link: str,
    *,
    headers: Mapping[str, str],
    content: Iterable[bytes] | None = None,
    stall_s: float,
) -> Iterator[httpcore.Response]:
    """Send a request, and give its answer as soon as it begins.

    Parameters
    ----------
    route : Route
        How the host is reached.
    method, link : str
        "GET" or "PUT", and where to.
    headers : mapping
        Beside those that every request has.
    content : iterable of bytes, optional
        What is sent.
    stall_s : float
        How long nothing may move.

    Raises
    ------
    Broken
        If there is no answer. What reading the content raises is raised as it is.
    """
    given = {"Host": urlsplit(link).netloc, "Accept": "*/*", **headers}
    sent = [(b"User-Agent", USER_AGENT)]
    sent += [(name.encode("ascii"), one.encode("ascii")) for name, one in given.items()]
    body = None if content is None else _Body(content)
    with ExitStack() as stack:
        pool = stack.enter_context(httpcore.ConnectionPool(**route.link_options(link)))
        stalls = dict.fromkeys(("connect", "read", "write"), stall_s)
        try:
            response = stack.enter_context(
                pool.stream(
                    method,
                    link,
                    headers=sent,
                    content=body,
                    extensions={"timeout": stalls},
                )
            )
        except BREAKDOWNS as error:
            if body is not None and body.fault is not None:
                raise body.fault from None
            raise Broken(no_answer(error)) from None
        yield response


def parts_of(response: httpcore.Response) -> Iterator[bytes]:
    """Yield the body of an answer as it comes.

    Raises
    ------
    Broken
        If it breaks off.
    """
    try:
        yield from response.iter_stream()
    except BREAKDOWNS as error:
        raise Broken(no_answer(error)) from None


def broken(outcome: NoAnswer, *, link: str, stall_s: float) -> Failure:
    """Return what it means that a transfer broke off."""
    problem = outcome.problem
    if outcome.failing is Failing.LATE:
        problem = f"nothing moved for {stall_s:g} s"
    again = Again.NEVER if outcome.failing is Failing.HOPELESS else Again.SOON
    return Failure(error=ServiceUnreachable(url=origin(link), problem=problem), again=again)


def refused(response: httpcore.Response, link: str) -> Failure:
    """Return what another answer than the one hoped for means, from its beginning.

    Raises
    ------
    Broken
        If that breaks off.
    """
    told = bytearray()
    for part in parts_of(response):
        told += part
        if len(told) > MAX_TOLD_BYTES:
            break
    error = TransferRefused(
        host=urlsplit(link).hostname or "",
        status=response.status,
        code=_element(told, "Code", link),
        message=_element(told, "Message", link),
    )
    is_passing = response.status >= 500 or response.status in _LATER
    return Failure(error=error, again=Again.SOON if is_passing else Again.NEVER)


def stated(response: httpcore.Response) -> Mapping[str, str]:
    """Return the headers of an answer by lower-case name."""
    return plain_headers(response.headers)


class _Body(Iterator[bytes]):
    """What is sent, and what went wrong with reading it: no fault of the network."""

    def __init__(self, content: Iterable[bytes]) -> None:
        self._parts = iter(content)
        self.fault: OSError | None = None

    def __next__(self) -> bytes:
        try:
            return next(self._parts)
        except OSError as fault:
            self.fault = fault
            raise


def _element(told: bytes | bytearray, name: str, link: str) -> str:
    """Return what an element of S3's XML says, without the link where it repeats that."""
    found = re.search(rf"<{name}>([^<]*)</{name}>", told.decode("utf-8", "replace"))
    text = " ".join(found[1].split())[:_LONGEST_TOLD] if found else ""
    query = urlsplit(link).query
    return text.replace(link, "***").replace(query, "***") if query else text
