"""How many files a process may have open."""

import resource
from collections.abc import Iterator

import pytest

from occoder.service.transport.open_files import allow, n_allowed, n_wanted


@pytest.fixture(autouse=True)
def limits() -> Iterator[tuple[int, int]]:
    """The limits of this process, restored afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_connections_need_files() -> None:
    """There is one for each connection, one for each at the door, and some beside."""
    assert n_wanted(1000) > 2000


def test_limit_is_raised() -> None:
    """A process that may have more asks for them."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, n_allowed()))

    assert allow(512)
    assert 512 == resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_higher_limit_stays() -> None:
    """A limit is never lowered."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert allow(1)
    assert before == resource.getrlimit(resource.RLIMIT_NOFILE)


def test_hard_limit_is_told() -> None:
    """More than the system allows is not granted, but as many as it does."""
    allowed = n_allowed()

    assert not allow(allowed + 1)
    assert allowed == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
