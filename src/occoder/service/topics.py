"""The calls that tell which topics and models there are (user guide, section 6)."""

from typing import Any

import msgspec

from occoder import wire
from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.coding.models_in_use import LATEST
from occoder.service.service import Service


async def topics(service: Service, call: Call) -> Answer:
    """Return all topics."""
    return Answer(encode(service.models.topics()))


async def topic(service: Service, call: Call) -> Answer:
    """Return one topic with its latest model."""
    served = service.models.topic(call.parameters["topic"])
    facts: dict[str, Any] = {
        **msgspec.structs.asdict(served.topic),
        **msgspec.structs.asdict(served.models[0].facts),
    }
    return Answer(encode(wire.TopicDescription(**facts)))


async def models(service: Service, call: Call) -> Answer:
    """Return the models of a topic, the newest first."""
    served = service.models.topic(call.parameters["topic"])
    return Answer(encode([one.facts for one in served.models]))


async def model(service: Service, call: Call) -> Answer:
    """Return one model of a topic."""
    wanted = call.parameters.get("model", LATEST)
    return Answer(encode(service.models.model(call.parameters["topic"], wanted).facts))
