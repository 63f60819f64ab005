"""What several tests need: the bundled models, and the service with them."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from occoder.catalogue import Catalogue
from occoder.loading import locate

if TYPE_CHECKING:
    from ceph_gateway import CephGateway
    from running_service import RunningService

PATIENCE_S = 600


def trained_once(topic: str) -> Path:
    """Return the folder of a bundled model, which one process of the run trains for all."""
    try:
        (Path(os.environ["OCCODER_HOME"]) / f"{topic} is in training").mkdir()
    except FileExistsError:
        stop = time.monotonic() + PATIENCE_S
        while Catalogue().latest(topic) is None and time.monotonic() < stop:
            time.sleep(0.2)
    return locate(topic).folder


@pytest.fixture(scope="session")
def osca_model() -> Path:
    """Folder of the bundled model of OSCA, in the data folder of the run."""
    return trained_once("osca")


@pytest.fixture(scope="session")
def anzsco_model() -> Path:
    """Folder of the bundled model of ANZSCO, in the data folder of the run."""
    return trained_once("anzsco")


@pytest.fixture(scope="session")
def service(
    osca_model: Path, anzsco_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[RunningService]":
    """Return the service with both bundled topics, listening at a port of its own."""
    from running_service import RunningService

    home = tmp_path_factory.mktemp("home")
    with RunningService(home, [osca_model, anzsco_model]) as running:
        yield running


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[CephGateway]":
    """Yield a real S3 store without buckets."""
    from ceph_gateway import ceph_gateway

    with ceph_gateway(tmp_path_factory.mktemp("ceph")) as running:
        yield running
