"""The command that runs the service."""

from typing import TYPE_CHECKING

import typer

from occoder.cli.service_options import (
    DatabaseUrl,
    Host,
    Log,
    Page,
    Port,
    Proxies,
    Tls,
    TlsKey,
    Workers,
    settings_from,
)

if TYPE_CHECKING:
    from pathlib import Path

    from occoder.settings.settings import Settings


def serve(
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    tls: Tls = None,
    tls_key: TlsKey = None,
    proxy: Proxies = None,
    database_url: DatabaseUrl = None,
    page: Page = None,
    log_format: Log = None,
) -> None:
    """Run the coding service until it is told to stop.

    The first start trains the bundled models, which takes about a minute each, and makes
    a database, keys and, if asked to, a certificate in the data folder. All else is set
    in the environment; an option goes before its variable. SIGTERM or Ctrl-C stops it
    when the calls under way are answered.
    """
    from occoder.service.startup import banner, prepare
    from occoder.service.transport.listening import take_address
    from occoder.service.transport.server import run

    settings = settings_from(
        host=host,
        port=port,
        workers=workers,
        tls=tls,
        tls_key=tls_key,
        proxies=proxy,
        database_url=database_url,
        page=page,
        log_format=log_format,
    )
    sockets = take_address(settings)
    _train_what_is_missing(settings.home)
    prepared = prepare(settings)

    def tell(settings: "Settings") -> None:
        typer.echo(banner(settings, prepared), err=True)

    run(settings, sockets=sockets, on_listening=tell)


def _train_what_is_missing(home: "Path") -> None:
    """Train bundled topics that never had a model; those with retired ones stay so."""
    from occoder.catalogue import Catalogue
    from occoder.classification import BUNDLED
    from occoder.cli.bar import make_ready

    make_ready([topic for topic in BUNDLED if not Catalogue(home).entries(topic)])
