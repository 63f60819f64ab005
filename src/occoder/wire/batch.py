"""Asynchronous batches: operations and their answers (guide, sections 8 and 11.3.2)."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from occoder.wire.record import CodedRecord, Texts
from occoder.wire.topics import Model


class CreatedOperation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A new operation (section 8.1.4).

    Attributes
    ----------
    request_upload_url : str
        Where the input file is PUT.
    operation_id : str
        GUID; it can't be looked up again.
    bucket_kms_key_arn : str
        To be sent with the upload as ``x-amz-server-side-encryption-aws-kms-key-id``.
    """

    request_upload_url: str
    operation_id: str
    bucket_kms_key_arn: str


class OperationStatus(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How far an operation is (section 8.3.4).

    Attributes
    ----------
    operation_status : str
        "awaiting_input", "in_progress", "complete", "timed_out" or "failed".
    response_download_url, metadata_download_url : str, optional
        Links to the output and to what is known of it, when complete.
    error : str, optional
        What went wrong, when failed.
    records_total, records_coded : int, optional
        Extension: lines of the input, once it has been scanned, and lines done.
    """

    operation_status: str
    response_download_url: str | UnsetType = UNSET
    metadata_download_url: str | UnsetType = UNSET
    error: str | UnsetType = UNSET
    records_total: int | UnsetType = UNSET
    records_coded: int | UnsetType = UNSET


class AsynchronousCodeResponse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The answer for one line of the input (section 11.3.2; integration examples).

    Attributes
    ----------
    record_id : str or None
        As submitted; "" where none was, "unknown" where the line is not JSON.
    code_status : str
        "successful" or "unsuccessful".
    input : Texts or str or any
        As submitted; the beginning of the line where it can't be read as a record.
    result : CodedRecord, optional
        The answer, when successful.
    suggestions : tuple of CodedRecord, optional
        One to three, when coded without success.
    reason : str, optional
        Extension, when coded without success and the operator wants it: why there is no
        code.
    error : str, optional
        Why the line could not be coded.
    """

    record_id: str | None
    code_status: str
    input: Texts | str | Any
    result: CodedRecord | UnsetType = UNSET
    suggestions: tuple[CodedRecord, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


class OutputPart(msgspec.Struct, frozen=True, rename="camel"):
    """A part of the output, for whoever downloads it to check."""

    n_bytes: int
    sha256: str


class OperationMetadata(Model, frozen=True, kw_only=True, rename="camel"):
    """What is known of a complete operation: its model, and what came out (B49).

    Attributes
    ----------
    operation_id, topic : str
        Of the operation.
    records_total, records_unsuccessful, records_with_errors : int
        Lines of the input, those given no code, and those that could not be coded.
    records_by_level : dict of str to int
        How many were given a code of each level, by the level's name, broadest first.
    thresholds : dict of str to float
        Lowest confidence accepted at each level.
    uploaded_at, started_at, finished_at : str
        ISO 8601 in UTC.
    output_bytes : int
        Size of the output.
    output_parts : tuple of OutputPart
        The output cut into parts, in order, each with its SHA-256.
    """

    operation_id: str
    topic: str
    records_total: int
    records_unsuccessful: int
    records_with_errors: int
    records_by_level: dict[str, int]
    thresholds: dict[str, float]
    uploaded_at: str
    started_at: str
    finished_at: str
    output_bytes: int
    output_parts: tuple[OutputPart, ...]
