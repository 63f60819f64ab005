"""An app of a few lines in place of the service, to test what lies below it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from occoder.errors import DatabaseUnreachable
from occoder.settings.settings import Settings
from occoder.settings.settings_environ import to_environ

PART_BYTES = 65536
LARGE_BYTES = 1024 * PART_BYTES


async def about(request: Request) -> Response:
    """Return which process answers, and what it knows of the caller."""
    facts = {
        "pid": os.getpid(),
        "client": request.client.host if request.client else "",
        "scheme": request.url.scheme,
        "headers": request.headers.items(),
        "settings": to_environ(Settings.from_environ(os.environ)),
    }
    return JSONResponse(facts)


async def live(request: Request) -> Response:
    """Say that it lives, as the service does."""
    return JSONResponse({"status": "live"})


async def echo(request: Request) -> Response:
    """Return the body, and the header as it stands after the body was read."""
    try:
        body = await request.body()
    except ClientDisconnect:
        mark("gone")
        return Response()
    facts = {"body": body.decode("latin-1"), "headers": request.headers.items()}
    return JSONResponse(facts)


class Slow(JSONResponse):
    """An answer that says when it was given."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await super().__call__(scope, receive, send)
        mark("answered")


async def slow(request: Request) -> Response:
    """Say that a call has begun, and answer it when the test says so."""
    mark("begun")
    while not (home() / "go").exists():
        await asyncio.sleep(0.01)
    return Slow({"pid": os.getpid()})


async def refuse(request: Request) -> Response:
    """Refuse a body without reading it."""
    return JSONResponse({"why": "too long"}, 413, {"Connection": "close"})


class Large(Response):
    """More than any buffer holds; says when the last of it was taken."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in parts."""
        headers = [(b"content-length", b"%d" % LARGE_BYTES)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for left in range(LARGE_BYTES, 0, -PART_BYTES):
            more = left > PART_BYTES
            part = bytes(PART_BYTES)
            await send({"type": "http.response.body", "body": part, "more_body": more})
        mark("sent")


async def large(request: Request) -> Response:
    """Answer with more than any buffer holds."""
    return Large()


def home() -> Path:
    """Return the folder that the test looks into."""
    return Path(os.environ["OCCODER_HOME"])


def mark(name: str) -> None:
    """Leave a sign for the test."""
    (home() / name).touch()


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Note that a process began, and that it ended in good order."""
    with (home() / "processes").open("a") as file:
        file.write(f"{os.getpid()} began\n")
    if (home() / "broken lifespan").exists():
        raise RuntimeError("broken")
    yield
    with (home() / "processes").open("a") as file:
        file.write(f"{os.getpid()} ended\n")


def app() -> Starlette:
    """Return the app."""
    if (home() / "broken database").exists():
        mark("refused")
        raise DatabaseUnreachable(database="sqlite", problem="disk I/O error")
    routes = [
        Route("/", about),
        Route("/echo", echo, methods=["POST", "PUT"]),
        Route("/slow", slow, methods=["GET", "POST"]),
        Route("/refuse", refuse, methods=["POST"]),
        Route("/large", large),
        Route("/health/live", live),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def shown(answer: bytes) -> Any:
    """Return the JSON in the body of an answer."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])
