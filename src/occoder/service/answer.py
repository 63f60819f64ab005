"""What a call is answered with."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Final

JSON: Final = "application/json"
NOTHING_MORE: Final = b"default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body.

    Parameters
    ----------
    body : bytes
        What is sent; all of it, where there is no stream.
    status : int
        HTTP status.
    content_type : str
        Of the body; "" for none.
    headers : mapping
        Further headers.
    policy : bytes
        What a browser may do with it.
    stream : async generator of bytes, optional
        What is sent in place of the body, a piece at a time as the caller takes it.
    stream_bytes : int, optional
        How much that is; also where nobody wants it, as with HEAD.
    """

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    policy: bytes = NOTHING_MORE
    stream: AsyncGenerator[bytes, None] | None = None
    stream_bytes: int | None = None

    @property
    def n_bytes(self) -> int:
        """Return the size of what is sent."""
        return len(self.body) if self.stream_bytes is None else self.stream_bytes
