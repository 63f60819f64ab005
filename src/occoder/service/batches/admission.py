"""Whether an upload is taken at all: everything that can be known before its body."""

from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from occoder import wire
from occoder.batch.objects.open_objects import address_of
from occoder.batch.operation import INPUT, Operation, Store
from occoder.batch.upload_store import UploadStore
from occoder.service.batches.disk_space import DiskSpace
from occoder.service.batches.in_database import in_database
from occoder.service.batches.link_call import denied, opened_link
from occoder.service.batches.storage_faults import (
    DENIED,
    ENCODED,
    NO_LENGTH,
    NOT_SIGNED,
    TOO_LARGE,
    StorageFault,
)
from occoder.service.call import Call
from occoder.service.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """An upload whose body may come.

    Parameters
    ----------
    operation : Operation
        Whose input it is.
    key_arn : str
        Key of its client, which the caller has named.
    n_announced : int
        Size of the body; 0 where it is not said.
    space : DiskSpace
        Where it will be.
    """

    operation: Operation
    key_arn: str
    n_announced: int
    space: DiskSpace


async def admitted(service: Service, call: Call) -> Admitted:
    """Return the upload that a call makes.

    Raises
    ------
    StorageFault
        If the link is not good, the headers are not those that belong to it, the
        operation waits for no input, or the body is too large for the service or for
        the disk.
    """
    link = opened_link(service, call, INPUT)
    batches = service.batches
    operation = await in_database(service, batches.operations.get, link.operation_id)
    if operation is None:
        raise denied(service, call, DENIED, link.operation_id)
    key_arn = await in_database(service, service.links.key_arn, operation)
    if not _names_key(call, key_arn):
        raise denied(service, call, NOT_SIGNED, operation.operation_id)
    if not operation.may_begin_upload(batches.clock()):
        raise denied(service, call, DENIED, operation.operation_id)
    n_announced = _announced(call, service.settings.upload_max_bytes)
    space = await in_database(service, _space, service, operation)
    await in_database(service, space.check, n_announced)
    return Admitted(
        operation=operation, key_arn=key_arn, n_announced=n_announced, space=space
    )


def too_large(n_bytes: int, max_bytes: int) -> StorageFault:
    """Return the fault of a body of so many bytes, or of more."""
    facts = {"ProposedSize": str(n_bytes), "MaxSizeAllowed": str(max_bytes)}
    return StorageFault(TOO_LARGE, facts)


def _names_key(call: Call, key_arn: str) -> bool:
    """Tell whether a call has both encryption headers, as its link demands (R56, R57)."""
    value = call.header(wire.ENCRYPTION_HEADER.encode("ascii"))
    key = call.header(wire.KEY_HEADER.encode("ascii"))
    is_same = compare_digest(key.encode("latin-1"), key_arn.encode("ascii"))
    return is_same and value == wire.ENCRYPTION_VALUE


def _announced(call: Call, max_bytes: int) -> int:
    """Return the size that a call announces, 0 where it comes in chunks."""
    if call.header(b"content-encoding").lower() not in {"", "identity"}:
        raise StorageFault(ENCODED)
    length = call.header(b"content-length")
    if not length and not call.header(b"transfer-encoding"):
        raise StorageFault(NO_LENGTH)
    n_bytes = int(length or 0)
    if n_bytes > max_bytes:
        raise too_large(n_bytes, max_bytes)
    return n_bytes


def _space(service: Service, operation: Operation) -> DiskSpace:
    uploads = UploadStore(service.engine, service.batches.clock)
    return DiskSpace(
        folder=Path(address_of(service.settings, Store.INGRESS).url),
        reserve_bytes=service.settings.disk_reserve_bytes,
        due_bytes=uploads.n_bytes_due(besides=operation.operation_id),
    )
