"""Which addresses are proxies."""

import pytest

from occoder.errors import SettingsFaults
from occoder.service.transport.proxies import Proxies

NAMED = Proxies.from_names(["192.0.2.7", "10.0.0.0/24", "2001:db8::/32"])


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.200", "2001:db8:1::9"])
def test_named_address_is_one(address: str) -> None:
    """An address is one when it is named, or its network is."""
    assert address in NAMED


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1", "::1%lo"])
def test_this_machine_is_one(address: str) -> None:
    """Who calls from this machine itself needs no name."""
    assert address in NAMED


@pytest.mark.parametrize("address", ["192.0.2.8", "10.0.1.1", "2001:db9::1", "", "unix"])
def test_other_address_is_none(address: str) -> None:
    """Any other address, and what is no address, is none."""
    assert address not in NAMED


def test_all_faults_are_told() -> None:
    """Names, patterns and networks with an address in them are told all at once."""
    names = ["proxy.example.org", "*", "10.0.0.1/8", "10.0.0.1"]
    with pytest.raises(SettingsFaults) as caught:
        Proxies.from_names(names)

    assert 3 == len(caught.value.faults)
    assert all("OCCODER_PROXIES" in fault for fault in caught.value.faults)
