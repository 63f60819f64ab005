"""Who is behind an address: a whole network, where one household has it to itself."""

import ipaddress
from functools import lru_cache
from typing import Final

_NETWORK_BITS: Final = 64


@lru_cache(10_000)
def network_of(address: str) -> str:
    """Return what stands for all addresses of one caller.

    An IPv6 line comes with 2**64 addresses, so it is known by the network they share.

    Parameters
    ----------
    address : str
        Of version 4 or 6; anything else stands for itself.

    Examples
    --------
    >>> network_of("192.0.2.7"), network_of("2001:db8::7")
    ('192.0.2.7', '2001:db8::/64')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped:
        return address
    return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
