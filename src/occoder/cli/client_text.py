"""How `occoder client` words a client: as lines, and as facts for JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from occoder.service.clients.client import Client
    from occoder.settings.limits import Limits

_HEADINGS = "client id", "tier", "state", "last call", "organisation"


def facts(client: "Client", of_tier: "Limits") -> dict[str, object]:
    """Return what is known of a client, ready for JSON.

    Parameters
    ----------
    client : Client
        The client.
    of_tier : Limits
        Those of its tier.
    """
    return {
        "client_id": client.client_id,
        "organisation": client.organisation,
        "contact": client.contact,
        "tier": client.tier.value,
        "state": client.state.value,
        "terms_version": client.terms_version,
        "terms_accepted_by": client.terms_accepted_by,
        "terms_accepted_at": _iso(client.terms_accepted_at),
        "created_at": _iso(client.created_at),
        "last_used_at": client.last_used_at and _iso(client.last_used_at),
        "limits": asdict(client.limits(of_tier)),
        "own_limits": asdict(client.override),
    }


def table(clients: "Sequence[Client]") -> Iterator[str]:
    """Yield a line for each client, below headings."""
    rows = [_HEADINGS, *map(_cells, clients)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def sheet(client: "Client", of_tier: "Limits") -> Iterator[str]:
    """Yield the lines that show one client.

    Parameters
    ----------
    client : Client
        The client.
    of_tier : Limits
        Those of its tier.
    """
    by, on = client.terms_accepted_by, _day(client.terms_accepted_at)
    limits, own = asdict(client.limits(of_tier)), asdict(client.override)
    lines = {
        "client id": client.client_id,
        "organisation": client.organisation,
        "contact": client.contact,
        "tier": client.tier.value,
        "state": client.state.value,
        "terms": f"{client.terms_version}, accepted by {by} on {on}",
        "registered": _day(client.created_at),
        "last call": _day(client.last_used_at),
    }
    for period in ("second", "hour", "day"):
        limit, its = limits[f"per_{period}"], own[f"per_{period}"]
        source = "of its tier" if its is None else "of its own"
        number = f"{limit:,g}" if period == "second" else f"{limit:,}"
        lines[f"calls per {period}"] = f"{number if limit else 'no limit'} ({source})"
    width = max(map(len, lines))
    for name, text in lines.items():
        yield f"{name:<{width}}  {text}"


def _cells(client: "Client") -> tuple[str, str, str, str, str]:
    return (
        client.client_id,
        client.tier.value,
        client.state.value,
        _day(client.last_used_at),
        client.organisation,
    )


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(time: datetime | None) -> str:
    return "never" if time is None else f"{time:%Y-%m-%d}"
