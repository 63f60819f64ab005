"""The command that looks at all that the service stands on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from occoder.cli.service_options import (
    DatabaseUrl,
    Host,
    Port,
    Proxies,
    Tls,
    TlsKey,
    settings_from,
)

if TYPE_CHECKING:
    from occoder.service.checks.check import Check

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_MARKS: Final = {True: "ok", False: "FAILED"}


def doctor(
    host: Host = None,
    port: Port = None,
    tls: Tls = None,
    tls_key: TlsKey = None,
    proxy: Proxies = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Look at settings, folders, database, keys, certificate, clock, models and address.

    Run it before a start with the same options and environment, or while the service
    runs. It changes nothing, and exits with 1 when something is wrong.
    """
    from occoder.errors import SettingsFaults
    from occoder.service.checks.doctor import checks, faulty_settings

    try:
        settings = settings_from(
            host=host,
            port=port,
            tls=tls,
            tls_key=tls_key,
            proxies=proxy,
            database_url=database_url,
        )
    except SettingsFaults as faults:
        found = [faulty_settings(faults)]
    else:
        found = checks(settings)
    typer.echo(_as_json(found) if json else _table(found))
    if not all(check.is_ok for check in found):
        raise typer.Exit(1)


def _as_json(found: "Sequence[Check]") -> str:
    import dataclasses
    import json

    return json.dumps([dataclasses.asdict(check) for check in found], indent=2)


def _table(found: "Sequence[Check]") -> str:
    name_width = max(len(check.name) for check in found)
    lines = []
    for check in found:
        mark = _MARKS[check.is_ok]
        lines.append(f"{mark:<8}{check.name:<{name_width}}  {check.finding}")
        if check.remedy:
            lines.append(f"{'':<8}{'':<{name_width}}  {check.remedy}")
    n_failed = sum(not check.is_ok for check in found)
    lines.append("all is well" if not n_failed else f"{n_failed} of {len(found)} failed")
    return "\n".join(lines)
