"""What several acceptance tests need."""

import os
import time
from pathlib import Path

import pytest

from occoder.catalogue import Catalogue
from occoder.loading import locate

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
