"""The two clients: their faces are the same, and show nothing that they must not."""

import inspect
import pickle
import pprint
import subprocess
import sys

import pytest

from occoder.client import AsyncClient, Client

URL = "https://coder.example"
METHODS = {
    name
    for name in vars(Client)
    if not name.startswith("_") and callable(vars(Client)[name])
}

# Lets nothing be imported but the standard library, httpcore, msgspec and what they need.
ALONE = """
import sys

ALLOWED = {
    *sys.stdlib_module_names, "occoder",
    "httpcore", "h11", "certifi", "anyio", "idna", "typing_extensions", "msgspec",
}

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ALLOWED:
            raise ModuleNotFoundError(f"{name} is not installed here", name=name)

sys.meta_path.insert(0, Blocked())
import asyncio
from occoder.client import AsyncClient, Client

with Client("https://coder.example", "an-id", "a-secret") as client:
    print(client)

async def run():
    async with AsyncClient("https://coder.example", "an-id", "a-secret") as client:
        print(client)

asyncio.run(run())
print(*sorted(name for name in sys.modules if name.startswith("occoder.")))
"""


def test_client_works_alone() -> None:
    """The client needs httpcore and msgspec, and of occoder only wire and errors."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    *shown, modules = done.stdout.splitlines()

    assert [repr(Client(URL, "an-id", "s")), repr(AsyncClient(URL, "an-id", "s"))] == shown
    assert {"wire", "errors", "client"} == {name.split(".")[1] for name in modules.split()}


def test_both_have_the_same_methods() -> None:
    """What one client has, the other has, with the same arguments and defaults."""
    for name in METHODS | {"__init__"}:
        blocking, asynchronous = getattr(Client, name), getattr(AsyncClient, name)

        assert (
            inspect.signature(blocking).parameters
            == inspect.signature(asynchronous).parameters
        )
        assert inspect.iscoroutinefunction(asynchronous) == (name != "__init__")


def test_contract_of_the_methods() -> None:
    """The methods are those that the guide names."""
    assert {"topics", "models", "latest_model", "code_one", "code", "close"} == METHODS


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_nothing_of_a_client_shows_its_secret(kind: type[Client | AsyncClient]) -> None:
    """No look at a client or its parts shows secret or password."""
    client = kind(URL, "an-id", "s3cret", proxy="http://me:p4ss@proxy:3128")
    held = [repr(one) for one in parts(client)]
    shown = f"{client!r} {client} {pprint.pformat(vars(client))} {held}"

    assert f"{kind.__name__}('{URL}', topic='osca')" == repr(client)
    assert "s3cret" not in shown
    assert "p4ss" not in shown


def parts(thing: object, depth: int = 4) -> list[object]:
    """Return what an object holds, and what that holds."""
    slots = [getattr(kind, "__slots__", ()) for kind in type(thing).__mro__]
    names = {*getattr(thing, "__dict__", {}), *(name for some in slots for name in some)}
    held = [getattr(thing, name) for name in names if hasattr(thing, name)]
    own = [one for one in held if type(one).__module__.startswith("occoder.client")]
    return own + [one for each in own if depth for one in parts(each, depth - 1)]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_client_is_not_pickled(kind: type[Client | AsyncClient]) -> None:
    """A client, which holds a secret, can't be written to a file by accident."""
    with pytest.raises(TypeError):
        pickle.dumps(kind(URL, "an-id", "s3cret"))


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_arguments_are_checked_at_once(kind: type[Client | AsyncClient]) -> None:
    """What can't work is told when the client is made, not at its first call."""
    with pytest.raises(ValueError, match="url must begin with https://"):
        kind("http://coder.example", "an-id", "s3cret")
    with pytest.raises(ValueError, match="both are needed"):
        kind(URL, "an-id", "")
    with pytest.raises(ValueError, match="timeout_s"):
        kind(URL, "an-id", "s3cret", timeout_s=0)
    with pytest.raises(ValueError, match="proxy must be"):
        kind(URL, "an-id", "s3cret", proxy="socks5://p4ss")
    with pytest.raises(ValueError, match="can't be switched off"):
        kind(URL, "an-id", "s3cret", verify=False)  # type: ignore[arg-type]
