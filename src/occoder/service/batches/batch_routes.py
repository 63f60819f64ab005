"""The operations of asynchronous batches, for the one table of all operations."""

from typing import Final

from occoder import wire
from occoder.service.batches.creating import create
from occoder.service.batches.download import get_metadata, get_output
from occoder.service.batches.status import status
from occoder.service.batches.storage_faults import (
    DENIED,
    ENCODED,
    EXPIRED,
    INTERNAL,
    INVALID_RANGE,
    NO_LENGTH,
    NO_SUCH_KEY,
    NOT_SIGNED,
    SLOW_DOWN,
    TOO_LARGE,
    TOO_SLOW,
)
from occoder.service.batches.upload import put_input
from occoder.service.operation import Operation, Side
from occoder.service.problems import (
    MODEL_OF_OTHER_TOPIC,
    NO_MODELS,
    NO_SUCH_MODEL,
    NO_SUCH_OPERATION,
    NO_SUCH_TOPIC,
    OPERATION_OF_OTHER,
    SLOW_BODY,
    TOO_LONG,
)
from occoder.settings.tier import Tier

_CREATING: Final = (SLOW_BODY, TOO_LONG, NO_SUCH_TOPIC, NO_MODELS)
_STATUS: Final = (NO_SUCH_TOPIC, NO_SUCH_OPERATION, OPERATION_OF_OTHER)
_LINK: Final = (NOT_SIGNED, EXPIRED, DENIED, INTERNAL)
_DOWNLOAD: Final = (*_LINK, NO_SUCH_KEY, INVALID_RANGE)
_BINARY: Final = "application/octet-stream"

BATCH_OPERATIONS: Final = (
    Operation(
        name="createOperation",
        method="POST",
        path="/topics/{topic}/batch-code",
        summary="Begin to code a file with the latest model: get a link to upload it to.",
        handle=create,
        tier=Tier.PARTNER,
        response=wire.CreatedOperation,
        problems=_CREATING,
    ),
    Operation(
        name="createOperationWithModel",
        method="POST",
        path="/topics/{topic}/models/{model}/batch-code",
        summary="Begin to code a file with a given model: get a link to upload it to.",
        handle=create,
        tier=Tier.PARTNER,
        response=wire.CreatedOperation,
        problems=(*_CREATING, NO_SUCH_MODEL, MODEL_OF_OTHER_TOPIC),
    ),
    Operation(
        name="operationStatus",
        method="GET",
        path="/topics/{topic}/batch-code/operations/{operation_id}",
        summary="Tell how far an operation is; get links to its output when complete.",
        handle=status,
        tier=Tier.PARTNER,
        response=wire.OperationStatus,
        problems=_STATUS,
    ),
    Operation(
        name="operationStatusWithModel",
        method="GET",
        path="/topics/{topic}/models/{model}/batch-code/operations/{operation_id}",
        summary="The same; the model in the path is passed by.",
        handle=status,
        tier=Tier.PARTNER,
        response=wire.OperationStatus,
        problems=_STATUS,
    ),
    Operation(
        name="uploadInput",
        method="PUT",
        path="/objects/input",
        summary="Upload the input file of an operation, by its link.",
        handle=put_input,
        side=Side.EVERY,
        needs_token=False,
        takes_link=True,
        content_type="",
        problems=(SLOW_BODY,),
        faults=(*_LINK, ENCODED, TOO_LARGE, TOO_SLOW, NO_LENGTH, SLOW_DOWN),
    ),
    Operation(
        name="downloadOutput",
        method="GET",
        path="/objects/output",
        summary="Download the output of a complete operation, by its link.",
        handle=get_output,
        side=Side.EVERY,
        needs_token=False,
        takes_link=True,
        content_type=_BINARY,
        faults=_DOWNLOAD,
    ),
    Operation(
        name="downloadMetadata",
        method="GET",
        path="/objects/metadata",
        summary="Download what is known of a complete operation, by its link.",
        handle=get_metadata,
        side=Side.EVERY,
        needs_token=False,
        takes_link=True,
        content_type=_BINARY,
        faults=_DOWNLOAD,
    ),
)
