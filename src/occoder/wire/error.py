"""The one body of every failure (user guide, section 10; Australian API standard)."""

import msgspec
from msgspec import UNSET, UnsetType


class Source(msgspec.Struct, frozen=True):
    """Where in the body a fault is, as a JSON pointer: "/records/4"."""

    pointer: str


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a request (Australian Government API standard).

    Attributes
    ----------
    id : str
        Of the request, also in the header ``Request-Id``.
    code : str
        Short and permanent.
    title : str, optional
        Other name of the error, where the guide has two.
    detail : str
        What is wrong and what to do.
    source : Source, optional
        Where it is.
    """

    id: str
    code: str
    title: str | UnsetType = UNSET
    detail: str
    source: Source | UnsetType = UNSET


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """The one body of every failure.

    Attributes
    ----------
    message : str
        The exact text of the guide (section 10).
    capital_message : str, optional
        ``Message``, the same once more when access is denied.
    errors : tuple of ErrorDetail
        Every fault.
    """

    message: str
    capital_message: str | UnsetType = msgspec.field(name="Message", default=UNSET)
    errors: tuple[ErrorDetail, ...]
