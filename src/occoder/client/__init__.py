"""Codes records with a service elsewhere: the client, to wait for answers or to await them.

This part needs httpcore and msgspec only, and works where nothing else that occoder needs
is installed. All that matters is written once, as flows that know no network (`calls`,
`patience`, `attempt`); `driver` and `async_driver` run them.
"""

from occoder.client.async_client import AsyncClient
from occoder.client.client import Client

__all__ = ["AsyncClient", "Client"]
