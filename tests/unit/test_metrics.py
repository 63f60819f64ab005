"""Numbers for Prometheus: what is counted, under which labels, and who may read it."""

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from occoder.errors import AddressUnusable
from occoder.settings.tier import Tier
from occoder.telemetry.metrics import (
    MAX_TOPICS,
    NO_ROUTE,
    OTHER,
    Metrics,
    MetricsServer,
    start_metrics_server,
)
from occoder.telemetry.operation_metrics import OperationMetrics

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "watch-the-service.md"

CODE = "/topics/{topic}/code"
CANARY = "canary sings opera"
LABELS = ("route", "method", "status", "topic", "outcome", "tier", "le")
Samples = dict[tuple[str, ...], float]


@pytest.fixture
def metrics() -> Metrics:
    """Metrics that know one route."""
    found = Metrics()
    found.know_routes([CODE])
    return found


def samples(text: str, name: str) -> Samples:
    """Return the samples of one name, by the values of their labels in the order above."""
    return {
        tuple(sample.labels[one] for one in LABELS if one in sample.labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def counted(metrics: Metrics, name: str) -> Samples:
    """Return the samples of one name in the registry."""
    return samples(generate_latest(metrics.registry).decode(), name)


def test_requests_are_counted(metrics: Metrics) -> None:
    """A request counts under its route, method and status."""
    metrics.request(CODE, "POST", 200, 0.003)
    metrics.request(CODE, "POST", 200, 0.004)
    metrics.request(CODE, "POST", 429, 0.001)
    metrics.request(NO_ROUTE, "GET", 404, 0.001)

    assert counted(metrics, "occoder_requests_total") == {
        (CODE, "POST", "200"): 2,
        (CODE, "POST", "429"): 1,
        (NO_ROUTE, "GET", "404"): 1,
    }


def test_seconds_are_counted(metrics: Metrics) -> None:
    """The time of a request counts in its bucket and in the sum of its route."""
    for seconds in (0.003, 0.03, 7):
        metrics.request(CODE, "POST", 200, seconds)
    buckets = counted(metrics, "occoder_request_seconds_bucket")

    assert [0, 1, 2, 2, 3] == [
        buckets[CODE, bound] for bound in ("0.0025", "0.005", "0.05", "2.5", "10.0")
    ]
    assert {(CODE,): 7.033} == counted(metrics, "occoder_request_seconds_sum")


def test_odd_requests_share_a_label(metrics: Metrics) -> None:
    """Whatever paths, methods and statuses come, labels are from closed sets."""
    for i in range(500):
        metrics.request(f"/topics/{CANARY} {i}/code", f"{CANARY}{i}", 1_000 + i, 0.001)
    text = generate_latest(metrics.registry).decode()

    assert {(OTHER, OTHER, OTHER): 500} == samples(text, "occoder_requests_total")
    assert {(OTHER,): 500} == samples(text, "occoder_request_seconds_count")
    assert CANARY not in text


def test_known_route_odd_method(metrics: Metrics) -> None:
    """Each label is looked at by itself."""
    metrics.request(CODE, "BREW", 405, 0.001)
    metrics.request("/odd", "GET", 404, 0.001)

    assert {(CODE, OTHER, "405"): 1, (OTHER, "GET", "404"): 1} == counted(
        metrics, "occoder_requests_total"
    )


def test_records_count_by_outcome(metrics: Metrics) -> None:
    """Records count under their topic, apart by whether they got a code."""
    metrics.coded("osca", n_records=300, n_successful=280)
    metrics.coded("osca", n_records=1, n_successful=1)
    metrics.coded("anzsco", n_records=1, n_successful=0)

    assert counted(metrics, "occoder_records_total") == {
        ("osca", "successful"): 281,
        ("osca", "unsuccessful"): 20,
        ("anzsco", "successful"): 0,
        ("anzsco", "unsuccessful"): 1,
    }


def test_topics_are_bounded(metrics: Metrics) -> None:
    """Beyond a hundred topics the others are counted together."""
    for i in range(2 * MAX_TOPICS):
        metrics.coded(f"topic{i}", n_records=1, n_successful=1)
    by_topic = counted(metrics, "occoder_records_total")

    assert MAX_TOPICS == by_topic[OTHER, "successful"]
    assert 2 * (MAX_TOPICS + 1) == len(by_topic)


def test_tokens_and_throttles(metrics: Metrics) -> None:
    """Tokens count by outcome, throttled calls by tier, each from nought on."""
    metrics.token_issued()
    metrics.token_issued()
    metrics.token_refused()
    metrics.throttled(Tier.PUBLIC)

    assert {("issued",): 2, ("refused",): 1} == counted(metrics, "occoder_tokens_total")
    assert {("public",): 1, ("partner",): 0} == counted(metrics, "occoder_throttled_total")


def test_models_are_told(metrics: Metrics) -> None:
    """The number of models is the last one told."""
    metrics.models_loaded(3)
    metrics.models_loaded(2)

    assert {(): 2} == counted(metrics, "occoder_models_loaded")


def test_metrics_share_nothing(metrics: Metrics) -> None:
    """Two services in one process count apart, in a registry that may be given."""
    registry = CollectorRegistry()
    other = Metrics(registry)
    other.token_issued()

    assert registry is other.registry
    assert 0 == counted(metrics, "occoder_tokens_total")[("issued",)]


def test_memory_and_time_are_told(metrics: Metrics) -> None:
    """The process tells its own memory and processor time."""
    assert counted(metrics, "process_resident_memory_bytes")[()] > 1e6


@pytest.fixture
def server(metrics: Metrics) -> Iterator[MetricsServer]:
    """The metrics at a free port."""
    found = start_metrics_server(0, 1, metrics.registry)
    yield found
    found.stop()


def read(port: int) -> str:
    """Return what is served at a port."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read(), "utf-8")


def test_served_on_loopback(metrics: Metrics, server: MetricsServer) -> None:
    """Prometheus reads the numbers at 127.0.0.1; no other address is listened at."""
    metrics.token_issued()
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()
        if line.split()[1].endswith(f":{server.port:04X}") and line.split()[3] == "0A"
    ]

    assert 1 == samples(read(server.port), "occoder_tokens_total")[("issued",)]
    assert [f"0100007F:{server.port:04X}"] == listening


def test_stop_frees_the_port(metrics: Metrics) -> None:
    """After the end nobody answers and the port can be had again."""
    first = start_metrics_server(0, 1, metrics.registry)
    first.stop()
    with pytest.raises(urllib.error.URLError):
        read(first.port)
    second = start_metrics_server(first.port, 1, metrics.registry)
    second.stop()

    assert first.port == second.port


@pytest.mark.parametrize("workers", [1, 2])
def test_taken_port_is_told(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that another program has is named, and nothing is left behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressUnusable) as caught:
            start_metrics_server(port, workers)

    assert ("127.0.0.1", port) == (caught.value.host, caught.value.port)
    assert [] == list(tmp_path.iterdir())
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


WORKER = """
from occoder.settings.tier import Tier
from occoder.telemetry.metrics import Metrics

metrics = Metrics()
metrics.know_routes(["/topics/{topic}/code"])
metrics.request("/topics/{topic}/code", "POST", 200, 0.003)
metrics.coded("osca", n_records=300, n_successful=280)
metrics.throttled(Tier.PUBLIC)
metrics.models_loaded(2)
"""


def test_workers_are_added_up() -> None:
    """With several processes the parent serves their sums, and those of ended ones."""
    server = start_metrics_server(0, 2)
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    try:
        for _ in range(2):
            subprocess.run([sys.executable, "-c", WORKER], check=True, timeout=60)
        text = read(server.port)
    finally:
        server.stop()

    assert {(CODE, "POST", "200"): 2} == samples(text, "occoder_requests_total")
    assert {(CODE,): 2} == samples(text, "occoder_request_seconds_count")
    assert 560 == samples(text, "occoder_records_total")["osca", "successful"]
    assert {("public",): 2, ("partner",): 0} == samples(text, "occoder_throttled_total")
    assert {(): 2} == samples(text, "occoder_models_loaded")
    assert not folder.exists()
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_page_lists_every_number(metrics: Metrics) -> None:
    """The guide has a row for each number of ours with its labels, and for no other."""
    row = r"^\| `(occoder_\w+)` \| (.*?) ?\| [^|]+ \|$"
    listed = {
        name: re.findall(r"`(\w+)`", labels)
        for name, labels in re.findall(row, PAGE.read_text("utf-8"), re.MULTILINE)
    }
    metrics.request(CODE, "POST", 200, 0.001)
    metrics.coded("osca", n_records=1, n_successful=1)
    OperationMetrics(metrics.registry).tell({"complete": 1}, longest_wait_s=0.0)
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    served = {
        family.name + "_total" * (family.type == "counter"): {
            label for sample in family.samples for label in sample.labels
        }
        for family in families
        if family.name.startswith("occoder_") and not family.name.endswith("_created")
    }

    assert {name: labels - {"le"} for name, labels in served.items()} == {
        name: set(labels) for name, labels in listed.items()
    }
