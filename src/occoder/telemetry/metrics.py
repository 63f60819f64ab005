"""Numbers for Prometheus: requests, records, tokens, throttled calls, models.

Labels come from closed sets, so nothing that was sent can become one, and no flood of odd
paths can fill the memory.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from socketserver import TCPServer
from threading import Thread
from typing import Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    make_wsgi_app,
)
from prometheus_client.multiprocess import MultiProcessCollector

from occoder.errors import AddressUnusable
from occoder.settings.tier import Tier

# What is in none of the sets.
OTHER: Final = "other"

# Route of a request that reached none.
NO_ROUTE: Final = "unknown"

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_STATUSES: Final = range(100, 600)

# Topics are named by the operator, who has a few.
MAX_TOPICS: Final = 100

# One record takes about a millisecond, 300 take some ten.
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

_LOOPBACK: Final = "127.0.0.1"
_COLLECTOR_TIMEOUT_S: Final = 5
_FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Counts what this process does.

    Parameters
    ----------
    registry : CollectorRegistry, optional
        Where the numbers are read; by default one of its own.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or _new_registry()
        self._routes = {NO_ROUTE}
        self._by_topic: dict[str, tuple[Counter, Counter]] = {}
        self._by_request: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "occoder_requests",
            "Requests that were answered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "occoder_request_seconds",
            "Seconds from the header of a request to its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._records = Counter(
            "occoder_records",
            "Records that were coded.",
            ["topic", "outcome"],
            registry=self.registry,
        )
        tokens = Counter(
            "occoder_tokens",
            "Requests for a token.",
            ["outcome"],
            registry=self.registry,
        )
        self._issued, self._refused = tokens.labels("issued"), tokens.labels("refused")
        throttled = Counter(
            "occoder_throttled",
            "Calls that were one too many.",
            ["tier"],
            registry=self.registry,
        )
        self._throttled = {tier: throttled.labels(tier.value) for tier in Tier}
        self._models = Gauge(
            "occoder_models_loaded",
            "Models that a process holds ready.",
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )

    def know_routes(self, routes: Iterable[str]) -> None:
        """Add templates of paths that `request` may be told; all others are "other".

        Parameters
        ----------
        routes : iterable of str
            Such as "/topics/{topic}/code".
        """
        self._routes.update(routes)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered.

        Parameters
        ----------
        route : str
            Template of its path, "unknown" when it has none.
        method : str
            Of HTTP.
        status : int
            Of the answer.
        seconds : float
            How long it took.
        """
        known = self._by_request.get((route, method, status))
        counter, histogram = known or self._new_request(route, method, status)
        counter.inc()
        histogram.observe(seconds)

    def coded(self, topic: str, *, n_records: int, n_successful: int) -> None:
        """Count records that were coded.

        Parameters
        ----------
        topic : str
            Of the model, not of the path.
        n_records, n_successful : int
            How many there were, and how many of them got a code.
        """
        successful, unsuccessful = self._by_topic.get(topic) or self._new_topic(topic)
        successful.inc(n_successful)
        unsuccessful.inc(n_records - n_successful)

    def token_issued(self) -> None:
        """Count a token that was issued."""
        self._issued.inc()

    def token_refused(self) -> None:
        """Count a request for a token that was refused."""
        self._refused.inc()

    def throttled(self, tier: Tier) -> None:
        """Count a call that was one too many."""
        self._throttled[tier].inc()

    def models_loaded(self, n: int) -> None:
        """Tell how many models this process holds ready."""
        self._models.set(n)

    def _new_request(
        self, route: str, method: str, status: int
    ) -> tuple[Counter, Histogram]:
        """Return what counts a request; only known names are remembered."""
        key = (
            route if route in self._routes else OTHER,
            method if method in METHODS else OTHER,
            status if status in _STATUSES else 0,
        )
        if key not in self._by_request:
            counter = self._requests.labels(key[0], key[1], str(key[2] or OTHER))
            self._by_request[key] = (counter, self._seconds.labels(key[0]))
        return self._by_request[key]

    def _new_topic(self, topic: str) -> tuple[Counter, Counter]:
        """Return what counts the records of a topic, or of all beyond the last known."""
        if len(self._by_topic) >= MAX_TOPICS:
            topic = OTHER
        if topic not in self._by_topic:
            self._by_topic[topic] = (
                self._records.labels(topic, "successful"),
                self._records.labels(topic, "unsuccessful"),
            )
        return self._by_topic[topic]


class _Server(WSGIServer):
    """Does not look up the name of its own address, as the one of Python does."""

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _LOOPBACK, self.socket.getsockname()[1]
        self.setup_environ()


class _SilentRequest(WSGIRequestHandler):
    """Writes nothing to stderr; a collector that hangs is not waited for."""

    timeout = _COLLECTOR_TIMEOUT_S

    def log_message(self, format: str, *args: object) -> None:
        return

    def address_string(self) -> str:
        return str(self.client_address[0])


class MetricsServer:
    """Answers Prometheus at 127.0.0.1, in a thread of its own.

    Parameters
    ----------
    server : WSGIServer
        Bound to its port.
    folder : Path or None
        Where worker processes leave their numbers.
    """

    def __init__(self, server: WSGIServer, folder: Path | None) -> None:
        self.port = server.server_port
        self._server = server
        self._folder = folder
        self._thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, free the port, and delete what the workers have left."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._folder is not None:
            os.environ.pop(_FOLDER_VARIABLE, None)
            shutil.rmtree(self._folder, ignore_errors=True)


def start_metrics_server(
    port: int, workers: int, registry: CollectorRegistry = REGISTRY
) -> MetricsServer:
    """Serve the numbers of this process, or of all worker processes together.

    With several workers it has to be called in their parent before they start: they learn
    from the environment where to leave their numbers.

    Parameters
    ----------
    port : int
        At 127.0.0.1; 0 takes a free one.
    workers : int
        How many processes answer requests.
    registry : CollectorRegistry
        That of the only process; with several it is not looked at.

    Raises
    ------
    AddressUnusable
        If the port can't be had.
    """
    folder = None
    if workers > 1:
        folder = Path(tempfile.mkdtemp(prefix="occoder-metrics-"))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    try:
        server = make_server(
            _LOOPBACK, port, make_wsgi_app(registry), _Server, _SilentRequest
        )
    except OSError as error:
        if folder is not None:
            folder.rmdir()
        raise AddressUnusable(
            host=_LOOPBACK,
            port=port,
            problem=error.strerror or type(error).__name__,
            setting="OCCODER_METRICS_PORT",
        ) from error
    if folder is not None:
        os.environ[_FOLDER_VARIABLE] = str(folder)
    return MetricsServer(server, folder)


def _new_registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry
