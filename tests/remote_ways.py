"""How the stand-in of a service behaves, and what it keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Kept:
    """An operation of the service."""

    operation_id: str
    content: bytes | None = None
    output: bytes = b""
    n_status_calls: int = 0
    n_puts: int = 0
    is_deleted: bool = False


@dataclass
class Ways:
    """How the service behaves.

    Attributes
    ----------
    n_waits : int
        How many status calls find an operation in progress.
    has_metadata : bool
        Whether there are checksums.
    hold : callable
        Called with a word for what is about to happen, and where: it may wait, or raise
        ConnectionError to break the connection.
    status : dict, optional
        What every status call is answered with instead.
    tokens_live : int
        How many calls a token is good for.
    damage : callable
        What becomes of an output on its way.
    is_public : bool
        Whether the client may make no operations.
    throttle_every : int
        Every so many coding calls one is too many; 0 for none.
    upload_refusals, link_refusals : int
        How many uploads and downloads are still to be refused.
    """

    n_waits: int = 1
    has_metadata: bool = True
    hold: Callable[[str, int], None] = lambda what, at: None
    status: dict[str, Any] | None = None
    tokens_live: int = 10**9
    damage: Callable[[bytes], bytes] = lambda output: output
    is_public: bool = False
    throttle_every: int = 0
    upload_refusals: int = 0
    link_refusals: int = 0
