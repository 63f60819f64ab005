"""Every request and response body of the service, once.

Field names and shapes are those of the ABS user guide (sections 3, 6, 7 and 11);
what the guide does not have is added as extra fields and never changes its own.
A field that is absent here is absent in the JSON.
"""

from occoder.wire.batch import (
    AsynchronousCodeResponse,
    CreatedOperation,
    OperationMetadata,
    OperationStatus,
    OutputPart,
)
from occoder.wire.coding import (
    CodeRequest,
    Evidence,
    Step,
    SynchronousCodeResponse,
)
from occoder.wire.error import (
    Error,
    ErrorDetail,
    Source,
)
from occoder.wire.limits import (
    DEFAULT_SUGGESTIONS,
    ENCRYPTION_HEADER,
    ENCRYPTION_VALUE,
    KEY_HEADER,
    MAX_CHARACTERS,
    MAX_EXPLAINED,
    MAX_INPUT_CHARACTERS,
    MAX_RECORD_ID_CHARACTERS,
    MAX_RECORDS,
    MAX_SUGGESTIONS,
    MAX_SUGGESTIONS_OF_BATCH,
    MIN_CHARACTERS,
    NOT_A_RECORD,
    SUCCESSFUL,
    UNSUCCESSFUL,
)
from occoder.wire.record import (
    CodedRecord,
    Confidence,
    Record,
    Texts,
)
from occoder.wire.state import (
    Api,
    Health,
)
from occoder.wire.token import (
    Token,
    TokenError,
)
from occoder.wire.topics import (
    Model,
    Topic,
    TopicDescription,
)

__all__ = [
    "DEFAULT_SUGGESTIONS",
    "ENCRYPTION_HEADER",
    "ENCRYPTION_VALUE",
    "KEY_HEADER",
    "MAX_CHARACTERS",
    "MAX_EXPLAINED",
    "MAX_INPUT_CHARACTERS",
    "MAX_RECORDS",
    "MAX_RECORD_ID_CHARACTERS",
    "MAX_SUGGESTIONS",
    "MAX_SUGGESTIONS_OF_BATCH",
    "MIN_CHARACTERS",
    "NOT_A_RECORD",
    "SUCCESSFUL",
    "UNSUCCESSFUL",
    "Api",
    "AsynchronousCodeResponse",
    "CodeRequest",
    "CodedRecord",
    "Confidence",
    "CreatedOperation",
    "Error",
    "ErrorDetail",
    "Evidence",
    "Health",
    "Model",
    "OperationMetadata",
    "OperationStatus",
    "OutputPart",
    "Record",
    "Source",
    "Step",
    "SynchronousCodeResponse",
    "Texts",
    "Token",
    "TokenError",
    "Topic",
    "TopicDescription",
]
