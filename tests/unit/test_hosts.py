"""Which host name serves what."""

from occoder.service.hosts import EVERYTHING, NOTHING, Hosts, Place
from occoder.settings.settings import Settings
from occoder.settings.tier import Tier


def hosts(**names: str) -> Hosts:
    """Return the hosts of settings."""
    return Hosts(Settings.from_environ({}, **names))


def test_without_names_everything_everywhere() -> None:
    """Without host names every host serves everything."""
    assert EVERYTHING == hosts().place("anything")


def test_one_name_for_each_side() -> None:
    """A host serves its side of its tier, and other hosts nothing."""
    named = hosts(partner_auth_host="Auth.example", partner_api_host="api.example")

    assert Place(Tier.PARTNER, tokens=True, api=False) == named.place("auth.EXAMPLE:443")
    assert Place(Tier.PARTNER, tokens=False, api=True) == named.place("https://api.example")
    assert NOTHING == named.place("example")


def test_one_name_for_both_sides() -> None:
    """A host may serve both sides of a tier."""
    named = hosts(public_auth_host="one.example", public_api_host="one.example")

    assert Place(Tier.PUBLIC) == named.place("one.example")


def test_one_name_for_both_tiers() -> None:
    """A host may serve the API of both tiers."""
    named = hosts(public_api_host="api.example", partner_api_host="api.example")

    assert Place(None, tokens=False, api=True) == named.place("api.example")
