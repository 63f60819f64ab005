"""Settings as an environment, and back."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occoder.settings.limits import PRESETS
from occoder.settings.settings import Settings, variable
from occoder.settings.settings_environ import put_into, to_environ

TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
NAME = st.text("abc.:/-0123456789", min_size=1)
COUNT = st.integers(min_value=1, max_value=10**18 - 1)
QUOTA = st.none() | st.integers(min_value=0, max_value=10**18 - 1)
RATE = st.none() | st.floats(min_value=0, max_value=999_999)
PORT = st.integers(min_value=0, max_value=65535)
BY_READER = {
    "text": TEXT,
    "path": TEXT.map(Path),
    "port": PORT,
    "count": COUNT,
    "quota": QUOTA,
    "number": st.integers(0, 10**12),
    "rate": RATE,
    "flag": st.booleans(),
    "names": st.lists(NAME).map(tuple),
    "preset": st.sampled_from(sorted(PRESETS)),
    "unsuccessful": st.sampled_from(["empty", "suggestions"]),
    "log_format": st.sampled_from(["auto", "json", "console"]),
}
FIELDS = {
    one.name: BY_READER[one.metadata["reader"]] for one in dataclasses.fields(Settings)
}
# Whatever else is set: a certificate makes any host and key a setting that can run.
ANY_SETTINGS = st.fixed_dictionaries(FIELDS).map(
    lambda values: Settings(**{**values, "tls": "chain.pem"})
)


@given(ANY_SETTINGS)
def test_settings_survive_the_environment(settings: Settings) -> None:
    """What an environment is made of, it gives back."""
    assert settings == Settings.from_environ(to_environ(settings))


def test_defaults_survive_the_environment() -> None:
    """Settings that were never touched come back as they are."""
    settings = Settings(home=Path("data"))

    assert settings == Settings.from_environ(to_environ(settings))


def test_what_an_environment_cannot_say_is_refused() -> None:
    """An empty text in place of a default would come back as the default."""
    with pytest.raises(ValueError, match="OCCODER_SECURITY_CONTACT can't be empty"):
        to_environ(Settings(home=Path("data"), security_contact=""))


def test_environment_names_nothing_else() -> None:
    """Former settings go, and what is not about occoder stays."""
    environ = {"PATH": "/bin", "OCCODER_PAGE": "true", "OCCODER_WORKERS": "9"}
    put_into(environ, Settings(home=Path("data"), workers=2))

    assert "/bin" == environ["PATH"]
    assert ("false", "2") == (environ["OCCODER_PAGE"], environ["OCCODER_WORKERS"])
    assert not set(environ) - {"PATH", *map(variable, FIELDS)}
