"""Uploads that went past the gateway, straight into an S3 store."""

from dataclasses import dataclass

from occoder.batch.batches import Batches
from occoder.batch.operation import INPUT


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Notices them.

    Parameters
    ----------
    batches : Batches
        As the dispatcher opens them.
    """

    batches: Batches

    def notice(self) -> None:
        """Let the operations go on whose input is there."""
        awaiting = self.batches.operations.awaiting()
        if not awaiting:
            return
        for found in self.batches.ingress.found():
            operation_id, _, name = found.name.partition("/")
            if name == INPUT and operation_id in awaiting:
                self.batches.operations.uploaded(operation_id, found.n_bytes)
