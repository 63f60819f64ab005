"""Sends an answer that is too large for memory, as fast as its caller takes it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.types import Send

from occoder.service.call import Call
from occoder.telemetry.logs import log


async def send_stream(call: Call, stream: AsyncGenerator[bytes, None], send: Send) -> None:
    """Send the body of an answer whose header was sent.

    Where the stream fails, the answer stays incomplete: the server then ends the
    connection, and the caller finds fewer bytes than it was promised. Nothing is read
    any more for one who has left.

    Parameters
    ----------
    call : Call
        Which is answered.
    stream : async generator of bytes
        The body; it is closed in any case.
    send : callable
        ASGI's.
    """
    left = asyncio.ensure_future(call.left())
    try:
        async with aclosing(stream):
            async for piece in stream:
                if left.done():
                    return
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except Exception as error:  # the header is out: there is no other way to tell
        log.error(
            "answer_cut_short",
            request_id=call.request_id,
            route=call.route,
            exc_info=error,
        )
    finally:
        left.cancel()
        with suppress(asyncio.CancelledError):
            await left
