"""The proxies that end TLS before this service: who may speak plain HTTP to it."""

import ipaddress
from collections.abc import Iterable
from typing import Self

from occoder.errors import SettingsFaults

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The addresses that an operator named.

    Parameters
    ----------
    networks : iterable of IPv4Network or IPv6Network
        An address is a network of one.
    """

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)

    @classmethod
    def from_names(cls, names: Iterable[str]) -> Self:
        """Return the proxies that a setting names.

        Parameters
        ----------
        names : iterable of str
            Addresses, or networks such as "10.0.0.0/24".

        Raises
        ------
        SettingsFaults
            If any is neither. A host name is none: who answers to it may change.
        """
        networks, faults = [], []
        for name in names:
            try:
                networks.append(ipaddress.ip_network(name))
            except ValueError:
                faults.append(
                    f"OCCODER_PROXIES: expected addresses such as 10.0.0.5, or networks "
                    f"such as 10.0.0.0/24, not {name}"
                )
        if faults:
            raise SettingsFaults(faults=faults)
        return cls(networks)

    @property
    def names(self) -> list[str]:
        """Return the networks as text."""
        return [str(network) for network in self._networks]

    def __contains__(self, address: str) -> bool:
        """Tell whether an address is one of them, or of this machine itself."""
        try:
            # The scope of a link-local address ("fe80::1%eth0") is no part of it here.
            known = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return known.is_loopback or any(known in network for network in self._networks)
