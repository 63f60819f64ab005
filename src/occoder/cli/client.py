"""`occoder client`: who may call the service."""

import json as json_text
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import typer

from occoder.cli.client_options import (
    AcceptedBy,
    ClientId,
    Contact,
    Days,
    Json,
    Notify,
    OfTier,
    Organisation,
    PerDay,
    PerHour,
    PerSecond,
    RevokeTokens,
    TermsVersion,
)
from occoder.service.clients.client import Override, State

if TYPE_CHECKING:
    from occoder.cli.opened_register import OpenedRegister
    from occoder.service.clients.client import Client

app = typer.Typer(
    no_args_is_help=True, help="Register clients of the service, and look after them."
)

_SHOWN_ONCE: Final = (
    "The secret is shown only now, and only a hash of it is kept: note it, and give it to "
    "the client in a safe way."
)


@app.command()
def add(
    organisation: Organisation,
    contact: Contact,
    tier: OfTier,
    terms_version: TermsVersion,
    accepted_by: AcceptedBy,
    per_second: PerSecond = None,
    per_hour: PerHour = None,
    per_day: PerDay = None,
    json: Json = False,
) -> None:
    """Register a client, and print its id and secret this once."""
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    with open_register() as register:
        client, secret = register.clients.add(
            organisation=organisation,
            contact=contact,
            tier=tier,
            terms_version=terms_version,
            terms_accepted_by=accepted_by,
            override=Override(per_second=per_second, per_hour=per_hour, per_day=per_day),
        )
        register.record(SecurityEvent.CLIENT_ADDED, client.client_id, tier=client.tier)
        facts = register.facts(client)
    if json:
        _echo_json({**facts, "client_secret": secret})
        typer.echo(_SHOWN_ONCE, err=True)
    else:
        _echo_secret(client.client_id, secret)


@app.command("list")
def list_clients(json: Json = False) -> None:
    """List all clients in the order of registration, removed ones too."""
    from occoder.cli.opened_register import open_register

    with open_register() as register:
        found = register.clients.clients()
        facts = [register.facts(client) for client in found]
    if json:
        _echo_json(facts)
    else:
        _echo_table(found, nobody="no clients; `occoder client add` registers one")


@app.command()
def show(client_id: ClientId, json: Json = False) -> None:
    """Show what is known of a client, and which limits hold for it."""
    from occoder.cli.opened_register import open_register
    from occoder.errors import UnknownClient

    with open_register() as register:
        client = register.clients.find(client_id)
        if client is None:
            raise UnknownClient(client_id=client_id)
        if json:
            _echo_json(register.facts(client))
        else:
            _echo_sheet(register, client)


@app.command()
def limits(
    client_id: ClientId,
    per_second: PerSecond = None,
    per_hour: PerHour = None,
    per_day: PerDay = None,
) -> None:
    """Give a client limits of its own; those not named are its tier's again."""
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    own = Override(per_second=per_second, per_hour=per_hour, per_day=per_day)
    with open_register() as register:
        client = register.clients.override(client_id, own)
        register.record(
            SecurityEvent.CLIENT_CHANGED,
            client_id,
            per_second=_or_tier(per_second),
            per_hour=_or_tier(per_hour),
            per_day=_or_tier(per_day),
        )
        _echo_sheet(register, client)


@app.command()
def terms(
    client_id: ClientId, terms_version: TermsVersion, accepted_by: AcceptedBy
) -> None:
    """Write down that the organisation accepted terms of use, just now."""
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    with open_register() as register:
        client = register.clients.accept_terms(
            client_id, terms_version=terms_version, terms_accepted_by=accepted_by
        )
        register.record(
            SecurityEvent.CLIENT_CHANGED, client_id, terms_version=client.terms_version
        )
        _echo_sheet(register, client)


