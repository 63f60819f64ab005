"""The call that gets a token, and the one that tells the public keys."""

import msgspec

from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.service import Service


async def token(service: Service, call: Call) -> Answer:
    """Return a token for a client id and secret (user guide, section 3.1)."""
    body = await call.body(max_bytes=service.settings.max_body_bytes)
    given = await service.token_endpoint.answer(
        {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in call.headers.items()
        },
        body,
        address=call.address,
        tier=call.tier,
        request_id=call.request_id,
    )
    if given.status == 200:
        service.metrics.token_issued()
    else:
        service.metrics.token_refused()
    return given


async def jwks(service: Service, call: Call) -> Answer:
    """Return the public keys that tokens can be verified with (RFC 7517)."""
    return Answer(msgspec.json.encode(service.keys.jwks()))
