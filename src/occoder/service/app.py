"""The service as an ASGI app: routes, and what goes on while it runs."""

import asyncio
import gc
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, NoReturn

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from occoder.errors import ServiceError
from occoder.service.coding.memory import settle_memory
from occoder.service.edge import Edge
from occoder.service.endpoint import Endpoint
from occoder.service.operation import Operation
from occoder.service.problems import NO_SUCH_ROUTE, Problem
from occoder.service.routes import operations
from occoder.service.service import Service
from occoder.service.throttle.throttle import DAY_S
from occoder.telemetry.audit import SecurityEvent
from occoder.telemetry.logs import flush, log
from occoder.telemetry.metrics import start_metrics_server

_UPKEEP_EVERY_S = 20
_NEW_OBJECTS = 20_000  # before garbage is looked for; a call makes some hundred


def create_app(service: Service) -> ASGIApp:
    """Return the service as an ASGI app.

    Parameters
    ----------
    service : Service
        Its parts.
    """
    by_path: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in operations(service.settings):
        by_path[operation.path].append(operation)
    service.metrics.know_routes(by_path)
    routes = [
        Route(path, Endpoint(service, together)) for path, together in by_path.items()
    ]

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with _running(service):
            yield

    router = Router(routes, redirect_slashes=False, default=_not_found, lifespan=lifespan)
    return Edge(router, service)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> NoReturn:
    raise Problem(NO_SUCH_ROUTE)


@asynccontextmanager
async def _running(service: Service) -> AsyncIterator[None]:
    """Load the models, look after models, keys and uses, and stop in good order."""
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(service.coding, _refresh_models, service)
    gc.set_threshold(_NEW_OBJECTS)
    service.audit.record(SecurityEvent.SERVICE_STARTED)
    every_s = {_refresh_models: service.settings.models_refresh_s, _upkeep: _UPKEEP_EVERY_S}
    tasks = [asyncio.create_task(_repeat(work, service, s)) for work, s in every_s.items()]
    try:
        with _metrics_server(service):
            yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        try:
            await loop.run_in_executor(service.database, _upkeep, service)
        except ServiceError as error:
            log.error("upkeep_failed", exc_info=error)
        service.audit.record(SecurityEvent.SERVICE_STOPPED)
        service.close()
        flush()


async def _repeat(
    work: Callable[[Service], None], service: Service, every_s: float
) -> None:
    """Do some work again and again in a thread; a failure is logged and tried again."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(every_s)
        try:
            await loop.run_in_executor(service.database, work, service)
        except Exception as error:  # whatever it is, it must not end the upkeep
            log.error("upkeep_failed", exc_info=error)


def _refresh_models(service: Service) -> None:
    new = service.models.refresh()
    if new:
        settle_memory()
    for manifest in new:
        service.audit.record(
            SecurityEvent.MODEL_IN_USE,
            topic=manifest.topic,
            model=manifest.model_id,
            version=manifest.model_version,
        )
    service.metrics.models_loaded(service.models.n_loaded())


def _upkeep(service: Service) -> None:
    """Write down who called and what waits; forget what no limit looks at any more."""
    service.clients.write_uses()
    service.access.usage.forget(service.access.clock() - DAY_S)
    operations = service.batches.operations
    service.operation_metrics.tell(operations.n_by_state(), operations.longest_wait_s())
    service.audit.flush()


@contextmanager
def _metrics_server(service: Service) -> Iterator[None]:
    """Answer Prometheus where this is the only process; else the parent of all does."""
    settings = service.settings
    if not settings.metrics_port or settings.workers > 1:
        yield
        return
    server = start_metrics_server(settings.metrics_port, 1, service.metrics.registry)
    try:
        yield
    finally:
        server.stop()
