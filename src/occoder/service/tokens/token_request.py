"""What a request for a token says, however it is written.

The user guide shows the body as `{ grant_type: "client_credentials" }` and the header as
Authorisation, its scripts send a form and Authorization, and libraries do as RFC 6749
says: all of it is understood.
"""

import base64
import re
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec
from starlette.datastructures import QueryParams

from occoder import wire

MAX_BODY_BYTES: Final = 8192
GRANT: Final = "client_credentials"

_WORD: Final = re.compile(r"[A-Za-z0-9._~-]+")
_TO_STANDARD_BASE64: Final = str.maketrans("-_", "+/")

NO_GRANT: Final = wire.TokenError(
    "invalid_request", f"Send grant_type={GRANT} in the body, as a form or as JSON."
)
OTHER_GRANT: Final = wire.TokenError(
    "unsupported_grant_type", f"The only grant_type here is {GRANT}."
)
TOO_LONG: Final = wire.TokenError(
    "invalid_request", f"Send a body of at most {MAX_BODY_BYTES} bytes."
)
NO_CREDENTIALS: Final = wire.TokenError(
    "invalid_client",
    "Send the client id and secret in the header Authorization, as Basic and the base64 "
    "form of id:secret.",
)


class Headers(Protocol):
    """The headers of a request, by lower-case name."""

    def get(self, name: str, /) -> str | None:
        """Return the value of a header, or None when it was not sent."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Who asks for a token.

    Parameters
    ----------
    client_id : str
        As sent.
    secret : str
        As sent; never shown.
    """

    client_id: str
    secret: str = field(repr=False)


def credentials_and_grant(headers: Headers, body: bytes) -> TokenRequest | wire.TokenError:
    """Return who asks for a token, or what is wrong with how it is asked.

    Parameters
    ----------
    headers : mapping
        By lower-case name. The content type is passed by: the body tells what it is.
    body : bytes
        A form, JSON, or the text that the guide shows in section 3.1.1.

    Examples
    --------
    >>> headers = {"authorisation": "Basic Y2xpZW50MTpzZWNyZXQxMjM="}
    >>> credentials_and_grant(headers, b'{ grant_type: "client_credentials" }')
    TokenRequest(client_id='client1')
    """
    if len(body) > MAX_BODY_BYTES:
        return TOO_LONG
    fields = _fields(body.decode("utf-8-sig", "replace").strip())
    grant = fields.get("grant_type", "").strip()
    if grant != GRANT:
        return OTHER_GRANT if grant else NO_GRANT
    # When both spellings are sent, Authorization wins.
    sent = headers.get("authorization") or headers.get("authorisation") or ""
    return _basic(sent) or _posted(fields) or NO_CREDENTIALS


def _fields(body: str) -> dict[str, str]:
    if not body.startswith("{"):
        return dict(QueryParams(body))
    try:
        return {
            name: value
            for name, value in msgspec.json.decode(body, type=dict[str, object]).items()
            if isinstance(value, str)
        }
    except (ValueError, RecursionError):
        # Not JSON: names without quotes, curly quotes, a comma too many. Names and values
        # take turns, and all that may stand in either are letters, digits and . _ ~ -
        words = _WORD.findall(body)
        return dict(zip(words[::2], words[1::2], strict=False))


def _basic(sent: str) -> TokenRequest | None:
    """Return the credentials in a header; the word Basic may be missing."""
    words = sent.split()
    if words and words[0].lower() == "basic":
        del words[0]
    # Where base64 wraps its line, there is white space inside.
    encoded = "".join(words).rstrip("=").translate(_TO_STANDARD_BASE64)
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        decoded = base64.b64decode(padded, validate=True).decode("ascii")
    except ValueError:
        return None
    # `echo id:secret | base64` adds the end of the line.
    client_id, colon, secret = decoded.rstrip("\r\n").partition(":")
    return TokenRequest(client_id, secret) if colon else None


def _posted(fields: dict[str, str]) -> TokenRequest | None:
    """Return the credentials in a body (client_secret_post, RFC 6749 section 2.3.1)."""
    client_id, secret = fields.get("client_id"), fields.get("client_secret")
    return None if client_id is None or secret is None else TokenRequest(client_id, secret)
