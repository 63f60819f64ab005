"""Numbers about asynchronous batches, for Prometheus."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge


class OperationMetrics:
    """How many operations there are, and how long they wait.

    All processes read them from the same database, so the newest numbers count.

    Parameters
    ----------
    registry : CollectorRegistry
        Of the process.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._operations = Gauge(
            "occoder_operations",
            "Asynchronous batches that are kept, by state.",
            ["state"],
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._longest_wait = Gauge(
            "occoder_operations_longest_wait_seconds",
            "How long the batch has waited to be worked on that has waited the longest.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )

    def tell(self, n_by_state: Mapping[str, int], longest_wait_s: float) -> None:
        """Tell how things are now.

        Parameters
        ----------
        n_by_state : mapping
            Operations by their state.
        longest_wait_s : float
            Seconds since the upload, 0 when none waits.
        """
        for state, n in n_by_state.items():
            self._operations.labels(str(state)).set(n)
        self._longest_wait.set(longest_wait_s)
