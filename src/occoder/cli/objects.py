"""`occoder objects`: the stores of batches."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from occoder.batch.objects.probe import Right, Role
    from occoder.batch.operation import Store
    from occoder.settings.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Prepare and check the stores that batches are kept in."
)

RoleName = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar="gateway|dispatcher|coder",
        help="Ask only for what this role needs.",
        show_default="all three",
    ),
]
Client = Annotated[
    str,
    typer.Option(
        metavar="ID",
        help="Client whose key to encrypt with, where each has one of its own.",
        show_default="none",
    ),
]


@app.command()
def init() -> None:
    """Make the buckets of an S3 store if they are missing, and set their rules.

    They are closed to the public, encrypt by default where the store can do that, and
    delete what is left over. What is done already stays as it is.
    """
    from occoder.batch.objects.address import is_local

    settings = _settings()
    if is_local(settings):
        typer.echo("objects are kept in folders; there is nothing to prepare")
        return
    from occoder.batch.objects.s3_setup import prepare_buckets

    for line in prepare_buckets(settings):
        typer.echo(line)


@app.command()
def check(role: RoleName = None, client: Client = "") -> None:
    """Try what this process may do in each store, with an object that is then deleted."""
    from occoder.batch.objects.address import OF_CLIENT, address_of, is_local
    from occoder.batch.objects.open_objects import open_address
    from occoder.batch.objects.probe import Role, probe
    from occoder.batch.operation import Store

    settings = _settings()
    if role not in {None, *Role}:
        raise typer.BadParameter("gateway, dispatcher or coder is expected.")
    needs_client = OF_CLIENT in settings.s3_kms_key and not is_local(settings)
    if needs_client and not client:
        raise typer.BadParameter("--client is needed: each client has a key of its own.")
    problems = {}
    for store in Store:
        address = address_of(settings, store, client_id=client)
        problems[store] = probe(open_address(address))
        typer.echo(f"{address.url}: {_told(problems[store])}")
    roles = [Role(role)] if role else list(Role)
    if not all([_echo_role(one, problems) for one in roles]):
        raise typer.Exit(1)


def _settings() -> "Settings":
    import os

    from occoder.settings.settings import Settings

    return Settings.from_environ(os.environ)


def _told(problems: "dict[Right, str]") -> str:
    return ", ".join(f"{right} {one or 'yes'}" for right, one in problems.items())


def _echo_role(role: "Role", problems: "dict[Store, dict[Right, str]]") -> bool:
    """Print whether a role can do its work, and return it."""
    from occoder.batch.objects.probe import lacking

    missing = ", ".join(f"{right} {store}" for store, right in lacking(role, problems))
    typer.echo(f"{role}: may not {missing}" if missing else f"{role}: may do its work")
    return not missing
