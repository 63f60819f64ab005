"""Every request and response body of the service, once.

Field names and shapes are those of the ABS user guide (sections 3, 6, 7 and 11);
what the guide does not have is added as extra fields and never changes its own.
A field that is absent here is absent in the JSON.
"""

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
    MAX_CHARACTERS,
    MAX_EXPLAINED,
    MAX_RECORD_ID_CHARACTERS,
    MAX_RECORDS,
    MAX_SUGGESTIONS,
    MIN_CHARACTERS,
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
    "MAX_CHARACTERS",
    "MAX_EXPLAINED",
    "MAX_RECORDS",
    "MAX_RECORD_ID_CHARACTERS",
    "MAX_SUGGESTIONS",
    "MIN_CHARACTERS",
    "SUCCESSFUL",
    "UNSUCCESSFUL",
    "Api",
    "CodeRequest",
    "CodedRecord",
    "Confidence",
    "Error",
    "ErrorDetail",
    "Evidence",
    "Health",
    "Model",
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
