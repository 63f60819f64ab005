"""How the service is reached."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpcore
import pytest

from occoder.client.address import Address
from occoder.client.credentials import Secret
from occoder.client.exchange import Request
from occoder.client.route import Route, headers_of, plain_headers, trusted
from occoder.service.transport.self_signed import FOR_CLIENTS, make_current

ADDRESS = Address.of("https://api.example", "https://auth.example")


def request(**changes: Any) -> Request:
    """Return a request."""
    plain: dict[str, Any] = {
        "method": "GET",
        "url": "https://[::1]:8443/v1/topics",
        "authorization": Secret("a-token"),
        "until": 1.0,
    }
    return Request(**{**plain, **changes})


def test_b2_token_is_sent_raw() -> None:
    """The token is sent as it is, without "Bearer", and the host with its brackets."""
    headers = dict(headers_of(request()))

    assert b"a-token" == headers[b"Authorization"]
    assert b"[::1]:8443" == headers[b"Host"]
    assert b"Content-Type" not in headers


def test_body_brings_its_headers() -> None:
    """A body is sent with its type and length."""
    headers = dict(headers_of(request(method="POST", body=b"{}")))

    assert b"application/json" == headers[b"Content-Type"]
    assert b"2" == headers[b"Content-Length"]


def test_headers_are_found_by_lower_case() -> None:
    """Names of headers are read in any case, and values as they are."""
    assert {"retry-after": "3", "x": "\xe9"} == plain_headers(
        [(b"Retry-After", b"3"), (b"X", b"\xe9")]
    )


def test_certificates_are_always_checked() -> None:
    """By default the certificates of the system count, and names are checked."""
    context = trusted(True)

    assert ssl.CERT_REQUIRED == context.verify_mode
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.get_ca_certs()


def test_own_certificate_is_trusted_alone(tmp_path: Path) -> None:
    """A file names the only certificates that count."""
    make_current(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    context = trusted(tmp_path / FOR_CLIENTS)

    assert 1 == context.cert_store_stats()["x509"]
    assert ssl.CERT_REQUIRED == context.verify_mode


def test_folder_of_certificates_is_taken(tmp_path: Path) -> None:
    """A folder of certificates is taken too."""
    assert {"x509": 0, "crl": 0, "x509_ca": 0} == trusted(tmp_path).cert_store_stats()


@pytest.mark.parametrize("verify", [False, None, 1])
def test_checking_stays_on(verify: Any) -> None:
    """Checking certificates can't be switched off."""
    with pytest.raises(ValueError, match="can't be switched off"):
        trusted(verify)


@pytest.mark.parametrize("content", [None, "no certificate", ""])
def test_unusable_certificate_is_told(tmp_path: Path, content: str | None) -> None:
    """A file that is missing or holds no certificate is told by its name."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ValueError, match=r"ca\.pem"):
        trusted(file)


def test_each_origin_has_its_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens and calls may take different ways."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", "auth.example")
    monkeypatch.setenv("no_proxy", "auth.example")
    proxies = Route.to(ADDRESS, verify=True, proxy=None).proxies

    assert {"https://api.example", "https://auth.example"} == set(proxies)
    assert [proxies["https://auth.example"]] == [None]
    assert isinstance(proxies["https://api.example"], httpcore.Proxy)


def test_proxy_password_is_sent_to_it() -> None:
    """User and password of a proxy go into its header, and nowhere else."""
    route = Route.to(ADDRESS, verify=True, proxy="http://me:p%40ss@proxy:3128")
    proxy = route.pool_options("https://auth.example")["proxy"]

    assert (b"me", b"p@ss") == proxy.auth
    assert (b"proxy", 3128) == (proxy.url.host, proxy.url.port)
    assert "p@ss" not in repr(route)
