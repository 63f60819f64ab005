"""The blocking and the asynchronous client behind one face, for tests of both."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pytest

from occoder.client import AsyncClient, Client

# Makes a client for an address, calls a method of it and returns what the method did.
Caller: TypeAlias = Callable[..., Any]

SECRET: Final = "a-secret-that-nobody-may-see"
CREDENTIALS: Final = ("an-id", SECRET)

_OF_METHODS: Final = {"suggestions", "levels", "explain", "model"}


def blocking(url: str, method: str, *given: Any, times: int = 1, **options: Any) -> Any:
    """Call a method of a `Client`, and return its last result."""
    credentials, of_method, of_client = _parted(options)
    with Client(url, *credentials, **of_client) as client:
        for _ in range(times):
            result = getattr(client, method)(*given, **of_method)
        return result


def asynchronous(url: str, method: str, *given: Any, times: int = 1, **options: Any) -> Any:
    """Call a method of an `AsyncClient`, and return its last result."""
    credentials, of_method, of_client = _parted(options)

    async def run() -> Any:
        async with AsyncClient(url, *credentials, **of_client) as client:
            for _ in range(times):
                result = await getattr(client, method)(*given, **of_method)
            return result

    return asyncio.run(run())


both = pytest.mark.parametrize("client", [blocking, asynchronous])


def _parted(
    options: dict[str, Any],
) -> tuple[tuple[str, str], dict[str, Any], dict[str, Any]]:
    """Return id and secret, the options of a method, and those of a client."""
    credentials = options.pop("credentials", CREDENTIALS)
    of_method = {name: options[name] for name in _OF_METHODS & set(options)}
    of_client = {name: options[name] for name in set(options) - _OF_METHODS}
    return credentials, of_method, of_client
