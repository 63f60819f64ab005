"""Whether the process is alive, and whether it can code."""

import asyncio

from occoder import wire
from occoder.errors import DatabaseUnreachable
from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.service import Service


async def live(service: Service, call: Call) -> Answer:
    """Return that the process answers."""
    return Answer(encode(wire.Health("live")))


async def ready(service: Service, call: Call) -> Answer:
    """Return whether the database answers and a model is loaded."""
    loop = asyncio.get_running_loop()
    checks = {
        "database": await loop.run_in_executor(service.database, _database, service),
        "models": "ok" if service.models.topics() else "no model is in use",
    }
    is_ready = set(checks.values()) == {"ok"}
    health = wire.Health("ready" if is_ready else "not ready", checks)
    return Answer(encode(health), status=200 if is_ready else 503)


def _database(service: Service) -> str:
    try:
        service.register.find("readiness")
    except DatabaseUnreachable as error:
        return type(error).__name__
    return "ok"
