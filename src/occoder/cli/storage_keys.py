"""`occoder storage-keys`: the keys that seal what batches store."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from occoder.batch.operation import Store
    from occoder.batch.vault.client_keys import ClientKeys
    from occoder.batch.vault.storage_keys import StorageKeys
    from occoder.settings.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="List and rotate the keys that seal what batches store."
)


class Which(StrEnum):
    """The stores whose keys a command is about."""

    ALL = "all"
    INGRESS = "ingress"
    VALIDATED = "validated"
    EGRESS = "egress"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfStore = Annotated[Which, typer.Option("--store", help="Only the keys of one store.")]
DropOld = Annotated[
    bool,
    typer.Option(
        "--drop-old",
        help="Drop the former keys at once: links given before are refused from now on.",
    ),
]
Lost = Annotated[
    bool,
    typer.Option(
        "--lost",
        help="Delete clients' keys too whose storage key is missing, with all they seal.",
    ),
]


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys of each store, the newest first; no key itself is shown."""
    import json

    settings = _settings()
    stores = [store for store in _stores(Which.ALL) if _has_keys(settings, store)]
    if not stores and not as_json:
        folder = settings.keys_that_seal
        typer.echo(f"no storage keys in {folder}; the service makes them when it starts")
        return
    with _opened(settings, stores) as (keys, client_keys):
        facts = [one for store in stores for one in _facts(keys, client_keys, store)]
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
        return
    for one in facts:
        typer.echo(
            f"{one['store']:<10} {one['id']}  {one['created']}  "
            f"wraps {one['clientKeys']} client keys"
        )


@app.command()
def rotate(store: OfStore = Which.ALL, drop_old: DropOld = False) -> None:
    """Make a new key and wrap the clients' keys with it.

    Running services notice it by themselves, and links given before stay good. `forget`
    drops the former keys later, when these links have run out and all services that read
    copies of the folder have the new keys.
    """
    settings = _settings()
    stores = _stores(store)
    with _opened(settings, stores) as (keys, client_keys):
        for one in stores:
            key = keys.rotate(one)
            _record(settings, one, key.id)
            typer.echo(f"{key.id} is the new key of {one}, in {keys.folder}")
        typer.echo(f"Clients' keys wrapped anew: {client_keys.rewrap()}.")
        if drop_old:
            n_dropped = sum(client_keys.forget_old(one) for one in stores)
            typer.echo(f"Former keys dropped: {n_dropped}.")
        else:
            typer.echo("Former keys are kept; `occoder storage-keys forget` drops them.")
        n_lost = sum(client_keys.n_lost(one) for one in stores)
    typer.echo("Running services notice it by themselves.")
    if n_lost:
        typer.echo(
            f"Clients' keys whose storage key is missing: {n_lost}. Restore its file; if "
            f"it is lost, `occoder storage-keys forget --lost` lets these clients go on."
        )


@app.command()
def forget(store: OfStore = Which.ALL, lost: Lost = False) -> None:
    """Drop the former keys that wrap no client's key any more, after a rotation.

    Links that were signed with them are refused from then on.
    """
    settings = _settings()
    stores = [one for one in _stores(store) if _has_keys(settings, one)]
    with _opened(settings, stores) as (_, client_keys):
        n_lost = sum(client_keys.forget_lost(one) for one in stores) if lost else 0
        n_old = sum(client_keys.forget_old(one) for one in stores)
    typer.echo(f"Former keys dropped: {n_old}.")
    if lost:
        typer.echo(f"Clients' keys deleted whose storage key is missing: {n_lost}.")


def _settings() -> "Settings":
    import os

    from occoder.settings.settings import Settings

    return Settings.from_environ(os.environ)


def _stores(which: Which) -> "list[Store]":
    from occoder.batch.operation import Store

    return list(Store) if which is Which.ALL else [Store(which.value)]


def _has_keys(settings: "Settings", store: "Store") -> bool:
    from occoder.batch.vault.storage_keys import key_file

    return key_file(settings.keys_that_seal, store).exists()


def _record(settings: "Settings", store: "Store", key_id: str) -> None:
    from occoder.telemetry.audit import Audit, SecurityEvent

    Audit.from_settings(settings).record(
        SecurityEvent.KEY_ROTATED, kid=key_id, store=store.value
    )


@contextmanager
def _opened(
    settings: "Settings", stores: "list[Store]"
) -> Iterator[tuple["StorageKeys", "ClientKeys"]]:
    """Open the keys of some stores, and the database with those of the clients."""
    from occoder.batch.vault.client_keys import ClientKeys
    from occoder.batch.vault.storage_keys import StorageKeys
    from occoder.database import open_database

    keys = StorageKeys.from_settings(settings, stores)
    engine = open_database(settings)
    try:
        yield keys, ClientKeys(engine, keys)
    finally:
        engine.dispose()


def _facts(
    keys: "StorageKeys", client_keys: "ClientKeys", store: "Store"
) -> list[dict[str, str | int]]:
    """Return what is told of the keys of a store, the newest first."""
    numbers = client_keys.n_by_master(store)
    return [
        {
            "store": store.value,
            "id": key.id,
            "created": key.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "clientKeys": numbers.get(key.id, 0),
        }
        for key in reversed(keys.generations(store))
    ]
