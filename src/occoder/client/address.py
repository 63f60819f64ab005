"""Where the service is: its addresses, and the proxy that leads to them."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

_VERSION: Final = "/v1"
_TOKEN: Final = "/oauth2/token"


@dataclass(frozen=True, slots=True)
class Address:
    """Where calls go.

    Parameters
    ----------
    api : str
        What the paths of the API are added to, with the version: "https://host/v1".
    token : str
        The token endpoint: "https://host/oauth2/token".
    """

    api: str
    token: str

    @classmethod
    def of(cls, url: str, auth_url: str | None = None) -> Self:
        """Return the addresses that the two arguments of a client name.

        Parameters
        ----------
        url : str
            Of the service, with or without "/v1".
        auth_url : str, optional
            Of the host that gives tokens, with or without "/oauth2/token"; by default
            the same as ``url``.

        Raises
        ------
        ValueError
            If one is not the https address of a host, or a http one on this machine.

        Examples
        --------
        >>> Address.of("https://coder.example/")
        Address(api='https://coder.example/v1', token='https://coder.example/oauth2/token')
        """
        root = _checked(url, "url").removesuffix(_VERSION)
        auth = root if auth_url is None else _checked(auth_url, "auth_url")
        return cls(f"{root}{_VERSION}", f"{auth.removesuffix(_TOKEN)}{_TOKEN}")


def origin(url: str) -> str:
    """Return scheme, host and port of an address.

    >>> origin("https://coder.example:8443/v1/topics")
    'https://coder.example:8443'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def checked_link(link: str) -> str:
    """Return a link to a file, which may have a query.

    Raises
    ------
    ValueError
        If it is not the https address of a host, or a http one on this machine. The
        message doesn't repeat it: who has a link may use it.

    Examples
    --------
    >>> checked_link("https://bucket.example/input?signature=abc&expires=3600")
    'https://bucket.example/input?signature=abc&expires=3600'
    """
    parts = _split(link, "a link")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("a link must have no user, password or fragment")
    _check_scheme(parts, "a link")
    return link


def proxy_for(url: str, proxy: str | None) -> str | None:
    """Return the address of the proxy through which another address is reached.

    Parameters
    ----------
    url : str
        Where a call goes.
    proxy : str or None
        As the caller named it, "" for none. With None it is the one that the
        environment names (``HTTPS_PROXY``, ``ALL_PROXY``, unless ``NO_PROXY`` excepts
        the host), and none for addresses on this machine.

    Raises
    ------
    ValueError
        If it is not the http address of a host. The message doesn't repeat it, since
        it may hold a password.
    """
    if proxy is None:
        parts = urlsplit(url)
        if is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
            return None
        known = getproxies()
        proxy = known.get(parts.scheme) or known.get("all") or ""
    if not proxy:
        return None
    named = proxy if "://" in proxy else f"http://{proxy}"
    if _split(named, "proxy").scheme != "http":
        raise ValueError("proxy must be the http address of a host: http://proxy:3128")
    return named


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("coder.example")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked(url: str, name: str) -> str:
    """Return an address without the slash at its end.

    No message repeats it: addresses with passwords in them are the faulty ones.
    """
    parts = _split(url, name)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(
            f"{name} must be an address alone, without user, password, query or fragment"
        )
    _check_scheme(parts, name)
    return url.rstrip("/")


def _check_scheme(parts: SplitResult, name: str) -> None:
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError(
            f"{name} must begin with https://, for secrets and texts go over it; plain "
            f"http is for this machine only"
        )


def _split(url: str, name: str) -> SplitResult:
    fault = f"{name} must be the address of a host: https://coder.example"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(fault) from None
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not (is_plain and parts.hostname and parts.scheme in {"http", "https"}):
        raise ValueError(fault)
    return parts
