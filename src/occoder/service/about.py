"""What answers at this address."""

from importlib.metadata import version

from occoder import wire
from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.service import Service


async def about(service: Service, call: Call) -> Answer:
    """Return name and version of the software."""
    return Answer(
        encode(
            wire.Api(
                name="occoder",
                version=version("occoder"),
                status="active",
                documentation="/openapi.json",
            )
        )
    )
