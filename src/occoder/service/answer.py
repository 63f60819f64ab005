"""What a call is answered with."""

from collections.abc import Mapping
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
        What is sent.
    status : int
        HTTP status.
    content_type : str
        Of the body.
    headers : mapping
        Further headers.
    policy : bytes
        What a browser may do with it.
    """

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    policy: bytes = NOTHING_MORE
