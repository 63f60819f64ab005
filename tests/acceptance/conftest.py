"""The integration kit, made ready once for all tests of a process."""

from collections.abc import Callable
from functools import cache

import pytest
from integration_kit import Kit, ready_scripts


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Kit]:
    """Return what gives the scripts of a language."""

    @cache
    def kit_of(language: str) -> Kit:
        folder = tmp_path_factory.mktemp("kit") / language
        return Kit(language, ready_scripts(language, folder))

    return kit_of
