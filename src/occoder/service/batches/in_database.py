"""Asks database and stores from the event loop, which must not wait for them."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from occoder.service.service import Service

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_database(
    service: Service, ask: Callable[_P, _T], *args: _P.args, **options: _P.kwargs
) -> _T:
    """Return what a function returns that is called in a thread of the database.

    Parameters
    ----------
    service : Service
        Has the threads.
    ask : callable
        The function; its arguments follow.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(service.database, lambda: ask(*args, **options))
