"""Where the data folder is."""

from pathlib import Path

import pytest

from occoder.home import HOME_VARIABLE, default_home


@pytest.mark.parametrize(
    ("environ", "expected"), [({HOME_VARIABLE: "/somewhere"}, "/somewhere"), ({}, None)]
)
def test_home_is_named_or_usual(environ: dict[str, str], expected: str | None) -> None:
    """The environment names the data folder; else it is the usual one of the system."""
    home = default_home(environ)

    assert Path(expected) == home if expected else "occoder" == home.name


def test_empty_home_is_the_usual() -> None:
    """An empty variable is as good as none."""
    assert default_home({}) == default_home({HOME_VARIABLE: ""})
