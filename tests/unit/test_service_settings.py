"""Settings of the service: defaults, faults, conflicts."""

import dataclasses
from pathlib import Path

import pytest

from occoder.errors import SettingsFaults
from occoder.settings.limits import Limits
from occoder.settings.settings import Settings, reader_of, variable

FIELDS = {one.name: one for one in dataclasses.fields(Settings)}


def test_empty_environment_is_enough() -> None:
    """Every setting has a default that works on one machine."""
    settings = Settings.from_environ({})

    assert ("127.0.0.1", 8080, 1) == (settings.host, settings.port, settings.workers)
    assert 3600 == settings.token_ttl_s
    assert "seed-june-2025" == settings.limits


def test_values_are_read() -> None:
    """Each kind of value is read from text."""
    environ = {
        "OCCODER_HOME": "/data",
        "OCCODER_PORT": "0",
        "OCCODER_PAGE": "true",
        "OCCODER_PROXIES": "10.0.0.1, 10.0.0.2",
        "OCCODER_PUBLIC_PER_SECOND": "0.5",
        "OTHER_NAME": "passed by",
    }

    settings = Settings.from_environ(environ)

    assert Path("/data") == settings.home
    assert 0 == settings.port
    assert settings.page
    assert ("10.0.0.1", "10.0.0.2") == settings.proxies
    assert 0.5 == settings.public_per_second


def test_options_come_before_the_environment() -> None:
    """What the command line names counts; what it leaves out does not."""
    settings = Settings.from_environ({"OCCODER_PORT": "1"}, port=2, workers=None)

    assert (2, 1) == (settings.port, settings.workers)


def test_all_faults_at_once() -> None:
    """Unknown names, unusable values and conflicts are told together."""
    environ = {
        "OCCODER_PRT": "1",
        "OCCODER_PORT": "65536",
        "OCCODER_PAGE": "yes",
        "OCCODER_LIMITS": "none",
        "OCCODER_TLS_KEY": "key.pem",
        "OCCODER_HOST": "0.0.0.0",
    }

    with pytest.raises(SettingsFaults) as caught:
        Settings.from_environ(environ)

    assert [
        "OCCODER_PRT",
        "OCCODER_PORT",
        "OCCODER_LIMITS",
        "OCCODER_PAGE",
        "OCCODER_TLS_KEY",
        "OCCODER_HOST",
    ] == [fault.partition(":")[0] for fault in caught.value.faults]


def test_values_are_not_in_faults() -> None:
    """A fault names the setting and not its value, which may be a password."""
    with pytest.raises(SettingsFaults) as caught:
        Settings.from_environ({"OCCODER_PORT": "hunter2"})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_r4_plain_http_on_loopback(host: str) -> None:
    """Plain HTTP is served to this machine."""
    assert host == Settings.from_environ({"OCCODER_HOST": host}).host


@pytest.mark.parametrize(
    "with_it", [{"OCCODER_TLS": "self-signed"}, {"OCCODER_PROXIES": "10.0.0.1"}]
)
def test_r4_elsewhere_with_tls_or_proxy(with_it: dict[str, str]) -> None:
    """Other addresses need TLS, or a proxy that is named."""
    with pytest.raises(SettingsFaults):
        Settings.from_environ({"OCCODER_HOST": "0.0.0.0"})
    assert Settings.from_environ({"OCCODER_HOST": "0.0.0.0", **with_it})


def test_b19_presets_and_overrides() -> None:
    """The preset gives the limits of a tier, and a setting stands in place of one."""
    seed = Settings.from_environ({})
    live = Settings.from_environ({"OCCODER_LIMITS": "live-late-2025"})
    own = Settings.from_environ({"OCCODER_PUBLIC_PER_HOUR": "0"})

    assert Limits(per_second=1, per_hour=100) == seed.tier_limits("public")
    assert Limits() == seed.tier_limits("partner")
    assert Limits(per_second=1, per_day=1000) == live.tier_limits("public")
    assert Limits(per_second=1, per_day=10_000) == live.tier_limits("partner")
    assert Limits(per_second=1) == own.tier_limits("public")


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_is_described(name: str) -> None:
    """Every setting has a sentence, a reader, and a variable that sets it."""
    one = FIELDS[name]

    assert one.metadata["sentence"].endswith(".")
    assert reader_of(one).expected
    assert f"OCCODER_{name.upper()}" == variable(name)
