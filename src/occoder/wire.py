"""Every request and response body of the service, once.

Field names and shapes are those of the ABS user guide (sections 3, 6, 7 and 11);
what the guide does not have is added as extra fields and never changes its own.
A field that is absent here is absent in the JSON.
"""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

MAX_RECORDS: Final = 300
MIN_CHARACTERS: Final = 3
MAX_CHARACTERS: Final = 100
MAX_SUGGESTIONS: Final = 16
DEFAULT_SUGGESTIONS: Final = 3
SUCCESSFUL: Final = "successful"
UNSUCCESSFUL: Final = "unsuccessful"
MAX_RECORD_ID_CHARACTERS: Final = 256

Confidence = Annotated[float, Meta(ge=0, le=1, description="Calibrated, in [0, 1].")]


class Topic(msgspec.Struct, frozen=True, rename="camel"):
    """A classification that can be coded to.

    Attributes
    ----------
    uri_name : str
        Names it in paths: "osca".
    full_name : str
        Its title.
    """

    uri_name: str
    full_name: str


class Model(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A model of a topic (section 11.1).

    Attributes
    ----------
    model_id : str
        GUID.
    model_version : int
        Number within the topic, from 1.
    model_release_date : str
        ISO 8601 in UTC, "2026-11-20T06:06:44.514Z".
    model_type : str
        Names the algorithm; not to be switched on.
    input_format : tuple of str
        The text fields of a record.
    topic_standard, topic_version : str
        The classification and its version.
    """

    model_id: str
    model_version: int
    model_release_date: str
    model_type: str
    input_format: tuple[str, ...]
    topic_standard: str
    topic_version: str


class TopicDescription(Model, frozen=True, kw_only=True, rename="camel"):
    """A topic with its latest model."""

    uri_name: str
    full_name: str


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person wrote about a job, as submitted.

    Attributes
    ----------
    occp_text, tasks_text : str or None, optional
        Job title and tasks: printable ASCII, 3 to 100 characters in total.
    """

    occp_text: str | UnsetType | None = UNSET
    tasks_text: str | UnsetType | None = UNSET


class Record(
    Texts,
    frozen=True,
    forbid_unknown_fields=True,
    rename=lambda name: "recordId" if name == "record_id" else name,
):
    """One record to code (section 11.2).

    Attributes
    ----------
    record_id : str, optional
        Given back with the answer; need not be unique.
    """

    record_id: Annotated[str, Meta(max_length=MAX_RECORD_ID_CHARACTERS)] | UnsetType = UNSET


class CodeRequest(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """The body of a coding call (section 7.1.3): either ``record`` or ``records``.

    Attributes
    ----------
    record : Record, optional
        One record.
    records : list of Record, optional
        1 to 300 of them.
    number_of_suggestions : int
        How many categories to give, 0 to 16.
    explain : bool
        Extension: give what spoke for each step to the best category.
    levels : bool
        Extension: give the best category of every level.
    """

    record: Record | UnsetType = UNSET
    records: (
        Annotated[list[Record], Meta(min_length=1, max_length=MAX_RECORDS)] | UnsetType
    ) = UNSET
    number_of_suggestions: Annotated[int, Meta(ge=0, le=MAX_SUGGESTIONS)] = (
        DEFAULT_SUGGESTIONS
    )
    explain: bool = False
    levels: bool = False


class CodedRecord(msgspec.Struct, frozen=True, rename="camel"):
    """A category with the confidence that it is right (section 11.3.3).

    Attributes
    ----------
    code_category, code_label : str
        Code and title, as the classification has them.
    code_confidence : float
        In [0, 1], rounded to six decimals.
    """

    code_category: str
    code_label: str
    code_confidence: Confidence


class Evidence(msgspec.Struct, frozen=True):
    """Extension: a piece of the text and the weight that it brought.

    Attributes
    ----------
    text : str
        A word, two words in a row or a fragment of a word.
    weight : float
        Above 0 it spoke for the category, below 0 for its rival.
    """

    text: str
    weight: float


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Extension: one step down the classification.

    Attributes
    ----------
    code_category, code_label : str
        Where the step leads.
    rival_category, rival_label : str, optional
        The best of its siblings, where there is one.
    margin : float
        By how much it won.
    evidence : tuple of Evidence
        The strongest pieces first.
    """

    code_category: str
    code_label: str
    rival_category: str | UnsetType = UNSET
    rival_label: str | UnsetType = UNSET
    margin: float
    evidence: tuple[Evidence, ...]


class SynchronousCodeResponse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The answer for one record (section 11.3.1).

    Attributes
    ----------
    record_id : str, optional
        As submitted.
    code_status : str
        "successful" or "unsuccessful".
    input : Texts
        As submitted.
    result : tuple of CodedRecord
        The answer first, then the next best of its level; empty when unsuccessful.
    suggestions : tuple of CodedRecord, optional
        Extension, when unsuccessful: the best categories of the finest level.
    reason : str, optional
        Extension, when unsuccessful: why there is no code.
    levels : tuple of CodedRecord, optional
        Extension, when asked for: the best category of each level, broadest first.
    explanation : tuple of Step, optional
        Extension, when asked for.
    """

    record_id: str | UnsetType = UNSET
    code_status: str
    input: Texts
    result: tuple[CodedRecord, ...]
    suggestions: tuple[CodedRecord, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    levels: tuple[CodedRecord, ...] | UnsetType = UNSET
    explanation: tuple[Step, ...] | UnsetType = UNSET


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the token endpoint (section 3.1.3, RFC 6749 section 5.1).

    Attributes
    ----------
    access_token : str
        To be sent as ``Authorization`` with every call.
    token_type : str
        "Bearer".
    expires_in : int
        Seconds.
    """

    access_token: str
    token_type: str = "Bearer"
    expires_in: int


class TokenError(msgspec.Struct, frozen=True):
    """Why the token endpoint gives no token (RFC 6749 section 5.2).

    Attributes
    ----------
    error : str
        "invalid_request", "invalid_client" or "unsupported_grant_type".
    error_description : str
        What to do.
    """

    error: str
    error_description: str


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


class Health(msgspec.Struct, frozen=True):
    """Whether the process is alive, or ready to code.

    Attributes
    ----------
    status : str
        "live", "ready" or "not ready".
    checks : dict
        For readiness, what was looked at: "ok" or what is wrong.
    """

    status: str
    checks: dict[str, str] | UnsetType = UNSET


class Api(msgspec.Struct, frozen=True):
    """What answers at this address.

    Attributes
    ----------
    name, version, status : str
        Of the software.
    documentation : str
        Path of the OpenAPI document.
    """

    name: str
    version: str
    status: str
    documentation: str
