"""The command that replays the user guide against a running service."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from occoder.cli.service_caller import AuthUrl, Ca, ClientId, ClientSecret

if TYPE_CHECKING:
    from occoder.service.checks.selftest import Outcome, Selftest

Url = Annotated[
    str, typer.Argument(metavar="URL", help="Address of the service: https://host.")
]
Topics = Annotated[
    list[str] | None,
    typer.Option(
        "--topic",
        metavar="TOPIC",
        help="What to code to; repeat it for several.",
        show_default="osca and anzsco",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_HEADINGS: Final = ("", "section", "topic", "sample", "expected", "got")
_WIDEST: Final = 46
_MARKS: Final = {True: "ok", False: "FAILED", None: "skipped"}


def selftest(
    url: Url,
    client_id: ClientId,
    client_secret: ClientSecret,
    auth_url: AuthUrl = None,
    ca: Ca = None,
    topic: Topics = None,
    json: Json = False,
) -> None:
    """Send the sample requests of the user guide to a service, and look at the answers.

    Status, fields and shapes have to be as documented, whatever the codes; the errors of
    section 10 that a client can provoke are provoked. A public client is held to one call
    a second, so it takes half a minute, and about 25 of its 100 calls an hour for two
    topics. The exit code is 1 when an answer is not as documented.
    """
    topics = topic or ["osca", "anzsco"]
    outcomes = _run(url, auth_url, client_id, client_secret, ca, topics)
    if json:
        _echo_json(outcomes)
    else:
        for line in [*_table(outcomes), *_details(outcomes), _summary(outcomes)]:
            typer.echo(line)
    if any(one.is_ok is False for one in outcomes):
        raise typer.Exit(1)


def _run(
    url: str,
    auth_url: str | None,
    client_id: str,
    secret: str,
    ca: Path | None,
    topics: Sequence[str],
) -> "list[Outcome]":
    from occoder.client.address import Address, proxy_for
    from occoder.client.credentials import basic
    from occoder.service.checks.selftest import Selftest, open_http
    from occoder.service.checks.selftest_samples import TOKEN_PATH

    try:
        address = Address.of(url, auth_url)
        credentials = basic(client_id, secret).reveal()
        opened = open_http(ca=ca, proxy=proxy_for(address.api, None))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with opened as http:
        return _with_bar(
            Selftest(
                http=http,
                url=address.api.removesuffix("/v1"),
                auth_url=address.token.removesuffix(TOKEN_PATH),
                credentials=credentials,
            ),
            topics,
        )


def _with_bar(test: "Selftest", topics: Sequence[str]) -> "list[Outcome]":
    """Run it, and show on a terminal what is being asked."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, highlight=False, markup=False)
    outcomes = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=None)
        for outcome in test.run(topics):
            outcomes.append(outcome)
            bar.update(task, description=f"{len(outcomes)} {outcome.sample}")
    return outcomes


def _echo_json(outcomes: "Sequence[Outcome]") -> None:
    import json

    facts = [
        {
            "sample": one.sample,
            "section": one.section,
            "topic": one.topic,
            "expected": one.expected,
            "got": one.got,
            "ok": one.is_ok,
        }
        for one in outcomes
    ]
    typer.echo(json.dumps(facts, indent=2))


def _table(outcomes: "Sequence[Outcome]") -> Iterator[str]:
    """Yield a line for each sample, below headings."""
    rows = [_HEADINGS, *map(_cells, outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _cells(one: "Outcome") -> tuple[str, ...]:
    texts = one.section, one.topic, one.sample, one.expected, one.got
    return (_MARKS[one.is_ok], *map(_cut, texts))


def _details(outcomes: "Sequence[Outcome]") -> Iterator[str]:
    """Yield in full what was not as documented."""
    for one in outcomes:
        if one.is_ok is False:
            where = f"section {one.section}" if one.section[0].isdigit() else one.section
            yield f"\n{one.sample} ({where})"
            yield f"  expected: {one.expected}"
            yield f"  got:      {one.got}"


def _summary(outcomes: "Sequence[Outcome]") -> str:
    n_failed = sum(one.is_ok is False for one in outcomes)
    n_skipped = sum(one.is_ok is None for one in outcomes)
    n_ok = len(outcomes) - n_failed - n_skipped
    return (
        f"\n{len(outcomes)} samples: {n_ok} as documented, {n_failed} not, "
        f"{n_skipped} skipped"
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 3]}..."
