"""What the blocking client can do with operations, which code a whole file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from occoder import wire
from occoder.client import operations
from occoder.client.address import origin
from occoder.client.attempt import Caller
from occoder.client.driver import Driver
from occoder.client.route import MAX_ANSWER_BYTES
from occoder.client.transfer import Transfers
from occoder.errors import AnswerNotUnderstood

_PART_BYTES: Final = 1024 * 1024


class BatchCalls:
    """The calls of `Client` that concern operations.

    Only the blocking client has them: a file of hours needs no event loop, and
    `asyncio.to_thread` runs them beside one.
    """

    _caller: Caller
    _driver: Driver
    _transfers: Transfers

    def create_operation(
        self, topic: str | None = None, *, model: str | None = None
    ) -> wire.CreatedOperation:
        """Return a new operation. Keep its id at once: no call lists operations.

        Parameters
        ----------
        topic : str, optional
            By default the one that is coded to.
        model : str, optional
            Id of the model; by default the latest at this moment.

        Raises
        ------
        RemoteError
            As `topics` has them; all methods for operations raise these.
        """
        return self._driver.run(operations.created(self._caller, topic, model))

    def upload(
        self,
        operation: wire.CreatedOperation,
        content: Path | Iterable[bytes],
        n_bytes: int | None = None,
        *,
        on_progress: Callable[[int], None] = lambda n_bytes: None,
    ) -> None:
        """Send the input file of an operation, JSON Lines of at most 5 GB.

        Parameters
        ----------
        operation : CreatedOperation
            From `create_operation`.
        content : Path or iterable of bytes
            The file, or its parts. An iterator can't be sent again when the connection
            breaks; anything else is, up to six times.
        n_bytes : int, optional
            How many bytes it has; needed unless it is a path.
        on_progress : callable
            Called with how many bytes have been sent.

        Raises
        ------
        TransferRefused
            If the place of the file refuses it.
        TypeError
            If its size is not known.
        """
        parts: Iterable[bytes] = (
            content if not isinstance(content, Path) else _File(content)
        )
        if isinstance(content, Path) and n_bytes is None:
            n_bytes = content.stat().st_size
        if n_bytes is None:
            raise TypeError("n_bytes is needed to upload what is no file")
        headers = {
            "Content-Length": str(n_bytes),
            wire.ENCRYPTION_HEADER: wire.ENCRYPTION_VALUE,
            wire.KEY_HEADER: operation.bucket_kms_key_arn,
        }
        self._transfers.put(operation.request_upload_url, parts, headers, on_progress)

    def operation_status(
        self, operation_id: str, topic: str | None = None
    ) -> wire.OperationStatus:
        """Return how far an operation is, with links to its output when it is complete.

        Parameters
        ----------
        operation_id : str
            Of an operation of this client id.
        topic : str, optional
            By default the one that is coded to.
        """
        return self._driver.run(operations.status(self._caller, operation_id, topic))

    def wait_for_operation(
        self,
        operation_id: str,
        topic: str | None = None,
        *,
        first_pause_s: float = 5,
        on_status: Callable[[wire.OperationStatus], None] = lambda status: None,
    ) -> wire.OperationStatus:
        """Return the status of an operation when it is complete, failed or timed out.

        It is asked for after ``first_pause_s``, then ever more rarely, down to once in
        ten minutes; a service that says when to ask again is obeyed. When it can't be
        reached, it is asked again until it was silent for ``max_wait_s``.

        Parameters
        ----------
        operation_id, topic
            As for `operation_status`.
        first_pause_s : float
            The shortest pause.
        on_status : callable
            Called with every status.
        """
        return self._driver.run(
            operations.ended(
                self._caller,
                operation_id,
                topic,
                first_pause_s=first_pause_s,
                on_status=on_status,
            )
        )

    def download(
        self,
        link: str,
        sink: BinaryIO,
        *,
        on_progress: Callable[[int], None] = lambda n_bytes: None,
    ) -> int:
        """Fetch a file from a link of a complete operation, and return its size.

        When the connection breaks, the rest is asked for. What is already in ``sink``
        counts as the beginning of the file, so a later call goes on as well.

        Parameters
        ----------
        link : str
            ``response_download_url`` of the status, good for an hour.
        sink : binary file
            Opened with "r+b" or "w+b".
        on_progress : callable
            Called with how many bytes are there.

        Raises
        ------
        TransferRefused
            If it is refused, because the link is too old or the file was deleted.
        """
        return self._transfers.get(link, sink, on_progress)

    def operation_metadata(self, link: str) -> Mapping[str, object]:
        """Return what the service says of a complete operation.

        Parameters
        ----------
        link : str
            ``metadata_download_url`` of the status.

        Raises
        ------
        TransferRefused
            If it is refused.
        AnswerNotUnderstood
            If it is no JSON object.
        """
        sink = BytesIO()
        self._transfers.get(link, sink, lambda n_bytes: _check_size(n_bytes, link))
        try:
            return msgspec.json.decode(sink.getvalue(), type=dict[str, object])
        except (msgspec.DecodeError, RecursionError):
            raise AnswerNotUnderstood(url=origin(link), status=200) from None


def _check_size(n_bytes: int, link: str) -> None:
    if n_bytes > MAX_ANSWER_BYTES:
        raise AnswerNotUnderstood(url=origin(link), status=200)


class _File:
    """The parts of a file, as often as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while part := file.read(_PART_BYTES):
                yield part
