"""What goes wrong with uploads and downloads, in the shape of S3's errors.

Clients were written against S3, and libraries read its XML; so codes and messages are
S3's, to the letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from occoder.service.answer import Answer

XML: Final = "application/xml"

_HOST_ID: Final = "occoder"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageKind:
    """One row of the table.

    Parameters
    ----------
    status : int
        HTTP status.
    code, message : str
        As S3 has them.
    name : str
        Permanent, for the keys of examples: S3 has several messages for one code.
    """

    status: int
    code: str
    message: str
    name: str


EXPIRED: Final = StorageKind(
    status=403, code="AccessDenied", message="Request has expired", name="expired"
)
DENIED: Final = StorageKind(
    status=403, code="AccessDenied", message="Access Denied", name="denied"
)
NOT_SIGNED: Final = StorageKind(
    status=403,
    code="SignatureDoesNotMatch",
    message="The request signature we calculated does not match the signature you "
    "provided. Check your key and signing method.",
    name="notSigned",
)
ENCODED: Final = StorageKind(
    status=400,
    code="InvalidRequest",
    message="The file must be sent as it is, without a Content-Encoding.",
    name="encoded",
)
TOO_LARGE: Final = StorageKind(
    status=400,
    code="EntityTooLarge",
    message="Your proposed upload exceeds the maximum allowed size",
    name="tooLarge",
)
TOO_SLOW: Final = StorageKind(
    status=400,
    code="RequestTimeout",
    message="Your socket connection to the server was not read from or written to within "
    "the timeout period.",
    name="tooSlow",
)
NO_LENGTH: Final = StorageKind(
    status=411,
    code="MissingContentLength",
    message="You must provide the Content-Length HTTP header.",
    name="noLength",
)
NO_SUCH_KEY: Final = StorageKind(
    status=404,
    code="NoSuchKey",
    message="The specified key does not exist.",
    name="noSuchKey",
)
INVALID_RANGE: Final = StorageKind(
    status=416,
    code="InvalidRange",
    message="The requested range is not satisfiable",
    name="invalidRange",
)
SLOW_DOWN: Final = StorageKind(
    status=503,
    code="SlowDown",
    message="Please reduce your request rate.",
    name="slowDown",
)
INTERNAL: Final = StorageKind(
    status=500,
    code="InternalError",
    message="We encountered an internal error. Please try again.",
    name="internal",
)


class StorageFault(Exception):
    """An upload or a download can't be done as asked.

    Parameters
    ----------
    kind : StorageKind
        Row of the table.
    facts : mapping, optional
        Further elements of the answer.
    headers : mapping, optional
        Headers that the answer has to have.
    """

    def __init__(
        self,
        kind: StorageKind,
        facts: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.facts = dict(facts or {})
        self.headers = dict(headers or {})
        super().__init__(kind.message)

    def body(self, request_id: str) -> bytes:
        """Return the answer as XML in ASCII."""
        kind = self.kind
        elements = {
            "Code": kind.code,
            "Message": kind.message,
            **self.facts,
            "RequestId": request_id,
            "HostId": _HOST_ID,
        }
        inner = "".join(f"<{k}>{escape(one)}</{k}>" for k, one in elements.items())
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        text = f"{declaration}<Error>{inner}</Error>"
        return text.encode("ascii", "xmlcharrefreplace")

    def answer(self, request_id: str, *, method: str) -> Answer:
        """Return the answer.

        Parameters
        ----------
        request_id : str
            Names the call.
        method : str
            Of the call: what is still being uploaded is not waited for.
        """
        ending = {"Connection": "close"} if method == "PUT" else {}
        return Answer(
            self.body(request_id),
            self.kind.status,
            XML,
            headers={**self.headers, **ending},
        )


def iso_second(seconds: float) -> str:
    """Return a time as S3 writes it in its errors.

    Examples
    --------
    >>> iso_second(1700000000.5)
    '2023-11-14T22:13:20Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


STORAGE_KINDS: Final = tuple(one for one in vars().values() if isinstance(one, StorageKind))
