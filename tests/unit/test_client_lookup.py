"""Look-ups of names."""

import socket
import threading
from typing import Any

import pytest

from occoder.client.lookup import Lookups, addresses_of

FOUND = [
    (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 443, 0, 0)),
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443)),
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443)),
]


def test_addresses_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses come in the order of the system, each once."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: FOUND)

    assert ("2001:db8::1", "192.0.2.1") == addresses_of("coder.example", 443)


def test_what_is_no_name_has_no_address() -> None:
    """A name that can't be one is like a name that is not known."""
    with pytest.raises(socket.gaierror) as caught:
        addresses_of("a" * 64 + ".example", 443)

    assert socket.EAI_NONAME == caught.value.errno


def test_future_holds_addresses() -> None:
    """A look-up brings the addresses of this machine for its own name."""
    found = Lookups().start("localhost", 80).result(10)

    assert {"127.0.0.1", "::1"} & set(found)


def test_future_holds_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up that fails brings the error to who waits, and is forgotten."""
    lookups = Lookups()

    def fails(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    error = lookups.start("coder.example", 443).exception(10)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: FOUND)

    assert isinstance(error, socket.gaierror)
    assert "192.0.2.1" in lookups.start("coder.example", 443).result(10)


def test_same_name_shares_one_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for a name that is being looked up gets the same look-up."""
    lookups, go = Lookups(), threading.Event()

    def waits(*_: Any, **__: Any) -> Any:
        go.wait(10)
        return FOUND

    monkeypatch.setattr(socket, "getaddrinfo", waits)
    first = lookups.start("coder.example", 443)
    same = lookups.start("coder.example", 443)
    other = lookups.start("coder.example", 80)
    go.set()
    first.result(10)
    later = lookups.start("coder.example", 443)

    assert first is same
    assert first is not other
    assert first is not later
    assert later.result(10) and other.result(10)


def test_giving_up_ends_it_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """One who no longer waits doesn't take the look-up from the others."""
    lookups, go = Lookups(), threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: go.wait(10) and FOUND)
    future = lookups.start("coder.example", 443)
    is_cancelled = future.cancel()
    go.set()

    assert not is_cancelled
    assert "192.0.2.1" in future.result(10)
