"""The output of an operation: its parts, and how they become one."""

from collections.abc import Sequence
from dataclasses import dataclass

from occoder.batch.batches import Batches
from occoder.batch.objects.open_objects import Address
from occoder.batch.operation import ChunkDone, Operation, Store


@dataclass(frozen=True, slots=True)
class Output:
    """The output of an operation.

    In folders it stays in parts, which the gateway sends one after the other. In an S3
    store the parts are those of one multipart upload, which the store puts together.

    Parameters
    ----------
    batches : Batches
        As the dispatcher opens them.
    operation : Operation
        Whose output it is.
    """

    batches: Batches
    operation: Operation

    def begin(self) -> str:
        """Prepare to take parts; return the id of the multipart upload, "" for none."""
        if self.batches.is_local:
            return ""
        from occoder.batch.objects.s3_output import begin_output

        return begin_output(self._address, self.operation.operation_id)

    def finish(self, chunks: Sequence[ChunkDone]) -> None:
        """Put the parts together.

        Parameters
        ----------
        chunks : sequence of ChunkDone
            All of them, in order.
        """
        if self.batches.is_local:
            return
        from occoder.batch.objects.s3_output import finish_output

        finish_output(
            self._address,
            self.operation.operation_id,
            self.operation.upload_id,
            [chunk.tag for chunk in chunks],
        )

    @property
    def _address(self) -> Address:
        return self.batches.address(self.operation, Store.EGRESS)
