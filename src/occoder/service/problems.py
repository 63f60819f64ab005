"""From what went wrong to the answer that a client gets: the only such table.

The texts are those of section 10 of the user guide, to the letter: clients compare them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from occoder import wire
from occoder.wire.ascii_json import ascii_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One row of the table.

    Parameters
    ----------
    status : int
        HTTP status.
    message : str
        Exact text; may hold a field in braces that the problem fills in.
    code : str
        Short name in ``errors[].code``.
    error_type : str
        Header ``x-amzn-ErrorType``.
    remedy : str
        What the client should do.
    title : str, optional
        The guide's other name of the same error.
    """

    status: int
    message: str
    code: str
    error_type: str
    remedy: str
    title: str | UnsetType = UNSET


INVALID_BODY: Final = Kind(
    status=400,
    message="Invalid request body",
    code="InvalidRequestBody",
    error_type="BadRequestException",
    remedy="Check the syntax of the body; send printable ASCII only.",
)
MALFORMED_RECORD: Final = Kind(
    status=400,
    message="Malformed record found in request",
    code="MalformedRecord",
    error_type="BadRequestException",
    remedy='Send the fields that the model lists in "inputFormat", each a string.',
)
NO_RECORDS: Final = Kind(
    status=400,
    message="Batch input contained no records",
    code="NoRecords",
    error_type="BadRequestException",
    remedy="Send at least one record.",
)
TOO_MANY_RECORDS: Final = Kind(
    status=400,
    message=f"Batch records exceeds length limit of {wire.MAX_RECORDS}",
    code="InvalidRequestBody",
    title="Invalid request body",
    error_type="BadRequestException",
    remedy="Send smaller batches, or use asynchronous batch coding.",
)
TEXT_LENGTH: Final = Kind(
    status=400,
    message="There are record(s) outside the min or max char limit:",
    code="TextLength",
    error_type="BadRequestException",
    remedy=f"Send {wire.MIN_CHARACTERS} to {wire.MAX_CHARACTERS} characters in each "
    "record, over both fields together.",
)
QUERY_REFUSED: Final = Kind(
    status=400,
    message="Invalid request parameters",
    code="QueryString",
    error_type="BadRequestException",
    remedy="Leave the query string out.",
)
OPERATION_OF_OTHER: Final = Kind(
    status=401,
    message="User is not authorised to retrieve operation {operation_id}",
    code="OperationOfOther",
    error_type="UnauthorizedException",
    remedy="Check the operation id, and call as the client that made the operation.",
)
NOT_AUTHORIZED: Final = Kind(
    status=403,
    message="User is not authorized to access this resource with an explicit deny",
    code="AccessDenied",
    error_type="AccessDeniedException",
    remedy="Get a new token from /oauth2/token and send it as Authorization.",
)
NO_SUCH_TOPIC: Final = Kind(
    status=404,
    message="The specified topic does not exist",
    code="NoSuchTopic",
    error_type="NotFoundException",
    remedy="GET /v1/topics lists the topics.",
)
NO_SUCH_MODEL: Final = Kind(
    status=404,
    message="The specified model does not exist",
    code="NoSuchModel",
    error_type="NotFoundException",
    remedy="GET /v1/topics/{topic}/models lists the models in use.",
)
NO_SUCH_OPERATION: Final = Kind(
    status=404,
    message="Unable to retrieve operation for given id",
    code="NoSuchOperation",
    error_type="NotFoundException",
    remedy="Check the operation id. What is lost can't be found again: make a new "
    "operation.",
)
NO_SUCH_ROUTE: Final = Kind(
    status=404,
    message="Not Found",
    code="NoSuchRoute",
    error_type="NotFoundException",
    remedy="GET /openapi.json describes every route.",
)
WRONG_METHOD: Final = Kind(
    status=405,
    message="Method Not Allowed",
    code="WrongMethod",
    error_type="MethodNotAllowedException",
    remedy="The header Allow names the methods of this route.",
)
SLOW_BODY: Final = Kind(
    status=408,
    message="Request Timeout",
    code="SlowBody",
    error_type="RequestTimeoutException",
    remedy="Send the body at once.",
)
MODEL_OF_OTHER_TOPIC: Final = Kind(
    status=409,
    message="Selected model does not match the input topic.",
    code="ModelOfOtherTopic",
    error_type="ConflictException",
    remedy="GET /v1/topics/{topic}/models lists the models of the topic.",
)
TOO_LONG: Final = Kind(
    status=413,
    message="Request Too Long",
    code="BodyTooLong",
    error_type="RequestTooLargeException",
    remedy="Send fewer records in a call.",
)
HEADER_TOO_LONG: Final = Kind(
    status=431,
    message="Request Header Fields Too Large",
    code="HeaderTooLong",
    error_type="RequestTooLargeException",
    remedy="Send fewer or shorter headers.",
)
BROKEN_HTTP: Final = Kind(
    status=400,
    message="Bad Request",
    code="BrokenHttp",
    error_type="BadRequestException",
    remedy="What arrived is not HTTP/1.1; check the client and any proxy.",
)
THROTTLED: Final = Kind(
    status=429,
    message="RateLimitExceededException",
    code="RateLimitExceeded",
    error_type="LimitExceededException",
    remedy="Wait as many seconds as Retry-After says, and try again.",
)
UNEXPECTED: Final = Kind(
    status=500,
    message="Error performing request",
    code="Unexpected",
    error_type="InternalServerErrorException",
    remedy="Try again after a short delay; report it with the request id if it stays.",
)
NO_MODELS: Final = Kind(
    status=500,
    message="No models found for topic {topic}",
    code="NoModels",
    error_type="InternalServerErrorException",
    remedy="The operator has to add or release a model for this topic.",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a request.

    Parameters
    ----------
    detail : str
        What is wrong; never any text that was sent.
    pointer : str
        Where, as a JSON pointer; "" for the request as a whole.
    """

    detail: str
    pointer: str = ""


class Problem(Exception):
    """A request can't be answered as asked.

    Parameters
    ----------
    kind : Kind
        Row of the table.
    faults : sequence of Fault
        What is wrong where; by default the remedy of the kind.
    message : str, optional
        The text, where it says more than the row's.
    headers : mapping, optional
        Headers that the answer has to have.
    """

    def __init__(
        self,
        kind: Kind,
        faults: Sequence[Fault] = (),
        *,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.faults = tuple(faults) or (Fault(kind.remedy),)
        self.message = kind.message if message is None else message
        self.headers = dict(headers or {})
        super().__init__(self.message)

    def body(self, request_id: str) -> bytes:
        """Return the answer as JSON."""
        kind = self.kind
        error = wire.Error(
            message=self.message,
            capital_message=self.message if kind.status == 403 else UNSET,
            errors=tuple(
                wire.ErrorDetail(
                    id=request_id,
                    code=kind.code,
                    title=kind.title,
                    detail=fault.detail,
                    source=wire.Source(fault.pointer) if fault.pointer else UNSET,
                )
                for fault in self.faults
            ),
        )
        return ascii_json(msgspec.json.encode(error))


KINDS: Final = tuple(one for one in vars().values() if isinstance(one, Kind))
