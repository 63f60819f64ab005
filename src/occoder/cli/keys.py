"""`occoder keys`: the keys that sign tokens."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from occoder.service.tokens.key_states import KeyState

app = typer.Typer(no_args_is_help=True, help="List and rotate the keys that sign tokens.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RevokeTokens = Annotated[
    bool,
    typer.Option(
        "--revoke-tokens",
        help="Remove the former keys: all tokens in use end now.",
    ),
]


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys, the newest first, with what each does; no private key is shown."""
    import json
    import os

    from occoder.service.tokens.signing_keys import SigningKeys
    from occoder.settings.settings import Settings

    keys = SigningKeys.from_settings(Settings.from_environ(os.environ))
    facts = [_facts(state) for state in keys.states()]
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    elif not facts:
        typer.echo(f"no keys in {keys.folder}; the service makes one when it needs it")
    else:
        for one in facts:
            typer.echo(f"{one['number']:>6}  {one['kid']}  {one['created']}  {one['does']}")


@app.command()
def rotate(revoke_tokens: RevokeTokens = False) -> None:
    """Make a new key; tokens in use stay good until they expire.

    Running services notice it by themselves.
    """
    import os

    from occoder.service.tokens.key_states import NOTICE_S
    from occoder.service.tokens.signing_keys import SigningKeys
    from occoder.settings.settings import Settings
    from occoder.telemetry.audit import Audit, SecurityEvent

    settings = Settings.from_environ(os.environ)
    keys = SigningKeys.from_settings(settings)
    key = keys.rotate(revoke_tokens=revoke_tokens)
    Audit.from_settings(settings).record(
        SecurityEvent.KEY_ROTATED, kid=key.kid, revoked_tokens=int(revoke_tokens)
    )
    typer.echo(f"{key.kid} is the new key, in {keys.folder}")
    if revoke_tokens:
        typer.echo("The former keys are removed: every client has to get a new token.")
    elif keys.states()[0].signs:
        typer.echo("It signs from now on.")
    else:
        typer.echo(f"It signs in {NOTICE_S:g} seconds; tokens in use stay good.")


def _facts(state: "KeyState") -> dict[str, str | int]:
    """Return what is told of a key."""
    does = "is new"
    if state.signs:
        does = "signs"
    elif state.verifies_until < float("inf"):
        does = f"verifies until {_time(state.verifies_until)}"
    return {
        "number": state.key.number,
        "kid": state.key.kid,
        "created": _time(state.key.created_at),
        "does": does,
    }


def _time(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
