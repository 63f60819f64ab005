"""What several acceptance tests need."""

import os
import time
from pathlib import Path

import pytest

from occoder.catalogue import Catalogue
from occoder.loading import locate

PATIENCE_S = 600


@pytest.fixture(scope="session")
def osca_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the bundled model of OSCA, trained once for all processes of a run."""
    folder = tmp_path_factory.getbasetemp()
    home = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "osca"
    try:
        home.mkdir()
    except FileExistsError:  # another process trains it
        stop = time.monotonic() + PATIENCE_S
        while Catalogue(home).latest("osca") is None and time.monotonic() < stop:
            time.sleep(0.2)
    return locate("osca", home=home).folder
