"""Options of the commands about clients."""

from typing import Annotated

import typer

from occoder.settings.tier import Tier

ClientId = Annotated[str, typer.Argument(help="Id of the client.")]
Organisation = Annotated[str, typer.Argument(help="Name of the organisation.")]
Contact = Annotated[str, typer.Option(help="Address to write to, such as an e-mail.")]
OfTier = Annotated[Tier, typer.Option(help="What it may use.")]
TermsVersion = Annotated[
    str, typer.Option(help="Version of the terms of use that were accepted.")
]
AcceptedBy = Annotated[
    str, typer.Option(help="Who accepted them, authorised to do so for the organisation.")
]
PerSecond = Annotated[
    float | None,
    typer.Option(
        min=0, help="Coding calls a second, 0 for no limit.", show_default="its tier's"
    ),
]
PerHour = Annotated[
    int | None,
    typer.Option(
        min=0, help="Coding calls an hour, 0 for no limit.", show_default="its tier's"
    ),
]
PerDay = Annotated[
    int | None,
    typer.Option(
        min=0, help="Coding calls a day, 0 for no limit.", show_default="its tier's"
    ),
]
RevokeTokens = Annotated[
    bool,
    typer.Option("--revoke-tokens", help="End the tokens that it has, as after a leak."),
]
Days = Annotated[
    int | None,
    typer.Option(
        min=1, max=36500, help="Days without a call.", show_default="by the settings: 90"
    ),
]
Notify = Annotated[
    str | None,
    typer.Option(
        metavar="COMMAND",
        help="Program to run once for each of them, with its facts as JSON on standard "
        "input; when it ends with 0, the client is under review.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
