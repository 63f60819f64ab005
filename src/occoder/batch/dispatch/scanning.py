"""The first step: what was uploaded is looked at, and what is accepted written again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from occoder.batch.batches import Batches
from occoder.batch.coding.chunk import chunk_name
from occoder.batch.dispatch.held import Held
from occoder.batch.objects.objects import ObjectWriter
from occoder.batch.operation import INPUT, Operation, Store
from occoder.batch.scan.clamd import ClamdScan
from occoder.batch.scan.scan import InputRefused, Scanned, scan_input
from occoder.batch.vault.sealed import SealedObjects
from occoder.telemetry.logs import log

TOO_LARGE = "Input file is larger than {} bytes"
MALWARE = "Input file failed the security scan"


def scan(
    batches: Batches, held: Held, key: bytes | None, input_format: tuple[str, ...]
) -> Scanned:
    """Scan the input of an operation and write its chunks into the validated store.

    What an attempt before has left there is deleted first.

    Parameters
    ----------
    batches : Batches
        As the dispatcher opens them.
    held : Held
        The operation.
    key : bytes or None
        What the chunks are sealed with.
    input_format : tuple of str
        The text fields of the operation's model.

    Raises
    ------
    InputRefused
        If the file as a whole can't be coded; its message is for the client.
    ScannerUnreachable
        If the scanner for malware does not answer.
    LeaseLost, Stopping
        If the work has to stop.
    """
    operation, settings = held.operation, batches.settings
    if operation.n_input_bytes > settings.upload_max_bytes:
        raise InputRefused(TOO_LARGE.format(settings.upload_max_bytes))
    objects = batches.objects[Store.VALIDATED]
    objects.delete(f"{operation.operation_id}/")
    sealed = SealedObjects(objects, key)

    def open_chunk(number: int) -> AbstractContextManager[ObjectWriter]:
        return sealed.writer(chunk_name(operation.operation_id, number))

    with _malware_scan(settings.clamd, operation) as inspect:
        return scan_input(
            held.checked(_input(batches, operation)),
            open_chunk,
            input_format=input_format,
            max_chars=settings.max_chars_of_batch,
            inspect=inspect,
        )


def _input(batches: Batches, operation: Operation) -> Iterator[bytes]:
    name = f"{operation.operation_id}/{INPUT}"
    return batches.sealed(operation, Store.INGRESS).read(name)


@contextmanager
def _malware_scan(
    address: str, operation: Operation
) -> Iterator[Callable[[bytes], None] | None]:
    """Yield what has to see every byte; at the end, refuse what something was found in."""
    if not address:
        yield None
        return
    with ClamdScan(address) as malware:
        yield malware.feed
        if malware.finish():
            operation_id = operation.operation_id
            log.warning("malware_found", operation=operation_id, why=malware.finding)
            raise InputRefused(MALWARE)
