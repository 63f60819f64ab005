"""What speaks with an S3 store, and what its errors are called here.

Credentials come from where boto3 looks for them: the environment, a file, the machine.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    InvalidConfigError,
    NoRegionError,
)

from occoder.batch.objects.address import OF_CLIENT
from occoder.errors import ObjectsUnreachable

# Signatures name a region; stores that are not at AWS take this one where none is set.
ANY_REGION: Final = "us-east-1"

_CONNECT_TIMEOUT_S: Final = 5
_READ_TIMEOUT_S: Final = 60
_MAX_ATTEMPTS: Final = 4
_MAX_CONNECTIONS: Final = 32


def s3_client(endpoint: str, region: str) -> Any:
    """Return the client of a store, which threads may share.

    Parameters
    ----------
    endpoint : str
        "https://host"; "" for AWS.
    region : str
        Where it is; "" where the store does not mind.

    Raises
    ------
    BotoCoreError
        If there can be no such store.
    """
    try:
        # A client must not be used on both sides of a fork.
        return _client(endpoint, region, os.getpid())
    except ValueError as error:
        raise InvalidConfigError(error_msg="no address of a store") from error


@contextmanager
def told_as_unreachable(bucket: str) -> Iterator[None]:
    """Raise what goes wrong within as `ObjectsUnreachable`, with nothing but its code."""
    try:
        yield
    except ClientError as error:
        raise ObjectsUnreachable(store=bucket, problem=code_of(error)) from error
    except BotoCoreError as error:
        problem = type(error).__name__
        raise ObjectsUnreachable(store=bucket, problem=problem) from error


def code_of(error: ClientError) -> str:
    """Return the code of an error, such as "NoSuchKey", or its status, such as "404"."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def sealed_with(kms_key: str) -> Mapping[str, str]:
    """Return what asks a store to encrypt with a key; nothing where none is named.

    Raises
    ------
    ValueError
        If the key is one for each client, and it is not said of which.
    """
    if not kms_key:
        return {}
    if OF_CLIENT in kms_key:
        raise ValueError(f"the key {kms_key} is that of no client")
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}


@cache
def _client(endpoint: str, region: str, _process: int) -> Any:
    config = Config(
        signature_version="s3v4",
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": _MAX_ATTEMPTS},
        max_pool_connections=_MAX_CONNECTIONS,
        tcp_keepalive=True,
        # Stores that are not at AWS often have no name for each bucket, nor checksums
        # that trail a body.
        s3={"addressing_style": "path" if endpoint else "virtual"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = Session()
    # Without a region of its own boto3 takes one, and then every link is wrong.
    region = region or (ANY_REGION if endpoint else session.region_name)
    if not region:
        raise NoRegionError
    return session.client(
        "s3", endpoint_url=endpoint or None, region_name=region, config=config
    )
