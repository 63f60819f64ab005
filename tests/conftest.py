"""Rules for the whole run of tests."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run in CI fail when a test was skipped: nothing goes unchecked there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("\nIn CI a skipped test is a failed one.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
