"""From settings back to the environment: how worker processes get them."""

import dataclasses
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from occoder.settings.settings import PREFIX, Settings, variable


def to_environ(settings: Settings) -> dict[str, str]:
    """Return the variables from which `Settings.from_environ` makes the same settings.

    Parameters
    ----------
    settings : Settings
        Any that an environment can name.

    Raises
    ------
    ValueError
        If a text is empty whose default is not: an environment can't say that.

    Examples
    --------
    >>> from pathlib import Path
    >>> to_environ(Settings(home=Path("data"), page=True))["OCCODER_PAGE"]
    'true'
    """
    environ = {}
    for one in dataclasses.fields(settings):
        value = getattr(settings, one.name)
        text = _text(value)
        if text:
            environ[variable(one.name)] = text
        elif value != one.default:
            raise ValueError(f"{variable(one.name)} can't be empty")
    return environ


def put_into(environ: MutableMapping[str, str], settings: Settings) -> None:
    """Let an environment name these settings and no others.

    Parameters
    ----------
    environ : mapping
        ``os.environ``; what is not about occoder stays.
    settings : Settings
        What processes that are started from now on will read.
    """
    wanted = to_environ(settings)
    for name in [name for name in environ if name.startswith(PREFIX)]:
        del environ[name]
    environ.update(wanted)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(value)
        case str() | int() | float() | Path():
            return str(value)
    raise TypeError(type(value).__name__)
