"""Addresses that are taken, and those that can't be."""

import socket
from pathlib import Path

import pytest

from occoder.errors import AddressUnusable
from occoder.service.transport.listening import close_all, listen, port_of, take_address
from occoder.settings.settings import Settings


def settings_of(host: str, port: int = 0) -> Settings:
    """Return settings that name an address."""
    return Settings(home=Path("data"), host=host, port=port)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""])
def test_address_is_taken(host: str) -> None:
    """Callers reach every address of the host at the port that was taken."""
    settings = settings_of(host)
    sockets = take_address(settings)
    listen(sockets, settings)
    port = port_of(sockets)
    for family in (families := {one.family for one in sockets}):
        here = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        socket.create_connection((here, port), timeout=60).close()
    ports = {one.getsockname()[1] for one in sockets}
    close_all(sockets)

    assert families
    assert {port} == ports


def test_address_can_be_taken_again() -> None:
    """A port is free as soon as it was given back, also after callers were there."""
    settings = settings_of("127.0.0.1")
    sockets = take_address(settings)
    listen(sockets, settings)
    port = port_of(sockets)
    with socket.create_connection(("127.0.0.1", port), timeout=60):
        close_all(sockets)
    again = take_address(settings_of("127.0.0.1", port))
    close_all(again)

    assert 1 == len(again)


def test_callers_are_refused_before_it_listens() -> None:
    """An address that is taken but not served yet refuses callers."""
    sockets = take_address(settings_of("127.0.0.1"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(sockets)), timeout=60)
    close_all(sockets)


def test_port_in_use_is_told() -> None:
    """A port that another program listens at can't be taken."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressUnusable) as caught:
            take_address(settings_of("127.0.0.1", port))

    assert "address already in use" == caught.value.problem
    assert port == caught.value.port


def test_late_loser_is_told() -> None:
    """Of two that took the same address, the one that listens first has it."""
    settings = settings_of("127.0.0.1")
    first = take_address(settings)
    second = take_address(settings_of("127.0.0.1", port_of(first)))
    listen(first, settings)
    with pytest.raises(AddressUnusable):
        listen(second, settings)
    close_all([*first, *second])


def test_unknown_host_is_told() -> None:
    """A name that stands for no address is told."""
    with pytest.raises(AddressUnusable) as caught:
        take_address(settings_of("no-such-host.invalid"))

    assert "no-such-host.invalid" == caught.value.host


def test_foreign_address_is_told() -> None:
    """An address of another machine can't be taken."""
    with pytest.raises(AddressUnusable) as caught:
        take_address(settings_of("192.0.2.1"))

    assert "cannot assign requested address" == caught.value.problem
