"""Options of the commands about the service: settings that are often given by hand."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from occoder.settings.settings import Settings


class LogFormat(StrEnum):
    """What the lines of the log look like."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


Host = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Address to listen at.", show_default="127.0.0.1"),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65535,
        help="Port to listen at; 0 takes a free one.",
        show_default="8080",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes that answer.", show_default="1"),
]
Tls = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|self-signed",
        help="PEM file with the certificate chain, or self-signed to make one.",
        show_default="plain HTTP",
    ),
]
TlsKey = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="PEM file with the key of the certificate.",
        show_default="in the same file",
    ),
]
Proxies = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy",
        metavar="ADDRESS",
        help="Address or network of a proxy that ends TLS before the service; repeat it "
        "for several.",
        show_default="none",
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="postgresql://user@host/name; a password belongs in the environment, where "
        "others do not see it.",
        show_default="SQLite in the data folder",
    ),
]
Page = Annotated[
    bool | None,
    typer.Option(
        "--page/--no-page", help="Serve the page to try the coder at /.", show_default="no"
    ),
]
Log = Annotated[
    LogFormat | None,
    typer.Option(
        "--log-format",
        help="Lines of the log: auto is readable on a terminal, else JSON.",
        show_default="auto",
    ),
]


def settings_from(*, proxies: list[str] | None, **options: Any) -> "Settings":
    """Return the settings of the environment, with options in their place.

    Parameters
    ----------
    proxies : list of str or None
        One in each, or several with commas between.
    options
        Other settings by their field; None is passed by.

    Raises
    ------
    SettingsFaults
        If any can't be used; all faults are in it.
    """
    from occoder.settings.settings import Settings

    named = [name.strip() for one in proxies or () for name in one.split(",")]
    given = tuple(name for name in named if name) if proxies else None
    return Settings.from_environ(os.environ, proxies=given, **options)
