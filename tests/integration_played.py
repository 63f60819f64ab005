"""A service that plays the life of one operation, and keeps what it was sent."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from integration_files import FILES
from slow_service import TOKEN, Act, Connection, Seen, SlowService, says

OPERATION_ID: Final = "00000000-0000-4000-8000-000000000001"
KEY: Final = "arn:occoder:kms:local:key/00000000-0000-4000-8000-00000000000f"
TOKENS: Final = "/oauth2/token"
CREATE: Final = "/v1/topics/osca/batch-code"
CODE: Final = "/v1/topics/osca/code"
STATUS: Final = f"{CREATE}/operations/{OPERATION_ID}"
UPLOAD: Final = "/upload?t=u[1]%22%2B"
OUTPUT: Final = "/output?t=o"
METADATA: Final = "/metadata?t=m"
CODED: Final = FILES["published sample"].content
# Of these headers the contract speaks; all others are the business of each language.
NAMED: Final = (
    *("authorization", "content-type", "content-length", "transfer-encoding"),
    *("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"),
)


def is_at(state: str, **facts: str) -> Act:
    """Answer how far the operation is."""
    return says({"operationStatus": state, **facts})


def is_complete(connection: Connection) -> None:
    """Answer with the links."""
    assert connection.seen
    base = f"{scheme(connection.seen)}://{connection.seen.headers['host']}"
    links = {"responseDownloadUrl": base + OUTPUT, "metadataDownloadUrl": base + METADATA}
    is_at("complete", **links)(connection)


def is_created(connection: Connection) -> None:
    """Answer with a new operation."""
    assert connection.seen
    base = f"{scheme(connection.seen)}://{connection.seen.headers['host']}"
    created = {
        "requestUploadUrl": base + UPLOAD,
        "operationId": OPERATION_ID,
        "bucketKmsKeyArn": KEY,
    }
    says(created)(connection)


def scheme(seen: Seen) -> str:
    """Return what the caller speaks: TLS where it names the host, not the address."""
    return "https" if seen.headers["host"].startswith("localhost") else "http"


LIFE: Final[Mapping[str, Act | Sequence[Act]]] = {
    TOKENS: TOKEN,
    CREATE: is_created,
    UPLOAD: says(b""),
    STATUS: [is_at("awaiting_input"), is_at("in_progress"), is_complete],
    OUTPUT: says(CODED),
    METADATA: says({"modelVersion": 1}),
}


def requests(service: SlowService) -> list[tuple[str, str, dict[str, str], str]]:
    """Return what came in: method, path, the headers of the contract, and the body.

    The type of a body that is not there is left out: some languages don't send it.
    """
    return [
        (one.method, one.path, named_headers(one), one.body.decode())
        for one in service.seen
    ]


def named_headers(seen: Seen) -> dict[str, str]:
    """Return the headers of a request of which the contract speaks."""
    named = {name: seen.headers[name] for name in NAMED if name in seen.headers}
    if seen.method == "GET":
        named.pop("content-type", None)
    return named


def told(message: str, status: int, **headers: str) -> Act:
    """Answer with an error in the shape of the API."""
    detail = [{"detail": "What to do about it."}]
    body = {"message": message, "Message": message, "errors": detail}
    return says(body, status, **headers)


def told_by_store(message: str, status: int) -> Act:
    """Answer with an error in the shape of the store of files."""
    body = (
        f'<?xml version="1.0"?>\n<Error><Code>C</Code><Message>{message}</Message></Error>'
    )
    return says(body.encode(), status, content_type="application/xml")


def expected_requests(records: str) -> list[tuple[str, str, dict[str, str], str]]:
    """Return what the scripts have to send for a file: no more, no less."""
    basic = "Basic Y2xpZW50MTpzZWNyZXQxMjM="  # client1:secret123
    form = {"content-type": "application/x-www-form-urlencoded", "content-length": "29"}
    grant = "grant_type=client_credentials"
    api = {"authorization": "token-1", "content-type": "application/json"}
    key_header = "x-amz-server-side-encryption-aws-kms-key-id"
    keys = {"x-amz-server-side-encryption": "aws:kms", key_header: KEY}
    size = str(len(records.encode()))
    upload = {"content-type": "application/json", "content-length": size, **keys}
    return [
        ("POST", TOKENS, {"authorization": basic, **form}, grant),
        ("POST", CREATE, {**api, "content-length": "2"}, json.dumps({})),
        ("PUT", UPLOAD, upload, records),
        *[("GET", STATUS, {"authorization": "token-1"}, "")] * 3,
        ("GET", OUTPUT, {}, ""),
        ("GET", METADATA, {}, ""),
    ]
