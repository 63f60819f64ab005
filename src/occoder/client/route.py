"""How the service is reached: TLS, proxies, and what every request carries."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import unquote, urlsplit

import httpcore

from occoder.client.address import Address, origin, proxy_for
from occoder.client.exchange import Request

# Far more than 300 explained answers; a page that never ends is none.
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024

USER_AGENT: Final = b"occoder-client"
# Services close idle connections after 15 seconds and more.
_KEPT_S: Final = 10.0
_N_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Route:
    """How the addresses of a service are reached.

    Parameters
    ----------
    tls : SSLContext
        Which certificates are trusted.
    proxies : mapping
        For each origin the proxy to it, or None. Its representation hides a password.
    stated_proxy : str, optional
        The proxy that the caller named, for links to hosts that are not known yet.
    """

    tls: ssl.SSLContext
    proxies: Mapping[str, httpcore.Proxy | None]
    stated_proxy: str | None = field(default=None, repr=False)

    @classmethod
    def to(
        cls, address: Address, *, verify: Literal[True] | str | Path, proxy: str | None
    ) -> Self:
        """Return the way to a service.

        Parameters
        ----------
        address : Address
            Of the service.
        verify : True, str or Path
            See `Client`.
        proxy : str or None
            See `Client`.

        Raises
        ------
        ValueError
            If ``verify`` or ``proxy`` can't be used.
        """
        origins = {origin(url): url for url in (address.api, address.token)}
        proxies = {one: _proxy(proxy_for(url, proxy)) for one, url in origins.items()}
        return cls(trusted(verify), proxies, proxy)

    def pool_options(self, origin: str) -> dict[str, Any]:
        """Return the arguments of a pool of connections to an origin.

        The number of connections has no limit: a call must never wait for another's.
        """
        return {
            "ssl_context": self.tls,
            "proxy": self.proxies[origin],
            "max_connections": None,
            "max_keepalive_connections": _N_KEPT,
            "keepalive_expiry": _KEPT_S,
        }

    def link_options(self, link: str) -> dict[str, Any]:
        """Return the arguments of a pool of connections to the host of a link."""
        proxy = _proxy(proxy_for(link, self.stated_proxy))
        return {"ssl_context": self.tls, "proxy": proxy}


def trusted(verify: Literal[True] | str | Path) -> ssl.SSLContext:
    """Return what tells the right certificate from a wrong one.

    Raises
    ------
    ValueError
        If certificates are not to be checked, or a file holds none.
    """
    if verify is True:
        return httpcore.default_ssl_context()
    if not isinstance(verify, str | Path):
        raise ValueError(
            "verify can't be switched off; name the file of the certificate to trust"
        )
    place = Path(verify)
    try:
        if place.is_dir():
            return ssl.create_default_context(capath=place)
        return ssl.create_default_context(cafile=place)
    except OSError as error:  # of ssl too
        raise ValueError(
            f"verify names {place}, which can't be read as certificates in PEM format"
        ) from error


def headers_of(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request.

    Parameters
    ----------
    request : Request
        Sent with the token as it is: the ABS's service refuses it with "Bearer" before.
    """
    plain = {
        # httpcore would leave the brackets of an IPv6 address away.
        b"Host": urlsplit(request.url).netloc.encode("ascii"),
        b"Accept": b"application/json",
        b"User-Agent": USER_AGENT,
        b"Authorization": request.authorization.reveal().encode("ascii"),
    }
    if request.body:
        plain[b"Content-Type"] = request.content_type.encode("ascii")
        plain[b"Content-Length"] = b"%d" % len(request.body)
    return list(plain.items())


def plain_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers of an answer by lower-case name."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers
    }


def _proxy(address: str | None) -> httpcore.Proxy | None:
    if address is None:
        return None
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    auth = None
    if parts.username is not None:
        auth = unquote(parts.username), unquote(parts.password or "")
    return httpcore.Proxy(f"http://{host}", auth=auth)
