"""What the first start makes, and what the operator is told at every start."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from occoder.batch.batches import GATEWAY
from occoder.batch.operation import Store
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.database import name, open_database
from occoder.service.clients.client_register import ClientRegister
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.service.transport.certificate import Certificate, certificate
from occoder.service.transport.self_signed import FOR_CLIENTS
from occoder.settings.settings import SELF_SIGNED, Settings
from occoder.telemetry.audit import Audit

# A certificate that was given should be replaced before so few days are left.
FEW_DAYS: Final = 30

ADD_A_CLIENT: Final = (
    'occoder client add "Dept of Examples" --contact someone@example.org --tier partner '
    '--terms-version 1 --accepted-by "A. Person"'
)
_EVERY_ADDRESS: Final = {"", "0.0.0.0", "::"}
_WIDTH: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Where the service keeps what.

    Parameters
    ----------
    database : str
        File or address, without a password.
    keys : Path
        Folder of the keys that sign tokens.
    storage_keys : Path
        Folder of the keys that seal what is stored.
    audit : Path
        File of the security events.
    certificate : Certificate or None
        That TLS shows, if there is TLS.
    days_left : int
        Days until it ends; 0 without one.
    n_clients : int
        Clients that may call.
    """

    database: str
    keys: Path
    storage_keys: Path
    audit: Path
    certificate: Certificate | None
    days_left: int
    n_clients: int


def prepare(settings: Settings, clock: Callable[[], float] = time.time) -> Prepared:
    """Make what is not there yet: folder, database, signing key, certificate.

    What is there is looked at, so that a fault is told before models are loaded and
    processes started.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    clock : callable
        Seconds since 1970.

    Raises
    ------
    ServiceError
        If database, keys or certificate can't be used.
    OSError
        If the data folder can't be written.
    """
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = clock()
    found = certificate(settings, now) if settings.tls else None
    keys = SigningKeys.from_settings(settings, clock)
    keys.signing()
    # Where another process dispatches, that one makes the key that this one has not.
    StorageKeys.from_settings(settings, Store if settings.dispatcher else GATEWAY)
    engine = open_database(settings)
    try:
        clients = ClientRegister(engine, clock).clients()
        database = engine.url.database if engine.dialect.name == "sqlite" else name(engine)
    finally:
        engine.dispose()
    return Prepared(
        database=database or "",
        keys=keys.folder,
        storage_keys=settings.keys_that_seal,
        audit=Audit.from_settings(settings).file,
        certificate=found,
        days_left=found.days_left(now) if found else 0,
        n_clients=sum(client.may_call for client in clients),
    )


def address(settings: Settings) -> str:
    """Return where the service can be called, as a URL.

    Parameters
    ----------
    settings : Settings
        With the port that was taken.

    Examples
    --------
    >>> address(Settings(home=Path("data"), host="::1", port=8443, tls="self-signed"))
    'https://[::1]:8443'
    """
    host = socket.gethostname() if settings.host in _EVERY_ADDRESS else settings.host
    scheme = "https" if settings.tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"


def banner(settings: Settings, prepared: Prepared) -> str:
    """Return what an operator is told when the service starts.

    Parameters
    ----------
    settings : Settings
        With the port that was taken.
    prepared : Prepared
        As `prepare` returns it.
    """
    lines = [
        f"The service answers at {address(settings)}",
        *_rows(settings, prepared),
        *_warnings(settings, prepared),
    ]
    if not prepared.n_clients:
        lines += ["No client is registered yet. Add one with", f"  {ADD_A_CLIENT}"]
    return "\n".join(lines)


def _rows(settings: Settings, prepared: Prepared) -> Iterator[str]:
    facts = {
        "data folder": settings.home,
        "database": prepared.database,
        "signing keys": prepared.keys,
        "storage keys": prepared.storage_keys,
        "audit log": prepared.audit,
    }
    if found := prepared.certificate:
        facts["certificate"] = f"SHA-256 {found.fingerprint}"
        if settings.tls == SELF_SIGNED:
            facts["for clients"] = found.chain.with_name(FOR_CLIENTS)
    if settings.metrics_port:
        facts["metrics"] = f"http://127.0.0.1:{settings.metrics_port}/metrics"
    if settings.page:
        facts["page"] = f"{address(settings)}/"
    for title, fact in facts.items():
        yield f"  {title:<{_WIDTH}}{fact}"


def _warnings(settings: Settings, prepared: Prepared) -> Iterator[str]:
    if prepared.certificate and settings.tls != SELF_SIGNED:
        if prepared.days_left < FEW_DAYS:
            yield f"The certificate ends in {prepared.days_left} days; renew it."
    if settings.proxies and not settings.tls:
        proxies = ", ".join(settings.proxies)
        yield f"Plain HTTP, taken from this machine and from these proxies only: {proxies}"
