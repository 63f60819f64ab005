"""A browser, and the service with its page."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from running_service import RunningService
    from visited_page import VisitedPage


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Return a browser with a new profile."""
    from playwright.sync_api import sync_playwright
    from visited_page import FLAGS

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on the path to drive the page with")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(
    osca_model: Path, anzsco_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[RunningService]":
    """Return the service with the page and both bundled topics, without limits."""
    from running_service import RunningService

    environ = {
        "OCCODER_PAGE": "true",
        "OCCODER_PUBLIC_PER_SECOND": "0",
        "OCCODER_PUBLIC_PER_HOUR": "0",
    }
    home = tmp_path_factory.mktemp("home")
    with RunningService(home, [osca_model, anzsco_model], environ) as running:
        yield running


@pytest.fixture
def desk(browser: "Browser", served: "RunningService") -> "Iterator[VisitedPage]":
    """Return the page on a desk."""
    from visited_page import VisitedPage

    with VisitedPage(browser, served) as visited:
        yield visited


@pytest.fixture
def phone(browser: "Browser", served: "RunningService") -> "Iterator[VisitedPage]":
    """Return the page on a phone."""
    from visited_page import PHONE, VisitedPage

    with VisitedPage(browser, served, PHONE, has_touch=True, is_mobile=True) as visited:
        yield visited
