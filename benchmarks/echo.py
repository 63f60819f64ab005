"""The peer of the service: a bare Starlette handler that parses JSON and sends it back."""

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def echo(request: Request) -> Response:
    """Return the body, parsed and written again."""
    parsed = msgspec.json.decode(await request.body())
    return Response(msgspec.json.encode(parsed), media_type="application/json")


app = Starlette(routes=[Route("/echo", echo, methods=["POST"])])

if __name__ == "__main__":
    import sys

    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
