"""The page to try the coder at, where the operator allows it."""

from importlib.resources import files
from typing import Final

from occoder.service.about import about
from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.coding.coding import code
from occoder.service.service import Service

_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    b"img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_TYPES: Final = {
    "index.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


async def index(service: Service, call: Call) -> Answer:
    """Return the page to a browser, and to a program what answers here."""
    if "text/html" in call.header(b"accept"):
        return _file("index.html")
    return await about(service, call)


async def style(service: Service, call: Call) -> Answer:
    """Return how the page looks."""
    return _file("page.css")


async def script(service: Service, call: Call) -> Answer:
    """Return what the page does."""
    return _file("page.js")


async def icon(service: Service, call: Call) -> Answer:
    """Return the sign of the page in a browser's tab."""
    return _file("icon.svg")


async def topics(service: Service, call: Call) -> Answer:
    """Return the topics that the page offers."""
    return Answer(encode(service.models.topics()))


async def code_for_page(service: Service, call: Call) -> Answer:
    """Code what a visitor of the page typed, throttled like a public client."""
    await service.access.throttle_page(call)
    return await code(service, call)


def _file(name: str) -> Answer:
    body = (files("occoder.service.page") / name).read_bytes()
    return Answer(body, content_type=_TYPES[name], policy=_POLICY)
