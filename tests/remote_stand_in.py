"""A small service of the contract with batches, whose answers depend on the text alone.

It stands in for a service that is far away: storage is at another origin than the API,
its links have several parameters, and it has no field beyond the contract unless told so.
"""

import json
import re
import ssl
import threading
import uuid
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from remote_answers import MODEL, as_call, coded, metadata_of, output_of
from remote_ways import Kept, Ways

KEY = "arn:aws:kms:ap-southeast-2:123456789012:key/6f0b"
_DENIED = {
    "Message": "User is not authorized to access this resource with an explicit deny"
}


class StandIn:
    """Runs the service in threads of the test.

    Parameters
    ----------
    ways : Ways, optional
        How it behaves; may be changed while it runs.
    certificate : Path, optional
        File with certificate and key, to speak TLS.
    """

    def __init__(self, ways: Ways | None = None, certificate: Path | None = None) -> None:
        self.ways = ways or Ways()
        self._certificate = certificate
        self.lock = threading.Lock()
        self.operations: dict[str, Kept] = {}
        self.calls: Counter[str] = Counter()
        self.token = 0
        self.n_of_token = 0
        self.model: dict[str, Any] = MODEL
        self.records: list[str] = []
        self._api = self._server(_Api)
        self._storage = self._server(_Storage)
        self.port = self._api.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.storage = f"http://localhost:{self._storage.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin to listen."""
        for server in (self._api, self._storage):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        for server in (self._api, self._storage):
            server.shutdown()
            server.server_close()

    def only_operation(self) -> Kept:
        """Return the operation, where there is one."""
        (one,) = self.operations.values()
        return one

    def count(self, what: str) -> None:
        """Count a call."""
        with self.lock:
            self.calls[what] += 1

    def _server(self, kind: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
        server.daemon_threads = True
        server.block_on_close = False
        server.stand_in = self  # type: ignore[attr-defined]
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    @property
    def stand_in(self) -> StandIn:
        """Return the service."""
        found: StandIn = self.server.stand_in  # type: ignore[attr-defined]
        return found

    def handle_one_request(self) -> None:
        """Break the connection where a test wants that."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def body(self) -> bytes:
        """Return what was sent, in the end."""
        n_bytes = int(self.headers.get("Content-Length", 0))
        parts = []
        while n_bytes:
            part = self.rfile.read(min(n_bytes, 65536))
            if not part:
                raise ConnectionError
            n_bytes -= len(part)
            parts.append(part)
            if self.command == "PUT":
                self.stand_in.ways.hold("uploading", sum(map(len, parts)))
        return b"".join(parts)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say(self, body: object, status: int = 200, **headers: str) -> None:
        """Send an answer in JSON."""
        content = json.dumps(body).encode()
        self.answer(status, content, Content_Type="application/json", **headers)


class _Api(_Handler):
    def do_GET(self) -> None:
        """Answer a question."""
        if not self._is_known():
            return
        stand_in = self.stand_in
        path = self.path.removeprefix("/v1")
        if found := re.fullmatch(r"/topics/osca/batch-code/operations/(.+)", path):
            self._status(found[1])
        elif path == "/topics/osca/models/latest":
            self.say(stand_in.model)
        elif path == "/topics/osca/models":
            self.say([stand_in.model])
        else:
            stand_in.count("other")
            self.say({"message": "Not Found"}, 404)

    def do_POST(self) -> None:
        """Give a token, code, or make an operation."""
        body = self.body()
        stand_in = self.stand_in
        if self.path == "/oauth2/token":
            assert self.headers["Authorization"].startswith("Basic ")
            with stand_in.lock:
                stand_in.token += 1
                stand_in.n_of_token = 0
            stand_in.count("token")
            self.say({"access_token": f"t{stand_in.token}", "expires_in": 3600})
        elif self._is_known():
            path = self.path.removeprefix(f"/v1/topics/osca/models/{MODEL['modelId']}")
            if path == "/batch-code" and not stand_in.ways.is_public:
                self._make()
            elif path == "/code":
                self._code(json.loads(body))
            else:
                self.say(_DENIED, 403)

    def _is_known(self) -> bool:
        stand_in = self.stand_in
        with stand_in.lock:
            stand_in.n_of_token += 1
            is_good = self.headers["Authorization"] == f"t{stand_in.token}"
            is_good = is_good and stand_in.n_of_token <= stand_in.ways.tokens_live
        if not is_good:
            self.say(_DENIED, 403)
        return is_good

    def _code(self, body: dict[str, Any]) -> None:
        stand_in = self.stand_in
        stand_in.count("code")
        every = stand_in.ways.throttle_every
        if every and stand_in.calls["code"] % every == 0:
            return self.say({"message": "Too Many Requests"}, 429, Retry_After="0.1")
        stand_in.ways.hold("coding", stand_in.calls["code"])
        records = body["records"]
        assert 0 < len(records) <= 300
        stand_in.records += [json.dumps(record) for record in records]
        self.say([as_call(coded(record)) for record in records])

    def _make(self) -> None:
        stand_in = self.stand_in
        stand_in.count("create")
        one = Kept(str(uuid.uuid4()))
        stand_in.operations[one.operation_id] = one
        link = (
            f"{stand_in.storage}/in/{one.operation_id}?X-Amz-Expires=3600&X-Amz-Sig=ab%2F"
        )
        self.say(
            {
                "requestUploadUrl": link,
                "operationId": one.operation_id,
                "bucketKmsKeyArn": KEY,
            }
        )

    def _status(self, operation_id: str) -> None:
        stand_in = self.stand_in
        stand_in.count("status")
        one = stand_in.operations.get(operation_id)
        if stand_in.ways.status is not None:
            return self.say(stand_in.ways.status)
        if one is None:
            return self.say({"message": "Unable to retrieve operation for given id"}, 404)
        if one.content is None:
            return self.say({"operationStatus": "awaiting_input"})
        one.n_status_calls += 1
        stand_in.ways.hold("polling", one.n_status_calls)
        if one.n_status_calls <= stand_in.ways.n_waits:
            return self.say({"operationStatus": "in_progress"})
        links = {"responseDownloadUrl": f"{stand_in.storage}/out/{operation_id}?a=1&b=2"}
        if stand_in.ways.has_metadata:
            links["metadataDownloadUrl"] = f"{stand_in.storage}/meta/{operation_id}?a=1&b=2"
        self.say({"operationStatus": "complete", **links})


class _Storage(_Handler):
    def do_PUT(self) -> None:
        """Take an input, if it comes with the headers that were signed."""
        body = self.body()
        one = self._operation()
        one.n_puts += 1
        is_signed = (
            self.headers["x-amz-server-side-encryption"] == "aws:kms"
            and self.headers["x-amz-server-side-encryption-aws-kms-key-id"] == KEY
            and self.headers["Authorization"] is None
            and self.path.endswith("?X-Amz-Expires=3600&X-Amz-Sig=ab%2F")
        )
        if not is_signed:
            return self._refuse("SignatureDoesNotMatch", "The request signature we ...")
        if one.content is not None:
            return self._refuse("AccessDenied", "Access Denied")
        if self.stand_in.ways.upload_refusals:
            self.stand_in.ways.upload_refusals -= 1
            return self._refuse("AccessDenied", "Request has expired")
        one.output = output_of(body)
        one.content = body
        self.stand_in.ways.hold("uploaded", len(body))
        self.answer(200, b"")

    def do_GET(self) -> None:
        """Give an output or what is known of it."""
        one = self._operation()
        self.stand_in.count("download")
        output = one.output
        if self.path.startswith("/meta/"):
            return self.say(metadata_of(output))
        if one.is_deleted:
            return self._refuse("NoSuchKey", "The specified key does not exist.", 404)
        if self.stand_in.ways.link_refusals:
            self.stand_in.ways.link_refusals -= 1
            return self._refuse("AccessDenied", "Request has expired")
        output = self.stand_in.ways.damage(output)
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        if found and start >= len(output):
            return self.answer(416, b"", Content_Range=f"bytes */{len(output)}")
        self.send_response(206 if found else 200)
        if found:
            stated = f"bytes {start}-{len(output) - 1}/{len(output)}"
            self.send_header("Content-Range", stated)
        self.send_header("Content-Length", str(len(output) - start))
        self.end_headers()
        for at in range(start, len(output), 16384):
            self.wfile.write(output[at : at + 16384])
            self.stand_in.ways.hold("downloading", at)

    def _operation(self) -> Kept:
        return self.stand_in.operations[self.path.partition("?")[0].rpartition("/")[2]]

    def _refuse(self, code: str, message: str, status: int = 403) -> None:
        told = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        self.answer(status, told.encode(), Content_Type="application/xml")
