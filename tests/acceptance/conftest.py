"""What several acceptance tests need."""

from pathlib import Path

import pytest

from occoder.loading import locate


@pytest.fixture(scope="session")
def osca_model() -> Path:
    """Folder of the bundled model of OSCA, in the data folder of the run."""
    return locate("osca").folder
