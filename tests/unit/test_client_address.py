"""Addresses of the service and of proxies."""

import os

import pytest

from occoder.client.address import Address, origin, proxy_for

SELF = "https://coder.example"
FROM_ENVIRONMENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment name no proxy, but for what the test sets."""
    for name in list(os.environ):
        if name.upper() in FROM_ENVIRONMENT:
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("url", "auth_url", "api", "token"),
    [
        (SELF, None, f"{SELF}/v1", f"{SELF}/oauth2/token"),
        (f"{SELF}/", None, f"{SELF}/v1", f"{SELF}/oauth2/token"),
        (f"{SELF}/v1", None, f"{SELF}/v1", f"{SELF}/oauth2/token"),
        (f"{SELF}/a/v1/", None, f"{SELF}/a/v1", f"{SELF}/a/oauth2/token"),
        (SELF, "https://auth.example", f"{SELF}/v1", "https://auth.example/oauth2/token"),
        (SELF, "https://b.example/oauth2/token", f"{SELF}/v1", "https://b.example/oauth2/token"),
        ("http://127.0.0.1:1", None, "http://127.0.0.1:1/v1", "http://127.0.0.1:1/oauth2/token"),
        ("http://[::1]:1", None, "http://[::1]:1/v1", "http://[::1]:1/oauth2/token"),
        ("http://localhost", None, "http://localhost/v1", "http://localhost/oauth2/token"),
    ],
)  # fmt: skip
def test_addresses_are_completed(
    url: str, auth_url: str | None, api: str, token: str
) -> None:
    """Version and token path are added where they are missing, and not twice."""
    assert Address(api, token) == Address.of(url, auth_url)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("coder.example", "address of a host"),
        ("ftp://coder.example", "address of a host"),
        ("https://", "address of a host"),
        ("https://coder.example:99999", "address of a host"),
        ("https://coder.example/a b", "address of a host"),
        ("https://coder.example/\r\nX: y", "address of a host"),
        ("https://köder.example", "address of a host"),
        ("https://[::1", "address of a host"),
        ("http://coder.example", "must begin with https://"),
        ("http://10.0.0.1", "must begin with https://"),
        ("https://me:s3cret@coder.example", "without user, password"),
        ("https://coder.example?key=s3cret", "without user, password"),
    ],
)
def test_unusable_addresses_are_told(url: str, fault: str) -> None:
    """An address that can't be used or isn't safe is refused, and not repeated."""
    with pytest.raises(ValueError, match=fault) as caught:
        Address.of(url)

    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(ValueError, match="auth_url must"):
        Address.of(SELF, url)


def test_origin_leaves_path_out() -> None:
    """An origin is scheme, host and port."""
    assert "http://[::1]:8080" == origin("http://[::1]:8080/v1/topics")


@pytest.mark.parametrize(
    ("named", "used"),
    [
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://me:pass@proxy:3128", "http://me:pass@proxy:3128"),
        ("proxy:3128", "http://proxy:3128"),
        ("", None),
        (None, None),
    ],
)
def test_named_proxy_is_used(named: str | None, used: str | None) -> None:
    """The proxy is the one that the caller names; none without one."""
    assert used == proxy_for(f"{SELF}/v1", named)


@pytest.mark.parametrize(
    ("environ", "used"),
    [
        ({"HTTPS_PROXY": "http://proxy:1"}, "http://proxy:1"),
        ({"https_proxy": "proxy:1"}, "http://proxy:1"),
        ({"ALL_PROXY": "http://proxy:2"}, "http://proxy:2"),
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "coder.example"}, None),
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": ".example"}, None),
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "other.example"}, "http://proxy:1"),
        ({"HTTP_PROXY": "http://proxy:1"}, None),
    ],
)
def test_environment_names_proxy(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], used: str | None
) -> None:
    """Without a proxy of the caller it is that of the environment, with its exceptions."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert used == proxy_for(f"{SELF}/v1", None)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080"])
def test_this_machine_needs_no_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """What the environment says is not for addresses on this machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:1")

    assert proxy_for(f"http://{host}/v1", None) is None


@pytest.mark.parametrize(
    "named", ["https://me:s3cret@proxy", "socks5://s3cret:1", "//s3cret"]
)
def test_unusable_proxy_is_told(named: str) -> None:
    """A proxy that is not reached by plain HTTP is refused, and not repeated."""
    with pytest.raises(ValueError, match="proxy must be") as caught:
        proxy_for(SELF, named)

    assert "s3cret" not in str(caught.value)
