"""Rules for every run of the tests, those in docstrings included."""

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

# No limit on a single example: the first one may have to compile what it calls.
settings.register_profile("occoder", settings(), deadline=None)
settings.load_profile("occoder")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a data folder of its own, shared by its processes."""
    if not hasattr(config, "workerinput"):
        os.environ["OCCODER_HOME"] = tempfile.mkdtemp(prefix="occoder-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that folder."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["OCCODER_HOME"])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run in CI fail when a test was skipped: nothing goes unchecked there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("\nIn CI a skipped test is a failed one.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
