"""The peer of transfers: a bare Starlette handler that writes a body to disk and back."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

FILE = Path(sys.argv[2]) / "file" if len(sys.argv) > 2 else Path("file")


async def put(request: Request) -> Response:
    """Write the body to disk as it comes."""
    with FILE.open("wb") as opened:
        async for piece in request.stream():
            opened.write(piece)
    return Response()


async def get(request: Request) -> Response:
    """Send the file."""
    return FileResponse(FILE)


app = Starlette(
    routes=[Route("/file", put, methods=["PUT"]), Route("/file", get, methods=["GET"])]
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
