"""Options of the commands that call a service elsewhere: who calls, and whom they trust."""

from pathlib import Path
from typing import Annotated

import typer

ClientId = Annotated[
    str, typer.Option(envvar="OCCODER_CLIENT_ID", help="Id of a registered client.")
]
ClientSecret = Annotated[
    str,
    typer.Option(
        envvar="OCCODER_CLIENT_SECRET",
        help="Its secret; others on this machine may see an option, not the variable.",
    ),
]
AuthUrl = Annotated[
    str | None,
    typer.Option(
        help="Address of the host that gives tokens.",
        show_default="that of the service",
    ),
]
Ca = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="PEM file of the only certificates to trust.",
        show_default="the usual ones, and SSL_CERT_FILE",
    ),
]