@app.command()
def rotate(client_id: ClientId, revoke_tokens: RevokeTokens = False) -> None:
    """Give a client a new secret, printed this once; the former one ends at once."""
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    with open_register() as register:
        secret = register.clients.rotate(client_id, revoke_tokens=revoke_tokens)
        tokens = "revoked" if revoke_tokens else "kept"
        register.record(SecurityEvent.CLIENT_ROTATED, client_id, tokens=tokens)
    _echo_secret(client_id, secret)


@app.command()
def suspend(client_id: ClientId) -> None:
    """Refuse a client tokens and answers until it is resumed."""
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    with open_register() as register:
        register.clients.suspend(client_id)
        register.record(SecurityEvent.CLIENT_SUSPENDED, client_id)
        _echo_refused(register, client_id, "suspended")


@app.command()
def resume(client_id: ClientId) -> None:
    """Make a client active again that is suspended or under review."""
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    with open_register() as register:
        register.clients.resume(client_id)
        register.record(SecurityEvent.CLIENT_RESUMED, client_id)
    typer.echo(f"{client_id} is active")


@app.command()
def remove(client_id: ClientId) -> None:
    """End a registration for good; its entry stays in the list.

    Its batches end, and the keys that seal what is stored of them are deleted.
    """
    from occoder.cli.opened_register import open_register
    from occoder.telemetry.audit import SecurityEvent

    with open_register() as register:
        register.clients.remove(client_id)
        register.erase(client_id)
        register.record(SecurityEvent.CLIENT_REMOVED, client_id)
        _echo_refused(register, client_id, "removed")


@app.command()
def inactive(days: Days = None, notify: Notify = None, json: Json = False) -> None:
    """List the clients that may call but did not for long; notify them, if asked to.

    Those that are under review already are not notified again.
    """
    from occoder.cli.notify import program
    from occoder.cli.opened_register import open_register

    command = None if notify is None else program(notify)
    with open_register() as register:
        days = days or register.settings.inactivity_days
        found = register.clients.inactive(days)
        n_failed = 0
        if command is not None:
            n_failed = _notify_all(register, found, command)
            found = register.clients.inactive(days)
        facts = [register.facts(client) for client in found]
    if json:
        _echo_json(facts)
    else:
        _echo_table(found, nobody=f"no client is without a call for {days} days")
    if n_failed:
        raise typer.Exit(1)


def _notify_all(
    register: "OpenedRegister", clients: "Sequence[Client]", command: Sequence[str]
) -> int:
    """Notify clients and put them under review; return for how many it failed."""
    from occoder.cli.notify import notify
    from occoder.telemetry.audit import SecurityEvent

    n_failed = 0
    for client in clients:
        if client.state != State.ACTIVE:
            continue
        quiet = datetime.now(UTC) - (client.last_used_at or client.created_at)
        facts = {**register.facts(client), "inactive_days": quiet.days}
        if problem := notify(command, facts):
            typer.echo(f"{client.client_id} was not notified: {problem}", err=True)
            n_failed += 1
        else:
            register.clients.review(client.client_id)
            register.record(SecurityEvent.CLIENT_UNDER_REVIEW, client.client_id)
    return n_failed


def _echo_secret(client_id: str, secret: str) -> None:
    typer.echo(f"client id:     {client_id}")
    typer.echo(f"client secret: {secret}")
    typer.echo(_SHOWN_ONCE, err=True)


def _echo_refused(register: "OpenedRegister", client_id: str, state: str) -> None:
    within_s = register.settings.client_refresh_s
    typer.echo(f"{client_id} is {state}, and refused within {within_s} s")


def _echo_table(clients: "Sequence[Client]", *, nobody: str) -> None:
    from occoder.cli.client_text import table

    for line in table(clients) if clients else [nobody]:
        typer.echo(line)


def _echo_sheet(register: "OpenedRegister", client: "Client") -> None:
    for line in register.sheet(client):
        typer.echo(line)


def _echo_json(facts: object) -> None:
    typer.echo(json_text.dumps(facts, ensure_ascii=False, indent=2))


def _or_tier(limit: float | None) -> str:
    return "of its tier" if limit is None else f"{limit:g}"
